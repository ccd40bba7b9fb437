"""A month's obligations of the shipped rules in the size of the sample city × 100, and what 10,000 visits cost then."""

from __future__ import annotations

import datetime as dt
import time
from typing import TYPE_CHECKING, Any

import psycopg

from benchmarks.common import Bench, Table
from gridsvc.services import obligations
from gridsvc.store.pool import Database
from gridsvc.store.sqlfiles import load

if TYPE_CHECKING:
    from pathlib import Path

    from gridsvc.settings import Settings

SIZE = 1.0  # 1: the sample city × 100; less to try it
FIRST, TODAY = dt.date(2026, 10, 1), dt.date(2026, 10, 31)
ABOUT = (
    "40,000 cells of 100 counties, 1.5 M dwellings and households, 4.5 M residents, 200,000 organisations, 100,000 "
    "hazards, 39,200 posts, 7.2 M visits, written by SQL; the shipped rules, windows open in October 2026. "
    "Asked for: ≤ 15 µs an obligation; ≤ 2 s after 10,000 new visits."
)
_RECORD = "assign_status, source_id, source_key, source_crs, batch_id"
# what is written before anything is measured; `n` counts, `k` are the cells by number
WORLD = (
    "INSERT INTO source (id, cell_key, kind, name) OVERRIDING SYSTEM VALUE VALUES (1, 0, 'person', 'x')",
    "INSERT INTO import_batch (id, source_id, cell_key, kind, file_name, file_sha256, source_crs, mapping, counts, created_by, "
    "personal) OVERRIDING SYSTEM VALUE VALUES (1, 1, 0, 'person', 'x', 'x', 'x', '{}', '{}', 1, true)",
    "INSERT INTO cell (key, area_code, code, name, born) SELECT (990101001001 + n / 20 % 20 + n / 400 * 1000000::bigint) "
    "* 8192 + 1 + n % 20, 'a' || n, 'c' || n, 'n' || n, '2025-01-01' FROM generate_series(0, {cells} - 1) n",
    "CREATE TABLE k AS SELECT row_number() OVER (ORDER BY key) - 1 AS n, key FROM cell",
    "CREATE UNIQUE INDEX ON k (n)",
    "INSERT INTO dwelling (cell_key, use, {record}) SELECT k.key, CASE WHEN n % 7 = 0 THEN 'let' ELSE 'own' END, 'inside', "
    "1, 'd' || g.n, 'x', 1 FROM generate_series(0, {homes} - 1) g (n) JOIN k ON k.n = g.n % {cells}".replace(
        "n % 7", "g.n % 7"
    ),
    "INSERT INTO household (cell_key, dwelling_id, {record}) SELECT cell_key, id, 'inside', 1, 'h' || id, 'x', 1 "
    "FROM dwelling",
    "INSERT INTO person (name, cell_key, household_id, dwelling_id, categories, moved_in, {record}) "
    "SELECT 'x', h.cell_key, h.id, h.dwelling_id, "
    "CASE WHEN (h.id * 3 + m) % 25 = 0 THEN '{in01}'::jsonb WHEN (h.id * 3 + m) % 31 = 0 THEN "
    "'{in05}'::jsonb WHEN (h.id * 3 + m) % 40 = 0 THEN '{in06}'::jsonb ELSE '[]' END, "
    "CASE WHEN (h.id + m) % 50 = 0 THEN date '2026-09-20' + (h.id % 40)::integer END, 'inside', 1, "
    "'p' || h.id || '-' || m, 'x', 1 FROM household h CROSS JOIN generate_series(0, 2) m",
    "INSERT INTO organisation (name, class, cell_key, {record}) SELECT 'x', lpad((1 + g.n % 12)::text, 2, '0'), k.key, "
    "'inside', 1, 'o' || g.n, 'x', 1 FROM generate_series(0, {firms} - 1) g (n) JOIN k ON k.n = g.n % {cells}",
    "INSERT INTO hazard (class, grade, state, found_on, cell_key, {record}) SELECT '01', (1 + (g.n % 10 = 0)::integer)::text, "
    "'found', '2026-08-01', k.key, 'inside', 1, 'z' || g.n, 'x', 1 FROM generate_series(0, {firms} / 2 - 1) g (n) "
    "JOIN k ON k.n = g.n % {cells}",
    "INSERT INTO officer (name, cell_key, {record}) SELECT 'o', k.key, 'inside', 1, 'f' || g.n, 'x', 1 "
    "FROM generate_series(0, {cells} / 6) g (n) JOIN k ON k.n = g.n",
    "INSERT INTO post (officer_id, kind, target, starts, cover, cell_key, {record}) SELECT g.n % ({cells} / 6) + 1, '03', "
    "'cell', '2025-01-01', false, k.key, 'inside', 1, 't' || g.n, 'x', 1 FROM generate_series(0, {cells} - 1) g (n) "
    "JOIN k ON k.n = g.n WHERE g.n % 50 <> 0",
)
VISITS = (
    "INSERT INTO visit (at, day, officer_id, mode, outcome, target, activity, target_id, personal, cell_key, {record}) "
    "SELECT d + interval '10 hours', d, 1, 'door', CASE WHEN g % 5 = 0 THEN 'absent' WHEN g % 97 = 0 THEN 'refused' "
    "ELSE 'met' END, 'dwelling', 'visit', 1 + g::bigint * 7919 % {homes}, true, 1, 'inside', 1, 'v' || g, 'x', 1 "
    "FROM generate_series(0, {homes} * 4 - 1) g CROSS JOIN LATERAL (SELECT date '2026-01-01' + g % 304 AS d) x",
    "INSERT INTO visit (at, day, officer_id, mode, outcome, target, activity, minutes, personal, cell_key, "
    "{record}) SELECT d + interval '10 hours', d, 1, 'inspect', 'done', 'cell', 'patrol', 30 + g % 60, false, k.key, "
    "'inside', 1, 'w' || g, 'x', 1 FROM generate_series(0, {cells} * 30 - 1) g JOIN k ON k.n = g % {cells} "
    "CROSS JOIN LATERAL (SELECT date '2026-10-01' + g / {cells} AS d) x",
)
_NEW = (
    "INSERT INTO visit (at, day, officer_id, mode, outcome, target, activity, target_id, personal, cell_key, {record}) "
    "SELECT '2026-10-30 10:00+08', '2026-10-30', 1, 'door', 'met', 'dwelling', 'visit', 1 + g::bigint * 7907 % {homes}, "
    "true, 1, 'inside', 1, 'n' || g, 'x', 1 FROM generate_series(0, 9999) g"
)


