"""Rules: the shipped ones, versions, rules of one area, what cannot be said."""

import datetime as dt
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from gridsvc.domain import rules as domain
from gridsvc.domain import windows, workdays
from gridsvc.errors import ConflictError, ForbiddenError, InputError, MissingError
from gridsvc.services import codetables, entries, obligations, rules, users
from gridsvc.services.users import NewUser
from gridsvc.store.tx import SYSTEM, Caller, begin
from gridsvc.text import message
from tests.services.town import CODES, COUNTY, STREET

DAY = dt.date(2026, 11, 20)


def account(db, role, area):
    number, _ = users.add(db, SYSTEM, NewUser(f"u-{role}", role, role, area))
    return Caller(number)


def held(db, day, area=None):
    return {r["code"]: r for r in rules.listing(db, SYSTEM, day=day, area=area)}


def test_the_shipped_rules_are_there(db):
    known = held(db, DAY)
    assert len(known) == len(codetables.rows("rules")) >= 25
    assert (known["XC-DAY"]["amount"], known["XC-DAY"]["measure"]) == (60, "minutes")
    assert known["JK-RECORD"]["rate"] == pytest.approx(0.8)
    assert known["AQ-HOLIDAY"]["holidays"] == ["春节", "国庆节"]
    for r in known.values():
        assert r["name_en"]
        assert r["origin"]


def test_a_row_of_text_comes_back_as_it_was():
    for row in codetables.rows("rules"):
        rule = domain.read(row, DAY)
        assert domain.read(domain.written(rule), DAY) == rule


def test_a_change_is_a_new_version_from_a_day_on(db):
    done = rules.change(db, SYSTEM, "zf-let", {"amount": "2", "grace": ""}, day=DAY)
    assert done["version"] == 2
    assert held(db, DAY)["ZF-LET"]["amount"] == 2
    assert held(db, DAY)["ZF-LET"]["grace"] is None
    assert held(db, DAY - dt.timedelta(days=1))["ZF-LET"]["amount"] == 1
    assert held(db, DAY)["ZF-LET"]["since"] == rules.SHIPPED_SINCE
    with pytest.raises(ConflictError) as e:
        rules.change(db, SYSTEM, "ZF-LET", {"amount": "3"}, day=DAY - dt.timedelta(days=5))
    assert e.value.code == "rule.past"
    again = rules.change(db, SYSTEM, "ZF-LET", {"amount": "3"}, day=DAY)  # nothing was made of the version yet
    assert again["version"] == 2
    with begin(db, SYSTEM, "read") as tx:
        codelists = tx.rows("rule/list", day=None, planned=False, lo=0, hi=2**53)
    assert len([r for r in codelists if r["code"] == "ZF-LET"]) == 2


def test_a_rule_that_is_retired_and_comes_back(db):
    rules.retire(db, SYSTEM, "WB-TANK", day=DAY)
    assert "WB-TANK" not in held(db, DAY)
    assert "WB-TANK" in held(db, DAY - dt.timedelta(days=1))
    with pytest.raises(MissingError):
        rules.retire(db, SYSTEM, "WB-TANK", day=DAY)
    later = DAY + dt.timedelta(days=30)
    rules.save(db, SYSTEM, {**codetables.rows("rules")[0], "code": "WB-TANK"}, day=later)
    assert held(db, later)["WB-TANK"]["since"] == later


@pytest.mark.parametrize(
    ("field", "value"),
    [("target", "moon"), ("period", "fortnight"), ("amount", "0"), ("amount", "many"), ("rate", "0"), ("rate", "101%"),
     ("grace", "-1"), ("every", "3"), ("holidays", "春节"), ("activity", "petition"), ("kinds", "99x"), ("working", "maybe"),
     ("modes", "telepathy"), ("name", " "), ("measure", "miles")],
)  # fmt: skip
def test_what_cannot_be_a_rule(db, field, value):
    with pytest.raises(InputError) as e:
        rules.change(db, SYSTEM, "ZF-LET", {field: value}, day=DAY)
    said = {"name": "missing", "every": "superfluous", "holidays": "superfluous"}
    assert e.value.code == f"rule.{said.get(field, 'field')}"
    assert e.value.values["field"] == field


