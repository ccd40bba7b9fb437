"""The matrix of roles, tables and verbs; and that no policy can go without anybody noticing (soak)."""

import re

import pytest

from gridsvc import paths
from gridsvc.errors import GridError
from gridsvc.store.tx import begin
from tests.store import matrix


@pytest.fixture
def own_town(fresh, thin_name):
    return fresh(thin_name)


@pytest.fixture
def planted(server, own_town):
    found = matrix.plant(server, own_town)
    matrix.add_own(server, own_town)
    return found


def test_every_role_reads_and_writes_what_the_rule_says(server, own_town, planted):
    tables = {p["table"] for p in planted.values()}
    with matrix.owner(server, own_town) as conn:
        classes = matrix.classes(conn)
    assert tables == {t for t, c in classes.items() if c in ("scope", "person")}
    assert matrix.problems(server, own_town, planted) == []


def test_functions_give_nothing_away(server, own_town, planted):
    """Every function that reads a table runs with the caller's rights; views do not exist, or do so, too."""
    with matrix.owner(server, own_town) as conn:
        views = conn.execute(
            "SELECT relname FROM pg_class WHERE relkind IN ('v', 'm') AND relnamespace = 'public'::regnamespace "
            "AND pg_get_userbyid(relowner) = 'gridsvc_owner'"
        ).fetchall()
        officers = [r["id"] for r in conn.execute("SELECT id FROM officer").fetchall()]
    assert views == []
    for role, caller in matrix.people(own_town).items():
        with begin(own_town, caller, "read") as tx:
            seen = {r["officer_id"] for r in tx.conn.execute("SELECT officer_id FROM post").fetchall()}
            for n in officers:
                got = tx.conn.execute("SELECT app_posts_scope(%s, app_today(), false) AS s", [n]).fetchone()["s"]
                assert not got or n in seen, role


def test_people_of_other_scopes_are_not_told_apart_by_errors(own_town, planted):
    """A key that exists but is not hers fails like one that does not exist."""
    clerk = matrix.people(own_town)["community"]
    for mark, p in planted.items():
        if p["table"] not in ("hazard", "organisation", "visit", "person", "dwelling"):
            continue
        said = set()
        for source_key in (mark, "not there"):
            with pytest.raises(GridError) as e, begin(own_town, clerk, "read") as tx:
                row = {**p["row"], "source_key": source_key}
                matrix._touch(tx.conn, "INSERT", p["table"], row)
            said.add(e.value.code)
        assert len(said) == 1


# ---- mutants -----------------------------------------------------------------------------------------------------

_POLICY = re.compile(r"CREATE POLICY (\w+) ON (\w+).*?;", re.DOTALL)


def mutants():
    """Each policy gone; each line of a condition that begins with OR or AND gone; each table unprotected."""
    for path in sorted(paths.sql("policies").glob("*.sql")):
        text = path.read_text(encoding="utf-8")
        for statement in _POLICY.finditer(text):
            name, table = statement[1], statement[2]
            drop = f"DROP POLICY {name} ON {table}"
            yield f"{table}.{name} dropped", [drop]
            lines = statement[0].splitlines()
            for i, line in enumerate(lines):
                if line.strip().startswith(("OR ", "AND ")):
                    ends = len(line) - len(line.rstrip(");"))
                    rest = [*lines[:i], *lines[i + 1 :]]
                    tail = line[len(line) - ends :] if ends else ""
                    balance = line.count("(") - line.count(")")
                    rest[i - 1] += ")" * -balance + (";" if tail.endswith(";") else "")
                    yield f"{table}.{name} without {line.strip()[:50]}", [drop, "\n".join(rest)]
        for table in re.findall(r"ALTER TABLE (\w+) ENABLE ROW LEVEL SECURITY", text):
            yield f"{table} unprotected", [f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY"]


@pytest.mark.soak
@pytest.mark.parametrize(("name", "statements"), list(mutants()), ids=lambda v: v if isinstance(v, str) else "")
def test_no_policy_can_go_unnoticed(server, fresh, thin_name, name, statements):
    db = fresh(thin_name)
    planted = matrix.plant(server, db)
    matrix.add_own(server, db)
    with matrix.owner(server, db) as conn:
        for statement in statements:
            conn.execute(statement)
    assert matrix.problems(server, db, planted), name
