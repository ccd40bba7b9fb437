"""The on-time report against one that is computed event by event, and the gaps."""

import datetime as dt
from zoneinfo import ZoneInfo

import openpyxl
import pandas as pd
import pytest

from gridsvc.domain import closing, codes
from gridsvc.domain.workdays import Limit
from gridsvc.errors import InputError, MissingError
from gridsvc.services import classes, closinggaps, reports, users
from gridsvc.services import closing as service
from gridsvc.services.scopes import Question
from gridsvc.services.users import NewUser
from gridsvc.store.tx import SYSTEM, Caller, begin
from tests.conftest import AS_OF
from tests.services.town import CODES, COUNTY, event

ASK = Question("990101", "2026-06-01..2026-11-20", as_of=AS_OF)
NOW = pd.Timestamp(dt.datetime.combine(AS_OF + dt.timedelta(days=1), dt.time(), ZoneInfo("Asia/Shanghai")))


@pytest.fixture(scope="module")
def truth(city):
    """Each event of the period with the state that the definition gives it."""
    with begin(city, SYSTEM, "rows") as tx:
        rows = pd.DataFrame(
            tx.conn.execute(
                "SELECT cell_key, class_id, state, due_at, closed_at FROM event WHERE day >= '2026-06-01' AND day < '2026-11-21'"
            ).fetchall()
        )
    due, closed = (pd.to_datetime(rows[c], utc=True) for c in ("due_at", "closed_at"))
    return rows.assign(measure=closing.classify(due, closed, rows["state"] == "void", NOW))


@pytest.mark.parametrize(("by", "digits"), [("cell", 0), ("community", 12), ("town", 9), ("county", 6)])
def test_every_level_equals_the_count_event_by_event(city, truth, by, digits):
    table = service.report(city, SYSTEM, ASK, (by,)).tables[by]
    key = (
        truth["cell_key"] if by == "cell" else pd.Series(codes.ancestors(truth["cell_key"].to_numpy(), digits) << 13)
    )
    want = pd.crosstab(key.to_numpy(), truth["measure"])
    for _, row in table[table["key"] > 0].iterrows():
        mine = want.loc[row["key"]] if row["key"] in want.index else pd.Series(dtype=int)
        assert row["received"] == mine.sum(), row["code"]
        for measure in closing.MEASURES[1:]:
            assert row[measure] == mine.get(measure, 0), (row["code"], measure)
    assert table["received"].sum() == len(truth[truth["cell_key"] > 0])


def test_totals_and_rate(city, truth):
    found = service.report(city, SYSTEM, ASK)
    inside = truth[truth["cell_key"] > 0]["measure"].value_counts()
    assert found.total["received"] == inside.sum()
    base = inside["closed_in_time"] + inside["closed_late"] + inside["overdue"]
    assert found.total["rate"] == pytest.approx(inside["closed_in_time"] / base)
    assert found.total["answerable"] == base
    for name, table in found.tables.items():
        assert table["received"].sum() == found.total["received"], name
    states = [found.total[m] for m in closing.MEASURES[1:]]
    assert sum(states) == found.total["received"]  # each event is in exactly one column


def test_events_without_a_limit_stand_apart(cells):
    cells.events(
        [
            event(1, 0.5, 1.5, 类别="新鲜事", 结案时间="2026-10-05 12:00"),
            event(2, 0.5, 1.5, 结案时间="2026-10-05 10:00"),
        ]
    )
    total = service.report(cells.db, SYSTEM, Question(COUNTY, "2026-10", as_of=AS_OF)).total
    assert (total["received"], total["no_limit"], total["closed_in_time"], total["rate"]) == (2, 1, 1, 1.0)
    limits = service.report(cells.db, SYSTEM, Question(COUNTY, "2026-10", as_of=AS_OF)).limits.set_index("name")
    assert limits.loc["新鲜事", "limit"] is None
    for name in ("c.xlsx", "c.html", "c.json"):  # also where some classes have a limit and some have none
        reports.closing_file(cells.db, SYSTEM, Question(COUNTY, "2026-10", as_of=AS_OF), cells.folder / name)
    assert limits.loc["新鲜事", "origin"] == "events"  # the list it came with
    classes.set_limit(cells.db, SYSTEM, "新鲜事", Limit(1, "h"))
    total = service.report(cells.db, SYSTEM, Question(COUNTY, "2026-10", as_of=AS_OF)).total
    assert (total["no_limit"], total["closed_late"], total["rate"]) == (0, 1, 0.5)


def test_no_events_no_rate(cells):
    found = service.report(cells.db, SYSTEM, Question(COUNTY, "2026-10", as_of=AS_OF))
    assert found.total["received"] == 0
    assert found.total["rate"] is None
    assert found.tables["community"]["rate"].isna().all()


def test_an_unknown_level_is_refused(city):
    with pytest.raises(InputError):
        service.report(city, SYSTEM, ASK, ("village",))


