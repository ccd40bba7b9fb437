"""Single records: seen masked or clear by duty, written, changed on the state that was read, ended, merged."""

import datetime as dt

import pandas as pd
import pytest

from gridsvc.domain.codes import cell_codes
from gridsvc.errors import ChangedError, ConflictError, ForbiddenError, InputError, MissingError, UnknownStateError
from gridsvc.services import entries, exports, past
from gridsvc.store.tx import SYSTEM
from tests import drawn
from tests.services.test_duty import posts, team  # noqa: F401 - a fixture
from tests.services.test_kinds import ROWS
from tests.services.test_people import ID1, PEOPLE, account, everything, houses, lived_in, people  # noqa: F401
from tests.services.town import CODES, COUNTY

A, B = CODES["A"], CODES["B"]
LON, LAT = drawn.at(0.5, 2.5)
FACILITY = {"name": "宝塔卫生站", "class": "卫生服务站", "lon": LON, "lat": LAT}


def test_a_record_is_made_found_and_made_only_once(cells):
    who = account(cells, "community", A)
    made = entries.create(cells.db, who, "facility", {**FACILITY, "source_key": "F1"})
    assert (made["name"], made["class"], made["area_code"]) == ("宝塔卫生站", "01", A)
    assert len(made["cell_code"]) == 15
    again = entries.create(cells.db, who, "facility", {**FACILITY, "source_key": "F1"})
    assert again["id"] == made["id"]
    items, following = entries.listing(cells.db, who, "facility", area=A, **{"class": "01"})
    assert ([r["id"] for r in items], following) == ([made["id"]], None)
    assert entries.one(cells.db, who, "facility", made["id"])["etag"] == made["etag"]


def test_the_history_of_a_record_tells_each_change(cells):
    who = account(cells, "community", A)
    made = entries.create(cells.db, who, "facility", FACILITY)
    one = entries.change(cells.db, who, "facility", made["id"], {"phone": "57001234"}, made["etag"])
    entries.change(cells.db, who, "facility", made["id"], {"name": "南岸卫生站", "lon": LON + 0.0001}, one["etag"])
    found, following = past.former(cells.db, who, "facility", made["id"])
    assert following is None
    assert [set(r["changed"]) for r in found] == [{"name", "lon", "lat", "cell_code"}, {"phone"}]
    assert found[0]["changed"]["name"] == ["宝塔卫生站", "南岸卫生站"]
    assert found[1]["changed"]["phone"] == [None, "57001234"]
    page, following = past.former(cells.db, who, "facility", made["id"], most=1)
    assert (page, following) == (found[:1], found[0]["id"])
    assert past.former(cells.db, who, "facility", made["id"], before=following)[0] == found[1:]
    with pytest.raises(MissingError):
        past.former(cells.db, SYSTEM, "hazard", made["id"])


def test_the_history_of_a_resident_is_masked_like_herself(lived_in):  # noqa: F811
    who = account(lived_in, "community", A)
    row = entries.listing(lived_in.db, who, "person")[0][0]
    entries.change(lived_in.db, who, "person", row["id"], {"phone": "13900001111"}, row["etag"])
    (entry,) = past.former(lived_in.db, who, "person", row["id"])[0]
    assert entry["changed"]["phone"][1].startswith("139")
    assert "13900001111" not in str(entry)
    audited = past.audit(lived_in.db, SYSTEM, action="people", entity="person", row_id=row["id"])
    assert audited[0]["action"] == "people.history"
    with pytest.raises(ForbiddenError):
        past.audit(lived_in.db, who)


def test_a_dwelling_keeps_the_dates_of_its_use(lived_in):  # noqa: F811
    who = account(lived_in, "community", A)
    row = entries.listing(lived_in.db, who, "dwelling")[0][0]
    let = entries.change(lived_in.db, who, "dwelling", row["id"],
                         {"use": "出租", "use_from": "2026-01-01", "use_to": "2026-12-31"}, row["etag"])  # fmt: skip
    assert (str(let["use_from"]), str(let["use_to"])) == ("2026-01-01", "2026-12-31")
    entries.change(lived_in.db, who, "dwelling", row["id"], {"use": "自住", "use_from": "2027-01-01", "use_to": ""},
                   let["etag"])  # fmt: skip
    (last, first), _ = past.former(lived_in.db, who, "dwelling", row["id"])
    assert last["changed"]["use_to"] == ["2026-12-31", None]
    assert last["changed"]["use_from"] == ["2026-01-01", "2027-01-01"]
    assert "use" in first["changed"]


