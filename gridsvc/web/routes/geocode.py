"""Addresses to places, and a point to what stands near it."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Response

from gridsvc.services import geocoding
from gridsvc.web.answers import answer
from gridsvc.web.deps import Db, Me, needs
from gridsvc.web.schemas.geocode import GeocodeOut, ReverseOut
from gridsvc.web.schemas.models import NO_NUL

router = APIRouter(prefix="/api/v1", tags=["geocode"])


@router.get("/geocode", response_model=GeocodeOut, **needs("read"))
def geocode(
    db: Db, who: Me,
    address: Annotated[str, Query(min_length=1, max_length=300, pattern=NO_NUL, description="地址 address")],
) -> Response:  # fmt: skip
    """The place of an address: found, for review with its candidates, or not found; what agreed, and the cell."""
    return answer(geocoding.geocode(db, who, address))


@router.get("/reverse", response_model=ReverseOut, **needs("read"))
def reverse(
    db: Db, who: Me,
    lon: Annotated[float, Query(ge=-180, le=180, allow_inf_nan=False)],
    lat: Annotated[float, Query(ge=-90, le=90, allow_inf_nan=False)],
) -> Response:  # fmt: skip
    """The nearest address, place and road of a point, the areas and the cell that it lies in."""
    return answer(geocoding.reverse(db, who, lon, lat))
