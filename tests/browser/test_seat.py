"""An office with community polygons and one workbook: a clerk loads it, answers the questions, places the buildings,
and sees everybody on the map (楼栋落点)."""

from __future__ import annotations

import threading

import pytest
from psycopg.types.json import Jsonb

from gridsvc.domain import codes
from gridsvc.services import areas, imports, sample, users
from gridsvc.services.areas import AreaRequest
from gridsvc.services.filein import Source
from gridsvc.services.imports import ImportRequest
from gridsvc.services.users import NewUser
from gridsvc.store.pool import Database
from gridsvc.store.tx import SYSTEM, begin
from gridsvc.web.app import create_app
from gridsvc.worker.main import Worker
from tests import roll
from tests.browser.conftest import PHONE
from tests.conftest import AS_OF
from tests.live import serving

WIDE = (1440, 900)


@pytest.fixture(scope="module", params=[
    pytest.param((700, 24), id="small"), pytest.param((roll.PEOPLE, roll.HOUSES), id="whole", marks=pytest.mark.soak),
])  # fmt: skip
def people(request):
    """Residents of so many buildings; the whole ledger takes two minutes of clicking."""
    return roll.make(AS_OF, *request.param)


@pytest.fixture(scope="module")
def served(server, people, tmp_path_factory):
    """An office that has nothing but its areas and two accounts, with a worker beside the pages."""
    name, folder = server.make("gridsvc"), tmp_path_factory.mktemp("areas")
    sample.write(folder, AS_OF, 1)
    with Database(server.dsn(name).app, server.settings(name)) as db:
        areas.run(db, SYSTEM, AreaRequest(Source(folder / "areas.geojson", local=True), codes="gb"))
        users.add(db, SYSTEM, NewUser("shequ", "李社区", "community", roll.COMMUNITY, demo=True))
        users.add(db, SYSTEM, NewUser("fenxi", "吴分析", "analyst", "990101", demo=True))
    worker = Worker(server.settings(name))
    thread = threading.Thread(target=worker.run, daemon=True)
    thread.start()
    with (
        serving(create_app(server.settings(name))) as url,
        Database(server.dsn(name).app, server.settings(name)) as db,
    ):
        yield url, db
    worker.stop()
    thread.join(20)
    server.drop(name)


@pytest.fixture(scope="module")
def address(served):
    return served[0]


def rows(db, query, *values):
    with begin(db, SYSTEM, "jobs") as tx:
        return tx.conn.execute(query, values).fetchall()


def left(db):
    return rows(db, "SELECT count(*) AS n FROM person WHERE geom IS NULL")[0]["n"]


def chosen(page):
    """The chosen building, with the place proposed for it."""
    return page.evaluate("() => window.gridsvcSeat()")


def metres(one, other):
    return (((one[0] - other[0]) * 0.853) ** 2 + (one[1] - other[1]) ** 2) ** 0.5 * 111_320


def click_at(page, lon, lat):
    """A click on the map where a place is; the map is moved there first when it shows another part."""
    spot = page.evaluate(
        "([lon, lat]) => { const map = window.gridsvcMap, at = () => map.project([lon, lat]), box = map.getCanvas();"
        " const p = at(); if (p.x < 30 || p.y < 70 || p.x > box.clientWidth - 70 || p.y > box.clientHeight - 80)"
        " map.jumpTo({ center: [lon, lat] }); const q = at(), r = box.getBoundingClientRect();"
        " return [q.x + r.left, q.y + r.top]; }", [lon, lat],
    )  # fmt: skip
    page.mouse.click(*spot)


def test_everybody_gets_on_the_map(visit, served, people, tmp_path):
    db, at = served[1], visit("community", WIDE)
    page = at.page
    at.go("/import?kind=people")
    page.set_input_files("#file", roll.workbook(people, tmp_path / "居民台账.xlsx"))
    page.wait_for_selector("#look:not([hidden])", timeout=60_000)
    assert page.is_checked("#build"), "an area without buildings gets its base from the ledger"
    page.click("#try")
    page.wait_for_selector("#write", timeout=120_000)
    page.click("#write")
    page.wait_for_selector("#to-seat", timeout=120_000)
    assert left(db) == len(people.people)
    page.click("#to-seat")
    page.wait_for_selector("body[data-ready]")
    clicks = questions = 0
    while page.get_attribute("#tab-spelling", "aria-selected") == "true":
        question = page.locator(".ask").first
        was = question.get_attribute("data-id")
        question.locator("[data-candidate='1']").click()
        at.wait(f"!document.querySelector('.ask[data-id=\"{was}\"]')")
        questions += 1
    while item := chosen(page):
        true = people.doors[item["estate"] or item["street"], item["building_no"] or item["housenumber"]]
        offer = item["proposal"]
        if offer and metres((offer["lon"], offer["lat"]), true) < 25:
            page.click("#agree")
        else:
            click_at(page, *true)
        while page.evaluate(f"() => Boolean(document.querySelector('#list .row[data-id=\"{item['id']}\"]'))"):
            page.wait_for_timeout(15)
        clicks += 1
    assert questions <= 30
    assert clicks <= 200
    assert left(db) == 0
    far = rows(db, "SELECT max(ST_Distance(p.geom::geography, b.geom::geography)) AS m FROM person p "
                   "JOIN dwelling d ON d.id = p.dwelling_id JOIN building b ON b.id = d.building_id")  # fmt: skip
    assert far[0]["m"] == 0
    placed = {(r["of"], r["no"]): (r["lon"], r["lat"]) for r in rows(
        db, "SELECT COALESCE(estate, street) AS of, COALESCE(building_no, housenumber) AS no, ST_X(geom) AS lon, "
            "ST_Y(geom) AS lat FROM building WHERE ended IS NULL")}  # fmt: skip
    assert placed.keys() == people.doors.keys()
    assert max(metres(placed[k], v) for k, v in people.doors.items()) < 30
    assert not at.seen.errors
    assert not at.seen.outside


