"""An officer's telephone: she scans a code at a point, walks from a start to a stop, sees her minutes."""

from gridsvc.services import checkins, ground, obligations
from gridsvc.store.tx import SYSTEM, begin
from tests.browser.conftest import PHONE


def test_a_scanned_code_checks_in_and_a_walk_begins_and_ends(visit, served):
    _, db = served
    with begin(db, SYSTEM, "rows") as tx:
        today = ground.today(tx)
        there = tx.conn.execute(
            "SELECT b.id FROM building b JOIN post p ON p.cell_key = b.cell_key AND p.ended IS NULL AND p.ends IS NULL "
            "JOIN officer o ON o.id = p.officer_id JOIN app_user u ON u.id = o.user_id WHERE u.login = 'wangge' "
            "ORDER BY b.id LIMIT 1"
        ).fetchone()["id"]
    obligations.update(
        db, since=today
    )  # the sample city has those of its own day; she walks on the day that is today
    one = visit("officer", PHONE)
    one.go(f"/patrol?at={checkins.code_of(db.settings, 'building', there)}")
    one.wait("document.querySelectorAll('#points time').length == 1")
    assert "at=" not in one.page.url  # the page loaded again does not check in again
    one.page.click("#go")
    one.wait("document.querySelector('#go').classList.contains('stop')")
    assert one.page.locator("#clock").is_visible()
    one.page.click("#go")
    one.wait("!document.querySelector('#go').classList.contains('stop')")
    assert one.page.locator("#points li").count() == 3
    assert "60" in one.page.locator("#cells").inner_text()
    wide = one.page.evaluate("() => document.documentElement.scrollWidth - innerWidth")
    assert wide <= 0
    one.go("/patrol?at=F1-patrol-0000000000-00")
    assert "F1-patrol" in one.told(bad=True)
    assert one.seen.failed == [f"404 {one.address}/api/v1/patrol"]


def test_others_have_no_patrol_of_their_own(visit):
    one = visit("street", PHONE)
    one.page.goto(one.address + "/patrol")
    assert one.told(bad=True)
    assert one.page.locator(".top nav a[href='/patrol']").count() == 0
