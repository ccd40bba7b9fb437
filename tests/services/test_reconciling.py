"""账账相符: a full roll beside the base; what differs is found, accepted or kept, undone."""

import datetime as dt

import openpyxl
import pytest

from gridsvc.errors import ConflictError, InputError
from gridsvc.services import batches, differencebook, differences, reconciling
from gridsvc.services.differences import Which
from gridsvc.services.filein import Source
from gridsvc.services.imports import ImportRequest
from gridsvc.store.tx import SYSTEM
from tests.ledgers import ESTATE, identity
from tests.services.test_ledgers import furnished, houses_of_the_lists  # noqa: F401
from tests.services.town import DIVIDED

PEOPLE = [
    {
        "姓名": "甲一",
        "身份证号": identity("19800101", 1),
        "电话": "13800000001",
        "小区": ESTATE,
        "幢号": "1",
        "室号": "101",
    },
    {
        "姓名": "乙二",
        "身份证号": identity("19810101", 2),
        "电话": "13800000002",
        "小区": ESTATE,
        "幢号": "1",
        "室号": "102",
    },
    {"姓名": "丙三", "身份证号": "", "出生日期": "1950-05", "电话": "", "小区": ESTATE, "幢号": "2", "室号": "201"},
    {
        "姓名": "丁四",
        "身份证号": identity("19830101", 4),
        "电话": "13800000004",
        "小区": ESTATE,
        "幢号": "2",
        "室号": "202",
    },
]


def compare(town, kind, rows, name="全册.csv", **more):
    return reconciling.run(town.db, SYSTEM, ImportRequest(kind, Source(town.csv(rows, name), local=True), **more))


def listed(town, number, **which):
    return differences.differences(town.db, SYSTEM, number, Which(**which))


def decide(town, number, decision="accepted", **more):
    which = Which(**{k: more.pop(k) for k in ("ids", "what", "field", "only") if k in more})
    return differences.decide(town.db, SYSTEM, number, which, decision, **more)


def daily_list(town):
    town.take("person", town.csv([*PEOPLE], "日常台账.csv"))


@pytest.fixture
def compared(founded):
    """Four people in the base, and a roll that lacks one, has one more, one who moved and one with another number."""
    town = founded(*DIVIDED, houses_of_the_lists, daily_list)
    roll = [
        {**PEOPLE[0], "电话": "13900000001"},
        {**PEOPLE[1], "电话": "", "幢号": "3", "室号": "301"},
        PEOPLE[2],
        {**PEOPLE[0], "姓名": "戊五", "身份证号": identity("19850101", 5), "室号": "105"},
    ]
    return town, compare(town, "person", roll)


def test_missing_extra_moved_and_different_by_field(compared):
    town, found = compared
    assert found.counts == {"missing": 1, "extra": 1, "moved": 1, "different": 1, "rows": 4, "same": 1, "rejected": 0}
    assert found.by_field == {"phone": 1}
    by = {d["what"]: d for d in listed(town, found.number)}
    assert by["missing"]["label"] == "丁四"
    assert by["extra"]["label"] == "戊五"
    assert by["different"]["fields"] == [
        {"field": "phone", "called": "电话", "base": "138****0001", "roll": "139****0001"}
    ]
    assert {f["field"]: (f["base"], f["roll"]) for f in by["moved"]["fields"]}["room"] == ("102", "301")
    assert town.count("person") == 4  # nothing has changed


def test_what_is_sealed_is_not_kept_in_the_clear(compared):
    town, _ = compared
    text = str(town.rows("SELECT row::text FROM difference"))
    assert "13900000001" not in text
    assert "戊五" not in text


def test_each_is_accepted_as_an_import_that_can_be_undone(compared):
    town, found = compared
    n = found.number
    changed = decide(town, n, what="different")
    moved = decide(town, n, what="moved")
    made = decide(town, n, what="extra")
    with pytest.raises(InputError):
        decide(town, n, what="missing")
    ended = decide(town, n, what="missing", reason=_any(town), day=dt.date(2026, 11, 1))
    assert [d.done for d in (changed, moved, made, ended)] == [1, 1, 1, 1]
    rooms = {r["name"]: r["room"] for r in town.rows(
        "SELECT p.name, d.room FROM person p JOIN dwelling d ON d.id = p.dwelling_id")}  # fmt: skip
    assert rooms["乙二"] == "301"
    assert rooms["戊五"] == "105"
    assert town.rows("SELECT ended::text FROM person WHERE name = '丁四'") == [{"ended": "2026-11-01"}]
    assert listed(town, n) == []
    for batch in (*made.batches, *moved.batches, *changed.batches):
        batches.undo(town.db, SYSTEM, batch)
    rooms = {r["name"]: r["room"] for r in town.rows(
        "SELECT p.name, d.room FROM person p JOIN dwelling d ON d.id = p.dwelling_id")}  # fmt: skip
    assert rooms["乙二"] == "102"
    assert "戊五" not in rooms


