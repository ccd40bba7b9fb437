"""Workbooks as Arrow tables of text; runs in the reader's process."""

from __future__ import annotations

import datetime as dt
import re
import zipfile
import zlib
from typing import TYPE_CHECKING, Any

import pandas as pd
import pyarrow as pa

from gridsvc.errors import InputError, LimitError
from gridsvc.io import guards, ole
from gridsvc.io.columns import ROW, guard_count, unique_names

if TYPE_CHECKING:
    from pathlib import Path

# calamine lays out the rectangle that a sheet's filled cells span, 32 bytes a cell, before anybody can ask how large
CELLS_MAX = 30_000_000
_CELL = re.compile(rb"""<(?:\w+:)?c\b[^>]*?\sr=["']([A-Za-z]+)(\d+)["'][^>]*(?<!/)>""")
_BLOCK = 4 << 20


def read_excel(path: Path, kind: str, sheet: str | None, rows_max: int) -> tuple[pa.Table, dict[str, Any]]:
    """One sheet (the first with anything in it, or ``sheet``) as text columns with ``__row``.

    Raises:
        InputError: ``excel.broken``, ``excel.encrypted``, ``excel.sheet``, ``excel.empty``; LimitError:
        ``excel.area``, ``rows.too_many``, ``columns.too_many``.
    """
    if kind == "xls":
        ole.guard_ole(path)
    else:
        _guard_cells(path)
    rows, name = _rows(path, sheet, rows_max)
    frame = pd.DataFrame(rows, dtype=object)
    filled = frame.map(lambda v: v is not None and v != "").any(axis=1)
    if not filled.any():
        raise InputError("excel.empty", file=path.name)
    start = int(filled.idxmax())
    header = unique_names([_text(v) or "" for v in frame.iloc[start]], path.name)
    body = frame.iloc[start + 1 :][filled.iloc[start + 1 :]]
    columns = [pa.array([_text(v) for v in body[c]], pa.string()) for c in body.columns]
    table = pa.table(dict(zip(header, columns, strict=True)))
    return table.append_column(ROW, pa.array(body.index.to_numpy() + 1, pa.int64())), {"sheet": name}


def _rows(path: Path, sheet: str | None, rows_max: int) -> tuple[list[list[Any]], str]:
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        book = CalamineWorkbook.from_path(str(path))
        if sheet and sheet not in book.sheet_names:
            raise InputError("excel.sheet", file=path.name, sheet=sheet, known=", ".join(book.sheet_names)[:400])
        for name in [sheet] if sheet else book.sheet_names[:1000]:
            rows = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
            if len(rows) > rows_max:
                raise LimitError("rows.too_many", file=path.name, rows=len(rows), most=rows_max)
            if rows:
                return rows, name
    except CalamineError as e:
        raise InputError("excel.broken", file=path.name, reason=guards.reason(e, path)) from e
    raise InputError("excel.empty", file=path.name)


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
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, dt.datetime):
        return value.isoformat(sep=" ") if value.time() != dt.time() else value.date().isoformat()
    return str(value).strip() or None