def test_what_a_period_asks_for_is_asked_for_by_name(db):
    with pytest.raises(InputError) as e:
        rules.change(db, SYSTEM, "ZF-LET", {"period": "holiday", "every": "15"}, day=DAY)
    assert message(e.value) == "规则缺少“节日”（可以是：元旦|春节|清明节|劳动节|端午节|中秋节|国庆节）"
    with pytest.raises(InputError) as e:
        rules.change(db, SYSTEM, "ZF-LET", {"every": "15"}, day=DAY)
    assert message(e.value).startswith("规则不需要“N（日）”（15）")


def test_every_no_days_is_no_rule(db):
    with pytest.raises(InputError) as e:
        rules.change(db, SYSTEM, "ZF-LET", {"period": "days", "every": "0"}, day=DAY)
    assert (e.value.code, e.value.values["field"]) == ("rule.field", "every")


@pytest.mark.parametrize(
    ("period", "every", "most"), [("day", "", 1440), ("week", "", 7 * 1440), ("days", "3", 3 * 1440)]
)
def test_nobody_walks_for_more_than_a_day_a_day(db, period, every, most):
    fields = {"period": period, "every": every, "measure": "minutes"}
    with pytest.raises(InputError) as e:
        rules.change(db, SYSTEM, "XC-DAY", {**fields, "amount": str(most + 1)}, day=DAY)
    assert (e.value.code, e.value.values["field"]) == ("rule.field", "amount")
    assert rules.change(db, SYSTEM, "XC-DAY", {**fields, "amount": str(most)}, day=DAY)["version"] == 2


def test_a_rule_counts_from_what_began_only_where_something_begins(db):
    with pytest.raises(InputError) as e:
        rules.change(db, SYSTEM, "WS-ESTATE", {"period": "occurrence", "every": "10"}, day=DAY)
    assert e.value.values["field"] == "target"
    with pytest.raises(InputError) as e:
        rules.change(db, SYSTEM, "ZF-LET", {"speed": "3"}, day=DAY)
    assert e.value.code == "rule.fields"
    with pytest.raises(InputError):
        rules.fields_of(["amount"])
    with pytest.raises(InputError):
        rules.day_of("tomorrow")


def test_a_rule_of_one_area_takes_the_place_of_the_one_around_it(cells):
    db = cells.db
    area = CODES["A"]
    today = cells.rows("SELECT app_today() AS day")[0]["day"]  # the cells are of today
    obligations.update(
        db, today=today
    )  # made by the rules for everywhere: what the area's own take over is made anew
    rules.change(db, SYSTEM, "XC-DAY", {"amount": "30"}, area=area, day=DAY)
    rules.retire(db, SYSTEM, "MD-HALF", area=area, day=DAY)
    assert {r["amount"] for r in rules.listing(db, SYSTEM, day=DAY) if r["code"] == "XC-DAY"} == {30, 60}
    with begin(db, SYSTEM, "jobs") as tx:
        made = obligations.versions(tx, DAY)
    own = [v for v in made if v.rule.code == "XC-DAY" and v.rule.amount == 30]
    rest = [v for v in made if v.rule.code == "XC-DAY" and v.rule.amount == 60 and v.first <= DAY]
    assert len(own) == 1
    lo, hi = own[0].ranges[0]
    assert all(b <= lo or a >= hi for v in rest for a, b in v.ranges)
    assert all(b <= lo or a >= hi for v in made if v.rule.code == "MD-HALF" for a, b in v.ranges if v.first <= DAY)
    obligations.update(db, today=today)
    with begin(db, SYSTEM, "jobs") as tx:
        found = tx.conn.execute(
            "SELECT o.target_id, r.amount FROM obligation o JOIN rule r ON r.id = o.rule_id "
            "WHERE r.code = 'XC-DAY' AND o.opens = %s", [today],
        ).fetchall()  # fmt: skip
    assert found
    assert {r["amount"] for r in found if lo <= r["target_id"] < hi} == {30}
    assert len(found) == len({r["target_id"] for r in found})
    with begin(db, SYSTEM, "jobs") as tx:
        gone = tx.conn.execute(
            "SELECT count(*) AS n FROM obligation o JOIN rule r ON r.id = o.rule_id WHERE r.code = 'MD-HALF' "
            "AND o.cell_key = %s AND o.due >= %s", [lo, DAY],
        ).fetchone()  # fmt: skip
    assert gone["n"] == 0


