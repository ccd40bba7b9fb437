"""A cluster of our own for the test run (fsync off), databases cloned from migrated templates (DESIGN §9)."""

from __future__ import annotations

import datetime as dt
import fcntl
import itertools
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import psycopg
import pytest
from hypothesis import settings
from psycopg import sql
from psycopg.conninfo import make_conninfo
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from gridsvc.services import auth, codelists, demo
from gridsvc.settings import Settings
from gridsvc.store.embedded import Cluster, Logins
from gridsvc.store.migrate import migrate
from gridsvc.store.pool import Database
from gridsvc.store.tx import SYSTEM, begin

# the same cases every time, so that a run tells of the change and not of its luck; `make soak` looks for others
settings.register_profile("fixed", derandomize=True, deadline=None)  # a busy machine is no failure
settings.load_profile("fixed")

# hundreds of accounts, whose passwords nobody guesses: the cost that is shipped is tests/services/test_accounts.py's
SHIPPED_HASHER = auth._HASHER
auth._HASHER = PasswordHash((Argon2Hasher(time_cost=1, memory_cost=64, parallelism=1),))

AS_OF = dt.date(2026, 11, 20)
SHARED = Path(__file__).resolve().parent.parent.parent / "shared" / "data"


def shared(*parts: str) -> Path:
    """A file of the real input; the test skips when it is not there."""
    path = SHARED.joinpath(*parts)
    if not path.exists():
        pytest.skip(f"real input {'/'.join(parts)} is not here")
    return path


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files in the order in which no worker waits for another: one makes the sample city while the others do what
    needs none; then what stands on it, the pages spread among the rest, since each browser draws with both cores."""
    needs: dict[Path, bool] = {}
    for item in items:
        needs[item.path] = needs.get(item.path, False) or "city_name" in getattr(item, "fixturenames", ())
    pages = [path for path, city in needs.items() if city and path.parent.name == "browser"]
    rest = [path for path, city in needs.items() if city and path not in pages]
    place = dict.fromkeys(needs, 0.0)
    for files in (pages, rest):
        place |= {path: (n + 1) / (len(files) + 1) for n, path in enumerate(files)}
    place |= {path: -1.0 for path in rest if path.name == "test_openapi.py"}
    items.sort(key=lambda item: place[item.path])  # stable: the tests of a file stay together


class Server:
    """The test cluster: templates and clones."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.cluster = Cluster(home, fast=True)
        self.cluster.up()
        self.logins = self.cluster.logins()
        self._number = itertools.count()

    def make(self, template: str) -> str:
        """A fresh database from a template; its name."""
        name = f"t{next(self._number)}{os.environ.get('PYTEST_XDIST_WORKER', '')}"
        with psycopg.connect(make_conninfo(self.logins.admin, dbname="postgres"), autocommit=True) as conn:
            # whoever still holds a connection to the template (a pool that closes) would be in the way
            conn.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", (template,))
            conn.execute(  # as files: by way of the log it takes twice as long
                sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY").format(
                    sql.Identifier(name), sql.Identifier(template)
                )
            )
        return name

    def drop(self, name: str) -> None:
        with psycopg.connect(make_conninfo(self.logins.admin, dbname="postgres"), autocommit=True) as conn:
            conn.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))

    def dsn(self, name: str) -> Logins:
        return Logins(make_conninfo(self.logins.app, dbname=name), make_conninfo(self.logins.admin, dbname=name))

    def settings(self, name: str, **more: object) -> Settings:
        logins = self.dsn(name)
        return Settings(dsn=logins.app, admin_dsn=logins.admin, home=self.home, demo=True, **more)  # type: ignore[arg-type]


