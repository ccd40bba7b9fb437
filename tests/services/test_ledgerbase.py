"""An office with community polygons and one workbook of residents gets everybody on the map."""

from __future__ import annotations

import pytest

from gridsvc.domain.address.fold import fold
from gridsvc.errors import ChangedError, ConflictError, InputError
from gridsvc.services import areas, imports, ledgerbase, reviews, sample, seating
from gridsvc.services.areas import AreaRequest
from gridsvc.services.filein import Source
from gridsvc.services.imports import ImportRequest
from gridsvc.services.reviews import Answer
from gridsvc.store.tx import SYSTEM, begin
from tests import roll
from tests.conftest import AS_OF


@pytest.fixture(scope="module")
def people():
    return roll.make(AS_OF)


@pytest.fixture(scope="module")
def book(people, tmp_path_factory):
    return roll.workbook(people, tmp_path_factory.mktemp("roll") / "居民台账.xlsx")


@pytest.fixture(scope="module")
def bare(server, tmp_path_factory):
    """A template with the areas of the sample city and nothing else."""
    from gridsvc.store.pool import Database

    name, folder = server.make("gridsvc"), tmp_path_factory.mktemp("bare")
    sample.write(folder, AS_OF, 1)
    with Database(server.dsn(name).app, server.settings(name)) as db:
        areas.run(db, SYSTEM, AreaRequest(Source(folder / "areas.geojson", local=True), codes="gb"))
    return name


@pytest.fixture(scope="module")
def loaded(server, bare, book):
    """The same with the ledger imported and its buildings made: a template."""
    from gridsvc.store.pool import Database

    name = server.make(bare)
    with Database(server.dsn(name).app, server.settings(name)) as db:
        done = ledgerbase.bring_in(db, SYSTEM, request(book))
    return name, done


def request(path, **more):
    return ImportRequest("person", Source(path), area=roll.COMMUNITY, **more)


def rows(db, query, *params):
    with begin(db, SYSTEM, "jobs") as tx:
        return tx.conn.execute(query, params).fetchall()


def count(db, table, where="true"):
    return int(rows(db, f"SELECT count(*) AS n FROM {table} WHERE {where}")[0]["n"])


def settle(db):
    """Answer the questions as somebody who knows the place would: the first candidate is right; how many there were."""
    asked = reviews.listing(db, SYSTEM, area=roll.COMMUNITY, what="spelling")
    for question in asked:
        reviews.decide(db, SYSTEM, question["id"], Answer(name=question["candidates"][0]["name"]))
    return len(asked)


def truth(people, item):
    """Where a building of the list really stands."""
    return people.doors[item["estate"] or item["street"], item["building_no"] or item["housenumber"]]


def test_the_ledger_becomes_buildings_with_everybody_in_them(fresh, loaded, people):
    name, done = loaded
    db = fresh(name)
    built = done.built
    assert built["rows"] == built["with_door"] == len(people.people)
    assert done.counts["new"] == len(people.people)
    assert not done.counts["rejected"]
    assert "door.unknown" not in done.warnings
    assert count(db, "person", "dwelling_id IS NULL") == 0
    assert count(db, "dwelling", "building_id IS NULL") == 0
    asked = settle(db)
    assert asked <= 30
    first = reviews.listing(db, SYSTEM, area=roll.COMMUNITY, what="spelling", state="decided")[0]
    with pytest.raises(ConflictError, match=r"review\.folded"):  # its buildings went into others
        reviews.reopen(db, SYSTEM, first["id"])
    waiting = seating.waiting(db, SYSTEM, roll.COMMUNITY)
    assert waiting["buildings"] == len(people.doors)
    assert waiting["people"] == len(people.people)
    counted = {
        (i["estate"] or i["street"], i["building_no"] or i["housenumber"]): i["people"] for i in waiting["items"]
    }
    assert counted == people.people["door"].value_counts().to_dict()


