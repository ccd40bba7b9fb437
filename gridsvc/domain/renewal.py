"""Dividing again: cells as they were before, changed only where loads no longer fit."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely

from gridsvc.domain import partition, refine

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gridsvc.domain.recipe import Recipe

    Geoms = NDArray[np.object_]
    Ints = NDArray[np.int64]
    Floats = NDArray[np.float64]

_HALF = 0.5
# What is a little outside the tolerance can wait: moving a border costs more than a few households too many.
PATIENCE = 1.5


def holders(cells: Geoms, spots: Geoms) -> Ints:
    """The old cell of each unit: the one it lies in, otherwise the nearest."""
    point, cell = shapely.STRtree(cells).query_nearest(spots, all_matches=False)
    out = np.zeros(len(spots), dtype=np.int64)
    out[point] = cell
    return out


def counts(old: Ints, region: Ints, load: Floats, n: int) -> Ints:
    """How many old cells each of ``n`` regions has: a cell counts where most of its load is."""
    pair = np.bincount(old * n + region, weights=load + 1e-9, minlength=(int(old.max()) + 1) * n).reshape(-1, n)
    held = pair.sum(axis=1) > 0
    return np.bincount(pair[held].argmax(axis=1), minlength=n)


def numbers(had: Ints, fresh: Ints, loads: Floats, room: Ints, recipe: Recipe) -> Ints:
    """Cells of each region: as many as it had, while another number would be only a little better.

    Args:
        had, fresh: cells before, and of a division from nothing. room: the most that a region can have. With
            ``recipe.cells`` the sum is that number.
    """
    price = float((loads**2 / (fresh * (fresh + 1))).max())  # what one more cell was worth, at most
    slack = 1 + 2 * recipe.tolerance + 1 / np.maximum(had, 1)
    crowded = loads**2 / np.maximum(had * (had + 1), 1) > price * slack
    idle = (had > 1) & (loads**2 / np.maximum((had - 1) * had, 1) < price / slack)
    k = np.clip(np.where((had > 0) & ~crowded & ~idle, had, fresh), 1, room)
    if recipe.cells is None:
        return np.asarray(k)
    while k.sum() != recipe.cells:
        if k.sum() < recipe.cells:
            gain = np.where(k < room, loads**2 / (k * (k + 1)), -np.inf)
            k[np.argmax(gain)] += 1
        else:
            loss = np.where(k > 1, loads**2 / (np.maximum(k - 1, 1) * k), np.inf)
            k[np.argmin(loss)] -= 1
    return np.asarray(k)


def again(
    graph: partition.Graph, old: Ints, back: Ints, k: int, mean: float, span: tuple[float, float], recipe: Recipe
) -> Ints:  # fmt: skip
    """Parts 0…k-1 of nodes: the old cells, mended by moves, cells added or given up only where they must be.

    Args:
        old, back: old cell and node of each unit.
        mean: load that a cell has at least, on the average. span: the loads that are left alone.
    """
    node_old = np.full(len(graph.load), -1, dtype=np.int64)
    node_old[back[::-1]] = old[::-1]
    _, part = np.unique(node_old, return_inverse=True)
    load = np.bincount(part, weights=graph.load)
    # a corner of an old cell that reaches into this region is not a cell here
    usual = np.median(load) if len(load) else 0.0
    part = np.where(load[part] < _HALF * min(usual, mean), -1, part)
    if (part < 0).all():
        part = np.zeros(len(part), dtype=np.int64)
    part = _number(graph, _named(refine.connect(graph, part)), k, recipe)
    return refine.Balance(graph, refine.fill(graph, part, k), k, *span).run()


def _number(graph: partition.Graph, part: Ints, wanted: int, recipe: Recipe) -> Ints:
    """Cells added by halving the heaviest, given up by joining the lightest to its lightest neighbour."""
    while part.max() + 1 < wanted:
        load = np.bincount(part, weights=graph.load)
        size = np.bincount(part, weights=graph.load > 0)
        heavy = int(np.argmax(np.where(size > 1, load, -1)))
        mine = np.flatnonzero(part == heavy)
        if len(mine) < 2:
            break
        half = partition.split(graph.only(mine), 2, recipe.tolerance, recipe.seed)
        half = refine.fill(graph.only(mine), half, 2)
        part = part.copy()
        part[mine[half == 1]] = part.max() + 1
    while part.max() + 1 > wanted:
        load = np.bincount(part, weights=graph.load)
        light = int(np.argmin(load))
        row = np.repeat(np.arange(len(part)), np.diff(graph.start))
        beside = np.unique(part[graph.to[(part[row] == light) & (part[graph.to] != light)]])
        if not len(beside):
            break
        part = _named(np.where(part == light, beside[np.argmin(load[beside])], part))
    return part


def _named(part: Ints) -> Ints:
    return np.asarray(np.unique(part, return_inverse=True)[1], dtype=np.int64)
