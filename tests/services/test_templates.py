"""Empty forms: they can be imported as they stand, and what is typed into them comes in without a reject."""

import openpyxl
import pytest

from gridsvc.services import codetables, templates
from gridsvc.store.tx import SYSTEM
from gridsvc.text import speaking
from tests.services.test_ledgers import furnished  # noqa: F401 - a fixture


@pytest.mark.parametrize("word", templates.KINDS)
def test_a_form_can_be_imported_as_it_stands_and_with_what_its_example_says(furnished, tmp_path, word):  # noqa: F811
    town, path = furnished, tmp_path / f"{word}.xlsx"
    kind = templates.KINDS[word]
    if kind in ("post", "visit"):
        town.take("officer", town.csv([{"姓名": "李明", "工号": "W001", "社区": "A社区"}], "网格员.csv"))
    if kind == "visit":
        columns = codetables.kinds()["dwelling"].fields.values()
        door = {
            f.zh: templates._example("dwelling", f, ())
            for f in columns
            if f.name in ("estate", "building_no", "unit_no", "room")
        }
        town.take("dwelling", town.csv([door], "房屋.csv"))
    templates.write(town.db, SYSTEM, word, path)
    empty = town.take(kind, path)
    assert (empty.counts["rows"], empty.counts["rejected"]) == (0, 0)
    assert [r["reason"] for r in empty.set_aside] == ["example"]
    book = openpyxl.load_workbook(path)
    page = book.worksheets[0]
    for row, number in ((2, "K1"), (3, "K2")):
        for column in range(1, page.max_column + 1):
            page.cell(row, column, page.cell(2, column).value)
        page.cell(row, 1, number)
    if kind == "person":
        page.cell(3, [c.value for c in page[1]].index("身份证号") + 1, "")
    if kind == "post":
        page.cell(2, [c.value for c in page[1]].index("社区") + 1, "A社区")
        page.cell(3, [c.value for c in page[1]].index("网格") + 1, "")
        page.cell(2, [c.value for c in page[1]].index("网格") + 1, "")
        page.cell(3, [c.value for c in page[1]].index("社区") + 1, "A社区")
    book.save(path)
    done = town.take(kind, path, list_name=f"{word} filled in")
    assert not done.reasons, (done.reasons, done.rejects.head())
    assert done.counts["new"] == 2 if kind != "dwelling" else done.counts["new"] >= 1


def test_drop_downs_hold_the_words_of_the_code_tables_and_every_column_is_explained(furnished, tmp_path):  # noqa: F811
    path = tmp_path / "people.xlsx"
    templates.write(furnished.db, SYSTEM, "people", path)
    book = openpyxl.load_workbook(path)
    page = book.worksheets[0]
    fields = [f for f in codetables.kinds()["person"].fields.values() if f.type != "geom"]
    assert sorted(c.value for c in page[1]) == sorted(f.zh for f in fields)
    assert len(page.data_validations.dataValidation) == sum(f.type in ("code", "flag") for f in fields)
    assert all(c.comment for c in page[1])
    column = page.cell(1, [c.value for c in page[1]].index("性别") + 1).column_letter
    sex = next(v for v in page.data_validations.dataValidation if f"{column}2" in str(v.sqref))
    assert (sex.type, sorted(sex.formula1.strip('"').split(","))) == ("list", ["女", "男"])
    assert book["lists"].sheet_state == "hidden"
    explained = {r[0].value for r in book["填写说明"].iter_rows(min_row=8)}
    assert {f.zh for f in fields} <= explained


def test_a_form_in_english_is_understood_too(furnished, tmp_path):  # noqa: F811
    path = tmp_path / "people.xlsx"
    with speaking("en"):
        templates.write(furnished.db, SYSTEM, "people", path)
    book = openpyxl.load_workbook(path)
    page = book.worksheets[0]
    head = [c.value for c in page[1]]
    assert "household no" in head
    page.cell(2, 1, "K1")
    book.save(path)
    done = furnished.take("person", path)
    assert (done.counts["new"], done.reasons) == (1, {})
    assert done.mapping["household_no"] == "household no"
