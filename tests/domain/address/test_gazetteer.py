import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridsvc.domain.address import gazetteer, surfaces
from gridsvc.domain.address.gazetteer import Gazetteer, Named
from gridsvc.domain.address.labels import CODE_OF, LABELS
from gridsvc.domain.address.lexicon import Lexicon, Rolling, hashes, points
from gridsvc.domain.address.repeats import settle
from gridsvc.domain.address.resolve import Resolver

ROWS = [
    Named("32", "江苏省"),
    Named("3201", "南京市"),
    Named("320102", "玄武区"),
    Named("320118", "高淳区"),
    Named("320118001", "淳溪街道"),
    Named("320118001001", "宝塔社区居民委员会"),
    Named("320118102", "城关镇"),
    Named("320125", "高淳县", 2013, "320118"),
    Named("31", "上海市"),
    Named("3101", "市辖区"),
    Named("310101", "黄浦区"),
    Named("33", "浙江省"),
    Named("3301", "杭州市"),
    Named("330110", "余杭区"),
    Named("330110101", "城关镇"),
    Named("44", "广东省"),
    Named("4419", "东莞市"),
    Named("441900", "东莞市"),
    Named("441900119", "长安镇"),
]


@pytest.fixture(scope="module")
def places():
    return gazetteer.build(ROWS)


def form(places, text):
    return int(places.lexicon.find(hashes([text]))[0])


@given(
    st.lists(st.text(max_size=6), max_size=30),
    st.lists(st.text(min_size=1, max_size=6), min_size=1, max_size=20, unique=True),
)
def test_the_table_finds_every_word_and_nothing_else(texts, words):
    table = Lexicon.of(hashes(words))
    found = table.find(hashes([*texts, *words]))
    assert [words.index(t) if t in words else -1 for t in [*texts, *words]] == found.tolist()


@given(st.text(min_size=3, max_size=30), st.data())
def test_the_hash_of_a_span_is_that_of_its_text(text, data):
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    chars, _ = points([text])
    assert Rolling(chars).spans(np.array([start]), np.array([end]))[0] == hashes([text[start:end]])[0]


@pytest.mark.parametrize(
    ("level", "name", "forms"),
    [
        ("prov", "广西壮族自治区", {"广西壮族自治区", "广西"}),
        ("city", "延边朝鲜族自治州", {"延边朝鲜族自治州", "延边州", "延边"}),
        ("district", "景宁畲族自治县", {"景宁畲族自治县", "景宁县", "景宁"}),
        ("district", "萧县", {"萧县"}),
        ("community", "多福巷社区居委会", {"多福巷社区居委会", "多福巷社区", "多福巷"}),
        ("community", "楼梓庄村委会", {"楼梓庄村委会", "楼梓庄村", "楼梓庄"}),
        ("community", "三间房东村村委会", {"三间房东村村委会", "三间房东村", "三间房东"}),
    ],
)
def test_names_as_people_write_them(level, name, forms):
    assert set(surfaces.FORMS[level](name)) == forms


def test_a_town_is_known_by_what_it_was(places):
    assert {form(places, name) for name in ("淳溪街道", "淳溪镇", "淳溪", "淳溪街道办事处")} & {-1} == set()


def test_it_is_the_same_when_it_is_read_again(places, tmp_path):
    places.save(tmp_path)
    again = Gazetteer.load(tmp_path)
    assert form(again, "淳溪镇") == form(places, "淳溪镇")
    assert again.name(0) == places.name(0)


def chain(places, *named, home=""):
    return Resolver(places, home).chain(tuple((label, form(places, text)) for label, text in named))[0]


def test_a_name_is_told_by_those_above_it(places):
    assert chain(places, ("district", "余杭区"), ("town", "城关镇")) == "330110101"
    assert chain(places, ("city", "南京市"), ("town", "城关镇")) == "320118102"


def test_the_home_area_decides_what_is_left_open_and_only_that(places):
    assert chain(places, ("town", "城关镇")) == ""
    assert chain(places, ("town", "城关镇"), home="320118") == "320118102"
    assert chain(places, ("city", "杭州市"), ("town", "城关镇"), home="320118") == "330110101"
    assert chain(places, home="320118") == "320118"