def test_a_record_that_cannot_be_says_why_and_leaves_nothing(cells):
    before = {t: cells.count(t) for t in ("facility", "import_batch", "import_reject", "source", "audit")}
    with pytest.raises(InputError) as told:
        entries.create(cells.db, SYSTEM, "facility", {"name": "x", "class": "没有的类别", "lon": "200", "lat": "1"})
    assert told.value.code == "entry.rejected"
    assert "class" in told.value.values["faults"]
    with pytest.raises(InputError) as told:
        entries.create(cells.db, SYSTEM, "facility", {"nonsense": 1})
    assert told.value.code == "entry.field"
    assert {t: cells.count(t) for t in before} == before


def test_a_change_is_made_on_the_state_that_was_read(cells):
    who = account(cells, "community", A)
    made = entries.create(cells.db, who, "facility", FACILITY)
    done = entries.change(cells.db, who, "facility", made["id"], {"phone": "57001234"}, made["etag"])
    assert (done["phone"], done["name"], done["lon"]) == ("57001234", "宝塔卫生站", made["lon"])
    with pytest.raises(ChangedError):
        entries.change(cells.db, who, "facility", made["id"], {"phone": "1"}, made["etag"])
    with pytest.raises(UnknownStateError):
        entries.change(cells.db, who, "facility", made["id"], {"phone": "1"}, None)
    cleared = entries.change(cells.db, who, "facility", made["id"], {"phone": ""}, done["etag"])
    assert cleared["phone"] is None
    kept = cells.rows("SELECT old FROM history WHERE entity = 'facility' ORDER BY id")
    assert [r["old"]["phone"] for r in kept] == [None, "57001234"]


def test_a_point_is_moved_to_another_cell_and_not_out_of_the_area(cells):
    who = account(cells, "community", A)
    made = entries.create(cells.db, who, "facility", FACILITY)
    lon, lat = drawn.at(2.5, 2.5)
    moved = entries.change(cells.db, who, "facility", made["id"], {"lon": lon, "lat": lat}, made["etag"])
    assert moved["cell_code"] != made["cell_code"]
    lon, lat = drawn.at(5.5, 0.5)
    with pytest.raises(InputError):
        entries.change(cells.db, who, "facility", made["id"], {"lon": lon, "lat": lat}, moved["etag"])


@pytest.mark.parametrize("kind", list(ROWS))
def test_every_kind_is_changed_without_losing_anything(houses, kind):  # noqa: F811
    """Writing a field that stays the same changes nothing else: what is stored can be written again as it is."""
    houses.take(kind, houses.csv([ROWS[kind][0]], f"{kind}.csv"))
    before = houses.rows(f"SELECT * FROM {kind}")[0]
    row, _ = entries.listing(houses.db, SYSTEM, kind)
    done = entries.change(houses.db, SYSTEM, kind, row[0]["id"], {}, row[0]["etag"])
    after = houses.rows(f"SELECT * FROM {kind}")[0]
    assert {k: (before[k], after[k]) for k in before if before[k] != after[k] and k != "batch_id"} == {}
    assert done["id"] == before["id"]


def test_a_building_keeps_its_footprint_when_its_name_changes(cells):
    lon, lat = drawn.at(0.5, 2.5)
    made = entries.create(cells.db, SYSTEM, "building", {"name": "甲楼", "lon": lon, "lat": lat})
    shape = f"POLYGON(({lon} {lat}, {lon + 1e-4} {lat}, {lon + 1e-4} {lat + 1e-4}, {lon} {lat}))"
    cells.rows("UPDATE building SET shape = ST_GeomFromText(%s, 4326) RETURNING id", shape)
    state = cells.rows("SELECT xmin::text AS v FROM building")[0]["v"]
    entries.change(cells.db, SYSTEM, "building", made["id"], {"name": "乙楼"}, state)
    assert cells.rows("SELECT name, GeometryType(shape) AS t FROM building")[0] == {"name": "乙楼", "t": "POLYGON"}


