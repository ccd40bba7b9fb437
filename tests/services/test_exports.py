"""Exports: the columns of the kind plus place, cell and status, only what the caller may see, and on record."""

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from gridsvc.errors import ForbiddenError, InputError, MissingError
from gridsvc.services import exports, users
from gridsvc.services.users import NewUser
from gridsvc.store.tx import SYSTEM, Caller
from tests import drawn
from tests.services.town import CODES, COUNTY, DIVIDED, event

PLACE = ["longitude", "latitude", "area_code", "cell_code", "cell_alt", "assign_status"]


def events_and_a_house(cells):
    cells.events(
        [event(1, 0.5, 2.5), event(2, 3 + 0.4 / 95, 2.5), event(3, 9, 9), {**event(4, 0, 0), "经度": "", "纬度": ""}]
    )
    lon, lat = drawn.at(0.5, 2.5)
    cells.take("building", cells.csv([{"楼栋编号": "B1", "名称": "1幢", "经度": lon, "纬度": lat}]))


@pytest.fixture
def full(founded):
    return founded(*DIVIDED, events_and_a_house)


def test_events_have_their_columns_place_cell_and_status(full, tmp_path):
    path = tmp_path / "e.csv"
    assert exports.export(full.db, SYSTEM, "events", path, area=COUNTY) == 3
    text = path.read_bytes()
    assert text.startswith(b"\xef\xbb\xbf")  # Excel opens it as UTF-8
    frame = pd.read_csv(path, dtype=str).set_index("source_key")
    assert set(PLACE) <= set(frame.columns)
    one, two, unplaced = frame.loc["E1"], frame.loc["E2"], frame.loc["E4"]
    assert (one["area_code"], one["cell_code"], one["assign_status"]) == (CODES["A"], CODES["A"] + "001", "inside")
    assert float(one["longitude"]) == pytest.approx(drawn.at(0.5, 2.5)[0], abs=1e-8)
    assert (two["area_code"], two["assign_status"]) == (CODES["B"], "border")
    assert two["cell_alt"].startswith(CODES["A"])
    assert pd.isna(unplaced["longitude"])
    assert pd.isna(unplaced["cell_code"])


@pytest.mark.parametrize("suffix", [".gpkg", ".geojson", ".parquet", ".fgb", ".xlsx"])
def test_every_format_holds_the_same_rows(full, tmp_path, suffix):
    path = tmp_path / f"e{suffix}"
    assert exports.export(full.db, SYSTEM, "events", path, area=COUNTY) == 3
    if suffix == ".xlsx":
        frame = pd.read_excel(path, dtype=str, engine="openpyxl")
    elif suffix == ".parquet":
        frame = gpd.read_parquet(path)
    else:
        frame = gpd.read_file(path)
    assert len(frame) == 3
    assert (frame.filter(regex="^cell_code").iloc[:, 0] == CODES["A"] + "001").sum() == 1


def test_shapes_of_areas_cells_and_estates(full, tmp_path):
    assert exports.export(full.db, SYSTEM, "areas", tmp_path / "a.gpkg", area=COUNTY) == 5
    n = exports.export(full.db, SYSTEM, "cells", tmp_path / "c.gpkg", area=COUNTY)
    cells = gpd.read_file(tmp_path / "c.gpkg")
    assert len(cells) == n == full.count("cell")
    areas = gpd.read_file(tmp_path / "a.gpkg").set_index("code")
    assert shapely.union_all(cells.geometry.to_numpy()).symmetric_difference(areas.geometry[COUNTY]).area < 1e-15
    assert exports.export(full.db, SYSTEM, "estates", tmp_path / "e.gpkg", area=COUNTY) == 0


def test_an_export_is_signed_and_audited(full, tmp_path):
    number, _ = users.add(full.db, SYSTEM, NewUser("fx", "分析", "analyst", CODES["A"]))
    n = exports.export(full.db, Caller(number), "events", tmp_path / "e.csv")
    frame = pd.read_csv(tmp_path / "e.csv", dtype=str)
    assert n == 1
    assert set(frame["exported_by"]) == {"fx"}
    rows = full.rows("SELECT user_id, entity, detail FROM audit WHERE action = 'export'")
    assert [(r["user_id"], r["entity"], r["detail"]["rows"]) for r in rows] == [(number, "event", 1)]


def test_what_is_out_of_scope_is_not_in_it(full, tmp_path):
    number, _ = users.add(full.db, SYSTEM, NewUser("b", "乙", "community", CODES["B"]))
    exports.export(full.db, Caller(number), "events", tmp_path / "e.csv")
    assert set(pd.read_csv(tmp_path / "e.csv", dtype=str)["source_key"]) == {"E2"}
    with pytest.raises(MissingError):
        exports.export(full.db, Caller(number), "events", tmp_path / "f.csv", area=CODES["A"])
    assert not (tmp_path / "f.csv").exists()


def test_an_officer_takes_nothing_away(full, tmp_path):
    number, _ = users.add(full.db, SYSTEM, NewUser("w", "网格", "officer", cells=(CODES["A"] + "001",)))
    with pytest.raises(ForbiddenError):
        exports.export(full.db, Caller(number), "events", tmp_path / "e.csv")


def test_unknown_layers_and_formats_are_refused_before_a_file_is_there(full, tmp_path):
    with pytest.raises(InputError) as layer:
        exports.export(full.db, SYSTEM, "nobody", tmp_path / "p.csv")
    assert layer.value.code == "export.layer"
    with pytest.raises(InputError) as form:
        exports.export(full.db, SYSTEM, "events", tmp_path / "e.dwg", area=COUNTY)
    assert form.value.code == "export.format"
    assert list(tmp_path.glob("e.*")) == []


def test_an_export_can_be_imported_again_without_a_change(full, tmp_path):
    """Round trip: our own columns are understood."""
    exports.export(full.db, SYSTEM, "buildings", tmp_path / "b.csv", area=COUNTY)
    frame = pd.read_csv(tmp_path / "b.csv", dtype=str)
    assert frame.loc[0, "source_key"] == "B1"
    again = full.take("building", tmp_path / "b.csv", list_name="events")
    assert again.counts["rejected"] == 0
    assert again.counts["same"] + again.counts["changed"] + again.counts["new"] == 1
