"""A clerk who has never seen gridsvc: she imports 居民台账.xls, mends the rejects, finds a person, corrects a telephone,
moves a building, undoes a wrong batch; and what each role sees of it."""

import re
import threading

import openpyxl
import pytest

from gridsvc import paths
from gridsvc.store.tx import SYSTEM, begin
from gridsvc.worker.main import Worker
from tests.browser.conftest import PHONE
from tests.ledgers import identity

BOOK = paths.data("demo", "居民台账.xls")


def rows(db, query, *values):
    with begin(db, SYSTEM, "jobs") as tx:
        return tx.conn.execute(query, values).fetchall()


@pytest.fixture(scope="module", autouse=True)
def working(served):
    """A worker beside the pages, as ``gridsvc serve`` has one."""
    worker = Worker(served[1].settings)
    thread = threading.Thread(target=worker.run, daemon=True)
    thread.start()
    yield
    worker.stop()
    thread.join(20)


@pytest.fixture
def clerk(visit):
    """The county's clerk at her desk."""
    at = visit("county")
    at.page.on("dialog", lambda d: d.accept("工作需要核实"))
    return at


def written(at, path, kind="people"):
    """A file is dropped, tried, and written; the number of its batch."""
    page = at.page
    at.go(f"/import?kind={kind}")
    page.set_input_files("#file", path)
    page.wait_for_selector("#look:not([hidden])")
    page.click("#try")
    page.wait_for_selector("#write", timeout=60_000)
    assert page.locator("#undo").count() == 0  # nothing is written yet
    page.click("#write")
    page.wait_for_selector("#next", timeout=60_000)


