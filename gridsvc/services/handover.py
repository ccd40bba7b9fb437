"""交接单: which doors each officer hands over and takes over when a division comes into force."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

from gridsvc.domain.assignment import Ground
from gridsvc.errors import ConflictError
from gridsvc.services import divisions, ground
from gridsvc.store.tx import Caller, Tx, begin
from gridsvc.text import t

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from gridsvc.store.pool import Database, Row

_PAIR = ["officer_id", "id"]


@dataclass(frozen=True)
class Handover:
    """The lists of one division.

    ``rows``: officer_id, way (``lost`` or ``gained``), id (building), called, unit_no, room, households, old, new
    (codes of its cells, empty for none), other (who has it now, or had it). ``officers``: officer_id, name, number,
    phone. ``taken``: who took the lists and when.
    """

    division_id: int
    area_name: str
    day: dt.date
    rows: pd.DataFrame
    officers: pd.DataFrame
    taken: str


def of(db: Database, caller: Caller, division_id: int) -> Handover:
    """What changed hands on the day a division came into force; doors for whom they are duty, otherwise buildings.

    Raises:
        ConflictError: ``division.draft``, ``special.handover``; MissingError: ``division.unknown``.
    """
    with begin(db, caller, "export", budget_ms=db.settings.job_budget_ms) as tx:
        row = divisions.get(tx, division_id)
        divisions.need_scope(tx, row)
        if row["status"] == "draft":
            raise ConflictError("division.draft", id=division_id)
        if row["purpose"] == "special":
            raise ConflictError("special.handover", id=division_id)
        changed = _changed(tx, row)
        rows = _with_doors(tx, changed)
        officers = tx.frame("handover/officers", officers=np.unique(changed["officer_id"]).tolist())
        people = tx.who.person_scope != ()
        tx.audit("people.handover" if people else "division.handover", entity="division", row_id=division_id,
                 detail={"officers": len(officers), "rows": len(rows)})  # fmt: skip
        now = dt.datetime.now(ZoneInfo(ground.zone(tx)))
        taken = t("handover.taken", who=tx.who.login, at=f"{now:%Y-%m-%d %H:%M}")
    return Handover(division_id, row["area_name"] or row["area_code"], row["valid_from"], rows, officers, taken)


def write(db: Database, caller: Caller, division_id: int, path: Path) -> Handover:
    """The lists as a workbook: a summary, then a sheet an officer, ready to print and sign."""
    from gridsvc.render import handoverbook

    found = of(db, caller, division_id)
    handoverbook.write(path, found.area_name, found.day.isoformat(), found.officers, found.rows, found.taken)
    return found


def _changed(tx: Tx, row: Row) -> pd.DataFrame:
    """Buildings that an officer lost or gained: officer_id, way, id, called, households, old, new, other."""
    day = row["valid_from"]
    before = tx.one("division/before", division_id=row["id"])
    houses = tx.frame("handover/buildings", lo=row["lo"], hi=row["hi"])
    shapes = divisions.cells_of(tx, row["id"])
    former = divisions.cells_of(tx, before["id"]) if before else shapes.head(0)
    houses["new_key"], houses["new"] = _held(houses, shapes)
    houses["old_key"], houses["old"] = _held(houses, former)
    span = {"lo": row["lo"], "hi": row["hi"]}
    had = _in_charge(houses, tx.frame("handover/posts", day=day - pd.Timedelta(days=1), **span), "old_key")
    has = _in_charge(houses, tx.frame("handover/posts", day=day, **span), "new_key")
    lost, gained = _without(had, has), _without(has, had)
    names = tx.frame("handover/officers", officers=np.unique(np.r_[had["officer_id"], has["officer_id"]]).tolist())
    out = pd.concat([
        lost.assign(way="lost").merge(_names(has, names), on="id", how="left"),
        gained.assign(way="gained").merge(_names(had, names), on="id", how="left"),
    ])  # fmt: skip
    out["other"] = out["other"].fillna("")
    return out.merge(houses[["id", "called", "households", "old", "new"]], on="id").reset_index(drop=True)


def _held(houses: pd.DataFrame, cells: pd.DataFrame) -> tuple[NDArray[np.int64], NDArray[np.object_]]:
    """Key (0 for none) and code of the cell that each building lies in."""
    at = Ground(np.asarray(cells.geometry, dtype=object), np.arange(1, len(cells) + 1)).containing(
        houses["lon"].to_numpy(dtype=float), houses["lat"].to_numpy(dtype=float)
    )
    keys = np.r_[0, cells["key"].to_numpy(dtype=np.int64)]
    codes = np.r_[np.array([""], dtype=object), cells["code"].to_numpy(dtype=object)]
    return keys[at], codes[at]


def _in_charge(houses: pd.DataFrame, posts: pd.DataFrame, key: str) -> pd.DataFrame:
    """Which officer had which building: officer_id, id."""
    return houses[["id", key]].merge(posts, left_on=key, right_on="cell_key")[_PAIR]


def _without(these: pd.DataFrame, those: pd.DataFrame) -> pd.DataFrame:
    both = these.merge(those, on=_PAIR, how="left", indicator=True)
    return both.loc[both["_merge"] == "left_only", _PAIR]


def _names(pairs: pd.DataFrame, officers: pd.DataFrame) -> pd.DataFrame:
    """Who is in charge of each building: id, other."""
    known = pairs.merge(officers, on="officer_id")
    return known.groupby("id", as_index=False).agg(other=("name", lambda n: "、".join(sorted(set(n)))))


def _with_doors(tx: Tx, changed: pd.DataFrame) -> pd.DataFrame:
    """A row a door where doors are known and the caller's duty, otherwise a row a building."""
    doors = tx.frame("handover/doors", buildings=np.unique(changed["id"]).tolist())
    out = changed.merge(doors, on="id", how="left")
    out["households"] = out["households"].where(out["room"].isna(), 1)
    return out.fillna({"unit_no": "", "room": ""})
