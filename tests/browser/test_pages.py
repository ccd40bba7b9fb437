"""The pages as people use them, at a desk and on a phone, with the network out of reach."""

import datetime as dt

import pytest

from gridsvc.store.tx import SYSTEM, begin
from tests.browser.conftest import DESK, PHONE
from tests.conftest import AS_OF

START = AS_OF - dt.timedelta(days=364)


def fixed_period(visit):
    """The year of the sample city, through the period picker."""
    page = visit.page
    page.select_option("#period", "custom")
    page.fill("#from", START.isoformat())
    page.fill("#to", AS_OF.isoformat())
    page.dispatch_event("#to", "change")
    visit.quiet()


def clean(visit):
    assert visit.seen.outside == []
    assert visit.seen.errors == []
    assert visit.seen.failed == []


def unfolded(visit, size):
    if size == PHONE:
        visit.page.click("#fold")


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_sign_in_by_a_button_of_the_demo(visit, size):
    at = visit(None, size)
    at.page.goto(at.address + "/map")
    assert "/login" in at.page.url
    at.page.wait_for_selector("#demo-list button")
    assert at.page.locator("#demo-list button").count() == 7
    at.page.locator("#demo-list button").nth(2).click()
    at.page.wait_for_selector("body[data-ready]", timeout=60_000)
    assert at.page.url.endswith("/map")
    clean(at)


def test_a_wrong_password_is_said(visit):
    at = visit()
    at.page.goto(at.address + "/login")
    at.page.fill("#login", "jiedao")
    at.page.fill("#password", "wrong wrong wrong")
    at.page.click("form button")
    at.wait("document.querySelector('#wrong').textContent.trim()")
    assert at.seen.outside == []


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_the_map_shows_heat_a_legend_and_what_is_in_a_cell(visit, size):
    at = visit("street", size)
    at.go("/map")
    unfolded(at, size)
    fixed_period(at)
    at.wait("Number(document.querySelector('#total').textContent.replace(/[^0-9]/g, '')) > 1000")
    assert at.page.locator("#legend div").count() >= 3
    if size == PHONE:
        at.page.click("#fold")
    canvas = at.page.locator("#map canvas").first
    assert canvas.bounding_box()["width"] >= size[0] * 0.9
    at.quiet()
    at.page.mouse.click(size[0] * (0.6 if size == DESK else 0.5), size[1] * 0.5)
    at.page.wait_for_selector("#detail:not([hidden]) h2")
    assert at.page.locator("#detail .facts b").count() == 6
    assert at.page.locator("#detail h2").inner_text().strip()
    at.page.keyboard.press("Escape")
    assert at.page.locator("#detail").is_hidden()
    clean(at)


def test_layers_and_rates_of_the_map(visit):
    at = visit("county")
    at.go("/map")
    fixed_period(at)
    legend = at.page.locator("#legend").inner_text()
    at.page.select_option("#per", "km2")
    at.wait(f"document.querySelector('#legend').innerText !== {legend!r}")
    at.page.select_option("#by", "h3-9")
    at.page.check("#show-events")
    at.page.check("#show-late")
    at.page.uncheck("#show-base")
    at.quiet()
    at.page.select_option("#area", index=2)
    at.quiet()
    clean(at)


def test_an_officer_sees_her_cells_only(visit):
    at = visit("officer", PHONE)
    at.go("/map")
    clean(at)
    unfolded(at, PHONE)
    fixed_period(at)
    mine = at.page.locator("#total").inner_text()
    other = visit("county")
    other.go("/map")
    fixed_period(other)
    all_of_it = other.page.locator("#total").inner_text()
    assert int(mine.replace(",", "")) < int(all_of_it.replace(",", ""))


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_from_the_county_down_to_one_event(visit, size):
    at = visit("county", size)
    page = at.page
    at.go("/closing")
    fixed_period(at)
    for level in (2, 3):  # streets, then communities: each click adds a crumb
        at.wait("document.querySelectorAll('#table .tabulator-row').length > 0")
        page.locator("#table .tabulator-row").first.click()
        at.wait(f"document.querySelectorAll('#crumbs button').length === {level - 1}")
        at.quiet()
    page.locator("[data-tab=overdue]").click()
    page.wait_for_selector("#table .tabulator-row")
    at.quiet()
    page.locator("#table .tabulator-row").first.click()
    page.wait_for_selector("dialog#event[open] dt")
    assert page.locator("#event-body dt").count() >= 4
    page.click("#close")
    page.locator("#crumbs button").first.click()
    at.wait("document.querySelectorAll('#crumbs button').length === 0")
    clean(at)


