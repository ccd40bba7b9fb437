"""``gridsvc`` as a person runs it: a process of its own (forked, see zygote.py), on a database of its own."""

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


@pytest.fixture(scope="session")
def zygote():
    """The process that forks for every command."""
    path = Path(__file__).with_name("zygote.py")
    with subprocess.Popen(
        [sys.executable, path], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        env=child_environment(PYTHONWARNINGS="error::UserWarning"),
    ) as process:  # fmt: skip
        yield process
        process.stdin.close()


@pytest.fixture
def run(server, base, tmp_path, tmp_path_factory, zygote):
    """``run("grid", "list")`` in a folder of its own; ``ok=False`` where a failure is expected."""
    settings = server.settings(base)
    env = child_environment(
        GRIDSVC_DSN=settings.dsn or "", GRIDSVC_ADMIN_DSN=settings.admin_dsn or "", GRIDSVC_HOME=str(settings.home),
        COLUMNS="160", NO_COLOR="1", TERM="dumb", PYTHONWARNINGS="error::UserWarning",
    )  # fmt: skip

    streams = tmp_path_factory.mktemp("streams")

    def call(*args: object, ok: bool = True, stdin: str | None = None, cwd: Path = tmp_path, **more: str) -> Ran:
        said = {name: streams / name for name in ("stdin", "out", "err")}
        for name, path in said.items():
            path.write_text((stdin or "") if name == "stdin" else "", encoding="utf-8")
        order = {
            "args": [*map(str, args)],
            "env": {**env, **more},
            "cwd": str(cwd),
            **{k: str(v) for k, v in said.items()},
        }
        zygote.stdin.write(json.dumps(order) + "\n")
        zygote.stdin.flush()
        code = int(zygote.stdout.readline() or pytest.fail("the process that forks is gone"))
        out, err = (said[name].read_text(encoding="utf-8") for name in ("out", "err"))
        assert (code == 0) is ok, f"{args}: {code}\n{out}\n{err}"
        assert "Traceback" not in err
        return Ran(code, out, err)

    return call
