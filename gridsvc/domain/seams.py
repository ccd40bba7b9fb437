"""Planar partitions: segments that neighbours share, faces between lines, groups of faces made one polygon.

Everything here works on *exact* coverages: neighbours have the same vertices along what they share, as faces that
come out of one noding and polygonising do.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import shapely

from gridsvc.domain import groups

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Geoms = NDArray[np.object_]
    Ints = NDArray[np.int64]
    Floats = NDArray[np.float64]
    Bools = NDArray[np.bool_]

GRID_M = 1e-5  # more than a straight line of 25 m bends in another projection
THIN_M = 1e-4


@dataclass(frozen=True)
class Segments:
    """Straight pieces (n) of the outlines of polygons: ends ``a`` and ``b`` (n, 2), whose outline (``owner``), and
    which polygon has the same piece (``other``, -1 for none)."""

    a: Floats
    b: Floats
    owner: Ints
    other: Ints

    @property
    def length(self) -> Floats:
        """Lengths in the units of the coordinates."""
        return np.asarray(np.hypot(*(self.b - self.a).T))


def segments(polygons: Geoms) -> Segments:
    """Every piece of every outline, matched with its twin in a neighbour."""
    parts, part_of = shapely.get_parts(polygons, return_index=True)  # get_rings finds none in a multipolygon
    rings, part = shapely.get_rings(parts, return_index=True)
    owner = part_of[part]
    xy, ring = shapely.get_coordinates(rings, return_index=True)
    if len(xy) < 2:
        empty = np.zeros(0, dtype=np.int64)
        return Segments(np.zeros((0, 2)), np.zeros((0, 2)), empty, empty)
    same = ring[1:] == ring[:-1]
    a, b, own = xy[:-1][same], xy[1:][same], owner[ring[:-1][same]]
    return Segments(a, b, own, _twins(a, b, own))


def _twins(a: Floats, b: Floats, owner: Ints) -> Ints:
    swap = (a[:, 0] > b[:, 0]) | ((a[:, 0] == b[:, 0]) & (a[:, 1] > b[:, 1]))
    first, last = np.where(swap[:, None], b, a), np.where(swap[:, None], a, b)
    order = np.lexsort((last[:, 1], last[:, 0], first[:, 1], first[:, 0]))
    key = np.hstack([first, last])[order]
    twin = np.flatnonzero((key[1:] == key[:-1]).all(axis=1))
    other = np.full(len(a), -1, dtype=np.int64)
    other[order[twin]] = owner[order[twin + 1]]
    other[order[twin + 1]] = owner[order[twin]]
    return other


def faces(within: shapely.Geometry, lines: Geoms, grid: float | None = None) -> Geoms:
    """The pieces of the polygon ``within`` between ``lines``, all sharing their vertices.

    With ``grid`` vertices are rounded to it, which keeps lines that nearly coincide from leaving splinters.
    """
    shapely.prepare(within)
    near = lines[shapely.intersects(within, lines)] if len(lines) else lines
    noded = shapely.union_all(np.append(near, shapely.boundary(within)), grid_size=grid)
    found = shapely.get_parts(shapely.polygonize([noded]))
    found = found[shapely.area(found) > 0]
    return np.asarray(found[shapely.contains(within, shapely.point_on_surface(found))])


def dissolve(pieces: Geoms, group: Ints) -> tuple[Ints, Geoms]:
    """Group numbers in order, and the union of each group's pieces with every vertex that a neighbour has."""
    roots, at, size = np.unique(group, return_inverse=True, return_counts=True)
    out = np.empty(len(roots), dtype=object)
    order = np.argsort(at, kind="stable")
    starts = np.r_[0, np.cumsum(size)]
    for g, (lo, hi) in enumerate(pairwise(starts)):
        mine = pieces[order[lo:hi]]
        union = mine[0] if hi - lo == 1 else shapely.coverage_union_all(mine)
        parts = shapely.get_parts(union)
        out[g] = parts[0] if len(parts) == 1 else union
    return roots, out


