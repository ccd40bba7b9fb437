"""What the network sees of each character: itself, and whether names of places begin, go on or end there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from gridsvc.domain.address.lexicon import LONGEST, Rolling, points

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from gridsvc.domain.address.gazetteer import Gazetteer

#: Five levels, whole or bare names, each with begin, inside and end.
FLAGS: Final = 30
_HAN: Final = (0x3400, 0x9FFF)


@dataclass(frozen=True)
class Found:
    """The names that stand in the texts: ``form`` of the gazetteer at characters ``start`` to ``end`` of all."""

    start: NDArray[np.int64]
    end: NDArray[np.int64]
    form: NDArray[np.int32]


@dataclass(frozen=True)
class Seen:
    """Folded texts in one row of characters, ``begins`` telling where each begins (one more than texts)."""

    chars: NDArray[np.uint32]
    begins: NDArray[np.int64]
    flags: NDArray[np.float32]
    found: Found
    rolling: Rolling  # the hash of any span of the characters


def find(chars: NDArray[np.uint32], begins: NDArray[np.int64], rolling: Rolling, gazetteer: Gazetteer) -> Found:
    """Every span of two to twelve characters that is a name in the gazetteer."""
    ends_of = np.repeat(begins[1:], np.diff(begins))
    # names are of Chinese characters: a start at anything else is not looked up
    starts = np.flatnonzero((chars >= _HAN[0]) & (chars <= _HAN[1]))
    lengths = np.arange(2, LONGEST + 1)
    at = np.repeat(starts, len(lengths))
    end = at + np.tile(lengths, len(starts))
    fits = end <= np.repeat(ends_of[starts], len(lengths))
    at, end = at[fits], end[fits]
    forms = gazetteer.lexicon.find(rolling.spans(at, end))
    hit = np.flatnonzero(forms >= 0)
    return Found(at[hit], end[hit], forms[hit])


def see(texts: Sequence[str], gazetteer: Gazetteer) -> Seen:
    """Everything that is seen of folded texts."""
    chars, begins = points(texts)
    rolling = Rolling(chars)
    found = find(chars, begins, rolling, gazetteer)
    marks = np.zeros((len(chars), FLAGS), np.float32)
    bits = np.asarray(gazetteer.flags)[found.form]
    for bit in range(10):
        has = np.flatnonzero(bits >> bit & 1)
        if not len(has):
            continue
        start, end = found.start[has], found.end[has]
        marks[start, 3 * bit] = 1
        marks[end - 1, 3 * bit + 2] = 1
        inside = np.zeros(len(chars) + 1, np.int32)
        np.add.at(inside, start, 1)
        np.add.at(inside, end, -1)
        marks[:, 3 * bit + 1] = np.cumsum(inside[:-1]) > 0
    return Seen(chars, begins, marks, found, rolling)
