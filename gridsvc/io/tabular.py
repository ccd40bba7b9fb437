"""CSV and spreadsheets as Arrow tables of text; runs in the reader's child process."""

from __future__ import annotations

import codecs
import csv
import datetime as dt
from typing import TYPE_CHECKING, Any

import charset_normalizer
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pv

from gridsvc.errors import InputError, LimitError
from gridsvc.io import guards

if TYPE_CHECKING:
    from pathlib import Path

ROW = "__row"
DELIMITERS = ",\t;|"
COLUMNS_MAX = 500
_BLOCK = 8 << 20


def encoding_of(path: Path) -> str:
    """UTF-8 (with or without BOM), UTF-16, GB18030, in that order; what decodes from end to end is it.

    Raises:
        InputError: ``csv.encoding``.
    """
    with path.open("rb") as f:
        head = f.read(1 << 16)
    if head.startswith(codecs.BOM_UTF8):
        return "utf-8-sig"
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    for name in ("utf-8", "gb18030"):
        if _decodes(path, name):
            return name
    best = charset_normalizer.from_bytes(head).best()
    if best is None or not _decodes(path, best.encoding):
        raise InputError("csv.encoding", file=path.name)
    return str(best.encoding)


def _decodes(path: Path, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        with path.open("rb") as f:
            while block := f.read(_BLOCK):
                decoder.decode(block)
        decoder.decode(b"", final=True)
    except (UnicodeError, LookupError):
        return False
    return True


def read_csv(path: Path, work: Path) -> tuple[pa.Table, dict[str, Any]]:
    """The rows as text columns with ``__row`` (as a spreadsheet counts: the header is row 1).

    Rows with another number of fields than the header are left out and told in ``meta["bad_rows"]``.
    """
    encoding = encoding_of(path)
    if encoding not in ("utf-8", "utf-8-sig"):
        path = _as_utf8(path, work / "utf8.csv", encoding)
    header, delimiter = _header(path)
    bad: list[list[Any]] = []

    def skip(row: Any) -> str:
        bad.append([row.number, row.actual_columns, row.expected_columns, (row.text or "")[:500]])
        return "skip"

    names = [f"c{i}" for i in range(len(header))]
    try:
        table = pv.read_csv(
            path,
            read_options=pv.ReadOptions(column_names=names, use_threads=False, block_size=_BLOCK),
            parse_options=pv.ParseOptions(
                delimiter=delimiter, newlines_in_values=True, invalid_row_handler=skip, ignore_empty_lines=False
            ),
            convert_options=pv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.string()),
                strings_can_be_null=True,
                null_values=[""],
                quoted_strings_can_be_null=True,
            ),
        )
    except pa.ArrowInvalid as e:
        raise InputError("csv.broken", file=path.name, reason=guards.reason(e, path)) from e
    numbers = _row_numbers(table.num_rows + len(bad), [b[0] for b in bad])
    table = table.rename_columns(header).slice(1)
    table = table.append_column(ROW, pa.array(numbers[1:], pa.int64()))
    blank = _blank(table)
    bad = [b for b in bad if b[1] > 1 or b[3].strip()]
    return table.filter(pc.invert(blank)), {"encoding": encoding, "delimiter": delimiter, "bad_rows": bad}


def _row_numbers(rows: int, skipped: list[int]) -> Any:
    import numpy as np

    numbers = np.arange(1, rows + 1)
    return np.setdiff1d(numbers, np.asarray(skipped, dtype=int)) if skipped else numbers


def _blank(table: pa.Table) -> pa.ChunkedArray:
    blank = pa.chunked_array([pa.array([True] * table.num_rows, pa.bool_())])
    for name in table.column_names:
        if name != ROW:
            blank = pc.and_(blank, pc.is_null(table[name]))
    return blank


def _as_utf8(path: Path, target: Path, encoding: str) -> Path:
    with (
        path.open("r", encoding=encoding, newline="") as source,
        target.open("w", encoding="utf-8", newline="") as out,
    ):
        while block := source.read(1 << 20):
            out.write(block)
    return target


def _header(path: Path) -> tuple[list[str], str]:
    with path.open("r", encoding="utf-8-sig", newline="") as f:
        first = f.readline(1 << 20)
        if not first.strip():
            raise InputError("csv.no_header", file=path.name)
        delimiter = max(DELIMITERS, key=first.count)
        f.seek(0)
        try:
            header = next(csv.reader(f, delimiter=delimiter))
        except csv.Error as e:
            raise InputError("csv.broken", file=path.name, reason=guards.reason(e, path)) from e
    return unique_names(header, path.name), delimiter


def unique_names(header: list[str], file: str) -> list[str]:
    """Column names without surrounding space, a number for those without a name, and no name twice.

    Raises:
        LimitError: ``columns.too_many``.
    """
    if len(header) > COLUMNS_MAX:
        raise LimitError("columns.too_many", file=file, columns=len(header), most=COLUMNS_MAX)
    out: list[str] = []
    for i, name in enumerate(header, 1):
        clean = " ".join(str(name or "").split()) or f"column {i}"
        while clean in out:
            clean += "_"
        out.append(clean)
    return out


def read_excel(path: Path, sheet: str | None, rows_max: int) -> tuple[pa.Table, dict[str, Any]]:
    """One sheet (the first with anything in it, or ``sheet``) as text columns with ``__row``.

    Raises:
        InputError: ``excel.broken``, ``excel.sheet``, ``excel.empty``; LimitError: ``rows.too_many``.
    """
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        book = CalamineWorkbook.from_path(str(path))
        names = [sheet] if sheet else book.sheet_names
        if sheet and sheet not in book.sheet_names:
            raise InputError("excel.sheet", sheet=sheet, known=", ".join(book.sheet_names))
        for name in names:
            rows = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
            if len(rows) > rows_max:
                raise LimitError("rows.too_many", rows=len(rows), most=rows_max)
            if rows:
                break
        else:
            raise InputError("excel.empty", file=path.name)
    except CalamineError as e:
        raise InputError("excel.broken", file=path.name, reason=guards.reason(e, path)) from e
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


def _text(value: Any) -> str | None:
    """A spreadsheet's value as a person would type it."""
    if value is None or value == "":
        return None
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, dt.datetime):
        return value.isoformat(sep=" ") if value.time() != dt.time() else value.date().isoformat()
    return str(value).strip() or None
