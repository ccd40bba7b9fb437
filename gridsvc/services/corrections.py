"""更正: what an officer finds wrong in a record of her cells waits for 同意 or 退回, where the office wants it so."""

from __future__ import annotations

import json as plain_json
from typing import TYPE_CHECKING, Any

from gridsvc.domain import codes
from gridsvc.domain.records import RECORDS
from gridsvc.errors import ConflictError, ForbiddenError, InputError, MissingError
from gridsvc.services import codelists, codetables, entries, installation, masks
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
                version=state, fields=json(_sealed(tx, text) if personal else text), note=note,
                user_id=tx.who.user_id,
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
        rows = tx.rows("correction/list", id=None, state=state, before=before, most=most)
        names = codelists.names(tx)
        return [_shown(tx, r, names) for r in rows]


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
        fields = _opened(tx, row["fields"])
    if approve:
        entries.change(db, caller, row["entity"], row["record_id"], fields, row["version"])
    with begin(db, caller, "edit") as tx:
        state = "approved" if approve else "returned"
        tx.run("correction/decide", id=number, state=state, reason=(reason or "").strip() or None,
               user_id=tx.who.user_id)  # fmt: skip
        tx.audit(f"correction.{state}", entity=row["entity"], row_id=row["record_id"], detail={"correction": number})
        return _shown(tx, _get(tx, number), codelists.names(tx))


def _get(tx: Tx, number: int) -> Row:
    row = tx.one("correction/list", id=number, state=None, before=2**62, most=1)
    if row is None:
        raise MissingError("correction.unknown", id=number)
    return row


def _sealed(tx: Tx, text: dict[str, str | None]) -> dict[str, str]:
    (sealed,) = installation.field_key(tx.settings).seal([plain_json.dumps(text)])
    return {"sealed": (sealed or b"").hex()}


def _opened(tx: Tx, fields: dict[str, Any]) -> dict[str, Any]:
    if "sealed" not in fields:
        return fields
    (text,) = installation.field_key(tx.settings).open([bytes.fromhex(fields["sealed"])])
    out: dict[str, Any] = plain_json.loads(text or "{}")
    return out


def _shown(tx: Tx, row: Row, names: dict[str, dict[str, str]]) -> Row:
    kind, zh = row["entity"], language() == "zh"
    spec = codetables.kinds()[kind]
    try:
        record = entries.shown_row(tx, kind, row["record_id"])
    except MissingError:
        record = {}
    wanted = masks.said(tx, kind, _opened(tx, row["fields"]), row["cell_key"])
    pairs = [
        {"field": f, "called": codetables.called(spec, f, zh=zh), "base": masks.word(spec, record.get(f), f, names),
         "wanted": masks.word(spec, v, f, names)}
        for f, v in wanted.items()
    ]  # fmt: skip
    label = next((str(record[n]) for n in ("name", "title", "head", "number", "address") if record.get(n)), "")
    return {
        "id": row["id"], "kind": kind, "called": t(f"kind.{kind}"), "record_id": row["record_id"], "label": label,
        "fields": pairs, "note": row["note"], "state": row["state"], "reason": row["reason"],
        "created_by": row["created_by"], "created_at": row["created_at"], "decided_by": row["decided_by"],
        "decided_at": row["decided_at"],
        "cell_code": str(codes.cell_codes([row["cell_key"]])[0]) or str(codes.area_codes([row["cell_key"]])[0]),
    }  # fmt: skip
