"""Check-ins on a patrol, and the sheet of codes for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, Query, Request, Response

from gridsvc.services import checkins
from gridsvc.services.checkins import Said
from gridsvc.web.answers import FILES, answer, download
from gridsvc.web.deps import Db, Me, needs
from gridsvc.web.schemas.coverage import CheckinIn, PatrolOut
from gridsvc.web.schemas.models import NO_NUL

if TYPE_CHECKING:
    from pathlib import Path

router = APIRouter(prefix="/api/v1", tags=["coverage"])


@router.get("/patrol", response_model=PatrolOut, **needs("report"))
def patrol(db: Db, who: Me) -> Response:
    """The caller's own patrol of today: since when she walks, minutes by cell, check-ins."""
    return answer(checkins.today(db, who))


@router.post("/patrol", response_model=PatrolOut, **needs("report"))
def check_in(db: Db, who: Me, body: CheckinIn) -> Response:
    """Begin a walk, check in at a point, end it; the minutes are written as patrols of the cells (巡查签到)."""
    said = Said(body.kind, body.point, body.cell, body.lon, body.lat, body.accuracy_m)
    return answer(checkins.check_in(db, who, said))


@router.get("/checkpoints/file", **needs("export", FILES["html"]))
def sheet(
    db: Db, who: Me, request: Request,
    area: Annotated[str | None, Query(max_length=64, pattern=NO_NUL)] = None,
    kind: Annotated[list[str], Query(max_length=6)] = list(checkins.DEFAULT),  # noqa: B006
) -> Response:  # fmt: skip
    """Codes of the points of an area, to be printed and hung where they are; they lead to where this was asked."""

    def make(path: Path) -> str:
        found, _ = checkins.sheet(db, who, path, str(request.base_url), area, [k[:20] for k in kind])
        return f"巡查点-{found.name}.html"

    return download(make, "html")
