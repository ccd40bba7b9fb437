"""The map page shows an officer her cell with people's doors, a street the same without names, an analyst neither."""

import re

import pytest

from gridsvc.store.tx import SYSTEM, begin


@pytest.fixture
def house(city):
    """A house with residents in the demo officer's own cells: number, place, cell, and its people."""
    with begin(city, SYSTEM, "users") as tx:
        number = tx.conn.execute("SELECT id FROM app_user WHERE login = 'wangge'").fetchone()["id"]
        officer = tx.conn.execute("SELECT id FROM officer WHERE user_id = %s", [number]).fetchone()["id"]
        keys = [
            r["cell_key"]
            for r in tx.conn.execute(
                "SELECT cell_key FROM post WHERE officer_id = %s AND target = 'cell'", [officer]
            ).fetchall()
        ]
        row = tx.conn.execute(
            "SELECT b.id, ST_X(b.geom) AS lon, ST_Y(b.geom) AS lat, c.code FROM building b JOIN cell c ON c.key = b.cell_key "
            "JOIN dwelling d ON d.building_id = b.id JOIN person p ON p.dwelling_id = d.id "
            "WHERE b.cell_key = ANY(%s) AND p.phone IS NOT NULL GROUP BY b.id, c.code HAVING count(*) BETWEEN 3 AND 2000 ORDER BY abs(count(*) - 30), b.id LIMIT 1",
            [keys],
        ).fetchone()
        names = [r["name"] for r in tx.conn.execute(
            "SELECT p.name FROM person p JOIN dwelling d ON d.id = p.dwelling_id WHERE d.building_id = %s", [row["id"]]).fetchall()]  # fmt: skip
    return {**row, "names": names}


def opened(at, house):
    """The map at the house, which is then clicked."""
    page = at.page
    at.go("/map")
    page.evaluate(
        "([lon, lat]) => { window.gridsvcMap.jumpTo({ center: [lon, lat], zoom: 17 }); }",
        [house["lon"], house["lat"]],
    )
    at.quiet()
    box = page.locator("#map").bounding_box()
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.wait_for_selector("#detail:not([hidden])")
    at.quiet()
    return page


def test_an_officer_sees_names_doors_and_a_call_button(visit, house):
    at = visit("officer")
    page = opened(at, house)
    text = page.locator("#detail").inner_text()
    assert house["names"][0] in text
    assert "室" in text
    page.locator("#detail button.call").first.click()
    page.locator("#detail a.call").first.wait_for()
    assert re.fullmatch(r"10\d{9}", page.locator("#detail a.call").first.inner_text())
    assert at.seen.outside == []
    assert at.seen.failed == []


def test_a_street_sees_doors_without_names(visit, house):
    page = opened(visit("street"), house)
    text = page.locator("#detail").inner_text()
    assert "室" in text
    assert "*" in text
    assert not any(name in text for name in house["names"])
    assert page.locator("#detail button.call").count() == 0


def test_an_analyst_sees_neither(visit, house):
    at = visit("analyst")
    page = opened(at, house)
    assert page.locator("#show-doors").is_hidden()
    assert page.locator("#detail .doors").count() == 0
    text = page.locator("#detail").inner_text()
    assert not any(name in text for name in house["names"])
    assert at.page.evaluate(f"fetch('/api/v1/people?building_id={house['id']}').then(r => r.status)") == 403


def test_the_cell_tells_the_clerk_shares_and_the_analyst_nothing_of_few(visit, house):
    """ "2 / 5" for those with the duty, "–" for the others, in the panel of the cell."""
    few = {}
    for role in ("street", "analyst"):
        at = visit(role)
        at.go("/map")
        shares = at.page.evaluate(
            "code => fetch('/api/v1/residents?by=cell&area=' + code.slice(0, 12)).then(r => r.json())", house["code"]
        )
        row = next(r for r in shares["rows"] if r["code"] == house["code"])
        if role == "street":
            few = {c for c in shares["categories"] if 0 < row[c]["total"] < 10}
            assert few
        else:
            assert all(row[c] == {"total": None, "done": None} for c in few)
