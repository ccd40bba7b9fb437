import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from gridsvc.domain.sheets import harmless
from gridsvc.errors import InputError
from gridsvc.io import writers


def chunks():
    for start in (0, 3):
        n = 3 if start == 0 else 2
        yield gpd.GeoDataFrame(
            {
                "编号": [f"甲{start + i}" for i in range(n)],
                "n": np.arange(start, start + n),
                "空": [None] * n,
                "t": pd.to_datetime(["2024-01-01"] * n, utc=True),
            },
            geometry=list(shapely.points(118 + np.arange(start, start + n) / 1000, 31.0)),
            crs=4326,
        )


@pytest.mark.parametrize("suffix", [".geojson", ".gpkg", ".fgb", ".parquet"])
def test_vector_files_read_back(tmp_path, suffix):
    path = tmp_path / f"x{suffix}"
    assert writers.write(chunks(), path, "things") == 5
    frame = gpd.read_parquet(path) if suffix == ".parquet" else gpd.read_file(path)
    assert len(frame) == 5
    assert sorted(frame["编号"]) == ["甲0", "甲1", "甲2", "甲3", "甲4"]
    assert sorted(frame.geometry.x.round(6)) == [118.0, 118.001, 118.002, 118.003, 118.004]
    assert frame.crs.to_epsg() == 4326
    assert not list(tmp_path.glob(".*"))


@pytest.mark.parametrize("suffix", [".csv", ".xlsx"])
def test_tables_read_back(tmp_path, suffix):
    path = tmp_path / f"x{suffix}"
    assert writers.write(chunks(), path, "things") == 5
    if suffix == ".csv":
        assert path.read_bytes().startswith(b"\xef\xbb\xbf")  # Excel takes it for UTF-8
        frame = pd.read_csv(path)
    else:
        from python_calamine import CalamineWorkbook

        rows = CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python()
        frame = pd.DataFrame(rows[1:], columns=rows[0])
    assert list(frame["编号"]) == ["甲0", "甲1", "甲2", "甲3", "甲4"]


def test_an_unknown_format(tmp_path):
    with pytest.raises(InputError) as e:
        writers.write(chunks(), tmp_path / "x.doc", "things")
    assert e.value.code == "export.format"


def test_an_interrupted_file_does_not_appear(tmp_path):
    def broken():
        yield next(chunks())
        raise RuntimeError("stop")

    for suffix in writers.FORMATS:
        with pytest.raises(RuntimeError):
            writers.write(broken(), tmp_path / f"x{suffix}", "things")
    assert list(tmp_path.iterdir()) == []


def test_an_empty_layer_has_its_columns(tmp_path):
    empty = next(chunks()).head(0)
    for suffix in (".csv", ".xlsx", ".geojson", ".parquet"):
        assert writers.write(iter([empty]), tmp_path / f"x{suffix}", "things") == 0
    assert "编号" in (tmp_path / "x.csv").read_text(encoding="utf-8-sig")


def test_formulas_are_harmless():
    column = pd.Series(["=1+1", "+cmd", "-2", "-3.5", "@sum", "\tx", "平常", None], dtype="str")
    out = list(harmless(column))
    assert out[:2] == ["'=1+1", "'+cmd"]
    assert out[2:4] == ["-2", "-3.5"]
    assert out[4:7] == ["'@sum", "'\tx", "平常"]
    assert pd.isna(out[7])
    assert list(harmless(pd.Series([1, 2]))) == [1, 2]
