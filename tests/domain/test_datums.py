import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridsvc.domain import crs, datums
from tests.conftest import shared

LEFT_ALONE = {
    "Hong Kong": (114.1694, 22.3193), "Yuen Long": (114.03, 22.445), "Macau": (113.5439, 22.1987), "Coloane": (113.567, 22.12),
    "Taipei": (121.56, 25.04), "Kinmen": (118.32, 24.43), "Seoul": (126.98, 37.57), "Hanoi": (105.85, 21.03),
    "Ulaanbaatar": (106.9, 47.9), "Tokyo": (139.7, 35.7), "London": (0, 51.5),
}  # fmt: skip
MOVED = {
    "上海": (121.5, 31.23), "深圳罗湖": (114.118, 22.545), "蛇口": (113.915, 22.483), "珠海": (113.576, 22.27), "横琴": (113.52, 22.12),
    "厦门": (118.09, 24.48), "丹东": (124.39, 40.13), "黑河": (127.52, 50.243), "喀什": (75.99, 39.47), "舟山": (122.2, 29.99),
    "河口": (103.96, 22.52), "东兴": (107.97, 21.54), "崇明": (121.5, 31.7),
}  # fmt: skip


def one(point, source, target):
    x, y = datums.convert(np.array([point[0]]), np.array([point[1]]), source, target)
    return float(x[0]), float(y[0])


def metres(a, b):
    return np.hypot((a[0] - b[0]) * np.cos(np.radians(b[1])), a[1] - b[1]) * 111_320


@pytest.mark.parametrize("name", LEFT_ALONE)
@pytest.mark.parametrize("ways", [("wgs84", "gcj02"), ("gcj02", "wgs84"), ("wgs84", "bd09")])
def test_beyond_the_mainland_nothing_is_moved(name, ways):
    assert one(LEFT_ALONE[name], *ways) == LEFT_ALONE[name]


@pytest.mark.parametrize("name", MOVED)
def test_in_the_mainland_points_are_moved_by_some_hundred_metres(name):
    assert 24 <= metres(one(MOVED[name], "wgs84", "gcj02"), MOVED[name]) <= 700


@pytest.mark.parametrize("datum", datums.NAMES)
def test_there_and_back_is_within_a_millimetre_everywhere_in_the_mainland(datum):
    # hundredths of a degree, as the corners of the polygon are: some points lie on its very edge
    x, y = (a.ravel() for a in np.meshgrid(np.arange(7300, 13600, 8) / 100, np.arange(1500, 5400, 8) / 100))
    inside = datums.shifted(x, y)
    assert inside.sum() > 120_000
    there = datums.convert(x, y, "wgs84", datum)
    back = datums.convert(*there, datum, "wgs84")
    off = metres(back, (x, y))
    assert off[inside].max() <= 0.001


@given(st.floats(100, 118), st.floats(25, 38))
def test_neighbours_stay_neighbours(lon, lat):
    a, b = one((lon, lat), "wgs84", "gcj02"), one((lon + 1e-5, lat), "wgs84", "gcj02")
    assert abs(metres(a, b) - metres((lon, lat), (lon + 1e-5, lat))) < 0.05


def test_the_cities_of_the_published_table():
    cities = [city["coords"] for city in json.loads(shared("crs", "china-cities.json").read_text(encoding="utf-8"))]
    held = {name: np.array([city[name] for city in cities]).T for name in ("WGS84", "GCJ02", "BD09")}
    assert metres(datums.convert(*held["GCJ02"], "gcj02", "bd09"), held["BD09"]).max() <= 0.015
    # its GCJ-02 lies a steady 0.67 m from the usual formula (data README)
    off = metres(datums.convert(*held["WGS84"], "wgs84", "gcj02"), held["GCJ02"])
    assert off.min() > 0.6
    assert off.max() < 0.75


def test_missing_coordinates_stay_missing():
    x, y = datums.convert(np.array([np.nan, 121.5]), np.array([31.0, np.nan]), "gcj02", "wgs84")
    assert np.isnan(x[0])
    assert np.isnan(y[1])


def test_many_points_are_as_each_alone():
    rng = np.random.default_rng(1)
    x, y = rng.uniform(70, 140, 100_000), rng.uniform(0, 60, 100_000)
    whole = np.column_stack(datums.convert(x, y, "bd09", "wgs84"))
    some = np.column_stack(datums.convert(x[:500], y[:500], "bd09", "wgs84"))
    assert np.array_equal(whole[:500], some)


@pytest.mark.parametrize("text", ["gcj02", "GCJ-02", "bd09", "BD-09", "BD 09"])
def test_they_are_systems_like_others(text):
    system = crs.parse(text)
    x, y = crs.transformer(system, 4326).transform(121.5, 31.2)
    assert 300 < metres((x, y), (121.5, 31.2)) < 1500
    there = crs.transformer(4326, system).transform(x, y)
    assert metres(there, (121.5, 31.2)) < 0.001


def test_through_a_zone_and_back():
    x, y = crs.transformer("gcj02", 4549).transform(np.array([121.49]), np.array([31.2]))
    lon, lat = crs.transformer(4549, "gcj02").transform(x, y)
    assert metres((lon[0], lat[0]), (121.49, 31.2)) < 0.001
