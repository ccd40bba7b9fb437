"""The pre-forked reader: one process that imports once, a fork a file; nothing that a file does reaches further."""

import json
import os
import signal
import subprocess
import sys
import tempfile
import textwrap
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from gridsvc import paths
from gridsvc.errors import InputError, LimitError
from gridsvc.io import drivers, prefork
from gridsvc.settings import Settings, child_environment


def parent_of(pid):
    return int(Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[1])


def readers(zygote):
    """Processes that the zygote has forked just now."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                if parent_of(entry.name) == zygote:
                    found.append(int(entry.name))
            except OSError:
                continue
    return found


def gone(pid):
    """Whether a process has ended (a zombie has: nobody in a container may collect an orphan)."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] in "ZX"
    except OSError:
        return True


def within(seconds, what):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if found := what():
            return found
        time.sleep(0.005)
    raise AssertionError("too late")


@pytest.fixture
def slow(tmp_path):
    """A harmless file that takes seconds."""
    point = '{"type":"Feature","properties":{"a":%d},"geometry":{"type":"Point","coordinates":[118,31]}}'
    body = ",".join(point % i for i in range(500_000))
    (tmp_path / "slow.geojson").write_text(f'{{"type":"FeatureCollection","features":[{body}]}}', encoding="utf-8")
    return tmp_path / "slow.geojson"


@pytest.fixture
def small(tmp_path):
    (tmp_path / "small.csv").write_text("a\n1\n", encoding="utf-8")
    return tmp_path / "small.csv"


def rows(read, path):
    with read(path) as r:
        return r.rows()


def test_one_process_for_all_files_with_four_drivers_one_thread_and_no_settings(small, read, monkeypatch):
    prefork.stop()
    monkeypatch.setenv("GRIDSVC_DSN", "host=secret")
    zygote = prefork.pid()
    for _ in range(3):
        assert rows(read, small) == 1
    assert prefork.pid() == zygote
    assert len(list(Path(f"/proc/{zygote}/task").iterdir())) == 1
    assert b"GRIDSVC" not in Path(f"/proc/{zygote}/environ").read_bytes()
    found = subprocess.run(
        [sys.executable, "-c", "import pyogrio; print(*pyogrio.list_drivers(), sep=',')"],
        env=prefork.reader_environment(OGR_SKIP=drivers.skip(*drivers.UPLOADED)), capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    assert set(found.strip().split(",")) == drivers.UPLOADED


def test_threads_ask_at_once_and_get_their_own_answers(tmp_path, read):
    for i in range(1, 25):
        (tmp_path / f"{i}.csv").write_text("a\n" + "1\n" * i, encoding="utf-8")
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(lambda i: rows(read, tmp_path / f"{i}.csv"), range(1, 25))) == list(range(1, 25))


def test_a_slow_file_holds_nobody_up(slow, small, read):
    zygote = prefork.pid()
    with ThreadPoolExecutor(1) as pool:
        long = pool.submit(rows, read, slow)
        within(10, lambda: readers(zygote))
        assert rows(read, small) == 1
        assert not long.done()
        assert long.result(60) == 500_000


@pytest.mark.parametrize("killer", [signal.SIGSEGV, signal.SIGKILL, signal.SIGABRT])
def test_a_reader_that_dies_takes_nothing_along(slow, small, read, killer):
    zygote = prefork.pid()
    with ThreadPoolExecutor(1) as pool:
        doomed = pool.submit(rows, read, slow)
        os.kill(within(10, lambda: readers(zygote))[0], killer)
        with pytest.raises(InputError) as e:
            doomed.result(20)
    assert (e.value.code, e.value.values["file"]) == ("file.reader_died", "slow.geojson")
    assert e.value.values["status"] == -killer
    assert prefork.pid() == zygote
    assert rows(read, small) == 1


def test_processor_time_is_limited(slow, small, read):
    zygote = prefork.pid()
    with pytest.raises(LimitError) as e:
        read(slow, limits=Settings(reader_seconds=1))
    assert e.value.code == "file.time"
    assert prefork.pid() == zygote
    assert rows(read, small) == 1


def test_time_by_the_clock_is_limited(slow, tmp_path):
    work = tmp_path / "work"
    work.mkdir()
    asked = {"path": str(slow), "sheet": None, "local": False, "osm": False, "place": None, "refused": [], "most_mb": 500,
             "rows_max": 10**6, "vertices_max": 10**6, "memory_mb": 3000, "seconds": 100, "forked": True, "tables": []}  # fmt: skip
    (work / "request.json").write_text(json.dumps(asked), encoding="utf-8")
    outcome = prefork.read(work / "request.json", 0.3)
    assert outcome.late
    assert not (work / "result.json").exists()


