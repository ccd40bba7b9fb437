"""Serving: uvicorn with several workers, and the background worker beside it."""

from __future__ import annotations

import contextlib
import signal
import socket
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import uvicorn

from gridsvc.errors import SetupError
from gridsvc.settings import hand_down
from gridsvc.web import balance

if TYPE_CHECKING:
    from gridsvc.settings import Settings

_TRIES = 50


def free_port(host: str, wanted: int, *, others: bool) -> int:
    """``wanted``, or the next port that is free when ``others`` will do.

    Raises:
        SetupError: ``serve.port``.
    """
    for port in range(wanted, wanted + (_TRIES if others else 1)):
        with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as s:
            s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            with contextlib.suppress(OSError):
                s.bind((host, port))
                return port
    raise SetupError("serve.port", host=host, port=wanted)


def _leave(*_: object) -> None:
    sys.exit(0)


def serve(settings: Settings, host: str, port: int, *, workers: int, jobs: bool, demo: bool = False) -> None:
    """Serve until Ctrl-C or SIGTERM; with ``jobs`` a background worker runs beside.

    Raises:
        SetupError: ``serve.demo_public``: one-click logins on anything but loopback.
    """
    if demo and host not in ("127.0.0.1", "::1", "localhost"):
        raise SetupError("serve.demo_public", host=host)
    hand_down(GRIDSVC_DEMO="1" if demo else "0", GRIDSVC_HOME=str(settings.base))
    # uvicorn with one worker raises the signal again when it has stopped: by default that ends this process at once,
    # and whoever works beside it would go on alone
    signal.signal(signal.SIGTERM, _leave)
    helper = subprocess.Popen([sys.executable, "-m", "gridsvc", "worker"]) if jobs else None
    # Workers are spawned, and a spawned process runs the main script again; a console script as some installers write
    # it has no guard and would serve once more. The workers need nothing of it.
    sys.modules["__main__"].__dict__.pop("__file__", None)
    folder = tempfile.TemporaryDirectory(prefix="gridsvc-serve-")
    if workers > 1:
        slots = Path(folder.name) / "slots"
        balance.make(slots, workers)
        hand_down(GRIDSVC_SLOTS=str(slots))
    try:
        uvicorn.run(
            "gridsvc.web.asgi:app", host=host, port=port, workers=workers, log_level="warning", access_log=False,
            timeout_keep_alive=15, limit_concurrency=200, timeout_graceful_shutdown=10, server_header=False,
        )  # fmt: skip
    finally:
        folder.cleanup()
        if helper is not None:
            helper.send_signal(signal.SIGTERM)
            try:
                helper.wait(20)
            except subprocess.TimeoutExpired:  # in a statement of minutes: it is undone, and due again
                helper.kill()
                helper.wait()
