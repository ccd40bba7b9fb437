"""Lists of people, doors and households: joined, placed, sealed, idempotent, undone, seen by whose duty it is."""

import json

import pytest

from gridsvc.domain.codes import cell_codes
from gridsvc.domain.records import RECORDS
from gridsvc.errors import ConflictError, ForbiddenError
from gridsvc.services import batches, installation, users
from gridsvc.services.users import NewUser
from gridsvc.store.tx import SYSTEM, Caller, begin
from tests import drawn
from tests.domain.test_people import number
from tests.services.town import CODES, COUNTY, DIVIDED

A, B = CODES["A"], CODES["B"]
ID1, ID2, ID3 = (number(b) for b in ("99010119400305001", "99010119850101002", "99010120200607003"))


def building(key, column, row, **more):
    lon, lat = drawn.at(column, row)
    return {"编号": key, "经度": lon, "纬度": lat, **more}


def person(name, **more):
    return {"姓名": name, "小区": "南苑小区", "幢号": "1幢", "单元": "2单元", "室号": "501室", **more}


PEOPLE = [
    person(
        "张大山", 身份证号=ID1, 与户主关系="户主", 电话="13800001234", 服务类别="独居老人；高龄老人", 人口类别="户籍"
    ),
    person("李小溪", 身份证号=ID2, 与户主关系="配偶", 幢号="01", 单元="2", 室号="501"),
    person("王小石", 身份证号=ID3, 幢号="２号楼", 单元="1", 室号="101", 性别="女", 人口类别="流动人口"),
    person("赵远", 小区="不存在的小区", 出生日期="1990-05-06"),
]


def three_houses(cells):
    """Three buildings: two of an estate in A and in B, one in a street of B."""
    rows = [
        building("b1", 0.5, 2.5, 小区="南苑小区", 幢号="1幢"),
        building("b2", 5.5, 0.5, 小区="南苑小区", 幢号="2幢"),
        building("b3", 4.5, 1.5, 街路巷="北京东路", 门牌号="121号"),
    ]
    assert cells.take("building", cells.csv(rows, "buildings.csv")).counts["new"] == 3


def settled(houses):
    """The residents of them."""
    return houses.take("person", houses.csv(PEOPLE, "people.csv"))


@pytest.fixture
def houses(founded):
    return founded(*DIVIDED, three_houses)


@pytest.fixture
def lived_in(founded):
    return founded(*DIVIDED, three_houses, settled)


def people(town):
    return {r["name"]: r for r in town.rows("SELECT *, ST_X(geom) AS x FROM person ORDER BY id")}


def test_people_stand_at_the_door_they_name(houses):
    done = settled(houses)
    assert done.counts | {"rows": 4, "new": 4, "unlocated": 1, "new_dwelling": 2, "new_household": 2} == done.counts
    assert done.warnings == {"door.unknown": 1}
    found = people(houses)
    one, two, three, four = (found[n] for n in ("张大山", "李小溪", "王小石", "赵远"))
    assert one["cell_key"] >> 13 == int(A)
    assert three["cell_key"] >> 13 == int(B)
    assert one["cell_key"] % 8192 > 0
    assert one["located_by"] == three["located_by"] == "address-exact"
    assert (one["dwelling_id"], one["household_id"]) == (two["dwelling_id"], two["household_id"])
    assert one["dwelling_id"] != three["dwelling_id"]
    assert (four["x"], four["dwelling_id"], four["cell_key"]) == (None, None, int(COUNTY) * 10**6 * 8192)
    home = houses.rows("SELECT head FROM household WHERE id = %s", one["household_id"])[0]
    assert home["head"] == "张大山"
    assert (str(one["birth"]), one["sex"], three["sex"], one["relation"]) == ("1940-03-05", "m", "f", "01")
    assert [c["code"] for c in one["categories"]] == ["01", "03"]


