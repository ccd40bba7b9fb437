"""Comparing with the model that is shipped."""

import numpy as np
import pytest

from gridsvc.domain import matching
from gridsvc.services import addresses


def levels(*pairs):
    return [pair.level for pair in addresses.compare(pairs)]


@pytest.mark.parametrize(
    ("one", "other", "level"),
    [
        ("宝塔路12号南苑小区3幢", "宝塔路十二号南苑小区3号楼", "exact"),
        ("和家欣苑D区(顾北东路39弄1~27号)", "顾北东路39弄和家欣苑D区", "exact"),
        ("宝塔路12号南苑小区3幢", "宝塔路12号南苑小区5幢", "partial"),
        ("宝塔路12号南苑小区", "青山路88号北苑新村", "none"),
        ("南苑小区", "宝塔新村", "none"),
        ("宝塔路12号3幢501室", "宝塔路12号3幢502室", "partial"),
        ("宝塔路12号", "宝塔路14号", "partial"),
        ("杭州市福州路17号", "上海市福州路17号", "none"),
        ("杭州市福州路17号", "福州路17号", "exact"),
        ("高淳县宝塔路12号", "高淳区宝塔路12号", "exact"),  # a county until 2013
        ("西湖区文三路12号", "余杭区文三路12号", "partial"),
        ("高淳区淳溪街道宝塔路12号", "高淳区古柏街道宝塔路12号", "partial"),
        ("高淳区淳溪镇宝塔路12号", "高淳区淳溪街道宝塔路12号", "exact"),
        ("宝塔路12号甲", "宝塔路12号乙", "partial"),
        ("宝塔路12号甲", "宝塔路12甲号", "exact"),
        ("福州路17号对面", "福州路17号", "partial"),
        ("宝塔路12号东侧50米", "宝塔路12号", "partial"),
        ("宝塔路12号3幢1单元501", "宝塔路12号3幢2单元501", "partial"),
        ("宝塔路12号5楼", "宝塔路12号6楼", "partial"),
    ],
)
def test_levels(one, other, level):
    assert levels((one, other)) == [level]


def test_the_same_address_is_exact_however_it_is_written():
    ways = ["宝塔路12号3幢2单元501室", "宝塔路１２号三号楼二单元501", "宝塔路12号3栋2单元501房"]
    assert levels(*((ways[0], way) for way in ways)) == ["exact"] * 3


def test_a_house_that_differs_says_so():
    parsed = list(addresses.parse(["宝塔路12号3幢", "宝塔路12号5幢", "宝塔路12号"]))
    prepared = matching.prepare(parsed, addresses.parser().network.rarity)
    done = matching.compare(prepared, prepared, np.array([0, 0, 0]), np.array([0, 1, 2]))
    assert done.said["house"].tolist() == [1, 0, -1]
    assert done.said["number"].tolist() == [1, 1, 1]
    assert done.score[0] > done.score[2] > 0
    assert done.score[0] > done.score[1]


def test_scores_lie_between_nothing_and_one_and_empty_texts_are_no_match():
    done = list(addresses.compare([("", ""), ("宝塔路12号", ""), ("宝塔路12号", "宝塔路12号")]))
    assert all(0 <= pair.score <= 1 for pair in done)
    assert [pair.level for pair in done][:2] == ["none", "none"]


def test_many_workers_give_what_one_gives():
    pairs = [(f"宝塔路{k}号", f"宝塔路{k % 7}号南苑小区") for k in range(3000)]
    assert list(addresses.compare(pairs, workers=2)) == list(addresses.compare(pairs))
