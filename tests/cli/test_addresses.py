"""``gridsvc address …`` and ``gridsvc crs …`` as typed; no database anywhere."""

import json

import pytest

NOWHERE = {"GRIDSVC_DSN": "host=127.0.0.1 port=1"}


@pytest.fixture
def alone(run, tmp_path):
    def call(*args, **more):
        return run(*args, **{**NOWHERE, "GRIDSVC_HOME": str(tmp_path / "no"), **more})

    return call


def test_addresses_are_read_a_line_each(alone, tmp_path):
    (tmp_path / "list.txt").write_text("南苑小区7#502\n\n江苏省南京市高淳区宝塔路12号\n", encoding="gb18030")
    lines = [json.loads(line) for line in alone("address", "parse", "list.txt", "--home", "320118").out.splitlines()]
    assert [line["text"] for line in lines] == ["南苑小区7#502", "", "江苏省南京市高淳区宝塔路12号"]
    assert set(lines[0]) == {"text", "normal", "parts", "codes"}
    assert set(lines[0]["parts"][0]) == {"label", "text", "start", "end"}
    assert lines[0]["normal"] == "江苏省南京市高淳区南苑小区7幢502室"
    piped = alone("address", "parse", stdin="南苑小区7#502\n").out
    assert json.loads(piped)["normal"] == "南苑小区7幢502室"


def test_a_home_that_is_no_code(alone):
    assert "--home" in alone("address", "parse", "--home", "高淳", stdin="x\n", ok=False).err


def test_pairs_are_compared_and_lines_without_a_tab_are_named(alone):
    done = alone("address", "compare", stdin="宝塔路12号\t宝塔路十二号\nxx\n宝塔路12号\t青山路8号\n", ok=False)
    lines = done.out.splitlines()
    assert lines[0].endswith("\texact")
    assert lines[1] == ""
    assert lines[2].endswith("\tnone")
    assert "2" in done.err


def test_a_missing_file_is_said(alone):
    assert "no.txt" in alone("address", "parse", "no.txt", ok=False).err


def test_a_list_is_diagnosed_and_mended(alone, tmp_path):
    found = alone("try", "crs", "-o", "here", "--json").json
    assert found["found"]["certain"]
    assert found["before"] > 100
    assert found["after"] < 0.01
    told = alone("crs", "diagnose", "here/places.csv", "--against", "here/buildings.geojson")
    assert "GCJ-02" in told.out.splitlines()[-2]
    alone("crs", "convert", "here/places.csv", "--from", "gcj02", "-o", "here/again.xlsx")
    twice = alone("crs", "convert", "here/again.xlsx", "--from", "gcj02", "-o", "here/twice.csv", ok=False)
    assert "again.xlsx" in twice.err
    assert not (tmp_path / "here" / "twice.csv").exists()
    assert not (tmp_path / "no").exists()


def test_one_address_is_tried_on_the_sample_city(alone):
    for text, status in (("南宛小区7#502", "found"), ("不存在路9999号", "not_found")):
        done = alone("try", "address", text, "--json").json
        assert (done["status"], done["parsed"]["text"]) == (status, text)
    shown = alone("try", "address", "南苑小区7#502").out
    assert "南苑小区7幢" in shown
    assert "try." not in shown