def test_people_are_written_by_hand_sealed_and_at_their_door(lived_in):  # noqa: F811
    found = people(lived_in)["张大山"]
    state = lived_in.rows("SELECT xmin::text AS v FROM person WHERE id = %s", found["id"])[0]["v"]
    done = entries.change(lived_in.db, SYSTEM, "person", found["id"], {"phone": "13987654321"}, state)
    assert done["phone"] == "139****4321"
    after = people(lived_in)["张大山"]
    assert {k for k in found if found[k] != after[k]} <= {"phone", "phone_hash", "id_no", "batch_id"}
    assert entries.reveal(lived_in.db, SYSTEM, found["id"], "id_no", "核对证件") == ID1
    assert "13987654321" not in everything(lived_in)


def test_what_duty_does_not_reach_is_masked(houses):  # noqa: F811
    houses.take("organisation", houses.csv([{**ROWS["organisation"][0], "联系电话": "13800001234"}], "o.csv"))
    clear = {"contact": "某人", "phone": "13800001234"}
    masked = {"contact": "某*", "phone": "138****1234"}
    for role, area, wanted in (("community", A, clear), ("analyst", COUNTY, masked), ("admin", None, masked)):
        rows, _ = entries.listing(houses.db, account(houses, role, area), "organisation")
        assert {k: rows[0][k] for k in clear} == wanted, role


def test_an_officer_sees_names_and_doors_and_no_numbers(lived_in):  # noqa: F811
    cell = str(cell_codes([people(lived_in)["张大山"]["cell_key"]])[0])
    who = account(lived_in, "officer", None, [cell])
    rows, _ = entries.listing(lived_in.db, who, "person")
    assert {r["name"] for r in rows} == {"张大山", "李小溪"}
    one = next(r for r in rows if r["name"] == "张大山")
    assert (one["estate"], one["building_no"], one["unit_no"], one["room"]) == ("南苑小区", "1幢", "2单元", "501室")
    assert (one["id_no"], one["phone"]) == (ID1[:3] + "*" * 11 + ID1[-4:], "138****1234")
    assert not {"id_hash", "phone_hash", "cell_key"} & set(one)
    assert entries.reveal(lived_in.db, who, one["id"], "phone", "上门前联系") == "13800001234"
    with pytest.raises(ForbiddenError):
        entries.reveal(lived_in.db, who, one["id"], "id_no", "想看一看")
    with pytest.raises(InputError):
        entries.reveal(lived_in.db, who, one["id"], "phone", "看")
    log = lived_in.rows("SELECT action, detail FROM audit WHERE action LIKE 'people.%%' ORDER BY id")
    assert [r["action"] for r in log] == ["people.list", "people.reveal"]
    assert log[1]["detail"] == {"field": "phone", "reason": "上门前联系"}
    foreign = people(lived_in)["王小石"]["id"]
    for call in (lambda: entries.one(lived_in.db, who, "person", foreign),
                 lambda: entries.reveal(lived_in.db, who, foreign, "phone", "上门前联系")):  # fmt: skip
        with pytest.raises(MissingError):
            call()


@pytest.mark.parametrize("role", ["analyst", "admin", "auditor"])
def test_lists_of_residents_are_not_for_those_without_the_duty(lived_in, role):  # noqa: F811
    who = account(lived_in, role, COUNTY if role == "analyst" else None)
    with pytest.raises(ForbiddenError):
        entries.listing(lived_in.db, who, "person")


def test_an_officer_reports_a_visit_in_her_cell_only(team):  # noqa: F811
    lon, lat = drawn.at(0.5, 2.5)
    cell = team.rows("SELECT cell_key AS k FROM event ORDER BY id")[0]["k"]
    posts(team, {"工号": "W1", "岗位": "网格员", "网格": str(cell_codes([cell])[0]), "起": "2020-01-01"})
    here = team.rows("SELECT ST_X(geom) AS x, ST_Y(geom) AS y FROM event WHERE cell_key = %s", cell)[0]
    visit = {"at": "2026-01-05 09:00", "outcome": "done", "lon": here["x"], "lat": here["y"]}
    made = entries.create(team.db, team.who["W1"], "visit", {**visit, "source_key": "phone-1"})
    assert made["cell_code"] == str(cell_codes([cell])[0])
    assert entries.create(team.db, team.who["W1"], "visit", {**visit, "source_key": "phone-1"})["id"] == made["id"]
    lon, lat = drawn.at(5.5, 0.5)
    with pytest.raises((MissingError, InputError)):
        entries.create(team.db, team.who["W1"], "visit", {**visit, "lon": lon, "lat": lat})
    with pytest.raises(ForbiddenError):
        entries.create(team.db, team.who["W1"], "facility", FACILITY)
    with pytest.raises(MissingError):
        entries.create(team.db, team.who["W2"], "visit", visit)
    assert team.count("visit") == 1