def test_rules_for_everywhere_are_not_a_county_s(cells):
    clerk = account(cells.db, "county", COUNTY)
    with pytest.raises(ForbiddenError) as e:
        rules.change(cells.db, clerk, "ZF-LET", {"amount": "2"}, day=DAY)
    assert e.value.code == "rule.elsewhere"
    assert rules.change(cells.db, clerk, "ZF-LET", {"amount": "2"}, area=COUNTY, day=DAY)["version"] == 1
    with pytest.raises(ForbiddenError):
        rules.retire(cells.db, account(cells.db, "street", STREET), "ZF-LET")
    with pytest.raises(ForbiddenError):
        rules.withdraw(cells.db, clerk, "ZF-LET")


def test_a_year_that_is_not_published_is_provisional():
    calendar = windows.Calendar("CN")
    assert workdays.provisional_years("CN", 2026, 2026) == []
    assert workdays.provisional_years("CN", 2031, 2031) == [2031]
    assert calendar.holiday("春节", 2031) == dt.date(2031, 1, 22)  # the eve; the moon is known long before
    assert windows.Calendar("none").holiday("春节", 2026) is None


def made(town, code):
    return {
        (r["target_id"], r["opens"]): (r["rule_id"], r["due"])
        for r in town.rows("SELECT o.* FROM obligation o JOIN rule r ON r.id = o.rule_id WHERE r.code = %s", code)
    }


def test_an_area_s_rule_of_a_day_to_come_takes_nothing_before(cells):
    """Until that day the rule around it holds there, too, however often the obligations are updated."""
    db, today = cells.db, cells.rows("SELECT app_today() AS day")[0]["day"]
    obligations.update(db, today=today)
    before = made(cells, "XC-DAY")
    rules.change(db, SYSTEM, "XC-DAY", {"amount": "30"}, area=CODES["A"], day=today + dt.timedelta(days=4))
    obligations.update(db, today=today)
    after = made(cells, "XC-DAY")
    assert set(after) == set(before)
    assert {k: v for k, v in after.items() if v[1] < today + dt.timedelta(days=4)} == {
        k: v for k, v in before.items() if v[1] < today + dt.timedelta(days=4)
    }
    assert len({v[0] for v in after.values()}) == 2
    assert sum(obligations.update(db, today=today).counts().values()) == 0


def test_a_rule_that_is_changed_from_a_day_gone_by_makes_that_time_anew(cells):
    db, today = cells.db, cells.rows("SELECT app_today() AS day")[0]["day"]
    first = today - dt.timedelta(days=40)
    cells.rows("UPDATE cell SET born = %s RETURNING key", first)
    obligations.update(db, today=today, since=first)
    before = made(cells, "XC-DAY")
    day = today - dt.timedelta(days=20)
    done = rules.change(db, SYSTEM, "XC-DAY", {"amount": "30"}, day=day)
    number = done["id"]
    assert done["back"]  # whoever changes months that are past is told
    assert not rules.change(db, SYSTEM, "WX-1", {"amount": "2"}, day=today)["back"]
    fresh = {"name": "每月查看", "target": "cell", "activity": "check", "period": "month"}
    assert not rules.change(db, SYSTEM, "NEW-1", fresh, day=day)["back"]
    assert rules.retire(db, SYSTEM, "NEW-1", day=today - dt.timedelta(days=1))["back"]
    obligations.update(db, today=today)
    after = made(cells, "XC-DAY")
    assert set(after) == set(before)
    assert {v[0] for v in after.values() if v[1] >= day} == {number}
    assert {v[0] for v in after.values() if v[1] < day} == {v[0] for v in before.values()}
    assert rules.change(db, SYSTEM, "XC-DAY", {"amount": "20"}, area=CODES["A"], day=day)[
        "back"
    ]  # the one around it held


