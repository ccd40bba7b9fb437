"""Coverage and rules over HTTP, on the sample city."""

import io
from urllib.parse import unquote

import openpyxl
import pytest

from gridsvc.services import jobs
from gridsvc.worker.main import Worker

OCTOBER = {"area": "990101", "period": "2026-10", "as_of": "2026-11-20"}


def coverage(one, **more):
    answer = one.get("/api/v1/coverage", params={**OCTOBER, **more})
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_levels_add_up_and_no_rate_is_above_one(client):
    one = client("county")
    cells = coverage(one, by="cell")
    for by in ("community", "street", "county", "officer", "rule"):
        found = coverage(one, by=by)
        for measure in ("total", "done", "late", "overdue", "nobody", "not_found", "refused", "due", "visits"):
            assert sum(r[measure] for r in found["rows"]) == sum(r[measure] for r in cells["rows"]), (by, measure)
            assert found["total"][measure] == cells["total"][measure]
        assert all(r["rate"] is None or 0 <= r["on_time"] <= r["rate"] <= 1 for r in found["rows"])
    assert cells["total"]["total"] > 5_000
    assert 0.1 < cells["total"]["rate"] < 1
    assert len(coverage(one, by="county")["rows"]) == 1


def test_what_a_street_clerk_asks_for(client):
    """Which cells nobody patrols, what one rule came to, how it changed since the month before."""
    one = client("street")
    patrol = coverage(one, area="990101001", by="cell", rule="XC-DAY")
    days = {r["name"]: r["total"] for r in patrol["rows"] if r["code"]}
    assert set(days.values()) == {31}
    free = [r for r in patrol["rows"] if r["nobody"]]
    assert free
    assert all(r["rate"] < 0.2 for r in free)  # nobody is in charge: only where somebody else came by
    let = coverage(one, area="990101001", by="community", rule="ZF-LET")
    assert all(r["before"] is not None for r in let["rows"])
    assert {r["rank"] for r in let["rows"]} <= set(range(1, len(let["rows"]) + 1))
    assert let["total"]["covered"] <= let["total"]["done"] + let["total"]["late"]


def test_who_has_no_duty_towards_residents_counts_the_rest(client):
    analyst, clerk = client("analyst"), client("county")
    mine, theirs = coverage(analyst, by="rule"), coverage(clerk, by="rule")
    codes = {r["code"] for r in mine["rows"]}
    assert "AQ-KEY" in codes
    assert not codes & {"RY-ALONE", "ZF-LET", "XF-LEAFLET", "RY-LOW"}
    assert "独居老人每周探访" in mine["hidden"]
    assert theirs["hidden"] == []
    assert {"RY-ALONE", "ZF-LET"} <= {r["code"] for r in theirs["rows"]}
    shared = {r["code"]: r["total"] for r in theirs["rows"] if r["code"] in codes}
    assert {r["code"]: r["total"] for r in mine["rows"]} == shared


def test_what_she_sees_a_part_of_is_not_shown_as_the_whole(client):
    """An officer asks by community: the counts are those of her own cells, and no community's."""
    one = client("officer")
    mine, cells = coverage(one, area="990101"), coverage(one, area="990101", by="cell")
    assert [r["key"] for r in mine["rows"]] == [0]
    assert mine["rows"][0]["rank"] is None
    assert mine["total"]["total"] > 0
    assert {r["key"] for r in cells["rows"]} >= {r["key"] for r in cells["rows"] if r["code"]} != set()
    assert sum(r["total"] for r in cells["rows"]) == mine["total"]["total"]
    assert mine["partial"]
    assert mine["rows"][0]["name"] == "您辖区内的部分"
    assert coverage(client("street"), area="990101")["partial"]
    own = coverage(client("street"), area="990101001", by="officer")
    assert not own["partial"]
    assert {r["name"] for r in own["rows"] if r["key"] <= 0} <= {"无人负责", "辖区外的人员"}


def test_what_is_wrong_is_said(client):
    one = client("street")
    assert one.get("/api/v1/coverage", params={"period": "2026-13"}).status_code == 422
    assert one.get("/api/v1/coverage", params={"rule": "NO"}).json()["code"] == "rule.unknown"
    assert one.get("/api/v1/coverage", params={"area": "990101002"}).status_code == 404
    assert one.put("/api/v1/rules/ZF-LET", json={"fields": {"amount": "2"}}).status_code == 403


