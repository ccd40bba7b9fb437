"""Coordinate systems: where metres are measured, and which system a bare pair of numbers is in.

WGS 84 and CGCS2000 are treated as equal (they differ by decimetres). Metres are computed in the CGCS2000 3-degree
Gauss-Krüger zone for 73–136° E, 3–54° N, elsewhere in UTM; never in degrees. Axis order is always x (east) first.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
import pyproj
import shapely

from gridsvc.domain import datums
from gridsvc.errors import InputError

if TYPE_CHECKING:
    from numpy.typing import NDArray

WGS84 = 4326
GEOGRAPHIC = {4326, 4490}
DEGREES = {4326, 4490, *datums.NAMES}  # what is written in degrees, shifted or not
_DEGREE_20M = 20 / 111_320  # 20 m of latitude; of longitude it is less


def metric_epsg(lon: float, lat: float) -> int:
    """EPSG code of the metric system for this place (degrees in, number out)."""
    if 73 <= lon < 136.5 and 3 <= lat <= 54:
        meridian = int(np.clip(3 * round(lon / 3), 75, 135))
        return 4534 + (meridian - 75) // 3
    zone = int((lon + 180) // 6) % 60 + 1
    return (32600 if lat >= 0 else 32700) + zone


def metric_of(geoms: shapely.Geometry | NDArray[np.object_]) -> int:
    """EPSG code of the metric system for the middle of lon/lat geometries."""
    west, south, east, north = shapely.total_bounds(geoms)
    return metric_epsg((west + east) / 2, (south + north) / 2)


class Mover(Protocol):
    """What moves coordinates from one system to another: pyproj's transformer, or ours."""

    def transform(self, x: Any, y: Any) -> tuple[Any, Any]:
        """Coordinates of the target, numbers for numbers and arrays for arrays."""


class _Shifted:
    """From or to a datum of Chinese web maps, by way of WGS 84; used as a pyproj transformer is."""

    def __init__(self, source: int | str, target: int | str) -> None:
        self.source, self.target = source, target

    def transform(self, x: Any, y: Any) -> tuple[Any, Any]:
        """Coordinates of the target, numbers for numbers and arrays for arrays."""
        lon, lat = np.atleast_1d(np.asarray(x, dtype=float)), np.atleast_1d(np.asarray(y, dtype=float))
        by_name = [str(crs) if crs in datums.NAMES else "wgs84" for crs in (self.source, self.target)]
        if self.source not in DEGREES:
            lon, lat = transformer(self.source, WGS84).transform(lon, lat)
        lon, lat = datums.convert(lon, lat, *by_name)
        if self.target not in DEGREES:
            lon, lat = transformer(WGS84, self.target).transform(lon, lat)
        return (lon, lat) if np.ndim(x) else (lon[0], lat[0])


