"""Background jobs: enqueued in the caller's transaction, run later under her own, newly read rights."""

from __future__ import annotations

import re
import secrets
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from gridsvc.domain.records import RECORDS
from gridsvc.errors import InputError, LimitError, MissingError
from gridsvc.services import imports
from gridsvc.store.tx import SYSTEM, Caller, Tx, begin, json
from gridsvc.text import language

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from gridsvc.settings import Settings
    from gridsvc.store.pool import Database, Row

# kind of job -> the permission that it needs
_NEED = {
    "import": "import",
    "geocode": "import",
    "area_import": "areas",
    "undo": "import",
    "reconcile": "import",
    "decide": "edit",
    "month": "export",
    "gaps": "export",
} | dict.fromkeys(("divide", "cell_import", "special_import", "publish", "retire", "subcells"), "divide")
KINDS = tuple(_NEED)
_BLOCK = 1 << 20
_KEPT_S = 86_400.0  # for which a file that a job has made is kept


def may(db: Database, caller: Caller, permission: str) -> None:
    """Refuse before anything is kept.

    Raises:
        ForbiddenError: ``auth.forbidden``.
    """
    with begin(db, caller, permission):
        return


def submit(db: Database, caller: Caller, kind: str, params: dict[str, Any], area: str | None = None) -> int:
    """Queue a job; its number.

    Raises:
        InputError: ``job.kind``, and for its area as an import would.
    """
    if kind not in KINDS:
        raise InputError("job.kind", kind=kind, known=", ".join(KINDS))
    with begin(db, caller, _NEED[kind]) as tx:
        key = imports.own_area(tx, area).key if area or kind in ("import", "reconcile") else _home(tx)
        number = int(
            tx.value(
                "job/add", kind=kind, params=json(params), owner=caller.user_id, cell_key=key,
                personal=_about_people(params.get("kind")),
            )
        )  # fmt: skip
        tx.audit("job.add", entity="job", row_id=number, detail={"kind": kind})
    return number


def _about_people(kind: str | None) -> bool:
    return kind in RECORDS and RECORDS[kind].about_people


def _home(tx: Tx) -> int:
    return tx.who.scope[0][0] if tx.who.scope else 0


def one(db: Database, caller: Caller, number: int) -> Row:
    """One job with progress, result or error.

    Raises:
        MissingError: ``job.unknown``.
    """
    with begin(db, caller, "read") as tx:
        row = tx.one("job/one", id=number)
    if row is None:
        raise MissingError("job.unknown", id=number)
    return {k: v for k, v in row.items() if k != "params"}


def listing(db: Database, caller: Caller, *, before: int = 2**62, most: int = 50) -> list[Row]:
    """Jobs that the caller may see, the newest first."""
    with begin(db, caller, "read") as tx:
        return tx.rows("job/list", before=before, most=most)


def cancel(db: Database, caller: Caller, number: int) -> str:
    """Ask a job to stop; its state afterwards.

    Raises:
        MissingError: ``job.unknown`` (also when it is not hers, or ended already).
    """
    with begin(db, caller, "read") as tx:
        row = tx.one("job/one", id=number)
        if row is None or (row["owner"] != caller.user_id and "jobs" not in tx.who.permissions):
            raise MissingError("job.unknown", id=number)
        state = tx.value("job/cancel", id=number)
        tx.audit("job.cancel", entity="job", row_id=number)
    if state == "cancelled":  # it has not begun, so nobody else takes its upload away
        clean_up(db, row["params"])
    return str(state or row["state"])


# ---- uploads -----------------------------------------------------------------------------------------------------


def keep_upload(settings: Settings, name: str, stream: BinaryIO) -> Path:
    """Write an upload into the spool under a name of ours (the suffix is kept); nothing is parsed here.

    Raises:
        LimitError: ``file.too_large``; InputError: ``file.empty``.
    """
    spool = _spool(settings)
    suffix = "".join(Path(name).suffixes[-2:]) if name.lower().endswith(".osm.pbf") else Path(name).suffix
    if not re.fullmatch(r"(\.[A-Za-z0-9]{1,12}){0,2}", suffix):
        suffix = ""
    path = spool / f"{secrets.token_hex(12)}{suffix.lower()}"
    size = 0
    with path.open("xb") as out:
        for block in _blocks(stream):
            size += len(block)
            if size > settings.upload_max_mb * 1_000_000:
                break
            out.write(block)
    if not 0 < size <= settings.upload_max_mb * 1_000_000:
        path.unlink()
        if size:
            raise LimitError("file.too_large", file=name[:80], mb=round(size / 1e6), most=settings.upload_max_mb)
        raise InputError("file.empty", file=name[:80])
    return path


def for_output(tx: Tx, params: Mapping[str, Any], suffix: str) -> dict[str, Any]:
    """Parameters of a job that makes a file of what the caller sees, in her language, and comes with none."""
    path = str(_spool(tx.settings) / secrets.token_hex(12))
    return {**params, "path": path, "format": suffix, "scope": _seen(tx), "lang": language()}


def output_path(settings: Settings, params: Mapping[str, Any]) -> Path:
    """Where a job that makes a file writes it: beside its upload, under the same name of ours."""
    return settings.base / "spool" / f"{Path(params['path']).stem}.out.{params['format']}"


def output(db: Database, caller: Caller, number: int) -> tuple[Path, str]:
    """The file that one's own job has made, and the name it is given.

    Raises:
        MissingError: ``job.unknown``, ``job.no_file`` (not done yet, none made, or taken away since);
        ForbiddenError: ``auth.forbidden`` when what the job needs is no longer hers.
    """
    with begin(db, caller, "read") as tx:
        row = tx.one("job/one", id=number)
        if row is None or row["owner"] != caller.user_id:
            raise MissingError("job.unknown", id=number)
    params = row["params"]
    path = output_path(db.settings, params) if row["state"] == "done" and "format" in params else None
    with begin(db, caller, _NEED[row["kind"]]) as tx:
        if params.get("scope", _seen(tx)) != _seen(tx):  # she has other ground or other duties by now
            raise MissingError("job.unknown", id=number)
        if path is None or not path.is_file():
            raise MissingError("job.no_file", id=number)
        tx.audit("job.file", entity="job", row_id=number)
    return path, str((row["result"] or {}).get("file") or path.name)


def _seen(tx: Tx) -> str:
    return f"{tx.who.role} {tx.who.scope} {tx.who.person_scope}"


def clean_up(db: Database, params: Mapping[str, Any]) -> None:
    """Delete the upload that a job came with, when the job has come to its end."""
    upload = params.get("path")
    if upload and Path(upload).is_relative_to(db.settings.base / "spool"):
        Path(upload).unlink(missing_ok=True)


def sweep(db: Database) -> int:
    """Delete files in the spool that nobody has touched for a day and no job waits for; how many."""
    spool, now = db.settings.base / "spool", time.time()
    with begin(db, SYSTEM, "jobs") as tx:
        wanted = {row["path"] for row in tx.rows("job/uploads")}
    old = [p for p in spool.glob("*") if p.is_file() and now - p.stat().st_mtime > _KEPT_S and str(p) not in wanted]
    for path in old:
        path.unlink(missing_ok=True)
    return len(old)


def _spool(settings: Settings) -> Path:
    folder = settings.base / "spool"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder


def _blocks(stream: BinaryIO) -> Iterator[bytes]:
    while block := stream.read(_BLOCK):
        yield block
