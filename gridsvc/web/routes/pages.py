"""The pages, their parts, and the API's documentation, all from this server."""

from __future__ import annotations

import json
from functools import cache
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Path, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from gridsvc import __version__, paths
from gridsvc.errors import GridError
from gridsvc.text import LANGUAGES, catalogue
from gridsvc.web.security import COOKIE, caller

router = APIRouter(include_in_schema=False)
PAGES = {"": "map"} | {
    n: n
    for n in (
        "map",
        "coverage",
        "gaps",
        "rules",
        "closing",
        "patrol",
        "divide",
        "import",
        "ledger",
        "reconcile",
        "seat",
    )
}


_SHOWN = ("page.", "role.", "level.", "report.", "status.", "limit.", "gaps.", "residents.", "count.", "kind.",
          "reject.", "warning.", "aside.", "step.", "reconcile.", "agreed.",
          "coverage.partial")  # fmt: skip


@cache
def _page(name: str) -> str:
    text = paths.maps("pages", f"{name}.html").read_text(encoding="utf-8")
    return text.replace("{{version}}", __version__)


@router.get("/")
@router.get("/map")
@router.get("/coverage")
@router.get("/gaps")
@router.get("/rules")
@router.get("/closing")
@router.get("/patrol")
@router.get("/divide")
@router.get("/import")
@router.get("/ledger")
@router.get("/reconcile")
@router.get("/seat")
async def page(request: Request) -> Response:
    """A page for whoever is signed in; otherwise the way to the sign-in."""
    try:
        await caller(request)
    except GridError:
        there = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        return RedirectResponse(f"/login?{urlencode({'next': there})}", 303)
    return HTMLResponse(_page(PAGES[request.url.path.strip("/")]))


@router.get("/login")
def login() -> Response:
    """The sign-in page."""
    return HTMLResponse(_page("login"))


@router.get("/docs")
def docs(request: Request) -> Response:
    """The API's documentation."""
    if not request.cookies.get(COOKIE):
        return RedirectResponse("/login?next=/docs", 303)
    return HTMLResponse(_page("docs"))


@router.get("/i18n/{lang}.json")
def words(lang: Annotated[str, Path(pattern="^(zh|en)$")]) -> Response:
    """The sentences of the pages in one language."""
    return Response(_words(lang), media_type="application/json", headers={"Cache-Control": "no-cache"})


@cache
def _words(lang: str) -> bytes:
    wanted = lang if lang in LANGUAGES else "zh"
    found = {k: v[wanted] for k, v in catalogue().items() if k.startswith(_SHOWN)}
    return json.dumps(found, ensure_ascii=False).encode()
