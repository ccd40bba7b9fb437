"""Roles × tables × verbs, made from the schema: what each role reads and writes against what DESIGN §6 says.

``plant`` puts a row of every protected table on ground that is foreign to most roles; ``problems`` lists everything
that differs from the rule. The soak test drops the policies one by one and wants problems each time.
"""

from __future__ import annotations

import json
from typing import Any

import psycopg
from psycopg.conninfo import make_conninfo

from gridsvc.errors import GridError
from gridsvc.store.signin import anonymous
from gridsvc.store.tx import SYSTEM, Caller, begin

TOWN2 = 990101002001 * 8192 + 1  # a cell of the street that officer, clerk and street office are not in
ELSEWHERE = 990102001001 * 8192 + 1  # a county that nobody has
# what a column must hold whatever the marker; the rest of the text is free
FIXED: dict[str, Any] = {
    "state": {"event": "open", "import_batch": "applied", "job": "done", "correction": "open", "review": "open", "*": "found"},
    "decision": {"proposal": "kept", "*": "open"}, "date_precision": None, "what": {"review": "spelling", "spotcheck": "visits", "*": "missing"}, "result": "same", "media": "image/jpeg",
    "target": {"post": "cell", "*": "dwelling"}, "kind": {"job": "import", "checkin": "point", "post": "03", "gap": "missed", "*": "person"}, "class": "01",
    "grade": "1", "grain": "cell", "mode": "door", "outcome": "met", "entity": "person", "assign_status": "inside",
    "located_by": "survey", "end_reason": None, "step": "", "action": "import.change",
}  # fmt: skip
VALUES = {"bigint": 1, "integer": 1, "smallint": 1, "boolean": False, "date": "2026-10-01", "real": 1.0,
          "timestamp with time zone": "2026-10-01T00:00:00Z", "double precision": 0.5, "int8range": "[1,2)"}  # fmt: skip


def marker(ground: str, table: str, personal: bool) -> str:
    return f"ZQ{ground}x{table.replace('_', '')}x{int(personal)}Q"


def classes(conn: Any) -> dict[str, str]:
    """Table → class, from the schema's own comments."""
    rows = conn.execute(
        "SELECT relname, obj_description(oid, 'pg_class') AS text FROM pg_class WHERE relkind = 'r' "
        "AND relnamespace = 'public'::regnamespace AND pg_get_userbyid(relowner) = 'gridsvc_owner'"
    ).fetchall()
    return {r["relname"]: r["text"].split(":")[0].removeprefix("class=") for r in rows}


def columns(conn: Any, table: str) -> dict[str, tuple[str, bool]]:
    rows = conn.execute(
        "SELECT a.attname AS name, format_type(a.atttypid, a.atttypmod) AS type, a.attnotnull AS needed FROM pg_attribute a "
        "WHERE a.attrelid = %s::regclass AND a.attnum > 0 AND NOT a.attisdropped AND a.attidentity = '' AND a.attgenerated = ''",
        [table],
    ).fetchall()
    return {r["name"]: (r["type"], r["needed"]) for r in rows}


def owner(server: Any, db: Any) -> Any:
    name = psycopg.conninfo.conninfo_to_dict(db.dsn)["dbname"]
    return psycopg.connect(
        make_conninfo(server.logins.admin, dbname=name), autocommit=True, row_factory=psycopg.rows.dict_row
    )


def plant(server: Any, db: Any) -> dict[str, dict[str, Any]]:
    """Marker → table, id, key, personal of a row with this marker in every column of free text."""
    out = {}
    with owner(server, db) as conn:
        for table, class_ in classes(conn).items():
            if class_ not in ("scope", "person") or "cell_key" not in (known := columns(conn, table)):
                continue
            for ground, key in (("T", TOWN2), ("E", ELSEWHERE)):
                kinds = (False, True) if "personal" in known else (class_ == "person",)
                for personal in kinds:
                    mark = marker(ground, table, personal)
                    row = _row(table, known, mark, key, personal)
                    number = conn.execute(
                        f"INSERT INTO {table} ({', '.join(row)}) SELECT {', '.join('r.' + c for c in row)} "
                        f"FROM jsonb_populate_record(NULL::{table}, %s) r RETURNING {'id' if has_id(conn, table) else '0 AS id'}",
                        [json.dumps(row)],
                    ).fetchone()["id"]
                    out[mark] = {"table": table, "id": number, "key": key, "personal": personal, "row": row}
    return out


