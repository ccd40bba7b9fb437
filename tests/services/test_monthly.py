"""《网格化服务管理工作月报》 of the sample city, opened again: its figures are those of the coverage."""

import openpyxl
import pytest

from gridsvc.errors import ForbiddenError, InputError
from gridsvc.services import areas, coverage, gaps, monthly
from gridsvc.services.coverage import Ask
from gridsvc.store.tx import SYSTEM
from gridsvc.text import t
from tests.conftest import AS_OF
from tests.store.test_protection import callers

ASK = Ask("990101", "2026-10", as_of=AS_OF)


@pytest.fixture(scope="module")
def book(city, tmp_path_factory):
    path = tmp_path_factory.mktemp("month") / "月报.xlsx"
    monthly.write(city, SYSTEM, ASK, path, checked_by="审核员")
    return openpyxl.load_workbook(path)


def columns(sheet):
    head = [c.value for c in sheet[3]]
    return {name: [sheet.cell(r, i + 1).value for r in range(4, sheet.max_row + 1)] for i, name in enumerate(head)}


@pytest.mark.parametrize(
    ("title", "by"), [("按社区", "community"), ("按网格", "cell"), ("按网格员", "officer"), ("按规则", "rule")]
)
def test_every_sheet_says_what_the_coverage_says(city, book, title, by):
    found = coverage.report(city, SYSTEM, Ask("990101", "2026-10", by=by, as_of=AS_OF))
    said, n = columns(book[title]), len(found.table)
    for name, measure in (("应访(户)", "targets"), ("已访(户)", "covered"), ("走访(户次)", "visits"), ("任务(项)", "total"),
                          ("逾期", "overdue"), ("拒访", "refused"), ("无人负责", "nobody")):  # fmt: skip
        assert said[name][:n] == found.table[measure].tolist()
        assert said[name][n] == found.total[measure] == sum(said[name][:n])
    for name, measure in (("走访率(%)", "rate"), ("按期率(%)", "on_time")):
        wanted = found.table[measure].fillna(-1) * 100
        assert [-100 if v == "—" else v for v in said[name][:n]] == pytest.approx(wanted.tolist())
    for name, measure in (("环比(百分点)", "before"), ("排名", "rank")):
        known = [v for v in said[name][:n] if v != "—"]
        assert known == pytest.approx([float(v) for v in found.table[measure].dropna()])
    assert said["名称"][n] == "合计"
    assert said["环比(百分点)"][n] == pytest.approx(found.total["before"])
    assert book[title].cell(n + 5, 1).value.startswith("备注：")
    assert not any("nan" in str(v) for v in said["名称"])


def test_head_and_paper(book):
    for sheet in book.worksheets[:-1]:
        assert sheet["A1"].value == "网格化服务管理工作月报"
        for label in (
            "填报单位：宁溪县",
            "报表期：2026-10-01 – 2026-10-31",
            "填报人：",
            "审核人：审核员",
            "填报日期：",
        ):
            assert label in sheet["A2"].value
        assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
        assert (sheet.print_title_rows, sheet.page_setup.fitToHeight) == ("$1:$3", 0)
    red = [c.font.color.rgb for c in book["按社区"]["I"][3:12]]
    assert set(red) == {"FF9C0006"}  # every community is below what the rules ask


def test_gaps_are_on_sheets_of_their_own_and_every_figure_is_defined(city, book):
    counts = gaps.listing(city, SYSTEM, gaps.Ask("990101")).counts
    said = columns(book["缺漏汇总"])
    assert said["条数"] == list(counts.values())
    assert all(said["怎么办"])
    listed = [s for s in book.sheetnames if s.startswith("缺漏·")]
    assert len(listed) >= 4
    for name in listed:
        assert set(columns(book[name])) == {
            "缺漏",
            "任务",
            "对象",
            "地点",
            "网格",
            "负责人",
            "天数",
            "数量",
            "怎么办",
            "经度",
            "纬度",
        }
    told = {row[0].value: row[1].value for row in book["指标口径"].iter_rows(min_row=2)}
    heads = {c.value for c in book["按网格员"][3]} - {"序号", "名称"}
    assert heads - {c.value for c in book["按社区"][3]} == {"未核实(次)", "补录(次)", "回访一致率(%)"}
    assert set(told) == heads
    assert all(told.values())


