"""Coverage, gaps and spot checks of the sample city from the command line."""

import openpyxl
import pandas as pd
import psycopg
import pytest

from tests.conftest import AS_OF

STREET = "990101001"
DAY = AS_OF.isoformat()


@pytest.fixture(scope="module")
def base(server, city_name):
    """The sample city, to write to."""
    name = server.make(city_name)
    yield name
    server.drop(name)


def head(out):
    """The headings of the first table."""
    return next(line for line in out.splitlines() if "名称" in line)


def test_coverage_narrow_and_wide(run):
    narrow = run("coverage", STREET, "--period", "2026-10", "--as-of", DAY).out
    assert "完成率" in head(narrow)
    assert "应访(户)" not in head(narrow)
    wide = run("coverage", STREET, "--period", "2026-10", "--as-of", DAY, "--wide").out
    for word in ("应访(户)", "已访(户)", "走访(户次)", "见面完成率", "日均完成", "差额"):
        assert word in wide, word  # whole, though in a second table below the first
    heads = [line for line in wide.splitlines() if "名称" in line]
    assert len(heads) == 2
    data = run("coverage", STREET, "--period", "2026-10", "--as-of", DAY, "--by", "cell", "--json").json
    assert sum(row["done"] for row in data["rows"]) == data["total"]["done"] > 0


def test_spot_checks_stand_beside_the_officers(run, tmp_path):
    ask = ("coverage", STREET, "--period", "2026-10-20..2026-11-20", "--as-of", DAY, "--by", "officer")
    assert "回访一致率" not in head(run(*ask).out)  # nobody was checked
    form = tmp_path / "回访.xlsx"
    made = run("spotcheck", STREET, "--n", "2", "--seed", "1", "--as-of", DAY, "-o", form, "--json").json
    book = openpyxl.load_workbook(form)
    sheet = book.worksheets[0]
    column = {cell.value: cell.column for cell in sheet[3]}
    for row in range(4, 4 + made["items"]):
        sheet.cell(row, column["核对结果"], "一致")
        sheet.cell(row, column["回访日期"], "2026-11-21")
    book.save(form)
    assert run("spotcheck", "--take", form, "--json").json["taken"] == made["items"]
    out = run(*ask).out
    assert "回访一致率" in head(out)
    seen = [row for row in run(*ask, "--json").json["rows"] if row["checked"] is not None]
    assert sum(row["checked"] for row in seen) == made["items"]
    assert {row["agreement"] for row in seen} == {1.0}
    who = next(line for line in out.splitlines() if seen[0]["code"] in line)
    assert who.rstrip("│ ").endswith("100.0%")


def test_gaps_the_longest_first_and_of_one_kind(run):
    rows = run("gaps", STREET, "--longest", "--most", "200", "--json").json["rows"]
    days = [row["days"] or 0 for row in rows]
    assert days == sorted(days, reverse=True)
    assert days[0] > days[-1]
    some = run("gaps", STREET, "--kind", "overdue", "--days", "5", "--most", "50", "--json").json["rows"]
    assert {row["kind"] for row in some} == {"overdue"}
    told = run("gaps", STREET, "--kind", "overdue", "--days", "5", "--most", "3").out
    every = run("gaps", STREET, "--kind", "overdue", "--days", "5", "--json").json["counts"]["overdue"]
    assert f"：{every} 条缺漏" in told
    assert f"还有 {every - 3} 行" in told
    assert min(row["days"] for row in some) >= 5


def test_a_list_in_a_file_is_whole_and_says_where(run, tmp_path):
    path = tmp_path / "缺漏.csv"
    out = run("gaps", STREET, "--kind", "逾期", "-o", path).out
    n = run("gaps", STREET, "--kind", "overdue", "--json").json["counts"]["overdue"]
    sheet = pd.read_csv(path, dtype=str)
    assert len(sheet) == n > 500
    assert sheet["经度"].str.startswith("118.").mean() > 0.9
    assert "漏访" not in out  # other kinds are not what was asked for
    assert "尽快补上" in out.splitlines()[-4]
    refused = run("gaps", STREET, "-o", tmp_path / "gaps.txt", ok=False)
    assert ".csv" in refused.err + refused.out


def test_a_day_to_come_is_told(run):
    assert "还没有到" in run("coverage", STREET, "--period", "2099-12", "--as-of", "2099-12-31").out
    assert run("coverage", STREET, "--period", "2026-10", "--as-of", DAY, "--json").json["ahead"] is False


def test_a_rule_that_begins_in_the_past_is_told(run):
    assert "走访率会变" in run("rule", "set", "WX-3", "--from", "2026-06-01", "amount=1").out
    assert "走访率会变" not in run("rule", "set", "WX-4", "amount=1").out


def test_the_list_of_rules_says_whom_they_are_for_and_until_when(run):
    run("rule", "retire", "WB-LIFT", "--from", "2099-12-10")
    out = run("rule", "list").out
    lines = [line for line in out.splitlines() if "WB-LIFT" in line]
    assert [("部件（电梯）" in line, "维保" in line, "停用" in line) for line in lines] == [
        (True, True, False),
        (True, True, True),
    ]
    for said in ("区划（社区（村））", "基础网格", "重点小区", "户室（出租）", "不限"):
        assert said in out.replace("\n", ""), said
    run("rule", "withdraw", "WB-LIFT")


def test_an_update_files_visits_where_their_targets_are(run, server, base):
    """Also without a worker: those see a visit whose duty its target is now."""
    apart = "SELECT count(*) FROM visit v JOIN dwelling d ON d.id = v.target_id WHERE v.target = 'dwelling' AND v.cell_key <> d.cell_key"
    with psycopg.connect(server.dsn(base).admin, autocommit=True) as conn:
        conn.execute(
            "UPDATE visit SET cell_key = (SELECT max(key) FROM cell) WHERE id IN "
            "(SELECT min(id) FROM visit WHERE target = 'dwelling')"
        )
        assert conn.execute(apart).fetchone() == (1,)
        run("obligation", "update", "--as-of", DAY)
        assert conn.execute(apart).fetchone() == (0,)
