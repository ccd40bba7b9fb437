"""This installation: which database, with which logins."""

from __future__ import annotations

from gridsvc.domain.fieldcrypt import FieldKey
from gridsvc.errors import SetupError
from gridsvc.settings import Settings
from gridsvc.store.embedded import Cluster, Logins
from gridsvc.store.pool import Database


def is_private(settings: Settings) -> bool:
    """Whether gridsvc keeps a private cluster here (no ``GRIDSVC_DSN``)."""
    return settings.dsn is None


def cluster(settings: Settings) -> Cluster:
    """The private cluster of this installation."""
    return Cluster(settings.base)


def logins(settings: Settings, *, admin: bool = False) -> Logins:
    """The connection strings in use.

    Raises:
        SetupError: ``db.not_made``, ``db.no_admin`` (an outside database without ``GRIDSVC_ADMIN_DSN``).
    """
    if settings.dsn is None:
        return cluster(settings).logins()
    if admin and settings.admin_dsn is None:
        raise SetupError("db.no_admin")
    return Logins(settings.dsn, settings.admin_dsn or "")


def field_key(settings: Settings) -> FieldKey:
    """The key that personal fields are sealed with; its file stands outside the database.

    Raises:
        SetupError: ``key.missing``, ``key.malformed``.
    """
    path = settings.base / "keys" / "field.key"
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as e:
        raise SetupError("key.missing", path=str(path)) from e
    return FieldKey.parse(text, settings.cipher)


def open_database(settings: Settings) -> Database:
    """The pool of this process; a context manager.

    Raises:
        SetupError: ``db.not_made``, ``db.unreachable``.
    """
    return Database(logins(settings).app, settings)
