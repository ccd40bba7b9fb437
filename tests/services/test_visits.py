"""A visit is one to something: by its form, its key, its door or its ground. What names nothing comes back."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor

import pytest

from gridsvc.domain.sheets import plain_rows
from gridsvc.errors import InputError
from gridsvc.services import entries, linking, obligations, users
from gridsvc.services.users import NewUser
from gridsvc.store.tx import SYSTEM, Caller, begin
from tests import drawn
from tests.services.test_duty import A, B, cells_of, day, posts, team  # noqa: F401 - a fixture
from tests.services.test_people import PEOPLE, building
from tests.services.town import CODES, COUNTY, STREET

DOOR = {"小区": "南苑小区", "幢号": "1", "单元": "2", "室号": "501"}
LON, LAT = drawn.at(4.5, 0.5)


@pytest.fixture
def known(team):  # noqa: F811
    """A building with a door and somebody behind it, a village house, a hazard, an estate; cells of A by code."""
    houses = [
        building("b1", 0.5, 2.5, 小区="南苑小区", 幢号="1幢"),
        building("b2", 1.5, 2.5, 街路巷="铁匠路", 门牌号="57号"),
        building("b3", 2.5, 2.5, 街路巷="铁匠路", 门牌号="59号"),
    ]
    team.take("building", team.csv(houses, "b.csv"))
    team.take("person", team.csv([PEOPLE[0], {"姓名": "甲", "街路巷": "铁匠路", "门牌号": "57号", "室号": "", "地址": "铁匠路57号"}],
                                 "people.csv"))  # fmt: skip
    team.take(
        "hazard",
        team.csv([{"编号": "Y1", "类别": "消防", "发现日期": "2026-09-01", "经度": LON, "纬度": LAT}], "h.csv"),
    )
    team.cells = cells_of(team, A)
    return team


def brought(town, *rows, **more):
    lines = [{"时间": f"{day(-1)} {9 + n:02d}:00", "结果": "已巡查", **row} for n, row in enumerate(rows)]
    return town.take("visit", town.csv(lines, f"v{len(rows)}.csv"), **more)


def written(town):
    return town.rows("SELECT * FROM visit ORDER BY at")


def test_a_patrol_names_its_cell(known):
    """By code as key, with and without the kind of target; by a column of its own; by name."""
    (code, key), (_, second), (_, third), *_ = known.cells.items()
    name, other = (known.rows("SELECT name FROM cell WHERE key = %s", k)[0]["name"] for k in (second, third))
    done = brought(
        known, {"对象编号": code}, {"对象类型": "网格", "对象编号": name}, {"网格": other, "社区": "A社区"}, area=A
    )
    assert done.counts["rejected"] == 0, done.rejects
    found = written(known)
    assert [(r["target"], r["activity"], r["cell_key"]) for r in found] == [
        ("cell", "patrol", key), ("cell", "patrol", second), ("cell", "patrol", third)]  # fmt: skip
    assert [r["target_id"] for r in found] == [key, second, third]


def test_the_day_by_what_lists_call_it(known):
    headings = ("时间", "走访时间", "走访日期", "巡查日期", "检查日期", "日期")
    for n, heading in enumerate(headings, 1):
        done = known.take(
            "visit",
            known.csv([{heading: day(-n), "结果": "已巡查", "对象编号": "Y1"}], f"v{n}.csv"),
            list_name=heading,
        )
        assert (done.counts["new"], done.counts["rejected"]) == (1, 0), done.rejects
    assert sorted(r["day"].isoformat() for r in written(known)) == sorted(
        day(-n) for n in range(1, len(headings) + 1)
    )


def test_a_patrol_without_minutes_is_told(known):
    one, two, *_ = known.cells
    done = brought(known, {"网格": one, "分钟": "40"}, {"网格": two, "分钟": ""}, {"对象编号": "Y1", "分钟": ""})
    assert (done.counts["new"], done.warnings) == (3, {"visit.no_minutes": 1})


def test_a_visit_without_the_record_that_is_asked_for_is_told(known):
    """By the obligations that it was for: a hazard that is watched weekly in writing, and one that is not."""
    hazard = known.rows("SELECT id FROM hazard WHERE source_key = 'Y1'")[0]["id"]
    obligations.update(known.db)
    assert brought(known, {"对象编号": "Y1"}).warnings == {}
    with begin(known.db, SYSTEM, "jobs") as tx:
        tx.conn.execute("UPDATE hazard SET grade = '2' WHERE id = %s", (hazard,))
    obligations.update(known.db)
    assert brought(known, {"对象编号": "Y1"}, {"对象编号": "Y1", "文书号": "2026-7"}, {"网格": next(iter(known.cells)), "分钟": "9"}).warnings == {
        "visit.no_document": 1}  # fmt: skip


def test_patrols_of_cells_of_one_name_in_three_communities_are_three(known):
    """Also where the telephone was elsewhere: the cell that is named goes before it, and it is told as far."""
    rows = [{"时间": day(-1), "社区": f"{a}社区", "网格": "第1网格"} for a in "ABC"]
    done = brought(known, *rows)
    assert (done.counts["new"], done.counts["rejected"], done.counts["repeated"]) == (3, 0, 0), done.rejects
    assert {r["cell_key"] >> 13 for r in written(known)} == {int(c) for c in CODES.values()}
    assert brought(known, *rows).counts["same"] == 3
    far = {"社区": "A社区", "网格": "第1网格", "经度": LON, "纬度": LAT, "时间": f"{day(-2)} 10:00"}
    assert brought(known, far, {**far, "网格": "没有", "时间": f"{day(-2)} 11:00"}).reasons == {"visit.cell": 1}
    (row,) = known.rows("SELECT * FROM visit WHERE day = %s", day(-2))
    assert (row["cell_key"] >> 13, row["unconfirmed"]) == (int(A), True)


def test_a_key_goes_before_an_address(known):
    """A list of inspections with key and address: the hazard; a key that nothing has is not made good by an address."""
    at = {"地址": "铁匠路59号"}
    done = brought(
        known, {"对象编号": "Y1", **at}, {"对象编号": "Y1", "地址": "不存在路1号"}, {"对象编号": "TYPO", **at}
    )
    assert (done.counts["new"], done.reasons) == (2, {"visit.key_unknown": 1})
    assert {(r["target"], r["activity"], r["mode"], r["personal"]) for r in written(known)} == {
        ("hazard", "check", "inspect", False)}  # fmt: skip


def test_who_lived_there_then_was_visited_then(known):
    """A household that has moved out is the one that a visit before that day was to."""
    said = {"对象类型": "家庭", **DOOR, "时间": f"{day(-9)} 10:00"}
    (home,) = known.rows(
        "SELECT h.id, h.dwelling_id FROM household h JOIN dwelling d ON d.id = h.dwelling_id WHERE d.room = '501室'"
    )
    with begin(known.db, SYSTEM, "jobs") as tx:
        tx.conn.execute("UPDATE household SET ended = %s WHERE id = %s", (day(-5), home["id"]))
    assert brought(known, said).counts["new"] == 1
    assert written(known)[0]["target_id"] == home["id"]
    assert brought(known, {**said, "时间": f"{day(-2)} 10:00"}).reasons == {"visit.door": 1}


def test_the_officer_of_the_list_goes_before_one_who_has_a_post(known):
    """The same number in the street's list and in the community's: hers is the community's."""
    lists = {"list_name": "s", "area": STREET}
    known.take("officer", known.csv([{"姓名": "另一", "工号": "W1", "社区": "测试街道"}], "s.csv"), **lists)
    (other,) = known.rows("SELECT id FROM officer WHERE name = '另一'")
    with begin(known.db, SYSTEM, "jobs") as tx:
        tx.conn.execute(
            "UPDATE officer SET number = 'W1', cell_key = %s WHERE id = %s", (int(STREET) * 1000 << 13, other["id"])
        )
    cell = next(iter(known.cells))
    assert brought(known, {"工号": "W1", "网格": cell}, area=A).counts["new"] == 1
    assert written(known)[0]["officer_id"] not in (None, other["id"])


