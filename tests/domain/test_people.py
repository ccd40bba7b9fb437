"""Fields of people: identity numbers, telephones, categories, masks, sealing."""

import json

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridsvc.domain import people
from gridsvc.domain.fieldcrypt import FieldKey
from gridsvc.errors import SetupError
from gridsvc.services import codetables

KEY = json.dumps({"key_id": 1, "aes": "11" * 32, "hmac": "22" * 32})
WORDS = {
    w.lower(): r["code"]
    for r in codetables.rows("codes")
    if r["list"] == "service_category"
    for w in (r["name"], *r["aliases"].split("|"))
    if w
}


def number(body):
    """An identity number of a place that does not exist, with its check digit by the schoolbook."""
    total = sum(int(d) * w for d, w in zip(body, (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2), strict=True))
    return body + "10X98765432"[total % 11]


@given(st.integers(1, 28), st.integers(1, 12), st.integers(1910, 2025), st.integers(0, 999))
def test_a_right_number_is_taken_and_any_changed_digit_is_not(day, month, year, serial):
    good = number(f"990101{year}{month:02d}{day:02d}{serial:03d}")
    found, bad = people.identity_numbers(pd.Series([good, f" {good[:6]} {good[6:]}", good.lower()]))
    assert not bad.any()
    assert set(found) == {good}
    assert people.birth_of(found)[0] == pd.Timestamp(year, month, day)
    assert people.sex_of(found)[0] == ("m" if serial % 2 else "f")
    wrong = [good[:i] + str((int(good[i]) + 1) % 10) + good[i + 1 :] for i in range(17)]
    assert people.identity_numbers(pd.Series(wrong))[1].all()


def test_fifteen_digits_are_written_out():
    found, bad = people.identity_numbers(pd.Series(["990101800229001", "990101810229001", None, "３"]))
    assert list(bad) == [False, True, False, True]  # 1981 had no 29 February
    assert found[0] == number("99010119800229001")


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("13800001234", "13800001234"), ("138 0000 1234", "13800001234"), ("+86 138-0000-1234", "13800001234"),
        ("025-57001234", "02557001234"), ("(025)57001234", "02557001234"), ("57001234", "57001234"),
        ("１３８００００１２３４", "13800001234"), ("13800001234.0", "13800001234"),
        ("13800001234/13900001234", "13800001234;13900001234"), ("13800001234 13900001234", "13800001234;13900001234"),
        ("本人13800001234（儿子）、025-87654321", "13800001234;02587654321"), ("13800001234；13800001234", "13800001234"),
        ("1380000123", None), ("13800001234/家里", None), ("张三", None), ("1.38E+10", None),
    ],
)  # fmt: skip
def test_telephones(text, wanted):
    found, bad = people.telephones(pd.Series([text]))
    assert bool(bad[0]) == (wanted is None)
    if wanted:
        assert found[0] == wanted


def test_categories_are_an_allow_list():
    texts = ["独居老人；残疾人（二级）@2024-01-01~", "高龄,独居", None, "独居老人、重点人员", "低保户;吸毒人员"]
    got = people.categories(pd.Series(texts), WORDS, codetables.refused_patterns())
    first = json.loads(got.found[0])
    assert first == [
        {"code": "01", "grade": None, "from": None, "to": None},
        {"code": "05", "grade": "二级", "from": "2024-01-01", "to": None},
    ]
    assert [c["code"] for c in json.loads(got.found[1])] == ["01", "03"]
    assert got.found[2] == "[]"
    assert list(got.unknown) == [False, False, False, True, False]
    assert list(got.refused) == [False, False, False, False, True]
    assert [c["code"] for c in json.loads(got.found[4])] == ["06"]


def test_masks():
    assert people.masked_name("欧阳小明") == "欧**"
    assert people.masked_name("张三") == "张*"
    assert people.masked_number(number("99010119800101001")).startswith("990***********")
    assert people.masked_number("12345") == "*****"
    assert people.masked_name(None) is None


@pytest.mark.parametrize("cipher", ["aes", "sm4"])
@given(values=st.lists(st.none() | st.text(st.characters(exclude_categories=("Cs",)), max_size=40), max_size=20))
def test_what_is_sealed_opens_again(cipher, values):
    key = FieldKey.parse(KEY, cipher)
    sealed = key.seal(values)
    assert key.open(sealed) == values
    assert (
        FieldKey.parse(KEY, "sm4" if cipher == "aes" else "aes").open(sealed) == values
    )  # the value says its cipher
    assert [s is None for s in sealed] == [v is None for v in values]
    assert not any(v and len(v) > 3 and v.encode() in s for v, s in zip(values, sealed, strict=True) if s)


def test_sealing_twice_differs_and_the_digest_does_not():
    key = FieldKey.parse(KEY)
    assert key.seal(["x"]) != key.seal(["x"])
    assert key.digests(["x", "y", None]) == [*key.digests(["x"]), *key.digests(["y"]), None]
    assert FieldKey.parse(KEY.replace("22", "33")).digests(["x"]) != key.digests(["x"])


def test_another_key_or_a_damaged_value_is_told():
    key = FieldKey.parse(KEY)
    (sealed,) = key.seal(["x"])
    other = FieldKey.parse(json.dumps({"key_id": 1, "aes": "44" * 32, "hmac": "22" * 32}))
    for one, value in ((other, sealed), (key, sealed[:-1]), (key, b""), (key, sealed[:5] + b"?" + sealed[6:])):
        with pytest.raises(SetupError) as told:
            one.open([value])
        assert told.value.code == "key.wrong"
    with pytest.raises(SetupError):
        FieldKey.parse("{}")
