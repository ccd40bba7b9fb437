"""Columns of text as numbers, instants and words: whole columns at a time, with a mask of what could not be read."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from numpy.typing import NDArray

    Mask = NDArray[np.bool_]

TEXT_MAX = 4000
# Every way of writing a time that is not ISO 8601; %m and %d take one digit or two.
_WRITTEN = (
    "%Y/%m/%d %H:%M:%S",
    "%Y/%m/%d %H:%M",
    "%Y/%m/%d",
    "%Y-%m-%d %H:%M:%S",
    "%Y-%m-%d %H:%M",
    "%Y-%m-%d",
    "%Y.%m.%d %H:%M:%S",
    "%Y.%m.%d %H:%M",
    "%Y.%m.%d",
    "%Y%m%d%H%M%S",
    "%Y%m%d%H%M",
    "%Y%m%d",
    "%Y年%m月%d日 %H:%M:%S",
    "%Y年%m月%d日 %H:%M",
    "%Y年%m月%d日%H时%M分%S秒",
    "%Y年%m月%d日%H时%M分",
    "%Y年%m月%d日%H时",
    "%Y年%m月%d日%H:%M:%S",
    "%Y年%m月%d日%H:%M",
    "%Y年%m月%d日",
    "%Y年%m月%d号",
)
_CLOCKS = (" %I:%M:%S %p", " %H:%M:%S", " %H:%M", " %I:%M %p", "")
_SLASHED = r"^(\d{1,2})/(\d{1,2})/\d{4}"


def clean(column: pd.Series) -> pd.Series:
    """Text without surrounding space (full-width too); empty is missing."""
    text = column.astype("str").str.strip()
    return text.where(text != "")


def half_width(column: pd.Series) -> pd.Series:
    """Digits and letters in half width; only rows that need it are touched."""
    odd = column.str.contains(r"[\uff01-\uff5e\u3000]", regex=True).fillna(False).astype(bool)
    if not odd.any():
        return column
    unique = column[odd].unique()
    folded = {v: unicodedata.normalize("NFKC", v) for v in unique}
    out = column.copy()
    out[odd] = column[odd].map(folded)
    return out


def numbers(column: pd.Series) -> tuple[pd.Series, Mask]:
    """Floats; the mask marks text that is no finite number."""
    text = clean(column)
    value = pd.to_numeric(text, errors="coerce").astype(float)
    odd = text.notna() & value.isna()
    if odd.any():  # full width, thousands: seldom, so only there
        value[odd] = pd.to_numeric(half_width(text[odd]).str.replace(",", "", regex=False), errors="coerce")
    bad = text.notna().to_numpy() & ~np.isfinite(value.to_numpy())
    return value.where(~bad), bad


def integers(column: pd.Series, least: int = 0, most: int = 1_000_000_000) -> tuple[pd.Series, Mask]:
    """Whole numbers in ``least``…``most`` as Int64."""
    value, bad = numbers(column)
    x = value.to_numpy()
    with np.errstate(invalid="ignore"):
        bad = bad | (value.notna().to_numpy() & ((x != np.floor(x)) | (x < least) | (x > most)))
    return value.where(~bad).astype("Int64"), bad


def flags(column: pd.Series) -> tuple[pd.Series, Mask]:
    """Yes and no in the ways people write them; missing is no."""
    text = half_width(clean(column)).str.lower()
    yes = text.isin(["1", "1.0", "true", "yes", "y", "t", "是", "√", "✓", "有"])
    no = text.isin(["0", "0.0", "false", "no", "n", "f", "否", "×", "无"]) | text.isna()
    return yes, (~yes & ~no).to_numpy()


def day_comes_first(column: pd.Series) -> bool:
    """Whether 03/04/2018 means 3 April here: when some first number is above 12 (otherwise the month is first)."""
    first = clean(column).str.extract(_SLASHED)[0].dropna()
    return bool((pd.to_numeric(first) > 12).any())


def instants(column: pd.Series, zone: ZoneInfo, day_first: bool = False) -> tuple[pd.Series, Mask]:
    """UTC instants of text that is local to ``zone`` unless it carries an offset.

    Understood: ISO 8601, 2024/3/5 8:30, 2024.3.5, 2024年3月5日8时30分, 20240305, 01/31/2018 02:15:00 PM. In the last
    form ``day_first`` tells which number is the day (see :func:`day_comes_first`). The mask marks what could not be
    read.
    """
    text = clean(column)
    out = pd.Series(pd.NaT, index=text.index, dtype="datetime64[us, UTC]")
    iso = text.str.match(r"^\d{4}-\d\d-\d\d").fillna(False).astype(bool)
    if iso.any():  # the common form first: one fast pass settles whole files
        offset = text.str.contains(r"\d(?:Z|[+-]\d\d:?\d\d)$", regex=True).fillna(False).astype(bool) & iso
        out[iso & ~offset] = local_to_utc(
            pd.to_datetime(text[iso & ~offset], format="ISO8601", errors="coerce"), zone
        )
        out[offset] = pd.to_datetime(text[offset], format="ISO8601", errors="coerce", utc=True).astype(out.dtype)
    rest = text.notna() & out.isna()
    if rest.any():
        text = half_width(text)
    day = "%d/%m/%Y" if day_first else "%m/%d/%Y"
    for written in (*(day + clock for clock in _CLOCKS), *_WRITTEN):
        rest = text.notna() & out.isna()
        if not rest.any():
            break
        out[rest] = local_to_utc(pd.to_datetime(text[rest], format=written, errors="coerce"), zone)
    return out, (text.notna() & out.isna()).to_numpy()


def local_to_utc(local: pd.Series, zone: ZoneInfo) -> pd.Series:
    """Naive local times as UTC; the hour that summer time skips moves forward, the doubled one is the first."""
    first = np.ones(len(local), dtype=bool)
    return (
        local.dt.tz_localize(zone, nonexistent="shift_forward", ambiguous=first)
        .dt.tz_convert("UTC")
        .astype("datetime64[us, UTC]")
    )


def days(instant: pd.Series, zone: ZoneInfo) -> pd.Series:
    """The local day of each instant, as midnight timestamps without a zone."""
    return instant.dt.tz_convert(zone).dt.tz_localize(None).dt.normalize()
