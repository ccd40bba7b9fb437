"""Dividing areas into cells: the methods behind one door, shares of a number of cells, figures.

``balanced`` follows houses, roads and loads (:mod:`gridsvc.domain.balanced`); squares, hexagons and H3 are
:mod:`gridsvc.domain.regular`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely

from gridsvc.domain import balanced, geometry, regular
from gridsvc.domain.barriers import Barriers
from gridsvc.domain.recipe import BALANCED, METHODS, Division, Recipe, reading_order
from gridsvc.errors import InputError

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd
    from numpy.typing import NDArray

__all__ = [
    "BALANCED", "METHODS", "Barriers", "Division", "Recipe", "divide", "reading_order", "shares", "summary",
]  # fmt: skip


def divide(
    aoi: shapely.Geometry | gpd.GeoDataFrame,
    recipe: Recipe,
    buildings: NDArray[np.object_] | gpd.GeoDataFrame | None = None,
    weights: NDArray[np.float64] | str | None = None,
    *,
    barriers: Barriers | None = None,
    together: NDArray[np.int64] | None = None,
    previous: NDArray[np.object_] | gpd.GeoDataFrame | None = None,
) -> Division:
    """Divide an area, all of it in lon/lat (WGS 84 or CGCS2000).

    Args:
        aoi: polygon or multipolygon; of a frame, the union.
        recipe: method and size of cells.
        buildings: (n,) polygons or points; a frame, too. What lies outside is kept and counted in ``notes``.
        weights: (n,) load of each building, or a column of the frame; one each when left out.
        barriers: lines that borders must or should follow (``balanced`` only).
        together: (n,) number of the estate of each building, -1 for none; an estate that fits stays in one cell.
        previous: cells of the division before; as few buildings as possible change their cell.

    Raises:
        InputError: ``division.aoi_empty``, ``division.aoi_invalid`` (with reason and place), ``division.too_many``,
        ``division.fewer_than_faces``, ``division.more_than_units``, ``division.no_load``.
    """
    border = aoi if isinstance(aoi, shapely.Geometry) or aoi is None else shapely.union_all(_shapes(aoi))
    _check_aoi(border)
    if isinstance(weights, str):
        if buildings is None or isinstance(buildings, np.ndarray):
            raise InputError("division.weight_column", column=weights, known="–")
        weights = np.asarray(buildings[weights], dtype=float)
    houses = np.zeros(0, dtype=object) if buildings is None else _shapes(buildings)
    load = np.ones(len(houses)) if weights is None else np.asarray(weights, dtype=float)
    if recipe.method != BALANCED:
        return regular.divide(border, recipe, geometry.inside_points(houses), load)
    before = None if previous is None else _shapes(previous)
    return balanced.divide(border, recipe, houses, load, barriers or Barriers(), together, before)


def _shapes(frame: NDArray[np.object_] | gpd.GeoDataFrame) -> NDArray[np.object_]:
    return frame if isinstance(frame, np.ndarray) else np.asarray(frame.geometry, dtype=object)


def shares(cells: int, loads: list[float]) -> list[int]:
    """``cells`` shared among parts by their loads: largest remainder, at least one each.

    Raises:
        InputError: ``division.fewer_than_parts``.
    """
    if cells < len(loads):
        raise InputError("division.fewer_than_parts", cells=cells, parts=len(loads))
    total = sum(loads)
    exact = np.array([cells * (w / total if total else 1 / len(loads)) for w in loads])
    share = np.maximum(1, np.floor(exact)).astype(int)
    while share.sum() < cells:
        share[np.argmax(exact - share)] += 1
    while share.sum() > cells:
        able = np.where(share > 1, exact - share, np.inf)
        share[np.argmin(able)] -= 1
    return [int(n) for n in share]


def summary(cells: pd.DataFrame) -> dict[str, float | int]:
    """Figures of a division: cells, loads, empties (columns load, area_m2)."""
    load = cells["load"].to_numpy(dtype=float)
    mean = float(load.mean()) if len(load) else 0.0
    return {
        "cells": len(cells),
        "load_mean": round(mean, 2),
        "load_cv": round(float(load.std() / mean), 3) if mean else 0.0,
        "load_min": float(load.min(initial=np.inf)) if len(load) else 0.0,
        "load_max": float(load.max(initial=0)),
        "empty": int((load == 0).sum()),
        "area_mean_m2": round(float(cells["area_m2"].mean()), 1) if len(cells) else 0.0,
    }


def _check_aoi(aoi: shapely.Geometry) -> None:
    if aoi is None or aoi.is_empty or aoi.geom_type not in ("Polygon", "MultiPolygon"):
        raise InputError("division.aoi_empty")
    wrong = geometry.troubles(np.array([aoi], dtype=object))
    if len(wrong.index):
        x, y = round(float(wrong.x[0]), 7), round(float(wrong.y[0]), 7)
        raise InputError("division.aoi_invalid", reason=wrong.reason[0], x=x, y=y)
