"""Roles × operations: rows with a marker are planted on foreign ground, and every route is asked for them in every way
that the OpenAPI document knows. No answer, list, tile, export, search, job result or error text may hold a marker."""

from __future__ import annotations

import gzip
import io
import zipfile

import pytest

from gridsvc.domain.records import WORDS
from gridsvc.domain.roles import PERMISSIONS
from gridsvc.store.tx import begin
from tests.store import matrix
from tests.web import asking
from tests.web.conftest import LOGINS

CELL_T = "990101002001001"
BOX = "118.5,31.3,118.8,31.6"
TILE = {"z": 9, "x": 424, "y": 208}
# whole kinds of rows are searched by these parameters of the lists
SEARCHED = ("name", "number", "street")


@pytest.fixture(scope="module")
def ground(thin_name):
    return thin_name


@pytest.fixture(scope="module")
def planted(server, db):
    found = matrix.plant(server, db)
    with matrix.owner(server, db) as conn:
        conn.execute("UPDATE event SET class_id = 1 WHERE source_key LIKE 'ZQ%'")
    return found


@pytest.fixture(scope="module")
def hidden(db, planted):
    """Role → markers of rows that she must not see, by the rule."""
    out = {}
    with matrix_tables(db) as tables:
        for role, caller in matrix.people(db).items():
            with begin(db, caller, "read") as tx:
                out[role] = {m for m, p in planted.items()
                             if not matrix.sees(tx.who, tables[p["table"]], p["table"], {**p["row"], "cell_key": p["key"]})}  # fmt: skip
    return out


def matrix_tables(db):
    from contextlib import contextmanager

    @contextmanager
    def opened():
        with db.connection() as conn:
            yield matrix.classes(conn)

    return opened()


def text_of(answer):
    """The body as text; what is packed is unpacked."""
    body = answer.content
    if body[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(body)) as z:
            return " ".join(z.read(n).decode("utf-8", "replace") for n in z.namelist())
    if body[:2] == b"\x1f\x8b":
        body = gzip.decompress(body)
    return body.decode("utf-8", "replace")


def variants(operation, planted, layer):
    """Ways to ask: as it is, for the foreign area, cell and box, and for the markers themselves."""
    names = {p["name"] for p in operation.get("parameters", ()) if p["in"] == "query"}
    base = asking.query(operation)
    if layer:  # files: whole ones of some kinds, the foreign street of all
        if layer in ("hazards", "people", "organisations", "officers", "posts"):
            yield from (base, {"format": "geojson"}, {"format": "xlsx"})
        yield {"area": "990101002"}
        return
    yield base
    for more in ({"area": "990101002"}, {"cell": CELL_T}, {"bbox": BOX}, {"current": "false"},
                 {"area": "990101002", "by": "cell"}):  # fmt: skip
        if set(more) <= names:
            yield base | more
    for name in SEARCHED:
        if name in names:
            yield base | {name: next(iter(planted))}


@pytest.fixture
def asker(client):
    """A client of a role, with a session or, as scripts and notebooks do it, with a token."""

    def make(role, way):
        if way == "session":
            return client(role)
        made = client(role).post("/api/v1/tokens", json={"name": "matrix", "days": 1})
        one = client()
        one.headers["Authorization"] = f"Bearer {made.json()['token']}"
        return one

    return make


# tests/store asks for every role in each run; by HTTP those with the least and the widest sight, the others in `make soak`
_EACH_RUN = [("officer", "session"), ("street", "session"), ("analyst", "session"), ("officer", "token")]
WAYS = [*_EACH_RUN, *(pytest.param(*way, marks=pytest.mark.soak)
                      for way in (*((role, "session") for role in LOGINS), ("community", "token"), ("analyst", "token"))
                      if way not in _EACH_RUN)]  # fmt: skip


@pytest.mark.parametrize(("role", "way"), WAYS)
def test_no_answer_holds_a_row_of_foreign_ground(app, asker, planted, hidden, role, way):
    one, document, asked = asker(role, way), app.openapi(), 0
    for method, path, operation in asking.operations(document):
        if method != "get" or "{number}" in path:
            continue
        layers = [None]
        if "{layer}" in path:
            patterns = (p["schema"]["pattern"] for p in operation["parameters"] if p["name"] == "layer")
            layers = next(patterns).strip("^$()").split("|")
        for layer in layers:
            for params in variants(operation, planted, layer):
                answer = one.get(asking.filled(path, layer=layer, code=CELL_T, **TILE), params=params)
                asked += 1
                assert answer.status_code < 500, f"{path} {params}: {answer.text[:200]}"
                leaked = {m for m in hidden[role] if m in text_of(answer)}
                assert not leaked or _only_repeats(answer, params, leaked), (
                    f"{role} {path} {layer} {params}: {leaked}"
                )
    assert asked > 150


