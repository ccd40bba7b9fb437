import csv

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from gridsvc.domain.sheets import harmless, harmless_table
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


DANGEROUS = [
    "=1+1", "=cmd|'/c calc'!A0", "+cmd", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "＝1", "＋1", "－1+1", "＠x", " =1", "\u3000=1", '"=1', "'=1",
    "“=1", " '+1", "-", "--", "+86 000",
]  # fmt: skip
FINE = ["平常", "a=b", "1+1", "it's", "-12.5", "+3", "-1e5", "'n", ""]


def table_of(cells):
    places = list(shapely.points(118 + np.arange(len(cells)) / 1000, 31.0))
    frame = {"文字": cells, "数": [-12.5] * len(cells), "=列名": ["x"] * len(cells)}
    yield gpd.GeoDataFrame(frame, geometry=places, crs=4326)


def test_csv_starts_no_formula_and_comes_in_again_as_it_was(tmp_path, read):
    path = tmp_path / "x.csv"
    writers.write(table_of(DANGEROUS + FINE), path, "things")
    with path.open(encoding="utf-8-sig", newline="") as f:
        rows = list(csv.reader(f))
    assert rows[0] == ["文字", "数", "'=列名"]
    lines = [c.replace("\r", "\n") for c in DANGEROUS]  # a bare carriage return would end the row
    assert [r[0] for r in rows[1:]] == [f"'{c}" for c in lines] + FINE
    assert {r[1] for r in rows[1:]} == {"-12.5"}
    with read(path) as r:
        back = r.whole().to_pandas()
    assert list(back.columns[:3]) == ["文字", "数", "=列名"]
    assert list(back["文字"].fillna("")) == lines + FINE
    assert set(back["数"]) == {"-12.5"}


def test_xlsx_keeps_text_as_text_and_numbers_as_numbers(tmp_path, read):
    import openpyxl

    path = tmp_path / "x.xlsx"
    writers.write(table_of(DANGEROUS + FINE[:-1]), path, "things")
    sheet = openpyxl.load_workbook(path).active
    cells = [row[0] for row in sheet.iter_rows(min_row=2)]
    assert {c.data_type for c in cells} == {"s"}
    assert sheet.cell(1, 3).data_type == "s"
    assert sheet.cell(2, 2).data_type == "n"
    assert sheet.cell(2, 2).value == -12.5
    assert [c.value.replace("_x000D_", "\r") for c in cells] == DANGEROUS + FINE[:-1]
    with read(path) as r:
        back = r.whole().to_pandas()
    # a workbook needs no apostrophes; one that stands there is taken for the mark of a sheet that has them
    expected = [
        c.strip().removeprefix("'") if "'" in c[:2] and c != "'n" else c.strip() for c in DANGEROUS + FINE[:-1]
    ]
    assert list(back["文字"].fillna("")) == expected


def test_names_of_columns_start_no_formula():
    table = harmless_table(pd.DataFrame({"=a": ["=b"], 7: [-1], "c": [None]}))
    assert list(table.columns) == ["'=a", "7", "c"]
    assert table.iloc[0, 0] == "'=b"
    assert table.iloc[0, 1] == -1


def test_geojson_needs_no_mark(tmp_path):
    writers.write(table_of(DANGEROUS), tmp_path / "x.geojson", "things")
    assert list(gpd.read_file(tmp_path / "x.geojson")["文字"]) == DANGEROUS


@pytest.mark.parametrize("sign", ["\x85", "\u2028", "\x0b", "\x1c", "\r", "\n"])
def test_a_name_with_a_line_separator_is_one_feature(tmp_path, sign):
    frame = gpd.GeoDataFrame({"n": [f"甲{sign}乙", "丙"]}, geometry=list(shapely.points([118, 119], 31.0)), crs=4326)
    writers.write(iter([frame]), tmp_path / "x.geojson", "things")
    assert list(gpd.read_file(tmp_path / "x.geojson")["n"]) == [f"甲{sign}乙", "丙"]
