"""Workbooks as Arrow tables of text; runs in the reader's process."""

from __future__ import annotations

import datetime as dt
import re
import zipfile
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from gridsvc.domain.frames import GROUP_COLUMN, SHEET_COLUMN, SHEET_ROWS, plain
from gridsvc.errors import InputError, LimitError
from gridsvc.io import guards, layout, ole
from gridsvc.io.columns import ROW, guard_count, unique_names

if TYPE_CHECKING:
    from pathlib import Path

# calamine lays out the rectangle that a sheet's filled cells span, 32 bytes a cell, before anybody can ask how large
CELLS_MAX = 30_000_000
_CELL = re.compile(rb"""<(?:\w+:)?c\b[^>]*?\sr=["']([A-Za-z]+)(\d+)["'][^>]*(?<!/)>""")
_BLOCK = 4 << 20
NAMED = 20
SHEETS_MAX = 50  # of one workbook; a street has some thirty communities


def read_excel(
    path: Path, kind: str, sheet: str | None, rows_max: int, words: frozenset[str] = frozenset()
) -> tuple[pa.Table, dict[str, Any]]:
    """The records of ``sheet``, otherwise of every visible sheet that has the header of the best one, with ``__row``.

    ``words``: names of columns that are known; the best sheet is the one that has most of them. Of several sheets
    each row says in ``工作表`` where it stood, and ``__row`` counts on (:func:`gridsvc.domain.frames.row_label`).

    Raises:
        InputError: ``excel.broken``, ``excel.encrypted``, ``excel.sheet``, ``excel.empty``; LimitError:
        ``excel.area``, ``rows.too_many``, ``columns.too_many``.
    """
    if kind == "xls":
        ole.guard_ole(path)
    else:
        _guard_cells(path)
    laid, unread = _laid_out(path, sheet, rows_max, words)
    best = max(laid, key=lambda one: one.known)
    same = [one for one in laid if one.is_like(best)]
    meta = {
        "sheets": [one.sheet for one in same],
        "sheets_left": [one.sheet for one in laid if one not in same] + unread[:NAMED],
        "set_aside": [{"sheet": one.sheet, **row} for one in same for row in one.told],
    }
    if len(same) == 1:
        return best.table, meta
    parts = [
        one.table.set_column(
            one.table.column_names.index(ROW), ROW, pc.add(one.table[ROW], SHEET_ROWS * i)
        ).append_column(SHEET_COLUMN, pa.array([one.sheet] * one.table.num_rows, pa.string()))
        for i, one in enumerate(same, 1)
    ]
    return pa.concat_tables(parts, promote_options="default"), meta


@dataclass(frozen=True, eq=False)
class _Sheet:
    """One sheet as a table of records."""

    sheet: str
    table: pa.Table
    known: int
    told: list[dict[str, Any]]

    def is_like(self, other: _Sheet) -> bool:
        """Whether it has the other one's columns, give or take a fifth of them."""
        a, b = ({plain(n) for n in s.table.column_names} - {ROW, GROUP_COLUMN} for s in (self, other))
        return self is other or len(a & b) >= 0.8 * max(len(a), len(b))


def _laid_out(
    path: Path, sheet: str | None, rows_max: int, words: frozenset[str]
) -> tuple[list[_Sheet], list[str]]:  # fmt: skip
    """Sheets with anything in them, and the names of those that were not looked at."""
    from python_calamine import CalamineError, CalamineWorkbook, SheetVisibleEnum

    laid, rows = [], 0
    try:
        book = CalamineWorkbook.from_path(str(path))
        about = list(enumerate(book.sheets_metadata))
        if sheet and all(s.name != sheet for _, s in about):
            known = ", ".join(s.name for _, s in about[:NAMED])
            raise InputError("excel.sheet", file=path.name, sheet=sheet, known=known[:400])
        shown = [(i, s.name) for i, s in about if s.visible == SheetVisibleEnum.Visible or s.name == sheet]
        wanted = [one for one in shown or [(i, s.name) for i, s in about] if sheet in (None, one[1])]
        for i, name in wanted[:SHEETS_MAX]:
            found = book.get_sheet_by_index(i)
            cells = found.to_python(skip_empty_area=False)
            rows += len(cells)
            if rows > rows_max:
                raise LimitError("rows.too_many", file=path.name, rows=rows, most=rows_max)
            merges = np.array(found.merged_cell_ranges or [], dtype=np.int64).reshape(-1, 4)
            one = _sheet(name, cells, merges, words, path.name)
            laid += [one] if one else []
    except CalamineError as e:
        raise InputError("excel.broken", file=path.name, reason=guards.reason(e, path)) from e
    if not laid:
        raise InputError("excel.empty", file=path.name)
    return laid, [name for _, name in wanted[SHEETS_MAX:]]