def test_a_zygote_that_was_killed_is_replaced(small, slow, read):
    zygote = prefork.pid()
    os.kill(zygote, signal.SIGKILL)
    assert rows(read, small) == 1
    assert prefork.pid() != zygote
    with ThreadPoolExecutor(1) as pool:  # in the middle of a file: the file is read again
        long = pool.submit(rows, read, slow)
        zygote = prefork.pid()
        reader = within(10, lambda: readers(zygote))[0]
        os.kill(zygote, signal.SIGKILL)
        assert long.result(60) == 500_000
    within(5, lambda: gone(reader))


def test_a_fork_of_the_parent_has_a_zygote_of_its_own(small, read):
    zygote = prefork.pid()
    near, far = os.pipe()
    child = os.fork() if threading.active_count() == 1 else None
    if child is None:
        pytest.skip("this test process has threads")
    if child == 0:
        try:
            os.write(far, str(rows(read, small) == 1 and prefork.pid() != zygote).encode())
            prefork.stop()
        finally:
            os._exit(0)
    os.waitpid(child, 0)
    assert os.read(near, 100) == b"True"
    assert prefork.pid() == zygote
    assert rows(read, small) == 1


PARENT = """
    import signal, sys
    from pathlib import Path
    from gridsvc import paths
    from gridsvc.io import prefork, reader
    from gridsvc.settings import Settings
    signal.signal(signal.SIGINT, signal.default_int_handler)  # what a shell starts in the background ignores it
    print(prefork.pid(), flush=True)
    try:
        with reader.read(reader.Request(Path(sys.argv[1])), Settings(), paths.data()) as r:
            print(r.rows(), flush=True)
    except KeyboardInterrupt:
        print("interrupted", flush=True)
        input()
"""


def start_parent(path, **more):
    return subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(PARENT), str(path)], stdout=subprocess.PIPE, stdin=subprocess.PIPE, text=True,
        cwd=prefork.PACKAGE, env=child_environment(TMPDIR=str(path.parent)), **more,
    )  # fmt: skip


def test_a_parent_that_is_killed_leaves_no_orphan(slow):
    with start_parent(slow) as parent:
        zygote = int(parent.stdout.readline())
        reader = within(10, lambda: readers(zygote))[0]
        before = set(slow.parent.glob("gridsvc-read-*"))  # folders of this parent alone
        parent.kill()
        parent.wait()
    within(10, lambda: gone(zygote) and gone(reader))
    assert len(before - set(slow.parent.glob("gridsvc-read-*"))) == 1  # nor the folder with what was read


def test_a_parent_that_is_interrupted_stops_the_reading_only(slow):
    with start_parent(slow) as parent:
        zygote = int(parent.stdout.readline())
        reader = within(10, lambda: readers(zygote))[0]
        parent.send_signal(signal.SIGINT)
        assert parent.stdout.readline().strip() == "interrupted"
        within(5, lambda: gone(reader))
        assert not gone(zygote)
        parent.communicate("\n")
    within(10, lambda: gone(zygote))


FENCED = """
    import ctypes, os, socket, subprocess, sys
    from pathlib import Path
    from gridsvc.io import confine
    own, work, other = map(Path, sys.argv[2:])
    if os.getuid() == 0:
        os.setuid(int(sys.argv[1]))
    confine.fence([own], work)
    def tried(what):
        try:
            what()
        except OSError as e:
            return type(e).__name__
        return "done"
    print(ctypes.CDLL(None).syscall(444, None, 0, 1))
    print(tried(own.read_bytes), tried(lambda: (work / "x").write_bytes(b"1")), tried(other.read_bytes),
          tried(lambda: own.write_bytes(b"")), tried(lambda: Path("/etc/passwd").read_bytes()),
          tried(lambda: list(other.parent.iterdir())), tried(socket.socket),
          tried(lambda: subprocess.run(["/bin/true"])))
"""


@pytest.mark.parametrize("user", [0, 65534])
def test_the_fence_needs_no_rights(user):
    with tempfile.TemporaryDirectory() as made:  # pytest's own folders are closed to others
        folder = Path(made)
        for name in ("own", "other"):
            (folder / name).write_bytes(b"text")
        (folder / "work").mkdir()
        for path in (folder, *folder.iterdir()):
            path.chmod(0o777)
        command = [
            sys.executable,
            "-c",
            textwrap.dedent(FENCED),
            str(user),
            *(str(folder / n) for n in ("own", "work", "other")),
        ]
        done = subprocess.run(command, cwd=prefork.PACKAGE, capture_output=True, text=True, check=True)
    out = done.stdout.split()
    if int(out[0]) < 1:
        pytest.skip("this kernel has no Landlock")
    assert out[1:] == ["done", "done", *["PermissionError"] * 6]


def test_the_reader_finds_its_data_in_the_package():
    assert (paths.data() / "osmconf.ini").exists()
