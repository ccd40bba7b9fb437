"""Connections shared fairly among the workers of one service.

Workers take connections from one socket, whoever is quicker, and keep them: of four connections one worker often has
three, and those wait for each other while the other worker is idle. Here a worker that has at least two requests more
in hand than the idlest one asks the client to connect anew (``Connection: close``, RFC 9112 section 9.6), until the
two are even.
"""

from __future__ import annotations

import fcntl
import mmap
import struct
from typing import TYPE_CHECKING, BinaryIO, Final

if TYPE_CHECKING:
    from pathlib import Path

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

_NUMBER: Final = struct.Struct("=I")
_UNEVEN: Final = 2  # requests more than the idlest worker has


def make(path: Path, workers: int) -> None:
    """The file through which ``workers`` processes tell each other how many requests they have in hand."""
    path.write_bytes(bytes(_NUMBER.size * workers))


class Slots:
    """One number of the file for this process, the others to read; one that dies leaves its number to the next."""

    def __init__(self, path: Path) -> None:
        self._file: BinaryIO = path.open("r+b")
        self._map = mmap.mmap(self._file.fileno(), 0)
        self._n = len(self._map) // _NUMBER.size
        self._own = self._claim()
        self._in_hand = 0

    def _claim(self) -> int | None:
        """A number that no living process holds; None when there are more processes than numbers."""
        for k in range(self._n):
            try:
                fcntl.lockf(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB, _NUMBER.size, k * _NUMBER.size)
            except OSError:
                continue
            _NUMBER.pack_into(self._map, k * _NUMBER.size, 0)
            return k
        return None

    def change(self, by: int) -> None:
        """One request more or less in hand."""
        self._in_hand += by
        if self._own is not None:
            _NUMBER.pack_into(self._map, self._own * _NUMBER.size, self._in_hand)

    @property
    def uneven(self) -> bool:
        """Whether another worker has much less to do than this one."""
        if self._own is None or self._n == 1:
            return False
        others = (_NUMBER.unpack_from(self._map, k * _NUMBER.size)[0] for k in range(self._n) if k != self._own)
        return self._in_hand - min(others) >= _UNEVEN


class Balanced:
    """ASGI: the application, and word of how busy this worker is."""

    def __init__(self, app: ASGIApp, slots: Slots) -> None:
        self.app, self.slots = app, slots

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, and count what is in hand."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def told(message: Message) -> None:
            if message["type"] == "http.response.start" and self.slots.uneven:
                message = {**message, "headers": [*message.get("headers", ()), (b"connection", b"close")]}
            await send(message)

        self.slots.change(1)
        try:
            await self.app(scope, receive, told)
        finally:
            self.slots.change(-1)
