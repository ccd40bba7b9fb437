"""Assigning records again when the ground under them changes (DESIGN §2, publishing).

First everything is computed from a snapshot, while others go on working. Then, in the transaction that changes the
ground and with writers waiting, only rows that differ are written, and rows that were written since are looked at
again.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from gridsvc.domain.records import LOCATED, RECORDS
from gridsvc.services.progress import Progress, quiet
from gridsvc.store.copyin import CopyIn

if TYPE_CHECKING:
    from gridsvc.domain.assignment import Ground
    from gridsvc.store.tx import Tx

PLACE = ["id", "lon", "lat", "cell_key", "cell_alt", "assign_status"]


@dataclass
class Plan:
    """Records of each kind in (or on the border of) some ranges of keys and the cells they get; half-open."""

    ranges: list[tuple[int, int]]
    ground: Ground
    records: dict[str, pd.DataFrame] = field(default_factory=dict)
    changed: dict[str, int] = field(default_factory=dict)


def plan(tx: Tx, ranges: list[tuple[int, int]], ground: Ground, progress: Progress = quiet) -> Plan:
    """Compute the cells of every located record in ``ranges``."""
    out = Plan(ranges, ground)
    with tx.everywhere():  # also residents whom the one who publishes may not see
        for i, kind in enumerate(LOCATED):
            parts = [tx.frame(f"{kind}/place_read", lo=lo, hi=hi) for lo, hi in ranges]
            progress("reassign.compute", i / len(LOCATED))
            out.records[kind] = _assigned(_once(parts), ground)
    return out


def apply(tx: Tx, plan: Plan, progress: Progress = quiet) -> dict[str, int]:
    """Write what differs, under the lock that writers wait for; how many records of each kind changed cell."""
    tx.run("place/stage")
    with tx.everywhere():
        for i, kind in enumerate(LOCATED):
            progress("reassign.write", i / len(LOCATED))
            plan.changed[kind] = _apply_one(tx, kind, plan)
            for lo, hi in plan.ranges:
                tx.run(f"{kind}/place_nowhere", lo=lo, hi=hi)
        for lo, hi in plan.ranges:
            plan.changed["visit"] += tx.run("visit/follow", lo=lo, hi=hi)
    # how many residents moved is nobody's business but of those whose duty they are
    known = all(tx.who.knows(lo, hi) for lo, hi in plan.ranges)
    return {kind: n for kind, n in plan.changed.items() if known or not RECORDS[kind].personal}


def _apply_one(tx: Tx, kind: str, plan: Plan) -> int:
    changed = _write(tx, kind, plan.records[kind])
    rest = _once([tx.frame(f"{kind}/place_late", lo=lo, hi=hi) for lo, hi in plan.ranges])
    if len(rest):
        tx.run("place/clear")
        changed += _write(tx, kind, _assigned(rest, plan.ground))
    tx.run("place/clear")
    return changed


def _once(parts: list[pd.DataFrame]) -> pd.DataFrame:
    """A record in one range that has its second candidate in another comes twice."""
    return pd.concat(parts, ignore_index=True).drop_duplicates("id", ignore_index=True)


def _write(tx: Tx, kind: str, records: pd.DataFrame) -> int:
    if records.empty:
        return 0
    with CopyIn(tx.conn, "stage_place", PLACE) as copy:
        copy.write(records)
    return tx.run(f"{kind}/place_write")


def _assigned(records: pd.DataFrame, ground: Ground) -> pd.DataFrame:
    if records.empty:
        return pd.DataFrame(columns=PLACE)
    found = ground.assign(records["lon"].to_numpy(dtype=float), records["lat"].to_numpy(dtype=float))
    out = records[["id", "lon", "lat"]].copy()
    out["cell_key"], out["assign_status"] = found.key, found.status
    out["cell_alt"] = pd.Series(found.alt, index=out.index).astype("Int64").where(found.alt > 0)
    return out[PLACE]


def differing(plan: Plan) -> int:
    """Number of records that the plan looks at."""
    return int(np.sum([len(r) for r in plan.records.values()]))
