"""Subcells: even, whole, one subcell a door; numbers and posts go on; the ground changes under them."""

import datetime as dt

import numpy as np
import pytest
import shapely

from gridsvc.domain import subcells as domain
from gridsvc.domain.codes import key_range
from gridsvc.domain.recipe import Recipe
from gridsvc.errors import ConflictError, InputError, MissingError
from gridsvc.services import dividing, editing, jobs, publishing, staffing, subcells
from gridsvc.store.tx import SYSTEM, begin
from gridsvc.worker.main import Worker
from tests import drawn
from tests.services.test_divisions import TODAY, building
from tests.services.test_duty import account as officer
from tests.services.test_people import account
from tests.services.town import CODES

A, B = CODES["A"], CODES["B"]


@pytest.fixture
def estate(town):
    """Community A in one cell: 90 buildings of 10 households, and one tower of 200 in four stairwells."""
    rows = [building(i * 20 + j, 0.15 + 0.3 * i, 1.15 + 0.2 * j) | {"户数": 10} for i in range(10) for j in range(9)]
    rows += [building(999, 1.6, 2.08) | {"户数": 200, "单元数": 4, "小区": "高塔", "幢号": "1"}]
    town.take("building", town.csv(rows, "b.csv"))
    (draft,) = dividing.divide(town.db, SYSTEM, A, Recipe(cells=1))
    publishing.publish(town.db, SYSTEM, draft.division_id, TODAY - dt.timedelta(days=30))
    town.code = town.rows("SELECT code FROM cell")[0]["code"]
    return town


def live(town):
    return town.rows(
        """SELECT s.number, m.building_id AS b, m.unit_no AS u, s.cell_key AS key FROM subcell s
           JOIN subcell_member m ON m.subcell_id = s.id AND m.live WHERE s.ended IS NULL ORDER BY 1, 2, 3"""
    )


def test_every_door_is_in_one_subcell_and_loads_are_even(estate):
    found = subcells.propose(estate.db, SYSTEM, estate.code, target=60)
    assert live(estate) == []  # nothing is written for a look
    pairs = found.members[["building_id", "unit_no"]]
    assert not pairs.duplicated().any()
    assert set(pairs["building_id"]) == {r["id"] for r in estate.rows("SELECT id FROM building")}
    assert sorted(found.members.loc[found.members["called"] == "高塔1", "unit_no"]) == ["1", "2", "3", "4"]
    assert found.subcells["load"].sum() == pytest.approx(1100)
    assert found.subcells["load"].between(40, 80).all()
    assert found.subcells["code"].tolist() == [f"{estate.code}{i + 1:02d}" for i in range(len(found.subcells))]
    whole = subcells.propose(estate.db, SYSTEM, estate.code, target=60, by="buildings")
    assert (whole.members["unit_no"] == "").all()
    with pytest.raises(InputError):
        subcells.propose(estate.db, SYSTEM, estate.code, target=0)
    with pytest.raises(MissingError):
        subcells.propose(estate.db, SYSTEM, estate.code[:-1] + "9")
    with pytest.raises(ConflictError):
        subcells.propose(estate.db, SYSTEM, B)


def test_numbers_and_posts_go_on_when_they_are_made_anew(estate):
    first = subcells.propose(estate.db, SYSTEM, estate.code, target=60, keep=True)
    assert len(live(estate)) == len(first.members)
    estate.take("officer", estate.csv([{"工号": "W1", "姓名": "王一"}], "o.csv"), area=A)
    rows = [
        {"工号": "W1", "岗位": "专职网格员", "微网格": f"{estate.code}01", "开始": "2026-01-01"},
        {"工号": "W1", "岗位": "楼栋长", "网格": estate.code, "微网格": "2", "开始": "2026-01-01"},
        {"工号": "W1", "岗位": "楼栋长", "微网格": "没有的", "开始": "2026-01-01"},
    ]
    done = estate.take("post", estate.csv(rows, "p.csv"), area=A)
    assert (done.counts["new"], done.counts["rejected"]) == (2, 1), done.rejects.to_dict()
    assert done.rejects["field"].tolist() == ["subcell"]
    with begin(estate.db, officer(estate, "W1"), "rows") as tx:
        assert tx.who.scope == ()  # duty only
    again = subcells.propose(estate.db, SYSTEM, estate.code, target=60, keep=True)
    assert not again.subcells["is_new"].any()
    assert again.members.sort_values(["building_id", "unit_no"])["code"].tolist() == (
        first.members.sort_values(["building_id", "unit_no"])["code"].tolist()
    )
    larger = subcells.propose(estate.db, SYSTEM, estate.code, target=240, keep=True)
    assert 3 <= len(larger.subcells) <= 6
    listed = subcells.listing(estate.db, SYSTEM, estate.code)
    assert sum(r["households"] for r in listed) == pytest.approx(1100, abs=2)
    assert {r["code"] for r in listed} == set(larger.subcells["code"])
    ended = estate.rows("SELECT s.ended IS NULL AS lives, p.ends FROM post p JOIN subcell s ON s.id = p.subcell_id")
    assert all((r["ends"] is None) == r["lives"] for r in ended)
    smaller = subcells.propose(estate.db, SYSTEM, estate.code, target=60, keep=True)
    goes_on = int((~smaller.subcells["is_new"]).sum())
    assert goes_on == len(larger.subcells)  # each former one goes on in one of those it was shared among
    listed = subcells.listing(estate.db, SYSTEM, estate.code)
    assert len(listed) == len(smaller.subcells)
    subcells.rename(estate.db, SYSTEM, listed[0]["code"], "高塔微网格")
    assert subcells.listing(estate.db, SYSTEM, A)[0]["name"] == "高塔微网格"
    with pytest.raises(MissingError):
        subcells.rename(estate.db, SYSTEM, estate.code + "98", "x")


