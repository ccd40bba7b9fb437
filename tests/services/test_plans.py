"""The form that an officer fills in and brings back: it closes exactly the lines that were filled in."""

import datetime as dt
import random

import openpyxl
import pytest

from gridsvc.domain.sheets import plain_rows
from gridsvc.errors import InputError, MissingError
from gridsvc.services import codelists, imports, obligations, plans
from gridsvc.services.filein import Source
from gridsvc.services.imports import ImportRequest
from gridsvc.store.tx import SYSTEM, begin
from tests.conftest import AS_OF
from tests.store.test_protection import callers

COMMUNITY = "990101001002"


def rows(db, statement, *params):
    with begin(db, SYSTEM, "rows") as tx:
        return tx.conn.execute(statement, params).fetchall()


def officer_of(db, *, least=30):
    """An officer of the community with something of everything, and her open obligations."""
    found = rows(
        db,
        "SELECT o.number FROM officer o JOIN post p ON p.officer_id = o.id JOIN obligation b ON b.post_id = p.id "
        "WHERE p.cell_key / 8192 = %s AND p.target = 'cell' AND b.fulfilled_on IS NULL GROUP BY 1 HAVING count(*) > %s "
        "ORDER BY count(*) DESC LIMIT 1",
        int(COMMUNITY), least,
    )  # fmt: skip
    return found[0]["number"]


def state(db):
    found = rows(db, "SELECT r.code, o.target_id, o.opens, o.due, o.done, o.fulfilled_on, o.tried FROM obligation o "
                     "JOIN rule r ON r.id = o.rule_id")  # fmt: skip
    return {(r["code"], r["target_id"], r["opens"]): (r["done"], r["fulfilled_on"], r["tried"]) for r in found}


def bring(db, path, area=COMMUNITY, **more):
    done = imports.run(db, SYSTEM, ImportRequest("visit", Source(path, local=True), area, **more))
    obligations.catch_up(db, today=AS_OF)
    return done


class Form:
    """The workbook as somebody fills it in."""

    def __init__(self, path):
        self.path = path
        self.book = openpyxl.load_workbook(path)
        self.sheet = self.book.worksheets[0]
        self.head = [c.value for c in self.sheet[3]]
        self.lines = {row[0].value: row[0].row for row in self.sheet.iter_rows(min_row=4) if "-" in str(row[0].value)}

    def fill(self, task, **said):
        for name, value in said.items():
            self.sheet.cell(self.lines[task], self.head.index(name) + 1, value)

    def fill_as_asked(self, line, outcome=None):
        """As somebody does who reads what the line asks for."""
        at_home = line["target"] in ("person", "household", "dwelling")
        first = max(o["opens"] for o in line["obligations"])
        day = max(first, min(line["by"], AS_OF)) if line["by"] >= AS_OF else AS_OF
        self.fill(line["task"], 走访时间=dt.datetime.combine(day, dt.time(9, 30)),
                  结果=outcome or ("已见面" if at_home else "已巡查"))  # fmt: skip
        if line["minutes"]:
            self.fill(line["task"], 分钟=line["minutes"])
        if line["document"]:
            self.fill(line["task"], 文书号="检-1")

    def save(self):
        self.book.save(self.path)


@pytest.fixture
def form(own_city, tmp_path):
    """A city, the plan of one of its officers and the form of it."""
    path = tmp_path / "走访登记表.xlsx"
    plan = plans.file(own_city, SYSTEM, path, officer_of(own_city), as_of=AS_OF, everything=True)
    return own_city, plan, Form(path)


def test_a_filled_form_closes_exactly_its_lines(form):
    db, plan, sheet = form
    assert {line["target"] for line in plan.lines} >= {"cell", "person", "household"}
    assert list(sheet.lines) == [line["task"] for line in plan.lines]
    rng = random.Random(7)
    chosen = [
        line for line in plan.lines if rng.random() < 0.4 and max(o["opens"] for o in line["obligations"]) <= AS_OF
    ]
    for line in chosen:
        sheet.fill_as_asked(line)
    sheet.save()
    before = state(db)
    done = bring(db, sheet.path)
    assert (done.counts["new"], done.counts["rejected"]) == (len(chosen), 0)
    assert done.warnings["visit.not_done"] == len(plan.lines) - len(chosen)
    after = state(db)
    wanted = {(o["rule"], o["target_id"], o["opens"]) for line in chosen for o in line["obligations"]}
    changed = {key for key in after if after[key] != before[key] and not before[key][1]}
    assert changed <= wanted
    assert all(before[key][0] for key in wanted - changed)  # visited on that day already: a day counts once
    assert len(changed) > 0.9 * len(wanted)
    left = plans.make(db, SYSTEM, plan.officer["number"], as_of=AS_OF, everything=True)
    closed = {key for key in wanted if after[key][1]}
    assert len(closed) > len(chosen) / 2
    assert not closed & {(o["rule"], o["target_id"], o["opens"]) for line in left.lines for o in line["obligations"]}
    assert bring(db, sheet.path).counts["same"] == len(chosen)  # the same form again changes nothing
    assert state(db) == after


