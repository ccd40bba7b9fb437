import h3
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridsvc.domain import heat
from gridsvc.errors import InputError

places = st.lists(st.tuples(st.floats(-179, 179), st.floats(-85, 85)), min_size=1, max_size=30)


@given(places, st.sampled_from(heat.RESOLUTIONS))
def test_the_parent_is_bit_arithmetic(lonlat, resolution):
    lon, lat = np.array(lonlat).T
    cells = heat.h3_of(lon, lat)
    assert [h3.int_to_str(int(c)) for c in cells] == [h3.latlng_to_cell(b, a, 10) for a, b in lonlat]
    expected = [h3.str_to_int(h3.cell_to_parent(h3.int_to_str(int(c)), resolution)) for c in cells]
    assert list(heat.parents(cells, resolution)) == expected


def test_hexagons_and_their_areas():
    cells = heat.h3_of(np.array([118.5]), np.array([31.5]))
    shape = heat.hexagons(cells)[0]
    assert shape.contains_properly(shape.centroid)
    assert heat.hexagon_areas_km2(cells)[0] == pytest.approx(
        h3.cell_area(h3.int_to_str(int(cells[0])), "km^2"), rel=1e-6
    )
    assert len(heat.hexagons(np.array([], dtype=np.int64))) == 0


@given(st.lists(st.floats(0, 1e6), max_size=60))
def test_every_value_has_a_class(values):
    values = np.array(values)
    bounds = heat.breaks(values)
    assert bounds == sorted(set(bounds))
    assert len(bounds) <= 5
    positive = values[values > 1e-9]
    if len(positive):
        assert bounds[-1] >= positive.max() * (1 - 1e-9)
    else:
        assert bounds == []


def test_rates_without_a_base_are_missing():
    out = heat.rate(np.array([3.0, 4.0]), "building", np.array([1.0, 1.0]), np.array([2.0, 0.0]))
    assert out[0] == 1.5
    assert np.isnan(out[1])
    with pytest.raises(InputError):
        heat.rate(np.array([1.0]), "person", np.array([1.0]), np.array([1.0]))


def test_an_unoffered_resolution():
    with pytest.raises(InputError):
        heat.parent_masks(11)
