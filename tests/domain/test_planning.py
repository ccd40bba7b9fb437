"""Plans: nothing that can be done is left out, nothing is visited twice, the urgent comes first."""

import datetime as dt
import itertools
from collections import Counter
from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from gridsvc.domain import planning
from gridsvc.domain.planning import LATE, LATER, SOON, Open

MONDAY = dt.date(2026, 11, 16)
SUNDAY = MONDAY + dt.timedelta(days=6)
DAY = dt.timedelta(days=1)


def open_(rule="R", target="person", target_id=1, opens=MONDAY, due=SUNDAY, until=None, activity=("visit",), **more):
    return Open(rule, rule, target, target_id, opens, due, until, activity, **more)


def plan(*found, today=MONDAY, last=SUNDAY, **how):
    return planning.lines(found, today, last, **how)


def to(lines):
    return [(p.target, p.target_id, p.activity, sorted(o.rule for o in p.of)) for p in lines]


def test_one_visit_at_a_door_for_all_that_it_closes():
    """Two old people of one household, whose home is let: one visit to the household."""
    home = {"home": 7, "household": 3}
    found = plan(
        open_("OLD", target_id=1, **home), open_("OLD", target_id=2, **home),
        open_("LOW", "household", 3, **home), open_("LET", "dwelling", 7, home=7),
    )  # fmt: skip
    assert to(found) == [("household", 3, "visit", ["LET", "LOW", "OLD", "OLD"])]


def test_to_her_alone_where_it_is_for_nobody_else():
    home = {"home": 7, "household": 3}
    assert to(plan(open_("OLD", **home), open_("LOW", "household", 3, **home))) == [
        ("person", 1, "visit", ["LOW", "OLD"])
    ]
    two = plan(open_("OLD", **home), open_("LOW", "household", 4, home=7, household=4))
    assert to(two) == [("dwelling", 7, "visit", ["LOW", "OLD"])]


def test_what_another_activity_closes_too_goes_along_with_it():
    home = {"home": 7, "household": 3}
    both = open_("LEAFLET", "household", 3, activity=("leaflet", "visit"), **home)
    assert to(plan(both, open_("OLD", **home))) == [("person", 1, "visit", ["LEAFLET", "OLD"])]
    assert to(plan(both)) == [("household", 3, "leaflet", ["LEAFLET"])]
    health = open_("HEALTH", activity=("health",), **home)
    assert to(plan(health, open_("OLD", **home))) == [
        ("person", 1, "health", ["HEALTH"]), ("person", 1, "visit", ["OLD"]),
    ]  # fmt: skip


def test_for_whom_was_not_found_nobody_goes_out_but_a_visit_made_anyway_closes_it():
    home = {"home": 7, "household": 3}
    gone = open_("NEW", target_id=2, aside=True, **home)
    assert plan(gone) == []
    assert to(plan(gone, open_("OLD", target_id=1, **home))) == [("person", 1, "visit", ["OLD"])]
    empty = open_("LOW", "household", 3, aside=True, **home)
    let = open_("LET", "dwelling", 7, home=7)
    assert to(plan(let, empty, open_("OLD", target_id=9, **home))) == [("person", 9, "visit", ["LET", "LOW", "OLD"])]
    assert to(plan(gone, open_("LOW", "household", 3, **home))) == [("household", 3, "visit", ["LOW", "NEW"])]


def test_modes_that_do_not_meet_are_two_visits():
    at_door, by_phone = open_("A", modes=("door",)), open_("B", modes=("phone", "video"))
    assert len(plan(at_door, by_phone)) == 2
    (one,) = plan(at_door, open_("B", modes=("door", "phone")))
    assert one.modes == {"door"}


def test_every_day_of_the_week_has_its_patrol():
    """From Wednesday on: five days, the missed ones cannot be made good any more (no grace)."""
    days = [MONDAY + k * DAY for k in range(7)]
    patrols = [open_("P", "cell", 9, d, d, d, ("patrol",), minutes=True, missing=60) for d in days]
    found = plan(*patrols, today=MONDAY + 2 * DAY)
    assert [p.by for p in found] == days[2:]
    assert all(p.minutes == 60 for p in found)


def test_late_ones_come_first_and_one_visit_makes_them_good():
    old = [open_("OLD", opens=MONDAY - 7 * k * DAY, due=SUNDAY - 7 * k * DAY) for k in range(3)]
    (line,) = plan(*old)
    assert (line.urgency, line.by, len(line.of)) == (LATE, SUNDAY - 14 * DAY, 3)
    later = open_("MONTH", target_id=5, due=MONDAY + 13 * DAY)
    soon = open_("OLD", target_id=6)
    assert [p.urgency for p in plan(soon, later, *old, everything=True)] == [LATE, SOON, LATER]


