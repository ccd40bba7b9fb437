"""From "which unit is in which cell" to polygons: along roads where cells meet at one, otherwise between houses.

An exact coverage: blocks, the Voronoi lines between units of different cells, and the outlines of footprints that
such a line would cut, noded together once; then made smooth (:mod:`gridsvc.domain.smoothing`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely
from scipy.spatial import cKDTree

from gridsvc.domain import groups, nearest, seams, smoothing

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gridsvc.domain.contiguity import Contiguity

    Geoms = NDArray[np.object_]
    Ints = NDArray[np.int64]
    Floats = NDArray[np.float64]
    Bools = NDArray[np.bool_]

_TOUCH_M = 1e-3
_CLOSE_M = 1e-4


def draw(
    area: shapely.Geometry, blocks: Geoms, region: Ints, block: Ints, shapes: Geoms, cell: Ints, load: Floats,
    known: Contiguity, islands: Geoms, before: Geoms | None = None,
) -> tuple[Geoms, Ints]:  # fmt: skip
    """Polygons of the cells 0…k-1 that cover ``area`` exactly, and the cell of each unit (a few may have moved).

    Args:
        area: metric polygon. blocks, region: faces between barriers, and the region of each. block: of each unit.
        shapes, cell, load: of each unit. known: as :func:`gridsvc.domain.contiguity.build` gave it.
        islands: pieces of the area too small for a cell of their own; a cell may be in several pieces there.
        before: cells of an earlier division, whose borders stay where the houses on both sides did.
    """
    roads = _outlines(blocks)
    apart = cell[known.pair[:, 0]] != cell[known.pair[:, 1]]
    pool = np.append(roads, nearest.lines(known.ends[apart]))
    old = None if before is None else _Before(_as_now(before, blocks, shapes, known), roads, shapes, cell)
    if old is not None:
        apart = old.fresh[known.pair].any(axis=1)
        pool = np.concatenate([roads, nearest.lines(known.ends[apart]), old.lines])
    # a piece inside a footprint has the footprint's cell, so that its outline becomes the border there
    outlines = shapely.get_parts(shapely.boundary(shapes[_crossed(pool, shapes)]))
    pieces = seams.faces(area, np.append(pool, outlines), seams.GRID_M)
    label = _labels(pieces, blocks, block, shapes, cell, known, old)
    label = seams.thin(pieces, label)
    spots = shapely.point_on_surface(shapes)
    held = seams.containing(pieces, spots)
    mass = groups.sums(held[held >= 0], load[held >= 0] + 1e-6, len(pieces))
    far = seams.containing(islands, shapely.point_on_surface(pieces)) >= 0 if len(islands) else None
    label = seams.settle(pieces, label, mass, far, _home(pieces, blocks, region, block, cell))
    names, cells = seams.dissolve(pieces, label)
    at = np.where(held >= 0, np.searchsorted(names, label[held]), -1)
    return smoothing.smooth(area, cells, roads, shapes, spots, at), at


def _home(pieces: Geoms, blocks: Geoms, region: Ints, block: Ints, cell: Ints) -> tuple[Ints, Ints]:
    """The region that each piece lies in, and that of each cell."""
    at = seams.containing(blocks, shapely.point_on_surface(pieces))
    own = np.full(int(cell.max()) + 1, -1, dtype=np.int64)
    own[cell] = region[block]
    return np.asarray(region[at], dtype=np.int64), own


def _outlines(blocks: Geoms) -> Geoms:
    """Outlines of blocks as single segments.

    Blocks of one region share their vertices. Where a line ends at the border of another region, or of the area, the
    two differ by a rounding; both are taken, so that every ring is closed, and the splinter between goes to either.
    """
    edges = seams.segments(blocks)
    once = (edges.other < 0) | (edges.owner < edges.other)
    return nearest.lines(np.hstack([edges.a[once], edges.b[once]]))


def _crossed(lines: Geoms, shapes: Geoms) -> Ints:
    """Footprints that one of the lines goes through."""
    line, house = shapely.STRtree(shapes).query(lines, predicate="intersects")
    deep = shapely.length(shapely.intersection(lines[line], shapes[house])) > _TOUCH_M
    return np.unique(house[deep])


def _labels(
    pieces: Geoms, blocks: Geoms, block: Ints, shapes: Geoms, cell: Ints, known: Contiguity, old: _Before | None
) -> Ints:  # fmt: skip
    """The cell of each piece: that of the footprint it lies in, otherwise that of the nearest unit of its block."""
    points = shapely.point_on_surface(pieces)
    house = seams.containing(shapes, points)
    where = seams.containing(blocks, points)
    near = known.places.label(shapely.get_coordinates(points), np.where(where >= 0, where, block[0]))
    found = np.asarray(cell[np.where(house >= 0, house, near)])
    if old is not None:
        kept = old.label(points)
        found = np.where((house < 0) & ~old.fresh[near] & (kept >= 0), kept, found)
    return found


def _as_now(cells: Geoms, blocks: Geoms, shapes: Geoms, known: Contiguity) -> Geoms:
    """Old cells with the vertices that are there now, where the two differ by the rounding of a file."""
    points = [shapely.get_coordinates(blocks), shapely.get_coordinates(shapes), known.ends.reshape(-1, 2)]
    tree = cKDTree(np.vstack(points))

    def move(xy: Floats) -> Floats:
        gap, at = tree.query(xy, distance_upper_bound=_CLOSE_M)
        near = np.isfinite(gap)
        out = xy.copy()
        out[near] = tree.data[at[near]]
        return out

    return np.asarray(shapely.transform(cells, move))


class _Before:
    """Borders of an earlier division: its lines off the roads, the cell that each old one became, and which units no
    longer go with their ground (``fresh``)."""

    def __init__(self, cells: Geoms, roads: Geoms, shapes: Geoms, cell: Ints) -> None:
        self._cells = cells
        at = seams.containing(cells, shapely.point_on_surface(shapes))
        self._now = np.full(len(cells) + 1, -1, dtype=np.int64)
        inside = np.flatnonzero(at >= 0)
        pairs, number = np.unique(np.column_stack([at[inside], cell[inside]]), axis=0, return_counts=True)
        order = np.argsort(number, kind="stable")
        self._now[pairs[order, 0]] = pairs[order, 1]
        self.fresh = self._now[at] != cell
        self.lines = self._off_roads(roads)

    def label(self, points: Geoms) -> Ints:
        """The cell that the old one at each point became, -1 where there was none."""
        return np.asarray(self._now[seams.containing(self._cells, points)])

    def _off_roads(self, roads: Geoms) -> Geoms:
        edges = seams.segments(self._cells)
        once = (edges.other < 0) | (edges.owner < edges.other)
        a, b = edges.a[once], edges.b[once]
        tree = shapely.STRtree(roads)
        along = np.zeros(len(a), dtype=bool)
        along[tree.query(shapely.points((a + b) / 2), predicate="dwithin", distance=_CLOSE_M)[0]] = True
        ends = np.hstack([a, b])[~along]
        # where an old line met a road its end lies beside the road by a rounding: let it reach over
        for mine in (slice(0, 2), slice(2, 4)):
            meets = tree.query(shapely.points(ends[:, mine]), predicate="dwithin", distance=_CLOSE_M)[0]
            step = ends[meets, mine] - ends[meets, 2:] if mine.start == 0 else ends[meets, mine] - ends[meets, :2]
            length = np.maximum(np.hypot(*step.T), 1e-9)[:, None]
            ends[meets, mine] += step / length * nearest.OVER_M
        return nearest.lines(ends)
