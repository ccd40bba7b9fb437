"""Connections of the pool: one that the server ended is replaced before anybody gets it."""

import psycopg
import pytest

from gridsvc.store.pool import Database
from gridsvc.store.tx import SYSTEM, begin


@pytest.fixture
def one(server):
    """A pool of one connection, and what ends it from outside."""
    name = server.make("gridsvc")
    settings = server.settings(name, pool_size=1)

    def end() -> int:
        with psycopg.connect(server.dsn(name).admin, autocommit=True) as conn:
            ended = conn.execute(
                "SELECT count(pg_terminate_backend(pid, 5000)) FROM pg_stat_activity "
                "WHERE datname = %s AND application_name = 'gridsvc'", (name,)
            ).fetchone()  # fmt: skip
        return int(ended[0])

    with Database(server.dsn(name).app, settings) as db:
        yield db, end
    server.drop(name)


def backend(db: Database) -> int:
    with begin(db, SYSTEM, "read") as tx:
        return tx.conn.info.backend_pid


def test_a_connection_that_the_server_ended_is_replaced(one):
    db, end = one
    before = backend(db)
    assert backend(db) == before
    assert end() == 1
    assert backend(db) != before


def test_a_transaction_plans_as_it_says_and_the_next_one_as_usual(one):
    db, _ = one
    modes = []
    for once in (True, False):
        with begin(db, SYSTEM, "read", planned_once=once) as tx:
            modes.append(tx.conn.execute("SHOW plan_cache_mode").fetchone()["plan_cache_mode"])
    assert modes == ["force_generic_plan", "auto"]
