"""Coverage (走访率、巡查率): what of the obligations of a period was done, by cell, area, officer or rule.

Definitions: docs/coverage.md. Obligations for residents are counted for those whose duty the residents are; others
get the rest and are told which rules are missing.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from gridsvc.domain import codes, crs, obligations, periods, workdays
from gridsvc.domain.closing import LEVELS
from gridsvc.domain.obligations import NOT_FOUND, REFUSED, STATUS, VISITS
from gridsvc.domain.rules import PERSONAL
from gridsvc.domain.sheets import plain_rows
from gridsvc.errors import InputError, MissingError
from gridsvc.services import ground, scopes
from gridsvc.store.tx import Caller, Tx, begin

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gridsvc.domain.periods import Period
    from gridsvc.store.pool import Database, Row

BY: Final = ("cell", "community", "town", "county", "officer", "rule")
_DOORS: Final = ("targets", "covered")
_COUNTS: Final = [*STATUS, "recent", *VISITS]


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

    The table has key (or id), code, name, the measures of docs/coverage.md, ``targets`` and ``covered`` (户),
    ``visits`` (户次), ``rank`` by rate, and ``before`` and ``year_ago``: the change of the rate in percentage points
    (环比, 同比). What lies in none of the places, or in one that she sees only a part of, is one row with key 0; so
    is, by officer, what nobody is in charge of. Key −1 is officers that she may not see.

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
        rules = rules_of(tx, ask.rules)
        counts = _counts(tx, area, period, today, rules)
        places = _places(tx, area, ask.by, now, rules)
        table = _summed(counts, places, rules, ask.by)
        doors = _doors(tx, area, period, today, rules, ask.by, places)
        table = table.join(doors, on="key").fillna(dict.fromkeys(_DOORS, 0)).astype(dict.fromkeys(_DOORS, np.int64))
        total = obligations.measures(counts, []).assign(**table[list(_DOORS)].sum().to_dict())
        for name, other in (("before", periods.before(period)), ("year_ago", periods.year_ago(period))):
            old = _counts(tx, area, other, today, rules)
            then = _summed(old, places, rules, ask.by)
            total[name] = (total["rate"] - obligations.measures(old, [])["rate"]) * 100
            table[name] = ((table["rate"] - table["key"].map(then.set_index("key")["rate"])) * 100).astype(float)
        if ask.by == "officer":  # 回访一致率 beside what she did
            table = table.join(_agreement(tx, area, period), on="key")
        table = _finished(table, places)
        hidden = [] if _counts_residents(tx, area) else sorted(
            {r["name"] for r in rules.values() if r["target"] in PERSONAL}
        )  # fmt: skip
    unsure = workdays.provisional_years(db.settings.holidays, period.start.year, period.last.year)
    return Coverage(area, period, today, ask.by, plain_rows(total)[0], table, hidden, unsure)


def as_data(found: Coverage) -> dict[str, Any]:
    """A report as plain rows, missing values as None."""
    return {
        "area": found.area.code, "area_name": found.area.name, "start": found.period.start, "stop": found.period.stop,
        "today": found.today, "by": found.by, "total": found.total, "rows": plain_rows(found.table),
        "hidden": found.hidden, "provisional": found.provisional,
    }  # fmt: skip


def shapes(db: Database, caller: Caller, ask: Ask) -> gpd.GeoDataFrame:
    """The report by cells or areas on their shapes: code, name and the measures.

    Raises:
        InputError: ``coverage.by``; and as :func:`report`.
    """
    if ask.by not in LEVELS:
        raise InputError("coverage.by", value=ask.by, known=", ".join(LEVELS))
    found = report(db, caller, ask)
    with begin(db, caller, "read") as tx:
        name = "unit/inside" if ask.by == "cell" else "area/shapes"
        frame = tx.frame(name, lo=found.area.lo, hi=found.area.hi, day=ground.today(tx)).astype({"key": np.int64})
    table = found.table.merge(frame[["key", "wkb"]], on="key", how="inner")
    geoms = shapely.from_wkb(table["wkb"].to_numpy(dtype=object))
    return gpd.GeoDataFrame(table.drop(columns="wkb"), geometry=geoms, crs=crs.WGS84)


def rules_of(tx: Tx, wanted: Sequence[str]) -> dict[int, Row]:
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


def _summed(counts: pd.DataFrame, places: pd.DataFrame, rules: dict[int, Row], by: str) -> pd.DataFrame:
    column = {"officer": "officer_id", "rule": "rule_id"}.get(by, "cell_key")
    return obligations.measures(counts.assign(key=_keys(counts[column], places, by, rules)), ["key"])


def _counts_residents(tx: Tx, area: ground.Area) -> bool:
    """Whether the residents of all ground of the area that she sees are her duty: of a community with two of her
    cells in it she is told of these two, residents and all."""
    seen = [(max(lo, area.lo), min(hi, area.hi)) for lo, hi in tx.who.scope if lo < area.hi and area.lo < hi]
    return all(tx.who.knows(lo, hi) for lo, hi in seen)


def _doors(
    tx: Tx, area: ground.Area, period: Period, today: dt.date, rules: dict[int, Row], by: str, places: pd.DataFrame
) -> pd.DataFrame:  # fmt: skip
    """户 by key: with something to be done, with something done."""
    grain = by if by in ("officer", "rule") else "cell"
    found = tx.frame("obligation/covered", **_within(area, period, today, rules), by=grain)
    return found.assign(key=_keys(found["key"], places, by, rules)).groupby("key")[list(_DOORS)].sum()


def _agreement(tx: Tx, area: ground.Area, period: Period) -> pd.DataFrame:
    """Spot checks by officer: how many of her visits were checked, and the share that was as the list says."""
    found = tx.frame("spotcheck/agreement", lo=area.lo, hi=area.hi, start=period.start, stop=period.stop)
    found = found.astype({"key": np.int64, "checked": "Int64", "agreed": "Int64"}).set_index("key")
    return pd.DataFrame(
        {"checked": found["checked"], "agreement": (found["agreed"] / found["checked"]).astype(float)}
    )


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


def _keys(column: pd.Series, places: pd.DataFrame, by: str, rules: dict[int, Row]) -> pd.Series:
    """What a row of counts belongs to: cell, area of a level, officer, newest version of a rule; 0 where it belongs
    to none of the places that are shown."""
    if by == "rule":
        newest = {r["code"]: n for n, r in sorted(rules.items())}
        return column.map({n: newest[r["code"]] for n, r in rules.items()}).astype(np.int64)
    keys = column.astype("Int64").fillna(0).to_numpy(dtype=np.int64)
    if LEVELS.get(by):
        keys = codes.ancestors(keys, LEVELS[by]) << codes.SEQ_BITS
    elsewhere = np.where((by == "officer") & (keys > 0), -1, 0)  # nobody is not the same as somebody unseen
    return pd.Series(np.where(np.isin(keys, places["key"]), keys, elsewhere), index=column.index)


def _places(tx: Tx, area: ground.Area, by: str, now: dt.date, rules: dict[int, Row]) -> pd.DataFrame:
    """key, code and name of what the rows may be; of areas and cells those that she sees the whole of."""
    if by == "officer":
        rows = tx.rows("officer/names", lo=area.lo, hi=area.hi)
        found = pd.DataFrame([(r["id"], r["number"] or "", r["name"]) for r in rows], columns=["key", "code", "name"])
    elif by == "rule":
        found = pd.DataFrame([(n, r["code"], r["name"]) for n, r in rules.items()], columns=["key", "code", "name"])
    else:
        found = tx.frame("obligation/places", level=LEVELS[by], day=now, lo=area.lo, hi=area.hi)
        found = found[scopes.seen(tx, found["key"], LEVELS[by])]
    return found.astype({"key": np.int64})


def _finished(table: pd.DataFrame, places: pd.DataFrame) -> pd.DataFrame:
    """Code and name before the measures, the rank among the places, in the order of the codes."""
    out = places.merge(table, on="key", how="right")
    out["code"], out["name"] = out["code"].fillna(""), out["name"].fillna("—")
    out["rank"] = out["rate"].where(out["key"] > 0).rank(ascending=False, method="min").astype("Int64")
    out = out.assign(last=out["key"] <= 0).sort_values(["last", "code", "key"], ignore_index=True)
    return out.drop(columns="last")
