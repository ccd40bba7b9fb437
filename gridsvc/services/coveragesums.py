"""Obligations counted by cell, officer or rule (docs/coverage.md), whole months from sums that are kept.

The sums are an aid for speed only: they are worked out each minute for what changed, and at the turn of the day.
Whoever asks in between gets the cells that changed counted from the obligations themselves, by the same functions of
SQL.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from itertools import groupby
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from gridsvc.domain import codes, obligations
from gridsvc.services import codelists, ground
from gridsvc.store.tx import SYSTEM, begin

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gridsvc.domain.obligations import Columns
    from gridsvc.domain.periods import Period
    from gridsvc.store.pool import Database
    from gridsvc.store.tx import Tx, Who

DOORS: Final = ("targets", "covered")
_MONTH: Final = 31  # days
#: A row of sums as it is kept: coverage_sum.counts and share, sql/migrations/033_coverage_counts.sql.
_COUNTS: Final = np.dtype([*((name, ">i4") for name in obligations.COUNTS), ("asked", ">f8")])
_SHARE: Final = np.dtype([("fulfilled", ">i4"), ("total", ">i4")])
_COUNTED: Final = (*obligations.COUNTS, "asked")


@dataclass(frozen=True)
class Question:
    """Which obligations are counted by what: keys, due days, versions of rules (none: all), ``by`` is cell, area
    (keys are those of cells or communities), officer or rule."""

    lo: int
    hi: int
    period: Period
    today: dt.date
    rules: tuple[int, ...] | None
    by: str

    @property
    def grain(self) -> str:
        """The sums that tell it: those by rule where rules are chosen."""
        return "rule" if self.rules is not None or self.by == "rule" else {"officer": "post"}.get(self.by, "cell")

    @property
    def raw_by(self) -> str:
        """What the obligations themselves are counted by."""
        return "cell" if self.by == "area" else self.by

    @property
    def summed(self) -> bool:
        """Whether the sums can tell it: no officer's share of a rule, nor of a part of a month."""
        return self.period.whole_months and not (self.by == "officer" and self.rules is not None)

    @property
    def doors_summed(self) -> bool:
        """Whether they know the targets too: one may be a target in several months and by several rules."""
        one_month = self.period.days <= _MONTH
        return one_month and (self.rules is None or self.by == "rule" or len(self.rules) == 1)


def fold(db: Database, *, today: dt.date | None = None) -> int:
    """Work out the sums that are no longer right; how many months of cells that were."""
    with begin(db, SYSTEM, "jobs", budget_ms=db.settings.job_budget_ms) as tx:
        tx.run("obligation/lock")  # one at a time, and not in the middle of an update
        now, was = today or ground.today(tx), tx.value("coverage/day")
        if was != now:
            tx.run("coverage/turn", was=was, now=now)
        tx.run("coverage/stage")
        stale = tx.run("coverage/take")
        if stale:
            tx.run("coverage/stage_analyze")
            tx.run("coverage/drop")
            tx.run("coverage/fold", today=now, **_outcomes(tx))
            tx.run("coverage/fold_communities")
        tx.run("coverage/folded", day=now)
        return stale


def stale(tx: Tx, ask: Question) -> list[int] | None:
    """Cells that are to be counted anew; None: all of them."""
    state = tx.one("coverage/state", lo=ask.lo, hi=ask.hi)
    return state["stale"] if state and ask.summed and state["day"] == ask.today else None


def counted(
    tx: Tx, ask: Question, stale: list[int] | None, others: Sequence[Period]
) -> tuple[Columns, list[Columns]]:
    """Counts by ``key`` (cell, officer or 0, version of a rule; one may come several times): those of
    :data:`gridsvc.domain.obligations.COUNTS` and ``asked``; and of each of some other periods (whole months if that
    of ``ask`` is) how much was ``fulfilled`` of what ``total``."""
    questions = [replace(ask, period=p) for p in (ask.period, *others)]
    ranges = [(ask.lo, ask.hi)] if stale is None else _cells(stale)
    parts: list[list[Columns]] = [[_raw(tx, q, ranges)] if ranges else [] for q in questions]
    parts[1:] = [[obligations.fulfilled(part) for part in found] for found in parts[1:]]
    if stale is not None:
        for found, sums in zip(parts, _sums(tx, questions, stale), strict=True):
            found.append(sums)
    doors = [] if stale is None or ask.doors_summed else DOORS
    now: list[Columns] = [{name: column for name, column in part.items() if name not in doors} for part in parts[0]]
    if ranges or doors:
        now.append(_doors(tx, ask, [(ask.lo, ask.hi)] if doors else ranges))
    before = [_joined(found, ("key", *(_SHARE.names or ()))) for found in parts[1:]]
    return _joined(now, ("key", *_COUNTED)), before


