"""Every SQL file is prepared against the migrated schema; the hot ones are explained under a worker's role."""

import re
import uuid

import psycopg
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg import sql

from gridsvc import paths
from gridsvc.services import ground
from gridsvc.store import filters, sqlfiles
from gridsvc.store.pool import Database
from gridsvc.store.tx import SYSTEM, begin, roll_back

NEEDS = re.compile(r"^-- needs: ([\w/, ]+)$", re.MULTILINE)
# What every statement about the stage table of a kind needs.
STAGE = ["{kind}/stage", "import/stage_known"]


def needed(name):
    """Statements that make the temporary tables of another one."""
    found = NEEDS.search(sqlfiles.file_of(name).read_text(encoding="utf-8"))
    names = [n.strip() for n in found[1].split(",")] if found else []
    kind = name.split("/")[0]
    return [m.format(kind=kind) for n in names for m in (STAGE if n == "stage" else [n])]


@pytest.fixture(scope="module")
def schema(server):
    """One empty database for all statements: what each of them makes is rolled back."""
    name = server.make("gridsvc")
    with Database(server.dsn(name).app, server.settings(name)) as db:
        yield db
    server.drop(name)


@pytest.mark.parametrize("name", sqlfiles.every())
def test_every_statement_can_be_prepared(schema, name):
    statement = sqlfiles.load(name)
    with begin(schema, SYSTEM, "jobs") as tx:
        for other in needed(name):
            tx.run(other, **dict.fromkeys(sqlfiles.load(other).params, 0))
        used = set(re.findall(r"%\((\w+)\)s", statement.text))
        assert used == set(statement.params), f"{name}: header and statement differ"
        numbers = {p: f"${i}" for i, p in enumerate(statement.params, 1)}
        text = re.sub(r"%\((\w+)\)s", lambda m: numbers[m[1]], statement.text).replace("%%", "%")
        if text.upper().startswith(("CREATE", "TRUNCATE", "DROP", "ANALYZE")):
            tx.conn.execute(statement.query, dict.fromkeys(statement.params, 0))
            roll_back()
        if statement.name.endswith("/list") and "filters and order come from" in sqlfiles.file_of(name).read_text():
            text += " WHERE false"
        types = ", ".join(t.replace("double", "double precision") for t in statement.params.values())
        own = "p" + uuid.uuid4().hex  # a prepared statement outlives the transaction
        tx.conn.execute(
            sql.SQL(f"PREPARE {own} ({types}) AS {text}") if types else sql.SQL(f"PREPARE {own} AS {text}")
        )
        roll_back()


@pytest.mark.parametrize("name", sqlfiles.every())
def test_every_statement_says_what_it_is_for(name):
    text = sqlfiles.file_of(name).read_text(encoding="utf-8")
    first = text.splitlines()[0]
    assert first.startswith("-- ")
    assert not first.startswith(("-- param", "-- index"))
    body = "\n".join(line for line in text.splitlines() if not line.startswith("--"))
    assert body.count(";") <= 1, "one statement a file"


def values(name):
    """Values for explaining a hot statement over the sample city."""
    box = {"west": 118.63, "south": 31.47, "east": 118.632, "north": 31.472}
    by_name = {
        **box,
        "day": "2026-11-20",
        "lon": 118.63,
        "lat": 31.47,
        "z": 15,
        "x": 27180,
        "y": 13356,
        "late": False,
        "outside": True,
        "division_id": None,
        "wkb": shapely.to_wkb(shapely.box(*box.values())),
        "most": 10,
        "classes": [1, 2, 3],
        "keys": [8112000000000000 + i for i in range(20)],
        "key": 8112000000000001,
        "start": "2026-10-01",
        "stop": "2026-11-01",
        "today": "2026-11-20",
        "rules": [1, 2, 3],
        "grain": "cell",
        "by_place": True,
        "months": ["2026-10-01"],
        "by": "cell",
        "not_found": ["moved"],
        "refused": ["refused"],
        "now": "2026-11-20",
        "clear": 1,
        "fill": 1,
        "lo": 990101001001 * 8192,
        "hi": 990101001002 * 8192,
        "id": 3,
        "posts": [19, 20],
        "before": "2026-11-01",
        "of_rules": ["RY-ALONE"],
        "status": [8],
        "after_due": "2026-10-02",
        "after_opens": "2026-10-01",
        "after_since": "2026-10-02",
        "after_key": 990101001001 * 8192 + 1,
        "after_kind": "missed",
        "after_target": "person",
        "after_id": 1,
        "after_rule": 1 if name.startswith("obligation") else "RY-ALONE",
        "last": "2026-11-22",
        "first": "2026-10-22",
        "fulfil": ["met"],
        "roads": ["南环路"],
        "numbers": [321],
        "houses": ["3幢"],
        "names": ["南环路", "宝塔小区"],
        "levels": ["number", "building"],
        "kinds": ["alias"],
        "buildings": [1, 2],
        "units": ["1", None],
        "rooms": ["101", "102"],
    }
    params = sqlfiles.load(name).params
    return {p: [by_name[p]] if t.endswith("[]") and p in SEVERAL else by_name[p] for p, t in params.items()}


