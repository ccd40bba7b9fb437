"""Every format in, and hostile files refused with a reason; nothing but the child process touches them."""

import io
import json
import struct
import zipfile
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import pytest
import shapely

from gridsvc.domain import crs
from gridsvc.errors import InputError, LimitError
from gridsvc.settings import Settings

FRAME = gpd.GeoDataFrame(
    {"编号": ["甲1", "乙2"], "层数": [6, 18]},
    geometry=[shapely.box(118, 31, 118.001, 31.001), shapely.box(118.002, 31, 118.003, 31.001)],
    crs=4326,
)


def shapes(reading):
    return shapely.from_wkb(np.asarray(reading.whole()["__wkb"].to_pylist(), dtype=object))


@pytest.mark.parametrize(
    ("name", "driver"),
    [("x.geojson", "GeoJSON"), ("x.gpkg", "GPKG"), ("x.fgb", "FlatGeobuf"), ("x.shp", "ESRI Shapefile")],
)
def test_vector_formats(tmp_path, read, name, driver):
    path = tmp_path / name
    pyogrio.write_dataframe(FRAME, path, driver=driver)
    with read(path) as r:
        table = r.whole().to_pandas()
        order = np.argsort(table["层数"].astype(int))  # FlatGeobuf packs by place
        assert list(table["编号"].iloc[order]) == ["甲1", "乙2"]
        assert list(table["层数"].iloc[order]) == ["6", "18"]  # everything is text until it is checked
        got = shapely.normalize(shapes(r)[order])
        assert shapely.equals_exact(got, shapely.normalize(np.asarray(FRAME.geometry)), 1e-9).all()
        assert "4326" in r.meta["crs"]
        assert len(r.sha256) == 64


def test_geoparquet(tmp_path, read):
    FRAME.to_parquet(tmp_path / "x.parquet")
    with read(tmp_path / "x.parquet") as r:
        assert r.rows() == 2
        assert shapely.equals_exact(shapes(r), np.asarray(FRAME.geometry), 0).all()


def test_a_zipped_shapefile_in_gbk(tmp_path, read):
    pyogrio.write_dataframe(FRAME, tmp_path / "楼栋.shp", driver="ESRI Shapefile", encoding="GBK")
    with zipfile.ZipFile(tmp_path / "up.zip", "w") as z:
        for part in tmp_path.glob("楼栋.*"):
            if part.suffix != ".cpg":  # many programs write none
                z.write(part, f"数据/{part.name}")
    with read(tmp_path / "up.zip") as r:
        assert list(r.whole().to_pandas()["编号"]) == ["甲1", "乙2"]


def test_kml_and_dxf_at_the_command_line_only(tmp_path, read):
    pyogrio.write_dataframe(FRAME[["geometry"]], tmp_path / "x.kml", driver="KML")
    pyogrio.write_dataframe(FRAME[["geometry"]], tmp_path / "x.dxf", driver="DXF")
    for name in ("x.kml", "x.dxf"):
        with pytest.raises(InputError) as e:
            read(tmp_path / name)
        assert e.value.code == "file.local_only"
        with read(tmp_path / name, local=True) as r:
            assert r.rows() == 2


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_csv_in_the_encodings_of_offices(tmp_path, read, encoding, delimiter):
    rows = [
        ["编号", "地点", "备注"],
        ["1", "宝塔路12号", '有"引号"和\n换行'],
        ["2", "镕基小区", ""],
        ["", "", ""],
        ["3", "㐀路", "末行"],
    ]
    import csv

    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter).writerows(rows)
    (tmp_path / "x.csv").write_bytes(text.getvalue().encode(encoding))
    with read(tmp_path / "x.csv") as r:
        table = r.whole().to_pandas()
        assert list(table.columns) == ["编号", "地点", "备注", "__row"]
        assert list(table["地点"]) == ["宝塔路12号", "镕基小区", "㐀路"]
        assert table["备注"][0] == '有"引号"和\n换行'
        assert list(table["__row"]) == [2, 3, 5]  # as a spreadsheet counts; the blank row is left out


