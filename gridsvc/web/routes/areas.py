"""Areas in force today."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query, Response

from gridsvc.services import areas
from gridsvc.web.answers import GEOJSON, answer, geojson
from gridsvc.web.deps import Db, Me, needs
from gridsvc.web.schemas.models import AreaOut, Page

router = APIRouter(prefix="/api/v1/areas", tags=["areas"])
Inside = Annotated[
    str | None, Query(pattern=r"^([0-9]{2}|[0-9]{4}|[0-9]{6}|[0-9]{9}|[0-9]{12})$", description="上级区划代码")
]
Code = Annotated[str, Path(pattern=r"^([0-9]{2}|[0-9]{4}|[0-9]{6}|[0-9]{9}|[0-9]{12})$")]


@router.get("", response_model=Page[AreaOut], **needs("read"))
def list_areas(db: Db, who: Me, inside: Inside = None) -> Response:
    """All areas, or those inside one."""
    return answer({"items": areas.listing(db, who, inside), "next": None})


@router.get("/{code}/geojson", **needs("read", GEOJSON))
def shapes(db: Db, who: Me, code: Code) -> Response:
    """An area and the areas in it as GeoJSON."""
    return geojson(areas.shapes(db, who, code).drop(columns="key"))
