"""A street clerk from the sign-in to the month's coverage, its gaps and the workbook; rules changed on their page."""

import openpyxl
import pytest

from gridsvc.store.tx import SYSTEM, begin
from gridsvc.worker.main import Worker
from tests.browser.conftest import DESK, PHONE
from tests.browser.test_pages import clean

MONTH = "2026-10"


def pick(at, selector, value):
    at.page.select_option(selector, value)
    at.quiet()


def first_row(at):
    at.wait("document.querySelectorAll('#table .tabulator-row').length > 0")
    return at.page.locator("#table .tabulator-row").first


def test_a_clerk_finds_the_month_its_gaps_and_the_workbook(visit, served, tmp_path):
    at = visit(None, DESK)
    page = at.page
    page.goto(at.address + "/login")
    page.wait_for_selector("#demo-list button")
    page.locator("#demo-list button", has_text="街道").click()
    page.wait_for_selector("body[data-ready]", timeout=60_000)
    page.locator(".top nav a", has_text="走访率").click()
    page.wait_for_selector("body[data-ready]", timeout=60_000)
    pick(at, "#period", MONTH)
    at.wait("/%/.test(document.querySelector('#cards b').textContent)")
    first_row(at).click()  # a community
    at.wait("document.querySelectorAll('#crumbs button').length === 2")
    at.wait("document.querySelector('#table').innerText.includes('第1网格')")
    first_row(at).click()  # a cell: its overdue doors
    at.wait("document.querySelector('#table').innerText.includes('负责人')")
    first_row(at).click()
    page.wait_for_selector("dialog#task[open] dt")
    assert "负责人" in page.locator("#task-body").inner_text()
    page.fill("#reason", "住院治疗")
    page.click("#do-excuse")
    at.wait("!document.querySelector('dialog#task').open")
    pick(at, "#status", "excused")
    first_row(at).click()
    page.wait_for_selector("dialog#task[open]")
    assert "住院治疗" in page.locator("#task-body").inner_text()
    page.click("#put-back")
    at.wait("!document.querySelector('dialog#task').open")
    with page.expect_download(timeout=120_000) as got:
        page.click("#month")
        at.wait("document.querySelector('#month').textContent.includes('%')")
        assert Worker(served[1].settings).run(once=True) == 1
    at.wait("!document.querySelector('#month').textContent.includes('%')")
    name = got.value.suggested_filename
    assert name.startswith("网格化服务管理工作月报-")
    assert name.endswith("20261001-20261031.xlsx")
    got.value.save_as(tmp_path / "m.xlsx")
    assert openpyxl.load_workbook(tmp_path / "m.xlsx").sheetnames[0] == "按社区"
    page.click("#to-gaps")
    page.wait_for_selector("body[data-ready]", timeout=60_000)
    page.locator("#kinds button", has_text="居民信息不全").click()
    at.wait("document.querySelector('#todo').textContent.includes('证件号码')")
    assert page.locator("#table .tabulator-row").count() >= 1
    page.locator("#kinds button", has_text="事件逾期未办结").click()
    at.wait("document.querySelector('#todo').textContent.includes('事件逾期未办结')")
    pick(at, "#sort", "days")
    with page.expect_download(timeout=120_000) as got:
        page.click("#file")
        at.wait("document.querySelector('#file').textContent.includes('%')")
        assert Worker(served[1].settings).run(once=True) == 1
    assert got.value.suggested_filename.startswith("缺漏清单-")
    got.value.save_as(tmp_path / "g.xlsx")
    lines = [row for row in openpyxl.load_workbook(tmp_path / "g.xlsx").active.values if row[0] == "事件逾期未办结"]
    days = [row[6] for row in lines]
    assert days == sorted(days, reverse=True)
    assert days[0] > days[-1]
    clean(at)


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_by_officer_with_her_form_and_by_rule(visit, size):
    at = visit("street", size)
    at.go(f"/coverage?period={MONTH}")
    at.page.click("[data-tab=officer]")
    at.wait("document.querySelectorAll('#table a.get').length > 3")
    link = at.page.locator("#table a.get").first.get_attribute("href")
    answer = at.page.context.request.get(at.address + link)
    assert answer.status == 200
    assert answer.headers["content-type"].endswith("sheet")
    at.page.click("[data-tab=rule]")
    at.wait("document.querySelector('#table').innerText.includes('出租房每月走访')")
    at.page.locator("#table .tabulator-row", has_text="出租房每月走访").click()
    at.wait("document.querySelector('#rule').value === 'ZF-LET'")
    assert at.page.evaluate("document.documentElement.scrollWidth") <= size[0]
    clean(at)


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_gaps_are_filtered_and_lead_to_the_map(visit, size):
    at = visit("street", size)
    at.go("/gaps")
    page = at.page
    # whom, where and the links stand beside each other without scrolling
    row = page.locator("#table .tabulator-row", has=page.locator(".two span + span")).first
    where, links = row.locator(".two span + span"), row.locator("a.get").last
    assert where.inner_text().strip()
    table = page.locator("#table").bounding_box()
    for box in (where.bounding_box(), links.bounding_box()):
        assert table["x"] <= box["x"]
        assert box["x"] + box["width"] <= table["x"] + table["width"] + 1
    page.locator("#kinds button", has_text="漏访楼栋").click()
    at.wait("document.querySelector('#todo').textContent.includes('漏访楼栋')")
    first = first_row(at)
    href = first.locator("a.get[href^='/map']").get_attribute("href")
    assert href.startswith("/map?at=118.")
    pick(at, "#days", "180")
    at.wait("document.querySelectorAll('#table .tabulator-row').length === 0")
    page.goto(at.address + href)
    page.wait_for_selector("body[data-ready]", timeout=60_000)
    page.wait_for_selector(".maplibregl-marker")
    clean(at)


