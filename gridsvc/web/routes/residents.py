"""Counts of residents: exact where they are the caller's duty, otherwise as they were published."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Response

from gridsvc.services import residents
from gridsvc.web.answers import answer
from gridsvc.web.deps import AreaQuery, Db, Me, needs
from gridsvc.web.schemas.models import ResidentsOut

router = APIRouter(prefix="/api/v1/residents", tags=["residents"])


@router.get("", response_model=ResidentsOut, **needs("read"))
def counts(
    db: Db, who: Me, area: AreaQuery = None,
    by: Annotated[str, Query(pattern=f"^({'|'.join(residents.BY)})$")] = "community",
    month: Annotated[str | None, Query(pattern=r"^\d{4}-\d{2}$", description="2026-10")] = None,
) -> Response:  # fmt: skip
    """People, homes and service categories of a month, and how many were reached; null is not told."""
    found = residents.listing(db, who, area=area, by=by, month=month)
    return answer({"area": found.area.code, "month": found.month.isoformat()[:7], "by": found.by,
                   "categories": found.categories, "rows": found.rows})  # fmt: skip
