"""Drafts, checks, cells drawn elsewhere, publishing: identity, records that move, dates, writers in between."""

import datetime as dt
from zoneinfo import ZoneInfo

import geopandas as gpd
import numpy as np
import pytest
import shapely

from gridsvc.domain.division import Recipe
from gridsvc.errors import ConflictError, InputError, MissingError
from gridsvc.services import cells as cell_service
from gridsvc.services import dividing, divisions, publishing, users
from gridsvc.services.filein import Source
from gridsvc.services.scopes import Question
from gridsvc.services.users import NewUser
from gridsvc.store.tx import SYSTEM, Caller
from tests import drawn
from tests.services.town import CODES, COUNTY, STREET, event

TODAY = dt.datetime.now(ZoneInfo("Asia/Shanghai")).date()  # the zone of the installation


def building(number, column, row):
    lon, lat = drawn.at(column, row)
    return {"楼栋编号": f"B{number}", "名称": f"{number}幢", "经度": lon, "纬度": lat}


@pytest.mark.parametrize(
    "how", [{"method": "square", "size_m": 130}, {"method": "hex", "size_m": 110}, {"method": "h3", "resolution": 11}]
)
def test_every_method_is_seamless_in_every_community(town, how):
    drafts = dividing.divide(town.db, SYSTEM, COUNTY, Recipe(**how))
    assert sorted(d.area_code for d in drafts) == sorted(CODES.values())
    for draft in drafts:
        found = divisions.check(town.db, SYSTEM, draft.division_id)
        assert found.clean, found.figures
        assert found.figures["gap_m2"] < 1e-6


def test_a_number_of_cells_is_shared_by_load(town):
    town.take(
        "building",
        town.csv(
            [building(i, 0.2 + 0.05 * i, 1.5) for i in range(40)]
            + [building(90 + i, 4.0 + i / 10, 1.5) for i in range(10)]
        ),
    )
    drafts = dividing.divide(town.db, SYSTEM, COUNTY, Recipe("square", cells=12))
    made = {d.area_code: d.figures["cells"] for d in drafts}
    assert made[CODES["A"]] > made[CODES["B"]] >= 1
    assert made[CODES["C"]] >= 1


def test_a_draft_changes_nothing_until_it_is_published(town):
    town.events([event(1, 0.5, 1.5)])
    town.divide(publish=False)
    assert town.rows("SELECT cell_key & 8191 AS seq FROM event")[0]["seq"] == 0
    assert town.count("cell") == 0
    done = publishing.publish_area(town.db, SYSTEM, COUNTY)
    assert sum(d.moved["event"] for d in done) == 1
    assert town.rows("SELECT cell_key & 8191 AS seq FROM event")[0]["seq"] > 0


def test_the_successor_that_keeps_most_of_the_load_keeps_key_and_name(town):
    town.take("building", town.csv([building(1, 0.5, 1.5), building(2, 2.5, 1.5)]))
    path = _cells(town, {"甲格": shapely.union_all([drawn.polygons("XX\nXX\n..")["X"]]),
                         "乙格": drawn.polygons("..X\n..X\n...")["X"]})  # fmt: skip
    drafts, rejects = divisions.import_cells(town.db, SYSTEM, Source(path), area=CODES["A"])
    assert rejects.empty
    first = publishing.publish(town.db, SYSTEM, drafts[0].division_id)
    assert first.cells == 2
    keys = {r["name"]: r["key"] for r in town.rows("SELECT name, key FROM cell WHERE area_code = %s", CODES["A"])}
    assert set(keys) == {"甲格", "乙格"}
    # the border moves by half a square; the buildings stay where they are
    half = shapely.box(*drawn.at(0, 1), *drawn.at(1.5, 3)), shapely.box(*drawn.at(1.5, 1), *drawn.at(3, 3))
    path = _cells(town, {"新一": half[1], "新二": half[0]}, "c2.geojson")
    drafts, _ = divisions.import_cells(town.db, SYSTEM, Source(path), area=CODES["A"])
    second = publishing.publish(town.db, SYSTEM, drafts[0].division_id)
    assert second.inherited == 2
    assert town.count("cell") == 2
    held = town.rows("SELECT b.source_key, b.cell_key FROM building b ORDER BY 1")
    assert [h["cell_key"] for h in held] == [keys["甲格"], keys["乙格"]]


def _cells(town, shapes, name="cells.geojson", **more):
    path = town.folder / name
    frame = gpd.GeoDataFrame({"网格名称": list(shapes), **more}, geometry=list(shapes.values()), crs=4326)
    frame.to_file(path, driver="GeoJSON")
    return path


