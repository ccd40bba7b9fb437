"""Importing areas: codes, coordinate systems, invalid shapes, siblings, dated changes, scope."""

import datetime as dt

import geopandas as gpd
import pytest
import shapely

from gridsvc.errors import InputError
from gridsvc.services import areas, users
from gridsvc.services.areas import AreaRequest
from gridsvc.services.filein import Source
from gridsvc.services.users import NewUser
from gridsvc.store.tx import SYSTEM, Caller
from tests import drawn
from tests.services.town import CODES, COUNTY, STREET, Town, event

BOWTIE = shapely.Polygon([(118.01, 31.0), (118.012, 31.002), (118.012, 31.0), (118.01, 31.002)])


@pytest.fixture
def empty(db, tmp_path):
    """No area yet."""
    return Town(db, tmp_path)


def write(town, rows, name="a.geojson", crs=4326):
    path = town.folder / name
    frame = gpd.GeoDataFrame(rows, crs=crs)
    frame.to_file(path, driver="GPKG" if name.endswith("gpkg") else "GeoJSON" if name.endswith("json") else None)
    return path


def test_codes_names_levels_and_parents(empty):
    done = empty.areas()
    assert done.codes == "gb"
    assert done.counts["new"] == 5
    rows = {
        r["code"]: r
        for r in empty.rows(
            "SELECT a.code, a.level, p.code AS parent, ST_GeometryType(a.geom) AS g, a.area_m2 FROM area a LEFT JOIN area p ON p.key = a.parent_key AND p.level < a.level"
        )
    }
    assert rows[COUNTY]["level"] == 6
    assert rows[COUNTY]["parent"] is None
    assert rows[STREET]["parent"] == COUNTY
    assert all(rows[c]["parent"] == STREET for c in CODES.values())
    assert {r["g"] for r in rows.values()} == {"ST_MultiPolygon"}
    assert sum(rows[c]["area_m2"] for c in CODES.values()) == pytest.approx(rows[COUNTY]["area_m2"], rel=1e-9)


def test_the_same_areas_again_change_nothing(empty):
    path = empty.area_file()
    empty.areas(path)
    again = empty.areas(path)
    assert again.batch_id is None
    assert again.counts["new"] == again.counts["changed"] == 0
    assert empty.count("area") == 5


@pytest.mark.parametrize(("epsg", "numbered"), [(4527, True), (4548, False)])
def test_cgcs2000_zones_with_and_without_their_number_are_recognised(empty, epsg, numbered):
    """Coordinates alone, in a file that says nothing about its system (a shapefile without .prj)."""
    shapes = gpd.GeoSeries(list(drawn.polygons("AAABBB").values()), crs=4326).to_crs(epsg)
    # EPSG:4527 is zone 39 with its number (false easting 39 500 000), EPSG:4548 the same meridian without (500 000)
    rows = gpd.GeoDataFrame({"code": [CODES["A"], CODES["B"]], "name": ["甲", "乙"]}, geometry=shapes.to_numpy())
    folder = empty.folder / "shp"
    folder.mkdir()
    with pytest.warns(UserWarning, match="crs"):
        rows.to_file(folder / "a.shp", engine="pyogrio")
    if numbered:
        done = areas.run(empty.db, SYSTEM, AreaRequest(Source(folder / "a.shp", local=True)))
    else:
        with pytest.raises(InputError) as refused:
            areas.run(empty.db, SYSTEM, AreaRequest(Source(folder / "a.shp", local=True)))
        assert refused.value.code.startswith("crs.")  # a meridian cannot be guessed: it must be said
        done = areas.run(empty.db, SYSTEM, AreaRequest(Source(folder / "a.shp", local=True, crs=str(epsg))))
    assert done.counts["new"] == 2
    found = empty.rows("SELECT ST_XMin(geom) AS x, ST_YMin(geom) AS y FROM area WHERE code = %s", CODES["A"])[0]
    assert (found["x"], found["y"]) == pytest.approx(drawn.ORIGIN, abs=2e-8)


def test_invalid_shapes_are_left_out_with_reason_and_place_unless_repaired(empty):
    path = write(empty, [
        {"code": CODES["A"], "name": "甲", "geometry": drawn.polygons("AAA")["A"]},
        {"code": CODES["B"], "name": "乙", "geometry": BOWTIE},
    ])  # fmt: skip
    left = empty.areas(path)
    assert left.counts["new"] == 1
    assert left.counts["invalid"] == 1
    (fault,) = left.invalid
    assert "Self-intersection" in fault["reason"]
    assert (fault["lon"], fault["lat"]) == pytest.approx((118.011, 31.001))
    assert fault["name"] == "乙"
    assert list(left.rejects["reason"]) == ["geometry.invalid"]
    mended = empty.areas(path, repair=True)
    assert mended.counts["new"] == 1
    kept = empty.rows("SELECT ST_IsValid(geom) AS ok, area_m2 FROM area WHERE code = %s", CODES["B"])[0]
    assert kept["ok"]
    whole = shapely.box(118.01, 31.0, 118.012, 31.002)
    assert kept["area_m2"] == pytest.approx(gpd.GeoSeries([whole], crs=4326).to_crs(4548).area[0] / 2, rel=1e-3)


