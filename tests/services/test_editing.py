"""Drafts corrected by hand: what is kept, what is refused and why, and that what is in force stays as it is."""

import numpy as np
import pytest
import shapely

from gridsvc.domain.editing import EditError
from gridsvc.domain.recipe import Recipe
from gridsvc.errors import ConflictError, InputError, MissingError
from gridsvc.services import dividing, divisions, editing, publishing
from gridsvc.store.tx import SYSTEM, Caller
from tests import drawn
from tests.services.test_divisions import building
from tests.services.test_people import account
from tests.services.town import CODES

A = CODES["A"]  # the squares 0–3 east, 1–3 north of the drawing


def line(*points):
    return shapely.linestrings([drawn.at(*p) for p in points])


@pytest.fixture
def built(town):
    rows = [building(i * 20 + j, 0.15 + 0.3 * i, 1.15 + 0.2 * j) for i in range(10) for j in range(9)]
    town.take("building", town.csv(rows, "b.csv"))
    (town.draft,) = dividing.divide(town.db, SYSTEM, A, Recipe(cells=4))
    return town


def proof(town, number):
    found = divisions.check(town.db, SYSTEM, number)
    assert found.clean, found.figures
    return found.figures


def cells(town, number):
    return divisions.cells(town.db, SYSTEM, number).set_index("ordinal")


def test_a_cell_is_split_and_stays_seamless(built):
    number = built.draft.division_id
    before = cells(built, number)
    middle = shapely.centroid(before.geometry[2])
    _, south, _, north = before.geometry[2].bounds
    done = editing.split(built.db, SYSTEM, number, 2, shapely.linestrings([(middle.x, south), (middle.x, north)]))
    assert (done.division_id, done.cells) == (number, 5)
    after = cells(built, number)
    assert proof(built, number)["cut"] == 0
    assert after["load"].sum() == before["load"].sum() == 90
    assert after["load"][2] >= after["load"][5] > 0
    assert shapely.equals(shapely.union(after.geometry[2], after.geometry[5]), before.geometry[2]) or (
        after.geometry[2].union(after.geometry[5]).symmetric_difference(before.geometry[2]).area < 1e-15
    )


def test_a_line_that_does_not_cross_is_refused_with_a_map(built):
    number = built.draft.division_id
    middle = shapely.centroid(cells(built, number).geometry[1])
    with pytest.raises(EditError) as told:
        editing.split(built.db, SYSTEM, number, 1, shapely.linestrings([(middle.x + 1, 0), (middle.x + 1, 1)]))
    assert told.value.code == "division.line_not_across"
    assert set(told.value.trouble["kind"]) == {"line", "cell"}
    assert len(cells(built, number)) == 4


def test_a_part_without_a_building_is_refused(built):
    number = built.draft.division_id
    west, south, _, _ = cells(built, number).total_bounds
    one = cells(built, number)
    corner = int(one.index[np.argmin(shapely.distance(np.asarray(one.geometry), shapely.Point(west, south)))])
    d = 1e-4
    with pytest.raises(EditError) as told:
        editing.split(
            built.db, SYSTEM, number, corner, shapely.linestrings([(west - d, south + d), (west + d, south - d)])
        )
    assert told.value.code in ("division.part_empty", "division.line_not_across")


def test_neighbours_are_merged_and_others_refused(built):
    number = built.draft.division_id
    before = cells(built, number)
    shapes = np.asarray(before.geometry)
    beside = shapely.length(shapely.intersection(shapes[0], shapes)) > 0
    beside[0] = False
    other = int(before.index[np.flatnonzero(beside)[0]])
    done = editing.merge(built.db, SYSTEM, number, [1, other])
    assert done.cells == 3
    proof(built, number)
    assert cells(built, number)["load"].max() >= before["load"][1] + before["load"][other] - 1e-9
    with pytest.raises(InputError):
        editing.merge(built.db, SYSTEM, number, [3, 3])
    with pytest.raises(InputError):
        editing.merge(built.db, SYSTEM, number, [3, 99])


