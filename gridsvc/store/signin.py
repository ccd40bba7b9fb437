"""Transactions before anybody is known: one login or one token, and nothing else to see."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from gridsvc.store import sqlfiles
from gridsvc.store.tx import Tx, Who, translated

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gridsvc.store.pool import Database

_NOBODY = Who(0, "", "", "", None, (), ())


@contextmanager
def anonymous(db: Database, *, login: str = "", token_hash: str = "") -> Iterator[Tx]:
    """A transaction that sees the account ``login``, or the token with this hash, and no other row."""
    with db.connection() as conn, translated(), conn.transaction():
        conn.execute(sqlfiles.load("session/anonymous").query, {"login": login, "token_hash": token_hash})
        yield Tx(conn, _NOBODY, db.settings)