def test_the_map_shows_everybody(visit, served, people, tmp_path):
    """A new office's map: a handful of events in one class of colour, and doors where the buildings were placed."""
    path = tmp_path / "events.csv"
    path.write_text(
        "编号,类别,上报时间\n1,暴露垃圾,2026-10-05 09:00\n2,暴露垃圾,2026-10-05 10:00\n", encoding="utf-8"
    )
    imports.run(served[1], SYSTEM, ImportRequest("event", Source(path), area=roll.COMMUNITY))
    at = visit("community", WIDE)
    at.go("/map")
    lon, lat = next(iter(people.doors.values()))
    at.page.evaluate("([x, y]) => window.gridsvcMap.jumpTo({ center: [x, y], zoom: 16.5 })", [lon, lat])
    at.wait(
        "window.gridsvcMap.areTilesLoaded() && window.gridsvcMap.queryRenderedFeatures({ layers: ['door'] }).length"
    )
    counts = at.page.evaluate(
        "() => window.gridsvcMap.queryRenderedFeatures({ layers: ['door'] }).map(f => f.properties.people)"
    )
    assert set(counts) <= set(people.people["door"].value_counts())
    assert not at.seen.errors


def test_a_place_is_undone(visit, served):
    """After everybody is on the map: the last one is taken back, and put again."""
    at = visit("community", WIDE)
    page, db = at.page, served[1]
    page.on("dialog", lambda d: d.accept())
    at.go("/seat")
    page.locator("[data-back]").first.click()
    at.wait("document.querySelectorAll('#list .row[data-id]').length === 1")
    assert left(db) > 0
    page.mouse.click(900, 500)
    page.wait_for_selector("#undo:not([hidden])")
    assert left(db) == 0
    page.click("#undo")
    at.wait("document.querySelectorAll('#list .row[data-id]').length === 1")
    assert left(db) > 0


@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["desk", "phone"])
def test_a_decision_is_taken_back(visit, served, size):
    db = served[1]
    key = codes.area_key(roll.COMMUNITY)
    lon, lat = rows(db, "SELECT ST_X(geom) AS lon, ST_Y(geom) AS lat FROM building WHERE geom IS NOT NULL LIMIT 1")[
        0
    ].values()
    there = [{"longitude": lon, "latitude": lat, "level": "building", "matched": "教师楼", "accuracy_m": 10,
              "agreed": ["name"], "missed": ["road"]}]  # fmt: skip
    rows(db, "INSERT INTO review (cell_key, personal, what, entity, text, records, candidates, state, created_by) "
             "VALUES (%s, false, 'address', 'file', '王家弄教师楼', 3, %s, 'open', 1) ON CONFLICT DO NOTHING RETURNING id",
         key, Jsonb(there))  # fmt: skip
    at = visit("community", size)
    page = at.page
    page.on("dialog", lambda d: d.accept())
    at.go("/seat")
    page.click("#tab-spelling")
    assert page.locator(".row.decided").count()
    assert not page.locator(".row.decided [data-reopen]").count()  # their buildings went into others
    page.click("#tab-address")
    assert "名称相符 · 道路不符" in page.locator(".ask [data-candidate='1']").inner_text()
    page.locator(".ask [data-candidate='1']").click()
    page.wait_for_selector(".row.decided [data-reopen]")
    assert not page.locator(".ask").count()
    assert "教师楼" in page.locator(".row.decided").inner_text()
    page.click("[data-reopen]")
    page.wait_for_selector(".ask [data-candidate='1']")
    assert not page.locator(".row.decided").count()
    assert rows(db, "SELECT state FROM review WHERE text = '王家弄教师楼'") == [{"state": "open"}]
    assert not at.seen.errors


def test_who_may_not_only_looks(visit):
    at = visit("analyst", WIDE)
    at.go("/seat?area=" + roll.COMMUNITY)
    assert not at.page.locator("#agree").count()
    assert at.page.locator("nav a[href='/seat']").count() == 0


def test_the_page_on_a_phone(visit):
    at = visit("community", PHONE)
    at.go("/seat")
    wide = at.page.evaluate("document.documentElement.scrollWidth")
    assert wide <= PHONE[0]
    assert at.page.locator("#list .row").first.is_visible()
