"""The language of a request: ``?lang=``, then the cookie of the switch, then Accept-Language, then Chinese."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gridsvc.text import LANGUAGES

if TYPE_CHECKING:
    from starlette.requests import HTTPConnection

COOKIE = "gridsvc_lang"


def language_of(request: HTTPConnection) -> str:
    """``zh`` or ``en``."""
    for wish in (request.query_params.get("lang"), request.cookies.get(COOKIE)):
        if wish in LANGUAGES:
            return str(wish)
    for part in request.headers.get("accept-language", "").split(","):
        code = part.split(";")[0].strip().lower()[:2]
        if code in LANGUAGES:
            return code
    return "zh"
