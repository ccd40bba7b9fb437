"""Addresses to places on the small town: doors, brackets, crossings, names, slips, doubt."""

from concurrent.futures import ThreadPoolExecutor

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from gridsvc.errors import ForbiddenError, InputError, MissingError
from gridsvc.services import aliases, geocodebulk, geocoding, places, users
from gridsvc.services.filein import Source
from gridsvc.services.users import NewUser
from gridsvc.store.pool import Database
from gridsvc.store.tx import SYSTEM, Caller, begin
from tests import drawn
from tests.services.town import CODES, DIVIDED, Town

# 青山路 runs west to east at row 1.5, 宝塔路 south to north at column 2.5
ROADS = {"青山路": [(0, 1.5), (6, 1.5)], "宝塔路": [(2.5, 0), (2.5, 3)], "沿河路": [(0, 0.2), (6, 0.2)]}
HOUSES = [
    # street, number, estate, house, name, column, row
    ("青山路", "2", None, None, None, 0.5, 1.6),
    ("青山路", "10", None, None, None, 4.5, 1.6),
    ("青山路", "1", None, None, "红星大厦", 0.5, 1.4),
    ("青山路", "5~9", None, None, None, 3.0, 1.4),
    ("宝塔路", "12", "南苑小区", "3", None, 2.8, 2.5),
    ("宝塔路", "12", "南苑小区", "7", None, 3.0, 2.7),
    ("宝塔路", "15", None, None, None, 2.4, 0.5),
    ("宝塔路", "15甲", None, None, None, 2.4, 0.9),
    (None, None, "北苑新村", "1", None, 1.0, 2.6),
    (None, None, None, None, "教师楼", 5.0, 2.5),
    (None, None, None, None, "教师楼", 0.2, 0.4),
]


def stand(cells):
    """The town with roads and houses in its address base."""
    lines = [shapely.LineString([drawn.at(*p) for p in points]) for points in ROADS.values()]
    frame = gpd.GeoDataFrame({"name": list(ROADS), "kind": "minor_road"}, geometry=lines, crs=4326)
    frame.to_file(cells.folder / "roads.geojson", driver="GeoJSON")
    cells.take("base_feature", cells.folder / "roads.geojson")
    rows = []
    for k, (street, number, estate, house, name, column, row) in enumerate(HOUSES):
        lon, lat = drawn.at(column, row)
        rows.append({"编号": f"H{k}", "街路巷": street, "门牌号": number, "小区": estate, "幢号": house, "楼栋名称": name, "经度": lon, "纬度": lat})  # fmt: skip
    cells.take("building", cells.csv(rows, "houses.csv"))
    places.refresh(cells.db)


@pytest.fixture
def base(founded):
    """The town to write to."""
    return founded(*DIVIDED, stand)


@pytest.fixture(scope="module")
def standing(server, town_name, tmp_path_factory):
    """The town for reading."""
    name = server.make(town_name(*DIVIDED, stand))
    with Database(server.dsn(name).app, server.settings(name)) as db:
        yield Town(db, tmp_path_factory.mktemp("town"))
    server.drop(name)


def one(base, text):
    return geocoding.geocode(base.db, SYSTEM, text)


def geocodebulk_answers(base, texts):
    with begin(base.db, SYSTEM, "read") as tx:
        return geocodebulk.Bulk(tx).answers(texts)


def off(answer, column, row):
    lon, lat = drawn.at(column, row)
    place = answer["result"]
    return np.hypot((place["longitude"] - lon) * np.cos(np.radians(lat)), place["latitude"] - lat) * 111_320


PLACES = [
    ("青山路2号", "number", 0.5, 1.6),
    ("青山路２", "number", 0.5, 1.6),
    ("青山路二号", "number", 0.5, 1.6),
    ("青山路7号", "number", 3.0, 1.4),  # in the range 5~9
    ("宝塔路12号南苑小区3幢2单元501室", "building", 2.8, 2.5),
    ("南苑小区7#502", "building", 3.0, 2.7),
    ("宝塔路15甲号", "number", 2.4, 0.9),
    ("北苑新村1栋", "building", 1.0, 2.6),
    ("红星大厦", "poi", 0.5, 1.4),
    ("南苑小区", "estate", 2.9, 2.6),  # known by its houses only
    ("青山路6号", "interpolated", 2.5, 1.6),  # half way from 2 to 10
    ("青山路与宝塔路交叉口", "intersection", 2.5, 1.5),
    ("宝塔路青山路口", "intersection", 2.5, 1.5),
    ("清山路2号", "number", 0.5, 1.6),  # a slip
]


