"""A month's obligations of the shipped rules in the size of the sample city × 100, and what 10,000 visits cost then."""

from __future__ import annotations

import datetime as dt
import time
from typing import TYPE_CHECKING, Any

import psycopg

from benchmarks import hundred
from benchmarks.common import Bench, Table
from benchmarks.county import FIRST, TODAY
from gridsvc.services import obligations
from gridsvc.store.pool import Database
from gridsvc.store.sqlfiles import load

if TYPE_CHECKING:
    from pathlib import Path

    from gridsvc.settings import Settings

ABOUT = (
    "The sample city of `gridsvc demo` written a hundred times beside each other, kept as a dump; the shipped rules, "
    "windows open in October 2026. Asked for: ≤ 15 µs an obligation; ≤ 2 s after 10,000 new visits."
)
_COUNTS = (
    "SELECT (SELECT count(*) FROM cell), (SELECT count(*) FROM dwelling), (SELECT count(*) FROM person), "
    "(SELECT count(*) FROM post), (SELECT count(*) FROM visit)"
)
_NEW = (
    "INSERT INTO visit (at, day, officer_id, mode, outcome, target, activity, target_id, personal, cell_key, "
    "assign_status, source_id, source_key, source_crs, batch_id) SELECT '2026-10-30 10:00+08', '2026-10-30', 1, 'door', "
    "'met', 'dwelling', 'visit', id, true, cell_key, 'inside', source_id, 'n' || id, 'x', batch_id FROM dwelling "
    "WHERE cell_key <> 0 ORDER BY hashint8(id) LIMIT 10000"
)


def run(bench: Bench, folder: Path) -> Table:
    """The city, then the month, the same again, and the visits."""
    settings = hundred.city(bench, folder)
    table = Table("Obligations", ABOUT)
    with psycopg.connect(settings.admin_dsn or "", autocommit=True) as conn:
        (counts,) = conn.execute(_COUNTS).fetchall()
        table.add("of what", "{:,} cells, {:,} dwellings, {:,} residents, {:,} posts, {:,} visits".format(*counts))
        _measure(settings, table, lambda: conn.execute(_NEW))
        _counted(conn, settings, table)
    return table


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
    """Counting the month of some 2,000 cells under row security."""
    lo, hi = 990101000000 * 8192, 990118000000 * 8192
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
    table.add(
        "counting them for 17 counties (about 2,000 cells), SQL alone",
        f"{seconds * 1000:.0f} ms",
        f"{len(rows):,} groups",
    )
