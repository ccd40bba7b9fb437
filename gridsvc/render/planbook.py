"""走访登记表: a plan as a workbook that is filled in and imported again, each line under its task number."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import xlsxwriter

from gridsvc.domain.sheets import is_risky
from gridsvc.render import tables
from gridsvc.text import t

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

# what stands there already, what is filled in, what an import needs besides: key of the heading, width, look
_GIVEN = (("row", 5), ("name", 12), ("place", 24), ("rules", 26), ("need", 14), ("by", 11), ("urgency", 9))
_FILLED = (("at", 17), ("mode", 8), ("outcome", 10), ("minutes", 7), ("document", 14), ("note", 22))
_HIDDEN = ("activity", "officer")
_HEAD = 3  # rows above the list


def write(
    path: Path, head: dict[str, str], lines: Sequence[dict[str, Any]], words: dict[str, dict[str, str]], *,
    number: str, offered: dict[str, dict[str, str]], fulfil: Sequence[str],
) -> None:  # fmt: skip
    """Write the workbook: A4 landscape, the head repeated, drop-downs, grey what need not be touched.

    Args:
        head: label → value, above the list.
        lines: as :class:`gridsvc.services.plans.Plan` has them.
        words: list → code → name.
        number: by what the officer is found again.
        offered: list → code → name of what may be chosen.
        fulfil: codes of outcomes that close a line; they come first in the drop-down.
    """
    with xlsxwriter.Workbook(str(path), {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        page = book.add_worksheet(t("plan.title")[:31])
        looks = _looks(book)
        columns = ["task", *(n for n, _ in _GIVEN), *(n for n, _ in _FILLED), *_HIDDEN]
        widths = [21, *(w for _, w in _GIVEN), *(w for _, w in _FILLED)]
        page.merge_range(0, 0, 0, len(widths) - 1, t("plan.title"), looks["title"])
        page.merge_range(1, 0, 1, len(widths) - 1, "    ".join(f"{k}：{v}" for k, v in head.items()), looks["info"])
        page.set_row(0, 28)
        filled = {n for n, _ in _FILLED}
        for i, name in enumerate(columns):
            page.write_string(_HEAD - 1, i, t(f"plan.column.{name}"), looks["fill" if name in filled else "head"])
        for i, width in enumerate(widths):
            page.set_column(i, i, width)
        page.set_column(len(widths), len(columns) - 1, None, None, {"hidden": True})
        for r, line in enumerate(lines, _HEAD):
            _line(page, r, columns, line, words, looks, number)
        _drop_downs(page, columns, lines, offered, fulfil)
        last = _HEAD + len(lines)
        page.write_string(last, 0, f"{t('plan.note.word')}：{t('plan.note')}", looks["info"])
        page.write_string(last + 1, 0, t("plan.signed"), looks["info"])
        tables.paper(page, _HEAD, last + 1, len(widths) - 1, frozen=3, repeated=_HEAD - 1)


def _line(
    page: Any, r: int, columns: Sequence[str], line: dict[str, Any], words: dict[str, dict[str, str]],
    looks: dict[str, Any], number: str,
) -> None:  # fmt: skip
    said = {**line, "rules": "、".join(line["rules"]), "need": need(line, words), "by": line["by"].isoformat(),
            "urgency": urgency(line), "officer": number, "mode": preset(line, words),
            "activity": words["visit_activity"].get(line["activity"], line["activity"])}  # fmt: skip
    filled = {n for n, _ in _FILLED}
    for i, name in enumerate(columns):
        if name in filled:
            look = "when" if name == "at" else "empty"
            page.write(r, i, said["mode"] if name == "mode" else None, looks[look])
        elif name == "row":
            page.write_number(r, i, line["row"], looks["given"])
        else:
            text = str(said[name])
            late = name == "urgency" and line["late"]
            page.write_string(r, i, "'" + text if is_risky(text) else text, looks["late" if late else "given"])


def need(line: dict[str, Any], words: dict[str, dict[str, str]]) -> str:
    """What a visit has to be to close the line, where not every visit does."""
    said = []
    if line["minutes"]:
        said.append(t("plan.minutes", n=line["minutes"]))
    if line["document"]:
        said.append(t("plan.document"))
    if line["modes"]:
        said.append("/".join(words["visit_mode"].get(m, m) for m in line["modes"]))
    return "、".join(said)


def urgency(line: dict[str, Any]) -> str:
    """How late it is."""
    return t("plan.late", n=line["late"]) if line["late"] else ""


def preset(line: dict[str, Any], words: dict[str, dict[str, str]]) -> str | None:
    """The way of visiting where only one counts."""
    return words["visit_mode"].get(line["modes"][0]) if len(line["modes"]) == 1 else None


def _drop_downs(
    page: Any, columns: Sequence[str], lines: Sequence[dict[str, Any]], offered: dict[str, dict[str, str]],
    fulfil: Sequence[str],
) -> None:  # fmt: skip
    last = _HEAD + max(len(lines), 1) - 1
    outcomes = offered["visit_outcome"]
    choices = {"mode": list(offered["visit_mode"].values()),
               "outcome": [outcomes[c] for c in fulfil if c in outcomes]
               + [n for c, n in outcomes.items() if c not in fulfil]}  # fmt: skip
    for name, source in choices.items():
        i = columns.index(name)
        page.data_validation(_HEAD, i, last, i, {
            "validate": "list", "source": source, "error_title": t(f"plan.column.{name}"),
            "error_message": t("template.choose")[:255],
        })  # fmt: skip
    i = columns.index("minutes")
    page.data_validation(
        _HEAD, i, last, i, {"validate": "integer", "criteria": "between", "minimum": 0, "maximum": 1440}
    )


def _looks(book: Any) -> dict[str, Any]:
    cell = {"border": 1, "valign": "vcenter", "text_wrap": True}
    head = {**cell, "bold": True, "align": "center"}
    return {
        "title": book.add_format({"bold": True, "font_size": 18, "align": "center", "valign": "vcenter"}),
        "info": book.add_format({"font_color": "#444444", "valign": "vcenter"}),
        "head": book.add_format({**head, "bg_color": "#E7E6E6"}),
        "fill": book.add_format({**head, "bg_color": "#FFF2CC"}),
        "given": book.add_format({**cell, "num_format": "@", "font_color": "#222222", "bg_color": "#F7F7F7"}),
        "late": book.add_format({**cell, "font_color": "#C00000", "bold": True, "bg_color": "#F7F7F7"}),
        "empty": book.add_format(cell),
        "when": book.add_format({**cell, "num_format": "yyyy-mm-dd hh:mm"}),
    }
