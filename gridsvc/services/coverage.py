"""Coverage (走访率、巡查率): what of the obligations of a period was done, by cell, area, officer or rule.

Definitions: docs/coverage.md. Obligations for residents are counted for those whose duty the residents are; others
get the rest and are told which rules are missing.
"""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from gridsvc.domain import codes, crs, obligations, periods, workdays
from gridsvc.domain.closing import LEVELS
from gridsvc.domain.rules import PERSONAL
from gridsvc.errors import InputError, MissingError
from gridsvc.services import coveragesums, ground, scopes
from gridsvc.store.tx import Caller, Tx, begin
from gridsvc.text import t

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from gridsvc.domain.obligations import Columns
    from gridsvc.domain.periods import Period
    from gridsvc.store.pool import Database, Row

BY: Final = ("cell", "community", "town", "county", "officer", "rule")
SAID: Final = tuple("street" if by == "town" else by for by in BY)  # as people ask for them
_WHOLE: Final = ("days", "rank")  # whole numbers that may be missing


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
    """The table of a question and its sum; ``hidden`` are rules about residents that the caller may not count;
    ``partial``: she sees only a part of the area, and the figures are of that; ``ahead``: the day that is asked for
    is still to come, and what opens until then has not been made."""

    area: ground.Area
    period: Period
    today: dt.date
    by: str
    total: dict[str, Any]
    table: pd.DataFrame
    hidden: list[str]
    provisional: list[int]
    partial: bool
    ahead: bool


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
        raise InputError("coverage.by", value=ask.by, known=", ".join(SAID))
    with begin(db, caller, "read", steady=True, budget_ms=db.settings.budget_ms * 3) as tx:
        area, period, today, rules = understood(tx, ask)
        now = ground.today(tx)
        places = _places(tx, area, ask.by, now, rules)
        keys = partial(_keys, places=places, by=ask.by, rules=rules)
        own = tuple(sorted(rules)) if ask.rules else None
        grain = ask.by if ask.by in ("cell", "officer", "rule") else "area"
        asked = coveragesums.Question(area.lo, area.hi, period, today, own, grain)
        stale = coveragesums.stale(tx, asked)
        counts, others = coveragesums.counted(tx, asked, stale, [periods.before(period), periods.year_ago(period)])
        found, total = obligations.measures(counts, keys(counts)), obligations.measures(counts)
        if today > period.last:  # it is over: at no pace will what was missed in it be done in time
            for measures in (found, total):
                measures["days"] = np.where(measures["remaining"] > 0, np.nan, measures["days"])
        for name, old in zip(("before", "year_ago"), others, strict=True):
            found[name] = obligations.changes(found, old, keys(old))
            total[name] = obligations.changes(total, old)
        in_part = not tx.who.covers(area.lo, area.hi)
        table = _finished(found, places, _rest(ask.by, in_part=in_part))
        if ask.by == "officer":  # 回访一致率 beside what she did
            table = _agreement(tx, table, area, period)
        hidden = [] if _counts_residents(tx, area) else sorted(
            {r["name"] for r in rules.values() if r["target"] in PERSONAL}
        )  # fmt: skip
    unsure = workdays.provisional_years(db.settings.holidays, period.start.year, period.last.year)
    return Coverage(area, period, today, ask.by, _row(total), table, hidden, unsure, in_part, today > now)


def understood(tx: Tx, ask: Ask) -> tuple[ground.Area, Period, dt.date, dict[int, Row]]:
    """Area, period, the day that is today and the rules of a question: what must be right before it is counted.

    Raises:
        InputError: ``period.…``; MissingError: ``area.unknown``, ``scope.outside``, ``rule.unknown``.
    """
    today = ask.as_of or ground.today(tx)
    area = scopes.own_area(tx, ask.area)
    if not tx.who.touches(area.lo, area.hi):
        raise MissingError("scope.outside")
    return area, periods.parse(ask.period, today), today, rules_of(tx, ask.rules)


