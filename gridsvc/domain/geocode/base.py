"""The base of places as arrays, and where in it a road, a number, a name or a house stands."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

import numpy as np

from gridsvc.domain.address.lexicon import counted, hashes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Words = NDArray[np.uint64]
    Ints = NDArray[np.int64]
    Floats = NDArray[np.float64]

#: Levels of an answer, from the finest.
LEVELS: Final = (
    "room",
    "building",
    "number",
    "interpolated",
    "intersection",
    "poi",
    "relative",
    "road",
    "estate",
    "group",
    "community",
    "town",
    "county",
)
LEVEL: Final = {name: number for number, name in enumerate(LEVELS)}


def of_levels(*names: str) -> NDArray[np.bool_]:
    """Which levels are among those named, by number: a table to look levels up in."""
    return np.array([name in names for name in LEVELS], dtype=bool)


LANE: Final = "弄"
_MIX: Final = np.uint64(0x9E3779B97F4A7C15)
NONE: Final = np.uint64(0)


def word(texts: Sequence[str]) -> Words:
    """Hashes of texts; 0 for an empty one."""
    found = hashes(texts)
    return np.where([bool(text) for text in texts], found | np.uint64(1), NONE) if len(texts) else found


def both(a: Words, b: Words) -> Words:
    """A key of two hashes, in this order."""
    return (a * _MIX) ^ (b + np.uint64(0x632BE59BD9B4E019))


def numbered(a: Words, number: Ints) -> Words:
    """A key of a hash and a number."""
    return both(a, number.astype(np.uint64) + np.uint64(7))


@dataclass(frozen=True)
class Base:
    """Places by row: hashes of road, second road (of a crossing), name, house and number as written, numbers
    from–to, level, place.

    ``area`` is the code of the community (12 digits, zeros where levels are missing) as a number;
    ``accuracy`` is in metres.
    """

    level: NDArray[np.int8]
    road: Words
    road2: Words
    name: Words
    house: Words
    number: Words
    first: Ints
    last: Ints
    lon: Floats
    lat: Floats
    accuracy: Floats
    area: Ints
    lane: NDArray[np.bool_]  # the number is that of a lane (弄), where houses have numbers of their own

    def __len__(self) -> int:
        return len(self.level)

    @cached_property
    def doors(self) -> Lookup:
        """Rows by road and number, every number of a range."""
        at = np.flatnonzero((self.road != NONE) & (self.first >= 0) & (self.road2 == NONE))
        # 5-21 are the odd numbers of one side, 5-22 are all
        step = np.where((self.last - self.first)[at] % 2 == 0, 2, 1)
        counts = (self.last - self.first)[at] // step + 1
        row = np.repeat(at, counts)
        number = self.first[row] + counted(counts) * np.repeat(step, counts)
        return Lookup.of(numbered(self.road[row], number), row)

    @cached_property
    def roads(self) -> Lookup:
        """Rows of whole roads by their name."""
        at = np.flatnonzero(self.level == LEVEL["road"])
        return Lookup.of(self.name[at], at)

    @cached_property
    def crossings(self) -> Lookup:
        """Crossings by their two roads, in either order."""
        at = np.flatnonzero(self.road2 != NONE)
        return Lookup.of(self.road[at] + self.road2[at], at)

    @cached_property
    def names(self) -> Lookup:
        """Named places, estates, areas by name."""
        at = np.flatnonzero((self.name != NONE) & (self.level != LEVEL["road"]))
        return Lookup.of(self.name[at], at)

    @cached_property
    def houses(self) -> Lookup:
        """Houses by the name of their estate and their own number."""
        at = np.flatnonzero((self.name != NONE) & (self.house != NONE))
        return Lookup.of(both(self.name[at], self.house[at]), at)

    @cached_property
    def sides(self) -> tuple[Words, Ints, Ints]:
        """Road with side, number and row of every number and of both ends of every range, in their order."""
        at = np.flatnonzero((self.road != NONE) & (self.first >= 0) & (self.road2 == NONE))
        wide = at[self.last[at] > self.first[at]]
        number, at = np.concatenate([self.first[at], self.last[wide]]), np.concatenate([at, wide])
        side = numbered(self.road[at], number % 2)
        order = np.lexsort((number, side))
        return side[order], number[order], at[order]


@dataclass(frozen=True)
class Lookup:
    """Rows by a key, sorted."""

    keys: Words
    rows: Ints

    @classmethod
    def of(cls, keys: Words, rows: Ints) -> Lookup:
        """Sorted once."""
        order = np.argsort(keys, kind="stable")
        return cls(keys[order], rows[order].astype(np.int64))

    def pairs(self, wanted: Words, most: int = 50) -> tuple[Ints, Ints]:
        """``(place in wanted, row)`` of every row with a wanted key; at most so many of each; key 0 has none."""
        if not len(self.keys) or not wanted.any():
            return np.empty(0, np.int64), np.empty(0, np.int64)
        low, high = np.searchsorted(self.keys, wanted, "left"), np.searchsorted(self.keys, wanted, "right")
        count = np.where(wanted == NONE, 0, np.minimum(high - low, most))
        which = np.repeat(np.arange(len(wanted)), count)
        return which, self.rows[np.repeat(low, count) + counted(count)]
