import datetime as dt

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from gridsvc.domain.assignment import Ground
from gridsvc.domain.people import identity_numbers
from gridsvc.domain.sample import things
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


@pytest.mark.soak
def test_a_larger_city_has_more_counties():
    cities = sample.generate(AS_OF, seed=1, scale=2)
    assert [c.areas.iloc[0]["code"] for c in cities] == ["990101", "990102"]
    assert not set(cities[0].buildings["id"]) & set(cities[1].buildings["id"])
    a, b = cities[0].areas.iloc[0].geometry, cities[1].areas.iloc[0].geometry
    assert not a.intersects(b)


# ---- second part: residents, things, duty ------------------------------------------------------------------------


@pytest.fixture(scope="module")
def duty(city):
    """On a plain grid of cells of 200 m in each community."""
    parts = city.areas[city.areas["level"] == "社区"]
    rows = []
    for code, shape in zip(parts["code"], parts.geometry, strict=True):
        west, south, east, north = shape.bounds
        corners = [(x, y) for x in np.arange(west, east, 0.0021) for y in np.arange(south, north, 0.0018)]
        boxes = [shape & shapely.box(x, y, x + 0.0021, y + 0.0018) for x, y in corners]
        rows += [(f"{code}{i + 1:03d}", b) for i, b in enumerate(b for b in boxes if b.area > 1e-9)]
    cells = gpd.GeoDataFrame(rows, columns=["code", "geometry"], crs=4326)
    return cells, city.duty(cells, AS_OF)


def test_residents_are_as_many_as_the_issue_says_and_nobody_real(city):
    people, dwellings = city.lists["people"], city.lists["dwellings"]
    assert 16_000 <= people["户号"].nunique() <= 18_000
    assert 44_000 <= len(people) <= 47_000
    assert len(dwellings) > people["户号"].nunique()
    number = people["身份证号"].dropna()
    assert number.str.startswith("9901").all()  # no county of the republic has this code
    assert people["电话"].dropna().str.startswith("10").all()  # nor any mobile telephone this head
    assert not number.duplicated().any()
    good, bad = identity_numbers(number)
    assert not bad.any()
    assert (good == number).all()


def test_every_person_has_a_door_and_every_door_a_building(city):
    doors = ["小区", "幢号", "街路巷", "门牌号", "单元", "室号"]
    known = set(map(tuple, city.lists["dwellings"][doors].fillna("").to_numpy().tolist()))
    assert not city.lists["dwellings"][doors].duplicated().any()
    assert set(map(tuple, city.lists["people"][doors].fillna("").to_numpy().tolist())) <= known
    assert len(city.residents.building) == len(city.lists["dwellings"])


def test_categories_fit_age_and_household(city):
    people = city.lists["people"]
    born = pd.to_datetime(people["身份证号"].str.slice(6, 14), format="%Y%m%d")
    age = (pd.Timestamp(AS_OF.replace(day=1)) - born).dt.days / 365.25
    size = people.groupby("户号")["户号"].transform("size")
    has = people["服务类别"].fillna("").str.contains
    assert (age[has("高龄老人") & age.notna()] >= 79.9).all()
    assert (age[has("0–6岁儿童") & age.notna()] < 7.1).all()
    assert (size[has("独居老人")] == 1).all()
    assert set(city.truths["people_by_category"]) == set(
        people["服务类别"].dropna().str.split("；").explode().str.replace(r"\(.*\)", "", regex=True)
    )


def test_things_are_as_many_as_the_issue_says(city):
    found = {k: len(v) for k, v in city.lists.items()}
    assert {k: found[k] for k in things.WANTED} == {
        "hazards": 900, "hazard_sources": 120, "components": 600, "facilities": 80, "organisations": 400,
    }  # fmt: skip


def test_the_river_is_a_duty_zone_in_every_community_that_it_runs_through(city):
    zones = city.lists["zones"]
    assert len(zones) == 5
    assert zones["责任区名称"].is_unique
    homes = city.areas.set_index("code").geometry
    for code, text in zip(zones["社区代码"], zones["wkt"], strict=True):
        assert shapely.from_wkt(text).within(homes[code].buffer(1e-6))


def test_duty_has_the_gaps_that_are_written_down(city, duty):
    cells, found = duty
    truths = found.truths
    assert (len(found.officers), len(found.visits)) == (70, 120_000)
    held = set(found.posts["网格"].dropna())
    assert sorted(set(cells["code"]) - held) == truths["cells_without_officer"]
    assert len(truths["cells_without_officer"]) == 3
    assert len(truths["buildings_unvisited"]) == 40
    names = {tuple(r) for r in things.doors(city.buildings, np.flatnonzero(
        city.buildings["id"].isin(truths["buildings_unvisited"]))).fillna("").to_numpy()}  # fmt: skip
    visited = set(
        map(tuple, found.visits[["小区", "幢号", "街路巷", "门牌号"]].fillna("").drop_duplicates().to_numpy())
    )
    assert not names & visited
    assert found.visits["时间"].min() >= truths["first_visit"]
    assert found.visits["时间"].max() < (AS_OF + dt.timedelta(days=1)).isoformat()
    assert found.posts["工号"].nunique() == 70


def test_an_officer_has_cells_of_one_community(duty):
    _, found = duty
    own = found.posts[found.posts["网格"].notna() & found.posts["代班"].isna()]
    assert own.assign(area=own["网格"].str.slice(0, 12)).groupby("工号")["area"].nunique().max() == 1
