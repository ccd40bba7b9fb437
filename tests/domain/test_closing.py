"""按期办结率 against a slow oracle written from the definitions."""

import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from gridsvc.domain import closing, codes

NOW = pd.Timestamp("2026-11-20 16:00", tz="UTC")
DAY = pd.Timedelta(days=1)


def oracle(due, closed, void, now):
    if void:
        return "void"
    if due is None:
        return "no_limit"
    if closed is not None:
        return "closed_in_time" if closed <= due else "closed_late"
    return "overdue" if due < now else "open_in_time"


moments = st.one_of(st.none(), st.integers(-50, 50))


@given(st.lists(st.tuples(moments, moments, st.booleans()), min_size=1, max_size=60))
def test_every_event_is_exactly_one_thing(rows):
    def at(n):
        return None if n is None else NOW + n * DAY / 7

    frame = pd.DataFrame([(at(d), at(c), v) for d, c, v in rows], columns=["due", "closed", "void"])
    frame["due"] = pd.to_datetime(frame["due"], utc=True)
    frame["closed"] = pd.to_datetime(frame["closed"], utc=True)
    got = closing.classify(frame["due"], frame["closed"], frame["void"], NOW)
    assert list(got) == [oracle(at(d), at(c), v, NOW) for d, c, v in rows]


counts = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 2), *[st.integers(0, 9)] * 6), min_size=1, max_size=30)


@given(counts)
def test_rates_stay_within_0_and_1_and_sums_add_up(rows):
    keys = [codes.cell_key(f"99010100{1 + a % 2}00{1 + a}", 1 + a) for a in range(4)]
    frame = pd.DataFrame(
        [(keys[r[0]], r[1], sum(r[2:]), *r[2:]) for r in rows], columns=["cell_key", "class_id", *closing.MEASURES]
    )
    total = closing.roll_up(frame, ()).iloc[0]
    for by in ("cell", "community", "town", "county", "class"):
        table = closing.roll_up(frame, (by,))
        for measure in (*closing.MEASURES, "answerable"):
            assert table[measure].sum() == total[measure]
        rate = table["rate"].dropna()
        assert ((rate >= 0) & (rate <= 1)).all()
    assert total["received"] == total[list(closing.MEASURES[1:])].sum()
    assert np.isnan(total["rate"]) == (total["answerable"] == 0)
