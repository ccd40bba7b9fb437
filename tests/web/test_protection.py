"""Who gets what over HTTP: sign-in, cross-site requests, scope, headers, errors."""

import json

import pytest

from gridsvc.domain.roles import PERMISSIONS
from gridsvc.services import users
from gridsvc.store.tx import SYSTEM, begin
from tests.web import asking
from tests.web.asking import filled
from tests.web.conftest import LOGINS

PERMITTED = {"none", *PERMISSIONS["system"]}


def test_every_operation_declares_its_permission(app):
    for method, path, operation in asking.operations(app.openapi()):
        assert operation.get("x-permission") in PERMITTED, f"{method} {path}"


def test_nobody_gets_nothing(app, client):
    one = client()
    for method, path, operation in asking.operations(app.openapi()):
        if operation["x-permission"] == "none":
            continue
        answer = one.request(method, filled(path))
        assert answer.status_code == 401, f"{method} {path}"
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.headers["www-authenticate"] == "Bearer"


@pytest.mark.parametrize("role", LOGINS)
def test_a_role_without_the_permission_is_refused_everywhere(app, client, role):
    """403 before anything else is looked at, so an error text cannot tell what there is."""
    one = client(role)
    for method, path, operation in asking.operations(app.openapi()):
        need = operation["x-permission"]
        if need == "none" or need in PERMISSIONS[role]:
            continue
        more = asking.body(app.openapi(), path, operation)
        answer = one.request(method, filled(path), params=asking.query(operation), **more)
        assert answer.status_code in (403, 404), f"{role} {method} {path}: {answer.text}"
        if answer.status_code == 404:  # its own record is looked up first; it is not there for anybody
            assert "{number}" in path


def test_a_session_needs_the_header_of_our_own_pages(app, client):
    one = client("street")
    del one.headers["x-requested-with"]
    answer = one.post("/api/v1/tokens", json={"name": "x"})
    assert (answer.status_code, answer.json()["code"]) == (403, "auth.cross_site")
    assert one.get("/api/v1/me").status_code == 200  # reading needs none


def test_a_token_works_without_a_session(app, client):
    token = client("analyst").post("/api/v1/tokens", json={"name": "notebook", "days": 7}).json()["token"]
    one = client()
    del one.headers["x-requested-with"]
    head = {"Authorization": f"Bearer {token}"}
    assert one.get("/api/v1/me", headers=head).json()["role"] == "analyst"
    assert one.get("/api/v1/me", headers={"Authorization": "Bearer gst_wrong"}).status_code == 401
    listed = client("analyst").get("/api/v1/tokens").json()["items"]
    number = next(t["id"] for t in listed if t["name"] == "notebook")
    assert client("street").delete(f"/api/v1/tokens/{number}").status_code == 404
    assert client("analyst").delete(f"/api/v1/tokens/{number}").status_code == 204
    assert one.get("/api/v1/me", headers=head).status_code == 401


def test_records_out_of_scope_are_404_with_the_same_words_as_none(db, client):
    with begin(db, SYSTEM, "rows") as tx:
        far = tx.conn.execute(
            "SELECT id FROM event WHERE cell_key >> 13 >= 990101002000 AND cell_key >> 13 < 990101003000 LIMIT 1"
        ).fetchone()["id"]
    one = client("community")
    there, nowhere = one.get(f"/api/v1/events/{far}"), one.get("/api/v1/events/999999999")
    assert (there.status_code, nowhere.status_code) == (404, 404)
    for answer in (there, nowhere):
        assert set(answer.json()) == {"type", "title", "status", "code", "detail"}
    assert there.json()["code"] == nowhere.json()["code"]
    assert there.json()["detail"].replace(str(far), "#") == nowhere.json()["detail"].replace("999999999", "#")
    for path in (
        "/api/v1/heat?area=990101002&period=2026-10",
        "/api/v1/closing?area=990101002&period=2026-10",
        "/api/v1/closing/gaps?area=990101002&period=2026-10",
        "/api/v1/gaps?area=990101002",
        "/api/v1/exports/events?area=990101002&format=csv",
    ):
        assert one.get(path).status_code == 404, path


def test_lists_hold_what_the_scope_holds(db, client):
    me = client("community").get("/api/v1/me").json()
    with begin(db, SYSTEM, "rows") as tx:
        want = {
            r["id"]
            for r in tx.conn.execute("SELECT id FROM event WHERE cell_key >> 13 = %s", [int(me["area"])]).fetchall()
        }
    seen, cursor = set(), None
    one = client("community")
    while True:
        page = one.get("/api/v1/events", params={"limit": 1000, **({"cursor": cursor} if cursor else {})}).json()
        assert not seen & {r["id"] for r in page["items"]}
        seen |= {r["id"] for r in page["items"]}
        cursor = page["next"]
        if not cursor:
            break
    with begin(db, SYSTEM, "rows") as tx:
        nowhere = {r["id"] for r in tx.conn.execute("SELECT id FROM event WHERE cell_key = 0").fetchall()}
    assert seen - nowhere == want


