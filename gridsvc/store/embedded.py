"""The private PostGIS of an installation without ``GRIDSVC_DSN``: made, started, stopped, removed (DESIGN §9).

Layout of the home folder: ``pg`` the cluster, ``log`` its log, ``secrets/dsn.json`` the logins (0600),
``keys/field.key`` the key for personal fields (0600), ``spool`` uploads.
"""

from __future__ import annotations

import contextlib
import json
import os
import pwd
import secrets
import shutil
import socket
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
from psycopg import sql

from gridsvc.errors import SetupError

if TYPE_CHECKING:
    from collections.abc import Sequence

DATABASE = "gridsvc"
APP, OWNER, SUPER = "gridsvc_app", "gridsvc_owner", "gridsvc_super"
_UNPRIVILEGED = ("postgres", "nobody")


@dataclass(frozen=True)
class Logins:
    """Connection strings of the private cluster: the application's, and the superuser's for ``db`` commands."""

    app: str
    admin: str


class Cluster:
    """The private cluster in ``home``; ``fast`` gives up crash safety (tests only)."""

    def __init__(self, home: Path, *, fast: bool = False) -> None:
        self.home = home
        self.fast = fast
        self._user = _unprivileged() if os.geteuid() == 0 else None

    @property
    def data(self) -> Path:
        """The data folder."""
        pointer = self.home / "where"
        return Path(pointer.read_text(encoding="utf-8").strip()) if pointer.exists() else self.home / "pg"

    @property
    def exists(self) -> bool:
        """Whether the cluster has been made."""
        return (self.home / "secrets" / "dsn.json").exists() and (self.data / "PG_VERSION").exists()

    @property
    def running(self) -> bool:
        """Whether the server runs."""
        if not (self.data / "PG_VERSION").exists():
            return False
        return self._call(["pg_ctl", "-D", str(self.data), "status"], check=False).returncode == 0

    def logins(self) -> Logins:
        """The connection strings.

        Raises:
            SetupError: ``db.not_made``.
        """
        path = self.home / "secrets" / "dsn.json"
        if not path.exists():
            raise SetupError("db.not_made")
        return Logins(**json.loads(path.read_text(encoding="utf-8")))

    def up(self) -> None:
        """Make the cluster if it is not there, start it if it does not run; the same again changes nothing."""
        fresh = not self.exists
        if fresh:
            self._make()
        if not self.running:
            self._start()
        if fresh:
            self._roles()

    def down(self) -> bool:
        """Stop the server; whether it was running."""
        if not self.running:
            return False
        self._call(["pg_ctl", "-D", str(self.data), "-m", "fast", "-w", "-t", "60", "stop"])
        return True

    def remove(self) -> None:
        """Stop the server and delete everything that belongs to the installation."""
        self.down()
        if self.data.parent != self.home:
            shutil.rmtree(self.data.parent, ignore_errors=True)
        shutil.rmtree(self.home, ignore_errors=True)

    # ---- making --------------------------------------------------------------------------------------------------

    def _make(self) -> None:
        for name in ("secrets", "keys", "spool"):
            (self.home / name).mkdir(parents=True, exist_ok=True, mode=0o700)
            (self.home / name).chmod(0o700)
        self._place()
        passwords = {name: secrets.token_urlsafe(24) for name in (SUPER, APP)}
        pwfile = self.data.parent / ".pw"
        _write_secret(pwfile, passwords[SUPER])
        if self._user:
            os.chown(pwfile, self._user.pw_uid, self._user.pw_gid)
        try:
            self._call(
                [
                    "initdb",
                    "-D",
                    str(self.data),
                    "-U",
                    SUPER,
                    "--encoding=UTF8",
                    "--locale=C.UTF-8",
                    "--data-checksums",
                    "--auth-local=peer",
                    "--auth-host=scram-sha-256",
                    f"--pwfile={pwfile}",
                ]
            )
        finally:
            pwfile.unlink()
        port = _free_port()
        self._write_conf(port)
        base = f"host=127.0.0.1 port={port} dbname={DATABASE}"
        logins = {
            "app": f"{base} user={APP} password={passwords[APP]}",
            "admin": f"{base} user={SUPER} password={passwords[SUPER]}",
        }
        _write_secret(self.home / "secrets" / "dsn.json", json.dumps(logins))
        key = self.home / "keys" / "field.key"
        if not key.exists():
            _write_secret(key, json.dumps({"key_id": 1, "aes": secrets.token_hex(32), "hmac": secrets.token_hex(32)}))

    def _place(self) -> None:
        """A folder the unprivileged user can reach: here, or under /var/lib when a parent folder is closed to it."""
        home = self.home / "pg"
        if self._user and not _reachable(self.home, self._user):
            elsewhere = Path("/var/lib/gridsvc") / secrets.token_hex(6)
            elsewhere.mkdir(parents=True)
            (self.home / "where").write_text(str(elsewhere / "pg"), encoding="utf-8")
            home = elsewhere / "pg"
        home.mkdir(parents=True, exist_ok=True)
        home.chmod(0o700)
        if self._user:
            os.chown(home, self._user.pw_uid, self._user.pw_gid)
            if home.parent != self.home:
                os.chown(home.parent, self._user.pw_uid, self._user.pw_gid)
            else:
                self.home.chmod(0o755)

    def _write_conf(self, port: int) -> None:
        memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // (1 << 20)
        settings = {
            "listen_addresses": "'127.0.0.1'",
            "port": port,
            "unix_socket_directories": "''",
            "max_connections": 60,
            "shared_buffers": f"{min(memory // 6, 4096)}MB",
            "effective_cache_size": f"{memory // 2}MB",
            "maintenance_work_mem": f"{min(max(memory // 24, 64), 1024)}MB",
            "work_mem": f"{min(max(memory // 256, 8), 64)}MB",
            "max_wal_size": "4GB",
            "min_wal_size": "256MB",
            "checkpoint_timeout": "15min",
            "wal_compression": "lz4",
            "random_page_cost": 1.1,
            "effective_io_concurrency": 100,
            "max_parallel_workers_per_gather": min(2, (os.cpu_count() or 2) // 2),
            "jit": "off",
            "log_min_duration_statement": "5s",
            "log_parameter_max_length": 0,
            "log_parameter_max_length_on_error": 0,
            "timezone": "'UTC'",
            "password_encryption": "'scram-sha-256'",
        }
        if self.fast:
            settings |= {
                "fsync": "off",
                "synchronous_commit": "off",
                "full_page_writes": "off",
                "wal_compression": "off",
                "autovacuum_naptime": "10min",  # dozens of databases: otherwise a worker starts every second
                "shared_buffers": "256MB",
            }
        text = "".join(f"{k} = {v}\n" for k, v in settings.items())
        (self.data / "gridsvc.conf").write_text(text, encoding="utf-8")
        with (self.data / "postgresql.conf").open("a", encoding="utf-8") as f:
            f.write("include 'gridsvc.conf'\n")
        if self._user:
            os.chown(self.data / "gridsvc.conf", self._user.pw_uid, self._user.pw_gid)

    def _start(self) -> None:
        log = self.data / "server.log"
        done = self._call(["pg_ctl", "-D", str(self.data), "-l", str(log), "-w", "-t", "60", "start"], check=False)
        if done.returncode:
            tail = log.read_text(encoding="utf-8", errors="replace").splitlines()[-5:] if log.exists() else []
            raise SetupError("db.start", reason=" | ".join(tail), log=str(log))

    def _roles(self) -> None:
        logins = self.logins()
        password = psycopg.conninfo.conninfo_to_dict(logins.app)["password"]
        admin = psycopg.conninfo.make_conninfo(logins.admin, dbname="postgres")
        with psycopg.connect(admin, autocommit=True) as conn:
            make_roles(conn, str(password))
            conn.execute(
                sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C.UTF-8'").format(
                    sql.Identifier(DATABASE), sql.Identifier(OWNER)
                )
            )

    def _call(self, command: Sequence[str], *, check: bool = True) -> subprocess.CompletedProcess[str]:
        program = find_program(command[0])
        extra: dict[str, object] = {}
        if self._user:
            extra = {"user": self._user.pw_uid, "group": self._user.pw_gid, "extra_groups": []}
        done = subprocess.run(  # type: ignore[call-overload]
            [str(program), *command[1:]], cwd="/", stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            check=False, **extra,
        )  # fmt: skip
        if check and done.returncode:
            raise SetupError("db.command", command=command[0], reason=done.stdout.strip()[-500:])
        return done


