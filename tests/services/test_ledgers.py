"""The twelve workbooks of docs/import.md, as they come: what is taken, what is said of the rest, what is mended."""

import json
from types import SimpleNamespace

import pandas as pd
import pytest
from python_calamine import CalamineWorkbook

from gridsvc import paths
from gridsvc.services import batches, codetables
from gridsvc.services.agree import Agreement
from gridsvc.store.tx import SYSTEM
from gridsvc.text import catalogue
from scripts import demo_book
from tests import ledgers
from tests.drawn import at
from tests.services.town import DIVIDED


def houses_of_the_lists(cells):
    """The town with the buildings and officers that the lists speak of."""
    rows = [
        {"小区": ledgers.ESTATE, "幢号": str(i + 1), "经度": at(0.3 + 0.4 * i, 1.5)[0], "纬度": at(0, 1.5)[1]}
        for i in range(6)
    ]
    rows += [
        {"街路巷": "团结路", "门牌号": str(n), "经度": at(4 + n / 10, 0.5)[0], "纬度": at(0, 0.5)[1]}
        for n in (2, 4, 6)
    ]
    cells.take("building", cells.csv(rows, "楼栋.csv"))


@pytest.fixture
def furnished(founded):
    return founded(*DIVIDED, houses_of_the_lists)


def _with_officers(town, name, folder):
    if name == "岗位安排":
        town.take("officer", ledgers.officers(folder).path)


@pytest.mark.parametrize("name", ledgers.EVERY)
def test_a_workbook_as_it_comes(furnished, tmp_path, name):
    folder = tmp_path / "in"
    folder.mkdir()
    _with_officers(furnished, name, folder)
    ledger = ledgers.EVERY[name](folder)
    done = furnished.take(ledger.kind, ledger.path)
    assert done.counts["new"] == ledger.new, (done.reasons, done.mapping)
    assert done.reasons == {k: v for k, v in ledger.reasons.items() if v}
    assert sorted(r["reason"] for r in done.set_aside if r["reason"] != "title") == sorted(
        r for r in ledger.aside if r != "title"
    )
    assert set(done.dropped) == set(ledger.dropped)
    assert tuple(done.sheets_left) == ledger.left
    assert {k: v for k, v in done.warnings.items() if k in ledger.warnings} == ledger.warnings
    if ledger.unlocated is not None:
        assert done.counts["unlocated"] == ledger.unlocated, done.warnings
    assert furnished.take(ledger.kind, ledger.path).counts["new"] == 0  # the same file again


def test_every_reject_says_what_to_do(tmp_path):
    known = {r for make in ledgers.EVERY.values() for r in make(tmp_path).reasons}
    for reason in known:
        assert catalogue()[f"reject.{reason}.remedy"]["zh"]
        assert catalogue()[f"reject.{reason}"]["en"]


def test_heads_are_filled_down_and_columns_of_refused_kinds_reach_nothing(furnished, tmp_path):
    done = furnished.take("person", ledgers.by_community(tmp_path).path)
    found = furnished.rows(
        "SELECT p.name, d.room, b.building_no, p.date_precision, p.moved_in::text FROM person p"
        " JOIN dwelling d ON d.id = p.dwelling_id JOIN building b ON b.id = d.building_id WHERE b.estate = %s",
        ledgers.ESTATE,
    )
    assert {(r["name"], r["building_no"], r["room"]) for r in found} >= {
        ("王小明", "2", "202室"),
        ("张建国", "1", "101"),
    }
    stored = json.dumps(furnished.rows("SELECT to_jsonb(p) AS p FROM person p"), default=str, ensure_ascii=False)
    rejected = json.dumps(
        furnished.rows("SELECT to_jsonb(r) AS r FROM import_reject r"), default=str, ensure_ascii=False
    )
    report = json.dumps(furnished.rows("SELECT report FROM import_batch"), default=str, ensure_ascii=False)
    for word in ("汉族", "群众"):
        assert word not in stored + rejected + report
    names = {r["name"] for r in furnished.rows("SELECT name FROM person")}
    assert {"张建国", "李梅", "王小明"} <= names
    sheet = batches.rejects(furnished.db, SYSTEM, done.batch_id).sheet
    assert set(sheet["工作表"]) == {"A社区", "B社区"}
    assert not {"民族", "政治面貌"} & set(sheet.columns)