def test_a_placed_building_takes_everybody_along_and_back(fresh, loaded, people):
    db = fresh(loaded[0])
    first = seating.waiting(db, SYSTEM, roll.COMMUNITY)["items"][0]
    lon, lat = truth(people, first)
    done = seating.place(db, SYSTEM, first["id"], lon, lat, first["version"])
    here = "geom IS NOT NULL AND located_by = 'address-exact' AND assign_status = 'inside'"
    assert count(db, "person", here) == first["people"]
    assert count(db, "dwelling", here) == count(db, "dwelling", f"building_id = {first['id']}")
    assert count(db, "unit", here) == count(db, "unit", f"building_id = {first['id']}") > 0
    apart = "SELECT max(ST_Distance(p.geom, b.geom)) AS m FROM person p JOIN dwelling d ON d.id = p.dwelling_id "
    assert rows(db, apart + "JOIN building b ON b.id = d.building_id")[0]["m"] == 0
    with pytest.raises(ChangedError):
        seating.place(db, SYSTEM, first["id"], lon, lat, first["version"])
    (placed,) = seating.waiting(db, SYSTEM, roll.COMMUNITY, placed=True)["items"]
    assert (placed["lon"], placed["lat"]) == pytest.approx((lon, lat))
    seating.place(db, SYSTEM, first["id"], None, None, done["version"])
    assert count(db, "person", "geom IS NOT NULL OR assign_status IS NOT NULL OR located_by IS NOT NULL") == 0
    assert count(db, "dwelling", "geom IS NOT NULL") == 0
    audit = rows(db, "SELECT action, count(*) AS n FROM audit WHERE entity = 'building' GROUP BY 1")
    assert {r["action"]: r["n"] for r in audit}["building.place"] == 2


def test_a_point_outside_ones_ground_is_refused(fresh, loaded):
    db = fresh(loaded[0])
    first = seating.waiting(db, SYSTEM, roll.COMMUNITY)["items"][0]
    for lon, lat in ((10.0, 50.0), (200.0, 30.0), (118.64, None)):
        with pytest.raises(InputError):
            seating.place(db, SYSTEM, first["id"], lon, lat, first["version"])


@pytest.mark.soak
def test_neighbours_propose_places_and_few_clicks_are_needed(fresh, loaded, people):
    db = fresh(loaded[0])
    clicks = questions = settle(db)
    near = 0
    while items := seating.waiting(db, SYSTEM, roll.COMMUNITY)["items"]:
        for item in [i for i in items if i["proposal"]] or items[:1]:
            lon, lat = truth(people, item)
            if item["proposal"]:
                off = ((item["proposal"]["lon"] - lon) * 0.853, item["proposal"]["lat"] - lat)
                near += (off[0] ** 2 + off[1] ** 2) ** 0.5 * 111_320 < 60
            seating.place(db, SYSTEM, item["id"], lon, lat, item["version"])
            clicks += 1
    assert questions <= 30
    assert clicks <= 200
    assert near > 40, "proposals are of use"
    assert count(db, "person", "geom IS NULL") == 0


def test_the_same_ledger_again_changes_nothing(fresh, loaded, book, people):
    db = fresh(loaded[0])
    settle(db)
    item = seating.waiting(db, SYSTEM, roll.COMMUNITY)["items"][0]
    seating.place(db, SYSTEM, item["id"], *truth(people, item), item["version"])
    buildings, dwellings = count(db, "building", "ended IS NULL"), count(db, "dwelling", "ended IS NULL")
    again = ledgerbase.bring_in(db, SYSTEM, request(book))
    assert not again.built["questions"]
    assert not any(again.built["new"][kind] for kind in ("estate", "building", "unit"))
    assert (count(db, "building", "ended IS NULL"), count(db, "dwelling", "ended IS NULL")) == (buildings, dwellings)
    assert count(db, "person", "geom IS NOT NULL") == item["people"]
    assert again.counts["new"] == 0


def test_a_name_of_its_own_is_asked_about_once(fresh, loaded, book):
    db = fresh(loaded[0])
    asked = reviews.listing(db, SYSTEM, area=roll.COMMUNITY)
    done = reviews.decide(db, SYSTEM, asked[0]["id"], Answer(dismiss=True))
    assert done["state"] == "dismissed"
    with pytest.raises(ConflictError):
        reviews.decide(db, SYSTEM, asked[0]["id"], Answer(candidate=1))
    ledgerbase.bring_in(db, SYSTEM, request(book))
    left = {q["text"] for q in reviews.listing(db, SYSTEM, area=roll.COMMUNITY)}
    assert left == {q["text"] for q in asked[1:]}
    assert count(db, "building", f"estate = '{asked[0]['text']}' AND ended IS NULL") > 0


def test_a_slip_is_mended_where_it_was_written(fresh, loaded, people):
    db = fresh(loaded[0])
    question = reviews.listing(db, SYSTEM, area=roll.COMMUNITY)[0]
    right = question["candidates"][0]["name"]
    done = reviews.decide(db, SYSTEM, question["id"], Answer(name=right))
    assert done["merged"] + done["renamed"] > 0
    assert count(db, "building", f"estate = '{question['text']}' AND ended IS NULL") == 0
    lives = ("SELECT count(*) AS n FROM person p JOIN dwelling d ON d.id = p.dwelling_id "
             "JOIN building b ON b.id = d.building_id WHERE b.estate = %s AND d.ended IS NULL")  # fmt: skip
    assert rows(db, lives, right)[0]["n"] == (people.people["of"] == right).sum()
    doubled = "SELECT building_id, app_no(unit_no), app_no(room), count(*) FROM dwelling WHERE ended IS NULL "
    assert not rows(db, doubled + "GROUP BY 1, 2, 3 HAVING count(*) > 1")


