"""Officers, posts and visits: the scope follows posts and dates by itself; visits say what they were to."""

import datetime as dt

import pytest

from gridsvc.domain.codes import cell_codes
from gridsvc.domain.obligations import OF_AREA, OF_CELL
from gridsvc.errors import InputError, MissingError
from gridsvc.services import entries, plans, users
from gridsvc.services.users import NewUser
from gridsvc.store.tx import SYSTEM, Caller, begin
from tests import drawn
from tests.services.test_people import PEOPLE, building
from tests.services.town import CODES, COUNTY, DIVIDED, event

A, B = CODES["A"], CODES["B"]
TODAY = dt.datetime.now(dt.timezone(dt.timedelta(hours=8))).date()


def day(offset):
    return (TODAY + dt.timedelta(days=offset)).isoformat()


def two_officers(cells):
    rows = [{"姓名": "钱一", "工号": "W1", "社区": "A社区"}, {"姓名": "钱二", "工号": "W2", "社区": "B社区"}]
    assert cells.take("officer", cells.csv(rows, "officers.csv")).counts["new"] == 2
    cells.events([event(10 * x + y, x + 0.5, y + 0.5) for x in range(6) for y in range(3)])


@pytest.fixture
def team(founded):
    """Two officers with accounts, an event in every cell, no posts yet."""
    made = founded(*DIVIDED, two_officers)
    made.who = {n: account(made, n) for n in ("W1", "W2")}
    return made


def account(town, number):
    return Caller(users.add(town.db, SYSTEM, NewUser(number, number, "officer", officer=number))[0])


def posts(town, *rows):
    done = town.take("post", town.csv(list(rows), "posts.csv"), list_name=f"posts {len(rows)} {rows[0]}"[:60])
    assert done.counts["rejected"] == 0, done.rejects
    return done


def seen(town, who):
    with begin(town.db, who, "read") as tx:
        return {r["k"] for r in tx.conn.execute("SELECT cell_key AS k FROM event").fetchall()}


def cells_of(town, area):
    keys = [r["key"] for r in town.rows("SELECT key FROM cell WHERE area_code = %s ORDER BY key", area)]
    return dict(zip((str(c) for c in cell_codes(keys)), keys, strict=True))


def test_without_a_post_there_is_nothing(team):
    assert seen(team, team.who["W1"]) == set()


def test_a_post_on_a_cell_gives_that_cell_and_ends_with_its_last_day(team):
    (one, key), (two, other), *_ = cells_of(team, A).items()
    posts(
        team,
        {"工号": "W1", "岗位": "网格员", "网格": one, "起": day(-30), "止": day(0)},
        {"工号": "W1", "岗位": "网格员", "网格": two, "起": day(-30), "止": day(-1)},
        {"工号": "钱二", "岗位": "专职网格员", "网格": two, "起": day(1)},
    )
    assert seen(team, team.who["W1"]) == {key}  # today is the last day; the other post ended yesterday
    assert seen(team, team.who["W2"]) == set()  # hers begins tomorrow
    assert other not in seen(team, team.who["W1"])


def test_a_transfer_takes_effect_with_the_day(team):
    (one, key), (_, other), *_ = cells_of(team, A).items()
    posts(team, {"工号": "W1", "岗位": "网格员", "网格": one, "起": day(-30)})
    assert seen(team, team.who["W1"]) == {key}
    team.rows("UPDATE post SET ends = %s, ended = NULL RETURNING id", TODAY - dt.timedelta(days=1))
    assert seen(team, team.who["W1"]) == set()
    assert other not in seen(team, team.who["W1"])


def test_standing_in_gives_the_cell_for_those_days(team):
    one, key = next(iter(cells_of(team, B).items()))
    posts(team, {"工号": "W1", "岗位": "网格员", "网格": one, "起": day(-1), "止": day(1), "代班": "是"})
    assert seen(team, team.who["W1"]) == {key}


def test_a_post_on_an_area_gives_all_of_it(team):
    posts(team, {"工号": "W1", "岗位": "网格长", "社区": "A社区", "起": day(-1)})
    assert seen(team, team.who["W1"]) == set(cells_of(team, A).values())


def test_posts_on_buildings_mean_duty_and_no_sight(team):
    team.take("building", team.csv([building("b1", 0.5, 2.5, 小区="南苑小区", 幢号="1幢")], "b.csv"))
    posts(team, {"工号": "W1", "岗位": "楼栋长", "小区": "南苑小区", "幢号": "1", "起": day(-1)},
          {"工号": "W1", "岗位": "单元长", "小区": "南苑小区", "幢号": "1", "单元": "2", "起": day(-1)})  # fmt: skip
    assert {r["target"] for r in team.rows("SELECT target FROM post")} == {"building", "unit"}
    assert seen(team, team.who["W1"]) == set()


