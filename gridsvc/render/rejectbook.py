"""Rejected rows as a workbook to mend: what is wrong in front, the cells at fault marked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd
import xlsxwriter

from gridsvc.domain.sheets import harmless_table
from gridsvc.text import t

if TYPE_CHECKING:
    from pathlib import Path

_WIDTHS = (8, 12, 16, 30, 34)  # row, field, value, reason, remedy


def write(path: Path, sheet: pd.DataFrame, at_fault: list[list[str]], title: str) -> None:
    """Write ``sheet`` (the first five columns explain); ``at_fault``: names of the columns at fault in each row.

    Every cell is text, so that nothing is shortened or run when it is opened; a second sheet says how to go on.
    """
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    table = harmless_table(sheet.astype("str").where(sheet.notna(), None))
    with xlsxwriter.Workbook(str(path), options) as book:
        page = book.add_worksheet(t("rejects.sheet"))
        looks = _looks(book)
        names = list(table.columns)
        for i, name in enumerate(names):
            page.set_column(
                i, i, _WIDTHS[i] if i < len(_WIDTHS) else max(10, min(24, len(name) * 2 + 2)), looks["text"]
            )
            page.write_string(0, i, name, looks["why" if i < len(_WIDTHS) else "head"])
        for row, (values, faults) in enumerate(zip(table.itertuples(index=False), at_fault, strict=True), 1):
            for i, (name, value) in enumerate(zip(names, values, strict=True)):
                look = looks["told" if i < len(_WIDTHS) else "bad" if name in faults else "text"]
                if isinstance(value, str):
                    page.write_string(row, i, value, look)
                elif name in faults:
                    page.write_blank(row, i, None, look)
        page.freeze_panes(1, 0)
        page.autofilter(0, 0, len(table), len(table.columns) - 1)
        _how(book, title, looks)


def _looks(book: Any) -> dict[str, Any]:
    text = {"num_format": "@", "valign": "top"}
    return {
        "text": book.add_format(text),
        "bad": book.add_format({**text, "bg_color": "#FFD9D2", "border": 1, "border_color": "#C0392B"}),
        "told": book.add_format({**text, "text_wrap": True, "font_color": "#8A2A1C"}),
        "head": book.add_format({"bold": True, "bg_color": "#DCE6F1", "border": 1, "num_format": "@"}),
        "why": book.add_format({"bold": True, "bg_color": "#F6DDD8", "border": 1, "num_format": "@"}),
        "title": book.add_format({"bold": True, "font_size": 14}),
    }


def _how(book: Any, title: str, looks: dict[str, Any]) -> None:
    page = book.add_worksheet(t("rejects.how"))
    page.set_column(0, 0, 90)
    page.write_string(0, 0, title, looks["title"])
    for i, line in enumerate(t("rejects.steps").split("|"), 2):
        page.write_string(i, 0, line)