def test_a_corrected_form_corrects_the_visit(form, tmp_path):
    """Under whatever name the file comes: she was not met after all, so the line is open again."""
    db, plan, sheet = form
    line = next(one for one in plan.lines if one["target"] == "person" and len(one["obligations"]) == 1)
    key = next((o["rule"], o["target_id"], o["opens"]) for o in line["obligations"])
    sheet.fill_as_asked(line)
    sheet.save()
    bring(db, sheet.path)
    assert state(db)[key][0] == 1
    sheet.fill(line["task"], 结果="拒访")
    sheet.path = tmp_path / "再交.xlsx"
    sheet.save()
    done = bring(db, sheet.path)
    assert (done.counts["new"], done.counts["changed"]) == (0, 1)
    assert state(db)[key] == (0, None, "refused")


def test_a_day_is_written_without_its_year(form, monkeypatch):
    db, plan, sheet = form
    line = next(one for one in plan.lines if one["target"] == "person")
    sheet.fill_as_asked(line)
    sheet.fill(line["task"], 走访时间=f"{AS_OF.month}月{AS_OF.day}日")
    sheet.save()
    done = bring(db, sheet.path)
    assert (done.counts["new"], done.counts["rejected"], done.warnings["date.year_added"]) == (1, 0, 1)


def test_slips_come_back_with_their_row(form):
    db, plan, sheet = form
    one, two, three = (line["task"] for line in plan.lines[:3])
    for task in (one, two):
        sheet.fill(task, 走访时间="2026-11-20 10:00", 结果="已见面")
    wrong = one[:-1] + str((int(one[-1]) + 1) % 10)
    sheet.fill(one, 任务号=wrong)
    sheet.fill(three, 结果="已见面")  # no day
    sheet.save()
    done = bring(db, sheet.path)
    assert done.counts["new"] == 1
    told = plain_rows(done.rejects)
    assert {(r["field"], r["value"], r["reason"]) for r in told} == {
        ("task", wrong, "visit.task"), ("at", None, "value.missing"),
    }  # fmt: skip
    elsewhere = bring(db, sheet.path, area="990101001003", list_name="x")
    assert elsewhere.counts["new"] == 0
    assert "visit.task_unknown" in elsewhere.reasons


def test_who_sees_whose_names(form, tmp_path):
    """The officer reads names in her own cells; the street prints forms with masked ones; analysts see no residents."""
    db, plan, _ = form
    number = plan.officer["number"]
    who = callers(db)
    people = {line["name"] for line in plan.lines if line["target"] == "person"}
    street = plans.make(db, who["street"], number, as_of=AS_OF, everything=True)
    masked = {line["name"] for line in street.lines if line["target"] == "person"}
    assert len(street.lines) == len(plan.lines)
    assert masked
    assert not masked & people
    assert all("*" in name for name in masked)
    analyst = plans.make(db, who["analyst"], number, as_of=AS_OF, everything=True)
    assert analyst.lines
    assert not [line for line in analyst.lines if line["target"] in ("person", "household", "dwelling")]
    logged = rows(db, "SELECT detail FROM audit WHERE action = 'plan' ORDER BY id")
    assert [r["detail"]["lines"] for r in logged][-2:] == [len(street.lines), len(analyst.lines)]


def test_who_is_not_there_is_said(own_city, tmp_path):
    for word, why in (("W999999", "plan.officer.unknown"), (None, "plan.officer.unknown")):
        with pytest.raises(MissingError) as e:
            plans.make(own_city, SYSTEM, word)
        assert e.value.code == why
    number = officer_of(own_city)
    with pytest.raises(MissingError) as e:
        plans.make(own_city, SYSTEM, number, as_of=dt.date(1999, 1, 1))
    assert e.value.code == "plan.post"
    with pytest.raises(InputError) as e2:
        plans.file(own_city, SYSTEM, tmp_path / "a.doc", number)
    assert e2.value.code == "plan.format"
    assert not list(tmp_path.iterdir())


def test_both_forms_offer_what_the_office_offers(own_city, tmp_path):
    codelists.add(own_city, SYSTEM, "visit_outcome", "later", "改约", counts=False)
    codelists.retire(own_city, SYSTEM, "visit_outcome", "phone")
    number = officer_of(own_city)
    plans.file(own_city, SYSTEM, tmp_path / "a.xlsx", number, as_of=AS_OF)
    plans.file(own_city, SYSTEM, tmp_path / "a.html", number, as_of=AS_OF)
    checks = openpyxl.load_workbook(tmp_path / "a.xlsx").worksheets[0].data_validations.dataValidation
    (choice,) = (c.formula1 for c in checks if "已见面" in str(c.formula1))
    page = (tmp_path / "a.html").read_text(encoding="utf-8")
    for said in (choice, page):
        assert "改约" in said
        assert "已见面" in said
        assert "电话核实" not in said