def test_an_area_that_is_misspelt_is_not_the_list_s_own(known):
    done = brought(
        known,
        {"对象类型": "社区", "社区": "宝搭社区"},
        {"对象类型": "社区", "社区": "B社区"},
        {"对象类型": "社区", "对象编号": "C社区"},
    )
    assert (done.counts["new"], done.reasons) == (2, {"visit.area": 1})
    assert [r["cell_key"] >> 13 for r in written(known)] == [int(CODES["B"]), int(CODES["C"])]


def test_the_estate_alone_is_the_estate_with_coordinates_it_is_a_patrol(known):
    known.take("estate", known.csv([{"名称": "南苑小区", "经度": LON, "纬度": LAT}], "e.csv"))
    done = brought(known, {"小区": "南苑小区"}, {"小区": "南苑小区", "经度": LON, "纬度": LAT})
    assert done.counts["rejected"] == 0, done.rejects
    assert [(r["target"], r["activity"]) for r in written(known)] == [("estate", "check"), ("cell", "patrol")]


def test_columns_that_were_not_read_before_make_no_other_visits(known):
    """Lists from before: 网格 and 社区 beside a door or coordinates tell no row from another."""
    for row in (DOOR, {"经度": LON, "纬度": LAT}):
        assert brought(known, row).counts["new"] == 1
    more = {"社区": "A社区", "网格": next(iter(known.cells))}
    done = brought(known, {**DOOR, **more})
    assert (done.counts["new"], done.counts["same"]) == (0, 1)
    done = brought(known, {"经度": LON, "纬度": LAT, **more})
    assert (done.counts["new"], done.counts["changed"]) == (0, 1)  # now it names its cell


