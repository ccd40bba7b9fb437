"""An office worker divides, looks, corrects a border by hand and publishes, on the page."""

import re

import pytest
import shapely

from gridsvc.domain.recipe import Recipe
from gridsvc.services import dividing, divisions, lineage, publishing
from gridsvc.store.tx import SYSTEM, begin
from gridsvc.worker.main import Worker

AREA = "990101001005"


@pytest.fixture
def city(served):
    """The database behind the pages, since these tests write to it."""
    return served[1]


@pytest.fixture
def draft(city):
    (made,) = dividing.divide(city, SYSTEM, AREA, dividing.Wish(Recipe(cells=3), weight="buildings"))
    yield made.division_id
    for row in divisions.listing(city, SYSTEM, area=AREA, status="draft"):
        divisions.discard(city, SYSTEM, row["id"])


def opened(visit, draft, size=None):
    at = visit("street", size) if size else visit("street")
    page = at.page
    at.go("/divide")
    page.select_option("#area", AREA)
    page.wait_for_selector(f"#drafts li[data-id='{draft}']", state="attached")
    page.evaluate(f"document.querySelector(\"#drafts li[data-id='{draft}']\").click()")
    page.wait_for_selector("#split")
    at.quiet()
    return at


def spot(page, lon, lat):
    x, y = page.evaluate(
        "([a, b]) => { const p = window.gridsvcMap.project([a, b]); return [p.x, p.y]; }", [lon, lat]
    )
    box = page.locator("#map").bounding_box()
    return box["x"] + x, box["y"] + y


def test_a_cell_is_split_by_a_line_drawn_on_the_map(visit, draft, city):
    at = opened(visit, draft)
    page = at.page
    assert page.locator(".detail h2").inner_text()
    assert page.locator("#split").is_disabled()
    page.click("#renumber")  # cells of this area were in force before: numbers stay
    assert at.told(bad=True)
    cell = divisions.cells(city, SYSTEM, draft).set_index("ordinal").geometry[1]
    middle, (_, south, _, north) = cell.representative_point(), cell.bounds
    page.mouse.click(*spot(page, middle.x, middle.y))
    page.wait_for_selector("#split:not([disabled])")
    page.click("#split")
    page.mouse.click(*spot(page, middle.x, south - (north - south) * 0.02))
    page.wait_for_timeout(400)
    page.mouse.click(*spot(page, middle.x, north + (north - south) * 0.02))
    page.click("#finish")
    assert "4" in at.told()
    assert len(divisions.cells(city, SYSTEM, draft)) == 4
    assert divisions.check(city, SYSTEM, draft).clean


def test_a_line_that_misses_the_cell_is_refused_in_words(visit, draft, city):
    at = opened(visit, draft)
    page = at.page
    cell = divisions.cells(city, SYSTEM, draft).set_index("ordinal").geometry[1]
    middle = cell.representative_point()
    page.mouse.click(*spot(page, middle.x, middle.y))
    page.wait_for_selector("#split:not([disabled])")
    page.click("#split")
    x, y = spot(page, middle.x, middle.y)
    page.mouse.click(x, y)
    page.wait_for_timeout(400)
    page.mouse.click(x + 12, y + 3)
    page.click("#finish")
    assert "两块" in at.told(bad=True)
    assert len(divisions.cells(city, SYSTEM, draft)) == 3


def test_who_may_not_divide_has_no_way_there(visit):
    at = visit("community")
    at.go("/map")
    page = at.page
    page.wait_for_selector(".top nav a", state="attached")
    assert page.locator(".top nav a[href='/divide']").count() == 0


def numbers(page):
    """The two loads that the hint tells while a line is drawn."""
    return [int(n.replace(",", "")) for n in re.findall(r"[\d,]+", page.locator("#told").inner_text())[:2]]


def test_loads_of_both_sides_change_while_the_line_is_dragged(visit, draft, city):
    at = opened(visit, draft)
    page = at.page
    cell = divisions.cells(city, SYSTEM, draft).set_index("ordinal").geometry[1]
    middle, (west, south, east, north) = cell.representative_point(), cell.bounds
    page.mouse.click(*spot(page, middle.x, middle.y))
    page.wait_for_selector("#split:not([disabled])")
    page.click("#split")
    for y in (south - (north - south) * 0.03, north + (north - south) * 0.03):
        page.mouse.click(*spot(page, middle.x, y))
        page.wait_for_timeout(400)
    page.keyboard.press("Enter")  # the line is done; its corners can be dragged
    page.wait_for_function("() => document.getElementById('told').textContent.includes('两侧')")
    first = numbers(page)
    total = round(divisions.cells(city, SYSTEM, draft).set_index("ordinal")["load"][1])
    assert sum(first) == total
    x, y = spot(page, middle.x, north + (north - south) * 0.03)
    aside, _ = spot(page, middle.x + (east - west) * 0.25, north)
    before = page.locator("#told").inner_text()
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move((x + aside) / 2, y, steps=4)
    page.mouse.move(aside, y, steps=6)
    page.wait_for_function("was => document.getElementById('told').textContent !== was", arg=before)
    page.mouse.up()
    at.quiet()
    second = numbers(page)
    assert sum(second) == total
    assert second != first
    page.click("#finish")
    assert at.told()
    held = sorted(divisions.cells(city, SYSTEM, draft)["load"].tolist())
    assert set(second) <= {round(v) for v in held}


