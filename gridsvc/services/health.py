"""Whether this process can work: the database answers and has this version's schema."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gridsvc.store import migrate
from gridsvc.store.tx import SYSTEM, begin

if TYPE_CHECKING:
    from gridsvc.store.pool import Database


def ready(db: Database) -> bool:
    """True when nothing is missing; raises when the database does not answer."""
    with begin(db, SYSTEM, "jobs", budget_ms=2000) as tx:
        have = {r["name"]: r["sha256"] for r in tx.rows("check/migrations")}
    return all(n in have for n in migrate.names()) and have.get("code") == migrate.code_hash()
