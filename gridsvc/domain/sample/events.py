"""25,000 events over 24 months: daily and weekly rhythm, seasons, places, three hot spots, known rates of closing."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import shapely

from gridsvc.domain import workdays
from gridsvc.domain.sample import ground

if TYPE_CHECKING:
    import geopandas as gpd
    from numpy.typing import NDArray

    from gridsvc.domain.sample.plan import Site
    from gridsvc.domain.workdays import Limit, Office

WANTED = 25_000
MONTHS = 24
_USES: dict[str, list[str]] = {"h": ["自建房", "棚屋"], "f": ["住宅"], "c": ["商铺", "公共"]}
# share of reports by hour of the day and by day of the week (Monday first)
_HOURS = np.array([1, 1, 1, 1, 1, 2, 5, 9, 12, 12, 11, 9, 7, 8, 10, 10, 9, 8, 7, 6, 5, 4, 2, 1], dtype=float)
_WEEK = np.array([1.15, 1.1, 1.05, 1.05, 1.1, 0.8, 0.7])
_SPREAD_M = {"b": 12.0, "h": 8.0, "f": 15.0, "c": 10.0, "s": 30.0}


@dataclass(frozen=True)
class HotSpot:
    """A truth: events of one class that crowd round one point."""

    name: str
    class_code: str
    lon: float
    lat: float
    radius_m: float
    events: int
    hours: tuple[int, int]
    first_day: dt.date
    community: str
    address: str


def make(
    site: Site,
    buildings: gpd.GeoDataFrame,
    classes: dict[str, tuple[str, Limit | None]],
    as_of: dt.date,
    office: Office,
) -> tuple[pd.DataFrame, list[HotSpot]]:
    """The events as a table with Chinese columns, and the hot spots that are in it.

    ``classes``: code → name and limit. The last event is reported on ``as_of``.
    """
    rng = site.part("events")
    words = site.words["events"]
    start = _months_before(as_of, MONTHS)
    spots = [_spot(site, buildings, row, start, as_of) for row in words["hot_spots"]]
    n_spots = sum(s.events for s in spots)
    frame = pd.concat([_background(buildings, words, WANTED - n_spots, start, as_of, rng),
                       *(_crowd(s, as_of, rng) for s in spots)], ignore_index=True)  # fmt: skip
    frame = frame.sort_values("reported", kind="stable", ignore_index=True)
    frame["community"] = frame["community"].astype(str)
    return _table(site, frame, classes, as_of, office, rng), spots


def _months_before(day: dt.date, months: int) -> dt.date:
    at = day.year * 12 + day.month - 1 - months
    return dt.date(at // 12, at % 12 + 1, min(day.day, 28))


def _spot(site: Site, buildings: gpd.GeoDataFrame, row: list[Any], start: dt.date, as_of: dt.date) -> HotSpot:
    """A point near the middle of a community, at one of its buildings."""
    name, code, letter, share, hours, months = row
    community = ground.community_codes(site)[letter]
    inside = buildings[buildings["community"] == community]
    here = np.asarray(inside.geometry, dtype=object)
    nearest = int(np.argmin(shapely.distance(here, shapely.centroid(shapely.union_all(here)))))
    at = shapely.centroid(here[nearest])
    first = _months_before(as_of, months) if months else start
    return HotSpot(
        name,
        code,
        round(float(at.x), 7),
        round(float(at.y), 7),
        90.0,
        int(WANTED * share),
        tuple(hours),
        first,
        community,
        str(inside["address"].iloc[nearest]),
    )


def _background(
    buildings: gpd.GeoDataFrame, words: Any, n: int, start: dt.date, as_of: dt.date, rng: np.random.Generator
) -> pd.DataFrame:
    table = words["classes"]
    share = np.array([row[1] for row in table])
    pick = rng.choice(len(table), n, p=share / share.sum())
    at = np.zeros(n, dtype=np.int64)
    spread = np.zeros(n)
    uses = buildings["use"].to_numpy(dtype=object)
    for i, (_, _, kind) in enumerate(table):  # two dozen classes
        mine = np.flatnonzero(pick == i)
        pool = np.flatnonzero(np.isin(uses, _USES[kind])) if kind in _USES else np.arange(len(buildings))
        at[mine] = rng.choice(pool, len(mine))
        spread[mine] = _SPREAD_M[kind]
    middle = shapely.centroid(np.asarray(buildings.geometry, dtype=object)[at])
    lon, lat = _scattered(shapely.get_x(middle), shapely.get_y(middle), spread, rng)
    code = np.array([row[0] for row in table], dtype=object)[pick]
    reported = _moments(code, start, as_of, rng)
    return pd.DataFrame(
        {
            "code": code,
            "lon": lon,
            "lat": lat,
            "reported": reported,
            "spot": "",
            "building": at,
            "community": buildings["community"].to_numpy()[at],
            "address": buildings["address"].to_numpy()[at],
        }
    )


def _scattered(
    lon: NDArray[np.float64], lat: NDArray[np.float64], metres: Any, rng: np.random.Generator
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    dx, dy = rng.normal(0, 1, (2, len(lon))) * metres
    return np.round(lon + dx / (111_320 * np.cos(np.radians(lat))), 7), np.round(lat + dy / 111_320, 7)


def _moments(
    code: NDArray[np.object_], start: dt.date, as_of: dt.date, rng: np.random.Generator
) -> NDArray[np.datetime64]:
    """When each event was reported: busy weekdays and mornings, standing water in summer."""
    days = pd.date_range(start, as_of)
    weekly = _WEEK[days.day_of_week]
    growth = np.linspace(0.9, 1.1, len(days))
    rain = 1 + 5 * np.isin(days.month, (6, 7))
    plain, wet = weekly * growth, weekly * growth * rain
    day = rng.choice(len(days), len(code), p=plain / plain.sum())
    water = np.isin(code, ("04005", "04004"))
    day[water] = rng.choice(len(days), int(water.sum()), p=wet / wet.sum())
    hour = rng.choice(24, len(code), p=_HOURS / _HOURS.sum())
    second = rng.integers(0, 3600, len(code))
    return days.to_numpy()[day] + hour.astype("timedelta64[h]") + second.astype("timedelta64[s]")


def _crowd(spot: HotSpot, as_of: dt.date, rng: np.random.Generator) -> pd.DataFrame:
    n = spot.events
    distance = spot.radius_m / 2.5
    lon, lat = _scattered(np.full(n, spot.lon), np.full(n, spot.lat), np.minimum(distance, spot.radius_m), rng)
    days = pd.date_range(spot.first_day, as_of)
    day = rng.integers(0, len(days), n)
    hour = rng.integers(spot.hours[0], spot.hours[1], n)
    moment = days.to_numpy()[day] + hour.astype("timedelta64[h]") + rng.integers(0, 3600, n).astype("timedelta64[s]")
    return pd.DataFrame(
        {
            "code": spot.class_code,
            "lon": lon,
            "lat": lat,
            "reported": moment,
            "spot": spot.name,
            "building": -1,
            "community": spot.community,
            "address": spot.address,
        }
    )


def _table(
    site: Site, frame: pd.DataFrame, classes: dict[str, tuple[str, Limit | None]], as_of: dt.date, office: Office,
    rng: np.random.Generator,
) -> pd.DataFrame:  # fmt: skip
    """Closing times, states and the columns of an office's list."""
    n = len(frame)
    zone = ZoneInfo(office.tz)
    reported = pd.DatetimeIndex(frame["reported"]).tz_localize(
        zone, nonexistent="shift_forward", ambiguous=np.ones(n, dtype=bool)
    )
    due = _due(frame["code"], reported.tz_convert("UTC"), classes, office)
    closed, state = _closing(site, frame, reported.tz_convert("UTC"), due, as_of, zone, rng)
    lost = rng.random(n) < 0.008  # known to the community only
    far = rng.choice(n, 10, replace=False)
    lon, lat = frame["lon"].to_numpy(copy=True), frame["lat"].to_numpy(copy=True)
    lon[far] -= 0.2  # typing errors, west of everything
    titles = frame["code"].map({c: name for c, (name, _) in classes.items()})
    local = pd.Series(closed).dt.tz_convert(zone)
    return pd.DataFrame(
        {
            "工单编号": [f"{site.index:02d}{t:%Y%m%d}{i:05d}" for i, t in enumerate(frame["reported"])],
            "事件类型": titles, "标题": titles + "（" + frame["address"] + "）", "事发地点": frame["address"],
            "受理时间": frame["reported"].dt.strftime("%Y-%m-%d %H:%M:%S"),
            "办结时间": local.dt.strftime("%Y-%m-%d %H:%M:%S"), "状态": state,
            "来源渠道": rng.choice(site.words["events"]["channels"], n, p=[0.55, 0.25, 0.12, 0.08]),
            "社区代码": frame["community"],
            "经度": pd.Series(lon).where(~lost), "纬度": pd.Series(lat).where(~lost),
        }
    )  # fmt: skip


