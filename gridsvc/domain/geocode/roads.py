"""Roads by name with their middle, and where two roads meet."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd
import shapely

from gridsvc.domain import crs
from gridsvc.domain.address.fold import fold

if TYPE_CHECKING:
    from numpy.typing import NDArray

_TOUCH_M: Final = 15.0  # roads this near meet: lines of tiles and carriageways stop short of one another
_APART_M: Final = 120.0  # two meetings of the same roads farther apart are two places
_GAP_M: Final = 500.0  # pieces of one name farther apart are two roads


def places(names: list[str], lines: NDArray[np.object_], below: NDArray[np.bool_] | None = None) -> pd.DataFrame:
    """Places of level road and intersection from named lines (lon/lat), in the columns of :mod:`places`.

    ``below``: tunnels, which have a name and cross nothing.
    """
    usable = np.flatnonzero([bool(name) for name in names])
    if not len(usable):
        return _frame([])
    called = np.array([fold(names[k]).strip() for k in usable], dtype=object)
    epsg = crs.metric_of(lines[usable])
    flat = crs.transform(lines[usable], crs.WGS84, epsg)
    above = np.ones(len(usable), bool) if below is None else ~below[usable]
    rows = [*_roads(called, flat), *_crossings(called[above], flat[above])]
    made = _frame(rows)
    lon, lat = crs.transformer(epsg, crs.WGS84).transform(made["lon"].to_numpy(), made["lat"].to_numpy())
    return made.assign(lon=lon, lat=lat)


def _frame(rows: list[tuple[str, str, str, str, float, float, float]]) -> pd.DataFrame:
    made = pd.DataFrame(rows, columns=["level", "name", "road", "road2", "lon", "lat", "accuracy_m"])
    label = np.where(made["level"] == "intersection", made["road"] + "与" + made["road2"] + "交叉口", made["name"])
    return made.assign(number="", house="", first=-1, last=-1, label=label)


def _groups(called: NDArray[np.object_], flat: NDArray[np.object_]) -> list[tuple[str, shapely.Geometry]]:
    """Each road: its name and all its pieces within half a kilometre of one another."""
    found = []
    for name, at in pd.Series(range(len(called))).groupby(called):
        pieces = flat[at.to_numpy()]
        whole = shapely.union_all(pieces)
        zones = shapely.get_parts(shapely.union_all(shapely.buffer(shapely.envelope(pieces), _GAP_M / 2)))
        if len(zones) == 1:
            found.append((str(name), whole))
            continue
        tree = shapely.STRtree(zones)
        zone = tree.query(shapely.point_on_surface(pieces), predicate="intersects")
        found += [(str(name), shapely.union_all(pieces[zone[0][zone[1] == k]])) for k in range(len(zones))]
    return found


def _roads(
    called: NDArray[np.object_], flat: NDArray[np.object_]
) -> list[tuple[str, str, str, str, float, float, float]]:
    rows = []
    for name, whole in _groups(called, flat):
        west, south, east, north = whole.bounds
        middle = shapely.Point((west + east) / 2, (south + north) / 2)
        on = shapely.line_interpolate_point(line, line.project(middle)) if (line := _longest(whole)) else middle
        reach = float(np.hypot(east - west, north - south)) / 2
        rows.append(("road", name, "", "", on.x, on.y, max(30.0, reach)))
    return rows


def _longest(whole: shapely.Geometry) -> shapely.LineString | None:
    lines = [part for part in shapely.get_parts(shapely.line_merge(whole)) if part.geom_type == "LineString"]
    return max(lines, key=lambda part: part.length, default=None)


def _crossings(
    called: NDArray[np.object_], flat: NDArray[np.object_]
) -> list[tuple[str, str, str, str, float, float, float]]:
    tree = shapely.STRtree(flat)
    one, other = tree.query(flat, predicate="dwithin", distance=_TOUCH_M)
    keep = called[one] < called[other]
    one, other = one[keep], other[keep]
    if not len(one):
        return []
    meets = shapely.intersection(flat[one], flat[other])
    crossing = ~shapely.is_empty(meets)
    # lines that cross meet at every crossing; those that stop short of one another at the middle of the gap
    at, pair = shapely.get_coordinates(meets[crossing], return_index=True)
    gap = shapely.centroid(shapely.shortest_line(flat[one[~crossing]], flat[other[~crossing]]))
    pair = np.concatenate([np.flatnonzero(crossing)[pair], np.flatnonzero(~crossing)])
    at = np.concatenate([at, shapely.get_coordinates(gap)])
    frame = pd.DataFrame({"a": called[one[pair]], "b": called[other[pair]], "x": at[:, 0], "y": at[:, 1]})
    frame["true"] = crossing[pair]
    rows = []
    for (a, b), group in frame.groupby(["a", "b"]):
        if bool(group["true"].any()):
            group = group[group["true"]]
        xy = group[["x", "y"]].to_numpy()
        points = shapely.points(xy)
        for zone in shapely.get_parts(shapely.union_all(shapely.buffer(points, _APART_M / 2))):
            mine = xy[shapely.intersects(zone, points)]
            away = np.hypot(*(mine - mine.mean(axis=0)).T)
            x, y = mine[away.argmin()]  # a place where they do meet, not a point between
            rows.append(("intersection", "", str(a), str(b), float(x), float(y), max(15.0, float(away.max()))))
    return rows
