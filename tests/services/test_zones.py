"""Duty zones (责任区): taken from a list, with posts of their own, as targets of rules, in the gaps."""

import datetime as dt

import pytest

from gridsvc.domain import codes
from gridsvc.errors import ConflictError
from gridsvc.services import coverage, entries, gaps, obligations, plans, rules
from gridsvc.services.coverage import Ask
from gridsvc.store.tx import SYSTEM
from tests import drawn
from tests.services.test_duty import TODAY, cells_of, day, posts, seen, team, two_officers  # noqa: F401
from tests.services.town import CODES, COUNTY

A = CODES["A"]
RULE = {
    "name": "河段每周巡查",
    "target": "zone",
    "kinds": "02",
    "activity": "check",
    "period": "week",
    "grace": "0",
    "source": "test",
}


def line(*points):
    return "LINESTRING(" + ",".join("{} {}".format(*drawn.at(*p)) for p in points) + ")"


def zone(key, name, word, *points):
    return {"编号": key, "责任区名称": name, "类型": word, "社区": "A社区", "wkt": line(*points)}


ZONES = [
    zone("R1", "南河北段", "河道", (0.4, 2.5), (0.6, 2.5)),
    zone("R2", "南河南段", "河段", (0.4, 1.5), (0.6, 1.5)),
    zone("C1", "宝塔路保洁片", "环卫保洁", (2.4, 2.5), (2.6, 2.5)),
]


@pytest.fixture
def river(team):  # noqa: F811
    """Three zones of one community; a cleaner has the first, a grid officer the cells of all."""
    assert team.take("zone", team.csv(ZONES, "zones.csv")).counts["new"] == 3
    every = [{"工号": "W2", "岗位": "网格员", "网格": code, "起": day(-60)} for code in cells_of(team, A)]
    posts(team, {"工号": "W1", "岗位": "保洁员", "责任区": "南河北段", "社区": "A社区", "起": day(-60)}, *every)
    rules.change(team.db, SYSTEM, "HD-WEEK", RULE, day=TODAY - dt.timedelta(days=30))
    return team


def one(town, name):
    return town.rows("SELECT * FROM zone WHERE name = %s", name)[0]


def charge(town):
    """Name of each zone with obligations → numbers of the officers in charge of them."""
    found = town.rows("SELECT z.name, f.number FROM obligation o JOIN zone z ON z.id = o.target_id JOIN rule r ON r.id = o.rule_id "
                      "LEFT JOIN post p ON p.id = o.post_id LEFT JOIN officer f ON f.id = p.officer_id "
                      "WHERE r.target = 'zone' GROUP BY 1, 2 ORDER BY 1, 2")  # fmt: skip
    return [(r["name"], r["number"]) for r in found]


def test_a_zone_has_who_holds_a_post_on_it_otherwise_the_officer_of_its_cell(river):
    obligations.update(river.db, since=TODAY - dt.timedelta(days=7))
    assert charge(river) == [("南河北段", "W1"), ("南河南段", "W2")]  # the cleaners' zone is of another class
    river.rows("UPDATE post SET ends = %s WHERE target = 'zone' RETURNING id", TODAY - dt.timedelta(days=15))
    done = obligations.update(river.db, since=TODAY - dt.timedelta(days=7))
    assert done.posted > 0
    assert charge(river) == [("南河北段", "W2"), ("南河南段", "W2")]
    assert obligations.update(river.db, since=TODAY - dt.timedelta(days=7)).posted == 0


def test_a_visit_that_names_the_zone_by_its_number_closes_its_week(river):
    obligations.update(river.db)
    visit = {"时间": f"{TODAY} 00:30", "工号": "W1", "对象类型": "河段", "对象编号": "R1", "结果": "已巡查"}
    taken = river.take("visit", river.csv([visit], "visits.csv"))
    assert taken.counts["new"] == 1, taken.rejects
    obligations.catch_up(river.db)
    closed = river.rows(
        "SELECT z.name FROM obligation o JOIN zone z ON z.id = o.target_id WHERE o.fulfilled_on IS NOT NULL"
    )
    assert [r["name"] for r in closed] == ["南河北段"]
    report = coverage.report(river.db, SYSTEM, Ask(COUNTY, f"{TODAY}..{TODAY + dt.timedelta(days=6)}", by="officer",
                                                   rules=("HD-WEEK",)))  # fmt: skip
    assert report.total["total"] == 2
    assert report.total["done"] == 1


