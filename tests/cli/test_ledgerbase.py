"""``gridsvc address build|waiting|place|questions|decide`` and ``import people --build`` as typed."""

import geopandas as gpd
import pytest

from tests import drawn
from tests.services.town import CODES, COUNTY, MAP, STREET

LEDGER = (
    "姓名,住址\n"
    + "".join(f"张{k},新苑小区{k % 2 + 1}幢1单元{k + 101}室\n" for k in range(12))
    + "李四,心苑小区1幢102\n"
)


@pytest.fixture(scope="module")
def office(tmp_path_factory):
    """A folder with areas and a ledger."""
    import shapely

    folder = tmp_path_factory.mktemp("office")
    shapes = drawn.polygons(MAP)
    whole = shapely.union_all(list(shapes.values()))
    rows = [{"code": COUNTY, "name": "测试县", "geometry": whole}, {"code": STREET, "name": "测试街道", "geometry": whole},
            *({"code": CODES[k], "name": f"{k}社区", "geometry": g} for k, g in shapes.items())]  # fmt: skip
    gpd.GeoDataFrame(rows, crs=4326).to_file(folder / "areas.geojson", driver="GeoJSON")
    (folder / "台账.csv").write_text(LEDGER, encoding="utf-8")
    return folder


def test_a_ledger_from_the_command_line(run, office, tmp_path):
    run("area", "import", office / "areas.geojson")
    proposed = run("address", "build", office / "台账.csv", "--area", CODES["A"], "--dry-run", "-o", "楼栋.csv")
    assert "新苑小区1幢" in proposed.out
    assert "新苑小区2幢" in (tmp_path / "楼栋.csv").read_text(encoding="utf-8-sig")
    built = run("address", "build", office / "台账.csv", "--area", CODES["A"], "--json").json
    assert (built["new"]["building"], built["questions"]) == (3, 1)
    people = run("import", "people", office / "台账.csv", "--area", CODES["A"], "--build")
    assert "13" in people.out
    (question,) = run("address", "questions", "--json").json
    assert "心苑小区" in run("address", "decide", question["id"], "--candidate", "1").out
    assert "并入" in run("address", "reopen", question["id"], ok=False).err
    (decided,) = run("address", "questions", "--state", "decided", "--json").json
    assert decided["id"] == question["id"]
    waiting = run("address", "waiting", "--json").json
    assert [(i["label"], i["people"]) for i in waiting["items"]] == [("新苑小区1幢", 7), ("新苑小区2幢", 6)]
    number = waiting["items"][0]["id"]
    lon, lat = drawn.at(0.5, 2.5)
    run("address", "place", number, "--lon", lon, "--lat", lat)
    assert "6" in run("address", "waiting").out


def test_what_is_wrong_is_said(run, office):
    assert "ledger" not in run("address", "build", office / "areas.geojson", ok=False).err.lower()
    assert "--state" in run("address", "questions", "--state", "x", ok=False).err
    assert "999" in run("address", "decide", "999", "--dismiss", ok=False).err
