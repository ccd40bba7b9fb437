"""The engine of obligations beside the oracle: random worlds, day by day, row by row."""

import math
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import psycopg
import pytest
from psycopg.types.json import Jsonb

from gridsvc.domain import windows
from gridsvc.domain.obligations import STATUS, VISITS
from gridsvc.errors import BusyError
from gridsvc.services import coverage, coveragesums, obligations
from gridsvc.services.coverage import Ask
from gridsvc.store.tx import SYSTEM, begin
from tests.oracle import coverage as oracle
from tests.oracle.worlds import CELLS, DAY, SINCE, World

COUNTED = (*STATUS, "recent", *VISITS, "targets", "covered")
CALENDAR = windows.Calendar("CN")
SHARED = obligations.SHARED


@pytest.fixture(autouse=True)
def _shared_as_it_is():
    yield
    obligations.SHARED = SHARED


def rows_of(conn):
    names = ("due", "until", "cell", "post", "done", "fulfilled_on", "visits", "tried_on", "tried", "attempts",
             "unconfirmed", "backdated")  # fmt: skip
    found = conn.execute(
        "SELECT rule_id, target_id, opens, due, until, cell_key, post_id, done, fulfilled_on, visits, tried_on, tried, "
        "attempts, unconfirmed, backdated "
        "FROM obligation"
    )
    return {row[:3]: dict(zip(names, row[3:], strict=True)) for row in found}


def agree(conn, book):
    wanted = {key: {k: v for k, v in row.items() if k != "rule"} for key, row in book.rows.items()}
    assert rows_of(conn) == wanted


def report_agrees(db, book, today):
    """The answers are the sums of the oracle, at every grain, and every level adds up to the one above: of any days, of
    whole months (from the sums that are kept, or some of them) and of several months."""
    month = today.replace(day=1)
    before, after = (month - DAY).replace(day=1), (month + 31 * DAY).replace(day=1)
    for first, last in ((month - 40 * DAY, today + 20 * DAY), (month, after - DAY), (before, month - DAY),
                        (before, after - DAY)):  # fmt: skip
        days_agree(db, book, today, first, last)


def days_agree(db, book, today, first, last):
    totals = []
    newest = {rule["code"]: rule["id"] for rule in book.world["rules"]}
    for by, part, of in (
        ("cell", None, lambda _, row: row["cell"] if row["cell"] % 8192 else 0),
        ("community", None, lambda _, row: row["cell"] >> 13 << 13),
        ("rule", "rule", lambda _, row: newest[row["rule"]["code"]]),
        ("officer", "post", lambda _, row: book.officer[row["post"]] if row["post"] else 0),
    ):
        found = coverage.report(db, SYSTEM, Ask("990101001", f"{first}..{last}", by=by, as_of=today))
        wanted = book.measures(today, first, last, of, part)
        assert {int(k) for k in found.table["key"]} == set(wanted)
        for row in found.table.to_dict("records"):
            sums = wanted[row["key"]]
            assert {s: row[s] for s in COUNTED} == {s: sums.get(s, 0) for s in COUNTED}
            total, fulfilled = sums.get("total", 0), sums.get("done", 0) + sums.get("late", 0)
            assert row["total"] == total
            assert (row["rate"] == pytest.approx(fulfilled / total)) if total else math.isnan(row["rate"])
            assert row["remaining"] == max(0, math.ceil(sums.get("asked", 0) - fulfilled - 1e-6))
            assert not row["rate"] > 1
        totals.append({s: int(found.table[s].sum()) for s in STATUS})
        assert totals[-1] == {s: found.total[s] for s in STATUS}
    assert all(t == totals[0] for t in totals)


