"""The kinds of record beside events and buildings: taken in, coded, placed, idempotent, undone."""

import pytest

from gridsvc.services import codelists
from gridsvc.store.tx import SYSTEM
from tests import drawn
from tests.services.test_people import building
from tests.services.town import CODES, DIVIDED

A, B = CODES["A"], CODES["B"]
LON, LAT = drawn.at(0.5, 2.5)
PLACE = {"经度": LON, "纬度": LAT}
# kind -> a row as an office writes it, and what is stored
ROWS = {
    "resident_group": ({"社区": "B社区", "小组名称": "第三居民小组", "户数": "41"}, {"name": "第三居民小组", "households": 41}),
    "unit": (
        {"小区": "南苑小区", "幢号": "1号楼", "单元": "2", "层数": "6", "户数": "12"},
        {"unit_no": "2", "floors": 6, "dwellings": 12, "located_by": "address-exact"},
    ),
    "facility": (
        {"设施名称": "宝塔卫生站", "类型": "社区卫生服务站", "电话": "025-57001234", "床位": "6", **PLACE},
        {"name": "宝塔卫生站", "class": "01", "phone": "025-57001234", "capacity": 6},
    ),
    "component": (
        {"部件名称": "路灯12", "小类": "路灯杆", "权属单位": "路灯所", "安装日期": "2019-05-01", **PLACE},
        {"name": "路灯12", "class": "01007", "owner": "路灯所"},
    ),
    "organisation": (
        {"单位名称": "示例小吃店", "行业": "饭店", "负责人": "某人", "小区": "南苑小区", "幢号": "1", "从业人数": "3"},
        {"class": "03", "employees": 3, "located_by": "address-exact"},
    ),
    "hazard": (
        {"隐患名称": "楼道堆物", "类别": "消防隐患", "级别": "重大隐患", "发现日期": "2026-09-01", "限期": "2026-09-15", **PLACE},
        {"class": "01", "grade": "2", "state": "found"},
    ),
    "hazard_source": (
        {"危险源名称": "东门加油站", "类型": "加油站", "级别": "三级", "所属单位": "某公司", **PLACE},
        {"class": "02", "grade": "3", "organisation": "某公司"},
    ),
    "zone": (
        {"责任区名称": "南河北段", "类型": "河道", "责任单位": "水务站",
         "wkt": f"LINESTRING({LON} {LAT},{LON + 0.001} {LAT})"},
        {"name": "南河北段", "class": "02", "operator": "水务站"},
    ),
    "dwelling": (
        {"小区": "南苑小区", "幢号": "#1", "单元": "2单元", "室号": "501", "用途": "出租屋", "出租日期": "2025-01-01"},
        {"use": "let", "room": "501", "located_by": "address-exact"},
    ),
    "household": (
        {"户号": "H1", "户主": "某人", "小区": "南苑小区", "幢号": "1幢", "室号": "501"},
        {"number": "H1", "located_by": "address-exact"},
    ),
}  # fmt: skip


def one_house(cells):
    cells.take("building", cells.csv([building("b1", 0.5, 2.5, 小区="南苑小区", 幢号="1幢")], "buildings.csv"))


@pytest.fixture
def houses(founded):
    return founded(*DIVIDED, one_house)


@pytest.mark.parametrize("kind", list(ROWS))
def test_a_list_is_taken_stays_and_is_undone(houses, kind):
    row, stored = ROWS[kind]
    path = houses.csv([row], f"{kind}.csv")
    done = houses.take(kind, path)
    assert (done.counts["new"], done.reasons) == (1, {}), done.rejects
    found = houses.rows(f"SELECT * FROM {kind}")[0]
    assert {k: found[k] for k in stored} == stored
    assert found["cell_key"] >> 13 == int(B if kind == "resident_group" else A)
    assert houses.take(kind, path).counts["same"] == 1
    houses.undo(done.batch_id)
    assert houses.count(kind) == 0
    assert houses.count("dwelling") == 0


@pytest.mark.parametrize("kind", [k for k, (row, _) in ROWS.items() if "经度" in row])
def test_records_move_with_the_ground(houses, kind):
    houses.take(kind, houses.csv([ROWS[kind][0]], f"{kind}.csv"))
    houses.divide(method="hex", size_m=90)
    key = houses.rows(f"SELECT cell_key AS key FROM {kind}")[0]["key"]
    assert key in {
        r["key"] for r in houses.rows("SELECT cell_key AS key FROM cell_version WHERE upper(valid) IS NULL")
    }


def test_a_word_that_no_code_table_has_is_rejected_until_it_has(houses):
    row = {**ROWS["facility"][0], "类型": "共享书屋"}
    done = houses.take("facility", houses.csv([row], "f.csv"))
    assert done.reasons == {"value.code": 1}
    assert done.rejects["value"].tolist() == ["共享书屋"]
    codelists.add(houses.db, SYSTEM, "facility_class", "20", "共享书屋")
    assert houses.take("facility", houses.csv([row], "f.csv")).counts["new"] == 1


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ({"状态": "已销号"}, "hazard.closed_without_date"),
        ({"销号日期": "2026-08-01"}, "hazard.closed_before_found"),
        ({"发现日期": "昨天"}, "value.date"),
        ({"级别": "特大"}, "value.code"),
        ({"发现日期": ""}, "value.missing"),
    ],
)
def test_hazards_that_cannot_be(houses, more, reason):
    done = houses.take("hazard", houses.csv([{**ROWS["hazard"][0], **more}], "h.csv"))
    assert done.reasons == {reason: 1}


def test_a_door_that_two_buildings_have_is_nobodys(houses):
    twice = [building(f"c{i}", 0.5 + i, 2.5, 小区="北苑", 幢号="3幢") for i in (0, 1)]
    houses.take("building", houses.csv(twice, "more.csv"))
    done = houses.take("dwelling", houses.csv([{"小区": "北苑", "幢号": "3", "室号": "101"}], "d.csv"))
    assert (done.counts["unlocated"], done.warnings) == (1, {"door.unknown": 1})