def test_a_community_sees_its_own_rows_and_no_others(city):
    with begin(city, SYSTEM, "users") as tx:
        row = next(r for r in tx.rows("user/list") if r["role"] == "community")
    me = Caller(row["id"])
    found = service.report(city, me, Question(None, ASK.period, as_of=AS_OF))
    assert found.area.code == row["area_code"]
    assert set(found.tables["community"]["code"]) == {row["area_code"]}
    assert found.tables["town"].empty
    assert {c[:12] for c in found.tables["cell"]["code"] if c} == {row["area_code"]}
    with pytest.raises(MissingError):
        service.report(city, me, Question("990101002", ASK.period, as_of=AS_OF))
    wide = service.report(city, me, Question("990101", ASK.period, as_of=AS_OF))
    assert wide.total["received"] == found.total["received"]  # the county's question, her own answer
    assert wide.tables["county"].empty  # and no row that would look like the county's


# ---- gaps ----------------------------------------------------------------------------------------------------------


def test_overdue_events_are_listed_by_days_and_pages_lose_none(city, truth):
    with begin(city, SYSTEM, "rows") as tx:
        want = [
            r["id"]
            for r in tx.conn.execute(
                "SELECT id FROM event WHERE state = 'open' AND due_at < %s AND cell_key > 0 ORDER BY due_at, id",
                [NOW.to_pydatetime()],
            ).fetchall()
        ]
    assert want
    seen, cursor = [], None
    while True:
        page = closinggaps.find(city, SYSTEM, ASK, most=97, cursor=cursor)
        seen += [int(i) for i in page.overdue["id"]]
        cursor = page.cursor
        if cursor is None:
            break
    assert seen == want
    assert page.totals["overdue"] == len(want)
    with pytest.raises(InputError):
        closinggaps.find(city, SYSTEM, ASK, cursor="nonsense")


def test_empty_cells_and_buildings_in_no_cell(cells):
    from tests import drawn

    def building(number, column, row):
        lon, lat = drawn.at(column, row)
        return {"楼栋编号": f"B{number}", "名称": f"{number}幢", "经度": lon, "纬度": lat}

    cells.take(
        "building",
        cells.csv([building(1, 0.5, 2.5), building(2, 9, 9), {**building(3, 1, 1), "经度": "", "纬度": ""}]),
    )
    cells.events([event(1, 0.5, 2.5), event(2, 5.5, 0.5)])
    found = closinggaps.find(cells.db, SYSTEM, Question(COUNTY, "2026-10", as_of=AS_OF))
    reasons = dict(zip(found.empty_cells["code"], found.empty_cells["reason"], strict=True))
    assert CODES["A"] + "001" not in reasons
    assert set(reasons.values()) == {"nothing", "no_building"}
    assert list(reasons.values()).count("no_building") == 1
    assert len(found.buildings) == 2
    assert found.totals["building_nowhere"] == 2
    few = closinggaps.find(cells.db, SYSTEM, Question(COUNTY, "2026-10", as_of=AS_OF), most=1)
    assert len(few.buildings) == 1
    assert few.totals["building_nowhere"] == 2


# ---- files ---------------------------------------------------------------------------------------------------------


def test_the_workbook_has_a_sheet_a_level_and_its_definitions(city, tmp_path):
    path = tmp_path / "closing.xlsx"
    reports.closing_file(city, SYSTEM, ASK, path)
    book = openpyxl.load_workbook(path)
    found = service.report(city, SYSTEM, ASK)
    text = {str(c.value) for sheet in book for row in sheet.iter_rows() for c in row if c.value is not None}
    assert len(book.sheetnames) >= 6
    assert any("按期办结率" in t for t in text)
    assert str(found.total["received"]) in text
    for code in found.tables["community"]["code"]:
        assert code in text


def test_the_json_and_the_page(city, tmp_path):
    import json

    reports.closing_file(city, SYSTEM, ASK, tmp_path / "c.json")
    data = json.loads((tmp_path / "c.json").read_text(encoding="utf-8"))
    found = service.report(city, SYSTEM, ASK)
    assert data["total"]["received"] == found.total["received"]
    reports.closing_file(city, SYSTEM, ASK, tmp_path / "c.html")
    page = (tmp_path / "c.html").read_text(encoding="utf-8")
    assert "按期办结率" in page
    assert 'src="http' not in page


def test_a_street_cannot_ask_beyond_its_scope(city):
    with begin(city, SYSTEM, "users") as tx:
        row = next(r for r in tx.rows("user/list") if r["role"] == "street")
    other = "990101002" if row["area_code"] == "990101001" else "990101001"
    with pytest.raises(MissingError):
        closinggaps.find(city, Caller(row["id"]), Question(other, "2026-10", as_of=AS_OF))


def test_who_may_not_see_rows_gets_no_gap_list(cells):
    from gridsvc.errors import ForbiddenError

    number, _ = users.add(cells.db, SYSTEM, NewUser("s", "审计", "auditor"))
    with pytest.raises(ForbiddenError):
        closinggaps.find(cells.db, Caller(number), Question(COUNTY, "2026-10", as_of=AS_OF))
