"""A durable cluster of our own, commands as processes with their peak memory, tables of figures."""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg
from psycopg import sql
from psycopg.conninfo import make_conninfo

from gridsvc.services import codelists
from gridsvc.settings import Settings, child_environment
from gridsvc.store.embedded import Cluster
from gridsvc.store.migrate import migrate
from gridsvc.store.pool import Database
from gridsvc.store.tx import SYSTEM, begin

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / "shared" / "data"


@dataclass
class Table:
    """Figures of one benchmark: rows of (what, figure, asked for or beside it)."""

    title: str
    about: str
    rows: list[tuple[str, str, str]] = field(default_factory=list)

    def add(self, what: str, figure: str, beside: str = "") -> None:
        self.rows.append((what, figure, beside))
        print(f"  {what}: {figure}  {beside}", flush=True)

    def markdown(self) -> str:
        lines = [f"## {self.title}", "", self.about, "", "| what | figure | beside it |", "|---|---|---|"]
        return "\n".join([*lines, *(f"| {a} | {b} | {c} |" for a, b, c in self.rows), ""])


class Bench:
    """The cluster (fsync on, tuned as an installation's) and its databases."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.cluster = Cluster(home)
        self.cluster.up()
        self.logins = self.cluster.logins()
        self._n = 0

    def settings(self, *, empty: bool = False, **more: Any) -> Settings:
        """A migrated database without records, or one that is quite ``empty``."""
        self._n += 1
        name = f"b{self._n}"
        with psycopg.connect(make_conninfo(self.logins.admin, dbname="postgres"), autocommit=True) as conn:
            conn.execute(
                sql.SQL(
                    "CREATE DATABASE {} OWNER gridsvc_owner TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C.UTF-8'"
                ).format(sql.Identifier(name))
            )
        admin = make_conninfo(self.logins.admin, dbname=name)
        found = Settings(dsn=make_conninfo(self.logins.app, dbname=name), admin_dsn=admin, home=self.home, **more)
        if empty:
            return found
        migrate(admin, tz="Asia/Shanghai")
        with Database(found.dsn or "", found) as db, begin(db, SYSTEM, "classes") as tx:
            codelists.seed(tx)
        return found


def environment(settings: Settings, **more: str) -> dict[str, str]:
    return child_environment(
        GRIDSVC_DSN=settings.dsn or "",
        GRIDSVC_ADMIN_DSN=settings.admin_dsn or "",
        GRIDSVC_HOME=str(settings.home),
        **more,
    )


@dataclass
class Ran:
    seconds: float
    peak_mb: float
    out: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


def command(settings: Settings | None, *args: object, cwd: Path | None = None, **more: str) -> Ran:
    """``gridsvc …`` as a process: seconds, peak memory of it and its children together, output."""
    env = environment(settings, **more) if settings else child_environment(**more)
    started = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "gridsvc", *map(str, args)], env=env, cwd=cwd, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    peak = 0.0
    import threading

    over = threading.Event()

    def watch() -> None:
        nonlocal peak
        while not over.wait(0.1):
            peak = max(peak, tree_mb(process.pid))

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    out, err = process.communicate()
    seconds = time.perf_counter() - started
    over.set()
    watcher.join()
    if process.returncode not in (0, None):
        raise SystemExit(f"gridsvc {' '.join(map(str, args))}: {process.returncode}\n{out}\n{err}")
    return Ran(seconds, peak, out)


def tree_mb(pid: int) -> float:
    """Resident memory of a process and all below it, MB."""
    children: dict[int, list[int]] = {}
    size: dict[int, float] = {}
    page = os.sysconf("SC_PAGE_SIZE") / 1e6
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                parts = (entry / "stat").read_text().rsplit(")", 1)[1].split()
            except OSError:
                continue
            children.setdefault(int(parts[1]), []).append(int(entry.name))
            size[int(entry.name)] = int(parts[21]) * page
    total, todo = 0.0, [pid]
    while todo:
        one = todo.pop()
        total += size.get(one, 0.0)
        todo += children.get(one, [])
    return total


@contextmanager
def timed() -> Iterator[list[float]]:
    """Seconds of a block, as the one element of a list."""
    out: list[float] = []
    started = time.perf_counter()
    yield out
    out.append(time.perf_counter() - started)


def machine() -> str:
    """Cores, memory, versions: no names, no paths."""
    memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 2**30
    return f"{os.cpu_count()} cores, {memory:.0f} GiB, {platform.system()} {platform.machine()}, Python {platform.python_version()}"