def test_a_visit_says_by_whom_to_whom_and_when_it_was_entered(team):  # noqa: F811
    key = team.rows("SELECT key FROM cell WHERE ended IS NULL ORDER BY key")[0]["key"]
    posts(team, {"工号": "W1", "岗位": "网格员", "网格": str(cell_codes([key])[0]), "起": "2020-01-01"})
    made = entries.create(team.db, SYSTEM, "visit", {"at": "2026-01-05 09:00", "outcome": "done", "officer": "W1",
                                                     "target": "网格", "target_key": str(cell_codes([key])[0])})  # fmt: skip
    said = entries.one(team.db, SYSTEM, "visit", made["id"])
    days = team.rows("SELECT app_today() - '2026-01-05'::date AS n")[0]["n"]
    name = team.rows("SELECT name FROM cell WHERE key = %s", key)[0]["name"]
    assert (said["officer"].endswith(" W1"), name in said["target_key"]) == (True, True)
    assert (said["recorded_at"].date().isoformat() > "2026-01-05", said["recorded_after"]) == (True, days)
    read = "SELECT count(*) AS n FROM audit WHERE action = 'people.read'"
    assert team.rows(read) == [{"n": 0}]  # a patrol is to nobody
    team.rows("UPDATE visit SET personal = true RETURNING id")
    entries.one(team.db, SYSTEM, "visit", made["id"])
    assert team.rows(read) == [{"n": 1}]
    listed, _ = entries.listing(team.db, SYSTEM, "visit")
    assert [(r["officer"], r["recorded_after"]) for r in listed] == [(said["officer"], days)]


def test_what_has_ended_is_listed_when_it_is_asked_for(cells):
    made = entries.create(cells.db, SYSTEM, "facility", FACILITY)
    day = dt.date(2026, 1, 1)
    with pytest.raises(InputError):
        entries.end(cells.db, SYSTEM, "facility", made["id"], day, "没有的原因", made["etag"])
    done = entries.end(cells.db, SYSTEM, "facility", made["id"], day, "cancelled", made["etag"])
    assert (done["ended"], done["end_reason"]) == (day, "cancelled")
    assert entries.listing(cells.db, SYSTEM, "facility", current=True)[0] == []
    assert len(entries.listing(cells.db, SYSTEM, "facility")[0]) == 1
    back = entries.end(cells.db, SYSTEM, "facility", made["id"], None, None, done["etag"])
    assert (back["ended"], back["end_reason"]) == (None, None)


def test_doubles_become_one_and_what_stood_in_them_moves(lived_in):  # noqa: F811
    doors = lived_in.rows("SELECT id, xmin::text AS v FROM dwelling ORDER BY id")
    keep, other = doors[0], doors[1]
    done = entries.merge(lived_in.db, SYSTEM, "dwelling", keep["id"], other["id"], keep["v"])
    assert done["id"] == keep["id"]
    assert {p["dwelling_id"] for p in people(lived_in).values()} == {keep["id"], None}
    gone = lived_in.rows("SELECT ended, end_reason, merged_into FROM dwelling WHERE id = %s", other["id"])[0]
    assert (gone["end_reason"], gone["merged_into"]) == ("merged", keep["id"])
    with pytest.raises(ConflictError):
        entries.merge(lived_in.db, SYSTEM, "dwelling", keep["id"], other["id"], done["etag"])
    with pytest.raises(ConflictError):
        entries.merge(lived_in.db, SYSTEM, "dwelling", keep["id"], keep["id"], done["etag"])
    assert lived_in.count("audit WHERE action = 'entry.merge'") == 2


def taken(town, who, layer, area=None, reason=None):
    path = town.folder / f"{layer}.csv"
    exports.export(town.db, who, layer, path, area=area, reason=reason)
    return pd.read_csv(path, dtype=str)