def test_a_home_whose_code_ends_in_zeros_is_that_town():
    rows = [
        *ROWS,
        Named("320118100", "固城镇"),
        Named("320118100001", "新村居委会"),
        Named("320118001002", "新村居委会"),
    ]
    made = gazetteer.build(rows)
    assert chain(made, ("community", "新村"), home="320118100") == "320118100001"
    assert chain(made, ("community", "新村"), home="320118100000") == "320118100001"


def test_a_community_that_the_registry_does_not_know_is_at_home(places):
    assert chain(places, ("community", "无名社区"), home="320118") == "320118"
    assert chain(places, ("community", "无名社区")) == ""


def test_a_former_county_is_what_it_became(places):
    assert chain(places, ("district", "高淳县"), ("town", "淳溪镇")) == "320118001"


FORMER = [
    *ROWS,
    Named("320118100", "固城镇"),
    Named("320118203", "永丰乡", 2019, "320118100"),  # merged into one town
    Named("320118204", "城东乡", 2019, "320118"),  # into several: only the county is known
    Named("330110204", "城东乡", 2023, "330110101"),
]


def test_a_former_town_is_what_it_became():
    made = gazetteer.build(FORMER)
    assert chain(made, ("town", "永丰乡")) == "320118100"
    assert chain(made, ("district", "高淳县"), ("town", "永丰镇")) == "320118100"


def test_of_a_town_that_went_to_several_the_county_is_known_and_it_stays_a_town():
    made = Resolver(gazetteer.build(FORMER))
    named = (("district", form(made.gazetteer, "高淳区")), ("town", form(made.gazetteer, "城东乡")))
    assert made.chain(named) == ("320118", (("district", True), ("town", False)))
    assert made.chain((("city", form(made.gazetteer, "南京市")), named[1]))[0] == "320118"


def test_a_former_town_of_two_counties_is_not_guessed():
    made = gazetteer.build(FORMER)
    assert chain(made, ("town", "城东乡")) == ""
    assert chain(made, ("town", "城东乡"), home="320118") == "320118"
    assert chain(made, ("district", "余杭区"), ("town", "城东乡")) == "330110101"


def test_missing_levels_follow_from_those_below(places):
    names = Resolver(places).names(chain(places, ("town", "淳溪街道")))
    assert [(label, name) for label, _, name in names] == [
        ("prov", "江苏省"), ("city", "南京市"), ("district", "高淳区"), ("town", "淳溪街道"),
    ]  # fmt: skip


def test_a_city_without_counties(places):
    assert chain(places, ("city", "东莞市"), ("town", "长安镇")) == "441900119"


def test_a_municipality_is_a_city(places):
    code, said = Resolver(places).chain((("prov", form(places, "上海市")), ("district", form(places, "黄浦区"))))
    assert code == "310101"
    assert said[0] == ("city", True)


def settled(*parts):
    labels = [CODE_OF[label] for label, _ in parts]
    flags = [{"prov": 1, "city": 4, "district": 16, "town": 64}.get(label, 0) for label, _ in parts]
    return [LABELS[label] for label in settle(labels, [text for _, text in parts], flags)]


def test_a_level_said_twice_stands_once():
    twice = [("prov", "浙江"), ("city", "杭州"), ("prov", "浙江省"), ("city", "杭州市"), ("road", "六和路")]
    assert settled(*twice) == ["redundant", "redundant", "prov", "city", "road"]


def test_of_two_places_the_one_that_the_rest_follows():
    other = [("prov", "安徽省"), ("city", "宿州市"), ("prov", "浙江省"), ("city", "嘉兴市"), ("town", "独山港镇")]
    assert settled(*other) == ["redundant", "redundant", "prov", "city", "town"]


def test_nothing_said_twice_is_left_alone():
    once = [("city", "杭州市"), ("district", "西湖区"), ("road", "杭州路")]
    assert settled(*once) == ["city", "district", "road"]
