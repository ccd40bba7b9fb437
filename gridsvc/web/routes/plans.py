"""What an officer has to visit, to be read, printed or filled in."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, Query, Response

from gridsvc.services import plans
from gridsvc.web.answers import FILES, answer, download
from gridsvc.web.deps import Db, Me, needs
from gridsvc.web.schemas.coverage import PlanOut
from gridsvc.web.schemas.models import NO_NUL

if TYPE_CHECKING:
    from pathlib import Path

router = APIRouter(prefix="/api/v1", tags=["coverage"])
Officer = Annotated[str | None, Query(max_length=64, pattern=NO_NUL, description="工号或姓名 number or name")]
Span = Annotated[str, Query(pattern="^(week|day)$")]
Everything = Annotated[bool, Query(alias="all")]
Day = Annotated[dt.date | None, Query(ge=dt.date(1970, 1, 1), le=dt.date(9000, 1, 1))]


@router.get("/plan", response_model=PlanOut, **needs("rows"))
def plan(
    db: Db, who: Me, officer: Officer = None, span: Span = "week", everything: Everything = False, as_of: Day = None
) -> Response:
    """Visits that an officer (oneself without one) has to make, the urgent ones first, in the order of a walk."""
    return answer(plans.as_data(plans.make(db, who, officer, span=span, as_of=as_of, everything=everything)))


@router.get("/plan/file", **needs("rows", FILES["xlsx"], FILES["html"]))
def plan_file(
    db: Db, who: Me, officer: Officer = None, span: Span = "week", everything: Everything = False, as_of: Day = None,
    format: Annotated[str, Query(pattern="^(xlsx|html)$")] = "xlsx",  # noqa: A002
) -> Response:  # fmt: skip
    """The same as a workbook to fill in and import (走访登记表), or a page to print."""

    def make(path: Path) -> str:
        made = plans.file(db, who, path, officer, span=span, as_of=as_of, everything=everything)
        return f"走访登记表-{made.officer['name']}-{made.start:%Y%m%d}.{format}"

    return download(make, format)
