"""The ground that records are assigned to: published cells, undivided areas, and the areas above them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import shapely

from gridsvc.domain import codes, heat
from gridsvc.domain.assignment import OUTSIDE, Ground
from gridsvc.errors import InputError, MissingError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gridsvc.store.tx import Tx

NEAR_DEG = 5e-5  # more than the metre within which a neighbour counts


@dataclass(frozen=True)
class Area:
    """An area as the ground knows it."""

    code: str
    key: int
    lo: int
    hi: int
    level: int
    name: str
    code_alt: str | None


@dataclass
class Site:
    """The ground around one area at one version, ready to assign records of its lists."""

    area: Area
    version: int
    units: Ground
    areas: pd.DataFrame
    elsewhere: tuple[Ground, ...] = field(default=())

    def locate(self, frame: pd.DataFrame, *, h3: bool) -> pd.DataFrame:
        """``frame`` with cell_key, cell_alt, assign_status, located_by, accuracy_m (and h3) from lon, lat.

        A row without a place falls to the list's area itself, without a status.
        """
        out = frame.copy()
        lon, lat = frame["lon"].to_numpy(dtype=float), frame["lat"].to_numpy(dtype=float)
        has = np.isfinite(lon) & np.isfinite(lat)
        key = np.full(len(frame), self.area.key, dtype=np.int64)
        alt = np.zeros(len(frame), dtype=np.int64)
        status = np.full(len(frame), None, dtype=object)
        found = self.units.assign(lon[has], lat[has])
        key[has], alt[has], status[has] = found.key, found.alt, found.status
        out["cell_key"] = key
        out["cell_alt"] = pd.Series(alt, index=out.index).astype("Int64").where(alt > 0)
        out["assign_status"] = status
        out["located_by"] = pd.Series("survey", index=out.index, dtype="str").where(has)
        out["accuracy_m"] = np.nan
        if h3:
            index = np.full(len(frame), -1, dtype=np.int64)
            index[has] = heat.h3_of(lon[has], lat[has])
            out["h3"] = pd.Series(index, index=out.index).astype("Int64").where(has)
        return out

    def other_area(self, keys: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Which keys belong to another area than the list's (0, outside every area, does not)."""
        return (keys != 0) & ((keys < self.area.lo) | (keys >= self.area.hi))

    def by_name(self) -> dict[str, int]:
        """Code, own code, name and former codes of every area inside → its key, where the word is unique."""
        inside = self.areas[(self.areas["key"] >= self.area.lo) & (self.areas["key"] < self.area.hi)]
        by_key = inside.set_index("key")
        words = pd.concat([*(by_key[c] for c in ("code", "code_alt", "name")), by_key["former"].explode()])
        words.name = "word"
        frame = words.dropna().astype(str).str.strip().str.lower().reset_index().drop_duplicates()
        unique = frame[~frame["word"].duplicated(keep=False)]
        return {str(w): int(k) for w, k in zip(unique["word"], unique["key"], strict=True)}


def areas_on(tx: Tx, day: dt.date, *, shapes: bool = False) -> pd.DataFrame:
    """All areas of a day: code, key, lo, hi, level, name, code_alt, leaf, divided, former (numbers before); with
    ``shapes`` also wkb, which is megabytes where borders are fine."""
    found = tx.frame("ground/areas", day=day, shapes=shapes)
    return found if shapes else found.drop(columns="wkb")


def find(tx: Tx, code: str, day: dt.date | None = None) -> Area:
    """The area with this code, own code or name on a day (today).

    Raises:
        MissingError: ``area.unknown``.
    """
    on, text = day or today(tx), code.strip()
    row = tx.one("ground/area", code=text, day=on) if text.isascii() and text.isdigit() else None
    return Area(**row) if row else area_of(areas_on(tx, on), code)


def area_of(areas: pd.DataFrame, code: str) -> Area:
    """The area with this code, or with this own code or name when only one has it.

    A code above loaded areas stands for all of them (a city of which only counties are loaded).

    Raises:
        MissingError: ``area.unknown``.
    """
    text = str(code).strip()
    hit = areas[areas["code"] == text]
    if hit.empty and text.isdigit() and len(text) in codes.LEVELS:
        hit = areas[areas["code"] == codes.normal_code(text)]
    if hit.empty and text.isdigit() and len(text) in codes.LEVELS:
        code = codes.normal_code(text)
        lo, hi = codes.key_range(code)
        if areas["key"].between(lo, hi - 1).any():
            return Area(code, lo, lo, hi, len(code), code, None)
    if hit.empty:  # a number that it had before
        hit = areas[[text in f for f in areas["former"]]]
    if hit.empty:
        hit = areas[(areas["code_alt"] == text) | (areas["name"] == text)]
    if len(hit) != 1:
        known = ", ".join(f"{c} {n}" for c, n in zip(areas["code"][:12], areas["name"][:12], strict=True))
        raise MissingError("area.unknown", area=text, known=known or "–")
    r = hit.iloc[0]
    return Area(r["code"], int(r["key"]), int(r["lo"]), int(r["hi"]), int(r["level"]), r["name"], r["code_alt"])


def zone(tx: Tx) -> str:
    """The installation's time zone, fixed at the first migration."""
    return tx.zone


def today(tx: Tx) -> dt.date:
    """Today where the installation is."""
    return dt.datetime.now(ZoneInfo(zone(tx))).date()


def keys_near(tx: Tx, box: tuple[float, float, float, float]) -> NDArray[np.int64]:
    """Keys that a record with its place in the box (west, south, east, north, degrees) can have, except 0."""
    west, south, east, north = box
    frame = tx.frame("unit/keys_near", west=west, south=south, east=east, north=north)
    return frame["key"].to_numpy(dtype=np.int64)


