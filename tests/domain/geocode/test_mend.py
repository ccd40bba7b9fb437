import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridsvc.domain.address.doors import door, several, spread
from gridsvc.domain.geocode.mend import TELLING, Speller

SPELLER = Speller(["青山路", "宝塔路", "北京东路", "北京西路", "南苑小区", "北苑小区", "一村"])


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("清山路", ["青山路"]),
        ("宝塔塔路", ["宝塔路"]),  # one too many
        ("南苑小", ["南苑小区"]),  # one missing
        ("北京冬路", []),  # 东 and 西 tell places apart: neither is meant for certain
        ("东苑小区", []),
        ("青山路", []),  # written right
        ("二村", []),
        ("", []),
    ],
)
def test_slips_are_mended_and_directions_are_not(written, meant):
    assert SPELLER.near(written) == meant


@given(st.text("青山宝塔路南苑小区东一", min_size=1, max_size=6))
def test_what_is_mended_differs_in_one_character_that_tells_nothing(text):
    for word in SPELLER.near(text):
        assert abs(len(word) - len(text)) <= 1
        assert word in SPELLER.words
        if len(word) == len(text):
            wrong = [k for k in range(len(word)) if word[k] != text[k]]
            assert len(wrong) == 1
            assert word[wrong[0]] not in TELLING
            assert text[wrong[0]] not in TELLING


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("12号", (12, 12)),
        ("甲12号", (12, 12)),
        ("5-21号", (5, 21)),
        ("102门-104门", (102, 104)),
        ("12号附1号", (12, 12)),
        ("1-99999", (1, 1)),  # no range that anybody means
        ("21-5", (21, 21)),
        ("东户", (-1, -1)),
        ("", (-1, -1)),
    ],
)
def test_numbers_of_doors(text, numbers):
    assert door(text) == numbers


@pytest.mark.parametrize(
    ("text", "each"),
    [
        ("98,99,100幢", ["98幢", "99幢", "100幢"]),
        ("102门-104门", ["102门", "103门", "104门"]),
        ("4-7号", ["4号", "5号", "6号", "7号"]),
        ("3幢", ["3幢"]),
        ("", [""]),
    ],
)
def test_several_doors_in_one(text, each):
    assert several(text) == each


@pytest.mark.parametrize(
    ("text", "each"),
    [
        ("南苑小区98,99,100幢", ["南苑小区98幢", "南苑小区99幢", "南苑小区100幢"]),
        ("南苑小区5幢,7幢楼道", ["南苑小区5幢楼道", "南苑小区7幢楼道"]),
        ("宝塔路3号和5号门口", ["宝塔路3号门口", "宝塔路5号门口"]),
        ("102门-104门", ["102门", "103门", "104门"]),
        ("宝塔路5-21号", ["宝塔路5-21号"]),  # one house
        ("12-3-501", ["12-3-501"]),
        ("3幢2-501室", ["3幢2-501室"]),
        ("宝塔路12号", ["宝塔路12号"]),
        ("宝塔路3号和5号之间", ["宝塔路3号和5号之间"]),  # one place
        ("", [""]),
    ],
)
def test_an_address_of_several_doors_is_each_of_them(text, each):
    assert spread(text) == each
