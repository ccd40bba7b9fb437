"""The job table from the worker's side: claim, signs of life, the end."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gridsvc.store.tx import SYSTEM, Caller, begin, json

if TYPE_CHECKING:
    from gridsvc.store.pool import Database, Row


def claim(db: Database) -> Row | None:
    """Take the next job, or one whose worker died; None when there is nothing to do."""
    with begin(db, SYSTEM, "jobs") as tx:
        tx.run("job/give_up")
        return tx.one("job/claim")


def beat(db: Database, number: int, step: str, share: float) -> bool:
    """A sign of life; whether somebody asked the job to stop."""
    with begin(db, SYSTEM, "jobs") as tx:
        return bool(tx.value("job/beat", id=number, step=step, progress=share))


def finish(
    db: Database, number: int, state: str, result: dict[str, Any] | None = None, error: dict[str, Any] | None = None
) -> None:
    """Write the end of a job."""
    with begin(db, SYSTEM, "jobs") as tx:
        tx.run(
            "job/finish", id=number, state=state, result=json(result) if result is not None else None,
            error=json(error) if error is not None else None,
        )  # fmt: skip


def put_back(db: Database, number: int) -> None:
    """Back into the queue: this worker is going, the work is undone."""
    with begin(db, SYSTEM, "jobs") as tx:
        tx.run("job/put_back", id=number)


def owner(row: Row) -> Caller:
    """The user a job runs as."""
    return Caller(int(row["owner"]))
