"""``gridsvc`` as a person runs it: a process of its own, on a database of its own."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from gridsvc.settings import child_environment


@dataclass
class Ran:
    code: int
    out: str
    err: str

    @property
    def json(self):
        return json.loads(self.out)


@pytest.fixture(scope="module")
def base(server):
    """Name of a database that the tests of one module share."""
    name = server.make("gridsvc")
    yield name
    server.drop(name)


@pytest.fixture
def run(server, base, tmp_path):
    """``run("grid", "list")`` in a folder of its own; ``ok=False`` where a failure is expected."""
    settings = server.settings(base)
    env = child_environment(
        GRIDSVC_DSN=settings.dsn or "", GRIDSVC_ADMIN_DSN=settings.admin_dsn or "", GRIDSVC_HOME=str(settings.home),
        COLUMNS="160", NO_COLOR="1", TERM="dumb", PYTHONWARNINGS="error::UserWarning",
    )  # fmt: skip

    def call(*args: object, ok: bool = True, stdin: str | None = None, cwd: Path = tmp_path, **more: str) -> Ran:
        done = subprocess.run(
            [sys.executable, "-m", "gridsvc", *map(str, args)], env={**env, **more}, cwd=cwd, input=stdin,
            capture_output=True, text=True, timeout=120, check=False,
        )  # fmt: skip
        assert (done.returncode == 0) is ok, f"{args}: {done.returncode}\n{done.stdout}\n{done.stderr}"
        assert "Traceback" not in done.stderr
        return Ran(done.returncode, done.stdout, done.stderr)

    return call
