import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridsvc.domain import identity
from tests import drawn


def succeed(old, new, houses=(), highest=None):
    a, b = drawn.polygons(old), drawn.polygons(new)
    olds, news = np.array(list(a.values()), dtype=object), np.array(list(b.values()), dtype=object)
    one, two, load = identity.shared_loads(olds, news, drawn.points(*houses), np.ones(len(houses)))
    seq, inherited = identity.successors(np.arange(1, len(a) + 1), len(b), highest or len(a), one, two, load)
    return dict(zip(b, seq.tolist(), strict=True)), dict(zip(b, inherited.tolist(), strict=True))


def test_the_same_cells_keep_their_numbers():
    seq, inherited = succeed("AABB\nAABB", "AABB\nAABB")
    assert seq == {"A": 1, "B": 2}
    assert all(inherited.values())


def test_a_split_keeps_the_number_where_most_houses_are():
    houses = [(2.5, 0.5), (3.5, 0.5), (3.5, 1.5), (0.5, 0.5)]
    seq, _ = succeed("AAAA\nAAAA", "PPQQ\nPPQQ", houses)
    assert seq == {"P": 2, "Q": 1}


def test_a_merge_keeps_the_number_that_brings_most():
    houses = [(2.5, 0.5), (3.5, 0.5), (0.5, 0.5)]
    seq, _ = succeed("AABB\nAABB", "XXXX\nXXXX", houses)
    assert seq == {"X": 2}


def test_without_houses_the_ground_decides():
    seq, _ = succeed("AAAB\nAAAB", "PPQQ\nPPQQ")
    assert seq["P"] == 1
    assert seq["Q"] == 2


def test_new_numbers_begin_above_the_highest_ever_used():
    seq, inherited = succeed("AA..\nAA..", "AABB\nAABB", highest=17)
    assert seq == {"A": 1, "B": 18}
    assert inherited == {"A": True, "B": False}


@given(st.integers(0, 2**32 - 1))
def test_no_number_is_given_twice(seed):
    rng = np.random.default_rng(seed)
    n, m, k = rng.integers(1, 9, 3)
    one, two = rng.integers(0, n, k), rng.integers(0, m, k)
    seq, inherited = identity.successors(np.arange(1, n + 1), m, int(n), one, two, rng.random(k))
    assert len(set(seq.tolist())) == m
    assert (seq[~inherited] > n).all()
    assert (seq[inherited] <= n).all()


def test_the_share_of_what_moved():
    old = np.array([1, 1, 1, 2, 2, 0, 3])
    assert identity.moved_share(old, np.array([5, 5, 5, 6, 6, 6, 7])) == 0
    assert identity.moved_share(old, np.array([5, 5, 6, 6, 6, 1, 0])) == pytest.approx(1 / 5)
    # two old cells that become one: only the larger has a successor
    assert identity.moved_share(np.array([1, 1, 2, 2, 2]), np.array([9, 9, 9, 9, 9])) == pytest.approx(2 / 5)