def ring(page, places):
    for lon, lat in places:
        page.mouse.click(*spot(page, lon, lat))
        page.wait_for_timeout(350)
    page.click("#sketch-finish")
    page.wait_for_timeout(300)


def around(at, area):
    at.page.evaluate(
        "([a, b, c, d]) => window.gridsvcMap.fitBounds([[a, b], [c, d]], {padding: {left: 420, right: 160, top: 140, bottom: 140}, animate: false})",
        list(area.bounds),
    )
    at.quiet()


def community(city):
    with begin(city, SYSTEM, "read") as tx:
        row = tx.conn.execute("SELECT ST_AsBinary(geom) AS g FROM area WHERE code = %s", [AREA]).fetchone()
    return shapely.from_wkb(bytes(row["g"]))


def test_cells_are_drawn_from_nothing_and_fit_each_other(visit, city):
    at = visit("street", (1600, 1000))
    page = at.page
    at.go("/divide")
    page.select_option("#area", AREA)
    area = community(city)
    around(at, area)
    west, south, east, north = area.bounds
    far, half = (east - west) * 0.08, (west + east) / 2
    page.select_option("#sketch", "cells")
    page.click("#sketch-go")
    ring(page, [(west - far, south - far), (half, south - far), (half, north + far), (west - far, north + far)])
    ring(page, [(half, south - far), (east + far, south - far), (east + far, north + far), (half, north + far)])
    assert page.locator("#sketch-list li[data-id]").count() == 2
    page.locator("#sketch-list input[data-of=name]").nth(0).fill("西片")
    page.locator("#sketch-list input[data-of=name]").nth(1).fill("东片")
    page.click("#sketch-save")
    assert at.told()
    (row,) = divisions.listing(city, SYSTEM, area=AREA, status="draft")
    cells = divisions.cells(city, SYSTEM, row["id"])
    assert sorted(cells["name"]) == ["东片", "西片"]
    figures = divisions.check(city, SYSTEM, row["id"]).figures
    assert figures["gap_m2"] + figures["overlap_m2"] < 0.01
    divisions.discard(city, SYSTEM, row["id"])
    assert at.seen.errors == []


@pytest.mark.soak
def test_a_special_cell_is_drawn_and_named(visit, city):
    at = visit("street")
    page = at.page
    at.go("/divide")
    page.select_option("#area", AREA)
    area = community(city)
    around(at, area)
    page.select_option("#sketch", "special")
    page.click("#sketch-go")
    x, y = area.representative_point().coords[0]
    d = (area.bounds[2] - area.bounds[0]) * 0.08
    ring(page, [(x - d, y - d / 2), (x + d, y - d / 2), (x + d, y + d / 2), (x - d, y + d / 2)])
    page.fill("#sketch-list input[data-of=name]", "滨河学校")
    page.select_option("#sketch-list select[data-of=kind]", label="学校")
    page.click("#sketch-save")
    assert at.told()
    (row,) = divisions.listing(city, SYSTEM, area=AREA, status="draft")
    assert (row["purpose"], divisions.cells(city, SYSTEM, row["id"])["name"].tolist()) == ("special", ["滨河学校"])
    divisions.discard(city, SYSTEM, row["id"])


def test_publishing_tells_what_has_nobody_and_offers_the_lists_of_doors(visit, draft, city):
    at = opened(visit, draft)
    page = at.page
    page.on("dialog", lambda d: d.accept())
    page.click("#publish")
    page.wait_for_function("() => document.getElementById('progress').hidden === false")
    at.quiet()
    assert Worker(city.settings).run(once=True) == 1
    page.wait_for_selector("a.button")
    panel = page.locator("#detail").inner_text()
    assert "没有岗位的网格" in panel
    with page.expect_download() as got:
        page.click("a.button")
    assert got.value.suggested_filename.startswith("交接单-中山桥社区-")
    former = divisions.listing(city, SYSTEM, area=AREA, status="retired")[0]["id"]
    publishing.publish(city, SYSTEM, lineage.restore(city, SYSTEM, former))  # the other tests find what they know
