"""An area gets another number: every key in its range moves by the same amount, in one transaction (DESIGN §2)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from gridsvc.domain import codes
from gridsvc.domain.records import RECORDS
from gridsvc.errors import ConflictError, InputError
from gridsvc.services import ground, places, rollup
from gridsvc.services.progress import Progress, quiet
from gridsvc.store.tx import Caller, begin

if TYPE_CHECKING:
    import datetime as dt

    from gridsvc.store.pool import Database

# Tables that name areas by code as well, then those with keys alone. Rollup and attachments follow by trigger.
_CODED = ("area", "cell", "division", "user")
_KEYED = ("was_key", "source", "column_map", "import_batch", "import_reject", "reconciliation", "difference",
          "correction", "review", "job", "history", "resident_figure", "place_alias", "subcell",
          "subcell_member", "rule", "obligation", "coverage_sum", "coverage_stale", "gap", "gap_sum",
          "spotcheck", "spotcheck_item", "checkin", "proposal")  # fmt: skip


@dataclass(frozen=True)
class Recoded:
    """What has another number now: areas, cells (ended ones too), records of all kinds."""

    old: str
    new: str
    areas: int
    cells: int
    records: int


def recode(
    db: Database, caller: Caller, old: str, new: str, day: dt.date, progress: Progress = quiet
) -> Recoded:  # fmt: skip
    """Give the area ``old`` the number ``new`` from ``day`` on; what is inside it keeps its place below.

    Days before ``day`` are asked for under the new number too: the area is the same one. The old number, and those of
    the areas inside, lead to the new ones; cells keep theirs as their own code where they had none.

    Raises:
        InputError: ``area.recode_level``, ``area.recode_future``, ``code.malformed``;
        MissingError: ``area.unknown``; ConflictError: ``area.recode_used``, ``area.recode_was``.
    """
    old, new = codes.normal_code(old), codes.normal_code(new)
    if len(old) != len(new) or old == new:
        raise InputError("area.recode_level", old=old, new=new)
    (lo, hi), (first, after) = codes.key_range(old), codes.key_range(new)
    keyed = {"lo": lo, "hi": hi, "by": first - lo}
    with begin(db, caller, "recode", budget_ms=db.settings.job_budget_ms) as tx:
        if day > ground.today(tx):
            raise InputError("area.recode_future", date=day.isoformat())
        old_area = ground.find(tx, old)
        tx.run("ground/own")
        tx.run("obligation/lock")  # no sums are worked out meanwhile: those of the old number would stay
        if old_area.code != old:
            raise ConflictError("area.recode_was", old=old, new=old_area.code)
        if tx.value("recode/used", lo=first, hi=after, code=new):
            raise ConflictError("area.recode_used", new=new)
        counts = {name: tx.run(f"recode/{name}", **keyed, old=old, new=new) for name in _CODED}
        for name in _KEYED:
            tx.run(f"recode/{name}", **keyed)
        kinds = [k for k, r in RECORDS.items() if r.located]
        records = 0
        for i, kind in enumerate(kinds):
            progress("area.recode", i / len(kinds))
            records += tx.run(f"{kind}/recode", **keyed)
        tx.run("recode/visit_change", **keyed)  # also what the visits left just now
        tx.run("area/parents")
        tx.run("recode/note", old=old, new=new, day=day, user_id=tx.who.user_id)
        tx.value("ground/bump")
        detail = {"old": old, "new": new, "from": day.isoformat(), "records": records}
        tx.audit("area.recode", entity="area", detail=detail)
    rollup.fold_if_large(db, progress)
    places.refresh(db, progress)
    return Recoded(old, new, counts["area"], counts["cell"], records)
