"""Heat: events of some classes and days as counts and rates, by cell, by area or by hexagon."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from gridsvc.domain import closing, codes, crs, heat
from gridsvc.errors import InputError
from gridsvc.services import ground, residents, scopes
from gridsvc.store.tx import Caller, Tx, begin

if TYPE_CHECKING:
    from gridsvc.domain.periods import Period
    from gridsvc.services.scopes import Asked, Question
    from gridsvc.store.pool import Database

BY = ("cell", "community", "town", "county", "h3-7", "h3-8", "h3-9", "h3-10")
# Down to this zoom cells are still a few pixels wide; below it their areas stand for them, sums unchanged.
CELL_ZOOM, COMMUNITY_ZOOM, TOWN_ZOOM = 12, 10, 8


@dataclass(frozen=True)
class Heat:
    """Shapes with n (events), value (n, per km², building or 10,000 residents), km2, buildings, people (when they are
    asked for; NaN where they are not told); upper bounds of the legend."""

    frame: gpd.GeoDataFrame
    breaks: list[float]
    area: ground.Area
    period: Period
    by: str
    per: str
    total: int
    unlocated: int


def by_area(db: Database, caller: Caller, question: Question, by: str = "cell", per: str = "count") -> Heat:
    """Heat of a whole area. Every event in it is in exactly one shape, or counted in ``unlocated``.

    Raises:
        InputError: ``heat.by``, ``heat.per``.
    """
    _check(by, per)
    with begin(db, caller, "read", steady=True) as tx:
        asked = scopes.look_up(tx, question)
        if by.startswith("h3-"):
            frame, total = _hexagons(tx, asked, int(by[3:]))
        else:
            frame, total = _units(tx, asked, by)
            if per == "people":
                frame["people"] = residents.living(
                    tx, frame["key"].to_numpy(dtype=np.int64), closing.LEVELS.get(by, 0), asked.area
                )
    frame["value"] = heat.rate(
        frame["n"].to_numpy(dtype=float),
        per,
        frame["km2"].to_numpy(dtype=float),
        frame["buildings"].to_numpy(dtype=float),
        frame["people"].to_numpy(dtype=float) if "people" in frame else None,
    )
    shown = int(frame["n"].sum())
    return Heat(
        frame, heat.breaks(frame["value"].to_numpy()), asked.area, asked.period, by, per, total, total - shown
    )


def _check(by: str, per: str) -> None:
    if by not in BY:
        raise InputError("heat.by", value=by, known=", ".join(BY))
    if per not in heat.PER:
        raise InputError("heat.per", value=per, known=", ".join(heat.PER))
    if per == "people" and by.startswith("h3-"):  # a hexagon that lies across cells would tell them apart
        raise InputError("heat.people")


def counts(tx: Tx, asked: Asked) -> pd.DataFrame:
    """Events a key (columns key, n): whole months from the rollup, other days from the events."""
    name = "heat/range_rollup" if asked.period.whole_months else "heat/range_events"
    return tx.frame(
        name,
        lo=asked.area.lo,
        hi=asked.area.hi,
        classes=asked.class_ids,
        start=asked.period.start,
        stop=asked.period.stop,
    ).astype({"key": np.int64, "n": np.int64})


def _units(tx: Tx, asked: Asked, by: str) -> tuple[gpd.GeoDataFrame, int]:
    found = counts(tx, asked)
    standing = tx.frame("heat/buildings", lo=asked.area.lo, hi=asked.area.hi).astype({"key": np.int64, "n": np.int64})
    if by == "cell":
        shapes = tx.frame("unit/inside", lo=asked.area.lo, hi=asked.area.hi, day=asked.today)
    else:
        level = closing.LEVELS[by]
        shapes = tx.frame("area/shapes", day=asked.today, lo=asked.area.lo, hi=asked.area.hi)
        shapes = shapes[shapes["level"] == level]
        for part in (found, standing):
            part["key"] = codes.ancestors(part["key"], level) << codes.SEQ_BITS
    events = found.groupby("key")["n"].sum()
    buildings = standing.groupby("key")["n"].sum()
    shapes = shapes[scopes.seen(tx, shapes["key"], closing.LEVELS[by])].reset_index(drop=True)
    key = shapes["key"].astype(np.int64)
    frame = gpd.GeoDataFrame(
        {
            "key": key, "code": shapes["code"], "name": shapes["name"],
            "n": key.map(events).fillna(0).astype(np.int64), "km2": shapes["area_m2"].astype(float) / 1e6,
            "buildings": key.map(buildings).fillna(0).astype(np.int64),
        },
        geometry=shapely.from_wkb(shapes["wkb"].to_numpy(dtype=object)), crs=crs.WGS84,
    )  # fmt: skip
    return frame, int(found["n"].sum())


def _hexagons(tx: Tx, asked: Asked, resolution: int) -> tuple[gpd.GeoDataFrame, int]:
    clear, fill = heat.parent_masks(resolution)
    area = asked.area
    found = tx.frame(
        "heat/h3_range", lo=area.lo, hi=area.hi, classes=asked.class_ids, start=asked.period.start,
        stop=asked.period.stop, clear=clear, fill=fill,
    ).astype({"key": np.int64, "n": np.int64})  # fmt: skip
    standing = tx.frame("heat/buildings_h3", lo=area.lo, hi=area.hi, clear=clear, fill=fill)
    total = int(counts(tx, asked)["n"].sum())
    cells = found["key"].to_numpy(dtype=np.int64)
    buildings = standing.astype({"key": np.int64, "n": np.int64}).set_index("key")["n"]
    frame = gpd.GeoDataFrame(
        {
            "key": cells, "code": [f"{c:x}" for c in cells], "name": "", "n": found["n"],
            "km2": heat.hexagon_areas_km2(cells), "buildings": found["key"].map(buildings).fillna(0).astype(np.int64),
        },
        geometry=heat.hexagons(cells), crs=crs.WGS84,
    )  # fmt: skip
    return frame, total


# ---- tiles -------------------------------------------------------------------------------------------------------


def tile(
    db: Database, caller: Caller, question: Question, by: str, per: str, z: int, x: int, y: int
) -> bytes:  # fmt: skip
    """One vector tile (layer ``heat``: code, n, value). Low zooms show the areas above the cells, with equal sums."""
    _check(by, per)
    with begin(db, caller, "read") as tx:
        asked = scopes.look_up(tx, question)
        if by.startswith("h3-"):
            shapes = _hexagons_in_tile(tx, asked, int(by[3:]), z, x, y)
        else:
            shapes = _units_in_tile(tx, asked, by, per, z, x, y)
        value = heat.rate(
            shapes["n"].to_numpy(dtype=float),
            per,
            shapes["km2"].to_numpy(),
            shapes["buildings"].to_numpy(dtype=float),
            shapes["people"].to_numpy(dtype=float) if "people" in shapes else None,
        )
        return bytes(
            tx.value(
                "tile/counts", z=z, x=x, y=y, wkb=list(shapes["wkb"]), ids=[int(k) for k in shapes["key"]],
                codes=list(shapes["code"]), n=[int(n) for n in shapes["n"]],
                value=[None if np.isnan(v) else float(v) for v in value],
            )
        )  # fmt: skip


def level_for(by: str, z: int) -> int:
    """Digits of the areas that are drawn at a zoom; 0 for cells."""
    wanted = closing.LEVELS.get(by, 0)
    if wanted or z >= CELL_ZOOM:
        return wanted
    return 12 if z >= COMMUNITY_ZOOM else 9 if z >= TOWN_ZOOM else 6


def _units_in_tile(tx: Tx, asked: Asked, by: str, per: str, z: int, x: int, y: int) -> pd.DataFrame:
    level = level_for(by, z)
    shapes = tx.frame("unit/in_tile", z=z, x=x, y=y, day=asked.today, level=level)
    if shapes.empty and level:  # an installation without areas of that level: its cells, however small
        level = 0
        shapes = tx.frame("unit/in_tile", z=z, x=x, y=y, day=asked.today, level=0)
    key = shapes["key"].astype(np.int64)
    inside = key.between(asked.area.lo, asked.area.hi - 1).to_numpy() & scopes.seen(tx, key, level)
    shapes, key = shapes[inside].reset_index(drop=True), key[inside].reset_index(drop=True)
    if level:
        found = counts(tx, asked)
        standing = tx.frame("heat/buildings", lo=asked.area.lo, hi=asked.area.hi).astype(
            {"key": np.int64, "n": np.int64}
        )
        for part in (found, standing):
            part["key"] = codes.ancestors(part["key"], level) << codes.SEQ_BITS
    else:
        name = "heat/cells_rollup" if asked.period.whole_months else "heat/cells_events"
        keys = [int(k) for k in key]
        found = tx.frame(name, keys=keys, classes=asked.class_ids, start=asked.period.start, stop=asked.period.stop)
        standing = tx.frame("heat/buildings_of", keys=keys)
    events = found.astype({"key": np.int64, "n": np.int64}).groupby("key")["n"].sum()
    buildings = standing.astype({"key": np.int64, "n": np.int64}).groupby("key")["n"].sum()
    out = shapes.assign(
        key=key, n=key.map(events).fillna(0).astype(np.int64), km2=shapes["area_m2"].astype(float) / 1e6,
        buildings=key.map(buildings).fillna(0).astype(np.int64),
    )  # fmt: skip
    out = out[out["n"] > 0].reset_index(drop=True)
    if per == "people":
        out["people"] = residents.living(tx, out["key"].to_numpy(dtype=np.int64), level, asked.area)
    return out


def _hexagons_in_tile(tx: Tx, asked: Asked, resolution: int, z: int, x: int, y: int) -> pd.DataFrame:
    west, south, east, north = crs.tile_bounds(z, x, y)
    # a hexagon that reaches into the tile may hold events up to its width outside
    width = 2 * {7: 0.045, 8: 0.017, 9: 0.0065, 10: 0.0025}[resolution]
    keys = ground.keys_near(tx, (west - width, south - width, east + width, north + width))
    keys = keys[(keys >= asked.area.lo) & (keys < asked.area.hi)]
    clear, fill = heat.parent_masks(resolution)
    found = tx.frame(
        "heat/h3_keys", keys=keys.tolist(), classes=asked.class_ids, start=asked.period.start,
        stop=asked.period.stop, clear=clear, fill=fill,
    ).astype({"key": np.int64, "n": np.int64})  # fmt: skip
    cells = found["key"].to_numpy(dtype=np.int64)
    shapes = heat.hexagons(cells)
    near = (
        shapely.intersects(shapely.box(west, south, east, north), shapes) if len(shapes) else np.zeros(0, dtype=bool)
    )
    standing = tx.frame("heat/buildings_h3", lo=asked.area.lo, hi=asked.area.hi, clear=clear, fill=fill)
    buildings = standing.astype({"key": np.int64, "n": np.int64}).set_index("key")["n"]
    return pd.DataFrame(
        {
            "key": cells[near], "code": [f"{c:x}" for c in cells[near]], "n": found["n"].to_numpy()[near],
            "km2": heat.hexagon_areas_km2(cells[near]), "wkb": shapely.to_wkb(shapes[near]),
            "buildings": found["key"][near].map(buildings).fillna(0).to_numpy(dtype=np.int64),
        }
    )  # fmt: skip
