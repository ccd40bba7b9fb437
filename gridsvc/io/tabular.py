"""CSV as an Arrow table of text; runs in the reader's process."""

from __future__ import annotations

import codecs
import csv
import re
from typing import TYPE_CHECKING, Any

import charset_normalizer
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pv

from gridsvc.domain.sheets import MARKED
from gridsvc.errors import InputError
from gridsvc.io import guards, layout
from gridsvc.io.columns import ROW, guard_count, unique_names

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


def read_csv(path: Path, work: Path, words: frozenset[str] = frozenset()) -> tuple[pa.Table, dict[str, Any]]:
    """The records as text columns with ``__row`` (as a spreadsheet counts: the first line is row 1).

    ``words``: names of columns that are known; titles above the header that names most of them, sums, signatures and
    the like are told in ``meta["set_aside"]``. Rows with another number of fields than the header are left out and
    told in ``meta["bad_rows"]``.
    """
    encoding = encoding_of(path)
    if encoding not in ("utf-8", "utf-8-sig"):
        path = _as_utf8(path, work / "utf8.csv", encoding)
    header, delimiter, titles = _header(path, words)
    bad: list[list[Any]] = []
    table = _rows(path, delimiter, len(header.names), bad)
    numbers = _row_numbers(table.num_rows + len(bad), [b[0] for b in bad])
    table = table.rename_columns(unique_names(header.names, path.name)).append_column(
        ROW, pa.array(numbers, pa.int64())
    )
    below = pc.greater(table[ROW], header.last + 1)
    table, told = layout.set_aside(table.filter(pc.and_(below, pc.invert(_blank(table)))), names=header.names)
    bad, more = _no_records([b for b in bad if b[0] > header.last + 1], delimiter)
    meta = {"encoding": encoding, "delimiter": delimiter, "bad_rows": bad, "set_aside": titles + told + more}
    return table, meta


def _rows(path: Path, delimiter: str, columns: int, bad: list[list[Any]]) -> pa.Table:
    """All lines of ``columns`` fields as text; the others go to ``bad``."""

    def skip(row: Any) -> str:
        text = (row.text or "")[:500].replace("\0", "�")
        bad.append([row.number, row.actual_columns, row.expected_columns, text])
        return "skip" if len(bad) < BAD_ROWS else "error"

    names = [f"c{i}" for i in range(columns)]
    try:
        return pv.read_csv(
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


def _no_records(bad: list[list[Any]], delimiter: str) -> tuple[list[list[Any]], list[dict[str, Any]]]:
    """Lines of another length apart: real rows, and what is a sum or a signature (blank ones are neither)."""
    rows, told = [], []
    for line in bad:
        text = line[3].strip(f"{delimiter}\"' \r\n")
        reason = layout.reason_of(text.split(delimiter)[0])
        if reason:
            told.append({"row": line[0], "reason": reason, "text": layout.shown(reason, text)})
        elif line[1] > 1 or text:
            rows.append(line)
    return rows, told[: layout.TOLD]


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


def _header(path: Path, words: frozenset[str]) -> tuple[layout.Header, str, list[dict[str, Any]]]:
    """The header, the delimiter, and the titles above it."""
    with path.open("r", encoding="utf-8-sig", newline="") as f:
        start = f.read(1 << 20)
        lines = start.splitlines()[: layout.HEAD]
        if not any(line.strip() for line in lines):
            raise InputError("csv.no_header", file=path.name)
        delimiter = max(DELIMITERS, key=lambda d: max(line.count(d) for line in lines))
        f.seek(0)
        head: list[layout.Row] = []
        try:
            for row in csv.reader(f, delimiter=delimiter):
                head.append([_cell(v) for v in row])
                if len(head) == layout.HEAD:
                    break
        except csv.Error as e:  # in a row of the list it is a matter of that row
            if not any(map(any, head)):
                raise InputError("csv.broken", file=path.name, reason=guards.reason(e, path)) from e
    if not any(head[0]):
        raise InputError("csv.no_header", file=path.name)
    header = layout.find_header(head, layout.no_merges(), words)
    if header is None:
        raise InputError("csv.no_header", file=path.name)
    guard_count(len(header.names), path.name)
    titles = [{"row": i + 1, "reason": layout.TITLE, "text": " ".join(filter(None, head[i]))[:60]}
              for i in range(header.first) if any(head[i])]  # fmt: skip
    return header, delimiter, titles


def _cell(value: str) -> str | None:
    return re.sub(MARKED, r"\1", value.strip()) or None
