"""Which cell of a new division is which old cell: the one that keeps most of its load keeps key and code."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely

from gridsvc.domain import groups

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Ints = NDArray[np.int64]
    Floats = NDArray[np.float64]


def shared_loads(
    old: NDArray[np.object_], new: NDArray[np.object_], points: NDArray[np.object_], weights: Floats
) -> tuple[Ints, Ints, Floats]:
    """Triples (old index, new index, load) of what both polygons hold.

    Load is the weight of the points in both; pairs without any point count their common area (in degrees², which
    serves for comparing only), scaled below the least point.
    """
    one, two = shapely.STRtree(new).query(old, predicate="intersects")
    area = shapely.area(shapely.intersection(old[one], new[two]))
    keep = area > 0
    one, two, area = one[keep], two[keep], area[keep]
    load = area / (area.sum() + 1.0) * 1e-6
    if len(points):
        in_old, in_new = _holder(old, points), _holder(new, points)
        both = (in_old >= 0) & (in_new >= 0)
        pair = in_old[both] * len(new) + in_new[both]
        unique, at = np.unique(pair, return_inverse=True)
        held = np.bincount(at, weights=weights[both], minlength=len(unique))
        place = np.searchsorted(unique, one * len(new) + two)
        place[place == len(unique)] = 0
        hit = unique[place] == one * len(new) + two if len(unique) else np.zeros(len(one), dtype=bool)
        load[hit] += held[place[hit]]
    return one, two, load


def successors(
    old_seq: Ints, n_new: int, highest: int, one: Ints, two: Ints, load: Floats
) -> tuple[Ints, NDArray[np.bool_]]:
    """Cell numbers of the new cells, and which of them are inherited.

    Args:
        old_seq: numbers of the old cells.
        n_new: how many new cells there are, in reading order.
        highest: the highest number ever used in this area.
        one, two, load: what :func:`shared_loads` gave.

    Each old cell names the new cell that keeps most of its load; of several that name the same, the one that gives
    it most wins. All others are numbered above ``highest``, in reading order.
    """
    favourite = favourites(one, two, load)
    winner = favourite[groups.best(two[favourite], load[favourite], -one[favourite])]
    seq = np.zeros(n_new, dtype=np.int64)
    seq[two[winner]] = old_seq[one[winner]]
    inherited = seq > 0
    seq[~inherited] = highest + 1 + np.arange(int((~inherited).sum()))
    return seq, inherited


def favourites(one: Ints, two: Ints, load: Floats) -> Ints:
    """Of the triples, that of each old cell with the new cell that keeps most of its load."""
    return groups.best(one, load, -two)


def moved_share(old: Ints, new: Ints) -> float:
    """Share of things that are not in the successor of the cell they were in; a new cell succeeds one old cell.

    ``old`` and ``new`` (n) are cells before and after, below 1 for none; what had none or has none does not count.
    """
    both = (old > 0) & (new > 0)
    one, two, number = groups.pairs(old[both], new[both], np.ones(int(both.sum())))
    favourite = favourites(one, two, number)
    winner = favourite[groups.best(two[favourite], number[favourite])]
    return float(1 - number[winner].sum() / max(1, both.sum()))


def _holder(polygons: NDArray[np.object_], points: NDArray[np.object_]) -> Ints:
    holder = np.full(len(points), len(polygons), dtype=np.int64)
    polygon, point = shapely.STRtree(points).query(polygons, predicate="intersects")
    np.minimum.at(holder, point, polygon)
    holder[holder == len(polygons)] = -1
    return holder
