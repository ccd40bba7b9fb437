import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridsvc.domain import workdays
from gridsvc.domain.workdays import Limit, Office
from gridsvc.errors import InputError

CHINA = Office()


def due(text, limit, office=CHINA):
    start = pd.DatetimeIndex([text]).tz_localize(office.tz).tz_convert("UTC")
    return (
        workdays.due(start, workdays.parse_limit(limit), office).tz_convert(office.tz)[0].strftime("%Y-%m-%d %H:%M")
    )


@pytest.mark.parametrize(
    ("start", "limit", "end"),
    [
        ("2026-09-30 10:00", "4h", "2026-09-30 14:00"),
        ("2026-09-30 10:00", "5d", "2026-10-06 00:00"),  # the day itself does not count, the fifth ends at midnight
        ("2026-09-30 10:00", "5wd", "2026-10-14 00:00"),  # National Day 1–7 October, 10 October is worked
        ("2026-10-01 09:00", "2wh", "2026-10-08 10:30"),  # a holiday: counted from the next opening
        ("2026-09-30 10:00", "4wh", "2026-09-30 15:30"),  # two hours before lunch, two after
        ("2026-11-20 16:30", "8wh", "2026-11-23 17:00"),  # Friday afternoon, over the weekend
        ("2026-11-20 23:00", "1wd", "2026-11-24 00:00"),
        ("2026-02-14 09:00", "1wd", "2026-02-25 00:00"),  # Spring Festival 15–23 February, 14 February is worked
    ],
)
def test_chinese_limits(start, limit, end):
    assert due(start, limit) == end


def test_another_country_has_other_holidays():
    office = Office("America/Los_Angeles", "US")
    assert due("2018-01-12 12:00", "1wd", office) == "2018-01-17 00:00"  # Monday the 15th: Martin Luther King Day
    assert due("2018-01-12 12:00", "1wd", Office("America/Los_Angeles", "none")) == "2018-01-16 00:00"


def test_summer_time_does_not_shorten_a_day():
    office = Office("America/Los_Angeles", "none")
    assert due("2018-03-10 12:00", "1d", office) == "2018-03-12 00:00"


def test_a_year_that_is_not_published_is_provisional():
    assert workdays.provisional_years("CN", 2024, 2026) == []
    assert 2040 in workdays.provisional_years("CN", 2039, 2041)
    assert workdays.provisional_years("none", 2040, 2041) == []


@pytest.mark.parametrize("text", ["5", "wd", "0d", "-1d", "5 wk", "1.5d", ""])
def test_malformed_limits(text):
    with pytest.raises(InputError) as e:
        workdays.parse_limit(text)
    assert e.value.code == "limit.malformed"


@pytest.mark.parametrize("hours", ["9-5", "12:00-08:00", "13:00-14:00,08:00-09:00", ""])
def test_malformed_office_hours(hours):
    with pytest.raises(InputError):
        Office(hours=hours).spans()


@given(
    st.lists(
        st.datetimes(pd.Timestamp("2024-01-01").to_pydatetime(), pd.Timestamp("2026-06-01").to_pydatetime()),
        min_size=1,
        max_size=20,
    ),
    st.integers(1, 40),
    st.sampled_from(["h", "d", "wh", "wd"]),
)
def test_a_limit_ends_later_and_keeps_the_order(moments, amount, unit):
    starts = pd.DatetimeIndex(sorted(moments)).tz_localize("UTC")
    ends = workdays.due(starts, Limit(amount, unit), CHINA)
    assert (ends > starts).all()
    assert ends.is_monotonic_increasing


@given(
    st.datetimes(pd.Timestamp("2025-01-01").to_pydatetime(), pd.Timestamp("2025-12-01").to_pydatetime()),
    st.integers(1, 30),
)
def test_working_days_one_by_one(moment, amount):
    """The same as walking the calendar day by day."""
    local = pd.Timestamp(moment).tz_localize("Asia/Shanghai")
    working = [workdays.workdays("CN", y)[0] for y in (2025, 2026)]
    day, left = local.normalize().tz_localize(None), amount
    while left:
        day += pd.Timedelta(days=1)
        left -= bool(working[day.year - 2025][day.day_of_year - 1])
    got = workdays.due(pd.DatetimeIndex([local.tz_convert("UTC")]), Limit(amount, "wd"), CHINA)[0]
    assert got.tz_convert("Asia/Shanghai").tz_localize(None) == day + pd.Timedelta(days=1)
