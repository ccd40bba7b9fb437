"""Dividing one area into cells by a regular pattern: squares, hexagons, H3.

The pattern's lines and the area's border are noded together once and polygonised, so neighbours share every vertex
and the union of the cells is the area itself. A piece without a building that is much smaller than a cell joins its
neighbour. Cells that follow houses and roads are the method ``balanced`` of a later module.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from gridsvc.domain import codes, crs, geometry, patterns
from gridsvc.domain.assignment import Ground
from gridsvc.errors import InputError

if TYPE_CHECKING:
    from numpy.typing import NDArray

SLIVER = 0.25
METHODS = ("square", "hex", "h3")
# H3 and metric borders are straight up to this many degrees; vertices closer to their line than that are dropped.
_STRAIGHT = 1e-9
_CLOSE = 1e-9  # degrees, a tenth of a millimetre


@dataclass(frozen=True)
class Recipe:
    """How to divide: a method and one way to say how large the cells are."""

    method: str = "square"
    size_m: float | None = None
    resolution: int | None = None
    target: float | None = None
    cells: int | None = None
    sliver: float = SLIVER

    def __post_init__(self) -> None:
        """Refuse unknown methods and contradictory or missing sizes."""
        if self.method not in METHODS:
            raise InputError("division.method", method=self.method, known=", ".join(METHODS))
        given = [self.size_m, self.resolution, self.target, self.cells]
        if sum(v is not None for v in given) != 1:
            raise InputError("division.one_size")
        if self.resolution is not None and self.method != "h3":
            raise InputError("division.resolution_without_h3")
        if self.size_m is not None and self.method == "h3":
            raise InputError("division.size_with_h3")
        if any(v is not None and v <= 0 for v in (self.size_m, self.target, self.cells)):
            raise InputError("division.size_positive")


@dataclass(frozen=True)
class Division:
    """Cells in reading order (rows from north to south, each from west to east) and what was noticed.

    ``cells`` has the columns ordinal, load, area_m2, geometry (lon/lat).
    """

    cells: gpd.GeoDataFrame
    notes: dict[str, float | int | str] = field(default_factory=dict)


def divide(
    aoi: shapely.Geometry,
    recipe: Recipe,
    points: NDArray[np.object_] | None = None,
    weights: NDArray[np.float64] | None = None,
) -> Division:
    """Divide the lon/lat polygon ``aoi``; ``points`` (n,) are what is inside, ``weights`` (n,) their load.

    Raises:
        InputError: ``division.aoi_empty``, ``division.aoi_invalid`` (with reason and place), ``division.too_many``.
    """
    _check_aoi(aoi)
    west, south, east, north = aoi.bounds
    epsg = crs.metric_epsg((west + east) / 2, (south + north) / 2)
    border = crs.transform(crs.densify(np.array([aoi], dtype=object)), crs.WGS84, epsg)[0]
    points = np.array([], dtype=object) if points is None else points
    weights = np.ones(len(points)) if weights is None else np.asarray(weights, dtype=float)
    spots = crs.transform(points, crs.WGS84, epsg)
    here = shapely.intersects(border, spots) if len(spots) else np.zeros(0, dtype=bool)
    pattern = patterns.make(recipe, border, epsg, float(weights[here].sum()))
    faces = _faces(border, pattern.lines)
    owner = _loads(faces, spots[here])
    count = np.bincount(owner[owner >= 0], minlength=len(faces))
    group = _join_slivers(faces, count, recipe.sliver * pattern.area_m2)
    cells = _dissolve(faces, group)
    if len(cells) > codes.SEQ_MAX:
        raise InputError("division.too_many", cells=len(cells), most=codes.SEQ_MAX)
    cells = cells[reading_order(cells)]
    owner = _loads(cells, spots[here])
    load = np.bincount(owner[owner >= 0], weights=weights[here][owner >= 0], minlength=len(cells))
    shapes = _back(cells, epsg, aoi)
    frame = gpd.GeoDataFrame(
        {"ordinal": np.arange(1, len(cells) + 1), "load": load, "area_m2": shapely.area(cells)},
        geometry=shapes,
        crs=crs.WGS84,
    )
    notes: dict[str, float | int | str] = {
        "pattern": pattern.name,
        "nominal_m2": round(pattern.area_m2, 1),
        "faces": len(faces),
        "joined": len(faces) - len(cells),
        "outside": int((~here).sum()),
        "pieces": len(shapely.get_parts(border)),
    }
    return Division(frame, notes)


def shares(cells: int, loads: list[float]) -> list[int]:
    """``cells`` shared among parts by their loads: largest remainder, at least one each.

    Raises:
        InputError: ``division.fewer_than_parts``.
    """
    if cells < len(loads):
        raise InputError("division.fewer_than_parts", cells=cells, parts=len(loads))
    total = sum(loads)
    exact = np.array([cells * (w / total if total else 1 / len(loads)) for w in loads])
    share = np.maximum(1, np.floor(exact)).astype(int)
    while share.sum() < cells:
        share[np.argmax(exact - share)] += 1
    while share.sum() > cells:
        able = np.where(share > 1, exact - share, np.inf)
        share[np.argmin(able)] -= 1
    return [int(n) for n in share]


def reading_order(shapes: NDArray[np.object_]) -> NDArray[np.int64]:
    """Order of metric polygons: rows from north to south, in each row west to east.

    A row is as high as the median polygon; polygons whose middles lie in one band of that height are one row.
    """
    if not len(shapes):
        return np.zeros(0, dtype=np.int64)
    west, south, east, north = shapely.bounds(shapes).T
    height = float(np.median(north - south)) or 1.0
    row = np.floor((north.max() - (north + south) / 2) / height + 1e-6)
    return np.lexsort(((west + east) / 2, row))


def summary(cells: pd.DataFrame) -> dict[str, float | int]:
    """Figures of a division: cells, loads, empties (columns load, area_m2)."""
    load = cells["load"].to_numpy(dtype=float)
    mean = float(load.mean()) if len(load) else 0.0
    return {
        "cells": len(cells),
        "load_mean": round(mean, 2),
        "load_cv": round(float(load.std() / mean), 3) if mean else 0.0,
        "load_min": float(load.min(initial=np.inf)) if len(load) else 0.0,
        "load_max": float(load.max(initial=0)),
        "empty": int((load == 0).sum()),
        "area_mean_m2": round(float(cells["area_m2"].mean()), 1) if len(cells) else 0.0,
    }


def _check_aoi(aoi: shapely.Geometry) -> None:
    if aoi is None or aoi.is_empty or aoi.geom_type not in ("Polygon", "MultiPolygon"):
        raise InputError("division.aoi_empty")
    wrong = geometry.troubles(np.array([aoi], dtype=object))
    if len(wrong.index):
        x, y = round(float(wrong.x[0]), 7), round(float(wrong.y[0]), 7)
        raise InputError("division.aoi_invalid", reason=wrong.reason[0], x=x, y=y)


def _faces(border: shapely.Geometry, lines: NDArray[np.object_]) -> NDArray[np.object_]:
    """The pieces of ``border`` between the pattern's lines, all sharing their vertices."""
    shapely.prepare(border)
    near = lines[shapely.intersects(border, lines)]
    noded = shapely.union_all(np.append(near, shapely.boundary(border)))
    faces = shapely.get_parts(shapely.polygonize([noded]))
    faces = faces[shapely.intersects(border, shapely.point_on_surface(faces))]
    return np.asarray(faces[shapely.area(faces) > 0])