def test_a_rule_of_a_county_does_not_begin_from_that_of_one_community(cells):
    db = cells.db
    rules.change(db, SYSTEM, "ZF-LET", {"amount": "7"}, area=CODES["A"], day=DAY)
    rules.change(db, SYSTEM, "ZF-LET", {"grace": "9"}, area=COUNTY, day=DAY)
    wide = next(r for r in rules.listing(db, SYSTEM, day=DAY) if r["code"] == "ZF-LET" and r["area"] == COUNTY)
    assert (wide["amount"], wide["grace"]) == (1, 9)
    rules.change(db, SYSTEM, "ZF-LET", {"rate": "0.5"}, area=CODES["B"], day=DAY)
    small = next(r for r in rules.listing(db, SYSTEM, day=DAY) if r["code"] == "ZF-LET" and r["area"] == CODES["B"])
    assert (small["amount"], small["grace"]) == (1, 9)  # the one around it, not the one for everywhere


def test_a_thousand_working_days_can_be_counted():
    calendar = windows.Calendar("CN")
    last = calendar.later(dt.date(2026, 12, 31), 1000, working=True)
    assert calendar.later(last, -1000, working=True) == dt.date(2026, 12, 31)


def test_flagged_estates_are_looked_after_weekly_whatever_kind_they_are(own_city):
    """重点小区: a flag of the record, beside the kinds that the rule names."""
    with begin(own_city, SYSTEM, "read") as tx:
        at = tx.conn.execute(
            "SELECT id, ST_X(ST_PointOnSurface(geom)) AS x, ST_Y(ST_PointOnSurface(geom)) AS y FROM estate WHERE kind = '商品房' LIMIT 1"
        ).fetchone()
    made = [
        entries.create(own_city, SYSTEM, "estate", {"name": name, "kind": kind, "flagged": flagged, "lon": at["x"],
                                                    "lat": at["y"]})["id"]
        for name, kind, flagged in (("东湖苑", "商品房", True), ("南湖苑", "三无", None), ("西湖苑", "商品房", None))
    ]  # fmt: skip
    obligations.update(own_city, today=DAY)
    with begin(own_city, SYSTEM, "jobs") as tx:
        found = tx.conn.execute(
            "SELECT DISTINCT o.target_id FROM obligation o JOIN rule r ON r.id = o.rule_id WHERE r.code = 'XC-ESTATE' "
            "AND o.target_id = ANY(%s)", [made]
        ).fetchall()  # fmt: skip
    assert sorted(r["target_id"] for r in found) == made[:2]
    with pytest.raises(InputError):
        rules.change(own_city, SYSTEM, "XC-ESTATE", {"kinds": "04|starred"}, day=DAY)


def test_a_rule_is_for_buildings_of_some_use(own_city):
    """By the words of the office's own list; a word that no building has is none."""
    fields = {"name": "住宅楼每月巡楼", "target": "building", "kinds": "住宅", "activity": "check", "period": "month"}
    rules.change(own_city, SYSTEM, "LD-HOME", fields, day=DAY)
    obligations.update(own_city, today=DAY)
    with begin(own_city, SYSTEM, "jobs") as tx:
        found = tx.conn.execute("SELECT b.use, count(*) AS n FROM obligation o JOIN rule r ON r.id = o.rule_id JOIN building b "
                                "ON b.id = o.target_id WHERE r.code = 'LD-HOME' GROUP BY 1").fetchall()  # fmt: skip
        homes = tx.conn.execute(
            "SELECT count(*) AS n FROM building WHERE use = '住宅' AND kind = 'building' AND ended IS NULL"
        ).fetchone()
    assert [r["use"] for r in found] == ["住宅"]
    assert found[0]["n"] >= homes["n"] > 0
    with pytest.raises(InputError, match="住宅"):
        rules.change(own_city, SYSTEM, "LD-HOME", {"kinds": "城堡"}, day=DAY)


def test_every_shipped_rule_finds_its_targets(city):
    """Each rule has tasks in the sample city, but those for lifts and water tanks, of which it has none."""
    with begin(city, SYSTEM, "jobs") as tx:
        idle = tx.conn.execute(
            "SELECT code FROM rule r WHERE NOT EXISTS (SELECT FROM obligation o WHERE o.rule_id = r.id) ORDER BY code"
        ).fetchall()
        lifts = tx.conn.execute("SELECT count(*) AS n FROM component WHERE class IN ('05001', '05002')").fetchone()[
            "n"
        ]
    assert [r["code"] for r in idle] == ["WB-LIFT", "WB-TANK"]
    assert lifts == 0


