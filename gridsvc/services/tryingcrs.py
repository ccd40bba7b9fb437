"""``gridsvc try crs``: a list of places that lies some 500 m off, diagnosed and mended, without a database."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from gridsvc.domain import crs, datums
from gridsvc.domain.sample import buildings, plan
from gridsvc.services import coordinates, sample

if TYPE_CHECKING:
    from pathlib import Path

    from gridsvc.domain.diagnosis import Diagnosis
    from gridsvc.services.progress import Progress

_PLACES: Final = 400


@dataclass(frozen=True)
class Mended:
    """The files, the diagnosis, and how far the places lay from their houses before and after (metres, median)."""

    files: list[str]
    found: Diagnosis
    before: float
    after: float


def mend(folder: Path, seed: int, progress: Progress) -> Mended:
    """Places of the sample city in GCJ-02, as a phone's map gives them, diagnosed by its footprints and converted."""
    from gridsvc.io import writers

    progress("try.make", 0.0)
    site = plan.Site(sample.words(), 0, seed)
    houses, _, _ = buildings.make(site, plan.lots(site))
    some = houses.iloc[:: max(1, len(houses) // _PLACES)]
    truly = shapely.point_on_surface(np.asarray(some.geometry, dtype=object))
    lon, lat = datums.convert(shapely.get_x(truly), shapely.get_y(truly), "wgs84", "gcj02")
    folder.mkdir(parents=True, exist_ok=True)
    footprints, listed, mended = folder / "buildings.geojson", folder / "places.csv", folder / "places-wgs84.csv"
    writers.write(iter([gpd.GeoDataFrame(houses[["id", "geometry"]], crs=crs.WGS84)]), footprints, "buildings")
    frame = pd.DataFrame({"编号": some["id"], "地址": some["address"], "经度": lon.round(7), "纬度": lat.round(7)})
    frame.to_csv(listed, index=False, encoding="utf-8-sig")
    found = coordinates.diagnose(listed, footprints)
    coordinates.convert(listed, found.best.system, "wgs84", mended, progress)
    x, y = coordinates.read(mended).numbers()
    return Mended([str(footprints), str(listed), str(mended)], found, _off(lon, lat, truly), _off(x, y, truly))


def _off(lon: np.ndarray, lat: np.ndarray, truly: np.ndarray) -> float:
    epsg = crs.metric_of(truly)
    x, y = crs.transformer(crs.WGS84, epsg).transform(lon, lat)
    return float(np.median(shapely.distance(shapely.points(x, y), crs.transform(truly, crs.WGS84, epsg))))
