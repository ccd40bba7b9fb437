"""What only the administrator's connection may do, and looking at a server from outside."""

from __future__ import annotations

from typing import Any

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from gridsvc.errors import ConflictError, SetupError
from gridsvc.store import embedded


def reset(admin_dsn: str, name: str) -> None:
    """Delete everything in the database; ``name`` must be the database's own.

    Raises:
        ConflictError: ``db.reset_name``.
    """
    with psycopg.connect(admin_dsn, autocommit=True) as conn:
        if conn.info.dbname != name:
            raise ConflictError("db.reset_name", want=conn.info.dbname, got=name)
        conn.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        have = conn.execute("SELECT extname FROM pg_extension WHERE extname <> 'plpgsql'").fetchall()
        for (extension,) in have:
            conn.execute(sql.SQL("DROP EXTENSION IF EXISTS {} CASCADE").format(sql.Identifier(extension)))
        conn.execute("DROP SCHEMA public CASCADE")
        conn.execute("CREATE SCHEMA public")
        conn.execute("GRANT USAGE ON SCHEMA public TO PUBLIC")


def server(dsn: str) -> dict[str, Any]:
    """Host, port, database, version and size.

    Raises:
        SetupError: ``db.unreachable``.
    """
    try:
        with psycopg.connect(dsn, connect_timeout=3) as conn:
            row = conn.execute(
                "SELECT current_setting('server_version'), pg_database_size(current_database())"
            ).fetchone()
            info = conn.info
            version, size = row if row else ("?", 0)
            return {"host": info.host, "port": info.port, "database": info.dbname, "postgresql": version,
                    "megabytes": round(size / 1e6, 1)}  # fmt: skip
    except psycopg.OperationalError as e:
        raise SetupError("db.unreachable") from e


def ensure_roles(admin_dsn: str, app_dsn: str) -> None:
    """The two roles, with the password that ``app_dsn`` signs in with."""
    password = str(conninfo_to_dict(app_dsn).get("password") or "")
    with psycopg.connect(admin_dsn, autocommit=True) as conn:
        embedded.make_roles(conn, password)


def beside(dsn: str, other: str) -> str:
    """The same login on the database of ``other``, on the same server."""
    return make_conninfo(dsn, dbname=str(conninfo_to_dict(other)["dbname"]))
