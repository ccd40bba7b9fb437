"""Background jobs: run under the owner's rights, stopped, put back, crashed, taken over."""

import datetime as dt
import io
import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from gridsvc.errors import BusyError, Cancelled, ConflictError, ForbiddenError, InputError, LimitError, MissingError
from gridsvc.services import jobs, obligations, tasks, upkeep, users
from gridsvc.services.users import NewUser
from gridsvc.settings import child_environment
from gridsvc.store import jobqueue
from gridsvc.store.tx import SYSTEM, Caller, begin
from gridsvc.worker.main import Worker
from tests.services.town import CODES, COUNTY, STREET, event


def upload(town, rows):
    path = town.csv(rows)
    return jobs.keep_upload(town.db.settings, path.name, path.open("rb"))


def queue(town, rows, caller=SYSTEM, **more):
    params = {"kind": "event", "path": str(upload(town, rows)), "file_name": "events.csv", **more}
    return jobs.submit(town.db, caller, "import", params, params.get("area"))


@pytest.fixture
def street(cells):
    number, _ = users.add(cells.db, SYSTEM, NewUser("chen", "陈", "street", STREET))
    return Caller(number)


def test_an_import_as_a_job(cells, street):
    spool = cells.db.settings.base / "spool"
    before = set(spool.iterdir()) if spool.exists() else set()
    number = queue(cells, [event(1, 0.5, 2.5), {**event(2, 1.5, 2.5), "经度": "abc"}], street)
    assert len(set(spool.iterdir()) - before) == 1
    assert jobs.one(cells.db, street, number)["state"] == "queued"
    assert Worker(cells.db.settings).run(once=True) == 1
    done = jobs.one(cells.db, street, number)
    assert (done["state"], done["progress"]) == ("done", 1)
    assert done["result"]["counts"]["new"] == 1
    assert done["result"]["rejects"][0]["reason"] == "value.number"
    assert cells.count("event") == 1
    assert set(spool.iterdir()) <= before  # the upload is gone


def test_every_kind_of_job(cells, street):
    divide = jobs.submit(cells.db, street, "divide", {"area": STREET, "recipe": {"method": "hex", "size_m": 100}})
    Worker(cells.db.settings).run(once=True)
    drafts = jobs.one(cells.db, street, divide)["result"]["drafts"]
    assert len(drafts) == 3
    publish = jobs.submit(cells.db, street, "publish", {"division_id": drafts[0]["division_id"]})
    whole = jobs.submit(cells.db, street, "publish", {"area": STREET})
    imported = queue(cells, [event(1, 0.5, 2.5)], street)
    Worker(cells.db.settings).run(once=True)
    assert jobs.one(cells.db, street, publish)["result"]["published"][0]["cells"] > 0
    assert len(jobs.one(cells.db, street, whole)["result"]["published"]) == 2
    batch = jobs.one(cells.db, street, imported)["result"]["batch_id"]
    undo = jobs.submit(cells.db, street, "undo", {"batch_id": batch})
    path = cells.area_file("more.geojson")
    areas = jobs.submit(
        cells.db,
        SYSTEM,
        "area_import",
        {"path": str(jobs.keep_upload(cells.db.settings, path.name, path.open("rb")))},
    )
    Worker(cells.db.settings).run(once=True)
    assert jobs.one(cells.db, street, undo)["result"]["removed"] == 1
    assert jobs.one(cells.db, SYSTEM, areas)["state"] == "done"
    assert set(tasks.TASKS) == set(jobs.KINDS)


def test_rights_are_read_when_the_job_runs(cells, street):
    number = queue(cells, [event(1, 0.5, 2.5)], street)
    users.disable(cells.db, SYSTEM, "chen")
    Worker(cells.db.settings).run(once=True)
    done = jobs.one(cells.db, SYSTEM, number)
    assert done["state"] == "failed"
    assert cells.count("event") == 0