def _due(
    code: pd.Series, reported: pd.DatetimeIndex, classes: dict[str, tuple[str, Limit | None]], office: Office
) -> pd.DatetimeIndex:
    due = pd.Series(reported + pd.Timedelta(days=5))
    for name in code.unique():
        limit = classes[name][1]
        if limit is not None:
            mask = (code == name).to_numpy()
            due[mask] = workdays.due(reported[mask], limit, office)
    return pd.DatetimeIndex(due)


def _closing(
    site: Site,
    frame: pd.DataFrame,
    reported: pd.DatetimeIndex,
    due: pd.DatetimeIndex,
    as_of: dt.date,
    zone: ZoneInfo,
    rng: np.random.Generator,
) -> tuple[pd.DatetimeIndex, NDArray[np.object_]]:
    """In time with the community's share, otherwise late by some limits; what lies after ``as_of`` is still open."""
    n = len(frame)
    weak = {ground.community_codes(site)[k]: v for k, v in site.words["events"]["weak"].items()}
    good = rng.random(n) < frame["community"].map(weak).fillna(0.93).to_numpy()
    span = (due - reported).total_seconds().to_numpy()
    share = np.where(good, rng.beta(2, 3, n) * 0.98, 1.05 + rng.exponential(0.8, n))
    closed = reported + pd.to_timedelta(np.maximum(share * span, 60), unit="s")
    end = pd.Timestamp(as_of + dt.timedelta(days=1), tz=zone).tz_convert("UTC")
    never = rng.random(n) < 0.006
    still = (closed >= end) | never
    void = rng.random(n) < 0.02
    state = np.select([void, still], ["作废", "处理中"], "已办结").astype(object)
    text = pd.Series(closed.round("s"))
    return pd.DatetimeIndex(text.where(~still & ~void)), state