def test_cells_that_do_not_touch_cannot_be_merged(town):
    rows = [building(i, 0.15 + 0.14 * i, 2) for i in range(20)]
    town.take("building", town.csv(rows, "b.csv"))
    (draft,) = dividing.divide(town.db, SYSTEM, A, Recipe(cells=4))
    found = cells(town, draft.division_id)
    far = sorted(found.index, key=lambda o: found.geometry[o].centroid.x)
    with pytest.raises(EditError) as told:
        editing.merge(town.db, SYSTEM, draft.division_id, [far[0], far[-1]])
    assert told.value.code == "division.not_neighbours"
    assert len(told.value.trouble) == 2


def test_a_border_is_moved_and_no_house_is_cut(built):
    number = built.draft.division_id
    before = cells(built, number)
    shapes = np.asarray(before.geometry)
    shared = shapely.length(shapely.intersection(shapes[0], shapes))
    shared[0] = 0
    other = int(before.index[int(np.argmax(shared))])
    whole = before.geometry[1].union(before.geometry[other])
    west, south, east, north = whole.bounds
    wide = (east - west) > (north - south)
    x, y = west + 0.35 * (east - west), south + 0.35 * (north - south)
    drawn_line = shapely.linestrings([(x, south), (x, north)] if wide else [(west, y), (east, y)])
    done = editing.move_border(built.db, SYSTEM, number, 1, other, drawn_line)
    assert done.cells == 4
    after = cells(built, number)
    assert proof(built, number)["cut"] == 0
    assert after["load"].sum() == 90
    assert after["load"][1] != before["load"][1]
    assert set(after.index) == set(before.index)


def test_numbers_are_given_again_only_before_anything_was_in_force(built):
    number = built.draft.division_id
    west, south, east, north = cells(built, number).geometry[1].bounds
    editing.split(
        built.db, SYSTEM, number, 1, shapely.linestrings([(west, (south + north) / 2), (east, (south + north) / 2)])
    )
    editing.renumber(built.db, SYSTEM, number)
    assert list(cells(built, number).index) == [1, 2, 3, 4, 5]
    publishing.publish(built.db, SYSTEM, number)
    (again,) = dividing.divide(built.db, SYSTEM, A, Recipe(cells=4))
    with pytest.raises(ConflictError) as told:
        editing.renumber(built.db, SYSTEM, again.division_id)
    assert told.value.code == "division.numbers_in_use"


def test_what_is_in_force_is_copied_before_it_is_changed(built):
    number = built.draft.division_id
    publishing.publish(built.db, SYSTEM, number)
    code = built.rows(
        "SELECT c.code FROM cell c JOIN cell_version v ON v.cell_key = c.key ORDER BY v.ordinal LIMIT 1"
    )[0]["code"]
    division, ordinal = editing.find(built.db, SYSTEM, code)
    assert (division, ordinal) == (number, 1)
    west, south, east, north = cells(built, number).geometry[1].bounds
    done = editing.split(
        built.db, SYSTEM, number, 1, shapely.linestrings([((west + east) / 2, south), ((west + east) / 2, north)])
    )
    assert done.division_id != number
    assert len(cells(built, number)) == 4
    assert len(cells(built, done.division_id)) == 5
    second = publishing.publish(built.db, SYSTEM, done.division_id)
    assert (second.cells, second.inherited) == (5, 4)
    assert editing.find(built.db, SYSTEM, f"{number}/2") == (number, 2)
    with pytest.raises(InputError):
        editing.find(built.db, SYSTEM, "x/y")
    with pytest.raises(MissingError):
        editing.find(built.db, SYSTEM, "990105001001999")


def test_a_foreign_division_is_not_there(built):
    who = account(built, "street", "990105001")
    assert isinstance(who, Caller)
    (mine,) = dividing.divide(built.db, who, A, Recipe(cells=2))
    other = account(built, "county", "990105")
    assert editing.merge(built.db, other, mine.division_id, [1, 2]).cells == 1
    with pytest.raises(Exception, match=r"forbidden|auth|permission"):
        editing.merge(built.db, account(built, "analyst", "990105"), mine.division_id, [1, 2])
