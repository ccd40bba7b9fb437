"""Arrays of numbers from the database as columns of numpy, without an object for each number on the way.

The binary form of an array of one dimension is twenty bytes (how many dimensions, whether one is missing, the type of
the elements, how many, the first index) and then each element after its length in four bytes (``array_send`` of
PostgreSQL, src/backend/utils/adt/arrayfuncs.c).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
from psycopg.adapt import Loader
from psycopg.pq import Format

if TYPE_CHECKING:
    import psycopg
    from numpy.typing import NDArray
    from psycopg.abc import Buffer

_HEAD: Final = 20
_BYTES: Final = 17  # OID of bytea


class _Numbers(Loader):
    """An array of numbers without a missing one."""

    format = Format.BINARY
    sent: np.dtype[Any]
    kept: np.dtype[Any]

    def load(self, data: Buffer) -> NDArray[Any]:
        raw = bytes(data)
        if raw[4:8] != b"\0\0\0\0":
            raise ValueError("a column of numbers has a missing one")
        found: NDArray[Any] = np.frombuffer(raw, self.sent, offset=_HEAD)["value"].astype(self.kept)
        return found


class _Int4(_Numbers):
    sent, kept = np.dtype([("length", ">i4"), ("value", ">i4")]), np.dtype(np.int64)


class _Int8(_Numbers):
    sent, kept = np.dtype([("length", ">i4"), ("value", ">i8")]), np.dtype(np.int64)


class _Float8(_Numbers):
    sent, kept = np.dtype([("length", ">i4"), ("value", ">f8")]), np.dtype(np.float64)


_KINDS: Final = {1007: _Int4, 1016: _Int8, 1022: _Float8}  # by the OID of the array: of int4, int8, float8


def read(cursor: psycopg.Cursor[Any]) -> None:
    """Have a binary cursor give arrays of int4, int8 and float8 as columns."""
    for oid, kind in _KINDS.items():
        cursor.adapters.register_loader(oid, kind)


def column(oid: int, values: Any) -> Any:
    """What a cursor gave: an array as a column, bytes as they are; what was gathered of no rows is empty."""
    if oid == _BYTES:
        return values or b""
    if isinstance(values, np.ndarray):
        return values
    kind = _KINDS.get(oid)
    return np.array(values or (), dtype=kind.kept if kind else object)