def test_residents_are_taken_away_masked_signed_and_only_by_those_with_the_duty(lived_in):  # noqa: F811
    sheet = taken(lived_in, account(lived_in, "community", A), "people")
    sheet = sheet.sort_values("relation", ignore_index=True)
    assert sheet["name"].tolist() == ["张**", "李**"]
    whole = taken(lived_in, account(lived_in, "street", COUNTY + "001"), "people", reason="核对户籍信息")
    assert {"张大山", "李小溪"} <= set(whole["name"])
    sheet.to_csv(lived_in.folder / "masked.csv", index=False)
    back = lived_in.take("person", lived_in.folder / "masked.csv", area=COUNTY)
    assert back.counts["new"] == 0
    assert "person.masked" in back.reasons
    assert set(sheet["residence"].dropna()) == {"户籍"}
    assert sheet["categories"][0] == "独居老人;高龄老人"
    assert sheet["unit_no"].tolist() == ["2单元", "2单元"]
    assert set(sheet["exported_by"]) == {"community"}
    text = sheet.to_csv()
    assert ID1 not in text
    assert "13800001234" not in text
    assert "138****1234" in text
    with pytest.raises(ForbiddenError):
        taken(lived_in, account(lived_in, "analyst", COUNTY), "people")
    log = lived_in.rows("SELECT detail FROM audit WHERE action = 'export'")
    assert [r["detail"]["rows"] for r in log] == [2, 3]


@pytest.mark.parametrize("kind", list(ROWS))
def test_what_is_exported_can_be_brought_in_again(houses, kind):  # noqa: F811
    """The file that leaves is understood when it comes back: as the same list it changes nothing that a person sees."""
    houses.take(kind, houses.csv([ROWS[kind][0]], f"{kind}.csv"))
    word = next(w for w, k in entries.KINDS.items() if k == kind)
    before = houses.rows(f"SELECT * FROM {kind}")[0]
    path = houses.folder / "back.csv"
    exports.export(houses.db, SYSTEM, word, path, area=COUNTY)
    done = houses.take(kind, path, list_name=kind)
    assert (done.counts["new"], done.reasons) == (0, {}), done.mapping
    after = houses.rows(f"SELECT * FROM {kind}")[0]
    differing = {k for k in before if before[k] != after[k]} - {"batch_id", "located_by", "source_crs"}
    assert differing == set()


def square(west, south, side=0.3):
    corners = ((0, 0), (side, 0), (side, side), (0, side), (0, 0))
    return "POLYGON((" + ",".join("{} {}".format(*drawn.at(west + dx, south + dy)) for dx, dy in corners) + "))"


@pytest.mark.parametrize(
    ("kind", "row"),
    [
        ("estate", {"小区名称": "北苑"}),
        ("resident_group", {"社区": "A社区", "小组名称": "第九居民小组"}),
        ("building", {"小区": "北苑", "幢号": "9幢"}),
        ("zone", {"责任区名称": "北片", "类别": "保洁"}),
    ],
)
def test_a_table_that_comes_back_keeps_the_shapes_it_cannot_hold(houses, kind, row):  # noqa: F811
    """Names are changed in a table with a point for each shape; the shape stays until the point lies elsewhere."""
    column = "shape" if kind == "building" else "geom"
    row = {"编号": "k9", **row}
    houses.take(kind, houses.csv([{**row, "wkt": square(0.2, 2.3)}], f"{kind}.csv"))
    word = next(w for w, k in entries.KINDS.items() if k == kind)

    def stored():
        asked = f"SELECT ST_AsText({column}) AS shape, cell_key FROM {kind} WHERE source_key = 'k9'"
        return houses.rows(asked)[0]

    before = stored()
    path = houses.folder / "back.csv"
    exports.export(houses.db, SYSTEM, word, path, area=COUNTY)
    table = pd.read_csv(path, dtype=str).query("source_key == 'k9'")
    assert houses.take(kind, path, list_name=kind).counts["changed"] == 0
    assert stored() == before
    assert before["shape"].startswith("POLYGON")
    lon, lat = drawn.at(1.7, 2.5)
    table.assign(longitude=lon, latitude=lat).to_csv(path, index=False)
    assert houses.take(kind, path, list_name=kind).counts["changed"] == 1
    assert stored()["shape"].startswith("POINT")
