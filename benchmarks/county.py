"""A county of 2,000 cells written by SQL: uniform, quickly made."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    import psycopg

COUNTY: Final = "990101"
FIRST, TODAY = dt.date(2026, 10, 1), dt.date(2026, 10, 31)  # the month that is measured, here and in hundred.py
_SIZE: Final = {"cells": 2_000, "homes": 75_000, "firms": 10_000}
_RECORD = "assign_status, source_id, source_key, source_crs, batch_id"
# what is written before anything is measured; `n` counts, `k` are the cells by number
_WORLD = (
    "INSERT INTO source (id, cell_key, kind, name) OVERRIDING SYSTEM VALUE VALUES (1, 0, 'person', 'x')",
    "INSERT INTO import_batch (id, source_id, cell_key, kind, file_name, file_sha256, source_crs, mapping, counts, created_by, "
    "personal) OVERRIDING SYSTEM VALUE VALUES (1, 1, 0, 'person', 'x', 'x', 'x', '{}', '{}', 1, true)",
    "INSERT INTO cell (key, area_code, code, name, born) SELECT (990101001001 + n / 20 % 20 + n / 400 * 1000::bigint) "
    "* 8192 + 1 + n % 20, 'a' || n, 'c' || n, 'n' || n, '2025-01-01' FROM generate_series(0, {cells} - 1) n",
    "CREATE TABLE k AS SELECT row_number() OVER (ORDER BY key) - 1 AS n, key FROM cell",
    "CREATE UNIQUE INDEX ON k (n)",
    "INSERT INTO dwelling (cell_key, use, {record}) SELECT k.key, CASE WHEN g.n % 7 = 0 THEN 'let' ELSE 'own' END, 'inside', "
    "1, 'd' || g.n, 'x', 1 FROM generate_series(0, {homes} - 1) g (n) JOIN k ON k.n = g.n % {cells}",
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
_VISITS = (
    "INSERT INTO visit (at, day, officer_id, mode, outcome, target, activity, target_id, personal, cell_key, {record}) "
    "SELECT d + interval '10 hours', d, 1, 'door', CASE WHEN g % 5 = 0 THEN 'absent' WHEN g % 97 = 0 THEN 'refused' "
    "ELSE 'met' END, 'dwelling', 'visit', 1 + g::bigint * 7919 % {homes}, true, 1, 'inside', 1, 'v' || g, 'x', 1 "
    "FROM generate_series(0, {homes} * 4 - 1) g CROSS JOIN LATERAL (SELECT date '2026-01-01' + g % 304 AS d) x",
    "INSERT INTO visit (at, day, officer_id, mode, outcome, target, activity, minutes, personal, cell_key, "
    "{record}) SELECT d + interval '10 hours', d, 1, 'inspect', 'done', 'cell', 'patrol', 30 + g % 60, false, k.key, "
    "'inside', 1, 'w' || g, 'x', 1 FROM generate_series(0, {cells} * 30 - 1) g JOIN k ON k.n = g % {cells} "
    "CROSS JOIN LATERAL (SELECT date '2026-10-01' + g / {cells} AS d) x",
)
# county, streets, communities: rectangles beside each other
_AREAS = (
    "INSERT INTO area (code, level, key, keys, parent_key, name, geom, area_m2, valid, source_id, source_crs) "
    "SELECT code::text, length(code::text), lo * 8192, int8range(lo * 8192, hi * 8192), up * 8192, name, "
    "ST_Multi(ST_MakeEnvelope(118 + x * 0.01, 31 + y * 0.01, 118 + (x + w) * 0.01, 31 + (y + h) * 0.01, 4326)), 1, "
    "'[2020-01-01,)', 1, 'x' FROM ("
    "SELECT 990101 AS code, 990101000000 AS lo, 990102000000 AS hi, NULL::bigint AS up, '县' AS name, 0 AS x, 0 AS y, "
    "20 AS w, 5 AS h "
    "UNION ALL SELECT 990101000 + n, 990101000000 + n * 1000, 990101000000 + (n + 1) * 1000, 990101000000, '街道' || n, 0, "
    "n - 1, 20, 1 FROM generate_series(1, 5) n "
    "UNION ALL SELECT 990101000000 + n * 1000 + m, 990101000000 + n * 1000 + m, 990101000000 + n * 1000 + m + 1, "
    "990101000000 + n * 1000, '社区' || n || '-' || m, m - 1, n - 1, 1, 1 "
    "FROM generate_series(1, 5) n CROSS JOIN generate_series(1, 20) m) a ORDER BY lo, length(code::text)"
)


def make(conn: psycopg.Connection[Any]) -> None:
    """Everything but obligations, into a database without records."""
    for statement in (*_WORLD[:2], _AREAS, *_WORLD[2:]):
        conn.execute(_filled(statement))
    conn.execute("ALTER TABLE visit DISABLE TRIGGER USER")  # they are there before the first obligation
    for statement in _VISITS:
        conn.execute(_filled(statement))
    conn.execute("ALTER TABLE visit ENABLE TRIGGER USER")
    conn.execute("VACUUM ANALYZE")


def _filled(statement: str) -> bytes:
    category = '[{"code":"%s","grade":null,"from":null,"to":null}]'
    words = {"record": _RECORD, **{f"in{code}": category % code for code in ("01", "05", "06")}}
    for name, value in {**_SIZE, **words}.items():
        statement = statement.replace("{" + name + "}", str(value))
    return statement.encode()
