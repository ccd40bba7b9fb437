"""The API as its users call it: places, lists, jobs, files, tiles."""

import datetime as dt
import math
import time

import pytest
import shapely

from gridsvc.store.tx import SYSTEM, begin
from gridsvc.worker.main import Worker
from tests.conftest import AS_OF
from tests.mvt import decode
from tests.web.test_protection import filled

YEAR = {"area": "990101", "period": f"{AS_OF - dt.timedelta(days=364)}..{AS_OF}"}


def test_me_areas_and_classes(client):
    one = client("county")
    me = one.get("/api/v1/me").json()
    assert (me["role"], me["area"]) == ("county", "990101")
    areas = one.get("/api/v1/areas").json()["items"]
    assert [a["level"] for a in areas].count(12) == 9
    inside = one.get("/api/v1/areas", params={"inside": "990101001"}).json()["items"]
    assert all(a["code"].startswith("990101001") for a in inside)
    shape = one.get("/api/v1/areas/990101001/geojson").json()
    assert shape["features"][0]["geometry"]["type"] == "MultiPolygon"
    assert one.get("/api/v1/areas/123456/geojson").status_code == 404
    classes = one.get("/api/v1/event-classes").json()["items"]
    assert any(c["name"] == "暴露垃圾" for c in classes)


def test_the_cell_at_a_point(client):
    one = client("county")
    event = one.get("/api/v1/events", params={"limit": 1, "located": True, "assign_status": "inside"}).json()[
        "items"
    ][0]
    found = one.get("/api/v1/cells/at", params={"lon": event["lon"], "lat": event["lat"]}).json()
    assert found["cell"]["code"] == event["cell_code"]
    here = one.get(f"/api/v1/cells/{event['cell_code']}/summary", params={"period": "all"}).json()
    assert here["events"] > 0
    assert one.get("/api/v1/cells/at", params={"lon": 0, "lat": 0}).status_code == 404
    assert one.get("/api/v1/cells/at", params={"lon": 999, "lat": 0}).status_code == 422
    assert one.get("/api/v1/cells/990101001001999/summary").status_code == 404
    cells = one.get("/api/v1/cells", params={"area": "990101001001"}).json()
    assert cells["type"] == "FeatureCollection"
    assert all(f["properties"]["code"].startswith("990101001001") for f in cells["features"])


def test_lists_filter_sort_and_page(client):
    one = client("county")
    late = one.get("/api/v1/events", params={"overdue": True, "sort": "due_at", "limit": 50}).json()["items"]
    assert late
    assert [e["due_at"] for e in late] == sorted(e["due_at"] for e in late)
    october = one.get(
        "/api/v1/events", params={"from": "2026-10-01", "to": "2026-10-31", "class": "01", "limit": 1000}
    ).json()["items"]
    assert october
    assert {e["day"][:7] for e in october} == {"2026-10"}
    assert all(e["class_code"].startswith("01") for e in october)
    box = one.get("/api/v1/buildings", params={"bbox": "118.40,31.40,118.50,31.50", "limit": 10})
    assert box.status_code == 200
    assert one.get("/api/v1/buildings", params={"bbox": "1,2,3"}).status_code == 422
    assert one.get("/api/v1/events", params={"sort": "password"}).status_code == 422
    assert one.get("/api/v1/events", params={"cursor": "abc"}).status_code == 422
    building = one.get("/api/v1/buildings", params={"limit": 1}).json()["items"][0]
    assert one.get(f"/api/v1/buildings/{building['id']}").json()["shape"]["type"].endswith("Polygon")


def test_what_is_wrong_with_a_request_is_said_in_the_callers_language(client):
    """Also a field that is misspelt: left out in silence, a visit to a door would be one to the building."""
    one = client("county")
    visit = {"at": "2026-11-27 09:00", "outcome": "met", "estate": "新城新村", "building_no": "5幢", "roon": "301室"}
    told = one.post("/api/v1/visits", json=visit)
    assert (told.status_code, told.json()["errors"]) == (
        422,
        [{"field": "roon", "message": "没有这一项（检查名称）"}],
    )
    for params in ({"limit": 0}, {"limit": "many"}, {"sort": "foo"}, {"days": 99999}):
        zh = one.get("/api/v1/gaps", params=params).json()["errors"]
        en = one.get("/api/v1/gaps", params=params, headers={"accept-language": "en"}).json()["errors"]
        assert all("\u4e00" <= e["message"][0] <= "\u9fff" for e in zh), zh
        assert all(e["message"].isascii() for e in en), en
    assert "2026-10-05" in one.get("/api/v1/coverage", params={"as_of": "xx"}).json()["errors"][0]["message"]


