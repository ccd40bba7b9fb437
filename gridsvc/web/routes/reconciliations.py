"""Full rolls beside the base: compared in a job, their differences listed and decided."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, File, Form, Path, Query, Response, UploadFile

from gridsvc.domain.records import RECONCILED, WORDS
from gridsvc.services import differencebook, differences, jobs
from gridsvc.services.differences import Which
from gridsvc.web.answers import FILES, answer, download
from gridsvc.web.deps import Db, Limit, Me, needs
from gridsvc.web.routes.divisions import accepted
from gridsvc.web.routes.imports import json_of, queued
from gridsvc.web.schemas.divisions import Accepted
from gridsvc.web.schemas.imports import DecisionIn, DifferenceOut, ReconciliationOut, ReconciliationsOut
from gridsvc.web.schemas.models import NO_NUL, Page

router = APIRouter(prefix="/api/v1/reconciliations", tags=["imports"])
Number = Annotated[int, Path(ge=1, le=2**62)]
What = Annotated[str | None, Query(pattern="^(missing|extra|moved|different)$")]
FieldName = Annotated[str | None, Query(pattern="^[a-z_0-9]{1,40}$")]
_KINDS = [w for w, k in WORDS.items() if k in RECONCILED]


@router.post("", response_model=Accepted, status_code=202, **needs("import"))
def submit(
    db: Db, who: Me,
    kind: Annotated[str, Form(pattern=f"^({'|'.join(_KINDS)})$")],
    file: Annotated[UploadFile, File()],
    area: Annotated[str | None, Form(max_length=64, pattern=NO_NUL)] = None,
    list_name: Annotated[str | None, Form(alias="list", max_length=80, pattern=NO_NUL)] = None,
    crs: Annotated[str, Form(max_length=40, pattern=NO_NUL)] = "auto",
    columns: Annotated[str | None, Form(alias="map", max_length=20_000, description="JSON: field → column")] = None,
    sheet: Annotated[str | None, Form(max_length=80, pattern=NO_NUL)] = None,
    use_map: Annotated[str | None, Form(max_length=80, pattern=NO_NUL)] = None,
) -> Response:  # fmt: skip
    """Keep a full roll and queue its comparison with the base."""
    params = {
        "area": area, "list_name": list_name, "crs": crs,
        "columns": json_of(columns, "map", dict), "sheet": sheet, "use_map": use_map or None, "kind": WORDS[kind],
    }  # fmt: skip
    return queued(db, who, "reconcile", "import", params, file)


@router.get("", response_model=Page[ReconciliationsOut], **needs("import"))
def list_reconciliations(
    db: Db, who: Me, limit: Limit = 100, before: Annotated[int, Query(ge=1, le=2**62)] = 2**62
) -> Response:
    """Comparisons, the newest first."""
    found = differences.listing(db, who, before=before, most=limit)
    return answer({"items": found, "next": found[-1]["id"] if len(found) == limit else None})


@router.get("/{number}", response_model=ReconciliationOut, **needs("import"))
def one(db: Db, who: Me, number: Number) -> Response:
    """One comparison, and how many of its differences are open by sort and field."""
    return answer(differences.one(db, who, number))


@router.get("/{number}/differences", response_model=Page[DifferenceOut], **needs("import"))
def list_differences(
    db: Db, who: Me, number: Number, what: What = None, field: FieldName = None, only: bool = False,
    decision: Annotated[str, Query(pattern="^(open|accepted|kept)$")] = "open",
    after: Annotated[int, Query(ge=0, le=2**62)] = 0, limit: Limit = 100,
) -> Response:  # fmt: skip
    """Differences, with both sides of each field."""
    which = Which(what=what, field=field, only=only)
    found = differences.differences(db, who, number, which, decision=decision, after=after, most=limit)
    return answer({"items": found, "next": found[-1]["id"] if len(found) == limit else None})


@router.get("/{number}/file", **needs("export", FILES["xlsx"]))
def file(db: Db, who: Me, number: Number) -> Response:
    """The open differences as a workbook."""
    return download(lambda path: differencebook.write(db, who, number, path), "xlsx")


@router.post("/{number}/decisions", response_model=Accepted, status_code=202, **needs("edit"))
def decide(db: Db, who: Me, number: Number, body: DecisionIn) -> Response:
    """Accept or keep differences, by number or by rule; a job."""
    about = differences.one(db, who, number)
    params = {"reconciliation_id": number, "kind": about["kind"], **body.model_dump(mode="json")}
    return accepted(jobs.submit(db, who, "decide", params, about["area"] or None))