def test_overlaps_and_holes_between_siblings_have_sizes_and_shapes(empty):
    squares = drawn.polygons("""
        AAAA
        A.BB
        AABB
    """)
    wide = shapely.union(squares["B"], shapely.box(*drawn.at(1.5, 0), *drawn.at(2, 1)))
    hull = drawn.polygons("AAAA\nAAAA\nAAAA")["A"]
    done = empty.areas(write(empty, [
        {"code": STREET, "name": "街道", "geometry": hull},
        {"code": CODES["A"], "name": "甲", "geometry": squares["A"]},
        {"code": CODES["B"], "name": "乙", "geometry": wide},
    ]))  # fmt: skip
    assert done.counts["overlaps"] == 1
    assert done.counts["holes"] == 1
    table = done.troubles.set_index("kind")
    one = gpd.GeoSeries([drawn.polygons("A")["A"]], crs=4326).to_crs(4548).area[0]
    assert table.loc["overlap", "m2"] == pytest.approx(one / 2, rel=1e-3)
    assert table.loc["hole", "m2"] == pytest.approx(one, rel=1e-3)
    assert table.loc["hole", "geometry"].contains(shapely.Point(drawn.at(1.5, 1.5)))
    assert table.loc["overlap", ["one", "other"]].tolist() == [CODES["A"], CODES["B"]]


def test_local_codes_are_given_once_and_kept(empty):
    shapes = drawn.polygons("AABBCC")
    rows = [{"ID": i, "NAME": f"Zone {i}", "geometry": g} for i, g in zip((7, 3, 5), shapes.values(), strict=True)]
    first = empty.areas(write(empty, rows), codes="local", list_name="zones")
    assert first.codes == "local"
    known = {r["code_alt"]: r["code"] for r in empty.rows("SELECT code, code_alt FROM area WHERE level = 12")}
    assert set(known) == {"7", "3", "5"}
    assert all(c.startswith("99") and len(c) == 12 for c in known.values())
    assert all(c.startswith(first.top) for c in known.values())
    more = [*rows, {"ID": 1, "NAME": "Zone 1", "geometry": shapely.box(118.02, 31, 118.021, 31.001)}]
    second = empty.areas(write(empty, more, "b.geojson"), codes="local", list_name="zones")
    assert second.counts["new"] == 1
    after = {r["code_alt"]: r["code"] for r in empty.rows("SELECT code, code_alt FROM area WHERE level = 12")}
    assert {k: after[k] for k in known} == known


def test_several_counties_have_the_code_above_them_in_common(empty):
    shapes = drawn.polygons("AABB")
    rows = [{"code": c, "name": c, "geometry": g} for c, g in zip(("310101", "310109"), shapes.values(), strict=True)]
    done = empty.areas(write(empty, rows))
    assert done.top == "3101"
    held = empty.take("event", empty.csv([event(1, 0.5, 0.5), event(2, 2.5, 0.5)]), area=done.top)
    assert held.counts["new"] == 2


def test_a_file_without_codes_says_what_to_do(empty):
    with pytest.raises(InputError) as refused:
        empty.areas(write(empty, [{"NAME": "x", "geometry": drawn.polygons("A")["A"]}]))
    assert refused.value.code == "area.codes_needed"


def test_a_code_given_twice_or_malformed_is_a_reject(empty):
    shapes = drawn.polygons("ABCD")
    done = empty.areas(write(empty, [
        {"code": CODES["A"], "name": "甲", "geometry": shapes["A"]},
        {"code": CODES["A"], "name": "乙", "geometry": shapes["B"]},
        {"code": "12-34", "name": "丙", "geometry": shapes["C"]},
        {"code": CODES["B"], "name": None, "geometry": shapes["D"]},
    ]))  # fmt: skip
    assert done.counts["new"] == 1
    assert dict(zip(done.rejects["row_no"], done.rejects["reason"], strict=True)) == {
        2: "code.twice", 3: "code.malformed", 4: "value.missing",
    }  # fmt: skip


def test_valid_from_keeps_the_old_shape_until_the_day_before(town):
    """Community C gives a square to B on 1 October: history stays answerable, and events move."""
    cells = town
    cells.events([event(1, 2.5, 0.5)])
    before = cells.rows("SELECT cell_key FROM event")[0]["cell_key"]
    assert before >> 13 == int(CODES["C"])
    changed = cells.area_file("b.geojson", "AAABBB\nAAABBB\nCCBBBB")
    done = cells.areas(changed, valid_from=dt.date(2026, 10, 1))
    assert done.counts["changed"] == 2
    history = cells.rows(
        "SELECT lower(valid) AS first, upper(valid) AS after FROM area WHERE code = %s ORDER BY id", CODES["C"]
    )
    assert [(h["first"], h["after"]) for h in history] == [(None, dt.date(2026, 10, 1)), (dt.date(2026, 10, 1), None)]
    assert done.reassigned["event"] == 1
    assert cells.rows("SELECT cell_key >> 13 AS area FROM event")[0]["area"] == int(CODES["B"])


def test_a_correction_without_a_date_changes_the_shape_in_place(cells):
    cells.areas(cells.area_file("b.geojson", "AAABBB\nAAABBB\nCCBBBB"))
    rows = cells.rows("SELECT count(*) AS n FROM area WHERE code = %s", CODES["C"])
    assert rows[0]["n"] == 1
    assert cells.rows("SELECT count(*) AS n FROM history WHERE entity = 'area'")[0]["n"] == 2


def test_a_county_may_load_its_own_areas_only(town):
    other = town.area_file("o.geojson", codes={k: v.replace("990105", "990106") for k, v in CODES.items()})
    frame = gpd.read_file(other)
    frame["code"] = frame["code"].str.replace("990105", "990106")
    frame.to_file(other, driver="GeoJSON")
    number, _ = users.add(town.db, SYSTEM, NewUser("q", "区县", "county", COUNTY))
    with pytest.raises(InputError) as refused:
        town.areas(other, caller=Caller(number))
    assert refused.value.code == "import.area_outside"
    assert town.count("area") == 5


def test_a_dry_run_writes_nothing(empty):
    done = empty.areas(dry_run=True)
    assert done.counts["new"] == 5
    assert empty.count("area") == 0
    assert empty.count("source") == 0