def settle(
    pieces: Geoms, label: Ints, mass: Floats, apart: Bools | None = None, home: tuple[Ints, Ints] | None = None
) -> Ints:
    """Labels under which the pieces of each label hang together.

    Of the parts of a label the one with most ``mass`` (then area) stays; every other part joins the neighbour with
    whom it shares most border, one of its own ground first (``home``: ground of each piece and of each label). Parts
    that touch nobody else, and pieces marked ``apart``, keep their label.
    """
    label = label.copy()
    seams = segments(pieces)
    inner = (seams.other >= 0) & (seams.owner < seams.other)
    one, two, length = seams.owner[inner], seams.other[inner], seams.length[inner]
    area = shapely.area(pieces)
    fixed = np.zeros(len(pieces), dtype=bool) if apart is None else apart
    for _ in range(50):
        stray, part = _strays(label, one, two, mass, area, fixed)
        if not stray.any():
            break
        moved = _join(label, part, stray, (one, two, length), home)
        if not moved:
            break
    return label


def thin(pieces: Geoms, label: Ints) -> Ints:
    """Labels under which splinters (narrower than a tenth of a millimetre) belong to whom they lie against longest.

    Where two lines nearly coincide there is a splinter between them; with a third label it would be a spike.
    """
    label = label.copy()
    splinter = shapely.area(pieces) < THIN_M / 2 * shapely.length(pieces)
    if not splinter.any():
        return label
    edges = segments(pieces)
    inner = edges.other >= 0
    owner, other, length = edges.owner[inner], edges.other[inner], edges.length[inner]
    mine = splinter[owner]
    owner, other, length = owner[mine], other[mine], length[mine]
    for _ in range(4):
        # a broad neighbour decides before another splinter does
        weight = np.where(splinter[other], length * 1e-3, length)
        piece, target, total = groups.pairs(owner, label[other], weight)
        best = groups.best(piece, total)
        if (label[piece[best]] == target[best]).all():
            break
        label[piece[best]] = target[best]
    return label


def _strays(
    label: Ints, one: Ints, two: Ints, mass: Floats, area: Floats, fixed: Bools
) -> tuple[Bools, Ints]:  # whether a piece is in a part that must go, and the number of its part
    same = label[one] == label[two]
    parts, part = groups.connected(len(label), one[same], two[same])
    heavy, large = groups.sums(part, mass, parts), groups.sums(part, area, parts)
    held = groups.sums(part, fixed.astype(float), parts) > 0
    of = np.zeros(parts, dtype=np.int64)
    of[part] = label
    main = np.zeros(parts, dtype=bool)
    main[groups.best(of, (~held).astype(float), heavy, large)] = True
    return ~(main | held)[part], part


def _join(
    label: Ints, part: Ints, stray: Bools, shared_by: tuple[Ints, Ints, Floats], home: tuple[Ints, Ints] | None
) -> bool:
    one, two, length = shared_by
    a, b = np.r_[one, two], np.r_[two, one]
    away = stray[a] & ~stray[b] & (label[a] != label[b])
    if not away.any():  # strays that touch only strays: join them to each other, the larger name wins
        away = stray[a] & (label[a] > label[b])
    if not away.any():
        return False
    a, b, shared = a[away], b[away], np.r_[length, length][away]
    if home is not None:
        shared = np.where(home[0][a] == home[1][label[b]], shared * 1e6, shared)
    parts, target, total = groups.pairs(part[a], label[b], shared)
    best = groups.best(parts, total)
    new = np.full(part.max() + 1, -1, dtype=np.int64)
    new[parts[best]] = target[best]
    change = new[part] >= 0
    label[change] = new[part][change]
    return True


def containing(holders: Geoms, points: Geoms) -> Ints:
    """Which of ``holders`` each point lies in, the first where several do; -1 for none."""
    out = np.full(len(points), -1, dtype=np.int64)
    point, holder = shapely.STRtree(holders).query(points, predicate="intersects")
    out[point[::-1]] = holder[::-1]
    return out