def test_rules_are_listed_set_and_retired(client):
    one, boss = client("county"), client("admin")
    known = one.get("/api/v1/rules", params={"day": "2026-11-20"}).json()["items"]
    assert len(known) >= 25
    refused = one.put("/api/v1/rules/ZF-LET", json={"fields": {"amount": "2"}})
    assert (refused.status_code, refused.json()["code"]) == (403, "rule.elsewhere")
    wrong = boss.put("/api/v1/rules/T-ONE", json={"fields": {"name": "试", "target": "moon"}})
    assert (wrong.status_code, wrong.json()["code"]) == (422, "rule.field")
    fields = {"name": "试行", "target": "facility", "activity": "check", "period": "month"}
    made = boss.put("/api/v1/rules/T-ONE", json={"fields": fields, "day": "2030-01-01"})
    assert made.json()["version"] == 1, made.text
    # what was read may be sent back as it is, with one number changed
    rule = next(
        r for r in boss.get("/api/v1/rules", params={"day": "2030-01-01"}).json()["items"] if r["code"] == "T-ONE"
    )
    back = {
        name: rule[name] for name in ("name", "target", "kinds", "activity", "modes", "document", "amount", "rate")
    }
    again = boss.put("/api/v1/rules/T-ONE", json={"fields": back | {"amount": 2}, "day": "2030-01-15"})
    assert again.status_code == 200, again.text
    often = boss.put("/api/v1/rules/T-ONE", json={"fields": {"amount": 400}, "day": "2030-01-20"})
    assert (often.status_code, often.json()["code"]) == (422, "rule.field")
    assert "规则的“数量”不能是“400”" in often.json()["title"] + often.json()["detail"]
    no = client("officer").put("/api/v1/rules/T-ONE", json={"fields": {}}).json()
    assert "维护规则和代码" in no["title"] + no["detail"]
    gone = boss.delete("/api/v1/rules/T-ONE", params={"day": "2030-02-01"})
    assert gone.status_code == 200
    every = boss.get("/api/v1/rules", params={"every": True}).json()["items"]
    assert [(r["version"], r["retired"]) for r in every if r["code"] == "T-ONE"] == [
        (1, False),
        (2, False),
        (3, True),
    ]
    planned = boss.get("/api/v1/rules", params={"planned": True}).json()["items"]
    assert [r["version"] for r in planned if r["code"] == "T-ONE"] == [1, 2, 3]
    for version in (3, 2, 1):
        assert boss.delete("/api/v1/rules/T-ONE/planned").json()["version"] == version
    assert boss.delete("/api/v1/rules/T-ONE/planned").status_code == 404
    assert one.delete("/api/v1/rules/ZF-LET/planned").status_code == 403


@pytest.mark.parametrize("reason", ["", "x", "长" * 201])
def test_an_excuse_needs_a_reason(client, reason):
    body = {"rule": "XC-DAY", "target": 1, "opens": "2026-10-01", "reason": reason}
    assert client("street").post("/api/v1/obligations/excuse", json=body).status_code == 422


def test_an_excused_obligation_is_out_of_the_count_and_comes_back(client):
    one = client("county")
    before = coverage(one, by="cell", rule="XC-DAY", as_of="2099-12-31")
    row = next(r for r in before["rows"] if r["overdue"] and r["code"])
    with_reason = {"rule": "XC-DAY", "target": row["key"], "opens": None, "reason": "道路封闭施工"}
    for day in range(1, 32):  # the first day of the month on which nobody came
        with_reason["opens"] = f"2026-10-{day:02}"
        assert one.post("/api/v1/obligations/excuse", json=with_reason).status_code == 204
        after = coverage(one, by="cell", rule="XC-DAY", as_of="2099-12-31")
        if after["total"]["excused"]:
            break
    assert after["total"]["excused"] == 1
    assert after["total"]["total"] == before["total"]["total"] - 1
    for taken in range(1, day + 1):
        body = {**with_reason, "opens": f"2026-10-{taken:02}", "reason": None}
        assert one.post("/api/v1/obligations/excuse", json=body).status_code == 204
    assert coverage(one, by="cell", rule="XC-DAY", as_of="2099-12-31")["total"] == before["total"]
    elsewhere = {**with_reason, "target": 990102001001 * 8192 + 1}
    assert client("street").post("/api/v1/obligations/excuse", json=elsewhere).status_code == 404