def test_what_lies_outside_all_areas_is_listed_where_the_check_says(client, db):
    """db check counts it; no list of an area has it, nor has an export."""
    with begin(db, SYSTEM, "read") as tx:
        counted = {r["name"]: r["n"] for r in tx.rows("check/unassigned")}
    one = client("county")
    for kind in ("event", "building"):
        found = one.get(f"/api/v1/{kind}s", params={"assign_status": "outside", "limit": 1000}).json()["items"]
        assert len(found) == counted[kind]
    assert counted["event"] > 0


def test_what_a_database_cannot_hold_is_refused(client):
    """A character that is none, numbers beyond single precision (nearly nothing is nothing)."""
    one = client("county")
    for path, name in (("codes", "list"), ("buildings", "street"), ("gaps", "cursor")):
        assert one.get(f"/api/v1/{path}", params={name: "b\x00"}).status_code == 422, path
    assert one.get("/api/v1/cells", params={"area": "b\x00"}).status_code == 404
    house = {"estate": "试验小区", "building_no": "1幢"}
    assert one.post("/api/v1/buildings", json={**house, "height": 1e60}).status_code == 422
    assert one.post("/api/v1/buildings", json={**house, "height": 3.7e-49}).json()["height"] == 0


def test_a_door_that_is_there_already_is_that_dwelling(client):
    one = client("county")
    house = {"estate": "试验小区", "building_no": "2幢", "source_key": "house-2"}
    assert one.post("/api/v1/buildings", json=house).status_code == 201
    for door in (
        {"address": "试验路9号"},
        {"estate": "试验小区", "building_no": "2号楼", "unit_no": "1单元", "room": "101室"},
    ):
        first, again = (one.post("/api/v1/dwellings", json=door) for _ in range(2))
        assert (first.status_code, again.status_code) == (201, 201)
        assert again.json()["id"] == first.json()["id"]
        other = one.post("/api/v1/dwellings", json={**door, "floor": 7}).json()
        assert (other["id"], other["floor"]) == (first.json()["id"], 7)


def test_heat_closing_and_gaps_agree(client):
    one = client("county")
    heat = one.get("/api/v1/heat", params={**YEAR, "by": "community"}).json()
    closing = one.get("/api/v1/closing", params={**YEAR, "by": "community"}).json()
    n = {f["properties"]["code"]: f["properties"]["n"] for f in heat["features"]}
    received = {r["code"]: r["received"] for r in closing["rows"] if r["code"]}
    assert n == received
    shapes = one.get("/api/v1/closing/geojson", params={**YEAR, "by": "town"}).json()
    assert len(shapes["features"]) == 2
    gaps = one.get("/api/v1/closing/gaps", params={**YEAR, "limit": 5}).json()
    assert gaps["totals"]["overdue"] >= len(gaps["overdue"]) == 5
    more = one.get("/api/v1/closing/gaps", params={**YEAR, "limit": 5, "cursor": gaps["next"]}).json()
    assert not {e["id"] for e in gaps["overdue"]} & {e["id"] for e in more["overdue"]}
    legend = one.get("/api/v1/heat/legend", params={**YEAR, "by": "cell"}).json()
    assert legend["breaks"] == sorted(legend["breaks"])


@pytest.mark.parametrize("form", ["xlsx", "html"])
def test_the_report_as_a_file(client, form):
    answer = client("street").get("/api/v1/closing/file", params={"period": "2026-10", "format": form})
    assert answer.status_code == 200
    assert answer.content[:2] == (b"PK" if form == "xlsx" else b"<!")
    assert "filename" in answer.headers["content-disposition"]


def test_exports(client):
    one = client("street")
    answer = one.get("/api/v1/exports/events", params={"format": "csv"})
    assert answer.status_code == 200
    assert b"cell_code" in answer.content.splitlines()[0]
    people = one.get("/api/v1/exports/people", params={"format": "csv"})
    assert people.status_code == 200
    assert "**" in people.text
    assert one.get("/api/v1/exports/ghosts", params={"format": "csv"}).status_code == 422
    assert client("officer").get("/api/v1/exports/events", params={"format": "csv"}).status_code == 403


