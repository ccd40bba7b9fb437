"""按期办结率: the report by cell, community, street, county and class (definitions: ``gridsvc.domain.closing``)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from gridsvc.domain import closing, codes, crs
from gridsvc.domain.closing import MEASURES
from gridsvc.domain.sheets import plain_rows
from gridsvc.errors import InputError
from gridsvc.services import ground, scopes
from gridsvc.store.tx import Caller, Tx, begin

if TYPE_CHECKING:
    from gridsvc.domain.periods import Period
    from gridsvc.services.scopes import Asked, Question
    from gridsvc.store.pool import Database

BY = ("cell", "community", "town", "county", "class")


@dataclass(frozen=True)
class Report:
    """Tables by level and class; every one has code, name, the measures, answerable, rate. ``total`` is one row."""

    area: ground.Area
    period: Period
    now: dt.datetime
    target: float
    total: dict[str, Any]
    tables: dict[str, pd.DataFrame]
    limits: pd.DataFrame


def report(db: Database, caller: Caller, question: Question, by: tuple[str, ...] = BY) -> Report:
    """The report of an area and period. The sums of every level are those of the level below.

    Raises:
        InputError: ``closing.by``.
    """
    unknown = [b for b in by if b not in BY]
    if unknown:
        raise InputError("closing.by", value=unknown[0], known=", ".join(BY))
    with begin(db, caller, "read", steady=True, budget_ms=db.settings.budget_ms * 3) as tx:
        asked = scopes.look_up(tx, question)
        counts = _counts(tx, asked)
        tables = {name: _table(tx, asked, counts, name) for name in by}
    total = closing.roll_up(counts, ()).iloc[0]
    return Report(
        asked.area, asked.period, asked.now, db.settings.target,
        {k: (None if pd.isna(v) else float(v) if k == "rate" else int(v)) for k, v in total.items()},
        tables, _limits(asked, counts),
    )  # fmt: skip


def _counts(tx: Tx, asked: Asked) -> pd.DataFrame:
    frame = tx.frame(
        "closing/counts", lo=asked.area.lo, hi=asked.area.hi, classes=asked.class_ids, start=asked.period.start,
        stop=asked.period.stop, now=asked.now,
    )  # fmt: skip
    return frame.astype({"cell_key": np.int64, "class_id": np.int64, **dict.fromkeys(MEASURES, np.int64)})


def _table(tx: Tx, asked: Asked, counts: pd.DataFrame, by: str) -> pd.DataFrame:
    if by == "class":
        table = closing.roll_up(counts, ("class",))
        rows = pd.DataFrame(
            [asked.classes[int(n)] for n in table["class_id"]], columns=["id", "code", "name", "name_en"]
        )
        head = rows[["code", "name", "name_en"]]
        return pd.concat([head, table.drop(columns="class_id")], axis=1).sort_values(
            "received", ascending=False, ignore_index=True
        )
    level = closing.LEVELS[by]
    if by == "cell":
        places = tx.frame("unit/inside", lo=asked.area.lo, hi=asked.area.hi, day=asked.today).drop(columns="wkb")
        if not (places["kind"] == "cell").any():
            places = places.head(0)  # not divided: the communities are the finest there is
        table = closing.roll_up(counts, ("cell",)).rename(columns={"cell_key": "key"})
    else:
        places = tx.frame("area/shapes", day=asked.today, lo=asked.area.lo, hi=asked.area.hi).drop(columns="wkb")
        places = places[places["level"] == level]
        table = closing.roll_up(counts, (by,)).rename(columns={by: "key"})
        table["key"] = table["key"].to_numpy(dtype=np.int64) << codes.SEQ_BITS
    places = places[scopes.seen(tx, places["key"], level)]
    return _joined(places, table)


def _joined(places: pd.DataFrame, table: pd.DataFrame) -> pd.DataFrame:
    """Every place with its row, zeros where nothing happened, and one row for events that lie in none of them."""
    head = places[["key", "code", "name"]].astype({"key": np.int64})
    full = head.merge(table, on="key", how="left").fillna(dict.fromkeys(MEASURES, 0))
    rest = table[~table["key"].isin(head["key"])]
    if len(head) and len(rest) and int(rest["received"].sum()):
        nowhere = rest[list(MEASURES)].sum().to_frame().T.assign(key=0, code="", name="—")
        full = pd.concat([full, nowhere], ignore_index=True)
    full = closing.with_rate(full.astype(dict.fromkeys(MEASURES, np.int64)))
    return full.sort_values("key", ignore_index=True)


def _limits(asked: Asked, counts: pd.DataFrame) -> pd.DataFrame:
    """The limit of every class that occurs, with where it comes from."""
    seen = counts.groupby("class_id")["received"].sum()
    rows = [
        {"code": r["code"], "name": r["name"], "name_en": r["name_en"], "received": int(seen[n]),
         "limit": f"{r['limit_amount']}{r['limit_unit']}" if r["limit_amount"] else None, "origin": r["origin"]}
        for n, r in asked.classes.items() if n in seen.index
    ]  # fmt: skip
    frame = pd.DataFrame(rows, columns=["code", "name", "name_en", "received", "limit", "origin"])
    text = frame[["limit", "origin"]].astype(object)
    return frame.assign(**text.where(text.notna(), None))


def as_data(found: Report) -> dict[str, Any]:
    """A report as plain rows, missing values as None."""
    return {
        "area": found.area.code, "area_name": found.area.name, "start": found.period.start, "stop": found.period.stop,
        "now": found.now, "target": found.target, "total": found.total, "limits": plain_rows(found.limits),
        "tables": {k: plain_rows(v) for k, v in found.tables.items()},
    }  # fmt: skip


def shapes(db: Database, caller: Caller, question: Question, by: str) -> gpd.GeoDataFrame:
    """The report by ``by`` (not class) on the shapes of the places."""
    found = report(db, caller, question, (by,))
    with begin(db, caller, "read") as tx:
        asked = scopes.look_up(tx, question)
        name = "unit/inside" if by == "cell" else "area/shapes"
        frame = tx.frame(name, lo=asked.area.lo, hi=asked.area.hi, day=asked.today).astype({"key": np.int64})
    table = found.tables[by].merge(frame[["key", "wkb"]], on="key", how="inner")
    geoms = shapely.from_wkb(table["wkb"].to_numpy(dtype=object))
    return gpd.GeoDataFrame(table.drop(columns="wkb"), geometry=geoms, crs=crs.WGS84)
