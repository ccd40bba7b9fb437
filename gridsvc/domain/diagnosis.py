"""Which system a file of points is in, told by what the points should lie in or near.

Every reading (WGS 84, GCJ-02, BD-09, each with its axes as written or exchanged) puts the points somewhere else. The
right one puts houses into footprints, events beside roads and records into the areas that they claim. The readings
are compared point by point (the same points, paired differences), so a dense town, where something is always near,
tells as surely as a village.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import shapely

from gridsvc.domain import crs, datums

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Shapes = NDArray[np.object_]

SAMPLE: Final = 3000  # points that are looked at, spread evenly over the file
FAR: Final = 100.0  # metres; beyond it a point is far, however far
CERTAIN: Final = 6.0  # standard errors between the best reading and the next
NEAR: Final = 60.0  # metres; where half of the points lie farther from anything, nothing is certain
FEWEST: Final = 20  # points without which nothing is certain
READINGS: Final = tuple((system, swapped) for swapped in (False, True) for system in ("wgs84", *datums.NAMES))


@dataclass(frozen=True)
class Reading:
    """One way to read the file: ``inside`` is the share of points in the area claimed, ``metres`` the median distance
    to what is near, ``hits`` the share within 3 m of it; ``None`` where there was nothing to compare with."""

    system: str
    swapped: bool
    inside: float | None
    metres: float | None
    hits: float | None
    cost: float  # mean over the points; the least is the best

    @property
    def name(self) -> str:
        """WGS 84, GCJ-02 or BD-09."""
        return "WGS 84" if self.system == "wgs84" else crs.name(self.system)


@dataclass(frozen=True)
class Diagnosis:
    """The readings, best first, and whether the first is certain."""

    readings: list[Reading]
    points: int
    certain: bool
    strength: float  # standard errors between the first and the next that moves the points elsewhere

    @property
    def best(self) -> Reading:
        """The most likely reading."""
        return self.readings[0]


def diagnose(
    x: Floats,
    y: Floats,
    areas: Shapes | None = None,
    claims: NDArray[np.int64] | None = None,
    near: Shapes | None = None,
) -> Diagnosis:
    """How likely each reading of degrees ``x``, ``y`` is.

    Args:
        x: first coordinates as the file has them; missing ones are left out.
        y: second coordinates.
        areas: polygons (lon/lat) that the points should lie in.
        claims: for each point the polygon that it names, −1 for none; without it any polygon will do.
        near: footprints, roads or known places (lon/lat) that points should lie in or beside.
    """
    some = _sample(np.flatnonzero(np.isfinite(x) & np.isfinite(y)))
    costs, readings = [], []
    for system, swapped in READINGS:
        lon, lat = (y[some], x[some]) if swapped else (x[some], y[some])
        lon, lat = datums.convert(lon, lat, system, "wgs84")
        inside = None if areas is None else _inside(lon, lat, areas, None if claims is None else claims[some])
        away = None if near is None or not len(near) else _away(lon, lat, near)
        cost = np.zeros(len(some))
        if inside is not None:
            cost += ~inside
        if away is not None:
            cost += np.minimum(away, FAR) / FAR
        costs.append(cost)
        readings.append(_summed(system, swapped, inside, away, cost))
    order = sorted(range(len(readings)), key=lambda k: readings[k].cost)
    strength = _strength(costs, order) if len(some) and (areas is not None or near is not None) else 0.0
    best = readings[order[0]]
    certain = len(some) >= FEWEST and strength >= CERTAIN and (best.metres is None or best.metres <= NEAR)
    return Diagnosis([readings[k] for k in order], len(some), certain, strength)


def _sample(at: NDArray[np.int64]) -> NDArray[np.int64]:
    return at if len(at) <= SAMPLE else at[np.linspace(0, len(at) - 1, SAMPLE).astype(np.int64)]


def _summed(
    system: str, swapped: bool, inside: NDArray[np.bool_] | None, away: Floats | None, cost: Floats
) -> Reading:
    if not len(cost):
        return Reading(system, swapped, None, None, None, 0.0)
    return Reading(
        system,
        swapped,
        None if inside is None else float(inside.mean()),
        None if away is None else float(np.median(away)),
        None if away is None else float((away <= 3).mean()),
        float(cost.mean()),
    )


def _strength(costs: Sequence[Floats], order: Sequence[int]) -> float:
    """How many standard errors the best reading is ahead of the next."""
    ahead = costs[order[1]] - costs[order[0]]
    spread = float(ahead.std()) / np.sqrt(len(ahead))
    mean = float(ahead.mean())
    return 0.0 if mean <= 0 else mean / max(spread, 1e-3)


def _inside(lon: Floats, lat: Floats, areas: Shapes, claims: NDArray[np.int64] | None) -> NDArray[np.bool_]:
    points = shapely.points(lon, lat)
    inside = np.zeros(len(points), bool)
    if claims is None:
        tree = shapely.STRtree(areas)
        inside[np.unique(tree.query(points, predicate="within")[0])] = True
        return inside
    inside |= claims < 0  # who names nothing contradicts nothing
    for area in np.unique(claims[claims >= 0]):
        of = np.flatnonzero(claims == area)
        inside[of] = shapely.contains_xy(areas[area], lon[of], lat[of])
    return inside


def _away(lon: Floats, lat: Floats, near: Shapes) -> Floats:
    """Metres to the nearest shape; infinite for points that lie nowhere near."""
    away = np.full(len(lon), np.inf)
    west, south, east, north = shapely.total_bounds(near)
    close = np.flatnonzero((lon > west - 0.05) & (lon < east + 0.05) & (lat > south - 0.05) & (lat < north + 0.05))
    if not len(close):
        return away
    epsg = crs.metric_epsg((west + east) / 2, (south + north) / 2)
    tree = shapely.STRtree(crs.transform(near, crs.WGS84, epsg))
    x, y = crs.transformer(crs.WGS84, epsg).transform(lon[close], lat[close])
    (of, _), distance = tree.query_nearest(shapely.points(x, y), return_distance=True, all_matches=False)
    away[close[of]] = distance
    return away
