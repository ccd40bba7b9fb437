"""Coordinates of files: converted, refused twice, diagnosed, and read as what they are by an import."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from gridsvc.domain import datums, diagnosis
from gridsvc.errors import ConflictError, InputError
from gridsvc.services import coordinates
from gridsvc.services.progress import quiet
from tests import drawn
from tests.conftest import shared
from tests.services.town import event


def shift(lon, lat, datum):
    return datums.convert(np.asarray(lon, dtype=float), np.asarray(lat, dtype=float), "wgs84", datum)


@pytest.fixture
def listed(tmp_path):
    """Forty points in GCJ-02 in a table, and where they truly are."""
    rng = np.random.default_rng(3)
    lon, lat = drawn.ORIGIN[0] + rng.uniform(0, 0.006, 40), drawn.ORIGIN[1] + rng.uniform(0, 0.003, 40)
    x, y = shift(lon, lat, "gcj02")
    path = tmp_path / "list.csv"
    frame = pd.DataFrame(
        {"编号": [f"00{k}" for k in range(40)], "名称": "某处", "经度": x.round(8), "纬度": y.round(8)}
    )
    frame.to_csv(path, index=False)
    return path, lon, lat


def test_a_table_is_converted_and_everything_else_stays(listed, tmp_path):
    path, lon, lat = listed
    done = coordinates.convert(path, "gcj02", "wgs84", tmp_path / "out.csv", quiet)
    assert (done.rows, done.moved, done.missing) == (40, 40, 0)
    assert 24 < done.metres < 700
    found = pd.read_csv(tmp_path / "out.csv", dtype={"编号": str})
    assert list(found.columns) == ["编号", "名称", "经度", "纬度", "crs"]
    assert found["编号"].iloc[7] == "007"
    assert np.abs(found["经度"] - lon).max() < 1e-7
    assert np.abs(found["纬度"] - lat).max() < 1e-7


def test_metres_are_never_called_degrees_and_what_moved_is_counted(listed, tmp_path):
    path, lon, lat = listed
    done = coordinates.convert(path, "gcj02", "EPSG:4549", tmp_path / "metres.csv", quiet)
    assert (done.rows, done.moved) == (40, 40)
    assert 24 < done.metres < 700
    found = pd.read_csv(tmp_path / "metres.csv")
    assert list(found.columns) == ["编号", "名称", "x坐标", "y坐标", "crs"]
    assert found["x坐标"].between(100_000, 900_000).all()
    assert found["y坐标"].between(3_000_000, 4_000_000).all()
    back = coordinates.convert(tmp_path / "metres.csv", "EPSG:4549", "wgs84", tmp_path / "back.csv", quiet)
    assert (back.moved, back.missing) == (0, 0)  # in another form where they were
    again = pd.read_csv(tmp_path / "back.csv")
    assert list(again.columns) == ["编号", "名称", "经度", "纬度", "crs"]
    assert np.abs(again["经度"] - lon).max() < 1e-7
    assert np.abs(again["纬度"] - lat).max() < 1e-7


def test_rows_without_coordinates_stay_as_they_are(tmp_path):
    path = tmp_path / "holes.csv"
    path.write_text("名称,经度,纬度\n甲,118.001,31.001\n乙,,\n丙,不详,31.0\n", encoding="utf-8")
    done = coordinates.convert(path, "bd09", "wgs84", tmp_path / "out.csv", quiet)
    assert (done.rows, done.moved, done.missing) == (3, 1, 2)
    assert (tmp_path / "out.csv").read_text(encoding="utf-8-sig").splitlines()[3].startswith("丙,不详,31.0,")


def test_a_table_becomes_shapes_where_it_has_places(tmp_path):
    path = tmp_path / "holes.csv"
    path.write_text("名称,经度,纬度\n甲,118.001,31.001\n乙,,\n", encoding="utf-8")
    coordinates.convert(path, "gcj02", "wgs84", tmp_path / "out.geojson", quiet)
    found = gpd.read_file(tmp_path / "out.geojson")
    assert found.geometry.notna().tolist() == [True, False]
    coordinates.convert(path, "wgs84", "EPSG:4549", tmp_path / "zone.gpkg", quiet)
    zone = gpd.read_file(tmp_path / "zone.gpkg")
    assert zone.crs.to_epsg() == 4549
    assert zone.geometry.iloc[0].x > 100_000
    with pytest.raises(InputError, match=r"crs\.format"):  # GeoJSON is in degrees
        coordinates.convert(path, "wgs84", "EPSG:4549", tmp_path / "zone.geojson", quiet)


def test_shapes_go_there_and_back(tmp_path):
    box = shapely.box(*drawn.at(0, 0), *drawn.at(1, 1))
    gpd.GeoDataFrame({"名称": ["甲"]}, geometry=[box], crs=4326).to_file(tmp_path / "a.geojson", driver="GeoJSON")
    coordinates.convert(tmp_path / "a.geojson", "wgs84", "bd09", tmp_path / "b.gpkg", quiet)
    coordinates.convert(tmp_path / "b.gpkg", "bd09", "wgs84", tmp_path / "c.geojson", quiet)
    back = gpd.read_file(tmp_path / "c.geojson").geometry.iloc[0]
    assert shapely.hausdorff_distance(back, box) < 1e-8
    with pytest.raises(InputError, match=r"crs\.shapes_need_gis"):
        coordinates.convert(tmp_path / "a.geojson", "wgs84", "bd09", tmp_path / "b.csv", quiet)


def test_nothing_is_converted_twice(listed, tmp_path):
    coordinates.convert(listed[0], "gcj02", "wgs84", tmp_path / "once.csv", quiet)
    with pytest.raises(ConflictError, match=r"crs\.twice"):
        coordinates.convert(tmp_path / "once.csv", "gcj02", "wgs84", tmp_path / "twice.csv", quiet)
    assert not (tmp_path / "twice.csv").exists()
    # but what it is in now may be read as that
    coordinates.convert(tmp_path / "once.csv", "wgs84", "EPSG:4549", tmp_path / "zone.xlsx", quiet)


@pytest.mark.parametrize(
    ("source", "target", "code"),
    [("wgs84", "cgcs2000", "crs.same"), ("gcj02", "GCJ-02", "crs.same"), ("x", "wgs84", "crs.unknown")],
)
def test_what_cannot_be_converted_is_said(listed, tmp_path, source, target, code):
    with pytest.raises(InputError, match=code):
        coordinates.convert(listed[0], source, target, tmp_path / "out.csv", quiet)


def test_a_file_without_coordinates(tmp_path):
    (tmp_path / "a.csv").write_text("名称,备注\n甲,乙\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"crs\.no_coordinates"):
        coordinates.read(tmp_path / "a.csv")


@pytest.mark.parametrize("datum", ["wgs84", *datums.NAMES])
@pytest.mark.parametrize("swapped", [False, True])
@pytest.mark.parametrize("beside", ["buildings", "roads", "areas"])
def test_real_places_tell_their_system(datum, swapped, beside, tmp_path):
    """493 POIs of Shanghai, in each system and either order, beside footprints, roads or areas."""
    places = gpd.read_file(shared("shanghai", "pois.geojson")).geometry.representative_point()
    x, y = shift(places.x, places.y, datum) if datum != "wgs84" else (places.x, places.y)
    pd.DataFrame({"经度": y if swapped else x, "纬度": x if swapped else y}).to_csv(tmp_path / "p.csv", index=False)
    found = coordinates.diagnose(tmp_path / "p.csv", shared("shanghai", f"{beside}.geojson"))
    assert (found.best.system, found.best.swapped) == (datum, swapped)
    assert found.certain


def test_points_that_lie_nowhere_near_anything_are_not_certain():
    rng = np.random.default_rng(1)
    near = np.array([shapely.box(*drawn.at(0, 0), *drawn.at(0.2, 0.2))])
    found = diagnosis.diagnose(rng.uniform(119, 119.1, 200), rng.uniform(31, 31.1, 200), near=near)
    assert not found.certain
    assert not diagnosis.diagnose(np.array([118.0]), np.array([31.0]), near=near).certain


def test_claims_tell_where_one_area_would_do(tmp_path):
    """Two areas side by side: shifted points still lie in one of them, but not in the one they name."""
    shapes = drawn.polygons("AAAABBBB\nAAAABBBB")
    rng = np.random.default_rng(2)
    columns, rows = rng.uniform(0, 8, 300), rng.uniform(0, 2, 300)
    lon, lat = drawn.ORIGIN[0] + columns * drawn.STEP, drawn.ORIGIN[1] + rows * drawn.STEP
    x, y = shift(lon, lat, "gcj02")
    frame = pd.DataFrame({"经度": x, "纬度": y, "社区": np.where(columns < 4, "A社区", "B社区")})
    frame.to_csv(tmp_path / "p.csv", index=False)
    areas = gpd.GeoDataFrame({"name": ["A社区", "B社区"]}, geometry=[shapes["A"], shapes["B"]], crs=4326)
    areas.to_file(tmp_path / "areas.geojson", driver="GeoJSON")
    found = coordinates.diagnose(tmp_path / "p.csv", tmp_path / "areas.geojson")
    assert found.best.system == "gcj02"
    assert found.certain


def houses(town):
    """Thirty houses on the ground."""
    rows = [{"编号": f"B{k}", "楼栋名称": f"{k}幢", "wkt": shapely.box(*drawn.at(k % 6, k // 6 * 0.5), *drawn.at(k % 6 + 0.15, k // 6 * 0.5 + 0.1)).wkt} for k in range(30)]  # fmt: skip
    town.take("building", town.csv(rows, "houses.csv"))


def shifted_events(town, datum):
    rows = [event(k, k % 6 + 0.07, k // 6 * 0.5 + 0.05) for k in range(30)]
    lon, lat = shift([r["经度"] for r in rows], [r["纬度"] for r in rows], datum)
    for row, x, y in zip(rows, lon, lat, strict=True):
        row["经度"], row["纬度"] = round(float(x), 8), round(float(y), 8)
    return rows


@pytest.mark.parametrize("datum", datums.NAMES)
def test_an_import_reads_shifted_points_as_what_they_are(cells, datum):
    houses(cells)
    rows = shifted_events(cells, datum)
    done = cells.take("event", cells.csv(rows))
    assert done.warnings == {f"crs.{datum}": 30}
    assert done.crs == {"gcj02": "GCJ-02", "bd09": "BD-09"}[datum]
    truly = [event(k, k % 6 + 0.07, k // 6 * 0.5 + 0.05) for k in range(30)]
    found = {
        r["source_key"]: r for r in cells.rows("SELECT source_key, ST_X(geom) AS lon, ST_Y(geom) AS lat FROM event")
    }
    off = [np.hypot(found[r["编号"]]["lon"] - r["经度"], found[r["编号"]]["lat"] - r["纬度"]) for r in truly]
    assert max(off) < 1e-6


def test_points_that_are_right_are_left_alone(cells):
    houses(cells)
    done = cells.take("event", cells.csv([event(k, k % 6 + 0.07, k // 6 * 0.5 + 0.05) for k in range(30)]))
    assert (done.crs, done.warnings) == ("EPSG:4326", {})


def test_what_is_said_goes_before_what_is_guessed(cells):
    houses(cells)
    done = cells.take("event", cells.csv(shifted_events(cells, "gcj02")), crs="wgs84")
    assert done.crs == "EPSG:4326"


def test_a_converted_file_is_not_imported_as_what_it_was(cells):
    path = cells.csv(shifted_events(cells, "gcj02"))
    coordinates.convert(path, "gcj02", "wgs84", cells.folder / "done.csv", quiet)
    with pytest.raises(ConflictError, match=r"crs\.twice"):
        cells.take("event", cells.folder / "done.csv", crs="gcj02")
    assert cells.take("event", cells.folder / "done.csv").crs == "EPSG:4326"


def test_what_a_converted_file_says_goes_before_what_stands_beside_it(cells):
    """Its points lie where another reading would fit the houses better: the mark counts."""
    houses(cells)
    path = cells.csv([{**r, "crs": "EPSG:4326 ← BD-09"} for r in shifted_events(cells, "gcj02")])
    assert cells.take("event", path).crs == "EPSG:4326"


def test_a_file_is_diagnosed_by_what_is_loaded(cells):
    from gridsvc.store.tx import SYSTEM

    path = cells.csv(shifted_events(cells, "bd09"), "some.csv")
    areas_only = coordinates.diagnose_here(cells.db, SYSTEM, path)
    assert areas_only.best.metres is None
    houses(cells)
    found = coordinates.diagnose_here(cells.db, SYSTEM, path)
    assert (found.best.system, found.certain) == ("bd09", True)


def test_what_is_no_degrees_is_refused_or_left_as_it_is(tmp_path):
    plane, mixed, zone = tmp_path / "plane.csv", tmp_path / "mixed.csv", tmp_path / "zone.csv"
    plane.write_text("名称,x,y\n甲,500000,3482000\n乙,500100,3482100\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"crs\.not_degrees"):
        coordinates.convert(plane, "gcj02", "wgs84", tmp_path / "out.csv", quiet)
    mixed.write_text("名称,x,y\n甲,118.001,31.001\n乙,500100,3482100\n丙,118.002,31.002\n", encoding="utf-8")
    done = coordinates.convert(mixed, "gcj02", "wgs84", tmp_path / "out.csv", quiet)
    assert (done.rows, done.moved, done.missing) == (3, 2, 1)
    lines = (tmp_path / "out.csv").read_text(encoding="utf-8-sig").splitlines()
    assert lines[2] == "乙,500100,3482100,"  # and no mark
    zone.write_text("名称,x,y\n甲,40370000,3482000\n乙,500100,3482100\n", encoding="utf-8")
    done = coordinates.convert(zone, "EPSG:4549", "wgs84", tmp_path / "out.csv", quiet)
    assert done.missing == 1  # easting with the number of its zone
    with pytest.raises(InputError, match=r"export\.same_file"):
        coordinates.convert(mixed, "gcj02", "wgs84", mixed, quiet)
