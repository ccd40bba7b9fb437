"""Time limits in hours, days, working hours and working days.

A limit in days does not count the day itself and ends when its last day ends (as 《民法典》第二百零一条 and
第二百零二条 have it); one in hours runs from the instant. Working days are those of a maintained holiday calendar,
with the make-up workdays of China; a year that is not published yet has no make-up days and counts as provisional.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import holidays
import numpy as np
import pandas as pd

from gridsvc.errors import InputError

if TYPE_CHECKING:
    from numpy.typing import NDArray

UNITS = {"h": "hours", "d": "days", "wh": "working hours", "wd": "working days"}
_LIMIT = re.compile(r"^(\d{1,4})\s*(h|d|wh|wd)$")
_HOURS = re.compile(r"^(\d\d):(\d\d)-(\d\d):(\d\d)$")


@dataclass(frozen=True)
class Limit:
    """So many hours (h), days (d), working hours (wh) or working days (wd)."""

    amount: int
    unit: str

    def __str__(self) -> str:
        return f"{self.amount}{self.unit}"


def parse_limit(text: str) -> Limit:
    """``5wd``, ``4h`` … as a limit.

    Raises:
        InputError: ``limit.malformed``.
    """
    m = _LIMIT.match(text.strip().lower())
    if m is None or int(m[1]) == 0:
        raise InputError("limit.malformed", value=text)
    return Limit(int(m[1]), m[2])


@cache
def workdays(country: str, year: int) -> tuple[NDArray[np.bool_], bool]:
    """For each day of the year whether it is a working day, and whether the calendar is provisional.

    ``country`` is an ISO code of the `holidays` library, or ``none`` for weekends only.
    """
    days = pd.date_range(f"{year}-01-01", f"{year}-12-31")
    plain = np.asarray(days.day_of_week < 5)
    if country.lower() == "none":
        return plain, False
    calendar = holidays.country_holidays(country, years=year)
    working = np.array([calendar.is_working_day(d) for d in days.date])
    # China announces the year's exchange of weekend days each autumn; without it the year is not published yet.
    provisional = country.upper() == "CN" and not bool((working & ~plain).any())
    return working, provisional


def provisional_years(country: str, first: int, last: int) -> list[int]:
    """Years for which the calendar is not published yet."""
    return [y for y in range(first, last + 1) if workdays(country, y)[1]]


@cache
def first_days(country: str, year: int) -> dict[str, dt.date]:
    """Name of each holiday → its first day in a year; 春节 begins with its eve where the eve is a holiday.

    Names are those of the `holidays` library in the country's language; days in lieu and exchanged ones have none.
    """
    if country.lower() == "none":
        return {}
    found: dict[str, dt.date] = {}
    calendar = holidays.country_holidays(country, years=year, language="zh_CN" if country.upper() == "CN" else None)
    for day, names in sorted(calendar.items()):
        for name in names.split("; "):
            found.setdefault("春节" if name == "农历除夕" else name, day)
    return found


@dataclass(frozen=True)
class Office:
    """Zone, holiday calendar and working hours of an office."""

    tz: str = "Asia/Shanghai"
    country: str = "CN"
    hours: str = "08:30-12:00,13:30-17:30"

    def spans(self) -> list[tuple[int, int]]:
        """Working hours as minutes of the day, ``[(510, 720), …]``.

        Raises:
            InputError: ``limit.office_hours``.
        """
        found = [_HOURS.match(part.strip()) for part in self.hours.split(",")]
        spans = [(int(m[1]) * 60 + int(m[2]), int(m[3]) * 60 + int(m[4])) for m in found if m]
        if len(spans) != len(found) or any(a >= b for a, b in spans) or spans != sorted(spans):
            raise InputError("limit.office_hours", value=self.hours)
        return spans


def due(starts: pd.DatetimeIndex, limit: Limit, office: Office) -> pd.DatetimeIndex:
    """When each of ``starts`` (UTC instants, shape (n,)) must be done under ``limit``; UTC."""
    if limit.unit == "h":
        return starts + pd.Timedelta(hours=limit.amount)
    if not len(starts):
        return starts
    local = starts.tz_convert(ZoneInfo(office.tz)).tz_localize(None)
    if limit.unit == "d":
        ends = local.normalize() + pd.Timedelta(days=limit.amount + 1)
    elif limit.unit == "wd":
        ends = _working_days(local, limit.amount, office)
    else:
        ends = _working_hours(local, limit.amount, office)
    return ends.tz_localize(ZoneInfo(office.tz), nonexistent="shift_forward", ambiguous=False).tz_convert("UTC")


def _calendar(local: pd.DatetimeIndex, reach_days: int, office: Office) -> tuple[dt.date, NDArray[np.bool_]]:
    first = local.min().year
    last = (local.max() + pd.Timedelta(days=reach_days)).year
    return dt.date(first, 1, 1), np.concatenate([workdays(office.country, y)[0] for y in range(first, last + 1)])


def _working_days(local: pd.DatetimeIndex, amount: int, office: Office) -> pd.DatetimeIndex:
    start, working = _calendar(local, amount * 3 + 30, office)
    number = np.cumsum(working)
    day = (local.normalize() - pd.Timestamp(start)).days.to_numpy()
    last = np.searchsorted(number, number[day] + amount, side="left")
    return pd.DatetimeIndex(pd.Timestamp(start) + pd.to_timedelta(last + 1, unit="D"))


def _working_hours(local: pd.DatetimeIndex, amount: int, office: Office) -> pd.DatetimeIndex:
    """Piecewise linear: minutes worked since the calendar's start, read forwards and then backwards."""
    start, working = _calendar(local, amount + 60, office)
    spans = np.array(office.spans(), dtype=float)
    days = np.flatnonzero(working) * 1440.0
    clock = (days[:, None] + spans.ravel()[None, :]).ravel()
    worked = np.concatenate([[0.0], np.cumsum(np.tile(spans[:, 1] - spans[:, 0], len(days)))])
    # at the k-th opening `worked` equals that at the closing before it: a step without slope between the two
    done = np.repeat(worked, 2)[1:-1]
    minutes = (local - pd.Timestamp(start)).total_seconds().to_numpy() / 60
    want = np.interp(minutes, clock, done) + amount * 60
    closing = np.searchsorted(worked[1:], want - 1e-6, side="left")
    ends = clock[1::2][closing] - (worked[1:][closing] - want)
    return pd.DatetimeIndex(pd.Timestamp(start) + pd.to_timedelta(np.round(ends * 60), unit="s"))
