import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from gridsvc.domain.assignment import BORDER, INSIDE, OUTSIDE, OVERLAP, Ground
from tests import drawn

MAP = """
    AAB
    AAB
    CCB
"""


def ground(drawing=MAP, **more):
    shapes = drawn.polygons(drawing)
    keys = np.arange(10, 10 + len(shapes))
    return Ground(np.array(list(shapes.values()), dtype=object), keys, **more), dict(zip(shapes, keys, strict=True))


def assigned(g, *places):
    lonlat = np.array([drawn.at(*p) for p in places])
    return g.assign(lonlat[:, 0], lonlat[:, 1])


def test_each_point_is_in_the_cell_that_contains_it():
    g, keys = ground()
    out = assigned(g, (0.5, 0.5), (0.5, 1.5), (2.5, 2.5))
    assert list(out.key) == [keys["C"], keys["A"], keys["B"]]
    assert list(out.status) == [INSIDE] * 3
    assert list(out.alt) == [0, 0, 0]


def test_a_point_on_a_border_goes_to_the_lower_key_and_names_the_other():
    g, keys = ground()
    out = assigned(g, (2, 1.5), (1.5, 1))
    assert list(out.key) == [keys["A"], keys["A"]]
    assert list(out.alt) == [keys["B"], keys["C"]]
    assert list(out.status) == [BORDER, BORDER]


def test_a_neighbour_within_a_metre_is_noted():
    g, keys = ground()
    out = assigned(g, (1, 1 + 0.5 / 111.32), (1, 1 + 1.5 / 111.32))  # a square is 111.32 m high
    assert out.alt[0] == keys["C"]
    assert out.status[0] == BORDER
    assert out.alt[1] == 0
    assert out.status[1] == INSIDE


def test_neighbours_beside_are_noted_but_hold_nothing():
    shapes = drawn.polygons(MAP)
    beside = (np.array([shapes["A"], shapes["C"]], dtype=object), np.array([3, 4]))
    g = Ground(np.array([shapes["B"]], dtype=object), np.array([9]), beside=beside)
    out = assigned(g, (2 + 0.5 / 95, 1.5), (2, 1.5), (2 + 3 / 95, 1.5), (0.5, 0.5), (2 - 0.5 / 95, 0.5))
    assert list(out.key) == [9, 9, 9, 0, 0]
    assert list(out.alt) == [3, 3, 0, 4, 9]
    assert list(out.status) == [BORDER, BORDER, INSIDE, OUTSIDE, OUTSIDE]


def test_a_point_in_no_cell_is_kept_as_outside():
    g, _ = ground()
    out = assigned(g, (9, 9))
    assert out.key[0] == 0
    assert out.status[0] == OUTSIDE


def test_outside_every_cell_it_falls_to_the_area_around():
    area = drawn.polygons("XXXXX\nXXXXX\nXXXXX")["X"]
    g, keys = ground(fallback=((np.array([area], dtype=object), np.array([5])),))
    out = assigned(g, (4.5, 1.5), (0.5, 0.5), (9, 9))
    assert list(out.key) == [5, keys["C"], 0]
    assert list(out.status) == [OUTSIDE, INSIDE, OUTSIDE]


def test_overlapping_cells_say_so():
    shapes = np.array(
        [shapely.box(118, 31, 118.002, 31.002), shapely.box(118.001, 31, 118.003, 31.002)], dtype=object
    )
    out = Ground(shapes, np.array([7, 3])).assign(np.array([118.0015]), np.array([31.001]))
    assert out.key[0] == 3
    assert out.alt[0] == 7
    assert out.status[0] == OVERLAP


@given(st.integers(0, 2**32 - 1))
def test_the_same_as_asking_every_polygon(seed):
    rng = np.random.default_rng(seed)
    corners = rng.random((6, 2)) * 0.01 + [118, 31]
    size = rng.random((6, 2)) * 0.004 + 0.001
    shapes = np.array([shapely.box(*c, *(c + s)) for c, s in zip(corners, size, strict=True)], dtype=object)
    keys = rng.permutation(np.arange(1, 7))
    lon, lat = (rng.random((2, 200)) * 0.014).tolist()
    lon, lat = np.array(lon) + 118, np.array(lat) + 31
    out = Ground(shapes, keys).assign(lon, lat)
    for i in range(200):
        hits = sorted(k for k, s in zip(keys, shapes, strict=True) if shapely.intersects_xy(s, lon[i], lat[i]))
        assert out.key[i] == (hits[0] if hits else 0)
        if len(hits) > 1:
            assert out.alt[i] == hits[1]
            assert out.status[i] in (OVERLAP, BORDER)


def test_a_million_points_go_through_in_chunks():
    g, keys = ground()
    n = 450_000
    lon = np.full(n, drawn.at(0.5, 0)[0])
    lat = np.full(n, drawn.at(0, 0.5)[1])
    out = g.assign(lon, lat)
    assert (out.key == keys["C"]).all()


def test_no_points_and_no_polygons():
    empty = Ground(np.array([], dtype=object), np.array([], dtype=np.int64))
    out = empty.assign(np.array([118.0]), np.array([31.0]))
    assert out.key[0] == 0
    g, _ = ground()
    assert len(g.assign(np.array([]), np.array([])).key) == 0


@pytest.mark.parametrize("fallback", [(), ((np.array([], dtype=object), np.array([], dtype=np.int64)),)])
def test_an_empty_fallback_does_no_harm(fallback):
    g, _ = ground(fallback=fallback)
    assert assigned(g, (9, 9)).key[0] == 0
