"""Gaps: those of the sample city, all of them and nothing else; each kind planted, found and gone when it is mended."""

import datetime as dt
import json
from collections import Counter, defaultdict
from dataclasses import replace

import pytest

from gridsvc.domain import tasknumber
from gridsvc.errors import InputError, MissingError
from gridsvc.services import codelists, excuses, gaps, obligations, proposals, rules
from gridsvc.services.gaps import Ask
from gridsvc.store.tx import SYSTEM, begin
from tests import drawn
from tests.conftest import AS_OF
from tests.services.test_people import account, building, person, three_houses
from tests.services.test_plans import Form, bring, officer_of, rows
from tests.services.town import CODES, COUNTY, DIVIDED
from tests.store.test_protection import callers

A = CODES["A"]
COUNTY_CITY = "990101"


def found(db, kind):
    return {(r["target_id"], r["rule"]) for r in rows(db, "SELECT target_id, rule FROM gap WHERE kind = %s", kind)}


def ids(db, kind):
    return {i for i, _ in found(db, kind)}


@pytest.fixture(scope="module")
def truth(city, city_files):
    path = next(city_files.rglob("truths.json"))
    return json.loads(path.read_text(encoding="utf-8"))["counties"][0]


# --- the sample city ----------------------------------------------------------------------------------------------------


def test_cells_and_buildings_of_the_city_that_nobody_goes_to(city, truth):
    """Three cells have nobody; forty houses were left out in the others."""
    cells = rows(city, "SELECT c.code FROM gap g JOIN cell c ON c.key = g.target_id WHERE g.kind = 'cell_nobody'")
    assert {r["code"] for r in cells} == set(truth["cells_without_officer"])
    left_out = rows(city, "SELECT b.source_key FROM gap g JOIN building b ON b.id = g.target_id "
                          "WHERE g.kind = 'building_missed'")  # fmt: skip
    assert {r["source_key"] for r in left_out} == set(truth["buildings_unvisited"])
    busy = rows(city, "SELECT o.number FROM gap g JOIN officer o ON o.id = g.target_id WHERE g.kind = 'officer_over'")
    assert truth["busiest_officer"] in {r["number"] for r in busy}


def test_missed_and_overdue_are_what_the_obligations_say(city):
    """The definition again in plain Python: per rule and target the last window that fell due, what was before it."""
    of = defaultdict(list)
    for r in rows(city, "SELECT r.code, o.target_id, o.opens, o.due, o.fulfilled_on, o.excused_on, o.tried, o.post_id, "
                        "o.visits FROM obligation o JOIN rule r ON r.id = o.rule_id"):  # fmt: skip
        of[r["code"], r["target_id"]].append(r)
    missed, overdue = {}, {}
    for (code, target), every in of.items():
        past = sorted((r for r in every if AS_OF - dt.timedelta(400) <= r["due"] < AS_OF), key=lambda r: r["due"])
        if not past:
            continue
        last, done = past[-1], max((r["fulfilled_on"] for r in every if r["fulfilled_on"]), default=None)
        if last["fulfilled_on"] or last["excused_on"] or not last["post_id"] or (done and done > last["due"]):
            continue
        if last["tried"] in ("moved", "vacant", "wrong", "refused"):
            continue
        open_ = [
            r["due"] for r in every if not r["fulfilled_on"] and r["due"] < AS_OF and (not done or r["due"] > done)
        ]
        into = missed if sum(r["visits"] for r in every) == 0 else overdue
        into[target, code] = min(open_)
    assert len(missed) > 1000
    assert len(overdue) > 1000
    for kind, wanted in (("missed", missed), ("overdue", overdue)):
        told = rows(city, "SELECT target_id, rule, since FROM gap WHERE kind = %s", kind)
        assert {(r["target_id"], r["rule"]): r["since"] for r in told} == wanted


