import numpy as np
import pytest
import shapely

from gridsvc.domain import geometry
from gridsvc.errors import LimitError

BOWTIE = shapely.from_wkt("POLYGON((118 31, 118.1 31.1, 118.1 31, 118 31.1, 118 31))")


def test_nesting_is_counted_without_a_parser_and_not_inside_strings():
    assert geometry.nesting(b'{"a": [[1, 2], {"b": "]]]]"}]}') == 3
    assert geometry.nesting(b'{"a": "[[[[[[[["}') == 1
    assert geometry.nesting(b'{"a": "\\"[["}') == 1
    assert geometry.nesting(b"no brackets") == 0
    assert geometry.nesting(b"[" * 50_000 + b"]" * 50_000) == 50_000


def test_deep_nesting_is_refused():
    with pytest.raises(LimitError) as e:
        geometry.guard_nesting(b"[" * 100)
    assert e.value.values["depth"] == 100


def test_invalid_shapes_have_reason_and_place():
    found = geometry.troubles(np.array([shapely.box(0, 0, 1, 1), BOWTIE, None], dtype=object))
    assert list(found.index) == [1]
    assert found.reason[0] == "Self-intersection"
    assert found.x[0] == pytest.approx(118.05)
    assert found.y[0] == pytest.approx(31.05)


def test_repair_by_the_structure_method_gives_valid_shapes():
    mended = geometry.repair(np.array([BOWTIE], dtype=object))
    assert shapely.is_valid(mended).all()
    assert shapely.area(mended)[0] > 0


def test_a_scribble_is_not_repaired():
    xy = np.random.default_rng(0).random((geometry.REPAIR_VERTICES + 1, 2))
    with pytest.raises(LimitError) as e:
        geometry.repair(np.array([shapely.Polygon(xy)], dtype=object))
    assert e.value.code == "geometry.too_large_to_repair"


def test_coordinates_must_be_finite_and_of_this_world():
    raw = shapely.to_wkb(shapely.LineString([(1, 1), (2, 2)])).replace(
        np.float64(2).tobytes(), np.float64(np.nan).tobytes()
    )
    with np.errstate(invalid="ignore"):
        odd = shapely.from_wkb(raw)
    geoms = np.array([shapely.Point(118, 31), odd, shapely.Point(9e99, 0), None, shapely.Point(0, 95)], dtype=object)
    assert list(geometry.finite(geoms)) == [True, False, True, True, True]
    assert list(geometry.in_world(geoms)) == [True, True, False, True, False]


def test_polygons_out_of_anything():
    mixed = shapely.from_wkt(
        "GEOMETRYCOLLECTION(POINT(0 0), POLYGON((0 0,1 0,1 1,0 0)), MULTIPOLYGON(((5 5,6 5,6 6,5 5))))"
    )
    out = geometry.as_multipolygons(np.array([mixed, shapely.Point(0, 0), shapely.box(0, 0, 1, 1)], dtype=object))
    assert out[0].geom_type == "MultiPolygon"
    assert len(out[0].geoms) == 2
    assert out[1] is None
    assert out[2].geom_type == "MultiPolygon"


def test_the_inner_point_of_a_horseshoe_lies_inside():
    horseshoe = shapely.box(0, 0, 3, 3).difference(shapely.box(1, 1, 2, 3))
    point = geometry.inside_points(np.array([horseshoe], dtype=object))[0]
    assert shapely.intersects(horseshoe, point)
