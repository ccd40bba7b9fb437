"""Counts of residents: the clerk reads "2 / 5", the analyst "–"."""

import datetime as dt

import numpy as np
import pytest

from gridsvc.errors import InputError
from gridsvc.services import heat, residents, users
from gridsvc.services.scopes import Question
from gridsvc.services.users import NewUser
from gridsvc.store.tx import SYSTEM, Caller, begin
from tests.conftest import AS_OF
from tests.store.test_protection import callers

COUNTY = "990101"
MONTH = (AS_OF.replace(day=1) - dt.timedelta(days=1)).isoformat()[:7]


@pytest.fixture(scope="module")
def figured(server, city_name):
    """The sample city with the counts of last month published."""
    from gridsvc.store.pool import Database

    name = server.make(city_name)
    with Database(server.dsn(name).app, server.settings(name)) as db:
        yield db
    server.drop(name)


def told(found, category):
    return {r["code"]: (r[category]["total"], r[category]["done"]) for r in found.rows}


def test_what_was_published_is_not_computed_again(figured):
    assert residents.publish(figured, MONTH) == 0
    with pytest.raises(InputError):
        residents.publish(figured, dt.datetime.now(dt.UTC).date().isoformat()[:7])


def test_those_with_the_duty_read_exact_counts_and_the_analyst_what_was_published(figured):
    who = callers(figured)
    exact = residents.listing(figured, who["county"], area=COUNTY, by="community", month=MONTH)
    public = residents.listing(figured, who["analyst"], area=COUNTY, by="community", month=MONTH)
    assert all(r["exact"] for r in exact.rows)
    assert not any(r["exact"] for r in public.rows)
    for category in exact.categories:
        one, two = told(exact, category), told(public, category)
        for code, (total, done) in two.items():
            if total is not None:
                assert total == one[code][0] or total >= 10
                assert total == one[code][0]
                assert total == 0 or total >= 10
            if done is not None:
                assert done == one[code][1]
    small = [(c, code) for c in exact.categories for code, (n, _) in told(exact, c).items() if 0 < n < 10]
    assert small  # the sample city has such
    for category, code in small:
        assert told(public, category)[code] == (None, None)


def test_the_clerk_reads_2_of_5_and_the_analyst_nothing(figured):
    who = callers(figured)
    own = residents.listing(figured, who["community"], by="cell", month=MONTH)
    few = [(r["code"], c) for r in own.rows for c in own.categories
           if r[c]["total"] and r[c]["total"] < 10 and r[c]["done"]]  # fmt: skip
    assert few
    public = residents.listing(figured, who["analyst"], area=own.area.code, by="cell", month=MONTH)
    seen = {r["code"]: r for r in public.rows}
    for code, category in few:
        assert seen[code][category] == {"total": None, "done": None}


def test_sums_of_exact_counts_agree_from_cell_to_county(figured):
    who = callers(figured)["county"]
    sums = []
    for by in residents.BY:
        found = residents.listing(figured, who, area=COUNTY, by=by, month=MONTH)
        sums.append({c: sum(r[c]["total"] for r in found.rows) for c in found.categories})
    assert all(s == sums[-1] for s in sums)
    with begin(figured, SYSTEM, "read") as tx:
        people = tx.conn.execute("SELECT count(*) AS n FROM person WHERE residence <> 'apart'").fetchone()["n"]
    assert sums[0]["people"] == people


def test_nobody_reads_beside_her_own_ground(figured):
    """Published neighbours beside exact counts of one's own would tell what was withheld."""
    who = callers(figured)
    found = residents.listing(figured, who["community"], area=COUNTY, by="community", month=MONTH)
    known = [r for r in found.rows if r["people"]["total"] is not None]
    assert len(known) == 1
    found = residents.listing(figured, who["community"], area=COUNTY, by="county", month=MONTH)
    assert found.rows[0]["people"] == {"total": None, "done": None}


