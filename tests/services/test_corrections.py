"""An officer's correction waits for 同意 or 退回; a list is searched, filtered, and taken away as it is seen."""

import datetime as dt

import openpyxl
import pytest

from gridsvc.errors import ChangedError, ConflictError, ForbiddenError, InputError
from gridsvc.services import corrections, entries, ledgers, reconciling, retention, seen
from gridsvc.services.filein import Source
from gridsvc.services.imports import ImportRequest
from gridsvc.store.tx import SYSTEM
from tests.ledgers import ESTATE, identity
from tests.services.test_entries import account
from tests.services.test_ledgers import houses_of_the_lists
from tests.services.town import DIVIDED

A = "990105001001"


def two_residents(furnished):
    rows = [
        {"姓名": "张三丰", "身份证号": identity("19400101", 1), "电话": "13800000001/13900000001", "小区": ESTATE,
         "幢号": "1", "室号": "101", "服务类别": "独居老人"},
        {"姓名": "李四", "身份证号": identity("19810101", 2), "电话": "13800000002", "小区": ESTATE, "幢号": "2",
         "室号": "102", "入住日期": "2015年3月"},
    ]  # fmt: skip
    furnished.take("person", furnished.csv(rows, "居民.csv"))


@pytest.fixture
def lived_in(founded):
    return founded(*DIVIDED, houses_of_the_lists, two_residents)


def found(town, **fields):
    rows, _ = entries.listing(town.db, SYSTEM, "person", current=True, **fields)
    return {r["name"] for r in rows}


def test_a_resident_is_found_by_name_number_telephone_estate_and_category(lived_in):
    assert found(lived_in, q="三丰") == {"张三丰"}
    assert found(lived_in, q=identity("19810101", 2)) == {"李四"}
    assert found(lived_in, q="139 0000 0001") == {"张三丰"}  # her second telephone
    assert found(lived_in, q="%") == set()
    assert found(lived_in, estate=ESTATE) == {"张三丰", "李四"}
    assert found(lived_in, category="01") == {"张三丰"}
    assert found(lived_in, q=ESTATE) == {"张三丰", "李四"}


def test_dates_are_shown_as_exactly_as_they_are_known_and_stay_so(lived_in):
    rows, _ = entries.listing(lived_in.db, SYSTEM, "person", q="李四")
    assert rows[0]["moved_in"] == "2015-03"
    one = entries.one(lived_in.db, SYSTEM, "person", rows[0]["id"])
    changed = entries.change(lived_in.db, SYSTEM, "person", one["id"], {"relation": "户主"}, one["etag"])
    assert changed["moved_in"] == "2015-03"


def test_a_correction_waits_and_is_approved(lived_in):
    officer = account(lived_in, "community", A)
    rows, _ = entries.listing(lived_in.db, officer, "person", q="李四")
    one = rows[0]
    asked = corrections.propose(
        lived_in.db, officer, "person", one["id"], {"phone": "13700000002"}, one["etag"], "换号了"
    )
    assert asked["done"] is False
    assert found(lived_in, q="13800000002") == {"李四"}  # nothing has changed
    assert "13700000002" not in str(lived_in.rows("SELECT to_jsonb(c) FROM correction c"))
    waiting = corrections.listing(lived_in.db, SYSTEM)
    assert [(w["label"], w["note"]) for w in waiting] == [("李四", "换号了")]
    assert waiting[0]["fields"] == [
        {"field": "phone", "called": "电话", "base": "138****0002", "wanted": "137****0002"}
    ]
    done = corrections.decide(lived_in.db, SYSTEM, asked["id"], approve=True)
    assert done["state"] == "approved"
    assert found(lived_in, q="13700000002") == {"李四"}
    with pytest.raises(ConflictError):
        corrections.decide(lived_in.db, SYSTEM, asked["id"], approve=True)


def test_a_correction_is_returned_with_a_reason(lived_in):
    one = entries.listing(lived_in.db, SYSTEM, "person", q="李四")[0][0]
    asked = corrections.propose(lived_in.db, SYSTEM, "person", one["id"], {"room": "999"}, one["etag"])
    with pytest.raises(InputError):
        corrections.decide(lived_in.db, SYSTEM, asked["id"], approve=False)
    assert (
        corrections.decide(lived_in.db, SYSTEM, asked["id"], approve=False, reason="查无此室")["reason"] == "查无此室"
    )
    assert corrections.listing(lived_in.db, SYSTEM) == []


def test_a_correction_of_a_record_that_changed_meanwhile_is_refused_and_stays(lived_in):
    one = entries.listing(lived_in.db, SYSTEM, "person", q="李四")[0][0]
    asked = corrections.propose(lived_in.db, SYSTEM, "person", one["id"], {"room": "103"}, one["etag"])
    entries.change(lived_in.db, SYSTEM, "person", one["id"], {"relation": "户主"}, one["etag"])
    with pytest.raises(ChangedError):
        corrections.decide(lived_in.db, SYSTEM, asked["id"], approve=True)
    assert len(corrections.listing(lived_in.db, SYSTEM)) == 1


