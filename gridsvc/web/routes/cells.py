"""Cells: where a point is, what is in a cell."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

from fastapi import APIRouter, Path, Query, Response

from gridsvc.services import cells, lineage
from gridsvc.web.answers import GEOJSON, answer, geojson
from gridsvc.web.deps import AreaQuery, Asking, Db, Me, needs
from gridsvc.web.schemas.models import CellAtOut, CellHistoryOut, CellSummaryOut

router = APIRouter(prefix="/api/v1/cells", tags=["cells"])
Code = Annotated[str, Path(pattern=r"^[0-9]{2,16}$", description="网格编码 cell code, or area code")]


@router.get("", **needs("read", GEOJSON))
def list_cells(db: Db, who: Me, area: AreaQuery = None) -> Response:
    """Cells in force (and undivided areas) of an area as GeoJSON."""
    return geojson(cells.inside(db, who, area))


@router.get("/at", response_model=CellAtOut, **needs("read"))
def at(
    db: Db, who: Me,
    lon: Annotated[float, Query(ge=-180, le=180, allow_inf_nan=False)],
    lat: Annotated[float, Query(ge=-90, le=90, allow_inf_nan=False)],
    day: Annotated[dt.date | None, Query(description="那一天 on that day; today when left out")] = None,
) -> Response:  # fmt: skip
    """The cell at a point, today or on a day."""
    return answer(cells.at(db, who, lon, lat, day))


@router.get("/{code}/history", response_model=CellHistoryOut, **needs("read"))
def history(db: Db, who: Me, code: Code) -> Response:
    """What became of a cell: its shapes, and which cells took over which share."""
    return answer(lineage.history(db, who, code))


@router.get("/{code}/summary", response_model=CellSummaryOut, **needs("read"))
def summary(db: Db, who: Me, code: Code, asking: Asking) -> Response:
    """What is here, what happened, what is late."""
    return answer(cells.summary(db, who, code, asking))
