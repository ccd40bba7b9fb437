"""``grid divide --aoi`` and ``grid check --aoi``: no database anywhere."""

import geopandas as gpd
import shapely

from tests import drawn


def test_an_area_is_divided_and_checked_without_a_database(run, tmp_path):
    area = drawn.polygons("AAAA\nAAA.\nAA..")["A"]
    gpd.GeoDataFrame(geometry=[area], crs=4326).to_file(tmp_path / "aoi.geojson", driver="GeoJSON")
    houses = [shapely.box(*drawn.at(i, 0.2), *drawn.at(i + 0.2, 0.4)) for i in range(2)]
    gpd.GeoDataFrame(geometry=houses, crs=4326).to_file(tmp_path / "houses.gpkg", driver="GPKG")
    nowhere = {"GRIDSVC_DSN": "host=127.0.0.1 port=1", "GRIDSVC_HOME": str(tmp_path / "no")}
    for method, size in (("square", ("--size", 120)), ("hex", ("--cells", 9)), ("h3", ("--resolution", 11))):
        out = tmp_path / f"{method}.gpkg"
        done = run(
            "grid",
            "divide",
            "--aoi",
            tmp_path / "aoi.geojson",
            "--buildings",
            tmp_path / "houses.gpkg",
            "--method",
            method,
            *size,
            "-o",
            out,
            "--json",
            **nowhere,
        ).json
        cells = gpd.read_file(out)
        assert len(cells) == done["cells"]
        assert cells["load"].sum() == 2
        assert run("grid", "check", out, "--aoi", tmp_path / "aoi.geojson", "--json", **nowhere).json["clean"]
    cells.drop(index=0).to_file(tmp_path / "hole.gpkg", driver="GPKG")
    assert (
        run("grid", "check", tmp_path / "hole.gpkg", "--aoi", tmp_path / "aoi.geojson", ok=False, **nowhere).code == 1
    )
    assert not (tmp_path / "no").exists()


def test_what_is_missing_is_said(run, tmp_path):
    assert "-o" in run("grid", "divide", "--aoi", tmp_path / "aoi.geojson", "--size", 100, ok=False).err
    (tmp_path / "empty.geojson").write_text('{"type":"FeatureCollection","features":[]}')
    assert run(
        "grid", "divide", "--aoi", tmp_path / "empty.geojson", "--size", 100, "-o", tmp_path / "o.gpkg", ok=False
    ).err
    assert not (tmp_path / "o.gpkg").exists()
