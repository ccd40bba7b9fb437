"""Dividing one area by a regular pattern: squares, hexagons, H3.

The pattern's lines and the area's border are noded together once and polygonised, so neighbours share every vertex
and the union of the cells is the area itself. A piece without a building that is much smaller than a cell joins its
neighbour.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from gridsvc.domain import codes, crs, patterns, seams
from gridsvc.domain.assignment import Ground
from gridsvc.domain.recipe import Division, Recipe, reading_order
from gridsvc.errors import InputError

if TYPE_CHECKING:
    from numpy.typing import NDArray

# H3 and metric borders are straight up to this many degrees; vertices closer to their line than that are dropped.
_STRAIGHT = 1e-9
_CLOSE = 1e-9  # degrees, a tenth of a millimetre


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
    epsg = crs.metric_of(aoi)
    border = crs.transform(crs.densify(np.array([aoi], dtype=object)), crs.WGS84, epsg)[0]
    points = np.array([], dtype=object) if points is None else points
    weights = np.ones(len(points)) if weights is None else np.asarray(weights, dtype=float)
    spots = crs.transform(points, crs.WGS84, epsg)
    here = shapely.intersects(border, spots) if len(spots) else np.zeros(0, dtype=bool)
    pattern = patterns.make(recipe, border, epsg, float(weights[here].sum()))
    faces = seams.faces(border, pattern.lines)
    owner = _loads(faces, spots[here])
    count = np.bincount(owner[owner >= 0], minlength=len(faces))
    group = _join_slivers(faces, count, recipe.sliver * pattern.area_m2)
    _, cells = seams.dissolve(faces, group)
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
    held = np.zeros(len(here), dtype=np.int64)
    held[here] = owner + 1
    return Division(frame, notes, held)


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
