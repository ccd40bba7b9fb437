"""What is in doubt is asked once: events placed by their address, ties decided by a person, files of addresses."""

import pandas as pd
import pytest

from gridsvc.errors import ConflictError, ForbiddenError, InputError, MissingError
from gridsvc.services import aliases, geocodebulk, geocoding, places, reviews, rowplaces, users
from gridsvc.services.filein import Source
from gridsvc.services.reviews import Answer
from gridsvc.services.users import NewUser
from gridsvc.store.tx import SYSTEM, Caller
from tests import drawn
from tests.services.test_geocoding import stand
from tests.services.town import CODES, DIVIDED

TIE = "教师楼"  # two of them, far apart


@pytest.fixture
def base(founded):
    return founded(*DIVIDED, stand)


def events(base, addresses, name="events.csv", **more):
    rows = [{"编号": f"E{k}", "类别": "暴露垃圾", "上报时间": f"2026-10-05 09:0{k}", "事发地点": text}
            for k, text in enumerate(addresses)]  # fmt: skip
    return base.take("event", base.csv(rows, name), **more)


def placed(base):
    found = base.rows("SELECT source_key AS k, ST_X(geom) AS lon, ST_Y(geom) AS lat, located_by, accuracy_m, cell_key, h3 "
                      "FROM event ORDER BY source_key")  # fmt: skip
    return {r["k"]: r for r in found}


def waiting(base, **more):
    return reviews.listing(base.db, SYSTEM, what="address", **more)


def test_events_without_coordinates_are_placed_by_their_address(base):
    texts = ["青山路10号", "青山路与宝塔路交叉口", "青山路8号", TIE, "月球路1号", "南苑小区3幢2单元501室"]
    done = events(base, texts)
    found = placed(base)
    by = [found[f"E{k}"]["located_by"] for k in range(6)]
    assert by == ["address-exact", "intersection", "address-interpolated", None, None, "address-exact"]
    assert done.counts["unlocated"] == 2
    assert done.warnings["address.review"] == 1
    lon, lat = drawn.at(4.5, 1.6)
    assert (found["E0"]["lon"], found["E0"]["lat"]) == pytest.approx((lon, lat), abs=1e-6)
    assert found["E0"]["cell_key"] % 8192 > 0
    assert found["E0"]["h3"]
    assert found["E2"]["accuracy_m"] > found["E0"]["accuracy_m"] > 0
    (asked,) = waiting(base)
    assert (asked["text"], asked["entity"], asked["records"]) == (TIE, "event", 1)
    assert len(asked["candidates"]) == 2


def test_coordinates_of_the_file_go_before_its_address(base):
    lon, lat = drawn.at(0.5, 0.5)
    row = {"编号": "E0", "类别": "暴露垃圾", "上报时间": "2026-10-05 09:00", "事发地点": "青山路10号"}
    base.take("event", base.csv([{**row, "经度": lon, "纬度": lat}, {**row, "编号": "E1", "经度": "", "纬度": ""}]))
    found = placed(base)
    assert (found["E0"]["lon"], found["E0"]["located_by"]) == (pytest.approx(lon), "survey")
    assert found["E1"]["located_by"] == "address-exact"


def test_hazards_and_organisations_too(base):
    base.take(
        "hazard",
        base.csv([{"名称": "堆物", "隐患类型": "消防", "检查日期": "2026-10-09", "地址": "青山路10号"}], "h.csv"),
    )
    base.take("organisation", base.csv([{"单位名称": "面馆", "类别": "餐饮", "经营地址": "青山路2号"}], "o.csv"))
    for table in ("hazard", "organisation"):
        (row,) = base.rows(f"SELECT located_by, geom IS NOT NULL AS there FROM {table}")
        assert (row["there"], row["located_by"]) == (True, "address-exact")


def test_the_same_list_again_changes_nothing(base):
    texts = ["青山路10号", "青山路8号", TIE]
    events(base, texts)
    again = events(base, texts)
    assert (again.counts["new"], again.counts["changed"], again.counts["same"]) == (0, 0, 3)


