"""The parent's side of the pre-forked reader: one zygote a process, started on first use, replaced when it dies.

Any number of threads may ask at once; each waits on a socket of its own. When the parent ends or is interrupted its
sockets close, which ends the reader and the zygote.
"""

from __future__ import annotations

import atexit
import contextlib
import json
import os
import socket
import subprocess
import sys
import threading
from dataclasses import dataclass
from pathlib import Path

from gridsvc.errors import SetupError
from gridsvc.io import drivers
from gridsvc.settings import child_environment

_START_S = 120.0
_GRACE_S = 30.0
PACKAGE = Path(__file__).resolve().parent.parent.parent


@dataclass(frozen=True)
class Outcome:
    """How a reader ended: its exit status (negative: the signal that killed it), and whether it took too long."""

    status: int
    late: bool = False


@dataclass
class _Zygote:
    process: subprocess.Popen[bytes]
    line: socket.socket

    def end(self) -> int:
        """Close its socket, wait for it to go; its exit status."""
        self.line.close()
        try:
            return self.process.wait(5)
        except subprocess.TimeoutExpired:
            self.process.kill()
            return self.process.wait()


_lock = threading.Lock()
_zygote: _Zygote | None = None


def pid() -> int:
    """The process id of this process's zygote, which is started if there is none."""
    with _lock:
        return _current().process.pid


def read(request: Path, seconds: float) -> Outcome:
    """Have the file that ``request`` names read by a fork; at most ``seconds`` long.

    Raises:
        SetupError: ``reader.start``.
    """
    last = -1
    for _ in range(2):  # a zygote that was killed from outside is replaced once
        near, far = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with near:
            zygote = _ask(request, seconds, far)
            near.settimeout(seconds + _GRACE_S)
            try:
                told = near.recv(4096)
            except TimeoutError:
                _drop(zygote, kill=True)
                return Outcome(-9, late=True)
            except ConnectionError:
                told = b""
        if told:
            return Outcome(**json.loads(told))
        last = _drop(zygote)
    return Outcome(last)


def warm() -> None:
    """Start the zygote beside what the caller does next; a command that will read files loses less time so.

    What goes wrong is told by the first file that is read.
    """

    def start() -> None:
        with _lock, contextlib.suppress(SetupError):
            _current()

    threading.Thread(target=start, name="gridsvc-warm", daemon=True).start()


def stop() -> None:
    """End this process's zygote, if there is one."""
    global _zygote
    with _lock:
        if _zygote is not None:
            _zygote.end()
            _zygote = None


def _ask(request: Path, seconds: float, far: socket.socket) -> _Zygote:
    message = json.dumps({"request": str(request), "seconds": seconds}).encode()
    with far, _lock:
        zygote = _current()
        try:
            socket.send_fds(zygote.line, [message], [far.fileno()])
        except OSError:  # it died since the last file
            zygote = _current(fresh=True)
            socket.send_fds(zygote.line, [message], [far.fileno()])
        return zygote


def _drop(zygote: _Zygote, *, kill: bool = False) -> int:
    """Give up a zygote that died or hangs; its exit status. The next file starts another."""
    global _zygote
    with _lock:
        if kill:
            zygote.process.kill()
        if _zygote is zygote:
            _zygote = None
        return zygote.end()


def _current(*, fresh: bool = False) -> _Zygote:
    global _zygote
    if _zygote is not None and (fresh or _zygote.process.poll() is not None):
        _zygote.end()
        _zygote = None
    if _zygote is None:
        _zygote = _start()
    return _zygote


def _start() -> _Zygote:
    near, far = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with far:
        process = subprocess.Popen(
            [sys.executable, "-m", "gridsvc.io.zygote", str(far.fileno())], cwd=PACKAGE,
            env=reader_environment(OGR_SKIP=drivers.skip(*drivers.UPLOADED)), pass_fds=[far.fileno()],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
            start_new_session=True,  # Ctrl-C at the terminal reaches the parent only
        )  # fmt: skip
    near.settimeout(_START_S)
    try:
        ready = near.recv(64)
    except OSError:
        ready = b""
    near.settimeout(None)
    if ready != b"ready":
        near.close()
        process.kill()
        said = process.communicate()[1].decode(errors="replace").strip()
        raise SetupError("reader.start", reason=(said.splitlines() or [f"exit {process.returncode}"])[-1][:200])
    if process.stderr is not None:
        process.stderr.close()
    return _Zygote(process, near)


def reader_environment(**extra: str) -> dict[str, str]:
    """The environment of a process that reads files: no settings of ours (addresses and passwords), one thread."""
    all_of_it = child_environment(
        OPENBLAS_NUM_THREADS="1", OMP_NUM_THREADS="1", ARROW_DEFAULT_MEMORY_POOL="system",
        JE_ARROW_MALLOC_CONF="background_thread:false",  # Arrow's jemalloc would be a second thread in the zygote
        OGR_SQLITE_ALLOW_EXTERNAL_ACCESS="NO", OGR_SQLITE_LOAD_EXTENSIONS="", **extra,
    )  # fmt: skip
    return {k: v for k, v in all_of_it.items() if not k.startswith("GRIDSVC_")}


def _forget() -> None:
    """In a fork of this process: the zygote and the lock belong to the parent."""
    global _zygote, _lock
    if _zygote is not None:
        _zygote.line.close()
    _zygote, _lock = None, threading.Lock()


os.register_at_fork(after_in_child=_forget)
atexit.register(stop)
