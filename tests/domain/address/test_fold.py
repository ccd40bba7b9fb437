import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridsvc.domain.address.fold import fold
from gridsvc.domain.address.numerals import canonical, digits, value_of


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("１２号", "12号"),
        ("⻄⻓安街", "西长安街"),  # look-alike radicals, which NFKC leaves
        ("12號3樓", "12号3楼"),
        ("ａ座", "A座"),
        ("（南门）【二期】", "(南门)(二期)"),
        ("12－3—501", "12-3-501"),
        ("98、99", "98,99"),
        ("王家路贰仟贰佰伍拾叁号", "王家路二千二百五十三号"),
        ("壹号院陆家嘴", "壹号院陆家嘴"),  # one character alone is a name
        ("宝塔\u3000路\t12", "宝塔 路 12"),
    ],
)
def test_characters_are_read_as_they_are_meant(written, meant):
    assert fold(written) == meant


@given(st.text(max_size=40))
def test_folding_keeps_every_position_and_is_done_once(text):
    once = fold(text)
    assert len(once) == len(text)
    assert fold(once) == once


def test_no_compatibility_form_of_a_single_character_is_left():
    left = [
        chr(point)
        for point in range(0x2E80, 0x10000)
        if not 0xD800 <= point < 0xE000
        and len(unicodedata.normalize("NFKC", chr(point))) == 1
        and unicodedata.normalize("NFKC", fold(chr(point))) != fold(chr(point))
    ]
    assert left == []


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("十二", 12),
        ("一二", 12),
        ("二十", 20),
        ("二十八", 28),
        ("一百零五", 105),
        ("一千九百四十一", 1941),
        ("三〇二", 302),
        ("两", 2),
        ("十", 10),
    ],
)
def test_chinese_numbers_in_any_manner(written, value):
    assert value_of(written) == value


def test_a_one_between_numbers_is_a_stroke():
    assert digits("12一3一501") == "12-3-501"


@pytest.mark.parametrize(
    ("label", "ways", "form"),
    [
        ("roadno", ["12号", "12", "十二号", "12#"], "12号"),
        ("roadno", ["669弄"], "669弄"),
        ("roadno", ["5组6号", "五组六号"], "5组6号"),
        ("roadno", ["12号附1号"], "12号附1号"),
        ("houseno", ["3幢", "3栋", "3号楼", "三号楼", "3#", "3#楼", "3"], "3幢"),
        ("houseno", ["A座", "A栋", "A幢"], "A幢"),
        ("houseno", ["14号"], "14号"),
        ("cellno", ["2单元", "二单元", "2门", "2梯", "2"], "2单元"),
        ("floorno", ["3层", "3楼", "三楼", "3F"], "3层"),
        ("floorno", ["负一楼", "地下一层", "-1层"], "-1层"),
        ("roomno", ["501室", "501", "501房", "501号"], "501室"),
        ("roomno", ["东户"], "东户"),
        ("poi", ["(南苑小区)", "南苑小区"], "南苑小区"),
        ("poi", ["诚心木线(富阳店)"], "诚心木线(富阳店)"),
    ],
)
def test_a_numbered_part_has_one_form(label, ways, form):
    assert {canonical(label, way) for way in ways} == {form}


@given(
    st.sampled_from(["roadno", "houseno", "cellno", "floorno", "roomno"]),
    st.text("0123456789号幢楼一十-AB甲", max_size=8),
)
def test_the_one_form_of_a_part_is_its_own(label, text):
    once = canonical(label, text)
    assert canonical(label, once) == once
