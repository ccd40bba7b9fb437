"""更正: what an officer finds wrong in a record of her cells waits for 同意 or 退回, where the office wants it so."""

from __future__ import annotations

from json import dumps
from typing import TYPE_CHECKING, Any

from gridsvc.domain import codes
from gridsvc.domain.records import RECORDS
from gridsvc.errors import ConflictError, ForbiddenError, InputError, MissingError
from gridsvc.services import codelists, codetables, entries, masks, sealedrows
from gridsvc.store.tx import Caller, begin, json
from gridsvc.text import language, t

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gridsvc.store.pool import Database, Row
    from gridsvc.store.tx import Tx


def propose(
    db: Database, caller: Caller, kind: str, number: int, fields: Mapping[str, Any], state: str | None,
    note: str | None = None,
) -> Row:  # fmt: skip
    """Put a correction of a record before whoever may edit it; ``done`` is true where the office lets it through.

    Raises:
        ForbiddenError: ``correction.off``; InputError: ``entry.field``, ``correction.nothing``; ChangedError,
        UnknownStateError, MissingError as :func:`gridsvc.services.entries.change`.
    """
    way = db.settings.corrections
    with begin(db, caller, "report") as tx:
        if way == "off":
            raise ForbiddenError("correction.off")
        row = entries.current(tx, kind, number, state)
        text = entries.typed(kind, fields)
        if not text:
            raise InputError("correction.nothing")
        if way == "review":
            personal = RECORDS[kind].personal
            added = tx.value(
                "correction/add", cell_key=row["cell_key"], personal=personal, entity=kind, record_id=number,
                version=state, fields=json(text) if not personal else sealedrows.seal([dumps(text)], tx.settings)[0],
                note=note, user_id=tx.who.user_id,
            )  # fmt: skip
            tx.audit("correction.add", entity=kind, row_id=number, detail={"correction": added, "fields": list(text)})
            return {"id": int(added), "done": False}
    entries.change(db, caller, kind, number, fields, state, need="report")
    return {"id": None, "done": True}


def listing(
    db: Database, caller: Caller, *, state: str | None = "open", before: int = 2**62, most: int = 100
) -> list[Row]:
    """Corrections in the caller's scope, with what the record says now and what it should say."""
    with begin(db, caller, "rows") as tx:
        return _shown(tx, tx.rows("correction/list", id=None, state=state, before=before, most=most))


def waiting(db: Database, caller: Caller) -> int:
    """How many corrections in the caller's scope are not decided."""
    with begin(db, caller, "rows") as tx:
        return int(tx.value("correction/waiting"))


def decide(db: Database, caller: Caller, number: int, *, approve: bool, reason: str | None = None) -> Row:
    """同意: the record is changed under the caller's own rights; 退回: it stays, and the officer reads why.

    Raises:
        MissingError: ``correction.unknown``; ConflictError: ``correction.decided``; InputError:
        ``correction.reason`` for a return without one; ChangedError: the record was changed meanwhile.
    """
    with begin(db, caller, "edit") as tx:
        row = _get(tx, number)
        if row["state"] != "open":
            raise ConflictError("correction.decided", id=number)
        if not approve and len((reason or "").strip()) < 2:
            raise InputError("correction.reason")
        (fields,) = sealedrows.unseal([row["fields"]], tx.settings)
    if approve:
        entries.change(db, caller, row["entity"], row["record_id"], fields, row["version"])
    with begin(db, caller, "edit") as tx:
        state = "approved" if approve else "returned"
        tx.run("correction/decide", id=number, state=state, reason=(reason or "").strip() or None,
               user_id=tx.who.user_id)  # fmt: skip
        tx.audit(f"correction.{state}", entity=row["entity"], row_id=row["record_id"], detail={"correction": number})
        return _shown(tx, [_get(tx, number)])[0]


def _get(tx: Tx, number: int) -> Row:
    row = tx.one("correction/list", id=number, state=None, before=2**62, most=1)
    if row is None:
        raise MissingError("correction.unknown", id=number)
    return row


def _shown(tx: Tx, rows: list[Row]) -> list[Row]:
    """Corrections for people, each beside its record."""
    names = codelists.names(tx)
    records: dict[tuple[str, int], Row] = {}
    for kind in {r["entity"] for r in rows}:
        found = entries.rows_of(tx, kind, [r["record_id"] for r in rows if r["entity"] == kind])
        records |= {(kind, r["id"]): r for r in masks.shown(tx, kind, list(found.values()))}
    wanted = sealedrows.unseal((r["fields"] for r in rows), tx.settings)
    return [_one(tx, r, records.get((r["entity"], r["record_id"]), {}), w, names)
            for r, w in zip(rows, wanted, strict=True)]  # fmt: skip


def _one(tx: Tx, row: Row, record: Row, wanted: dict[str, Any], names: dict[str, dict[str, str]]) -> Row:
    kind, zh = row["entity"], language() == "zh"
    spec = codetables.kinds()[kind]
    pairs = [
        {"field": f, "called": codetables.called(spec, f, zh=zh), "base": masks.word(spec, record.get(f), f, names),
         "wanted": masks.word(spec, v, f, names)}
        for f, v in masks.said(tx, kind, wanted, row["cell_key"]).items()
    ]  # fmt: skip
    told = ("id", "record_id", "note", "state", "reason", "created_by", "created_at", "decided_by", "decided_at")
    return {n: row[n] for n in told} | {
        "kind": kind, "called": t(f"kind.{kind}"), "label": entries.label(record), "fields": pairs,
        "cell_code": codes.code_of(row["cell_key"]),
    }  # fmt: skip