def test_a_disabled_account_gets_not_even_a_stored_tile(db, client):
    number, _ = users.add(db, SYSTEM, users.NewUser("gone", "走", "analyst", "990101", demo=True))
    one = client()
    assert one.post("/api/v1/auth/demo", json={"login": "gone"}).status_code == 204
    paths = [
        filled(f"/tiles/{layer}/{{z}}/{{x}}/{{y}}.mvt") for layer in ("base", "areas", "cells", "heat", "events")
    ]
    for path in paths:
        assert one.get(path).status_code == 200, path
    users.disable(db, SYSTEM, "gone")
    import time

    for _ in range(50):  # the notification comes through the database
        if one.get(paths[0]).status_code == 401:
            break
        time.sleep(0.1)
    for path in [*paths, "/api/v1/me", "/tiles/index.json"]:
        assert one.get(path).status_code == 401, path
    assert number


def test_wrong_passwords_are_401_and_lock(client):
    one = client()
    for _ in range(5):
        answer = one.post("/api/v1/auth/login", json={"login": "shenji", "password": "wrong wrong wrong"})
        assert answer.json()["code"] == "auth.wrong"
    assert (
        one.post("/api/v1/auth/login", json={"login": "shenji", "password": "x" * 12}).json()["code"] == "auth.locked"
    )


def test_cookies_and_headers(client):
    one = client()
    answer = one.post("/api/v1/auth/demo", json={"login": "jiedao"})
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie
    page = one.get("/map")
    policy = page.headers["content-security-policy"]
    assert "default-src 'self'" in policy
    assert "unsafe-eval" not in policy
    assert page.headers["x-content-type-options"] == "nosniff"
    assert one.post("/api/v1/auth/logout").status_code == 204
    assert one.get("/api/v1/me").status_code == 401


def test_pages_send_strangers_to_the_sign_in(client):
    one = client()
    for path in ("/", "/map", "/closing", "/docs"):
        answer = one.get(path, follow_redirects=False)
        assert answer.status_code == 303
        assert answer.headers["location"].startswith("/login")
    assert one.get("/login").status_code == 200


def test_errors_speak_the_callers_language_and_name_the_remedy(client):
    one = client("county")
    zh = one.get("/api/v1/heat?by=people").json()
    en = one.get("/api/v1/heat?by=people&lang=en").json()
    assert zh["code"] == en["code"]
    assert zh["title"] != en["title"]
    wrong = one.get("/api/v1/heat?period=yesterday")
    assert wrong.status_code == 422
    assert "yesterday" in wrong.json()["detail"]
    assert one.get("/nowhere").headers["content-type"] == "application/problem+json"
    assert one.put("/api/v1/me").status_code == 405


def test_a_body_that_is_too_large_or_no_text(client):
    one = client("county")
    large = one.post("/api/v1/divisions", content=b"x" * 3_000_000, headers={"content-type": "application/json"})
    assert large.status_code == 413
    surrogate = one.post(
        "/api/v1/auth/login",
        content=json.dumps({"login": "\ud800", "password": "\udfff" * 12}),
        headers={"content-type": "application/json"},
    )
    assert surrogate.status_code in (401, 422)
    zero = one.get("/api/v1/events", params={"area": "a\x00b"})
    assert zero.status_code in (404, 422)


def test_the_size_is_counted_also_without_a_length(client):
    def endless():
        for _ in range(40):
            yield b"x" * 100_000

    answer = client("county").post(
        "/api/v1/divisions", content=endless(), headers={"content-type": "application/json"}
    )
    assert answer.status_code == 413


def test_forged_cookies_and_tokens(client):
    one = client()
    for value in ("x", "a.b.c", "%00", "é"):
        one.cookies.set("gridsvc_session", value.encode("ascii", "ignore").decode() or "q")
        assert one.get("/api/v1/me").status_code == 401


def test_parallel_requests_of_two_people_do_not_mix(app, client):
    from concurrent.futures import ThreadPoolExecutor

    pair = {role: client(role) for role in ("community", "street", "officer", "county")}
    own = {role: one.get("/api/v1/closing?period=2026").json()["area"] for role, one in pair.items()}
    assert len(set(own.values())) >= 3

    def ask(i):
        role = list(pair)[i % len(pair)]
        return role, pair[role].get("/api/v1/closing?period=2026").json()["area"]

    with ThreadPoolExecutor(4) as many:
        for role, area in many.map(ask, range(48)):
            assert area == own[role]


def test_a_character_the_database_cannot_keep_is_refused(client):
    one = client("analyst")
    answer = one.post("/api/v1/tokens", json={"name": "k\x00x", "days": 1})
    assert answer.status_code == 422


def test_the_way_back_after_signing_in_keeps_what_was_asked_for(client):
    answer = client().get("/?cell=990101001001001", follow_redirects=False)
    assert answer.status_code == 303
    assert answer.headers["location"] == "/login?next=%2F%3Fcell%3D990101001001001"
