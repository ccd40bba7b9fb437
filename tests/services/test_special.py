"""Special cells: over the basic ones, with posts that give rows of the ground and never residents."""

import geopandas as gpd
import openpyxl
import pytest
import shapely

from gridsvc.errors import ConflictError, InputError
from gridsvc.render import gridmap
from gridsvc.services import cells as cell_service
from gridsvc.services import divisions, gridreport, lineage, publishing, special
from gridsvc.services.filein import Source
from gridsvc.services.scopes import Question
from gridsvc.store.tx import SYSTEM, begin
from tests import drawn
from tests.services.test_duty import account as officer
from tests.services.test_duty import day, posts
from tests.services.test_people import PEOPLE, houses  # noqa: F401
from tests.services.town import CODES, STREET, event

A, B = CODES["A"], CODES["B"]


def box(left, top, right, bottom):
    west, north = drawn.at(left, top)
    east, south = drawn.at(right, bottom)
    return shapely.box(west, min(south, north), east, max(south, north))


def file(town, *rows, name="special.geojson"):
    path = town.folder / name
    gpd.GeoDataFrame([dict(zip(("名称", "类型", "geometry"), r, strict=True)) for r in rows], crs=4326).to_file(path)
    return Source(path, local=True)


@pytest.fixture
def park(houses):  # noqa: F811
    """A park across the border of A and B, in force."""
    houses.events([event(10 * x + y, x + 0.5, y + 0.5) for x in range(6) for y in range(3)])
    source = file(houses, ("中心公园", "公园", box(2.2, 2.8, 3.8, 1.2)))
    houses.draft, rejects = special.import_cells(houses.db, SYSTEM, source, STREET)
    assert rejects.empty
    assert (houses.draft.area_code, houses.draft.area_name) == (STREET, "测试街道")
    houses.park = publishing.publish(houses.db, SYSTEM, houses.draft.division_id)
    return houses


def test_a_special_cell_lies_over_the_basic_ones_and_moves_no_record(park):
    assert (park.park.cells, park.park.moved) == (1, {})
    (cell,) = park.rows("SELECT * FROM cell WHERE kind <> 'basic'")
    assert (cell["name"], cell["kind"], cell["area_code"], cell["code"]) == (
        "中心公园",
        "06",
        STREET,
        STREET + "000001",
    )
    assert park.rows("SELECT count(*) AS n FROM event WHERE cell_key = %s", cell["key"])[0]["n"] == 0
    there = cell_service.at(park.db, SYSTEM, *drawn.at(2.5, 2))
    assert [s["name"] for s in there["special"]] == ["中心公园"]
    assert there["cell"]["code"].startswith(A)
    assert cell_service.at(park.db, SYSTEM, *drawn.at(0.5, 2))["special"] == []
    assert divisions.check(park.db, SYSTEM, park.draft.division_id).clean
    assert cell["key"] not in set(cell_service.inside(park.db, SYSTEM, STREET)["key"])


def test_what_lies_in_it_is_found_by_geometry(park):
    code = park.rows("SELECT code FROM cell WHERE kind <> 'basic'")[0]["code"]
    found = cell_service.summary(park.db, SYSTEM, code, Question(period="365d"))
    # of the 18 events in the town, those at (2.5, 1.5), (2.5, 2.5), (3.5, 1.5), (3.5, 2.5)
    inside = park.rows(
        "SELECT count(*) AS n FROM event e JOIN cell_version v ON v.kind <> 'basic' WHERE ST_Covers(v.geom, e.geom)"
    )
    assert found["events"] == inside[0]["n"] == 4
    assert found["unit"]["name"] == "中心公园"


def test_a_post_on_it_gives_the_ground_and_never_the_residents(park):
    park.take("person", park.csv(PEOPLE, "people.csv"))
    park.take("officer", park.csv([{"姓名": "钱一", "工号": "W1"}], "officers.csv"))
    who = officer(park, "W1")
    posts(park, {"工号": "W1", "岗位": "专职网格员", "网格": "中心公园", "起始日期": day(-1)})
    touched = {r["key"] for r in park.rows(
        """SELECT v.cell_key AS key FROM cell_version v JOIN cell_version s ON s.kind <> 'basic'
           WHERE v.kind = 'basic' AND ST_Area(ST_Intersection(v.geom, s.geom)) > 0 AND upper_inf(v.valid)""")}  # fmt: skip
    with begin(park.db, who, "rows") as tx:
        assert {r["k"] for r in tx.conn.execute("SELECT DISTINCT cell_key AS k FROM event").fetchall()} <= touched
        assert tx.conn.execute("SELECT count(*) AS n FROM event").fetchone()["n"] >= 4
        assert tx.who.person_scope == ()
        assert tx.conn.execute("SELECT count(*) AS n FROM person").fetchone()["n"] == 0
    # a basic post in one of the same cells gives the residents of that cell alone
    (key, code) = next(
        (r["key"], r["code"]) for r in park.rows("SELECT key, code FROM cell WHERE key = ANY(%s)", list(touched))
    )
    posts(park, {"工号": "W1", "岗位": "专职网格员", "网格": code, "起始日期": day(-1)})
    with begin(park.db, who, "rows") as tx:
        assert tx.who.person_scope == ((key, key + 1),)


