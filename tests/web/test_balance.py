"""Connections of one client are shared fairly by the workers: a real service with two of them."""

import asyncio
import re
import socket
import subprocess
import sys
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx
import pytest

from gridsvc.settings import child_environment
from gridsvc.web import balance
from gridsvc.web.balance import Balanced, Slots


@pytest.fixture
def file(tmp_path):
    balance.make(tmp_path / "slots", 2)
    return tmp_path / "slots"


def other_worker(file, in_hand):
    """Another process that holds a number and says so many."""
    code = (f"import sys; from pathlib import Path; from gridsvc.web.balance import Slots; s = Slots(Path({str(file)!r}));"
            f"s.change({in_hand}); print('there', flush=True); sys.stdin.read()")  # fmt: skip
    held = subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=child_environment()
    )
    held.stdout.readline()
    return held


def headers_of(slots, scope_type="http"):
    """What a small application answers through the layer."""
    sent = []

    async def inner(scope, receive, send):
        await send({"type": "http.response.start", "status": 200, "headers": [(b"x", b"y")]})
        await send({"type": "http.response.body", "body": b""})

    async def keep(message):
        sent.append(message)

    # In a thread of its own: a browser of an earlier test leaves its event loop running in this one.
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, Balanced(inner, slots)({"type": scope_type}, None, keep)).result()
    return sent[0]["headers"]


def test_only_the_busier_worker_sends_a_client_away(file):
    slots = Slots(file)
    held = other_worker(file, 1)
    try:
        assert headers_of(slots) == [(b"x", b"y")]  # one in hand here, one there
        slots.change(1)
        assert headers_of(slots) == [(b"x", b"y")]  # two and one
        slots.change(1)
        assert headers_of(slots) == [(b"x", b"y"), (b"connection", b"close")]
        slots.change(-2)
        assert headers_of(slots) == [(b"x", b"y")]  # what was in hand is told again
    finally:
        held.communicate(b"")


def test_a_worker_that_died_leaves_its_number_to_the_next(file):
    slots = Slots(file)
    other_worker(file, 9).communicate(b"")
    slots.change(3)
    assert not slots.uneven  # the dead one seems busy: nobody is sent to nobody
    held = other_worker(file, 0)
    try:
        assert slots.uneven
        third = Slots(file)  # the same process may lock again; another one may not
        assert third._own is not None
    finally:
        held.communicate(b"")


def test_more_workers_than_numbers_are_served_all_the_same(file):
    held = [other_worker(file, 0), other_worker(file, 0)]
    try:
        slots = Slots(file)
        slots.change(5)
        assert not slots.uneven
        assert headers_of(slots) == [(b"x", b"y")]
    finally:
        for one in held:
            one.communicate(b"")


def connections(port):
    """How many connections each worker holds, sorted."""
    rows = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    open_ = {f"socket:[{r[9]}]" for r in rows if r[3] == "01" and r[1].endswith(f":{port:04X}")}
    found = Counter()
    for link in Path("/proc").glob("[0-9]*/fd/*"):
        with suppress(OSError):
            if str(link.readlink()) in open_:
                found[link.parts[2]] += 1
    return sorted(found.values())


@contextmanager
def serving(server, tmp_path, *more):
    """``gridsvc serve`` as a process: it and its address; ended by SIGTERM, and its log is looked at."""
    name = server.make("gridsvc")
    settings = server.settings(name)
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        port = s.getsockname()[1]
    env = child_environment(
        GRIDSVC_DSN=settings.dsn, GRIDSVC_ADMIN_DSN=settings.admin_dsn, GRIDSVC_HOME=str(settings.home)
    )
    with (tmp_path / "log").open("w") as log:
        process = subprocess.Popen([sys.executable, "-m", "gridsvc", "serve", "--port", str(port), *more],
                                   env=env, stdout=log, stderr=log)  # fmt: skip
    try:
        for _ in range(150):
            try:
                httpx.get(f"http://127.0.0.1:{port}/health/ready")
                break
            except httpx.HTTPError:
                time.sleep(0.2)
        yield process, port
    finally:
        process.terminate()
        process.wait(40)
        server.drop(name)
    assert re.search("Traceback", (tmp_path / "log").read_text()) is None


def test_four_connections_are_two_and_two(server, tmp_path):
    with serving(server, tmp_path, "--workers", "2", "--no-jobs") as (_, port):
        time.sleep(2)  # the other worker
        for _ in range(5):  # without the layer three and one stay three and one
            with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=60) as one, ThreadPoolExecutor(4) as four:
                for _ in range(20):
                    answers = set(four.map(lambda i: one.get(f"/health/ready?n={i}").status_code, range(100)))
                    assert answers == {200}
                    if (shares := connections(port)) == [2, 2]:
                        break
                assert shares == [2, 2]


@pytest.mark.parametrize("workers", [pytest.param("1", marks=pytest.mark.soak), "2"])
def test_whoever_works_beside_the_service_ends_with_it(server, tmp_path, workers):
    """uvicorn with one worker raises SIGTERM again when it has stopped, which ends a process that does not look."""
    with serving(server, tmp_path, "--workers", workers) as (process, _):
        below = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
        beside = [pid for pid in below if "worker" in Path(f"/proc/{pid}/cmdline").read_text().split("\0")]
        assert len(beside) == 1
    assert not Path(f"/proc/{beside[0]}").exists()