def test_what_is_due_later_is_spread_over_the_weeks_near_what_is_urgent():
    urgent = open_("OLD", target_id=1, xy=(100.0, 0.0))
    month = [open_("MONTH", target_id=10 + k, due=SUNDAY + 21 * DAY, xy=(float(10 * k), 0.0)) for k in range(20)]
    found = plan(urgent, *month)
    assert len(found) == 1 + 5  # a quarter of them
    assert {p.target_id for p in found[1:]} == {18, 19, 20, 21, 22}
    assert len(plan(urgent, *month, everything=True)) == 21


def test_twice_a_week_is_two_lines_and_a_leaflet_one():
    twice, leaflets = open_("TWO", missing=2), open_("FOUR", target_id=2, due=SUNDAY + 30 * DAY, missing=4)
    assert Counter(p.target_id for p in plan(twice, leaflets, everything=True)) == {1: 2, 2: 1}


def test_the_walk_is_no_longer_than_from_one_end_of_the_street_to_the_other():
    street = [open_("R", target_id=k, xy=(float((k * 37) % 60) * 10, 0.0)) for k in range(60)]
    xs = [p.xy[0] for p in plan(*street)]
    assert sum(abs(a - b) for a, b in itertools.pairwise(xs)) <= 590 * 1.05


PEOPLE = st.builds(
    lambda rule, kind, n, home, opens, length, grace, activity, missing, x: open_(
        rule, kind, n, MONDAY + opens * DAY, MONDAY + (opens + length) * DAY,
        None if grace is None else MONDAY + (opens + length + grace) * DAY, activity, missing=missing,
        home=home if kind != "organisation" else None, household=home if kind in ("person", "household") else None,
        xy=None if x is None else (float(x), float(n)),
    ),
    st.sampled_from("ABCD"), st.sampled_from(["person", "household", "dwelling", "organisation"]), st.integers(1, 4),
    st.integers(1, 3), st.integers(-20, 6), st.integers(0, 30), st.none() | st.integers(0, 9),
    st.sampled_from([("visit",), ("leaflet", "visit"), ("health",)]), st.integers(1, 3), st.none() | st.integers(0, 99),
)  # fmt: skip


@settings(max_examples=200)
@given(st.lists(PEOPLE, max_size=25))
def test_everything_that_can_be_done_is_in_the_plan_once(found):
    lines = plan(*found, everything=True)
    can = [o for o in found if o.opens <= SUNDAY and (o.due >= MONDAY or o.until is None or o.until >= MONDAY)]
    told = [o for p in lines for o in p.of]
    assert {id(o) for o in told} == {id(o) for o in can}
    for o in can:  # often enough, never more often than it takes
        times = sum(o is other for other in told)
        end = min(o.due, SUNDAY) if o.due >= MONDAY else min(o.until or SUNDAY, SUNDAY)
        days = (end - max(o.opens, MONDAY)).days + 1
        assert 1 <= times <= (o.missing if o.due <= SUNDAY else 1)
        assert times >= min(days, o.missing if o.due <= SUNDAY else 1) - 1
    assert [p.urgency for p in lines] == sorted(p.urgency for p in lines)
    for p in lines:
        assert all(p.activity in o.activity for o in p.of)
    some = plan(*found)
    assert all(p.urgency == LATER for p in lines if to([p])[0] not in to(some))


def test_two_visits_on_one_day_count_once_and_one_that_needs_nobody_draws_nothing_forward():
    today = SUNDAY
    assert len(plan(open_("TWO", missing=3, until=SUNDAY + 9 * DAY), today=today)) == 1
    one, two = (
        open_("A", opens=MONDAY, due=MONDAY + 4 * DAY),
        open_("B", opens=MONDAY + 2 * DAY, due=MONDAY + 4 * DAY),
    )
    gone = open_("C", "household", 3, opens=MONDAY, due=MONDAY + DAY, aside=True, home=7, household=3)
    home = {"home": 7, "household": 3}
    lines = plan(replace(one, **home), replace(two, **home), gone)
    assert [sorted(o.rule for o in p.of) for p in lines] == [["A", "B", "C"]]


def test_a_whole_town_is_planned_without_a_matrix_of_everything_with_everything():
    rng = np.random.default_rng(1)
    found = [open_("R", target_id=k, due=SUNDAY + 40 * DAY, xy=(float(x), float(y)))
             for k, (x, y) in enumerate(rng.uniform(0, 5000, (15_000, 2)))]  # fmt: skip
    assert len(plan(*found, open_("OLD", target_id=-1, xy=(0.0, 0.0)))) > 2000