def test_the_city_has_these_gaps_and_no_others(city):
    """Kinds that the generator makes, each counted again from the tables; of every other kind there is none."""
    counts = {
        "scattered": "SELECT count(DISTINCT b.id) AS n FROM building b JOIN dwelling d ON d.building_id = b.id "
                     "JOIN household h ON h.dwelling_id = d.id WHERE b.estate IS NULL",
        "person_incomplete": "SELECT count(*) AS n FROM person WHERE id_hash IS NULL OR birth IS NULL",
        "hazard_late": "SELECT count(*) AS n FROM hazard WHERE state <> 'closed' AND due_on < '2026-11-20'",
        "hazard_nobody": "SELECT count(*) AS n FROM hazard WHERE state <> 'closed' AND responsible IS NULL",
        "event_late": "SELECT count(*) AS n FROM event WHERE state = 'open' AND due_at < '2026-11-20 00:00+08'",
    }  # fmt: skip
    told = {r["kind"]: r["n"] for r in rows(city, "SELECT kind, count(*) AS n FROM gap GROUP BY kind")}
    own = {
        "missed",
        "overdue",
        "cell_nobody",
        "building_missed",
        "officer_over",
        "officer_idle",
        "said_moved",
        "said_vacant",
        "said_wrong",
    }
    assert set(told) - own == {kind for kind, query in counts.items() if rows(city, query)[0]["n"]}
    for kind, query in counts.items():
        assert told.get(kind, 0) == rows(city, query)[0]["n"], kind


def test_what_the_last_visit_said_is_proposed(city):
    """In plain Python: the last visit of half a year to each door that somebody opened or that was empty."""
    last = {}
    since = AS_OF - dt.timedelta(183)
    for v in rows(city, "SELECT target_id, outcome, day, at, id FROM visit WHERE target = 'dwelling' AND target_id IS NOT NULL "
                        "ORDER BY at, id"):  # fmt: skip
        if since < v["day"] <= AS_OF and v["outcome"] != "absent":
            last[v["target_id"]] = v
    uses = {d["id"]: d["use"] for d in rows(city, "SELECT id, use FROM dwelling WHERE ended IS NULL")}
    living = {}
    for p in rows(city, "SELECT dwelling_id, moved_in FROM person WHERE ended IS NULL"):
        living.setdefault(p["dwelling_id"], []).append(p["moved_in"])
    wanted = {"said_moved": set(), "said_vacant": set(), "said_wrong": set()}
    for door, v in last.items():
        if v["outcome"] == "moved" and any(m is None or m <= v["day"] for m in living.get(door, [])):
            wanted["said_moved"].add(door)
        if v["outcome"] == "vacant" and uses.get(door) != "empty":
            wanted["said_vacant"].add(door)
        if v["outcome"] == "wrong" and door in uses:
            wanted["said_wrong"].add(door)
    for kind, doors in wanted.items():
        assert doors
        assert ids(city, kind) == doors


# --- lists ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("sort", ["cell", "days"])
def test_pages_join_to_the_whole_list(city, sort):
    ask, cursor, seen = Ask(COUNTY_CITY, ("scattered", "hazard_nobody", "cell_nobody"), sort=sort), None, []
    days = []
    while True:
        page = gaps.listing(city, SYSTEM, ask, limit=700, cursor=cursor)
        seen += [(r["kind"], r["target_id"]) for r in page.rows]
        days += [r["days"] for r in page.rows]
        assert bool(page.counts) == (cursor is None)
        cursor = page.next
        if cursor is None:
            break
    wanted = rows(city, "SELECT kind, target_id FROM gap WHERE kind IN ('scattered', 'hazard_nobody', 'cell_nobody')")
    assert len(seen) == len(set(seen)) == len(wanted)
    assert set(seen) == {(r["kind"], r["target_id"]) for r in wanted}
    assert (days == sorted(days, reverse=True)) == (sort == "days")
    other = gaps.listing(city, SYSTEM, replace(ask, sort="cell" if sort == "days" else "days"), limit=10).next
    for bad in ("x", "1~2~3", "a~b~c~d~e", "2026-99-99~1~a~b~1~", other):
        with pytest.raises(InputError):
            gaps.listing(city, SYSTEM, ask, cursor=bad)


