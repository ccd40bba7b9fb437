"""Small maps drawn as ASCII grids: letters are cells or areas, the south-west corner lies at a lon/lat of ours."""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray

ORIGIN = (118.0, 31.0)
STEP = 0.001  # about 100 m


def polygons(drawing: str) -> dict[str, shapely.Geometry]:
    """Letter → polygon of all its squares (dots are nothing)."""
    rows = [line.strip() for line in drawing.strip().splitlines()]
    squares: dict[str, list[shapely.Geometry]] = {}
    for j, row in enumerate(reversed(rows)):
        for i, letter in enumerate(row):
            if letter != ".":
                x, y = ORIGIN[0] + i * STEP, ORIGIN[1] + j * STEP
                squares.setdefault(letter, []).append(shapely.box(x, y, x + STEP, y + STEP))
    return {letter: shapely.union_all(boxes) for letter, boxes in sorted(squares.items())}


def at(column: float, row: float) -> tuple[float, float]:
    """Lon/lat of a place in the drawing: columns from the west, rows from the south, in squares."""
    return ORIGIN[0] + column * STEP, ORIGIN[1] + row * STEP


def points(*places: tuple[float, float]) -> NDArray[np.object_]:
    """Points at places of the drawing."""
    lonlat = np.array([at(*p) for p in places]).reshape(-1, 2)
    return np.asarray(shapely.points(lonlat))
