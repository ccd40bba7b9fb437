"""Shapes drawn by hand: cut to their area and to each other, slits closed, true gaps told."""

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from gridsvc.domain import crs
from gridsvc.domain.drawing import fitted

AREA = shapely.box(118, 31, 118.01, 31.01)


def of(*boxes):
    return np.array([shapely.box(*b) for b in boxes], dtype=object)


def uncovered(found):
    rest = shapely.difference(AREA, shapely.union_all(found.shapes))
    return float(crs.areas_m2(np.array([rest], dtype=object))[0]) if not rest.is_empty else 0.0


def test_rough_halves_become_a_seamless_pair():
    drawn = of((117.99, 30.99, 118.00502, 31.02), (118.005, 30.99, 118.02, 31.02))  # over the border, over each other
    found = fitted(drawn, AREA)
    assert found.open_m2 == pytest.approx(0, abs=1e-6)
    assert uncovered(found) < 1e-6
    assert shapely.area(shapely.intersection(*found.shapes)) == 0
    short = of((117.99, 30.99, 118.00498, 31.02), (118.005, 30.99, 118.02, 31.02))  # two metres short
    assert fitted(short, AREA).open_m2 == pytest.approx(0, abs=1e-6)


def test_a_broad_gap_stays_open_and_is_told():
    found = fitted(of((117.99, 30.99, 118.004, 31.02), (118.006, 30.99, 118.02, 31.02)), AREA)
    assert found.open_m2 == pytest.approx(191 * 1109, rel=0.02)
    assert uncovered(found) == pytest.approx(found.open_m2, rel=1e-6)


def test_what_is_there_stays_and_the_new_one_fits_beside_it():
    there = of((118, 31, 118.005, 31.01))
    found = fitted(of((118.0045, 31.002, 118.008, 31.012)), AREA, there)
    assert found.shapes[0].equals(shapely.box(118.005, 31.002, 118.008, 31.01))
    assert shapely.area(shapely.intersection(found.shapes[0], there[0])) == 0
    assert fitted(of((118.001, 31.001, 118.002, 31.002)), AREA, there).shapes[0].is_empty


@settings(max_examples=150, derandomize=True, deadline=None)
@given(st.lists(st.tuples(*[st.floats(-0.002, 0.012)] * 4), min_size=1, max_size=6))
def test_shapes_never_overlap_nor_leave_the_area(boxes):
    sized = [(118 + min(a, c), 31 + min(b, d), 118 + max(a, c) + 1e-4, 31 + max(b, d) + 1e-4) for a, b, c, d in boxes]
    found = fitted(of(*sized), AREA)
    shapes = found.shapes[~shapely.is_empty(found.shapes)]
    assert shapely.is_valid(shapes).all()
    assert shapely.area(shapely.difference(shapes, AREA)).sum() < 1e-16
    one, two = shapely.STRtree(shapes).query(shapes)
    other = one < two
    assert shapely.area(shapely.intersection(shapes[one[other]], shapes[two[other]])).sum() < 1e-16
    assert uncovered(found) == pytest.approx(found.open_m2, abs=0.01)