def has_id(conn: Any, table: str) -> bool:
    return bool(conn.execute(
        "SELECT 1 FROM pg_attribute WHERE attrelid = %s::regclass AND attname = 'id' AND NOT attisdropped", [table]
    ).fetchone())  # fmt: skip


def _row(table: str, known: dict[str, tuple[str, bool]], mark: str, key: int, personal: bool) -> dict[str, Any]:
    row: dict[str, Any] = {}
    for name, (type_, needed) in known.items():
        if name == "cell_key":
            row[name] = key
        elif name == "personal":
            row[name] = personal
        elif name == "target_id" and table in ("obligation", "gap", "proposal"):
            row[name] = -key - personal  # part of what makes it that obligation; no record has such a number
        elif name in ("merged_into", "ended", "ends", "officer_id", "user_id", "owner", "building_id", "cell_alt"):
            row[name] = 1 if needed else None
        elif name in FIXED:
            value = FIXED[name]
            row[name] = value.get(table, value["*"]) if isinstance(value, dict) else value
        elif type_ == "text":
            row[name] = mark
        elif type_ == "jsonb":
            row[name] = (
                [{"code": "01", "grade": mark, "from": None, "to": None}] if name == "categories" else {"m": mark}
            )
        elif type_ == "bytea":
            row[name] = "\\x" + mark.encode().hex() if needed else None
        elif type_.startswith("geometry"):
            row[name] = "SRID=4326;POINT(118.66 31.465)" if "Point" in type_ else None
        elif needed or type_ in VALUES:
            row[name] = VALUES.get(type_)
    return {n: v for n, v in row.items() if v is not None}


def people(db: Any) -> dict[str, Caller]:
    """One account of each role."""
    with begin(db, SYSTEM, "users") as tx:
        rows = tx.conn.execute("SELECT id, role FROM app_user WHERE demo OR id = 1 ORDER BY id").fetchall()
    return {r["role"]: Caller(r["id"]) for r in rows}


def sees(who: Any, class_: str, table: str, row: dict[str, Any]) -> bool:
    """The rule: whether a row is one that she may see."""
    key, personal = row["cell_key"], row.get("personal", class_ == "person")
    inside = any(a <= key < b for a, b in who.scope)
    duty = any(a <= key < b for a, b in who.person_scope)
    if table == "job":
        return row["owner"] == who.user_id or (inside and (duty or not personal))
    if table in ("officer", "post") and row.get("own"):
        return True
    return duty if class_ == "person" else inside and (duty or not personal)


def problems(server: Any, db: Any, planted: dict[str, dict[str, Any]]) -> list[str]:
    """Everything that differs from the rule, in words."""
    try:
        return _problems(server, db, planted)
    except GridError as e:
        return [f"a role cannot work at all: {e}"]


def _problems(server: Any, db: Any, planted: dict[str, dict[str, Any]]) -> list[str]:
    found: list[str] = []
    with owner(server, db) as conn:
        tables = classes(conn)
        every = {t: _rows(conn, t) for t, c in tables.items() if c in ("scope", "person", "own")}
        keyed = {t: has_id(conn, t) for t in every}
    for role, caller in people(db).items():
        with begin(db, caller, "read") as tx:
            who = tx.who
            for table, rows in every.items():
                want = sorted(_wanted(who, tables[table], table, rows))
                name = "id" if keyed[table] else "ctid::text AS id"
                try:
                    got = sorted(str(r["id"]) for r in tx.conn.execute(f"SELECT {name} FROM {table}").fetchall())
                except psycopg.Error as e:
                    found.append(f"{role} reads {table}: {e}")
                    break
                if got != want:
                    found.append(f"{role} reads {len(got)} rows of {table}, not {len(want)}")
        found += _writes(db, role, caller, tables, planted)
    return found + _before_sign_in(db) + _own(db)


