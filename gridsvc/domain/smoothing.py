"""Cells with straighter borders between the houses.

Lines along roads and round the area stay. Of the others, those that end at the border of the area end at one of its
own points where they can (a point in between is on the straight line in one projection only); then they are
straightened (Douglas and Peucker, 1973), each as far as it cuts no footprint, meets no other line and keeps every
unit where it is.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely
from scipy.spatial import cKDTree

from gridsvc.domain import nearest, seams

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Geoms = NDArray[np.object_]
    Ints = NDArray[np.int64]
    Floats = NDArray[np.float64]
    Bools = NDArray[np.bool_]

SMOOTH_M = (4.0, 2.0, 1.0, 0.5, 0.2)
_TOUCH_M = 1e-3
_CLOSE_M = 1e-4
_SAME_M = 2e-5
_STRAIGHT_M = 25.0  # longer pieces get points in between, or they would bend in another projection
_APART = "FF*F*****"  # DE-9IM of lines that meet at their ends only


@dataclass(frozen=True)
class Ground:
    """What borders have to respect: footprints, a point in each, the cell it is in; and the cells as they were."""

    shapes: Geoms
    spots: Geoms
    at: Ints
    cells: Geoms


def smooth(area: shapely.Geometry, cells: Geoms, roads: Geoms, shapes: Geoms, spots: Geoms, at: Ints) -> Geoms:
    """The ``cells`` (k), an exact coverage of ``area``, with smoother borders where they do not follow ``roads``.

    ``shapes`` (n) are not cut, ``spots`` (n) stay in the cells ``at`` (n).
    """
    ground = Ground(shapes, spots, at, cells)
    edges = seams.segments(cells)
    once = (edges.other < 0) | (edges.owner < edges.other)
    a, b = edges.a[once], edges.b[once]
    lines = nearest.lines(np.hstack([a, b]))
    rim = edges.other[once] < 0
    soft = ~rim
    if len(roads):
        near, _ = shapely.STRtree(roads).query(shapely.points((a + b) / 2), predicate="dwithin", distance=_CLOSE_M)
        soft[near] = False
    pair = edges.owner[once][soft] * len(cells) + edges.other[once][soft]
    if not len(pair):
        return cells
    chains, of = _chains(lines[soft], pair)
    chains, fixed = _to_corners(area, chains, lines[rim], _pieces(lines[~rim & ~soft]), ground)
    keep = np.zeros(len(chains), dtype=bool)
    for _ in range(6):
        straight = shapely.segmentize(_straighten(chains, shapes, fixed, keep), _STRAIGHT_M)
        made, moved = _assemble(straight, fixed, ground)
        if made is not None and not moved.any():
            return made
        if made is None:
            break
        # units that changed sides: the borders of those cells go back
        names = np.unique(at[moved])
        bad = np.isin(of // len(cells), names) | np.isin(of % len(cells), names)
        if not (bad & ~keep).any():
            break
        keep |= bad
    made, moved = _assemble(shapely.segmentize(chains, _STRAIGHT_M), fixed, ground)
    return cells if made is None or moved.any() else made


def _pieces(lines: Geoms) -> Geoms:
    """Single segments, none of them long."""
    xy, of = shapely.get_coordinates(shapely.segmentize(lines, _STRAIGHT_M), return_index=True)
    same = of[1:] == of[:-1]
    return nearest.lines(np.hstack([xy[:-1][same], xy[1:][same]]))


def _to_corners(
    area: shapely.Geometry, chains: Geoms, rim: Geoms, fixed: Geoms, ground: Ground
) -> tuple[Geoms, Geoms]:  # fmt: skip
    """Chains that end on the rim, led to the nearest of the rim's own points; and all the lines that stay."""
    plain = chains, np.append(rim, fixed)
    ends = np.vstack([shapely.get_coordinates(shapely.get_point(chains, i)) for i in (0, -1)])
    corners = shapely.get_coordinates(area)
    points = np.unique(shapely.get_coordinates(rim), axis=0)
    own = points[np.isfinite(cKDTree(corners).query(points, distance_upper_bound=_SAME_M)[0])]
    busy = shapely.get_coordinates(fixed)
    on_rim = np.isfinite(cKDTree(points).query(ends, distance_upper_bound=1e-9)[0])
    free = on_rim & ~np.isfinite(cKDTree(own).query(ends, distance_upper_bound=1e-9)[0])
    if len(busy):
        free &= ~np.isfinite(cKDTree(busy).query(ends, distance_upper_bound=1e-9)[0])
    if not free.any() or len(own) < 3:
        return plain
    near = own[cKDTree(own).query(ends, k=2)[1]]  # on its own piece of the rim a point lies between these two
    choice = np.zeros(len(ends), dtype=np.int64)
    for _ in range(8):
        moved = _moved(chains, free, near[np.arange(len(ends)), choice])
        lines = np.append(_rim_without(rim, ends[free]), fixed)
        bad = _cuts(moved, ground.shapes) | _tangled(moved, lines)
        again = free & np.tile(bad, 2)
        if not again.any():
            made, wrong = _assemble(moved, lines, ground)
            return plain if made is None or wrong.any() else (moved, lines)
        free &= ~(again & (choice == 1))
        choice[again] = 1
        if not free.any():
            break
    return plain