@pytest.mark.parametrize("way", ["direct", "off"])
def test_the_office_may_want_it_otherwise(lived_in, way):
    lived_in.db.settings = lived_in.db.settings.model_copy(update={"corrections": way})
    one = entries.listing(lived_in.db, SYSTEM, "person", q="李四")[0][0]
    if way == "off":
        with pytest.raises(ForbiddenError):
            corrections.propose(lived_in.db, SYSTEM, "person", one["id"], {"phone": "13700000002"}, one["etag"])
        return
    assert corrections.propose(lived_in.db, SYSTEM, "person", one["id"], {"phone": "13700000002"}, one["etag"])[
        "done"
    ]
    assert found(lived_in, q="13700000002") == {"李四"}


def test_what_is_seen_is_taken_with_user_and_time(lived_in, tmp_path):
    path = tmp_path / "p.xlsx"
    community = account(lived_in, "community", A)
    n = seen.export(lived_in.db, community, "person", path, columns=("name", "phone", "categories"), category="01")
    page = openpyxl.load_workbook(path).worksheets[0]
    rows = [[c.value for c in row] for row in page.iter_rows()]
    assert n == 1
    assert rows[0] == ["姓名", "电话", "服务类别", "导出人", "导出时间"]
    assert rows[1][:3] == ["张**", "138****0001;139****0001", "独居老人"]
    login = lived_in.rows("SELECT login FROM app_user WHERE role = 'community'")[0]["login"]
    assert rows[1][3] == login
    assert lived_in.rows("SELECT detail ->> 'rows' AS n FROM audit WHERE action = 'export'")[-1]["n"] == "1"


def test_kinds_say_what_the_caller_may_do(lived_in):
    own = {k["kind"]: k for k in ledgers.kinds(lived_in.db, account(lived_in, "community", A))}
    assert own["person"]["can"]["change"]
    assert not own["person"]["can"]["correct"]
    analyst = {k["kind"]: k for k in ledgers.kinds(lived_in.db, account(lived_in, "analyst", "990105"))}
    assert "person" not in analyst
    assert not analyst["building"]["can"]["add"]
    assert own["person"]["fields"][1] == {
        "name": "name", "called": "姓名", "type": "text", "required": True, "codes": None, "hidden": True
    }  # fmt: skip


def test_who_is_forgotten_is_forgotten_in_what_waits_too(lived_in):
    one = entries.listing(lived_in.db, SYSTEM, "person", q="李四")[0][0]
    corrections.propose(lived_in.db, SYSTEM, "person", one["id"], {"room": "103"}, one["etag"])
    roll = lived_in.csv([{"姓名": "李四", "身份证号": identity("19810101", 2), "电话": "13600000002"}], "全册.csv")
    reconciling.run(lived_in.db, SYSTEM, ImportRequest("person", Source(roll, local=True)))
    assert lived_in.rows("SELECT FROM difference WHERE record_id = %s", one["id"])
    retention.forget(lived_in.db, SYSTEM, str(one["id"]), "本人申请删除")
    assert lived_in.rows("SELECT FROM correction") == []
    assert lived_in.rows("SELECT FROM difference WHERE record_id = %s", one["id"]) == []


def test_what_was_decided_goes_after_its_time(lived_in):
    one = entries.listing(lived_in.db, SYSTEM, "person", q="李四")[0][0]
    asked = corrections.propose(lived_in.db, SYSTEM, "person", one["id"], {"room": "103"}, one["etag"])
    corrections.decide(lived_in.db, SYSTEM, asked["id"], approve=True)
    assert retention.run(lived_in.db)["correction"] == 0
    later = dt.date.today() + dt.timedelta(days=400)
    assert retention.run(lived_in.db, as_of=later, dry_run=True)["correction"] == 1


def test_what_waits_is_counted(lived_in):
    one = entries.listing(lived_in.db, SYSTEM, "person", q="李四")[0][0]
    assert corrections.waiting(lived_in.db, SYSTEM) == 0
    asked = corrections.propose(lived_in.db, SYSTEM, "person", one["id"], {"room": "103"}, one["etag"])
    assert corrections.waiting(lived_in.db, SYSTEM) == 1
    corrections.decide(lived_in.db, SYSTEM, asked["id"], approve=False, reason="查无此室")
    assert corrections.waiting(lived_in.db, SYSTEM) == 0


def test_a_record_in_a_cell_by_name_stays_there_when_it_is_changed(lived_in):
    rows = [{"隐患名称": "飞线", "类别": "用电", "社区": "A社区", "网格": "第2网格", "发现日期": "2026-10-08"}]
    lived_in.take("hazard", lived_in.csv(rows, "隐患.csv"))
    one = entries.listing(lived_in.db, SYSTEM, "hazard", q="飞线")[0][0]
    changed = entries.change(lived_in.db, SYSTEM, "hazard", one["id"], {"responsible": "某人"}, one["etag"])
    assert changed["cell_code"] == one["cell_code"] == "990105001001002"