def test_two_patrols_at_once_in_two_cells_are_two(known):
    one, two, *_ = known.cells
    assert brought(known, {"时间": day(-1), "网格": one}, {"时间": day(-1), "网格": two}).counts["new"] == 2


def test_a_key_says_by_itself_what_it_is_of(known):
    done = brought(known, {"对象编号": "Y1"}, {"对象编号": "b1"}, {"对象编号": "Y1", "事项": "走访"})
    assert done.counts["rejected"] == 0, done.rejects
    assert [(r["target"], r["activity"]) for r in written(known)] == [
        ("hazard", "check"), ("building", "visit"), ("hazard", "visit")]  # fmt: skip
    assert all(r["target_id"] for r in written(known))


def test_a_key_of_two_lists_asks_for_the_kind(known):
    lon, lat = drawn.at(4.5, 1.5)
    known.take(
        "organisation", known.csv([{"编号": "Y1", "名称": "甲厂", "类别": "企业", "经度": lon, "纬度": lat}], "o.csv")
    )
    done = brought(known, {"对象编号": "Y1"}, {"对象编号": "Y1", "对象类型": "隐患"})
    assert (done.counts["new"], done.reasons) == (1, {"visit.key_unknown": 1})


def test_a_door_that_is_no_more_is_known_for_the_days_before(known):
    """A list that comes after the building was pulled down, or the room was: earlier days count, later ones come back."""
    with begin(known.db, SYSTEM, "jobs") as tx:
        tx.conn.execute("UPDATE dwelling SET ended = %s WHERE room IN ('501', '501室')", (day(-3),))
        tx.conn.execute("UPDATE building SET ended = %s WHERE street = '铁匠路' AND housenumber = '59号'", (day(-3),))
    rows = [{"时间": day(back), **what} for back in (-5, -3)
            for what in (DOOR, {"街路巷": "铁匠路", "门牌号": "59号", "对象类型": "楼栋"})]  # fmt: skip
    done = brought(known, *rows, area=A)
    assert (done.counts["new"], done.counts["rejected"]) == (2, 2), done.rejects
    found = written(known)
    assert [r["target"] for r in found] == ["dwelling", "building"]
    assert {r["day"].isoformat() for r in found} == {day(-5)}
    ended = known.rows(
        "SELECT id FROM dwelling WHERE ended IS NOT NULL UNION ALL SELECT id FROM building WHERE ended IS NOT NULL"
    )
    assert [r["target_id"] for r in found] == [r["id"] for r in ended]


def test_of_several_buildings_of_a_day_none_is_meant(known):
    """Two that stand and one that is no more have one name: the visit comes back, it is not filed to the third."""
    more = [building(key, 2.6, 2.6, 街路巷="铁匠路", 门牌号="59号") for key in ("b4", "b5")]
    known.take("building", known.csv(more, "b4.csv"), list_name="others")
    with begin(known.db, SYSTEM, "jobs") as tx:
        tx.conn.execute("UPDATE building SET ended = %s WHERE source_key = 'b5'", (day(-3),))
    done = brought(known, {"时间": day(-5), "街路巷": "铁匠路", "门牌号": "59号", "对象类型": "楼栋"}, area=A)
    assert (done.counts["new"], done.counts["rejected"]) == (0, 1)


