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


def paper(sheet: Any, head: int, last: int, right: int, *, frozen: int, repeated: int = 0) -> None:
    """A4 landscape, one page wide, with page numbers.

    Args:
        head: how many rows stand above the list, its headings among them; they stay when one scrolls.
        last: last row that is printed, from 0.
        right: last column that is printed.
        frozen: columns that stay when one scrolls.
        repeated: first of the rows above the list that every page repeats.
    """
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(repeated, head - 1)
    sheet.freeze_panes(head, frozen)
    sheet.print_area(0, 0, last, right)
    sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
    sheet.set_footer("&L&A&R&P / &N")
