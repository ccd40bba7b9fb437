"""Background jobs: progress, result, cancel."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query, Response
from fastapi.responses import FileResponse

from gridsvc.services import jobs
from gridsvc.text import t
from gridsvc.web.answers import FILES, answer
from gridsvc.web.deps import Db, Limit, Me, needs
from gridsvc.web.schemas.models import JobOut, Page

router = APIRouter(prefix="/api/v1/jobs", tags=["jobs"])
Number = Annotated[int, Path(ge=1, le=2**62)]


@router.get("", response_model=Page[JobOut], **needs("read"))
def list_jobs(db: Db, who: Me, limit: Limit = 50, before: Annotated[int, Query(ge=1, le=2**62)] = 2**62) -> Response:
    """Jobs that the caller may see, the newest first."""
    found = jobs.listing(db, who, before=before, most=limit)
    return answer({"items": found, "next": found[-1]["id"] if len(found) == limit else None})


@router.get("/{number}", response_model=JobOut, **needs("read"))
def one(db: Db, who: Me, number: Number) -> Response:
    """One job."""
    row = jobs.one(db, who, number)
    return answer({**row, "step_text": t(f"step.{row['step']}") if row["step"] else ""})


@router.get("/{number}/file", **needs("read", *(FILES[f] for f in ("csv", "xlsx", "geojson", "gpkg"))))
def made(db: Db, who: Me, number: Number) -> Response:
    """The file that one's own job has made, a workbook of the month or rows with their places; kept for a day."""
    path, name = jobs.output(db, who, number)
    return FileResponse(path, filename=name, media_type=FILES[path.suffix[1:]])


@router.post("/{number}/cancel", response_model=JobOut, **needs("read"))
def cancel(db: Db, who: Me, number: Number) -> Response:
    """Ask a job to stop."""
    jobs.cancel(db, who, number)
    return answer(jobs.one(db, who, number))