def test_a_version_of_a_day_to_come_is_seen_and_taken_back(cells):
    """What it made ahead is made anew by the one before it; what has begun stays."""
    db, today = cells.db, cells.rows("SELECT app_today() AS day")[0]["day"]
    obligations.update(db, today=today)
    before, later = made(cells, "XC-DAY"), today + dt.timedelta(days=3)
    number = rules.change(db, SYSTEM, "XC-DAY", {"amount": "30"}, day=later)["id"]
    fresh = rules.change(
        db, SYSTEM, "T-NEW", {"name": "试", "target": "cell", "activity": "patrol", "period": "day"}, day=later
    )
    obligations.update(db, today=today)
    assert number in {rule for rule, _ in made(cells, "XC-DAY").values()}
    listed = rules.listing(db, SYSTEM, planned=True)
    assert {r["id"] for r in listed if r["valid_from"] > today} == {number, fresh["id"]}
    assert not {number, fresh["id"]} & {r["id"] for r in rules.listing(db, SYSTEM)}
    with pytest.raises(ConflictError):  # another one is the newest than was thought
        rules.withdraw(db, SYSTEM, "XC-DAY", version=1)
    done = rules.withdraw(db, SYSTEM, "xc-day", version=2)
    assert (done["id"], done["version"], done["valid_from"]) == (number, 2, later)
    assert rules.withdraw(db, SYSTEM, "T-NEW")["id"] == fresh["id"]
    obligations.update(db, today=today)
    assert made(cells, "XC-DAY") == before
    assert made(cells, "T-NEW") == {}
    for code, error, said in (("XC-DAY", ConflictError, "rule.begun"), ("T-NEW", MissingError, "rule.unknown")):
        with pytest.raises(error) as e:
            rules.withdraw(db, SYSTEM, code)
        assert e.value.code == said
    audit = cells.rows("SELECT count(*) AS n FROM audit WHERE action = 'rule.withdraw'")
    assert audit[0]["n"] == 2


def test_an_end_of_a_day_to_come_is_taken_back(db):
    with begin(db, SYSTEM, "read") as tx:
        later = tx.conn.execute("SELECT app_today() + 9 AS day").fetchone()["day"]
    rules.retire(db, SYSTEM, "WB-TANK", day=later)
    assert "WB-TANK" not in held(db, later)
    rules.withdraw(db, SYSTEM, "WB-TANK")
    assert "WB-TANK" in held(db, later)


def test_an_update_makes_nothing_of_a_version_that_is_taken_back_meanwhile(cells):
    db, today = cells.db, cells.rows("SELECT app_today() AS day")[0]["day"]
    fields = {"name": "试", "target": "cell", "activity": "patrol", "period": "day"}
    rules.change(db, SYSTEM, "T-NEW", fields, day=today + dt.timedelta(days=2))
    with begin(db, SYSTEM, "jobs") as tx:
        (one,) = (v for v in obligations.versions(tx, today) if v.rule.code == "T-NEW")
    rules.withdraw(db, SYSTEM, "T-NEW")
    done = obligations._update_alone(db, one, today, today, windows.Calendar(db.settings.holidays))
    assert sum(done.counts().values()) == 0
    assert made(cells, "T-NEW") == {}
    assert cells.rows("SELECT count(*) AS n FROM obligation WHERE rule_id = %s", one.id)[0]["n"] == 0