def run(bench: Bench, folder: Path) -> Table:  # noqa: ARG001
    """Make the world, then the month, the same again, and the visits."""
    settings = bench.settings()
    size = {"cells": int(40_000 * SIZE), "homes": int(1_500_000 * SIZE), "firms": int(200_000 * SIZE)}
    table = Table("Obligations", ABOUT)
    with psycopg.connect(settings.admin_dsn or "", autocommit=True) as conn:
        for statement in WORLD:
            conn.execute(filled(statement, size))
        conn.execute("ALTER TABLE visit DISABLE TRIGGER USER")  # they are there before the first obligation
        for statement in VISITS:
            conn.execute(filled(statement, size))
        conn.execute("ALTER TABLE visit ENABLE TRIGGER USER")
        conn.execute("VACUUM ANALYZE")
        _measure(settings, table, lambda: conn.execute(filled(_NEW, size)))
        _counted(conn, settings, table)
    return table


def filled(statement: str, size: dict[str, int]) -> bytes:
    """A statement of the world with its sizes and words."""
    category = '[{"code":"%s","grade":null,"from":null,"to":null}]'
    words = {"record": _RECORD, **{f"in{code}": category % code for code in ("01", "05", "06")}}
    for name, value in {**size, **words}.items():
        statement = statement.replace("{" + name + "}", str(value))
    return statement.encode()


def _measure(settings: Settings, table: Table, visit: Any) -> None:
    with Database(settings.dsn or "", settings) as db:
        started = time.perf_counter()
        done = obligations.update(db, today=TODAY, since=FIRST)
        seconds = time.perf_counter() - started
        table.add(
            "a month's obligations", f"{done.made:,} in {seconds:.0f} s", f"{seconds / done.made * 1e6:.1f} µs each"
        )
        started = time.perf_counter()
        obligations.update(db, today=TODAY)
        table.add("the same again", f"{time.perf_counter() - started:.0f} s", "nothing changed")
        visit()
        started = time.perf_counter()
        done = obligations.catch_up(db, today=TODAY)
        table.add("after 10,000 new visits", f"{time.perf_counter() - started:.1f} s", f"{done.worked:,} changed")


def _counted(conn: Any, settings: Settings, table: Table) -> None:
    """Counting the month of 2,000 cells under row security."""
    lo, hi = 990101001001 * 8192, 990106000000 * 8192
    params = {"lo": [lo], "hi": [hi], "start": FIRST, "stop": TODAY + dt.timedelta(days=1), "today": TODAY, "by": "cell",
              "rules": [r[0] for r in conn.execute("SELECT id FROM rule").fetchall()], "not_found": ["moved"],
              "refused": ["refused"]}  # fmt: skip
    with psycopg.connect(settings.dsn or "") as app:
        keys = f"{{[{lo},{hi})}}"
        app.execute(
            "SELECT set_config('app.scope', %s, true), set_config('app.person_scope', %s, true)", [keys, keys]
        )
        for _ in range(2):
            started = time.perf_counter()
            rows = app.execute(load("coverage/counts").text, params).fetchall()
            seconds = time.perf_counter() - started
    table.add("counting them for 2,000 cells, SQL alone", f"{seconds * 1000:.0f} ms", f"{len(rows):,} groups")