def test_filters_and_what_a_row_says(city):
    number = officer_of(city)
    mine = gaps.listing(city, SYSTEM, Ask(COUNTY_CITY, ("overdue",), ("RY-ALONE",), number, 10), limit=1000)
    assert mine.rows
    keys = {r["code"] for r in rows(city, "SELECT c.code FROM cell c JOIN post p ON p.cell_key = c.key JOIN officer o "
                                          "ON o.id = p.officer_id WHERE o.number = %s", number)}  # fmt: skip
    one = mine.rows[0]
    assert {r["cell_code"] for r in mine.rows} <= keys
    assert {(r["rule"], r["group"], r["days"] >= 10) for r in mine.rows} == {("RY-ALONE", "visit", True)}
    assert one["todo"]
    assert one["map"].startswith("/map?at=118.")
    assert one["what"] == "独居老人每周探访"
    assert all(r["since"] and r["officers"] and r["place"] for r in mine.rows)
    assert sum(mine.counts.values()) >= len(mine.rows)
    with pytest.raises(InputError):
        gaps.listing(city, SYSTEM, Ask(COUNTY_CITY, ("nonsense",)))
    with pytest.raises(MissingError):
        gaps.listing(city, SYSTEM, Ask(COUNTY_CITY, officer="W999999"))
    with pytest.raises(MissingError):
        gaps.listing(city, SYSTEM, Ask(COUNTY_CITY, rules=("NOPE",)))
    called = gaps.listing(city, SYSTEM, Ask(COUNTY_CITY, ("逾期",)), limit=5)
    assert {r["kind"] for r in called.rows} == {"overdue"}


def test_residents_are_for_those_whose_duty_they_are(city):
    who = callers(city)
    ask = Ask("990101001", ("person_incomplete", "missed", "scattered"))
    clerk, analyst = (gaps.listing(city, who[role], ask, limit=1000) for role in ("street", "analyst"))
    assert {"person_incomplete", "missed", "scattered"} <= set(clerk.counts)
    assert all("*" in r["name"] for r in clerk.rows if r["target"] == "person")
    assert not [r for r in analyst.rows if r["target"] in ("person", "household", "dwelling")]
    assert "person_incomplete" not in analyst.counts
    with pytest.raises(MissingError):
        gaps.listing(city, who["street"], Ask("990101002"))


@pytest.mark.parametrize("role", ["officer", "community", "street", "county", "analyst"])
def test_counts_are_those_of_the_gaps_that_the_caller_may_see(city, role):
    """Also where they are read from the sums, whole or of an officer's cells."""
    who, number = callers(city)[role], officer_of(city)
    with begin(city, who, "rows") as tx:
        seen = tx.conn.execute("SELECT kind, cell_key FROM gap").fetchall()
        keys = {r["cell_key"] for r in tx.conn.execute(
            "SELECT p.cell_key FROM post p JOIN officer o ON o.id = p.officer_id WHERE o.number = %s AND p.target = 'cell' "
            "AND (p.ends IS NULL OR p.ends >= %s)", [number, AS_OF]).fetchall()}  # fmt: skip
    assert seen
    assert gaps.listing(city, who, Ask()).counts == Counter(r["kind"] for r in seen)
    if keys:  # somebody whom the caller may see
        own = Counter(r["kind"] for r in seen if r["cell_key"] in keys)
        assert gaps.listing(city, who, Ask(officer=number)).counts == own


def test_a_form_that_comes_back_takes_its_gaps_away(own_city, tmp_path):
    from gridsvc.services import plans

    number = officer_of(own_city)
    path = tmp_path / "f.xlsx"
    plan = plans.file(own_city, SYSTEM, path, number, as_of=AS_OF, everything=True)
    gone = found(own_city, "missed") | found(own_city, "overdue")
    lines = [
        p
        for p in plan.lines
        if any((o["target_id"], o["rule"]) in gone and o["due"] < AS_OF for o in p["obligations"])
    ]
    form = Form(path)
    for line in lines[:20]:
        form.fill_as_asked(line)
    form.save()
    bring(own_city, path)
    left = found(own_city, "missed") | found(own_city, "overdue")
    late = {(o["target_id"], o["rule"]) for line in lines[:20] for o in line["obligations"] if o["due"] < AS_OF}
    assert late
    assert not late & left


@pytest.fixture(autouse=True)
def _sums_are_what_is_there(request):
    """Whatever a test does to the gaps, the sums are those of the gaps in the end."""
    used = [request.getfixturevalue(name) for name in ("full", "own_city") if name in request.fixturenames]
    yield
    for one in used:
        assert sums_agree(getattr(one, "db", one))