def test_a_list_that_comes_again_without_places_leaves_pins_alone(fresh, bare, tmp_path):
    db = fresh(bare)
    path = tmp_path / "楼栋.csv"
    path.write_text("小区,幢号,层数\n新苑,1,6\n新苑,2,6\n", encoding="utf-8")
    take = ImportRequest("building", Source(path), area=roll.COMMUNITY)
    imports.run(db, SYSTEM, take)
    item = seating.waiting(db, SYSTEM, roll.COMMUNITY)["items"][0]
    seating.place(db, SYSTEM, item["id"], 118.6456, 31.4829, item["version"])
    path.write_text("小区,幢号,层数\n新苑,1,7\n新苑,2,7\n", encoding="utf-8")
    done = imports.run(db, SYSTEM, take)
    assert done.counts["changed"] == 2
    assert count(db, "building", "located_by = 'manual' AND geom IS NOT NULL AND floors = 7") == 1


def test_buildings_that_get_places_from_a_list_take_people_along(fresh, loaded, people, tmp_path):
    db = fresh(loaded[0])
    item = seating.waiting(db, SYSTEM, roll.COMMUNITY)["items"][0]
    lon, lat = truth(people, item)
    path = tmp_path / "楼栋.csv"
    row = rows(
        db,
        f"SELECT b.source_key, s.name FROM building b JOIN source s ON s.id = b.source_id WHERE b.id = {item['id']}",
    )
    path.write_text(f"编号,小区,幢号,经度,纬度\n{row[0]['source_key']},{item['estate']},{item['building_no']},{lon},{lat}\n",
                    encoding="utf-8")  # fmt: skip
    take = ImportRequest("building", Source(path), area=roll.COMMUNITY, list_name=row[0]["name"])
    assert imports.run(db, SYSTEM, take).counts["changed"] == 1
    assert count(db, "person", "geom IS NOT NULL") == item["people"]


def test_a_surveyed_building_is_not_moved_by_a_click(fresh, bare, tmp_path):
    """Its footprint would be lost, and the place in it is better than a click."""
    db = fresh(bare)
    path = tmp_path / "楼栋.csv"
    path.write_text("小区,幢号,经度,纬度\n新苑,1,118.6456,31.4829\n", encoding="utf-8")
    imports.run(db, SYSTEM, ImportRequest("building", Source(path), area=roll.COMMUNITY))
    (house,) = rows(db, "SELECT id, xmin::text AS version FROM building")
    for where in ((118.6457, 31.4829), (None, None)):
        with pytest.raises(ConflictError, match=r"seat\.surveyed"):
            seating.place(db, SYSTEM, house["id"], *where, house["version"])


def test_a_pin_stays_whatever_the_address_of_its_list_says(fresh, bare, tmp_path):
    db = fresh(bare)
    known = tmp_path / "地址.csv"
    known.write_text("地址,街路巷,门牌号,经度,纬度\n王家路5号,王家路,5,118.6456,31.4829\n", encoding="utf-8")
    imports.run(db, SYSTEM, ImportRequest("address", Source(known), area=roll.COMMUNITY))
    path = tmp_path / "楼栋.csv"
    path.write_text("小区,幢号,地址\n新苑,1,未知路1号\n", encoding="utf-8")
    take = ImportRequest("building", Source(path, columns={}), area=roll.COMMUNITY)
    imports.run(db, SYSTEM, take)
    (item,) = seating.waiting(db, SYSTEM, roll.COMMUNITY)["items"]
    seating.place(db, SYSTEM, item["id"], 118.6450, 31.4830, item["version"])
    key = rows(db, "SELECT source_key FROM building")[0]["source_key"]
    path.write_text(f"编号,小区,幢号,地址\n{key},新苑,1,王家路5号\n", encoding="utf-8")
    assert imports.run(db, SYSTEM, take).counts["changed"] == 1
    (now,) = rows(db, "SELECT ST_X(geom) AS lon, located_by FROM building")
    assert (now["lon"], now["located_by"]) == (pytest.approx(118.6450), "manual")