def test_the_clerks_day(clerk, served, tmp_path):
    page, db = clerk.page, served[1]
    before = rows(db, "SELECT count(*) AS n FROM person")[0]["n"]

    # the workbook as it is: three sheets, merged heads, sums, columns that nobody keeps
    clerk.go("/import")
    page.set_input_files("#file", BOOK)
    page.wait_for_selector("#look:not([hidden])")
    facts = page.locator("#facts").inner_text()
    assert "72" in facts
    assert "合计" in facts
    assert "民族、政治面貌" in facts
    chosen = page.locator("#columns select").evaluate_all("all => all.map(s => s.value)")
    assert {"name", "id_no", "phone", "estate", "building_no", "room", "area"} <= set(chosen)
    page.fill("#save", "社区居民台账")
    page.click("#try")
    page.wait_for_selector("#write", timeout=60_000)
    assert rows(db, "SELECT count(*) AS n FROM person")[0]["n"] == before
    page.click("#write")
    page.wait_for_selector("#rejects", timeout=60_000)
    assert rows(db, "SELECT count(*) AS n FROM person")[0]["n"] == before + 63

    # the rejects come back as a workbook, are mended, and go to the same list
    with page.expect_download() as got:
        page.click("#rejects")
    mended = tmp_path / got.value.suggested_filename
    got.value.save_as(mended)
    book = openpyxl.load_workbook(mended)
    sheet = book.worksheets[0]
    head = [c.value for c in sheet[1]]
    assert head[:5] == ["拒收_行号", "拒收_字段", "拒收_值", "拒收_原因", "拒收_办法"]
    for i, row in enumerate(sheet.iter_rows(min_row=2)):
        field = row[1].value
        if field == "身份证号":
            row[head.index("身份证号码")].value = identity("19790101", 700 + i, "990101")
        else:
            row[head.index("服务类别")].value = ""
    book.save(mended)
    written(clerk, mended)
    assert "9" in page.locator("#outcome .cards div").first.inner_text()
    assert len({r["source_id"] for r in rows(db, "SELECT DISTINCT source_id FROM import_batch b JOIN source s ON s.id = b.source_id WHERE s.name = '居民台账'")}) == 1  # fmt: skip

    # the next workbook of the same form is read as she saved it
    clerk.go("/import")
    page.set_input_files("#file", BOOK)
    page.wait_for_selector("#look:not([hidden])")
    assert "社区居民台账" in page.locator("#facts").inner_text()

    # she finds a person and corrects her telephone
    person = rows(db, "SELECT p.id, p.name FROM person p JOIN source s ON s.id = p.source_id WHERE s.name = '居民台账'"
                      " AND p.phone IS NOT NULL ORDER BY p.id LIMIT 1")[0]  # fmt: skip
    clerk.go("/ledger?kind=people")
    page.fill("#q", person["name"])
    clerk.wait(
        "document.querySelectorAll('#rows tbody tr').length && document.querySelectorAll('#rows tbody tr').length < 60"
    )
    page.goto(f"{clerk.address}/ledger?kind=people&id={person['id']}")
    page.wait_for_selector("#record [data-do=edit]")
    page.click("#record [data-do=edit]")
    page.fill("#record [name=phone]", "10099998888")
    page.click("#record form button.main")
    page.wait_for_selector("#record [data-do=edit]")
    assert "100****8888" in page.locator("#record [data-field=phone]").inner_text()
    clerk.wait("document.querySelector('#history ins')")
    clerk.wait("document.querySelector('#history').innerText.includes('孙区县')")

    # a building is moved on the map
    house = rows(db, "SELECT id, ST_X(geom) AS lon, ST_Y(geom) AS lat FROM building ORDER BY id LIMIT 1")[0]
    page.goto(f"{clerk.address}/ledger?kind=buildings&id={house['id']}")
    page.wait_for_selector("#record [data-do=move]")
    page.click("#record [data-do=move]")
    page.wait_for_function("() => window.gridsvcPlace && window.gridsvcPlace.map.loaded()", timeout=60_000)
    page.wait_for_timeout(500)
    box = page.locator("#place").bounding_box()
    page.mouse.click(box["x"] + box["width"] / 2 + 60, box["y"] + box["height"] / 2)
    page.click("#ask #yes")
    page.wait_for_selector("dialog", state="hidden")
    assert clerk.told()
    moved = rows(db, "SELECT ST_X(geom) AS lon FROM building WHERE id = %s", house["id"])[0]["lon"]
    assert 1e-5 < moved - house["lon"] < 1e-2

    # a wrong batch is undone
    wrong = tmp_path / "别处的名单.csv"
    wrong.write_text("姓名,身份证号\n走错门," + identity("19700707", 801, "990101") + "\n", encoding="utf-8")
    written(clerk, wrong)
    assert rows(db, "SELECT count(*) AS n FROM person WHERE name = '走错门'")[0]["n"] == 1
    page.click("#undo")
    clerk.wait("document.querySelector('#undo').disabled")
    assert rows(db, "SELECT count(*) AS n FROM person WHERE name = '走错门'")[0]["n"] == 0
    assert clerk.seen.outside == []
    assert clerk.seen.errors == []


def test_a_record_that_somebody_else_changed_is_not_overwritten(clerk, served):
    page, db = clerk.page, served[1]
    one = rows(db, "SELECT id FROM facility ORDER BY id LIMIT 1")[0]["id"]
    page.goto(f"{clerk.address}/ledger?kind=facilities&id={one}")
    page.wait_for_selector("#record [data-do=edit]")
    page.click("#record [data-do=edit]")
    rows(db, "UPDATE facility SET hours = '别人改的' WHERE id = %s RETURNING id", one)
    page.fill("#record [name=hours]", "我改的")
    page.click("#record form button.main")
    assert clerk.told(bad=True)
    assert rows(db, "SELECT hours FROM facility WHERE id = %s", one)[0]["hours"] == "别人改的"
    clerk.wait("document.querySelector('#record').innerText.includes('别人改的')")


