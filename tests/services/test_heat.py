"""Heat: rollup and events say the same, hexagons and areas hold every event once, tiles add up at every zoom."""

import datetime as dt

import h3
import numpy as np
import pandas as pd
import pytest
import shapely

from gridsvc.errors import InputError, MissingError
from gridsvc.services import heat, reports, rollup, tiles
from gridsvc.services.scopes import Question
from gridsvc.store.tx import SYSTEM, begin
from tests.conftest import AS_OF
from tests.mvt import decode
from tests.services.town import COUNTY, event

YEAR = Question("990101", f"{AS_OF - dt.timedelta(days=364)}..{AS_OF}", as_of=AS_OF)


def ask(period="2026-10", *classes):
    return Question("990101", period, classes, AS_OF)


def events_of(db):
    with begin(db, SYSTEM, "read") as tx:
        frame = pd.DataFrame(
            tx.conn.execute(
                "SELECT cell_key, class_id, day, h3, ST_X(geom) AS x, ST_Y(geom) AS y FROM event WHERE cell_key > 0"
            ).fetchall()
        )
    return frame.assign(day=pd.to_datetime(frame["day"]))


@pytest.fixture(scope="module")
def truth(city):
    return events_of(city)


@pytest.mark.parametrize("period", ["2026-10", "2026-Q3", "2025"])
def test_whole_months_come_from_the_rollup_and_equal_the_events(city, truth, period):
    found = heat.by_area(city, SYSTEM, ask(period), "cell")
    assert found.period.whole_months
    mine = truth[
        (truth["day"] >= pd.Timestamp(found.period.start)) & (truth["day"] < pd.Timestamp(found.period.stop))
    ]
    count = mine["cell_key"].value_counts()
    assert found.frame["n"].tolist() == [int(count.get(k, 0)) for k in found.frame["key"]]
    assert found.total == len(mine)
    assert found.unlocated == len(mine) - found.frame["n"].sum()


