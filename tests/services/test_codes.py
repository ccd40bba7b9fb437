"""Code tables: shipped, extended by users, closed where they are an allow-list."""

import re

import pytest

from gridsvc.errors import ConflictError, ForbiddenError, InputError, MissingError
from gridsvc.services import codelists, codetables
from gridsvc.store.tx import SYSTEM, begin
from tests.store.test_protection import callers


def test_the_lists_of_the_trade_are_there(city):
    rows = codelists.listing(city, SYSTEM)
    of = {name: {r["name"] for r in rows if r["list"] == name} for name in codelists.lists()}
    assert {"公用设施", "道路交通", "市容环境", "园林绿化", "其他(扩展)"} <= of["component_class"]
    assert {"已见面", "家中无人", "电话核实", "拒访", "已搬离", "空置", "地址不符"} <= of["visit_outcome"]
    assert {"自住", "出租", "空置", "商用", "宿舍"} == of["dwelling_use"]
    assert {"户籍", "常住", "流动", "人户分离"} == of["residence"]
    assert of["service_category"] == {
        "独居老人", "空巢老人", "高龄老人", "失能老人", "残疾人", "低保对象", "特困人员", "低保边缘家庭", "困境儿童",
        "留守儿童", "孕产妇", "0–6岁儿童", "慢性病患者", "优抚对象", "新迁入",
    }  # fmt: skip


def test_the_categories_have_age_rules_grades_and_flags(city):
    rows = {r["name"]: r for r in codelists.listing(city, SYSTEM, "service_category")}
    assert rows["高龄老人"]["min_age"] == 80
    assert rows["0–6岁儿童"]["max_age"] == 6
    assert rows["残疾人"]["graded"]
    assert {n for n, r in rows.items() if r["sensitive"]} >= {"失能老人", "残疾人", "低保对象", "困境儿童", "孕产妇"}
    assert not rows["独居老人"]["sensitive"]


def test_no_list_has_a_word_that_names_two_entries(city):
    with begin(city, SYSTEM, "read") as tx:
        rows = tx.rows("code/list", list=None)
    for name in codelists.lists():
        said = [w.lower() for r in rows if r["list"] == name for w in {r["code"], r["name"], *r["aliases"]}]
        assert len(said) == len(set(said)), name


def test_an_entry_is_added_and_is_a_word_from_then_on(own_city):
    done = codelists.add(own_city, SYSTEM, "facility_class", "20", "共享书屋", english="Book room", aliases=("书屋",))
    assert (done["code"], done["built_in"], done["origin"]) == ("20", False, "system")
    with begin(own_city, SYSTEM, "read") as tx:
        words = codelists.words(tx)
    assert words["facility_class"]["书屋"] == words["facility_class"]["共享书屋"] == "20"
    codelists.retire(own_city, SYSTEM, "facility_class", "20")
    assert next(r for r in codelists.listing(own_city, SYSTEM, "facility_class") if r["code"] == "20")["retired"]


@pytest.mark.parametrize(
    ("args", "error", "code"),
    [
        (("service_category", "30", "重点人员"), InputError, "code.closed"),
        (("facility_class", "30", "信访接待点"), InputError, "code.refused"),
        (("organisation_class", "30", "宗教场所"), InputError, "code.refused"),
        (("facility_class", "a b", "x"), InputError, "code.item"),
        (("facility_class", "01", "x"), ConflictError, "code.taken"),
        (("facility_class", "31", "卫生服务站"), ConflictError, "code.taken"),
        (("nothing", "31", "x"), MissingError, "code.list"),
    ],
)
def test_what_cannot_be_added(city, args, error, code):
    with pytest.raises(error) as told:
        codelists.add(city, SYSTEM, *args)
    assert told.value.code == code


def test_only_who_may_change_classes_adds_codes(city):
    with pytest.raises(ForbiddenError):
        codelists.add(city, callers(city)["community"], "facility_class", "40", "x")


def test_no_shipped_word_is_of_a_refused_kind():
    for row in codetables.rows("codes"):
        for word in (row["name"], row["name_en"], *row["aliases"].split("|")):
            assert not any(re.search(p, word, re.IGNORECASE) for p in codetables.refused_patterns()), word