def test_only_the_proposal(fresh, bare, book, people):
    db = fresh(bare)
    built = ledgerbase.build(db, SYSTEM, [Source(book)], area=roll.COMMUNITY, dry_run=True)
    assert built.new["building"] >= len(people.doors)
    assert count(db, "building") == count(db, "review") == 0
    assert int(built.buildings["people"].sum()) == len(people.people)
    done = ledgerbase.build(db, SYSTEM, [Source(book)], area=roll.COMMUNITY)
    assert count(db, "dwelling") == done.new["dwelling"] > 0
    assert count(db, "unit") == done.new["unit"]
    imported = imports.run(db, SYSTEM, request(book))
    assert "new_dwelling" not in imported.counts
    assert "door.unknown" not in imported.warnings


def test_folds_that_are_certain_are_not_asked(fresh, bare, tmp_path):
    db = fresh(bare)
    path = tmp_path / "台账.csv"
    said = [
        "南苑小区1幢101",
        "南苑1号楼102室",
        "南苑小区１＃１０３",
        "门卫室旁平房",
        "南苑小区",
        "宝塔村三组12号",
        "本村",
    ]
    path.write_text("姓名,住址\n" + "\n".join(f"张{k},{t}" for k, t in enumerate(said)), encoding="utf-8")
    done = ledgerbase.bring_in(db, SYSTEM, request(path))
    assert done.built["questions"] == 0
    assert done.built["without_number"] == 3
    found = {(i["label"], i["people"]) for i in seating.waiting(db, SYSTEM, roll.COMMUNITY)["items"]}
    assert found == {("南苑小区1幢", 3), ("南苑小区", 1), ("门卫室旁平房", 1), ("宝塔村3组12号", 1), ("本村", 1)}
    assert fold("南苑") in {q["text"] for q in reviews.listing(db, SYSTEM, area=roll.COMMUNITY, state="accepted")}


def test_people_count_where_they_live(fresh, bare, tmp_path):
    """Registered and living address: both are kept; without a living address she lives where she is registered."""
    db = fresh(bare)
    path = tmp_path / "台账.csv"
    path.write_text(
        "姓名,人口类别,居住地址,户籍地址\n甲,户籍,,新苑1幢101室\n乙,人户分离,新苑2幢201室,新苑1幢102室\n"
        "丙,流动,新苑2幢202室,南岭省竹山县白水镇3号\n丁,人户分离,,新苑1幢103室\n", encoding="utf-8",
    )  # fmt: skip
    ledgerbase.bring_in(db, SYSTEM, request(path))
    lives = ("SELECT p.name, p.registered_address, b.building_no FROM person p LEFT JOIN dwelling d "
             "ON d.id = p.dwelling_id LEFT JOIN building b ON b.id = d.building_id ORDER BY p.id")  # fmt: skip
    found = {r["name"]: (r["building_no"], r["registered_address"]) for r in rows(db, lives)}
    assert found == {"甲": ("1", "新苑1幢101室"), "乙": ("2", "新苑1幢102室"), "丙": ("2", "南岭省竹山县白水镇3号"),
                     "丁": (None, "新苑1幢103室")}  # fmt: skip


@pytest.mark.parametrize("text", ["姓名,电话\n甲,13800000000\n", "姓名,住址\n甲,\n"])
def test_a_ledger_without_addresses_says_so(fresh, bare, tmp_path, text):
    path = tmp_path / "台账.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as refused:
        ledgerbase.bring_in(fresh(bare), SYSTEM, request(path))
    assert refused.value.code == "ledger.no_address"


def test_a_building_whose_address_the_base_knows_is_placed_at_once(fresh, bare, tmp_path):
    db = fresh(bare)
    known = tmp_path / "地址.csv"
    known.write_text("地址,街路巷,门牌号,经度,纬度\n王家路5号,王家路,5,118.6456,31.4829\n", encoding="utf-8")
    imports.run(db, SYSTEM, ImportRequest("address", Source(known), area=roll.COMMUNITY))
    path = tmp_path / "台账.csv"
    path.write_text("姓名,住址\n甲,王家路5号101室\n乙,王家路7号\n", encoding="utf-8")
    ledgerbase.bring_in(db, SYSTEM, request(path))
    assert [i["label"] for i in seating.waiting(db, SYSTEM, roll.COMMUNITY)["items"]] == ["王家路7号"]
    (there,) = rows(db, "SELECT ST_X(geom) AS lon, located_by FROM building WHERE geom IS NOT NULL")
    assert (there["lon"], there["located_by"]) == (pytest.approx(118.6456), "address-exact")
    assert count(db, "person", "geom IS NOT NULL AND assign_status = 'inside'") == 1
