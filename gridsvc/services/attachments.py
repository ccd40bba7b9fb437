"""Photos and documents of records: whoever sees the record sees them, whoever writes it adds them."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from gridsvc.domain.records import RECORDS, WORDS
from gridsvc.errors import InputError, LimitError, MissingError
from gridsvc.io import picture
from gridsvc.services import entries, jobs
from gridsvc.store.filters import ListQuery, page
from gridsvc.store.tx import Caller, Tx, begin
from gridsvc.text import t

if TYPE_CHECKING:
    from gridsvc.store.pool import Database, Row

KINDS = {w: k for w, k in WORDS.items() if k not in ("base_feature", "address", "officer", "post")}
MOST = 50  # a record


def add(db: Database, caller: Caller, word: str, number: int, name: str, stream: BinaryIO) -> Row:
    """Attach a photo or a PDF to a record; the same content again is the attachment that is there.

    Raises:
        MissingError: ``entry.unknown``; InputError: ``attachment.kind`` and as :func:`gridsvc.io.picture.clean`;
        LimitError: ``attachment.large``, ``attachment.many``.
    """
    kind = _kind(word)
    need = "report" if kind in ("event", *entries.REPORTED) else entries.written_with(kind)
    with begin(db, caller, need) as tx:  # refused before anything is read
        _record(tx, kind, number)
    upload = jobs.keep_upload(db.settings, _plain(name), stream)
    try:
        if upload.stat().st_size > db.settings.attachment_max_mb * 1_000_000:
            raise LimitError("attachment.large", file=_plain(name), most=db.settings.attachment_max_mb)
        with upload.open("rb") as f:
            digest = hashlib.file_digest(f, "sha256").digest()
        kept = picture.clean(upload, _plain(name), upload.parent)
    finally:
        upload.unlink(missing_ok=True)
    with begin(db, caller, need) as tx:
        row = _record(tx, kind, number)
        have = tx.rows("attachment/list", id=None, entity=kind, record_id=number, sha256=None)
        if len(have) >= MOST:
            raise LimitError("attachment.many", most=MOST)
        found = tx.value(
            "attachment/add", entity=kind, record_id=number, cell_key=row["cell_key"],
            personal=_personal(kind, row), name=_plain(name), media=kept.media, size=len(kept.body), sha256=digest,
            body=kept.body, created_by=tx.who.user_id,
        )  # fmt: skip
        if found is not None:
            tx.audit(
                "attachment.add", entity=kind, row_id=number, detail={"attachment": found, "size": len(kept.body)}
            )
        return tx.rows("attachment/list", id=found, entity=kind, record_id=number, sha256=digest)[0]


def listing(db: Database, caller: Caller, word: str, number: int) -> list[Row]:
    """Attachments of a record, without their content.

    Raises:
        MissingError: ``entry.unknown``; InputError: ``attachment.kind``.
    """
    kind = _kind(word)
    with begin(db, caller, _seen_with(kind)) as tx:
        _record(tx, kind, number)
        return tx.rows("attachment/list", id=None, entity=kind, record_id=number, sha256=None)


def body(db: Database, caller: Caller, number: int) -> Row:
    """Content of an attachment: media, name, body. Looking at one of a resident is logged.

    Raises:
        MissingError: ``attachment.unknown``.
    """
    with begin(db, caller, "rows") as tx:
        about = _one(tx, number)
        if about["personal"]:
            tx.audit("people.read", entity=about["entity"], row_id=about["record_id"], detail={"attachment": number})
        row = tx.one("attachment/body", id=number)
    return row or {}


def remove(db: Database, caller: Caller, number: int) -> None:
    """Take an attachment away; that it was there stays in the audit.

    Raises:
        MissingError: ``attachment.unknown``.
    """
    with begin(db, caller, "edit") as tx:
        about = _one(tx, number)
        tx.run("attachment/remove", id=number)
        tx.audit("attachment.remove", entity=about["entity"], row_id=about["record_id"],
                 detail={"attachment": number, "size": about["size"]})  # fmt: skip


def _one(tx: Tx, number: int) -> Row:
    row = tx.one("attachment/list", id=number, entity=None, record_id=None, sha256=None)
    if row is None:
        raise MissingError("attachment.unknown", id=number)
    return row


def _kind(word: str) -> str:
    if word not in KINDS:
        raise InputError("attachment.kind", value=word, known=", ".join(KINDS))
    return KINDS[word]


def _seen_with(kind: str) -> str:
    return "rows" if kind == "event" else entries.seen_with(kind)


def _record(tx: Tx, kind: str, number: int) -> Row:
    rows, _ = page(tx, kind, ListQuery({"id": number}, most=1))
    if not rows or not tx.who.covers(rows[0]["cell_key"], rows[0]["cell_key"] + 1):
        raise MissingError("entry.unknown", kind=t(f"kind.{kind}"), id=number)
    return rows[0]


def _personal(kind: str, row: Row) -> bool:
    return bool(row["personal"]) if kind == "visit" else RECORDS[kind].personal


def _plain(name: str) -> str:
    """The file's own name without folders and characters that do not print."""
    last = Path(re.sub(r"[\x00-\x1f\x7f\u202a-\u202e\u2066-\u2069]", "", name.replace("\\", "/"))).name
    return last[-120:] or "attachment"
