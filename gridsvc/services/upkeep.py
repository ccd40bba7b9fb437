"""Work that comes round by itself; any worker may do it, and each task is done once each time."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from gridsvc.errors import BusyError, Cancelled, ConflictError, GridError
from gridsvc.services import (
    coveragesums,
    gaps,
    jobs,
    linking,
    obligations,
    places,
    residents,
    retention,
    rollup,
    sealing,
)
from gridsvc.store import locks
from gridsvc.store.tx import SYSTEM, begin

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from gridsvc.store.pool import Database

    Work = Callable[..., object]

_TASKS: dict[str, tuple[dt.timedelta, Work]] = {
    "rollup.fold": (dt.timedelta(minutes=5), rollup.fold),
    "audit.seal": (dt.timedelta(hours=1), sealing.seal),
    "places.refresh": (dt.timedelta(minutes=10), places.refresh),
    "obligations.catch_up": (dt.timedelta(minutes=1), obligations.catch_up),
    "obligations.update": (dt.timedelta(hours=12), obligations.update),
    "coverage.fold": (dt.timedelta(minutes=1), coveragesums.fold),
    "visits.follow": (dt.timedelta(hours=2), linking.follow_visits),
    "gaps.refresh": (dt.timedelta(hours=2), gaps.refresh),
    "spool.sweep": (dt.timedelta(hours=6), jobs.sweep),
    "retention.run": (dt.timedelta(days=1), retention.run),
    "residents.publish": (dt.timedelta(hours=6), residents.publish),
}

# minutes of work that can be broken off on the way
_TELLING: tuple[Work, ...] = (obligations.update,)


def run_due(db: Database, stopping: Callable[[], bool] = lambda: False) -> Iterator[tuple[str, Exception | None]]:
    """Do what is due and what nobody else is doing; each task when it is done, with what went wrong.

    What fails is tried again when it is due again; what is broken off, or was in somebody's way, at the next look.
    The others are done whatever became of one.
    """
    for name, (every, work) in _TASKS.items():
        if stopping():
            return
        try:
            if not _due(db, name, every):
                continue
            with locks.alone(db.dsn, name) as mine:
                if not mine or not _due(db, name, every):  # somebody else may have ended it just now
                    continue
                trouble = _done(db, name, work, stopping)
        except GridError as e:  # the database is away
            trouble = e
        yield name, trouble


def _done(db: Database, name: str, work: Work, stopping: Callable[[], bool]) -> Exception | None:
    def tell(*_: object) -> None:
        if stopping():
            raise Cancelled("job.cancelled", id=name)

    trouble: Exception | None = None
    try:
        work(db, progress=tell) if work in _TELLING else work(db)
    except (BusyError, Cancelled, ConflictError) as e:
        return e
    except Exception as e:  # told to whoever runs this
        trouble = e
    with begin(db, SYSTEM, "jobs") as tx:
        tx.run("upkeep/done", task=name)
    return trouble


def _due(db: Database, name: str, every: dt.timedelta) -> bool:
    with begin(db, SYSTEM, "jobs") as tx:
        return bool(tx.value("upkeep/due", task=name, every=every))
