"""What became of a cell, which cell it was on a day, rolling back, posts that follow, the printed report."""

import datetime as dt

import openpyxl
import pytest
import shapely

from gridsvc.domain.recipe import Recipe
from gridsvc.errors import ConflictError, MissingError
from gridsvc.services import cells as cell_service
from gridsvc.services import dividing, editing, gridreport, handover, lineage, publishing
from gridsvc.store.tx import SYSTEM
from tests import drawn
from tests.services.test_divisions import TODAY, building
from tests.services.test_people import account
from tests.services.town import CODES

A = CODES["A"]


@pytest.fixture
def ruled(town):
    """Community A in two cells since a month ago; the eastern one was split a week ago."""
    rows = [building(i * 20 + j, 0.15 + 0.3 * i, 1.15 + 0.2 * j) | {"户数": 10} for i in range(10) for j in range(9)]
    town.take("building", town.csv(rows, "b.csv"))
    (draft,) = dividing.divide(town.db, SYSTEM, A, Recipe(cells=1))
    town.first = publishing.publish(town.db, SYSTEM, draft.division_id, TODAY - dt.timedelta(days=30))
    middle = drawn.at(1.5, 2)[0]
    low, high = drawn.at(1.5, 0.9)[1], drawn.at(1.5, 3.1)[1]
    done = editing.split(town.db, SYSTEM, draft.division_id, 1, shapely.linestrings([(middle, low), (middle, high)]))
    town.second = publishing.publish(town.db, SYSTEM, done.division_id, TODAY - dt.timedelta(days=7))
    return town


def codes(town):
    return [r["code"] for r in town.rows("SELECT code FROM cell ORDER BY key")]


def test_what_became_of_a_cell_is_told_by_households(ruled):
    old, new = codes(ruled)
    found = lineage.history(ruled.db, SYSTEM, old)
    first, second = found["versions"]
    assert (first["from"], first["to"], second["to"]) == (
        TODAY - dt.timedelta(days=30),
        TODAY - dt.timedelta(days=7),
        None,
    )
    assert [b["code"] for b in sorted(first["became"], key=lambda b: b["code"])] == [old, new]
    assert sum(b["share"] for b in first["became"]) == pytest.approx(1)
    assert all(0.3 < b["share"] < 0.7 and b["of_new"] == pytest.approx(1) for b in first["became"])
    assert [b["same"] for b in sorted(first["became"], key=lambda b: b["code"])] == [True, False]
    with pytest.raises(MissingError):
        lineage.history(ruled.db, SYSTEM, "990105001001999")


def test_which_cell_it_was_on_a_day(ruled):
    old, new = codes(ruled)
    where = {}
    for column in (0.5, 2.5):
        lon, lat = drawn.at(column, 2)
        before = cell_service.at(ruled.db, SYSTEM, lon, lat, TODAY - dt.timedelta(days=20))["cell"]["code"]
        where[column] = (before, cell_service.at(ruled.db, SYSTEM, lon, lat)["cell"]["code"])
    assert {a for a, _ in where.values()} == {old}
    assert {b for _, b in where.values()} == {old, new}
    assert cell_service.at(ruled.db, SYSTEM, *drawn.at(0.5, 2), TODAY - dt.timedelta(days=60))["cell"] is None


def test_a_division_is_rolled_back(ruled):
    number = lineage.restore(ruled.db, SYSTEM, ruled.first.division_id)
    done = publishing.publish(ruled.db, SYSTEM, number)
    assert (done.cells, done.inherited, done.ended) == (1, 1, 1)
    assert [r["code"] for r in ruled.rows("SELECT code FROM cell WHERE ended IS NULL")] == codes(ruled)[:1]
    with pytest.raises(ConflictError):
        lineage.restore(ruled.db, SYSTEM, number)


