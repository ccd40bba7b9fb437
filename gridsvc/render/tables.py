"""Tables for printing: the looks of their cells, and one value."""

from __future__ import annotations

from typing import Any


def styles(book: Any) -> dict[str, Any]:
    """Formats of a workbook: title, note, head, text, number, sum."""
    middle = {"border": 1, "valign": "vcenter"}
    return {
        "title": book.add_format({"bold": True, "font_size": 16, "align": "center", "valign": "vcenter"}),
        "note": book.add_format({"font_color": "#555555"}),
        "part": book.add_format({"bold": True, "font_size": 12}),
        "head": book.add_format(
            {"bold": True, "bg_color": "#DCE6F1", "align": "center", "text_wrap": True, **middle}
        ),
        "text": book.add_format({"text_wrap": True, **middle}),
        "number": book.add_format({"num_format": "#,##0", **middle}),
        "sum": book.add_format({"border": 1, "top": 2, "bold": True, "num_format": "#,##0"}),
    }


def cell(sheet: Any, row: int, column: int, value: Any, looks: dict[str, Any]) -> None:
    """Write one value; ``None`` is a dash, text never becomes a formula of its own."""
    if value is None:
        sheet.write_string(row, column, "–", looks["text"])
    elif isinstance(value, int | float):
        sheet.write_number(row, column, value, looks["number"])
    else:
        sheet.write_string(row, column, str(value), looks["text"])