def sums_agree(db):
    """Whether the sums of gaps, added up, are the gaps counted."""
    told = rows(db, "SELECT cell_key, kind, personal, sum(gaps) AS n FROM gap_sum GROUP BY 1, 2, 3 HAVING sum(gaps) <> 0 "
                    "ORDER BY 1, 2, 3")  # fmt: skip
    return told == rows(
        db, "SELECT cell_key, kind, personal, count(*) AS n FROM gap GROUP BY 1, 2, 3 ORDER BY 1, 2, 3"
    )


def test_sums_that_went_wrong_are_right_after_the_next_search(full):
    with begin(full.db, SYSTEM, "edit") as tx:
        tx.conn.execute("UPDATE hazard SET responsible = NULL")
    gaps.refresh(full.db)
    page = gaps.listing(full.db, SYSTEM, Ask(COUNTY))
    assert page.counts == Counter(r["kind"] for r in page.rows)
    assert page.counts["hazard_nobody"] == 1
    with begin(full.db, SYSTEM, "edit") as tx:
        tx.conn.execute(
            "INSERT INTO gap_sum (cell_key, kind, personal, gaps) SELECT cell_key, kind, personal, 7 FROM gap_sum"
        )
    assert not sums_agree(full.db)
    gaps.refresh(full.db)
    assert sums_agree(full.db)


# --- each kind, planted ----------------------------------------------------------------------------------------------------


def refreshed(town, kind, today=None):
    gaps.refresh(town.db, today=today)
    return ids(town.db, kind)


CHAIN = {
    "group_empty": ("UPDATE resident_group SET geom = ST_Translate(geom, 0, 1)", "resident_group"),
    "building_group": ("UPDATE resident_group SET geom = ST_Translate(geom, 0, 1)", "building"),
    "group_short": ("UPDATE resident_group SET households = 5", "resident_group"),
    "estate_empty": ("UPDATE building SET estate = '别处' WHERE estate = '南苑小区'", "estate"),
    "building_estate": ("UPDATE building SET estate = '别处' WHERE source_key = 'b1'", "building"),
    "building_address": (
        "UPDATE building SET building_no = NULL, housenumber = NULL, address = NULL WHERE source_key = 'b1'", "building"),
    "building_cell": ("UPDATE building SET geom = NULL WHERE source_key = 'b1'", "building"),
    "building_units": ("UPDATE building SET units = 3 WHERE source_key = 'b1'", "building"),
    "building_doors": ("UPDATE building SET households = 9 WHERE source_key = 'b3'", "building"),
    "dwelling_building": ("UPDATE dwelling SET building_id = NULL WHERE room LIKE '101%'", "dwelling"),
    "dwelling_people": ("UPDATE person SET dwelling_id = NULL; UPDATE household SET dwelling_id = NULL", "dwelling"),
    "household_door": ("UPDATE household SET dwelling_id = NULL", "household"),
    "household_people": ("UPDATE person SET household_id = NULL", "household"),
    "person_door": ("UPDATE person SET dwelling_id = NULL", "person"),
    "person_household": ("UPDATE person SET household_id = NULL", "person"),
    "person_incomplete": ("UPDATE person SET birth = NULL", "person"),
    "scattered": ("UPDATE building SET estate = NULL", "building"),
    "record_cell": ("UPDATE organisation SET geom = NULL", "organisation"),
    "hazard_late": ("UPDATE hazard SET due_on = '2026-11-19'", "hazard"),
    "hazard_nobody": ("UPDATE hazard SET responsible = NULL", "hazard"),
    "ground_none": ("UPDATE cell_version SET geom = ST_Multi(ST_Buffer(geom, -0.0001)) WHERE cell_key = (SELECT min(cell_key) "
                    "FROM cell_version)", "area"),
    "ground_twice": ("UPDATE cell_version SET geom = ST_Multi(ST_Buffer(geom, 0.0001)) WHERE cell_key = (SELECT min(cell_key) "
                     "FROM cell_version)", "cell"),
}  # fmt: skip