def _any(town):
    return town.rows("SELECT code FROM code WHERE list = 'end_reason' LIMIT 1")[0]["code"]


def test_kept_is_kept_and_asked_no_more(compared):
    town, found = compared
    one = listed(town, found.number, what="different")[0]
    assert decide(town, found.number, "kept", ids=(one["id"],)).done == 1
    assert {d["what"] for d in listed(town, found.number)} == {"missing", "extra", "moved"}
    assert decide(town, found.number, "kept", what="different").done == 0


def test_a_record_that_was_changed_since_is_left_alone(compared):
    town, found = compared
    town.rows("UPDATE person SET moved_in = '2020-01-01' WHERE name = '甲一' RETURNING 1 AS x")
    done = decide(town, found.number, what="different")
    assert (done.done, done.changed) == (0, 1)


def test_the_same_roll_again_has_nothing_to_say_after_all_was_accepted(compared):
    town, found = compared
    for what in ("different", "moved", "extra"):
        decide(town, found.number, what=what)
    decide(town, found.number, what="missing", reason=_any(town))
    roll = [
        {**PEOPLE[0], "电话": "13900000001"}, {**PEOPLE[1], "幢号": "3", "室号": "301"}, PEOPLE[2],
        {**PEOPLE[0], "姓名": "戊五", "身份证号": identity("19850101", 5), "室号": "105", "电话": "13900000001"},
    ]  # fmt: skip
    roll[3]["电话"] = "13800000001"
    again = compare(town, "person", roll, name="全册2.csv")
    assert {w: again.counts[w] for w in reconciling.WHAT} == dict.fromkeys(reconciling.WHAT, 0)


def test_by_rule_only_those_that_differ_in_one_field(furnished):  # noqa: F811
    town = furnished
    town.take("organisation", town.csv([
        {"名称": "甲店", "类别": "餐饮", "街路巷": "团结路", "门牌号": "2", "联系人": "甲", "从业人数": 3},
        {"名称": "乙店", "类别": "餐饮", "街路巷": "团结路", "门牌号": "4", "联系人": "乙", "从业人数": 3},
    ], "商户.csv"))  # fmt: skip
    found = compare(town, "organisation", [
        {"名称": "甲店", "类别": "商铺", "街路巷": "团结路", "门牌号": "2号", "联系人": "甲", "从业人数": 5},
        {"名称": "乙店", "类别": "餐饮", "街路巷": "团结路", "门牌号": "6", "联系人": "", "从业人数": 4},
    ], "商户普查.csv")  # fmt: skip
    assert found.by_field == {"employees": 2, "class": 1}
    assert found.counts["moved"] == 1
    assert decide(town, found.number, what="different", field="employees", only=True).done == 1
    rows = {r["name"]: r for r in town.rows("SELECT name, class, contact, employees FROM organisation")}
    assert rows["乙店"] == {"name": "乙店", "class": "03", "contact": "乙", "employees": 4}
    assert rows["甲店"]["employees"] == 3
    both = decide(town, found.number)  # the rest: one differs in two fields, one moved
    assert (both.done, both.changed) == (2, 0)


def test_moved_and_different_at_once(furnished):  # noqa: F811
    town = furnished
    town.take("person", town.csv(PEOPLE[:1], "台账.csv"))
    found = compare(town, "person", [{**PEOPLE[0], "电话": "13700000001", "室号": "109"}])
    assert (found.counts["moved"], found.counts["different"]) == (1, 1)
    done = decide(town, found.number)
    assert (done.done, done.changed) == (2, 0)


def test_a_footprint_stays_when_a_building_gets_another_number_of_floors(furnished):  # noqa: F811
    town = furnished
    before = town.rows("SELECT ST_AsText(geom) AS g FROM building WHERE building_no = '1'")
    found = compare(town, "building", [{"小区": ESTATE, "幢号": f"{i}幢", "层数": 6} for i in range(1, 7)])
    assert (found.counts["different"], found.counts["missing"], found.by_field) == (6, 3, {"floors": 6})
    assert decide(town, found.number, what="different").done == 6
    assert town.rows("SELECT ST_AsText(geom) AS g FROM building WHERE building_no IN ('1', '1幢')") == before