def head(found: Coverage) -> dict[str, Any]:
    """A report without its table."""
    return {
        "area": found.area.code, "area_name": found.area.name, "start": found.period.start, "stop": found.period.stop,
        "today": found.today, "by": found.by, "total": found.total, "hidden": found.hidden,
        "provisional": found.provisional, "partial": found.partial, "ahead": found.ahead,
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
    rows = tx.rows("rule/list", day=None, planned=False, lo=0, hi=codes.KEY_MAX)
    known = {r["code"] for r in rows}
    for code in wanted:
        if code.upper() not in known:
            raise MissingError("rule.unknown", code=code)
    chosen = {code.upper() for code in wanted} or known
    return {int(r["id"]): r for r in rows if r["code"] in chosen and not r["retired"]}


def _counts_residents(tx: Tx, area: ground.Area) -> bool:
    """Whether the residents of all ground of the area that she sees are her duty: of a community with two of her
    cells in it she is told of these two, residents and all."""
    seen = [(max(lo, area.lo), min(hi, area.hi)) for lo, hi in tx.who.scope if lo < area.hi and area.lo < hi]
    return all(tx.who.knows(lo, hi) for lo, hi in seen)


def _agreement(tx: Tx, table: pd.DataFrame, area: ground.Area, period: Period) -> pd.DataFrame:
    """Spot checks by officer: how many of her visits were ``checked``, and the share that was as the list says
    (``agreement``)."""
    found = tx.arrays("spotcheck/agreement", lo=area.lo, hi=area.hi, start=period.start, stop=period.stop)
    place = pd.Index(found["key"]).get_indexer(table["key"])  # -1 where there is none
    checked, agreed = (np.append(found[name], 0)[place] for name in ("checked", "agreed"))
    return table.assign(
        checked=pd.arrays.IntegerArray(checked.astype(np.int64), place < 0),
        agreement=np.where(place < 0, np.nan, agreed / np.maximum(checked, 1)),
    )


def _keys(counts: Columns, places: Columns, by: str, rules: dict[int, Row]) -> NDArray[np.int64]:
    """What the rows of counts belong to: cell, area of a level, officer, newest version of a rule; 0 where one
    belongs to none of the places that are shown."""
    keys = counts["key"]
    if by == "rule":
        newest = {r["code"]: n for n, r in sorted(rules.items())}
        versions, place = np.unique(keys, return_inverse=True)
        return np.array([newest[rules[n]["code"]] for n in versions.tolist()], dtype=np.int64)[place]
    if LEVELS.get(by):
        keys = codes.ancestors(keys, LEVELS[by]) << codes.SEQ_BITS
    elsewhere = np.where((by == "officer") & (keys > 0), -1, 0)  # nobody is not the same as somebody unseen
    return np.where(pd.Index(places["key"]).get_indexer(keys) >= 0, keys, elsewhere)


def _places(tx: Tx, area: ground.Area, by: str, now: dt.date, rules: dict[int, Row]) -> Columns:
    """key, code and name of what the rows may be, in the order of the codes; of areas and cells those that she sees
    the whole of."""
    if by == "officer":
        rows = tx.rows("officer/names", lo=area.lo, hi=area.hi)
        named = sorted((r["number"] or "", r["id"], r["name"]) for r in rows)
    elif by == "rule":
        named = sorted((r["code"], n, r["name"]) for n, r in rules.items())
    else:
        found = tx.columns("obligation/places", level=LEVELS[by], day=now, lo=area.lo, hi=area.hi)[0]
        seen = scopes.seen(tx, found["key"], LEVELS[by])
        return {name: column[seen] for name, column in found.items()}
    kinds = {"code": object, "key": np.int64, "name": object}
    return {name: np.array([r[n] for r in named], dtype=kind) for n, (name, kind) in enumerate(kinds.items())}


def _rest(by: str, *, in_part: bool) -> dict[int, str]:
    """What the rows are called that are none of the places: key 0 and −1."""
    if by == "officer":
        return {0: t("coverage.nobody"), -1: t("coverage.unseen")}
    if by != "cell" and in_part:
        return {0: t("coverage.seen_part")}
    return {0: t("coverage.nowhere" if by == "cell" else "coverage.above")}


def _finished(found: dict[str, NDArray[Any]], places: Columns, others: dict[int, str]) -> pd.DataFrame:
    """The measures with code and name before them and the rank among the places behind, in the order of the codes;
    what is in none of the places last."""
    at = np.searchsorted(found["key"], places["key"])
    here = np.append(found["key"], np.iinfo(np.int64).max)[at] == places["key"]
    rest = np.flatnonzero(found["key"] <= 0)
    order = np.concatenate([at[here], rest])
    head = {"key": found["key"][order]}
    called = np.array([others[k] for k in found["key"][rest].tolist()], dtype=object)
    for name, nowhere in (("code", np.full(len(rest), "", dtype=object)), ("name", called)):
        head[name] = np.concatenate([places[name][here], nowhere])
    table = head | {name: column[order] for name, column in found.items() if name != "key"}
    table["rank"] = obligations.ranks(np.where(table["key"] > 0, table["rate"], np.nan))
    return _frame(table)


def _row(columns: Columns) -> dict[str, Any]:
    """The only row as plain values, without a frame on the way: that takes as long as counting a county."""
    out = {name: column[0].item() for name, column in columns.items()}
    out = {name: None if isinstance(v, float) and math.isnan(v) else v for name, v in out.items()}
    return out | {name: int(out[name]) for name in _WHOLE if out.get(name) is not None}


def _frame(columns: Columns) -> pd.DataFrame:
    """As a table; whole numbers that may be missing keep their kind."""
    whole = {
        name: pd.arrays.IntegerArray(np.nan_to_num(columns[name]).astype(np.int64), np.isnan(columns[name]))
        for name in _WHOLE if name in columns
    }  # fmt: skip
    return pd.DataFrame({**columns, **whole}, copy=False)  # as they are: they belong to nobody else