def test_the_workbook_is_a_job_and_its_file_the_callers_own(client, app, monkeypatch):
    street, county = client("street"), client("county")
    for wrong, code in (({"period": "2026-13"}, "period.malformed"), ({"rule": "NO"}, "rule.unknown"),
                        ({"area": "990102"}, "area.unknown")):  # fmt: skip
        refused = street.post("/api/v1/coverage/file", params={"period": "2026-10", **wrong})
        assert (refused.status_code in (404, 422), refused.json()["code"]) == (True, code)
    assert client("officer").post("/api/v1/coverage/file").status_code == 403
    asked = {"area": "990101001", "period": "2026-10", "as_of": "2026-11-20", "checked_by": "审核员"}
    number = street.post("/api/v1/coverage/file", params=asked).json()["job"]
    assert street.get(f"/api/v1/jobs/{number}/file").json()["code"] == "job.no_file"
    Worker(app.state.settings).run(once=True)
    job = street.get(f"/api/v1/jobs/{number}").json()
    assert job["state"] == "done", job
    assert job["result"]["total"] == coverage(street, area="990101001")["total"]["total"]
    got = street.get(f"/api/v1/jobs/{number}/file")
    assert got.headers["content-type"].endswith("sheet")
    assert unquote(got.headers["content-disposition"]).endswith("-20261001-20261031.xlsx")
    book = openpyxl.load_workbook(io.BytesIO(got.content))
    assert book.sheetnames[0] == "按社区"
    assert "审核员" in "".join(str(c.value) for row in book["按社区"].iter_rows(max_row=3) for c in row)
    assert county.get(f"/api/v1/jobs/{number}/file").status_code == 404
    monkeypatch.setattr(jobs, "_seen", lambda _: "she was given other ground")
    assert street.get(f"/api/v1/jobs/{number}/file").status_code == 404


def test_the_list_of_gaps_is_taken_away_whole(client, app):
    street = client("street")
    asked = {"area": "990101001", "kind": "cell_nobody", "sort": "days"}
    assert street.post("/api/v1/gaps/file", params={**asked, "kind": "no_such"}).json()["code"] == "gaps.kind"
    assert client("officer").post("/api/v1/gaps/file").status_code == 403
    number = street.post("/api/v1/gaps/file", params=asked).json()["job"]
    Worker(app.state.settings).run(once=True)
    job = street.get(f"/api/v1/jobs/{number}").json()
    assert job["state"] == "done", job
    got = street.get(f"/api/v1/jobs/{number}/file")
    assert "缺漏清单" in unquote(got.headers["content-disposition"])
    lines = [list(row) for row in openpyxl.load_workbook(io.BytesIO(got.content)).active.values]
    head = next(k for k, line in enumerate(lines) if line[0] == "缺漏")
    listed = street.get("/api/v1/gaps", params={**asked, "limit": 1000}).json()
    assert len(lines) - head - 1 == len(listed["rows"]) == listed["counts"]["cell_nobody"] == job["result"]["rows"]
    assert {line[0] for line in lines[head + 1 :]} == {"网格无人负责"}


def test_the_workbook_of_an_area_that_is_seen_in_part_speaks_the_callers_language(client, app):
    street = client("street")
    asked = {"area": "990101", "period": "2026-10", "as_of": "2026-11-20"}
    made = street.post("/api/v1/coverage/file", params=asked, headers={"Accept-Language": "en"})
    assert made.status_code == 202, made.text
    Worker(app.state.settings).run(once=True)
    got = street.get(f"/api/v1/jobs/{made.json()['job']}/file")
    assert openpyxl.load_workbook(io.BytesIO(got.content)).sheetnames[0] == "By community"