def metres_apart(
    lon: NDArray[np.float64], lat: NDArray[np.float64], lon2: NDArray[np.float64], lat2: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Metres between points in degrees, near enough (0.5 %) for distances inside one town."""
    return np.asarray(np.hypot((lon - lon2) * np.cos(np.radians(lat)), lat - lat2) * 111_320)


@cache
def transformer(source: int | str, target: int | str) -> Mover:
    """A cached transformer, x first on both sides; ``gcj02`` and ``bd09`` are systems like others."""
    if source in datums.NAMES or target in datums.NAMES:
        return _Shifted(source, target)
    return pyproj.Transformer.from_crs(source, target, always_xy=True)


def transform(geoms: NDArray[np.object_], source: int | str, target: int | str) -> NDArray[np.object_]:
    """Geometries of ``source`` in ``target``; no densifying (see :func:`densify`)."""
    if source == target or {source, target} <= GEOGRAPHIC:
        return geoms
    through = transformer(source, target)

    def move(xy: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.column_stack(through.transform(xy[:, 0], xy[:, 1]))

    moved: NDArray[np.object_] = np.asarray(shapely.transform(geoms, move))
    return moved


def densify(geoms: NDArray[np.object_]) -> NDArray[np.object_]:
    """Lon/lat geometries with no segment over 20 m: straight lines then stay straight in every projection."""
    return np.asarray(shapely.segmentize(geoms, _DEGREE_20M))


def areas_m2(geoms: NDArray[np.object_]) -> NDArray[np.float64]:
    """Areas in m² of lon/lat polygons, each measured in the metric system of the set's middle."""
    if not len(geoms) or bool(np.all(shapely.is_empty(geoms) | shapely.is_missing(geoms))):
        return np.zeros(len(geoms))
    return np.asarray(shapely.area(transform(densify(geoms), WGS84, metric_of(geoms))), dtype=float)


def parse(text: str) -> int | str:
    """``wgs84``, ``cgcs2000``, ``gcj02``, ``bd09``, ``EPSG:n`` or WKT; a plain number where there is an EPSG code.

    Raises:
        InputError: ``crs.unknown``.
    """
    known: dict[str, int] = {"wgs84": 4326, "cgcs2000": 4490}
    plain = text.lower().replace("-", "").replace(" ", "")
    if plain in known:
        return known[plain]
    if plain in datums.NAMES:
        return plain
    try:
        crs = pyproj.CRS.from_user_input(text)
    except pyproj.exceptions.CRSError as e:
        raise InputError("crs.unknown", value=text[:80]) from e
    if crs.is_compound or crs.is_bound:
        crs = crs.to_2d() if crs.is_compound else (crs.source_crs or crs)
    return crs.to_epsg(min_confidence=60) or crs.to_wkt()


def guess(x: NDArray[np.float64], y: NDArray[np.float64], near: tuple[float, float] | None = None) -> int:
    """Which system unnamed numbers are in: degrees, or a CGCS2000 3-degree zone with or without its number.

    ``near`` is a lon/lat that the data should be close to; only with it can a zone without number be told.

    Raises:
        InputError: ``crs.swapped`` (axes the wrong way round), ``crs.zone_missing`` or ``crs.not_guessable``.
    """
    x, y = x[np.isfinite(x)], y[np.isfinite(y)]
    if not len(x) or not len(y):
        return WGS84
    mx, my = float(np.median(x)), float(np.median(y))
    if abs(mx) <= 180 and abs(my) <= 90:
        return WGS84  # by the middle of them: a stray number is that row's fault, not the file's
    if 300_000 <= my <= 6_500_000 and 25_000_000 <= mx < 46_000_000:
        return 4513 + int(mx // 1_000_000) - 25
    if 300_000 <= mx <= 6_500_000 and 25_000_000 <= my < 46_000_000:
        raise InputError("crs.swapped", x=round(mx), y=round(my))
    if 300_000 <= my <= 6_500_000 and 100_000 <= mx <= 900_000:
        if near is None:
            raise InputError("crs.zone_missing", x=round(mx), y=round(my))
        return metric_epsg(*near)
    if 300_000 <= mx <= 6_500_000 and 100_000 <= my <= 900_000 and near is not None:
        raise InputError("crs.swapped", x=round(mx), y=round(my))
    if abs(my) <= 180 and abs(mx) <= 90:
        raise InputError("crs.swapped", x=round(mx, 4), y=round(my, 4))
    raise InputError("crs.not_guessable", x=round(mx, 3), y=round(my, 3))


def name(crs: int | str) -> str:
    """A short name for reports and for ``source_crs``."""
    if isinstance(crs, int):
        return f"EPSG:{crs}"
    if crs in datums.NAMES:
        return {"gcj02": "GCJ-02", "bd09": "BD-09"}[crs]
    return pyproj.CRS.from_user_input(crs).name[:60]


def tile_bounds(z: int, x: int, y: int) -> tuple[float, float, float, float]:
    """West, south, east, north of a web map tile in degrees."""
    n = 2.0**z

    def latitude(row: float) -> float:
        return float(np.degrees(np.arctan(np.sinh(np.pi * (1 - 2 * row / n)))))

    return x / n * 360 - 180, latitude(y + 1), (x + 1) / n * 360 - 180, latitude(y)
