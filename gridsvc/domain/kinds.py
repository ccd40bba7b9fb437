"""What is special about each kind of record when it comes in; see :mod:`gridsvc.domain.intake` for what is common."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import shapely

from gridsvc.domain import values
from gridsvc.domain.intake import Sheet, natural_key, read_fields, read_places

if TYPE_CHECKING:
    from collections.abc import Callable

    import pyarrow as pa

    from gridsvc.domain.frames import ColumnMap, Kind
    from gridsvc.domain.intake import Rules, Taken

IMPORTABLE = ("event", "building", "address", "base_feature", "estate")


def take(kind: Kind, raw: pa.RecordBatch, mapping: ColumnMap, rules: Rules) -> Taken:
    """Typed records of ``kind`` from a batch of raw rows."""
    sheet = Sheet(kind, raw, mapping, rules)
    read_fields(sheet)
    _TAKERS[kind.name](sheet)
    return sheet.taken()


def _event(sheet: Sheet) -> None:
    read_places(sheet, shapes=False, needed=False)
    c = sheet.columns
    status = c["status"]
    state = values.half_width(status).str.lower().map(sheet.rules.status_words).astype("str")
    unknown = status.notna() & state.isna()
    sheet.warn("event.status_unknown", int(unknown.sum()))
    state = state.where(
        state.notna(), pd.Series(np.where(c["closed_at"].notna(), "closed", "open"), index=state.index)
    )
    sheet.bad((state == "closed") & c["closed_at"].isna(), "closed_at", "event.closed_without_time", status)
    early = c["closed_at"].notna() & (c["closed_at"] < c["reported_at"])
    # a closing day without a time reads as its midnight: on the day of the report that means "the same day"
    local = c["closed_at"].dt.tz_convert(sheet.rules.zone).dt.tz_localize(None)
    same_day = early & (local == values.days(c["reported_at"], sheet.rules.zone))
    c["closed_at"] = c["closed_at"].where(~same_day, c["reported_at"])
    sheet.warn("event.closed_day_only", int(same_day.sum()))
    early &= ~same_day
    sheet.bad(early, "closed_at", "event.closed_before_reported")
    sheet.warn("event.open_with_time", int(((state == "open") & c["closed_at"].notna()).sum()))
    c["closed_at"] = c["closed_at"].where(state != "open")
    c["due_given"] = c["due_at"].notna()
    c["state"], c["status_text"] = state, status
    c["day"] = values.days(c["reported_at"], sheet.rules.zone)
    _key(sheet, [c["class"], c["reported_at"], c["address"], c["title"], *_place(sheet)])


def _building(sheet: Sheet) -> None:
    read_places(sheet, shapes=True, needed=False)
    c = sheet.columns
    c["kind"] = pd.Series(np.where(c["kind"] == "building_part", "building_part", "building"), dtype="str")
    nothing = pd.isna(c["lon"]) & _all_missing(sheet, ["address", "name", "street", "estate"])
    sheet.bad(nothing, "address", "building.nothing")
    parts = [c[n] for n in ("estate", "building_no", "street", "housenumber", "name", "address")]
    _key(sheet, [*parts, *_place(sheet)])


def _address(sheet: Sheet) -> None:
    read_places(sheet, shapes=False, needed=False)
    c = sheet.columns
    number = c["housenumber"].str.removesuffix("号")
    composed = c["street"].fillna("") + (number + "号").fillna("")
    latin = c["street"].str.contains(r"^[\x00-\u024f]+$", regex=True).fillna(False)
    composed = composed.where(~latin, (c["street"] + " ").fillna("") + c["housenumber"].fillna(""))
    estate = c["estate"].fillna("") + (c["building_no"] + "幢").fillna("") + (c["unit"] + "单元").fillna("")
    composed = composed.where(composed != "", estate).where(lambda s: s != "", c["name"])
    c["text"] = c["text"].where(c["text"].notna(), composed)
    sheet.bad(c["text"].isna(), "text", "address.nothing")
    _key(sheet, [c["text"], c["name"], *_place(sheet)])


def _base_feature(sheet: Sheet) -> None:
    """Layer and kind by the words of ``data/base_kinds.csv``; a point is a place of interest whatever its word."""
    read_places(sheet, shapes=True, needed=True)
    c = sheet.columns
    word = c["kind"].str.lower()
    layer, kind = _drawn_as(word, c["detail"].str.lower(), sheet.rules.base_words)
    refused = layer == "refused"
    sheet.leave_out(refused, "base.refused_kind")
    point = np.isin(shapely.get_type_id(np.asarray(c["geom"], dtype=object)), (0, 4))
    layer = layer.where(~point, "poi")
    kind = kind.where(~point, word.str.split("=").str[-1])
    unknown = (layer.isna() & word.notna()).to_numpy()
    if sheet.rules.layer:
        sheet.warn("base.unknown_kind", int(unknown.sum()))
        layer, kind = layer.where(~unknown, sheet.rules.layer), kind.where(~unknown, "other")
    elif sheet.rules.ignore_unknown:
        sheet.leave_out(pd.Series(unknown), "base.ignored")
    else:
        sheet.bad(unknown, "kind", "base.unknown_kind")
    c["detail"] = c["detail"].where(c["detail"].notna(), c["kind"])
    c["layer"], c["kind"] = layer, kind
    shape = pd.Series(shapely.to_wkb(np.asarray(c["geom"], dtype=object), hex=True), dtype="str")
    _key(sheet, [c["kind"], c["name"], shape])


def _drawn_as(word: pd.Series, detail: pd.Series, words: dict[str, tuple[str, str]]) -> tuple[pd.Series, pd.Series]:
    """Layer and kind that a word stands for, otherwise its finer word; missing where neither is known."""
    out = []
    for i in (0, 1):
        table = {w: pair[i] for w, pair in words.items()}
        first = word.map(table).astype("str")
        out.append(first.where(first.notna(), detail.map(table).astype("str")))
    return out[0], out[1]


def _estate(sheet: Sheet) -> None:
    read_places(sheet, shapes=True, needed=False)
    _key(sheet, [sheet.columns["name"]])


def _key(sheet: Sheet, parts: list[pd.Series]) -> None:
    """The natural key where the list has no key of its own; the same content has the same key in every file."""
    own = sheet.columns["source_key"]
    if "source_key" in sheet.mapping.columns:
        sheet.warn("key.natural", int(own.isna().sum()))
    if own.isna().any():
        sheet.columns["source_key"] = own.where(own.notna(), natural_key(parts))


def _place(sheet: Sheet) -> list[pd.Series]:
    return [pd.Series(np.round(sheet.columns[n], 6)) for n in ("lon", "lat")]


def _all_missing(sheet: Sheet, names: list[str]) -> np.ndarray:
    return np.logical_and.reduce([sheet.columns[n].isna().to_numpy() for n in names])


_TAKERS: dict[str, Callable[[Sheet], None]] = {
    "event": _event,
    "building": _building,
    "address": _address,
    "base_feature": _base_feature,
    "estate": _estate,
}
