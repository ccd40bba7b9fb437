"""Differences between a roll and the base as a workbook."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd
import xlsxwriter

from gridsvc.domain.sheets import harmless
from gridsvc.render import tables
from gridsvc.text import t

if TYPE_CHECKING:
    from pathlib import Path

_WIDTHS = (8, 18, 10, 18, 14, 30, 30)


def write(path: Path, about: dict[str, Any], found: dict[str, list[dict[str, Any]]], taken: str) -> None:
    """Write ``found`` (sort → differences as :func:`gridsvc.services.differences.differences` shows them)."""
    with xlsxwriter.Workbook(str(path), {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        looks = tables.styles(book)
        page = book.add_worksheet(t("reconcile.summary"))
        page.set_column(0, 0, 26)
        page.write(0, 0, f"{t('kind.' + about['kind'])} · {about['file_name']}", looks["part"])
        for row, (name, n) in enumerate(about["counts"].items(), 2):
            page.write_string(row, 0, t(f"reconcile.count.{name}"), looks["text"])
            page.write_number(row, 1, n, looks["number"])
        for what, rows in found.items():
            if rows:
                _sheet(book.add_worksheet(t(f"reconcile.{what}")), rows, looks)
        for page in book.worksheets():
            page.set_footer(f"&L{taken}&C&P / &N")
            page.fit_to_pages(1, 0)


def _sheet(page: Any, rows: list[dict[str, Any]], looks: dict[str, Any]) -> None:
    head = ("number", "who", "row", "cell", "field", "base", "roll")
    for i, (name, width) in enumerate(zip(head, _WIDTHS, strict=True)):
        page.set_column(i, i, width)
        page.write(0, i, t(f"reconcile.head.{name}"), looks["head"])
    page.freeze_panes(1, 0)
    lines = [
        (r["id"], r["label"], r["row"], r["cell_code"], f["called"] if f else None, f and f["base"], f and f["roll"])
        for r in rows for f in (r["fields"] or [None])
    ]  # fmt: skip
    frame = pd.DataFrame(lines, columns=list(head))
    for name in ("who", "base", "roll"):
        frame[name] = harmless(frame[name].astype("str").where(frame[name].notna(), None))
    frame = frame.astype(object).where(frame.notna(), None)
    for row, values in enumerate(frame.itertuples(index=False), 1):
        for i, value in enumerate(values):
            tables.cell(page, row, i, value, looks)
