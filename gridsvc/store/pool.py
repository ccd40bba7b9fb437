"""Connections: one pool a process, short queues, clear refusals."""

from __future__ import annotations

import logging
import select
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import psycopg
from psycopg.rows import dict_row
from psycopg_pool import ConnectionPool, PoolTimeout, TooManyRequests

from gridsvc.errors import BusyError, SetupError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gridsvc.settings import Settings

Row = dict[str, Any]
Connection = psycopg.Connection[Row]


class Database:
    """The pool of ``gridsvc_app`` connections of one process; closed with ``close`` or as a context manager."""

    def __init__(self, dsn: str, settings: Settings) -> None:
        self.dsn = dsn
        self.settings = settings
        self._pool: ConnectionPool[Connection] = ConnectionPool(
            dsn,
            min_size=1,
            max_size=settings.pool_size,
            timeout=settings.pool_wait,
            max_waiting=settings.pool_queue,
            kwargs={"row_factory": dict_row, "application_name": "gridsvc"},
            check=_alive,
            open=False,
            name="gridsvc",
        )

    def __enter__(self) -> Database:
        log = logging.getLogger("psycopg.pool")
        level = log.level
        log.setLevel(logging.ERROR)  # each try tells of itself; the error below tells of all of them
        try:
            self._pool.open(wait=True, timeout=5)
        except PoolTimeout as e:
            self._pool.close()
            raise SetupError("db.unreachable") from e
        finally:
            log.setLevel(level)
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close every connection."""
        self._pool.close()

    @contextmanager
    def connection(self) -> Iterator[Connection]:
        """A connection for a moment.

        Raises:
            BusyError: ``db.busy`` when too many are waiting.
        """
        try:
            with self._pool.connection() as conn:
                yield conn
        except (PoolTimeout, TooManyRequests) as e:
            raise BusyError("db.busy") from e

    def waiting(self) -> dict[str, int]:
        """Counters of the pool, for /metrics."""
        return dict(self._pool.get_stats())


def _alive(conn: Connection) -> None:
    """Ask a connection whether it still works, where something came in while nobody used it: a server that ends one
    says so. To ask at each loan would be a message there and back for every request.

    Raises:
        psycopg.OperationalError: it does not, and the pool makes another.
    """
    waiting = select.poll()
    waiting.register(conn.fileno(), select.POLLIN | select.POLLHUP)
    if waiting.poll(0):
        ConnectionPool.check_connection(conn)