def test_an_officer_reports_a_mistake_and_the_community_decides(visit, served):
    db = served[1]
    officer = visit("officer", PHONE)
    officer.go("/ledger?kind=people")
    page = officer.page
    assert page.locator("#add").is_hidden()
    page.locator("#rows tbody tr").first.click()
    page.wait_for_selector("#record [data-do=edit]")
    assert page.locator("#record [data-do=end]").count() == 0
    number = int(re.search(r"#(\d+)", page.locator("#record header p").inner_text())[1])
    page.click("#record [data-do=edit]")
    page.fill("#record [name=registered_address]", "外省某县")
    page.fill("#note", "上门核实")
    page.click("#record form button.main")
    assert officer.told()
    old = rows(db, "SELECT registered_address FROM person WHERE id = %s", number)[0]["registered_address"]
    assert old != "外省某县"
    leader = visit("county")
    leader.go("/ledger")
    leader.page.click("[data-corrections]")
    leader.page.wait_for_selector("#corrections [data-yes]")
    assert "上门核实" in leader.page.locator("#corrections").inner_text()
    leader.page.locator("#corrections [data-yes]").first.click()
    assert leader.told()
    now = rows(db, "SELECT registered_address FROM person WHERE id = %s", number)[0]["registered_address"]
    assert now == "外省某县"


def test_a_roll_is_compared_and_worked_off(clerk, served, tmp_path):
    page, db = clerk.page, served[1]
    known = rows(db, "SELECT name, min(class) AS class FROM facility WHERE ended IS NULL GROUP BY name"
                     " HAVING count(*) = 1 ORDER BY name")  # fmt: skip
    names = {r["code"]: r["name"] for r in rows(db, "SELECT code, name FROM code WHERE list = 'facility_class'")}
    roll = tmp_path / "设施普查.csv"
    lines = ["名称,类别,开放时间"]
    lines += [f"{r['name']},{names[r['class']]},{'08:00-12:00' if i == 0 else ''}" for i, r in enumerate(known[1:])]
    lines += ["新建活动室," + next(iter(names.values())) + ","]
    roll.write_text("\n".join(lines), encoding="utf-8")
    clerk.go("/reconcile")
    page.select_option("#kind", "facilities")
    page.set_input_files("#file", roll)
    page.wait_for_selector("#one:not([hidden])", timeout=60_000)
    assert page.locator("[data-what=missing] b").inner_text() != "0"
    page.click("[data-what=different]")
    clerk.wait(
        "document.querySelector('[data-what=different][aria-pressed=true]') && document.querySelector('.diff .was')"
    )
    page.locator(".diff [data-one=accepted]").first.click()
    assert clerk.told()
    assert rows(db, "SELECT hours FROM facility WHERE hours = '08:00-12:00'")
    page.click("[data-what=extra]")
    clerk.wait("document.querySelector('[data-what=extra][aria-pressed=true]') && document.querySelector('.diff')")
    page.locator(".diff [data-one=accepted]").first.click()
    clerk.wait("document.querySelector('[data-what=extra] b').innerText === '0'")
    assert rows(db, "SELECT id FROM facility WHERE name = '新建活动室'")
    page.click("[data-what=missing]")
    clerk.wait("document.querySelector('[data-what=missing][aria-pressed=true]') && document.querySelector('.diff')")
    page.click("[data-all=kept]")
    clerk.wait("document.querySelector('[data-what=missing] b').innerText === '0'")
    assert clerk.seen.errors == []


@pytest.mark.parametrize("role", ["analyst", "officer", "auditor"])
def test_what_a_role_may_not_do_is_not_shown(visit, role):
    at = visit(role)
    at.go("/map")
    links = at.page.locator(".top nav a").evaluate_all("all => all.map(a => a.getAttribute('href'))")
    assert "/import" not in links
    assert "/reconcile" not in links
    assert ("/ledger" in links) == (role != "auditor")
    if role == "analyst":
        at.go("/ledger")
        words = at.page.locator("#kinds [data-word]").evaluate_all("all => all.map(b => b.dataset.word)")
        assert "people" not in words
        assert at.page.locator("#add").is_hidden()


def test_the_pages_of_ledgers_are_small():
    own = [p for p in paths.maps("pages", "static").iterdir() if p.suffix in (".js", ".css")]
    assert sum(p.stat().st_size for p in own) < 300_000


