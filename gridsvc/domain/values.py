"""Columns of text as numbers, instants and words: whole columns at a time, with a mask of what could not be read."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    import datetime as dt
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
    "%Y年%m月%d日 %H:%M:%S",
    "%Y年%m月%d日 %H:%M",
    "%Y年%m月%d日%H时%M分%S秒",
    "%Y年%m月%d日%H时%M分",
    "%Y年%m月%d日%H时",
    "%Y年%m月%d日%H:%M:%S",
    "%Y年%m月%d日%H:%M",
    "%Y年%m月%d日",
    "%Y年%m月%d号",
    "%Y年%m月%d",
)
_HIDDEN = "[\u00ad\u200b-\u200f\u2060\ufeff]"  # zero-width marks that come along when text is copied
_GAP = r"(?<=[\u3400-\u9fff·])[\s\u3000]+(?=[\u3400-\u9fff·])"
# A month or a year where a day was asked for: 2024.3, 2024-03, 2024年3月, 202403; 2024, 2024年.
_MONTH = r"^((?:18|19|20)\d\d)(?:[./\-年](0?[1-9]|1[0-2])月?|(0[1-9]|1[0-2]))$"
_YEAR = r"^((?:18|19|20)\d\d)年?$"
_DIGITS_ONLY = r"^(\d{4})(\d\d)(\d\d)(?:(\d\d)(\d\d)(\d\d)?)?$"
_SERIAL = r"^[1-7]\d{4}(?:\.\d+)?$"  # 1927 to 2119 as Excel counts days
_LEAST, _MOST = 1e-30, 3.4e38  # what single precision holds
_EPOCH = pd.Timestamp("1899-12-30")
_DEGREES = (
    r"^(?P<sign>[EWNS]|[东西北南][经纬]?)?(?P<d>\d{1,3})(?:[°º˚度:]|-(?=\d))"
    r"(?:(?P<m>\d{1,2}(?:\.\d+)?)(?:[′'’‘分:]|-(?=\d)|$))?"
    r"(?:(?P<s>\d{1,2}(?:\.\d+)?)(?:″|\"|”|''|′′|秒)?)?(?P<end>[EWNS])?$"
)
_CLOCKS = (" %I:%M:%S %p", " %H:%M:%S", " %H:%M", " %I:%M %p", "")
# 11月28日 上午8点 is left alone: only what reads like a clock may follow
_NO_YEAR = r"^(\d{1,2})(?:月|[-/.])(\d{1,2})[日号]?\s*(\d{1,2}[:时点]\d{0,2}分?|\d{1,2}:\d\d:\d\d)?$"
_SLASHED = r"^(\d{1,2})/(\d{1,2})/\d{4}"


def clean(column: pd.Series) -> pd.Series:
    """Text without surrounding space (full-width too) and marks that nobody sees; empty is missing."""
    text = column.astype("str")
    odd = text.str.contains(_HIDDEN, regex=True).fillna(False).astype(bool)
    if odd.any():
        text = text.str.replace(_HIDDEN, "", regex=True)
    text = text.str.strip()
    return text.where(text != "")


def closed_up(column: pd.Series) -> pd.Series:
    """Names without the space that sets their characters apart: 张　三 is 张三."""
    odd = column.str.contains(r"\s", regex=True).fillna(False).astype(bool)
    return column.str.replace(_GAP, "", regex=True) if odd.any() else column


def door_parts(column: pd.Series) -> pd.Series:
    """Numbers of houses, stairwells and rooms in half width, without space."""
    text = half_width(column)
    odd = text.str.contains(r"\s", regex=True).fillna(False).astype(bool)
    return text.str.replace(r"\s+", "", regex=True) if odd.any() else text


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
    """Floats; the mask marks text that is no number, or none that single precision holds. What is nearly nothing is
    0."""
    text = clean(column)
    value = pd.to_numeric(text, errors="coerce").astype(float)
    odd = text.notna() & value.isna()
    if odd.any():  # full width, thousands: seldom, so only there
        value[odd] = pd.to_numeric(half_width(text[odd]).str.replace(",", "", regex=False), errors="coerce")
    value = value.where(~(value.abs() < _LEAST), 0.0)
    bad = text.notna().to_numpy() & ~(value.abs().to_numpy() <= _MOST)
    return value.where(~bad), bad


def degrees(column: pd.Series) -> tuple[pd.Series, Mask]:
    """Coordinates as numbers; degrees, minutes and seconds (118°46′35.2″, 东经118度46分35秒) are worked out."""
    value, bad = numbers(column)
    if not bad.any():
        return value, bad
    text = half_width(clean(column[bad])).str.replace(r"\s+", "", regex=True).str.upper()
    part = text.str.extract(_DEGREES)
    d, m, s = (pd.to_numeric(part[n]) for n in ("d", "m", "s"))
    found = d + m.fillna(0) / 60 + s.fillna(0) / 3600
    south = part["sign"].fillna(part["end"]).str.contains("[WS西南]", regex=True).fillna(False).astype(bool)
    found = found.where(~south, -found).where((m.fillna(0) < 60) & (s.fillna(0) < 60))
    value[bad] = found
    return value, column.notna().to_numpy() & clean(column).notna().to_numpy() & value.isna().to_numpy()


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
    yes = text.isin([*"1ytv是√✓✔☑有对●■", "1.0", "true", "yes"])
    no = text.isin([*"0nfx否×✗✘☒☐无非○□/-—", "0.0", "false", "no", "没有", "不是", "——"]) | text.isna()
    return yes, (~yes & ~no).to_numpy()


def day_comes_first(column: pd.Series) -> bool:
    """Whether 03/04/2018 means 3 April here: when some first number is above 12 (otherwise the month is first)."""
    first = clean(column).str.extract(_SLASHED)[0].dropna()
    return bool((pd.to_numeric(first) > 12).any())


def instants(column: pd.Series, zone: ZoneInfo, day_first: bool = False) -> tuple[pd.Series, Mask]:
    """UTC instants of text that is local to ``zone`` unless it carries an offset.

    Understood: ISO 8601, 2024/3/5 8:30, 2024.3.5, 2024年3月5日8时30分, 20240305, days as Excel counts them (45356.5),
    01/31/2018 02:15:00 PM. In the last form ``day_first`` tells which number is the day (see
    :func:`day_comes_first`). The mask marks what could not be read.
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
        text[rest] = text[rest].str.replace(r"\s*([年月日时分秒号])\s*", r"\1", regex=True)
        out[rest] = local_to_utc(_serials(text[rest]), zone)
        # with a format of one digit or two 20001101 would also be the first of January, one minute past midnight
        text[rest] = text[rest].str.replace(_DIGITS_ONLY, _with_marks, regex=True)
    day = "%d/%m/%Y" if day_first else "%m/%d/%Y"
    for written in (*(day + clock for clock in _CLOCKS), *_WRITTEN):
        rest = text.notna() & out.isna()
        if not rest.any():
            break
        out[rest] = local_to_utc(pd.to_datetime(text[rest], format=written, errors="coerce"), zone)
    return out, (text.notna() & out.isna()).to_numpy()


