"""Arrays by group: sums, the best of each group, groups of what hangs together."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse
from scipy.sparse.csgraph import connected_components

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Ints = NDArray[np.int64]
    Floats = NDArray[np.float64]


def sums(group: Ints, values: Floats, number: int) -> Floats:
    """Sum of ``values`` of each group 0…number-1."""
    return np.asarray(np.bincount(group, weights=values, minlength=number), dtype=float)


def best(group: Ints, *values: Floats | Ints) -> Ints:
    """Index of the row with the greatest ``values`` (the first decides, ties by the next, then by place) of each
    group, in the order of the groups."""
    order = np.lexsort((*(-v for v in reversed(values)), group))
    if not len(order):
        return order
    return np.asarray(order[np.r_[True, group[order][1:] != group[order][:-1]]])


def pairs(one: Ints, two: Ints, values: Floats) -> tuple[Ints, Ints, Floats]:
    """Pairs of numbers once each, with the sum of their values."""
    width = int(two.max(initial=0)) + 1
    keys, at = np.unique(one.astype(np.int64) * width + two, return_inverse=True)
    return keys // width, keys % width, sums(at, values, len(keys))


def connected(number: int, one: Ints, two: Ints) -> tuple[int, Ints]:
    """How many groups 0…number-1 fall into when ``one`` and ``two`` hang together, and the group of each."""
    graph = sparse.coo_matrix((np.ones(len(one)), (one, two)), shape=(number, number))
    found, of = connected_components(graph, directed=False)
    return int(found), np.asarray(of, dtype=np.int64)
