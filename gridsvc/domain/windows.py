"""The windows of a rule: from which day to which day something is to be done, and how long it still counts.

All days are local and included. Definitions: docs/coverage.md.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from gridsvc.domain import workdays

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gridsvc.domain.rules import Rule

_DAY = dt.timedelta(days=1)
_MONTHS = {"month": 1, "quarter": 3, "half-year": 6, "year": 12}
_YEARS_AHEAD = 5  # 1,000 working days are a little more than four years


class Window(NamedTuple):
    """Days of one window, all included; ``until`` is the last day on which a visit counts as late, None for ever."""

    opens: dt.date
    due: dt.date
    until: dt.date | None


@dataclass(frozen=True)
class Calendar:
    """Working days and holidays of a country (ISO code of the `holidays` library, or ``none``: weekends only)."""

    country: str = "CN"

    def is_working(self, day: dt.date) -> bool:
        """Whether a day is worked on."""
        return bool(workdays.workdays(self.country, day.year)[0][day.timetuple().tm_yday - 1])

    def working(self, first: int, last: int) -> np.ndarray:
        """The working days of some years, as days (``datetime64[D]``)."""
        parts = []
        for year in range(first, last + 1):
            found = workdays.workdays(self.country, year)[0]
            parts.append(np.datetime64(f"{year}-01-01") + np.flatnonzero(found))
        return np.concatenate(parts)

    def later(self, day: dt.date, n: int, *, working: bool) -> dt.date:
        """The n-th day (working day) after a day; before it when n is negative."""
        if not working or n == 0:
            return day + n * _DAY
        known = self.working(day.year - _YEARS_AHEAD, day.year + _YEARS_AHEAD)
        at = int(np.searchsorted(known, np.datetime64(day), side="right"))
        if n < 0:
            at = int(np.searchsorted(known, np.datetime64(day), side="left"))
            return dt.date.fromisoformat(str(known[at + n]))
        return dt.date.fromisoformat(str(known[at + n - 1]))

    def holiday(self, name: str, year: int) -> dt.date | None:
        """First day of a holiday in a year (春节 begins with its eve where that is a holiday); None without it."""
        return workdays.first_days(self.country, year).get(name)


def windows(rule: Rule, first: dt.date, last: dt.date, calendar: Calendar) -> list[Window]:
    """The windows of a rule that overlap ``first`` to ``last``, in order; none of a rule that counts from the target.

    A window that is due before the rule began has never been.
    """
    made = (
        Window(opens, due, until(rule, due, calendar))
        for opens, due in _spans(rule, first, last, calendar)
        if due >= rule.since
    )
    return [one for one in made if one.opens <= last and one.due >= first]


def until(rule: Rule, due: dt.date, calendar: Calendar) -> dt.date | None:
    """The last day on which what was due still counts."""
    if rule.grace is None:
        return None
    return calendar.later(due, rule.grace, working=rule.working)


def _spans(rule: Rule, first: dt.date, last: dt.date, calendar: Calendar) -> Iterator[tuple[dt.date, dt.date]]:
    if rule.period == "day":
        days = (first + k * _DAY for k in range((last - first).days + 1))
        yield from ((day, day) for day in days if not rule.working or calendar.is_working(day))
    elif rule.period == "week":
        monday = first - first.weekday() * _DAY
        yield from ((day, day + 6 * _DAY) for day in _every(monday, 7, last))
    elif rule.period == "days":
        n = rule.every or 1
        start = rule.since + max(0, (first - rule.since).days // n) * n * _DAY
        yield from ((day, day + (n - 1) * _DAY) for day in _every(start, n, last))
    elif rule.period == "half-month":
        for begin, end in _months(first, last, 1):
            middle = begin.replace(day=15)
            yield begin, middle
            yield middle + _DAY, end
    elif rule.period in _MONTHS:
        yield from _months(first, last, _MONTHS[rule.period])
    elif rule.period == "holiday":
        yield from _before_holidays(rule, first, last, calendar)


def _every(start: dt.date, n: int, last: dt.date) -> Iterator[dt.date]:
    while start <= last:
        yield start
        start += n * _DAY


def _months(first: dt.date, last: dt.date, n: int) -> Iterator[tuple[dt.date, dt.date]]:
    """Runs of n months of the calendar year, the first one holding ``first``."""
    month = first.year * 12 + (first.month - 1) // n * n
    while (begin := dt.date(month // 12, month % 12 + 1, 1)) <= last:
        month += n
        yield begin, dt.date(month // 12, month % 12 + 1, 1) - _DAY


def _before_holidays(
    rule: Rule, first: dt.date, last: dt.date, calendar: Calendar
) -> Iterator[tuple[dt.date, dt.date]]:
    found = {
        calendar.holiday(name, year) for year in range(first.year, last.year + 3) for name in rule.holidays
    } - {None}  # fmt: skip
    for day in sorted(day for day in found if day):
        opens = calendar.later(day, -(rule.every or 1), working=rule.working)
        yield opens, day - _DAY
