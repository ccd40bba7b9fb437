"""The datums of Chinese web maps: GCJ-02 and BD-09 to and from WGS 84, on arrays, only where they hold.

GCJ-02 moves points of mainland China by 24 to 700 m; outside (Hong Kong, Macau and Taiwan too) nothing is moved. The
mainland is a polygon with its sea, not a box. BD-09 is a further shift of GCJ-02 that its maker uses everywhere in
GCJ-02. The formulas are those that every converter uses (first published by the project eviltransform); the ways back
are iterations and not the usual one step, which is wrong by up to 4.5 m (FINDINGS §7).
"""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Final

import numpy as np
import shapely

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Pair = tuple[Floats, Floats]

#: Names that ``--crs``, ``--from`` and ``--to`` know besides EPSG codes.
NAMES: Final = ("gcj02", "bd09")
_AXIS: Final = 6378245.0  # Krasovsky 1940, which the shift is computed on
_ECCENTRICITY: Final = 0.00669342162296594323
_BD_TURN: Final = np.pi * 3000 / 180
_CELL: Final = 0.25  # degrees of a cell that lies wholly inside or outside the mainland
_WEST, _SOUTH, _EAST, _NORTH = 73.0, 15.0, 135.5, 54.0
_AT_ONCE: Final = 32_768  # points whose arrays fit the cache of a core


@cache
def mainland() -> shapely.Geometry:
    """Where Chinese maps are shifted: the mainland with 25 km of sea (Natural Earth 1:10m)."""
    text = resources.files("gridsvc.domain").joinpath("mainland.geojson").read_text(encoding="utf-8")
    shape = shapely.from_geojson(json.dumps(json.loads(text)["geometry"]))
    shapely.prepare(shape)
    return shape


@cache
def _cells() -> NDArray[np.int8]:
    """0 a cell outside, 1 inside, 2 on the edge of the mainland."""
    x, y = np.meshgrid(np.arange(_WEST, _EAST, _CELL), np.arange(_SOUTH, _NORTH, _CELL), indexing="ij")
    boxes = shapely.box(x, y, x + _CELL, y + _CELL)
    return (shapely.intersects(mainland(), boxes) * 2 - shapely.contains_properly(mainland(), boxes)).astype(np.int8)


@cache
def _widened() -> shapely.Geometry:
    """The mainland and 2 mm: a way back ends a fraction of a millimetre from where the way there began."""
    shape = shapely.buffer(mainland(), 2e-8, join_style="mitre")
    shapely.prepare(shape)
    return shape


def shifted(lon: Floats, lat: Floats, back: bool = False) -> NDArray[np.bool_]:
    """Whether Chinese maps shift each WGS 84 point; not where a coordinate is missing.

    ``back``: the points were worked out from shifted ones and may lie a fraction of a millimetre off.
    """
    with np.errstate(invalid="ignore"):
        near = (lon >= _WEST) & (lon < _EAST) & (lat >= _SOUTH) & (lat < _NORTH)
    out = np.zeros(len(lon), bool)
    at = np.flatnonzero(near)
    column = ((lon[at] - _WEST) / _CELL).astype(np.int64)
    row = ((lat[at] - _SOUTH) / _CELL).astype(np.int64)
    state = _cells()[column, row]
    out[at] = state == 1
    edge = at[state == 2]
    out[edge] = shapely.contains_xy(_widened() if back else mainland(), lon[edge], lat[edge])
    return out


def _shift(lon: Floats, lat: Floats) -> Pair:
    """Degrees that GCJ-02 adds to a WGS 84 point of the mainland."""
    x, y = lon - 105.0, lat - 35.0
    root = np.sqrt(np.abs(x))
    # the published sums of sines with sin 3a = 3 sin a − 4 sin³ a put in, so that one sine serves two terms
    wave = np.sin(2 * np.pi * x)
    wave *= 160 / 3 * (1.0 - wave * wave)
    cross = 0.1 * x * y
    third = np.sin(np.pi / 3 * y)
    third *= 200 / 3 - 160 / 3 * third * third
    north = (0.2 * y + 3.0) * y + 2.0 * x + cross + 0.2 * root + wave + third - 100.0
    north += 320 / 3 * np.sin(np.pi / 12 * y)
    north += 640 / 3 * np.sin(np.pi / 30 * y)
    third = np.sin(np.pi / 3 * x)
    third *= 200 / 3 - 160 / 3 * third * third
    east = (0.1 * x + 1.0) * x + 2.0 * y + cross + 0.1 * root + wave + third + 300.0
    east += 100.0 * np.sin(np.pi / 12 * x)
    east += 200.0 * np.sin(np.pi / 30 * x)
    # metres to degrees on the ellipsoid
    sine = np.sin(np.pi / 180 * lat)
    sine *= sine
    magic = 1.0 - _ECCENTRICITY * sine
    half = np.sqrt(magic)
    half *= 180 / np.pi / _AXIS
    north *= half
    north *= magic
    north *= 1 / (1 - _ECCENTRICITY)
    east *= half
    east /= np.sqrt(1.0 - sine)
    return east, north


