"""Ground goes to what is nearest: Voronoi lines between labelled points, and the label of any place."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely
from scipy.spatial import Voronoi, cKDTree

OVER_M = 0.01

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Geoms = NDArray[np.object_]
    Ints = NDArray[np.int64]
    Floats = NDArray[np.float64]


def ridges(xy: Floats, label: Ints) -> tuple[Ints, Floats]:
    """Voronoi edges between points of different labels: pairs of point numbers (m, 2) and ends (m, 4).

    Four points far away are added, so that every edge near the given ones has both its ends.
    """
    none = np.zeros((0, 2), dtype=np.int64), np.zeros((0, 4))
    if len(np.unique(label)) < 2:
        return none
    middle, reach = xy.mean(axis=0), np.ptp(xy, axis=0).max() + 1.0
    far = middle + 8 * reach * np.array([[-1, -1], [-1, 1], [1, -1], [1, 1]])
    diagram = Voronoi(np.vstack([xy - middle, far - middle]))
    pairs = diagram.ridge_points
    real = (pairs < len(xy)).all(axis=1)
    keep = np.flatnonzero(real)
    keep = keep[label[pairs[keep, 0]] != label[pairs[keep, 1]]]
    ends = np.asarray(diagram.ridge_vertices, dtype=np.int64).reshape(-1, 2)[keep]
    whole = (ends >= 0).all(axis=1)
    at = diagram.vertices + middle
    return pairs[keep[whole]], np.hstack([at[ends[whole, 0]], at[ends[whole, 1]]])


def clipped(ends: Floats, within: shapely.Geometry) -> tuple[Floats, Ints]:
    """Segments inside a polygon (those that leave it go a little beyond), and of which given ones they are parts."""
    shapely.prepare(within)
    found = lines(ends)
    whole = shapely.covers(within, found)
    part = np.flatnonzero(~whole & shapely.intersects(within, found))
    cut, at = shapely.get_parts(shapely.intersection(found[part], within), return_index=True)
    straight = shapely.get_dimensions(cut) == 1
    cut, at = cut[straight], part[at[straight]]
    first, last = shapely.get_point(cut, 0), shapely.get_point(cut, -1)
    more = np.column_stack([shapely.get_x(first), shapely.get_y(first), shapely.get_x(last), shapely.get_y(last)])
    return np.vstack([ends[whole], _longer(more.reshape(-1, 4), ends[at])]), np.r_[np.flatnonzero(whole), at]


def _longer(ends: Floats, whole: Floats) -> Floats:
    """Parts of ``whole`` segments, a centimetre longer where they were cut off: a computed end lies beside the border
    as often as on it. An end that was not cut is exactly where it was, since other lines end there."""
    step = ends[:, 2:] - ends[:, :2]
    beyond = step / np.maximum(np.hypot(*step.T), 1e-9)[:, None] * OVER_M
    out = np.hstack([ends[:, :2] - beyond, ends[:, 2:] + beyond])
    for mine in (slice(0, 2), slice(2, 4)):
        for its in (slice(0, 2), slice(2, 4)):
            same = np.hypot(*(ends[:, mine] - whole[:, its]).T) < 1e-7
            out[same, mine] = whole[same, its]
    return out


class Places:
    """Points with labels in several fields of ground; a place belongs to the nearest point of its own field."""

    def __init__(self, xy: Floats, field: Ints, label: Ints) -> None:
        self._z = 4 * float(np.ptp(xy, axis=0).max(initial=1.0) + 1.0)
        self._label = label
        self._tree = cKDTree(np.column_stack([xy, field * self._z]))

    def label(self, xy: Floats, field: Ints) -> Ints:
        """The label of the nearest point in the same field (of any field, where that has none)."""
        _, at = self._tree.query(np.column_stack([xy, field * self._z]))
        return np.asarray(self._label[at])


def along(a: Floats, b: Floats, step: float) -> tuple[Floats, Ints]:
    """Points inside the segments a–b (n, 2), one at least and one every ``step``; and the segment of each."""
    length = np.hypot(*(b - a).T)
    number = np.maximum(1, np.ceil(length / step)).astype(np.int64)
    of = np.repeat(np.arange(len(a)), number)
    within = np.arange(len(of)) - np.repeat(np.cumsum(number) - number, number)
    share = ((within + 0.5) / number[of])[:, None]
    return a[of] + share * (b[of] - a[of]), of


def lines(ends: Floats) -> Geoms:
    """Segments (m, 4) as line strings."""
    return np.asarray(shapely.linestrings(ends.reshape(-1, 2, 2)), dtype=object)
