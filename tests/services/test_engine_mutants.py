"""The engine of coverage with one slip in it, again and again: the oracle has to notice each (soak)."""

import psycopg
import pytest

from gridsvc import paths
from gridsvc.store import sqlfiles
from tests.services.test_obligations import worlds

WORLDS = 100
# statement or function, what it says, what a slip makes of it
MUTANTS = [
    ("obligation/facts", "FILTER (WHERE sum >= %(amount)s)", "FILTER (WHERE sum > %(amount)s)"),
    ("obligation/facts", "min(day) FILTER", "max(day) FILTER"),
    ("obligation/facts", "ELSE 1 END", "ELSE count(*) END"),
    ("obligation/facts", "k.outcome = ANY(%(fulfil)s) AND", "true AND"),
    ("obligation/facts", "k.written OR", "true OR"),
    ("obligation/facts", "OR k.mode = ANY(%(modes)s)", "OR true"),
    ("obligation/facts", "day DESC, at DESC", "day DESC, at"),
    ("obligation/facts", "opens, day DESC", "opens, day"),
    ("obligation/facts", "> %(slow)s AS backdated", ">= %(slow)s AS backdated"),
    ("obligation/facts", "FROM hit WHERE counts", "FROM hit"),
    ("obligation/facts", "FROM hit WHERE NOT counts", "FROM hit"),
    ("obligation/facts", "FULL JOIN", "LEFT JOIN"),
    ("obligation/hits", "w.opens AND w.until", "w.opens AND w.due"),
    ("obligation/hits", "BETWEEN w.opens", "BETWEEN w.opens + 1"),
    ("obligation/hits", " AND v.ended IS NULL", ""),
    ("obligation/hits", "SELECT min(opens)", "SELECT max(opens)"),
    ("obligation/hits_cell", "v.cell_key = w.target_id", "v.cell_key / 8192 = w.target_id / 8192"),
    ("obligation/hits_area", "v.cell_key / 8192 * 8192", "v.cell_key"),
    ("obligation/hits_dwelling", "v.target = 'household' AND", "v.target = 'household' AND false AND"),
    ("obligation/hits_dwelling", "v.target = 'person' AND", "v.target = 'person' AND false AND"),
    ("obligation/hits_household", "v.target = 'dwelling' AND", "v.target = 'dwelling' AND false AND"),
    ("obligation/hits_household", "JOIN person p ON p.household_id = w.target_id", "JOIN person p ON p.dwelling_id = w.target_id"),
    ("obligation/hits_person", "v.target = 'household' AND", "v.target = 'household' AND false AND"),
    ("obligation/hits_person", "v.target_id = p.dwelling_id", "v.target_id = p.household_id"),
    ("obligation/reach_dwelling", "SELECT p.dwelling_id", "SELECT p.household_id"),
    ("obligation/reach_household", "SELECT h.id, c.day", "SELECT h.dwelling_id, c.day"),
    ("obligation/reach_person", "WHERE c.target = 'dwelling'", "WHERE false"),
    ("obligation/reach", "WHERE target = %(target)s", "WHERE target = %(target)s AND false"),
    ("obligation/change_seen", "FROM visit_change", "FROM visit_change WHERE false"),
    ("obligation/touched", "COALESCE(x.until, 'infinity') >= c.day", "COALESCE(x.until, 'infinity') > c.day"),
    ("obligation/touched", "x.opens <= c.day", "x.opens < c.day"),
    ("obligation/plan", "t.begins <= w.due)", "t.begins < w.due)"),
    ("obligation/plan", "t.ends > w.opens)", "t.ends >= w.opens)"),
    ("obligation/plan_begun", "t.ends > w.begins", "t.ends >= w.begins"),
    ("obligation/plan_begun", "w.due, COALESCE", "w.due + 1, COALESCE"),
    ("obligation/withdraw", "o.visits = 0 AND", ""),
    ("obligation/withdraw", "o.tried_on IS NULL AND", ""),
    ("obligation/withdraw", "t.ends > o.opens)", "t.ends >= o.opens)"),
    ("obligation/withdraw", "t.begins <= o.due)", "true)"),
    ("obligation/move", "AND o.fulfilled_on IS NULL", ""),
    ("obligation/move", "o.due >= %(today)s", "o.due > %(today)s"),
    ("obligation/held", "p.ends + 1", "p.ends"),
    ("obligation/held", "WHEN 'cell' THEN", "WHEN 'area' THEN"),
    ("obligation/charge", "h.cover DESC", "h.cover"),
    ("obligation/charge", "h.place, ", ""),
    ("obligation/charge", "h.place, h.id", "h.place, h.id DESC"),
    ("obligation/charge", "h.stops > s.day", "h.stops >= s.day"),
    ("obligation/charge_zone", "h.far, ", "h.far DESC, "),
    ("obligation/charge_zone", "h.cover DESC", "h.cover"),
    ("obligation/charge_zone", "UNION SELECT o.target_id, o.cell_key FROM obligation o JOIN rule r ON r.id = o.rule_id "
                               "WHERE r.target = 'zone'", ""),
    ("obligation/charge_zone", "p.ends + 1", "p.ends"),
    ("obligation/post", "c.starts <=", "c.starts <"),
    ("obligation/unpost", "c.stops >", "c.stops >="),
    ("obligation/write", "f.fulfilled_on, %(today)s)\n     AND", "NULL, %(today)s)\n     AND"),
    ("obligation/refresh", "n.post_id, attempts", "o.post_id, attempts"),
    ("obligation/supersede", "o.due BETWEEN s.first AND s.last", "true"),
    ("target/hazard", "LEAST(ended, closed_on)", "ended"),
    ("target/hazard", "found_on, ", "NULL::date, "),
    ("target/person", "SELECT id, cell_key, moved_in, ended", "SELECT id, cell_key, NULL::date, ended"),
    ("target/person", "(c ->> 'to')::date + 1", "(c ->> 'to')::date"),
    ("target/person", "GREATEST(p.moved_in, ", "GREATEST(NULL, "),
    ("target/household", "max(LEAST(COALESCE", "min(LEAST(COALESCE"),
    ("target/dwelling", "use_to + 1", "use_to"),
    ("target/dwelling", "use_from,", "NULL::date,"),
    ("target/organisation", "opened_on,", "NULL::date,"),
    ("target/cell", "born,", "NULL::date,"),
    ("target/zone", "OR class = ANY(%(kinds)s)", "OR true"),
    ("coverage/counts", "COALESCE(p.officer_id, 0)", "COALESCE(c.post_id, 0)"),
    ("coverage/counts", "round(r.rate::numeric, 6) *", ""),
    ("coverage/sums", "s.month = p.month", "s.month >= p.month"),
    ("coverage/sums", "s.cell_key < k.hi", "s.cell_key <= k.hi"),
    ("coverage/drop", "cell_key / 8192 * 8192", "cell_key"),
    ("coverage/fold_communities", "('cell', 'community'), ", ""),
    ("coverage/fold_communities", "s.cell_key < o.lo + 8192", "s.cell_key < o.lo + 2"),
    ("coverage/sums_long", "%(stop)s::date - 1", "%(stop)s::date"),
    ("coverage/posts", "BETWEEN %(first)s", "BETWEEN %(first)s + 1"),
    ("coverage/fold", "s.cell_key + 1, s.month, s.stop, %(today)s, %(not_found)s", "s.cell_key + 1, s.month, s.stop - 1, %(today)s, %(not_found)s"),
    ("coverage/turn", "due >= date_trunc('month', %(was)s::date)", "due > %(now)s"),
    ("coverage/turn", "fulfilled_on > %(was)s::date - 7", "false"),
    ("coverage/mark", "SELECT DISTINCT cell_key, date_trunc('month', due)::date", "SELECT DISTINCT cell_key, date_trunc('month', opens)::date"),
    ("coverage/doors", "WHEN 'officer' THEN 'post'", "WHEN 'officer' THEN 'rule'"),
    ("functions/app_task_status", "p_fulfilled <= p_due", "p_fulfilled < p_due"),
    ("functions/app_task_status", "p_due >= p_today", "p_due > p_today"),
    ("functions/app_task_status", "WHEN p_fulfilled <= p_today", "WHEN p_fulfilled < p_today"),
    ("functions/app_task_status", "p_tried = ANY(p_not_found)", "p_tried = ANY(p_refused)"),
    ("functions/app_task_status", "WHEN p_post IS NULL THEN 6", "WHEN false THEN 6"),
    ("functions/app_duty_day", "COALESCE(p_fulfilled, p_due)", "p_due"),
    ("functions/app_duty_day", "GREATEST(p_today, p_opens)", "p_today"),
    ("functions/app_task_sums", "BETWEEN p_today - 6 AND", "BETWEEN p_today - 7 AND"),
    ("functions/app_task_sums", "AND x.opens <= p_today", ""),
    ("functions/app_task_sums", "AND o.opens <= p_today", ""),
    ("functions/app_task_sums", "kinds[o.rule_id]", "0"),
    ("functions/app_task_sums", "WHEN 'post' THEN COALESCE(o.post_id, 0)", "WHEN 'post' THEN 0"),
    ("functions/obligation_changed", "SELECT DISTINCT cell_key, date_trunc('month', due)::date FROM old_rows\n    UNION", ""),
    ("functions/visit_changed", "app_visited(target, target_id, cell_key), day, activity, personal\n    FROM changed",
     "app_visited(target, target_id, cell_key), day + 1, activity, personal\n    FROM changed"),
]  # fmt: skip