def test_accepting_a_candidate_places_what_waits_and_is_remembered(base):
    events(base, [TIE, TIE, "青山路10号"])
    (asked,) = waiting(base)
    assert asked["records"] == 2
    done = reviews.decide(base.db, SYSTEM, asked["id"], Answer(candidate=2))
    assert (done["state"], done["placed"]) == ("accepted", 2)
    found = placed(base)
    there = asked["candidates"][1]
    assert (found["E0"]["lon"], found["E1"]["lat"]) == pytest.approx((there["longitude"], there["latitude"]))
    assert found["E0"]["h3"]
    assert not waiting(base)
    assert reviews.counts(base.db, SYSTEM) == {"spelling": 0, "address": 0}
    single = geocoding.geocode(base.db, SYSTEM, TIE)
    assert single["status"] == "found"
    assert single["result"]["longitude"] == there["longitude"]
    later = events(base, [TIE, TIE, "青山路10号", TIE])
    assert later.counts["unlocated"] == 0
    assert (later.counts["new"], later.counts["changed"]) == (1, 0)
    audit = base.rows("SELECT action, detail FROM audit WHERE entity = 'review'")
    assert [r["action"] for r in audit] == ["review.accepted"]
    with pytest.raises(ConflictError, match=r"review\.decided"):
        reviews.decide(base.db, SYSTEM, asked["id"], Answer(candidate=1))


def test_a_corrected_place(base):
    events(base, [TIE])
    lon, lat = drawn.at(1.5, 0.7)
    with pytest.raises(InputError, match=r"seat\.outside"):
        reviews.decide(base.db, SYSTEM, waiting(base)[0]["id"], Answer(lon=0.0, lat=0.0))
    done = reviews.decide(base.db, SYSTEM, waiting(base)[0]["id"], Answer(lon=lon, lat=lat))
    assert (done["state"], done["placed"]) == ("corrected", 1)
    row = placed(base)["E0"]
    assert (row["located_by"], row["lon"], row["lat"]) == ("manual", pytest.approx(lon), pytest.approx(lat))


def test_a_taught_name_is_an_alias_and_never_a_person(base):
    events(base, ["老教师楼门口的台阶", TIE])
    asked = next(q for q in waiting(base) if q["text"] == TIE)
    with pytest.raises(InputError, match=r"alias\.person"):
        reviews.decide(base.db, SYSTEM, asked["id"], Answer(candidate=1, teach="王秀英家"))
    done = reviews.decide(base.db, SYSTEM, asked["id"], Answer(candidate=1, teach="一小教师楼"))
    assert done["state"] == "taught"
    assert [a["name"] for a in aliases.every(base.db, SYSTEM)] == ["一小教师楼"]
    assert geocoding.geocode(base.db, SYSTEM, "一小教师楼")["status"] == "found"


def test_a_wrong_decision_is_taken_back_and_decided_anew(base):
    """What got its place by it waits again, what was placed otherwise stays; the name that was taught is gone."""
    events(base, [TIE, TIE, "青山路10号", "青山路8号"])
    (asked,) = waiting(base)
    with pytest.raises(ConflictError, match=r"review\.open"):
        reviews.reopen(base.db, SYSTEM, asked["id"])
    reviews.decide(base.db, SYSTEM, asked["id"], Answer(candidate=1, teach="一小教师楼"))
    was = placed(base)
    later = events(base, [TIE], "later.csv", list_name="later")  # found by the decision, and goes back with it
    assert later.counts["unlocated"] == 0
    base.rows("UPDATE event SET geom = ST_SetSRID(ST_MakePoint(118.6205, 31.4605), 4326), located_by = 'manual' "
              "WHERE source_key = 'E1' RETURNING id")  # fmt: skip
    done = reviews.reopen(base.db, SYSTEM, asked["id"])
    assert (done["state"], done["answer"], done["decided_by"], done["unplaced"]) == ("open", None, None, 2)
    now = base.rows(
        "SELECT source_key AS k, geom IS NULL AS nowhere, located_by, cell_key, h3 FROM event ORDER BY 1, 2"
    )
    assert [(r["k"], r["nowhere"]) for r in now] == [
        ("E0", True), ("E0", True), ("E1", False), ("E2", False), ("E3", False)
    ]  # fmt: skip
    assert {(r["located_by"], r["cell_key"] % 8192, r["h3"]) for r in now if r["nowhere"]} == {(None, 0, None)}
    assert not aliases.every(base.db, SYSTEM)
    assert geocoding.geocode(base.db, SYSTEM, "一小教师楼")["status"] != "found"
    assert geocoding.geocode(base.db, SYSTEM, TIE)["status"] == "review"
    assert [q["id"] for q in waiting(base)] == [asked["id"]]
    assert reviews.decide(base.db, SYSTEM, asked["id"], Answer(candidate=2))["placed"] == 2
    there = placed(base)["E0"]
    assert there["lon"] != was["E0"]["lon"]
    assert there["cell_key"] % 8192 > 0
    assert [q["state"] for q in waiting(base, state="decided")] == ["accepted"]
    audit = base.rows("SELECT action FROM audit WHERE entity = 'review' ORDER BY id")
    assert [r["action"] for r in audit] == ["review.taught", "review.reopened", "review.accepted"]