def test_drawn_cells_keep_their_own_codes_and_bad_ones_come_back(town):
    shapes = {"一": drawn.polygons("X..\nX..\n...")["X"], "二": drawn.polygons(".XX\n.XX\n...")["X"],
              "远": shapely.box(120, 30, 120.001, 30.001),
              "蝶": shapely.Polygon([(118, 31.002), (118.001, 31.003), (118.001, 31.002), (118, 31.003)])}  # fmt: skip
    path = _cells(town, shapes, 网格编码=["SH-01", "SH-02", "SH-03", "SH-04"])
    drafts, rejects = divisions.import_cells(town.db, SYSTEM, Source(path))
    assert [d.area_code for d in drafts] == [CODES["A"]]
    assert sorted(rejects["reason"]) == ["division.cell_outside", "geometry.invalid"]
    publishing.publish(town.db, SYSTEM, drafts[0].division_id)
    rows = town.rows("SELECT code, code_alt, name FROM cell ORDER BY key")
    assert [(r["code_alt"], r["name"]) for r in rows] == [("SH-01", "一"), ("SH-02", "二")]
    assert rows[0]["code"] == CODES["A"] + "001"


def test_check_finds_gaps_overlaps_and_cells_outside(town):
    path = _cells(
        town,
        {
            "一": shapely.box(*drawn.at(-0.5, 1), *drawn.at(1.6, 3)),
            "二": shapely.box(*drawn.at(1.5, 1), *drawn.at(2.8, 3)),
        },
    )
    drafts, _ = divisions.import_cells(town.db, SYSTEM, Source(path))
    found = divisions.check(town.db, SYSTEM, drafts[0].division_id)
    assert not found.clean
    kinds = set(found.troubles["kind"])
    assert {"gap", "overlap", "outside"} <= kinds
    one = gpd.GeoSeries([drawn.polygons("A")["A"]], crs=4326).to_crs(4548).area[0]
    assert found.figures["overlap_m2"] == pytest.approx(0.1 * 2 * one, rel=1e-2)
    assert found.figures["gap_m2"] == pytest.approx(0.2 * 2 * one, rel=1e-2)
    assert found.figures["outside_m2"] == pytest.approx(0.5 * 2 * one, rel=1e-2)


def test_publishing_dates(cells):
    draft = cells.divide(publish=False, method="hex", size_m=100)[0].division_id
    with pytest.raises(InputError) as future:
        publishing.publish(cells.db, SYSTEM, draft, TODAY + dt.timedelta(days=2))
    assert future.value.code == "division.date_future"
    with pytest.raises(ConflictError) as before:
        publishing.publish(cells.db, SYSTEM, draft, TODAY - dt.timedelta(days=30))
    assert before.value.code == "division.date_before"
    publishing.publish(cells.db, SYSTEM, draft)
    with pytest.raises(ConflictError) as twice:
        publishing.publish(cells.db, SYSTEM, draft)
    assert twice.value.code == "division.not_draft"
    with pytest.raises(ConflictError):
        divisions.discard(cells.db, SYSTEM, draft)


def test_history_stays_answerable(town):
    past = TODAY - dt.timedelta(days=20)
    town.divide(day=past)
    town.divide(method="hex", size_m=100)
    rows = town.rows(
        "SELECT status, lower(valid) AS first, upper(valid) AS after FROM division WHERE area_code = %s ORDER BY id",
        CODES["A"],
    )
    assert [(r["status"], r["first"], r["after"]) for r in rows] == [
        ("retired", past, TODAY),
        ("published", TODAY, None),
    ]
    lon, lat = drawn.at(0.5, 1.5)
    for day in (past, TODAY):
        n = town.rows(
            "SELECT count(*) AS n FROM cell_version v WHERE v.valid @> %s "
            "AND ST_Contains(v.geom, ST_SetSRID(ST_Point(%s, %s), 4326))", day, lon, lat,
        )[0]["n"]  # fmt: skip
        assert n == 1


def test_publishing_again_in_the_same_ground_moves_nothing_and_keeps_every_key(cells):
    cells.events([event(i, 0.1 + i / 9, 0.5 + i / 20) for i in range(30)])
    before = cells.rows("SELECT source_key, cell_key FROM event ORDER BY 1")
    keys = {r["key"] for r in cells.rows("SELECT key FROM cell")}
    done = cells.divide()
    assert sum(sum(d.moved.values()) for d in done) == 0
    assert all(d.inherited == d.cells for d in done)
    assert cells.rows("SELECT source_key, cell_key FROM event ORDER BY 1") == before
    assert {r["key"] for r in cells.rows("SELECT key FROM cell")} == keys