# Slips that a hundred worlds did not show; they need more of a coincidence than the worlds have.
RARE = {
    ("obligation/charge_zone", "h.far, "), ("target/person", "(c ->> 'to')::date + 1"),  # test_zones, test_obligations
    ("target/organisation", "opened_on,"), ("obligation/refresh", "n.post_id, attempts"),  # show these four
    ("obligation/withdraw", "o.visits = 0 AND"), ("obligation/withdraw", "o.tried_on IS NULL AND"),
    ("obligation/withdraw", "t.ends > o.opens)"), ("obligation/withdraw", "t.begins <= o.due)"),
    ("obligation/charge_zone", "UNION SELECT o.target_id, o.cell_key FROM obligation o JOIN rule r ON r.id = o.rule_id "
                               "WHERE r.target = 'zone'"),
    ("obligation/post", "c.starts <="), ("target/dwelling", "use_from,"), ("target/dwelling", "use_to + 1"),
    ("coverage/counts", "COALESCE(p.officer_id, 0)"), ("coverage/turn", "fulfilled_on > %(was)s::date - 7"),
    ("coverage/mark", "SELECT DISTINCT cell_key, date_trunc('month', due)::date"),
    ("functions/app_task_status", "WHEN p_fulfilled <= p_today"),
    ("functions/app_task_sums", "BETWEEN p_today - 6 AND"), ("functions/app_task_sums", "kinds[o.rule_id]"),
    ("functions/obligation_changed", "SELECT DISTINCT cell_key, date_trunc('month', due)::date FROM old_rows\n    UNION"),
}  # fmt: skip


