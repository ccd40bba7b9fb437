"""What a division may not cut: footprints joined where they overlap, each with its load, outline points and field."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely

from gridsvc.domain import groups, nearest

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Geoms = NDArray[np.object_]
    Ints = NDArray[np.int64]
    Floats = NDArray[np.float64]
    Bools = NDArray[np.bool_]

OVERLAP_M2 = 0.01
_SHRINK_M = 0.1  # keeps the outlines of houses with a common wall apart
_STEP_M = 3.0
_DOT_M = 0.5  # half the side of the square that stands for a point


@dataclass(frozen=True)
class Units:
    """``shapes`` (n) metric polygons inside the area; ``load`` (n); ``of`` (buildings): unit of each building, -1 for
    one outside; ``across``: buildings (bool) that lie across the border of the area; ``joined``: how many were joined
    to another."""

    shapes: Geoms
    load: Floats
    of: Ints
    across: Bools
    joined: int

    @property
    def spots(self) -> Geoms:
        """A point inside each unit."""
        return np.asarray(shapely.point_on_surface(self.shapes))


def make(area: shapely.Geometry, buildings: Geoms, weights: Floats) -> Units:
    """Units of the metric ``buildings`` (polygons or points) inside ``area``.

    A building whose inner point is outside carries no load, but what of it lies inside is not cut either.
    """
    shapes = _solid(buildings)
    point = shapely.point_on_surface(shapes)
    shapely.prepare(area)
    inside, touching = shapely.intersects(area, point), shapely.intersects(area, shapes)
    across = touching & ~shapely.covers(area, shapes)
    clipped = shapes.copy()
    clipped[across] = _largest(shapely.intersection(shapes[across], area))
    keep = touching & (inside | (shapely.area(clipped) > OVERLAP_M2))
    index = np.flatnonzero(keep)
    group = _overlapping(clipped[index])
    roots, at = np.unique(group, return_inverse=True)
    of = np.full(len(buildings), -1, dtype=np.int64)
    of[index] = at
    load = groups.sums(at, np.where(inside, weights, 0.0)[index], len(roots))
    return Units(_unions(clipped[index], at, len(roots)), load, of, across, len(index) - len(roots))


def _largest(shapes: Geoms) -> Geoms:
    """The largest polygon of each: a house that an inlet of the border cuts in two stands where most of it is, and
    does not make one unit of its neighbours on both sides."""
    parts, of = shapely.get_parts(shapes, return_index=True)
    best = groups.best(of, shapely.area(parts))
    out = shapes.copy()
    out[of[best]] = parts[best]
    return out


def _solid(buildings: Geoms) -> Geoms:
    """Polygons of buildings; a point or line becomes a small square round it, smaller where points are close."""
    shapes = np.where(shapely.is_valid(buildings), buildings, shapely.make_valid(buildings))
    flat = shapely.area(shapes) < OVERLAP_M2
    if not flat.any():
        return np.asarray(shapes, dtype=object)
    dots = shapely.centroid(shapes[flat])
    unique = shapely.points(np.unique(shapely.get_coordinates(dots), axis=0))
    half = np.full(len(dots), _DOT_M)
    if len(unique) > 1:
        (mine, _), gap = shapely.STRtree(unique).query_nearest(
            dots, return_distance=True, exclusive=True, all_matches=False
        )
        half[mine] = np.clip(gap / 3, 0.01, _DOT_M)
    x, y = shapely.get_coordinates(dots).T
    shapes[flat] = shapely.box(x - half, y - half, x + half, y + half)
    return np.asarray(shapes, dtype=object)


def _overlapping(shapes: Geoms) -> Ints:
    """Group number of each shape; shapes that overlap by more than a rounding are of one group."""
    one, two = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    once = one < two
    one, two = one[once], two[once]
    deep = shapely.area(shapely.intersection(shapes[one], shapes[two])) > OVERLAP_M2
    return groups.connected(len(shapes), one[deep], two[deep])[1]


def _unions(shapes: Geoms, at: Ints, number: int) -> Geoms:
    out = np.empty(number, dtype=object)
    size = np.bincount(at, minlength=number)
    single = size[at] == 1
    out[at[single]] = shapes[single]
    order = np.argsort(at, kind="stable")
    starts = np.r_[0, np.cumsum(size)]
    for g in np.flatnonzero(size > 1):
        out[g] = shapely.union_all(shapes[order[starts[g] : starts[g + 1]]])
    return out


def outline_points(shapes: Geoms) -> tuple[Floats, Ints]:
    """Points along the outlines, a little inside, and the unit of each: what the ground round a house goes by."""
    small = shapely.buffer(shapes, -_SHRINK_M, join_style="mitre")
    body = np.where(shapely.is_empty(small), shapes, small)
    parts, part_of = shapely.get_parts(body, return_index=True)
    rings, part = shapely.get_rings(parts, return_index=True)
    unit = part_of[part]
    xy, ring = shapely.get_coordinates(shapely.segmentize(rings, _STEP_M), return_index=True)
    first = np.r_[True, ring[1:] != ring[:-1]]  # a ring says its first point again at its end
    return xy[~first], unit[ring[~first]]


def field_of(shapes: Geoms, fields: Geoms) -> Ints:
    """The field that holds most of each unit; the nearest, for one that lies in none."""
    unit, field = shapely.STRtree(fields).query(shapes, predicate="intersects")
    size = np.ones(len(unit))
    many = np.bincount(unit, minlength=len(shapes))[unit] > 1
    size[many] = shapely.area(shapely.intersection(shapes[unit[many]], fields[field[many]]))
    first = groups.best(unit, size)
    out = np.full(len(shapes), -1, dtype=np.int64)
    out[unit[first]] = field[first]
    lost = out < 0
    if lost.any():
        out[lost] = shapely.STRtree(fields).query_nearest(shapes[lost], all_matches=False)[1]
    return out


def nearest_places(shapes: Geoms, field: Ints) -> nearest.Places:
    """Which unit the ground at a place goes to."""
    xy, unit = outline_points(shapes)
    return nearest.Places(xy, field[unit], unit)