def _serials(text: pd.Series) -> pd.Series:
    """Days since 1899-12-30, to the second, of text that looks like such a number."""
    number = pd.to_numeric(text.where(text.str.match(_SERIAL).fillna(False).astype(bool)))
    return (_EPOCH + pd.to_timedelta((number * 86_400).round(), unit="s")).astype("datetime64[us]")


def with_year(text: pd.Series, today: dt.date) -> tuple[pd.Series, int]:
    """Days without a year (11月28日 8:30, 11-28, 11/28) with that of the last such day, and how many they are: what
    was done was done in the past."""
    plain = half_width(text)
    found = plain.str.extract(_NO_YEAR)
    has = found[0].notna()
    if not has.any():
        return text, 0
    month, day = (pd.to_numeric(found[k][has]).astype("int64") for k in (0, 1))
    ahead = (month > today.month) | ((month == today.month) & (day > today.day + 1))
    year = today.year - ahead.astype("int64")
    clock = found[2][has].fillna("").str.replace(r"[时点]", ":", regex=True).str.replace("分", "")
    clock = clock.str.replace(r":$", ":00", regex=True)
    whole = year.astype("str") + "-" + month.astype("str").str.zfill(2) + "-" + day.astype("str").str.zfill(2)
    text = text.copy()
    text[has] = (whole + " " + clock).str.strip()
    return text, int(has.sum())


def dates(column: pd.Series, zone: ZoneInfo, day_first: bool, *, last: bool) -> tuple[pd.Series, Mask, pd.Series]:
    """Days, what could not be read, and how exact each is: ``month``, ``year``, missing for a day.

    A month or a year stands for its first day, with ``last`` for its last one (a lease until 2024年3月).
    """
    text = half_width(clean(column))
    text = text.str.replace(r"\s*([年月日号])\s*", r"\1", regex=True) if text.str.contains(r"\s").any() else text
    month, year = text.str.extract(_MONTH), text.str.extract(_YEAR)[0]
    number = month[1].fillna(month[2])
    exact = pd.Series(None, index=text.index, dtype="str").mask(number.notna(), "month").mask(year.notna(), "year")
    whole = month[0] + "-" + number.str.zfill(2)
    whole = whole.where(whole.notna(), year + ("-12" if last else "-01"))
    first = pd.to_datetime(whole, format="%Y-%m", errors="coerce").astype("datetime64[us]")
    coarse = first + pd.offsets.MonthEnd(0) if last else first
    parsed, bad = instants(text.where(exact.isna()), zone, day_first)
    found = days(parsed, zone)
    return found.where(exact.isna(), coarse.astype(found.dtype)), bad, exact


def _with_marks(hit: re.Match[str]) -> str:
    year, month, day, hour, minute, second = hit.groups()
    clock = f" {hour}:{minute}" + (f":{second}" if second else "") if hour else ""
    return f"{year}-{month}-{day}{clock}"


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
