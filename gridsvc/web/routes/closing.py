"""按期办结率 and gaps."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, Query, Response

from gridsvc.domain.sheets import plain_rows
from gridsvc.services import closing, closinggaps, reports
from gridsvc.web.answers import FILES, GEOJSON, answer, download, geojson
from gridsvc.web.deps import Asking, Cursor, Db, Limit, Me, needs
from gridsvc.web.schemas.models import ClosingGapsOut, ClosingOut

if TYPE_CHECKING:
    from pathlib import Path

router = APIRouter(prefix="/api/v1", tags=["closing"])
By = Annotated[str, Query(pattern="^(cell|community|town|county|class)$")]
Place = Annotated[str, Query(pattern="^(cell|community|town|county)$")]


@router.get("/closing", response_model=ClosingOut, **needs("read"))
def closing_of(db: Db, who: Me, asking: Asking, by: By = "community") -> Response:
    """The on-time rate of an area by one level."""
    found = closing.report(db, who, asking, (by,))
    return answer(
        {
            "area": found.area.code,
            "area_name": found.area.name,
            "start": found.period.start,
            "stop": found.period.stop,
            "now": found.now,
            "target": found.target,
            "by": by,
            "total": found.total,
            "rows": plain_rows(found.tables[by]),
            "limits": plain_rows(found.limits),
        }
    )


@router.get("/closing/geojson", **needs("read", GEOJSON))
def closing_shapes(db: Db, who: Me, asking: Asking, by: Place = "community") -> Response:
    """The same on shapes."""
    return geojson(closing.shapes(db, who, asking, by))


@router.get("/closing/file", **needs("export", FILES["xlsx"], FILES["html"]))
def closing_file(
    db: Db,
    who: Me,
    asking: Asking,
    format: Annotated[str, Query(pattern="^(xlsx|html)$")] = "xlsx",  # noqa: A002
) -> Response:
    """The report as a workbook or a page."""

    def make(path: Path) -> str:
        found = reports.closing_file(db, who, asking, path)
        span = f"{found.period.start:%Y%m%d}-{found.period.last:%Y%m%d}"
        return f"按期办结率-{found.area.name}-{span}.{format}"

    return download(make, format)


@router.get("/closing/gaps", response_model=ClosingGapsOut, **needs("rows"))
def closing_gaps(db: Db, who: Me, asking: Asking, limit: Limit = 500, cursor: Cursor = None) -> Response:
    """Overdue events, cells with nothing in them, buildings in no cell."""
    found = closinggaps.find(db, who, asking, most=limit, cursor=cursor)
    late = found.overdue.assign(cell_code=closinggaps.cell_codes(found.overdue))
    return answer(
        {
            "area": found.area.code, "totals": found.totals, "overdue": plain_rows(late), "next": found.cursor,
            "empty_cells": plain_rows(found.empty_cells), "buildings": plain_rows(found.buildings),
        }
    )  # fmt: skip
