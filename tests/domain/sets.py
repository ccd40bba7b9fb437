"""The real areas of FINDINGS §3 that lie in ../shared/data, for tests and benchmarks."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import shapely

from gridsvc.domain.barriers import Barriers, lines_of

SHARED = Path(__file__).parents[3] / "shared" / "data"


def real(name: str) -> tuple[shapely.Geometry, np.ndarray, Barriers]:
    """Area, buildings (without parts) and barriers: major roads and water hard, minor roads preferred."""
    if name in ("kathmandu", "coulibistrie"):
        folder = SHARED / "division" / name
        lines = folder / "lines.geojson"
        hard = np.asarray(gpd.read_file(lines).geometry) if lines.exists() else np.zeros(0, dtype=object)
        houses = gpd.read_file(folder / "buildings.geojson")
        area = gpd.read_file(folder / "aoi.geojson").geometry.iloc[0]
        return area, np.asarray(houses.geometry), Barriers(lines_of(hard))
    folder = SHARED / "shanghai"
    roads, water = (gpd.read_file(folder / f"{n}.geojson") for n in ("roads", "water"))
    hard = np.append(np.asarray(roads.geometry[roads["kind"] == "major_road"]), np.asarray(water.geometry))
    prefer = np.asarray(roads.geometry[roads["kind"] == "minor_road"])
    houses = gpd.read_file(folder / "buildings.geojson")
    area = gpd.read_file(folder / "areas.geojson").set_index("code").geometry[name]
    return area, np.asarray(houses.geometry[houses["kind"] == "building"]), Barriers(lines_of(hard), lines_of(prefer))
