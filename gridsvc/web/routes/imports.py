"""Imports over HTTP: an upload is kept, a job reads it; batches, rejects, undo."""

from __future__ import annotations

import json
from typing import Annotated, Any

from fastapi import APIRouter, File, Form, Path, Query, Response, UploadFile

from gridsvc.domain.records import WORDS
from gridsvc.errors import InputError
from gridsvc.services import batches, classes, jobs, looking
from gridsvc.services.filein import Source
from gridsvc.web.answers import FILES, answer, download
from gridsvc.web.deps import Db, Limit, Me, needs
from gridsvc.web.routes.divisions import accepted
from gridsvc.web.schemas.divisions import Accepted
from gridsvc.web.schemas.models import NO_NUL, BatchOut, Page

router = APIRouter(prefix="/api/v1/imports", tags=["imports"])
Number = Annotated[int, Path(ge=1, le=2**62)]


# what is not a list of records: the job and who may
_JOBS = {
    "areas": ("area_import", "areas"),
    "cells": ("cell_import", "divide"),
    "special_cells": ("special_import", "divide"),
}


@router.post("", response_model=Accepted, status_code=202, **needs("import"))
def submit(
    db: Db, who: Me,
    kind: Annotated[str, Form(pattern=f"^({'|'.join(WORDS)}|areas|cells|special_cells)$")],
    file: Annotated[UploadFile, File()],
    area: Annotated[str | None, Form(max_length=64, pattern=NO_NUL)] = None,
    list_name: Annotated[str | None, Form(alias="list", max_length=80, pattern=NO_NUL)] = None,
    crs: Annotated[str, Form(max_length=40, pattern=NO_NUL)] = "auto",
    tz: Annotated[str | None, Form(max_length=40, pattern=NO_NUL)] = None,
    columns: Annotated[str | None, Form(alias="map", max_length=20_000, description="JSON: field → column")] = None,
    limits: Annotated[str | None, Form(max_length=4000, description="JSON: [\"类别=5wd\"]")] = None,
    codes: Annotated[str, Form(pattern="^(auto|gb|local)$")] = "auto",
    repair: Annotated[bool, Form()] = False,
    sheet: Annotated[str | None, Form(max_length=80, pattern=NO_NUL)] = None,
    use_map: Annotated[str | None, Form(max_length=80, pattern=NO_NUL)] = None,
    save_map: Annotated[str | None, Form(max_length=80, pattern=NO_NUL)] = None,
    dry_run: Annotated[bool, Form()] = False,
    build: Annotated[bool, Form(description="建立名册里的楼栋 make the buildings that a ledger names")] = False,
) -> Response:  # fmt: skip
    """Keep the file and queue its import; nothing is parsed in this process."""
    wanted = json_of(limits, "limits", list) or []
    classes.parse_limits([str(x) for x in wanted])
    params = {
        "area": area, "list_name": list_name, "crs": crs, "tz": tz,
        "columns": json_of(columns, "map", dict), "limits": wanted, "codes": codes,
        "repair": repair, "dry_run": dry_run, "sheet": sheet, "use_map": use_map or None, "build": build,
        "save_map": (save_map or "").strip() or None,
    }  # fmt: skip
    job, permission = _JOBS.get(kind, ("import", "import"))
    return queued(db, who, job, permission, {**params, "kind": WORDS.get(kind)}, file)


def queued(db: Db, who: Me, job: str, permission: str, params: dict[str, Any], file: UploadFile) -> Response:
    """Keep an upload for a job that reads it; refused before anything is kept, gone when it is not queued."""
    jobs.may(db, who, permission)
    path = jobs.keep_upload(db.settings, file.filename or "", file.file)
    try:
        named = {**params, "path": str(path), "file_name": (file.filename or "upload")[:120]}
        return accepted(jobs.submit(db, who, job, named, params["area"]))
    except BaseException:
        path.unlink(missing_ok=True)
        raise


@router.post("/look", response_model=looking.Look, **needs("import"))
def look(
    db: Db, who: Me,
    kind: Annotated[str, Form(pattern=f"^({'|'.join(WORDS)})$")],
    file: Annotated[UploadFile, File()],
    area: Annotated[str | None, Form(max_length=64, pattern=NO_NUL)] = None,
    columns: Annotated[str | None, Form(alias="map", max_length=20_000, description="JSON: field → column")] = None,
    sheet: Annotated[str | None, Form(max_length=80, pattern=NO_NUL)] = None,
    use_map: Annotated[str | None, Form(max_length=80, pattern=NO_NUL)] = None,
) -> Response:  # fmt: skip
    """How a file is understood: its columns, twenty rows; nothing is kept."""
    given = json_of(columns, "map", dict) or {}
    jobs.may(db, who, "import")
    path = jobs.keep_upload(db.settings, file.filename or "", file.file)
    try:
        source = Source(path, sheet=sheet, columns={str(f): str(c) for f, c in given.items()},
                        file_name=(file.filename or "upload")[:120])  # fmt: skip
        found = looking.look(db, who, WORDS[kind], source, area=area, use_map=use_map or None)
        return answer(found)
    finally:
        path.unlink(missing_ok=True)


def json_of(text: str | None, name: str, kind: type) -> Any:
    """A form's field that holds JSON of one kind; None when it is empty.

    Raises:
        InputError: ``request.json``.
    """
    if not text:
        return None
    try:
        value = json.loads(text)
    except ValueError as e:
        raise InputError("request.json", field=name) from e
    if not isinstance(value, kind):
        raise InputError("request.json", field=name)
    return value


@router.get("", response_model=Page[BatchOut], **needs("import"))
def list_batches(
    db: Db, who: Me, limit: Limit = 100, before: Annotated[int, Query(ge=1, le=2**62)] = 2**62
) -> Response:
    """Imports, the newest first."""
    found = batches.listing(db, who, before=before, most=limit)
    return answer({"items": found, "next": found[-1]["id"] if len(found) == limit else None})


@router.get("/{number}", response_model=BatchOut, **needs("import"))
def one(db: Db, who: Me, number: Number) -> Response:
    """One import with its report."""
    return answer(batches.one(db, who, number))


@router.get("/{number}/rejects", **needs("import", FILES["csv"], FILES["xlsx"]))
def rejects(
    db: Db, who: Me, number: Number, format: Annotated[str, Query(pattern="^(csv|xlsx)$")] = "xlsx",  # noqa: A002
) -> Response:  # fmt: skip
    """The rejected rows as a workbook (or CSV) to mend and import again."""
    return download(lambda path: batches.rejects_file(db, who, number, path), format)


@router.post("/{number}/undo", response_model=Accepted, status_code=202, **needs("import"))
def undo(db: Db, who: Me, number: Number) -> Response:
    """Take an import back; a job."""
    row = batches.one(db, who, number)
    return accepted(jobs.submit(db, who, "undo", {"batch_id": number, "kind": row["kind"]}, row["area"] or None))
