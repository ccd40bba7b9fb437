"""The review list: what nobody could tell for certain waits here for somebody, once (DESIGN §1)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gridsvc.domain import codes
from gridsvc.errors import ConflictError, InputError, MissingError
from gridsvc.services import scopes, spellings
from gridsvc.store.tx import begin, json

if TYPE_CHECKING:
    from gridsvc.store.pool import Database, Row
    from gridsvc.store.tx import Caller, Tx

WHAT = ("spelling", "address")
STATES = ("open", "accepted", "corrected", "taught", "dismissed")


def listing(
    db: Database, caller: Caller, *, area: str | None = None, what: str | None = None, state: str | None = "open",
    skip: int = 0, most: int = 100,
) -> list[Row]:  # fmt: skip
    """Questions of an area, those that most records wait for first."""
    with begin(db, caller, "rows") as tx:
        found = scopes.own_area(tx, area)
        rows = tx.rows("review/list", id=None, what=what, state=state, lo=found.lo, hi=found.hi, most=most, skip=skip)
    return [_shown(row) for row in rows]


def counts(db: Database, caller: Caller, *, area: str | None = None) -> dict[str, int]:
    """How many questions wait, by what they are about."""
    with begin(db, caller, "rows") as tx:
        found = scopes.own_area(tx, area)
        rows = {r["what"]: int(r["n"]) for r in tx.rows("review/counts", lo=found.lo, hi=found.hi)}
    return {what: rows.get(what, 0) for what in WHAT}


def spelled(db: Database, caller: Caller, number: int, name: str | None) -> dict[str, Any]:
    """A spelling is ``name``, or (None) a name of its own; carried out and remembered.

    Raises:
        MissingError: ``review.unknown``; ConflictError: ``review.decided``; InputError: ``review.candidate``,
        ``review.what``.
    """
    with begin(db, caller, "edit", budget_ms=db.settings.job_budget_ms) as tx:
        row = held(tx, number, "spelling")
        done = spellings.carry_out(tx, row, name)
        state = "dismissed" if name is None else "accepted"
        settle(tx, row, state, None if name is None else {"name": name}, done)
        return {**_shown(_get(tx, number)), **done}


def held(tx: Tx, number: int, what: str) -> Row:
    """An open question, held until the transaction ends."""
    if tx.one("review/held", id=number) is None:
        raise MissingError("review.unknown", id=number)
    row = _get(tx, number)
    if row["what"] != what:
        raise InputError("review.what", id=number, value=row["what"])
    if row["state"] != "open":
        raise ConflictError("review.decided", id=number, by=row["decided_by"] or "–")
    return row


def settle(tx: Tx, row: Row, state: str, answer: dict[str, Any] | None, detail: dict[str, Any]) -> None:
    """Write a decision and its line in the audit."""
    told = None if answer is None else json(answer)
    tx.run("review/decide", id=row["id"], state=state, answer=told, user_id=tx.who.user_id)
    said = {} if row["personal"] else {"text": row["text"]}
    tx.audit(f"review.{state}", entity="review", row_id=row["id"], detail={**said, "what": row["what"], **detail})


def _get(tx: Tx, number: int) -> Row:
    row = tx.one("review/list", id=number, what=None, state=None, lo=0, hi=codes.KEY_MAX, most=1, skip=0)
    if row is None:
        raise MissingError("review.unknown", id=number)
    return row


def _shown(row: Row) -> dict[str, Any]:
    told = ("id", "what", "entity", "text", "records", "candidates", "state", "answer", "created_at", "created_by",
            "decided_by", "decided_at")  # fmt: skip
    return {**{n: row[n] for n in told}, "area": str(codes.area_codes([row["cell_key"]])[0])}
