"""Seals over the audit: made every hour, verified on request (DESIGN §6)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from gridsvc.store.tx import SYSTEM, Caller, Tx, begin

if TYPE_CHECKING:
    from gridsvc.store.pool import Database


@dataclass(frozen=True)
class Verified:
    """Seals and rows that were looked at, and the numbers of the seals that do not fit their rows."""

    seals: int
    rows: int
    broken: list[int]


def seal(db: Database) -> int:
    """Seal what was committed since the last seal; how many rows."""
    with begin(db, SYSTEM, "jobs", budget_ms=db.settings.job_budget_ms) as tx:
        if not tx.value("seal/lock"):
            return 0
        waiting = tx.one("seal/pending")
        if waiting is None or not waiting["rows"]:
            return 0
        last = tx.one("seal/last")
        previous = bytes(last["hash"]) if last else None
        made = tx.one("seal/digest", ids=waiting["ids"], previous=previous) or {}
        tx.run("seal/add", ids=waiting["ids"], rows=made["rows"], previous=previous, hash=made["hash"])
    return int(made["rows"])


def last_fits(tx: Tx) -> int | None:
    """Number of the last seal if it does not fit its rows; None when it does, or when there is none."""
    last = tx.one("seal/last")
    if last is None:
        return None
    made = tx.one("seal/digest", ids=last["ids"], previous=last["previous"]) or {}
    return None if bytes(made["hash"]) == bytes(last["hash"]) else int(last["id"])


def verify(db: Database, caller: Caller) -> Verified:
    """Look whether every seal fits the rows under it and the seal before it."""
    broken, rows, previous = [], 0, None
    with begin(db, caller, "audit", steady=True, budget_ms=db.settings.job_budget_ms) as tx:
        seals = tx.rows("seal/list")
        for one in seals:
            own = bytes(one["previous"]) if one["previous"] is not None else None
            made = tx.one("seal/digest", ids=one["ids"], previous=own) or {}
            good = own == previous and made["rows"] == one["rows"] and bytes(made["hash"]) == bytes(one["hash"])
            broken += [] if good else [int(one["id"])]
            rows, previous = rows + int(one["rows"]), bytes(one["hash"])
    return Verified(len(seals), rows, broken)