def test_posts_follow_the_doors_and_cells_without_a_post_are_listed(ruled):
    old, new = codes(ruled)
    ruled.take("officer", ruled.csv([{"工号": "W1", "姓名": "王一", "电话": "10900000001"}], "o.csv"))
    ruled.take("post", ruled.csv([{"工号": "W1", "岗位": "专职网格员", "网格": new, "开始": "2026-01-01"}], "p.csv"))
    number = lineage.restore(ruled.db, SYSTEM, ruled.first.division_id)
    done = publishing.publish(ruled.db, SYSTEM, number)
    assert (done.posts, done.bare.cells, done.bare.buildings_in_all) == (1, [], 0)
    yesterday = TODAY - dt.timedelta(days=1)
    assert posts(ruled) == [(new, dt.date(2026, 1, 1), yesterday), (old, TODAY, None)]  # what was stays known
    (again,) = dividing.divide(ruled.db, SYSTEM, A, Recipe(cells=3))
    done = publishing.publish(ruled.db, SYSTEM, again.division_id)
    assert len(done.bare.cells) == 2
    assert done.bare.cells[0]["households"] >= done.bare.cells[1]["households"] > 0
    bare = {c["code"]: c["buildings"] for c in done.bare.cells}
    assert done.bare.buildings_in_all == len(done.bare.buildings) == sum(bare.values()) > 0
    assert {b["cell"] for b in done.bare.buildings} == set(bare)


def posts(town):
    query = """SELECT c.code, p.starts, p.ends FROM post p JOIN cell c ON c.key = p.cell_key
               WHERE p.target = 'cell' ORDER BY p.id"""
    return [(r["code"], r["starts"], r["ends"]) for r in town.rows(query)]


def test_an_officer_who_has_both_cells_already_gets_no_second_post(ruled):
    old, new = codes(ruled)
    ruled.take("officer", ruled.csv([{"工号": "W1", "姓名": "王一"}], "o.csv"))
    rows = [{"工号": "W1", "岗位": "专职网格员", "网格": c, "开始": "2026-01-01"} for c in (old, new)]
    ruled.take("post", ruled.csv(rows, "p.csv"))
    publishing.publish(ruled.db, SYSTEM, lineage.restore(ruled.db, SYSTEM, ruled.first.division_id))
    assert [(c, ends) for c, _, ends in posts(ruled)] == [(old, None), (new, TODAY - dt.timedelta(days=1))]


def test_rolling_back_a_merge_gives_the_cells_their_numbers_again(ruled):
    before = codes(ruled)
    done = editing.merge(ruled.db, SYSTEM, ruled.second.division_id, [1, 2])
    publishing.publish(ruled.db, SYSTEM, done.division_id, TODAY - dt.timedelta(days=3))
    assert [r["code"] for r in ruled.rows("SELECT code FROM cell WHERE ended IS NULL")] != before
    number = lineage.restore(ruled.db, SYSTEM, ruled.second.division_id)
    back = publishing.publish(ruled.db, SYSTEM, number)
    assert (back.inherited, back.ended) == (2, 0)
    assert [r["code"] for r in ruled.rows("SELECT code FROM cell WHERE ended IS NULL ORDER BY key")] == before


def test_a_division_is_retired_without_another_one(ruled):
    old, new = codes(ruled)
    ruled.take("officer", ruled.csv([{"工号": "W1", "姓名": "王一"}], "o.csv"))
    ruled.take("post", ruled.csv([{"工号": "W1", "岗位": "专职网格员", "网格": new, "开始": "2026-01-01"}], "p.csv"))
    with pytest.raises(ConflictError):
        publishing.retire(ruled.db, SYSTEM, ruled.first.division_id)  # is retired already
    done = publishing.retire(ruled.db, SYSTEM, ruled.second.division_id)
    assert (done.cells, done.ended, done.posts, done.moved["building"]) == (0, 2, 1, 90)
    assert ruled.rows("SELECT DISTINCT cell_key & 8191 AS seq FROM building") == [{"seq": 0}]
    assert posts(ruled)[0][2] == TODAY - dt.timedelta(days=1)
    assert cell_service.at(ruled.db, SYSTEM, *drawn.at(0.5, 2))["cell"] is None
    assert cell_service.at(ruled.db, SYSTEM, *drawn.at(0.5, 2), TODAY - dt.timedelta(days=1))["cell"]["code"] in (
        old,
        new,
    )
    number = lineage.restore(ruled.db, SYSTEM, ruled.second.division_id)
    back = publishing.publish(ruled.db, SYSTEM, number)
    assert (back.inherited, back.moved["building"]) == (2, 90)
    assert [r["code"] for r in ruled.rows("SELECT code FROM cell WHERE ended IS NULL ORDER BY key")] == [old, new]


