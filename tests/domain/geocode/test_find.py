"""The search in arrays against a plain one, row by row, on random worlds."""

import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from gridsvc.domain.address.own import Own
from gridsvc.domain.address.parser import Parser
from gridsvc.domain.geocode import ask, decide, find, places, roads
from gridsvc.domain.geocode.ask import Wish
from gridsvc.domain.geocode.base import LEVEL, LEVELS
from gridsvc.domain.geocode.mend import Speller
from gridsvc.domain.geocode.search import Geocoder, mendings
from gridsvc.services import addresses
from tests import drawn

NAMES = ["南苑小区", "北苑小区", "红星大厦"]
STREETS = ["青山路", "宝塔路"]


def row(
    level="number", name="", road="", number="", house="", first=-1, last=-1, lon=118.0, lat=31.0, area="", road2=""
):
    return {"level": level, "name": name, "road": road, "road2": road2, "number": number, "house": house, "first": first,
            "last": last if last >= 0 else first, "label": "", "lon": lon, "lat": lat, "accuracy_m": 10.0, "area": area}  # fmt: skip


def search(rows, *wishes):
    base = places.base_of(pd.DataFrame(rows))
    found = find.candidates(base, ask.asked(list(wishes)))
    return base, found, decide.decide(base, found, len(wishes))


@given(
    st.lists(
        st.tuples(st.sampled_from(STREETS), st.integers(1, 30), st.integers(0, 6), st.sampled_from(["", "3幢", "7幢"])),
        min_size=1, max_size=25,
    ),
    st.lists(st.tuples(st.sampled_from(STREETS), st.integers(1, 34)), min_size=1, max_size=12),
)  # fmt: skip
def test_a_door_is_found_exactly_where_a_plain_search_finds_it(houses, asked):
    rows = [
        row(road=road, number=f"{first}号" if not more else f"{first}-{first + more}号", first=first, last=first + more, house=house,
            level="building" if house else "number", lon=118 + k * 1e-4)
        for k, (road, first, more, house) in enumerate(houses)
    ]  # fmt: skip
    _, found, _ = search(rows, *(Wish(roads=[road], number=f"{n}号") for road, n in asked))
    for k, (road, n) in enumerate(asked):
        plain = {
            i for i, (other, first, more, _) in enumerate(houses)
            if other == road and first <= n <= first + more and (more % 2 or (n - first) % 2 == 0)
        }  # fmt: skip
        mine = (found.of == k) & (found.level != LEVEL["interpolated"])
        assert set(found.row[mine].tolist()) == plain


@given(st.sets(st.integers(1, 40), min_size=2, max_size=12), st.integers(1, 44))
def test_a_number_between_two_is_placed_between_the_next_ones_of_its_side(numbers, n):
    rows = [row(road="青山路", number=f"{k}号", first=k, lon=118 + k * 1e-4) for k in sorted(numbers)]
    _, found, _ = search(rows, Wish(roads=["青山路"], number=f"{n}号"))
    side = [k for k in numbers if k % 2 == n % 2]
    below, above = [k for k in side if k < n], [k for k in side if k > n]
    between = found.level == LEVEL["interpolated"]
    assert bool(between.any()) is bool(n not in numbers and below and above)
    if between.any():
        assert found.lon[between][0] == pytest.approx(118 + n * 1e-4)


def test_a_house_of_another_number_is_never_the_answer():
    rows = [row(level="building", name="南苑小区", house="3幢"), row(level="estate", name="南苑小区", lon=118.001)]
    _, found, answers = search(rows, Wish(names=["南苑小区"], house="5幢"), Wish(names=["南苑小区"], house="3幢"))
    assert [LEVELS[found.level[k]] for k in answers.best] == ["estate", "building"]
    assert found.confidence[answers.best[0]] < found.confidence[answers.best[1]]


def test_another_county_is_no_answer_however_alike():
    rows = [row(road="人民路", number="1号", first=1, area="330110001001")]
    _, _, answers = search(
        rows, Wish(roads=["人民路"], number="1号", area="320118"), Wish(roads=["人民路"], number="1号", area="330110"),
        Wish(roads=["人民路"], number="1号"),
    )  # fmt: skip
    assert [decide.STATUS[s] for s in answers.status] == ["not_found", "found", "found"]