def test_what_stands_behind_a_door(known):
    """The household and stairwell of a door; an address without a room names its only dwelling or the building."""
    known.take("unit", known.csv([{"小区": "南苑小区", "幢号": "1", "单元": "2"}], "u.csv"))
    done = brought(
        known, {"对象类型": "家庭", **DOOR}, {"对象类型": "单元", **DOOR, "室号": ""}, {"地址": "铁匠路57号"}, {"地址": "南苑小区1幢2单元501室"},
    )  # fmt: skip
    assert done.counts["rejected"] == 0, done.rejects
    found = written(known)
    assert [r["target"] for r in found] == ["household", "unit", "dwelling", "dwelling"]
    assert all(r["target_id"] for r in found)
    known.take(
        "dwelling", known.csv([{"街路巷": "铁匠路", "门牌号": "59号", "室号": n} for n in ("101", "102")], "d.csv")
    )
    assert brought(known, {"地址": "铁匠路59号", "时间": day(-2)}).counts["new"] == 1
    (row,) = known.rows("SELECT target, target_id, personal FROM visit WHERE day = %s", day(-2))
    assert (row["target"], row["personal"], bool(row["target_id"])) == ("building", False, True)


NOTHING = [
    ({}, "cell", None, "visit.nowhere"),
    ({"网格": "没有的网格"}, "cell", "没有的网格", "visit.cell"),
    ({"对象编号": "Y9"}, "target_key", "Y9", "visit.key_unknown"),
    ({"对象类型": "隐患", "对象编号": "b1"}, "target_key", "b1", "visit.key_unknown"),
    ({"对象类型": "隐患"}, "target_key", None, "visit.no_target"),
    ({**DOOR, "室号": "999"}, "room", "南苑小区 1 2 999", "visit.door"),
    ({**DOOR, "幢号": "9"}, "room", "南苑小区 9 2 501", "visit.door"),
    ({"小区": "南苑小区", "幢号": "9"}, "building_no", "南苑小区 9", "visit.door"),
    ({"地址": "铁匠路999号101室"}, "address", "铁匠路999号101室", "visit.door"),
    ({"对象类型": "人", **DOOR}, "room", "南苑小区 1 2 501", "visit.door"),
    ({"对象编号": "Y1", "分钟": "5000"}, "minutes", "5000", "visit.minutes"),
    ({"工号": "W9", "对象编号": "Y1"}, "officer", "W9", "visit.officer"),
]  # fmt: skip


def test_what_names_nothing_comes_back(known):
    """From a file with its field, value and remedy beside the good rows; over HTTP and by hand as a refusal."""
    done = brought(known, *(row for row, *_ in NOTHING), {"对象编号": "Y1", "工号": "W1"})
    assert (done.counts["new"], done.counts["rejected"]) == (1, len(NOTHING))
    told = {r["row_no"]: (r["field"], r["value"], r["reason"]) for r in plain_rows(done.rejects)}
    assert told == {n: tuple(said) for n, (_, *said) in enumerate(NOTHING, 2)}
    names = {"对象编号": "target_key", "对象类型": "target", "工号": "officer", "网格": "cell", "小区": "estate", "幢号": "building_no",
             "单元": "unit_no", "室号": "room", "地址": "address", "分钟": "minutes"}  # fmt: skip
    for row, *_ in NOTHING:
        said = {names[k]: v for k, v in row.items()} | {"at": f"{day(-1)} 09:00", "outcome": "done"}
        with pytest.raises(InputError) as caught:
            entries.create(known.db, SYSTEM, "visit", said)
        assert caught.value.code == "entry.rejected", row


def test_ground_without_a_cell_is_still_a_place(known):
    """A patrol with coordinates is kept wherever it was."""
    assert brought(known, {"经度": LON, "纬度": LAT}).counts["new"] == 1


