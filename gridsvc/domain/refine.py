"""Mending a partition: parts made connected, loads brought into their limits, borders shortened by exchange."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from gridsvc.domain import groups

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gridsvc.domain.partition import Graph

    Ints = NDArray[np.int64]
    Floats = NDArray[np.float64]

_HOPS = 12
_PASSES = 40


def connect(graph: Graph, part: Ints) -> Ints:
    """Parts made connected: of each the heaviest piece stays, the others (and units of part -1) join a neighbour."""
    part = part.copy()
    row = _rows(graph)
    for _ in range(len(part)):
        same = (part[row] == part[graph.to]) & (part[row] >= 0)
        pieces, piece = groups.connected(len(part), row[same], graph.to[same])
        heavy = groups.sums(piece, graph.load + 1e-9, pieces)
        of = np.full(pieces, -1, dtype=np.int64)
        of[piece] = part
        main = np.zeros(pieces, dtype=bool)
        main[groups.best(of, heavy)] = True
        loose = ~main[piece] | (part < 0)
        if not loose.any():
            break
        ties = loose[row] & ~loose[graph.to]
        if not ties.any():
            break
        tie = np.flatnonzero(ties)
        tie = tie[groups.best(piece[row[tie]], graph.cost[tie])]
        new = np.full(pieces, -1, dtype=np.int64)
        new[piece[row[tie]]] = part[graph.to[tie]]
        change = loose & (new[piece] >= 0)
        part[change] = new[piece][change]
    return part


def fill(graph: Graph, part: Ints, k: int) -> Ints:
    """Every part of 0…k-1 gets a unit with a load: one that a heavy part can give, best without falling apart."""
    part = part.copy()
    for empty in np.flatnonzero(np.bincount(part[graph.load > 0], minlength=k)[:k] == 0):
        part[part == empty] = -1
        if (part < 0).any():
            part = connect(graph, part)
        loaded = np.bincount(part[graph.load > 0], minlength=k)
        load = groups.sums(part, graph.load, k)
        giving = Balance(graph, part, k, 0, np.inf)
        spare: list[int] = []
        for heavy in np.argsort(-load, kind="stable").tolist():
            if loaded[heavy] < 2:
                continue
            mine = np.flatnonzero((part == heavy) & (graph.load > 0))
            mine = mine[np.argsort(graph.load[mine], kind="stable")]
            spare.append(int(mine[0]))
            free = next((int(u) for u in mine if giving.free(int(u), heavy)), None)
            if free is not None:
                part[free] = empty
                break
        else:
            if spare:  # it tears its part; what comes off joins a neighbour
                part[spare[0]] = empty
                part = connect(graph, part)
    return part


class Balance:
    """Loads of parts brought between ``low`` and ``high`` by moves of single units along chains of parts."""

    def __init__(self, graph: Graph, part: Ints, k: int, low: float, high: float) -> None:
        self.graph, self.part, self.low, self.high = graph, part.copy(), low, high
        self.load = groups.sums(part, graph.load, k)
        order = np.argsort(part, kind="stable")
        self._begun = np.split(order, np.searchsorted(part[order], np.arange(1, k)))
        self._sets: dict[int, set[int]] = {}
        self._before = 0.0

    def units(self, part: int) -> set[int]:
        """Units of a part; made when it is first asked for, since most parts need no mending."""
        if part not in self._sets:
            self._sets[part] = set(self._begun[part].tolist())
        return self._sets[part]

    def run(self) -> Ints:
        """Mend part after part, the worst first, as long as something gets better."""
        tried: set[int] = set()
        while True:
            off = self._off(self.load)
            off[list(tried)] = 0
            worst = int(np.argmax(off))
            if off[worst] <= 1e-9:
                break
            if self._mend(worst):
                tried.clear() if len(tried) < 50 else tried.discard(worst)
            else:
                tried.add(worst)
        return self.part

    def _off(self, load: Floats) -> Floats:
        return np.asarray(np.maximum(load - self.high, 0) + np.maximum(self.low - load, 0))

    def _mend(self, part: int) -> bool:
        over = self.load[part] > self.high
        for chain in self._chains(part, over):
            path = chain if over else chain[::-1]
            need = abs(self.load[part] - (self.high if over else self.low))
            moves = self._move_along(path, need)
            if moves is None:
                continue
            if self._total(path) < self._before - 1e-9:
                return True
            self._undo(moves)
        return False

    def _total(self, parts: list[int]) -> float:
        return float(self._off(self.load[parts]).sum())

    def _chains(self, part: int, over: bool) -> list[list[int]]:
        """Chains of neighbouring parts from ``part`` to such as have room (or can give), the nearest first."""
        seen, front, out = {part: [part]}, [part], []
        for _ in range(_HOPS):
            following = []
            for p in front:
                for q in self._beside(p):
                    if q in seen:
                        continue
                    seen[q] = [*seen[p], q]
                    following.append(q)
                    room = self.high - self.load[q] if over else self.load[q] - self.low
                    if room > 1e-9:
                        out.append(seen[q])
            if len(out) >= 6:
                break
            front = following
        return out[:12]

    def _beside(self, part: int) -> list[int]:
        near = {int(p) for u in self.units(part) for p in self.part[self.graph.near(u)[0]]}
        near.discard(part)
        return sorted(near)

    def _move_along(self, path: list[int], need: float) -> list[tuple[int, int, int]] | None:
        self._before = self._total(path)
        moves: list[tuple[int, int, int]] = []
        for source, target in pairwise(path):
            unit = self._choose(source, target, need)
            if unit is None:
                self._undo(moves)
                return None
            self._move(unit, source, target)
            moves.append((unit, source, target))
        return moves

    def _choose(self, source: int, target: int, need: float) -> int | None:
        best, chosen = None, None
        for u in self.units(source):
            near, cost = self.graph.near(u)
            of = self.part[near]
            if target not in of or not self.graph.load[u] or len(self.units(source)) < 2:
                continue
            gain = float(cost[of == target].sum() - cost[of == source].sum())
            miss = abs(self.graph.load[u] - need) / max(need, 1.0)
            score = (-miss, gain) if self.graph.load.max() > 1 else (gain, 0.0)
            if (best is None or score > best) and self.free(u, source):
                best, chosen = score, u
        return chosen

    def free(self, unit: int, part: int) -> bool:
        """Whether the part hangs together without the unit."""
        near = [int(v) for v in self.graph.near(unit)[0] if self.part[v] == part]
        if len(near) <= 1:
            return len(self.units(part)) > 1 and len(near) == 1
        wanted, seen, front = set(near[1:]), {unit, near[0]}, [near[0]]
        while front and wanted:
            u = front.pop()
            for v in self.graph.near(u)[0].tolist():
                if v not in seen and self.part[v] == part:
                    seen.add(v)
                    wanted.discard(v)
                    front.append(v)
        return not wanted

    def _move(self, unit: int, source: int, target: int) -> None:
        self.units(source).discard(unit)
        self.units(target).add(unit)
        self.part[unit] = target
        self.load[source] -= self.graph.load[unit]
        self.load[target] += self.graph.load[unit]

    def _undo(self, moves: list[tuple[int, int, int]]) -> None:
        for unit, source, target in reversed(moves):
            self._move(unit, target, source)


def exchange(graph: Graph, part: Ints, k: int, low: float, high: float, spread: float) -> Ints:
    """Borders shortened: units move to the neighbour they share more border with, as far as loads allow.

    Loads stay between ``low`` and ``high`` and their coefficient of variation below ``spread`` (or where it was). A
    part gives or takes one unit a pass; moves after which a part no longer hangs together are taken back.
    """
    part, row = part.copy(), _rows(graph)
    banned = np.zeros(len(part), dtype=bool)
    mean = graph.load.sum() / k
    budget = k * (spread * mean) ** 2
    for _ in range(_PASSES):
        load = np.bincount(part, weights=graph.load, minlength=k)
        size = np.bincount(part, minlength=k)
        unit, target, gain = _gains(graph, part, row)
        source = part[unit]
        w = graph.load[unit]
        fits = (load[target] + w <= np.maximum(high, load[target])) & (load[source] - w >= low) & (size[source] > 1)
        good = fits & (gain > 0.5) & ~banned[unit]
        if not good.any():
            break
        unit, target, source, gain = unit[good], target[good], source[good], gain[good]
        best = np.full(k, -np.inf)
        np.maximum.at(best, source, gain)
        np.maximum.at(best, target, gain)
        top = (gain == best[source]) & (gain == best[target])
        unit, target, source, gain = unit[top], target[top], source[top], gain[top]
        _, once = np.unique(source, return_index=True)
        unit, target, source, gain = unit[once], target[once], source[once], gain[once]
        w = graph.load[unit]
        worse = 2 * w * (load[target] - load[source] + w)  # what the move adds to Σ (load - mean)²
        order = np.lexsort((-gain / np.maximum(worse, 1e-9), worse > 0))
        room = max(0.0, budget - float(((load - mean) ** 2).sum()))
        order = order[(np.cumsum(worse[order]) <= room) | (worse[order] <= 0)]
        unit, target, source = unit[order], target[order], source[order]
        if not len(unit):
            break
        before = part.copy()
        part[unit] = target
        torn = _torn(graph, part, row, k)
        back = torn[source] | torn[target]
        part[unit[back]] = before[unit[back]]
        banned[unit[back]] = True
    return part


def _rows(graph: Graph) -> Ints:
    return np.repeat(np.arange(len(graph.load)), np.diff(graph.start))


def _gains(graph: Graph, part: Ints, row: Ints) -> tuple[Ints, Ints, Floats]:
    """For each unit at a border: the neighbouring part it shares most with, and metres saved by moving there."""
    unit, of, shared = groups.pairs(row, part[graph.to], graph.cost)
    own = np.zeros(len(part))
    mine = of == part[unit]
    own[unit[mine]] = shared[mine]
    unit, of, shared = unit[~mine], of[~mine], shared[~mine]
    first = groups.best(unit, shared)
    return unit[first], of[first], shared[first] - own[unit[first]]


def _torn(graph: Graph, part: Ints, row: Ints, k: int) -> NDArray[np.bool_]:
    same = part[row] == part[graph.to]
    pieces, piece = groups.connected(len(part), row[same], graph.to[same])
    of = np.zeros(pieces, dtype=np.int64)
    of[piece] = part
    return np.asarray(np.bincount(of, minlength=k) > 1)