SEVERAL = ("lo", "hi", "start", "stop", "grain")  # one in most statements, several in some


def test_every_index_line_is_understood():
    """One that is not would be a promise that nobody keeps."""
    files = [p for p in sorted({sqlfiles.file_of(n) for n in sqlfiles.every()}) if "-- index:" in p.read_text()]
    named = {sqlfiles.file_of(n) for n in HOT}
    assert [str(p) for p in files if p not in named] == []


HOT = [n for n in sqlfiles.every() if sqlfiles.load(n).indexes]


@pytest.mark.parametrize("name", HOT)
def test_the_index_can_be_used_under_row_security(city, name):
    """With sequential scans off the plan must find its index: it cannot when an operator is not leakproof."""
    statement = sqlfiles.load(name)
    with begin(city, SYSTEM, "jobs") as tx:
        tx.conn.execute("SELECT set_config('app.scope', '{[8110909440000000,8110917640000000)}', true)")
        tx.conn.execute("SET LOCAL enable_seqscan = off")
        plan = tx.conn.execute(sql.SQL("EXPLAIN ") + statement.query, values(name)).fetchall()
    text = "\n".join(next(iter(r.values())) for r in plan)
    used = re.findall(r"(?:Index (?:Only )?Scan using|Bitmap Index Scan on) (\w+)", text)
    assert set(used) & set(statement.indexes), text


def in_box(tx, box):
    near = ground.keys_near(tx, box)
    return filters.ListQuery(box=box, near=tuple(near.tolist()), most=100_000)


def scans(plan):
    """(kind of scan, table or index) of every node of a plan."""
    yield plan["Node Type"], plan.get("Index Name") or plan.get("Relation Name")
    for part in plan.get("Plans", ()):
        yield from scans(part)


def test_a_narrow_box_reads_few_rows(city):
    """The same without any help to the planner: the events of a few hundred metres do not cost the table."""
    with begin(city, SYSTEM, "jobs") as tx:
        text, params = filters.compose("event", in_box(tx, (118.63, 31.47, 118.632, 31.472)))
        plan = tx.conn.execute(sql.SQL("EXPLAIN (FORMAT JSON) ") + text, params).fetchone()
    found = set(scans(plan["QUERY PLAN"][0]["Plan"]))
    assert {("Bitmap Index Scan", "event_key"), ("Bitmap Index Scan", "event_outside")} <= found
    assert ("Seq Scan", "event") not in found


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.floats(118.5, 119), st.floats(31.3, 31.7), st.floats(1e-4, 0.3))
def test_a_box_finds_what_lies_in_it(city, west, south, width):
    """Events are found by the keys of the ground in a box: as many as by looking at the place of every one."""
    box = (west, south, west + width, south + width)
    with begin(city, SYSTEM, "jobs") as tx:
        found, _ = filters.page(tx, "event", in_box(tx, box))
        every = tx.conn.execute(
            "SELECT id FROM event WHERE geom && ST_MakeEnvelope(%s, %s, %s, %s, 4326)", box
        ).fetchall()
    assert {r["id"] for r in found} == {r["id"] for r in every}


def test_no_statement_is_written_in_python():
    """SQL lives in files; only the composer and the administrator's commands build any."""
    allowed = {
        "filters.py",
        "migrate.py",
        "embedded.py",
        "backup.py",
        "admin.py",
        "copyin.py",
        "listen.py",
        "tx.py",
        "pool.py",
    }
    for path in (paths.PACKAGE).rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        if re.search(r"\b(SELECT|INSERT INTO|UPDATE|DELETE FROM)\b [\w*%({]", text) and path.name not in allowed:
            hits = [
                line for line in text.splitlines() if re.search(r"\b(SELECT .* FROM|INSERT INTO|DELETE FROM)\b", line)
            ]
            # MBTiles and GeoPackages are SQLite files, not our database
            assert path.name in ("basemap.py", "vector.py") or not hits, f"{path}: {hits}"


def test_the_prepared_statement_stays_on_its_connection(db):
    with begin(db, SYSTEM, "jobs") as tx, pytest.raises(psycopg.errors.InvalidSqlStatementName):
        tx.conn.execute("EXECUTE p")
