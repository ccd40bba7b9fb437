"""The real input beside the checkout, where it is there: Shanghai's centre and the service requests of Los Angeles."""

import datetime as dt

import pytest

from gridsvc.domain.division import Recipe
from gridsvc.services import areas, closing, dividing, divisions, heat, imports, publishing, reports
from gridsvc.services.areas import AreaRequest
from gridsvc.services.classes import parse_limits
from gridsvc.services.filein import Source
from gridsvc.services.imports import ImportRequest
from gridsvc.services.scopes import Question
from gridsvc.store.pool import Database
from gridsvc.store.tx import SYSTEM, begin
from tests.conftest import shared


def rows(db, query):
    with begin(db, SYSTEM, "jobs") as tx:
        return tx.conn.execute(query).fetchall()


def take(db, kind, path, **more):
    return imports.run(db, SYSTEM, ImportRequest(kind, Source(path, local=True), **more))


@pytest.fixture(scope="module")
def shanghai(server):
    folder = shared("shanghai")
    name = server.make("gridsvc")
    with Database(server.dsn(name).app, server.settings(name)) as db:
        done = areas.run(db, SYSTEM, AreaRequest(Source(folder / "areas.geojson", local=True)))
        for file in sorted(folder.glob("*")):
            kind = {"buildings": "building", "addresses": "address"}.get(file.name.split(".")[0].split("_")[0])
            if kind:
                take(db, kind, file, area=done.top)
        yield db, done


def test_shanghai_divides_without_gaps_and_holds_every_building(shanghai):
    db, done = shanghai
    assert done.counts["new"] >= 1
    for how in (Recipe("square", size_m=100), Recipe("hex", size_m=120)):
        drafts = dividing.divide(db, SYSTEM, done.top, how)
        assert all(divisions.check(db, SYSTEM, d.division_id).clean for d in drafts)
    publishing.publish_area(db, SYSTEM, done.top)
    lost = rows(
        db, "SELECT count(*) AS n FROM building b WHERE assign_status IN ('inside', 'border') AND cell_key & 8191 = 0"
    )
    assert lost[0]["n"] == 0
    assert rows(db, "SELECT count(*) AS n FROM building")[0]["n"] > 1000


def test_a_folium_map_of_it(shanghai, tmp_path):
    db, done = shanghai
    draft = divisions.listing(db, SYSTEM, area=done.top, most=1)[0]["id"]
    reports.division_file(db, SYSTEM, draft, tmp_path / "grid.html")
    assert (tmp_path / "grid.html").stat().st_size > 100_000


@pytest.fixture(scope="module")
def angeles(server):
    folder = shared("la311")
    name = server.make("gridsvc")
    with Database(server.dsn(name).app, server.settings(name, holidays="US")) as db:
        area_file = next(p for p in sorted(folder.glob("*")) if "area" in p.name or "council" in p.name)
        event_file = next(p for p in sorted(folder.glob("*")) if "request" in p.name or "event" in p.name)
        place = areas.run(db, SYSTEM, AreaRequest(Source(area_file, local=True), codes="local", repair=True))
        events = take(
            db, "event", event_file, area=place.top, tz="America/Los_Angeles", limits=parse_limits(["*=5wd"])
        )
        yield db, place, events


def test_invalid_areas_and_overlaps_are_reported(angeles):
    _, place, _ = angeles
    assert place.counts["invalid"] == 5
    assert place.counts["overlaps"] > 0
    assert len(place.troubles) == place.counts["overlaps"] + place.counts["holes"]


def test_our_areas_agree_with_the_official_ones(angeles):
    _, _, events = angeles
    assert events.counts["new"] == 10_000
    assert events.counts["rejected"] == 0
    table = events.agreement
    assert table["share"] >= 0.98
    assert sum(table["counts"].values()) - table["counts"]["unknown"] == table["compared"]
    off = table["compared"] - table["counts"]["agree"]
    assert sum(n for r, n in table["counts"].items() if r not in ("agree", "unknown")) == off  # each one explained


def test_heat_by_type_and_the_rate_with_five_working_days(angeles):
    db, place, _ = angeles
    month = Question(place.top, "2018-01", as_of=dt.date(2018, 2, 28))
    found = heat.by_area(db, SYSTEM, month, "community")
    assert found.frame["n"].sum() > 5000
    report = closing.report(db, SYSTEM, month, ("community", "class"))
    assert set(report.limits["limit"]) == {"5wd"}
    assert 0.9 < report.total["rate"] < 1
    assert report.total["no_limit"] == 0