def _moved(chains: Geoms, free: Bools, target: Floats) -> Geoms:
    """Chains with the ends that are ``free`` (2n: first ends, then last ones) at their ``target``."""
    out, n = chains.copy(), len(chains)
    for i in np.flatnonzero(free[:n] | free[n:]):
        xy = shapely.get_coordinates(chains[i])
        if free[i]:
            xy[0] = target[i]
        if free[n + i]:
            xy[-1] = target[n + i]
        out[i] = shapely.linestrings(xy)
    return out


def _rim_without(rim: Geoms, gone: Floats) -> Geoms:
    """The rim's segments, with those that met in the points ``gone`` joined to one."""
    tree = cKDTree(gone)
    ends = np.stack([shapely.get_coordinates(shapely.get_point(rim, i)) for i in (0, -1)], axis=1)
    loose = np.isfinite(tree.query(ends.reshape(-1, 2), distance_upper_bound=1e-9)[0]).reshape(-1, 2)
    touched = loose.any(axis=1)
    merged = shapely.get_parts(shapely.line_merge(shapely.multilinestrings(rim[touched])))
    out = []
    for line in merged:
        xy = shapely.get_coordinates(line)
        kept = ~np.isfinite(tree.query(xy, distance_upper_bound=1e-9)[0])
        kept[[0, -1]] = True
        xy = xy[kept]
        out += [shapely.linestrings(xy[i : i + 2]) for i in range(len(xy) - 1)]
    return np.append(rim[~touched], np.array(out, dtype=object))


def _cuts(lines: Geoms, shapes: Geoms) -> Bools:
    """Lines that go through a footprint."""
    out = np.zeros(len(lines), dtype=bool)
    line, house = shapely.STRtree(shapes).query(lines, predicate="intersects")
    out[line[shapely.length(shapely.intersection(lines[line], shapes[house])) > _TOUCH_M]] = True
    return out


def _chains(segments: Geoms, pair: Ints) -> tuple[Geoms, Ints]:
    order = np.argsort(pair, kind="stable")
    names, index = np.unique(pair[order], return_inverse=True)
    merged = shapely.line_merge(shapely.multilinestrings(segments[order], indices=index))
    chains, at = shapely.get_parts(merged, return_index=True)
    return np.asarray(chains), names[at]


def _straighten(chains: Geoms, shapes: Geoms, fixed: Geoms, keep: Bools) -> Geoms:
    now = chains.copy()
    waiting = ~keep & (shapely.get_num_points(chains) > 2)
    ring = shapely.is_closed(chains)
    for tolerance in SMOOTH_M:
        index = np.flatnonzero(waiting)
        if not len(index):
            break
        better = shapely.simplify(chains[index], tolerance, preserve_topology=False)
        usable = ~_cuts(better, shapes) & (~ring[index] | (shapely.get_num_points(better) > 3))
        now[index[usable]] = better[usable]
        waiting[index[usable]] = False
    for _ in range(10):
        bad = _tangled(now, fixed)
        changed = bad & ~shapely.equals_exact(now, chains)
        if not changed.any():
            break
        now[changed] = chains[changed]
    return now


def _tangled(chains: Geoms, fixed: Geoms) -> Bools:
    """Chains that meet another one, themselves or a fixed line anywhere but at their ends."""
    bad = ~shapely.is_simple(chains)
    one, two = shapely.STRtree(chains).query(chains, predicate="intersects")
    once = one < two
    one, two = one[once], two[once]
    wrong = ~shapely.relate_pattern(chains[one], chains[two], _APART)
    bad[one[wrong]] = True
    bad[two[wrong]] = True
    line, other = shapely.STRtree(fixed).query(chains, predicate="intersects")
    wrong = ~shapely.relate_pattern(chains[line], fixed[other], _APART)
    bad[line[wrong]] = True
    # running along a fixed line would leave a splinter of no width between the two
    xy, of = shapely.get_coordinates(chains, return_index=True)
    same = of[1:] == of[:-1]
    middle = shapely.points((xy[1:] + xy[:-1])[same] / 2)
    along, _ = shapely.STRtree(fixed).query(middle, predicate="dwithin", distance=_CLOSE_M)
    bad[of[1:][same][along]] = True
    return np.asarray(bad)


def _assemble(chains: Geoms, fixed: Geoms, ground: Ground) -> tuple[Geoms | None, Bools]:
    """Cells made of the lines again, and which units are in another one now; nothing when faces were lost."""
    found = shapely.get_parts(shapely.polygonize(np.append(chains, fixed)))
    cells, spots, at = ground.cells, ground.spots, ground.at
    parts, owner = shapely.get_parts(cells, return_index=True)
    none = np.zeros(len(spots), dtype=bool)
    held = seams.containing(found, spots)
    label = np.full(len(found), -1, dtype=np.int64)
    label[held[held >= 0][::-1]] = at[held >= 0][::-1]
    empty = np.flatnonzero(label < 0)
    inner = seams.containing(parts, shapely.point_on_surface(found[empty]))
    label[empty] = np.where(inner >= 0, owner[inner], -1)
    filled = label >= 0  # holes of the area are faces too
    found, label = found[filled], label[filled]
    if len(found) != len(parts):
        return None, none
    names, made = seams.dissolve(found, label)
    if len(names) != len(cells):
        return None, none
    return made, np.asarray((held >= 0) & (seams.containing(made, spots) != at))