def _only_repeats(answer, params, leaked):
    """An error may say again what the caller herself has asked for."""
    return answer.status_code >= 400 and leaked <= {str(v) for v in params.values()}


@pytest.mark.parametrize(("role", "way"), WAYS)
def test_foreign_numbers_are_404_in_every_operation(app, asker, planted, hidden, role, way):
    """Reading, changing, ending, merging, revealing, cancelling: a foreign row is not there, whoever asks how."""
    one, document = asker(role, way), app.openapi()
    tables = {**WORDS, "imports": "import_batch", "jobs": "job", "attachments": "attachment"}
    for method, path, operation in asking.operations(document):
        word = path.removeprefix("/api/v1/").split("/")[0]
        if "{number}" not in path or word not in tables:
            continue
        for mark in hidden[role]:
            p = planted[mark]
            if p["table"] != tables[word]:
                continue
            more = asking.body(document, path, operation)
            answer = one.request(method, asking.filled(path, number=p["id"]), headers={"If-Match": '"1"'}, **more)
            allowed = operation["x-permission"] in PERMISSIONS[role]
            assert answer.status_code == 404 or (not allowed and answer.status_code == 403), (
                f"{role} {method} {path} {p['id']}: {answer.status_code} {answer.text[:200]}"
            )
            assert not any(m in answer.text for m in hidden[role])


@pytest.mark.parametrize("role", LOGINS)
def test_a_merge_with_a_foreign_record_is_404(app, client, db, planted, hidden, role):
    """The other record is looked for with the caller's own eyes."""
    one = client(role)
    if "edit" not in PERMISSIONS[role]:
        return
    for mark in hidden[role]:
        p = planted[mark]
        if p["table"] not in ("hazard", "organisation"):
            continue
        word = next(w for w, k in WORDS.items() if k == p["table"])
        listed = one.get(f"/api/v1/{word}", params={"limit": 1}).json()["items"]
        if not listed:
            continue
        answer = one.post(f"/api/v1/{word}/{listed[0]['id']}/merge", json={"other": p["id"]},
                          headers={"If-Match": f'"{listed[0]["etag"]}"'})  # fmt: skip
        assert answer.status_code == 404, f"{role} {word}: {answer.text[:200]}"


@pytest.mark.parametrize("role", ["officer", "community", "street", "county", "analyst"])
def test_counts_and_aggregates_are_those_of_the_scope(client, db, role):
    """Totals of heat and closing are the rows that the caller may see inside the area she asks about, no more."""
    caller = matrix.people(db)[role]
    one = client(role)
    heat = one.get("/api/v1/heat/legend", params={"period": "all"}).json()
    report = one.get("/api/v1/closing", params={"period": "all"}).json()
    with begin(db, caller, "read") as tx:
        lo, hi = (
            tx.conn.execute("SELECT lower(app_key_range(%s)), upper(app_key_range(%s))", [heat["area"]] * 2)
            .fetchone()
            .values()
        )
        n = tx.conn.execute(
            "SELECT count(*) AS n FROM event WHERE cell_key >= %s AND cell_key < %s", [lo, hi]
        ).fetchone()["n"]
    assert heat["total"] == n
    assert report["total"]["received"] + report["total"].get("void", 0) in (n, n + report["total"].get("void", 0))


def test_what_the_officer_lists_is_what_her_cells_hold(app, client, db, planted):
    """Everything that the officer's session can list, kind by kind, lies in her own cells."""
    one = client("officer")
    own = set(one.get("/api/v1/me").json()["cells"])
    assert own
    open_kinds = {
        "buildings",
        "addresses",
        "estates",
        "resident-groups",
        "resident_groups",
        "units",
        "facilities",
        "components",
    }
    for word in WORDS:
        if word in open_kinds or word == "base_features":
            continue
        answer = one.get(f"/api/v1/{word}", params={"limit": 1000})
        assert answer.status_code == 200, (word, answer.text[:200])
        cells = {r["cell_code"] for r in answer.json()["items"]}
        assert cells <= own | {""}, word