def live(db, conn, seed):
    """One world for two months: nights, visits, changes; what the visits of every second one touch is done by two."""
    obligations.SHARED = 0 if seed % 2 else SHARED
    world = World(conn, seed)
    today = SINCE + world.rng.randint(0, 40) * DAY
    world.make(today)
    book = oracle.Book(world.as_dict(), CALENDAR.is_working, CALENDAR.holiday)
    since = SINCE if world.maybe(0.5) else today.replace(day=1)
    obligations.update(db, today=today, since=since)
    book.update(today, since)
    agree(conn, book)
    for _ in range(world.rng.randint(1, 4)):
        came = [v for v in (world.visit(today - 20 * DAY, today) for _ in range(world.rng.randint(1, 6))) if v]
        obligations.catch_up(db, today=today)
        book.visited(today, came)
        agree(conn, book)
        for _ in range(world.rng.randint(0, 5)):
            world.happen(today)
        last, today = today, today + world.rng.randint(1, 20) * DAY
        obligations.update(db, today=today)
        book.update(today, last)
        agree(conn, book)
        if world.maybe(0.7):
            coveragesums.fold(db, today=today)
    came = [v for v in (world.visit(today - 20 * DAY, today) for _ in range(world.rng.randint(0, 3))) if v]
    obligations.catch_up(db, today=today)  # the cells of these are not in the sums yet
    book.visited(today, came)
    book.officer = dict(conn.execute("SELECT id, officer_id FROM post").fetchall())
    report_agrees(db, book, today)
    before = rows_of(conn)
    assert sum(obligations.update(db, today=today).counts().values()) == 0
    assert rows_of(conn) == before


def worlds(server, fresh, seeds):
    db = fresh()
    name = str(psycopg.conninfo.conninfo_to_dict(db.dsn)["dbname"])
    with psycopg.connect(server.dsn(name).admin, autocommit=True) as conn:
        for seed in seeds:
            for table in ("obligation", "obligation_update", "coverage_sum", "coverage_stale", "coverage_day", "visit_change", "visit", "post", "officer", "person",
                          "household", "dwelling", "hazard", "estate", "organisation", "zone", "cell", "area", "rule"):  # fmt: skip
                conn.execute(f"DELETE FROM {table}")
            conn.execute("DELETE FROM visit_change")
            try:
                live(db, conn, seed)
            except AssertionError as e:
                e.add_note(f"seed {seed}")
                raise


def test_the_engine_agrees_with_the_oracle(server, fresh):
    worlds(server, fresh, range(25))


@contextmanager
def a_world(server, fresh, seed, **settings):
    """A world on day 20 (db, connection, world, today) to which a test adds what it is about."""
    db = fresh(**settings)
    name = str(psycopg.conninfo.conninfo_to_dict(db.dsn)["dbname"])
    with psycopg.connect(server.dsn(name).admin, autocommit=True) as conn:
        world, today = World(conn, seed), SINCE + 20 * DAY
        world.make(today)
        yield db, conn, world, today


def a_rule(world, code, target, activity, **more):
    """A rule that holds from the first day on: once a month, on time only, at every target of the kind."""
    world.put("rule", {"code": code, "target": target, "activity": activity, "document": False, "measure": "times",
                       "amount": 1, "period": "month", "working": False, "grace": 0, "rate": 1.0, "since": SINCE,
                       "name": "x", "version": 1, "valid": f"[{SINCE},)", "origin": "x", **more})  # fmt: skip


def test_a_photo_makes_a_visit_a_written_record(server, fresh):
    """A rule that asks for one is fulfilled when it comes, and open again when it is taken away."""
    with a_world(server, fresh, 1) as (db, conn, world, today):
        conn.execute("DELETE FROM rule")
        conn.execute("DELETE FROM visit")
        hazard = world.put("hazard", {"cell_key": CELLS[0], "class": "01", "grade": "2", "state": "found",
                                      "found_on": SINCE - 30 * DAY})  # fmt: skip
        a_rule(world, "R", "hazard", ["check"], document=True)
        visit = world.put("visit", {"target": "hazard", "target_id": hazard, "day": today, "at": today, "mode": "inspect",
                                    "outcome": "done", "activity": "check", "personal": False, "cell_key": CELLS[0]})  # fmt: skip
        obligations.update(db, today=today)

        def done():
            obligations.catch_up(db, today=today)
            return conn.execute("SELECT fulfilled_on FROM obligation WHERE target_id = %s", [hazard]).fetchone()[0]

        assert done() is None
        photo = world.put("attachment", {"entity": "visit", "record_id": visit, "cell_key": CELLS[0], "personal": False,
                                         "name": "x", "media": "image/jpeg", "size": 1, "sha256": b"x", "body": b"x",
                                         "created_by": 1})  # fmt: skip
        assert done() == today
        conn.execute("DELETE FROM attachment WHERE id = %s", [photo])
        assert done() is None


