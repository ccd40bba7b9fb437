"""Periods as people and programs write them; always half-open ranges of local days, weeks from Monday."""

from __future__ import annotations

import calendar
import datetime as dt
import re
from dataclasses import dataclass

from gridsvc.errors import InputError

_DAY = dt.timedelta(days=1)
_MOST_DAYS = 3660


@dataclass(frozen=True)
class Period:
    """Days from ``start`` up to and without ``stop``, and the text they were asked for with."""

    start: dt.date
    stop: dt.date
    text: str

    @property
    def days(self) -> int:
        """Number of days."""
        return (self.stop - self.start).days

    @property
    def whole_months(self) -> bool:
        """Whether it begins and ends with a month."""
        return self.start.day == 1 and self.stop.day == 1

    @property
    def last(self) -> dt.date:
        """The last day in it."""
        return self.stop - _DAY


def parse(text: str, today: dt.date) -> Period:
    """A period from ``2026``, ``2026-10``, ``2026-Q3``, ``2026-H1``, ``2026-W43``, ``2026-10-05``, ``A..B`` (days,
    both in it), ``30d`` or ``12m`` (up to and with ``today``; months are whole ones, the current one the last),
    ``all``, or ``2026-10@26``: the month of an office that reports from the 26th of the month before to the 25th.

    Raises:
        InputError: ``period.malformed``, ``period.order``, ``period.long``.
    """  # fmt: skip
    t = text.strip()
    found = _parse(t, today)
    if found is None:
        raise InputError("period.malformed", value=text)
    start, stop = found
    if start >= stop:
        raise InputError("period.order", value=text)
    if (stop - start).days > _MOST_DAYS and t != "all":
        raise InputError("period.long", value=text, most=_MOST_DAYS)
    return Period(start, stop, t)


def before(period: Period) -> Period:
    """The period of the same length before it (环比): whole months before whole months."""
    start = period.start - (period.stop - period.start)
    if "@" in period.text:
        year, month, day = _reported(period.text)
        return Period(*_office_month(year, month - 1, day), period.text)
    if period.whole_months:
        months = (period.stop.year - period.start.year) * 12 + period.stop.month - period.start.month
        start = _month(period.start.year, period.start.month - months)
    return Period(start, period.start, period.text)


def year_ago(period: Period) -> Period:
    """The same days of the year before (同比); 29 February is the 28th."""
    days = [
        _month(d.year - 1, d.month) + (min(d.day, calendar.monthrange(d.year - 1, d.month)[1]) - 1) * _DAY
        for d in (period.start, period.stop)
    ]
    return Period(days[0], days[1], period.text)


def _parse(t: str, today: dt.date) -> tuple[dt.date, dt.date] | None:
    try:
        if t == "all":
            return dt.date(1970, 1, 1), today + dt.timedelta(days=3660)
        if ".." in t:
            a, b = t.split("..", 1)
            return dt.date.fromisoformat(a.strip()), dt.date.fromisoformat(b.strip()) + _DAY
        if m := re.fullmatch(r"(\d{1,4})d", t):
            return today - dt.timedelta(days=int(m[1]) - 1), today + _DAY
        if m := re.fullmatch(r"(\d{1,3})m", t):
            stop = _month(today.year, today.month + 1)
            return _month(stop.year, stop.month - int(m[1])), stop
        if m := re.fullmatch(r"(\d{4})", t):
            return dt.date(int(m[1]), 1, 1), dt.date(int(m[1]) + 1, 1, 1)
        if m := re.fullmatch(r"(\d{4})-Q([1-4])", t):
            first = int(m[2]) * 3 - 2
            return _month(int(m[1]), first), _month(int(m[1]), first + 3)
        if m := re.fullmatch(r"(\d{4})-H([12])", t):
            return _month(int(m[1]), int(m[2]) * 6 - 5), _month(int(m[1]), int(m[2]) * 6 + 1)
        if m := re.fullmatch(r"(\d{4})-W(\d{1,2})", t):
            monday = dt.date.fromisocalendar(int(m[1]), int(m[2]), 1)
            return monday, monday + dt.timedelta(days=7)
        if m := re.fullmatch(r"(\d{4})-(\d{2})", t):
            return _month(int(m[1]), int(m[2]), strict=True), _month(int(m[1]), int(m[2]) + 1)
        if re.fullmatch(r"\d{4}-\d{2}@([2-9]|1\d|2[0-8])", t):
            year, month, day = _reported(t)
            _month(year, month, strict=True)
            return _office_month(year, month, day)
        if re.fullmatch(r"\d{4}-\d{2}-\d{2}", t):
            return dt.date.fromisoformat(t), dt.date.fromisoformat(t) + _DAY
    except ValueError:
        return None
    return None


def _reported(text: str) -> tuple[int, int, int]:
    """Year, month and first day of ``2026-10@26``."""
    return int(text[:4]), int(text[5:7]), int(text[8:])


def _office_month(year: int, month: int, day: int) -> tuple[dt.date, dt.date]:
    """From ``day`` of the month before up to that day of the month (up to the 28th, which every month has)."""
    return _month(year, month - 1).replace(day=day), _month(year, month).replace(day=day)


def _month(year: int, month: int, *, strict: bool = False) -> dt.date:
    """The first of a month; months below 1 or above 12 run over into other years unless ``strict``."""
    if strict:
        return dt.date(year, month, 1)
    return dt.date(year + (month - 1) // 12, (month - 1) % 12 + 1, 1)


def as_instant(as_of: dt.date | None, now: dt.datetime, zone: dt.tzinfo) -> dt.datetime:
    """The instant that counts as "now": the end of ``as_of`` where it is given, otherwise ``now``."""
    if as_of is None:
        return now
    return dt.datetime.combine(as_of + _DAY, dt.time(), zone).astimezone(dt.UTC)
