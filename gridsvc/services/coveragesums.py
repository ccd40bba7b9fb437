"""Obligations counted by cell, officer or rule (docs/coverage.md), whole months from sums that are kept.

The sums are an aid for speed only: they are worked out each minute for what changed, and at the turn of the day.
Whoever asks in between gets the cells that changed counted from the obligations themselves, by the same functions of
SQL.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from gridsvc.domain import obligations
from gridsvc.domain.obligations import NOT_FOUND, REFUSED, STATUS, VISITS
from gridsvc.services import ground
from gridsvc.store.tx import SYSTEM, begin

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gridsvc.domain.periods import Period
    from gridsvc.store.pool import Database
    from gridsvc.store.tx import Tx

DOORS: Final = ("targets", "covered")
_COUNTS: Final = (*STATUS, "recent", *VISITS)
_OUTCOMES: Final = {"not_found": list(NOT_FOUND), "refused": list(REFUSED)}


@dataclass(frozen=True)
class Question:
    """Which obligations are counted by what: keys, due days, versions of rules (none: all), ``by`` is cell, officer
    or rule."""

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
    def summed(self) -> bool:
        """Whether the sums can tell it: no officer's share of a rule, nor of a part of a month."""
        return self.period.whole_months and not (self.by == "officer" and self.rules is not None)

    @property
    def doors_summed(self) -> bool:
        """Whether they know the targets too: one may be a target in several months and by several rules."""
        one_month = self.period.days <= 31
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
            tx.run("coverage/fold", today=now, **_OUTCOMES)
        tx.run("coverage/folded", day=now)
        return stale


def counted(tx: Tx, ask: Question) -> pd.DataFrame:
    """Rows by key (cell, officer or 0, version of a rule) with the counts, ``asked``, ``targets`` and ``covered``."""
    whole = [(ask.lo, ask.hi)]
    stale = _stale(tx, ask)
    if stale is None:
        return _with(_raw(tx, ask, whole), _doors(tx, ask, whole))
    period = ask.period
    sums = tx.frame("coverage/sums", **_kept(ask, stale), start=period.start, stop=period.stop)
    sums = _owned(tx, ask, _typed(sums, (*_COUNTS, *DOORS)))
    if not ask.doors_summed:
        sums = _added(sums, _raw(tx, ask, _cells(stale))) if stale else sums
        return _with(sums.drop(columns=list(DOORS)), _doors(tx, ask, whole))
    if not stale:
        return sums
    return _added(sums, _with(_raw(tx, ask, _cells(stale)), _doors(tx, ask, _cells(stale))))


def past(tx: Tx, ask: Question, others: Sequence[Period]) -> list[pd.DataFrame]:
    """Of each of some other periods (whole months if that of ``ask`` is): rows by key with ``fulfilled`` and
    ``total``."""
    stale = _stale(tx, ask)
    ranges = [(ask.lo, ask.hi)] if stale is None else _cells(stale)
    found = [pd.DataFrame() for _ in others]
    if ranges:
        raw = [_raw(tx, replace(ask, period=other), ranges) for other in others]
        found = [obligations.fulfilled(counts) for counts in raw]
    if stale is not None:
        days = {"start": [p.start for p in others], "stop": [p.stop for p in others]}
        sums = tx.frame("coverage/past", **_kept(ask, stale), **days)
        sums = _owned(tx, ask, _typed(sums, ("n", "fulfilled", "total")))
        found = [pd.concat([part, sums[sums["n"] == n]]) for n, part in enumerate(found, start=1)]
    return found


def _stale(tx: Tx, ask: Question) -> list[int] | None:
    """Cells that are to be counted anew; None: all of them."""
    state = tx.one("coverage/state", lo=ask.lo, hi=ask.hi)
    return state["stale"] if state and ask.summed and state["day"] == ask.today else None


def _kept(ask: Question, stale: list[int]) -> dict[str, Any]:
    return {"grain": ask.grain, "by_cell": ask.by == "cell", "lo": ask.lo, "hi": ask.hi, "rules": _rules(ask),
            "without": stale}  # fmt: skip


def _owned(tx: Tx, ask: Question, sums: pd.DataFrame) -> pd.DataFrame:
    """Sums by post as sums of the officer's, 0 where there is no post."""
    if ask.by != "officer":
        return sums
    found = tx.frame("coverage/posts", ids=sums["key"].unique().tolist())
    return sums.assign(key=sums["key"].map(found.set_index("id")["officer_id"]).fillna(0).astype(np.int64))


def _cells(keys: Sequence[int]) -> list[tuple[int, int]]:
    return [(key, key + 1) for key in keys]


def _raw(tx: Tx, ask: Question, ranges: Sequence[tuple[int, int]]) -> pd.DataFrame:
    """Ranges of keys counted from the obligations."""
    return _typed(tx.frame("coverage/counts", **_within(ask, ranges), **_OUTCOMES), _COUNTS)


def _doors(tx: Tx, ask: Question, ranges: Sequence[tuple[int, int]]) -> pd.DataFrame:
    return _typed(tx.frame("coverage/doors", **_within(ask, ranges)), DOORS)


def _within(ask: Question, ranges: Sequence[tuple[int, int]]) -> dict[str, Any]:
    return {"lo": [lo for lo, _ in ranges], "hi": [hi for _, hi in ranges], "start": ask.period.start,
            "stop": ask.period.stop, "today": ask.today, "rules": _rules(ask), "by": ask.by}  # fmt: skip


def _rules(ask: Question) -> list[int] | None:
    return None if ask.rules is None else list(ask.rules)


def _typed(frame: pd.DataFrame, counts: Sequence[str]) -> pd.DataFrame:
    """Whole numbers, as they come; a table without rows does not know what its columns are."""
    if not frame.empty:
        return frame
    return pd.DataFrame({name: np.empty(0, dtype=np.int64) for name in ("key", *counts)}).reindex(
        columns=frame.columns
    )


def _with(counts: pd.DataFrame, doors: pd.DataFrame) -> pd.DataFrame:
    """Counts with the targets of the same keys; where all are excused there are none."""
    out = counts.merge(doors, on="key", how="left")
    return out.fillna(dict.fromkeys(DOORS, 0)).astype(dict.fromkeys(DOORS, np.int64))


def _added(a: pd.DataFrame, b: pd.DataFrame) -> pd.DataFrame:
    return pd.concat([a, b], ignore_index=True).groupby("key", as_index=False).sum()