def test_what_a_decision_placed_goes_back_to_where_it_lay(base):
    """To the community that its row names, not to the area that was asked."""
    row = {"编号": "E0", "类别": "暴露垃圾", "上报时间": "2026-10-05 09:00", "事发地点": TIE, "所属社区": "A社区"}
    base.take("event", base.csv([row], "named.csv"))
    was = base.rows("SELECT cell_key, located_by, assign_status FROM event")
    (asked,) = waiting(base)
    reviews.decide(base.db, SYSTEM, asked["id"], Answer(candidate=1))
    assert base.rows("SELECT cell_key, located_by, assign_status FROM event") != was
    assert reviews.reopen(base.db, SYSTEM, asked["id"])["unplaced"] == 1
    assert base.rows("SELECT cell_key, located_by, assign_status FROM event") == was


def test_what_came_later_and_was_found_by_it_is_asked_about(base):
    """Of every kind; what is in a building stays there."""
    events(base, [TIE])
    (asked,) = waiting(base)
    reviews.decide(base.db, SYSTEM, asked["id"], Answer(candidate=1))
    rows = [{"名称": f"堆物{k}", "隐患类型": "消防", "检查日期": "2026-10-09", "地址": TIE} for k in range(3)]
    assert base.take("hazard", base.csv(rows, "h.csv")).counts["unlocated"] == 0
    base.rows("UPDATE hazard SET building_id = 1 WHERE id = (SELECT max(id) FROM hazard) RETURNING id")
    assert reviews.reopen(base.db, SYSTEM, asked["id"])["unplaced"] == 3
    assert {(q["entity"], q["records"]) for q in waiting(base)} == {("event", 1), ("hazard", 2)}
    assert base.rows("SELECT count(*) AS n FROM hazard WHERE geom IS NOT NULL")[0]["n"] == 1


def test_what_a_decided_file_placed_goes_back_too(base, tmp_path):
    """The question was about a file; an import found its address by the answer."""
    pd.DataFrame({"地址": [TIE]}).to_csv(tmp_path / "a.csv", index=False)
    source = Source(tmp_path / "a.csv", local=True)
    geocodebulk.geocode_file(base.db, SYSTEM, source, tmp_path / "b.csv", ask=True)
    (asked,) = waiting(base)
    reviews.decide(base.db, SYSTEM, asked["id"], Answer(candidate=1))
    assert events(base, [TIE, TIE]).counts["unlocated"] == 0
    assert reviews.reopen(base.db, SYSTEM, asked["id"])["unplaced"] == 2
    assert {(q["entity"], q["records"]) for q in waiting(base)} == {("file", 1), ("event", 2)}
    assert {r["h3"] for r in placed(base).values()} == {None}


def test_a_name_that_was_there_before_stays(base):
    lon, lat = drawn.at(1.5, 0.7)
    aliases.add(base.db, SYSTEM, "一小教师楼", lon=lon, lat=lat)
    events(base, [TIE])
    (asked,) = waiting(base)
    reviews.decide(base.db, SYSTEM, asked["id"], Answer(lon=lon, lat=lat, teach="一小教师楼"))
    reviews.reopen(base.db, SYSTEM, asked["id"])
    assert [a["name"] for a in aliases.every(base.db, SYSTEM)] == ["一小教师楼"]


def test_of_other_kinds_too(base):
    row = {"名称": "堆物", "隐患类型": "消防", "检查日期": "2026-10-09", "地址": TIE}
    base.take("hazard", base.csv([row], "h.csv"))
    (asked,) = waiting(base)
    assert reviews.decide(base.db, SYSTEM, asked["id"], Answer(candidate=1))["placed"] == 1
    assert reviews.reopen(base.db, SYSTEM, asked["id"])["unplaced"] == 1
    (row,) = base.rows("SELECT geom, located_by FROM hazard")
    assert (row["geom"], row["located_by"]) == (None, None)
    reviews.decide(base.db, SYSTEM, asked["id"], Answer(dismiss=True))
    assert reviews.reopen(base.db, SYSTEM, asked["id"])["unplaced"] == 0


def test_dismissed_is_not_asked_again(base):
    events(base, [TIE])
    done = reviews.decide(base.db, SYSTEM, waiting(base)[0]["id"], Answer(dismiss=True))
    assert (done["state"], done["placed"]) == ("dismissed", 0)
    events(base, [TIE, TIE])
    assert not waiting(base)
    assert placed(base)["E1"]["lon"] is None


@pytest.mark.parametrize("answer", [Answer(), Answer(name="某地"), Answer(candidate=9), Answer(lon=1.0),
                                    Answer(lon=10.0, lat=50.0)])  # fmt: skip
