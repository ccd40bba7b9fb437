"""The report 按期办结率 as a workbook: totals, levels, classes, limits, definitions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd
import xlsxwriter

from gridsvc import paths
from gridsvc.domain.closing import MEASURES
from gridsvc.domain.sheets import harmless
from gridsvc.text import t

if TYPE_CHECKING:
    from pathlib import Path

SHEETS = ("county", "town", "community", "cell", "class")
_FORMATS: dict[str, dict[str, Any]] = {
    "title": {"bold": True, "font_size": 16, "align": "center", "valign": "vcenter"},
    "note": {"font_color": "#555555", "text_wrap": True, "valign": "top"},
    "head": {
        "bold": True,
        "bg_color": "#DCE6F1",
        "border": 1,
        "align": "center",
        "valign": "vcenter",
        "text_wrap": True,
    },
    "text": {"border": 1},
    "number": {"border": 1, "num_format": "#,##0"},
    "rate": {"border": 1, "num_format": "0.0%", "align": "right"},
    "good": {"border": 1, "num_format": "0.0%", "align": "right", "bg_color": "#E2F0D9"},
    "bad": {"border": 1, "num_format": "0.0%", "align": "right", "bg_color": "#FCE4D6"},
    "sum_text": {"border": 1, "bold": True, "top": 2},
    "sum_number": {"border": 1, "bold": True, "top": 2, "num_format": "#,##0"},
    "sum_rate": {"border": 1, "bold": True, "top": 2, "num_format": "0.0%", "align": "right"},
}


def write(path: Path, head: dict[str, str], tables: dict[str, pd.DataFrame], total: dict[str, Any],
          limits: pd.DataFrame, overdue: pd.DataFrame, target: float) -> None:  # fmt: skip
    """Write the workbook.

    Args:
        head: lines under the title, label → value (area, period, made by …).
        tables: frames by level with code, name, measures, answerable, rate; empty ones get no sheet.
        total: the measures of everything.
        limits: code, name, received, limit, origin.
        overdue: the longest overdue events.
        target: 0–1; rates at or above it are green.
    """
    options = {"strings_to_formulas": False, "strings_to_urls": False}
    with paths.whole(path) as part, xlsxwriter.Workbook(str(part), options) as book:
        style = {name: book.add_format(spec) for name, spec in _FORMATS.items()}
        for name in SHEETS:
            if len(tables.get(name, ())):
                _table_sheet(book, style, name, head, tables[name], total, target)
        _list_sheet(book, style, t("report.sheet.overdue"), _overdue(overdue))
        _list_sheet(book, style, t("report.sheet.limits"), _limits(limits))
        _definitions(book, style)


def _table_sheet(
    book: Any, style: dict[str, Any], name: str, head: dict[str, str], table: pd.DataFrame, total: dict[str, Any],
    target: float,
) -> None:  # fmt: skip
    sheet = book.add_worksheet(t(f"report.sheet.{name}"))
    columns = ["code", "name", *MEASURES, "answerable", "rate"]
    last = len(columns) - 1
    sheet.merge_range(0, 0, 0, last, t("report.title"), style["title"])
    sheet.set_row(0, 28)
    sheet.merge_range(1, 0, 1, last, "    ".join(f"{k}：{v}" for k, v in head.items()), style["note"])
    sheet.set_row(1, 32)
    for i, column in enumerate(columns):
        sheet.write(2, i, t(f"report.column.{column}"), style["head"])
    row = 3
    for values in table[columns].astype(object).where(table[columns].notna(), None).to_numpy().tolist():
        _row(sheet, row, columns, values, style, target)
        row += 1
    sheet.write(row, 0, "", style["sum_text"])
    sheet.write(row, 1, t("report.total"), style["sum_text"])
    for i, column in enumerate(columns[2:], 2):
        value = total.get(column)
        sheet.write(row, i, "—" if value is None else value, style["sum_rate" if column == "rate" else "sum_number"])
    _page(sheet, row, last)


def _row(sheet: Any, row: int, columns: list[str], values: list[Any], style: dict[str, Any], target: float) -> None:
    for i, (column, value) in enumerate(zip(columns, values, strict=True)):
        if column == "rate":
            known = value is not None
            sheet.write(
                row,
                i,
                value if known else "—",
                style["good" if known and value >= target else "bad" if known else "rate"],
            )
        else:
            sheet.write(row, i, value, style["text" if column in ("code", "name") else "number"])


def _page(sheet: Any, rows: int, last: int) -> None:
    """A4 landscape, one page wide, heads repeated, frozen and filtered."""
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0, 2)
    sheet.freeze_panes(3, 2)
    sheet.autofilter(2, 0, max(rows - 1, 3), last)
    sheet.set_column(0, 0, 18)
    sheet.set_column(1, 1, 22)
    sheet.set_column(2, last, 10)
    sheet.set_footer("&L&D &T&R&P / &N")


def _list_sheet(book: Any, style: dict[str, Any], title: str, table: pd.DataFrame) -> None:
    sheet = book.add_worksheet(title)
    for i, column in enumerate(table.columns):
        sheet.write(0, i, column, style["head"])
    for r, values in enumerate(table.astype(object).where(table.notna(), None).to_numpy().tolist(), 1):
        for i, value in enumerate(values):
            sheet.write(r, i, value, style["text"])
    sheet.freeze_panes(1, 0)
    sheet.set_column(0, max(len(table.columns) - 1, 0), 20)


def _overdue(frame: pd.DataFrame) -> pd.DataFrame:
    names = {"days": "days", "class": "class", "title": "title", "address": "address", "reported_at": "reported_at",
             "due_at": "due_at", "cell_code": "cell"}  # fmt: skip
    out = pd.DataFrame({t(f"report.overdue.{label}"): frame[c] for c, label in names.items() if c in frame})
    for column in out.columns:
        if pd.api.types.is_datetime64_any_dtype(out[column]):
            out[column] = out[column].dt.strftime("%Y-%m-%d %H:%M")
    return out.apply(harmless)


def _limits(frame: pd.DataFrame) -> pd.DataFrame:
    out = frame[["code", "name", "received", "limit", "origin"]].copy()
    out["limit"] = out["limit"].map(limit_text)
    return out.rename(columns={c: t(f"report.limit.{c}") for c in out.columns}).apply(harmless)


def limit_text(limit: str | None) -> str:
    """``5wd`` as people say it."""
    if not limit:
        return t("limit.none")
    unit = limit.lstrip("0123456789")
    return t(f"limit.{unit}", n=limit.removesuffix(unit))


def _definitions(book: Any, style: dict[str, Any]) -> None:
    sheet = book.add_worksheet(t("report.sheet.definitions"))
    sheet.set_column(0, 0, 22)
    sheet.set_column(1, 1, 100)
    sheet.write(0, 0, t("report.definition.term"), style["head"])
    sheet.write(0, 1, t("report.definition.meaning"), style["head"])
    wrapped = book.add_format({"border": 1, "text_wrap": True, "valign": "top"})
    for r, name in enumerate([*MEASURES, "answerable", "rate", "now", "days"], 1):
        sheet.write(r, 0, t(f"report.column.{name}"), wrapped)
        sheet.write(r, 1, t(f"report.define.{name}"), wrapped)
