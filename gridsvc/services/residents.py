"""Counts of residents: exact for those whose duty they are, otherwise as they were published (DESIGN §6)."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from gridsvc.domain import closing, codes, figures
from gridsvc.errors import InputError
from gridsvc.services import codelists, ground, scopes
from gridsvc.services.progress import Progress, quiet
from gridsvc.store.copyin import CopyIn
from gridsvc.store.tx import SYSTEM, Caller, Tx, begin

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gridsvc.services.ground import Area
    from gridsvc.store.pool import Database

BY = ("cell", "community", "town", "county")


@dataclass(frozen=True)
class Figures:
    """One row a place: key, code, name, exact, and by category total and done (None where they are not told)."""

    area: Area
    month: dt.date
    by: str
    categories: dict[str, str]
    rows: list[dict[str, Any]]


def listing(
    db: Database, caller: Caller, *, area: str | None = None, by: str = "community", month: str | None = None
) -> Figures:
    """Residents, homes and people of each service category, and how many were reached at their door in the month.

    Whoever has the duty gets exact counts of her own ground and nothing of the rest (what is published beside what
    she knows would tell her the rest); everybody else gets what was published.

    Raises:
        InputError: ``residents.by``, ``residents.month``.
    """
    if by not in BY:
        raise InputError("residents.by", value=by, known=", ".join(BY))
    with begin(db, caller, "read", steady=True) as tx:
        today = ground.today(tx)
        start, stop = _month(month, today)
        found = scopes.own_area(tx, area)
        level = 0 if by == "cell" else closing.LEVELS[by]
        places = _places(tx, found, level, today)
        if tx.who.person_scope:
            counts = figures.rolled_up(_exact(tx, found.lo, found.hi, start, stop, today), level)
            known = _known(tx, places["key"].to_numpy(dtype=np.int64), level)
        else:
            counts = tx.frame("residents/published", month=start, level=level, lo=found.lo, hi=found.hi)
            known = places["key"].isin(counts["key"]).to_numpy()
        names = {"people": "people", "homes": "homes"} | codelists.names(tx).get("service_category", {})
        exact = bool(tx.who.person_scope)
    return Figures(found, start, by, names, _rows(places, counts, known, exact, list(names)))


def _rows(
    places: pd.DataFrame, counts: pd.DataFrame, known: NDArray[np.bool_], exact: bool, categories: list[str]
) -> list[dict[str, Any]]:
    told = {
        (int(k), str(c)): (t, d)
        for k, c, t, d in counts[["key", "category", "total", "done"]].itertuples(index=False)
    }
    out = []
    for place, is_known in zip(places.itertuples(index=False), known, strict=True):
        row: dict[str, Any] = {"code": place.code, "name": place.name, "exact": exact and bool(is_known)}
        for category in categories:
            total, done = told.get((int(place.key), category), (0, 0)) if is_known else (None, None)
            row[category] = {"total": _number(total), "done": _number(done)}
        out.append(row)
    return out


def _number(value: Any) -> int | None:
    return None if value is None or pd.isna(value) else int(value)


def living(tx: Tx, keys: NDArray[np.int64], level: int, area: Area) -> NDArray[np.float64]:
    """Residents of cells (level 0) or areas, NaN where the caller is not told: the denominators of rates."""
    known = pd.Series(np.nan, index=pd.Index(keys))
    if tx.who.person_scope:
        if level:
            found = tx.frame("residents/living", lo=area.lo, hi=area.hi)
        else:
            found = tx.frame("residents/living_of", keys=[int(k) for k in keys])
        key = figures.at_level(found["key"].to_numpy(dtype=np.int64), level)
        counts = found["n"].astype(float).groupby(key).sum()
        known = counts.reindex(keys, fill_value=0.0).where(_known(tx, keys, level))
    else:
        found = tx.frame("residents/published", month=None, level=level, lo=area.lo, hi=area.hi)
        people = found[found["category"] == figures.PEOPLE].set_index("key")["total"]
        known = people.astype(float).reindex(keys)
    return np.asarray(known, dtype=float)


def publish(db: Database, month: str | None = None, progress: Progress = quiet) -> int:
    """Publish the counts at the end of a month (the last full one), once; how many were written.

    Raises:
        InputError: ``residents.month`` (also for one that is not over).
    """
    with begin(db, SYSTEM, "jobs", steady=True, budget_ms=db.settings.job_budget_ms) as tx:
        today = ground.today(tx)
        start, stop = _month(month, today)
        if stop > today:
            raise InputError("residents.month", value=start.isoformat()[:7])
        if start in {r["month"] for r in tx.rows("residents/months")}:
            return 0
        progress("residents.publish", 0.0)
        counts = _exact(tx, 0, codes.KEY_MAX, start, stop, today)
        counts = counts[counts["cell_key"] > 0]
        if counts.empty:
            return 0
        units = tx.frame("unit/inside", lo=0, hi=codes.KEY_MAX, day=today)
        told = figures.published(counts, units["key"].to_numpy(dtype=np.int64))
        tx.run("residents/stage")
        with CopyIn(tx.conn, "stage_figure", list(told.columns)) as copy:
            copy.write(told)
        rows = tx.run("residents/publish", month=start)
        tx.audit("residents.publish", entity="resident_figure", detail={"month": start.isoformat(), "rows": rows})
    return rows


def _exact(tx: Tx, lo: int, hi: int, start: dt.date, stop: dt.date, today: dt.date) -> pd.DataFrame:
    day = min(stop - dt.timedelta(days=1), today)
    found = tx.frame("residents/exact", lo=lo, hi=hi, day=day, start=start, stop=stop)
    return found.astype({"cell_key": np.int64, "total": np.int64, "done": np.int64})


def _month(text: str | None, today: dt.date) -> tuple[dt.date, dt.date]:
    """First day of a month and of the next; without one the last that is over."""
    if text is None:
        return _first(today.year, today.month - 1), _first(today.year, today.month)
    if not re.fullmatch(r"\d{4}-(0[1-9]|1[0-2])", text) or text > today.isoformat()[:7] or text < "1990":
        raise InputError("residents.month", value=text)
    year, month = int(text[:4]), int(text[5:])
    return _first(year, month), _first(year, month + 1)


def _first(year: int, month: int) -> dt.date:
    return dt.date(year + (month - 1) // 12, (month - 1) % 12 + 1, 1)


def _places(tx: Tx, area: Area, level: int, today: dt.date) -> pd.DataFrame:
    if level == 0:
        return tx.frame("unit/inside", lo=area.lo, hi=area.hi, day=today)[["key", "code", "name"]]
    found = tx.frame("area/shapes", day=today, lo=area.lo, hi=area.hi)
    return found.loc[found["level"] == level, ["key", "code", "name"]]


def _known(tx: Tx, keys: NDArray[np.int64], level: int) -> NDArray[np.bool_]:
    """Which cells or areas lie wholly where the caller has the duty."""
    width = np.int64(10 ** (12 - level)) << codes.SEQ_BITS if level else 1
    inside = np.zeros(len(keys), dtype=bool)
    for lo, hi in tx.who.person_scope:
        inside |= (keys >= lo) & (keys + width <= hi)
    return inside