def test_an_address_becomes_its_place(standing):
    for text, level, column, row in PLACES:
        answer = one(standing, text)
        assert (answer["status"], answer["result"]["level"]) == ("found", level), text
        assert off(answer, column, row) < 20, text
        assert answer["cell"], text


def test_what_was_mended_is_said_and_less_sure(standing):
    right, slip = one(standing, "青山路2号"), one(standing, "清山路2号")
    assert (right["mended"], slip["mended"]) == (None, "青山路")
    assert slip["result"]["confidence"] < right["result"]["confidence"]


def test_a_direction_is_never_mended(standing):
    assert one(standing, "东山路2号")["status"] in ("not_found", "review")


def test_another_city_than_ours_is_not_answered_with_our_road(standing):
    assert one(standing, "青山路2号")["status"] == "found"
    for text in ("广东省深圳市青山路2号", "北京市朝阳区青山路2号", "澳门青山路2号", "香港特别行政区青山路2号"):
        assert one(standing, text)["status"] in ("review", "not_found"), text


def test_what_is_far_from_the_place_that_is_named_is_a_question(standing):
    near, far = one(standing, "青山路2号往东50米"), one(standing, "青山路2号往东500米处")
    assert (near["status"], near["result"]["level"]) == ("found", "relative")
    assert (far["status"], far["result"]["accuracy_m"]) == ("review", 500)


def test_a_house_of_a_lane_is_not_the_number_of_the_road(standing):
    """青山路2弄5号 is not 青山路2号, which is another building."""
    answer = one(standing, "青山路2弄5号")
    assert (answer["result"]["level"], answer["result"]["matched"]) == ("road", "青山路")


def test_a_road_without_the_number_is_the_road_with_an_honest_accuracy(standing):
    answer = one(standing, "沿河路88号")
    assert answer["result"]["level"] == "road"
    assert answer["result"]["accuracy_m"] > 250
    assert "number" not in answer["result"]["agreed"]


@pytest.mark.parametrize("text", ["青山路88号光明大厦18楼", "青山路88号光明大厦B座", "青山路88号 邮编:200002"])
def test_what_nobody_knows_beside_a_road_does_not_make_the_road_doubtful(standing, text):
    answer = one(standing, text)
    assert (answer["status"], answer["result"]["level"]) == ("found", "road")
    assert answer["result"]["accuracy_m"] > 200


def test_a_relative_place_is_never_exact(standing):
    answer = one(standing, "红星大厦对面")
    assert answer["result"]["level"] == "relative"
    assert answer["result"]["accuracy_m"] >= 60
    assert answer["result"]["confidence"] <= 0.7


def test_two_places_of_one_name_are_a_question(standing):
    answer = one(standing, "教师楼")
    assert answer["status"] == "review"
    assert len({c["id"] for c in answer["candidates"]}) == 2


def test_several_doors_are_several_records(standing):
    answer = one(standing, "南苑小区3、7幢")
    assert [door["result"]["id"] for door in answer["several"]] == [
        one(standing, f"南苑小区{n}幢")["result"]["id"] for n in (3, 7)
    ]
    assert answer["address"] == "南苑小区3、7幢"
    assert one(standing, "南苑小区3幢")["several"] == []
    pd.DataFrame({"编号": [1, 2], "地址": ["南苑小区3、7幢", "青山路2号"]}).to_csv(
        standing.folder / "list.csv", index=False
    )
    out = standing.folder / "o.csv"
    done = geocodebulk.geocode_file(standing.db, SYSTEM, Source(standing.folder / "list.csv", local=True), out)
    assert (done.rows, done.found) == (3, 3)
    assert pd.read_csv(out)["door"].tolist() == ["南苑小区3幢", "南苑小区7幢", "青山路2号"]