def test_the_table_sorts_and_agrees_with_the_cards(visit):
    at = visit("county")
    at.go("/closing")
    fixed_period(at)
    at.wait("document.querySelectorAll('#table .tabulator-row').length === 2")
    column = at.page.locator(".tabulator-col[tabulator-field=received]")
    column.click()
    at.page.wait_for_selector(".tabulator-col[tabulator-field=received][aria-sort=ascending]")

    def received():
        cells = at.page.locator(".tabulator-cell[tabulator-field=received]").all_inner_texts()
        return [int(c.replace(",", "")) for c in cells]

    up = received()
    assert up == sorted(up)
    column.click()
    at.page.wait_for_selector(".tabulator-col[tabulator-field=received][aria-sort=descending]")
    assert received() == sorted(up, reverse=True)
    cards = at.page.locator("#cards").inner_text()
    assert f"{sum(up):,}" in cards


@pytest.mark.parametrize("form", ["xlsx", "html"])
def test_the_export_button(visit, form):
    at = visit("street")
    at.go("/closing")
    with at.page.expect_download() as started:
        at.page.locator(f"[data-file={form}]").click()
    name = started.value.suggested_filename
    assert name.startswith("按期办结率")
    assert name.endswith(form)


@pytest.mark.parametrize("path", ["/map", "/closing"])
def test_the_language_switch(visit, path):
    at = visit("street", DESK)
    at.go(path)
    zh = at.page.locator("body").inner_text()
    at.page.locator("[data-lang], #lang").first.click()
    at.page.wait_for_load_state()
    at.page.wait_for_selector("body[data-ready]", timeout=60_000)
    en = at.page.locator("body").inner_text()
    assert "热力" in zh or "按期办结率" in zh
    assert "heat" in en.lower() or "on-time" in en.lower()
    assert at.page.locator("html").get_attribute("lang") == "en"
    assert "page." not in en
    clean(at)


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
@pytest.mark.parametrize("path", ["/map", "/closing", "/login"])
def test_nothing_is_wider_than_the_screen(visit, path, size):
    at = visit("street", size)
    at.page.goto(at.address + path)
    at.quiet()
    assert at.page.evaluate("() => document.documentElement.scrollWidth <= innerWidth + 1")
    assert at.seen.outside == []


def test_the_documentation_is_local(visit):
    at = visit("street")
    at.page.goto(at.address + "/docs")
    at.page.locator("#operations-tag-closing").click()
    at.page.locator("#operations-tag-closing + div .opblock").first.wait_for()
    assert "/api/v1/closing" in at.page.locator("body").inner_text()
    assert at.seen.outside == []


def test_the_report_and_the_folium_map_open_without_a_network(visit, city_name, city_files):
    """Files that are mailed around: everything inside."""
    at = visit("street")
    for name in ("closing.html", "heat-cells.html", "grid.html"):
        found = []
        page = at.page.context.new_page()
        page.on("request", lambda r, found=found: found.append(r.url) if r.url.startswith("http") else None)
        page.goto((city_files / name).as_uri())
        page.wait_for_timeout(1000)
        assert found == [], name
        page.close()


def test_the_address_on_a_sign_leads_to_its_cell(visit, city):
    with begin(city, SYSTEM, "read") as tx:
        code = tx.conn.execute("SELECT code FROM cell WHERE ended IS NULL ORDER BY key LIMIT 1").fetchone()["code"]
    at = visit("street")
    at.go(f"/?cell={code}")
    assert code in at.page.locator("#detail header").inner_text()
