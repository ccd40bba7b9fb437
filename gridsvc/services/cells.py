"""The cell as the unit of work: where a point is, what is here, what is late."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import geopandas as gpd
import shapely

from gridsvc.domain import codes, crs
from gridsvc.errors import InputError, MissingError
from gridsvc.services import ground, scopes, special
from gridsvc.store.tx import Caller, begin

if TYPE_CHECKING:
    import datetime as dt

    from gridsvc.services.scopes import Question
    from gridsvc.store.pool import Database

OPEN_SHOWN = 50


def at(db: Database, caller: Caller, lon: float, lat: float, day: dt.date | None = None) -> dict[str, Any]:
    """The cell at a point (today, or on that day), a neighbour within a metre of it, the areas around it, and special
    cells over it.

    Raises:
        InputError: ``geometry.outside_world``; MissingError: ``cell.nowhere``.
    """
    if not (abs(lon) <= 180 and abs(lat) <= 90):
        raise InputError("geometry.outside_world", lon=lon, lat=lat)
    with begin(db, caller, "read") as tx:
        rows = tx.rows("unit/at", lon=lon, lat=lat, day=day or ground.today(tx))
    found = [r for r in rows if r["kind"] == "cell"]
    areas = [r for r in rows if r["kind"] == "area"]
    if not rows:
        raise MissingError("cell.nowhere", lon=lon, lat=lat)
    cell = next((r for r in found if r["inside"]), None)
    others = [r for r in rows if r["kind"] not in ("cell", "area") and r["inside"]]
    other = next((r for r in found if r is not cell), None)
    return {"cell": cell, "alternative": other, "areas": areas, "special": others}


def summary(db: Database, caller: Caller, code: str, question: Question) -> dict[str, Any]:
    """What is in a cell (or area), what happened there in the period, and what is open, the latest first.

    Raises:
        MissingError: ``cell.unknown`` (also when it is outside the caller's scope).
    """
    key = key_of(code)
    with begin(db, caller, "read", steady=True) as tx:
        if not tx.who.covers(key, key + 1):
            raise MissingError("cell.unknown", code=code)
        asked = scopes.look_up(tx, question)
        over = special.unit(tx, key, asked.today)
        unit = over[0] if over else tx.one("summary/unit", key=key, day=asked.today)
        if unit is None:
            raise MissingError("cell.unknown", code=code)
        where: dict[str, Any] = {"wkb": over[1], "keys": over[2]} if over else {"key": key}
        topic = "special" if over else "summary"
        days = {"start": asked.period.start, "stop": asked.period.stop, "now": asked.now}
        classes = tx.rows(f"{topic}/classes", **where, **days)
        opened = tx.rows(f"{topic}/open", **where, most=OPEN_SHOWN) if "rows" in tx.who.permissions else []
    for r in opened:
        r["late"] = r["due_at"] is not None and r["due_at"] < asked.now
    return {
        "unit": unit, "classes": classes, "open": opened,
        "events": sum(r["n"] for r in classes), "overdue": sum(r["overdue"] for r in classes),
        "period": {"start": asked.period.start, "stop": asked.period.stop},
    }  # fmt: skip


def key_of(code: str) -> int:
    """The key behind a cell's code, or behind an area's (its records in no cell).

    Raises:
        InputError: ``cell.code_malformed``.
    """
    if code.isdigit() and len(code) in codes.LEVELS:
        return codes.area_key(codes.normal_code(code))
    return codes.key_of_cell_code(code)


def inside(db: Database, caller: Caller, area: str | None) -> gpd.GeoDataFrame:
    """Cells in force (and undivided areas) inside an area: key, code, code_alt, name, kind, area_m2, geometry."""
    with begin(db, caller, "read") as tx:
        found = scopes.own_area(tx, area)
        frame = tx.frame("unit/inside", lo=found.lo, hi=found.hi, day=ground.today(tx))
    shapes = shapely.from_wkb(frame["wkb"].to_numpy(dtype=object))
    return gpd.GeoDataFrame(frame.drop(columns="wkb"), geometry=shapes, crs=crs.WGS84)