def _rows(conn: Any, table: str) -> list[dict[str, Any]]:
    known = columns(conn, table)
    wanted = [c for c in ("cell_key", "personal", "owner", "user_id", "officer_id") if c in known]
    name = "id" if has_id(conn, table) else "ctid::text AS id"
    rows = conn.execute(f"SELECT {', '.join([name, *wanted])} FROM {table}").fetchall()
    if table in ("officer", "post"):
        mine = {r["id"]: r["user_id"] for r in conn.execute("SELECT id, user_id FROM officer").fetchall()}
        for r in rows:
            r["account"] = r["user_id"] if table == "officer" else mine.get(r["officer_id"])
    if table == "officer":
        held = conn.execute("SELECT officer_id, array_agg(cell_key) AS keys FROM post GROUP BY officer_id").fetchall()
        posted = {h["officer_id"]: h["keys"] for h in held}
        for r in rows:
            r["posted"] = posted.get(r["id"], [])
    return rows


def _wanted(who: Any, class_: str, table: str, rows: list[dict[str, Any]]) -> list[str]:
    if class_ == "own":
        if who.role in ("admin", "auditor", "system"):
            return [str(r["id"]) for r in rows]
        own = {"app_user": "id", "token": "user_id", "audit": "user_id"}.get(table)
        return [str(r["id"]) for r in rows if own and r[own] == who.user_id]
    for r in rows:  # an officer is seen where she has a post, too
        r["own"] = (r.get("account") is not None and r["account"] == who.user_id) or any(
            a <= k < b for k in r.get("posted", ()) for a, b in who.scope)  # fmt: skip
    return [str(r["id"]) for r in rows if sees(who, class_, table, r)]


def _writes(
    db: Any, role: str, caller: Caller, tables: dict[str, str], planted: dict[str, dict[str, Any]]
) -> list[str]:
    """Foreign rows can be neither changed, nor taken away, nor brought in."""
    found = []
    for mark, p in planted.items():
        table, row = p["table"], {**p["row"], "cell_key": p["key"]}
        for verb in ("UPDATE", "DELETE", "INSERT"):
            try:
                with begin(db, caller, "read") as tx:
                    if sees(tx.who, tables[table], table, row):
                        continue
                    touched = _touch(tx.conn, verb, table, row, p["id"])
                    raise psycopg.Rollback
            except GridError:
                touched = 0
            except psycopg.errors.UniqueViolation:  # the policy let it through
                touched = 1
            if touched:
                found.append(f"{role} may {verb} {table} ({mark})")
    return found


def _touch(conn: Any, verb: str, table: str, row: dict[str, Any], number: int = 0) -> int:
    one = f"cell_key = %s AND id = {number}" if number else "cell_key = %s"
    if "personal" in row and not number:
        one += f" AND personal = {row['personal']}"
    if verb == "UPDATE":
        return conn.execute(f"UPDATE {table} SET cell_key = cell_key WHERE {one}", [row["cell_key"]]).rowcount
    if verb == "DELETE":
        return conn.execute(f"DELETE FROM {table} WHERE {one}", [row["cell_key"]]).rowcount
    fresh = {
        **row,
        **({"source_key": "new"} if "source_key" in row else {}),
        **({"sha256": "\\x00"} if "sha256" in row else {}),
    }
    return conn.execute(
        f"INSERT INTO {table} ({', '.join(fresh)}) SELECT {', '.join('r.' + c for c in fresh)} "
        f"FROM jsonb_populate_record(NULL::{table}, %s) r",
        [json.dumps(fresh)],
    ).rowcount


