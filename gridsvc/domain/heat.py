"""Counts per cell or hexagon, rates, and the classes of a legend."""

from __future__ import annotations

from typing import TYPE_CHECKING

import h3ronpy
import h3ronpy.vector
import numpy as np
import pyarrow as pa
import shapely

from gridsvc.errors import InputError

if TYPE_CHECKING:
    from numpy.typing import NDArray

BASE_RESOLUTION = 10
RESOLUTIONS = (7, 8, 9, 10)
PER = ("count", "km2", "building", "people")
PEOPLE = 10_000  # a rate is per so many residents
COLOURS = ("#fff3c4", "#fed98e", "#fe9929", "#d95f0e", "#8c2d04")


def h3_of(lon: NDArray[np.float64], lat: NDArray[np.float64]) -> NDArray[np.int64]:
    """H3 index of resolution 10 for each point (degrees); fits a signed 64-bit number."""
    cells = h3ronpy.vector.coordinates_to_cells(
        np.ascontiguousarray(lat, dtype=float), np.ascontiguousarray(lon, dtype=float), BASE_RESOLUTION
    )
    return np.asarray(pa.array(cells)).astype(np.int64)


def parent_masks(resolution: int) -> tuple[int, int]:
    """``(clear, fill)`` such that ``(h3 & clear) | fill`` is the parent of an index of resolution 10.

    An H3 index keeps its resolution in bits 52–55 and three bits for each finer digit, all ones when unused; so the
    parent is plain bit arithmetic, in SQL as well as here.

    Raises:
        InputError: ``heat.resolution``.
    """
    if resolution not in RESOLUTIONS:
        raise InputError("heat.resolution", value=resolution, known=", ".join(map(str, RESOLUTIONS)))
    digits = (1 << (3 * (15 - resolution))) - 1
    return ~((15 << 52) | digits) & (2**63 - 1), (resolution << 52) | digits


def parents(cells: NDArray[np.int64], resolution: int) -> NDArray[np.int64]:
    """Parents of resolution-10 indexes."""
    clear, fill = parent_masks(resolution)
    return (cells & np.int64(clear)) | np.int64(fill)


def hexagons(cells: NDArray[np.int64]) -> NDArray[np.object_]:
    """Lon/lat polygons of H3 indexes."""
    if not len(cells):
        return np.array([], dtype=object)
    wkb = h3ronpy.vector.cells_to_wkb_polygons(pa.array(cells.astype(np.uint64)))
    return np.asarray(shapely.from_wkb(np.asarray(pa.array(wkb), dtype=object)))


def hexagon_areas_km2(cells: NDArray[np.int64]) -> NDArray[np.float64]:
    """Areas of H3 indexes in km²."""
    if not len(cells):
        return np.zeros(0)
    return np.asarray(pa.array(h3ronpy.cells_area_km2(pa.array(cells.astype(np.uint64)))), dtype=float)


def rate(
    count: NDArray[np.float64], per: str, km2: NDArray[np.float64], buildings: NDArray[np.float64],
    people: NDArray[np.float64] | None = None,
) -> NDArray[np.float64]:  # fmt: skip
    """``count`` itself, per km², per building, or per 10,000 residents; NaN where there is nothing to divide by.

    Raises:
        InputError: ``heat.per``.
    """
    if per not in PER:
        raise InputError("heat.per", value=per, known=", ".join(PER))
    if per == "count":
        return count.astype(float)
    if per == "people":
        base = np.full(len(count), np.nan) if people is None else people / PEOPLE
    else:
        base = km2 if per == "km2" else buildings
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(base > 0, count / base, np.nan)


def breaks(values: NDArray[np.float64], classes: int = 5) -> list[float]:
    """Upper bounds of at most ``classes`` legend classes over the values above zero (quantiles, rounded up).

    The last bound is at or above the maximum; equal bounds are given once; no values give no classes.
    """
    positive = values[np.isfinite(values) & (values > 1e-9)]
    if not len(positive):
        return []
    bounds = np.quantile(positive, np.arange(1, classes + 1) / classes)
    return sorted({_round_up(float(b)) for b in bounds})


def _round_up(value: float) -> float:
    """The next number with two digits that a person would write on a legend."""
    if value <= 10 and value == int(value):
        return float(value)
    digits = 10.0 ** (np.floor(np.log10(value)) - 1)
    return float(round(float(np.ceil(value / digits - 1e-9) * digits), 10))