def test_a_neighbour_across_the_communities_border_is_noted_however_it_came(cells):
    """One record beside the border of A and C: imported, and again after either side was divided anew."""
    cells.events([event(1, 1.5, 1 + 0.4 / 111), event(2, 1.5, 1 - 0.4 / 111)])

    def sides():
        return [
            (r["cell_key"] >> 13, r["cell_alt"] >> 13, r["assign_status"])
            for r in cells.rows("SELECT cell_key, cell_alt, assign_status FROM event ORDER BY source_key")
        ]

    a, c = int(CODES["A"]), int(CODES["C"])
    assert sides() == [(a, c, "border"), (c, a, "border")]
    drafts = cells.divide(publish=False, method="hex", size_m=90)
    for draft in drafts:
        publishing.publish(cells.db, SYSTEM, draft.division_id)
        assert sides() == [(a, c, "border"), (c, a, "border")]
    known = {r["cell_key"] for r in cells.rows("SELECT cell_key FROM cell_version WHERE upper_inf(valid)")}
    assert {r["cell_alt"] for r in cells.rows("SELECT cell_alt FROM event")} <= known


def test_the_database_agrees_with_the_assignment_after_publishing(cells):
    """The key of every event is the lowest code among the cells that cover its point, asked of PostGIS itself."""
    rng = np.random.default_rng(1)
    rows = [event(i, x, y) for i, (x, y) in enumerate(rng.uniform(-0.2, 6.2, (400, 2)))]
    cells.events(rows)
    cells.divide(method="hex", size_m=90)
    off = cells.rows(
        "SELECT count(*) AS n FROM event e LEFT JOIN LATERAL ("
        " SELECT min(v.cell_key) AS key FROM cell_version v"
        " WHERE upper_inf(v.valid) AND ST_Covers(v.geom, e.geom)) c ON true WHERE e.cell_key <> coalesce(c.key, 0)"
    )
    assert off[0]["n"] == 0


def test_an_import_between_snapshot_and_publication_is_not_lost(town, monkeypatch):
    """Written after the plan was made, under the old ground: the transaction that publishes looks at it again."""
    town.events([event(1, 0.5, 1.5)])
    draft = next(d for d in town.divide(publish=False) if d.area_code == CODES["A"])
    real = publishing._commit

    def late(*args, **more):
        town.take("event", town.csv([event(2, 2.5, 1.5)], "late.csv"))
        return real(*args, **more)

    monkeypatch.setattr(publishing, "_commit", late)
    done = publishing.publish(town.db, SYSTEM, draft.division_id)
    assert done.moved["event"] == 2
    assert [r["seq"] > 0 for r in town.rows("SELECT cell_key & 8191 AS seq FROM event")] == [True, True]


def test_a_publication_that_finds_the_ground_moved_begins_again(town, monkeypatch):
    drafts = town.divide(publish=False)
    real, calls = publishing._commit, []

    def moved(*args, **more):
        if not calls:
            calls.append(1)
            publishing._commit = real
            publishing.publish(town.db, SYSTEM, drafts[1].division_id)
        return real(*args, **more)

    monkeypatch.setattr(publishing, "_commit", moved)
    done = publishing.publish(town.db, SYSTEM, drafts[0].division_id)
    assert done.cells > 0
    assert town.rows("SELECT count(*) AS n FROM division WHERE status = 'published'")[0]["n"] == 2


def test_drafts_of_other_areas_do_not_exist_for_a_street(town):
    others = town.area_file("o.geojson")
    frame = gpd.read_file(others)
    frame["code"] = frame["code"].str.replace(STREET, "990105002").where(frame["code"].str.len() > 6, "990106")
    frame = frame[frame["code"] != "990106"]
    frame["geometry"] = frame.geometry.translate(0.1, 0)
    frame.to_file(others, driver="GeoJSON")
    town.areas(others)
    drafts = dividing.divide(town.db, SYSTEM, "990105002", Recipe("square", size_m=120))
    number, _ = users.add(town.db, SYSTEM, NewUser("j", "街道", "street", STREET))
    street = Caller(number)
    with pytest.raises(MissingError):
        publishing.publish(town.db, street, drafts[0].division_id)
    with pytest.raises((InputError, MissingError)):
        dividing.divide(town.db, street, "990105002", Recipe("square", size_m=120))
    assert dividing.divide(town.db, street, STREET, Recipe("square", size_m=120))