def test_equally_good_and_apart_is_a_question_and_near_is_one_place():
    far = [row(level="poi", name="教师楼"), row(level="poi", name="教师楼", lon=118.01)]
    near = [row(level="poi", name="教师楼"), row(level="poi", name="教师楼", lon=118.0001)]
    for rows, status, rivals in ((far, "review", 1), (near, "found", 0)):
        _, _, answers = search(rows, Wish(names=["教师楼"]))
        assert (decide.STATUS[answers.status[0]], answers.rivals[0]) == (status, rivals)


def test_houses_of_one_number_are_one_address_as_wide_as_they_stand():
    rows = [row(road="世纪大道", number="8号", first=8, lon=118 + k * 0.001) for k in range(3)]
    _, _, answers = search(rows, Wish(roads=["世纪大道"], number="8号"))
    assert decide.STATUS[answers.status[0]] == "found"
    assert 150 < answers.accuracy[0] < 220


def test_nothing_is_asked_of_an_empty_base():
    empty = {name: [] for name in (*places.COLUMNS, "lon", "lat", "accuracy_m", "area")}
    base = places.base_of(empty)
    found = find.candidates(base, ask.asked([Wish(roads=["青山路"], number="1号"), Wish()]))
    assert len(found) == 0
    assert decide.decide(base, found, 2).best.tolist() == [-1, -1]


def test_roads_meet_where_they_cross_and_tunnels_cross_nothing():
    lines = np.array([
        shapely.LineString([drawn.at(0, 1), drawn.at(6, 1)]), shapely.LineString([drawn.at(2, 0), drawn.at(2, 3)]),
        shapely.LineString([drawn.at(4, 0), drawn.at(4, 3)]), shapely.LineString([drawn.at(5, 1.1), drawn.at(5, 3)]),
    ])  # fmt: skip
    names = ["青山路", "宝塔路", "河底隧道", "短路"]
    made = roads.places(names, lines, np.array([False, False, True, False]))
    crossings = made[made["level"] == "intersection"]
    # 短路 stops ten metres short of 青山路 and meets it all the same
    assert {frozenset(pair) for pair in zip(crossings["road"], crossings["road2"], strict=True)} == {
        frozenset(("青山路", "宝塔路")), frozenset(("青山路", "短路")),
    }  # fmt: skip
    at = crossings[(crossings["road"] == "宝塔路") | (crossings["road2"] == "宝塔路")].iloc[0]
    assert (at["lon"], at["lat"]) == pytest.approx(drawn.at(2, 1), abs=1e-6)
    assert set(made.loc[made["level"] == "road", "name"]) == set(names)


def test_two_roads_of_one_name_far_apart_are_two():
    lines = np.array([
        shapely.LineString([drawn.at(0, 0), drawn.at(2, 0)]), shapely.LineString([drawn.at(60, 0), drawn.at(62, 0)]),
        shapely.LineString([drawn.at(2, 0), drawn.at(4, 0)]),
    ])  # fmt: skip
    made = roads.places(["人民路"] * 3, lines)
    assert made["level"].tolist() == ["road", "road"]


def test_the_word_that_was_mended_is_that_of_the_answer():
    """Two roads are one character away; only one of them has the number."""
    rows = [row(road="春山路", number="2号", first=2), row(road="青山路", number="9号", first=9, lon=118.1)]
    base = places.base_of(pd.DataFrame(rows))
    coder = Geocoder(addresses.parser(), base, Speller(["春山路", "青山路", "石板路"]))
    found = coder.geocode(["金山路2号", "金山路9号", "春山路2号", "无此路1号"])
    assert found.mended == {0: "春山路", 1: "青山路"}
    assert found.candidates.row[found.answers.best[[0, 1, 2]]].tolist() == [0, 1, 0]


def test_a_road_is_not_mended_by_cutting_off_its_head():
    """京东路 differs from 广东路 in one character, but what stands there is 北京东路."""
    speller, parser = Speller(["广东路", "江西中路"]), addresses.parser()
    assert {one.like for _, one in mendings([(0, "北京东路与江西中路交叉口")], parser, speller)} == {"江西中路"}
    assert {one.like for _, one in mendings([(0, "京东路12号")], parser, speller)} == {"广东路"}


@pytest.mark.parametrize(
    ("area", "foreign", "common", "status"),
    [("深圳市福田区", False, "3201", "not_found"), ("", False, "3201", "found"), ("南京市", False, "3201", "found"),
     ("北京市朝阳区", True, None, "review"), ("", True, None, "found")],
)  # fmt: skip
def test_what_lies_in_another_city_is_not_answered_with_a_road_of_ours(area, foreign, common, status):
    base = places.base_of(pd.DataFrame([row(road="青山路", number="2号", first=2)]))
    coder = Geocoder(addresses.parser(), base, Speller(["青山路"]), foreign, common)
    answers = coder.geocode([f"{area}青山路2号"]).answers
    assert decide.STATUS[answers.status[0]] == status