def test_each_officer_gets_a_list_of_doors_lost_and_gained(ruled, tmp_path):
    old, new = codes(ruled)
    ruled.take("officer", ruled.csv([{"工号": f"W{i}", "姓名": n, "电话": "10900000001"} for i, n in
                                     ((1, "王一"), (2, "=李二"))], "o.csv"))  # fmt: skip
    rows = [
        {"工号": f"W{i + 1}", "岗位": "专职网格员", "网格": c, "开始": "2026-01-01"} for i, c in enumerate((old, new))
    ]
    ruled.take("post", ruled.csv(rows, "p.csv"))
    middle = drawn.at(2.2, 2)[0]  # the border goes east: the officer of the eastern cell loses doors
    low, high = drawn.at(2.2, 0.9)[1], drawn.at(2.2, 3.1)[1]
    line = shapely.linestrings([(middle, low), (middle, high)])
    done = editing.move_border(ruled.db, SYSTEM, ruled.second.division_id, 1, 2, line)
    made = publishing.publish(ruled.db, SYSTEM, done.division_id)
    assert made.moved["building"] > 0
    found = handover.write(ruled.db, SYSTEM, made.division_id, tmp_path / "h.xlsx")
    way = found.rows.groupby(["officer_id", "way"]).agg(n=("id", "nunique"), other=("other", "first")).reset_index()
    called = dict(zip(found.officers["officer_id"], found.officers["name"], strict=True))
    cell = {"王一": old, "=李二": new}
    by = {w.way: (called[w.officer_id], w.other) for w in way.itertuples()}
    assert by["lost"] == by["gained"][::-1]
    assert set(way["n"]) == {made.moved["building"]}
    assert set(found.rows["old"]) == {cell[by["lost"][0]]}
    assert set(found.rows["new"]) == {cell[by["gained"][0]]}
    book = openpyxl.load_workbook(tmp_path / "h.xlsx")
    assert len(book.sheetnames) == 3
    assert all("system" in sheet.oddFooter.left.text for sheet in book)  # who took it stands on every page
    moved = 10 * made.moved["building"]
    total = {r[0].lstrip("'"): r[3:] for r in book["汇总"].iter_rows(min_row=4, values_only=True)}
    assert total == {by["lost"][0]: (moved, 0), by["gained"][0]: (0, moved)}
    assert [r[0] for r in book["汇总"].iter_rows(min_row=4, values_only=True)] == ["王一", "'=李二"]
    assert book.worksheets[1].cell(1, 1).value == "A社区 网格员交接单（王一）"
    back = editing.move_border(ruled.db, SYSTEM, made.division_id, 1, 2, shapely.linestrings(
        [drawn.at(1.5, 0.9), drawn.at(1.5, 3.1)]))  # fmt: skip
    again = publishing.publish(ruled.db, SYSTEM, back.division_id)  # twice on one day
    second = handover.of(ruled.db, SYSTEM, again.division_id).rows
    assert set(second["id"]) == set(found.rows["id"])
    assert set(second["old"]) == {cell[by["gained"][0]]}
    draft = lineage.restore(ruled.db, SYSTEM, ruled.first.division_id)
    with pytest.raises(ConflictError):
        handover.of(ruled.db, SYSTEM, draft)


def test_the_printed_report(ruled, tmp_path):
    done = gridreport.write(ruled.db, SYSTEM, A, tmp_path / "r", maker="测试单位", permit="审图1号")
    assert done.cells == 2
    sheet = openpyxl.load_workbook(tmp_path / "r" / "网格划分一览表.xlsx").active
    rows = list(sheet.iter_rows(values_only=True))
    assert rows[2][:5] == ("序号", "网格编号", "网格名称", "类型", "四至范围")
    assert [r[1] for r in rows[3:5]] == codes(ruled)
    assert rows[5][0] == "合计"
    assert rows[5][7] == 900
    for name in ("网格分布图.pdf", "公示牌.pdf"):
        assert (tmp_path / "r" / name).read_bytes()[:5] == b"%PDF-"
    with pytest.raises(ConflictError):
        gridreport.write(ruled.db, SYSTEM, CODES["B"], tmp_path / "s")


def test_numbers_of_people_are_told_to_whom_duty_gives_them(ruled, tmp_path):
    who = account(ruled, "admin", "")
    gridreport.write(ruled.db, who, A, tmp_path / "r")
    sheet = openpyxl.load_workbook(tmp_path / "r" / "网格划分一览表.xlsx").active
    assert [r[8] for r in sheet.iter_rows(min_row=4, max_row=6, values_only=True)] == ["–", "–", "–"]