def test_a_slip_of_today_is_put_right_today(cells):
    """What the version has made goes and is made by the one that takes its place; what was excused of it is kept, and so is
    what a version of days gone by has made."""
    db, today = cells.db, cells.rows("SELECT app_today() AS day")[0]["day"]
    obligations.update(db, today=today)
    clerk = account(db, "county", COUNTY)
    slip = rules.change(db, clerk, "XC-DAY", {"amount": "600"}, area=COUNTY, day=today)
    obligations.update(db, today=today)
    assert slip["id"] in {rule for rule, _ in made(cells, "XC-DAY").values()}
    due = {"task": "obligations.update", "every": dt.timedelta(hours=12)}
    with begin(db, SYSTEM, "jobs") as tx:
        tx.run("upkeep/done", task=due["task"])
        assert not tx.value("upkeep/due", **due)
    right = rules.change(db, clerk, "XC-DAY", {"amount": "30"}, area=COUNTY, day=today)
    with begin(db, SYSTEM, "jobs") as tx:  # the worker makes it anew now, not half a day later
        assert tx.value("upkeep/due", **due)
    assert (right["version"], right["id"] != slip["id"]) == (slip["version"], True)
    obligations.update(db, today=today)
    of = cells.rows("SELECT rule_id, amount, count(*) AS n FROM obligation o LEFT JOIN rule r ON r.id = o.rule_id "
                    "WHERE opens = %s AND (r.code = 'XC-DAY' OR r.id IS NULL) GROUP BY 1, 2", today)  # fmt: skip
    assert [(r["rule_id"], r["amount"], r["n"]) for r in of] == [(right["id"], 30, cells.count("cell"))]
    done = rules.retire(db, clerk, "XC-DAY", area=COUNTY, day=today)  # or it was a slip altogether
    obligations.update(db, today=today)
    assert cells.rows("SELECT 1 FROM obligation WHERE rule_id IN (%s, %s)", right["id"], done["id"]) == []
    again = rules.change(db, clerk, "XC-DAY", {"amount": "20"}, area=COUNTY, day=today)
    obligations.update(db, today=today)
    excused = cells.rows("UPDATE obligation SET excused_on = %s, excuse = '封路' WHERE rule_id = %s AND target_id = "
                         "(SELECT min(target_id) FROM obligation WHERE rule_id = %s) RETURNING 1", today, again["id"],
                         again["id"])  # fmt: skip
    assert excused
    past = today - dt.timedelta(days=1)
    fields = {"name": "试", "target": "cell", "activity": "patrol", "period": "day"}
    rules.change(db, SYSTEM, "T-NEW", fields, day=past)
    obligations.update(db, today=today)
    assert made(cells, "T-NEW")
    for code, area, day in (("XC-DAY", COUNTY, today), ("T-NEW", None, past)):
        with pytest.raises(ConflictError) as e:
            rules.change(db, SYSTEM, code, {"grace": "1"}, area=area, day=day)
        assert e.value.code == "rule.used", code


def test_what_is_excused_while_its_rule_is_written_over_is_kept(cells):
    """Who was told that something is excused is not overruled by a version that is saved at that moment; a version that is
    taken back before its day takes all of its own along."""
    db, today = cells.db, cells.rows("SELECT app_today() AS day")[0]["day"]
    fields = {"name": "试", "target": "cell", "activity": "patrol", "period": "day"}
    number = rules.change(db, SYSTEM, "T-NEW", fields, day=today)["id"]
    obligations.update(db, today=today)
    with ThreadPoolExecutor(1) as pool:
        with begin(db, SYSTEM, "jobs") as tx:
            tx.conn.execute(
                "UPDATE obligation SET excused_on = %s, excuse = '封路' WHERE rule_id = %s AND opens = %s",
                (today, number, today),
            )
            saved = pool.submit(rules.change, db, SYSTEM, "T-NEW", {"grace": "1"}, day=today)
            time.sleep(0.5)
            assert not saved.done()
        with pytest.raises(ConflictError) as e:
            saved.result(20)
    assert e.value.code == "rule.used"
    assert (
        cells.rows("SELECT count(*) AS n FROM obligation WHERE rule_id = %s AND excused_on IS NOT NULL", number)[0][
            "n"
        ]
        > 0
    )
    later = today + dt.timedelta(days=2)
    planned = rules.change(db, SYSTEM, "T-NEW", {"grace": "2"}, day=later)["id"]
    obligations.update(db, today=today)
    assert cells.rows(
        "UPDATE obligation SET excused_on = %s, excuse = '封路' WHERE rule_id = %s RETURNING 1", later, planned
    )
    assert rules.withdraw(db, SYSTEM, "T-NEW")["id"] == planned
    assert cells.rows("SELECT 1 FROM obligation WHERE rule_id = %s", planned) == []
