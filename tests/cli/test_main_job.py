"""The main job from the command line, in the order of the README; every step with its errors."""

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from tests import drawn
from tests.services.town import CODES, COUNTY, MAP


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """What an office would bring."""
    folder = tmp_path_factory.mktemp("office")
    shapes = drawn.polygons(MAP)
    whole = shapely.union_all(list(shapes.values()))
    rows = [
        {"代码": COUNTY, "名称": "测试县", "geometry": whole},
        {"代码": "990105001", "名称": "测试街道", "geometry": whole},
    ]
    rows += [{"代码": CODES[k], "名称": f"{k}社区", "geometry": g} for k, g in shapes.items()]
    gpd.GeoDataFrame(rows, crs=4326).to_file(folder / "区划.geojson", driver="GeoJSON")
    events = [
        {"编号": f"E{i}", "类别": "暴露垃圾" if i % 3 else "井盖破损", "上报时间": f"2026-10-{1 + i % 28:02d} 09:00",
         "结案时间": f"2026-10-{1 + i % 28:02d} 15:00" if i % 4 else "", "经度": drawn.at(0.1 + i % 6, 0)[0], "纬度": drawn.at(0, 0.3 + i % 3)[1]}
        for i in range(60)
    ]  # fmt: skip
    events.append({**events[0], "编号": "坏", "经度": "东边"})
    pd.DataFrame(events).to_csv(folder / "事件.csv", index=False, encoding="gb18030")
    return folder


def test_1_areas(run, files):
    dry = run("area", "import", files / "区划.geojson", "--dry-run", "--json").json
    assert dry["counts"]["new"] == 5
    done = run("area", "import", files / "区划.geojson").out
    assert "990105" in done
    assert run("area", "import", files / "区划.geojson", "--json").json["batch_id"] is None
    assert len(run("area", "list", "--json").json) == 5
    missing = run("area", "import", files / "没有.geojson", ok=False)
    assert "没有.geojson" in missing.err


def test_2_events_with_rejects(run, files, tmp_path):
    shown = run("import", "events", files / "事件.csv", "--dry-run").out
    assert "类别" in shown  # which column was taken for which field
    done = run("import", "events", files / "事件.csv", "--json").json
    assert (done["counts"]["new"], done["counts"]["rejected"]) == (60, 1)
    rejects = pd.read_csv(done["rejects_file"], dtype=str)
    assert rejects.loc[0, "编号"] == "坏"
    mended = rejects.assign(经度=str(drawn.at(0.5, 0.5)[0]))
    mended.to_csv(tmp_path / "mended.csv", index=False)
    again = run("import", "events", tmp_path / "mended.csv", "--list", "事件", "--json").json
    assert again["counts"]["new"] == 1
    assert run("import", "people", files / "事件.csv", ok=False).err
    wrong = run("import", "events", files / "事件.csv", "--map", "class=没有这列", ok=False)
    assert "没有这列" in wrong.err


def test_3_divide_check_publish(run, files, tmp_path):
    drafts = run("grid", "divide", COUNTY, "--method", "hex", "--size", 90, "-o", tmp_path / "d.html", "--json").json
    assert len(drafts) == 3
    assert len(list(tmp_path.glob("d-*.html"))) == 3
    assert run("grid", "check", COUNTY, "--json").json["clean"] is True
    done = run("grid", "publish", COUNTY, "--json").json
    assert sum(d["moved"]["event"] for d in done) == 61
    assert run("grid", "publish", COUNTY, ok=False).err
    assert {d["status"] for d in run("grid", "list", "--json").json} == {"published"}
    extra = run("grid", "divide", CODES["A"], "--size", 100, "--json").json[0]["division_id"]
    assert run("grid", "discard", extra, "--json").json == {"discarded": extra}
    equal = run("grid", "divide", COUNTY, "--method", "balanced", "--cells", 5, "--json").json
    assert sum(d["figures"]["cells"] for d in equal) == 5
    assert all(d["figures"]["by"] == "area" for d in equal)  # nothing is in this town yet
    unknown = run("grid", "divide", COUNTY, "--method", "voronoi", "--cells", 5, ok=False)
    assert "balanced" in unknown.err
    for d in equal:
        run("grid", "discard", d["division_id"])


