"""Bring a database to the schema of this version: extensions, migrations, functions, policies.

Plain SQL files, each migration once and in order, in one transaction under an advisory lock. Functions and policies
are applied again whenever their text changed, or when ``force`` is set (after a restore). LEAKPROOF on the operator
behind ``&&`` is what lets a GiST index work under row security; a dump loses it, so every run sets it again.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import psycopg
from psycopg import sql

from gridsvc import paths
from gridsvc.errors import SetupError

if TYPE_CHECKING:
    from pathlib import Path

OWNER, APP = "gridsvc_owner", "gridsvc_app"
EXTENSIONS = ("postgis", "btree_gist", "pg_trgm")
LEAKPROOF = ("geometry_overlaps(geometry, geometry)",)
_LOCK = 7_214_001
Conn = psycopg.Connection[tuple[Any, ...]]


@dataclass
class Migrated:
    """What a run did."""

    applied: list[str] = field(default_factory=list)
    reapplied: int = 0
    leakproof: bool = False

    @property
    def changed(self) -> bool:
        """Whether anything was done."""
        return bool(self.applied or self.reapplied or self.leakproof)


def migrate(admin_dsn: str, *, tz: str, force: bool = False) -> Migrated:
    """Bring the database up to date; running it again changes nothing.

    Raises:
        SetupError: ``db.migration_changed`` (the database was made by another state of the files),
        ``db.extension`` (missing and not allowed to create), ``db.tz`` (another zone than at the first migration).
    """
    done = Migrated()
    with psycopg.connect(admin_dsn, autocommit=True) as conn:
        conn.execute("SELECT pg_advisory_lock(%s)", (_LOCK,))
        _extensions(conn)
        with conn.transaction():
            conn.execute(sql.SQL("SET LOCAL ROLE {}").format(sql.Identifier(OWNER)))
            conn.execute(
                "CREATE TABLE IF NOT EXISTS schema_migration "
                "(name text PRIMARY KEY, sha256 text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now())"
            )
            _apply_migrations(conn, done)
            _apply_code(conn, done, force)
            _fix_zone(conn, tz)
        done.leakproof = _leakproof(conn)
    return done


def names() -> list[str]:
    """Names of all migrations, in order."""
    return [p.stem for p in _files("migrations")]


def code_hash() -> str:
    """One hash over all functions and policies."""
    files = [*_files("functions"), *_files("policies")]
    return hashlib.sha256(b"\0".join(p.name.encode() + p.read_bytes() for p in files)).hexdigest()


def _files(folder: str) -> list[Path]:
    return sorted(paths.sql(folder).glob("*.sql"))


def _extensions(conn: Conn) -> None:
    have = {r[0] for r in conn.execute("SELECT extname FROM pg_extension")}
    for name in EXTENSIONS:
        if name in have:
            continue
        try:
            conn.execute(sql.SQL("CREATE EXTENSION {}").format(sql.Identifier(name)))
        except psycopg.errors.InsufficientPrivilege as e:
            raise SetupError("db.extension", name=name) from e
        except psycopg.errors.FeatureNotSupported as e:
            raise SetupError("db.extension_files", name=name) from e
    # said in full: a schema that was dropped and made again has none of the rights a new database gives everybody
    conn.execute(sql.SQL("GRANT USAGE, CREATE ON SCHEMA public TO {}").format(sql.Identifier(OWNER)))
    conn.execute(sql.SQL("GRANT USAGE ON SCHEMA public TO {}").format(sql.Identifier(APP)))


def _apply_migrations(conn: Conn, done: Migrated) -> None:
    have: dict[str, str] = dict(conn.execute("SELECT name, sha256 FROM schema_migration").fetchall())
    for path in _files("migrations"):
        text = path.read_bytes()
        digest = hashlib.sha256(text).hexdigest()
        if path.stem in have:
            if have[path.stem] != digest:
                raise SetupError("db.migration_changed", name=path.stem)
            continue
        conn.execute(text)
        conn.execute("INSERT INTO schema_migration (name, sha256) VALUES (%s, %s)", (path.stem, digest))
        done.applied.append(path.stem)


def _apply_code(conn: Conn, done: Migrated, force: bool) -> None:
    digest = code_hash()
    known = conn.execute("SELECT value FROM meta WHERE key = 'code'").fetchone()
    if known and known[0] == digest and not force and not done.applied:
        return
    # functions before the policies that use them; a function may need another one, so the order is by name
    for path in [*_files("functions"), *_files("policies")]:
        conn.execute(path.read_bytes())
        done.reapplied += 1
    conn.execute(
        "INSERT INTO meta (key, value) VALUES ('code', %s) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
        (digest,),
    )


def _fix_zone(conn: Conn, tz: str) -> None:
    conn.execute("INSERT INTO meta (key, value) VALUES ('tz', %s) ON CONFLICT DO NOTHING", (tz,))
    have = conn.execute("SELECT value FROM meta WHERE key = 'tz'").fetchone()
    if have and have[0] != tz:
        raise SetupError("db.tz", have=have[0], want=tz)


def _leakproof(conn: Conn) -> bool:
    """Mark the operator's function LEAKPROOF where it is not; whether anything was done."""
    changed = False
    for name in LEAKPROOF:
        row = conn.execute("SELECT proleakproof FROM pg_proc WHERE oid = %s::regprocedure", (name,)).fetchone()
        if row and not row[0]:
            try:
                conn.execute(sql.SQL("ALTER FUNCTION {} LEAKPROOF").format(sql.SQL(name)))
            except psycopg.errors.InsufficientPrivilege as e:
                raise SetupError("db.leakproof", function=name) from e
            changed = True
    return changed
