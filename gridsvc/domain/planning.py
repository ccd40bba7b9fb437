"""What an officer does next (走访计划): open obligations as lines to be visited, the urgent ones first, in the order
of a walk.

One visit may close several obligations (docs/coverage.md), so a line holds all that it would close, and no two lines
are for the same visit. What is not due before the plan ends is spread: each week gets its share, the places nearest
to what has to be visited anyway.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

import numpy as np
from scipy.spatial import KDTree

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

LATE, SOON, LATER = 0, 1, 2
_MODES_ALL: Final = frozenset({""})
_WALKED: Final = 1500  # places that are put in the order of a walk


@dataclass(frozen=True)
class Open:
    """An open obligation: what it is for, what would close it, how much of it is missing, until when.

    ``until`` is the last day on which it can be closed at all (None for ever); ``home`` and ``household`` are the
    dwelling and household of somebody who lives at a door; ``xy`` metres, None where no place is known. ``aside``:
    nobody goes there for it (the target was not found), but a visit that is made anyway closes it.
    """

    rule: str
    name: str
    target: str
    target_id: int
    opens: dt.date
    due: dt.date
    until: dt.date | None
    activity: tuple[str, ...]
    modes: tuple[str, ...] = ()
    document: bool = False
    minutes: bool = False
    missing: int = 1
    home: int | None = None
    household: int | None = None
    xy: tuple[float, float] | None = None
    aside: bool = False


@dataclass
class Line:
    """One visit of a plan and the obligations that it would close; ``by`` is the first day on which one is due."""

    target: str
    target_id: int
    activity: str
    modes: frozenset[str]
    home: int | None
    xy: tuple[float, float] | None
    of: list[Open] = field(default_factory=list)
    urgency: int = LATER

    @property
    def by(self) -> dt.date:
        """First day on which one of them is due."""
        return min(o.due for o in self.of if not o.aside)

    @property
    def minutes(self) -> int:
        """Minutes that it has to last, 0 where nothing asks for any."""
        return max((o.missing for o in self.of if o.minutes), default=0)


def lines(open_: Iterable[Open], today: dt.date, last: dt.date, *, everything: bool = False) -> list[Line]:
    """The lines of a plan from ``today`` to ``last``, in the order in which they are walked.

    ``everything``: also what would have its turn in a later week.
    """
    found = [line for one in _visits(open_) for line in _times(one, today, last)]
    for line in found:
        line.urgency = LATE if line.by < today else SOON if line.by <= last else LATER
    urgent = [line for line in found if line.urgency != LATER]
    later = [line for line in found if line.urgency == LATER]
    if not everything:
        later = _share(later, urgent, today, last)
    return [
        line for rank in (LATE, SOON, LATER) for line in _walk([p for p in (*urgent, *later) if p.urgency == rank])
    ]


def _visits(open_: Iterable[Open]) -> list[Line]:
    """Obligations put together by the visit that would close them, those of one activity before those that several
    activities close. Behind one door that is one visit: to her alone for whom all of it is, otherwise to the
    household or to the door."""
    made: dict[tuple[str, int], list[Line]] = defaultdict(list)
    every = sorted(open_, key=lambda o: (len(o.activity), o.target_id, o.due, o.rule))
    for one in (o for o in every if not o.aside):
        modes = frozenset(one.modes) or _MODES_ALL
        here = made[_door(one)]
        line = next((p for p in here if p.activity in one.activity and _meet(p.modes, modes)), None)
        if line is None:
            line = Line(one.target, one.target_id, one.activity[0], modes, one.home, one.xy)
            here.append(line)
        line.modes = _meet(line.modes, modes)
        line.of.append(one)
    out = [line for here in made.values() for line in here]
    for line in out:
        line.target, line.target_id = _to_whom(line)
    for one in (o for o in every if o.aside):
        modes = frozenset(one.modes) or _MODES_ALL
        for line in made.get(_door(one), ()):
            if line.activity in one.activity and _meet(line.modes, modes) == line.modes and _counts(line, one):
                line.of.append(one)
    return out


def _counts(line: Line, one: Open) -> bool:
    """Whether a visit of the line is one to this target too (docs/coverage.md)."""
    if line.target == "dwelling" or (line.target, line.target_id) == (one.target, one.target_id):
        return True
    if line.target == "household":
        return one.target == "dwelling" or (one.target == "person" and one.household == line.target_id)
    hers = {o.household for o in line.of if o.target == "person"}
    return line.target == "person" and (
        one.target == "dwelling" or (one.target == "household" and one.target_id in hers)
    )


def _door(one: Open) -> tuple[str, int]:
    """What a visit goes to: the door that the target is behind, otherwise its household, otherwise itself."""
    if one.home is not None:
        return "dwelling", one.home
    return (one.target, one.target_id) if one.household is None else ("household", one.household)


def _meet(one: frozenset[str], other: frozenset[str]) -> frozenset[str]:
    """Modes that count for both; empty where none does."""
    return other if one == _MODES_ALL else one if other == _MODES_ALL else one & other


def _to_whom(line: Line) -> tuple[str, int]:
    """The narrowest target a visit to which counts for everything that the line is for (docs/coverage.md)."""
    people = {o.target_id: o.household for o in line.of if o.target == "person"}
    households = {o.target_id for o in line.of if o.target == "household"}
    if not people and not households:
        return line.target, line.target_id
    around = households | {h for h in people.values() if h is not None}
    if len(people) == 1 and households <= set(people.values()):
        return "person", next(iter(people))
    if len(around) == 1 and None not in people.values():
        return "household", next(iter(around))
    return ("dwelling", line.home) if line.home is not None else (line.target, line.target_id)


def _times(line: Line, today: dt.date, last: dt.date) -> list[Line]:
    """A line for each day on which it takes a visit: as few as close everything that is due by the last day, one for
    what is due later."""
    spans = []
    for o in line.of:
        urgent = o.due <= last
        end = min(o.due, last) if o.due >= today else min(o.until or last, last)
        if end >= max(o.opens, today):
            spans.append(_Span(max(o.opens, today), end, 1 if o.minutes or not urgent else o.missing, o))
    out = []
    while spans:
        wanted = [s.end for s in spans if not s.of.aside]
        if not wanted:
            break
        day = min(wanted)  # the latest day that is early enough for the one that ends first
        now = [s for s in spans if s.start <= day]
        out.append(replace(line, of=[s.of for s in now if s.end >= day or s.of.aside]))
        for s in now:
            s.times -= 1
            s.end = min(s.end, day - dt.timedelta(days=1))  # two visits on one day count once
        spans = [s for s in spans if s.times > 0 and s.end >= s.start]
    return out


@dataclass
class _Span:
    """Days in which an obligation wants so many visits more."""

    start: dt.date
    end: dt.date
    times: int
    of: Open


def _share(later: Sequence[Line], urgent: Sequence[Line], today: dt.date, last: dt.date) -> list[Line]:
    """Of what is due later, a week's share of each rule: those nearest to the urgent ones."""
    at = _points(urgent)
    groups: dict[tuple[str, dt.date], list[Line]] = defaultdict(list)
    for line in later:
        groups[line.of[0].rule, line.by].append(line)
    out = []
    for (_, due), group in groups.items():
        weeks = -(-((due - today).days + 1) // (7 if last > today else 1))
        near = _near(group, at)
        out += [group[i] for i in np.argsort(near, kind="stable")[: -(-len(group) // weeks)]]
    return out


def _points(found: Sequence[Line]) -> NDArray[np.float64]:
    xy = [line.xy for line in found if line.xy is not None]
    return np.asarray(xy, dtype=np.float64).reshape(-1, 2)


def _near(group: Sequence[Line], at: NDArray[np.float64]) -> NDArray[np.float64]:
    """Distance of each line to the nearest of the points; without any to the first of the group."""
    own = np.array([line.xy or (np.nan, np.nan) for line in group], dtype=np.float64)
    if not len(at):
        known = own[~np.isnan(own[:, 0])]
        at = known[:1]
    if not len(at):
        return np.zeros(len(group))
    out = np.full(len(group), np.inf)
    has = ~np.isnan(own[:, 0])
    out[has] = KDTree(np.unique(at, axis=0)).query(own[has])[0]
    return out


def _walk(found: Sequence[Line]) -> list[Line]:
    """Lines in the order of a walk from place to place, each time the nearest; those without a place first, by day.

    An officer's cell has some hundred houses at most: nearest neighbour, then stretches turned round while that makes
    the walk shorter (2-opt).
    """
    placeless = sorted((p for p in found if p.xy is None), key=lambda p: (p.by, p.target, p.target_id))
    houses: dict[tuple[float, float], list[Line]] = defaultdict(list)
    for line in sorted((p for p in found if p.xy is not None), key=lambda p: (p.by, p.target_id)):
        houses[(round(line.xy[0], 1), round(line.xy[1], 1)) if line.xy else (0.0, 0.0)].append(line)
    if not houses:
        return placeless
    places = np.array(list(houses))
    keys = list(houses)
    return [*placeless, *(line for i in _route(places) for line in houses[keys[i]])]


def _route(xy: NDArray[np.float64]) -> list[int]:
    if len(xy) > _WALKED:  # of a whole town nobody walks it in one go: row by row of 200 m
        return [int(i) for i in np.lexsort((xy[:, 0], -(xy[:, 1] // 200)))]
    apart = np.hypot(xy[:, None, 0] - xy[None, :, 0], xy[:, None, 1] - xy[None, :, 1])
    start = int(np.lexsort((xy[:, 0], -xy[:, 1]))[0])  # the northernmost
    route, left = [start], np.ones(len(xy), dtype=bool)
    left[start] = False
    while left.any():
        following = int(np.where(left, apart[route[-1]], np.inf).argmin())
        route.append(following)
        left[following] = False
    return _turned(route, apart)


def _turned(route: list[int], apart: NDArray[np.float64]) -> list[int]:
    """2-opt over the open walk; at most a few rounds."""
    order = np.array(route)
    for _ in range(6):
        before = apart[order[:-1], order[1:]].sum()
        for i in range(1, len(order) - 1):
            a, b = order[i - 1], order[i]
            ends, after = order[i:], np.append(order[i + 1 :], -1)
            # turning order[i..j] replaces the steps a→b and order[j]→order[j + 1]
            gain = apart[a, b] - apart[a, ends] + np.where(after >= 0, apart[ends, after] - apart[b, after], 0.0)
            j = int(gain.argmax())
            if gain[j] > 1e-6:
                order[i : i + j + 1] = order[i : i + j + 1][::-1]
        if apart[order[:-1], order[1:]].sum() > before - 1e-6:
            break
    return [int(k) for k in order]