def test_an_officer_sees_her_own_posts_and_nobody_elses(team):
    codes = list(cells_of(team, A))
    posts(
        team,
        {"工号": "W1", "岗位": "网格员", "网格": codes[0], "起": day(-9), "止": day(-2)},
        {"工号": "W2", "岗位": "网格员", "网格": codes[1], "起": day(-9)},
    )
    with begin(team.db, team.who["W1"], "read") as tx:
        found = tx.conn.execute("SELECT o.number FROM post p JOIN officer o ON o.id = p.officer_id").fetchall()
        assert [r["number"] for r in found] == ["W1"]
        assert tx.conn.execute("UPDATE post SET ends = NULL").rowcount == 0
        assert tx.conn.execute("UPDATE officer SET user_id = NULL").rowcount == 0


def test_who_stands_in_is_seen_where_she_does_and_kept_where_she_belongs(team):
    """The clerk of A reads who has a post on A, also of another area's list, and cannot change her record; who had one
    stays known; whom nobody posted there is not seen."""
    codes, more = list(cells_of(team, A)), [{"姓名": "钱三", "工号": "W3", "社区": "B社区"}]
    team.take("officer", team.csv(more, "more.csv"), list_name="more")
    posts(
        team,
        {"工号": "W1", "岗位": "专职网格员", "网格": codes[0], "起": day(-30)},
        {"工号": "W2", "岗位": "专职网格员", "网格": codes[0], "起": day(-1), "止": day(1), "代班": "是"},
        {"工号": "W2", "岗位": "专职网格员", "网格": codes[1], "起": day(-60), "止": day(-50)},
    )
    clerk = Caller(users.add(team.db, SYSTEM, NewUser("clerk", "甲", "community", A))[0])
    with begin(team.db, clerk, "read") as tx:
        found = {
            r["number"]: r for r in tx.conn.execute("SELECT id, number, xmin::text AS v FROM officer").fetchall()
        }
        held = tx.rows("gap/holders", keys=list(cells_of(team, A).values())[:2], day=TODAY, of_cell=list(OF_CELL),
                       of_area=list(OF_AREA))  # fmt: skip
        assert tx.conn.execute("UPDATE officer SET phone = NULL WHERE number = 'W2'").rowcount == 0
    assert set(found) == {"W1", "W2"}
    assert [r["officers"] for r in held] == ["钱二、钱一"]  # she before whom she stands in for
    shown, _ = entries.listing(team.db, clerk, "officer")
    assert [r["number"] for r in shown] == ["W1"]  # the list is that of the area
    two, one = found["W2"], found["W1"]
    assert entries.one(team.db, clerk, "officer", two["id"])["name"] == "钱二"
    for refused in (
        lambda: entries.change(team.db, clerk, "officer", two["id"], {"phone": None}, two["v"]),
        lambda: entries.end(team.db, clerk, "officer", two["id"], TODAY, "10", two["v"]),
        lambda: entries.merge(team.db, clerk, "officer", one["id"], two["id"], one["v"]),
    ):
        with pytest.raises(MissingError) as e:
            refused()
        assert e.value.code == "entry.elsewhere"
    assert team.rows("SELECT 1 FROM officer WHERE ended IS NOT NULL OR merged_into IS NOT NULL") == []


def test_of_one_number_in_two_lists_each_is_her_own(team):
    """W1 of A holds a cell on which W1 of B stands in: what either reports is hers, neither reports in another's name,
    and the clerk's own W1 is the one whom she plans for."""
    codes, more = list(cells_of(team, A)), [{"姓名": "钱三", "工号": "W1", "社区": "B社区"}]
    team.take("officer", team.csv(more, "more.csv"), list_name="more")
    one, other = team.rows("SELECT id, source_id, source_key FROM officer WHERE number = 'W1' ORDER BY id")
    third = team.rows("SELECT id FROM officer WHERE number = 'W2'")[0]["id"]
    me = team.who["W2"]
    team.rows("UPDATE officer SET user_id = NULL WHERE id = %s RETURNING id", third)
    team.rows("UPDATE officer SET user_id = %s WHERE id = %s RETURNING id", me.user_id, other["id"])
    posts(team, {"工号": "W2", "岗位": "专职网格员", "网格": codes[0], "起": day(-1), "止": day(1), "代班": "是"},
          {"工号": "钱一", "岗位": "专职网格员", "网格": codes[0], "起": day(-30)})  # fmt: skip
    team.rows("UPDATE post SET officer_id = %s WHERE officer_id = %s RETURNING id", other["id"], third)
    first = team.rows("SELECT officer_id FROM post WHERE NOT cover")[0]["officer_id"]
    assert first == one["id"]
    said = {"at": f"{day(0)} 08:00", "outcome": "done", "cell": codes[0], "minutes": "30", "officer": "W1"}
    for who, number in ((me, other["id"]), (team.who["W1"], one["id"])):
        made = entries.create(team.db, who, "visit", said)
        assert team.rows("SELECT officer_id FROM visit WHERE id = %s", made["id"])[0]["officer_id"] == number
    with pytest.raises(InputError):  # she sees him, whose cell it is, and does not report for him
        entries.create(team.db, me, "visit", {**said, "officer": "钱一"})
    clerk = Caller(users.add(team.db, SYSTEM, NewUser("clerk", "甲", "community", A))[0])
    with begin(team.db, clerk, "read") as tx:
        assert plans.officer_of(tx, "W1")["id"] == one["id"]
        assert plans.officer_of(tx, "钱三")["id"] == other["id"]


