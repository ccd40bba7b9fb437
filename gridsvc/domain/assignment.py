"""Which cell a point belongs to.

The cell that contains the point; on a shared border the one with the lower key; a neighbour within one metre is noted
beside it; a point in two overlapping polygons gets the lower key and says so; a point in none is kept as outside.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely

if TYPE_CHECKING:
    from numpy.typing import NDArray

NEAR_M = 1.0
CHUNK = 200_000
INSIDE, BORDER, OVERLAP, OUTSIDE = "inside", "border", "overlap", "outside"
_M_PER_DEGREE = 111_320.0


@dataclass(frozen=True)
class Assigned:
    """For n points: key of the cell (``fallback`` where none), key of the second candidate (0: none), status."""

    key: NDArray[np.int64]
    alt: NDArray[np.int64]
    status: NDArray[np.object_]


class Ground:
    """Polygons with keys, indexed once and asked many times.

    Args:
        geoms: lon/lat polygons, shape (m,).
        keys: their keys, shape (m,), each above 0.
        fallback: keys for points that lie in none of ``geoms``, from other polygons: pairs of polygon array and key
            array, asked in order (the deepest areas first). What lies in none of them gets 0.
        beside: polygons around ``geoms`` and their keys; nothing is assigned to them, but they count as neighbours.
    """

    def __init__(
        self,
        geoms: NDArray[np.object_],
        keys: NDArray[np.int64],
        fallback: tuple[tuple[NDArray[np.object_], NDArray[np.int64]], ...] = (),
        beside: tuple[NDArray[np.object_], NDArray[np.int64]] | None = None,
    ) -> None:
        order = np.argsort(keys, kind="stable")  # the lower index is the lower key from here on
        self.keys = np.asarray(keys, dtype=np.int64)[order]
        self.geoms = np.asarray(geoms, dtype=object)[order]
        shapely.prepare(self.geoms)
        self._tree = shapely.STRtree(self.geoms)
        latitude = float(np.nanmean(shapely.bounds(self.geoms)[:, 1::2])) if len(self.geoms) else 0.0
        # A linear map keeps every border straight, which a projection would not; off by under 3 % of one metre.
        self._scale = np.array([np.cos(np.radians(latitude)) * _M_PER_DEGREE, _M_PER_DEGREE])
        flat = shapely.transform(self.geoms, lambda xy: xy * self._scale)
        self._borders = shapely.boundary(flat)
        shapely.prepare(self._borders)
        self._near, self._near_keys = flat, self.keys
        if beside is not None and len(beside[1]):
            later = np.argsort(beside[1], kind="stable")  # after the own ones, so that these come first
            more = shapely.transform(np.asarray(beside[0], dtype=object)[later], lambda xy: xy * self._scale)
            self._near = np.concatenate([flat, more])
            self._near_keys = np.concatenate([self.keys, np.asarray(beside[1], dtype=np.int64)[later]])
        shapely.prepare(self._near)
        self._near_tree = shapely.STRtree(self._near)
        self._fallback = tuple(Ground(g, k) for g, k in fallback)

    def assign(self, lon: NDArray[np.float64], lat: NDArray[np.float64]) -> Assigned:
        """Cells of the points ``lon``, ``lat`` (degrees, shape (n,), finite)."""
        n = len(lon)
        key, alt = np.zeros(n, dtype=np.int64), np.zeros(n, dtype=np.int64)
        status = np.full(n, OUTSIDE, dtype=object)
        for start in range(0, n, CHUNK):
            part = slice(start, start + CHUNK)
            self._assign(np.asarray(lon[part]), np.asarray(lat[part]), key[part], alt[part], status[part])
        rest = np.flatnonzero(key == 0)
        for ground in self._fallback:
            if not len(rest):
                break
            key[rest] = ground.containing(lon[rest], lat[rest])
            rest = rest[key[rest] == 0]
        return Assigned(key, alt, status)

    def containing(self, lon: NDArray[np.float64], lat: NDArray[np.float64]) -> NDArray[np.int64]:
        """Only the key of the polygon that contains each point, 0 where there is none."""
        point, unit = self._candidates(shapely.points(lon, lat))
        found = np.full(len(lon), len(self.keys), dtype=np.int64)
        np.minimum.at(found, point, unit)
        return np.append(self.keys, 0)[found]

    def _assign(
        self,
        lon: NDArray[np.float64],
        lat: NDArray[np.float64],
        key: NDArray[np.int64],
        alt: NDArray[np.int64],
        status: NDArray[np.object_],
    ) -> None:
        points = shapely.points(lon, lat)
        point, unit = self._candidates(points)
        order = np.lexsort((unit, point))
        point, unit = point[order], unit[order]
        first = np.flatnonzero(np.r_[True, point[1:] != point[:-1]]) if len(point) else np.zeros(0, dtype=int)
        hits = np.diff(np.r_[first, len(point)])
        one, own = point[first], unit[first]
        key[one], status[one] = self.keys[own], INSIDE
        several = hits > 1
        alt[one[several]] = self.keys[unit[first[several] + 1]]
        status[one[several]] = self._border_or_overlap(points, point, unit, one[several])
        self._note_neighbours(lon, lat, one[~several], own[~several], alt, status)
        none = np.flatnonzero(key == 0)
        self._note_neighbours(lon, lat, none, np.full(len(none), -1), alt, status)

    def _candidates(self, points: NDArray[np.object_]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Pairs (point, polygon) that touch. A query with a predicate would prepare the points, not the polygons."""
        point, unit = self._tree.query(points)
        touching = shapely.intersects(self.geoms[unit], points[point])
        return point[touching], unit[touching]

    def _border_or_overlap(
        self,
        points: NDArray[np.object_],
        point: NDArray[np.int64],
        unit: NDArray[np.int64],
        which: NDArray[np.int64],
    ) -> NDArray[np.object_]:
        mine = np.isin(point, which)
        within = shapely.contains_properly(self.geoms[unit[mine]], points[point[mine]])
        deep = np.bincount(point[mine], weights=within, minlength=len(points))
        return np.where(deep[which] >= 2, OVERLAP, BORDER).astype(object)

    def _note_neighbours(
        self,
        lon: NDArray[np.float64],
        lat: NDArray[np.float64],
        which: NDArray[np.int64],
        own: NDArray[np.int64],
        alt: NDArray[np.int64],
        status: NDArray[np.object_],
    ) -> None:
        """Write the first other cell within one metre into ``alt``; such a point is then on the border."""
        x, y = lon[which] * self._scale[0], lat[which] * self._scale[1]
        flat = shapely.points(x, y)
        if len(which) and own[0] >= 0:
            close = shapely.dwithin(self._borders[own], flat, NEAR_M)
            which, own, flat, x, y = which[close], own[close], flat[close], x[close], y[close]
        point, unit = self._near_tree.query(shapely.box(x - NEAR_M, y - NEAR_M, x + NEAR_M, y + NEAR_M))
        other = unit != own[point]
        point, unit = point[other], unit[other]
        near = shapely.dwithin(self._near[unit], flat[point], NEAR_M)
        point, unit = point[near], unit[near]
        lowest = np.full(len(which), len(self._near), dtype=np.int64)
        np.minimum.at(lowest, point, unit)
        has = lowest < len(self._near)
        alt[which[has]] = self._near_keys[lowest[has]]
        inside = own[has] >= 0
        status[which[has][inside]] = BORDER