COMPLAINTS = [
    ("市民反映青山路2号门口垃圾堆放无人清理", "number"),
    ("来电人称南苑小区7号楼二单元水管爆裂", "building"),
    ("青山路与宝塔路交叉口东侧50米路灯不亮", "relative"),
    ("宝塔路12号南苑小区附近有人乱停车，请处理", "relative"),
]


def test_two_doors_of_one_road_are_two_records(standing):
    doors = one(standing, "青山路2号与10号沿街占道")["several"]
    assert [door["result"]["matched"] for door in doors] == ["青山路2号", "青山路10号"]


def test_a_letter_behind_the_number_is_another_door(standing):
    answer = one(standing, "宝塔路15号甲")
    assert off(answer, 2.4, 0.9) < 1
    assert answer["result"]["missed"] == []
    assert one(standing, "宝塔路15号乙")["result"]["missed"] == ["number"]


def test_a_place_inside_a_complaint(standing):
    for text, level in COMPLAINTS:
        assert one(standing, text)["result"]["level"] == level, text


def test_a_complaint_with_dates_and_telephones(standing):
    text = "2026年11月3日9时30分来电反映，青山路10号门口有人占道经营，请核实处理，联系电话13800000000"
    answer = one(standing, text)
    assert (answer["status"], answer["result"]["matched"]) == ("found", "青山路10号")
    assert "13800000000" not in answer["normal"]
    stairs = one(standing, "来电人反映：南苑小区3号楼道堆物")
    assert (stairs["status"], stairs["result"]["level"]) == ("found", "building")


def test_a_place_far_down_in_a_long_complaint(standing):
    story = "来电人表示近期夜间噪声扰民，多次向物业反映没有结果，希望有关部门尽快派人到现场核实并答复处理情况。" * 5
    text = f"{story}具体地点为青山路10号门口的烧烤摊。{story}"
    answer = one(standing, text)
    assert (answer["status"], answer["result"]["matched"]) == ("found", "青山路10号")
    shown = {part["text"]: text[part["start"] : part["end"]] for part in answer["parts"]}
    assert shown["青山路"] == "青山路"
    many = geocodebulk_answers(standing, [text, "青山路2号", story])
    assert many["status"].tolist() == ["found", "found", "not_found"]
    assert many["matched"][0] == "青山路10号"
    assert one(standing, f"{story}青山路2号和10号之间有积水。")["result"]["level"] == "relative"


def test_between_two_places_is_their_middle(standing):
    answer = one(standing, "青山路2号和10号之间")
    assert (answer["status"], answer["result"]["level"], answer["several"]) == ("found", "relative", [])
    assert off(answer, 2.5, 1.6) < 1
    assert answer["result"]["accuracy_m"] >= 60
    assert one(standing, "青山路2号和无名路3号之间")["status"] == "review"
    many = geocodebulk_answers(standing, ["青山路2号和10号之间", "青山路2号", "青山路2号和无名路3号之间"])
    assert many["status"].tolist() == ["found", "found", "review"]
    assert many["level"].tolist()[:2] == ["relative", "number"]
    assert many["longitude"][0] == pytest.approx(answer["result"]["longitude"])


@pytest.mark.parametrize(
    "text",
    ["宝塔路青山路至沿河路段", "宝塔路（沿河路—青山路）", "青山路与沿河路之间的宝塔路", "宝塔路从青山路到沿河路"],
)
def test_a_stretch_of_road_is_the_road_between_its_ends(standing, text):
    answer = one(standing, text)
    assert (answer["status"], answer["result"]["level"], answer["result"]["matched"]) == ("found", "road", "宝塔路")
    assert off(answer, 2.5, 0.85) < 1


def test_a_stretch_of_a_road_that_is_not_named_is_a_question(standing):
    assert one(standing, "青山路至宝塔路段")["status"] == "review"


def test_the_beginning_of_a_name_is_that_name_where_it_is_the_only_one(standing):
    answer = one(standing, "北苑1幢")
    assert (answer["status"], answer["mended"], answer["result"]["level"]) == ("found", "北苑新村", "building")
    assert answer["result"]["confidence"] < one(standing, "北苑新村1幢")["result"]["confidence"]
    assert one(standing, "南苑7-502")["result"]["level"] == "building"