def test_who_may_queue_what(cells, street):
    officer, _ = users.add(cells.db, SYSTEM, NewUser("w", "周", "officer", cells=(CODES["A"] + "001",)))
    with pytest.raises(ForbiddenError):
        jobs.submit(cells.db, Caller(officer), "import", {"kind": "event", "path": "x"})
    with pytest.raises(ForbiddenError):
        jobs.submit(cells.db, street, "area_import", {"path": "x"})
    with pytest.raises(InputError):
        jobs.submit(cells.db, street, "format_disk", {})
    with pytest.raises(InputError):
        queue(cells, [event(1, 0.5, 2.5)], street, area=COUNTY)


def test_others_jobs_do_not_exist(cells, street):
    number = queue(cells, [event(1, 0.5, 2.5)], street)
    other, _ = users.add(cells.db, SYSTEM, NewUser("b", "乙", "community", CODES["B"]))
    for ask in (
        lambda: jobs.one(cells.db, Caller(other), number),
        lambda: jobs.cancel(cells.db, Caller(other), number),
    ):
        with pytest.raises(MissingError):
            ask()
    assert jobs.listing(cells.db, Caller(other)) == []
    assert [j["id"] for j in jobs.listing(cells.db, street)] == [number]
    assert "path" not in str(jobs.one(cells.db, street, number))


def test_a_queued_job_is_cancelled_at_once_and_never_runs(cells, street):
    number = queue(cells, [event(1, 0.5, 2.5)], street)
    assert jobs.cancel(cells.db, street, number) == "cancelled"
    assert Worker(cells.db.settings).run(once=True) == 0
    assert cells.count("event") == 0


def test_a_running_job_stops_at_its_next_step_and_leaves_nothing(cells, street, monkeypatch):
    number = queue(cells, [event(i, 0.5, 2.5) for i in range(20)], street)

    def slow(db, caller, params, progress):
        progress("import.read", 0.0)
        assert jobs.cancel(db, street, number) in ("running", "cancelling")
        time.sleep(1.1)
        progress("import.read", 0.5)
        raise AssertionError("went on")

    monkeypatch.setitem(tasks.TASKS, "import", slow)
    Worker(cells.db.settings).run(once=True)
    assert jobs.one(cells.db, street, number)["state"] == "cancelled"


def test_a_crash_is_a_failed_job_and_the_worker_goes_on(cells, street, monkeypatch):
    def crash(db, caller, params, progress):
        raise ZeroDivisionError("secret detail")

    first = queue(cells, [event(1, 0.5, 2.5)], street)
    monkeypatch.setitem(tasks.TASKS, "undo", crash)
    second = jobs.submit(cells.db, street, "undo", {"batch_id": 1})
    third = queue(cells, [event(2, 0.5, 2.5)], street)
    assert Worker(cells.db.settings).run(once=True) == 3
    assert [jobs.one(cells.db, street, n)["state"] for n in (first, second, third)] == ["done", "failed", "done"]
    assert "secret" not in str(jobs.one(cells.db, street, second))


def test_a_file_that_cannot_be_read_says_why(cells, street):
    path = jobs.keep_upload(cells.db.settings, "x.xlsx", io.BytesIO(b"not a workbook"))
    number = jobs.submit(cells.db, street, "import", {"kind": "event", "path": str(path), "file_name": "x.xlsx"})
    Worker(cells.db.settings).run(once=True)
    error = jobs.one(cells.db, street, number)["error"]
    assert error["code"].startswith("file.")
    assert "x.xlsx" in error["message"]


def test_a_stopping_worker_puts_its_job_back(cells, street, monkeypatch):
    number = queue(cells, [event(1, 0.5, 2.5)], street)
    worker = Worker(cells.db.settings)
    real = tasks.TASKS["import"]

    def stop(db, caller, params, progress):
        worker.stop()
        progress("import.read", 0.0)
        raise AssertionError("went on")

    monkeypatch.setitem(tasks.TASKS, "import", stop)
    worker.run()
    assert jobs.one(cells.db, street, number)["state"] == "queued"
    monkeypatch.setitem(tasks.TASKS, "import", real)
    Worker(cells.db.settings).run(once=True)
    assert jobs.one(cells.db, street, number)["state"] == "done"