def test_the_same_list_again_changes_nothing_and_a_change_is_one(lived_in):
    again = lived_in.take("person", lived_in.csv(PEOPLE, "people.csv"))
    assert (again.counts["same"], again.batch_id) == (4, None)
    moved = [*PEOPLE[:2], {**PEOPLE[2], "幢号": "1幢"}, PEOPLE[3]]
    done = lived_in.take("person", lived_in.csv(moved, "people.csv"))
    assert (done.counts["changed"], done.counts["same"], done.counts["new_dwelling"]) == (1, 3, 1)
    assert people(lived_in)["王小石"]["cell_key"] >> 13 == int(A)
    lived_in.undo(done.batch_id)
    assert people(lived_in)["王小石"]["cell_key"] >> 13 == int(B)
    assert lived_in.count("dwelling") == 2


def test_undo_takes_back_the_doors_and_households_that_a_list_made(lived_in):
    lived_in.undo(lived_in.rows("SELECT max(id) AS id FROM import_batch WHERE kind = 'person'")[0]["id"])
    assert [lived_in.count(t) for t in ("person", "household", "dwelling")] == [0, 0, 0]


def test_a_list_of_dwellings_describes_the_doors_that_people_brought(lived_in):
    row = {"小区": "南苑小区", "幢号": "1幢", "单元": "2", "室号": "501", "用途": "出租", "面积": "88.5"}
    done = lived_in.take("dwelling", lived_in.csv([row], "dwellings.csv"))
    assert (done.counts["new"], done.counts["changed"]) == (0, 1)
    found = lived_in.rows("SELECT use, area_m2 FROM dwelling ORDER BY area_m2 NULLS LAST")
    assert [r["use"] for r in found] == ["let", None]


def test_a_building_that_people_live_in_is_not_taken_back(lived_in):
    batch = lived_in.rows("SELECT max(id) AS id FROM import_batch WHERE kind = 'building'")[0]["id"]
    with pytest.raises(ConflictError) as told:
        lived_in.undo(batch)
    assert told.value.code == "batch.referred"


def test_people_move_with_the_ground(lived_in):
    before = {n: r["cell_key"] for n, r in people(lived_in).items()}
    lived_in.divide(method="hex", size_m=90)
    after = {n: r["cell_key"] for n, r in people(lived_in).items()}
    cells = {r["key"] for r in lived_in.rows("SELECT cell_key AS key FROM cell_version WHERE upper(valid) IS NULL")}
    assert {after[n] for n in ("张大山", "王小石")} <= cells
    assert before["赵远"] == after["赵远"]


def everything(town):
    """The text of every row of every table."""
    tables = [r["t"] for r in town.rows("SELECT tablename AS t FROM pg_tables WHERE schemaname = 'public'")]
    return "\n".join(r["x"] for t in tables for r in town.rows(f"SELECT t::text AS x FROM {t} t"))


def test_numbers_are_sealed_wherever_they_are_kept(lived_in):
    bad = [person("孙一", 身份证号=ID2[:17] + ("1" if ID2[17] != "1" else "2"), 电话="13911112222"),
           person("周二", 身份证号=ID1, 电话="13811112222")]  # fmt: skip
    done = lived_in.take("person", lived_in.csv(bad, "more.csv"))
    assert done.reasons == {"value.id_no": 1}
    text = everything(lived_in)
    for secret in (ID1, ID2, ID3, ID2[:17], "13800001234", "13911112222", "13811112222"):
        assert secret not in text
    assert "孙一" not in text  # rejected rows of people are sealed as a whole
    sheet = batches.rejects(lived_in.db, SYSTEM, done.batch_id).sheet
    assert sheet["姓名"].tolist() == ["孙一"]
    key = installation.field_key(lived_in.db.settings)
    row = people(lived_in)["张大山"]
    assert key.open([row["id_no"], row["phone"]]) == [ID1, "13800001234"]
    assert key.digests([ID1]) == [row["id_hash"]]