def test_a_new_one_takes_the_place_of_the_old_one_and_both_can_stand_side_by_side(park):
    school = file(park, ("第一小学", "学校", box(0.2, 2.8, 0.8, 2.2)), name="school.geojson")
    beside, _ = special.import_cells(park.db, SYSTEM, school, A)
    publishing.publish(park.db, SYSTEM, beside.division_id)
    larger = file(
        park,
        ("中心公园", "公园", box(2.1, 2.9, 3.9, 1.1)),
        ("滨河市场", "市场", box(4.2, 2.8, 4.8, 2.2)),
        name="l.geojson",
    )
    draft, _ = special.import_cells(park.db, SYSTEM, larger, STREET, replaces=park.draft.division_id)
    done = publishing.publish(park.db, SYSTEM, draft.division_id)
    assert (done.cells, done.inherited, done.ended) == (2, 1, 0)
    live = "SELECT name FROM cell WHERE kind <> 'basic' AND ended IS NULL ORDER BY name"
    assert [r["name"] for r in park.rows(live)] == ["中心公园", "滨河市场", "第一小学"]
    with pytest.raises(ConflictError):  # it was replaced already
        special.import_cells(park.db, SYSTEM, larger, STREET, replaces=park.draft.division_id)
    back = publishing.publish(park.db, SYSTEM, lineage.restore(park.db, SYSTEM, park.draft.division_id))
    assert (back.cells, back.inherited, back.ended) == (1, 1, 1)
    gone = publishing.retire(park.db, SYSTEM, back.division_id)
    assert (gone.ended, gone.moved) == (1, {})
    assert [r["name"] for r in park.rows(live)] == ["第一小学"]
    # a basic division that is published anew leaves special cells alone
    park.divide(A, method="square", size_m=200)
    assert [r["name"] for r in park.rows(live)] == ["第一小学"]


def test_what_cannot_be_is_refused_and_bad_rows_are_listed(park):
    with pytest.raises(InputError):  # reaches out of A
        special.import_cells(
            park.db, SYSTEM, file(park, ("大", "公园", box(1.5, 2.8, 3.8, 1.2)), name="x.geojson"), A
        )
    rows = file(park, ("一", "公园", box(0.2, 2.8, 0.8, 2.2)), ("二", "火箭场", box(1.2, 2.8, 1.8, 2.2)),
                ("三", None, box(50, 2.8, 51, 2.2)), name="y.geojson")  # fmt: skip
    draft, rejects = special.import_cells(park.db, SYSTEM, rows, A)
    assert draft.figures["cells"] == 1
    assert sorted(zip(rejects["field"], rejects["reason"], strict=True)) == [
        ("geom", "division.cell_outside"), ("kind", "value.code")]  # fmt: skip
    from gridsvc.services import editing, handover

    with pytest.raises(ConflictError):
        editing.merge(park.db, SYSTEM, draft.division_id, [1, 2])
    with pytest.raises(ConflictError):
        handover.of(park.db, SYSTEM, park.draft.division_id)
    bowtie = shapely.Polygon([(118.0, 31.0), (118.001, 31.001), (118.001, 31.0), (118.0, 31.001)])
    with pytest.raises(InputError):
        special.draw(park.db, SYSTEM, A, [{"name": "x", "kind": "公园", "geom": bowtie}], name="x")


def test_special_cells_stand_in_the_printed_table_and_count_once(park, tmp_path, monkeypatch):
    pages, print_signs = [], gridmap.signs
    monkeypatch.setattr(gridmap, "signs", lambda p: pages.extend(p) or print_signs(p))
    gridreport.write(park.db, SYSTEM, STREET, tmp_path / "r")
    scene, place, said = pages[-1]
    assert (said["area"], said["name"], len(scene.cells), place) == ("测试街道", "中心公园", 1, 0)
    # basic cells have no special one among their neighbours, on maps it is an outline
    assert all(len(s.cells) < len(pages) for s, _, _ in pages)
    assert any(style == "special" for style, _ in pages[0][0].ground)
    sheet = openpyxl.load_workbook(tmp_path / "r" / "网格划分一览表.xlsx").active
    rows = list(sheet.iter_rows(min_row=4, values_only=True))
    assert rows[-2][2:4] == ("中心公园", "专属网格（公园景区）")
    assert rows[-1][5 + 1] == sum(r[6] for r in rows[:-2])  # ground is not counted twice