def whole(town):
    """A town in which nothing is missing: estate, houses, stairwells, doors, people, a firm, a hazard."""
    folk = [person("甲", 出生日期="1960-01-01", 与户主关系="户主"),
            person("乙", 幢号="2幢", 单元="1单元", 室号="101室", 出生日期="1970-01-01", 与户主关系="户主")]  # fmt: skip
    town.take("person", town.csv(folk, "folk.csv"))
    town.take("unit", town.csv([{"小区": "南苑小区", "幢号": "1幢", "单元": "2单元"},
                                    {"小区": "南苑小区", "幢号": "2幢", "单元": "1单元"}], "units.csv"))  # fmt: skip
    town.take("organisation", town.csv([building("o1", 4.5, 1.5, 名称="小卖部", 类别="个体商户")], "firms.csv"))
    town.take("hazard", town.csv([building("h1", 4.5, 1.5, 隐患描述="堆物", 类别="消防", 发现日期="2026-11-01",
                                               整改期限="2035-12-01", 责任人="丙")], "hazards.csv"))  # fmt: skip
    with begin(town.db, SYSTEM, "edit") as tx:
        tx.conn.execute("INSERT INTO estate (name, cell_key, source_id, source_key, source_crs, batch_id) SELECT '南苑小区', "
                        "cell_key / 8192 * 8192, source_id, 'e' || id, source_crs, batch_id FROM building "
                        "WHERE estate = '南苑小区'")  # fmt: skip
        tx.conn.execute("INSERT INTO resident_group (name, households, geom, cell_key, source_id, source_key, source_crs, batch_id) "
                        "SELECT '第一小组', 1, ST_Envelope(ST_Buffer(geom, 0.0002)), cell_key / 8192 * 8192, source_id, 'g' || id, "
                        "source_crs, batch_id FROM building WHERE source_key = 'b1'")  # fmt: skip
        tx.conn.execute("UPDATE person SET id_hash = sha256(name::bytea)")


@pytest.fixture
def full(founded):
    return founded(*DIVIDED, three_houses, whole)


@pytest.mark.parametrize("kind", sorted(CHAIN))
def test_each_link_that_is_broken_is_found_and_gone_when_it_is_mended(full, kind):
    statement, target = CHAIN[kind]
    assert refreshed(full, kind) == set(), kind
    with begin(full.db, SYSTEM, "edit") as tx:
        for part in statement.split(";"):
            tx.conn.execute(part)
    broken = refreshed(full, kind)
    assert broken
    assert {r["target"] for r in full.rows("SELECT target FROM gap WHERE kind = %s", kind)} == {target}
    page = gaps.listing(full.db, SYSTEM, Ask(COUNTY, (kind,)))
    assert {r["target_id"] for r in page.rows} == broken
    assert all(r["todo"] and r["days"] == 0 for r in page.rows if kind not in ("hazard_late", "hazard_nobody"))


def test_what_lies_in_no_area_is_told_to_who_sees_everything(full):
    """A building beyond all borders is in no area, so who asks for all areas reads of it; a clerk of them does not."""
    done = full.take("building", full.csv([building("far", 40.5, 0.5)], "far.csv"), list_name="far")
    assert (done.counts["new"], done.counts["outside"]) == (1, 1)
    far = full.rows("SELECT id FROM building WHERE source_key = 'far' AND cell_key = 0")[0]["id"]
    assert far in refreshed(full, "building_cell")
    for asked in (None, COUNTY):
        page = gaps.listing(full.db, SYSTEM, Ask(asked, ("building_cell",)))
        assert [(r["target_id"], r["cell_code"], r["area_code"], r["map"][:8]) for r in page.rows] == [
            (far, "", "", "/map?at=")
        ]
        assert page.counts["building_cell"] == 1
    with begin(full.db, SYSTEM, "edit") as tx:
        tx.conn.execute("UPDATE building SET geom = NULL WHERE source_key = 'far'")
    gaps.refresh(full.db)
    (row,) = gaps.listing(full.db, SYSTEM, Ask(None, ("building_cell",))).rows
    assert (row["target_id"], row["map"]) == (far, None)  # nowhere to point at
    for who, area in ((SYSTEM, A), (account(full, "county", COUNTY), None)):
        page = gaps.listing(full.db, who, Ask(area, ("building_cell",)))
        assert (page.rows, page.counts.get("building_cell", 0)) == ([], 0)


