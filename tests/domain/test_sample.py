import datetime as dt

import numpy as np
import pytest
import shapely

from gridsvc.domain.assignment import Ground
from gridsvc.services import sample

AS_OF = dt.date(2026, 11, 20)


@pytest.fixture(scope="module")
def city():
    return sample.generate(AS_OF, seed=1)[0]


def test_the_same_seed_and_day_give_the_same_city(city):
    again = sample.generate(AS_OF, seed=1)[0]
    assert city.events.equals(again.events)
    assert city.addresses.equals(again.addresses)
    assert city.buildings.equals(again.buildings)
    assert city.truths == again.truths
    other = sample.generate(AS_OF, seed=2)[0]
    assert not city.events.equals(other.events)


def test_its_size_is_the_one_of_the_issue(city):
    assert list(city.areas["level"]).count("社区") == 9
    assert list(city.areas["level"]).count("街道") == 2
    assert 3600 <= len(city.buildings) <= 4200
    assert (city.buildings["use"] == "住宅").sum() == 300
    assert (city.buildings["use"] == "自建房").sum() + (city.buildings["use"] == "棚屋").sum() >= 2400
    assert len(city.events) == 25_000
    flats = city.buildings[city.buildings["use"] == "住宅"]
    assert set(flats["floors"]) == {6, 18}
    assert flats["units"].between(2, 4).all()


def test_buildings_are_valid_do_not_touch_and_lie_in_their_community(city):
    shapes = np.asarray(city.buildings.geometry, dtype=object)
    assert shapely.is_valid(shapes).all()
    one, two = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    assert (one == two).all()
    parts = city.areas[city.areas["level"] == "社区"]
    middle = shapely.centroid(shapes)
    ground = Ground(np.asarray(parts.geometry, dtype=object), np.arange(1, len(parts) + 1))
    at = ground.containing(shapely.get_x(middle), shapely.get_y(middle))
    assert (parts["code"].to_numpy()[at - 1] == city.buildings["community"].to_numpy()).all()


def test_areas_fit_together(city):
    county, parts = city.areas.iloc[0].geometry, city.areas[city.areas["level"] == "社区"]
    union = shapely.union_all(np.asarray(parts.geometry, dtype=object))
    assert county.symmetric_difference(union).area / county.area < 1e-9
    assert shapely.area(np.asarray(parts.geometry, dtype=object)).sum() / union.area == pytest.approx(1, abs=1e-9)
    assert all(c.startswith(city.areas.iloc[0]["code"]) for c in city.areas["code"])
    assert all(c.startswith("99") for c in city.areas["code"])


def test_addresses_look_like_addresses(city):
    texts = city.addresses["标准地址"]
    assert texts.str.contains(r"^.+(?:小区|花园|新村|家园|雅苑|公寓)\d+幢\d+单元$", regex=True).sum() > 600
    assert texts.str.contains(r"(?:路|街|巷|大道)\d+号$", regex=True).sum() > 1000
    assert texts.str.contains(r"\d+弄\d+号$", regex=True).sum() > 500
    assert texts.notna().all()


def test_events_have_rhythm(city):
    at = city.events["受理时间"]
    hour = at.str.slice(11, 13).astype(int)
    assert (hour.between(8, 11)).mean() > 2.5 * (hour.between(0, 3)).mean()
    day = np.asarray(at.str.slice(0, 10), dtype="datetime64[D]")
    weekday = (day.astype(int) + 3) % 7
    assert (weekday < 5).mean() > 0.74
    water = city.events["事件类型"] == "道路积水"
    month = at.str.slice(5, 7)
    assert month[water].isin(["06", "07"]).mean() > 0.5
    assert day.max() <= np.datetime64(AS_OF)
    assert (np.datetime64(AS_OF) - day.min()).astype(int) > 700


def test_the_hot_spots_are_there(city):
    for spot in city.truths["hot_spots"]:
        name = dict(sample.classes())[spot["class_code"]][0]
        mine = city.events[(city.events["事件类型"] == name) & city.events["经度"].notna()]
        dx = (mine["经度"].astype(float) - spot["lon"]) * 111_320 * np.cos(np.radians(spot["lat"]))
        dy = (mine["纬度"].astype(float) - spot["lat"]) * 111_320
        close = np.hypot(dx, dy) < spot["radius_m"] * 1.5
        assert close.sum() > 0.9 * spot["events"]


def test_a_larger_city_has_more_counties():
    cities = sample.generate(AS_OF, seed=1, scale=2)
    assert [c.areas.iloc[0]["code"] for c in cities] == ["990101", "990102"]
    assert not set(cities[0].buildings["id"]) & set(cities[1].buildings["id"])
    a, b = cities[0].areas.iloc[0].geometry, cities[1].areas.iloc[0].geometry
    assert not a.intersects(b)
