"""Addresses to places: one for a page, a file of them for an office; and the way back from a point."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from gridsvc.domain import codes
from gridsvc.domain.address.doors import door, spread
from gridsvc.domain.address.fold import fold
from gridsvc.domain.geocode import places as domain_places
from gridsvc.domain.geocode.base import LEVELS
from gridsvc.domain.geocode.decide import STATUS, distinct
from gridsvc.domain.geocode.find import explained
from gridsvc.domain.geocode.search import Found, Geocoder
from gridsvc.errors import InputError, MissingError
from gridsvc.services import ground, places
from gridsvc.store.tx import begin

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gridsvc.domain.address.parser import Parsed
    from gridsvc.domain.geocode.ask import Wish
    from gridsvc.domain.geocode.base import Base
    from gridsvc.services.places import Words
    from gridsvc.store.pool import Database, Row
    from gridsvc.store.tx import Caller, Tx

#: Names of columns that hold addresses.
COLUMNS: Final = ("地址", "详细地址", "现住址", "居住地址", "户籍地址", "住址", "地点", "位置", "address")
_SHOWN: Final = 8  # candidates of one address
_FETCHED: Final = 400
_HELD: Final = (*(c for c in domain_places.COLUMNS if c != "label"), "lon", "lat", "accuracy_m", "area")
_DECIDED: Final[dict[str, Any]] = {"confidence": 1.0, "kind": "review", "id": 0, "agreed": [], "missed": []}
_NOTHING: Final = domain_places.base_of({name: [] for name in _HELD})
LONGEST: Final = 2_000


def geocode(db: Database, caller: Caller, text: str) -> dict[str, Any]:
    """The place of one address: parts, answer, cell, what agreed and what not, and the other candidates.

    Raises:
        InputError: ``address.empty``, ``address.long``.
    """
    if not text.strip():
        raise InputError("address.empty")
    if len(text) > LONGEST:
        raise InputError("address.long", most=LONGEST)
    with begin(db, caller, "read", planned_once=True) as tx:
        known = places.words(tx)
        doors = spread(fold(text))
        if len(doors) == 1:
            return {**_one(tx, known, text), "several": []}
        each = [_one(tx, known, door) for door in doors]
        parts = known.parser.parse(text).as_json()["parts"]
    return {**each[0], "address": text, "parts": parts, "several": each}


def _one(tx: Tx, known: Words, text: str) -> dict[str, Any]:
    """The answer to an address of one door."""
    rows: list[Row] = []

    def base(wishes: Sequence[Wish]) -> Base:
        rows[:] = _near(tx, wishes)
        return domain_places.base_of({name: [row[name] for row in rows] for name in _HELD})

    found = Geocoder(known.parser, _NOTHING, known.speller, known.foreign, known.common, more=base).geocode([text])
    shown = _shown(found, rows)
    best = shown[0] if shown else None
    if best and rooms_there(tx, found.parsed, [best["id"] if is_house(best["kind"], best["level"]) else 0])[0]:
        best["level"] = "room"
    status = STATUS[found.answers.status[0]]
    best = best and {**best, "accuracy_m": _round(found.answers.accuracy[0])}
    if decided := tx.rows("review/answers", areas=decided_for(tx, known), texts=[text.strip()]):
        status, best = "found", {**decided[-1]["answer"], **_DECIDED}
    said = found.parsed[0]
    return {
        "address": text, "normal": said.normal, "parts": said.as_json()["parts"], "status": status, "result": best,
        "cell": _cell(tx, best["longitude"], best["latitude"]) if best else None,
        "mended": found.mended.get(0), "candidates": shown,
    }  # fmt: skip


def decided_for(tx: Tx, known: Words) -> list[int]:
    """Keys of the areas whose decisions hold for the caller: her own area and those around it."""
    code = tx.who.area_code or known.common
    return codes.keys_upwards(code) if code else []


def _near(tx: Tx, wishes: Sequence[Wish]) -> list[Row]:
    roads = sorted({road for one in wishes for road in one.roads if road})
    names = sorted({*roads, *(name for one in wishes for name in one.names if name)})
    numbers = sorted({door(one.number).first for one in wishes if one.number})
    houses = sorted({one.house for one in wishes if one.house})
    return tx.rows("places/near", roads=roads, names=names, numbers=numbers, houses=houses, most=_FETCHED)


def _shown(found: Found, rows: Sequence[Row]) -> list[dict[str, Any]]:
    some = found.candidates
    out = []
    for k in distinct(some, 0, len(some), _SHOWN):
        row = rows[int(some.row[k])]
        out.append({
            "longitude": round(float(some.lon[k]), 7), "latitude": round(float(some.lat[k]), 7),
            "level": LEVELS[some.level[k]], "accuracy_m": _round(some.accuracy[k]),
            "confidence": round(float(some.confidence[k]), 3), "matched": str(row["label"]),
            "kind": str(row["kind"]), "id": int(row["ref_id"]),
            **explained(some, k),
        })  # fmt: skip
    return out


def is_house(kind: str, level: str) -> bool:
    """Whether an answer is a building that may have dwellings."""
    return kind == "building" and level in ("building", "number", "poi")


def rooms_there(tx: Tx, parsed: Sequence[Parsed], buildings: Sequence[int]) -> np.ndarray:
    """Whether the room of each address is a dwelling of its building (0: none) that the caller may see."""
    rooms = [(k, one.first("cellno") or None, one.first("roomno")) for k, one in enumerate(parsed)]
    asked = [(k, buildings[k], unit, room) for k, unit, room in rooms if buildings[k] and room]
    there = np.zeros(len(parsed), bool)
    if asked:
        found = tx.rows("places/rooms", buildings=[b for _, b, _, _ in asked], units=[u for _, _, u, _ in asked],
                        rooms=[r for _, _, _, r in asked])  # fmt: skip
        there[[asked[int(row["no"]) - 1][0] for row in found]] = True
    return there


def _round(metres: float) -> float:
    return float(np.round(metres, 0))


def _cell(tx: Tx, lon: float, lat: float) -> str | None:
    rows = tx.rows("unit/at", lon=lon, lat=lat, day=ground.today(tx))
    inside = [row for row in rows if row["kind"] == "cell" and row["inside"]]
    return str(inside[0]["code"]) if inside else None


def area_key_at(tx: Tx, lon: float, lat: float) -> int:
    """Key of the finest area at a point, 0 outside all of them."""
    rows = tx.rows("unit/at", lon=lon, lat=lat, day=ground.today(tx))
    keys = [
        int(row["key"]) >> codes.SEQ_BITS << codes.SEQ_BITS
        for row in rows
        if row["kind"] in ("cell", "area") and row["inside"]
    ]
    return max(keys, key=lambda key: len(codes.code_of(key)), default=0)


def reverse(db: Database, caller: Caller, lon: float, lat: float) -> dict[str, Any]:
    """The nearest address, road and community of a point, and its cell.

    Raises:
        InputError: ``geometry.outside_world``; MissingError: ``cell.nowhere``.
    """
    if not (abs(lon) <= 180 and abs(lat) <= 90):
        raise InputError("geometry.outside_world", lon=lon, lat=lat)
    with begin(db, caller, "read") as tx:
        near = {
            name: tx.rows("places/reverse", lon=lon, lat=lat, levels=levels, most=1)
            for name, levels in (
                ("address", ["number", "building"]), ("place", ["poi", "estate"]),
            )
        }  # fmt: skip
        near["road"] = tx.rows("places/road_near", lon=lon, lat=lat)
        around = tx.rows("unit/at", lon=lon, lat=lat, day=ground.today(tx))
    cell = next((row for row in around if row["kind"] == "cell" and row["inside"]), None)
    areas = [row for row in around if row["kind"] == "area"]
    if not around and not any(near.values()):
        raise MissingError("cell.nowhere", lon=lon, lat=lat)
    first = {
        name: ({**rows[0], "metres": round(rows[0]["metres"], 1)} if rows else None) for name, rows in near.items()
    }
    return {**first, "cell": cell, "areas": areas}
