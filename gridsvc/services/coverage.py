"""Coverage (走访率、巡查率): what of the obligations of a period was done, by cell, area, officer or rule.

Definitions: docs/coverage.md. Obligations for residents are counted for those whose duty the residents are; others
get the rest and are told which rules are missing.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from gridsvc.domain import codes, obligations, periods
from gridsvc.domain.closing import LEVELS
from gridsvc.domain.obligations import NOT_FOUND, REFUSED, STATUS
from gridsvc.domain.periods import Period
from gridsvc.domain.sheets import plain_rows
from gridsvc.errors import InputError, MissingError
from gridsvc.services import ground, scopes
from gridsvc.store.tx import Caller, Tx, begin

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gridsvc.store.pool import Database, Row

BY: Final = ("cell", "community", "town", "county", "officer", "rule")
_COUNTS: Final = [*STATUS, "recent", "visits"]


@dataclass(frozen=True)
class Ask:
    """Area (code, name, the caller's own), period of due days, codes of rules (none: all), the day that is today."""

    area: str | None = None
    period: str = "1m"
    rules: tuple[str, ...] = ()
    by: str = "community"
    as_of: dt.date | None = None


@dataclass(frozen=True)
class Coverage:
    """The table of a question and its sum; ``hidden`` are rules about residents that the caller may not count."""

    area: ground.Area
    period: Period
    today: dt.date
    by: str
    total: dict[str, Any]
    table: pd.DataFrame
    hidden: list[str]
    provisional: list[int]


def report(db: Database, caller: Caller, ask: Ask) -> Coverage:
    """What was done of what fell due in a period.

    The table has key (or id), code, name, the measures of docs/coverage.md, ``covered`` (户), ``visits`` (户次),
    ``rank`` by rate, and ``before`` and ``year_ago``: the change of the rate in percentage points (环比, 同比).

    Raises:
        InputError: ``coverage.by``, ``period.…``;
        MissingError: ``area.unknown``, ``scope.outside``, ``rule.unknown``.
    """
    if ask.by not in BY:
        raise InputError("coverage.by", value=ask.by, known=", ".join(BY))
    with begin(db, caller, "read", steady=True, budget_ms=db.settings.budget_ms * 3) as tx:
        now = ground.today(tx)
        today = ask.as_of or now
        area = scopes.own_area(tx, ask.area)
        if not tx.who.touches(area.lo, area.hi):
            raise MissingError("scope.outside")
        period = periods.parse(ask.period, today)
        rules = _rules(tx, ask.rules)
        counts = _counts(tx, area, period, today, rules)
        table = _measured(tx, counts, _within(area, period, today, rules), rules, ask.by)
        for name, other in (("before", _before(period)), ("year_ago", _year_ago(period))):
            rate = _summed(_counts(tx, area, other, today, rules), rules, ask.by).set_index("key")["rate"]
            table[name] = ((table["rate"] - table["key"].map(rate)) * 100).astype(float)
        table = _named(tx, area, table, ask.by, now, rules)
        total = plain_rows(obligations.measures(counts, []).assign(covered=int(table["covered"].sum())))[0]
        hidden = [] if tx.who.knows(area.lo, area.hi) else sorted({r["name"] for r in rules.values() if _personal(r)})
    years = range(period.start.year, period.last.year + 1)
    unsure = [y for y in years if obligations.provisional(db.settings.holidays, y)]
    return Coverage(area, period, today, ask.by, total, table, hidden, unsure)


def as_data(found: Coverage) -> dict[str, Any]:
    """A report as plain rows, missing values as None."""
    return {
        "area": found.area.code, "area_name": found.area.name, "start": found.period.start, "stop": found.period.stop,
        "today": found.today, "by": found.by, "total": found.total, "rows": plain_rows(found.table),
        "hidden": found.hidden, "provisional": found.provisional,
    }  # fmt: skip


def _rules(tx: Tx, wanted: Sequence[str]) -> dict[int, Row]:
    """The versions of the rules that are asked for, by number.

    Raises:
        MissingError: ``rule.unknown``.
    """
    rows = tx.rows("rule/list", day=None, lo=0, hi=codes.KEY_MAX)
    known = {r["code"] for r in rows}
    for code in wanted:
        if code.upper() not in known:
            raise MissingError("rule.unknown", code=code)
    chosen = {code.upper() for code in wanted} or known
    return {int(r["id"]): r for r in rows if r["code"] in chosen and not r["retired"]}


def _personal(rule: Row) -> bool:
    return rule["target"] in ("dwelling", "household", "person")


def _measured(
    tx: Tx, counts: pd.DataFrame, within: dict[str, Any], rules: dict[int, Row], by: str
) -> pd.DataFrame:  # fmt: skip
    """The table by ``key``, with 户 and rank."""
    table = _summed(counts, rules, by)
    covered = tx.frame("obligation/covered", **within, by=by if by in ("officer", "rule") else "cell")
    covered = covered.assign(key=_keys(covered["key"], by, rules)).groupby("key")["covered"].sum()
    table["covered"] = table["key"].map(covered).fillna(0).astype(np.int64)
    table["rank"] = table["rate"].rank(ascending=False, method="min").astype("Int64")
    return table


def _summed(counts: pd.DataFrame, rules: dict[int, Row], by: str) -> pd.DataFrame:
    column = {"officer": "officer_id", "rule": "rule_id"}.get(by, "cell_key")
    return obligations.measures(counts.assign(key=_keys(counts[column], by, rules)), ["key"])


def _counts(tx: Tx, area: ground.Area, period: Period, today: dt.date, rules: dict[int, Row]) -> pd.DataFrame:
    frame = tx.frame(
        "obligation/counts", **_within(area, period, today, rules), not_found=list(NOT_FOUND), refused=list(REFUSED)
    ).astype({"cell_key": np.int64, "rule_id": np.int64, "officer_id": "Int64", **dict.fromkeys(_COUNTS, np.int64)})
    rate = frame["rule_id"].map({n: round(float(r["rate"]), 6) for n, r in rules.items()}).astype(float)
    frame["asked"] = rate * frame[[s for s in STATUS if s != "excused"]].sum(axis=1)
    return frame


def _within(area: ground.Area, period: Period, today: dt.date, rules: dict[int, Row]) -> dict[str, Any]:
    return {"lo": area.lo, "hi": area.hi, "start": period.start, "stop": period.stop, "today": today,
            "rules": sorted(rules)}  # fmt: skip


def _keys(column: pd.Series, by: str, rules: dict[int, Row]) -> pd.Series:
    """What a row of counts belongs to: cell, area of a level, officer (0: nobody), newest version of a rule."""
    if by == "officer":
        return column.astype("Int64").fillna(0).astype(np.int64)
    if by == "rule":
        newest = {r["code"]: n for n, r in sorted(rules.items())}
        return column.map({n: newest[r["code"]] for n, r in rules.items()}).astype(np.int64)
    keys = column.to_numpy(dtype=np.int64)
    if by != "cell":
        keys = codes.ancestors(keys, LEVELS[by]) << codes.SEQ_BITS
    return pd.Series(keys, index=column.index)


def _named(
    tx: Tx, area: ground.Area, table: pd.DataFrame, by: str, now: dt.date, rules: dict[int, Row]
) -> pd.DataFrame:  # fmt: skip
    """Code and name before the measures; what lies in none of the places of the level is one row with key 0."""
    if by == "officer":
        rows = tx.rows("officer/names", ids=table["key"].tolist())
        head = pd.DataFrame([(r["id"], r["number"] or "", r["name"]) for r in rows], columns=["key", "code", "name"])
    elif by == "rule":
        head = pd.DataFrame([(n, r["code"], r["name"]) for n, r in rules.items()], columns=["key", "code", "name"])
    else:
        level = LEVELS[by]
        name = "area/shapes" if level else "unit/inside"
        places = tx.frame(name, day=now, lo=area.lo, hi=area.hi)
        places = places[places["level"] == level] if level else places
        head = places[scopes.seen(tx, places["key"], level)][["key", "code", "name"]]
    out = table.merge(head.astype({"key": np.int64}), on="key", how="left")
    out["code"], out["name"] = out["code"].fillna(""), out["name"].fillna("—")
    first = ["key", "code", "name"]
    out = out[[*first, *(c for c in out.columns if c not in first)]]
    return out.sort_values(["code", "key"] if by != "rule" else ["code"], ignore_index=True)


def _before(period: Period) -> Period:
    """The period of the same length before: whole months where it is whole months."""
    if period.whole_months:
        months = (period.stop.year - period.start.year) * 12 + period.stop.month - period.start.month
        return replace(period, start=_month(period.start, -months), stop=period.start)
    return replace(period, start=period.start - (period.stop - period.start), stop=period.start)


def _year_ago(period: Period) -> Period:
    return replace(period, start=_month(period.start, -12), stop=_month(period.stop, -12))


def _month(day: dt.date, n: int) -> dt.date:
    """The same day some months on; the last one of a shorter month."""
    return (pd.Timestamp(day) + pd.DateOffset(months=n)).date()
