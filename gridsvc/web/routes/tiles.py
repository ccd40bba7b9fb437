"""Vector tiles, their descriptions, and the proxied base map."""

from __future__ import annotations

import datetime as dt
import hashlib
from typing import TYPE_CHECKING, Annotated, Any
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, Path, Query, Request, Response

from gridsvc.services import tiles
from gridsvc.web.answers import MVT, answer
from gridsvc.web.deps import Asking, Db, Me, needs
from gridsvc.web.routes.heat import By, Per
from gridsvc.web.tilecache import TileCache

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

    from gridsvc.services.scopes import Question

Zoom = Annotated[int, Path(ge=0, le=22)]
Index = Annotated[int, Path(ge=0, le=2**22)]


def _scope(db: Db, who: Me) -> str:
    return tiles.scope_of(db, who)


# Asked for by every tile, also by those that are the same for all: an account that was put out of use gets none, not
# even a stored one.
router = APIRouter(prefix="/tiles", tags=["tiles"], dependencies=[Depends(_scope)])
Scope = Annotated[str, Depends(_scope)]


@router.get("/base/{z}/{x}/{y}.mvt", **needs("read", MVT))
def base(request: Request, db: Db, who: Me, z: Zoom, x: Index, y: Index) -> Response:
    """The base map: landuse, water, road, rail, barrier, building, poi."""
    tiles.check(z, x, y)
    key = ("base", z, x, y)
    return _tile(request, key, ("base_feature", "building"), lambda: tiles.base(db, who, z, x, y))


@router.get("/areas/{z}/{x}/{y}.mvt", **needs("read", MVT))
def areas(request: Request, db: Db, who: Me, z: Zoom, x: Index, y: Index) -> Response:
    """Borders and names of areas."""
    tiles.check(z, x, y)
    return _tile(request, ("areas", z, x, y), ("area",), lambda: tiles.areas(db, who, z, x, y))


@router.get("/cells/{z}/{x}/{y}.mvt", **needs("read", MVT))
def cells(
    request: Request, db: Db, who: Me, z: Zoom, x: Index, y: Index,
    division: Annotated[int | None, Query(ge=1, le=2**62)] = None,
) -> Response:  # fmt: skip
    """Cells in force, or those of one division."""
    tiles.check(z, x, y)
    return _tile(
        request, ("cells", division, z, x, y), ("cell_version",), lambda: tiles.cells(db, who, z, x, y, division)
    )


@router.get("/events/{z}/{x}/{y}.mvt", **needs("rows", MVT))
def events(
    request: Request, db: Db, who: Me, scope: Scope, asking: Asking, z: Zoom, x: Index, y: Index, late: bool = False
) -> Response:
    """Events, summed over 1/64 of the tile's side: every event counts once at every zoom."""
    tiles.check(z, x, y)
    key = ("events", scope, _asked(asking), late, z, x, y)
    return _tile(request, key, ("event",), lambda: tiles.events(db, who, asking, late, z, x, y))


@router.get("/zones/{z}/{x}/{y}.mvt", **needs("rows", MVT))
def zones(request: Request, db: Db, who: Me, scope: Scope, z: Zoom, x: Index, y: Index) -> Response:
    """Duty zones (责任区) with whoever has a post on them today."""
    tiles.check(z, x, y)
    # an officer sees her own posts wherever they are
    own = who.user_id if scope.startswith("officer:") else 0
    key = ("zones", scope, own, dt.datetime.now(ZoneInfo(db.settings.tz)).date(), z, x, y)
    return _tile(request, key, ("zone", "post", "officer"), lambda: tiles.zones(db, who, z, x, y))


@router.get("/doors/{z}/{x}/{y}.mvt", **needs("people", MVT))
def doors(request: Request, db: Db, who: Me, scope: Scope, z: Zoom, x: Index, y: Index) -> Response:
    """Houses with residents, from zoom 14: only where they are the caller's duty."""
    tiles.check(z, x, y)
    key = ("doors", scope, z, x, y)
    return _tile(request, key, ("person", "building"), lambda: tiles.doors(db, who, z, x, y))


@router.get("/heat/{z}/{x}/{y}.mvt", **needs("read", MVT))
def heat(
    request: Request,
    db: Db,
    who: Me,
    scope: Scope,
    asking: Asking,
    z: Zoom,
    x: Index,
    y: Index,
    by: By = "cell",
    per: Per = "count",
) -> Response:
    """Heat by cell, area or hexagon."""
    tiles.check(z, x, y)
    key = ("heat", scope, _asked(asking), by, per, z, x, y)
    layers = (
        "event",
        "cell_version",
        "area",
        "building",
        *(("person", "resident_figure") if per == "people" else ()),
    )
    return _tile(request, key, layers, lambda: tiles.heat(db, who, asking, by, per, z, x, y))


@router.get("/basemap/{z}/{x}/{y}", **needs("read", "image/png", "image/jpeg", "image/webp"))
def basemap(request: Request, z: Zoom, x: Index, y: Index) -> Response:
    """One tile of the base map in the settings (XYZ, WMTS or MBTiles), fetched by the server."""
    tiles.check(z, x, y)
    body, kind = request.app.state.basemap.tile(z, x, y)
    return Response(body, media_type=kind, headers={"Cache-Control": "private, max-age=86400"})


@router.get("/index.json", **needs("read"))
def index(request: Request, db: Db, who: Me) -> Response:
    """What there is: layers with their zooms, and the base map if one is set."""
    return answer({**tiles.index(db, who), "basemap": request.app.state.basemap.describe()})


def _asked(asking: Question) -> tuple[Any, ...]:
    # "late" depends on the clock, so an answer is good for an hour at most
    return (asking.area, asking.period, asking.classes, asking.as_of, dt.datetime.now(dt.UTC).strftime("%Y%m%d%H"))


def _tile(request: Request, key: Hashable, layers: tuple[str, ...], make: Callable[[], bytes]) -> Response:
    cache: TileCache = request.app.state.tiles
    body = cache.get((key, cache.version(*layers)), make)
    tag = f'"{hashlib.blake2b(body, digest_size=12).hexdigest()}"'
    headers = {"ETag": tag, "Cache-Control": "private, no-cache"}
    if request.headers.get("if-none-match") == tag:
        return Response(status_code=304, headers=headers)
    return Response(body, media_type=MVT, headers=headers)
