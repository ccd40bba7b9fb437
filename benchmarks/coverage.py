"""Coverage and gaps of a county of 2,000 cells over HTTP, a month of obligations and 100,000 gaps behind it."""

from __future__ import annotations

import secrets
import time
from typing import TYPE_CHECKING

import httpx
import psycopg

from benchmarks import county
from benchmarks.common import Bench, Table, tree_mb
from benchmarks.serving import COUNT, WARM, measure, served
from gridsvc.services import auth, coveragesums, gaps, obligations, users
from gridsvc.services.users import NewUser
from gridsvc.store.pool import Database
from gridsvc.store.tx import SYSTEM

if TYPE_CHECKING:
    from pathlib import Path

# about 100,000 are kept, some of every cell
_GAPS = "DELETE FROM gap WHERE abs(hashint8(target_id)) % 1000 >= 100000000 / (SELECT count(*) FROM gap)"
# the month before and that of the year before have sums as well, for the changes (环比, 同比)
_BEFORE = """
    INSERT INTO coverage_sum (month, grain, cell_key, part, personal, done, late, excused, not_found, refused, nobody, due,
                              overdue, recent, visits, attempts, unconfirmed, backdated, asked, targets, covered)
    SELECT m, grain, cell_key, part, personal, done, late, excused, not_found, refused, nobody, due,
           overdue, recent, visits, attempts, unconfirmed, backdated, asked, targets, covered
    FROM coverage_sum CROSS JOIN unnest('{2026-09-01,2025-10-01}'::date[]) m
    WHERE month = '2026-10-01'"""
SLOW = 60  # requests that take a second and more
ABOUT = (
    "One county of 2,000 cells (100 communities in 5 streets), 75,000 dwellings, 225,000 residents, the shipped rules, "
    "obligations of October 2026 (sums of it also stand for September and October 2025, with which it is compared), gaps "
    "as they are found, 100,000 of them kept. `gridsvc serve` with 2 workers, 4 "
    f"connections, {COUNT} requests ({SLOW} of the slow one) after {WARM} to warm up, a user of the county. Nothing is "
    "cached; whole months are read from sums by cell and by community that the worker keeps. "
    "Asked for: p95 ≤ 150 ms each."
)


def run(bench: Bench, folder: Path) -> Table:  # noqa: ARG001
    """Make the county, then ask."""
    settings = bench.settings()
    table = Table("Coverage and gaps over HTTP", ABOUT)
    with psycopg.connect(settings.admin_dsn or "", autocommit=True) as conn:
        county.make(conn)
        with Database(settings.dsn or "", settings) as db:
            done = obligations.update(db, today=county.TODAY, since=county.FIRST)
            started = time.perf_counter()
            found = gaps.refresh(db, today=county.TODAY)
            table.add("gaps found anew", f"{found:,} in {time.perf_counter() - started:.1f} s")
            started = time.perf_counter()
            sums = coveragesums.fold(db)
            table.add(
                "sums worked out anew, as at midnight",
                f"{sums:,} months of cells in {time.perf_counter() - started:.1f} s",
            )
            users.add(
                db, SYSTEM, NewUser("county", "县", "county", county.COUNTY, password=secrets.token_urlsafe(16))
            )
            _, token = auth.create_token(db, SYSTEM, "bench", login="county")
        conn.execute(_GAPS.encode())
        conn.execute(_BEFORE.encode())
        conn.execute("VACUUM ANALYZE")
    with served(settings) as (address, pid):
        with httpx.Client(base_url=address, headers={"authorization": f"Bearer {token}"}, timeout=60) as one:
            _listed(one, table)
            for by in ("cell", "officer", "rule", "community"):
                _reported(one, table, f"coverage by {by}", f"period=2026-10&by={by}", COUNT)
            _reported(
                one,
                table,
                "a part of the month by cell, without the sums",
                "period=2026-10-02..2026-10-31&by=cell",
                SLOW,
            )
            with psycopg.connect(settings.admin_dsn or "", autocommit=True) as conn:
                conn.execute("INSERT INTO coverage_stale SELECT key, '2026-10-01' FROM cell ORDER BY key LIMIT 20")
            _reported(one, table, "coverage by cell, 20 cells changed since", "period=2026-10&by=cell", COUNT)
        table.add("obligations of the month", f"{done.made:,}", f"memory of the service {tree_mb(pid):,.0f} MB")
    return table


def _reported(one: httpx.Client, table: Table, what: str, question: str, n: int) -> None:
    paths = [f"/api/v1/coverage?area={county.COUNTY}&{question}&n={i}" for i in range(n + WARM)]
    half, most, rate = measure(one, paths)
    table.add(what, f"p50 {half:.0f} ms, p95 {most:.0f} ms", f"{rate:.0f} requests/s")


def _listed(one: httpx.Client, table: Table) -> None:
    """Pages of gaps: walked from the start, by kind and rule, by community."""
    cursor, walked = "", []
    for _ in range(COUNT + WARM):
        walked.append(f"/api/v1/gaps?area={county.COUNTY}&limit=100{cursor}")
        following = one.get(walked[-1]).json()["next"]
        cursor = f"&cursor={following}" if following else ""
    for what, paths in (
        ("gaps, first page with the counts", [f"/api/v1/gaps?area={county.COUNTY}&n={i}" for i in range(COUNT + WARM)]),
        ("gaps, further pages", walked[1:] + walked[1:2]),
        ("gaps, the longest first", [f"/api/v1/gaps?area={county.COUNTY}&sort=days&n={i}" for i in range(COUNT + WARM)]),
        ("gaps of one kind", [f"/api/v1/gaps?area={county.COUNTY}&kind=overdue&rule=ZF-LET&days={i % 60}&n={i}"
                              for i in range(COUNT + WARM)]),
        ("obligations, overdue, of a community",
         [f"/api/v1/obligations?area=99010100{1 + i % 5}{1 + i // 5 % 20:03d}&period=2026-10&status=overdue&n={i}"
          for i in range(COUNT + WARM)]),
    ):  # fmt: skip
        half, most, rate = measure(one, paths)
        table.add(what, f"p50 {half:.0f} ms, p95 {most:.0f} ms", f"{rate:.0f} requests/s")
