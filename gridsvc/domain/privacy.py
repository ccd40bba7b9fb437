"""Counts of people that may be published: k-anonymity with complementary suppression on one hierarchy (DESIGN §6).

A count below ``K`` is not told, and what is told must not give it away by subtraction: below every area of which
children are withheld at least two of them are, together at least ``K`` people, and an area that is withheld has
children that are. Method: cell suppression in hierarchical tables, done greedily from the smallest count (Hundepool
et al., Statistical Disclosure Control, 2012, ch. 4), which withholds a little more than an optimum would.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Counts = NDArray[np.int64]
    Mask = NDArray[np.bool_]

K = 10


def withheld(n: Counts, parent: Counts, k: int = K, also: Mask | None = None) -> Mask:
    """Which counts are not told, shape (nodes,).

    ``n``: people of each node; the count of a node is the sum of its children's. ``parent``: its position, -1 at the
    top. ``also``: what is withheld for other reasons.
    """
    hidden = (n > 0) & (n < k)
    hidden |= False if also is None else also
    below = parent >= 0
    while True:
        need = _exposed(n, parent, hidden, k)
        free = below & ~hidden & (n > 0) & need[parent]
        chosen = _smallest(n, parent, free)
        stuck = need & ~hidden  # nothing left below to withhold: the area itself is not told either
        stuck[parent[chosen]] = False
        if not len(chosen) and not stuck.any():
            return hidden
        hidden[chosen] = True
        hidden |= stuck


def _exposed(n: Counts, parent: Counts, hidden: Mask, k: int) -> Mask:
    """Areas below which something could be worked out."""
    size, at = len(n), parent[(parent >= 0) & hidden]
    count = np.bincount(at, minlength=size)
    people = np.bincount(at, weights=n[(parent >= 0) & hidden], minlength=size)
    open_below = np.bincount(parent[(parent >= 0) & ~hidden & (n > 0)], minlength=size)
    weak = (count > 0) & ((count < 2) | (people < k))
    bare = hidden & (n > 0) & (count == 0) & (open_below > 0)
    return np.asarray((weak & ((open_below > 0) | ~hidden)) | bare)


def _smallest(n: Counts, parent: Counts, free: Mask) -> Counts:
    """The node with the smallest count below each parent, of those that are free."""
    at = np.flatnonzero(free)
    order = at[np.lexsort((at, n[at], parent[at]))]
    _, first = np.unique(parent[order], return_index=True)
    return np.asarray(order[first])


def shares_withheld(total: Counts, done: Counts, parent: Counts, k: int = K) -> tuple[Mask, Mask]:
    """Which totals and which "done of total" are not told: neither those that are done nor those that are not may be
    few enough to be known."""
    hidden = withheld(total, parent, k)
    both = hidden.copy()
    while True:
        more = withheld(done, parent, k, both) | withheld(total - done, parent, k, both)
        if (more == both).all():
            return hidden, both
        both = more
