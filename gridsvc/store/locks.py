"""Locks for work of minutes: held by a connection of their own, so that they go when their process goes."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import psycopg

from gridsvc.errors import SetupError

if TYPE_CHECKING:
    from collections.abc import Iterator

_CLASS = 7214015


@contextmanager
def alone(dsn: str, name: str) -> Iterator[bool]:
    """Whether nobody else is in a block of this name, in any process; does not wait.

    Raises:
        SetupError: ``db.unreachable``.
    """
    try:
        conn = psycopg.connect(dsn, autocommit=True, connect_timeout=5, application_name="gridsvc")
    except psycopg.OperationalError as e:
        raise SetupError("db.unreachable") from e
    try:
        got = conn.execute("SELECT pg_try_advisory_lock(%s, hashtext(%s))", (_CLASS, name)).fetchone()
        yield bool(got and got[0])
    finally:
        conn.close()
