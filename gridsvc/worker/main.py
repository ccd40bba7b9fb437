"""The worker: wake on a notification or every few seconds, take a job, run it under its owner's rights; beside it,
what comes round by itself."""

from __future__ import annotations

import signal
import threading
import time
from typing import TYPE_CHECKING, Any

import structlog

from gridsvc.errors import BusyError, Cancelled, GridError, SetupError
from gridsvc.io import reader
from gridsvc.services import installation, tasks, upkeep
from gridsvc.store import jobqueue, listen
from gridsvc.text import message, remedy

if TYPE_CHECKING:
    from gridsvc.settings import Settings
    from gridsvc.store.pool import Database, Row

log = structlog.get_logger()
POLL_S = 5.0
BEAT_S = 10.0
LOOK_S = 60.0
GRACE_S = 10.0


class Worker:
    """One worker; ``run`` returns after :meth:`stop` (or when the queue is empty, with ``once``)."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._stopping = threading.Event()
        self._wake = threading.Event()

    def stop(self, *_: object) -> None:
        """Finish nothing more: a running job goes back into the queue at its next step."""
        self._stopping.set()
        self._wake.set()

    def run(self, *, once: bool = False) -> int:
        """Work until stopped; the number of jobs done."""
        done = 0
        dsn = installation.logins(self._settings).app
        reader.sweep()
        ears = listen.Listener(dsn, listen.JOB, lambda _: self._wake.set(), lambda: None)
        with installation.open_database(self._settings) as db:
            rounds = threading.Thread(target=self._come_round, args=(db,), daemon=True)
            if not once:
                ears.start()
                rounds.start()
            while not self._stopping.is_set():
                row = self._claim(db)
                if row is not None:
                    self._perform(db, row)
                    done += 1
                    continue
                if once:
                    break
                self._wake.wait(POLL_S)
                self._wake.clear()
            ears.stop()
            if not once:  # the night's update ends after the rules in hand; what takes longer is due again
                rounds.join(GRACE_S)
        return done

    def _claim(self, db: Database) -> Row | None:
        """The next job; a database that is away or too busy is asked again in a while."""
        try:
            return jobqueue.claim(db)
        except (BusyError, SetupError) as e:
            log.warning("job.no_claim", code=e.code)
            self._wake.wait(POLL_S)
            return None

    def _come_round(self, db: Database) -> None:
        """Upkeep beside the jobs, which must not wait for the minutes that a night's update takes; what is due after
        a night switched off is due at once."""
        while not self._stopping.is_set():
            for task, trouble in upkeep.run_due(db, self._stopping.is_set):
                if trouble is None:
                    log.info("upkeep.done", task=task)
                elif isinstance(trouble, GridError):
                    log.warning("upkeep.failed", task=task, code=trouble.code)
                else:
                    log.error("upkeep.crashed", task=task, exc_info=trouble)
            self._stopping.wait(LOOK_S)

    def _perform(self, db: Database, row: Row) -> None:
        number, started = int(row["id"]), time.monotonic()
        life = _Life(db, number, self._stopping)
        log.info("job.start", id=number, kind=row["kind"], attempt=row["attempts"])
        try:
            with life:
                result = tasks.perform(db, jobqueue.owner(row), row["kind"], row["params"], life.tell)
        except Cancelled:
            if self._stopping.is_set() and not life.asked:
                jobqueue.put_back(db, number)
                log.info("job.put_back", id=number)
                return
            self._end(db, row, "cancelled")
        except GridError as e:
            shown = {k: str(v) for k, v in e.values.items()}
            self._end(
                db, row, "failed", error={"code": e.code, "message": message(e), "remedy": remedy(e), "values": shown}
            )
        except Exception as e:
            log.exception("job.crashed", id=number)
            self._end(db, row, "failed", error={"code": "job.crashed", "message": type(e).__name__})
        else:
            self._end(db, row, "done", result=_jsonable(result))
        log.info("job.end", id=number, seconds=round(time.monotonic() - started, 2))

    def _end(
        self, db: Database, row: Row, state: str, result: Any = None, error: dict[str, Any] | None = None
    ) -> None:
        jobqueue.finish(db, int(row["id"]), state, result, error)
        tasks.clean_up(db, row["params"])
        log.info("job.state", id=row["id"], state=state, code=error["code"] if error else None)


class _Life:
    """Signs of life while a job runs, also through a statement of half a minute; notices a wish to stop."""

    def __init__(self, db: Database, number: int, stopping: threading.Event) -> None:
        self._db, self._number, self._stopping = db, number, stopping
        self._over = threading.Event()
        self._step, self._share, self._told = "", 0.0, 0.0
        self.asked = False
        self._thread = threading.Thread(target=self._beat, daemon=True)

    def __enter__(self) -> _Life:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def tell(self, step: str, share: float) -> None:
        """Progress of the work; raises when it should stop."""
        now = time.monotonic()
        fresh = step != self._step
        self._step, self._share = step, share
        if fresh or now - self._told > 1:
            self._told = now
            self.asked = jobqueue.beat(self._db, self._number, step, share) or self.asked
        if self.asked or self._stopping.is_set():
            raise Cancelled("job.cancelled", id=self._number)

    def _beat(self) -> None:
        while not self._over.wait(BEAT_S):
            try:
                self.asked = jobqueue.beat(self._db, self._number, self._step, self._share) or self.asked
            except GridError as e:
                log.warning("job.no_beat", id=self._number, code=e.code)


def _jsonable(value: Any) -> Any:
    import json

    return json.loads(json.dumps(value, default=str, ensure_ascii=False))


def main(settings: Settings, *, once: bool = False) -> int:
    """Run a worker until SIGTERM or Ctrl-C; the number of jobs done."""
    worker = Worker(settings)
    signal.signal(signal.SIGTERM, worker.stop)
    signal.signal(signal.SIGINT, worker.stop)
    log.info("worker.start")
    done = worker.run(once=once)
    log.info("worker.stop", done=done)
    return done
