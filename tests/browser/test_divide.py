"""An office worker divides, looks, corrects a border by hand and publishes, on the page."""

import pytest

from gridsvc.domain.recipe import Recipe
from gridsvc.services import dividing, divisions
from gridsvc.store.tx import SYSTEM

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
    page.wait_for_timeout(1200)
    return page


def spot(page, lon, lat):
    x, y = page.evaluate(
        "([a, b]) => { const p = window.gridsvcMap.project([a, b]); return [p.x, p.y]; }", [lon, lat]
    )
    box = page.locator("#map").bounding_box()
    return box["x"] + x, box["y"] + y


def test_a_cell_is_split_by_a_line_drawn_on_the_map(visit, draft, city):
    page = opened(visit, draft)
    assert page.locator(".detail h2").inner_text()
    assert page.locator("#split").is_disabled()
    cell = divisions.cells(city, SYSTEM, draft).set_index("ordinal").geometry[1]
    middle, (_, south, _, north) = cell.representative_point(), cell.bounds
    page.mouse.click(*spot(page, middle.x, middle.y))
    page.wait_for_selector("#split:not([disabled])")
    page.click("#split")
    page.mouse.click(*spot(page, middle.x, south - (north - south) * 0.02))
    page.wait_for_timeout(400)
    page.mouse.click(*spot(page, middle.x, north + (north - south) * 0.02))
    page.click("#finish")
    page.wait_for_selector(".notice")
    assert "4" in page.locator(".notice").inner_text()
    assert len(divisions.cells(city, SYSTEM, draft)) == 4
    assert divisions.check(city, SYSTEM, draft).clean


def test_a_line_that_misses_the_cell_is_refused_in_words(visit, draft, city):
    page = opened(visit, draft)
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
    page.wait_for_selector(".notice.bad")
    assert "两块" in page.locator(".notice.bad").inner_text()
    assert len(divisions.cells(city, SYSTEM, draft)) == 3


def test_who_may_not_divide_has_no_way_there(visit):
    at = visit("community")
    at.go("/map")
    page = at.page
    page.wait_for_selector(".top nav a", state="attached")
    assert page.locator(".top nav a[href='/divide']").count() == 0