def test_a_record_is_added_ended_revived_and_merged(clerk, served, tmp_path):
    page, db = clerk.page, served[1]
    for name in ("便民服务站甲", "便民服务站乙"):
        clerk.go("/ledger?kind=facilities")
        page.click("#add")
        page.fill("#record [name=name]", name)
        page.locator("#record [name=class]").select_option(index=1)
        page.fill("#record [name=hours]", "9:00–17:00" if name.endswith("乙") else "")
        page.click("#record form button.main")
        page.wait_for_selector("#record [data-do=end]")
    first, second = (r["id"] for r in rows(db, "SELECT id FROM facility WHERE name LIKE '便民服务站_' ORDER BY id"))
    page.goto(f"{clerk.address}/ledger?kind=facilities&id={first}")
    page.wait_for_selector("#record [data-do=end]")
    page.set_input_files("#attach", _picture(tmp_path))
    clerk.wait("document.querySelector('#files a')")
    page.click("#record [data-do=end]")
    page.click("#ask #yes")
    page.wait_for_selector("#record [data-do=revive]")
    assert rows(db, "SELECT ended FROM facility WHERE id = %s", first)[0]["ended"] is not None
    page.click("#record [data-do=revive]")
    page.wait_for_selector("#record [data-do=merge]")
    page.click("#record [data-do=merge]")
    page.fill("#find", "便民服务站")
    page.wait_for_selector("#found button")
    page.click("#found button")
    page.wait_for_selector("#found table")
    assert "9:00–17:00" in page.locator("#found").inner_text()
    page.click("#ask #yes")
    clerk.wait("document.querySelector('#record [data-field=hours]')?.innerText.includes('9:00')")
    assert rows(db, "SELECT merged_into FROM facility WHERE id = %s", second)[0]["merged_into"] == first
    clerk.wait("document.querySelector('#history').innerText.includes('孙区县')")
    with page.expect_download() as got:
        page.click("#take")
    got.value.save_as(tmp_path / "所见.xlsx")
    head = [c.value for c in openpyxl.load_workbook(tmp_path / "所见.xlsx").worksheets[0][1]]
    assert {"名称", "导出人", "导出时间"} <= set(head)


def _picture(folder):
    from PIL import Image

    Image.new("RGB", (40, 30), "#7799bb").save(folder / "照片.jpg")
    return folder / "照片.jpg"


def test_the_keyboard_opens_a_record_and_closes_it(clerk):
    page = clerk.page
    clerk.go("/ledger?kind=events")
    page.locator("#rows tbody tr").first.focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_selector("#record:not([hidden])")
    page.keyboard.press("Escape")
    page.wait_for_selector("#record", state="hidden")


def test_a_list_is_filtered_and_its_columns_are_chosen(clerk, served):
    page, db = clerk.page, served[1]
    code = rows(
        db, "SELECT c.code FROM cell c JOIN person p ON p.cell_key = c.key WHERE p.categories <> '[]' LIMIT 1"
    )[0]["code"]
    clerk.go("/ledger?kind=people")
    page.select_option("#where", code[:12])
    clerk.wait(f"document.querySelector('#cell option[value=\"{code}\"]')")
    page.select_option("#cell", code)
    clerk.wait(
        f"[...document.querySelectorAll('#rows tbody td:last-child')].every(c => c.innerText.startsWith('{code}'))"
    )
    page.select_option("#category", "01")
    clerk.wait("[...document.querySelectorAll('#rows tbody tr')].every(r => r.innerText.includes('独居老人'))")
    page.click("#choose")
    page.uncheck("#ask input[value=phone]")
    page.check("#ask input[value=residence]")
    page.click("#chosen")
    head = page.locator("#rows thead").inner_text()
    assert "电话" not in head
    assert "人口类别" in head
    page.select_option("#category", "")
    page.select_option("#state", "unlocated")
    clerk.wait(
        "document.querySelectorAll('#rows tbody tr').length === document.querySelectorAll('#rows .badge.bad').length"
    )


def test_a_guess_that_was_taken_away_is_not_made_again(clerk, tmp_path):
    page = clerk.page
    path = tmp_path / "名册.csv"
    path.write_text("姓名,独居\n试一试,也许\n", encoding="utf-8")
    clerk.go("/import")
    page.set_input_files("#file", path)
    page.wait_for_selector("#look:not([hidden])")
    page.locator("#columns select").nth(1).select_option("")
    page.click("#try")
    page.wait_for_selector("#write", timeout=60_000)
    assert page.locator("#outcome .bad").count() == 0
