"""Drawn from nothing: cells that fit, estates, barriers, areas, special cells; previews while a line is dragged."""

import geopandas as gpd
import pytest
import shapely

from gridsvc.domain.recipe import Recipe
from gridsvc.errors import ConflictError, ForbiddenError, InputError
from gridsvc.services import dividing, divisions, drawing, editing, publishing
from gridsvc.store.tx import SYSTEM
from tests import drawn
from tests.services.test_divisions import building
from tests.services.test_people import account
from tests.services.test_special import box
from tests.services.town import CODES, COUNTY, STREET

A, B = CODES["A"], CODES["B"]


def frame(*rows):
    return gpd.GeoDataFrame([dict(zip(("name", "kind", "code", "geometry"), r, strict=True)) for r in rows], crs=4326)


def test_cells_drawn_roughly_are_a_seamless_draft(town):
    rows = frame(("东格", None, None, box(1.4, 3.4, 3.6, 0.6)), ("西格", None, None, box(-0.5, 3.4, 1.398, 0.6)))
    done = drawing.save(town.db, account(town, "street", STREET), "cells", A, rows)
    checked = divisions.check(town.db, SYSTEM, done.division_id)
    assert checked.clean, checked.figures
    assert done.open_m2 == 0
    published = publishing.publish(town.db, SYSTEM, done.division_id)
    assert published.cells == 2
    assert {r["name"] for r in town.rows("SELECT name FROM cell")} == {"东格", "西格"}
    with pytest.raises(InputError):  # a street has communities
        drawing.save(town.db, SYSTEM, "cells", STREET, rows)
    with pytest.raises(InputError):
        drawing.save(town.db, SYSTEM, "cells", A, frame(("远", None, None, box(40, 3, 41, 2))))


def test_estates_barriers_and_special_cells(town):
    clerk = account(town, "street", STREET)
    done = drawing.save(town.db, clerk, "estates", A, frame(("新苑", None, None, box(0.2, 2.8, 1.2, 2.2))))
    assert (done.written, done.rejects) == (1, [])
    (row,) = town.rows("SELECT name, cell_key >> 13 AS a, ST_Dimension(geom) AS d FROM estate")
    assert (row["name"], row["a"], row["d"]) == ("新苑", int(A), 2)
    wall = shapely.linestrings([drawn.at(1.5, 0.9), drawn.at(1.5, 3.1)])
    assert drawing.save(town.db, clerk, "barriers", A, frame(("围墙", "wall", None, wall))).written == 1
    rows = [building(i * 20 + j, 0.15 + 0.3 * i, 1.15 + 0.2 * j) for i in range(10) for j in range(9)]
    town.take("building", town.csv(rows, "b.csv"))
    (draft,) = dividing.divide(town.db, SYSTEM, A, dividing.Wish(Recipe(cells=2), strengths={"wall": "hard"}))
    assert draft.figures["barrier_crossing_m"] == 0
    park = drawing.save(town.db, clerk, "special", STREET, frame(("公园", "公园", None, box(2.2, 2.8, 3.8, 1.2))))
    assert divisions.one(town.db, SYSTEM, park.division_id)["purpose"] == "special"
    with pytest.raises(InputError):
        drawing.save(town.db, clerk, "barriers", A, frame(("墙", "火墙", None, wall)))
    with pytest.raises(InputError):
        drawing.save(town.db, clerk, "special", STREET, frame(("线", "公园", None, wall)))
    with pytest.raises(InputError):
        drawing.save(town.db, clerk, "special", STREET, frame(("飞", "火箭场", None, box(2.2, 2.8, 3.8, 1.2))))


def test_a_community_is_drawn_beside_those_that_are_there(empty_street):
    town = empty_street
    new = STREET + "009"
    done = drawing.save(town.db, SYSTEM, "areas", STREET, frame(("新社区", None, new, box(-1, 4, 7, -1))))
    assert done.written == 1
    shapes = {
        r["code"]: shapely.from_wkb(bytes(r["g"])) for r in town.rows("SELECT code, ST_AsBinary(geom) AS g FROM area")
    }
    rest = shapely.difference(shapes[STREET], shapely.union_all([shapes[CODES[k]] for k in "AB"]))
    assert shapely.area(shapely.symmetric_difference(shapes[new], rest)) < 1e-12
    with pytest.raises(ForbiddenError):
        drawing.save(
            town.db, account(town, "street", STREET), "areas", STREET, frame(("x", None, new, box(0, 1, 1, 0)))
        )
    with pytest.raises(InputError):
        drawing.save(town.db, SYSTEM, "areas", STREET, frame(("x", None, "110101001001", box(0, 1, 1, 0))))


@pytest.fixture
def empty_street(db, tmp_path):
    """The town without its third community."""
    from tests.services.town import Town

    town = Town(db, tmp_path)
    path = town.area_file()
    rows = gpd.read_file(path)
    rows[rows["code"] != CODES["C"]].to_file(path, driver="GeoJSON")
    town.areas(path)
    return town


def test_what_a_line_would_make_is_told_before_it_is_done(town):
    rows = [building(i * 20 + j, 0.15 + 0.3 * i, 1.15 + 0.2 * j) | {"户数": 10} for i in range(10) for j in range(9)]
    town.take("building", town.csv(rows, "b.csv"))
    (draft,) = dividing.divide(town.db, SYSTEM, A, dividing.Wish(Recipe(cells=1), weight="households"))
    low, high = drawn.at(1.0, 0.9), drawn.at(1.0, 3.1)
    line = shapely.linestrings([low, high])
    seen = editing.preview(town.db, SYSTEM, draft.division_id, [1], line)
    assert sorted(seen["load"]) == [270, 630]
    assert len(divisions.cells(town.db, SYSTEM, draft.division_id)) == 1
    done = editing.split(town.db, SYSTEM, draft.division_id, 1, line)
    cells = divisions.cells(town.db, SYSTEM, done.division_id)
    assert sorted(cells["load"]) == [270, 630]
    further = shapely.linestrings([drawn.at(1.2, 0.9), drawn.at(1.2, 3.1)])
    moved = editing.preview(town.db, SYSTEM, done.division_id, [1, 2], further)
    assert sorted(moved["load"]) == [360, 540]
    with pytest.raises(InputError):
        editing.preview(town.db, SYSTEM, done.division_id, [1], shapely.linestrings([drawn.at(8, 8), drawn.at(9, 9)]))
    park = drawing.save(town.db, SYSTEM, "special", STREET, frame(("公园", "公园", None, box(2.2, 2.8, 3.8, 1.2))))
    with pytest.raises(ConflictError):
        editing.preview(town.db, SYSTEM, park.division_id, [1], line)


def test_a_code_that_stands_twice_is_told_in_words(empty_street):
    new = STREET + "009"
    rows = frame(("甲", None, new, box(0, 0.9, 1, 0.1)), ("乙", None, new, box(1.5, 0.9, 2.5, 0.1)))
    done = drawing.save(empty_street.db, SYSTEM, "areas", COUNTY, rows)
    assert [r["message"] for r in done.rejects] == ["区划代码重复"]
