"""Numbers of tasks: what is written is read, and no slip of the pen leads to somebody else."""

import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from gridsvc.domain import tasknumber

SIGNS = "0123456789abcdefghijklmnopqrstuvwxyz"
NUMBERS = st.builds(
    tasknumber.written, st.sampled_from(sorted(tasknumber.LETTERS.values())), st.integers(1, 2**53 - 1),
    st.sampled_from(["visit", "patrol", "own_thing"]), st.text(SIGNS, min_size=2, max_size=12),
)  # fmt: skip


def read(text):
    return tasknumber.read(pd.Series([text])).iloc[0]


@settings(max_examples=200)
@given(st.sampled_from(sorted(tasknumber.LETTERS.values())), st.integers(1, 2**53 - 1))
def test_what_is_written_is_read(kind, number):
    found = read(tasknumber.written(kind, number, "visit", "2kq8z4"))
    assert (found["target"], found["target_id"], found["activity"]) == (kind, number, "visit")


@settings(max_examples=200)
@given(NUMBERS, st.data())
def test_a_wrong_sign_or_two_that_changed_places_are_noticed(number, data):
    """Of the same kind: one sign for another, or neighbours swapped. MOD 97-10 over letters of two digits catches all
    of the first and of the second."""
    at = data.draw(st.integers(0, len(number) - 2))
    other = data.draw(st.sampled_from(SIGNS))
    one = number[:at] + (other.upper() if at == 0 else other) + number[at + 1 :]
    two = number[:at] + number[at + 1] + number[at] + number[at + 2 :]
    for slip in (one, two):
        if slip.lower() != number.lower() and "-" not in number[at : at + 2]:
            assert pd.isna(read(slip)["target"])


def test_as_people_type_it():
    number = tasknumber.written("person", 1234, "visit", "2kq8z401")
    for said in (number.upper(), number.lower(), f" {number[:5]} {number[5:]}", number.replace("-", "－")):
        assert read(said)["target_id"] == 1234
    for said in (None, "", "P1234", "X" + number[1:], number[:-1], number + "0"):
        assert pd.isna(read(said)["target"])


def test_digits_of_other_scripts_are_none():
    assert pd.isna(read("P१२-visit-2kq8z4-07")["target"])
