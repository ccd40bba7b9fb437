"""Classes of tables, scopes, roles: what DESIGN §6 promises of the database, as far as it is filled."""

import itertools

import psycopg
import pytest

from gridsvc.domain import roles
from gridsvc.errors import ForbiddenError, MissingError, SignInError
from gridsvc.services import users
from gridsvc.store.tx import SYSTEM, Caller, begin

SCOPED = (
    "source", "column_map", "reconciliation", "difference", "correction", "review", "obligation", "visit_change", "coverage_sum", "coverage_stale", "checkin", "proposal", "gap", "gap_sum", "spotcheck", "spotcheck_item", "import_batch", "import_reject", "event", "rollup", "rollup_delta", "job", "organisation", "hazard",
    "hazard_source", "zone", "officer", "post", "visit", "attachment", "history", "subcell", "subcell_member",
)  # fmt: skip
PERSON = ("dwelling", "household", "person")
# the policies that narrow another one: (table, policy)
RESTRICTIVE = {
    (t, "person_scope")
    for t in (
        "import_reject",
        "visit",
        "attachment",
        "import_batch",
        "job",
        "correction",
        "review",
        "obligation",
        "coverage_sum",
        "proposal",
        "gap",
        "gap_sum",
        "spotcheck_item",
        "visit_change",
        "history",
        "reconciliation",
        "difference",
    )
} | {("coverage_sum", "whole")}
OWN = ("app_user", "token", "audit", "audit_seal")
OPEN = (
    "meta",
    "schema_migration",
    "area",
    "division",
    "cell",
    "cell_version",
    "base_feature",
    "estate",
    "building",
    "address",
    "event_class",
    "code",
    "resident_group",
    "unit",
    "facility",
    "component",
    "resident_figure",
    "upkeep",
    "retention",
    "area_recode",
    "place",
    "place_alias",
    "rule",
    "obligation_update",
    "gap_update",
    "coverage_day",
)


def callers(db):
    with begin(db, SYSTEM, "users") as tx:
        return {r["role"]: Caller(r["id"]) for r in tx.rows("user/list")}


def admin(server, db):
    name = psycopg.conninfo.conninfo_to_dict(db.dsn)["dbname"]
    return psycopg.connect(server.dsn(str(name)).admin, autocommit=True)


def test_every_table_names_its_class(server, city):
    with admin(server, city) as conn:
        rows = conn.execute(
            "SELECT relname, obj_description(oid, 'pg_class'), relrowsecurity AND relforcerowsecurity FROM pg_class "
            "WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'v', 'm') "
            "AND pg_get_userbyid(relowner) = 'gridsvc_owner'"
        ).fetchall()
    found = {name: (str(text).split(":")[0], forced) for name, text, forced in rows}
    assert set(found) == {*SCOPED, *PERSON, *OWN, *OPEN}
    for name, (text, forced) in found.items():
        classes = {"class=scope": SCOPED, "class=person": PERSON, "class=own": OWN, "class=open": OPEN}
        wanted = next(c for c, tables in classes.items() if name in tables)
        assert text == wanted, name
        assert forced == (wanted != "class=open"), name


def test_every_column_has_a_field_class(server, city):
    with admin(server, city) as conn:
        rows = conn.execute(
            "SELECT c.relname, a.attname, col_description(c.oid, a.attnum) FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid "
            "WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND a.attnum > 0 AND NOT a.attisdropped "
            "AND pg_get_userbyid(c.relowner) = 'gridsvc_owner'"
        ).fetchall()
    wrong = [
        f"{t}.{c}"
        for t, c, text in rows
        if str(text).split(":")[0] not in ("public", "internal", "personal", "sensitive")
    ]
    assert wrong == []


def test_the_application_owns_nothing_and_bypasses_nothing(server, city):
    with admin(server, city) as conn:
        row = conn.execute(
            "SELECT rolsuper, rolbypassrls, rolcreatedb, rolcreaterole FROM pg_roles WHERE rolname = 'gridsvc_app'"
        ).fetchone()
        assert row == (False, False, False, False)
        assert conn.execute("SELECT count(*) FROM pg_class WHERE relowner = 'gridsvc_app'::regrole").fetchone() == (
            0,
        )
        definer = conn.execute(
            "SELECT proname FROM pg_proc WHERE prosecdef AND pronamespace = 'public'::regnamespace "
            "AND pg_get_userbyid(proowner) = 'gridsvc_owner'"
        ).fetchall()
        assert definer == []
        narrowing = conn.execute(
            "SELECT c.relname, p.polname FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid WHERE NOT polpermissive"
        ).fetchall()
        assert set(narrowing) == RESTRICTIVE


def test_without_a_scope_there_are_no_rows(city):
    with city.connection() as conn:
        for table in (*SCOPED, *PERSON, *OWN):
            assert conn.execute(f"SELECT count(*) AS n FROM {table}").fetchone()["n"] == 0, table
        conn.execute("SELECT set_config('app.scope', '', false), set_config('app.role', '', false)")
        for table in (*SCOPED, *PERSON, *OWN):
            assert conn.execute(f"SELECT count(*) AS n FROM {table}").fetchone()["n"] == 0, table
        conn.execute("RESET ALL")


