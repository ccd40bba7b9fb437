"""The process that has imported every reader once and forks a copy of itself for each file.

``python -m gridsvc.io.zygote FD`` is started by :mod:`gridsvc.io.prefork`. A message on its socket is the path of a
request and, as a passed descriptor, the socket that the outcome goes to. It has one thread, GDAL with four drivers,
and reads nothing itself. It ends when the other end of its socket closes, and its readers end with it.
"""

from __future__ import annotations

import contextlib
import gc
import json
import os
import selectors
import shutil
import signal
import socket
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from gridsvc.io import child, confine, drivers
from gridsvc.settings import environment, start_over

_LOOK_S = 5.0


@dataclass
class _Running:
    """A forked reader: its process, where its outcome goes, and until when it may run."""

    pid: int
    pidfd: int
    client: socket.socket
    until: float
    folder: Path
    late: bool = False


class Zygote:
    """Forks a reader for each message, tells how it ended, kills those that are late or that nobody waits for."""

    def __init__(self, main: socket.socket) -> None:
        self._main = main
        self._parent = os.getppid()
        self._running: dict[int, _Running] = {}
        self._wait = selectors.EpollSelector()
        self._wait.register(main, selectors.EVENT_READ)

    def run(self) -> None:
        """Serve until nobody is left to serve."""
        while os.getppid() == self._parent:
            for key, _ in self._wait.select(self._timeout()):
                if key.fileobj is self._main:
                    if not self._fork():
                        return
                elif key.fd in self._running:
                    self._end(self._running[key.fd])
                else:
                    self._kill(key.data)  # its client has gone
            for one in list(self._running.values()):
                if time.monotonic() > one.until and not one.late:
                    one.late = True
                    self._kill(one)

    def _timeout(self) -> float:
        now = time.monotonic()
        return max(0.0, min([_LOOK_S, *(one.until - now for one in self._running.values() if not one.late)]))

    def _fork(self) -> bool:
        message, fds, _, _ = socket.recv_fds(self._main, 1 << 16, 1)
        if not message or not fds:
            return False
        asked = json.loads(message)
        client = socket.socket(fileno=fds[0])
        pid = os.fork()
        if pid == 0:
            self._become_reader(Path(asked["request"]), client)
        one = _Running(
            pid, os.pidfd_open(pid), client, time.monotonic() + float(asked["seconds"]), Path(asked["request"]).parent
        )
        self._running[one.pidfd] = one
        self._wait.register(one.pidfd, selectors.EVENT_READ, one)
        self._wait.register(client, selectors.EVENT_READ, one)
        return True

    def _become_reader(self, request: Path, client: socket.socket) -> None:
        """In the fork: read the one file and end, whatever happens."""
        status = 1
        try:
            confine.die_with_parent()
            signal.signal(signal.SIGTERM, signal.SIG_DFL)
            self._wait.close()
            for one in self._running.values():
                one.client.close()
                os.close(one.pidfd)
            client.close()
            self._main.close()
            child.answer(request)
            status = 0
        finally:
            os._exit(status)

    def clear(self) -> None:
        """End what still runs and remove what it has written: the parent, whose task that is, has gone."""
        for one in self._running.values():
            self._kill(one)
            os.waitpid(one.pid, 0)
            shutil.rmtree(one.folder, ignore_errors=True)

    def _kill(self, one: _Running) -> None:
        signal.pidfd_send_signal(one.pidfd, signal.SIGKILL)

    def _end(self, one: _Running) -> None:
        _, status = os.waitpid(one.pid, 0)
        del self._running[one.pidfd]
        self._wait.unregister(one.pidfd)
        self._wait.unregister(one.client)
        os.close(one.pidfd)
        outcome = {"status": os.waitstatus_to_exitcode(status), "late": one.late}
        with contextlib.suppress(OSError):  # nobody waits any more
            one.client.send(json.dumps(outcome).encode())
        one.client.close()


def _import_readers() -> None:
    """Everything a reader needs, so that no fork has to load it."""
    import encodings.ascii
    import encodings.utf_8_sig

    import charset_normalizer
    import pyarrow.csv
    import pyarrow.ipc
    import pyarrow.pandas_compat
    import pyarrow.parquet
    import pyogrio
    import pyproj
    import python_calamine

    import gridsvc.io.excel
    import gridsvc.io.parquet
    import gridsvc.io.tabular
    import gridsvc.io.vector

    del encodings, charset_normalizer, pyarrow, pyproj, python_calamine, gridsvc
    others = set(pyogrio.list_drivers()) - drivers.UPLOADED
    if others and not environment("GRIDSVC_READER_AGAIN"):
        more = ",".join(sorted({*environment("OGR_SKIP").split(","), *others} - {""}))
        start_over(["-m", "gridsvc.io.zygote", *sys.argv[1:]], OGR_SKIP=more, GRIDSVC_READER_AGAIN="1")
    if others:
        raise SystemExit(f"GDAL keeps {', '.join(sorted(others))}")
    confine.packages()


def main() -> None:
    """Get ready, say so, and serve."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent; it closes the socket
    main_end = socket.socket(fileno=int(sys.argv[1]))
    _import_readers()
    threads = len(list(Path("/proc/self/task").iterdir()))
    if threads != 1:
        raise SystemExit(f"{threads} threads before the first fork")
    quiet = os.open(os.devnull, os.O_RDWR)
    for fd in (0, 1, 2):
        os.dup2(quiet, fd)
    main_end.set_inheritable(False)
    gc.collect()
    gc.freeze()  # forks share these pages as long as nobody counts references in them
    main_end.send(b"ready")
    zygote = Zygote(main_end)
    zygote.run()
    zygote.clear()


if __name__ == "__main__":
    main()
