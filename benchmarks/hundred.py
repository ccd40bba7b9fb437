"""The sample city × 100: its county made by ``gridsvc demo``, written another 99 times beside it, kept as a dump.

A county's copy has codes, keys and numbers of its own and lies elsewhere; what is worked out from the lists
(obligations, gaps, sums) is not copied. The index of hexagons (h3) of the copies is left empty.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import psycopg
from psycopg import sql

from benchmarks import county
from benchmarks.common import ROOT, Bench, command
from gridsvc.store.migrate import migrate

if TYPE_CHECKING:
    from gridsvc.settings import Settings

TIMES: Final = 100
AS_OF: Final = county.TODAY.isoformat()
KEPT: Final = ROOT / "out" / "bench"
_NUMBERS: Final = 10_000_000  # of each county's rows
TABLES: Final = (
    "area", "division", "cell", "cell_version", "base_feature", "estate", "building", "address", "unit", "dwelling",
    "household", "person", "organisation", "hazard", "hazard_source", "component", "facility", "resident_group", "zone",
    "officer", "post", "event", "place", "visit",
)  # fmt: skip
DERIVED: Final = (
    "obligation", "gap", "gap_sum", "coverage_sum", "coverage_stale", "coverage_day", "obligation_update", "gap_update",
    "visit_change", "rollup_delta",
)  # fmt: skip
_KEYS: Final = {"key", "cell_key", "cell_alt", "parent_key", "was_key"}
_OWN: Final = {"source_id", "batch_id", "class_id", "created_by", "published_by"}  # the same in every county
_EMPTY: Final = {"user_id", "h3"}
_COLUMNS = (
    "SELECT column_name, udt_name FROM information_schema.columns WHERE table_schema = 'public' AND table_name = %s "
    "AND is_generated = 'NEVER' ORDER BY ordinal_position"
)


def city(bench: Bench, folder: Path) -> Settings:
    """The database of the city × 100, from its dump if there is one of these statements."""
    kept = KEPT / f"hundred-{_stamp()}"
    if kept.exists():
        found = bench.settings(empty=True)
        _client("pg_restore", found, "--jobs=2", "--exit-on-error", str(kept))
        migrate(found.admin_dsn or "", tz="Asia/Shanghai", force=True)
    else:
        found = bench.settings()
        command(found, "demo", "--no-serve", "--as-of", AS_OF, GRIDSVC_OUT=str(folder / "out"))
        with psycopg.connect(found.admin_dsn or "", autocommit=True) as conn:
            multiply(conn)
        part = kept.with_suffix(".part")
        part.parent.mkdir(parents=True, exist_ok=True)
        _client("pg_dump", found, "--format=directory", "--jobs=2", "--compress=1", f"--file={part}")
        part.replace(kept)
    with psycopg.connect(found.admin_dsn or "", autocommit=True) as conn:
        conn.execute("VACUUM ANALYZE")
    return found


def multiply(conn: psycopg.Connection[Any], times: int = TIMES) -> None:
    """Write the county ``times`` − 1 more times, table by table."""
    conn.execute(sql.SQL("TRUNCATE {}").format(sql.SQL(", ").join(map(sql.Identifier, DERIVED))))
    for table in TABLES:
        name = sql.Identifier(table)
        conn.execute(sql.SQL("ALTER TABLE {} DISABLE TRIGGER USER").format(name))
        conn.execute(_copy(conn, table, times))
        conn.execute(sql.SQL("ALTER TABLE {} ENABLE TRIGGER USER").format(name))


def _copy(conn: psycopg.Connection[Any], table: str, times: int) -> sql.Composed:
    columns = conn.execute(_COLUMNS, [table]).fetchall()
    return sql.SQL(
        "INSERT INTO {} ({}) OVERRIDING SYSTEM VALUE SELECT {} FROM (SELECT n, n / 99 * 100 + n % 99 AS code "
        "FROM generate_series(1, {} - 1) n) c CROSS JOIN {} t"
    ).format(
        sql.Identifier(table), sql.SQL(", ").join(sql.Identifier(n) for n, _ in columns),
        sql.SQL(", ").join(_value(*column) for column in columns), sql.Literal(times), sql.Identifier(table),
    )  # fmt: skip


def _value(name: str, kind: str) -> sql.Composable:
    """A column of the n-th copy."""
    own = sql.Identifier("t", name)
    if name in _EMPTY:
        return sql.SQL("NULL")
    if name in _KEYS:
        return sql.SQL("{} + c.code * 8192000000").format(own)
    if kind == "int8range":
        return sql.SQL("int8range(lower({0}) + c.code * 8192000000, upper({0}) + c.code * 8192000000)").format(own)
    if kind == "geometry":
        return sql.SQL("ST_Translate({}, 0.1 * (n % 10), 0.1 * (n / 10))").format(own)
    if name == "source_key":
        return sql.SQL("n || '×' || {}").format(own)
    if kind == "int8" and name not in _OWN and (name == "id" or name.endswith("_id")):
        return sql.SQL("{} + n * {}::bigint").format(own, sql.Literal(_NUMBERS))
    if kind == "text" and (name.endswith("code") or name in ("code_alt", "area_given")):
        return sql.SQL(
            "CASE WHEN left({0}, 6) = {1} THEN ({1}::integer + c.code)::text || substr({0}, 7) ELSE {0} END"
        ).format(own, sql.Literal(county.COUNTY))
    return own


def _stamp() -> str:
    """Of what is written here and of the schema: another dump if one of them is another."""
    files = [Path(__file__), *sorted((ROOT / "sql" / "migrations").iterdir())]
    return hashlib.sha256(b"".join(p.read_bytes() for p in files)).hexdigest()[:12]


def _client(program: str, settings: Settings, *arguments: str) -> None:
    known = psycopg.conninfo.conninfo_to_dict(settings.admin_dsn or "")
    place = {
        "PGHOST": known["host"],
        "PGPORT": known["port"],
        "PGUSER": known["user"],
        "PGPASSWORD": known["password"],
    }
    where = ["--dbname", str(known["dbname"])]
    subprocess.run([program, *where, *arguments], env=os.environ | {k: str(v) for k, v in place.items()}, check=True)