def test_the_first_and_the_last_day_of_a_target(server, fresh):
    """A category ends with its last day, a firm begins with its first; who moves in within the week is planned."""
    with a_world(server, fresh, 1) as (db, conn, world, today):
        conn.execute("DELETE FROM rule")
        home = {"cell_key": CELLS[0], "name": "x"}
        stop = today - 3 * DAY
        old = world.put(
            "person", {**home, "categories": Jsonb([{"code": "01", "grade": None, "from": None, "to": str(stop)}])}
        )
        firm = world.put("organisation", {**home, "class": "03", "opened_on": today - 2 * DAY})
        soon, later = (world.put("person", {**home, "moved_in": today + n * DAY}) for n in (7, 8))
        for code, target, kinds in (("P", "person", ["01"]), ("O", "organisation", [])):
            a_rule(world, code, target, ["visit"], period="day", kinds=kinds)
        a_rule(world, "N", "person", ["visit"], period="occurrence", every=30)
        obligations.update(db, today=today, since=today - 9 * DAY)
        days = {}
        for code, target, opens in conn.execute(
            "SELECT r.code, o.target_id, o.opens FROM obligation o JOIN rule r ON r.id = o.rule_id"
        ):
            days.setdefault((code, target), []).append(opens)
        assert max(days["P", old]) == stop
        assert min(days["O", firm]) == today - 2 * DAY
        assert days["N", soon] == [today + 7 * DAY]
        assert ("N", later) not in days


def test_a_visit_written_late_is_for_who_was_in_charge_on_its_day(server, fresh):
    """The post changed on day 9; a visit of day 4 that is entered on day 20 closes the month for whoever had it then."""
    with a_world(server, fresh, 1) as (db, conn, world, today):
        for table in ("rule", "visit", "post"):
            conn.execute(f"DELETE FROM {table}")
        firm = world.put("organisation", {"cell_key": CELLS[0], "name": "x", "class": "03"})
        turn = SINCE + 9 * DAY
        was, now = (
            world.put("post", {"officer_id": world.put("officer", {"cell_key": CELLS[0], "name": "o"}), "kind": "03",
                               "target": "cell", "starts": starts, "ends": ends, "cover": False, "cell_key": CELLS[0]})
            for starts, ends in ((SINCE, turn - DAY), (turn, None))
        )  # fmt: skip
        a_rule(world, "O", "organisation", ["visit"], kinds=[])
        obligations.update(db, today=today, since=SINCE)

        def post():
            found = conn.execute(
                "SELECT post_id FROM obligation WHERE target_id = %s AND %s BETWEEN opens AND due", [firm, today]
            )
            return found.fetchone()[0]

        assert post() == now
        world.put("visit", {"target": "organisation", "target_id": firm, "day": SINCE + 4 * DAY, "at": today, "mode": "door",
                            "outcome": "met", "activity": "visit", "personal": False, "cell_key": CELLS[0]})  # fmt: skip
        obligations.catch_up(db, today=today)
        assert post() == was


