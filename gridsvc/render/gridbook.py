"""网格划分一览表: the table of cells as an office files it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd
import xlsxwriter

from gridsvc.domain.sheets import harmless
from gridsvc.render import tables
from gridsvc.text import t

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

# column -> width; the order of the form
COLUMNS = {
    "row": 6, "code": 18, "name": 14, "kind": 10, "bounds": 46, "places": 36, "area_m2": 13, "households": 9,
    "people": 9, "leader": 12, "officer": 16, "phone": 16,
}  # fmt: skip
_SUMS = ("area_m2", "households", "people")


def write(path: Path, title: str, note: str, rows: Sequence[dict[str, Any]]) -> None:
    """One sheet, A3 landscape, the head repeated on every page; ``None`` is printed as a dash."""
    with xlsxwriter.Workbook(str(path), {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        sheet = book.add_worksheet(t("gridbook.sheet"))
        styles = tables.styles(book)
        last = len(COLUMNS) - 1
        sheet.merge_range(0, 0, 0, last, title, styles["title"])
        sheet.merge_range(1, 0, 1, last, note, styles["note"])
        sheet.set_row(0, 28)
        for i, (column, width) in enumerate(COLUMNS.items()):
            sheet.set_column(i, i, width)
            sheet.write(2, i, t(f"gridbook.{column}"), styles["head"])
        for n, row in enumerate(_harmless(rows)):
            for i, column in enumerate(COLUMNS):
                tables.cell(sheet, n + 3, i, row.get(column), styles)
        _total(sheet, len(rows) + 3, rows, styles)
        sheet.freeze_panes(3, 3)
        sheet.repeat_rows(2)
        sheet.set_landscape()
        sheet.set_paper(8)
        sheet.fit_to_pages(1, 0)
        sheet.set_footer("&C&P / &N")


def _harmless(rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Text that no spreadsheet takes for a formula."""
    out = [dict(r) for r in rows]
    for column in COLUMNS:
        said = [(i, r[column]) for i, r in enumerate(rows) if isinstance(r.get(column), str)]
        for (i, _), text in zip(said, harmless(pd.Series([v for _, v in said], dtype="str")), strict=True):
            out[i][column] = text
    return out


def _total(sheet: Any, row: int, rows: Sequence[dict[str, Any]], styles: dict[str, Any]) -> None:
    for i, column in enumerate(COLUMNS):
        values = [r.get(column) for r in rows if not r.get("over")]  # special cells lie over basic ones
        if column == "row":
            sheet.write_string(row, i, t("gridbook.total"), styles["sum"])
        elif column == "code":
            sheet.write_string(row, i, t("gridbook.cells", n=len(values)), styles["sum"])
        elif column in _SUMS and all(v is not None for v in values):
            sheet.write_number(row, i, sum(v or 0 for v in values), styles["sum"])
        else:
            sheet.write_string(row, i, "–" if column in _SUMS else "", styles["sum"])