def test_the_month_of_an_office_that_reports_from_the_26th(visit):
    """Chosen once, kept; quarters and years are those of the calendar."""
    at = visit("street", DESK)
    at.go(f"/coverage?period={MONTH}")
    for period in (MONTH, f"{MONTH}@26"):
        answer = at.page.context.request.get(f"{at.address}/api/v1/coverage?area=990101001&period={period}")
        total = answer.json()["total"]["total"]
        at.wait(f"document.querySelector('#cards').innerText.replace(/,/g, '').includes('{total}')")
        if period == MONTH:
            pick(at, "#from", "26")
    at.go(f"/coverage?period={MONTH}")
    assert at.page.input_value("#from") == "26"
    pick(at, "#period", "2026-Q3")
    assert at.page.locator("#from").is_hidden()
    clean(at)


def test_the_analyst_sees_no_residents(visit):
    at = visit("analyst", DESK)
    at.go("/gaps")
    at.wait("document.querySelectorAll('#kinds button').length > 2")
    assert "居民" not in at.page.locator("#kinds").inner_text()
    at.go(f"/coverage?period={MONTH}")
    at.wait("!document.querySelector('#left-out').hidden")
    assert "居民" in at.page.locator("#left-out").inner_text()  # as long as the page is there
    assert at.page.locator("#rule option:disabled").count() > 3
    clean(at)


def test_a_rule_is_changed_and_retired(visit, served):
    _, db = served
    at = visit("admin", DESK)
    page = at.page
    at.go("/rules")
    first_row(at)
    page.locator("#table .tabulator-row", has_text="居民健康档案").click()
    page.wait_for_selector("dialog#rule[open]")
    page.fill("#f-rate", "0.9")
    page.fill("#f-day", "2031-01-01")
    page.click("#save")
    at.wait("!document.querySelector('dialog#rule').open")
    with begin(db, SYSTEM, "rows") as tx:
        rows = tx.conn.execute("SELECT rate, lower(valid) AS since, activity FROM rule WHERE code = 'JK-RECORD' "
                               "ORDER BY version").fetchall()  # fmt: skip
    assert [round(r["rate"], 2) for r in rows] == [0.8, 0.9]
    assert rows[1]["activity"] == ["health"]
    page.check("#every")
    at.wait("document.querySelector('#table').innerText.includes('2031-01-01')")
    page.uncheck("#every")  # a version to come stands beside the one of today, and can be taken back
    at.wait("document.querySelector('#table').innerText.includes('（2031-01-01 起）')")
    page.locator("#table .tabulator-row", has_text="（2031-01-01 起）").click()
    page.wait_for_selector("dialog#rule[open]")
    assert page.locator("#retire").is_hidden()
    page.once("dialog", lambda asked: asked.accept())
    page.click("#withdraw")
    at.wait("!document.querySelector('#table').innerText.includes('（2031-01-01 起）')")
    with begin(db, SYSTEM, "rows") as tx:
        left = tx.conn.execute("SELECT upper(valid) AS until FROM rule WHERE code = 'JK-RECORD'").fetchall()
    assert left == [{"until": None}]
    page.locator("#table .tabulator-row", has_text="居民健康档案").click()
    page.wait_for_selector("dialog#rule[open]")
    assert page.locator("#withdraw").is_hidden()
    page.click("#close")
    page.click("#add")
    page.fill("#f-code", "T-NEW")
    page.fill("#f-name", "样板规则")
    page.fill("#f-source", "本街道通知")
    page.fill("#f-day", "2031-01-01")
    page.click("#save")
    at.wait("!document.querySelector('dialog#rule').open")
    page.click("#add")
    page.fill("#f-code", "T-BAD")
    page.fill("#f-name", "错")
    page.fill("#f-rate", "7")
    page.click("#save")
    assert at.told(bad=True)
    seen = "document.elementFromPoint(b.x + b.width / 2, b.y + b.height / 2).className"
    at.wait(
        f"(b => {seen} === 'notice bad')(document.querySelector('.notice').getBoundingClientRect())"
    )  # before the dialog
    assert at.seen.outside == []
    assert len(at.seen.failed) == 1  # the refused one


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_who_may_not_change_rules_reads_them(visit, size):
    at = visit("street", size)
    at.go("/rules")
    first_row(at).click()
    at.page.wait_for_selector("dialog#rule[open]")
    assert at.page.locator("#save").is_hidden()
    assert at.page.locator("#f-name").is_disabled()
    clean(at)
