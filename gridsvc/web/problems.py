"""Every error as ``application/problem+json`` (RFC 9457), in the caller's language."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import structlog
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from starlette.exceptions import HTTPException

from gridsvc.errors import GridError
from gridsvc.text import message, remedy, speaking, t
from gridsvc.web.language import language_of

if TYPE_CHECKING:
    from fastapi import FastAPI, Request

log = structlog.get_logger()


def problem(status: int, code: str, detail: str, fix: str = "", **more: Any) -> Response:
    """A problem document; characters that UTF-8 cannot carry are replaced."""
    body = {"type": f"/problems/{code}", "title": t(f"status.http.{status}"), "status": status, "code": code,
            "detail": detail, **({"remedy": fix} if fix else {}), **more}  # fmt: skip
    text = json.dumps(body, ensure_ascii=False, default=str)
    headers = {"WWW-Authenticate": "Bearer"} if status == 401 else {"Retry-After": "2"} if status == 503 else None
    return Response(text.encode("utf-8", errors="replace"), status, headers, media_type="application/problem+json")


def install(app: FastAPI) -> None:
    """Register the handlers."""
    app.add_exception_handler(GridError, _grid)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(Exception, _crash)


def _grid(request: Request, error: Exception) -> Response:
    assert isinstance(error, GridError)  # noqa: S101 - registered for this class only
    trouble = getattr(error, "trouble", None)  # a map of what is wrong
    more = {} if trouble is None else {"trouble": json.loads(trouble.to_json())}
    with speaking(language_of(request)):
        return problem(error.status, error.code, message(error), remedy(error), **more)


def _invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)  # noqa: S101
    with speaking(language_of(request)):
        faults = [{"field": ".".join(str(p) for p in e["loc"] if p not in ("body", "query", "path")),
                   "message": _fault(e)} for e in error.errors()]  # fmt: skip
        return problem(422, "request.invalid", t("error.request.invalid"), t("remedy.request.invalid"), errors=faults)


def _fault(e: Any) -> str:
    """What is wrong with a field, in the caller's language where the catalogue knows this kind of fault."""
    known = f"invalid.{e['type']}"
    said = t(known, **{name: str(value) for name, value in e.get("ctx", {}).items()})
    return str(e["msg"]) if said == known else said


def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101
    with speaking(language_of(request)):
        return problem(error.status_code, f"http.{error.status_code}", t(f"status.http.{error.status_code}"))


def _crash(request: Request, error: Exception) -> Response:
    log.error("request.crashed", path=request.url.path, error=type(error).__name__, exc_info=error)
    with speaking(language_of(request)):
        return problem(500, "server.error", t("error.server.error"), t("remedy.server.error"))
