"""Doors out of addresses, spellings, the tree of a ledger, and what neighbours propose."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gridsvc.domain.ledger import seating, spelling, tree
from gridsvc.domain.ledger.doorway import NO_BUILDING, NO_NUMBER, doorways
from gridsvc.services import addresses


@pytest.fixture(scope="module")
def parser():
    return addresses.parser("")


@pytest.mark.parametrize(("text", "door"), [
    ("南苑小区3幢2单元501室", ("南苑小区", "3", "", "", "2", "501")),
    ("南苑小区３＃２－５０１", ("南苑小区", "3", "", "", "2", "501")),
    ("南苑小区 3 幢 2 单元 501 室", ("南苑小区", "3", "", "", "2", "501")),
    ("宁溪县望江街道宝塔社区新城新村7号楼甲单元101", ("新城新村", "7", "", "", "甲", "101")),
    ("星河公寓1#3-101", ("星河公寓", "1", "", "", "3", "101")),
    ("锦绣大厦B座1201", ("锦绣大厦", "B", "", "", "", "1201")),
    ("王家路5号", ("", "", "王家路", "5", "", "")),
    ("王家路3-101", ("", "", "王家路", "3", "", "101")),
    ("王家路163弄16号201室", ("", "", "王家路", "163弄16", "", "201")),
    ("北门大街803弄25支弄3号", ("", "", "北门大街", "803弄25支弄3", "", "")),
    ("王家路12号附1号", ("", "", "王家路", "12号附1", "", "")),
    ("宝塔路12号3幢2单元501室", ("宝塔路12号", "3", "", "", "2", "501")),
    ("宝塔路12号南苑小区3幢2单元501室", ("南苑小区", "3", "宝塔路", "12", "2", "501")),
    ("宝塔村三组12号", ("", "", "宝塔村3组", "12", "", "")),
    ("西大街12号2楼", ("", "", "西大街", "12", "", "2层")),
    ("南苑小区501室", ("南苑小区", NO_BUILDING, "", "", "", "501")),
    ("门卫室旁平房", ("", "", "门卫室旁平房", NO_NUMBER, "", "")),
    ("王秀英家", ("", "", "", "", "", "")),
    ("老李家", ("", "", "", "", "", "")),
    ("张大爷住处", ("", "", "", "", "", "")),
    ("", ("", "", "", "", "", "")),
])  # fmt: skip
def test_the_door_of_an_address(parser, text, door):
    (found,) = doorways([text], parser)
    assert found[:6] == door
    assert found.named == (NO_BUILDING not in door and NO_NUMBER not in door and any(door))


def test_spellings_that_are_one_and_those_that_are_asked():
    people = {"南苑小区": 500, "南苑": 3, "楠苑小区": 4, "江南花园": 300, "江南": 5, "江南东苑": 50, "江南西苑": 2,
              "金桂雅苑": 100, "银桂雅苑": 90, "康乐新邨": 2, "康乐新村": 300, "一村": 40, "二村": 1}  # fmt: skip
    found = spelling.compare(people)
    assert found.same == {"南苑": "南苑小区"}
    assert found.doubts == {"楠苑小区": ("南苑小区",), "江南": ("江南花园", "江南东苑"), "康乐新邨": ("康乐新村",)}


def test_names_of_the_base_and_those_decided_are_not_asked_about():
    people = {"楠苑小区": 4, "康乐新邨": 2}
    assert spelling.compare(people, known=["南苑小区"]).doubts == {"楠苑小区": ("南苑小区",)}
    assert not spelling.compare(people, known=["南苑小区", "楠苑小区"]).doubts
    assert not spelling.compare(people, known=["南苑小区"], settled=["楠苑小区"]).doubts


def test_the_tree_counts_everybody_once():
    doors = pd.DataFrame({
        "estate": ["南苑", "南苑", "南苑", None, None, "南苑"], "building_no": ["3幢", "03", "4", None, None, None],
        "street": [None, None, None, "王家路", "王家路", None], "housenumber": [None, None, None, "5号", "5", None],
        "unit_no": ["1单元", "1", "1", None, None, None], "room": ["101室", "101", "101", None, "201", "1"], "area": None,
    })  # fmt: skip
    found = tree.grow(doors)
    assert found.estates[["name", "people"]].values.tolist() == [["南苑", 3]]
    assert found.buildings["people"].tolist() == [2, 1, 2]
    assert found.units["people"].tolist() == [2, 1]
    assert found.dwellings["people"].tolist() == [2, 1, 1, 1]


def row(number, lon=np.nan, lat=np.nan, *, street=None):
    door = {"estate": None, "building_no": None, "street": street, "housenumber": number} if street else {
        "estate": "南苑", "building_no": number, "street": None, "housenumber": None}  # fmt: skip
    return {**door, "lon": lon, "lat": lat}


def test_a_number_between_two_lies_between_them():
    found = seating.proposals(pd.DataFrame([row("1", 118.0, 31.0), row("2"), row("3"), row("5", 118.002, 31.0)]))
    assert found["lon"].tolist() == pytest.approx([np.nan, 118.0005, 118.001, np.nan], nan_ok=True)


def test_a_row_goes_on_for_a_few_numbers_and_no_further():
    rows = [row("1", 118.0, 31.0), row("2", 118.0005, 31.0), row("3"), row("5"), row("6")]
    found = seating.proposals(pd.DataFrame(rows))
    assert found["lon"].tolist() == pytest.approx([np.nan, np.nan, 118.001, 118.002, np.nan], nan_ok=True)


def test_the_sides_of_a_street_are_apart():
    rows = [row("1", 118.0, 31.0, street="王家路"), row("5", 118.001, 31.0, street="王家路"),
            row("3", street="王家路"), row("4", street="王家路")]  # fmt: skip
    found = seating.proposals(pd.DataFrame(rows))
    assert found["lon"].tolist() == pytest.approx([np.nan, np.nan, 118.0005, np.nan], nan_ok=True)


def test_far_neighbours_are_no_row():
    rows = [row("1", 118.0, 31.0), row("2", 118.01, 31.0), row("3")]
    assert seating.proposals(pd.DataFrame(rows))["lon"].isna().all()


@settings(max_examples=60)
@given(st.lists(st.tuples(st.integers(1, 30), st.booleans()), min_size=1, max_size=25, unique_by=lambda p: p[0]))
def test_proposals_stay_on_a_straight_row(pairs):
    """Buildings that stand in a line by number are proposed exactly where they stand, or nowhere."""
    at = {n: (118.0 + n * 0.0004, 31.0 + n * 0.0002) for n, _ in pairs}
    rows = pd.DataFrame([row(str(n), *(at[n] if placed else ())) for n, placed in pairs])
    found = seating.proposals(rows)
    assert not (found["lon"].notna() & rows["lon"].notna()).any()
    for (n, _), lon, lat in zip(pairs, found["lon"], found["lat"], strict=True):
        if np.isfinite(lon):
            assert (lon, lat) == pytest.approx(at[n], abs=1e-9)