def test_posts_of_nobody_or_on_nothing_are_rejected(team):
    one = next(iter(cells_of(team, A)))
    rows = [
        {"工号": "W9", "岗位": "网格员", "网格": one, "起": day(0)},
        {"工号": "W1", "岗位": "网格员", "网格": "990105001001999", "起": day(0)},
        {"工号": "W1", "岗位": "网格员", "网格": one, "起": day(0), "止": day(-1)},
        {"工号": "W1", "岗位": "司机", "网格": one, "起": day(0)},
        {"工号": "W1", "岗位": "网格员", "网格": one, "起": day(0)},
    ]
    done = team.take("post", team.csv(rows, "posts.csv"))
    assert done.reasons == {"post.unknown": 2, "post.ends_before": 1, "value.code": 1}
    assert (done.counts["new"], team.count("post")) == (1, 1)


def test_a_post_stays_with_its_cell_when_the_ground_is_divided_anew(team):
    codes = cells_of(team, A)
    posts(team, {"工号": "W1", "岗位": "网格员", "网格": next(iter(codes)), "起": day(-1)})
    team.divide(A, method="hex", size_m=90)
    assert team.rows("SELECT cell_key AS k FROM post")[0]["k"] == next(iter(codes.values()))


def test_visits_are_to_doors_buildings_hazards_or_the_ground(team):
    team.take("building", team.csv([building("b1", 0.5, 2.5, 小区="南苑小区", 幢号="1幢")], "b.csv"))
    team.take("person", team.csv(PEOPLE[:2], "people.csv"))
    lon, lat = drawn.at(4.5, 0.5)
    hazard = {"编号": "Y1", "类别": "消防", "发现日期": "2026-09-01", "经度": lon, "纬度": lat}
    team.take("hazard", team.csv([hazard], "h.csv"))
    door = {"小区": "南苑小区", "幢号": "1", "单元": "2", "室号": "501"}
    rows = [
        {"时间": f"{day(-1)} 09:00", "工号": "W1", "结果": "已见面", **door, "备注": "一切都好"},
        {"时间": f"{day(-1)} 09:10", "工号": "W1", "结果": "家中无人", **door},
        {"时间": f"{day(-1)} 10:00", "工号": "W1", "结果": "已巡查", "小区": "南苑小区", "幢号": "1"},
        {"时间": f"{day(-1)} 11:00", "工号": "钱二", "结果": "正常", "对象类型": "隐患", "对象编号": "Y1"},
        {"时间": f"{day(-1)} 12:00", "工号": "W1", "结果": "已巡查", "时长": "60", "经度": lon, "纬度": lat},
        {"时间": f"{day(1)} 00:30", "工号": "W1", "结果": "已巡查"},
        {"时间": day(1), "工号": "W1", "结果": "已巡查"},
    ]
    path = team.csv(rows, "visits.csv")
    done = team.take("visit", path)
    assert (done.counts["new"], done.reasons) == (5, {"visit.future": 2})
    found = team.rows("SELECT * FROM visit ORDER BY at")
    assert [r["target"] for r in found] == ["dwelling", "dwelling", "building", "hazard", "cell"]
    assert [r["personal"] for r in found] == [True, True, False, False, False]
    assert all(r["target_id"] for r in found[:4])
    assert all(r["officer_id"] for r in found)
    assert [r["cell_key"] >> 13 for r in found] == [int(A)] * 3 + [int(B)] * 2
    assert (found[0]["mode"], found[4]["mode"]) == ("door", "inspect")
    assert team.take("visit", path).counts["same"] == 5


def test_visits_to_doors_are_seen_by_those_whose_duty_the_residents_are(team):
    team.take("building", team.csv([building("b1", 0.5, 2.5, 小区="南苑小区", 幢号="1幢")], "b.csv"))
    team.take("person", team.csv(PEOPLE[:1], "people.csv"))
    door = {"小区": "南苑小区", "幢号": "1", "单元": "2", "室号": "501"}
    rows = [
        {"时间": f"{day(-1)} 09:00", "结果": "已见面", **door},
        {"时间": f"{day(-1)} 10:00", "结果": "已巡查", "网格": next(iter(cells_of(team, A)))},
    ]
    team.take("visit", team.csv(rows, "visits.csv"))
    for role, n in (("county", 2), ("analyst", 1)):
        who = Caller(users.add(team.db, SYSTEM, NewUser(role, role, role, COUNTY))[0])
        with begin(team.db, who, "read") as tx:
            assert tx.conn.execute("SELECT count(*) AS n FROM visit").fetchone()["n"] == n, role
