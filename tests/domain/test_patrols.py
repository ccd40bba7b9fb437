"""Minutes of patrol out of points: gaps do not count, borders share, the order of the file does not matter."""

from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from gridsvc.domain import patrols

ZONE = ZoneInfo("Asia/Shanghai")


def track(*steps, officer="W1", start="2026-11-20 08:00"):
    """(minutes after the one before, cell): points some 20 m apart."""
    at = pd.Timestamp(start, tz=ZONE).tz_convert("UTC")
    rows, east = [], 0
    for step, cell in steps:
        at, east = at + pd.Timedelta(minutes=step), east + 1
        rows.append({"officer": officer, "at": at, "lon": 118.6 + east * 0.0002, "lat": 31.5, "cell_key": cell})
    return pd.DataFrame(rows)


def spent(points, gap=10):
    found = patrols.minutes(points, ZONE, gap)
    return {(r.officer, str(r.day), r.cell_key): r.minutes for r in found.itertuples()}


def test_an_hour_in_one_cell():
    assert spent(track(*[(0 if k == 0 else 5, 7) for k in range(13)])) == {("W1", "2026-11-20", 7): 60}


def test_what_is_between_far_points_does_not_count():
    """40 minutes of silence between two quarters of an hour."""
    walk = track((0, 7), (5, 7), (5, 7), (5, 7), (40, 7), (5, 7), (5, 7), (5, 7))
    assert spent(walk) == {("W1", "2026-11-20", 7): 30}
    assert spent(walk, gap=60) == {("W1", "2026-11-20", 7): 70}


def test_a_step_over_the_border_is_shared_and_ground_in_no_cell_counts_nowhere():
    assert spent(track((0, 7), (10, 8), (10, 8))) == {("W1", "2026-11-20", 7): 5, ("W1", "2026-11-20", 8): 15}
    assert spent(track((0, 7), (10, 0), (10, 0))) == {("W1", "2026-11-20", 7): 5}


def test_who_drives_through_does_not_patrol():
    fast = track((0, 7), (1, 7), (1, 7))
    fast["lon"] = 118.6 + np.arange(3) * 0.02  # 1.9 km a minute
    assert spent(fast) == {}


def test_midnight_of_the_place_parts_the_days():
    late = track((0, 7), (10, 7), (10, 7), start="2026-11-20 23:50")
    assert spent(late) == {("W1", "2026-11-20", 7): 5, ("W1", "2026-11-21", 7): 15}


@settings(max_examples=50)
@given(st.lists(st.tuples(st.integers(0, 30), st.integers(0, 3)), min_size=1, max_size=40), st.randoms())
def test_order_repeats_and_other_officers_change_nothing(steps, rng):
    points = track(*steps)
    wanted = spent(points)
    others = track(*steps, officer="W2")
    mixed = pd.concat([points, others, points]).sample(frac=1, random_state=rng.randrange(1000))
    found = spent(mixed)
    assert {k: v for k, v in found.items() if k[0] == "W1"} == wanted
    assert sum(wanted.values()) <= sum(s for s, _ in steps[1:] if s <= 10) + len(wanted)