def test_rows_with_another_number_of_fields_are_told(tmp_path, read):
    (tmp_path / "x.csv").write_text("a,b\n1,2\n1,2,3\n4\n5,6\n", encoding="utf-8")
    with read(tmp_path / "x.csv") as r:
        assert list(r.whole().to_pandas()["__row"]) == [2, 5]
        assert [(b[0], b[1]) for b in r.meta["bad_rows"]] == [(3, 3), (4, 1)]


def test_xlsx_and_its_types(tmp_path, read):
    frame = pd.DataFrame(
        {"编号": [320125001, 2], "时间": pd.to_datetime(["2024-03-05 08:30", "2024-03-06 00:00"]), "率": [0.5, None]}
    )
    frame.to_excel(tmp_path / "x.xlsx", index=False, engine="xlsxwriter")
    with read(tmp_path / "x.xlsx") as r:
        table = r.whole().to_pandas()
        assert list(table["编号"]) == ["320125001", "2"]
        assert list(table["时间"]) == ["2024-03-05 08:30:00", "2024-03-06"]
        assert table["率"][0] == "0.5"
        assert pd.isna(table["率"][1])
        assert list(table["__row"]) == [2, 3]


def test_a_wkt_column_becomes_geometry(tmp_path, read):
    (tmp_path / "x.csv").write_text(
        'id,wkt\n1,"POLYGON((118 31,118.1 31,118.1 31.1,118 31))"\n2,\n3,POLYGON((broken\n', encoding="utf-8"
    )
    with read(tmp_path / "x.csv") as r:
        table = r.whole().to_pandas()
        assert "wkt" not in table
        assert shapes(r)[0].geom_type == "Polygon"
        assert list(table["__fault"].fillna("")) == ["", "", "geometry.broken"]


def test_refused_columns_never_leave_the_child(tmp_path, read):
    (tmp_path / "x.csv").write_text(
        "姓名,民族,政治面貌,宗教信仰,信访记录,吸毒史,电话\n甲,SECRET1,SECRET2,SECRET3,SECRET4,SECRET5,1\n",
        encoding="utf-8",
    )
    with read(tmp_path / "x.csv") as r:
        assert r.columns() == ["姓名", "电话"]
        assert set(r.dropped) == {"民族", "政治面貌", "宗教信仰", "信访记录", "吸毒史"}
        everything = b"".join(p.read_bytes() for p in r.folder.iterdir())
        assert b"SECRET" not in everything


def test_the_folder_of_the_child_is_gone_afterwards(tmp_path, read):
    (tmp_path / "x.csv").write_text("a\n1\n", encoding="utf-8")
    with read(tmp_path / "x.csv") as r:
        folder = r.folder
        assert folder.exists()
    assert not folder.exists()


# ---- hostile files ------------------------------------------------------------------------------------------------


def refused(read, path, code, **more):
    with pytest.raises(InputError) as e:
        read(path, **more)
    assert e.value.code == code
    return e.value


def test_an_ogr_vrt_called_geojson_reads_nothing(tmp_path, read):
    (tmp_path / "secret.csv").write_text("a\nSECRET\n", encoding="utf-8")
    vrt = f'<OGRVRTDataSource><OGRVRTLayer name="secret"><SrcDataSource>{tmp_path}/secret.csv</SrcDataSource></OGRVRTLayer></OGRVRTDataSource>'
    (tmp_path / "x.geojson").write_text(vrt, encoding="utf-8")
    refused(read, tmp_path / "x.geojson", "file.format")
    with zipfile.ZipFile(tmp_path / "x.zip", "w") as z:
        z.writestr("x.geojson", vrt)
    refused(read, tmp_path / "x.zip", "file.format")


def test_a_gdal_algorithm_in_json_runs_nothing(tmp_path, read):
    (tmp_path / "other.geojson").write_text(FRAME.to_json(), encoding="utf-8")
    text = {
        "type": "gdal_streamed_alg",
        "command_line": f"gdal vector pipeline ! read {tmp_path}/other.geojson ! write --of stream streamed_dataset",
    }
    (tmp_path / "x.json").write_text(json.dumps(text), encoding="utf-8")
    refused(read, tmp_path / "x.json", "vector.broken")


