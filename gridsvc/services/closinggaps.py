"""What is missing: open events past their limit, cells with nothing in them, buildings in no cell."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from gridsvc.domain import codes
from gridsvc.errors import InputError
from gridsvc.services import scopes
from gridsvc.store.tx import Caller, begin

if TYPE_CHECKING:
    from gridsvc.domain.periods import Period
    from gridsvc.services.ground import Area
    from gridsvc.services.scopes import Question
    from gridsvc.store.pool import Database


@dataclass(frozen=True)
class Gaps:
    """Lists of gaps and how many there are of each kind; ``cursor`` continues the list of overdue events."""

    area: Area
    period: Period
    now: dt.datetime
    overdue: pd.DataFrame
    empty_cells: pd.DataFrame
    buildings: pd.DataFrame
    totals: dict[str, int]
    cursor: str | None


def find(db: Database, caller: Caller, question: Question, *, most: int = 500, cursor: str | None = None) -> Gaps:
    """The gaps of an area: overdue events of any date, cells without building or without event in the period."""
    with begin(db, caller, "rows", steady=True, budget_ms=db.settings.budget_ms * 3) as tx:
        asked = scopes.look_up(tx, question)
        lo, hi = asked.area.lo, asked.area.hi
        after_due, after_id = _after(cursor)
        overdue = tx.frame(
            "closinggap/overdue", lo=lo, hi=hi, now=asked.now, after_due=after_due, after_id=after_id, most=most + 1
        )
        late = int(tx.value("closinggap/overdue_count", lo=lo, hi=hi, now=asked.now))
        units = tx.frame("unit/inside", lo=lo, hi=hi, day=asked.today).drop(columns="wkb").astype({"key": np.int64})
        units = units[scopes.seen(tx, units["key"], 0)]
        events = tx.frame(
            "closinggap/events_per_cell", lo=lo, hi=hi, start=asked.period.start, stop=asked.period.stop
        )
        standing = tx.frame("heat/buildings", lo=lo, hi=hi)
        outside = tx.who.covers(0, 1)
        buildings = tx.frame("closinggap/buildings_nowhere", lo=lo, hi=hi, outside=outside, most=most)
    more = len(overdue) > most
    overdue = overdue.head(most)
    empty = _empty(units, events, standing)
    nowhere = buildings.pop("total")
    totals = {
        "overdue": late, "empty_cell": len(empty), "building_nowhere": int(nowhere.iloc[0]) if len(nowhere) else 0,
    }  # fmt: skip
    return Gaps(
        asked.area, asked.period, asked.now, overdue, empty, buildings, totals, _cursor(overdue) if more else None
    )


def cell_codes(frame: pd.DataFrame) -> list[str]:
    """Codes of the cells that rows lie in."""
    return list(codes.cell_codes(frame["cell_key"].to_numpy(dtype=np.int64))) if len(frame) else []


def _empty(units: pd.DataFrame, events: pd.DataFrame, standing: pd.DataFrame) -> pd.DataFrame:
    """Cells without a building or without an event, and which of the two."""
    key = units["key"]
    out = units[["key", "code", "name", "area_m2"]].assign(
        events=_of(events, key), buildings=_of(standing, key)
    )  # fmt: skip
    out = out[(out["events"] == 0) | (out["buildings"] == 0)]
    both = (out["events"] == 0) & (out["buildings"] == 0)
    reason = np.select([both, out["buildings"] == 0], ["nothing", "no_building"], default="no_event")
    return out.assign(reason=reason).reset_index(drop=True)


def _of(frame: pd.DataFrame, key: pd.Series) -> pd.Series:
    count = frame.astype({"key": np.int64, "n": np.int64}).set_index("key")["n"]
    return key.map(count).fillna(0).astype(np.int64)


def _cursor(overdue: pd.DataFrame) -> str | None:
    if overdue.empty:
        return None
    last = overdue.iloc[-1]
    return f"{pd.Timestamp(last['due_at']).isoformat()}~{int(last['id'])}"


def _after(cursor: str | None) -> tuple[dt.datetime | None, int | None]:
    if not cursor:
        return None, None
    due, _, number = cursor.partition("~")
    try:
        return dt.datetime.fromisoformat(due), int(number)
    except ValueError as e:
        raise InputError("page.cursor", value=cursor) from e
