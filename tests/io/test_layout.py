"""Headers under titles, over two rows, in the middle; what is no record is named; no record is lost."""

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gridsvc.io import layout
from gridsvc.io.columns import ROW

WORDS = frozenset({"姓名", "身份证号", "电话", "小区", "幢号", "室号", "户主姓名", "出生日期"})


def head(text):
    """Rows drawn as text: columns apart by |, empty ones as -."""
    return [[None if c.strip() == "-" else c.strip() for c in line.split("|")] for line in text.strip().splitlines()]


@pytest.mark.parametrize(
    ("drawn", "first", "last", "names"),
    [
        ("姓名|电话\n张三|138", 0, 0, ["姓名", "电话"]),
        ("居民台账|-|-\n填报单位：某社区|-|2026年\n姓名|小区|电话\n张三|幸福苑|138", 2, 2, ["姓名", "小区", "电话"]),
        ("姓名|住址|-|电话\n-|小区|室号|-\n张三|幸福苑|101|138", 0, 1, ["姓名", "小区", "室号", "电话"]),
        ("户主|-|联系人|-|小区\n姓名|电话|姓名|电话|-\n张|1|李|2|苑", 0, 1, ["户主姓名", "户主电话", "联系人姓名", "联系人电话", "小区"]),
        ("甲列|乙列\n1|2", 0, 0, ["甲列", "乙列"]),
        ("标题|-|-\n甲列|乙列|丙列\n1|2|3", 1, 1, ["甲列", "乙列", "丙列"]),
    ],
)  # fmt: skip
def test_where_the_header_is(drawn, first, last, names):
    found = layout.find_header(head(drawn), layout.no_merges(), WORDS)
    assert (found.first, found.last, found.names) == (first, last, names)


def test_groups_reach_as_far_as_they_are_merged():
    rows = head("姓名|住址|-|-|电话\n-|小区|幢号|室号|-\n张三|苑|1|101|138")
    found = layout.find_header(rows, np.array([(0, 1, 0, 3), (0, 0, 1, 0), (0, 4, 1, 4)]), WORDS)
    assert found.names == ["姓名", "小区", "幢号", "室号", "电话"]


def test_records_above_a_row_that_looks_like_a_header_are_not_lost():
    rows = head("甲|乙|丙\n1|2|3\n4|5|6\n姓名|电话|小区")
    assert layout.find_header(rows, layout.no_merges(), WORDS).first == 0


def table(rows):
    columns = {f"c{i}": pa.array([r[i] for r in rows], pa.string()) for i in range(len(rows[0]))}
    return pa.table({**columns, ROW: pa.array(range(1, len(rows) + 1), pa.int64())})


def test_what_is_no_record_is_set_aside_and_named():
    rows = head(
        "1|张三|138\n小　计|-|1人\n2|李四|139\n姓名|电话|小区\n合计：2人|-|-\n制表人：王五|审核：赵六|-\n注：一式两份|-|-"
    )
    kept, told = layout.set_aside(table(rows), names=["姓名", "电话", "小区"])
    assert kept.num_rows == 2
    assert [(t["row"], t["reason"]) for t in told] == [
        (2, "total"), (4, "repeated"), (5, "total"), (6, "signature"), (7, "note")
    ]  # fmt: skip
    assert "王五" not in str(told)


def test_what_only_begins_like_a_note_or_a_sum_is_a_record():
    rows = head(
        "注安全员|张三|138\n备注：常住|李四|139\n总工程师|王五|1\n共青路社区|赵|2\n示例路小学|孙|3\n小计量器具店|钱|4\n"
        "累计数码|周|5\n主管道：破裂漏水|-|6\n审核楼|吴|7\n总计划科|郑|8\nTotal Fitness|冯|9"
    )
    kept, told = layout.set_aside(table(rows))
    assert (kept.num_rows, told) == (11, [])


def test_a_house_a_stairwell_and_a_room_are_no_numbers_of_columns():
    assert layout.set_aside(table(head("1|2|3\n4|5|6")))[0].num_rows == 2
    assert layout.set_aside(table(head("1|2|3|4\n4|5|6|7")))[0].num_rows == 1


@pytest.mark.parametrize(
    "text", ["合计", "小　计", "合计：2人", "总计(人)", "合计 3", "合计人数", "Total: 5", "本页小计"]
)
def test_sums_as_they_are_written(text):
    assert layout.reason_of(text) == layout.TOTAL


@pytest.mark.parametrize(
    "text", ["制表人：王", "填报单位（盖章）：", "审 核：", "负责人: 李", "填表日期：2026", "社区（公章）"]
)
def test_signatures_as_they_are_written(text):
    assert layout.reason_of(text) == layout.SIGNATURE


def test_headings_stand_beside_the_rows_below_them():
    rows = head("一、消防|-|-\n1|甲|x\n2|乙|x\n二、燃气|-|-\n3|丙|x")
    kept, told = layout.set_aside(table(rows), np.array([1, 4]))
    assert kept["分组"].to_pylist() == ["一、消防", "一、消防", "二、燃气"]
    assert [t["reason"] for t in told] == ["section", "section"]


@settings(max_examples=100, derandomize=True, deadline=None)
@given(st.lists(st.tuples(*[st.text("张李王138合计注:：人", max_size=6)] * 3), min_size=1, max_size=30))
def test_every_row_is_kept_or_named(rows):
    given_ = table([[v or None for v in r] for r in rows])
    kept, told = layout.set_aside(given_)
    assert sorted([*kept[ROW].to_pylist(), *(t["row"] for t in told)]) == given_[ROW].to_pylist()


@settings(max_examples=60, derandomize=True, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 8), st.integers(0, 3), st.integers(1, 4)), max_size=8),
    st.integers(0, 5),
)
def test_merged_cells_are_filled_with_their_corner(merges, start):
    cells = np.array([[f"{r},{c}" for c in range(4)] for r in range(10)], dtype=object)
    taken, ranges = set(), []
    for r, c, n in merges:
        part = {(i, c) for i in range(r, r + n + 1)}
        if not part & taken and r >= start:
            taken |= part
            ranges.append((r, c, r + n, c))
    wanted = cells[start:].copy()
    for a, b, z, _ in ranges:
        wanted[a - start : z - start + 1, b] = cells[a, b] if a < 10 else None
    found = layout.fill_down(cells[start:].copy(), np.array(ranges, dtype=np.int64).reshape(-1, 4), start)
    assert (found == wanted).all()


def test_sheets_beyond_the_fiftieth_are_named(tmp_path):
    import xlsxwriter

    from gridsvc.io import excel

    path = tmp_path / "many.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        for i in range(53):
            page = book.add_worksheet(f"第{i + 1}社区")
            page.write_row(0, 0, ["姓名", "电话"])
            page.write_row(1, 0, [f"居民{i}", "13800000000"])
    read, meta = excel.read_excel(path, "xlsx", None, 10_000, WORDS)
    assert (read.num_rows, meta["sheets_left"]) == (50, ["第51社区", "第52社区", "第53社区"])