def test_every_driver_but_one_is_off():
    import os
    import subprocess
    import sys

    from gridsvc.io import drivers

    out = subprocess.run(
        [sys.executable, "-c", "import pyogrio; print(','.join(pyogrio.list_drivers()))"],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "OGR_SKIP": drivers.skip("GeoJSON")},
    )
    assert out.stdout.strip() == "GeoJSON"
    assert "OGR_VRT" in drivers.DRIVERS


def test_nested_geojson_is_refused_before_a_parser(tmp_path, read):
    deep = '{"type":"GeometryCollection","geometries":[' * 20_000 + "]}" * 20_000
    (tmp_path / "x.geojson").write_text(f'{{"type":"Feature","properties":{{}},"geometry":{deep}}}', encoding="utf-8")
    assert refused(read, tmp_path / "x.geojson", "geometry.nested").status == 413


def test_nested_wkb_in_parquet_does_not_kill(tmp_path, read):
    head = struct.pack("<BII", 1, 7, 1)
    deep = head * 20_000 + struct.pack("<BI2d", 1, 1, 118.0, 31.0)
    import pyarrow as pa
    import pyarrow.parquet as pq

    meta = {
        "version": "1.0.0",
        "primary_column": "geometry",
        "columns": {"geometry": {"encoding": "WKB", "geometry_types": []}},
    }
    table = pa.table(
        {"id": ["1", "2"], "geometry": pa.array([deep, shapely.to_wkb(shapely.Point(118, 31))], pa.binary())}
    )
    pq.write_table(table.replace_schema_metadata({b"geo": json.dumps(meta).encode()}), tmp_path / "x.parquet")
    with read(tmp_path / "x.parquet") as r:
        assert list(r.whole().to_pandas()["__fault"].fillna("")) == ["geometry.nested", ""]


def test_coordinates_that_are_no_numbers(tmp_path, read):
    good = shapely.to_wkb(shapely.LineString([(118, 31), (119, 31)]))
    wild = good.replace(np.float64(119).tobytes(), np.float64(np.inf).tobytes())
    import pyarrow as pa
    import pyarrow.parquet as pq

    meta = {
        "version": "1.0.0",
        "primary_column": "geometry",
        "columns": {"geometry": {"encoding": "WKB", "geometry_types": []}},
    }
    table = pa.table({"id": ["1", "2"], "geometry": pa.array([wild, good], pa.binary())})
    pq.write_table(table.replace_schema_metadata({b"geo": json.dumps(meta).encode()}), tmp_path / "x.parquet")
    with read(tmp_path / "x.parquet") as r:
        assert list(r.whole().to_pandas()["__fault"].fillna("")) == ["geometry.not_finite", ""]


def test_a_zip_bomb(tmp_path, read):
    with zipfile.ZipFile(tmp_path / "x.xlsx", "w", zipfile.ZIP_DEFLATED) as z:
        z.writestr("xl/workbook.xml", "<workbook/>")
        z.writestr("xl/worksheets/sheet1.xml", b"0" * 200_000_000)
    assert isinstance(refused(read, tmp_path / "x.xlsx", "zip.bomb"), LimitError)


def test_paths_that_lead_out_of_a_zip(tmp_path, read):
    with zipfile.ZipFile(tmp_path / "x.zip", "w") as z:
        z.writestr("../../evil.shp", b"\x00\x00\x27\x0a")
    refused(read, tmp_path / "x.zip", "zip.path")


def test_too_large_too_many(tmp_path, read):
    (tmp_path / "x.csv").write_text("a\n" + "1\n" * 1000, encoding="utf-8")
    assert refused(read, tmp_path / "x.csv", "rows.too_many", limits=Settings(rows_max=100)).status == 413
    (tmp_path / "big.csv").write_bytes(b"a\n" + b"1" * 2_000_000)
    refused(read, tmp_path / "big.csv", "file.too_large", limits=Settings(upload_max_mb=1))
    (tmp_path / "x.geojson").write_text(FRAME.to_json(), encoding="utf-8")
    refused(read, tmp_path / "x.geojson", "geometry.vertices", limits=Settings(vertices_max=5))