def make_roles(conn: psycopg.Connection[tuple[object, ...]], app_password: str) -> None:
    """The two roles every database of gridsvc needs; existing ones keep their rights and get the password."""
    have = {r[0] for r in conn.execute("SELECT rolname FROM pg_roles")}
    if OWNER not in have:
        conn.execute(sql.SQL("CREATE ROLE {} NOLOGIN").format(sql.Identifier(OWNER)))
    verb = "ALTER" if APP in have else "CREATE"
    conn.execute(
        sql.SQL(verb + " ROLE {} LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE PASSWORD {}").format(
            sql.Identifier(APP), sql.Literal(app_password)
        )
    )


def find_program(name: str) -> Path:
    """A PostgreSQL program of version 15 or later that has PostGIS beside it.

    Raises:
        SetupError: ``db.programs``.
    """
    for folder in sorted(Path("/usr/lib/postgresql").glob("*"), key=lambda p: p.name, reverse=True):
        version = folder.name
        extension = Path(f"/usr/share/postgresql/{version}/extension/postgis.control")
        if version.isdigit() and int(version) >= 15 and extension.exists() and (folder / "bin" / name).exists():
            return folder / "bin" / name
    found = shutil.which(name)
    if found is None:
        raise SetupError("db.programs", program=name)
    return Path(found)


def wait_until_ready(dsn: str, seconds: float = 30) -> None:
    """Wait for a server to take connections.

    Raises:
        SetupError: ``db.unreachable``.
    """
    end = time.monotonic() + seconds
    while True:
        try:
            psycopg.connect(dsn, connect_timeout=3).close()
        except psycopg.OperationalError as e:
            if time.monotonic() > end:
                raise SetupError("db.unreachable") from e
            time.sleep(0.3)
        else:
            return


def _unprivileged() -> pwd.struct_passwd:
    for name in _UNPRIVILEGED:
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(name)
    raise SetupError("db.no_user")


def _reachable(folder: Path, user: pwd.struct_passwd) -> bool:
    """Whether ``user`` may walk down to ``folder``'s parent."""
    for part in [folder.parent, *folder.parent.parents]:
        s = part.stat()
        bit = 0o100 if s.st_uid == user.pw_uid else 0o010 if s.st_gid == user.pw_gid else 0o001
        if not s.st_mode & bit:
            return False
    return True


def _free_port() -> int:
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return int(s.getsockname()[1])


def _write_secret(path: Path, text: str) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as f:
        f.write(text)
