"""Codes of patrol points as a page to print and cut: one card a point, to hang where it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import jinja2
import segno

from gridsvc import paths
from gridsvc.text import language, t

if TYPE_CHECKING:
    from collections.abc import Sequence


def html(area: str, points: Sequence[dict[str, Any]], url: str) -> str:
    """Cards with ``name``, ``address``, ``cell``, ``code`` (of the cell) and ``task`` (of the point), in this order;
    a telephone that reads one opens the page of patrols at ``url``."""
    page = jinja2.Environment(autoescape=True).from_string(
        paths.maps("pages", "points.html").read_text(encoding="utf-8")
    )
    cards = [
        {**p, "kind": t(f"kind.{p['target']}"), "qr": _code(f"{url}/patrol?at={quote(p['task'])}")} for p in points
    ]
    return page.render(
        lang=language(),
        title=t("checkin.sheet"),
        area=area,
        points=cards,
        how=t("checkin.how"),
        print=t("plan.print"),
    )


def _code(link: str) -> str:
    return segno.make(link, error="m", micro=False).svg_inline(border=2, omitsize=True)