def test_4_cells_drawn_elsewhere(run, files, tmp_path):
    left, right = shapely.box(*drawn.at(0, 1), *drawn.at(1.4, 3)), shapely.box(*drawn.at(1.5, 1), *drawn.at(3, 3))
    gpd.GeoDataFrame({"网格名称": ["左", "右"]}, geometry=[left, right], crs=4326).to_file(
        tmp_path / "格.geojson", driver="GeoJSON"
    )
    number = run("grid", "import", tmp_path / "格.geojson", "--json").json["drafts"][0]["division_id"]
    bad = run("grid", "check", number, "-o", tmp_path / "trouble.geojson", ok=False)
    assert bad.code == 1
    assert "gap" in set(gpd.read_file(tmp_path / "trouble.geojson")["kind"])
    run("grid", "discard", number)


def test_5_heat_closing_gaps_export(run, tmp_path):
    heat = run(
        "heat",
        "events",
        "--area",
        COUNTY,
        "--period",
        "2026-10",
        "--as-of",
        "2026-11-20",
        "-o",
        tmp_path / "h.html",
        "--json",
    ).json
    assert heat["total"] == 61
    assert (tmp_path / "h.html").stat().st_size > 100_000
    report = run(
        "closing",
        COUNTY,
        "--period",
        "2026-10",
        "--as-of",
        "2026-11-20",
        "-o",
        tmp_path / "c.xlsx",
        "-o",
        tmp_path / "c.json",
        "--json",
    ).json
    assert report["total"]["received"] == 61
    assert 0 < report["total"]["rate"] < 1
    assert "按期办结率" in run("closing", COUNTY, "--period", "2026-10", "--by", "class").out
    run("closing", COUNTY, "--as-of", "2026-11-20", "--late", tmp_path / "late.csv")
    late = len(pd.read_csv(tmp_path / "late.csv"))
    assert late > 0
    gaps = run("gaps", COUNTY, "--refresh", "-o", tmp_path / "gaps.xlsx", "--json").json
    assert gaps["counts"]["event_late"] >= late
    assert len(pd.read_excel(tmp_path / "gaps.xlsx", engine="openpyxl")) == len(gaps["rows"]) > 0
    run("export", "events", "--area", COUNTY, "-o", tmp_path / "e.gpkg")
    frame = gpd.read_file(tmp_path / "e.gpkg")
    assert len(frame) == 61
    assert {"area_code", "cell_code", "assign_status"} <= set(frame.columns)
    assert "2026-13" in run("heat", "events", "--area", COUNTY, "--period", "2026-13", ok=False).err


def test_6_limits_batches_undo(run):
    assert run("class", "limit", "暴露垃圾", "2h", "--json").json["events"] > 0
    assert any(c["name"] == "暴露垃圾" for c in run("class", "list", "--json").json)
    batches = run("batch", "list", "--json").json
    events = [b for b in batches if b["kind"] == "event"]
    undone = run("batch", "undo", events[0]["id"], "--json").json
    assert undone["removed"] == 1
    assert run("batch", "show", events[1]["id"]).out
    assert run("batch", "undo", events[0]["id"], ok=False).err


def test_7_accounts_tokens_jobs(run):
    added = run("user", "add", "chen", "--role", "street", "--area", "990105001", "--json").json
    assert added["password"]
    assert "chen" in run("user", "list").out
    assert run("token", "create", "chen", "--name", "notebook", "--json").json["token"].startswith("gst_")
    run("user", "disable", "chen")
    run("user", "disable", "chen", "--undo")
    assert run("user", "add", "x", "--role", "king", ok=False).err
    assert run("job", "list", "--json").json == []
    assert run("worker", "--once").code == 0


def test_8_errors_as_json_with_remedy(run):
    body = run("grid", "divide", "--json", ok=False).json
    assert set(body["error"]) == {"code", "message", "remedy"}
    en = run("--lang", "en", "grid", "divide", "--json", ok=False).json
    assert en["error"]["message"] != body["error"]["message"]
    for command in (("area", "list"), ("serve", "--port", "8791")):
        gone = run(*command, ok=False, GRIDSVC_DSN="host=127.0.0.1 port=1 dbname=x user=y password=z")
        assert gone.err.startswith("✗")  # and nothing of each try before it
        assert "→" in gone.err
        assert not gone.out


def test_9_database_commands(run, tmp_path):
    assert run("db", "status", "--json").json
    checked = run("db", "check", "--json").json
    assert {c["name"] for c in checked if not c["ok"] and not c["warning"]} == set()
    assert run("db", "migrate", "--json").json["applied"] == []
    assert run("db", "reset", "wrong-name", ok=False).err
    backup = run("db", "backup", tmp_path / "b", "--json").json
    assert backup["tables"] > 15
    assert list((tmp_path / "b").glob("*"))
