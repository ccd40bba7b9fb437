"""Frames into temporary tables: COPY, because COPY into a table with row security is refused."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.csv as pv
import shapely
from psycopg import sql

if TYPE_CHECKING:
    from types import TracebackType

    from psycopg import Copy

    from gridsvc.store.pool import Connection

_CSV = pv.WriteOptions(include_header=False, quoting_style="needed")


class CopyIn:
    """An open COPY into ``table (columns)``; frames are written as they come."""

    def __init__(self, conn: Connection, table: str, columns: list[str]) -> None:
        names = sql.SQL(", ").join(map(sql.Identifier, columns))
        statement = sql.SQL("COPY {} ({}) FROM STDIN (FORMAT csv)").format(sql.Identifier(table), names)
        self.columns = columns
        self._table = table
        self._conn = conn
        self._cursor = conn.cursor()
        self._context = self._cursor.copy(statement)
        self._copy: Copy | None = None

    def __enter__(self) -> CopyIn:
        self._copy = self._context.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._context.__exit__(kind, error, trace)
        self._cursor.close()
        if kind is None:  # a temporary table has no statistics of its own
            self._conn.execute(sql.SQL("ANALYZE {}").format(sql.Identifier(self._table)))

    def write(self, frame: pd.DataFrame) -> None:
        """Send the rows of ``frame``; geometry columns go as hexadecimal EWKB in 4326."""
        if self._copy is None or frame.empty:
            return
        arrays = [_array(frame[name]) for name in self.columns]
        table = pa.Table.from_arrays(arrays, names=self.columns)
        for batch in table.to_batches(max_chunksize=32_768):
            buffer = io.BytesIO()
            pv.write_csv(batch, buffer, _CSV)
            self._copy.write(buffer.getbuffer())


def _array(column: pd.Series) -> pa.Array:
    if column.dtype == object and len(column) and isinstance(_first(column), shapely.Geometry):
        geoms = np.asarray(column, dtype=object)
        return pa.array(shapely.to_wkb(shapely.set_srid(geoms, 4326), hex=True, include_srid=True), pa.string())
    array = pa.Array.from_pandas(column)
    if isinstance(array, pa.ChunkedArray):
        array = array.combine_chunks()
    if pa.types.is_null(array.type):
        return pa.nulls(len(array), pa.string())
    if pa.types.is_timestamp(array.type) and array.type.tz is None:
        return array.cast(pa.date32())
    if pa.types.is_floating(array.type):
        # NaN means "not known" in a frame, and COPY would store it as a number
        return pa.Array.from_pandas(column, mask=~np.isfinite(column.to_numpy(dtype=float, na_value=np.nan)))
    return array


def _first(column: pd.Series) -> object:
    at = column.first_valid_index()
    return None if at is None else column.loc[at]
