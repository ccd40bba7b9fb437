"""Long runs, in ``make soak`` only."""

import os
import random
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from gridsvc.domain.division import Recipe
from gridsvc.errors import ConflictError
from gridsvc.services import dividing, publishing
from gridsvc.store.tx import SYSTEM, Caller, begin
from tests.services.town import COUNTY, event

pytestmark = pytest.mark.soak
ROOT = Path(__file__).resolve().parents[2]


def test_ten_thousand_borrowings_by_changing_users_leak_nothing(city):
    """Every connection of the pool goes from hand to hand; nobody ever sees a key outside her own scope."""
    with begin(city, SYSTEM, "users") as tx:
        callers = [Caller(r["id"]) for r in tx.rows("user/list")]

    def borrow(i):
        who = callers[random.Random(i).randrange(len(callers))]
        with begin(city, who, "read") as tx:
            keys = [r["cell_key"] for r in tx.conn.execute("SELECT DISTINCT cell_key FROM event").fetchall()]
            return int((~tx.who.covers_keys(np.array(keys, dtype=np.int64))).sum()) if keys else 0

    with ThreadPoolExecutor(8) as many:
        assert sum(many.map(borrow, range(10_000))) == 0


def test_imports_and_publications_at_the_same_time_lose_nothing(cells):
    """Two writers import while a third divides anew again and again; every event lies in a cell that is in force."""
    rng = np.random.default_rng(7)

    def load(n):
        for part in range(20):
            rows = [event(f"{n}-{part}-{i}", *xy) for i, xy in enumerate(rng.uniform((0, 0), (6, 3), (100, 2)))]
            path = cells.csv(rows, f"{n}-{part}.csv")
            for _ in range(20):  # told to try again when the ground moved three times in a row; so a person would
                try:
                    cells.take("event", path, list_name=f"list {n}")
                    break
                except ConflictError:
                    continue

    def divide():
        for size in (90, 120, 150, 100, 130, 110):
            for draft in dividing.divide(cells.db, SYSTEM, COUNTY, Recipe("square", size_m=size)):
                publishing.publish(cells.db, SYSTEM, draft.division_id)

    with ThreadPoolExecutor(3) as three:
        for done in [three.submit(load, 1), three.submit(load, 2), three.submit(divide)]:
            done.result()
    assert cells.count("event") == 4000
    off = cells.rows(
        "SELECT count(*) AS n FROM event e WHERE NOT EXISTS (SELECT FROM cell_version v WHERE v.cell_key = e.cell_key "
        "AND upper_inf(v.valid) AND ST_Covers(v.geom, e.geom))"
    )
    assert off[0]["n"] == 0


def test_the_api_with_many_cases():
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "tests/web/test_openapi.py"],
        cwd=ROOT,
        env={**os.environ, "SCHEMATHESIS_CASES": "200"},
        check=False,
    )
    assert done.returncode == 0