def _sums(tx: Tx, questions: Sequence[Question], stale: list[int]) -> list[Columns]:
    """The sums that are kept of questions that differ in their periods only: of the first the counts, of the others
    what is fulfilled. Of several months they are added up where they are: years of a city would not fit in here."""
    ask, spans = questions[0], [q.period for q in questions]
    which: dict[str, Any] = {"by_place": ask.by in ("cell", "area"), "rules": _rules(ask), **_ranges(tx, ask, stale)}
    found: list[Columns]
    if any(p.days > _MONTH for p in spans):
        first, *rest = [tx.arrays("coverage/sums_long", start=p.start, stop=p.stop, **which) for p in spans]
        found = [first, *(obligations.fulfilled(sums) for sums in rest)]
    else:
        rows = tx.columns("coverage/sums", months=[p.start for p in spans], **which)
        kinds = (_COUNTS, *[_SHARE] * (len(rows) - 1))
        found = [_unpacked(row, kind) for row, kind in zip(rows, kinds, strict=True)]
    return _owned(tx, found) if ask.by == "officer" else found


def _ranges(tx: Tx, ask: Question, stale: Sequence[int]) -> dict[str, list[Any]]:
    """The ranges of keys whose sums are right, and what they are of: communities as a whole where their cells need
    not be told apart and none of them is to be counted anew, otherwise cells."""
    coarse = {"cell": "community", "rule": "community_rule"}.get(ask.grain)
    if ask.by == "cell" or not coarse or not _whole_communities(tx.who, ask.lo, ask.hi):
        found = [(ask.grain, *r) for r in _between(ask.lo, ask.hi, _cells(stale))]
    else:
        parts = {lo: list(keys) for lo, keys in groupby(sorted(stale), lambda key: key - key % codes.KEYS)}
        doubtful = [(lo, lo + codes.KEYS) for lo in parts]
        found = [(coarse, *r) for r in _between(ask.lo, ask.hi, doubtful)]
        found += [(ask.grain, *r) for lo, hi in doubtful for r in _between(lo, hi, _cells(parts[lo]))]
    grain, lo, hi = zip(*found, strict=True) if found else ((), (), ())
    return {"grain": list(grain), "lo": list(lo), "hi": list(hi)}


def _whole_communities(who: Who, lo: int, hi: int) -> bool:
    """Whether of each community in the range she sees all or nothing, and so of its residents: only then are the sums
    of communities those of the cells that she sees."""
    ends = [lo, hi, *(end for r in (*who.scope, *who.person_scope) for end in r if lo < end < hi)]
    return all(end % codes.KEYS == 0 for end in ends)


def _between(lo: int, hi: int, without: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """What is left of a range without others in it, which are in order."""
    ends = [lo, *(end for r in without for end in r), hi]
    return [(a, b) for a, b in zip(ends[::2], ends[1::2], strict=True) if a < b]


def _unpacked(row: dict[str, Any], kind: np.dtype[Any]) -> Columns:
    sums = np.frombuffer(row["counts"], kind)
    return {"key": row["key"]} | {name: sums[name].astype(float) for name in kind.names or ()}


def _owned(tx: Tx, found: Sequence[Columns]) -> list[Columns]:
    """Sums by post as sums of the officer's, 0 where there is no post or the officer is not there."""
    posts = np.concatenate([sums["key"] for sums in found])
    posts = posts[posts > 0]
    if not len(posts):
        return list(found)
    whose = tx.columns("coverage/posts", first=int(posts.min()), last=int(posts.max()))[0]
    known, officers = pd.Index(whose["id"]), np.append(whose["officer_id"], 0)
    return [{**sums, "key": officers[known.get_indexer(sums["key"])]} for sums in found]  # -1 where there is none


def _cells(keys: Sequence[int]) -> list[tuple[int, int]]:
    return [(key, key + 1) for key in sorted(keys)]


def _raw(tx: Tx, ask: Question, ranges: Sequence[tuple[int, int]]) -> Columns:
    """Ranges of keys counted from the obligations."""
    return tx.arrays("coverage/counts", **_within(ask, ranges), **_outcomes(tx))


def _outcomes(tx: Tx) -> dict[str, list[str]]:
    known = codelists.outcomes(tx)
    return {"not_found": known.not_found, "refused": known.refused}


def _doors(tx: Tx, ask: Question, ranges: Sequence[tuple[int, int]]) -> Columns:
    return tx.arrays("coverage/doors", **_within(ask, ranges))


def _within(ask: Question, ranges: Sequence[tuple[int, int]]) -> dict[str, Any]:
    return {"lo": [lo for lo, _ in ranges], "hi": [hi for _, hi in ranges], "start": ask.period.start,
            "stop": ask.period.stop, "today": ask.today, "rules": _rules(ask), "by": ask.raw_by}  # fmt: skip


def _rules(ask: Question) -> list[int] | None:
    return None if ask.rules is None else list(ask.rules)


def _joined(parts: Sequence[Columns], names: Sequence[str]) -> Columns:
    """Rows one after the other; what a part does not count is 0 in it."""
    if len(parts) == 1:
        return parts[0]
    none = [np.zeros(len(part["key"]), dtype=np.int64) for part in parts]
    return {name: np.concatenate([p.get(name, zero) for p, zero in zip(parts, none, strict=True)]) for name in names}
