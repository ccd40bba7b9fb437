"""The ground under a map file: base features and footprints of a box, as far as a file can carry them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import geopandas as gpd
import pandas as pd
import shapely

from gridsvc.domain import crs
from gridsvc.store.tx import Caller, begin

if TYPE_CHECKING:
    from gridsvc.store.pool import Database

# A browser draws this many shapes of a single file without effort.
MOST_FEATURES = 20_000


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