def test_the_scope_ends_with_the_transaction(city):
    with begin(city, SYSTEM, "read") as tx:
        assert tx.conn.execute("SELECT count(*) AS n FROM event").fetchone()["n"] > 0
        pid = tx.conn.info.backend_pid
    for _ in range(20):
        with city.connection() as conn:
            if conn.info.backend_pid == pid:
                assert conn.execute("SELECT count(*) AS n FROM event").fetchone()["n"] == 0
                assert (
                    conn.execute("SELECT NULLIF(current_setting('app.user_id', true), '') AS u").fetchone()["u"]
                    is None
                )


@pytest.mark.parametrize("role", list(roles.SIGN_IN))
def test_each_role_sees_exactly_the_keys_of_its_scope(city, role):
    who = callers(city)[role]
    with begin(city, SYSTEM, "read") as tx:
        everything = tx.conn.execute("SELECT id, cell_key FROM event").fetchall()
    with begin(city, who, "read") as tx:
        seen = {r["id"] for r in tx.conn.execute("SELECT id FROM event").fetchall()}
        ranges = tx.who.scope
    expected = {r["id"] for r in everything if any(a <= r["cell_key"] < b for a, b in ranges)}
    assert seen == expected
    sizes = {
        "officer": (1, 2000),
        "community": (500, 9000),
        "street": (5000, 24_900),
        "county": (24_000, 25_000),
        "analyst": (24_000, 25_000),
        "auditor": (0, 0),
        "admin": (25_000, 25_000),
    }
    assert sizes[role][0] <= len(seen) <= sizes[role][1]


@pytest.mark.parametrize("role", ["officer", "community", "street", "county", "analyst"])
def test_nobody_writes_outside_her_scope(own_city, role):
    who = callers(own_city)[role]
    with begin(own_city, SYSTEM, "read") as tx:
        row = tx.conn.execute(
            "SELECT * FROM event WHERE cell_key = 0 OR cell_key >= 990101002000::bigint * 8192 LIMIT 1"
        ).fetchone()
    with begin(own_city, who, "read") as tx:
        ranges = tx.who.scope
    foreign = 770101001001 * 8192 + 1
    assert not any(a <= foreign < b for a, b in ranges)
    with pytest.raises(MissingError), begin(own_city, who, "read") as tx:
        tx.conn.execute("UPDATE event SET cell_key = %s WHERE id = (SELECT min(id) FROM event)", (foreign,))
        if tx.conn.execute("SELECT count(*) AS n FROM event").fetchone()["n"] == 0:
            raise MissingError("nothing.to_move")
    if not any(a <= row["cell_key"] < b for a, b in ranges):
        with begin(own_city, who, "read") as tx:
            assert tx.conn.execute("DELETE FROM event WHERE id = %s", (row["id"],)).rowcount == 0


def test_accounts_are_for_the_administrator_and_each_persons_own(city):
    people = callers(city)
    for role, who in people.items():
        with begin(city, who, "read") as tx:
            seen = tx.conn.execute("SELECT id FROM app_user").fetchall()
        assert len(seen) == (len(people) + 1 if role in ("admin", "auditor") else 1), role


def test_the_audit_is_only_added_to(city):
    who = callers(city)["admin"]
    for statement in ("UPDATE audit SET action = 'x'", "DELETE FROM audit"):
        with pytest.raises(MissingError), begin(city, who, "audit") as tx:
            tx.conn.execute(statement)
    with pytest.raises(MissingError), begin(city, who, "audit") as tx:
        tx.conn.execute("INSERT INTO audit (user_id, action) VALUES (999999, 'forged')")


def test_a_disabled_account_is_out_at_once(own_city):
    people = callers(own_city)
    users.disable(own_city, SYSTEM, "wangge")
    with pytest.raises(SignInError), begin(own_city, people["officer"], "read"):
        pass


def test_a_permission_that_the_role_lacks(city):
    with pytest.raises(ForbiddenError), begin(city, callers(city)["officer"], "import"):
        pass


def test_hundreds_of_pooled_borrowings_by_changing_users_leak_nothing(city):
    people = callers(city)
    with begin(city, SYSTEM, "read") as tx:
        keys = {r["id"]: r["cell_key"] for r in tx.conn.execute("SELECT id, cell_key FROM event").fetchall()}
    order = list(itertools.islice(itertools.cycle(people.values()), 300))
    for who in order:
        with begin(city, who, "read") as tx:
            rows = tx.conn.execute("SELECT id FROM event TABLESAMPLE SYSTEM (2)").fetchall()
            assert all(any(a <= keys[r["id"]] < b for a, b in tx.who.scope) for r in rows)


def test_the_plan_needs_leakproof(server, fresh, city_name):
    """Without it the spatial index is not used under row security: that is what db check looks for."""
    db = fresh(city_name)
    with admin(server, db) as conn:
        conn.execute("ALTER FUNCTION geometry_overlaps(geometry, geometry) NOT LEAKPROOF")
        with begin(db, SYSTEM, "read") as tx:
            tx.conn.execute("SET LOCAL enable_seqscan = off")
            plan = tx.conn.execute(
                "EXPLAIN SELECT id FROM event WHERE cell_key = 0 AND geom && ST_MakeEnvelope(118, 31, 118.001, 31.001, 4326)"
            ).fetchall()
        assert "&&" not in str(plan).split("Filter")[0]  # no condition of an index
