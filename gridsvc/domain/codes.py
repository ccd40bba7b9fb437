"""Area codes (GB/T 2260, GB/T 10114), cell keys and cell codes.

A code of 2, 4, 6, 9 or 12 digits names a province, city, county, town or community. Filled up with zeros it is
``code12``; ``cell_key = code12 * 8192 + seq`` is below 2**53, so JavaScript and tile ids carry it exactly. Everything
inside an area is one half-open range of keys.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from gridsvc.errors import InputError

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

LEVELS = (2, 4, 6, 9, 12)
LEVEL_NAMES = {2: "province", 4: "city", 6: "county", 9: "town", 12: "community"}
SEQ_BITS = 13
SEQ_MAX = 8191
KEYS = SEQ_MAX + 1  # of a community: its own and those of its cells
KEY_MAX = 2**53
FICTIONAL = "99"


def normal_code(text: object) -> str:
    """The code as gridsvc keeps it: digits only, trailing whole levels of zeros cut.

    ``310115000000`` becomes ``310115``, ``310000`` becomes ``31``; ``441900`` stays a city (``4419``).

    Raises:
        InputError: ``code.malformed`` when there are no digits or their number is no level's.
    """
    code = str(text).strip().removesuffix(".0")
    if not (code.isascii() and code.isdigit() and len(code) in LEVELS):
        raise InputError("code.malformed", value=text)
    while len(code) > 2:
        shorter = max(n for n in LEVELS if n < len(code))
        if set(code[shorter:]) != {"0"}:
            break
        code = code[:shorter]
    return code


def code12(code: str) -> int:
    """The code filled up with zeros to twelve digits, as a number."""
    return int(code.ljust(12, "0"))


def area_key(code: str) -> int:
    """The key of a record that is in the area but in no cell of it."""
    return code12(code) << SEQ_BITS


def key_range(code: str) -> tuple[int, int]:
    """The half-open range ``[lo, hi)`` of all keys inside the area."""
    span = 10 ** (12 - len(code))
    return code12(code) << SEQ_BITS, (code12(code) + span) << SEQ_BITS


def cell_key(code: str, seq: int) -> int:
    """The key of cell ``seq`` (1–8191) of the area.

    Raises:
        InputError: ``cell.too_many`` when the number does not fit.
    """
    if not 1 <= seq <= SEQ_MAX:
        raise InputError("cell.too_many", area=code, seq=seq, most=SEQ_MAX)
    return area_key(code) + seq


def area_of_keys(keys: ArrayLike) -> NDArray[np.int64]:
    """``code12`` of the area that each key belongs to; 0 for a key outside every area."""
    return np.asarray(keys, dtype=np.int64) >> SEQ_BITS


def seq_of_keys(keys: ArrayLike) -> NDArray[np.int64]:
    """Cell number inside its area of each key; 0 where the record is in no cell."""
    return np.asarray(keys, dtype=np.int64) & SEQ_MAX


def ancestors(keys: ArrayLike, level: int) -> NDArray[np.int64]:
    """``code12`` of the area of ``level`` (2, 4, 6, 9, 12 digits) above each key."""
    span = np.int64(10 ** (12 - level))
    return area_of_keys(keys) // span * span


def cell_code(key: int) -> str:
    """The cell's code for people: 12 digits and a sequence of three (four where it needs them)."""
    return f"{key >> SEQ_BITS:012d}{key & SEQ_MAX:03d}"


def cell_codes(keys: ArrayLike) -> NDArray[np.object_]:
    """Codes of many cells; empty where the key is in no cell."""
    unique, at = np.unique(np.asarray(keys, dtype=np.int64), return_inverse=True)
    texts = np.array([cell_code(int(k)) if k & SEQ_MAX else "" for k in unique], dtype=object)
    return texts[at] if len(unique) else np.array([], dtype=object)


def code_of(key: int) -> str:
    """The cell's code, otherwise the area's; empty outside every area."""
    return str(cell_codes([key])[0]) or str(area_codes([key])[0])


def area_codes(keys: ArrayLike) -> NDArray[np.object_]:
    """Area code (trailing levels of zeros cut) of many keys; empty outside every area."""
    unique, at = np.unique(area_of_keys(keys), return_inverse=True)
    texts = np.array([normal_code(f"{c:012d}") if c else "" for c in unique], dtype=object)
    return texts[at] if len(unique) else np.array([], dtype=object)


def key_of_cell_code(text: str) -> int:
    """The key behind a cell's code of 15 or 16 digits.

    Raises:
        InputError: ``cell.code_malformed``.
    """
    code = text.strip()
    if not (code.isascii() and code.isdigit() and len(code) in (15, 16)) or not 1 <= int(code[12:]) <= SEQ_MAX:
        raise InputError("cell.code_malformed", value=text)
    return (int(code[:12]) << SEQ_BITS) + int(code[12:])


def parent_codes(code: str) -> list[str]:
    """Codes of all possible areas above, nearest first."""
    return [normal_code(code[:n]) for n in reversed(LEVELS) if n < len(code)]


def keys_upwards(code: str) -> list[int]:
    """Key of an area and of all that may lie around it, nearest first."""
    return [area_key(one) for one in (code, *parent_codes(code))]


def town_kind(code: str) -> str | None:
    """What a town code says it is (GB/T 10114): subdistrict, town, township, zone; None when it says nothing."""
    if len(code) < 9:
        return None
    number = int(code[6:9])
    for limit, kind in ((0, None), (99, "subdistrict"), (199, "town"), (399, "township"), (599, "zone")):
        if number <= limit:
            return kind
    return None


def community_kind(code: str) -> str | None:
    """What a community code says it is: residents, village, and the two like them; None when it says nothing."""
    if len(code) < 12:
        return None
    number = int(code[9:12])
    bands = ((1, 199, "residents"), (200, 399, "village"), (400, 499, "like_residents"), (500, 599, "like_village"))
    return next((kind for lo, hi, kind in bands if lo <= number <= hi), None)


def common_code(codes: list[str]) -> str | None:
    """The lowest code that holds all of ``codes``; None when they have no province in common (or there are none)."""
    if not codes:
        return None
    low, high = min(codes), max(codes)
    for n in reversed(LEVELS):
        if len(low) >= n and low[:n] == high[:n] and all(c.startswith(low[:n]) for c in codes):
            return low[:n]
    return None
