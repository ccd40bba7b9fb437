"""Folding the changes of the event rollup; readers add them up anyway, folding keeps that short."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gridsvc.services.progress import Progress, quiet
from gridsvc.store.tx import SYSTEM, begin

if TYPE_CHECKING:
    from gridsvc.store.pool import Database

LARGE = 50_000


def fold(db: Database) -> int:
    """Fold what has been committed; how many changes were taken (0 when another process is at it)."""
    with begin(db, SYSTEM, "jobs", budget_ms=db.settings.job_budget_ms) as tx:
        if not tx.value("rollup/lock"):
            return 0
        n = int(tx.value("rollup/waiting"))
        if n:
            tx.run("rollup/fold")
            tx.run("rollup/sweep")
        return n


def fold_if_large(db: Database, progress: Progress = quiet) -> int:
    """Fold now when an import left so many changes that readers would feel them."""
    with begin(db, SYSTEM, "jobs") as tx:
        n = int(tx.value("rollup/waiting"))
    if n < LARGE:
        return 0
    progress("import.fold", 0.0)
    return fold(db)
