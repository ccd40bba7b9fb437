import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from gridsvc.domain import periods
from gridsvc.errors import InputError

TODAY = dt.date(2026, 11, 20)
D = dt.date


@pytest.mark.parametrize(
    ("text", "start", "stop"),
    [
        ("2026", D(2026, 1, 1), D(2027, 1, 1)),
        ("2026-10", D(2026, 10, 1), D(2026, 11, 1)),
        ("2026-12", D(2026, 12, 1), D(2027, 1, 1)),
        ("2026-Q4", D(2026, 10, 1), D(2027, 1, 1)),
        ("2026-H1", D(2026, 1, 1), D(2026, 7, 1)),
        ("2026-H2", D(2026, 7, 1), D(2027, 1, 1)),
        ("2026-10@26", D(2026, 9, 26), D(2026, 10, 26)),  # as many offices report
        ("2026-01@21", D(2025, 12, 21), D(2026, 1, 21)),
        ("2026-W43", D(2026, 10, 19), D(2026, 10, 26)),  # weeks from Monday
        ("2026-10-05", D(2026, 10, 5), D(2026, 10, 6)),
        ("2026-10-01..2026-10-15", D(2026, 10, 1), D(2026, 10, 16)),
        ("30d", D(2026, 10, 22), D(2026, 11, 21)),
        ("1m", D(2026, 11, 1), D(2026, 12, 1)),
        ("12m", D(2025, 12, 1), D(2026, 12, 1)),
        ("24m", D(2024, 12, 1), D(2026, 12, 1)),
    ],
)
def test_periods(text, start, stop):
    found = periods.parse(text, TODAY)
    assert (found.start, found.stop) == (start, stop)
    assert found.days == (stop - start).days


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2026-13",
        "2026-10@29",
        "2026-10@1",
        "2026-13@26",
        "2026-W60",
        "2026-10-40",
        "last month",
        "2026-10-05..x",
        "0d..1d",
        "-3d",
    ],
)
def test_what_is_no_period(text):
    with pytest.raises(InputError) as e:
        periods.parse(text, TODAY)
    assert e.value.code == "period.malformed"


def test_order_and_length():
    with pytest.raises(InputError) as e:
        periods.parse("2026-10-05..2026-10-01", TODAY)
    assert e.value.code == "period.order"
    with pytest.raises(InputError) as e:
        periods.parse("2000-01-01..2026-10-01", TODAY)
    assert e.value.code == "period.long"


def test_whole_months_use_the_rollup():
    assert periods.parse("2026-10", TODAY).whole_months
    assert periods.parse("12m", TODAY).whole_months
    assert not periods.parse("30d", TODAY).whole_months


def test_as_of_sets_the_end_of_that_day():
    zone = ZoneInfo("Asia/Shanghai")
    now = dt.datetime(2026, 11, 20, 3, tzinfo=dt.UTC)
    assert periods.as_instant(None, now, zone) == now
    assert periods.as_instant(D(2026, 10, 31), now, zone) == dt.datetime(2026, 10, 31, 16, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("text", "before", "year_ago"),
    [
        ("2026-10", (D(2026, 9, 1), D(2026, 10, 1)), (D(2025, 10, 1), D(2025, 11, 1))),
        ("2026-Q1", (D(2025, 10, 1), D(2026, 1, 1)), (D(2025, 1, 1), D(2025, 4, 1))),
        ("2024-02-20..2024-02-28", (D(2024, 2, 11), D(2024, 2, 20)), (D(2023, 2, 20), D(2023, 2, 28))),
        ("2026-W43", (D(2026, 10, 12), D(2026, 10, 19)), (D(2025, 10, 19), D(2025, 10, 26))),
    ],
)
def test_what_a_period_is_compared_with(text, before, year_ago):
    period = periods.parse(text, TODAY)
    for found, wanted in ((periods.before(period), before), (periods.year_ago(period), year_ago)):
        assert (found.start, found.stop) == wanted


def test_the_month_of_an_office_before_and_a_year_ago():
    march = periods.parse("2026-03@26", TODAY)
    assert (march.start, march.last) == (D(2026, 2, 26), D(2026, 3, 25))
    assert (periods.before(march).start, periods.before(march).last) == (D(2026, 1, 26), D(2026, 2, 25))
    assert periods.year_ago(march).start == D(2025, 2, 26)
