"""A cache of answers in this process: bounded in bytes, forgotten when a layer changes, filled once per key."""

from __future__ import annotations

import threading
from collections import OrderedDict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable


class TileCache:
    """``get`` returns the stored answer or makes it, once even when many ask at the same time.

    The key of an answer holds the versions of the layers it is made of, so an answer that is being made while a
    layer changes is stored under the old version and never served again.
    """

    def __init__(self, most_bytes: int = 64 << 20) -> None:
        self._most = most_bytes
        self._size = 0
        self._kept: OrderedDict[Hashable, bytes] = OrderedDict()
        self._making: dict[Hashable, threading.Event] = {}
        self._lock = threading.Lock()
        self._version: dict[str, int] = {}
        self._epoch = 0
        self.hits = self.misses = 0

    def version(self, *layers: str) -> tuple[int, ...]:
        """Versions of layers, as part of a key."""
        with self._lock:
            return (self._epoch, *(self._version.get(layer, 0) for layer in layers))

    def changed(self, layer: str) -> None:
        """A layer changed."""
        with self._lock:
            self._version[layer] = self._version.get(layer, 0) + 1

    def forget(self) -> None:
        """Anything may have changed."""
        with self._lock:
            self._epoch += 1
            self._kept.clear()
            self._size = 0

    def peek(self, key: Hashable) -> bytes | None:
        """The stored answer, if there is one."""
        with self._lock:
            body = self._kept.get(key)
            if body is not None:
                self._kept.move_to_end(key)
                self.hits += 1
            return body

    def get(self, key: Hashable, make: Callable[[], bytes]) -> bytes:
        """The answer for ``key``."""
        while True:
            with self._lock:
                body = self._kept.get(key)
                if body is not None:
                    self._kept.move_to_end(key)
                    self.hits += 1
                    return body
                waiting = self._making.get(key)
                if waiting is None:
                    self._making[key] = threading.Event()
                    self.misses += 1
                    break
            waiting.wait(30)
        try:
            body = make()
            self._keep(key, body)
            return body
        finally:
            with self._lock:
                self._making.pop(key).set()

    def _keep(self, key: Hashable, body: bytes) -> None:
        with self._lock:
            self._kept[key] = body
            self._size += len(body) + 200
            while self._size > self._most and len(self._kept) > 1:
                _, old = self._kept.popitem(last=False)
                self._size -= len(old) + 200