def _sheet(
    name: str, rows: list[list[Any]], merges: layout.Merges, words: frozenset[str], file: str
) -> _Sheet | None:
    """A sheet's records under the names of its header; None for an empty one."""
    head = [[_text(v) for v in row] for row in rows[: layout.HEAD]]
    header = layout.find_header(head, merges, words)
    if header is None:
        rest = next((i for i, row in enumerate(rows) if any(v not in (None, "") for v in row)), None)
        if rest is None:
            return None
        header = layout.Header(rest, rest, [_text(v) or "" for v in rows[rest]], 0)
    names, start = unique_names(header.names, file), header.last + 1
    cells = np.empty((len(rows) - start, len(names)), dtype=object)
    if len(cells):
        cells[:] = [row[: len(names)] for row in rows[start:]]
    cells = layout.fill_down(cells, merges, start)
    texts = [[_text(v) for v in cells[:, i]] for i in range(len(names))]
    table = pa.table({**{n: pa.array(t, pa.string()) for n, t in zip(names, texts, strict=True)},
                      ROW: pa.array(np.arange(start + 1, start + 1 + len(cells)), pa.int64())})  # fmt: skip
    filled = np.zeros(len(cells), dtype=bool)
    for column in table.columns[:-1]:
        filled |= pc.is_valid(column).to_numpy(zero_copy_only=False)
    headings = layout.sections(merges, start, len(names)) + 1
    table, told = layout.set_aside(table.filter(pa.array(filled)), headings, header.names)
    titles = [{"row": i + 1, "reason": layout.TITLE, "text": " ".join(filter(None, head[i]))[:60]}
              for i in range(header.first) if any(head[i])]  # fmt: skip
    return _Sheet(name, table, header.known, titles + told)


def _guard_cells(path: Path) -> None:
    """Refuse sheets whose filled cells lie so far apart that the rectangle around them is out of all proportion."""
    with zipfile.ZipFile(path) as z:
        for entry in z.infolist():
            if entry.filename.lower().startswith("xl/worksheets/") and entry.filename.lower().endswith(".xml"):
                try:
                    _guard_sheet(z, entry, path.name)
                except (zipfile.BadZipFile, zlib.error, OSError, EOFError, ValueError, NotImplementedError) as e:
                    raise InputError("zip.broken", file=path.name) from e


def _guard_sheet(z: zipfile.ZipFile, entry: zipfile.ZipInfo, file: str) -> None:
    last_row, letters, rest = 0, set(), b""
    with z.open(entry) as part:
        while block := part.read(_BLOCK):
            text = rest + block
            for column, row in _CELL.findall(text):
                letters.add(column)
                if len(row) > 7 or int(row) > last_row:
                    last_row = int(row[:20])
            cut = text.rfind(b"<")  # a tag that the next block goes on with
            rest = text[cut:] if cut >= 0 and len(text) - cut < _BLOCK else b""
    columns = max((_number(c) for c in letters), default=0)
    if columns > 16_384:
        guard_count(columns, file)
    if last_row > 1_048_576 or last_row * columns > CELLS_MAX:
        guard_count(columns, file)
        raise LimitError("excel.area", file=file, rows=last_row, columns=columns, most=CELLS_MAX)


def _number(letters: bytes) -> int:
    """Column A is 1, Z is 26, AA is 27."""
    n = 0
    for letter in letters[:8].upper():
        n = n * 26 + letter - 64
    return n


def _text(value: Any) -> str | None:
    """A spreadsheet's value as a person would type it."""
    if value is None or value == "":
        return None
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, dt.datetime):
        return value.isoformat(sep=" ") if value.time() != dt.time() else value.date().isoformat()
    return str(value).strip() or None
