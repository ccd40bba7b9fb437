"""Who is asking (session cookie or bearer token), and what every answer carries."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from fastapi import Request, Response
from fastapi.concurrency import run_in_threadpool

from gridsvc.errors import ForbiddenError, LimitError, SignInError
from gridsvc.services import auth
from gridsvc.store.tx import Caller
from gridsvc.web.problems import problem

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from gridsvc.settings import Settings

COOKIE = "gridsvc_session"
# A form on another site can send the cookie, but never this header; SameSite says the same to the browser.
OWN_HEADER = "x-requested-with"
_SAFE = {"GET", "HEAD", "OPTIONS"}
_BODY_MAX = 2_000_000
_POLICY = (
    "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
    "worker-src 'self' blob:; connect-src 'self'; frame-ancestors 'none'; base-uri 'self'; form-action 'self'"
)
_HEADERS = [
    (b"content-security-policy", _POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),
    (b"permissions-policy", b"geolocation=(self)"),
]


async def caller(request: Request) -> Caller:
    """The caller of a request; a dependency. A session is known by its signature; only a token has to be looked up,
    and a thread waits for that.

    Raises:
        SignInError: ``auth.needed``, ``auth.session``, ``auth.token``; ForbiddenError: ``auth.cross_site``.
    """
    header = request.headers.get("authorization", "")
    if header.lower().startswith("bearer "):
        return await run_in_threadpool(auth.caller_of_token, request.app.state.db, header[7:].strip())
    session = request.cookies.get(COOKIE)
    if not session:
        raise SignInError("auth.needed")
    if request.method not in _SAFE and request.headers.get(OWN_HEADER) != "gridsvc":
        raise ForbiddenError("auth.cross_site")
    return auth.caller_of_session(request.app.state.settings, session)


def give_session(response: Response, settings: Settings, who: Caller, secure: bool) -> dt.timedelta:
    """Put a session into the answer; how long it is good."""
    session, life = auth.session_for(settings, who)
    response.set_cookie(
        COOKIE, session, max_age=int(life.total_seconds()), httponly=True, samesite="strict", secure=secure, path="/"
    )
    return life


class Guard:
    """ASGI middleware: headers of protection on every answer, a limit on the size of every body."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self._app = app
        self._upload_max = settings.upload_max_mb * 1_000_000 + 1_000_000

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, with headers added and its body counted."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        most = self._upload_max if scope["path"].startswith(("/api/v1/imports", "/api/v1/attachments")) else _BODY_MAX
        size = int(dict(scope["headers"]).get(b"content-length", b"0") or 0)
        if size > most:
            await problem(413, "request.too_large", f"{size} > {most}")(scope, receive, _with_headers(send))
            return
        count = _Counted(receive, send, most)
        await self._app(scope, count.receive, _with_headers(count.send))


def _with_headers(send: Send) -> Send:
    async def wrapped(message: Message) -> None:
        if message["type"] == "http.response.start":
            have = {k.lower() for k, _ in message["headers"]}
            message["headers"] = [*message["headers"], *((k, v) for k, v in _HEADERS if k not in have)]
        await send(message)

    return wrapped


class _Counted:
    """A body whose size nobody announced. A framework that meets an error while it reads a body calls it malformed;
    so the answer is put right on its way out."""

    def __init__(self, receive: Receive, send: Send, most: int) -> None:
        self._receive, self._send, self._most = receive, send, most
        self._seen = 0
        self._refused = False

    async def receive(self) -> Message:
        """One part of the body."""
        message = await self._receive()
        self._seen += len(message.get("body", b""))
        if self._seen > self._most:
            raise LimitError("request.too_large", size=self._seen, most=self._most)
        return message

    async def send(self, message: Message) -> None:
        """One part of the answer; that a body was too large is said instead of whatever came of it."""
        if self._seen <= self._most:
            await self._send(message)
        elif not self._refused:
            self._refused = True
            text = f"{self._seen} > {self._most}"
            await problem(413, "request.too_large", text)({"type": "http"}, self._receive, _with_headers(self._send))
