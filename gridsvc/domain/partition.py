"""Sharing units among cells: how many cells each region gets, and which unit goes where.

Numbers of cells are those with the least spread of loads (a separable convex problem, solved exactly by giving one
cell at a time to the region that gains most). Units are shared by METIS (Karypis and Kumar, 1998, k-way with
contiguous parts); loads outside the tolerance are then mended by moves along chains of cells, and borders shortened
by exchange between neighbours (:mod:`gridsvc.domain.refine`).
"""

from __future__ import annotations

import heapq
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pymetis
from scipy import sparse
from scipy.sparse.csgraph import depth_first_order

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Ints = NDArray[np.int64]
    Floats = NDArray[np.float64]


_FEW = 5  # units a part, below which METIS is not asked


def shares(cells: int, loads: Floats, most: Ints | None = None) -> Ints:
    """Numbers of cells k ≥ 1 (at most ``most``) of regions, Σk = ``cells``, with the least spread of loads W/k.

    With Σk given the mean is given, so the spread is least where Σ W²/k is.
    """
    k = np.ones(len(loads), dtype=np.int64)
    room = np.full(len(loads), cells) if most is None else most
    heap = [(-(w * w) / 2, i) for i, w in enumerate(loads) if room[i] > 1]
    heapq.heapify(heap)
    for _ in range(cells - len(loads)):
        if not heap:
            break
        _, i = heapq.heappop(heap)
        k[i] += 1
        if k[i] < room[i]:
            heapq.heappush(heap, (-(loads[i] ** 2) / (k[i] * (k[i] + 1)), i))
    return k


def bound(loads: Floats, cells: int) -> float:
    """The least coefficient of variation of ``cells`` loads when each region is shared evenly by whole numbers."""
    mean = loads.sum() / cells
    if not mean:
        return 0.0
    k = shares(cells, loads)
    return float(np.sqrt(max(0.0, (loads**2 / k).sum() / cells - mean**2)) / mean)


@dataclass
class Graph:
    """Units ``0…n`` as a graph: neighbours in CSR form, with the cost of cutting and the metres of border."""

    start: Ints
    to: Ints
    cost: Floats
    load: Floats

    @classmethod
    def of(cls, n: int, one: Ints, two: Ints, cost: Floats, load: Floats) -> Graph:
        """A graph of pairs that are named once each."""
        a, b, c = np.r_[one, two], np.r_[two, one], np.r_[cost, cost]
        order = np.lexsort((b, a))
        start = np.searchsorted(a[order], np.arange(n + 1))
        return cls(start, b[order], c[order], load)

    def only(self, units: Ints) -> Graph:
        """The graph of some units, numbered in their order."""
        place = np.full(len(self.load), -1, dtype=np.int64)
        place[units] = np.arange(len(units))
        row = np.repeat(np.arange(len(self.load)), np.diff(self.start))
        inner = (place[row] >= 0) & (place[self.to] >= 0) & (row < self.to)
        return Graph.of(len(units), place[row[inner]], place[self.to[inner]], self.cost[inner], self.load[units])

    def near(self, unit: int) -> tuple[Ints, Floats]:
        """Neighbours of one unit and the cost of cutting it off from each."""
        s = slice(self.start[unit], self.start[unit + 1])
        return self.to[s], self.cost[s]


def split(graph: Graph, k: int, tolerance: float, seed: int) -> Ints:
    """Part (0…k-1) of each unit of a connected graph; every part is connected and not empty."""
    n = len(graph.load)
    if k <= 1 or n <= 1:
        return np.zeros(n, dtype=np.int64)
    if n < _FEW * k:
        return _chunks(graph, k)
    scale = 1000.0 / max(graph.load.max(initial=0.0), 1e-12) if graph.load.max(initial=0.0) > 1000 else 1.0
    weights = np.maximum(np.round(graph.load * scale), 0).astype(np.int64)
    if graph.load.max() <= 1000 and not np.allclose(graph.load, weights):
        weights = np.round(graph.load * 100).astype(np.int64)
    edge = np.maximum(1, np.round(graph.cost * 10)).astype(np.int64)
    edge = np.minimum(edge, 2**28 // max(1, len(edge)) + 10_000)
    options = pymetis.Options(
        contig=1, ufactor=max(1, int(tolerance * 1000 / 4)), seed=seed % 2**31, niter=20, ncuts=3 if n < 20_000 else 1
    )
    found = pymetis.part_graph(
        k, pymetis.CSRAdjacency(graph.start, graph.to), vweights=weights, eweights=edge, recursive=False,
        options=options, warn_on_copies=False,
    )  # fmt: skip
    return np.asarray(found.vertex_part, dtype=np.int64)


def _chunks(graph: Graph, k: int) -> Ints:
    """Parts of hardly more than a unit each, with which METIS cannot cope: pieces of a walk through the graph."""
    n = len(graph.load)
    matrix = sparse.csr_matrix((np.ones(len(graph.to)), graph.to, graph.start), shape=(n, n))
    walk = depth_first_order(matrix, 0, directed=False, return_predecessors=False)
    walk = np.append(walk, np.setdiff1d(np.arange(n), walk))
    done = np.cumsum(graph.load[walk]) - graph.load[walk] / 2
    part = np.empty(n, dtype=np.int64)
    part[walk] = np.clip((done / max(float(graph.load.sum()), 1e-12) * k).astype(np.int64), 0, k - 1)
    return part