def test_a_group_without_a_shape_says_nothing_of_its_ground(full):
    with begin(full.db, SYSTEM, "edit") as tx:
        tx.conn.execute("UPDATE resident_group SET geom = ST_Centroid(geom), households = 5")
    gaps.refresh(full.db)
    assert [ids(full.db, kind) for kind in ("group_empty", "building_group", "group_short")] == [set(), set(), set()]


def test_how_many_households_a_group_lacks_is_told(full):
    with begin(full.db, SYSTEM, "edit") as tx:
        tx.conn.execute("UPDATE resident_group SET households = 5")
    gaps.refresh(full.db)
    (row,) = gaps.listing(full.db, SYSTEM, Ask(COUNTY, ("group_short",))).rows
    assert (row["name"], row["n"], row["target"]) == ("第一小组", 4, "resident_group")
    assert row["record"].startswith("/ledger?kind=resident")


def test_posts_make_gaps_of_people_go_away(full):
    """Cells and a community with nobody; an officer with posts who does nothing; a house with no warden where there
    are wardens."""
    cells = {r["key"] for r in full.rows("SELECT key FROM cell")}
    assert refreshed(full, "cell_nobody") == cells
    assert len(ids(full.db, "area_nobody")) == 3
    full.take("officer", full.csv([{"姓名": "甲一", "工号": "W1"}], "officers.csv"))
    first = full.rows(
        "SELECT c.code, c.key FROM cell c JOIN building b ON b.cell_key = c.key WHERE b.source_key = 'b1'"
    )[0]
    full.take("post", full.csv([
        {"工号": "W1", "岗位": "专职网格员", "网格": first["code"], "起始日期": "2026-01-01"},
        {"工号": "W1", "岗位": "网格长", "社区": A, "起始日期": "2026-01-01"},
    ], "posts.csv"))  # fmt: skip
    assert refreshed(full, "cell_nobody") == cells - {first["key"]}
    assert len(ids(full.db, "area_nobody")) == 2
    assert len(ids(full.db, "officer_idle")) == 1
    assert len(ids(full.db, "building_missed")) == 1
    full.take("visit", full.csv([{"时间": "2026-11-19 10:00", "工号": "W1", "小区": "南苑小区", "幢号": "1幢", "单元": "2单元",
                                  "室号": "501室", "结果": "已见面"}], "visits.csv"))  # fmt: skip
    obligations.catch_up(full.db, today=AS_OF)
    assert refreshed(full, "officer_idle", AS_OF) == set()
    assert ids(full.db, "building_missed") == set()


# --- what visits say ------------------------------------------------------------------------------------------------------


def ago(town, days):
    return f"{rows(town.db, 'SELECT app_today() AS d')[0]['d'] - dt.timedelta(days)} 10:00"


def visited(town, outcome, **more):
    today = rows(town.db, "SELECT app_today() AS d")[0]["d"]
    row = {
        "时间": f"{today} 00:10",
        "小区": "南苑小区",
        "幢号": "1幢",
        "单元": "2单元",
        "室号": "501室",
        "结果": outcome,
        **more,
    }
    done = town.take("visit", town.csv([row], f"v{outcome}.csv"))
    assert done.counts["new"] == 1, done.rejects
    return today


def test_moved_away_is_proposed_and_accepted(full):
    """The last visit counts: met again, there is nothing to accept."""
    today = visited(full, "已搬离")
    (door,) = refreshed(full, "said_moved")
    visited(full, "已见面", 时间=f"{today} 00:20")
    assert refreshed(full, "said_moved") == set()
    visited(full, "已搬离", 时间=f"{today} 00:30", 备注="又走")
    assert refreshed(full, "said_moved") == {door}
    done = proposals.accept(full.db, SYSTEM, "said_moved", "dwelling", door)
    assert [c["kind"] for c in done["changed"]] == ["person", "household"]
    gone = full.rows("SELECT ended, end_reason FROM person WHERE name = '甲'")[0]
    assert (gone["ended"], gone["end_reason"]) == (today, "moved")
    assert refreshed(full, "said_moved") == set()
    with pytest.raises(MissingError):
        proposals.accept(full.db, SYSTEM, "said_moved", "dwelling", door)


