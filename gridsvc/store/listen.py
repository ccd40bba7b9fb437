"""Notifications of the database: a connection of its own that only listens."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import psycopg
from psycopg import sql

if TYPE_CHECKING:
    from collections.abc import Callable

LAYER, JOB = "gridsvc_layer", "gridsvc_job"


class Listener:
    """Calls ``heard(payload)`` for every notification, in a thread; ``lost()`` when the connection broke.

    While the connection is away nothing is heard, so whoever caches must forget everything on ``lost``.
    """

    def __init__(self, dsn: str, channel: str, heard: Callable[[str], None], lost: Callable[[], None]) -> None:
        self._dsn, self._channel, self._heard, self._lost = dsn, channel, heard, lost
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"listen {channel}", daemon=True)

    def start(self) -> None:
        """Begin to listen."""
        self._thread.start()

    def stop(self) -> None:
        """End soon."""
        self._stop.set()

    def _run(self) -> None:
        pause = 0.5
        while not self._stop.is_set():
            try:
                with psycopg.connect(self._dsn, autocommit=True, connect_timeout=5) as conn:
                    conn.execute(sql.SQL("LISTEN {}").format(sql.Identifier(self._channel)))
                    self._lost()  # what was said before this moment was not heard
                    pause = 0.5
                    while not self._stop.is_set():
                        for notify in conn.notifies(timeout=1.0):
                            self._heard(notify.payload)
            except psycopg.OperationalError:
                self._lost()
                self._stop.wait(pause)
                pause = min(pause * 2, 15.0)