def changed(text, old, new):
    assert old in text, f"the engine does not say it any more: {old}"
    return text.replace(old, new)


def _rare(mutant):
    return [pytest.mark.xfail(reason="not shown by a hundred worlds", strict=False)] if mutant[:2] in RARE else []


@pytest.fixture
def slipped(server, fresh, monkeypatch):
    """``slipped(mutant)``: a maker of databases in which the engine has the slip."""

    def make(name, old, new):
        if name.startswith("functions/"):
            text = changed(paths.sql(f"{name}.sql").read_text(encoding="utf-8"), old, new)

            def with_function(*args, **more):
                db = fresh(*args, **more)
                made = str(psycopg.conninfo.conninfo_to_dict(db.dsn)["dbname"])
                with psycopg.connect(server.dsn(made).admin, autocommit=True) as conn:
                    conn.execute(text.encode())
                return db

            return with_function
        real = sqlfiles.load
        true = real(name)
        wrong = sqlfiles.Statement(name, changed(true.text, old, new), true.params, true.indexes)
        monkeypatch.setattr(sqlfiles, "load", lambda asked: wrong if asked == name else real(asked))
        return fresh

    return make


def test_every_slip_can_still_be_made():
    """A mutant of a text that is no more would never be noticed again."""
    for name, old, _ in MUTANTS:
        text = (paths.sql(f"{name}.sql") if name.startswith("functions/") else sqlfiles.file_of(name)).read_text(
            encoding="utf-8"
        )
        body = "\n".join(line for line in text.splitlines() if not line.startswith("--")) + "\n"
        assert old in body, (name, old)


@pytest.mark.soak
def test_without_a_slip_these_worlds_agree(server, fresh):
    """Otherwise every slip would seem to be noticed."""
    worlds(server, fresh, range(5000, 5000 + WORLDS))


@pytest.mark.soak
@pytest.mark.parametrize(
    "mutant", [pytest.param(m, marks=_rare(m)) for m in MUTANTS], ids=lambda m: f"{m[0]}: {m[1][:30]} -> {m[2][:30]}"
)
def test_the_oracle_notices_every_slip(server, slipped, mutant):
    fresh = slipped(*mutant)
    with pytest.raises((AssertionError, psycopg.IntegrityError)):
        worlds(server, fresh, range(5000, 5000 + WORLDS))