@pytest.fixture(scope="session")
def together(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that all workers of this run share."""
    base = tmp_path_factory.getbasetemp()
    return base.parent if "PYTEST_XDIST_WORKER" in os.environ else base


@contextmanager
def alone(lock: Path) -> Iterator[None]:
    """One worker at a time."""
    with lock.open("a") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield


def new_home() -> Path:
    """A folder for the cluster: in memory where there is room (a clone takes a sixth of the time), and what a run that
    was killed has left is put away first."""
    memory, disk = Path("/dev/shm"), Path(tempfile.gettempdir())  # noqa: S108 - made by mkdtemp
    for left in [*memory.glob("gridsvc-test-*"), *disk.glob("gridsvc-test-*")]:
        owner = left / "owner"
        if not owner.exists() or Path(f"/proc/{owner.read_text()}").exists():
            continue
        with suppress(Exception):  # it may be half made
            Cluster(left, fast=True).down()
        shutil.rmtree(left, ignore_errors=True)
    info = Path("/proc/meminfo").read_text().split()
    available = int(info[info.index("MemAvailable:") + 1]) << 10
    roomy = memory.is_dir() and min(shutil.disk_usage(memory).free, available // 2) > 6 << 30
    home = Path(tempfile.mkdtemp(prefix="gridsvc-test-", dir=memory if roomy else disk))
    home.chmod(0o755)
    run = os.getppid() if "PYTEST_XDIST_WORKER" in os.environ else os.getpid()
    (home / "owner").write_text(str(run))
    return home


@pytest.fixture(scope="session")
def server(together: Path) -> Iterator[Server]:
    """The cluster, made by the first worker that needs one and stopped by the last that leaves."""
    where, users = together / "cluster", together / "cluster.users"
    with alone(together / "cluster.lock"):
        home = Path(where.read_text()) if where.exists() else new_home()
        made = Server(home)
        if not where.exists():
            logins = made.logins
            migrate(logins.admin, tz="Asia/Shanghai")
            with Database(logins.app, made.settings("gridsvc")) as db, begin(db, SYSTEM, "classes") as tx:
                codelists.seed(tx)
            where.write_text(str(home))
        users.write_text(str(int(users.read_text() if users.exists() else 0) + 1))
    yield made
    with alone(together / "cluster.lock"):
        left = int(users.read_text()) - 1
        users.write_text(str(left))
        if not left:
            where.unlink()
            made.cluster.down()
            shutil.rmtree(home, ignore_errors=True)


@pytest.fixture(scope="session")
def city_files(together: Path) -> Path:
    """Where the sample city of the tests has its files."""
    return together / "city"


@pytest.fixture(scope="session")
def kept(server: Server, together: Path) -> Callable[[str, str, Callable[[Database], object]], str]:
    """``kept("city", "gridsvc", work)``: name of a template database, made from another by the first worker that asks
    for it; a test takes clones of it and never writes to it."""

    def make(key: str, parent: str, work: Callable[[Database], object]) -> str:
        done = together / f"{key}.template"
        with alone(together / f"{key}.lock"):
            if done.exists() and done.read_text().startswith(str(server.home)):
                return done.read_text().split("|")[1]
            name = server.make(parent)
            with Database(server.dsn(name).app, server.settings(name)) as db:
                work(db)
            with psycopg.connect(server.dsn(name).admin, autocommit=True) as conn:
                conn.execute("ANALYZE")  # plans that do not hang on when autovacuum came by
            done.write_text(f"{server.home}|{name}")
        return name

    return make


@pytest.fixture(scope="session")
def city_name(kept: Callable[..., str], city_files: Path) -> str:
    """Name of the database that holds the sample city (a template; do not write to it)."""

    def work(db: Database) -> None:
        city_files.mkdir(exist_ok=True)
        demo.run(db, SYSTEM, city_files, as_of=AS_OF)

    return kept("city", "gridsvc", work)


# one in forty of the lists that are long, with those who live behind the doors that stay
THIN = (
    "DELETE FROM dwelling WHERE id % 40 > 0",
    "DELETE FROM household h WHERE NOT EXISTS (SELECT FROM dwelling d WHERE d.id = h.dwelling_id)",
    "DELETE FROM person p WHERE NOT EXISTS (SELECT FROM dwelling d WHERE d.id = p.dwelling_id)",
    "DELETE FROM visit WHERE id % 40 > 0",
    "DELETE FROM obligation WHERE target_id % 40 > 0 AND personal",
    "DELETE FROM gap WHERE target_id % 40 > 0",
)


@pytest.fixture(scope="session")
def thin_name(kept: Callable[..., str], server: Server, city_name: str) -> str:
    """Name of a template with the sample city in which few people live: every kind of row, ground and role, for tests
    that bring every list or do the whole many times."""

    def work(db: Database) -> None:
        name = str(psycopg.conninfo.conninfo_to_dict(db.dsn)["dbname"])
        with psycopg.connect(server.dsn(name).admin, autocommit=True) as conn:
            for statement in THIN:
                conn.execute(statement.encode())
            conn.execute("DELETE FROM visit_change")
            conn.execute("VACUUM FULL")

    return kept("thin", city_name, work)


@pytest.fixture(scope="session")
def city(server: Server, city_name: str) -> Iterator[Database]:
    """The sample city, for reading; a clone, so that the template has no connections."""
    name = server.make(city_name)
    with Database(server.dsn(name).app, server.settings(name)) as db:
        yield db


@pytest.fixture
def fresh(server: Server) -> Iterator[Callable[..., Database]]:
    """Makes databases that a test may write to: ``fresh()`` empty, ``fresh(city_name)`` with the sample city."""
    with ExitStack() as stack:

        def make(template: str = "gridsvc", **more: object) -> Database:
            name = server.make(template)
            stack.callback(server.drop, name)
            return stack.enter_context(Database(server.dsn(name).app, server.settings(name, **more)))

        yield make


@pytest.fixture
def db(fresh: Callable[..., Database]) -> Database:
    """An empty database (schema and classes only)."""
    return fresh()


@pytest.fixture
def own_city(fresh: Callable[..., Database], city_name: str) -> Database:
    """The sample city, to write to."""
    return fresh(city_name)


@pytest.fixture(autouse=True)
def _no_outside_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.startswith("GRIDSVC_"):
            monkeypatch.delenv(name)