def test_a_job_of_a_dead_worker_is_taken_over_three_times_at_most(cells, street):
    number = queue(cells, [event(1, 0.5, 2.5)], street)
    for attempt in (1, 2, 3):
        row = jobqueue.claim(cells.db)
        assert (row["id"], row["attempts"]) == (number, attempt)
        assert jobqueue.claim(cells.db) is None  # alive as long as it beats
        _age(cells, number)
    assert jobqueue.claim(cells.db) is None
    assert jobs.one(cells.db, street, number)["state"] == "failed"


def _age(town, number):
    from gridsvc.store.tx import begin

    with begin(town.db, SYSTEM, "jobs") as tx:
        tx.conn.execute("UPDATE job SET heartbeat_at = now() - interval '2 minutes' WHERE id = %s", [number])


def test_a_worker_process_killed_in_the_middle_loses_nothing(cells, street):
    """SIGKILL while the import runs; the next worker does it whole, once."""
    rows = [event(i, 0.1 + i % 6, 0.5 + i % 3) for i in range(5000)]
    number = queue(cells, rows, street)
    settings = cells.db.settings
    env = child_environment(
        GRIDSVC_DSN=settings.dsn, GRIDSVC_ADMIN_DSN=settings.admin_dsn, GRIDSVC_HOME=str(settings.home)
    )
    process = subprocess.Popen(
        [sys.executable, "-m", "gridsvc", "worker"], env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    for _ in range(200):
        if jobs.one(cells.db, street, number)["state"] == "running":
            break
        time.sleep(0.05)
    process.kill()
    process.wait()
    if jobs.one(cells.db, street, number)["state"] == "running":
        _age(cells, number)
        Worker(settings).run(once=True)
    assert jobs.one(cells.db, street, number)["state"] == "done"
    assert cells.count("event") == 5000


def test_uploads_keep_their_suffix_and_their_limit(cells):
    settings = cells.db.settings.model_copy(update={"upload_max_mb": 1, "home": cells.folder})
    kept = jobs.keep_upload(settings, "../../etc/passwd.osm.pbf", io.BytesIO(b"x"))
    assert kept.parent == settings.base / "spool"
    assert kept.name.endswith(".osm.pbf")
    assert jobs.keep_upload(settings, "a.sh;rm -rf", io.BytesIO(b"x")).suffix == ""
    with pytest.raises(LimitError):
        jobs.keep_upload(settings, "big.csv", io.BytesIO(b"x" * 1_000_001))
    with pytest.raises(InputError):
        jobs.keep_upload(settings, "empty.csv", io.BytesIO(b""))
    left = sorted(p.name for p in (settings.base / "spool").iterdir())
    assert len(left) == 2
    for name in left:
        (settings.base / "spool" / name).unlink()


def test_a_worker_outlives_the_loss_of_its_connections(server, cells):
    """The database is restarted under it: it waits and goes on."""
    import psycopg

    settings = cells.db.settings.model_copy(update={"home": cells.folder})
    worker = Worker(settings)
    thread = threading.Thread(target=worker.run, daemon=True)
    thread.start()
    name = psycopg.conninfo.conninfo_to_dict(cells.db.dsn)["dbname"]
    with psycopg.connect(server.dsn(str(name)).admin, autocommit=True) as conn:
        for _ in range(3):
            time.sleep(0.3)
            conn.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s AND pid <> pg_backend_pid()",
                [name],
            )
    number = jobs.submit(
        cells.db, SYSTEM, "divide", {"area": COUNTY, "recipe": {"method": "square", "size_m": 150}}, COUNTY
    )
    for _ in range(200):
        if jobs.one(cells.db, SYSTEM, number)["state"] == "done":
            break
        time.sleep(0.1)
    assert jobs.one(cells.db, SYSTEM, number)["state"] == "done"
    assert thread.is_alive()
    worker.stop()
    thread.join(20)