def _loads(polygons: NDArray[np.object_], spots: NDArray[np.object_]) -> NDArray[np.int64]:
    """Index of the polygon that holds each point; the first one on a shared border, -1 for none."""
    if not len(spots):
        return np.zeros(0, dtype=np.int64)
    keys = np.arange(1, len(polygons) + 1)
    return Ground(polygons, keys).containing(shapely.get_x(spots), shapely.get_y(spots)) - 1


def _join_slivers(faces: NDArray[np.object_], count: NDArray[np.int64], least_m2: float) -> NDArray[np.int64]:
    """Group number of each face: empty faces under ``least_m2`` join the neighbour with the longest shared border."""
    area = shapely.area(faces)
    group = np.arange(len(faces))
    small = (area < least_m2) & (count == 0)
    if not small.any():
        return group
    mine, other = shapely.STRtree(faces).query(faces[small], predicate="touches")
    mine = np.flatnonzero(small)[mine]
    shared = shapely.length(shapely.intersection(faces[mine], faces[other]))
    keep = shared > 0
    mine, other, shared = mine[keep], other[keep], shared[keep]
    total = area.copy()
    held = count.copy()
    # the smallest first, so that chains of slivers end in a real cell; these are the few pieces along the border
    for face in np.flatnonzero(small)[np.argsort(area[small], kind="stable")]:
        root = group[face]
        if total[root] >= least_m2 or held[root]:
            continue
        edges = np.isin(mine, np.flatnonzero(group == root)) & (group[other] != root)
        if not edges.any():
            continue
        borders = pd.Series(shared[edges]).groupby(group[other[edges]]).sum()
        target = int(borders.idxmax())
        group[group == root] = target
        total[target] += total[root]
        held[target] += held[root]
    return group


def _dissolve(faces: NDArray[np.object_], group: NDArray[np.int64]) -> NDArray[np.object_]:
    """One polygon for each group, keeping every vertex that a neighbour has."""
    roots, at, size = np.unique(group, return_inverse=True, return_counts=True)
    single = size[at] == 1
    out = np.empty(len(roots), dtype=object)
    out[at[single]] = faces[single]
    for g in np.flatnonzero(size > 1):
        union = shapely.coverage_union_all(faces[at == g])
        parts = shapely.get_parts(union)
        out[g] = parts[0] if len(parts) == 1 else union
    return out


def _back(cells: NDArray[np.object_], epsg: int, aoi: shapely.Geometry) -> NDArray[np.object_]:
    """Metric cells in lon/lat: exactly on the area's border where they meet it, without needless vertices.

    A border is straight in lon/lat; where a line of the pattern crosses it, the metric result is micrometres off.
    """
    shapes = crs.transform(cells, epsg, crs.WGS84)
    border = shapely.boundary(aoi)
    shapely.prepare(border)

    def onto_border(xy: NDArray[np.float64]) -> NDArray[np.float64]:
        points = shapely.points(xy)
        near = shapely.dwithin(border, points, _CLOSE)
        foot = shapely.get_point(shapely.shortest_line(border, points[near]), 0)
        out = xy.copy()
        out[near] = np.column_stack([shapely.get_x(foot), shapely.get_y(foot)])
        return out

    return np.asarray(shapely.coverage_simplify(shapely.transform(shapes, onto_border), _STRAIGHT))