def test_what_does_not_agree_is_told(standing):
    answer = one(standing, "青山路2号3幢")
    assert answer["result"]["agreed"] == ["road", "number"]
    assert answer["result"]["missed"] == ["house"]
    assert one(standing, "青山路2号")["result"]["missed"] == []
    assert "area" in one(standing, "北京市朝阳区青山路2号")["result"]["missed"]


@pytest.mark.parametrize(
    ("text", "status", "level", "column"),
    [
        # counts are no doors
        ("来电人反映青山路2家饭店油烟扰民", "found", "road", None),
        ("青山路10辆共享单车乱停", "found", "road", None),
        ("青山路2号线工地", "found", "road", None),
        # the number of a road within a road is not that of the road
        ("青山路一巷2号", "found", "road", None),
        ("青山路163支路2号", "found", "road", None),
        # two doors are two places
        ("宝塔路15号和青山路10号都有占道经营", "review", "number", None),
        ("户籍地址：南苑小区3幢，现住址：青山路2号", "review", None, None),
        # spans lie in their middle
        ("青山路2号至10号沿街", "found", "relative", 2.5),
        ("青山路2号-10号沿街", "found", "relative", 2.5),
        ("南苑小区3、7幢之间", "found", "relative", 2.9),
        # ways in words
        ("青山路2号往西两百米", "review", "relative", None),
        ("青山路宝塔路往南第二个路口", "review", "relative", None),
        ("青山路近宝塔路", "found", "relative", 2.5),
        ("不是青山路2号", "review", "number", None),
        # another kind of road, another road, a zone, another ending
        ("青山巷2号", "not_found", None, None),
        ("新青山路2号", "not_found", None, None),
        ("南苑小区A区3幢", "review", "building", None),
        ("南苑小区二期3幢", "review", "building", None),
        ("北苑花园1幢", "review", "building", None),
        # ways of writing
        ("北苑新村小区1幢", "found", "building", 1.0),
        ("南苑小区03栋", "found", "building", 2.8),
        ("青山路一〇号", "found", "number", 4.5),
        ("青山路壹拾号", "found", "number", 4.5),
        ("青山路零壹零号", "found", "number", 4.5),
        # a section is the road, and its numbers may begin anew
        ("青山路东段", "found", "road", None),
        ("青山路东头", "found", "road", None),
        ("青山路东段2号", "review", "road", None),
        ("市民称自己在青山路买的房子一直不交付", "found", "road", None),
        ("青山路2号菜市场对面小区", "found", "relative", 0.5),
        ("A社区居委会", "found", "community", None),
    ],
)
def test_as_officers_and_hotlines_write(standing, text, status, level, column):
    answer = one(standing, text)
    assert (answer["status"], (answer["result"] or {}).get("level")) == (
        status,
        level or (answer["result"] or {}).get("level"),
    )
    if column is not None:
        lon = answer["result"]["longitude"]
        assert lon == pytest.approx(drawn.at(column, 0)[0], abs=2e-4)


def test_what_is_nowhere_is_not_found(standing):
    answer = one(standing, "无名路99号")
    assert (answer["status"], answer["result"], answer["candidates"]) == ("not_found", None, [])


def test_an_area_by_its_name(standing):
    answer = one(standing, "A社区")
    assert (answer["result"]["level"], answer["status"]) == ("community", "found")


def test_nothing_and_too_much_are_said(standing):
    for text, code in (("  ", "address.empty"), ("宝" * 2_001, "address.long")):
        with pytest.raises(InputError, match=code):
            one(standing, text)


def test_a_file_keeps_its_columns_and_gets_a_place_each(standing, tmp_path):
    texts = ["青山路2号", "", "南苑小区7#502", "教师楼", "无名路99号"]
    pd.DataFrame({"编号": range(5), "现住址": texts, "备注": "x"}).to_csv(standing.folder / "list.csv", index=False)
    out = tmp_path / "out.csv"
    done = geocodebulk.geocode_file(standing.db, SYSTEM, Source(standing.folder / "list.csv", local=True), out)
    assert (done.rows, done.found, done.review, done.not_found, done.empty) == (5, 2, 1, 2, 1)
    found = pd.read_csv(out)
    assert list(found.columns) == ["编号", "现住址", "备注", *geocodebulk.ADDED]
    assert found["status"].tolist() == ["found", "not_found", "found", "review", "not_found"]
    single = [one(standing, text) if text else None for text in texts]
    for row, answer in zip(found.itertuples(), single, strict=True):
        if answer and answer["result"]:
            assert row.level == answer["result"]["level"]
            assert row.longitude == pytest.approx(answer["result"]["longitude"])
            assert row.confidence == pytest.approx(answer["result"]["confidence"])
    assert str(found["cell_code"].iloc[0]).split(".")[0] == single[0]["cell"]


