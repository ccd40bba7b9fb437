"""An office's workbook from the command line: form, dry run, rejects mended, mapping, comparison, undo."""

import openpyxl
import pandas as pd
import pytest

from tests import ledgers
from tests.cli.test_main_job import files  # noqa: F401 - a fixture


@pytest.fixture(scope="module")
def office(files, tmp_path_factory):  # noqa: F811
    """The areas, and a workbook of residents."""
    folder = tmp_path_factory.mktemp("ledgers")
    return files, ledgers.by_community(folder)


def test_1_a_form_is_imported_as_it_stands(run, office, tmp_path):
    areas, _ = office
    run("area", "import", areas / "区划.geojson")
    run("template", "people", "-o", tmp_path / "模板.xlsx")
    told = run("import", "people", tmp_path / "模板.xlsx").out
    assert "示例行" in told
    assert "模板只能写成" in run("template", "people", "-o", tmp_path / "模板.doc", ok=False).err
    assert "base_features" in run("template", "base_features", "-o", tmp_path / "x.xlsx", ok=False).err


def test_2_a_workbook_is_tried_taken_and_mended(run, office, tmp_path):
    book = office[1]
    dry = run("import", "people", book.path, "--dry-run").out
    assert "这是试算" in dry
    assert "民族、政治面貌" in dry
    assert "合计行" in dry
    done = run("import", "people", book.path, "--save-map", "社区台账", "--json").json
    assert done["counts"]["new"] == book.new
    assert done["rejects_file"].endswith("居民台账.rejects.xlsx")
    sheet = pd.read_excel(done["rejects_file"], dtype=str, engine="openpyxl")
    sheet["身份证号码"] = [ledgers.identity("19790101", 900 + i) for i in range(len(sheet))]
    mended = tmp_path / "居民台账.rejects.xlsx"
    sheet.to_excel(mended, index=False, engine="openpyxl")
    again = run("import", "people", mended, "--json").json
    assert (again["counts"]["new"], again["list_name"]) == (len(sheet), "居民台账")
    out = tmp_path / "again.xlsx"
    run("batch", "rejects", done["batch_id"], "-o", out)
    assert openpyxl.load_workbook(out).sheetnames == ["待改正", "怎么改"]


def test_3_the_mapping_is_saved_shown_used_and_forgotten(run, office):
    rows = run("mapping", "list", "--json").json
    assert [r["name"] for r in rows] == ["社区台账"]
    assert "姓 名" in run("mapping", "show", rows[0]["id"]).out
    assert run("import", "people", office[1].path, "--dry-run", "--json").json["map_name"] == "社区台账"
    assert "没有叫" in run("import", "people", office[1].path, "--use-map", "别的", ok=False).err
    run("mapping", "remove", rows[0]["id"])
    assert run("mapping", "list", "--json").json == []
    assert run("mapping", "show", rows[0]["id"], ok=False).err


def test_4_a_roll_is_compared_and_worked_off(run, office, tmp_path):
    found = run("reconcile", "people", office[1].path, "-o", tmp_path / "差异.xlsx", "--json").json
    number = found["number"]
    assert found["counts"]["extra"] == 0
    assert found["counts"]["missing"] > 0  # those whose rows were mended since
    assert openpyxl.load_workbook(tmp_path / "差异.xlsx").sheetnames[0] == "汇总"
    assert str(number) in run("difference", "list").out
    shown = run("difference", "show", number, "--json").json
    assert {d["what"] for d in shown} == {"missing"}
    assert "没读进来" in run("difference", "accept", number, "--what", "missing", "--reason", "moved", ok=False).err
    assert "保留" in run("difference", "keep", number, "--id", shown[0]["id"]).out
    assert len(run("difference", "show", number, "--json").json) == len(shown) - 1
    assert "facilities" in run("reconcile", "events", office[1].path, ok=False).err


def test_5_the_batch_is_taken_back(run):
    batches = [b for b in run("batch", "list", "--json").json if b["kind"] == "person"]
    for batch in batches:
        run("batch", "undo", batch["id"])
    assert run("difference", "list", "--json").json
