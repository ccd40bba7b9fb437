"""《网格化服务管理工作月报》 as a workbook: by community, cell, officer and rule, the gaps, and what every figure
means."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import pandas as pd
import xlsxwriter

from gridsvc.domain.sheets import harmless
from gridsvc.render import tables
from gridsvc.text import t

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

_NUMBER, _RATE, _POINTS = "#,##0", "0.0", "+0.0;-0.0;0.0"
#: column of the coverage → how it is written; rates are in per cent, as their headings say
COLUMNS: Final = {
    "targets": _NUMBER, "covered": _NUMBER, "visits": _NUMBER, "total": _NUMBER, "done": _NUMBER, "late": _NUMBER,
    "rate": _RATE, "on_time": _RATE, "due": _NUMBER, "overdue": _NUMBER, "refused": _NUMBER, "not_found": _NUMBER,
    "nobody": _NUMBER, "excused": _NUMBER, "before": _POINTS, "year_ago": _POINTS, "rank": _NUMBER,
}  # fmt: skip
#: more of the sheet by officer
BY_OFFICER: Final = {"unconfirmed": _NUMBER, "backdated": _NUMBER, "agreement": _RATE}
_PERCENT: Final = ("rate", "on_time", "agreement")
_WIDTHS: Final = {"label": 16, "what": 24, "name": 16, "place": 30, "cell": 20, "officers": 14, "todo": 30}
_TOP: Final = 3  # rows above a list


def write(
    path: Path, head: Mapping[str, str], found: Mapping[str, pd.DataFrame], totals: Mapping[str, Mapping[str, Any]],
    gaps: Mapping[str, pd.DataFrame], notes: list[str],
) -> None:  # fmt: skip
    """Write the workbook.

    Args:
        head: 填报单位, 报表期 …: label → value, in the second row of every sheet.
        found: community, cell, officer, rule → frame of ``services.coverage`` (code, name, measures, asked_rate).
        totals: the sum of each.
        gaps: name of a sheet → its list, with headings for people.
        notes: what stands under each list as 备注.
    """
    with xlsxwriter.Workbook(str(path), {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        looks = _looks(book)
        for name, table in found.items():
            _table(book, looks, name, head, table, totals[name], notes)
        for name, frame in gaps.items():
            _list(book, looks, name, head, frame)
        _definitions(book, looks)


def write_list(path: Path, title: str, head: Mapping[str, str], frame: pd.DataFrame) -> None:
    """Write one list of gaps, with headings for people, as a workbook of its own."""
    with xlsxwriter.Workbook(str(path), {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        _list(book, _looks(book), title, head, frame, title)


def _table(
    book: Any, looks: dict[str, Any], name: str, head: Mapping[str, str], table: pd.DataFrame,
    total: Mapping[str, Any], notes: list[str],
) -> None:  # fmt: skip
    page = book.add_worksheet(t(f"month.sheet.{name}"))
    shown = COLUMNS if "agreement" not in table else {**COLUMNS, **BY_OFFICER}
    last = 1 + len(shown)
    _heading(page, looks, head, last)
    page.write_row(_TOP - 1, 0, [t(f"month.column.{c}") for c in ("row", "name", *shown)], looks["head"])
    named = harmless(table["name"].astype("str"))
    if name in ("cell", "officer"):
        named = (named + " " + table["code"].fillna("").astype("str")).str.strip()
    row = _TOP
    for k, (label, one) in enumerate(zip(named, _plain(table, shown), strict=True), 1):
        page.write_number(row, 0, k, looks["number"])
        page.write_string(row, 1, label, looks["text"])
        asked = one["asked_rate"]
        for i, (column, form) in enumerate(shown.items(), 2):
            poor = column == "rate" and one[column] is not None and asked is not None and one[column] < asked
            _value(page, row, i, column, one[column], looks[form + ("!" if poor else "")])
        row += 1
    page.write_blank(row, 0, None, looks["sum"])
    page.write_string(row, 1, t("month.sum"), looks["sum"])
    for i, (column, form) in enumerate(shown.items(), 2):
        _value(page, row, i, column, total.get(column), looks["sum" + form])
    for k, note in enumerate([t("month.note"), *notes], 1):
        page.write_string(row + k, 0, ("备注：" if k == 1 else "") + note, looks["info"])
    page.set_column(0, 0, 5)
    page.set_column(1, 1, 30)
    page.set_column(2, last, 8)
    tables.paper(page, _TOP, row + 1 + len(notes), last, frozen=2)


def _value(page: Any, row: int, i: int, column: str, value: Any, look: Any) -> None:
    if value is None:
        page.write_string(row, i, "—", look)
    else:
        page.write_number(row, i, float(value) * (100 if column in _PERCENT else 1), look)


def _plain(table: pd.DataFrame, shown: Iterable[str]) -> list[dict[str, Any]]:
    wanted = table[[*shown, "asked_rate"]].astype(object)
    return [dict(zip(wanted.columns, row, strict=True)) for row in wanted.where(table[wanted.columns].notna(), None)
            .itertuples(index=False, name=None)]  # fmt: skip


def _list(
    book: Any, looks: dict[str, Any], name: str, head: Mapping[str, str], frame: pd.DataFrame, title: str = ""
) -> None:
    page = book.add_worksheet(name[:31])
    last = len(frame.columns) - 1
    _heading(page, looks, head, last, title)
    page.write_row(_TOP - 1, 0, list(frame.columns), looks["head"])
    texts = {
        i: pd.api.types.is_string_dtype(frame[c]) or frame[c].dtype == object for i, c in enumerate(frame.columns)
    }
    safe = frame.apply(lambda c: harmless(c.astype("str")) if c.dtype == object else c)
    for r, values in enumerate(
        safe.astype(object).where(frame.notna(), None).itertuples(index=False, name=None), _TOP
    ):
        for i, value in enumerate(values):
            page.write(r, i, value, looks["text" if texts[i] else "number"])
    wide = {t(f"gap.column.{c}"): w for c, w in _WIDTHS.items()}
    for i, column in enumerate(frame.columns):
        page.set_column(i, i, wide.get(column, 8))
    page.autofilter(_TOP - 1, 0, _TOP + max(len(frame), 1) - 1, last)
    tables.paper(page, _TOP, _TOP + len(frame), last, frozen=1)


def _heading(page: Any, looks: dict[str, Any], head: Mapping[str, str], last: int, title: str = "") -> None:
    page.merge_range(0, 0, 0, last, title or t("month.title"), looks["title"])
    page.merge_range(1, 0, 1, last, "      ".join(f"{k}：{v}" for k, v in head.items()), looks["info"])
    page.set_row(0, 30)
    page.set_row(1, 20)
    page.set_row(2, 32)


def _definitions(book: Any, looks: dict[str, Any]) -> None:
    page = book.add_worksheet(t("month.sheet.definitions"))
    page.set_column(0, 0, 18)
    page.set_column(1, 1, 110)
    page.write_row(0, 0, [t("month.definition.term"), t("month.definition.meaning")], looks["head"])
    for r, column in enumerate((*COLUMNS, *BY_OFFICER), 1):
        page.write_string(r, 0, t(f"month.column.{column}"), looks["text"])
        page.write_string(r, 1, t(f"month.define.{column}"), looks["text"])
    tables.paper(page, 1, len(COLUMNS) + len(BY_OFFICER), 1, frozen=0)


def _looks(book: Any) -> dict[str, Any]:
    cell = {"border": 1, "valign": "vcenter"}
    total = {**cell, "bold": True, "bg_color": "#F2F2F2"}
    looks = {
        "title": book.add_format({"bold": True, "font_size": 18, "align": "center", "valign": "vcenter"}),
        "info": book.add_format({"font_color": "#444444", "valign": "vcenter"}),
        "head": book.add_format({**cell, "bold": True, "align": "center", "text_wrap": True, "bg_color": "#DDEBF7"}),
        "text": book.add_format({**cell, "text_wrap": True}),
        "number": book.add_format({**cell, "align": "right"}),
        "sum": book.add_format(total),
    }
    for form in (_NUMBER, _RATE, _POINTS):
        looks[form] = book.add_format({**cell, "num_format": form, "align": "right"})
        looks[form + "!"] = book.add_format(
            {**cell, "num_format": form, "align": "right", "font_color": "#9C0006", "bg_color": "#FFC7CE"}
        )
        looks["sum" + form] = book.add_format({**total, "num_format": form, "align": "right"})
    return looks