def test_what_cannot_be_compared_is_refused(furnished):  # noqa: F811
    with pytest.raises(InputError):
        compare(furnished, "event", [{"类别": "暴露垃圾"}])


def test_nobody_is_ended_by_rule_while_rows_of_the_roll_could_not_be_read(furnished):  # noqa: F811
    town = furnished
    town.take("person", town.csv(PEOPLE, "台账.csv"))
    found = compare(town, "person", [*PEOPLE[:3], {**PEOPLE[3], "身份证号": "3.20125E+17"}])
    assert (found.counts["missing"], found.counts["rejected"]) == (1, 1)
    with pytest.raises(ConflictError):
        decide(town, found.number, what="missing", reason=_any(town))
    one = listed(town, found.number, what="missing")[0]
    assert decide(town, found.number, ids=(one["id"],), reason=_any(town)).done == 1


def test_a_month_in_the_roll_is_no_other_day(furnished):  # noqa: F811
    town = furnished
    town.take(
        "person",
        town.csv([{**PEOPLE[0], "入住日期": "2015-03-08"}, {**PEOPLE[1], "入住日期": "2015-03-08"}], "台账.csv"),
    )
    found = compare(town, "person", [{**PEOPLE[0], "入住日期": "2015年3月"}, {**PEOPLE[1], "入住日期": "2015年4月"}])
    assert found.by_field == {"moved_in": 1}


def test_days_before_months_stay_so_when_they_are_accepted(furnished):  # noqa: F811
    town = furnished
    roll = [{**p, "入住日期": d} for p, d in zip(PEOPLE[:2], ("03/04/2018", "25/04/2018"), strict=True)]
    found = compare(town, "person", roll)
    decide(town, found.number, ids=(listed(town, found.number)[0]["id"],))
    assert town.rows("SELECT moved_in::text AS d FROM person") == [{"d": "2018-04-03"}]


def test_the_open_differences_as_a_workbook(compared, tmp_path):
    town, found = compared
    path = tmp_path / "d.xlsx"
    assert differencebook.write(town.db, SYSTEM, found.number, path) == f"differences-{found.number}.xlsx"
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == ["汇总", "全册里没有", "底数里没有", "位置变了", "内容不同"]
    rows = [[c.value for c in row] for row in book["内容不同"].iter_rows(min_row=2)]
    assert [r[4:] for r in rows] == [["电话", "138****0001", "139****0001"]]
    assert "13900000001" not in str([c.value for page in book for row in page for c in row])
    assert book["汇总"].oddFooter.left.text.startswith("system ")


def test_a_thousand_are_accepted_at_once_and_one_that_was_changed_is_not(furnished, monkeypatch):  # noqa: F811
    town = furnished
    monkeypatch.setattr(differences, "CHUNK", 300)
    rows = [{"名称": f"店{i}", "类别": "商铺", "街路巷": "团结路", "门牌号": "2", "从业人数": 1} for i in range(1000)]
    town.take("organisation", town.csv(rows, "商户.csv"))
    found = compare(town, "organisation", [{**r, "从业人数": 2} for r in rows])
    town.rows("UPDATE organisation SET contact = '别人' WHERE name = '店7' RETURNING 1 AS x")
    done = decide(town, found.number, what="different", field="employees")
    assert (done.done, done.changed, len(done.batches)) == (999, 1, 4)
    assert town.rows("SELECT count(*) AS n FROM organisation WHERE employees = 2") == [{"n": 999}]
    assert decide(town, found.number, "kept").done == 1


def test_who_is_faster_than_a_decision_keeps_her_change(compared, monkeypatch):
    town, found = compared
    write = differences.entries.write

    def late(*args, **more):
        if args[5] and not late.done:
            late.done = True
            town.rows("UPDATE person SET moved_in = '2020-01-01' WHERE name = '甲一' RETURNING 1 AS x")
        return write(*args, **more)

    late.done = False
    monkeypatch.setattr(differences.entries, "write", late)
    done = decide(town, found.number, what="different")
    assert (done.done, done.changed) == (0, 1)
    assert town.rows("SELECT moved_in::text AS d FROM person WHERE name = '甲一'") == [{"d": "2020-01-01"}]
