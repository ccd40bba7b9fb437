"""A base map from outside (XYZ, WMTS) or from an MBTiles file, always through this server."""

from __future__ import annotations

import sqlite3
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx

from gridsvc.errors import BusyError, MissingError, SetupError

if TYPE_CHECKING:
    from gridsvc.settings import Settings

_TYPES = {"png": "image/png", "jpg": "image/jpeg", "jpeg": "image/jpeg", "webp": "image/webp"}
_MOST_BYTES = 2_000_000


class Basemap:
    """The base map of the settings; without one, every tile is missing and the pages draw our own features."""

    def __init__(self, settings: Settings) -> None:
        self._address = settings.basemap
        self._key = settings.basemap_key or ""
        self._attribution = settings.basemap_attribution
        self._client: httpx.Client | None = None
        self._file: sqlite3.Connection | None = None
        self._kind = "image/png"
        self._lock = threading.Lock()
        if self._address and self._address.endswith(".mbtiles"):
            self._open_file(Path(self._address))
        elif self._address:
            self._client = httpx.Client(timeout=10, follow_redirects=False, headers={"User-Agent": "gridsvc"})

    def _open_file(self, path: Path) -> None:
        if not path.is_file():
            raise SetupError("basemap.missing", path=str(path))
        self._file = sqlite3.connect(f"file:{path}?mode=ro&immutable=1", uri=True, check_same_thread=False)
        row = self._file.execute("SELECT value FROM metadata WHERE name = 'format'").fetchone()
        found = str(row[0]).lower() if row else "png"
        if found not in _TYPES:
            raise SetupError("basemap.vector", path=str(path), format=found)
        self._kind = _TYPES[found]

    def describe(self) -> dict[str, Any] | None:
        """What a page needs to know; None without a base map."""
        if not self._address:
            return None
        return {"tiles": "/tiles/basemap/{z}/{x}/{y}", "attribution": self._attribution}

    def tile(self, z: int, x: int, y: int) -> tuple[bytes, str]:
        """One tile and its media type.

        Raises:
            MissingError: ``basemap.no_tile``; BusyError: ``basemap.away`` when the other server does not answer.
        """
        if self._file is not None:
            return self._from_file(z, x, y)
        if self._client is None:
            raise MissingError("basemap.no_tile")
        return self._from_server(z, x, y)

    def _from_file(self, z: int, x: int, y: int) -> tuple[bytes, str]:
        assert self._file is not None  # noqa: S101 - the caller looked
        with self._lock:  # MBTiles count rows from the south
            row = self._file.execute(
                "SELECT tile_data FROM tiles WHERE zoom_level = ? AND tile_column = ? AND tile_row = ?",
                (z, x, 2**z - 1 - y),
            ).fetchone()
        if row is None:
            raise MissingError("basemap.no_tile")
        return bytes(row[0]), self._kind

    def _from_server(self, z: int, x: int, y: int) -> tuple[bytes, str]:
        assert self._client is not None  # noqa: S101
        places = {
            "z": z,
            "x": x,
            "y": y,
            "-y": 2**z - 1 - y,
            "s": "abc"[(x + y) % 3],
            "s8": (x + y) % 8,
            "key": self._key,
            "TileMatrix": z,
            "TileCol": x,
            "TileRow": y,
        }
        address = str(self._address)
        for name, value in places.items():
            address = address.replace("{" + name + "}", str(value))
        try:
            reply = self._client.get(address)
        except httpx.HTTPError as e:
            raise BusyError("basemap.away") from e
        kind = reply.headers.get("content-type", "").split(";")[0]
        if reply.status_code == 404:
            raise MissingError("basemap.no_tile")
        if reply.status_code != 200 or not kind.startswith("image/") or len(reply.content) > _MOST_BYTES:
            raise BusyError("basemap.away")
        return reply.content, kind

    def close(self) -> None:
        """Let go of file and connections."""
        if self._client is not None:
            self._client.close()
        if self._file is not None:
            self._file.close()
