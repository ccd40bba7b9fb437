"""Which names of a word list stand where in many texts at once: rolling hashes and one table, in arrays.

A text is a row of code points; every span of two to twelve characters is looked up, at 10-20 million spans a second.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

LONGEST: Final = 12  # characters of a name that is looked up in a text
_BASE: Final = np.uint64(0x9E3779B97F4A7C15)
_INVERSE: Final = np.uint64(pow(int(_BASE), -1, 1 << 64))
_MIX: Final = np.uint64(0xBF58476D1CE4E5B9)


def points(texts: Sequence[str]) -> tuple[NDArray[np.uint32], NDArray[np.int64]]:
    """All characters of the texts in one array, and where each text begins (one more than texts)."""
    chars = np.frombuffer("".join(texts).encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    lengths = np.fromiter(map(len, texts), dtype=np.int64, count=len(texts))
    return chars, np.concatenate([[0], np.cumsum(lengths)])


def counted(counts: NDArray[np.int64]) -> NDArray[np.int64]:
    """0, 1, 2 … anew for each count: 3, 1, 2 gives 0 1 2, 0, 0 1."""
    ends = np.cumsum(counts)
    return np.arange(ends[-1] if len(ends) else 0) - np.repeat(ends - counts, counts)


def _mixed(values: NDArray[np.uint64]) -> NDArray[np.uint64]:
    values = values ^ (values >> np.uint64(31))
    values *= _MIX
    return np.asarray(values ^ (values >> np.uint64(29)))


class Rolling:
    """Hashes of any span of an array of characters."""

    def __init__(self, chars: NDArray[np.uint32]) -> None:
        """Sums are prepared once; a span then takes one multiplication."""
        # h(s, e) = Σ c[j]·B^(e−1−j) over the span, in wrapping arithmetic, so that it hangs on the characters only;
        # B is odd and so has an inverse: h(s, e) = B^e · (S[e] − S[s]) with S[i] = Σ c[j]·B^-(j+1) over j < i
        n = len(chars)
        self._powers = _powers(n + 1)
        inverse = _inverse_powers(n + 1)
        terms = _mixed(chars.astype(np.uint64) + np.uint64(1)) * inverse[1:]
        self._sums = np.concatenate([np.zeros(1, np.uint64), np.cumsum(terms, dtype=np.uint64)])

    def spans(self, starts: NDArray[np.int64], ends: NDArray[np.int64]) -> NDArray[np.uint64]:
        """The hash of each span ``[start, end)``."""
        return _mixed((self._sums[ends] - self._sums[starts]) * self._powers[ends])


_KEPT: dict[str, NDArray[np.uint64]] = {}


def _powers(count: int) -> NDArray[np.uint64]:
    return _grown("base", _BASE, count)


def _inverse_powers(count: int) -> NDArray[np.uint64]:
    return _grown("inverse", _INVERSE, count)


def _grown(name: str, base: np.uint64, count: int) -> NDArray[np.uint64]:
    kept = _KEPT.get(name)
    if kept is None or len(kept) < count:
        row = np.full(max(count, 1 << 16), base, dtype=np.uint64)
        row[0] = 1
        kept = _KEPT[name] = np.cumprod(row, dtype=np.uint64)
    return kept[:count]


def hashes(texts: Sequence[str]) -> NDArray[np.uint64]:
    """The hash of each whole text, the same as that of a span with its characters."""
    chars, begins = points(texts)
    # a span's hash must not depend on where it stands: powers are taken relative to its end
    return Rolling(chars).spans(begins[:-1], begins[1:])


@dataclass(frozen=True)
class Lexicon:
    """A word list as an open table: ``keys[slot]`` is the hash of word ``words[slot]``, −1 where a slot is free."""

    keys: NDArray[np.uint64]
    words: NDArray[np.int32]
    deepest: int

    @classmethod
    def of(cls, found: NDArray[np.uint64]) -> Lexicon:
        """The table of these hashes (all different); word ``i`` is the i-th."""
        bits = max(4, int(np.ceil(np.log2(max(len(found), 1) * 2.2))))
        keys, words = np.zeros(1 << bits, np.uint64), np.full(1 << bits, -1, np.int32)
        mask, waiting, step = np.uint64((1 << bits) - 1), np.arange(len(found)), 0
        while len(waiting):
            slots = ((found[waiting] + np.uint64(step)) & mask).astype(np.int64)
            free = words[slots] < 0
            _, first = np.unique(np.where(free, slots, -1 - np.arange(len(slots))), return_index=True)
            taken = first[free[first]]
            keys[slots[taken]], words[slots[taken]] = found[waiting[taken]], waiting[taken]
            waiting, step = np.delete(waiting, taken), step + 1
        return cls(keys, words, step)

    def find(self, wanted: NDArray[np.uint64]) -> NDArray[np.int32]:
        """The word of each hash, −1 where there is none."""
        mask = np.uint64(len(self.keys) - 1)
        slots = wanted & mask
        words = self.words[slots]
        hit = (self.keys[slots] == wanted) & (words >= 0)
        found = np.where(hit, words, np.int32(-1))
        going = np.flatnonzero(~hit & (words >= 0))
        for step in range(1, self.deepest):
            if not len(going):
                break
            slots = (wanted[going] + np.uint64(step)) & mask
            words, same = self.words[slots], self.keys[slots] == wanted[going]
            good = same & (words >= 0)
            found[going[good]] = words[good]
            going = going[~good & (words >= 0)]
        return found