def test_what_must_not_be_recorded_is_nowhere(houses):
    rows = [
        person("甲一", 身份证号=ID1, 民族="某族甲", 政治面貌="某党乙", 服务类别="独居老人；吸毒人员丙"),
        person("甲二", 身份证号="1", 宗教信仰="某教丁", 服务类别="低保；信访重点戊"),
        person("甲二", 身份证号="1", 宗教信仰="某教丁", 服务类别="低保；信访重点戊", 室号="9"),
    ]
    done = houses.take("person", houses.csv(rows, "ledger.csv"))
    assert (done.counts["new"], done.counts["rejected"]) == (1, 2)
    assert sorted(done.dropped) == ["宗教信仰", "政治面貌", "民族"]
    assert done.warnings["person.refused_category"] == 3
    sheet = batches.rejects(houses.db, SYSTEM, done.batch_id).sheet.to_csv()
    for word in ("某族甲", "某党乙", "某教丁", "吸毒", "信访"):
        assert word not in everything(houses), word
        assert word not in sheet, word
        assert word not in done.rejects.to_csv(), word


def account(town, role, area=None, cells=()):
    return Caller(users.add(town.db, SYSTEM, NewUser(role, role, role, area, tuple(cells)))[0])


@pytest.mark.parametrize("table", [k for k, r in RECORDS.items() if r.personal])
def test_residents_are_seen_by_those_whose_duty_they_are(lived_in, table):
    town = lived_in
    cell = people(town)["张大山"]["cell_key"]
    whole = {r["id"]: r["cell_key"] for r in town.rows(f"SELECT id, cell_key FROM {table}")}
    inside = {
        "county": lambda _: True, "street": lambda k: k >> 13 != int(COUNTY) * 10**6,
        "community": lambda k: k >> 13 == int(A), "officer": lambda k: k == cell, "analyst": lambda _: False,
        "auditor": lambda _: False, "admin": lambda _: False,
    }  # fmt: skip
    areas = {"county": COUNTY, "street": "990105001", "community": A, "analyst": COUNTY}
    for role, sees in inside.items():
        code = [str(cell_codes([cell])[0])] if role == "officer" else []
        who = account(town, role, areas.get(role), code)
        with begin(town.db, who, "read") as tx:
            found = {r["id"] for r in tx.conn.execute(f"SELECT id FROM {table}").fetchall()}
            assert found == {i for i, k in whole.items() if sees(k)}, role
            touched = tx.conn.execute(f"UPDATE {table} SET ended = NULL").rowcount
            assert touched == len(found), role
            foreign = [i for i in whole if i not in found]
            assert tx.conn.execute(f"DELETE FROM {table} WHERE id = ANY(%s)", (foreign,)).rowcount == 0


@pytest.mark.parametrize("role", ["admin", "analyst"])
def test_lists_of_people_are_not_for_those_without_the_duty(houses, role):
    who = account(houses, role, COUNTY if role == "analyst" else None)
    with pytest.raises(ForbiddenError):
        houses.take("person", houses.csv(PEOPLE, "people.csv"), who, area=COUNTY)


def test_rejected_residents_are_as_personal_as_residents(houses):
    rows = [person("孙一", 身份证号="123")]
    done = houses.take("person", houses.csv(rows, "people.csv"))
    assert done.counts["rejected"] == 1
    with begin(houses.db, account(houses, "county", COUNTY), "import") as tx:
        assert len(tx.rows("reject/list", batch_id=done.batch_id)) == 1
    with begin(houses.db, account(houses, "admin"), "import") as tx:
        assert tx.rows("reject/list", batch_id=done.batch_id) == []
    assert json.dumps(done.report(), default=str).count("孙一") == 0


def test_loads_of_few_residents_are_not_told_also_after_a_change_by_hand(lived_in):
    from gridsvc.domain.recipe import Recipe
    from gridsvc.services import dividing, divisions, editing

    lived_in.take("person", lived_in.csv([{"姓名": "钱一", "街路巷": "北京东路", "门牌号": "121号"}], "more.csv"))
    (draft,) = dividing.divide(lived_in.db, SYSTEM, B, dividing.Wish(Recipe(cells=2), weight="people"))
    done = editing.merge(lived_in.db, SYSTEM, draft.division_id, [1, 2])
    for figures in (draft.figures, done.figures):
        assert (figures["load_max"], figures["load_min"]) == (0, 0)  # two people live here
    assert divisions.cells(lived_in.db, SYSTEM, draft.division_id)["load"].isna().all()
