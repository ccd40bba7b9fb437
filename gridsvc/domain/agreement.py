"""Where a source names an area for a point: does the area that gridsvc found agree, and if not, why."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely

from gridsvc.domain import crs

if TYPE_CHECKING:
    from numpy.typing import NDArray

AGREE, OVERLAP, OUTSIDE, NEIGHBOUR, ELSEWHERE, UNKNOWN = (
    "agree",
    "overlap",
    "outside",
    "neighbour",
    "elsewhere",
    "unknown",
)
REASONS = (AGREE, OVERLAP, OUTSIDE, NEIGHBOUR, ELSEWHERE, UNKNOWN)


def explain(
    lon: NDArray[np.float64],
    lat: NDArray[np.float64],
    found: NDArray[np.int64],
    given: NDArray[np.int64],
    shapes: dict[int, shapely.Geometry],
) -> tuple[NDArray[np.object_], NDArray[np.float64]]:
    """For each point one of ``REASONS``, and its distance in metres from the area that was named.

    Args:
        found: key of the area gridsvc found, 0 for outside every area.
        given: key of the area the source named, 0 for a name that no area has.
        shapes: lon/lat polygons by key.

    ``overlap``: the point lies in both polygons. ``outside``: gridsvc found none. ``neighbour``: the two areas touch.
    ``elsewhere``: they do not. ``unknown``: the named area is not loaded.
    """
    reason = np.full(len(lon), AGREE, dtype=object)
    metres = np.zeros(len(lon))
    keys = np.array(sorted(shapes), dtype=np.int64)
    reason[~np.isin(given, keys)] = UNKNOWN
    differ = np.flatnonzero((found != given) & (reason != UNKNOWN))
    if not len(differ):
        return reason, metres
    polygons = np.array([shapes[int(k)] for k in keys], dtype=object)
    named = polygons[np.searchsorted(keys, given[differ])]
    points = shapely.points(lon[differ], lat[differ])
    epsg = crs.metric_epsg(float(np.mean(lon[differ])), float(np.mean(lat[differ])))
    flat = crs.transform(crs.densify(polygons), crs.WGS84, epsg)[np.searchsorted(keys, given[differ])]
    metres[differ] = shapely.distance(flat, crs.transform(points, crs.WGS84, epsg))
    has = np.isin(found[differ], keys)
    touching = np.zeros(len(differ), dtype=bool)
    touching[has] = shapely.intersects(polygons[np.searchsorted(keys, found[differ][has])], named[has])
    reason[differ] = np.select(
        [shapely.intersects(named, points), ~has, touching], [OVERLAP, OUTSIDE, NEIGHBOUR], default=ELSEWHERE
    )
    return reason, metres