def test_dates_say_no_more_than_was_known(furnished, tmp_path):
    furnished.take("person", ledgers.by_community(tmp_path).path)
    found = {
        r["name"]: (r["d"], r["p"])
        for r in furnished.rows(
            "SELECT name, moved_in::text AS d, date_precision AS p FROM person WHERE cell_key <> 0"
        )
    }
    assert found["张建国"] == ("2008-03-01", {"moved_in": "month"})
    assert found["李梅"] == ("2015-06-10", None)
    assert found["王小明"] == ("2015-06-01", {"moved_in": "month"})
    assert found["赵六"] == ("2015-06-10", None)  # 42165 as Excel counts
    assert found["钱七"] == ("2015-01-01", {"moved_in": "year"})


def test_a_lease_until_a_month_ends_with_it(furnished, tmp_path):
    furnished.take("dwelling", ledgers.rented(tmp_path).path)
    found = {
        r["room"]: r
        for r in furnished.rows("SELECT room, use_from::text, use_to::text, date_precision FROM dwelling")
    }
    assert found["401"]["use_from"] == "2024-03-15"
    assert found["401"]["use_to"] == "2027-02-28"
    assert found["401"]["date_precision"] == {"use_to": "month"}
    assert found["501"]["use_to"] == "2028-09-04"


def test_ticks_are_categories_and_phones_are_several(furnished, tmp_path):
    furnished.take("person", ledgers.ticked(tmp_path).path)
    found = {r["name"]: r["categories"] for r in furnished.rows("SELECT name, categories FROM person")}
    assert [c["code"] for c in found["孙一"]] == ["01", "03", "05", "06"]
    assert found["孙一"][2]["grade"] == "二级"
    assert found["周二"] == []
    assert [c["code"] for c in found["吴三"]] == ["01", "03"]
    furnished.take("person", ledgers.floating(tmp_path).path)
    two = furnished.rows("SELECT cardinality(phone_hash) AS n FROM person WHERE name = '陈二'")
    assert two == [{"n": 2}]


