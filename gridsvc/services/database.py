"""The ``db`` commands: up, down, status, migrate, backup, restore, reset."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gridsvc import __version__
from gridsvc.errors import SetupError
from gridsvc.services import codelists, installation
from gridsvc.services.progress import Progress, quiet
from gridsvc.store import admin as server
from gridsvc.store import backup as store
from gridsvc.store import embedded
from gridsvc.store.migrate import Migrated
from gridsvc.store.migrate import migrate as run_migrations
from gridsvc.store.pool import Database
from gridsvc.store.tx import SYSTEM, begin

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from gridsvc.settings import Settings

_REWRITTEN = ("meta", "schema_migration")  # what a migration writes into the restored database itself


def up(settings: Settings) -> bool:
    """Make and start the private cluster (an outside database is only looked for); whether it was started now."""
    if not installation.is_private(settings):
        embedded.wait_until_ready(installation.logins(settings).app)
        return False
    cluster = installation.cluster(settings)
    running = cluster.exists and cluster.running
    if not running:
        cluster.up()
    return not running


def down(settings: Settings) -> bool:
    """Stop the private cluster; whether it ran."""
    return installation.is_private(settings) and installation.cluster(settings).down()


def remove(settings: Settings) -> None:
    """Stop the private cluster and delete it with keys, logins and spool."""
    if installation.is_private(settings):
        installation.cluster(settings).remove()


def migrate(settings: Settings, *, force: bool = False) -> Migrated:
    """Bring schema, functions and policies up to date, and put the shipped code tables in."""
    logins = installation.logins(settings, admin=True)
    done = run_migrations(logins.admin, tz=settings.tz, force=force)
    if done.changed:
        with Database(logins.app, settings) as db, begin(db, SYSTEM, "classes") as tx:
            codelists.seed(tx)
    return done


@dataclass(frozen=True)
class Backup:
    """A backup that was made and proved."""

    folder: str
    megabytes: float
    tables: int
    rows: int
    key_file: str | None
    key_fingerprint: str | None
    seconds: float


def backup(
    settings: Settings,
    folder: Path,
    key_to: Path | None = None,
    progress: Progress = quiet,
    *,
    failing: Callable[[Database], set[str]],
) -> Backup:
    """Dump, restore into a scratch database, migrate, and compare counts, checksums, a plan and the checks.

    The key of the personal fields is copied to ``key_to`` (default: beside ``folder``, never into it). ``failing``
    names the checks that fail (`gridsvc.checks`, which stands above the services): the restored database may fail
    no check that the live one passes.

    Raises:
        SetupError: ``backup.differs`` with the tables, or the checks, that do.
    """
    started = dt.datetime.now(dt.UTC)
    logins = installation.logins(settings, admin=True)
    progress("backup.dump", 0.0)
    dump, before = store.dump(logins.admin, folder)
    progress("backup.prove", 0.3)
    with store.scratch(logins.admin) as scratch:
        store.restore(scratch, folder, tz=settings.tz)
        after, indexed = store.proof(scratch), store.box_uses_index(scratch)
        with Database(logins.app, settings) as live, Database(server.beside(logins.app, scratch), settings) as copy:
            worse = failing(copy) - failing(live)
    differs = [n for n in before if n not in _REWRITTEN and before[n] != after.get(n)]
    differs += sorted(worse) + ([] if indexed else ["plan"])
    if differs:
        raise SetupError("backup.differs", tables=", ".join(differs))
    fingerprint, target = None, None
    key = settings.base / "keys" / "field.key"
    if key.exists():
        target = key_to or folder.with_name(folder.name + "-key") / "field.key"
        fingerprint = store.copy_key(key, target)
    rows = sum(n for n, _ in before.values())
    extra = {"gridsvc": __version__, "at": started.isoformat(), "tz": settings.tz, "key_fingerprint": fingerprint}
    store.write_manifest(folder, before, extra)
    seconds = round((dt.datetime.now(dt.UTC) - started).total_seconds(), 1)
    return Backup(
        str(folder),
        round(dump.stat().st_size / 1e6, 1),
        len(before),
        rows,
        str(target) if target else None,
        fingerprint,
        seconds,
    )


def restore(settings: Settings, folder: Path) -> dict[str, Any]:
    """Restore a backup into the empty database of this installation; rows by table.

    Raises:
        SetupError: ``backup.not_empty`` (reset it first), ``backup.missing``.
    """
    admin = installation.logins(settings, admin=True).admin
    store.restore(admin, folder, tz=settings.tz)
    if installation.is_private(settings):
        server.ensure_roles(admin, installation.logins(settings).app)
    return {name: rows for name, (rows, _) in store.proof(admin).items()}


def reset(settings: Settings, name: str) -> None:
    """Delete everything in the database and make the schema anew; ``name`` must be the database's own.

    Raises:
        ConflictError: ``db.reset_name``.
    """
    server.reset(installation.logins(settings, admin=True).admin, name)
    migrate(settings)


def status(settings: Settings) -> dict[str, Any]:
    """Where the database is and whether it answers."""
    private = installation.is_private(settings)
    out: dict[str, Any] = {"private": private, "home": str(settings.base), "version": __version__}
    if private:
        cluster = installation.cluster(settings)
        out |= {"made": cluster.exists, "running": cluster.exists and cluster.running, "data": str(cluster.data)}
        if not out["running"]:
            return out
    return {**out, **server.server(installation.logins(settings).app)}