def test_the_cell_at_a_point_and_what_is_in_it(cells):
    cells.events([event(1, 0.5, 2.5), event(2, 0.5, 2.5, 类别="路灯不亮"), event(3, 4.5, 2.5)])
    lon, lat = drawn.at(0.5, 2.5)
    found = cell_service.at(cells.db, SYSTEM, lon, lat)
    assert found["cell"]["code"] == CODES["A"] + "001"
    assert [a["code"] for a in found["areas"]][-1] in (COUNTY, CODES["A"])
    here = cell_service.summary(cells.db, SYSTEM, found["cell"]["code"], Question(period="all"))
    assert here["events"] == 2
    assert len(here["classes"]) == 2
    with pytest.raises(MissingError):
        cell_service.at(cells.db, SYSTEM, 10, 10)
    with pytest.raises(InputError):
        cell_service.at(cells.db, SYSTEM, 200, 10)


def test_a_point_on_a_border_names_its_neighbour(cells):
    rows = cells.rows(
        "SELECT ST_X(p) AS x, ST_Y(p) AS y, a.cell_key AS low, b.cell_key AS high FROM cell_version a JOIN cell_version b ON a.cell_key < b.cell_key "
        "AND ST_Touches(a.geom, b.geom), LATERAL ST_LineInterpolatePoint(ST_LineMerge(ST_CollectionExtract(ST_Intersection(a.geom, b.geom), 2)), 0.5) p "
        "WHERE ST_Dimension(ST_Intersection(a.geom, b.geom)) = 1 LIMIT 5"
    )
    assert rows
    for r in rows:
        found = cell_service.at(cells.db, SYSTEM, r["x"], r["y"])
        keys = {found["cell"]["key"], (found["alternative"] or {}).get("key")}
        assert keys == {r["low"], r["high"]}


def test_the_version_of_the_ground_tells_readers(cells):
    with_version = cells.rows("SELECT last_value AS n FROM ground_version")[0]["n"]
    cells.divide(method="hex", size_m=100)
    assert cells.rows("SELECT last_value AS n FROM ground_version")[0]["n"] > with_version


def test_what_is_said_of_limits_counts_without_a_size_too(town):
    rows = [building(i * 20 + j, 0.15 + 0.3 * i, 1.15 + 0.2 * j) | {"户数": 40} for i in range(10) for j in range(9)]
    town.take("building", town.csv(rows, "b.csv"))
    (usual,) = dividing.divide(town.db, SYSTEM, CODES["A"], dividing.Wish())
    assert usual.figures["cells"] == 9  # 3,600 households
    assert {"seconds", "load_cv_bound", "barrier_crossing_m", "below_least", "above_most"} <= set(usual.figures)
    assert (usual.figures["below_least"], usual.figures["above_most"]) == (0, 0)
    (own,) = dividing.divide(town.db, SYSTEM, CODES["A"], dividing.Wish(limits={"most": 380.0, "least": None}))
    assert own.figures["above_most"] == 9
    found = divisions.check(town.db, SYSTEM, usual.division_id).figures
    assert found["load_cv_bound"] == usual.figures["load_cv_bound"]


def test_without_a_size_and_households_and_without_any_load_it_is_refused(town):
    with pytest.raises(InputError) as told:
        dividing.divide(town.db, SYSTEM, CODES["A"], dividing.Wish())
    assert told.value.code == "division.one_size"
    with pytest.raises(InputError) as told:
        dividing.divide(town.db, SYSTEM, CODES["A"], Recipe(target=10))
    assert told.value.code == "division.no_load"


def test_how_much_moves_is_told_when_cells_are_to_be_kept(town):
    rows = [building(i * 20 + j, 0.15 + 0.3 * i, 1.15 + 0.2 * j) for i in range(10) for j in range(9)]
    town.take("building", town.csv(rows, "b.csv"))
    (first,) = dividing.divide(town.db, SYSTEM, CODES["A"], Recipe(target=10))
    publishing.publish(town.db, SYSTEM, first.division_id)
    (again,) = dividing.divide(town.db, SYSTEM, CODES["A"], dividing.Wish(Recipe(target=10), previous=True))
    assert again.figures["moved_share"] == 0
    (other,) = dividing.divide(town.db, SYSTEM, CODES["A"], dividing.Wish(Recipe(target=20), previous=True))
    assert other.figures["moved_share"] > 0.3


def test_parts_share_a_number_of_cells_also_when_they_are_balanced(town):
    rows = [building(i * 20 + j, 0.15 + 0.3 * i, 1.15 + 0.2 * j) for i in range(10) for j in range(9)]
    rows += [building(900 + i, 4.0 + i / 10, 1.5) for i in range(10)]
    town.take("building", town.csv(rows, "b.csv"))
    drafts = dividing.divide(town.db, SYSTEM, COUNTY, Recipe(cells=10))
    made = {d.area_code: d.figures["cells"] for d in drafts}
    assert made == {CODES["A"]: 8, CODES["B"]: 1, CODES["C"]: 1}
    assert all(divisions.check(town.db, SYSTEM, d.division_id).clean for d in drafts)
