import datetime as dt
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridsvc.domain import values

ZONE = ZoneInfo("Asia/Shanghai")


def series(*texts):
    return pd.Series(list(texts), dtype="str")


@pytest.mark.parametrize(
    ("text", "local"),
    [
        ("2024-03-15 08:30:01", "2024-03-15 08:30:01"),
        ("2024-3-5", "2024-03-05 00:00:00"),
        ("2024/3/5 8:30", "2024-03-05 08:30:00"),
        ("2024.3.5", "2024-03-05 00:00:00"),
        ("2024年3月5日8时30分", "2024-03-05 08:30:00"),
        ("2024年3月5日 8:30:15", "2024-03-05 08:30:15"),
        ("20240305", "2024-03-05 00:00:00"),
        ("20240305083000", "2024-03-05 08:30:00"),
        ("01/31/2018 02:15:00 PM", "2018-01-31 14:15:00"),
        ("01/31/2018 12:05:00 AM", "2018-01-31 00:05:00"),
        ("2024-03-15T08:30:00Z", "2024-03-15 16:30:00"),
        ("2024-03-15T08:30:00+09:00", "2024-03-15 07:30:00"),
        ("2024-03-15 08:30:00.123", "2024-03-15 08:30:00"),
        ("２０２４－０３－０５", "2024-03-05 00:00:00"),
        ("  2024-03-05  ", "2024-03-05 00:00:00"),
    ],
)
def test_times_as_people_write_them(text, local):
    out, bad = values.instants(series(text), ZONE)
    assert not bad.any()
    assert out.dt.tz_convert(ZONE).dt.strftime("%Y-%m-%d %H:%M:%S")[0] == local


@pytest.mark.parametrize("text", ["abc", "2024-13-01", "2024-02-30", "31.31.2024", "8:30", "2024-03-15 25:00", "1"])
def test_what_is_no_time_is_marked(text):
    out, bad = values.instants(series(text, "2024-01-01"), ZONE)
    assert list(bad) == [True, False]
    assert pd.isna(out[0])


def test_missing_is_neither_good_nor_bad():
    out, bad = values.instants(series("", None, "  "), ZONE)
    assert not bad.any()
    assert out.isna().all()


def test_the_day_comes_first_when_a_number_says_so():
    column = series("31/01/2018 10:00", "02/03/2018 11:00")
    assert values.day_comes_first(column)
    out, _ = values.instants(column, ZONE, day_first=True)
    assert out.dt.tz_convert(ZONE).dt.month.tolist() == [1, 3]
    assert not values.day_comes_first(series("01/31/2018", "02/03/2018"))


def test_the_hour_that_summer_time_skips_or_doubles():
    zone = ZoneInfo("America/Los_Angeles")
    out, bad = values.instants(series("2018-03-11 02:30:00", "2018-11-04 01:30:00"), zone)
    assert not bad.any()
    assert out[0].tz_convert(zone).strftime("%H:%M") == "03:00"
    assert out[1] == pd.Timestamp("2018-11-04 08:30", tz="UTC")


@given(
    st.lists(
        st.datetimes(pd.Timestamp("1980-01-01").to_pydatetime(), pd.Timestamp("2060-01-01").to_pydatetime()),
        max_size=30,
    )
)
def test_iso_times_read_back(moments):
    column = pd.Series([m.replace(microsecond=0).isoformat(sep=" ") for m in moments], dtype="str")
    out, bad = values.instants(column, ZoneInfo("UTC"))
    assert not bad.any()
    assert [t.to_pydatetime().replace(tzinfo=None) for t in out] == [m.replace(microsecond=0) for m in moments]


def test_numbers():
    out, bad = values.numbers(series("1,234.5", "１２", "nan", "inf", "x", "", "-3", "1e3"))
    assert list(bad) == [False, False, True, True, True, False, False, False]
    assert out.dropna().tolist() == [1234.5, 12.0, -3.0, 1000.0]


def test_integers_have_a_range():
    out, bad = values.integers(series("3", "3.5", "-1", "18", "1e12", ""))
    assert list(bad) == [False, True, True, False, True, False]
    assert out.dropna().tolist() == [3, 18]


def test_flags():
    out, bad = values.flags(series("是", "√", "1", "否", "", "maybe", "TRUE"))
    assert list(out) == [True, True, True, False, False, False, True]
    assert list(bad) == [False] * 5 + [True, False]


def test_days_are_local():
    at = pd.Series(pd.DatetimeIndex(["2024-03-14 17:00:00"], tz="UTC"))
    assert values.days(at, ZONE)[0] == pd.Timestamp("2024-03-15")


def test_half_width_touches_only_what_needs_it():
    column = series("ＡＢＣ１２", "plain", None)
    assert values.half_width(column)[0] == "ABC12"
    assert values.half_width(column)[1] == "plain"
    assert pd.isna(values.half_width(column)[2])
    assert np.array_equal(values.clean(series(" a ", "\u3000b")).to_numpy(dtype=object), ["a", "b"])


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("11月28日", "2026-11-28"),
        ("11月29号", "2026-11-29"),  # made out today, in a zone ahead
        ("11月30日", "2025-11-30"),
        ("12月30日", "2025-12-30"),
        ("1-5", "2026-01-05"),
        ("11/28 8:30", "2026-11-28 8:30"),
        ("１１月２８日8时30分", "2026-11-28 8:30"),
        ("11月28日9点", "2026-11-28 9:00"),
        ("2026-11-28", "2026-11-28"),
        ("45356.5", "45356.5"),
        ("昨天", "昨天"),
    ],
)
def test_a_day_without_a_year_is_the_last_such_day(written, meant):
    found, added = values.with_year(pd.Series([written, None], dtype="str"), dt.date(2026, 11, 28))
    assert found[0] == meant
    assert added == (written != meant)
