"""Coverage from the sums that are kept is what the obligations say, for whoever asks and whatever changed since."""

import datetime as dt

import psycopg
import pytest

from gridsvc.services import coverage, coveragesums, users
from gridsvc.services.coverage import Ask
from gridsvc.store.tx import SYSTEM, Caller, begin

TODAY = dt.date(2026, 11, 20)
OFFICERS_CELLS, CLERK, COUNTY, ANALYST = "wangge", "shequ", "quxian", "fenxi"
MONTHS = "2026-09-01..2026-10-31"
ASKED = [(by, period, rules) for by in ("cell", "community", "officer", "rule")
         for period, rules in (("2026-10", ()), (MONTHS, ()), ("2026-10", ("ZF-LET", "XC-DAY")))]  # fmt: skip


def answers(db, caller, area=None):
    """Every way to ask of a month and of two, and what comes of it."""
    out = {}
    for by, period, rules in ASKED:
        found = coverage.report(db, caller, Ask(area, period, rules, by, TODAY))
        rows = found.table.round(6).astype(object)
        out[by, period, rules] = rows.where(rows.notna(), None).to_dict("records")
    return out


@pytest.fixture
def counted(server, own_city):
    """The sample city, a connection of its admin, and whoever asks."""
    name = str(psycopg.conninfo.conninfo_to_dict(own_city.dsn)["dbname"])
    known = {r["login"]: Caller(r["id"]) for r in users.listing(own_city, SYSTEM)}
    with psycopg.connect(server.dsn(name).admin, autocommit=True) as conn:
        yield own_city, conn, known


def test_the_sums_are_what_the_obligations_say(counted):
    """An officer has cells of a community, a clerk whole ones, an analyst no duty towards residents: the same whether
    counted anew, from the sums, or from the sums but for the cells of two communities that changed since."""
    db, conn, known = counted
    conn.execute("DELETE FROM coverage_day")
    logins = (OFFICERS_CELLS, CLERK, COUNTY, ANALYST)
    anew = {login: answers(db, known[login]) for login in logins}
    assert all(any(row["total"] for rows in anew[login].values() for row in rows) for login in logins)
    coveragesums.fold(db, today=TODAY)
    assert {login: answers(db, known[login]) for login in logins} == anew
    conn.execute("INSERT INTO coverage_stale SELECT DISTINCT ON (cell_key / 8192) cell_key, month FROM coverage_sum "
                 "WHERE month = '2026-10-01' ORDER BY cell_key / 8192, cell_key % 8192 DESC LIMIT 2")  # fmt: skip
    conn.execute("UPDATE coverage_sum SET visits = visits + 1000 WHERE (cell_key, month) IN (TABLE coverage_stale)")
    assert {login: answers(db, known[login]) for login in logins} == anew


def test_rules_and_areas_of_whole_communities_are_read_from_sums_of_communities(counted):
    """Sums that were tampered with show which ones are read: of the county those of communities but by cell and by
    officer; of two cells those of cells, whatever stands in that of their community; of what changed none."""
    db, conn, known = counted
    coveragesums.fold(db, today=TODAY)
    before = {login: answers(db, known[login]) for login in (OFFICERS_CELLS, COUNTY)}
    conn.execute("UPDATE coverage_sum SET visits = visits + 100000 WHERE grain LIKE 'community%'")
    assert answers(db, known[OFFICERS_CELLS]) == before[OFFICERS_CELLS]
    for (by, period, rules), rows in answers(db, known[COUNTY]).items():
        more = sum(row["visits"] for row in rows) - sum(row["visits"] for row in before[COUNTY][by, period, rules])
        assert (more > 0) == (by not in ("cell", "officer")), (by, period, rules)
    conn.execute("INSERT INTO coverage_stale SELECT DISTINCT cell_key, month FROM coverage_sum")
    assert answers(db, known[COUNTY]) == before[COUNTY]
    coveragesums.fold(db, today=TODAY)
    assert conn.execute("SELECT count(*) FROM coverage_sum WHERE visits > 100000").fetchone() == (0,)
    assert answers(db, known[COUNTY]) == before[COUNTY]


def test_the_sum_of_a_community_is_for_who_sees_all_of_it(counted):
    db, _, known = counted
    coveragesums.fold(db, today=TODAY)
    seen = {}
    for login in (OFFICERS_CELLS, CLERK, ANALYST, COUNTY):
        with begin(db, known[login], "read") as tx:
            rows = tx.conn.execute("SELECT grain, count(*) FROM coverage_sum GROUP BY 1").fetchall()
            seen[login] = {row["grain"]: row["count"] for row in rows}
    assert seen[COUNTY]["community_rule"] > seen[CLERK]["community_rule"] > 0
    assert "community" not in seen[OFFICERS_CELLS]
    assert seen[OFFICERS_CELLS]["cell"] > 0
    assert 0 < seen[ANALYST]["community_rule"] < seen[COUNTY]["community_rule"]
