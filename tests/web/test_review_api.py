"""The review list, buildings that wait, and a file of addresses over HTTP."""

import time

import pytest

from gridsvc.store.tx import SYSTEM, begin
from gridsvc.worker.main import Worker

HEAD = "类别,上报时间,事发地点"


@pytest.fixture
def worked(db):
    """Does the jobs that wait."""
    return lambda: Worker(db.settings).run(once=True)


def rows(db, query):
    with begin(db, SYSTEM, "jobs") as tx:
        return tx.conn.execute(query).fetchall()


def test_a_ledger_over_http_makes_buildings_that_get_their_places(client, db, worked):
    one = client("county")
    ledger = "姓名,现住址\n张一,新苑小区1幢101\n李二,新苑小区1号楼102\n王三,心苑小区1幢103\n"
    ledger += "".join(f"赵{k},新苑小区2幢{k + 101}\n" for k in range(9))
    asked = {"kind": "people", "area": "990101001003", "list": "新苑台账", "build": "true"}
    job = one.post("/api/v1/imports", data=asked, files={"file": ("l.csv", ledger.encode())}).json()["job"]
    worked()
    done = one.get(f"/api/v1/jobs/{job}").json()
    assert done["result"]["built"]["new"]["building"] == 3
    question = next(q for q in one.get("/api/v1/reviews", params={"what": "spelling"}).json()["items"]
                    if q["text"] == "心苑小区")  # fmt: skip
    assert one.get("/api/v1/reviews/count").json()["spelling"] >= 1
    told = one.post(f"/api/v1/reviews/{question['id']}", json={"candidate": 1})
    assert (told.status_code, told.json()["merged"]) == (200, 1)
    assert one.post(f"/api/v1/reviews/{question['id']}", json={"candidate": 1}).status_code == 409
    seats = one.get("/api/v1/seats", params={"area": "990101001003"}).json()
    first = next(b for b in seats["items"] if b["label"] == "新苑小区1幢")
    assert first["people"] == 3
    (middle,) = rows(db, "SELECT ST_X(ST_PointOnSurface(geom)) AS lon, ST_Y(ST_PointOnSurface(geom)) AS lat FROM area "
                         "WHERE code = '990101001003'")  # fmt: skip
    where = {"lon": middle["lon"], "lat": middle["lat"]}
    assert one.post(f"/api/v1/seats/{first['id']}", json=where).status_code == 428
    placed = one.post(f"/api/v1/seats/{first['id']}", json=where, headers={"If-Match": first["version"]})
    assert placed.status_code == 200
    assert placed.headers["ETag"].strip('"') == placed.json()["version"]
    there = (
        "SELECT count(*) AS n FROM person p JOIN source s ON s.id = p.source_id WHERE s.name = '新苑台账' AND p.geom "
    )
    assert rows(db, there + "IS NOT NULL")[0]["n"] == 3
    stale = one.post(f"/api/v1/seats/{first['id']}", json={}, headers={"If-Match": first["version"]})
    assert stale.status_code == 412
    back = one.post(f"/api/v1/seats/{first['id']}", json={}, headers={"If-Match": placed.json()["version"]})
    assert back.json()["lon"] is None
    assert rows(db, there + "IS NOT NULL")[0]["n"] == 0


def test_a_file_of_addresses_is_a_job(client, db, worked):
    one = client("county")
    (house,) = rows(db, "SELECT street, housenumber FROM building WHERE street IS NOT NULL AND housenumber ~ '^[0-9]+$' "
                        "AND geom IS NOT NULL ORDER BY id LIMIT 1")  # fmt: skip
    text = f"名称,地址\n甲,{house['street']}{house['housenumber']}号\n乙,月球路1号\n"
    made = one.post("/api/v1/geocode", data={"format": "csv"}, files={"file": ("a.csv", text.encode())})
    assert made.status_code == 202, made.text
    number = made.json()["job"]
    assert one.get(f"/api/v1/jobs/{number}/file").status_code == 404
    worked()
    for _ in range(50):
        state = one.get(f"/api/v1/jobs/{number}").json()
        if state["state"] in ("done", "failed"):
            break
        time.sleep(0.1)
    assert (state["state"], state["result"]["found"], state["result"]["not_found"]) == ("done", 1, 1), state
    got = one.get(f"/api/v1/jobs/{number}/file")
    assert got.status_code == 200
    assert "a.geocoded.csv" in got.headers["content-disposition"]
    lines = got.content.decode("utf-8-sig").splitlines()
    assert lines[0].startswith("名称,地址,longitude,latitude,level")
    assert len(lines) == 3
    assert client("street").get(f"/api/v1/jobs/{number}/file").status_code == 404  # somebody else's


def test_who_may(client):
    for role in ("officer", "analyst", "auditor"):
        one = client(role)
        assert one.post("/api/v1/seats/1", json={}).status_code == 403
        assert one.post("/api/v1/reviews/1", json={"dismiss": True}).status_code == 403
    assert client("auditor").get("/api/v1/reviews").status_code == 403
    assert client("officer").post("/api/v1/geocode", files={"file": ("a.csv", b"x")}).status_code == 403
    assert client().get("/api/v1/seats").status_code == 401


def test_bad_questions_are_told(client):
    one = client("county")
    assert one.get("/api/v1/reviews", params={"what": "x"}).status_code == 422
    assert one.post("/api/v1/reviews/999999", json={"dismiss": True}).status_code == 404
    assert one.post("/api/v1/seats/999999999", json={}, headers={"If-Match": "1"}).status_code == 404
    assert one.post("/api/v1/seats/1", json={"lon": 500, "lat": 1}).status_code == 422