def test_an_officer_reads_her_own_plan_and_brings_it_back(client):
    """From the API as from the command line: read, taken as a workbook, filled in, imported."""
    one = client("officer")
    plan = one.get("/api/v1/plan", params={"as_of": "2026-11-20", "all": True}).json()
    assert plan["lines"]
    assert [line["row"] for line in plan["lines"]] == list(range(1, len(plan["lines"]) + 1))
    late = [line["late"] > 0 for line in plan["lines"]]
    assert late == sorted(late, reverse=True)
    assert {line["lon"] is None for line in plan["lines"] if line["target"] == "person"} == {False}
    assert any(line["name"] and "*" not in line["name"] for line in plan["lines"] if line["target"] == "person")
    number = plan["officer"]["number"]
    clerk = client("street")
    book = clerk.get("/api/v1/plan/file", params={"officer": number, "as_of": "2026-11-20"})
    assert book.headers["content-type"].endswith("sheet")
    page = clerk.get("/api/v1/plan/file", params={"officer": number, "as_of": "2026-11-20", "format": "html"})
    assert "<svg" in page.text
    assert clerk.get("/api/v1/plan").status_code == 404  # has no post herself
    assert one.get("/api/v1/plan", params={"officer": "W999999"}).json()["code"] == "plan.officer.unknown"


def test_down_to_the_single_overdue_door(client):
    """The statuses listed one by one are those that were counted; a page joins the next."""
    clerk = client("street")
    cells = coverage(clerk, area="990101001", by="cell")
    one = max((r for r in cells["rows"] if r["code"]), key=lambda r: r["overdue"])
    seen, cursor = [], None
    while True:
        more = {"cursor": cursor} if cursor else {}
        page = clerk.get(
            "/api/v1/obligations", params={**OCTOBER, "area": "990101001", "cell": one["code"], "limit": 50, **more}
        ).json()
        seen += page["rows"]
        cursor = page["next"]
        if cursor is None:
            break
    for status in ("done", "late", "overdue", "refused", "not_found", "nobody", "due", "excused"):
        assert sum(r["status"] == status for r in seen) == one[status], status
    assert len({(r["rule"], r["target_id"], r["opens"]) for r in seen}) == len(seen)
    late = clerk.get(
        "/api/v1/obligations",
        params={**OCTOBER, "area": "990101001", "cell": one["code"], "status": "overdue", "limit": 1000},
    ).json()
    assert all(r["late"] > 0 and r["officer"] for r in late["rows"])
    assert {r["status"] for r in late["rows"]} == {"overdue"}
    door = next(r for r in late["rows"] if r["target"] == "dwelling")
    assert door["place"]
    assert door["lon"]
    assert clerk.get("/api/v1/obligations", params={"status": "nonsense"}).json()["code"] == "tasks.status"
    assert clerk.get("/api/v1/obligations", params={"cursor": "x"}).status_code == 422
    assert clerk.get("/api/v1/obligations", params={"cell": "990101002001001"}).json()["rows"] == []
    shapes = clerk.get("/api/v1/coverage/geojson", params={**OCTOBER, "area": "990101001", "by": "cell"}).json()
    rates = {f["properties"]["code"]: f["properties"]["rate"] for f in shapes["features"]}
    assert rates[one["code"]] == pytest.approx(one["rate"])
    mine = clerk.get(
        "/api/v1/obligations", params={**OCTOBER, "area": "990101001", "officer": door["number"], "limit": 500}
    ).json()
    assert {r["number"] for r in mine["rows"]} == {door["number"]}


def test_an_officer_is_told_of_the_residents_in_her_cells(client):
    """Her cells are a part of the community: what she is told of is counted, so nothing is named as left out."""
    mine = coverage(client("officer"), by="rule")
    assert "RY-ALONE" in {r["code"] for r in mine["rows"]}
    assert mine["hidden"] == []


def test_late_entries_can_be_told_from_an_export(client):
    answer = client("street").get("/api/v1/exports/visits", params={"area": "990101001001", "format": "csv"})
    assert answer.status_code == 200, answer.text
    assert {"at", "recorded_at", "far_m", "unconfirmed"} <= set(
        answer.text.splitlines()[0].lstrip("\ufeff").split(",")
    )