def test_a_list_comes_in_as_a_job_with_progress_and_rejects(app, client):
    one = client("street")
    box = one.get("/api/v1/me").json()["box"]
    lon, lat = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    sheet = f"编号,类别,上报时间,经度,纬度\nN1,暴露垃圾,2026-11-01 09:00,{lon},{lat}\nN2,暴露垃圾,何时,{lon},{lat}\n"
    files = {"file": ("新事件.csv", sheet.encode("gb18030"))}
    queued = one.post("/api/v1/imports", data={"kind": "events"}, files=files)
    assert queued.status_code == 202, queued.text
    number = queued.json()["job"]
    assert one.get(f"/api/v1/jobs/{number}").json()["state"] == "queued"
    assert client("officer").get(f"/api/v1/jobs/{number}").status_code == 404
    Worker(app.state.settings).run(once=True)
    done = one.get(f"/api/v1/jobs/{number}").json()
    assert done["state"] == "done", done
    assert done["result"]["counts"]["rejected"] == 1
    batch = done["result"]["batch_id"]
    assert one.get(f"/api/v1/imports/{batch}").json()["file_name"] == "新事件.csv"
    rejects = one.get(f"/api/v1/imports/{batch}/rejects?format=csv").content.decode("utf-8-sig")
    assert "N2" in rejects
    assert "何时" in rejects
    undo = one.post(f"/api/v1/imports/{batch}/undo").json()["job"]
    Worker(app.state.settings).run(once=True)
    assert one.get(f"/api/v1/jobs/{undo}").json()["result"]["removed"] == 1
    assert client("community").get(f"/api/v1/imports/{batch}").status_code in (200, 404)


def test_uploads_are_refused_before_they_are_kept(app, client):
    one = client("street")
    spool = app.state.settings.base / "spool"
    before = set(spool.glob("*"))
    assert one.post("/api/v1/imports", data={"kind": "events"}, files={"file": ("a.csv", b"")}).status_code == 422
    assert one.post("/api/v1/imports", data={"kind": "ghosts"}, files={"file": ("a.csv", b"x")}).status_code == 422
    assert (
        one.post(
            "/api/v1/imports", data={"kind": "events", "limits": "no json"}, files={"file": ("a.csv", b"x")}
        ).status_code
        == 422
    )
    assert one.post(
        "/api/v1/imports", data={"kind": "events", "area": "990101002"}, files={"file": ("a.csv", b"x")}
    ).status_code in (404, 422)
    assert (
        client("officer")
        .post("/api/v1/imports", data={"kind": "events"}, files={"file": ("a.csv", b"x")})
        .status_code
        == 403
    )
    # other workers of this run keep their uploads there as well: ours are these two
    ours = [f for f in set(spool.glob("*")) - before if f.is_file() and f.stat().st_size <= 1]
    assert ours == []


def test_a_division_from_draft_to_publication(app, client):
    one = client("street")
    queued = one.post("/api/v1/divisions", json={"area": "990101001001", "method": "hex", "size_m": 150})
    assert queued.status_code == 202, queued.text
    Worker(app.state.settings).run(once=True)
    draft = one.get(f"/api/v1/jobs/{queued.json()['job']}").json()["result"]["drafts"][0]["division_id"]
    assert one.get(f"/api/v1/divisions/{draft}").json()["status"] == "draft"
    assert one.get(f"/api/v1/divisions/{draft}/check").json()["clean"] is True
    assert len(one.get(f"/api/v1/divisions/{draft}/cells").json()["features"]) > 3
    other = client("community")
    assert other.post(f"/api/v1/divisions/{draft}/publish", json={}).status_code == 403
    job = one.post(f"/api/v1/divisions/{draft}/publish", json={}).json()["job"]
    Worker(app.state.settings).run(once=True)
    assert one.get(f"/api/v1/jobs/{job}").json()["state"] == "done"
    assert one.get(f"/api/v1/divisions/{draft}").json()["status"] == "published"
    assert one.delete(f"/api/v1/divisions/{draft}").status_code == 409
    second = one.post("/api/v1/divisions", json={"area": "990101001001", "method": "square", "size_m": 150}).json()[
        "job"
    ]
    assert one.post(f"/api/v1/jobs/{second}/cancel").json()["state"] == "cancelled"
    wrong = {"area": "990101001001", "method": "balanced", "size_m": 100}
    assert one.post("/api/v1/divisions", json=wrong).status_code == 422


