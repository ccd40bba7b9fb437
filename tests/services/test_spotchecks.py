"""Spot checks: the same seed draws the same, so many of each stratum; results stand beside each officer's coverage."""

import datetime as dt

import numpy as np
import openpyxl
import pandas as pd
import pytest

from gridsvc.domain import tasknumber
from gridsvc.errors import ForbiddenError, InputError
from gridsvc.services import coverage, spotchecks
from gridsvc.services.coverage import Ask
from gridsvc.services.filein import Source
from gridsvc.services.spotchecks import Wish
from gridsvc.store.tx import SYSTEM
from tests.conftest import AS_OF
from tests.services.test_plans import rows
from tests.store.test_protection import callers

STREET = "990101001"


def items(db, number):
    return rows(db, "SELECT * FROM spotcheck_item WHERE spotcheck_id = %s ORDER BY id", number)


def test_so_many_of_each_officer_and_the_same_again(own_city, tmp_path):
    made = [spotchecks.draw(own_city, SYSTEM, Wish(STREET, 3, seed=s, as_of=AS_OF), tmp_path / f"{k}.xlsx")
            for k, s in enumerate((7, 7, 8))]  # fmt: skip
    one, two, three = (items(own_city, m["spotcheck"]) for m in made)
    assert [i["visit_id"] for i in one] == [i["visit_id"] for i in two]
    assert {i["visit_id"] for i in one} != {i["visit_id"] for i in three}
    per = pd.Series([i["officer_id"] for i in one]).value_counts()
    assert set(per) == {3}
    assert {i["visit_day"] for i in one} <= {AS_OF - dt.timedelta(k) for k in range(30)}
    places = spotchecks.draw(own_city, SYSTEM, Wish("990101", 2, "community", "communities"), tmp_path / "c.xlsx")
    assert places["items"] == 4  # two of each street
    with pytest.raises(InputError):
        spotchecks.draw(own_city, SYSTEM, Wish(STREET, 2, "officer", "communities"), tmp_path / "d.xlsx")
    with pytest.raises(InputError):
        spotchecks.draw(own_city, SYSTEM, Wish(STREET, as_of=dt.date(2020, 1, 1)), tmp_path / "d.xlsx")
    with pytest.raises(ForbiddenError):
        spotchecks.draw(own_city, callers(own_city)["officer"], Wish(), tmp_path / "d.xlsx")
    assert not (tmp_path / "d.xlsx").exists()


def test_every_visit_is_as_likely():
    """4 of 20, two thousand times: none of the twenty far from a fifth."""
    pool = pd.DataFrame({"officer_id": np.repeat([1, 2], 20), "target": "x", "cell_key": 1})
    drawn = np.mean([spotchecks.chosen_of(pool, Wish(n=4, seed=s)) for s in range(2000)], axis=0)
    assert drawn.sum() == pytest.approx(8)
    assert np.abs(drawn - 0.2).max() < 0.045


def test_results_come_back_and_stand_beside_the_officer(own_city, tmp_path):
    path = tmp_path / "回访.xlsx"
    clerk = callers(own_city)["street"]
    made = spotchecks.draw(own_city, clerk, Wish(STREET, 4, seed=1, as_of=AS_OF), path)
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    head = {c.value: c.column for c in sheet[3]}
    found = items(own_city, made["spotcheck"])
    busy = found[0]["officer_id"]
    hers = [str(i["id"]) for i in found if i["officer_id"] == busy]
    lines = {sheet.cell(r, head["回访号"]).value.split("-")[0]: r for r in range(4, sheet.max_row + 1)}
    for item, said in zip(hers, ("一致", "不一致", "一致", "联系不上"), strict=True):
        sheet.cell(lines[item], head["核对结果"], said)
        sheet.cell(lines[item], head["回访日期"], "2026-11-21")
    wrong = next(r for item, r in lines.items() if item not in hers)
    sheet.cell(wrong, head["核对结果"], "也许")
    slip = next(r for item, r in lines.items() if item not in hers and r != wrong)
    sheet.cell(slip, head["核对结果"], "一致")
    sheet.cell(slip, head["回访号"], sheet.cell(slip, head["回访号"]).value[:-1] + "x")
    book.save(path)
    done = spotchecks.take(own_city, clerk, Source(path, local=True))
    assert (done.taken, len(done.rejects)) == (4, 2)
    assert done.empty == made["items"] - 6
    told = {(r["拒收_字段"], r["拒收_值"]) for _, r in done.rejects.iterrows() if r["拒收_办法"]}
    assert told == {("核对结果", "也许"), ("回访号", sheet.cell(slip, head["回访号"]).value)}
    table = coverage.report(own_city, clerk, Ask(STREET, "2026-10-20..2026-11-20", by="officer", as_of=AS_OF)).table
    row = table[table["key"] == busy].iloc[0]
    assert (row["checked"], round(row["agreement"], 3)) == (3, 0.667)
    assert table[table["key"] != busy]["checked"].isna().all()
    again = spotchecks.take(own_city, clerk, Source(path, local=True))
    assert again.taken == 4


def test_a_result_that_cannot_be_so_comes_back(own_city, tmp_path):
    """Two results for one check, a day before the visit or in the future, another area's; a day needs no year."""
    made = spotchecks.draw(own_city, SYSTEM, Wish(STREET, 2, seed=3, as_of=AS_OF), tmp_path / "f.xlsx")
    found = items(own_city, made["spotcheck"])
    numbers = [tasknumber.checked(i["id"]) for i in found[:6]]
    today = dt.datetime.now(dt.timezone(dt.timedelta(hours=8))).date()
    past = found[1]["visit_day"] - dt.timedelta(1)
    lines = [
        (numbers[0], "一致", f"{today.month}-{today.day}"), (numbers[1], "一致", past.isoformat()),
        (numbers[2], "一致", (today + dt.timedelta(1)).isoformat()), (numbers[3], "一致", ""), (numbers[3], "不一致", ""),
        (numbers[4], "联系不上", today.isoformat()), (numbers[4], "联系不上", today.isoformat()), (numbers[5], "一致", "昨天"),
    ]  # fmt: skip
    path = tmp_path / "back.csv"
    pd.DataFrame(lines, columns=["回访号", "核对结果", "回访日期"]).to_csv(path, index=False)
    done = spotchecks.take(own_city, SYSTEM, Source(path, local=True))
    assert done.taken == 2
    told = done.rejects[["拒收_行号", "拒收_字段", "拒收_值"]].to_numpy().tolist()
    assert told == [["3", "回访日期", lines[1][2]], ["4", "回访日期", lines[2][2]], ["5", "回访号", numbers[3]],
                    ["6", "回访号", numbers[3]], ["9", "回访日期", "昨天"]]  # fmt: skip
    after = {tasknumber.checked(i["id"]): i for i in items(own_city, made["spotcheck"])}
    assert (after[numbers[0]]["checked_on"], after[numbers[0]]["result"]) == (today, "same")
    assert [after[n]["result"] for n in numbers[1:]] == [None, None, None, "unreached", None]
    elsewhere = spotchecks.take(own_city, SYSTEM, Source(path, local=True), "990101002")
    assert (elsewhere.taken, set(elsewhere.rejects["拒收_字段"])) == (0, {"回访号"})
