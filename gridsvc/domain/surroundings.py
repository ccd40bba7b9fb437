"""四至: what a cell's border runs along in the east, south, west and north.

The outline of a cell is looked at every few metres; a point belongs to the side that it lies on as seen from the
middle of the cell, in proportion to the cell's width and height. A side is named after the road, water or estate that
is within 50 m along at least half of it, the nearest of those; two that do so together are both named. Where nothing
is that near, the nearest one in a wider circle is named with 近 (near); where there is none the side stays unnamed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import shapely

from gridsvc.domain import nearest, seams

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Geoms = NDArray[np.object_]
    Ints = NDArray[np.int64]
    Floats = NDArray[np.float64]

SIDES = ("east", "south", "west", "north")
ALONG_M = 50.0
NEAR_M = 300.0
HALF = 0.5
_STEP_M = 5.0


@dataclass(frozen=True)
class Sides:
    """For each cell (rows) and side (columns ``SIDES``): ``names`` (joined by 、, empty for none) and ``sure``
    (whether it runs along it; otherwise it is only near)."""

    names: NDArray[np.object_]
    sure: NDArray[np.bool_]


def four_sides(cells: Geoms, features: Geoms, names: NDArray[np.object_]) -> Sides:
    """Names of what the borders of metric ``cells`` (k) run along, out of named ``features`` (m), metric too."""
    out = np.full((len(cells), 4), "", dtype=object)
    sure = np.zeros((len(cells), 4), dtype=bool)
    said = pd.Series(names, dtype="string").str.strip()
    good = (said.notna() & said.ne("")).to_numpy(dtype=bool)
    if not len(cells) or not good.any():
        return Sides(out, sure)
    label, words = pd.factorize(said[good])
    xy, cell = _outline(cells)
    side = _side(cells, xy, cell)
    key = cell * 4 + side
    total = np.bincount(key, minlength=len(cells) * 4)
    points = shapely.points(xy)
    tree = shapely.STRtree(features[good])
    found = _pairs(tree, points, features[good], label, key, ALONG_M)
    for k, group in found.groupby("key"):
        picked = _along(group, total[k])
        if picked:
            out[k // 4, k % 4] = "、".join(words[picked])
            sure[k // 4, k % 4] = True
    bare = np.flatnonzero((out.ravel() == "") & (total > 0))
    open_points = np.isin(key, bare)
    if open_points.any():
        wide = _pairs(tree, points[open_points], features[good], label, key[open_points], NEAR_M)
        best = wide.sort_values(["key", "distance"]).drop_duplicates("key")
        for k, name in zip(best["key"], best["name"], strict=True):
            out[k // 4, k % 4] = words[name]
    return Sides(out, sure)


def _outline(cells: Geoms) -> tuple[Floats, Ints]:
    edges = seams.segments(cells)
    xy, of = nearest.along(edges.a, edges.b, _STEP_M)
    # one point for every step of border, however many vertices there are
    length = edges.length
    keep = np.ones(len(of), dtype=bool)
    short = length[of] < _STEP_M / 2
    if short.any():
        order = np.arange(len(of))
        run = np.cumsum(length[of])
        keep = ~short | (np.floor(run / _STEP_M) != np.floor(np.r_[0.0, run[:-1]] / _STEP_M)) | (order == 0)
    return xy[keep], edges.owner[of[keep]]


def _side(cells: Geoms, xy: Floats, cell: Ints) -> Ints:
    """0 east, 1 south, 2 west, 3 north: where a point lies as seen from the middle of its cell's frame."""
    west, south, east, north = shapely.bounds(cells).T
    dx = (xy[:, 0] - (west + east)[cell] / 2) / np.maximum((east - west)[cell], 1e-9)
    dy = (xy[:, 1] - (south + north)[cell] / 2) / np.maximum((north - south)[cell], 1e-9)
    flat = np.abs(dx) >= np.abs(dy)
    return np.where(flat, np.where(dx >= 0, 0, 2), np.where(dy < 0, 1, 3)).astype(np.int64)


def _pairs(
    tree: shapely.STRtree, points: Geoms, features: Geoms, label: Ints, key: Ints, within: float
) -> pd.DataFrame:
    """Which names are within reach of which points: key, point, name, distance (the nearest feature of a name)."""
    point, feature = tree.query(points, predicate="dwithin", distance=within)
    frame = pd.DataFrame({
        "key": key[point], "point": point, "name": label[feature],
        "distance": shapely.distance(points[point], features[feature]),
    })  # fmt: skip
    return frame.sort_values("distance").drop_duplicates(["point", "name"])


def _along(group: pd.DataFrame, total: int) -> list[int]:
    """The name (or two) that goes along at least half of a side, the nearest first."""
    by = group.groupby("name").agg(points=("point", "nunique"), distance=("distance", "mean"))
    enough = by[by["points"] >= HALF * total]
    if len(enough):
        return [int(enough["distance"].idxmin())]
    first, *rest = by.sort_values(["points", "distance"], ascending=[False, True]).index[:6]
    held = set(group.loc[group["name"] == first, "point"])
    for second in rest:
        both = held | set(group.loc[group["name"] == second, "point"])
        if len(both) >= HALF * total and min(len(held), len(both) - len(held)) >= 0.15 * total:
            return [int(first), int(second)]
    return []