def test_a_draft_is_corrected_by_hand(app, client):
    one = client("street")
    job = one.post("/api/v1/divisions", json={"area": "990101001001", "cells": 4}).json()["job"]
    Worker(app.state.settings).run(once=True)
    made = one.get(f"/api/v1/jobs/{job}").json()
    assert made["state"] == "done", made
    draft = made["result"]["drafts"][0]["division_id"]
    shapes = one.get(f"/api/v1/divisions/{draft}/cells").json()["features"]
    west, south, east, north = shapely.bounds(shapely.geometry.shape(shapes[0]["geometry"]))
    line = [[west, (south + north) / 2], [east, (south + north) / 2]]
    done = one.post(f"/api/v1/divisions/{draft}/split", json={"cell": 1, "line": line})
    assert done.status_code == 200, done.text
    assert done.json()["cells"] == 5
    far = one.post(f"/api/v1/divisions/{draft}/split", json={"cell": 1, "line": [[0, 0], [1, 1]]})
    assert far.status_code == 422
    assert {f["properties"]["kind"] for f in far.json()["trouble"]["features"]} == {"line", "cell"}
    assert one.get(f"/api/v1/divisions/{draft}/check").json()["clean"] is True
    assert one.post(f"/api/v1/divisions/{draft}/renumber").status_code == 409  # cells of this area are in force
    assert client("community").post(f"/api/v1/divisions/{draft}/merge", json={"cells": [1, 2]}).status_code == 403


# ---- tiles ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def spot(client):
    """z, x, y of a tile in the busiest part."""
    import math

    one = client("county")
    event = one.get("/api/v1/events", params={"limit": 1, "located": True}).json()["items"][0]

    def tile(z):
        n = 2**z
        y = (1 - math.asinh(math.tan(math.radians(event["lat"]))) / math.pi) / 2 * n
        return z, int((event["lon"] + 180) / 360 * n), int(y)

    return tile


def test_every_layer_of_tiles_decodes(client, spot):
    one = client("county")
    z, x, y = spot(14)
    names = {}
    for layer in ("base", "areas", "cells", "heat", "events"):
        answer = one.get(f"/tiles/{layer}/{z}/{x}/{y}.mvt", params=YEAR if layer in ("heat", "events") else {})
        assert answer.status_code == 200
        assert answer.headers["content-type"] == "application/vnd.mapbox-vector-tile"
        found = decode(answer.content)
        assert all(part.version == 2 and part.extent == 4096 for part in found)
        names[layer] = {part.name for part in found}
        assert found, layer
    assert {"road", "building"} <= names["base"]
    assert names["areas"] == {"area"}
    assert {"cell"} <= names["cells"] <= {"cell", "cell_name"}  # a name stands in one tile only
    assert names["heat"] == {"heat"}
    assert names["events"] == {"event"}