def test_cells_and_communities_by_name(furnished, tmp_path):
    furnished.take("hazard", ledgers.hazards(tmp_path).path)
    found = {r["title"]: r for r in furnished.rows("SELECT title, cell_key, located_by FROM hazard")}
    cell = {
        r["name"]: r["key"] for r in furnished.rows("SELECT name, key FROM cell WHERE area_code = '990105001001'")
    }
    assert found["楼道堆物"]["cell_key"] == cell["第2网格"]
    assert found["飞线充电"]["cell_key"] == cell["第1网格"]
    assert found["阀门漏气"]["cell_key"] == 990105001001 * 8192
    furnished.take("event", ledgers.hotline(tmp_path).path)
    where = {r["area_given"]: r["k"] // 8192 for r in furnished.rows("SELECT area_given, cell_key AS k FROM event")}
    assert where == {"A社区": 990105001001, "B社区": 990105001002, "C社区": 990105001003}


def test_a_named_cell_that_ends_leaves_its_records_in_the_community(furnished, tmp_path):
    furnished.take("hazard", ledgers.hazards(tmp_path).path)
    furnished.divide(size_m=400, method="square")
    keys = {r["cell_key"] for r in furnished.rows("SELECT cell_key FROM hazard")}
    alive = {r["key"] for r in furnished.rows("SELECT key FROM cell WHERE ended IS NULL")}
    assert all(k in alive or k % 8192 == 0 for k in keys)


def test_rejects_are_mended_and_dropped_in_again(furnished, tmp_path):
    done = furnished.take("person", ledgers.by_community(tmp_path).path)
    path = tmp_path / "居民台账.rejects-1.xlsx"
    batches.rejects(furnished.db, SYSTEM, done.batch_id).write(path)
    sheet = pd.read_excel(path, dtype=str, engine="openpyxl")
    assert list(sheet.columns[:5]) == ["拒收_行号", "拒收_字段", "拒收_值", "拒收_原因", "拒收_办法"]
    assert set(sheet["拒收_字段"]) == {"身份证号"}
    assert sheet["拒收_办法"].str.contains("文本|证件").all()
    assert sheet["户主姓名"].notna().all()  # filled down, so that the row stands alone
    sheet["身份证号码"] = [ledgers.identity("19790101", 900 + i) for i in range(len(sheet))]
    sheet.to_excel(path, index=False, engine="openpyxl")
    again = furnished.take("person", path)
    assert again.list_name == done.list_name
    assert again.counts["new"] == len(sheet)
    assert not again.reasons
    assert [r["name"] for r in furnished.rows("SELECT name FROM source WHERE kind = 'person'")] == ["居民台账"]


def test_a_corrected_mapping_is_saved_and_used_for_the_next_file_of_its_form(furnished):
    odd = [{"甲": "老李面馆", "乙": "餐饮", "丙": "团结路", "丁": "2号"}]
    path = furnished.csv(odd, "商户甲.csv")
    given = {"name": "甲", "class": "乙", "street": "丙", "housenumber": "丁"}
    first = furnished.take("organisation", path, columns=given, save_map="商户表")
    assert first.map_name == "商户表"
    following = furnished.csv([{**odd[0], "甲": "老张面馆"}], "商户乙.csv")
    second = furnished.take("organisation", following)
    assert (second.map_name, second.counts["new"]) == ("商户表", 1)
    other = furnished.csv([{"甲": "老赵面馆", "乙": "餐饮", "丙": "团结路", "丁": "4号", "戊": "x"}], "商户丙.csv")
    assert furnished.take("organisation", other, use_map="商户表").counts["new"] == 1


def test_every_word_of_the_twelve_is_one_of_the_kind_it_belongs_to(tmp_path):
    for name, make in ledgers.EVERY.items():
        assert make(tmp_path).kind in codetables.kinds(), name


def test_people_who_are_in_another_list_already_are_told(furnished, tmp_path):
    furnished.take("person", ledgers.by_community(tmp_path).path)
    again = furnished.take("person", ledgers.by_community(tmp_path).path, list_name="另一份")
    assert again.warnings["person.known_elsewhere"] == again.counts["new"]


def test_the_demo_workbook_is_what_its_script_makes(tmp_path):
    made = ledgers.by_community(tmp_path, demo_book.sheets()).path
    cells = [CalamineWorkbook.from_path(str(p)) for p in (made, paths.data("demo", "居民台账.xls"))]
    assert cells[0].sheet_names == cells[1].sheet_names
    for name in cells[0].sheet_names:
        assert cells[0].get_sheet_by_name(name).to_python() == cells[1].get_sheet_by_name(name).to_python()


def test_the_page_about_imports_shows_every_shape():
    text = (paths.share() / "docs" / "import.md").read_text(encoding="utf-8")
    assert all(f"| {name}." in text for name in ledgers.EVERY)


def test_a_column_of_ticks_can_be_given_and_taken_away(furnished):
    rows = [{"姓名": "甲", "小区": ledgers.ESTATE, "幢号": "1", "室号": "1", "独居": "是", "帮扶": "√"}]
    path = furnished.csv(rows, "名册.csv")
    done = furnished.take("person", path, columns={"category:01": "", "category:06": "帮扶"}, save_map="帮扶名册")
    assert done.mapping["category:06"] == "帮扶"
    found = furnished.rows("SELECT categories FROM person")[0]["categories"]
    assert [c["code"] for c in found] == ["06"]
    again = furnished.take("person", furnished.csv([{**rows[0], "姓名": "乙"}], "名册二.csv"))
    assert again.map_name == "帮扶名册"
    assert "category:01" not in again.mapping


def test_a_cell_by_its_own_code_goes_before_the_number_of_another():
    cells = pd.DataFrame({"key": [8193, 8194, 8195], "code": ["c1", "c2", "c3"],
                          "name": ["第1网格", "第2网格", "第3网格"], "code_alt": ["2", None, None]})  # fmt: skip
    known = Agreement(SimpleNamespace(by_name=dict))
    known.know_cells(cells)
    frame = pd.DataFrame({"lon": [None] * 5, "cell_key": [8192] * 5, "located_by": None,
                          "cell": ["2", "第2网格", "二网格", "3号网格", "9"]})  # fmt: skip
    assert known.place_in_cells(frame)["cell_key"].tolist() == [8193, 8194, 8194, 8195, 8192]
    assert known.unknown["cell"] == 1