def test_who_was_met_since_has_not_moved_away(full):
    """A visit to a household is one to its door; a proposal that later visits contradict cannot be accepted."""
    today = visited(full, "已搬离")
    (door,) = refreshed(full, "said_moved")
    household = full.rows("SELECT id, cell_key FROM household WHERE dwelling_id = %s", door)[0]
    task = tasknumber.written("household", household["id"], "visit", "zz1")
    full.take("visit", full.csv([{"任务号": task, "走访时间": f"{today} 00:30", "结果": "已见面"}], "form.csv"))
    with pytest.raises(MissingError):  # the list is older than the visit
        proposals.accept(full.db, SYSTEM, "said_moved", "dwelling", door)
    assert full.rows("SELECT count(*) AS n FROM person WHERE ended IS NOT NULL")[0]["n"] == 0
    assert refreshed(full, "said_moved") == set()


def test_a_changed_rule_keeps_its_gaps(own_city):
    """Versions of a code are one rule: what was late before the change is late after it, once."""
    before = {i for i, code in found(own_city, "overdue") | found(own_city, "missed") if code == "ZF-LET"}
    rules.change(own_city, SYSTEM, "ZF-LET", {"rate": "0.9"}, day=AS_OF - dt.timedelta(10))
    obligations.update(own_city, today=AS_OF)
    gaps.refresh(own_city, today=AS_OF)
    after = {i for i, code in found(own_city, "overdue") | found(own_city, "missed") if code == "ZF-LET"}
    assert after == before
    assert len(before) > 100


def test_an_excused_door_is_no_gap(own_city):
    target, code = sorted(found(own_city, "overdue"))[0]
    last = rows(own_city, "SELECT o.opens FROM obligation o JOIN rule r ON r.id = o.rule_id WHERE r.code = %s "
                          "AND o.target_id = %s AND o.due < %s ORDER BY o.due DESC LIMIT 1", code, target, AS_OF)  # fmt: skip
    excuses.excuse(own_city, SYSTEM, code, target, last[0]["opens"], "住院治疗")
    assert (target, code) not in found(own_city, "overdue")


def test_a_vacant_dwelling_is_marked_so(full):
    today = visited(full, "空置")
    (door,) = refreshed(full, "said_vacant")
    proposals.accept(full.db, SYSTEM, "said_vacant", "dwelling", door)
    row = full.rows("SELECT use, use_from FROM dwelling WHERE id = %s", door)[0]
    assert (row["use"], row["use_from"]) == ("empty", today)
    assert full.rows("SELECT count(*) AS n FROM person WHERE ended IS NOT NULL")[0]["n"] == 0  # nobody is ended by it
    assert refreshed(full, "said_vacant") == set()
    visited(full, "地址不符")
    assert refreshed(full, "said_wrong") == {door}
    with pytest.raises(InputError):
        proposals.accept(full.db, SYSTEM, "said_wrong", "dwelling", door)


def test_a_record_stays_as_it_is_until_a_visit_says_so_again(full):
    """Kept with a reason: it is settled, also when the gaps are found anew; a visit of a later day asks again."""
    visited(full, "地址不符", 时间=ago(full, 2))
    (door,) = refreshed(full, "said_wrong")
    with pytest.raises(InputError) as e:
        proposals.keep(full.db, SYSTEM, "said_wrong", "dwelling", door, " 对 ")
    assert e.value.code == "gaps.reason"
    with pytest.raises(InputError):
        proposals.keep(full.db, SYSTEM, "missed", "dwelling", door, "不是建议")
    proposals.keep(full.db, SYSTEM, "said_wrong", "dwelling", door, "已更正住址")
    with pytest.raises(MissingError):
        proposals.keep(full.db, SYSTEM, "said_wrong", "dwelling", door, "已更正住址")
    assert refreshed(full, "said_wrong") == set()
    told = full.rows("SELECT decision, reason FROM proposal")[0]
    assert (told["decision"], told["reason"]) == ("kept", "已更正住址")
    assert full.rows("SELECT count(*) AS n FROM audit WHERE action = 'proposal.kept'")[0]["n"] == 1
    visited(full, "地址不符", 时间=ago(full, 1), 备注="仍不符")
    assert refreshed(full, "said_wrong") == {door}