def test_what_is_no_answer(base, answer):
    events(base, [TIE])
    with pytest.raises(InputError):
        reviews.decide(base.db, SYSTEM, waiting(base)[0]["id"], answer)
    assert waiting(base)


def test_who_may_decide(base):
    events(base, [TIE])
    number = waiting(base)[0]["id"]
    who = {}
    for role, area in (("analyst", "990105"), ("community", CODES["A"])):
        made, _ = users.add(base.db, SYSTEM, NewUser(role, role, role, area))
        who[role] = Caller(made, role)
    with pytest.raises(ForbiddenError):
        reviews.decide(base.db, who["analyst"], number, Answer(dismiss=True))
    assert not reviews.listing(base.db, who["community"], what="address")  # the list belongs to the county
    with pytest.raises(MissingError):
        reviews.decide(base.db, who["community"], number, Answer(dismiss=True))
    reviews.decide(base.db, SYSTEM, number, Answer(dismiss=True))
    with pytest.raises(ForbiddenError):
        reviews.reopen(base.db, who["analyst"], number)
    with pytest.raises(MissingError):
        reviews.reopen(base.db, who["community"], number)


def test_a_file_of_addresses_puts_its_doubts_on_the_list(base, tmp_path):
    pd.DataFrame({"地址": [TIE, "青山路10号", TIE, ""]}).to_csv(tmp_path / "a.csv", index=False)
    out, source = tmp_path / "b.csv", Source(tmp_path / "a.csv", local=True)
    done = geocodebulk.geocode_file(base.db, SYSTEM, source, out, ask=True)
    assert (done.found, done.review, done.questions) == (1, 2, 1)
    (asked,) = waiting(base)
    assert (asked["entity"], asked["records"]) == ("file", 2)
    assert {tuple(c["agreed"]) for c in asked["candidates"]} == {("name",)}
    assert all(c["missed"] == [] for c in asked["candidates"])
    reviews.decide(base.db, SYSTEM, asked["id"], Answer(candidate=1))
    again = geocodebulk.geocode_file(base.db, SYSTEM, source, out, ask=True)
    assert (again.found, again.review, again.questions) == (3, 0, 0)
    assert pd.read_csv(out)["longitude"].notna().sum() == 3


def test_without_asking_nothing_is_written(base, tmp_path):
    pd.DataFrame({"地址": [TIE]}).to_csv(tmp_path / "a.csv", index=False)
    geocodebulk.geocode_file(base.db, SYSTEM, Source(tmp_path / "a.csv", local=True), tmp_path / "b.csv")
    assert base.count("review") == 0


def test_an_estate_without_a_drawing_is_found_by_its_placed_houses(base):
    """Estates come out of ledgers without a place; their houses have one."""
    base.take("estate", base.csv([{"小区名称": "北苑新村"}], "e.csv"))
    places.refresh(base.db)
    found = geocoding.geocode(base.db, SYSTEM, "北苑新村")
    assert (found["status"], found["result"]["level"]) == ("found", "estate")


def test_a_decision_holds_where_it_was_made_and_below(base):
    """Another community may have a 教师楼 of its own: what one decided says nothing of the county's."""
    events(base, [TIE], area=CODES["A"])
    (asked,) = waiting(base)
    reviews.decide(base.db, SYSTEM, asked["id"], Answer(candidate=1))
    assert geocoding.geocode(base.db, SYSTEM, TIE)["status"] == "review"
    whole = events(base, ["青山路2号", TIE], "county.csv")
    assert whole.warnings["address.review"] == 1
    events(base, [TIE, TIE], "again.csv", area=CODES["A"])
    assert not [q for q in waiting(base) if q["area"] == CODES["A"]]


def test_an_address_outside_the_area_of_its_list_is_a_question_not_a_reject(base):
    done = events(base, ["青山路10号", "青山路2号"], area=CODES["A"])
    assert done.counts["rejected"] == 0
    assert done.counts["unlocated"] == 1
    found = placed(base)
    assert found["E0"]["lon"] is None  # it stands in community B
    assert found["E1"]["located_by"] == "address-exact"
    (asked,) = waiting(base)
    assert (asked["text"], [c["matched"] for c in asked["candidates"]]) == ("青山路10号", ["青山路10号"])


def test_the_middle_of_a_long_road_is_no_place_for_an_event(base, monkeypatch):
    events(base, ["青山路88号"])
    assert placed(base)["E0"]["located_by"] == "street"  # some 300 m of it
    monkeypatch.setattr(rowplaces, "WIDEST_M", 100.0)
    done = events(base, ["青山路10号", "青山路90号"], "later.csv")
    assert done.counts["unlocated"] == 1
    (asked,) = waiting(base)
    assert (asked["text"], [c["level"] for c in asked["candidates"]]) == ("青山路90号", ["road"])
