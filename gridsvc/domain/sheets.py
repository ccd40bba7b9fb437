"""Frames on their way out: as plain rows, and as text that goes into spreadsheets."""

from __future__ import annotations

from typing import Any

import pandas as pd

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def plain_rows(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """A frame as rows that JSON takes, missing values as None."""
    return frame.astype(object).where(frame.notna(), None).to_dict(orient="records")


def harmless(column: pd.Series) -> pd.Series:
    """Text that no spreadsheet takes for a formula: an apostrophe before what begins like one; numbers stay."""
    if not (pd.api.types.is_string_dtype(column) or column.dtype == object):
        return column
    text = column.astype("str")
    risky = text.str.startswith(_FORMULA).fillna(False).astype(bool)
    number = text.str.match(r"^[+-]?\d+(\.\d+)?$").fillna(False).astype(bool)
    return text.where(~(risky & ~number), "'" + text)