def test_updates_at_the_same_time_or_broken_off_come_to_the_same(server, fresh):
    """Rules are done two at a time; whoever else updates or has visits worked out waits, and nothing is made twice."""
    with a_world(server, fresh, 5) as (db, conn, world, today):
        for n, target in enumerate(("cell", "dwelling", "household", "person", "hazard", "estate") * 2):
            a_rule(world, f"S{n}", target, ["visit", "patrol"], period=("day", "week")[n % 2])
        for _ in range(20):
            world.visit(SINCE, today)
        obligations.update(db, today=today, since=SINCE)
        once = rows_of(conn)
        assert len(once) > 50

        def again():
            conn.execute("DELETE FROM obligation_update")
            conn.execute("DELETE FROM obligation")

        again()
        with ThreadPoolExecutor(4) as threads:
            updates = [threads.submit(obligations.update, db, today=today, since=SINCE) for _ in range(3)]
            caught = threads.submit(obligations.catch_up, db, today=today)
            assert sum(u.result().made for u in updates) == len(once)
            caught.result()
        assert rows_of(conn) == once

        def stop(_, share):
            if share > 0:
                raise KeyboardInterrupt

        again()
        with pytest.raises(KeyboardInterrupt):
            obligations.update(db, today=today, since=SINCE, progress=stop)
        some = rows_of(conn)
        assert len(some) < len(once)
        assert conn.execute("SELECT count(*) FROM obligation_update").fetchone() == (0,)
        obligations.update(db, today=today, since=SINCE)
        assert rows_of(conn) == once


def test_one_connection_is_enough(server, fresh):
    with a_world(server, fresh, 5, pool_size=1, pool_wait=0.01) as (db, _, world, today):
        for n in range(6):
            a_rule(world, f"S{n}", "cell", ["patrol"], period="day")
        assert obligations.update(db, today=today, since=SINCE).made > 50


def test_visits_are_worked_out_by_two(server, fresh, monkeypatch):
    """Each takes what the other has not begun; if one fails nothing is lost, and without a connection to spare one does
    it all."""
    with a_world(server, fresh, 5, pool_size=2, pool_wait=0.2) as (db, conn, world, today):
        for n, target in enumerate(("cell", "dwelling", "household", "person", "hazard", "estate")):
            a_rule(world, f"S{n}", target, ["visit", "patrol"], period=("day", "week")[n % 2])
        obligations.update(db, today=today, since=SINCE)
        begun, whole = threading.Barrier(2), obligations._work_through

        def both(tx, groups, changes, day):
            begun.wait(20)
            return whole(tx, groups, changes, day)

        def failing(error):
            def one_fails(tx, groups, changes, day):
                begun.wait(20)
                if threading.current_thread() is not threading.main_thread():
                    assert next(iter(groups), None) is not None
                    raise error
                return whole(tx, groups, changes, day)

            return one_fails

        def waiting():
            return conn.execute("SELECT count(*) FROM visit_change").fetchone()[0]

        def made_anew():
            conn.execute("DELETE FROM obligation_update")
            conn.execute("DELETE FROM obligation")
            obligations.update(db, today=today, since=SINCE)
            return rows_of(conn)

        monkeypatch.setattr(obligations, "SHARED", 0)
        for way, error in ((both, None), *((failing(e), e) for e in (RuntimeError("away"), BusyError("db.busy")))):
            for _ in range(30):
                world.visit(SINCE, today)
            before, there = rows_of(conn), waiting()
            assert there > 0
            monkeypatch.setattr(obligations, "_work_through", way)
            if error is None:
                assert obligations.catch_up(db, today=today).worked > 0
            else:
                with pytest.raises(type(error)):
                    obligations.catch_up(db, today=today)
                assert (waiting(), rows_of(conn)) == (there, before)
                monkeypatch.setattr(obligations, "_work_through", whole)
                with db.connection():  # the second one
                    assert obligations.catch_up(db, today=today).worked > 0
            after = rows_of(conn)
            assert (waiting(), after == before) == (0, False)
            assert made_anew() == after


