"""Which units are neighbours, along how much border, and the lines between their grounds.

The ground of a unit is what lies nearer to its outline than to any other's, within its own block (a face between
barriers). Neighbours in one block share Voronoi edges; neighbours in different blocks share a piece of barrier.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely

from gridsvc.domain import groups, nearest, seams, units

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Geoms = NDArray[np.object_]
    Ints = NDArray[np.int64]
    Floats = NDArray[np.float64]

PREFERRED = 0.15  # a metre of border along a road counts as this much when borders are chosen
_ALONG_M = 8.0
_TIE = 0.01  # cost of a tie across what does not touch; a tenth of the least border


@dataclass(frozen=True)
class Contiguity:
    """Neighbours ``one``–``two`` (m) with the ``cost`` of cutting there, in metres of border between houses; lines
    between units: ``ends`` (s, 4) and their ``pair`` of units (s, 2); ``places`` tells the unit of any ground."""

    one: Ints
    two: Ints
    cost: Floats
    ends: Floats
    pair: Ints
    places: nearest.Places


def build(shapes: Geoms, blocks: Geoms, block: Ints, region: Ints) -> Contiguity:
    """Neighbours of units; ``block`` (n) of each unit, ``region`` (blocks): across regions nobody is a neighbour."""
    xy, unit = units.outline_points(shapes)
    places = nearest.Places(xy, block[unit], unit)
    pair, ends = _inner(xy, unit, blocks, block)
    length = np.hypot(ends[:, 2] - ends[:, 0], ends[:, 3] - ends[:, 1])
    over, across = _across(places, blocks, region)
    both = np.vstack([pair, over])
    one, two, price = groups.pairs(both.min(axis=1), both.max(axis=1), np.r_[length, across * PREFERRED])
    a, b = _bridges(shapes, one, two, region[block])
    return Contiguity(np.r_[one, a], np.r_[two, b], np.r_[price, np.full(len(a), _TIE)], ends, pair, places)


def _inner(xy: Floats, unit: Ints, blocks: Geoms, block: Ints) -> tuple[Ints, Floats]:
    """Lines between the grounds of units of one block, cut off at its border."""
    of = block[unit]
    order = np.argsort(of, kind="stable")
    starts = np.searchsorted(of[order], np.arange(len(blocks) + 1))
    held = np.bincount(block, minlength=len(blocks))
    pairs, ends = [np.zeros((0, 2), dtype=np.int64)], [np.zeros((0, 4))]
    for f in np.flatnonzero(held > 1):
        mine = order[starts[f] : starts[f + 1]]
        found, at = nearest.ridges(xy[mine], unit[mine])
        at, which = nearest.clipped(at, blocks[f])
        pairs.append(unit[mine][found[which]])
        ends.append(at)
    return np.vstack(pairs), np.vstack(ends)


def _across(places: nearest.Places, blocks: Geoms, region: Ints) -> tuple[Ints, Floats]:
    """Pairs of units on both sides of the lines between blocks of one region, and metres of line."""
    edges = seams.segments(blocks)
    inner = (edges.other >= 0) & (edges.owner < edges.other) & (region[edges.owner] == region[edges.other])
    if not inner.any():
        return np.zeros((0, 2), dtype=np.int64), np.zeros(0)
    a, b = edges.a[inner], edges.b[inner]
    xy, of = nearest.along(a, b, _ALONG_M)
    share = (np.hypot(*(b - a).T) / np.bincount(of, minlength=len(a)))[of]
    left, right = edges.owner[inner][of], edges.other[inner][of]
    return np.column_stack([places.label(xy, left), places.label(xy, right)]), share


def _bridges(shapes: Geoms, one: Ints, two: Ints, region: Ints) -> tuple[Ints, Ints]:
    """Pairs that tie together parts of a region that have no common border (islands, ground behind a corner)."""
    spots = shapely.get_coordinates(shapely.point_on_surface(shapes))
    a, b = one, two
    extra_a, extra_b = [], []
    while True:
        _, part = groups.connected(len(shapes), a, b)
        firsts = np.unique(np.column_stack([region, part]), axis=0)
        several = np.flatnonzero(np.bincount(firsts[:, 0]) > 1)
        if not len(several):
            break
        new_a, new_b = [], []
        for r in several:
            mine = np.flatnonzero(region == r)
            parts, size = np.unique(part[mine], return_counts=True)
            main = parts[np.argmax(size)]
            inside, outside = mine[part[mine] == main], mine[part[mine] != main]
            tree = shapely.STRtree(shapely.points(spots[inside]))
            near, gap = tree.query_nearest(shapely.points(spots[outside]), return_distance=True, all_matches=False)
            best = groups.best(part[outside], -gap)
            new_a.append(outside[near[0][best]])
            new_b.append(inside[near[1][best]])
        extra_a.append(np.concatenate(new_a))
        extra_b.append(np.concatenate(new_b))
        a, b = np.r_[a, extra_a[-1]], np.r_[b, extra_b[-1]]
    empty = np.zeros(0, dtype=np.int64)
    return np.concatenate([empty, *extra_a]), np.concatenate([empty, *extra_b])
