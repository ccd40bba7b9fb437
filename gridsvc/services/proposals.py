"""What visits say of a record that still says otherwise (已搬离, 空置): accepted with one click, under the caller's
own rights."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from gridsvc.domain import codes
from gridsvc.domain.obligations import NOT_FOUND
from gridsvc.errors import InputError, MissingError
from gridsvc.services import entries, ground
from gridsvc.store.tx import Caller, begin

if TYPE_CHECKING:
    import datetime as dt

    from gridsvc.store.pool import Database
    from gridsvc.store.tx import Tx

_MOVED: Final = "said_moved"


def accept(db: Database, caller: Caller, kind: str, target: str, number: int) -> dict[str, Any]:
    """Change the record as the last visit said: whoever moved away ends on that day, and a household in which nobody
    is left; a vacant dwelling is marked so, its people stay.

    What the visits say is looked at again first. Returns the records that were changed.

    Raises:
        MissingError: ``gaps.unknown``; InputError: ``gaps.no_proposal``; and as
        :func:`gridsvc.services.entries.change`.
    """
    if kind not in (_MOVED, "said_vacant") or (kind != _MOVED and target != "dwelling"):
        raise InputError("gaps.no_proposal", kind=kind)
    with begin(db, caller, "edit") as tx:
        day = _day(tx, kind, target, number)
        if kind == _MOVED:
            changed = _leave(tx, target, number, day)
            _decided(tx, kind, target, number, changed)
            return {"changed": changed}
        state = str(tx.value("dwelling/version", id=number))
    fields = {"use": "empty", "use_from": day.isoformat(), "use_to": None}
    entries.change(db, caller, "dwelling", number, fields, state)
    changed = [{"kind": "dwelling", "id": number}]
    with begin(db, caller, "edit") as tx:
        _decided(tx, kind, target, number, changed)
    return {"changed": changed}


def _day(tx: Tx, kind: str, target: str, number: int) -> dt.date:
    """The day of the visit that says so now, if one still does."""
    row = tx.one("gap/one", kind=kind, target=target, target_id=number)
    if row is not None:
        community = int(row["cell_key"]) >> codes.SEQ_BITS << codes.SEQ_BITS
        tx.run("gap/stage")
        tx.run(
            "gapfind/said",
            lo=community,
            hi=community + (1 << codes.SEQ_BITS),
            today=ground.today(tx),
            not_found=list(NOT_FOUND),
        )
        row = tx.one("gap/said_now", kind=kind, target=target, target_id=number)
    if row is None:
        raise MissingError("gaps.unknown", kind=kind, target=target, id=number)
    day: dt.date = row["since"]
    return day


def _leave(tx: Tx, target: str, number: int, day: dt.date) -> list[dict[str, Any]]:
    people = [r["id"] for r in tx.rows("gap/leaving", target=target, target_id=number, day=day)]
    for one in people:
        _end(tx, "person", one, day)
    household = number if target == "household" else None
    homes = [r["id"] for r in tx.rows("gap/emptied", people=people, household=household)]
    for one in homes:
        _end(tx, "household", one, day)
    return [{"kind": "person", "id": i} for i in people] + [{"kind": "household", "id": i} for i in homes]


def _end(tx: Tx, kind: str, number: int, day: dt.date) -> None:
    entries.remember(tx, kind, number, "entry.end", {"day": day.isoformat(), "reason": "moved"})
    tx.run(f"{kind}/end", id=number, day=day, reason="moved")


def _decided(tx: Tx, kind: str, target: str, number: int, changed: list[dict[str, Any]]) -> None:
    tx.run("gap/decided", kind=kind, target=target, target_id=number)
    tx.audit("proposal.accept", entity=target, row_id=number, detail={"kind": kind, "changed": len(changed)})
