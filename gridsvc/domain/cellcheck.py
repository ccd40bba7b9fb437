"""Proof of a division: gaps, overlaps, slivers, cells outside their area, pieces, cut and uncovered buildings.

Overlays run in lon/lat on the vertices as they are stored; sizes are measured in m² after densifying.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from gridsvc.domain import crs

if TYPE_CHECKING:
    from numpy.typing import NDArray

# Trouble below this is the rounding of coordinates, not of somebody's work; the totals still count it.
LEAST_M2 = 0.01
THIN = 0.05  # 4πA/P² of a sliver; a circle has 1, a square 0.79
KINDS = (
    "gap",
    "overlap",
    "outside",
    "sliver",
    "pieces",
    "duplicate",
    "invalid",
    "cut_building",
    "uncovered_building",
)


@dataclass(frozen=True)
class Checked:
    """``figures`` for ``--json``; ``troubles`` with the columns kind, code, other, m2, geometry (lon/lat)."""

    figures: dict[str, float | int]
    troubles: gpd.GeoDataFrame

    @property
    def clean(self) -> bool:
        """Whether the division is seamless and every cell stands for itself (cut buildings do not count here)."""
        return not set(self.troubles["kind"]) & {"gap", "overlap", "outside", "pieces", "duplicate", "invalid"}


def check(
    cells: gpd.GeoDataFrame,
    aoi: shapely.Geometry,
    buildings: NDArray[np.object_] | None = None,
    code: str = "code",
) -> Checked:
    """Check lon/lat ``cells`` (column ``code`` names them) against the lon/lat area and its building footprints."""
    shapes = np.asarray(cells.geometry, dtype=object)
    names = cells[code].astype(str).to_numpy() if code in cells else np.arange(1, len(cells) + 1).astype(str)
    valid = shapely.is_valid(shapes)
    rows = [_rows("invalid", names[~valid], shapes[~valid])]
    rows.append(_duplicates(names, shapes))
    rows.append(_pieces(names, shapes, aoi))
    shapes, names = shapes[valid], names[valid]
    union = shapely.union_all(shapes)
    gaps = _polygons(shapely.difference(aoi, union))
    rows.append(_rows("gap", np.full(len(gaps), ""), gaps))
    over = shapely.difference(shapes, aoi)
    rows.append(_rows("outside", names, over))
    rows.append(_overlaps(names, shapes))
    rows.append(_slivers(names, shapes))
    if buildings is not None and len(buildings):
        rows += _buildings(names, shapes, buildings, aoi)
    found = pd.concat(rows, ignore_index=True)
    m2 = found.groupby("kind")["m2"].sum().reindex(list(KINDS), fill_value=0.0)
    whole = float(crs.areas_m2(np.array([aoi], dtype=object))[0])
    spatial = found["kind"].isin(["gap", "overlap", "outside"])
    shown = found[~spatial | (found["m2"] >= LEAST_M2)]
    number = shown["kind"].value_counts().reindex(list(KINDS), fill_value=0)
    figures: dict[str, float | int] = {
        "cells": len(cells),
        "area_m2": round(whole, 2),
        "gap_m2": float(m2["gap"]),
        "gap_share": float(m2["gap"] / whole) if whole else 0.0,
        "overlap_m2": float(m2["overlap"]),
        "overlap_share": float(m2["overlap"] / whole) if whole else 0.0,
        "outside_m2": float(m2["outside"]),
        "cut": int(number["cut_building"]),
        "uncovered": int(number["uncovered_building"]),
        "disconnected": int(number["pieces"]),
        "slivers": int(number["sliver"]),
        "duplicates": int(number["duplicate"]),
        "invalid": int(number["invalid"]),
    }
    return Checked(figures, gpd.GeoDataFrame(shown.reset_index(drop=True), geometry="geometry", crs=crs.WGS84))


def _rows(
    kind: str, code: NDArray[np.object_], geoms: NDArray[np.object_], other: NDArray[np.object_] | None = None
) -> pd.DataFrame:
    geoms = np.asarray(geoms, dtype=object)
    full = ~(shapely.is_empty(geoms) | shapely.is_missing(geoms)) if len(geoms) else np.zeros(0, dtype=bool)
    return pd.DataFrame(
        {
            "kind": pd.Series([kind] * int(full.sum()), dtype=object),
            "code": np.asarray(code, dtype=object)[full],
            "other": np.full(int(full.sum()), "", dtype=object) if other is None else np.asarray(other)[full],
            "m2": crs.areas_m2(geoms[full]),
            "geometry": geoms[full],
        }
    )


def _polygons(geom: shapely.Geometry) -> NDArray[np.object_]:
    parts = shapely.get_parts(geom)
    return np.asarray(parts[shapely.get_type_id(parts) == 3], dtype=object)


def _duplicates(names: NDArray[np.object_], shapes: NDArray[np.object_]) -> pd.DataFrame:
    twice = pd.Series(names).duplicated(keep=False).to_numpy() & (names != "")
    return _rows("duplicate", names[twice], shapes[twice])


def _pieces(names: NDArray[np.object_], shapes: NDArray[np.object_], aoi: shapely.Geometry) -> pd.DataFrame:
    """Cells in several pieces, unless the area itself is in pieces there (islands smaller than a cell)."""
    islands = shapely.get_parts(aoi)
    many = np.flatnonzero(shapely.get_num_geometries(shapes) > 1)
    parts, owner = shapely.get_parts(shapes[many], return_index=True)
    if not len(parts):
        return _rows("pieces", np.array([], dtype=object), np.array([], dtype=object))
    part, island = shapely.STRtree(islands).query(shapely.point_on_surface(parts), predicate="intersects")
    pairs = pd.DataFrame({"cell": owner[part], "island": island})
    torn = pairs[pairs.duplicated(keep=False)]["cell"].unique()
    return _rows("pieces", names[many[torn]], shapes[many[torn]])


def _overlaps(names: NDArray[np.object_], shapes: NDArray[np.object_]) -> pd.DataFrame:
    one, two = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    once = one < two
    one, two = one[once], two[once]
    shared = shapely.intersection(shapes[one], shapes[two])
    flat = shapely.area(shared) > 0
    return _rows("overlap", names[one[flat]], shared[flat], names[two[flat]])


def _slivers(names: NDArray[np.object_], shapes: NDArray[np.object_]) -> pd.DataFrame:
    if not len(shapes):
        return _rows("sliver", names, shapes)
    west, south, east, north = shapely.total_bounds(shapes)
    flat = crs.transform(shapes, crs.WGS84, crs.metric_epsg((west + east) / 2, (south + north) / 2))
    area, around = shapely.area(flat), shapely.length(flat)
    round_share = 4 * np.pi * area / np.where(around > 0, around, 1) ** 2
    thin = (round_share < THIN) | (area < 0.01 * np.median(area))
    return _rows("sliver", names[thin], shapes[thin])


def _buildings(
    names: NDArray[np.object_], shapes: NDArray[np.object_], buildings: NDArray[np.object_], aoi: shapely.Geometry
) -> list[pd.DataFrame]:
    here = buildings[shapely.intersects(aoi, shapely.point_on_surface(buildings))]
    building, cell = shapely.STRtree(shapes).query(here, predicate="intersects")
    uncovered = np.ones(len(here), dtype=bool)
    uncovered[building] = False
    inside = crs.areas_m2(np.asarray(shapely.intersection(here[building], shapes[cell]), dtype=object))
    deep = inside > LEAST_M2
    held = np.bincount(building[deep], minlength=len(here))
    first = np.full(len(here), "", dtype=object)
    first[building[::-1]] = names[cell[::-1]]
    cut = held > 1
    return [
        _rows("cut_building", first[cut], here[cut]),
        _rows("uncovered_building", np.full(int(uncovered.sum()), "", dtype=object), here[uncovered]),
    ]
