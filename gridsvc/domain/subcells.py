"""微网格: sets of buildings, or of stairwells of a large building, of one cell, with even loads.

Buildings are shared out as an area is divided into cells (:mod:`gridsvc.domain.balanced`): next to each other, even,
by streets where they can. A building with much more than one subcell's load is shared by its stairwells in order.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import shapely

from gridsvc.domain import division, geometry
from gridsvc.domain.recipe import BALANCED, Recipe

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gridsvc.domain.barriers import Barriers

BY = ("units", "buildings")
MOST = 99  # two digits
_LARGE = 1.5  # times the target: from there on a building is shared by its stairwells


def propose(
    cell: shapely.Geometry, buildings: NDArray[np.object_], loads: NDArray[np.float64], stairs: NDArray[np.int64],
    target: float, *, by: str = "units", barriers: Barriers | None = None,
) -> pd.DataFrame:  # fmt: skip
    """Subcells of about ``target`` load each.

    Args:
        cell: polygon in lon/lat. buildings: (n,) polygons or points in it. loads: (n,). stairs: (n,) number of
            stairwells of each building, 0 where that is not known.
        by: ``units``: large buildings are shared by stairwells; ``buildings``: no building is shared.
        barriers: streets that subcells rather keep to.

    Returns:
        A row a building, or a stairwell of a shared one: ``building`` (its place), ``stair`` (1…, 0 for the whole),
        ``number`` (1…, west to east and north to south, shared buildings last), ``load``.
    """
    large = (loads > _LARGE * target) & (stairs >= 2) & (by == "units")
    small = np.flatnonzero(~large)
    number = np.ones(len(small), dtype=np.int64)
    total = float(loads[small].sum())
    if total > 1.2 * target:
        some = max(target, total / (MOST - min(MOST - 1, _groups(loads, stairs, large, target).sum())))
        recipe = Recipe(BALANCED, target=some)
        number = _nearest(
            division.divide(cell, recipe, buildings[small], loads[small], barriers=barriers).held, buildings[small]
        )
    whole = pd.DataFrame({"building": small, "stair": 0, "number": number, "load": loads[small]})
    parts = _stairs(loads, stairs, large, target, int(number.max(initial=0)))
    return pd.concat([whole, parts], ignore_index=True)


def _nearest(number: NDArray[np.int64], buildings: NDArray[np.object_]) -> NDArray[np.int64]:
    """A building that stands across the border of the cell belongs where its nearest neighbour does."""
    lost, found = np.flatnonzero(number == 0), np.flatnonzero(number > 0)
    out = number.copy()
    if len(lost):
        spots = geometry.inside_points(buildings)
        out[lost] = number[found[shapely.STRtree(spots[found]).nearest(spots[lost])]]
    return out


def _groups(
    loads: NDArray[np.float64], stairs: NDArray[np.int64], large: NDArray[np.bool_], target: float
) -> NDArray[np.int64]:  # fmt: skip
    """How many subcells each large building makes: as many stairwells in each as come nearest to the target."""
    each = np.maximum(1, np.rint(target * stairs[large] / loads[large]))
    return np.ceil(stairs[large] / each).astype(np.int64)


def _stairs(
    loads: NDArray[np.float64], stairs: NDArray[np.int64], large: NDArray[np.bool_], target: float, last: int
) -> pd.DataFrame:  # fmt: skip
    """Stairwells of large buildings, those of a subcell one after the other."""
    at, groups = np.flatnonzero(large), _groups(loads, stairs, large, target)
    n = stairs[at]
    building = np.repeat(at, n)
    place = np.arange(len(building)) - np.repeat(np.cumsum(n) - n, n)
    first = last + np.cumsum(groups) - groups
    number = np.repeat(first, n) + place * np.repeat(groups, n) // np.repeat(n, n) + 1
    return pd.DataFrame({
        "building": building, "stair": place + 1, "number": number, "load": np.repeat(loads[at] / n, n)
    })  # fmt: skip
