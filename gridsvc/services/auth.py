"""Signing in: passwords, sessions and tokens."""

from __future__ import annotations

import datetime as dt
import hashlib
import os
import secrets
import threading
from contextlib import suppress
from functools import cache
from typing import TYPE_CHECKING, Any

import jwt
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from gridsvc.errors import BusyError, InputError, MissingError, SignInError
from gridsvc.store.signin import anonymous
from gridsvc.store.tx import Caller, begin

if TYPE_CHECKING:
    from gridsvc.settings import Settings
    from gridsvc.store.pool import Database, Row

TOKEN_PREFIX = "gst_"  # noqa: S105 - not a secret, the mark of one
PASSWORD_LEAST = 10
_HASHER = PasswordHash((Argon2Hasher(),))
# argon2 takes 64 MiB and a fifth of a second: two at a time are enough for an office, whatever the flood
_AT_ONCE = threading.BoundedSemaphore(2)


@cache
def _nobody() -> str:
    """The hash that a login which nobody has is compared with, so that it takes as long; made when first needed."""
    return _HASHER.hash(secrets.token_hex(8))


def hash_password(password: str) -> str:
    """An argon2 hash.

    Raises:
        InputError: ``auth.password_short``.
    """
    if len(password) < PASSWORD_LEAST:
        raise InputError("auth.password_short", least=PASSWORD_LEAST)
    return _HASHER.hash(password)


def sign_in(db: Database, login: str, password: str) -> Caller:
    """The caller behind a login and password.

    Raises:
        SignInError: ``auth.wrong`` (unknown login and wrong password alike), ``auth.locked``;
        BusyError: ``auth.busy``.
    """
    name = login.strip().lower()
    with anonymous(db, login=name) as tx:
        row = tx.one("user/for_login", login=name)
    if row and row["locked_until"] and row["locked_until"] > dt.datetime.now(dt.UTC):
        raise SignInError("auth.locked")
    known = row["password_hash"] if row and not row["disabled"] and row["password_hash"] else None
    if not _AT_ONCE.acquire(timeout=2):
        raise BusyError("auth.busy")
    try:
        nobody = _nobody()  # also for a login that somebody has: the first of all takes longer, whoever it is
        good = _HASHER.verify(password, known or nobody) and known is not None
    finally:
        _AT_ONCE.release()
    with anonymous(db, login=name) as tx:
        tx.run("user/signed_in" if good else "user/failed", login=name)
    if not good or row is None:
        raise SignInError("auth.wrong")
    caller = Caller(int(row["id"]))
    _audit(db, caller, "auth.sign_in")
    return caller


def sign_in_demo(db: Database, login: str) -> Caller:
    """A demo account without a password; only where the installation is a demo.

    Raises:
        SignInError: ``auth.no_demo``.
    """
    if not db.settings.demo:
        raise SignInError("auth.no_demo")
    row = next((r for r in demo_accounts(db) if r["login"] == login), None)
    if row is None:
        raise SignInError("auth.no_demo")
    caller = Caller(int(row["id"]))
    _audit(db, caller, "auth.sign_in_demo")
    return caller


def demo_accounts(db: Database) -> list[Row]:
    """Accounts with a button on the login page; none outside a demo."""
    from gridsvc.store.tx import SYSTEM

    if not db.settings.demo:
        return []
    with begin(db, SYSTEM, "users") as tx:
        return tx.rows("user/demo")


def _audit(db: Database, caller: Caller, action: str) -> None:
    with begin(db, caller, "read") as tx:
        tx.audit(action)


# ---- sessions ----------------------------------------------------------------------------------------------------


def session_for(settings: Settings, caller: Caller) -> tuple[str, dt.timedelta]:
    """A signed session for a cookie, and how long it is good."""
    life = dt.timedelta(hours=settings.session_hours)
    now = dt.datetime.now(dt.UTC)
    claims = {"sub": str(caller.user_id), "iat": now, "exp": now + life}
    return jwt.encode(claims, _session_key(settings.base), algorithm="HS256"), life


def caller_of_session(settings: Settings, session: str) -> Caller:
    """Who a session belongs to.

    Raises:
        SignInError: ``auth.session``.
    """
    try:
        claims: dict[str, Any] = jwt.decode(
            session, _session_key(settings.base), algorithms=["HS256"], options={"require": ["exp", "sub"]}
        )
        return Caller(int(claims["sub"]))
    except (jwt.PyJWTError, ValueError) as e:
        raise SignInError("auth.session") from e


@cache
def _session_key(base: os.PathLike[str]) -> bytes:
    """The installation's key for sessions, made when it is first needed (0600)."""
    from pathlib import Path

    path = Path(base) / "secrets" / "session.key"
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not path.exists():
        # written whole under another name, then linked: of two processes that start at once, one key stays
        own = path.with_name(f"session.{os.getpid()}.{secrets.token_hex(4)}")
        with os.fdopen(os.open(own, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as f:
            f.write(secrets.token_bytes(48))
        with suppress(FileExistsError):
            os.link(own, path)
        own.unlink()
    return path.read_bytes()


# ---- tokens ------------------------------------------------------------------------------------------------------


def caller_of_token(db: Database, token: str) -> Caller:
    """Who a token belongs to.

    Raises:
        SignInError: ``auth.token``.
    """
    digest = hashlib.sha256(token.encode(errors="surrogateescape")).digest()
    with anonymous(db, token_hash=digest.hex()) as tx:
        user_id = tx.value("user/by_token", hash=digest)
    if user_id is None:
        raise SignInError("auth.token")
    return Caller(int(user_id))


def create_token(
    db: Database, caller: Caller, name: str, days: int = 90, login: str | None = None
) -> tuple[int, str]:
    """A new token of the caller's own (or, for who manages accounts, of ``login``); it is shown this once only.

    Raises:
        InputError: ``token.days``; MissingError: ``user.unknown``.
    """
    if not 1 <= days <= 366:
        raise InputError("token.days", value=days)
    token = TOKEN_PREFIX + secrets.token_urlsafe(32)
    with begin(db, caller, "users" if login else "read") as tx:
        user_id = caller.user_id
        if login:
            row = tx.one("user/one", login=login)
            if row is None:
                raise MissingError("user.unknown", login=login)
            user_id = int(row["id"])
        number = tx.value(
            "token/add", user_id=user_id, name=name, hash=hashlib.sha256(token.encode()).digest(),
            expires_at=dt.datetime.now(dt.UTC) + dt.timedelta(days=days),
        )  # fmt: skip
        tx.audit("token.create", entity="token", row_id=int(number))
    return int(number), token


def tokens(db: Database, caller: Caller) -> list[Row]:
    """The caller's own tokens, without what they are."""
    with begin(db, caller, "read") as tx:
        return tx.rows("token/list", user_id=caller.user_id)


def revoke_token(db: Database, caller: Caller, number: int, *, anybody: bool = False) -> None:
    """Take a token back.

    Raises:
        MissingError: ``token.unknown``.
    """
    with begin(db, caller, "users" if anybody else "read") as tx:
        if not tx.run("token/revoke", id=number, user_id=None if anybody else caller.user_id):
            raise MissingError("token.unknown", id=number)
        tx.audit("token.revoke", entity="token", row_id=number)
