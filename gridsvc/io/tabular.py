"""CSV as an Arrow table of text; runs in the reader's process."""

from __future__ import annotations

import codecs
import csv
from typing import TYPE_CHECKING, Any

import charset_normalizer
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pv

from gridsvc.errors import InputError
from gridsvc.io import guards
from gridsvc.io.columns import ROW, unique_names

if TYPE_CHECKING:
    from pathlib import Path

DELIMITERS = ",\t;|"
BAD_ROWS = 100_000  # that many are listed; with more of them it is another kind of file
_BLOCK = 8 << 20


def encoding_of(path: Path) -> str:
    """UTF-8 (with or without BOM), UTF-16, GB18030, in that order; what decodes from end to end is it.

    Raises:
        InputError: ``csv.encoding``.
    """
    with path.open("rb") as f:
        head = f.read(1 << 16)
    marked = {codecs.BOM_UTF32_LE: None, codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16",
              codecs.BOM_UTF16_BE: "utf-16"}  # fmt: skip
    for mark, name in marked.items():
        if head.startswith(mark):
            if name is None or not _decodes(path, name):
                raise InputError("csv.encoding", file=path.name)
            return name
    if _decodes(path, "utf-8"):
        return "utf-8"
    if _is_mixed(head):
        raise InputError("csv.encoding", file=path.name)
    if _decodes(path, "gb18030"):
        return "gb18030"
    best = charset_normalizer.from_bytes(head).best()
    if best is None or not _decodes(path, best.encoding):
        raise InputError("csv.encoding", file=path.name)
    return str(best.encoding)


def _is_mixed(head: bytes) -> bool:
    """Whether most lines that are not plain ASCII are UTF-8: as GB18030 they would decode too, into other words."""
    lines = [line for line in head.split(b"\n")[:-1] if not line.isascii()]
    good = 0
    for line in lines:
        try:
            line.decode()
        except UnicodeDecodeError:
            continue
        good += 1
    return good > len(lines) / 2


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
        text = (row.text or "")[:500].replace("\0", "�")
        bad.append([row.number, row.actual_columns, row.expected_columns, text])
        return "skip" if len(bad) < BAD_ROWS else "error"

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
