"""Pairs of neighbouring characters as weighted sparse rows: rare pairs say more than 小区 or 有限公司.

A number counts as one character. Rows of many texts are made and compared at once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
from scipy import sparse

from gridsvc.domain.address.lexicon import Rolling, points

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

#: Columns of the rows; two pairs in one column are as likely as one in a quarter million.
WIDTH: Final = 1 << 18
#: Buckets of the rarity table.
BUCKETS: Final = 1 << 15
#: Weight of anything with a number in it: a number is as telling as a rather rare pair.
NUMBER: Final = 5.0
_NEXT: Final = np.uint64(0x94D049BB133111EB)


def _kind(chars: NDArray[np.uint32]) -> NDArray[np.int8]:
    """0 for what is left out (signs, spaces), 1 a character, 2 a digit, 3 a letter."""
    kind = np.ones(len(chars), np.int8)
    kind[chars < 0x2E80] = 0
    kind[(chars >= 0x30) & (chars <= 0x39)] = 2
    kind[(chars >= 0x41) & (chars <= 0x5A)] = 3
    kind[(chars >= 0x3000) & (chars <= 0x3040)] = 0
    return kind


def pairs(
    texts: Sequence[str],
) -> tuple[NDArray[np.int64], NDArray[np.uint64], NDArray[np.bool_]]:
    """Row, hash and whether a number is in it, of every pair of neighbouring tokens and every number alone."""
    chars, begins = points(texts)
    if not len(chars):
        return np.empty(0, np.int64), np.empty(0, np.uint64), np.empty(0, bool)
    kind = _kind(chars)
    row = np.repeat(np.arange(len(texts)), np.diff(begins))
    goes_on = np.zeros(len(chars), bool)  # a digit after a digit, a letter after a letter, in the same text
    goes_on[1:] = (kind[1:] == kind[:-1]) & (kind[1:] >= 2) & (row[1:] == row[:-1])
    starts = np.flatnonzero(~goes_on)
    ends = np.append(starts[1:], len(chars))
    kept = kind[starts] > 0
    starts, ends = starts[kept], ends[kept]
    hashed, of, numbered = Rolling(chars).spans(starts, ends), row[starts], kind[starts] >= 2
    together = of[1:] == of[:-1]
    paired = (hashed[:-1] * _NEXT + hashed[1:])[together]
    return (
        np.concatenate([of[1:][together], of[numbered]]),
        np.concatenate([paired ^ (paired >> np.uint64(29)), hashed[numbered]]),
        np.concatenate([(numbered[1:] | numbered[:-1])[together], np.ones(int(numbered.sum()), bool)]),
    )


def rarity(texts: Sequence[str]) -> NDArray[np.float16]:
    """Weight of each bucket of pairs, −log of the share of texts that have one."""
    row, hashed, numbered = pairs(texts)
    seen = np.unique(np.stack([row[~numbered], (hashed[~numbered] % BUCKETS).astype(np.int64)]), axis=1)
    counts = np.bincount(seen[1], minlength=BUCKETS)
    return np.log((len(texts) + 1) / (counts + 1)).astype(np.float16)


def rows(texts: Sequence[str], rare: NDArray[np.float32]) -> sparse.csr_array:
    """``(texts, WIDTH)``: the weight of each pair that a text has, once."""
    row, hashed, numbered = pairs(texts)
    column = (hashed % WIDTH).astype(np.int64)
    _, first = np.unique(row * WIDTH + column, return_index=True)
    row, column, hashed, numbered = row[first], column[first], hashed[first], numbered[first]
    weight = np.where(numbered, np.float32(NUMBER), rare[(hashed % BUCKETS).astype(np.int64)])
    return sparse.csr_array((weight.astype(np.float32), (row, column)), shape=(len(texts), WIDTH))


def shared(a: sparse.csr_array, b: sparse.csr_array) -> NDArray[np.float32]:
    """Weight that row i of both have in common (a pair weighs the same in both)."""
    both = a.multiply(b != 0) if a.nnz <= b.nnz else b.multiply(a != 0)
    return np.asarray(both.sum(axis=1), dtype=np.float32).ravel()
