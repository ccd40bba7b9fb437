"""What stands in the cells of real ledgers: dates that say less than a day, degrees, ticks, spoiled numbers, names."""

from zoneinfo import ZoneInfo

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gridsvc.domain import cellnames, frames, people, values

UTC = ZoneInfo("UTC")


def dated(text, *, last=False):
    found, bad, exact = values.dates(pd.Series([text], dtype="str"), UTC, False, last=last)
    day = None if pd.isna(found[0]) else found[0].date().isoformat()
    return day, bool(bad[0]), None if pd.isna(exact[0]) else exact[0]


@pytest.mark.parametrize(
    ("text", "wanted", "exact"),
    [
        ("2024.3", "2024-03-01", "month"), ("2024-03", "2024-03-01", "month"), ("2024年3月", "2024-03-01", "month"),
        ("202403", "2024-03-01", "month"), ("2024/3", "2024-03-01", "month"), ("２０２４年 ３月", "2024-03-01", "month"),
        ("2024", "2024-01-01", "year"), ("2024年", "2024-01-01", "year"),
        ("20240315", "2024-03-15", None), ("2024.3.15", "2024-03-15", None), ("2024年3月15日", "2024-03-15", None),
        ("2024年3月15", "2024-03-15", None), ("45366", "2024-03-15", None), ("45366.0", "2024-03-15", None),
        ("2024-03-15 00:00:00", "2024-03-15", None), ("1950-5", "1950-05-01", "month"),
    ],
)  # fmt: skip
def test_dates_keep_how_exact_they_are(text, wanted, exact):
    assert dated(text) == (wanted, False, exact)


@pytest.mark.parametrize("text", ["昨天", "2024-13", "2024.3.32", "99", "3月15日", "0", "2024-00"])
def test_what_is_no_date_is_none(text):
    assert dated(text)[1]


def test_a_month_that_ends_something_is_its_last_day():
    assert dated("2024年2月", last=True) == ("2024-02-29", False, "month")
    assert dated("2024", last=True) == ("2024-12-31", False, "year")


@settings(max_examples=50, derandomize=True, deadline=None)
@given(st.dates(min_value=pd.Timestamp("1930-01-01").date(), max_value=pd.Timestamp("2090-12-31").date()))
def test_every_way_of_writing_a_day_is_that_day(day):
    serial = str((pd.Timestamp(day) - pd.Timestamp("1899-12-30")).days)
    for text in (day.isoformat(), f"{day.year}.{day.month}.{day.day}", f"{day.year}年{day.month}月{day.day}日",
                 day.strftime("%Y%m%d"), f"{day.year}/{day.month}/{day.day}", serial):  # fmt: skip
        assert dated(text) == (day.isoformat(), False, None), text


def test_excel_serials_of_times_are_local():
    found, bad = values.instants(pd.Series(["45366.354166666664"]), ZoneInfo("Asia/Shanghai"))
    assert (found[0].isoformat(), bool(bad[0])) == ("2024-03-15T00:30:00+00:00", False)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("118°46′35.2″", 118.776444), ("118度46分35.2秒", 118.776444), ("东经118°46'35.2\"", 118.776444),
        ("E118°46′35.2″", 118.776444), ("118°46.5′", 118.775), ("118:46:35.2", 118.776444),
        ("118-46-35.2", 118.776444), ("W118°46′35.2″", -118.776444), ("118.5", 118.5), ("118°46′35.2″W", -118.776444),
        ("１１８°４６′３５．２″", 118.776444), ("-118.5", -118.5),
    ],
)  # fmt: skip
def test_degrees_minutes_and_seconds(text, wanted):
    found, bad = values.degrees(pd.Series([text]))
    assert not bad[0]
    assert found[0] == pytest.approx(wanted, abs=1e-6)


@pytest.mark.parametrize("text", ["118°75′", "118°46′75″", "东经", "118度多", "a118°"])
def test_what_is_no_angle_is_none(text):
    assert values.degrees(pd.Series([text]))[1][0]


@settings(max_examples=100, derandomize=True, deadline=None)
@given(st.floats(0, 179.99), st.sampled_from(["E", "W", ""]))
def test_degrees_come_back(x, side):
    d, rest = int(x), (x - int(x)) * 60
    m, s = int(rest), (rest - int(rest)) * 60
    found, bad = values.degrees(pd.Series([f"{side}{d}°{m}′{s:.4f}″"]))
    if s < 59.99995:
        assert not bad[0]
        assert abs(found[0]) == pytest.approx(x, abs=1e-6)


def test_yes_and_no_as_people_tick_it():
    yes, bad = values.flags(pd.Series(["是", "√", "1", "✔", "对", "有", "Y", "☑"]))
    assert yes.all()
    no, other = values.flags(pd.Series(["否", "×", "0", "无", "", None, "-", "没有", "○"]))
    assert not no.any()
    assert not bad.any()
    assert not other.any()
    assert values.flags(pd.Series(["也许"]))[1][0]


def test_numbers_that_excel_spoiled():
    right = "11010119800307" + "100"
    whole = right + str(people.check_digits(pd.Series([right]).to_numpy(dtype="U17"))[0])
    column = pd.Series(
        [whole, "3.20125E+17", "3.20125199001011e+17", "320125199001011000", "32012519900101123", None]
    )
    lost = people.spoiled_numbers(column)
    assert list(lost) == [False, True, True, True, False, False]


def test_a_number_that_ends_in_000_by_nature_is_taken_where_none_is_spoiled():
    for serial in range(1, 100):
        body = f"1101011980{serial % 12 + 1:02d}{serial % 28 + 1:02d}{serial // 10:01d}00"
        if str(people.check_digits(pd.Series([body]).to_numpy(dtype="U17"))[0]) == "0":
            number = body + "0"
            break
    assert number.endswith("000")
    assert not people.spoiled_numbers(pd.Series([number]))[0]
    assert people.spoiled_numbers(pd.Series([number, "3.2E+17"])).all()  # among spoiled ones nobody can tell


def test_names_and_doors_are_tidied():
    assert values.closed_up(pd.Series(["张 三", "欧阳　娜娜", "John Smith"])).tolist() == [
        "张三",
        "欧阳娜娜",
        "John Smith",
    ]
    assert values.door_parts(pd.Series(["１２ 幢", "3单元", None])).fillna("").tolist() == ["12幢", "3单元", ""]
    assert values.clean(pd.Series(["\u200b张三\ufeff", "　"])).fillna("").tolist() == ["张三", ""]


@pytest.mark.parametrize("name", ["第3网格", "3网格", "第三网格", "网格03", "３", "第 3 网格", "003", "3号网格"])
def test_a_cell_has_many_names(name):
    assert cellnames.plain(name) == "#3"


def test_other_names_of_cells_stay():
    assert cellnames.plain("滨河网格") == "滨河网格"
    assert cellnames.plain("第二十一网格") == "#21"
    assert cellnames.plain("第一百零二网格") == "#102"


def test_the_same_form_in_another_order_is_the_same():
    assert frames.shape_of(["姓 名", "电话"]) == frames.shape_of(["电话", "姓名"])
    assert frames.shape_of(["姓名"]) != frames.shape_of(["姓名", "电话"])


def test_rows_of_several_sheets_say_which():
    assert frames.row_label(12) == "12"
    assert frames.row_label(2 * frames.SHEET_ROWS + 12) == "2!12"