def test_subcells_follow_their_households_when_the_cell_is_split(estate):
    subcells.propose(estate.db, SYSTEM, estate.code, target=60, keep=True)
    before = live(estate)
    for r in subcells.listing(estate.db, SYSTEM, estate.code):
        subcells.rename(estate.db, SYSTEM, r["code"], f"{r['number']}号片")
    named = {r["name"] for r in subcells.listing(estate.db, SYSTEM, estate.code)}
    middle = drawn.at(1.5, 2)[0]
    low, high = drawn.at(1.5, 0.9)[1], drawn.at(1.5, 3.1)[1]
    number = estate.rows("SELECT id FROM division")[0]["id"]
    done = editing.split(estate.db, SYSTEM, number, 1, shapely.linestrings([(middle, low), (middle, high)]))
    publishing.publish(estate.db, SYSTEM, done.division_id)
    after = live(estate)
    assert {r["key"] for r in after} == {r["key"] for r in estate.rows("SELECT key FROM cell WHERE ended IS NULL")}
    wrong = estate.rows("""SELECT FROM subcell_member m JOIN subcell s ON s.id = m.subcell_id JOIN building b ON
                           b.id = m.building_id WHERE m.live AND (b.cell_key <> s.cell_key OR m.cell_key <> s.cell_key)""")
    assert wrong == []
    assert len(before) * 0.8 < len(after) <= len(before)
    assert {r["name"] for r in subcells.listing(estate.db, SYSTEM, A)} <= named  # a given name stays
    codes = [(r["key"], r["number"], r["b"], r["u"]) for r in after]
    assert len(set(codes)) == len(codes)


def test_a_post_on_a_subcell_is_a_post_on_its_buildings(estate):
    found = subcells.propose(estate.db, SYSTEM, estate.code, target=60, keep=True)
    estate.take("officer", estate.csv([{"工号": "W1", "姓名": "王一"}], "o.csv"), area=A)
    row = {"工号": "W1", "岗位": "楼栋长", "微网格": f"{estate.code}01", "开始": "2026-01-01"}
    estate.take("post", estate.csv([row], "p.csv"), area=A)
    with begin(estate.db, SYSTEM, "read") as tx:
        bare = staffing.bare(tx, *key_range(A), TODAY)
    of = found.members[found.members["code"] == f"{estate.code}01"]
    assert bare.buildings_in_all == 91 - of["building_id"].nunique()
    assert not {b["id"] for b in bare.buildings} & set(of["building_id"])


def test_subcells_of_a_whole_area_as_a_job(estate):
    clerk = account(estate, "street", A[:9])
    number = jobs.submit(estate.db, clerk, "subcells", {"where": A, "target": 100, "by": "units"}, A)
    Worker(estate.db.settings).run(once=True)
    done = jobs.one(estate.db, clerk, number)
    assert done["state"] == "done", done
    assert len(done["result"]["subcells"]) == len(subcells.listing(estate.db, clerk, A))


def test_who_may(estate):
    with pytest.raises(MissingError):
        subcells.propose(estate.db, account(estate, "street", "990105002"), estate.code)


def test_a_building_across_the_border_goes_where_its_neighbour_goes():
    cell = shapely.box(118, 31, 118.002, 31.002)
    spots = [shapely.Point(118 + 0.0002 * i, 31 + 0.0002 * j) for i in range(1, 10) for j in range(1, 10)]
    spots.append(shapely.Point(118.0021, 31.001))  # just outside
    found = domain.propose(cell, np.array(spots, dtype=object), np.ones(82), np.zeros(82, dtype=np.int64), 10)
    assert len(found) == 82
    assert (found["number"] >= 1).all()
    beside = next(i for i, s in enumerate(spots) if s.x > 118.0017 and abs(s.y - 31.001) < 1e-9)
    neighbour = found["number"].iloc[beside]
    assert found["number"].iloc[-1] == neighbour
