import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridsvc.domain import codes
from gridsvc.errors import InputError

levels = st.sampled_from(codes.LEVELS)
area_codes = levels.flatmap(lambda n: st.integers(10 ** (n - 1), 10**n - 1).map(str)).map(codes.normal_code)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("310115", "310115"),
        ("310115000000", "310115"),
        ("310000", "31"),
        ("441900", "4419"),
        ("441900003", "441900003"),
        (310101, "310101"),
        ("310101.0", "310101"),
        (" 31 ", "31"),
        ("310101001001", "310101001001"),
    ],
)
def test_normal_code(text, code):
    assert codes.normal_code(text) == code


@pytest.mark.parametrize("text", ["", "3101011", "31010a", "三一", "1", "1234567890123", "-31"])
def test_malformed_codes_are_refused(text):
    with pytest.raises(InputError) as e:
        codes.normal_code(text)
    assert e.value.code == "code.malformed"


@given(area_codes, st.integers(1, codes.SEQ_MAX))
def test_keys_stay_below_2_to_53_and_inside_their_area(code, seq):
    lo, hi = codes.key_range(code)
    key = codes.cell_key(code, seq)
    assert lo < key < hi <= codes.KEY_MAX
    assert codes.area_codes([key])[0] == code
    assert codes.seq_of_keys([key])[0] == seq
    for parent in codes.parent_codes(code):
        a, b = codes.key_range(parent)
        assert a <= lo
        assert hi <= b


@given(area_codes, st.integers(1, codes.SEQ_MAX))
def test_cell_codes_read_back(code, seq):
    key = codes.cell_key(code, seq)
    text = codes.cell_code(key)
    assert len(text) == (15 if seq < 1000 else 16)
    assert codes.key_of_cell_code(text) == key


def test_a_cell_number_beyond_the_range_is_refused():
    with pytest.raises(InputError):
        codes.cell_key("990101", codes.SEQ_MAX + 1)


def test_ancestors_are_arithmetic():
    key = codes.cell_key("990101002003", 7)
    assert codes.ancestors([key], 9)[0] == 990101002000
    assert codes.ancestors([key], 6)[0] == 990101000000
    assert codes.ancestors([key], 12)[0] == 990101002003


def test_key_zero_has_no_area_and_no_cell():
    assert list(codes.area_codes([0])) == [""]
    assert list(codes.cell_codes([0])) == [""]
    assert list(codes.cell_codes(np.array([], dtype=np.int64))) == []


@pytest.mark.parametrize(
    ("given_codes", "common"),
    [
        (["310101", "310115"], "3101"),
        (["310101"], "310101"),
        (["990101001001", "990101002001"], "990101"),
        (["31", "32"], None),
        ([], None),
        (["310101", "310101001"], "310101"),
    ],
)
def test_common_code(given_codes, common):
    assert codes.common_code(given_codes) == common


def test_kinds_of_towns_and_communities():
    assert codes.town_kind("990101001") == "subdistrict"
    assert codes.town_kind("990101100") == "town"
    assert codes.town_kind("990101450") == "zone"
    assert codes.town_kind("990101700") is None
    assert codes.community_kind("990101001201") == "village"
    assert codes.community_kind("990101001700") is None
