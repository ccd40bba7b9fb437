"""What is withheld cannot be worked out again: an attacker who knows every told figure is tried on random trees."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from gridsvc.domain.privacy import K, shares_withheld, withheld


@st.composite
def trees(draw):
    """A county with towns, communities and cells: counts and parents, sums right."""
    parent, leaf = [-1], []
    for _ in range(draw(st.integers(1, 3))):
        town = len(parent)
        parent.append(0)
        for _ in range(draw(st.integers(1, 4))):
            community = len(parent)
            parent.append(town)
            cells = draw(st.integers(0, 6))
            leaf += range(len(parent), len(parent) + cells) if cells else [community]
            parent += [community] * cells
    parent = np.array(parent)
    n = np.zeros(len(parent), dtype=np.int64)
    counts = st.one_of(st.integers(0, 12), st.integers(0, 60), st.just(0))
    n[leaf] = [draw(counts) for _ in leaf]
    for i in range(len(parent) - 1, 0, -1):
        n[parent[i]] += n[i]
    return n, parent


def bounds(n, parent, hidden):
    """What an attacker can work out: least and most of every node; exact on a tree of sums."""
    low = np.where(hidden, 0, n).astype(float)
    high = np.where(hidden, np.inf, n).astype(float)
    children = [np.flatnonzero(parent == i) for i in range(len(n))]
    for _ in range(4 * len(n)):
        before = (low.copy(), high.copy())
        for i, below in enumerate(children):
            if not len(below):
                continue
            low[i] = max(low[i], low[below].sum())
            high[i] = min(high[i], high[below].sum())
            for c in below:
                others = below[below != c]
                low[c] = max(low[c], low[i] - high[others].sum())
                high[c] = min(high[c], high[i] - low[others].sum())
        if np.array_equal(before[0], low) and np.array_equal(before[1], high):
            break
    return low, high


@given(trees())
@settings(max_examples=200, deadline=None, derandomize=True)
def test_no_small_count_can_be_worked_out(tree):
    n, parent = tree
    hidden = withheld(n, parent)
    small = (n > 0) & (n < K)
    assert hidden[small].all()
    low, high = bounds(n, parent, hidden)
    assert (low[small] <= n[small]).all()
    assert (high[small] >= K).all()  # for all that is told, it may as well be no small count
    assert (high[hidden] - low[hidden] >= K).all()


@given(trees(), st.randoms(use_true_random=False))
@settings(max_examples=150, deadline=None, derandomize=True)
def test_nor_how_few_were_done_or_left_out(tree, rng):
    total, parent = tree
    leaves = [i for i in range(len(total)) if not (parent == i).any()]
    done = np.zeros_like(total)
    done[leaves] = [rng.randint(0, int(total[i])) for i in leaves]
    for i in range(len(parent) - 1, 0, -1):
        done[parent[i]] += done[i]
    hide_total, hide_done = shares_withheld(total, done, parent)
    assert (hide_done >= hide_total).all()
    for count in (done, total - done):
        small = (count > 0) & (count < K)
        assert hide_done[small].all()
        _, high = bounds(count, parent, hide_done)
        assert (high[small] >= K).all()


def test_a_single_small_cell_takes_a_neighbour_with_it():
    #        county 100 = cells 4, 30, 66
    hidden = withheld(np.array([100, 4, 30, 66]), np.array([-1, 0, 0, 0]))
    assert hidden.tolist() == [False, True, True, False]


def test_two_small_cells_are_not_enough_when_they_hold_fewer_than_ten_together():
    hidden = withheld(np.array([100, 4, 3, 30, 63]), np.array([-1, 0, 0, 0, 0]))
    assert hidden.tolist() == [False, True, True, True, False]


def test_empty_cells_are_told_and_full_ones_too():
    assert withheld(np.array([40, 0, 20, 20]), np.array([-1, 0, 0, 0])).tolist() == [False] * 4


def test_an_only_child_takes_its_parent_with_it():
    assert withheld(np.array([4, 4]), np.array([-1, 0])).tolist() == [True, True]


def test_twenty_thousand_cells_take_a_moment():
    rng = np.random.default_rng(1)
    communities, cells = 900, 20_000
    parent = np.concatenate([[-1], np.zeros(communities, dtype=int), 1 + rng.integers(0, communities, cells)])
    n = np.concatenate([np.zeros(1 + communities, dtype=np.int64), rng.poisson(14, cells)])
    n[1 : 1 + communities] = np.bincount(parent[1 + communities :], n[1 + communities :], 1 + communities)[1:]
    n[0] = n[1 : 1 + communities].sum()
    hidden = withheld(n, parent)
    assert 0.1 < hidden.mean() < 0.6