SLOW = """
import time
from gridsvc.services import upkeep
from gridsvc.settings import Settings
from gridsvc.worker.main import Worker
import datetime as dt
upkeep._TASKS = {"slow": (dt.timedelta(days=1), lambda db: (print("in", flush=True), time.sleep(600)))}
Worker(Settings()).run()
"""


def test_jobs_do_not_wait_for_work_that_comes_round_and_a_killed_one_is_due_again(cells, street, monkeypatch):
    settings = cells.db.settings
    env = child_environment(
        GRIDSVC_DSN=settings.dsn, GRIDSVC_ADMIN_DSN=settings.admin_dsn, GRIDSVC_HOME=str(settings.home)
    )
    process = subprocess.Popen(
        [sys.executable, "-c", SLOW], env=env, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    try:
        while process.stdout.readline().strip() != b"in":  # it tells what it does, too
            assert process.poll() is None
        number = queue(cells, [event(1, 0.5, 2.5)], street)
        for _ in range(300):
            if jobs.one(cells.db, street, number)["state"] == "done":
                break
            time.sleep(0.1)
        assert jobs.one(cells.db, street, number)["state"] == "done"
        done = []
        monkeypatch.setattr(upkeep, "_TASKS", {"slow": (dt.timedelta(days=1), done.append)})
        assert list(upkeep.run_due(cells.db)) == done == []  # somebody is at it
    finally:
        process.kill()
        process.wait()
    for _ in range(100):  # until the server has noticed
        if list(upkeep.run_due(cells.db)):
            break
        time.sleep(0.1)
    assert done == [cells.db]
    assert list(upkeep.run_due(cells.db)) == []


def test_work_that_fails_neither_stops_the_others_nor_comes_back_every_minute(cells, monkeypatch):
    trouble = {"broken": RuntimeError("x"), "busy": BusyError("db.busy"), "met": ConflictError("db.conflict")}

    def fail(name):
        def work(db):
            raise trouble[name]

        return work

    hour = dt.timedelta(hours=1)
    tasks_ = {name: (hour, fail(name)) for name in trouble} | {"last": (hour, lambda _: None)}
    monkeypatch.setattr(upkeep, "_TASKS", tasks_)
    assert list(upkeep.run_due(cells.db)) == [*trouble.items(), ("last", None)]
    assert [name for name, _ in upkeep.run_due(cells.db)] == ["busy", "met"]  # they were only in somebody's way


def test_the_nights_update_ends_when_the_worker_stops_and_is_due_again(cells, monkeypatch):
    monkeypatch.setattr(upkeep, "_TASKS", {"night": (dt.timedelta(hours=12), obligations.update)})
    asked = iter([False, True])
    ((name, trouble),) = upkeep.run_due(cells.db, lambda: next(asked, True))
    assert (name, type(trouble)) == ("night", Cancelled)
    assert list(upkeep.run_due(cells.db)) == [("night", None)]


def test_an_upload_of_a_job_that_never_ran_does_not_stay(cells, street):
    """Whoever sees that it is the wrong file cancels; what a job still waits for stays however old it is."""
    number = queue(cells, [event(1, 0.5, 2.5)], street)
    waiting = upload(cells, [event(2, 0.5, 2.5)])
    jobs.submit(cells.db, street, "import", {"kind": "event", "path": str(waiting), "file_name": "w.csv"})
    stray = upload(cells, [event(3, 0.5, 2.5)])
    with begin(cells.db, SYSTEM, "jobs") as tx:
        (row,) = tx.conn.execute("SELECT params ->> 'path' AS path FROM job WHERE id = %s", [number]).fetchall()
    assert Path(row["path"]).exists()
    assert jobs.cancel(cells.db, street, number) == "cancelled"
    assert not Path(row["path"]).exists()
    for path in (waiting, stray):
        os.utime(path, (0, 0))
    assert jobs.sweep(cells.db) >= 1
    assert (waiting.exists(), stray.exists()) == (True, False)