def test_the_week_of_a_cleaner_lists_the_zone(river):
    obligations.update(river.db)
    plan = plans.make(river.db, SYSTEM, "W1", everything=True)
    assert [(r["target"], r["name"]) for r in plan.lines] == [("zone", "南河北段")]


def test_a_post_on_a_zone_gives_no_sight_of_records(river):
    assert seen(river, river.who["W1"]) == set()


def test_a_post_on_a_zone_that_nobody_knows_is_refused_with_the_field(river):
    row = {"工号": "W1", "岗位": "保洁员", "责任区": "北河", "社区": "A社区", "起": day(-60)}
    done = river.take("post", river.csv([row], "more.csv"), list_name="more")
    assert done.reasons == {"post.unknown": 1}
    assert (done.rejects["field"].tolist(), done.rejects["value"].tolist()) == (["zone"], ["北河"])


def test_posts_go_where_their_zone_goes(river):
    before = one(river, "南河北段")["cell_key"]
    river.take("zone", river.csv([zone("R1", "南河北段", "河道", (2.4, 1.5), (2.6, 1.5))], "zones.csv"))
    after = one(river, "南河北段")
    assert after["cell_key"] != before
    assert codes.code_of(after["cell_key"]).startswith(A)
    assert river.rows("SELECT cell_key FROM post WHERE zone_id = %s", after["id"]) == [
        {"cell_key": after["cell_key"]}
    ]
    river.divide(method="hex", size_m=60)
    now = one(river, "南河北段")
    assert now["cell_key"] != after["cell_key"]
    assert river.rows("SELECT cell_key FROM post WHERE zone_id = %s", now["id"]) == [{"cell_key": now["cell_key"]}]


def test_a_zone_that_is_ended_by_hand_takes_its_posts_along(river):
    north = one(river, "南河北段")
    state = entries.one(river.db, SYSTEM, "zone", north["id"])["etag"]
    entries.end(river.db, SYSTEM, "zone", north["id"], TODAY, "other", state)
    (post,) = river.rows("SELECT ends FROM post WHERE zone_id = %s", north["id"])
    assert post["ends"] == TODAY - dt.timedelta(days=1)
    gaps.refresh(river.db)
    assert "南河北段" not in {r["name"] for r in gaps.listing(river.db, SYSTEM, gaps.Ask(COUNTY)).rows}


def test_a_list_of_zones_is_not_undone_while_posts_are_on_them(river):
    batch = river.rows("SELECT batch_id AS id FROM zone")[0]["id"]
    with pytest.raises(ConflictError):
        river.undo(batch)
    assert river.count("zone") == 3


def test_zones_without_anybody_are_gaps_where_others_have_somebody(river):
    def found():
        gaps.refresh(river.db)
        return {r["name"] for r in gaps.listing(river.db, SYSTEM, gaps.Ask(COUNTY, ("zone_nobody",))).rows}

    assert found() == {"南河南段", "宝塔路保洁片"}
    posts(river, {"工号": "W1", "岗位": "保洁员", "责任区": "C1", "社区": "A社区", "起": day(-1)})
    assert found() == {"南河南段"}
    river.rows("DELETE FROM post WHERE target = 'zone' RETURNING id")
    assert found() == set()


def test_a_zone_that_was_listed_twice_leaves_its_posts_to_the_other(river):
    keep, other = one(river, "南河南段"), one(river, "南河北段")
    state = river.rows("SELECT xmin::text AS state FROM zone WHERE id = %s", keep["id"])[0]["state"]
    entries.merge(river.db, SYSTEM, "zone", keep["id"], other["id"], state)
    assert river.rows("SELECT zone_id, cell_key FROM post WHERE target = 'zone'") == [
        {"zone_id": keep["id"], "cell_key": keep["cell_key"]}
    ]
