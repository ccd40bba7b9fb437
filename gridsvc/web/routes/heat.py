"""Heat as GeoJSON."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Response

from gridsvc.domain.heat import COLOURS
from gridsvc.services import heat
from gridsvc.web.answers import GEOJSON, answer, geojson
from gridsvc.web.deps import Asking, Db, Me, needs

router = APIRouter(prefix="/api/v1/heat", tags=["heat"])
By = Annotated[str, Query(pattern=r"^(cell|community|town|county|h3-(7|8|9|10))$")]
Per = Annotated[str, Query(pattern=r"^(count|km2|building|people)$")]


@router.get("", **needs("read", GEOJSON))
def heat_of(db: Db, who: Me, asking: Asking, by: By = "cell", per: Per = "count") -> Response:
    """Events as counts and rates by cell, area or hexagon."""
    found = heat.by_area(db, who, asking, by, per)
    return geojson(
        found.frame,
        area=found.area.code,
        start=found.period.start,
        stop=found.period.stop,
        by=by,
        per=per,
        total=found.total,
        in_no_shape=found.unlocated,
        breaks=found.breaks,
        colours=COLOURS,
    )


@router.get("/legend", **needs("read"))
def legend(db: Db, who: Me, asking: Asking, by: By = "cell", per: Per = "count") -> Response:
    """Upper bounds and colours of the classes, and totals: what a tile map needs beside its tiles."""
    found = heat.by_area(db, who, asking, by, per)
    return answer(
        {
            "area": found.area.code,
            "area_name": found.area.name,
            "start": found.period.start,
            "stop": found.period.stop,
            "total": found.total,
            "in_no_shape": found.unlocated,
            "shapes": int((found.frame["n"] > 0).sum()),
            "breaks": found.breaks,
            "colours": COLOURS,
        }
    )