def _to_gcj02(lon: Floats, lat: Floats) -> Pair:
    inside = shifted(lon, lat)
    east, north = _shift(lon, lat)
    return np.where(inside, lon + east, lon), np.where(inside, lat + north, lat)


def _from_gcj02(lon: Floats, lat: Floats) -> Pair:
    x, y = lon, lat
    for _ in range(3):  # x ← g − shift(x): 0.2 mm after three steps
        east, north = _shift(x, y)
        x, y = lon - east, lat - north
    inside = shifted(x, y, back=True)
    return np.where(inside, x, lon), np.where(inside, y, lat)


def _to_bd09(lon: Floats, lat: Floats) -> Pair:
    far = np.hypot(lon, lat) + 0.00002 * np.sin(lat * _BD_TURN)
    turn = np.arctan2(lat, lon) + 0.000003 * np.cos(lon * _BD_TURN)
    return far * np.cos(turn) + 0.0065, far * np.sin(turn) + 0.006


def _from_bd09(lon: Floats, lat: Floats) -> Pair:
    x, y = lon - 0.0065, lat - 0.006
    for _ in range(3):
        east, north = _to_bd09(x, y)
        x, y = x + lon - east, y + lat - north
    return x, y


def _bd09_from_wgs84(lon: Floats, lat: Floats) -> Pair:
    x, y = _to_gcj02(lon, lat)
    inside = shifted(lon, lat)
    east, north = _to_bd09(x, y)
    return np.where(inside, east, lon), np.where(inside, north, lat)


def _wgs84_from_bd09(lon: Floats, lat: Floats) -> Pair:
    gx, gy = _from_bd09(lon, lat)
    x, y = gx, gy
    for _ in range(3):
        east, north = _shift(x, y)
        x, y = gx - east, gy - north
    inside = shifted(x, y, back=True)
    return np.where(inside, x, lon), np.where(inside, y, lat)


_WAYS: Final[dict[tuple[str, str], Callable[[Floats, Floats], Pair]]] = {
    ("wgs84", "gcj02"): _to_gcj02,
    ("gcj02", "wgs84"): _from_gcj02,
    ("gcj02", "bd09"): _to_bd09,
    ("bd09", "gcj02"): _from_bd09,
    ("wgs84", "bd09"): _bd09_from_wgs84,
    ("bd09", "wgs84"): _wgs84_from_bd09,
}


def convert(lon: Floats, lat: Floats, source: str, target: str) -> Pair:
    """Degrees of one datum (``wgs84``, ``gcj02``, ``bd09``) in another; 2 million points a second and more.

    Missing coordinates stay missing, points where maps are not shifted stay where they are. There and back is within
    1 mm everywhere in the mainland; within 700 m of its edge a shifted point may be taken for an unshifted one.

    Raises:
        KeyError: a datum that is none of the three.
    """
    lon, lat = np.asarray(lon, dtype=float), np.asarray(lat, dtype=float)
    if source == target:
        return lon.copy(), lat.copy()
    way = _WAYS[source, target]
    if len(lon) <= _AT_ONCE:
        with np.errstate(invalid="ignore"):
            return way(lon, lat)
    _cells()  # made once, before the threads
    x, y = np.empty_like(lon), np.empty_like(lat)

    def some(low: int) -> None:
        part = slice(low, low + _AT_ONCE)
        with np.errstate(invalid="ignore"):
            x[part], y[part] = way(lon[part], lat[part])

    with ThreadPoolExecutor(2) as pool:  # numpy lets go of the interpreter while it computes
        list(pool.map(some, range(0, len(lon), _AT_ONCE)))
    return x, y