def test_told_sums_never_give_away_what_is_withheld(figured):
    """Every figure of the analyst, at every level, tried against the exact ones."""
    from tests.domain.test_privacy import bounds

    with begin(figured, SYSTEM, "jobs") as tx:
        rows = tx.conn.execute("SELECT level, key, category, total FROM resident_figure").fetchall()
        exact = tx.frame(
            "residents/exact", lo=1, hi=2**53, day=last_day(), start=first_day(), stop=AS_OF.replace(day=1)
        )
    from gridsvc.domain import figures

    for category in {r["category"] for r in rows}:
        nodes = sorted((r["level"] or 99, r["key"], r["total"]) for r in rows if r["category"] == category)
        index = {(lv, k): i for i, (lv, k, _) in enumerate(nodes)}
        above = {9: 6, 12: 9, 99: 12}
        parent = np.array([
            index[(above[lv], int(figures.at_level(np.array([k]), above[lv])[0]))] if lv in above else -1
            for lv, k, _ in nodes
        ])  # fmt: skip
        hidden = np.array([n is None for _, _, n in nodes])
        real = exact[exact["category"] == category]
        true = np.array([
            int(real.loc[figures.at_level(real["cell_key"].to_numpy(dtype=np.int64), lv if lv < 99 else 0) == k, "total"].sum())
            for lv, k, _ in nodes
        ])  # fmt: skip
        assert (true[~hidden] == np.array([n for _, _, n in nodes], dtype=object)[~hidden]).all()
        _, high = bounds(true, parent, hidden)
        small = (true > 0) & (true < 10)
        assert hidden[small].all()
        assert (high[small] >= 10).all(), category


def first_day():
    return (AS_OF.replace(day=1) - dt.timedelta(days=1)).replace(day=1)


def last_day():
    return AS_OF.replace(day=1) - dt.timedelta(days=1)


def test_rates_per_ten_thousand(figured):
    who = callers(figured)
    ask = Question(COUNTY, "2026-10", as_of=AS_OF)
    exact = heat.by_area(figured, who["county"], ask, "community", "people").frame
    assert exact["value"].to_numpy() == pytest.approx(exact["n"].to_numpy() / exact["people"].to_numpy() * 10_000)
    public = heat.by_area(figured, who["analyst"], ask, "cell", "people").frame
    counts = told(residents.listing(figured, who["analyst"], area=COUNTY, by="cell", month=MONTH), "people")
    for row in public.itertuples():
        n = counts[row.code][0]
        assert (np.isnan(row.value) and not n) or row.value == pytest.approx(row.n / n * 10_000)
    assert public["value"].isna().any()
    with pytest.raises(InputError, match=r"heat.people"):
        heat.by_area(figured, who["county"], ask, "h3-9", "people")
    x, y = int((118.64 + 180) / 360 * 2**13), int((1 - np.arcsinh(np.tan(np.radians(31.475))) / np.pi) / 2 * 2**13)
    assert heat.tile(figured, who["county"], ask, "cell", "people", 13, x, y)
    assert heat.tile(figured, who["analyst"], ask, "cell", "people", 13, x, y)


def test_an_officer_reads_her_own_cells(figured):
    who = callers(figured)["officer"]
    found = residents.listing(figured, who, by="cell", month=MONTH)
    known = [r for r in found.rows if r["exact"]]
    with begin(figured, who, "read") as tx:
        own = tx.conn.execute("SELECT count(DISTINCT cell_key) AS n FROM person").fetchone()["n"]
    assert 0 < own <= len(known) < 12
    assert all(r["people"]["total"] is None for r in found.rows if not r["exact"])


def test_a_county_of_another_analyst_is_published_to_her_too(figured):
    """What is published is for whoever is logged in."""
    number, _ = users.add(figured, SYSTEM, NewUser("fenxi2", "二", "analyst", "990101001"))
    found = residents.listing(figured, Caller(number), area="990101002", by="town", month=MONTH)
    assert found.rows[0]["people"]["total"] > 1000
