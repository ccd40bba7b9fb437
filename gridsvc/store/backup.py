"""Backups that prove themselves: dumped, restored into a scratch database, compared, checked."""

from __future__ import annotations

import hashlib
import json
import secrets
import shutil
import subprocess
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from gridsvc.errors import SetupError
from gridsvc.settings import child_environment
from gridsvc.store import embedded, migrate

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

DUMP, MANIFEST = "gridsvc.dump", "manifest.json"
_PLAN = """EXPLAIN (COSTS OFF) SELECT count(*) FROM event
WHERE cell_key = 0 AND geom && ST_MakeEnvelope(118, 31, 118.001, 31.001, 4326)"""
# What else a planner could take for `cell_key = 0`, by its statistics of the minute.
_RIVALS = """SELECT quote_ident(c.relname) FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
JOIN pg_am m ON m.oid = c.relam
WHERE i.indrelid = 'event'::regclass AND NOT i.indisunique AND m.amname <> 'gist'"""


Proof = dict[str, tuple[int, str]]
"""What is compared: rows and checksum of each table."""


def dump(admin_dsn: str, folder: Path) -> tuple[Path, Proof]:
    """``pg_dump`` of everything into ``folder``; the file, and what it must hold.

    Both are read in one snapshot, so the service may go on writing meanwhile.

    Raises:
        SetupError: ``db.command``.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    target = folder / DUMP
    part = folder / f".{DUMP}.part"
    part.touch(mode=0o600)
    with psycopg.connect(admin_dsn) as conn:
        conn.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        row = conn.execute("SELECT pg_export_snapshot()").fetchone()
        found = _tables(conn)
        _run("pg_dump", admin_dsn, ["--format=custom", f"--snapshot={row[0] if row else ''}", f"--file={part}"])
    part.replace(target)
    return target, found


def restore(admin_dsn: str, folder: Path, *, tz: str) -> None:
    """Roles, ``pg_restore`` into the (empty) database of ``admin_dsn``, migrate with everything re-applied.

    Raises:
        SetupError: ``backup.not_empty``, ``backup.missing``, ``db.command``.
    """
    source = folder / DUMP
    if not source.exists():
        raise SetupError("backup.missing", folder=str(folder))
    with psycopg.connect(admin_dsn, autocommit=True) as conn:
        if conn.execute("SELECT to_regclass('public.meta')").fetchone() != (None,):
            raise SetupError("backup.not_empty")
        have = {r[0] for r in conn.execute("SELECT rolname FROM pg_roles")}
        if embedded.APP not in have or embedded.OWNER not in have:
            embedded.make_roles(conn, secrets.token_urlsafe(24))
    _run("pg_restore", admin_dsn, ["--exit-on-error", str(source)])
    migrate.migrate(admin_dsn, tz=tz, force=True)
    with psycopg.connect(admin_dsn, autocommit=True) as conn:
        conn.execute("ANALYZE")  # a dump has no statistics: the first day after a restore would be slow without


def proof(admin_dsn: str) -> Proof:
    """Rows and checksum of every table."""
    with psycopg.connect(admin_dsn, autocommit=True) as conn:
        return _tables(conn)


def _tables(conn: psycopg.Connection[Any]) -> Proof:
    """Rows of each table and a checksum that does not depend on their order."""
    names = conn.execute(
        "SELECT relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
        "WHERE n.nspname = 'public' AND c.relkind = 'r' AND pg_get_userbyid(c.relowner) = %s ORDER BY 1",
        (embedded.OWNER,),
    ).fetchall()
    tables = {}
    for (name,) in names:
        statement = sql.SQL(
            "SELECT count(*), COALESCE(sum(hashtextextended(t::text, 0)::numeric), 0)::text FROM {} t"
        )
        row = conn.execute(statement.format(sql.Identifier(name))).fetchone()
        tables[name] = (int(row[0]), str(row[1])) if row else (0, "0")
    return tables


def box_uses_index(scratch_dsn: str) -> bool:
    """Whether a box below a policy can use its GiST index as gridsvc_app: only when ``&&`` is LEAKPROOF.

    For a scratch database: the other indexes of the table are dropped (and come back) for the question.
    """
    with psycopg.connect(scratch_dsn, autocommit=True) as conn, conn.transaction(force_rollback=True):
        for (name,) in conn.execute(_RIVALS).fetchall():
            conn.execute(sql.SQL("DROP INDEX {}").format(sql.SQL(name)))
        conn.execute(sql.SQL("SET LOCAL ROLE {}").format(sql.Identifier(embedded.APP)))
        conn.execute("SELECT set_config('app.scope', '{[0,9007199254740992)}', true)")
        conn.execute("SET LOCAL enable_seqscan = off")
        plan = "\n".join(r[0] for r in conn.execute(_PLAN))
    return "Index Cond: (geom &&" in plan


@contextmanager
def scratch(admin_dsn: str) -> Iterator[str]:
    """A connection string to an empty database that is dropped afterwards."""
    name = f"gridsvc_scratch_{secrets.token_hex(4)}"
    with psycopg.connect(admin_dsn, autocommit=True) as conn:
        conn.execute(
            sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C.UTF-8'").format(
                sql.Identifier(name), sql.Identifier(embedded.OWNER)
            )
        )
    try:
        yield make_conninfo(admin_dsn, dbname=name)
    finally:
        with psycopg.connect(admin_dsn, autocommit=True) as conn:
            conn.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def write_manifest(folder: Path, found: Proof, extra: dict[str, Any]) -> None:
    """What is in the backup, beside it."""
    text = json.dumps({**extra, "tables": found}, indent=1, ensure_ascii=False)
    (folder / MANIFEST).write_text(text + "\n", encoding="utf-8")


def copy_key(key: Path, target: Path) -> str:
    """The key file, copied apart from the dump (0600); its fingerprint."""
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    shutil.copyfile(key, target)
    target.chmod(0o600)
    return hashlib.sha256(key.read_bytes()).hexdigest()[:16]


def _run(program: str, dsn: str, options: list[str]) -> None:
    parts = conninfo_to_dict(dsn)
    password = str(parts.pop("password", "") or "")
    target = make_conninfo(**parts)  # type: ignore[arg-type]
    command = [str(embedded.find_program(program)), f"--dbname={target}", *options]
    done = subprocess.run(
        command, env=child_environment(PGPASSWORD=password), capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise SetupError("db.command", command=program, reason=done.stderr.strip()[-500:])