def test_who_had_left_made_her_visits_before(known):
    """An officer who left, and one of the street whose post is in the community."""
    known.take(
        "officer", known.csv([{"姓名": "丙", "工号": "S1", "社区": "测试街道"}], "s.csv"), area=STREET, list_name="s"
    )
    posts(known, {"工号": "S1", "岗位": "包联干部", "社区": "A社区", "起": "2020-01-01"})
    row = known.rows("SELECT id FROM officer WHERE number = 'W1'")[0]["id"]
    state = entries.one(known.db, SYSTEM, "officer", row)["etag"]
    entries.end(known.db, SYSTEM, "officer", row, dt.date.fromisoformat(day(-3)), "moved", state)
    cell = next(iter(known.cells))
    lines = [
        {"时间": f"{day(n)} 09:00", "工号": who, "网格": cell} for n, who in ((-5, "W1"), (-2, "W1"), (-2, "S1"))
    ]
    done = brought(known, *lines, area=A)
    assert (done.counts["new"], done.reasons) == (2, {"visit.officer": 1})
    assert {r["officer_id"] is None for r in written(known)} == {False}


def test_a_visit_to_a_named_cell_from_afar_is_not_confirmed(known):
    code = next(iter(known.cells))
    assert brought(known, {"对象编号": code, "经度": LON, "纬度": LAT}).counts["new"] == 1
    (row,) = written(known)
    assert row["unconfirmed"]
    assert row["far_m"] > 200
    assert row["cell_key"] == known.cells[code]


def test_visits_stay_with_what_they_were_to(known):
    """When the division changes, and when what was visited gets another cell; a patrol without a name stays where it was."""
    away = {"经度": LON, "纬度": LAT}
    assert brought(known, {**DOOR, **away}, {"对象编号": "b1", **away}, away).counts["new"] == 3
    known.divide(method="square", size_m=60)
    joined = (
        "SELECT v.cell_key AS v, t.cell_key AS t FROM visit v JOIN {} t ON t.id = v.target_id WHERE v.target = '{}'"
    )
    for kind in ("dwelling", "building"):
        (row,) = known.rows(joined.format(kind, kind))
        assert (row["v"] == row["t"], row["v"] >> 13) == (True, int(A))
    (ground,) = known.rows("SELECT cell_key AS k FROM visit WHERE target = 'cell'")
    assert ground["k"] >> 13 == int(B)
    with begin(known.db, SYSTEM, "jobs") as tx:
        tx.conn.execute("UPDATE dwelling SET cell_key = %s", (ground["k"],))
    assert linking.follow_visits(known.db) == 1
    (row,) = known.rows(joined.format("dwelling", "dwelling"))
    assert row["v"] == row["t"] == ground["k"]
    with begin(known.db, SYSTEM, "jobs") as tx:  # the second candidate of a border, too
        tx.conn.execute("UPDATE dwelling SET cell_alt = %s", (known.cells[next(iter(known.cells))],))
    assert linking.follow_visits(known.db) == 1
    assert linking.follow_visits(known.db) == 0
    (row,) = known.rows(
        joined.format("dwelling", "dwelling").replace("v.cell_key AS v, t.cell_key", "v.cell_alt AS v, t.cell_alt")
    )
    assert row["v"] == row["t"] is not None


def test_visits_are_not_filed_while_cells_are_published(known):
    """Who publishes has the ground: the cells of before would be written over those of now."""
    brought(known, {"对象编号": "b1", "结果": "已见面"})
    known.rows("UPDATE building SET cell_key = cell_key + 1 WHERE source_key = 'b1' RETURNING id")
    with ThreadPoolExecutor(1) as threads:
        with begin(known.db, SYSTEM, "jobs") as tx:
            tx.run("ground/own")
            filed = threads.submit(linking.follow_visits, known.db)
            with pytest.raises(TimeoutError):
                filed.result(0.5)
        assert filed.result(20) == 1


def test_a_clerk_finds_only_what_she_sees(known):
    """The key of a hazard in another community is as unknown to a community's clerk as one that is not there."""
    who = Caller(users.add(known.db, SYSTEM, NewUser("k", "k", "community", A))[0])
    said = {"at": f"{day(-1)} 09:00", "outcome": "done", "target_key": "Y1"}
    with pytest.raises(InputError):
        entries.create(known.db, who, "visit", said)
    assert entries.create(known.db, SYSTEM, "visit", {**said, "area": COUNTY})["target"] == "hazard"
