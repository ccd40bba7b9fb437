"""交接单 as a workbook: a summary, then a sheet an officer that she and the other sign."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd
import xlsxwriter

from gridsvc.domain.sheets import harmless
from gridsvc.render import tables
from gridsvc.text import t

if TYPE_CHECKING:
    from pathlib import Path

COLUMNS = {"row": 6, "called": 26, "unit_no": 8, "room": 9, "households": 7, "old": 19, "new": 19, "other": 16}
_SUMMARY = {"name": 12, "number": 14, "phone": 16, "lost": 12, "gained": 12}
_BAD = str.maketrans(dict.fromkeys("[]:*?/\\'", "_"))


def write(path: Path, area: str, day: str, officers: pd.DataFrame, rows: pd.DataFrame, taken: str) -> None:
    """Write the workbook; ``officers`` and ``rows`` as in :class:`gridsvc.services.handover.Handover`; ``taken`` says
    who took it and when, at the foot of every page."""
    with xlsxwriter.Workbook(str(path), {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        styles = tables.styles(book)
        sheet = book.add_worksheet(t("handover.summary"))
        _summary(sheet, t("handover.title", area=area, day=day), officers, rows, styles)
        for n, one in enumerate(officers.itertuples()):
            name = f"{n + 1} {one.name}".translate(_BAD)[:31]
            own = rows[rows["officer_id"] == one.officer_id]
            _officer(book.add_worksheet(name), t("handover.of", name=one.name, area=area), day, one, own, styles)
        for page in book.worksheets():
            page.set_footer(f"&L{taken}&C&P / &N")


def _head(sheet: Any, row: int, columns: dict[str, int], styles: dict[str, Any]) -> None:
    for i, (column, width) in enumerate(columns.items()):
        sheet.set_column(i, i, width)
        sheet.write(row, i, t(f"handover.{column}"), styles["head"])


def _table(sheet: Any, row: int, frame: pd.DataFrame, columns: dict[str, int], styles: dict[str, Any]) -> int:
    """Rows of a table below its head; the row after the last."""
    safe = frame.reindex(columns=list(columns)).copy()
    for column in safe.columns[[not pd.api.types.is_numeric_dtype(v) for v in safe.dtypes]]:
        safe[column] = harmless(safe[column].fillna("").astype("str"))
    for values in safe.itertuples(index=False):
        for i, value in enumerate(values):
            tables.cell(sheet, row, i, value, styles)
        row += 1
    return row


def _page(sheet: Any, *, landscape: bool) -> None:
    sheet.set_paper(9)
    if landscape:
        sheet.set_landscape()
    sheet.fit_to_pages(1, 0)


def _summary(
    sheet: Any, title: str, officers: pd.DataFrame, rows: pd.DataFrame, styles: dict[str, Any]
) -> None:  # fmt: skip
    sheet.merge_range(0, 0, 0, len(_SUMMARY) - 1, title, styles["title"])
    sheet.set_row(0, 28)
    count = rows.pivot_table(index="officer_id", columns="way", values="households", aggfunc="sum")
    count = count.reindex(columns=["lost", "gained"]).fillna(0)
    frame = officers.merge(count, left_on="officer_id", right_index=True, how="left")
    _head(sheet, 2, _SUMMARY, styles)
    _table(sheet, 3, frame, _SUMMARY, styles)
    _page(sheet, landscape=False)


def _officer(
    sheet: Any, title: str, day: str, officer: Any, rows: pd.DataFrame, styles: dict[str, Any]
) -> None:  # fmt: skip
    last = len(COLUMNS) - 1
    sheet.merge_range(0, 0, 0, last, title, styles["title"])
    sheet.set_row(0, 28)
    sheet.write(1, 0, t("handover.who", number=officer.number or "–", phone=officer.phone or "–", day=day))
    at = 3
    for way in ("lost", "gained"):
        part = rows[rows["way"] == way].reset_index(drop=True)
        part.insert(0, "row", part.index + 1)
        said = t(f"handover.part.{way}", rows=len(part), households=int(part["households"].sum()))
        sheet.write(at, 0, said, styles["part"])
        if len(part):
            _head(sheet, at + 1, COLUMNS, styles)
            sheet.write(at + 1, last, t(f"handover.other.{way}"), styles["head"])
            at = _table(sheet, at + 2, part, COLUMNS, styles)
        at += 2
    sheet.write(at, 0, t("handover.signed"), styles["note"])
    _page(sheet, landscape=True)