def test_a_slip_in_a_name_with_little_of_its_own_is_a_question():
    base = places.base_of(pd.DataFrame([row(level="poi", name="金穗大厦"), row(level="poi", name="红星电影院")]))
    coder = Geocoder(addresses.parser(), base, Speller(["金穗大厦", "红星电影院"]))
    answers = coder.geocode(["金茂大厦", "红星电景院"]).answers
    assert [decide.STATUS[k] for k in answers.status] == ["review", "found"]


def test_a_lane_without_the_house_is_the_lane_as_wide_as_its_houses():
    rows = [
        row(level="building", road="青山路", number="24弄", first=24, house=f"{n}号", lon=118 + n * 2e-4)
        for n in (1, 2, 3)
    ]
    rows.append(row(road="青山路", number="24号", first=24, lon=118.003))
    _, found, answers = search(rows, Wish(roads=["青山路"], number="24弄", house="57号"))
    best = answers.best[0]
    assert (LEVELS[found.level[best]], decide.STATUS[answers.status[0]]) == ("number", "found")
    assert found.row[best] < 3  # not number 24, which is another door
    assert answers.accuracy[0] > 30


def geocoder(rows, *words):
    return Geocoder(addresses.parser(), places.base_of(pd.DataFrame(rows)), Speller(words), foreign=True)


def status(coder, text):
    return decide.STATUS[coder.geocode([text]).answers.status[0]]


def test_a_road_and_an_estate_that_lie_apart_are_a_question():
    rows = [
        row("building", "祥和小区", "绣衣路", "2253号", "7幢", 2253),
        row("building", "南苑小区", "青山路", "8号", "7幢", 8, lon=118.02),
    ]
    found = geocoder(rows)
    assert status(found, "绣衣路2253号") == status(found, "南苑小区7幢") == "found"
    assert status(found, "绣衣路2253号祥和小区7幢") == "found"
    answers = found.geocode(["绣衣路2253号南苑小区7幢"])
    assert decide.STATUS[answers.answers.status[0]] == "review"
    shown = decide.distinct(answers.candidates, 0, len(answers.candidates), 6)
    assert {int(answers.candidates.row[k]) for k in shown} == {0, 1}
    near = [rows[0], {**rows[1], "lon": 118.001}]
    assert status(geocoder(near), "绣衣路2253号南苑小区7幢") == "found"
    chain = [rows[0], row("poi", "全家便利店", lon=118.02), row("poi", "全家便利店", lon=118.05)]
    assert status(geocoder(chain), "绣衣路2253号全家便利店") == "found"  # the name says nothing of where


def test_a_school_and_an_estate_of_one_name_are_a_question():
    rows = [row("poi", "红星大厦"), row("estate", "红星大厦", lon=118.02)]
    assert status(geocoder(rows), "红星大厦") == "review"


def test_the_beginning_of_several_names_is_a_question_even_where_one_has_the_house():
    rows = [row("building", "江南花园", house="9幢"), row("building", "江南新村", house="8幢", lon=118.02)]
    found = geocoder(rows, "江南花园", "江南新村")
    assert status(found, "江南9幢") == "review"
    assert status(geocoder(rows[:1], "江南花园"), "江南9幢") == "found"


def test_both_ends_of_a_range_bracket():
    rows = [
        row(road="青山路", number="5-9号", first=5, last=9),
        row(road="青山路", number="15号", first=15, lon=118.002),
    ]
    _, found, answers = search(rows, Wish(roads=["青山路"], number="13号"))
    assert LEVELS[found.level[answers.best[0]]] == "interpolated"
    assert found.lon[answers.best[0]] == pytest.approx(118.0 + 0.002 * 4 / 6)


def test_an_area_alone_is_the_answer_and_one_for_something_finer_is_not():
    rows = [row("town", "望江街道")]
    assert status(geocoder(rows), "望江街道") == "found"
    assert status(geocoder(rows), "望江街道不存在路12号") == "review"


def test_a_road_in_pieces_is_one_road_and_two_far_apart_are_a_question():
    def pieces(apart):
        one = row("road", "青山路") | {"accuracy_m": 300.0}
        return geocoder([one, one | {"lon": 118.0 + apart}])

    answers = pieces(0.01).geocode(["青山路88号"]).answers
    assert decide.STATUS[answers.status[0]] == "found"
    assert answers.accuracy[0] > 900  # as wide as both
    assert status(pieces(0.1), "青山路88号") == "review"