def _before_sign_in(db: Any) -> list[str]:
    """Nobody yet: the one account whose login is known, the one token whose hash is known, nothing else."""
    found = []
    with anonymous(db, login="jiedao") as tx:
        seen = [r["login"] for r in tx.conn.execute("SELECT login FROM app_user").fetchall()]
        if seen != ["jiedao"]:
            found.append(f"before the sign-in one sees the accounts {seen}")
        if tx.conn.execute("UPDATE app_user SET failures = failures").rowcount != 1:
            found.append("a failed sign-in cannot be counted")
        for table in ("event", "person", "audit", "token", "job"):
            if tx.conn.execute(f"SELECT count(*) AS n FROM {table}").fetchone()["n"]:
                found.append(f"before the sign-in one sees {table}")
    with anonymous(db, token_hash="ab" * 32) as tx:
        if tx.conn.execute("SELECT count(*) AS n FROM token").fetchone()["n"] != 1:
            found.append("a token's hash does not find the token")
    return found


def _own(db: Any) -> list[str]:
    """What everybody may do with her own: tokens, audit, jobs; and what only administrators may."""
    found = []
    callers = people(db)

    def tried(role: str, statement: str, *params: Any) -> int:
        try:
            with begin(db, callers[role], "read") as tx:
                n = tx.conn.execute(statement, params).rowcount
                raise psycopg.Rollback
        except GridError:
            return -1
        return n

    me, other = callers["street"].user_id, callers["county"].user_id
    token = "INSERT INTO token (user_id, name, hash, expires_at) VALUES (%s, 'x', sha256('x'), now())"
    account = "INSERT INTO app_user (login, name, role) VALUES ('x1', 'x', 'analyst')"
    job = "INSERT INTO job (kind, params, owner, cell_key) VALUES ('import', '{}', %s, %s)"
    rules = [
        ("street", token, (me,), 1), ("street", token, (other,), -1), ("admin", token, (other,), 1),
        ("street", "UPDATE token SET revoked_at = now() WHERE user_id = %s", (me,), 1),
        ("county", "UPDATE token SET revoked_at = now() WHERE user_id = %s", (me,), 0),
        ("admin", "UPDATE token SET revoked_at = now() WHERE user_id = %s", (me,), 1),
        ("street", account, (), -1), ("admin", account, (), 1), ("auditor", account, (), -1),
        ("street", "UPDATE app_user SET name = name", (), 0), ("admin", "UPDATE app_user SET name = name WHERE id = 2", (), 1),
        ("auditor", "UPDATE app_user SET name = name", (), 0),
        ("street", "INSERT INTO audit (user_id, action) VALUES (%s, 'x')", (me,), 1),
        ("street", "INSERT INTO audit (user_id, action) VALUES (%s, 'x')", (other,), -1),
        ("admin", "INSERT INTO audit_seal (ids, rows, hash) VALUES ('{}', 0, sha256('x'))", (), -1),
        ("system", "INSERT INTO audit_seal (ids, rows, hash) VALUES ('{}', 0, sha256('x'))", (), 1),
        ("street", job, (me, TOWN2), 1), ("street", job, (other, TOWN2), -1), ("system", job, (me, TOWN2), 1),
    ]  # fmt: skip
    for role, statement, params, want in rules:
        if (got := tried(role, statement, *params)) != want:
            found.append(f"{role}: {got} instead of {want}: {statement} {params}")
    return found


def add_own(server: Any, db: Any) -> None:
    """Rows that belong to somebody: a token and an audit row of the street's account, a seal, and a job about
    residents of an administrator who has no residents."""
    who = people(db)
    with owner(server, db) as conn:
        conn.execute(
            "INSERT INTO token (user_id, name, hash, expires_at) "
            "VALUES (%s, 't', decode(%s, 'hex'), now() + interval '1 day')",
            [who["street"].user_id, "ab" * 32],
        )
        conn.execute("INSERT INTO audit (user_id, action) VALUES (%s, 'x')", [who["street"].user_id])
        conn.execute("INSERT INTO audit_seal (ids, rows, hash) VALUES ('{[1,2)}', 1, sha256('x'))")
        conn.execute(
            "INSERT INTO job (kind, params, owner, cell_key, personal) VALUES ('import', '{}', %s, %s, true)",
            [who["admin"].user_id, TOWN2],
        )