def test_a_post_without_an_officer_is_nobodys(server, fresh):
    """One among the posts of a county does not take the answer away."""
    with a_world(server, fresh, 3) as (db, conn, world, today):
        a_rule(world, "ALL", "cell", ["patrol"])
        obligations.update(db, today=today, since=SINCE)
        coveragesums.fold(db, today=today)
        ask = Ask("990101001", f"{SINCE:%Y-%m}", by="officer", as_of=today)
        before = coverage.report(db, SYSTEM, ask)
        (post,) = conn.execute("SELECT post_id FROM obligation WHERE post_id IS NOT NULL LIMIT 1").fetchone()
        conn.execute("UPDATE post SET officer_id = NULL WHERE id = %s", [post])
        after = coverage.report(db, SYSTEM, ask)
        assert after.total == before.total
        nobody = [found.table.set_index("key")["total"].get(0, 0) for found in (before, after)]
        assert nobody[1] > nobody[0]


def test_versions_of_a_rule_are_not_shared(server, fresh):
    """They close the same gaps: two that did them at the same time could wait for each other."""
    with a_world(server, fresh, 5) as (db, conn, world, today):
        conn.execute("DELETE FROM rule")
        turn = SINCE + 10 * DAY
        for version, days, activity in ((1, f"[{SINCE},{turn})", "patrol"), (2, f"[{turn},)", "inspect")):
            a_rule(world, "V", "cell", [activity], period="day", version=version, valid=days)
        a_rule(world, "W", "cell", ["visit"], period="day")
        a_rule(world, "X", "cell", ["patrol", "visit"], period="day")
        obligations.update(db, today=today, since=SINCE)
        for activity in ("patrol", "inspect", "visit"):
            world.put("visit", {"target": "cell", "day": today, "at": today, "mode": "inspect", "outcome": "done",
                                "activity": activity, "personal": False, "cell_key": CELLS[0]})  # fmt: skip
        with begin(db, SYSTEM, "jobs") as tx:
            tx.run("obligation/stage_change")
            tx.run("obligation/change")
            own, shared = obligations._touched_alike(tx)
        assert [[rule.code for _, rule in group] for group in own] == [["V"], ["V"]]
        assert sorted(rule.code for group in shared for _, rule in group) == ["W", "X"]


@pytest.mark.soak
def test_the_engine_agrees_with_the_oracle_on_a_thousand_worlds(server, fresh):
    worlds(server, fresh, range(1000, 2000))


def test_the_month_is_answered_from_sums_until_something_changes(server, fresh):
    """Sums that were tampered with show that they are read; what changed since, another day and a part of a month are
    counted from the obligations, and the next fold mends what is wrong where something changed."""
    with a_world(server, fresh, 3) as (db, conn, world, today):
        a_rule(world, "ALL", "cell", ["patrol"])
        world.put("visit", {"target": "cell", "day": SINCE + DAY, "at": SINCE + DAY, "mode": "inspect", "outcome": "done",
                            "activity": "patrol", "personal": False, "cell_key": CELLS[0]})  # fmt: skip
        obligations.update(db, today=today, since=SINCE)
        month = f"{SINCE:%Y-%m}"

        def sums(as_of=today, period=month):
            return coverage.report(db, SYSTEM, Ask("990101001", period, by="cell", as_of=as_of)).total["visits"]

        true = sums()
        assert true > 0
        assert coveragesums.fold(db, today=today) > 0
        assert coveragesums.fold(db, today=today) == 0
        conn.execute("UPDATE coverage_sum SET visits = visits + 1000")
        assert sums() >= true + 1000
        assert sums(as_of=today - DAY) <= true
        assert sums(period=f"{SINCE}..{today}") <= true
        conn.execute("UPDATE obligation SET done = done")  # every cell is marked
        assert sums() == true
        coveragesums.fold(db, today=today)
        assert sums() == true
        assert conn.execute("SELECT count(*) FROM coverage_stale").fetchone() == (0,)
        assert coveragesums.fold(db, today=today + 40 * DAY) > 0  # the month is over now: what was due is overdue
        assert sums(as_of=today + 40 * DAY) == true
