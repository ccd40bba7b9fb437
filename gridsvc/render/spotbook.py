"""回访核对表: what was drawn, as a workbook to note what was found."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import xlsxwriter

from gridsvc.domain.sheets import is_risky
from gridsvc.render import tables
from gridsvc.text import t

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

_GIVEN = (("item", 12), ("visit_day", 12), ("officer", 12), ("name", 14), ("place", 28), ("cell", 18),
          ("activity", 10), ("mode", 8), ("outcome", 10))  # fmt: skip
_PLACES = (("item", 12), ("name", 20), ("cell", 18))
_FILLED = (("result", 12), ("note", 30), ("checked_on", 13))
_HEAD = 3


def write(path: Path, head: dict[str, str], rows: Sequence[dict[str, Any]], *, visits: bool) -> None:
    """Write the form; ``visits``: of visits, otherwise of communities."""
    given = _GIVEN if visits else _PLACES
    with xlsxwriter.Workbook(str(path), {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        page = book.add_worksheet(t("spotcheck.title")[:31])
        cell: dict[str, Any] = {"border": 1, "valign": "vcenter", "text_wrap": True}
        heading = {**cell, "bold": True, "align": "center"}
        look = {"head": book.add_format({**heading, "bg_color": "#E7E6E6"}),
                "fill": book.add_format({**heading, "bg_color": "#FFF2CC"}),
                "given": book.add_format({**cell, "num_format": "@"}), "empty": book.add_format(cell),
                "day": book.add_format({**cell, "num_format": "yyyy-mm-dd"})}  # fmt: skip
        columns = [*given, *_FILLED]
        title = book.add_format({"bold": True, "font_size": 18, "align": "center"})
        page.merge_range(0, 0, 0, len(columns) - 1, t("spotcheck.title"), title)
        page.merge_range(1, 0, 1, len(columns) - 1, "    ".join(f"{k}：{v}" for k, v in head.items()))
        page.set_row(0, 28)
        for i, (name, width) in enumerate(columns):
            page.set_column(i, i, width)
            page.write_string(_HEAD - 1, i, t(f"spotcheck.column.{name}"), look["head" if i < len(given) else "fill"])
        for r, row in enumerate(rows, _HEAD):
            for i, (name, _) in enumerate(given):
                text = "" if row[name] is None else str(row[name])
                page.write_string(r, i, "'" + text if is_risky(text) else text, look["given"])
            for i, (name, _) in enumerate(_FILLED, len(given)):
                page.write_blank(r, i, None, look["day" if name == "checked_on" else "empty"])
        choices = [t(f"spotcheck.result.{r}") for r in ("same", "different", "unreached")]
        page.data_validation(_HEAD, len(given), _HEAD + max(len(rows), 1) - 1, len(given),
                             {"validate": "list", "source": choices})  # fmt: skip
        tables.paper(page, _HEAD, _HEAD + len(rows) - 1, len(columns) - 1, frozen=1, repeated=_HEAD - 1)
