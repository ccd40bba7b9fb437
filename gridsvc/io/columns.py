"""Columns of any file as text: names that can be told apart, values that a database can keep."""

from __future__ import annotations

import json
import re
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from gridsvc.domain.sheets import MARKED
from gridsvc.errors import InputError, LimitError

ROW = "__row"
COLUMNS_MAX = 500
NAME_MAX = 120
VALUE_MAX = 1_000_000  # bytes; what is longer than its field allows is a reject of its row
_NESTED_BYTES = 64_000_000


def unique_names(header: list[str], file: str) -> list[str]:
    """Column names without surrounding space, cut where they have no end, a number for those without a name, and no
    name twice.

    Raises:
        LimitError: ``columns.too_many``.
    """
    guard_count(len(header), file)
    out: list[str] = []
    for i, name in enumerate(header, 1):
        plain = re.sub(MARKED, r"\1", str(name or ""))
        clean = "".join(c for c in " ".join(plain.split()) if c.isprintable())[:NAME_MAX] or f"column {i}"
        clean = clean.lstrip("_") if clean.startswith("__") else clean  # two strokes are the mark of our own columns
        clean = clean or f"column {i}"
        while clean in out:
            clean += "_"
        out.append(clean)
    return out


def unmarked(table: pa.Table) -> pa.Table:
    """Text of a spreadsheet without the apostrophe that an export of ours put before what looks like a formula."""
    for i, name in enumerate(table.column_names):
        if pa.types.is_string(table.schema.field(i).type):
            plain = pc.replace_substring_regex(table.column(i), pattern=MARKED, replacement=r"\1")
            table = table.set_column(i, name, plain)
    return table


def guard_count(columns: int, file: str) -> None:
    """Refuse more columns than any list has.

    Raises:
        LimitError: ``columns.too_many``.
    """
    if columns > COLUMNS_MAX:
        raise LimitError("columns.too_many", file=file, columns=columns, most=COLUMNS_MAX)


def as_text(table: pa.Table, file: str, rows: int) -> pa.Table:
    """Every column as text (lists and maps as JSON), trimmed, empty as null, with ``__row``.

    ``rows``: how many there are, for a table without columns does not know.

    Raises:
        InputError: ``file.utf8``; LimitError: ``columns.too_many``, ``file.memory``.
    """
    names = unique_names(list(table.column_names), file)
    columns = []
    for name, column in zip(names, table.columns, strict=True):
        text = pc.utf8_trim_whitespace(_text(column, name, file))
        columns.append(pc.if_else(pc.equal(text, ""), pa.scalar(None, pa.string()), text))
    return pa.table({**dict(zip(names, columns, strict=True)), ROW: pa.array(np.arange(1, rows + 1), pa.int64())})


def _text(column: pa.ChunkedArray, name: str, file: str) -> Any:
    kind = column.type
    if pa.types.is_nested(kind):
        if column.nbytes > _NESTED_BYTES:
            raise LimitError("file.memory", file=file)
        return pa.array([None if v is None else json.dumps(v, ensure_ascii=False, default=str)
                         for v in column.to_pylist()], pa.string())  # fmt: skip
    if pa.types.is_binary(kind) or pa.types.is_large_binary(kind) or pa.types.is_fixed_size_binary(kind):
        return pa.nulls(len(column), pa.string())
    if pa.types.is_floating(kind):
        return _decimal(column)
    text = pc.cast(column, pa.string())
    _guard_utf8(text, name, file)
    return text


def _decimal(column: pa.ChunkedArray) -> Any:
    """Numbers as a person would type them: 6, not 6.0."""
    whole = pc.fill_null(pc.and_(pc.equal(column, pc.floor(column)), pc.less(pc.abs(column), 1e15)), False)
    digits = pc.cast(pc.if_else(whole, column, 0.0), pa.int64())
    return pc.if_else(whole, pc.cast(digits, pa.string()), pc.cast(column, pa.string()))


def _guard_utf8(text: pa.ChunkedArray, name: str, file: str) -> None:
    try:
        text.validate(full=True)
    except pa.ArrowInvalid as e:
        for row, value in enumerate(text.cast(pa.binary()).to_pylist(), 1):
            try:
                (value or b"").decode()
            except UnicodeDecodeError:
                raise InputError("file.utf8", file=file, row=row, column=name) from e
        raise


def guard_text(table: pa.Table, file: str) -> None:
    """Refuse text that cannot be kept: with NUL in it (whatever cuts it there reads something else), or without end.

    Raises:
        InputError: ``file.nul``; LimitError: ``file.long``.
    """
    rows = table[ROW] if ROW in table.column_names else pa.chunked_array([np.arange(1, table.num_rows + 1)])
    for name in table.column_names:
        if not pa.types.is_string(table.schema.field(name).type):
            continue
        column = table[name]
        length = pc.binary_length(column)
        if (pc.max(length).as_py() or 0) > VALUE_MAX:
            at = pc.index(pc.greater(length, VALUE_MAX), True).as_py()
            raise LimitError("file.long", file=file, row=rows[at].as_py(), column=name, length=length[at].as_py(),
                             most=VALUE_MAX)  # fmt: skip
        at = pc.index(pc.match_substring(column, "\0"), True).as_py()
        if at >= 0:
            raise InputError("file.nul", file=file, row=rows[at].as_py(), column=name)
