"""Addresses to places: one for a page, a file of them for an office; and the way back from a point."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from gridsvc.domain import codes, crs
from gridsvc.domain.address.doors import door, spread
from gridsvc.domain.address.fold import fold
from gridsvc.domain.geocode import ask
from gridsvc.domain.geocode import places as domain_places
from gridsvc.domain.geocode.base import LEVELS
from gridsvc.domain.geocode.decide import STATUS
from gridsvc.domain.geocode.find import AGREED
from gridsvc.domain.geocode.search import Found, Geocoder, mendings
from gridsvc.errors import InputError, MissingError
from gridsvc.services import filein, ground, places
from gridsvc.services.filein import Source
from gridsvc.services.progress import Progress, quiet
from gridsvc.store.tx import begin

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from gridsvc.domain.address.parser import Parsed
    from gridsvc.domain.geocode.ask import Wish
    from gridsvc.services.places import Words
    from gridsvc.store.pool import Database, Row
    from gridsvc.store.tx import Caller, Tx

#: Columns that geocoding adds to a file.
ADDED: Final = ("longitude", "latitude", "level", "accuracy_m", "confidence", "status", "matched", "cell_code")
COLUMNS: Final = ("地址", "详细地址", "现住址", "居住地址", "户籍地址", "住址", "地点", "位置", "address")
_MANY: Final = re.compile(r"[、,，和及－\-—–~～]")  # signs without which no address names several doors
_SHOWN: Final = 8  # candidates of one address
_FETCHED: Final = 400
_HELD: Final = (*(c for c in domain_places.COLUMNS if c != "label"), "lon", "lat", "accuracy_m", "area")
_AT_ONCE: Final = 20_000
LONGEST: Final = 300


@dataclass(frozen=True)
class Coded:
    """What became of the rows of a file."""

    rows: int
    found: int
    review: int
    not_found: int
    empty: int
    levels: dict[str, int]
    output: str


def geocode(db: Database, caller: Caller, text: str) -> dict[str, Any]:
    """The place of one address: parts, answer, cell, what agreed and what not, and the other candidates.

    Raises:
        InputError: ``address.empty``, ``address.long``.
    """
    if not text.strip():
        raise InputError("address.empty")
    if len(text) > LONGEST:
        raise InputError("address.long", most=LONGEST)
    with begin(db, caller, "read") as tx:
        known = places.words(tx)
        doors = spread(fold(text))
        if len(doors) == 1:
            return {**_one(tx, known, text), "several": []}
        each = [_one(tx, known, door) for door in doors]
        parts = known.parser.parse(text).as_json()["parts"]
    return {**each[0], "address": text, "parts": parts, "several": each}


def _one(tx: Tx, known: Words, text: str) -> dict[str, Any]:
    """The answer to an address of one door."""
    read = known.parser.parse(text)
    rows = _fetched(tx, read, known)
    base = domain_places.base_of({name: [row[name] for row in rows] for name in _HELD})
    found = Geocoder(known.parser, base, known.speller, known.foreign).geocode([text], [read])
    shown = _shown(found, rows)
    best = shown[0] if shown else None
    if best and _rooms(tx, found.parsed, [best["id"] if _is_house(best["kind"], best["level"]) else 0])[0]:
        best["level"] = "room"
    return {
        "address": text, "normal": read.normal, "parts": read.as_json()["parts"],
        "status": STATUS[found.answers.status[0]],
        "result": best and {**best, "accuracy_m": _round(found.answers.accuracy[0])},
        "cell": _cell(tx, best["longitude"], best["latitude"]) if best else None,
        "mended": found.mended.get(0), "candidates": shown,
    }  # fmt: skip


def _fetched(tx: Tx, read: Parsed, known: Words) -> list[Row]:
    """Every row of the base that can answer the address as it is written, or with a slip mended."""
    wishes = ask.wishes(read)
    rows = _near(tx, wishes)
    if _answered(rows, wishes):
        return rows
    again = mendings([(0, read.text)], known.parser, known.speller)
    return _near(tx, [*wishes, *(one for _, one in again)]) if again else rows


def _answered(rows: Sequence[Row], wishes: Sequence[Wish]) -> bool:
    """Whether what is asked for first is among the rows: its road, or where there is none a name."""
    roads = {road for one in wishes for road in one.roads}
    return any(not roads or row["road"] in roads or row["name"] in roads for row in rows)


def _near(tx: Tx, wishes: Sequence[Wish]) -> list[Row]:
    roads = sorted({road for one in wishes for road in one.roads if road})
    names = sorted({*roads, *(name for one in wishes for name in one.names if name)})
    numbers = sorted({door(one.number).first for one in wishes if one.number})
    houses = sorted({one.house for one in wishes if one.house})
    return tx.rows("places/near", roads=roads, names=names, numbers=numbers, houses=houses, most=_FETCHED)


def _shown(found: Found, rows: Sequence[Row]) -> list[dict[str, Any]]:
    some = found.candidates
    out = []
    for k in range(min(len(some), _SHOWN)):
        row = rows[int(some.row[k])]
        agreed = [name for bit, name in enumerate(AGREED) if int(some.agreed[k]) >> bit & 1]
        out.append({
            "longitude": round(float(some.lon[k]), 7), "latitude": round(float(some.lat[k]), 7),
            "level": LEVELS[some.level[k]], "accuracy_m": _round(some.accuracy[k]),
            "confidence": round(float(some.confidence[k]), 3), "matched": str(row["label"]),
            "kind": str(row["kind"]), "id": int(row["ref_id"]), "agreed": agreed,
        })  # fmt: skip
    return out


def _is_house(kind: str, level: str) -> bool:
    return kind == "building" and level in ("building", "number", "poi")


def _rooms(tx: Tx, parsed: Sequence[Parsed], buildings: Sequence[int]) -> np.ndarray:
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


def geocode_file(
    db: Database, caller: Caller, source: Source, output: Path, column: str | None = None, progress: Progress = quiet
) -> Coded:
    """Write the rows of a file anew with a place each; columns that it has already stay.

    Raises:
        InputError: ``address.column``, ``export.format`` and those of the reader.
    """
    from gridsvc.io import writers

    if output.suffix.lower() not in writers.FORMATS:
        raise InputError("export.format", value=output.suffix, known=", ".join(writers.FORMATS))
    progress("geocode.base", 0.0)
    places.refresh(db, progress)
    with filein.open_source(source, db.settings, frozenset(COLUMNS)) as reading:
        table = reading.whole().to_pandas()
    table = table[[name for name in table.columns if not name.startswith("__")]]
    name = _column(table, column, source.name)
    table, texts = _each_door(table, name)
    with begin(db, caller, "read", budget_ms=db.settings.job_budget_ms) as tx:
        known = places.words(tx)
        rows = tx.frame("places/all")
        coder = Geocoder(known.parser, domain_places.base_of(rows), known.speller, known.foreign)
        parts = []
        for low in range(0, max(len(texts), 1), _AT_ONCE):
            progress("geocode.rows", low / max(len(texts), 1))
            parts.append(_answers(tx, coder, texts.iloc[low : low + _AT_ONCE].tolist(), rows))
        found = pd.concat(parts, ignore_index=True)
        found["cell_code"] = _cell_codes(tx, found["longitude"].to_numpy(), found["latitude"].to_numpy())
    kept = table.drop(columns=[c for c in ADDED if c in table.columns]).reset_index(drop=True)
    whole = pd.concat([kept, found], axis=1)
    shapes = np.full(len(whole), None, dtype=object)
    has = found["longitude"].notna().to_numpy()
    shapes[has] = shapely.points(found["longitude"][has], found["latitude"][has])
    progress("geocode.write", 0.0)
    writers.write(iter([gpd.GeoDataFrame(whole, geometry=shapes, crs=crs.WGS84)]), output, output.stem)
    counts = found["status"].value_counts()
    return Coded(
        len(whole), int(counts.get("found", 0)), int(counts.get("review", 0)), int(counts.get("not_found", 0)),
        int((texts == "").sum()), {str(k): int(v) for k, v in found["level"].value_counts().items()}, str(output),
    )  # fmt: skip


def _each_door(table: pd.DataFrame, name: str) -> tuple[pd.DataFrame, pd.Series]:
    """A row for each door that an address names, told apart by the column ``door`` where any names several."""
    texts = table[name].fillna("").astype("str").str.strip()
    doors = [spread(fold(text)) if _MANY.search(text) else [text] for text in texts]
    counts = [len(each) for each in doors]
    if max(counts, default=1) == 1:
        return table, texts
    wide = table.loc[table.index.repeat(counts)].reset_index(drop=True)
    single = pd.Series([door for each in doors for door in each])
    return wide.assign(door=single), single


def _column(table: pd.DataFrame, wanted: str | None, file: str) -> str:
    if wanted is not None and wanted in table.columns:
        return wanted
    found = None if wanted is not None else next((c for c in COLUMNS if c in table.columns), None)
    if found is None:
        raise InputError(
            "address.column", file=file, value=wanted or "–", known=", ".join(map(str, table.columns[:20]))
        )
    return found


def _answers(tx: Tx, coder: Geocoder, texts: list[str], rows: pd.DataFrame) -> pd.DataFrame:
    found = coder.geocode([text[:LONGEST] for text in texts])
    answers, some = found.answers, found.candidates
    has = answers.best >= 0
    best = answers.best[has]
    out = pd.DataFrame(
        {"longitude": np.nan, "latitude": np.nan, "level": None, "accuracy_m": answers.accuracy.round(0),
         "confidence": np.nan, "status": np.array(STATUS)[answers.status], "matched": None},
        index=range(len(texts)),
    )  # fmt: skip
    out.loc[has, "longitude"], out.loc[has, "latitude"] = some.lon[best].round(7), some.lat[best].round(7)
    out.loc[has, "confidence"] = some.confidence[best].round(3)
    out["level"] = out["level"].astype(object)
    levels = np.array(LEVELS)[some.level[best]]
    kinds, ids = rows["kind"].to_numpy(dtype=object)[some.row[best]], rows["ref_id"].to_numpy()[some.row[best]]
    buildings = np.zeros(len(texts), np.int64)
    house = np.array([_is_house(kind, level) for kind, level in zip(kinds, levels, strict=True)], dtype=bool)
    buildings[np.flatnonzero(has)[house]] = ids[house]
    out.loc[has, "level"] = levels
    out.loc[_rooms(tx, found.parsed, buildings.tolist()), "level"] = "room"
    out["matched"] = out["matched"].astype(object)
    out.loc[has, "matched"] = rows["label"].to_numpy(dtype=object)[some.row[best]]
    return out


def _cell_codes(tx: Tx, lon: np.ndarray, lat: np.ndarray) -> np.ndarray:
    """Code of the cell of each point, None outside every cell."""
    out = np.full(len(lon), None, dtype=object)
    has = np.flatnonzero(np.isfinite(lon))
    area = places.areas(tx).common
    if not len(has) or area is None:
        return out
    site = ground.load(tx, area)
    keys = site.units.assign(lon[has], lat[has]).key
    named = tx.frame("places/cell_codes", keys=np.unique(keys[keys % (codes.SEQ_MAX + 1) > 0]).tolist())
    code = pd.Series(named["code"].to_numpy(), index=named["key"].to_numpy())
    out[has] = pd.Series(keys).map(code).where(lambda s: s.notna(), None).to_numpy()
    return out


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
                ("address", ["number", "building"]), ("place", ["poi", "estate"]), ("road", ["road", "intersection"]),
            )
        }  # fmt: skip
        around = tx.rows("unit/at", lon=lon, lat=lat, day=ground.today(tx))
    cell = next((row for row in around if row["kind"] == "cell" and row["inside"]), None)
    areas = [row for row in around if row["kind"] == "area"]
    if not around and not any(near.values()):
        raise MissingError("cell.nowhere", lon=lon, lat=lat)
    first = {
        name: ({**rows[0], "metres": round(rows[0]["metres"], 1)} if rows else None) for name, rows in near.items()
    }
    return {**first, "cell": cell, "areas": areas}