def test_an_outcome_of_the_installations_own_has_its_consequence(full):
    """房屋已拆 says that it is vacant; 邻居代答 is neither here nor there; 视频见面 counts."""
    codelists.add(full.db, SYSTEM, "visit_outcome", "torn", "房屋已拆", consequence="vacant")
    codelists.add(full.db, SYSTEM, "visit_outcome", "neighbour", "邻居代答", counts=False)
    codelists.add(full.db, SYSTEM, "visit_outcome", "screen", "视频见面")
    visited(full, "房屋已拆", 时间=ago(full, 3))
    (door,) = refreshed(full, "said_vacant")
    visited(full, "邻居代答", 时间=ago(full, 2), 备注="二")
    assert refreshed(full, "said_vacant") == {door}
    visited(full, "视频见面", 时间=ago(full, 1), 备注="三")
    assert refreshed(full, "said_vacant") == set()
    with begin(full.db, SYSTEM, "read") as tx:
        known = codelists.outcomes(tx)
    assert "screen" in known.fulfil
    assert "torn" in known.not_found
    assert "neighbour" in known.silent
    for wrong in ({"name": "hazard_grade", "consequence": "moved"}, {"name": "visit_outcome", "consequence": "x"}):
        with pytest.raises(InputError) as e:
            codelists.add(full.db, SYSTEM, wrong["name"], "y", "某", consequence=wrong["consequence"])
        assert e.value.code == "code.consequence"


def test_a_visit_far_from_its_door_is_not_confirmed(full):
    """Accuracies of both are considered; without coordinates of its own nothing is said."""
    place = full.rows("SELECT ST_X(geom) AS x, ST_Y(geom) AS y FROM building WHERE source_key = 'b1'")[0]
    visited(full, "已见面")
    for k, (metres, said, wanted) in enumerate([(20, None, False), (125, None, False), (140, None, True), (140, 60, False),
                                                (170, 60, True)]):  # fmt: skip
        more = {"经度": place["x"], "纬度": place["y"] - metres / 111_000, "备注": str(k)}
        if said:
            more["精度"] = said
        today = visited(full, "已见面", **{"时间": f"2026-11-1{k} 10:00", **more})
        row = full.rows("SELECT far_m, unconfirmed FROM visit WHERE note = %s", str(k))[0]
        assert row["unconfirmed"] is wanted, (metres, said, row)
        assert row["far_m"] == pytest.approx(metres, abs=2)
    assert full.rows("SELECT count(*) AS n FROM visit WHERE unconfirmed IS NULL")[0]["n"] == 1
    assert len(refreshed(full, "visit_far", dt.date(2026, 11, 20))) == 2
    page = gaps.listing(full.db, SYSTEM, Ask(COUNTY, ("visit_far",)))
    assert {r["n"] for r in page.rows} == {140, 170}
    assert all(r["map"].startswith("/map?at=") and r["record"] for r in page.rows)
    assert today


def test_the_farthest_visits_stand_with_what_they_were_to(full):
    """In another community, and outside of all ground: the gap is the door's, and tells who went and to whom."""
    full.take("officer", full.csv([{"姓名": "甲一", "工号": "W1", "社区": "A社区"}], "officers.csv"))
    place = full.rows("SELECT ST_X(geom) AS x, ST_Y(geom) AS y, cell_key FROM building WHERE source_key = 'b1'")[0]
    lon, lat = drawn.at(4.5, 0.5)
    for n, at in enumerate([{"经度": lon, "纬度": lat}, {"经度": place["x"] + 3, "纬度": place["y"]}]):
        visited(full, "已见面", **{"时间": f"2026-11-1{n} 10:00", "工号": "W1", **at}, 备注=str(n))
    assert {r["cell_key"] for r in full.rows("SELECT cell_key FROM visit")} == {place["cell_key"]}
    refreshed(full, "visit_far", dt.date(2026, 11, 20))
    who = account(full, "community", A)
    page = gaps.listing(full.db, who, Ask(A, ("visit_far",)))
    assert len(page.rows) == 2
    assert max(r["n"] for r in page.rows) > 200_000
    assert {(r["name"], r["place"]) for r in page.rows} == {("甲一 W1", page.rows[0]["place"])}
    assert "南苑小区1幢2单元501室" in page.rows[0]["place"]