def test_tiles_have_a_tag_and_answer_304(client, spot):
    one = client("county")
    path = "/tiles/cells/{}/{}/{}.mvt".format(*spot(14))
    first = one.get(path)
    again = one.get(path, headers={"if-none-match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert "private" in first.headers["cache-control"]


def test_stored_tiles_of_one_person_are_not_served_to_another(client, spot):
    path = "/tiles/events/{}/{}/{}.mvt".format(*spot(12))
    count = {}
    for role in ("county", "community", "county", "officer"):
        tile = client(role).get(path, params={"period": YEAR["period"]})
        n = sum(f.get("n", 1) for part in decode(tile.content) for f in part.features)
        assert count.setdefault(role, n) == n
    assert count["county"] > count["community"] > count["officer"] >= 0


def test_an_event_tile_holds_the_area_that_is_asked_for(client, spot):
    """From the zoom that holds the whole city: the parts and what lies outside every area make the whole."""
    one = client("county")
    path = "/tiles/events/{}/{}/{}.mvt".format(*spot(8))

    def total(area=None):
        tile = one.get(path, params={"period": "all", **({"area": area} if area else {})})
        return sum(f.get("n", 1) for part in decode(tile.content) for f in part.features)

    def listed(**ask):
        found = one.get("/api/v1/events", params={"limit": 1000, "located": True, **ask}).json()
        assert found["next"] is None
        return len(found["items"])

    towns = [total("990101001"), total("990101002")]
    assert all(towns)
    assert total("990101") == sum(towns)
    assert total() == total("990101") + listed(assign_status="outside")


def test_a_change_makes_the_stored_tile_stale(app, client, spot):
    one = client("county")
    path = "/tiles/heat/{}/{}/{}.mvt".format(*spot(13))
    ask = {"area": "990101", "period": "2026-11"}

    def total():
        return sum(f["n"] for part in decode(one.get(path, params=ask).content) for f in part.features)

    before = total()
    event = one.get("/api/v1/events", params={"limit": 1, "located": True, "assign_status": "inside"}).json()[
        "items"
    ][0]
    sheet = f"编号,类别,上报时间,经度,纬度\nT1,暴露垃圾,2026-11-02 09:00,{event['lon']},{event['lat']}\n"
    one.post(
        "/api/v1/imports", data={"kind": "events", "list": "tile test"}, files={"file": ("t.csv", sheet.encode())}
    )
    Worker(app.state.settings).run(once=True)
    for _ in range(50):
        if total() == before + 1:
            break
        time.sleep(0.1)
    assert total() == before + 1


def test_tiles_outside_the_pyramid_and_the_index(client):
    one = client("county")
    assert one.get("/tiles/base/3/8/0.mvt").status_code == 422
    assert one.get("/tiles/base/40/0/0.mvt").status_code == 422
    index = one.get("/tiles/index.json").json()
    assert {layer["id"] for layer in index["layers"]} == {
        "base",
        "areas",
        "cells",
        "heat",
        "events",
        "zones",
        "doors",
    }
    assert index["basemap"] is None
    assert {layer["id"] for layer in client("auditor").get("/tiles/index.json").json()["layers"]} == {
        "base",
        "areas",
        "cells",
        "heat",
    }
    assert one.get(filled("/tiles/basemap/{z}/{x}/{y}")).status_code == 404


def test_duty_zones_are_drawn_with_whoever_has_them(client, db):
    """The stretches of the sample's river; a post on one names its officer, at once and not from the cache."""

    def drawn(one):
        with begin(db, SYSTEM, "jobs") as tx:
            (at,) = tx.conn.execute("SELECT id, ST_X(p) AS lon, ST_Y(p) AS lat FROM (SELECT id, ST_PointOnSurface(geom) AS p "
                                    "FROM zone ORDER BY id LIMIT 1) z").fetchall()  # fmt: skip
        x = int((at["lon"] + 180) / 360 * 2**15)
        y = int((1 - math.asinh(math.tan(math.radians(at["lat"]))) / math.pi) * 2**14)
        answer = one.get(f"/tiles/zones/15/{x}/{y}.mvt")
        assert answer.status_code == 200
        shapes, names = decode(answer.content)
        assert (shapes.name, names.name) == ("zone", "zone_name")
        return at["id"], {f["__id"]: f for f in shapes.features}

    one = client("county")
    number, found = drawn(one)
    assert found[number]["name"].startswith("宁溪河")
    assert found[number]["class"] == "02"
    assert ("officers" in found[number], found[number]["held"]) == (False, False)
    with begin(db, SYSTEM, "jobs") as tx:
        who = tx.conn.execute(
            "INSERT INTO post (officer_id, kind, target, zone_id, starts, cover, cell_key, source_id, source_key, source_crs, "
            "batch_id) SELECT o.id, '03', 'zone', z.id, '2026-01-01', false, z.cell_key, p.source_id, 'zone-test', 'x', p.batch_id "
            "FROM zone z, (SELECT id FROM officer LIMIT 1) o, (SELECT source_id, batch_id FROM post LIMIT 1) p WHERE z.id = %s "
            "RETURNING officer_id", [number]).fetchone()["officer_id"]  # fmt: skip
        name = tx.conn.execute("SELECT name FROM officer WHERE id = %s", [who]).fetchone()["name"]
    for _ in range(50):
        if "officers" in drawn(one)[1][number]:
            break
        time.sleep(0.1)
    assert drawn(one)[1][number]["officers"] == name
    with begin(db, SYSTEM, "jobs") as tx:  # an officer of other ground: where she has a post she is known
        area = tx.conn.execute("UPDATE officer o SET cell_key = 990102000000::bigint * 8192, name = o.name || '乙' "
                               "FROM officer old WHERE o.id = %s AND old.id = o.id RETURNING old.cell_key",
                               [who]).fetchone()["cell_key"]  # fmt: skip
    for _ in range(50):  # under a new name: not what was drawn before
        if drawn(one)[1][number].get("officers") != name:
            break
        time.sleep(0.1)
    assert (drawn(one)[1][number].get("officers"), drawn(one)[1][number]["held"]) == (f"{name}乙", True)
    with begin(db, SYSTEM, "jobs") as tx:
        tx.conn.execute("UPDATE officer SET cell_key = %s, name = %s WHERE id = %s", [area, name, who])
        tx.conn.execute("DELETE FROM post WHERE source_key = 'zone-test'")
    assert client("auditor").get("/tiles/zones/15/1/1.mvt").status_code == 403


def test_health_and_metrics(client):
    one = client()
    assert one.get("/health/live").json()["status"] == "ok"
    assert one.get("/health/ready").status_code == 200
    assert b"gridsvc_" in one.get("/metrics").content


def test_docs_are_local(client):
    page = client("street").get("/docs").text
    assert "https://" not in page
    assert client("street").get("/openapi.json").status_code == 200


def test_words_of_both_languages(client):
    zh, en = (client().get(f"/i18n/{lang}.json").json() for lang in ("zh", "en"))
    assert set(zh) == set(en)
