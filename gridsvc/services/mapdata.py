"""The ground under a map file: base features and footprints of a box, as far as a file can carry them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from gridsvc.domain import crs
from gridsvc.store.tx import Caller, begin

if TYPE_CHECKING:
    from gridsvc.store.pool import Database
    from gridsvc.store.tx import Tx

# A browser draws this many shapes of a single file without effort.
MOST_FEATURES = 20_000
_STYLE = {
    ("water", "water"): "water", ("water", "river"): "river", ("landuse", "park"): "green",
    ("landuse", "green"): "green", ("landuse", "wood"): "green", ("road", "minor"): "minor",
    ("road", "major"): "major", ("rail", "rail"): "rail", ("building", "building"): "building",
}  # fmt: skip
_LAYERS = ("green", "water", "river", "building", "minor", "rail", "major")  # from below to above


@dataclass(frozen=True)
class Backdrop:
    """Base features (columns layer, kind, name, geometry); ``cut`` says that there were more than a file carries."""

    frame: gpd.GeoDataFrame
    cut: bool


def backdrop(db: Database, caller: Caller, bounds: tuple[float, float, float, float]) -> Backdrop:
    """Water, land use, roads, railways and footprints in a lon/lat box."""
    west, south, east, north = bounds
    box = {"west": west, "south": south, "east": east, "north": north}
    with begin(db, caller, "read", budget_ms=db.settings.budget_ms * 3) as tx:
        base = tx.frame("map/base", **box, most=MOST_FEATURES + 1)
        room = MOST_FEATURES - min(len(base), MOST_FEATURES)
        buildings = tx.frame("map/buildings", **box, most=room + 1)
    cut = len(base) > MOST_FEATURES or len(buildings) > room
    frame = pd.concat([base.head(MOST_FEATURES), buildings.head(room)], ignore_index=True)
    shapes = shapely.from_wkb(frame["wkb"].to_numpy(dtype=object))
    return Backdrop(gpd.GeoDataFrame(frame.drop(columns="wkb"), geometry=shapes, crs=crs.WGS84), cut)


def drawn(tx: Tx, outline: shapely.Geometry, epsg: int) -> list[tuple[str, shapely.Geometry]]:
    """What a printed map shows around a lon/lat outline: (style of ``render.scene``, geometry in ``epsg``), from
    below to above."""
    west, south, east, north = (float(v) for v in outline.bounds)
    margin = (east - west) * 0.05, (north - south) * 0.05
    box = {"west": west - margin[0], "south": south - margin[1], "east": east + margin[0], "north": north + margin[1]}
    frames = [tx.frame("map/base", **box, most=MOST_FEATURES), tx.frame("map/buildings", **box, most=MOST_FEATURES)]
    found = pd.concat(frames, ignore_index=True)
    style = [_STYLE.get((a, b)) for a, b in zip(found["layer"], found["kind"], strict=True)]
    shown = np.array([s is not None for s in style], dtype=bool)
    geoms = crs.transform(
        np.asarray(shapely.from_wkb(found["wkb"].to_numpy(dtype=object)[shown]), dtype=object), crs.WGS84, epsg
    )
    pairs = [(s, g) for s, g in zip([s for s in style if s], geoms, strict=True)]
    return sorted(pairs, key=lambda pair: _LAYERS.index(pair[0]))
