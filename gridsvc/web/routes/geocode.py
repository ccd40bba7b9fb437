"""Addresses to places, and a point to what stands near it."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, File, Form, Path, Query, Response, UploadFile

from gridsvc.services import aliases, geocoding
from gridsvc.web.answers import answer
from gridsvc.web.deps import Db, Me, needs
from gridsvc.web.routes.imports import queued
from gridsvc.web.schemas.divisions import Accepted
from gridsvc.web.schemas.geocode import AliasIn, AliasOut, GeocodeOut, ReverseOut
from gridsvc.web.schemas.models import NO_NUL

Number = Annotated[int, Path(ge=1, le=2**62)]
router = APIRouter(prefix="/api/v1", tags=["geocode"])


@router.get("/geocode", response_model=GeocodeOut, **needs("read"))
def geocode(
    db: Db, who: Me,
    address: Annotated[str, Query(min_length=1, max_length=300, pattern=NO_NUL, description="地址 address")],
) -> Response:  # fmt: skip
    """The place of an address: found, for review with its candidates, or not found; what agreed, and the cell."""
    return answer(geocoding.geocode(db, who, address))


@router.post("/geocode", response_model=Accepted, status_code=202, **needs("import"))
def geocode_file(
    db: Db, who: Me,
    file: Annotated[UploadFile, File()],
    column: Annotated[str | None, Form(max_length=80, pattern=NO_NUL, description="地址列 address column")] = None,
    area: Annotated[str | None, Form(max_length=64, pattern=NO_NUL)] = None,
    sheet: Annotated[str | None, Form(max_length=80, pattern=NO_NUL)] = None,
    format: Annotated[str, Form(pattern="^(csv|xlsx|geojson|gpkg)$")] = "xlsx",  # noqa: A002
) -> Response:  # fmt: skip
    """Give every row of a file a place; a job, whose file is then at
    ``/api/v1/jobs/{number}/file``. What is in doubt goes to the review list."""
    params = {"column": column or None, "area": area or None, "sheet": sheet or None, "format": format}
    return queued(db, who, "geocode", "import", params, file)


@router.get("/reverse", response_model=ReverseOut, **needs("read"))
def reverse(
    db: Db, who: Me,
    lon: Annotated[float, Query(ge=-180, le=180, allow_inf_nan=False)],
    lat: Annotated[float, Query(ge=-90, le=90, allow_inf_nan=False)],
) -> Response:  # fmt: skip
    """The nearest address, place and road of a point, the areas and the cell that it lies in."""
    return answer(geocoding.reverse(db, who, lon, lat))


@router.get("/aliases", response_model=list[AliasOut], **needs("read"))
def list_aliases(db: Db, who: Me) -> Response:
    """Names that people use for places."""
    return answer(aliases.every(db, who))


@router.post("/aliases", response_model=AliasOut, **needs("edit"))
def add_alias(db: Db, who: Me, alias: AliasIn) -> Response:
    """Teach a name of a place, by an address that is found for certain or by a point; never a person's name."""
    done = aliases.add(db, who, alias.name, address=alias.address, lon=alias.lon, lat=alias.lat)
    return answer({**done, "lon": done["longitude"], "lat": done["latitude"]})


@router.delete("/aliases/{number}", status_code=204, **needs("edit"))
def remove_alias(db: Db, who: Me, number: Number) -> Response:
    """Take a name away; what was found by it keeps its place."""
    aliases.remove(db, who, number)
    return Response(status_code=204)
