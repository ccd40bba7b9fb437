"""What became of a cell, which cell it was on a day, rolling back, posts that follow, the printed report."""

import datetime as dt

import openpyxl
import pytest
import shapely

from gridsvc.domain.recipe import Recipe
from gridsvc.errors import ConflictError, MissingError
from gridsvc.services import cells as cell_service
from gridsvc.services import dividing, editing, gridreport, lineage, publishing
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
    assert ruled.rows("SELECT c.code FROM post p JOIN cell c ON c.key = p.cell_key") == [{"code": new}]
    number = lineage.restore(ruled.db, SYSTEM, ruled.first.division_id)
    done = publishing.publish(ruled.db, SYSTEM, number)
    assert (done.posts, done.bare) == (1, [])
    assert ruled.rows("SELECT c.code FROM post p JOIN cell c ON c.key = p.cell_key") == [{"code": old}]
    (again,) = dividing.divide(ruled.db, SYSTEM, A, Recipe(cells=3))
    done = publishing.publish(ruled.db, SYSTEM, again.division_id)
    assert len(done.bare) == 2
    assert done.bare[0]["households"] >= done.bare[1]["households"] > 0


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