def test_a_room_is_found_by_whoever_has_the_duty(base):
    rows = [{"小区": "南苑小区", "幢号": "3", "单元": "2", "室号": "501"}]
    base.take("dwelling", base.csv(rows, "rooms.csv"))
    text = "南苑小区3幢2单元501室"
    assert one(base, text)["result"]["level"] == "room"
    assert one(base, "南苑小区3幢2单元502室")["result"]["level"] == "building"
    users.add(base.db, SYSTEM, NewUser("fenxi", "分析员", "analyst"))
    with begin(base.db, SYSTEM, "users") as tx:
        analyst = Caller(next(r["id"] for r in tx.rows("user/list") if r["login"] == "fenxi"))
    assert geocoding.geocode(base.db, analyst, text)["result"]["level"] == "building"
    pd.DataFrame({"地址": [text]}).to_csv(base.folder / "list.csv", index=False)
    done = geocodebulk.geocode_file(
        base.db, SYSTEM, Source(base.folder / "list.csv", local=True), base.folder / "o.csv"
    )
    assert done.levels == {"room": 1}
    # a record of the address at the door of the same house does not hide its rooms
    lon, lat = drawn.at(2.8, 2.5)
    doors = [{"编号": "D1", "地址": "南苑小区3幢", "经度": lon, "纬度": lat}]
    base.take("address", base.csv(doors, "doors.csv"))
    places.refresh(base.db)
    assert one(base, text)["result"]["level"] == "room"


def test_a_file_without_addresses_is_said(standing, tmp_path):
    pd.DataFrame({"甲": [1]}).to_csv(standing.folder / "list.csv", index=False)
    with pytest.raises(InputError, match=r"address\.column"):
        geocodebulk.geocode_file(
            standing.db, SYSTEM, Source(standing.folder / "list.csv", local=True), tmp_path / "o.csv"
        )


def test_a_record_that_says_nothing_is_read_once(base):
    row = {"编号": "A1", "地址": "旁", "经度": drawn.at(1, 1)[0], "纬度": drawn.at(1, 1)[1]}
    base.take("address", base.csv([row], "nothing.csv"))
    assert places.refresh(base.db).records == 1
    assert places.refresh(base.db).records == 0
    assert one(base, "青山路2号")["status"] == "found"


def test_places_follow_their_records(base):
    assert places.refresh(base.db).records == 0  # nothing changed, nothing is read again
    row = {
        "编号": "H0",
        "街路巷": "青山路",
        "门牌号": "4",
        "经度": drawn.at(0.5, 1.6)[0],
        "纬度": drawn.at(0.5, 1.6)[1],
    }
    done = base.take("building", base.csv([row], "houses.csv"))
    again = places.refresh(base.db)
    assert (again.dropped, again.records) == (1, 1)
    assert one(base, "青山路4号")["result"]["level"] == "number"
    assert one(base, "青山路2号")["result"]["level"] != "number"
    base.undo(done.batch_id)
    places.refresh(base.db)
    assert one(base, "青山路2号")["result"]["level"] == "number"


def test_a_point_and_what_is_near(standing):
    lon, lat = drawn.at(0.5, 1.62)
    found = geocoding.reverse(standing.db, SYSTEM, lon, lat)
    assert found["address"]["label"].startswith("青山路2")
    assert found["address"]["metres"] < 10
    assert (found["road"]["level"], found["road"]["name"]) == ("road", "青山路")  # not the crossing that is as near
    assert found["road"]["metres"] < 60
    assert found["cell"]["code"]
    assert any(area["name"] == "A社区" for area in found["areas"])


