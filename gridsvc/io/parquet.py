"""Parquet and GeoParquet as Arrow tables of text; runs in the reader's process."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq

from gridsvc.errors import InputError, LimitError
from gridsvc.io import guards
from gridsvc.io.columns import as_text, guard_count
from gridsvc.io.shapes import with_geometry

if TYPE_CHECKING:
    from pathlib import Path

_BROKEN = (pa.ArrowInvalid, pa.ArrowNotImplementedError, pa.ArrowTypeError, OSError, KeyError)


def read_parquet(path: Path, request: dict[str, Any]) -> tuple[pa.Table, dict[str, Any]]:
    """GeoParquet (WKB) or plain Parquet; its footer says beforehand how much it unfolds to.

    Raises:
        InputError: ``vector.broken``, ``parquet.encoding``; LimitError: ``rows.too_many``, ``file.memory``.
    """
    try:
        with pq.ParquetFile(path) as file:
            _guard_footer(file.metadata, path.name, request)
            table = _rows(file, path.name, int(request["memory_mb"]) * 1_000_000 // 3)
    except _BROKEN as e:
        raise InputError("vector.broken", file=path.name, reason=guards.reason(e, path)) from e
    main, spec = _geometry(table, path.name)
    if main is None:
        return as_text(table, path.name, table.num_rows), {"crs": None}
    if spec.get("encoding") != "WKB":
        raise InputError("parquet.encoding", file=path.name, encoding=str(spec.get("encoding"))[:40])
    try:
        wkb, table = table[main].cast(pa.binary()), table.drop([main])
    except _BROKEN as e:
        raise InputError("vector.broken", file=path.name, reason=guards.reason(e, path)) from e
    meta = {"crs": json.dumps(spec["crs"]) if spec.get("crs") else "EPSG:4326"}
    return with_geometry(as_text(table, path.name, len(wkb)), wkb), meta


def _guard_footer(footer: pq.FileMetaData, file: str, request: dict[str, Any]) -> None:
    guard_count(footer.num_columns, file)
    if footer.num_rows > request["rows_max"]:
        raise LimitError("rows.too_many", file=file, rows=footer.num_rows, most=request["rows_max"])
    unfolded = sum(footer.row_group(i).total_byte_size for i in range(footer.num_row_groups))
    if unfolded > int(request["memory_mb"]) * 1_000_000 // 3:
        raise LimitError("file.memory", file=file)


def _rows(file: pq.ParquetFile, name: str, most: int) -> pa.Table:
    """All rows; stops where runs and dictionaries unfold to more than ``most`` bytes, whatever the footer said."""
    batches, size = [], 0
    for batch in file.iter_batches(use_threads=False):
        size += batch.nbytes
        if size > most:
            raise LimitError("file.memory", file=name)
        batches.append(batch)
    return pa.Table.from_batches(batches, file.schema_arrow)


def _geometry(table: pa.Table, file: str) -> tuple[str | None, dict[str, Any]]:
    """The main geometry column and what the ``geo`` entry of the footer says of it."""
    text = (table.schema.metadata or {}).get(b"geo")
    if text is None:
        return None, {}
    try:
        geo = json.loads(text)
        main = geo.get("primary_column")
        if main not in table.column_names:
            return None, {}
        spec = geo["columns"][main]
        spec.get("crs")
    except (ValueError, AttributeError, TypeError, KeyError, RecursionError) as e:
        raise InputError("vector.broken", file=file, reason=f"geo: {type(e).__name__}") from e
    if table.column_names.count(main) > 1:
        raise InputError("vector.broken", file=file, reason=f"{main} ×{table.column_names.count(main)}")
    return main, spec