def test_from_the_26th_and_who_may(city, tmp_path):
    path = tmp_path / "m.xlsx"
    found = monthly.write(city, SYSTEM, Ask("990101001", "2026-10@26", as_of=AS_OF), path)
    assert (str(found.period.start), str(found.period.last)) == ("2026-09-26", "2026-10-25")
    assert "2026-09-26 – 2026-10-25" in openpyxl.load_workbook(path).worksheets[0]["A2"].value
    with pytest.raises(InputError):
        monthly.write(city, SYSTEM, ASK, tmp_path / "m.doc")
    with pytest.raises(ForbiddenError):
        monthly.write(city, callers(city)["officer"], ASK, tmp_path / "n.xlsx")
    assert [p.name for p in tmp_path.iterdir()] == ["m.xlsx"]


def test_a_list_that_is_cut_says_so_and_one_that_is_not_does_not(city, book):
    """The workbook lists 5,000 gaps of a group; whoever reads it must know that there are more."""
    counts = gaps.listing(city, SYSTEM, gaps.Ask("990101"), limit=1).counts
    for group in dict.fromkeys(gaps.GROUPS.values()):
        n = sum(k for kind, k in counts.items() if gaps.GROUPS[kind] == group)
        sheet = next((s for s in book.worksheets if s.title.endswith(t(f"gap.group.{group}"))), None)
        told = [c.value for row in sheet.iter_rows() for c in row if "只列出" in str(c.value)] if sheet else []
        assert bool(told) == (n > monthly.LISTED), group
        assert all(f"只列出 {monthly.LISTED} 行，共 {n} 行" in text for text in told)
    assert sum(counts.values()) > monthly.LISTED


def test_what_does_not_fit_is_cut_from_the_largest_kinds_wherever_they_are(city, book):
    """Of the kinds that few are of every line stands, and of the others those that are there longest, of every
    community: a list in the order of the ground would be the first community's."""
    counts = gaps.listing(city, SYSTEM, gaps.Ask("990101"), limit=1).counts
    mine = {t(f"gap.kind.{k}"): n for k, n in counts.items() if gaps.GROUPS[k] == "visit"}
    said = columns(book["缺漏·走访"])
    listed = {kind: said["缺漏"].count(kind) for kind in mine}
    assert sum(listed.values()) == monthly.LISTED
    whole = {kind for kind in mine if listed[kind] == mine[kind]}
    assert len(whole) >= len(mine) - 2
    assert all(listed[kind] >= max(listed[w] for w in whole) for kind in set(mine) - whole)
    communities = {cell[:12] for cell in said["网格"] if cell}
    assert communities == {a["code"] for a in areas.listing(city, SYSTEM, "990101") if a["level"] == 12}


def test_a_month_under_way_adds_up(city, tmp_path):
    path = tmp_path / "m.xlsx"
    monthly.write(city, SYSTEM, Ask("990101", "2026-11", as_of=AS_OF), path)
    said = columns(openpyxl.load_workbook(path)["按社区"])
    parts = ("按期(项)", "逾期完成(项)", "待办", "逾期", "拒访", "未找到", "无人负责")
    n = said["名称"].index("合计") + 1
    assert said["待办"][n - 1] > 0
    for row in range(n):
        assert said["任务(项)"][row] == sum(said[part][row] for part in parts)


def test_no_days_to_the_target_once_a_period_is_over(city):
    over = coverage.report(city, SYSTEM, ASK)
    assert (over.total["remaining"] > 0, over.total["days"]) == (True, None)
    assert over.table["days"].isna().all()
    under_way = coverage.report(city, SYSTEM, Ask("990101", "2026-11", as_of=AS_OF))
    assert under_way.total["days"] > 0