@pytest.mark.parametrize("period", ["2026-10-03..2026-11-09", "2026-W43", "30d"])
def test_other_days_come_from_the_events(city, truth, period):
    found = heat.by_area(city, SYSTEM, ask(period), "community")
    assert not found.period.whole_months
    mine = truth[
        (truth["day"] >= pd.Timestamp(found.period.start)) & (truth["day"] < pd.Timestamp(found.period.stop))
    ]
    count = (mine["cell_key"] // 8192).value_counts()
    assert found.frame["n"].tolist() == [int(count.get(k // 8192, 0)) for k in found.frame["key"]]


def test_the_rollup_follows_every_change_and_folding_changes_nothing(cells):
    def months():
        return {(r["cell_key"], r["class_id"], r["month"]): r["n"] for r in cells.rows(
            "SELECT cell_key, class_id, month, sum(n) AS n FROM (SELECT cell_key, class_id, month, n FROM rollup UNION ALL "
            "SELECT cell_key, class_id, month, n FROM rollup_delta) r GROUP BY 1, 2, 3 HAVING sum(n) <> 0")}  # fmt: skip

    def brute():
        return {
            (r["cell_key"], r["class_id"], r["month"]): r["n"]
            for r in cells.rows(
                "SELECT cell_key, class_id, date_trunc('month', day)::date AS month, count(*) AS n FROM event GROUP BY 1, 2, 3"
            )
        }

    rows = [event(i, 0.1 + i % 6, 0.5 + i % 3, 上报时间=f"2026-{1 + i % 10:02d}-11 09:00") for i in range(60)]
    first = cells.events(rows)
    assert months() == brute()
    rollup.fold(cells.db)
    assert months() == brute()
    moved = cells.events([{**r, "类别": "路灯不亮"} for r in rows[:20]])
    assert months() == brute()
    cells.divide(method="hex", size_m=90)
    assert months() == brute()
    assert rollup.fold(cells.db) > 0
    assert cells.count("rollup_delta") == 0
    assert months() == brute()
    cells.undo(moved.batch_id)
    cells.undo(first.batch_id)
    assert months() == brute() == {}


def test_a_large_import_goes_straight_into_the_rollup(cells):
    rng = np.random.default_rng(4)
    n = 60_000
    lon, lat = (118.0 + rng.random(n) * 0.006).round(7), (31.0 + rng.random(n) * 0.003).round(7)
    day = pd.Timestamp("2026-01-01") + pd.to_timedelta(rng.integers(0, 300, n), unit="D")
    frame = pd.DataFrame(
        {
            "编号": np.arange(n),
            "类别": rng.choice(["暴露垃圾", "路灯不亮"], n),
            "上报时间": day.strftime("%Y-%m-%d 09:00"),
            "经度": lon,
            "纬度": lat,
        }
    )
    path = cells.folder / "large.csv"
    frame.to_csv(path, index=False)
    small = cells.events([event(1, 0.5, 0.5)], list_name="first")
    assert small.counts["new"] == 1
    assert cells.take("event", path).counts["new"] == n
    assert cells.count("rollup_delta") == 1  # only the small one waits to be folded

    def off():
        return cells.rows(
            "SELECT count(*) AS n FROM (SELECT cell_key, class_id, month, sum(n) AS n FROM (SELECT cell_key, class_id, month, n FROM rollup UNION ALL "
            "SELECT cell_key, class_id, month, n FROM rollup_delta UNION ALL SELECT cell_key, class_id, date_trunc('month', day)::date, -1 FROM event) x "
            "GROUP BY 1, 2, 3 HAVING sum(n) <> 0) y")[0]["n"]  # fmt: skip

    assert off() == 0
    cells.divide(method="square", size_m=150)  # nearly all of them move
    assert off() == 0


@pytest.mark.parametrize("resolution", [7, 8, 9, 10])
def test_hexagons_hold_every_located_event_once(city, truth, resolution):
    found = heat.by_area(city, SYSTEM, ask("2026-10"), f"h3-{resolution}")
    mine = truth[(truth["day"] >= "2026-10-01") & (truth["day"] < "2026-11-01")].dropna(subset=["x"])
    # coarser hexagons are made of those of resolution 10, as H3 nests them
    want = pd.Series(
        [
            h3.cell_to_parent(h3.latlng_to_cell(y, x, 10), resolution)
            for x, y in zip(mine["x"], mine["y"], strict=True)
        ]
    ).value_counts()
    assert dict(zip(found.frame["code"], found.frame["n"], strict=True)) == want.to_dict()
    for code, shape in zip(found.frame["code"].head(5), found.frame.geometry.head(5), strict=True):
        lat, lon = h3.cell_to_latlng(code)
        assert shape.contains(shapely.Point(lon, lat))
    assert found.frame["km2"].head(1).item() == pytest.approx(
        h3.cell_area(found.frame["code"].iloc[0], "km^2"), rel=1e-4
    )


def test_every_level_adds_up_to_the_one_below(city):
    sums = {
        by: int(heat.by_area(city, SYSTEM, ask("2026-10"), by).frame["n"].sum())
        for by in ("community", "town", "county")
    }
    cell = heat.by_area(city, SYSTEM, ask("2026-10"), "cell")
    in_no_cell = heat.by_area(city, SYSTEM, ask("2026-10"), "community").frame["n"].sum() - cell.frame["n"].sum()
    assert sums["county"] >= sums["town"] >= sums["community"]
    assert in_no_cell >= 0
    assert cell.total == sums["county"]


def test_rates_per_km2_and_per_building(city):
    plain = heat.by_area(city, SYSTEM, YEAR, "cell").frame.set_index("code")
    dense = heat.by_area(city, SYSTEM, YEAR, "cell", "km2").frame.set_index("code")
    each = heat.by_area(city, SYSTEM, YEAR, "cell", "building").frame.set_index("code")
    assert np.allclose(dense["value"], plain["n"] / plain["km2"])
    has = plain["buildings"] > 0
    assert np.allclose(each["value"][has], plain["n"][has] / plain["buildings"][has])
    assert each["value"][~has].isna().all()  # no building: no rate, neither 0 nor infinite


def test_classes_by_code_major_code_and_name(city, truth):
    with begin(city, SYSTEM, "read") as tx:
        classes = {r["code"]: r for r in tx.rows("event_class/list")}
    code, row = next((c, r) for c, r in classes.items() if c.startswith("01") and len(c) > 2)
    one = heat.by_area(city, SYSTEM, ask("2026-10", code), "cell").total
    assert one == heat.by_area(city, SYSTEM, ask("2026-10", row["name"]), "cell").total
    major = {r["id"] for c, r in classes.items() if c.startswith("01")}
    month = truth[(truth["day"] >= "2026-10-01") & (truth["day"] < "2026-11-01")]
    for word in ("01", classes["01"]["name"]):
        assert heat.by_area(city, SYSTEM, ask("2026-10", word), "cell").total == int(
            month["class_id"].isin(major).sum()
        )
    with pytest.raises(MissingError):
        heat.by_area(city, SYSTEM, ask("2026-10", "没有的类别"), "cell")
    with pytest.raises(InputError):
        heat.by_area(city, SYSTEM, ask("2026-10"), "cell", "household")
    with pytest.raises(InputError):
        heat.by_area(city, SYSTEM, ask("2026-10"), "h3-11")


def tiles_around(db, z):
    frame = heat.by_area(db, SYSTEM, YEAR, "county").frame
    west, south, east, north = frame.total_bounds
    n = 2**z

    def col(lon):
        return int((lon + 180) / 360 * n)

    def row(lat):
        return int((1 - np.arcsinh(np.tan(np.radians(lat))) / np.pi) / 2 * n)

    return [(x, y) for x in range(col(west), col(east) + 1) for y in range(row(north), row(south) + 1)]


@pytest.mark.parametrize("z", [6, 9, 11, 13, 15])
def test_tiles_of_every_zoom_add_up_to_the_same_sum(city, z):
    """Sums are taken over shapes, not tiles: a shape that two tiles share has the same number in both."""
    seen = {}
    for x, y in tiles_around(city, z):
        for layer in decode(tiles.heat(city, SYSTEM, YEAR, "cell", "count", z, x, y)):
            assert layer.name == "heat"
            for feature in layer.features:
                assert seen.setdefault(feature["code"], feature["n"]) == feature["n"]
    level = {0: "cell", 12: "community", 9: "town", 6: "county"}[heat.level_for("cell", z)]
    whole = heat.by_area(city, SYSTEM, YEAR, level).frame
    assert sum(seen.values()) == whole["n"].sum() > 5000


def test_hexagon_tiles_equal_the_area(city):
    seen = {}
    for x, y in tiles_around(city, 13):
        for layer in decode(tiles.heat(city, SYSTEM, YEAR, "h3-9", "count", 13, x, y)):
            for feature in layer.features:
                assert seen.setdefault(feature["code"], feature["n"]) == feature["n"]
    whole = heat.by_area(city, SYSTEM, YEAR, "h3-9").frame
    assert seen == dict(zip(whole["code"], whole["n"], strict=True))


def test_tiles_outside_the_pyramid_are_refused():
    with pytest.raises(InputError):
        tiles.check(3, 8, 0)


def test_maps_are_written_with_local_assets_only(city, tmp_path):
    path = tmp_path / "heat.html"
    reports.heat_file(city, SYSTEM, YEAR, "cell", "count", path)
    text = path.read_text(encoding="utf-8")
    assert "http://" not in text.replace("http://www.w3.org", "")
    assert 'src="http' not in text
    assert 'href="https://' not in text.replace('href="https://leafletjs.com', "").replace(
        'href="https://www.openstreetmap.org', ""
    )


def test_heat_of_a_town_without_events_is_empty_not_an_error(cells):
    found = heat.by_area(cells.db, SYSTEM, Question(COUNTY, "2026-10", as_of=AS_OF), "cell")
    assert found.total == 0
    assert (found.frame["n"] == 0).all()
