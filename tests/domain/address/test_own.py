"""Names of the installation in texts."""

import pytest

from gridsvc.domain.address.own import Own
from gridsvc.domain.address.parser import Parser
from gridsvc.services import addresses

NAMED = [("浦东南路", "road"), ("世纪大道", "road"), ("宝塔路", "road"), ("Fucheng Rd", "road"), ("浦东", "poi"),
         ("世纪大道浦东南路", "poi"), ("陆家嘴", "poi"), ("梧桐坊", "poi")]  # fmt: skip


@pytest.fixture(scope="module")
def knowing():
    plain = addresses.parser()
    return Parser(plain.gazetteer, plain.network, "", Own.of(NAMED))


@pytest.mark.parametrize(
    ("text", "label", "part"),
    [
        ("世纪大道浦东南路路口", "road", "浦东南路"),  # two roads, not the stop that is called after them
        ("Fucheng Rd33号", "road", "Fucheng Rd"),
        ("ｆｕｃｈｅｎｇ ｒｄ 33", "road", "ｆｕｃｈｅｎｇ ｒｄ"),
        ("梧桐坊7幢", "poi", "梧桐坊"),
    ],
)
def test_a_known_name_is_a_part(knowing, text, label, part):
    assert (label, part) in [(p.label, p.text) for p in knowing.parse(text).parts]


def test_a_road_inside_a_longer_name_is_not_taken_out(knowing):
    assert ("road", "宝塔路") not in [(p.label, p.text) for p in knowing.parse("宝塔路小学").parts]


def test_a_short_name_inside_a_longer_one_is_not_taken_out(knowing):
    assert ("poi", "浦东") not in [(p.label, p.text) for p in knowing.parse("BFC浦东金融中心N1座").parts]
    assert ("poi", "浦东") in [(p.label, p.text) for p in knowing.parse("浦东18号").parts]


def test_what_follows_a_name_ends_with_its_text(knowing):
    """Of many texts at once as of each alone: 浦东 ends one, and 金融中心 begins the next."""
    texts = ["去过浦东", "金融中心", "Fucheng Rd", "宝塔路", "小学"]
    assert list(knowing.parse_many(texts)) == [knowing.parse(text) for text in texts]
    assert ("poi", "浦东") in [(p.label, p.text) for p in next(knowing.parse_many(texts)).parts]


def test_without_names_nothing_changes():
    plain = addresses.parser()
    none = Parser(plain.gazetteer, plain.network, "", Own.of([]))
    for text in ("南苑小区7#502", "上海市黄浦区北京东路121号", ""):
        assert none.parse(text) == plain.parse(text)