def load(tx: Tx, code: str, day: dt.date | None = None) -> Site:
    """The ground of the area ``code`` on ``day`` (today)."""
    day = day or today(tx)
    areas = areas_on(tx, day, shapes=True)
    area = area_of(areas, code)
    version = int(tx.value("ground/version"))
    cells = tx.frame("ground/cells", lo=area.lo, hi=area.hi, day=day)
    near = _near(tx, areas, area, day)
    return Site(area, version, _units(cells, areas, area, beside=near), areas)


def cell_at(tx: Tx, lon: float, lat: float) -> dict[str, Any]:
    """Cell (cell_key, cell_alt), assign_status and h3 of a point that is to be written by hand.

    Raises:
        InputError: ``geometry.outside_world``, ``seat.outside`` for a point that lies not in the caller's own ground.
    """
    if not (abs(lon) <= 180 and abs(lat) <= 90):
        raise InputError("geometry.outside_world", lon=lon, lat=lat)
    rows = tx.rows("unit/at", lon=lon, lat=lat, day=today(tx))
    areas = [row for row in rows if row["kind"] == "area"]
    if not areas:
        raise InputError("seat.outside", lon=round(lon, 6), lat=round(lat, 6))
    code = max((codes.code_of(int(row["key"])) for row in areas), key=len)
    at = load(tx, code).locate(pd.DataFrame({"lon": [lon], "lat": [lat]}), h3=True).iloc[0]
    key = int(at["cell_key"])
    if key == 0 or not tx.who.covers(key, key + 1):
        raise InputError("seat.outside", lon=round(lon, 6), lat=round(lat, 6))
    alt = None if pd.isna(at["cell_alt"]) else int(at["cell_alt"])
    return {"cell_key": key, "cell_alt": alt, "assign_status": at["assign_status"], "h3": int(at["h3"])}


def around(tx: Tx, code: str, new: tuple[NDArray[np.object_], NDArray[np.int64]] | None = None) -> Ground:
    """The ground of an area and of what touches it, all alike: for assigning again whatever lies there.

    ``new``: shapes and keys of the cells that the area is about to get, instead of those it has; none: it will be
    undivided.
    """
    day = today(tx)
    areas = areas_on(tx, day, shapes=True)
    area = area_of(areas, code)
    near = _near(tx, areas, area, day)
    if new is None:
        cells = tx.frame("ground/cells", lo=area.lo, hi=area.hi, day=day)
    else:
        cells = pd.DataFrame({"key": new[1], "wkb": shapely.to_wkb(new[0])})
        inside = areas["key"].between(area.lo, area.hi - 1)
        areas = areas.assign(divided=areas["divided"].where(~inside, len(new[1]) > 0))
    return _units(pd.concat([cells[["key", "wkb"]], near]), areas, area)


def _near(tx: Tx, areas: pd.DataFrame, area: Area, day: dt.date) -> pd.DataFrame:
    """Cells and undivided leaves outside an area that its shape may touch (columns key, wkb)."""
    shape = areas.loc[areas["code"] == area.code, "wkb"]
    if shape.empty:  # a code above the loaded areas: nothing that is loaded lies beside it
        return pd.DataFrame({"key": pd.Series(dtype=np.int64), "wkb": pd.Series(dtype=object)})
    west, south, east, north = shapely.bounds(shapely.from_wkb(shape.iloc[0]))
    box = {"west": west - NEAR_DEG, "south": south - NEAR_DEG, "east": east + NEAR_DEG, "north": north + NEAR_DEG}
    cells = tx.frame("ground/cells_near", lo=area.lo, hi=area.hi, day=day, **box)
    bare = areas[areas["leaf"] & ~areas["divided"] & ~areas["key"].between(area.lo, area.hi - 1)]
    touching = shapely.intersects(_shapes(bare), shapely.box(*box.values()))
    return pd.concat([cells[["key", "wkb"]], bare.loc[touching, ["key", "wkb"]]], ignore_index=True)


def _units(cells: pd.DataFrame, areas: pd.DataFrame, area: Area, beside: pd.DataFrame | None = None) -> Ground:
    """Cells and undivided leaves inside; behind them the areas around these, and then everything outside."""
    inside = areas["key"].between(area.lo, area.hi - 1)
    bare = areas[areas["leaf"] & ~areas["divided"] & inside]
    units = pd.concat([cells[["key", "wkb"]], bare[["key", "wkb"]]], ignore_index=True)
    behind = [
        areas[inside & (areas["level"] == level)] for level in sorted(areas.loc[inside, "level"].unique())[::-1]
    ]
    behind.append(areas[areas["leaf"] & ~inside])
    above = areas[~areas["leaf"] & ~inside]
    behind += [above[above["level"] == level] for level in sorted(above["level"].unique())[::-1]]
    fallback = tuple((_shapes(part), part["key"].to_numpy(dtype=np.int64)) for part in behind if len(part))
    edge = None if beside is None else (_shapes(beside), beside["key"].to_numpy(dtype=np.int64))
    return Ground(_shapes(units), units["key"].to_numpy(dtype=np.int64), fallback, edge)


def _shapes(frame: pd.DataFrame) -> NDArray[np.object_]:
    return np.asarray(shapely.from_wkb(frame["wkb"].to_numpy(dtype=object)), dtype=object)


def outside_count(frame: pd.DataFrame) -> int:
    """Rows with a place that no cell holds."""
    return int((frame["assign_status"] == OUTSIDE).sum())
