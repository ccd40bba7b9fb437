"""Frames on their way out: as plain rows, and as text that goes into spreadsheets."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pandas as pd

# What a spreadsheet takes for the begin of a formula (full width too), also behind spaces and quotes that a person
# or a program may take off.
_BEGIN = "[ \u00a0\u3000\"'“”‘’＂＇]*[=+\\-@＝＋－＠\t\r\n]"
_RISKY = f"^{_BEGIN}"
_NUMBER = r"^[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?$"
# The apostrophe that stands before such text; the reader takes it off again (RE2 and Python read it alike).
MARKED = f"^'({_BEGIN})"


def plain_rows(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """A frame as rows that JSON takes, missing values as None."""
    names = list(frame.columns)  # an Index is slow to walk along, and it is walked along for each row
    columns = [_plain(column) for _, column in frame.items()]
    return [dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True)]


def _plain(column: pd.Series) -> list[Any]:
    """Python's own values (a column of numbers has its missing ones as NaN or NA)."""
    values = column.tolist()
    if column.dtype == object:
        values = [v.item() if isinstance(v, np.generic) else v for v in values]
    if not column.hasnans:
        return values
    return [None if gone else v for v, gone in zip(values, column.isna(), strict=True)]


def json_lines(frame: pd.DataFrame, **options: Any) -> list[str]:
    """Each row as a JSON object in one line.

    Not ``splitlines()``: it also breaks at U+0085, U+2028 and the like inside a name, and rows would no longer match.
    """
    text: str = frame.to_json(orient="records", lines=True, force_ascii=False, **options)
    return [line for line in text.split("\n") if line]


def harmless(column: pd.Series) -> pd.Series:
    """Text that no spreadsheet takes for a formula: an apostrophe before what begins like one; numbers stay.

    A bare carriage return becomes a line feed: csv writes it without quotes, and what stands behind it would be a
    cell of its own.
    """
    if not (pd.api.types.is_string_dtype(column) or column.dtype == object):
        return column
    text = column.astype("str").str.replace("\r\n?", "\n", regex=True)
    risky = text.str.contains(_RISKY, regex=True).fillna(False).astype(bool)
    number = text.str.match(_NUMBER).fillna(False).astype(bool)
    return text.where(~(risky & ~number), "'" + text)


def is_risky(text: str) -> bool:
    """Whether a spreadsheet would take this text for a formula."""
    return bool(re.match(_RISKY, text)) and not re.match(_NUMBER, text)


def harmless_table(frame: pd.DataFrame) -> pd.DataFrame:
    """A whole table with its names of columns, which may come from a stranger's file too."""
    names = harmless(pd.Series([str(c) for c in frame.columns], dtype="str"))
    return frame.apply(harmless).set_axis(list(names), axis=1)
