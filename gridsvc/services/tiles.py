"""Vector tiles: whole, bounded, and only what the caller may see."""

from __future__ import annotations

import datetime as dt
import threading
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from gridsvc.domain import crs
from gridsvc.errors import InputError
from gridsvc.services import ground, scopes
from gridsvc.services import heat as heat_service
from gridsvc.store.tx import Caller, begin

if TYPE_CHECKING:
    from gridsvc.services.scopes import Question
    from gridsvc.store.pool import Database

DOOR_ZOOM = 14  # people are shown at their houses, never summed over hexagons or squares (DESIGN §6)
_scopes: dict[tuple[int, dt.date], str] = {}
_lock = threading.Lock()


def check(z: int, x: int, y: int) -> None:
    """Refuse tiles that do not exist.

    Raises:
        InputError: ``tile.outside``.
    """
    if not (0 <= x < 2**z and 0 <= y < 2**z):
        raise InputError("tile.outside", z=z, x=x, y=y)


def scope_of(db: Database, caller: Caller) -> str:
    """The caller's scope as part of a cache key; remembered for the day, or until an account or a post changes."""
    key = (caller.user_id, dt.datetime.now(ZoneInfo(db.settings.tz)).date())
    known = _scopes.get(key)
    if known is None:
        with begin(db, caller, "read") as tx:
            known = f"{tx.who.role}:{tx.who.scope_text()}"
        with _lock:
            _scopes[key] = known
    return known


def forget_scopes() -> None:
    """An account, a post or an area changed."""
    with _lock:
        _scopes.clear()


def base(db: Database, caller: Caller, z: int, x: int, y: int) -> bytes:
    """The base map of one tile."""
    with begin(db, caller, "read") as tx:
        return bytes(tx.value("tile/base", z=z, x=x, y=y))


def areas(db: Database, caller: Caller, z: int, x: int, y: int) -> bytes:
    """Areas of one tile."""
    with begin(db, caller, "read") as tx:
        return bytes(tx.value("tile/areas", z=z, x=x, y=y, day=ground.today(tx)))


def cells(db: Database, caller: Caller, z: int, x: int, y: int, division: int | None) -> bytes:
    """Cells of one tile."""
    with begin(db, caller, "read") as tx:
        return bytes(tx.value("tile/cells", z=z, x=x, y=y, day=ground.today(tx), division_id=division))


def zones(db: Database, caller: Caller, z: int, x: int, y: int) -> bytes:
    """Duty zones of one tile, with whoever is in charge of each."""
    with begin(db, caller, "rows") as tx:
        return bytes(tx.value("tile/zones", z=z, x=x, y=y, day=ground.today(tx)))


def events(db: Database, caller: Caller, question: Question, late: bool, z: int, x: int, y: int) -> bytes:
    """Events of one tile; without an area in the question, also what lies outside every area."""
    with begin(db, caller, "rows") as tx:
        asked = scopes.look_up(tx, question)
        keys = ground.keys_near(tx, crs.tile_bounds(z, x, y))
        if question.area:
            keys = keys[(keys >= asked.area.lo) & (keys < asked.area.hi)]
        return bytes(
            tx.value(
                "tile/events",
                z=z,
                x=x,
                y=y,
                keys=keys.tolist(),
                outside=question.area is None,
                classes=asked.class_ids,
                start=asked.period.start,
                stop=asked.period.stop,
                now=asked.now,
                late=late,
            )
        )


def doors(db: Database, caller: Caller, z: int, x: int, y: int) -> bytes:
    """Buildings of one tile with the residents that are the caller's duty; none below the zoom of single houses."""
    with begin(db, caller, "people") as tx:
        if z < DOOR_ZOOM:
            return b""
        keys = ground.keys_near(tx, crs.tile_bounds(z, x, y))
        return bytes(tx.value("tile/doors", z=z, x=x, y=y, keys=keys.tolist()))


def heat(db: Database, caller: Caller, question: Question, by: str, per: str, z: int, x: int, y: int) -> bytes:
    """Heat of one tile."""
    return heat_service.tile(db, caller, question, by, per, z, x, y)


def index(db: Database, caller: Caller) -> dict[str, Any]:
    """The layers and from which zoom each shows what; what a zoom does not show is said here, never cut."""
    with begin(db, caller, "read") as tx:
        allowed = "rows" in tx.who.permissions
        residents = bool(tx.who.person_scope)
    layers = [
        {
            "id": "base",
            "layers": {
                "landuse": 11,
                "water": 0,
                "road": {"major": 0, "minor": 13, "path": 15},
                "rail": 10,
                "barrier": 17,
                "building": 14,
                "poi": 16,
            },
        },
        {"id": "areas", "layers": {"area": {"county": 0, "town": 9, "community": 10}}},
        {"id": "cells", "layers": {"cell": 0}},
        {
            "id": "heat",
            "layers": {
                "heat": {
                    "county": 0,
                    "town": heat_service.TOWN_ZOOM,
                    "community": heat_service.COMMUNITY_ZOOM,
                    "cell": heat_service.CELL_ZOOM,
                }
            },
        },
    ]
    if allowed:
        layers += [{"id": "events", "layers": {"event": 0}}, {"id": "zones", "layers": {"zone": 0}}]
    if residents:
        layers.append({"id": "doors", "layers": {"door": DOOR_ZOOM}})
    return {"tiles": "/tiles/{id}/{z}/{x}/{y}.mvt", "layers": layers}
