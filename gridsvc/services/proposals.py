"""What visits say of a record that still says otherwise (已搬离, 空置): accepted with one click, under the caller's
own rights."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gridsvc.errors import InputError, MissingError
from gridsvc.services import entries
from gridsvc.store.tx import Caller, begin

if TYPE_CHECKING:
    from gridsvc.store.pool import Database


def accept(db: Database, caller: Caller, kind: str, target: str, number: int) -> dict[str, Any]:
    """Change the record as the last visit said: whoever moved away ends on that day, a vacant dwelling is marked so.

    Returns the records that were changed.

    Raises:
        MissingError: ``gaps.unknown``; InputError: ``gaps.no_proposal``; and as :func:`gridsvc.services.entries.end`.
    """
    if kind not in ("said_moved", "said_vacant"):
        raise InputError("gaps.no_proposal", kind=kind)
    with begin(db, caller, "edit") as tx:
        row = tx.one("gap/one", kind=kind, target=target, target_id=number)
        if row is None:
            raise MissingError("gaps.unknown", kind=kind, target=target, id=number)
        leaving = tx.rows("gap/leaving", target=target, target_id=number, day=row["since"])
    changed = []
    if kind == "said_vacant" and target == "dwelling":
        state = str(entries.one(db, caller, "dwelling", number)["etag"])
        day = row["since"].isoformat()
        entries.change(db, caller, "dwelling", number, {"use": "empty", "use_from": day, "use_to": None}, state)
        changed.append({"kind": "dwelling", "id": number})
    for one in leaving:
        state = str(entries.one(db, caller, one["kind"], one["id"])["etag"])
        entries.end(db, caller, one["kind"], one["id"], row["since"], "moved", state)
        changed.append({"kind": one["kind"], "id": one["id"]})
    with begin(db, caller, "edit") as tx:
        tx.run("gap/decided", kind=kind, target=target, target_id=number)
        tx.audit("proposal.accept", entity=target, row_id=number, detail={"kind": kind, "changed": len(changed)})
    return {"changed": changed}