def test_a_lane_goes_before_its_road_even_without_its_house():
    rows = [row("building", "", "南环路", "1603弄", "5号", 1603), row("road", "南环路") | {"accuracy_m": 900.0}]
    answers = geocoder(rows).geocode(["青枫街道南环路1603弄32号"])
    assert LEVELS[answers.candidates.level[answers.answers.best[0]]] == "number"


@pytest.mark.parametrize(("name", "text"), [("平安金融中心", "平安金融中心"), ("红星电影院", "红星电影院")])
def test_a_name_is_taken_whole_into_the_base(name, text):
    made = places.from_records(
        pd.DataFrame(
            [{"text": text, "street": None, "housenumber": None, "estate": None, "building_no": None, "name": name}]
        ),
        addresses.parser(),
    )
    assert made["name"].tolist() == [name]
    alone = places.from_records(
        pd.DataFrame(
            [{"text": text, "street": None, "housenumber": None, "estate": None, "building_no": None, "name": None}]
        ),
        addresses.parser("3101"),
    )
    assert alone["name"].tolist() == [name]


def knowing(coder, names):
    plain = coder.parser
    coder.parser = Parser(plain.gazetteer, plain.network, "", Own.of([(name, "poi") for name in names]))
    return coder


def test_houses_stay_with_their_estates_and_lanes_in_lanes_are_told_apart():
    rows = [
        row("building", "翡翠花园", house="3幢"), row("building", "康乐花园", house="5幢", lon=118.02),
        row("building", "康乐花园", house="3幢", lon=118.021), row("building", "翡翠花园", house="5幢", lon=118.001),
        row("building", "", "铁匠路", "163弄", "15号", 163), row("number", "", "铁匠路", "15号", "", 15, lon=118.004),
        row("building", "", "铁匠路", "163弄", "5支弄3号", 163, lon=118.001),
        row("building", "", "铁匠路", "163弄", "1号", 163, lon=118.001),
    ]  # fmt: skip
    found = knowing(geocoder(rows), ["翡翠花园", "康乐花园"])
    answers = found.geocode(["翡翠花园3幢已经解决，现反映康乐花园5幢仍漏水"])
    assert decide.STATUS[answers.answers.status[0]] == "review"
    shown = decide.distinct(answers.candidates, 0, len(answers.candidates), 2)
    assert {int(answers.candidates.row[k]) for k in shown} == {0, 1}
    for text, at in (("铁匠路163巷15号", 4), ("铁匠路163弄15", 4), ("铁匠路163弄15号楼", 4), ("铁匠路一六三弄十五号", 4),
                     ("铁匠路163弄5支弄3号", 6)):  # fmt: skip
        answers = found.geocode([text])
        best = answers.answers.best[0]
        assert (decide.STATUS[answers.answers.status[0]], int(answers.candidates.row[best])) == ("found", at), text
    answers = found.geocode(["铁匠路163弄1-5号"])  # two houses are beside the first
    assert LEVELS[answers.candidates.level[answers.answers.best[0]]] == "relative"
    answers = found.geocode(["铁匠路163弄1支弄15号"])
    assert LEVELS[answers.candidates.level[answers.answers.best[0]]] == "number"  # the lane


def test_another_community_than_the_answers_is_told_and_less_sure():
    rows = [
        row("building", "翡翠花园", house="3幢", area="310101001001"),
        row("community", "学前社区", area="310101001001"), row("community", "西渡社区", area="310101001002"),
        row("town", "青枫街道", area="310101002000"),
    ]  # fmt: skip
    coder = knowing(geocoder(rows), ["学前社区", "西渡社区", "青枫街道", "翡翠花园"])
    sure = {}
    for text in ("学前社区翡翠花园3幢", "西渡社区翡翠花园3幢", "青枫街道翡翠花园3幢"):
        found = coder.geocode([text])
        best = found.answers.best[0]
        sure[text] = (
            round(float(found.candidates.confidence[best]), 2),
            find.explained(found.candidates, best)["missed"],
        )
    assert sure == {
        "学前社区翡翠花园3幢": (0.99, []), "西渡社区翡翠花园3幢": (0.79, ["area"]),
        "青枫街道翡翠花园3幢": (0.79, ["area"]),
    }  # fmt: skip
