"""A process with the libraries loaded that forks for every command: each command still has a process of its own, with
its own environment, folder and streams, but does not spend two seconds on imports."""

from __future__ import annotations

import atexit
import json
import os
import sys
from importlib import import_module
from pathlib import Path

# nothing of gridsvc.cli: its texts are those of the language of the call
LOADED = ("pandas", "geopandas", "pyogrio", "pyproj", "shapely", "scipy.spatial", "typer", "rich.console", "rich.progress",
          "psycopg", "psycopg_pool", "xlsxwriter", "python_calamine", "holidays", "jinja2", "h3ronpy", "pyarrow.parquet",
          "gridsvc.services.imports", "gridsvc.services.areas", "gridsvc.services.dividing", "gridsvc.services.publishing",
          "gridsvc.services.exports", "gridsvc.services.reports", "gridsvc.services.users")  # fmt: skip


def child(order: dict) -> int:
    """The command, as ``python -m gridsvc`` would run it."""
    os.environ.clear()
    os.environ.update(order["env"])
    os.chdir(order["cwd"])
    for number, (name, flags) in enumerate(
        ((order["stdin"], os.O_RDONLY), (order["out"], os.O_WRONLY), (order["err"], os.O_WRONLY))
    ):
        opened = os.open(name, flags | (os.O_CREAT if flags else 0), 0o600)
        os.dup2(opened, number)
        os.close(opened)
    sys.argv = ["gridsvc", *order["args"]]
    from gridsvc.cli import main

    return main()


def serve() -> None:
    """One order a line on standard input; the exit status of each on standard output."""
    for name in LOADED:
        import_module(name)
    answers = os.dup(1)
    for line in sys.stdin:
        pid = os.fork()
        if not pid:
            status = 1
            try:
                status = child(json.loads(line))
            except SystemExit as e:
                status = e.code if isinstance(e.code, int) else 1
            except BaseException:
                import traceback

                traceback.print_exc()
            finally:
                atexit._run_exitfuncs()
                sys.stdout.flush()
                sys.stderr.flush()
                os._exit(status or 0)
        _, how = os.waitpid(pid, 0)
        os.write(answers, f"{os.waitstatus_to_exitcode(how)}\n".encode())


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
    serve()
