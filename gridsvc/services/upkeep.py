"""Work that comes round by itself; any worker may do it, and each task is done once each time."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from gridsvc.services import coveragesums, gaps, jobs, obligations, places, residents, retention, rollup, sealing
from gridsvc.store.tx import SYSTEM, begin

if TYPE_CHECKING:
    from collections.abc import Callable

    from gridsvc.store.pool import Database

_TASKS: dict[str, tuple[dt.timedelta, Callable[[Database], object]]] = {
    "rollup.fold": (dt.timedelta(minutes=5), rollup.fold),
    "audit.seal": (dt.timedelta(hours=1), sealing.seal),
    "places.refresh": (dt.timedelta(minutes=10), places.refresh),
    "obligations.catch_up": (dt.timedelta(minutes=1), obligations.catch_up),
    "obligations.update": (dt.timedelta(hours=12), obligations.update),
    "coverage.fold": (dt.timedelta(minutes=1), coveragesums.fold),
    "gaps.refresh": (dt.timedelta(hours=2), gaps.refresh),
    "spool.sweep": (dt.timedelta(hours=6), jobs.sweep),
    "retention.run": (dt.timedelta(days=1), retention.run),
    "residents.publish": (dt.timedelta(hours=6), residents.publish),
}


def run_due(db: Database) -> list[str]:
    """Do what is due and what nobody else is doing; the names of what was done."""
    done = []
    for name, (every, work) in _TASKS.items():
        with begin(db, SYSTEM, "jobs") as tx:
            mine = tx.value("upkeep/claim", task=name, every=every)
        if mine:
            work(db)
            done.append(name)
    return done