def test_a_name_is_taught_once_and_understood_from_then_on(base):
    assert one(base, "老电影院")["status"] == "not_found"
    done = aliases.add(base.db, SYSTEM, "老电影院", address="青山路2号")
    answer = one(base, "老电影院")
    assert (answer["status"], answer["result"]["level"]) == ("found", "poi")
    assert off(answer, 0.5, 1.6) < 1
    assert one(base, "老电影院对面")["result"]["level"] == "relative"
    aliases.add(base.db, SYSTEM, "老电影院", lon=drawn.at(1, 1)[0], lat=drawn.at(1, 1)[1])  # moved
    assert off(one(base, "老电影院"), 1, 1) < 1
    assert [row["name"] for row in aliases.every(base.db, SYSTEM)] == ["老电影院"]
    aliases.remove(base.db, SYSTEM, done["id"])
    assert one(base, "老电影院")["status"] == "not_found"
    with begin(base.db, SYSTEM, "audit") as tx:
        said = [
            r["action"] for r in tx.conn.execute("SELECT action FROM audit WHERE action LIKE 'alias.%' ORDER BY id")
        ]
    assert said == ["alias.add", "alias.add", "alias.remove"]


def test_a_persons_home_is_no_name_of_a_place_and_a_familys_village_is(base):
    for name in ("王秀英家", "老李家", "张大爷住处", "陈老师的家", "张三", "李建国", "欧阳修", "张伟的房子", "刘大爷楼",
                 "13812345678"):  # fmt: skip
        with pytest.raises(InputError, match=r"alias\.person"):
            aliases.add(base.db, SYSTEM, name, address="青山路2号")
    for name in ("王家弄教师楼", "李家庄", "高家", "张家大院", "金桂", "江南", "马家桥", "老电影院"):
        assert aliases.add(base.db, SYSTEM, name, address="青山路2号")["name"] == name


def test_a_name_needs_a_place_for_certain_in_ones_own_area(base):
    for address, code in (("教师楼", "alias.doubt"), ("无名路1号", "alias.doubt"), (None, "alias.where")):
        with pytest.raises(InputError, match=code):
            aliases.add(base.db, SYSTEM, "某处", address=address)
    users.add(base.db, SYSTEM, NewUser("c", "社区", "community", area=CODES["B"]))
    with begin(base.db, SYSTEM, "users") as tx:
        clerk = Caller(next(r["id"] for r in tx.rows("user/list") if r["login"] == "c"))
    with pytest.raises(ForbiddenError, match=r"alias\.area"):
        aliases.add(base.db, clerk, "老电影院", address="青山路2号")  # lies in A
    done = aliases.add(base.db, SYSTEM, "老电影院", address="青山路2号")
    with pytest.raises(MissingError, match=r"alias\.unknown"):
        aliases.remove(base.db, clerk, done["id"])


def test_a_name_lies_in_an_area_and_is_nobody_elses(base, monkeypatch):
    with pytest.raises(InputError, match=r"seat\.outside"):
        aliases.add(base.db, SYSTEM, "老电影院", lon=0.0, lat=0.0)
    lon, lat = drawn.at(2.4, 1.4)
    with pytest.raises(InputError, match=r"alias\.taken"):
        aliases.add(base.db, SYSTEM, "青山路", lon=lon, lat=lat)
    assert aliases.add(base.db, SYSTEM, "红星大厦", lon=lon, lat=lat)["id"]  # near enough to be the same place
    monkeypatch.setattr(aliases, "_SAME_M", 20.0)
    with pytest.raises(InputError, match=r"alias\.taken"):
        aliases.add(base.db, SYSTEM, "红星大厦", lon=lon, lat=lat)


def test_two_who_work_the_base_out_at_once_write_it_once(base):
    """A page teaches a name while a worker goes its round."""
    before = base.count("place")
    base.rows("DELETE FROM place RETURNING id")
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: places.refresh(base.db), range(4)))
    assert base.count("place") == before
    assert places.refresh(base.db).records == 0


def test_a_road_that_becomes_a_tunnel_crosses_nothing_any_more(base):
    assert one(base, "青山路与宝塔路交叉口")["result"]["level"] == "intersection"
    base.rows("UPDATE base_feature SET tunnel = true WHERE name = '宝塔路' RETURNING id")
    places.refresh(base.db)
    assert one(base, "青山路与宝塔路交叉口")["result"]["level"] != "intersection"
