"""What visits say of a record that still says otherwise (已搬离, 空置, 地址不符): accepted with one click, or kept as
it is with a reason, under the caller's own rights."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from gridsvc.domain import codes
from gridsvc.errors import InputError, MissingError
from gridsvc.services import codelists, entries, ground
from gridsvc.store.tx import Caller, begin

if TYPE_CHECKING:
    from gridsvc.store.pool import Database, Row
    from gridsvc.store.tx import Tx

_MOVED: Final = "said_moved"
KINDS: Final = (_MOVED, "said_vacant", "said_wrong")
_SHORTEST: Final = 4  # signs of a reason


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
        said = _said(tx, kind, target, number)
        if kind == _MOVED:
            changed = _leave(tx, target, number, said)
            _decided(tx, said, "accepted", changed=len(changed))
            return {"changed": changed}
        state = str(tx.value("dwelling/version", id=number))
    fields = {"use": "empty", "use_from": said["since"].isoformat(), "use_to": None}
    entries.change(db, caller, "dwelling", number, fields, state)
    with begin(db, caller, "edit") as tx:
        _decided(tx, said, "accepted", changed=1)
    return {"changed": [{"kind": "dwelling", "id": number}]}


def keep(db: Database, caller: Caller, kind: str, target: str, number: int, reason: str) -> None:
    """The record stays as it is, or was put right by hand (an address): what was said so far is settled; a later
    visit that says so again asks again.

    Raises:
        MissingError: ``gaps.unknown``; InputError: ``gaps.no_proposal``, ``gaps.reason``.
    """
    if kind not in KINDS:
        raise InputError("gaps.no_proposal", kind=kind)
    if len(reason.strip()) < _SHORTEST:
        raise InputError("gaps.reason", least=_SHORTEST)
    with begin(db, caller, "edit") as tx:
        _decided(tx, _said(tx, kind, target, number), "kept", reason=reason.strip())


def _said(tx: Tx, kind: str, target: str, number: int) -> Row:
    """The proposal as the visits make it now, ``since`` the day of the one that says so; if one still does."""
    row = tx.one("gap/one", kind=kind, target=target, target_id=number)
    if row is not None:
        community = int(row["cell_key"]) >> codes.SEQ_BITS << codes.SEQ_BITS
        tx.run("gap/stage")
        tx.run(
            "gapfind/said", lo=community, hi=community + (1 << codes.SEQ_BITS), today=ground.today(tx),
            silent=codelists.outcomes(tx).silent,
        )  # fmt: skip
        now = tx.one("gap/said_now", kind=kind, target=target, target_id=number)
        if now is not None:
            return {**row, **now}
    raise MissingError("gaps.unknown", kind=kind, target=target, id=number)


def _leave(tx: Tx, target: str, number: int, said: Row) -> list[dict[str, Any]]:
    people = [r["id"] for r in tx.rows("gap/leaving", target=target, target_id=number, day=said["since"])]
    for one in people:
        _end(tx, "person", one, said)
    household = number if target == "household" else None
    homes = [r["id"] for r in tx.rows("gap/emptied", people=people, household=household)]
    for one in homes:
        _end(tx, "household", one, said)
    return [{"kind": "person", "id": i} for i in people] + [{"kind": "household", "id": i} for i in homes]


def _end(tx: Tx, kind: str, number: int, said: Row) -> None:
    entries.remember(tx, kind, number, "entry.end", {"day": said["since"].isoformat(), "reason": "moved"})
    tx.run(f"{kind}/end", id=number, day=said["since"], reason="moved")


def _decided(tx: Tx, said: Row, decision: str, *, reason: str | None = None, changed: int = 0) -> None:
    about = {"kind": said["kind"], "target": said["target"], "target_id": said["target_id"]}
    tx.run("gap/decide", **about, cell_key=said["cell_key"], day=said["since"], decision=decision, reason=reason,
           user_id=tx.who.user_id)  # fmt: skip
    tx.run("gap/decided", **about)
    detail = {"kind": said["kind"], "changed": changed, **({"reason": reason} if reason else {})}
    tx.audit(f"proposal.{decision}", entity=said["target"], row_id=said["target_id"], detail=detail)
