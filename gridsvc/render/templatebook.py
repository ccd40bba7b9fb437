"""An empty form as a workbook: a sheet to fill in, one that explains each column, and the lists of its drop-downs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import xlsxwriter

from gridsvc.text import t

if TYPE_CHECKING:
    from pathlib import Path

ROWS = 20_000  # that drop-downs reach down to
_SHORT = 255  # characters that a drop-down may have without a sheet of its own


@dataclass(frozen=True)
class Column:
    """One column of a form."""

    name: str
    required: bool
    note: str
    choices: tuple[str, ...]
    example: str


def write(path: Path, kind: str, columns: list[Column]) -> None:
    """Write the form. Its cells are text, so that long numbers stay whole."""
    with xlsxwriter.Workbook(str(path), {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        page = book.add_worksheet(kind[:31])
        _explain(book, kind, columns)
        lists = book.add_worksheet("lists")
        lists.hide()
        looks = _looks(book)
        for i, column in enumerate(columns):
            page.set_column(i, i, max(11, min(24, 2 * len(column.name) + 4)), looks["text"])
            page.write_string(0, i, column.name, looks["needed" if column.required else "head"])
            page.write_comment(0, i, column.note, {"x_scale": 1.6, "y_scale": 1.2})
            page.write_string(1, i, column.example, looks["example"])
            if column.choices:
                _drop_down(page, lists, i, column)
        page.freeze_panes(1, 0)
        page.set_row(0, 22)


def _drop_down(page: Any, lists: Any, i: int, column: Column) -> None:
    lists.write_column(0, i, column.choices)
    letter = xlsxwriter.utility.xl_col_to_name(i)
    source: Any = list(column.choices)
    if sum(map(len, column.choices)) + len(column.choices) > _SHORT:
        source = f"=lists!${letter}$1:${letter}${len(column.choices)}"
    page.data_validation(1, i, ROWS, i, {
        "validate": "list", "source": source, "error_type": "warning", "error_title": column.name,
        "error_message": t("template.choose")[:255],
    })  # fmt: skip


def _explain(book: Any, kind: str, columns: list[Column]) -> None:
    page, looks = book.add_worksheet(t("template.notes")), _looks(book)
    page.set_column(0, 0, 18)
    page.set_column(1, 1, 8)
    page.set_column(2, 3, 46)
    page.write_string(0, 0, t("template.title", kind=kind), looks["title"])
    for i, line in enumerate(t("template.steps").split("|"), 1):
        page.write_string(i, 0, line)
    top = i + 2
    page.write_row(top, 0, [t(f"template.head.{n}") for n in ("column", "needed", "how", "choices")], looks["head"])
    for row, column in enumerate(columns, top + 1):
        said = (column.name, t("template.yes") if column.required else "", column.note, "、".join(column.choices))
        page.write_row(row, 0, said, looks["wrapped"])


def _looks(book: Any) -> dict[str, Any]:
    head = {"bold": True, "border": 1, "num_format": "@", "valign": "vcenter"}
    return {
        "text": book.add_format({"num_format": "@"}),
        "head": book.add_format({**head, "bg_color": "#DCE6F1"}),
        "needed": book.add_format({**head, "bg_color": "#F6DDD8", "font_color": "#8A2A1C"}),
        "example": book.add_format({"num_format": "@", "italic": True, "font_color": "#7F7F7F"}),
        "title": book.add_format({"bold": True, "font_size": 14}),
        "wrapped": book.add_format({"text_wrap": True, "valign": "top", "border": 1}),
    }
