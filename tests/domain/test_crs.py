import numpy as np
import pyproj
import pytest
import shapely

from gridsvc.domain import crs
from gridsvc.errors import InputError


@pytest.mark.parametrize(
    ("lon", "lat", "epsg"),
    [
        (117, 31, 4548),
        (118.4, 31, 4548),
        (118.6, 31, 4549),
        (121.5, 31, 4549),
        (121.6, 31, 4550),
        (75, 40, 4534),
        (135, 48, 4554),
        (24.9, 60.2, 32635),
        (-118.2, 34, 32611),
        (151, -33, 32756),
        (139.7, 35.7, 32654),
    ],
)
def test_metres_are_measured_in_the_zone_of_the_place(lon, lat, epsg):
    assert crs.metric_epsg(lon, lat) == epsg
    assert "metre" in {a.unit_name for a in pyproj.CRS(epsg).axis_info}


def test_area_of_a_square_kilometre():
    side = 1000
    to = crs.transformer(4549, 4326)
    ring = np.column_stack(to.transform([500000, 501000, 501000, 500000], [3500000, 3500000, 3501000, 3501000]))
    assert crs.areas_m2(np.array([shapely.Polygon(ring)]))[0] == pytest.approx(side * side, rel=1e-9)
    assert crs.areas_m2(np.array([shapely.Polygon()], dtype=object))[0] == 0


def test_wgs84_and_cgcs2000_are_the_same_numbers():
    p = np.array([shapely.Point(118, 31)])
    assert crs.transform(p, 4490, 4326) is p


@pytest.mark.parametrize(("zone", "meridian"), [(39, 117), (40, 120), (25, 75), (45, 135)])
def test_a_zone_with_its_number_is_told(zone, meridian):
    x = np.array([zone * 1_000_000 + 500_123.0, zone * 1_000_000 + 501_000.0])
    y = np.array([3_450_000.0, 3_450_100.0])
    epsg = crs.guess(x, y)
    assert f"CM {meridian}E" not in pyproj.CRS(epsg).name  # the zone-numbered one
    lon, lat = crs.transformer(epsg, 4326).transform(x, y)
    assert lon[0] == pytest.approx(meridian, abs=0.01)
    assert 31 < lat[0] < 32


def test_a_zone_without_its_number_needs_a_place():
    x, y = np.array([500_123.0]), np.array([3_450_000.0])
    with pytest.raises(InputError) as e:
        crs.guess(x, y)
    assert e.value.code == "crs.zone_missing"
    assert crs.guess(x, y, near=(117.2, 31.2)) == 4548


@pytest.mark.parametrize(("x", "y"), [(31.2, 121.5), (3_450_000, 40_500_000)])
def test_swapped_axes_are_refused(x, y):
    with pytest.raises(InputError) as e:
        crs.guess(np.array([float(x)]), np.array([float(y)]))
    assert e.value.code == "crs.swapped"


def test_numbers_of_nowhere_are_refused():
    with pytest.raises(InputError) as e:
        crs.guess(np.array([1e9]), np.array([1e9]))
    assert e.value.code == "crs.not_guessable"


@pytest.mark.parametrize(
    ("text", "out"), [("wgs84", 4326), ("CGCS2000", 4490), ("EPSG:4549", 4549), ("epsg:32611", 32611)]
)
def test_names_of_systems(text, out):
    assert crs.parse(text) == out


def test_an_unknown_system_is_refused():
    with pytest.raises(InputError) as e:
        crs.parse("EPSG:0")
    assert e.value.code == "crs.unknown"


def test_the_name_that_arcgis_writes_for_a_cgcs2000_zone_is_understood():
    wkt = pyproj.CRS(4549).to_wkt("WKT1_ESRI")
    assert crs.parse(wkt) == 4549
