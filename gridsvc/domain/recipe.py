"""How to divide, and what came out: shared by the methods."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import shapely

from gridsvc.errors import InputError

if TYPE_CHECKING:
    import geopandas as gpd
    from numpy.typing import NDArray

SLIVER = 0.25
BALANCED = "balanced"
REGULAR = ("square", "hex", "h3")
METHODS = (BALANCED, *REGULAR)


@dataclass(frozen=True)
class Recipe:
    """How to divide: a method and one way to say how large the cells are (which also chooses the method, if none is
    named: squares by size, H3 by resolution, otherwise balanced).

    For ``balanced``: ``target`` load a cell or ``cells``; loads within ``tolerance`` of the mean, and within
    ``least`` and ``most`` where barriers allow; ``seed`` makes it repeatable.
    """

    method: str = ""
    size_m: float | None = None
    resolution: int | None = None
    target: float | None = None
    cells: int | None = None
    sliver: float = SLIVER
    tolerance: float = 0.1
    least: float | None = None
    most: float | None = None
    seed: int = 1

    def __post_init__(self) -> None:
        """Refuse unknown methods and contradictory or missing sizes; without a method the size names it."""
        if not self.method:
            plain = "square" if self.size_m is not None else "h3" if self.resolution is not None else BALANCED
            object.__setattr__(self, "method", plain)
        if self.method not in METHODS:
            raise InputError("division.method", method=self.method, known=", ".join(METHODS))
        given = [self.size_m, self.resolution, self.target, self.cells]
        if sum(v is not None for v in given) != 1:
            raise InputError("division.one_size")
        if self.resolution is not None and self.method != "h3":
            raise InputError("division.resolution_without_h3")
        if any(v is not None and v <= 0 for v in (self.size_m, self.target, self.cells)):
            raise InputError("division.size_positive")
        if self.size_m is not None and self.method not in ("square", "hex"):
            raise InputError("division.size_with_h3" if self.method == "h3" else "division.size_with_balanced")
        if not 0 < self.tolerance < 1:
            raise InputError("division.tolerance", value=self.tolerance)
        if self.least is not None and self.most is not None and self.least > self.most:
            raise InputError("division.least_most", least=self.least, most=self.most)


@dataclass(frozen=True)
class Division:
    """Cells in reading order (rows from north to south, each from west to east) and what was noticed.

    ``cells`` has the columns ordinal, load, area_m2, geometry (lon/lat); ``held`` (buildings) is the ordinal of each
    building's cell, 0 for one outside the area; ``fields``: faces between hard barriers (lon/lat).
    """

    cells: gpd.GeoDataFrame
    notes: dict[str, float | int | str] = field(default_factory=dict)
    held: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    fields: NDArray[np.object_] | None = None


def reading_order(shapes: NDArray[np.object_]) -> NDArray[np.int64]:
    """Order of metric polygons: rows from north to south, in each row west to east.

    A row is as high as the median polygon; polygons whose middles lie in one band of that height are one row.
    """
    if not len(shapes):
        return np.zeros(0, dtype=np.int64)
    west, south, east, north = shapely.bounds(shapes).T
    height = float(np.median(north - south)) or 1.0
    row = np.floor((north.max() - (north + south) / 2) / height + 1e-6)
    return np.lexsort(((west + east) / 2, row))
