"""Arrays of numbers as columns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import psycopg
import pytest

from gridsvc.store import columns

if TYPE_CHECKING:
    from gridsvc.store.pool import Database

LARGE = 2**62 + 1


def _asked(db: Database, query: str) -> dict[str, Any]:
    with psycopg.connect(db.dsn) as conn, conn.cursor(binary=True) as cursor:
        columns.read(cursor)
        row = cursor.execute(query.encode()).fetchone() or ()
        return {c.name: columns.column(c.type_code, v) for c, v in zip(cursor.description or (), row, strict=True)}


def test_columns_of_numbers(db: Database) -> None:
    """Every number as it is, also negative and large ones; texts beside them, where one may be missing."""
    found = _asked(
        db,
        "SELECT array_agg(n) AS four, array_agg(n * 4611686018427387905) AS eight, array_agg(n / 3::float8) AS real, "
        "array_agg(NULLIF(n::text, '0')) AS said FROM generate_series(-1, 1) n",
    )
    assert found["four"].tolist() == [-1, 0, 1]
    assert found["eight"].tolist() == [-LARGE, 0, LARGE]
    assert found["real"].tolist() == [-1 / 3, 0.0, 1 / 3]
    assert found["said"].tolist() == ["-1", None, "1"]
    assert [found[name].dtype for name in found] == [np.int64, np.int64, np.float64, object]
    found["four"][0] = 7  # a column of its own, not the bytes that came


def test_columns_of_nothing(db: Database) -> None:
    """No rows are empty columns of their kinds."""
    found = _asked(
        db,
        "SELECT array_agg(n) AS four, array_agg(n::float8) AS real, array_agg(n::text) AS said FROM generate_series(1, 0) n",
    )
    assert [(len(c), c.dtype) for c in found.values()] == [(0, np.int64), (0, np.float64), (0, object)]


def test_columns_with_a_missing_number(db: Database) -> None:
    """A missing number is refused: read over, the ones behind it would be others."""
    with pytest.raises(ValueError, match="missing"):
        _asked(db, "SELECT array_agg(NULLIF(n, 2)) AS four FROM generate_series(1, 3) n")
