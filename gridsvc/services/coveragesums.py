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

from gridsvc.domain import obligations
from gridsvc.services import codelists, ground
from gridsvc.store.tx import SYSTEM, begin

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from gridsvc.domain.obligations import Columns
    from gridsvc.domain.periods import Period
    from gridsvc.store.pool import Database
    from gridsvc.store.tx import Tx

DOORS: Final = ("targets", "covered")


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
            tx.run("coverage/fold", today=now, **_outcomes(tx))
        tx.run("coverage/folded", day=now)
        return stale


def stale(tx: Tx, ask: Question) -> list[int] | None:
    """Cells that are to be counted anew; None: all of them."""
    state = tx.one("coverage/state", lo=ask.lo, hi=ask.hi)
    return state["stale"] if state and ask.summed and state["day"] == ask.today else None


def counted(tx: Tx, ask: Question, stale: list[int] | None) -> Columns:
    """Counts by ``key`` (cell, officer or 0, version of a rule; one may come several times): those of
    :data:`gridsvc.domain.obligations.COUNTS` and ``asked``."""
    whole = [(ask.lo, ask.hi)]
    if stale is None:
        parts = [_raw(tx, ask, whole), _doors(tx, ask, whole)]
    else:
        days = {"start": ask.period.start, "stop": ask.period.stop}
        sums = _owned(tx, ask, tx.arrays("coverage/sums", **_kept(ask, stale), **days))
        without = () if ask.doors_summed else DOORS
        parts = [{name: column for name, column in sums.items() if name not in without}]
        parts += [_raw(tx, ask, _cells(stale))] if stale else []
        parts += [_doors(tx, ask, _cells(stale) if ask.doors_summed else whole)] if stale or without else []
    return _joined(parts, ("key", *obligations.COUNTS, "asked"))


def past(tx: Tx, ask: Question, stale: list[int] | None, others: Sequence[Period]) -> list[Columns]:
    """Of each of some other periods (whole months if that of ``ask`` is): by ``key`` how much was ``fulfilled`` of
    what ``total``."""
    ranges = [(ask.lo, ask.hi)] if stale is None else _cells(stale)
    found: list[list[Columns]] = [[] for _ in others]
    if ranges:
        for parts, other in zip(found, others, strict=True):
            parts.append(obligations.fulfilled(_raw(tx, replace(ask, period=other), ranges)))
    if stale is not None:
        days = {"start": [p.start for p in others], "stop": [p.stop for p in others]}
        sums = _owned(tx, ask, tx.arrays("coverage/past", **_kept(ask, stale), **days))
        for n, parts in enumerate(found, start=1):
            parts.append({name: column[sums["n"] == n] for name, column in sums.items()})
    return [_joined(parts, ("key", "fulfilled", "total")) for parts in found]


def _kept(ask: Question, stale: list[int]) -> dict[str, Any]:
    return {"grain": ask.grain, "by_cell": ask.by == "cell", "lo": ask.lo, "hi": ask.hi, "rules": _rules(ask),
            "without": stale}  # fmt: skip


def _owned(tx: Tx, ask: Question, sums: dict[str, NDArray[Any]]) -> dict[str, NDArray[Any]]:
    """Sums by post as sums of the officer's, 0 where there is no post."""
    if ask.by != "officer" or not len(sums["key"]):
        return sums
    posts, place = np.unique(sums["key"], return_inverse=True)
    found = tx.arrays("coverage/posts", ids=posts.tolist())
    officers = np.zeros(len(posts), dtype=np.int64)
    officers[np.searchsorted(posts, found["id"])] = found["officer_id"]
    return sums | {"key": officers[place]}


def _cells(keys: Sequence[int]) -> list[tuple[int, int]]:
    return [(key, key + 1) for key in keys]


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
            "stop": ask.period.stop, "today": ask.today, "rules": _rules(ask), "by": ask.by}  # fmt: skip


def _rules(ask: Question) -> list[int] | None:
    return None if ask.rules is None else list(ask.rules)


def _joined(parts: Sequence[Columns], names: Sequence[str]) -> Columns:
    """Rows one after the other; what a part does not count is 0 in it."""
    if len(parts) == 1:
        return parts[0]
    none = [np.zeros(len(part["key"]), dtype=np.int64) for part in parts]
    return {name: np.concatenate([p.get(name, zero) for p, zero in zip(parts, none, strict=True)]) for name in names}