def test_memory_is_limited(tmp_path, read):
    (tmp_path / "x.csv").write_text("a,b\n" + "x" * 100 + ",y\n" * 1, encoding="utf-8")
    frame = "a,b\n" + ("z" * 1000 + ",y\n") * 300_000
    (tmp_path / "x.csv").write_text(frame, encoding="utf-8")
    with pytest.raises((InputError, LimitError)) as e:
        read(tmp_path / "x.csv", limits=Settings(reader_memory_mb=700))
    assert e.value.code in ("file.memory", "file.reader_died", "csv.broken")


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("x.csv", b"", "file.empty"),
        ("x.csv", b"\n\n", "csv.no_header"),
        ("x.exe", b"MZ\x90\x00", "file.format"),
        ("x.geojson", b"\x00\x01\x02", "file.format"),
        ("x.geojson", b'{"type": "Feat', "vector.broken"),
        ("x.gpkg", b"SQLite format 3\x00" + b"\x00" * 200, "vector.broken"),
        ("x.xlsx", b"PK\x03\x04 broken", "zip.broken"),
        ("x.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600, "excel.broken"),
        ("x.parquet", b"PAR1 nothing", "vector.broken"),
        ("x.fgb", b"fgb\x03" + b"\xff" * 50, "vector.broken"),
        ("x.geojson", b"a,b\n1,2\n", "file.format"),
        ("x.shp", b"\x00\x00\x27\x0a" + b"\x00" * 10, "vector.broken"),
    ],
)
def test_broken_files_say_what_is_wrong(tmp_path, read, name, content, code):
    (tmp_path / name).write_bytes(content)
    error = refused(read, tmp_path / name, code)
    assert str(tmp_path) not in str(error.values)  # paths of the server are nobody's business


def test_a_header_without_rows_is_an_empty_list(tmp_path, read):
    (tmp_path / "x.csv").write_text("编号,类别\n", encoding="utf-8")
    with read(tmp_path / "x.csv") as r:
        assert r.rows() == 0
        assert r.columns() == ["编号", "类别"]


def test_a_missing_file(tmp_path, read):
    refused(read, tmp_path / "nothing.csv", "file.missing")


def test_several_layers_need_a_choice(tmp_path, read):
    for layer in ("a", "b"):
        pyogrio.write_dataframe(FRAME, tmp_path / "x.gpkg", driver="GPKG", layer=layer, append=layer == "b")
    refused(read, tmp_path / "x.gpkg", "vector.layers")
    refused(read, tmp_path / "x.gpkg", "vector.layer", sheet="c")
    with read(tmp_path / "x.gpkg", sheet="b") as r:
        assert r.rows() == 2


def test_an_osm_extract_in_a_process_of_its_own(read):
    import pyogrio.tests

    extract = Path(pyogrio.tests.__file__).parent / "fixtures" / "sample.osm.pbf"
    if not extract.exists():
        pytest.skip("this pyogrio has no sample extract")
    refused(read, extract, "file.local_only")
    with read(extract, local=True, osm=True) as r:
        assert set(r.tables) == {"area", "building", "address", "base_feature"}
        assert r.meta["crs"] == "EPSG:4326"


@pytest.mark.parametrize(
    "system", ["+proj=longlat +nadgrids=/etc/passwd +type=crs", "/etc/passwd", "init=/etc/passwd:x", 5]
)
def test_a_coordinate_system_that_is_no_such_is_told_not_parsed(tmp_path, read, system):
    FRAME.to_parquet(tmp_path / "x.parquet")
    import pyarrow.parquet as pq

    table = pq.read_table(tmp_path / "x.parquet")
    geo = json.loads(table.schema.metadata[b"geo"])
    geo["columns"]["geometry"]["crs"] = system
    pq.write_table(table.replace_schema_metadata({b"geo": json.dumps(geo).encode()}), tmp_path / "x.parquet")
    with read(tmp_path / "x.parquet") as r:
        assert r.meta["crs_unknown"] == json.dumps(system)
        with pytest.raises(InputError) as e:
            crs.parse(r.meta["crs"])
        assert e.value.code == "crs.unknown"
