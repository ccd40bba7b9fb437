"""The container of old workbooks (OLE2), walked through once before a parser that trusts its chains of sectors."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

import numpy as np

from gridsvc.errors import InputError

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

_LAST = 0xFFFFFFFA  # numbers from here on are marks, not sectors
_END = 0xFFFFFFFE
_BOOKS = {"workbook", "book"}
_LOCKED = {"encryptedpackage", "encryptioninfo"}


def guard_ole(path: Path) -> None:
    """Refuse containers whose chains run in circles or out of the file, that are locked, or that hold no workbook.

    Raises:
        InputError: ``excel.broken``, ``excel.encrypted``.
    """
    try:
        names = _streams(path.read_bytes())
    except (struct.error, ValueError, IndexError) as e:
        raise InputError("excel.broken", file=path.name, reason=f"OLE2: {e}"[:80]) from e
    if _LOCKED & names.keys():
        raise InputError("excel.encrypted", file=path.name)
    if not _BOOKS & names.keys():
        raise InputError("excel.broken", file=path.name, reason="OLE2: no workbook")


def _streams(raw: bytes) -> dict[str, int]:
    """Names (in small letters) and first sectors of the streams; every chain of sectors is followed to its end."""
    shift, mini_shift = struct.unpack_from("<HH", raw, 30)
    if shift not in (9, 12) or mini_shift != 6:
        raise ValueError(f"sectors of 2^{shift}")
    size = 1 << shift
    first, cutoff, mini_first, difat, difats = struct.unpack_from("<I4xIIxxxxII", raw, 48)
    fat = _fat(raw, size, difat, difats)
    directory = b"".join(_sector(raw, n, size) for n in _chain(fat, first, len(raw) // size))
    if mini_first < _LAST:
        _chain(fat, mini_first, len(raw) // size)
    found: dict[str, int] = {}
    for at in range(0, len(directory) - 127, 128):
        length, kind = struct.unpack_from("<HB", directory, at + 64)
        start, bytes_ = struct.unpack_from("<II", directory, at + 116)
        if kind not in (2, 5) or not 2 <= length <= 64:
            continue
        if start < _LAST and (kind == 5 or bytes_ >= cutoff):
            _chain(fat, start, len(raw) // size)
        found[directory[at : at + length - 2].decode("utf-16-le", "replace").lower()] = start
    return found


def _fat(raw: bytes, size: int, difat: int, difats: int) -> NDArray[np.uint32]:
    numbers = list(struct.unpack_from("<109I", raw, 76))
    seen: set[int] = set()
    while difat < _LAST and difats:
        if difat in seen or len(seen) > len(raw) // size:
            raise ValueError("list of tables in a circle")
        seen.add(difat)
        entries = struct.unpack(f"<{size // 4}I", _sector(raw, difat, size))
        numbers += entries[:-1]
        difat = entries[-1]
    tables = [_sector(raw, n, size) for n in numbers if n < _LAST]
    if len(tables) * size > len(raw):
        raise ValueError("more tables than file")
    return np.frombuffer(b"".join(tables), dtype="<u4")


def _sector(raw: bytes, number: int, size: int) -> bytes:
    part = raw[(number + 1) * size : (number + 2) * size]
    if len(part) < size // 8:
        raise ValueError(f"sector {number} is missing")
    return part.ljust(size, b"\0")


def _chain(fat: NDArray[np.uint32], start: int, most: int) -> list[int]:
    """The sectors from ``start`` on."""
    out: list[int] = []
    here = start
    while here != _END:
        if here >= len(fat) or len(out) > most:
            raise ValueError("chain of sectors without end" if here < len(fat) else f"sector {here} is missing")
        out.append(here)
        here = int(fat[here])
    return out
