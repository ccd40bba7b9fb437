"""A plan on paper: the officer's cells with the places numbered, and the list beside them, as one HTML file to
print."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import jinja2
import numpy as np
import shapely

from gridsvc import paths
from gridsvc.domain.rules import PERSONAL
from gridsvc.render import planbook
from gridsvc.render.scene import Frame, frame, scale_bar, svg
from gridsvc.text import language, t

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from numpy.typing import NDArray

    from gridsvc.render.scene import Scene

MAP_MM: Final = (186.0, 92.0)
PAGE_LINES: Final = 14  # that an A4 page holds below the map
_COLUMNS: Final = ("row", "name", "place", "rules", "by", "outcome", "at_note")
_AT_HOME: Final = ("met", "absent", "phone", "refused", "moved")
_ELSEWHERE: Final = ("done", "absent")
_SHIPPED: Final = {*_AT_HOME, *_ELSEWHERE, "vacant", "wrong"}  # the two are rare, and have to be explained anyway
_DOT: Final = 2.6  # millimetres


def html(
    head: dict[str, str], lines: Sequence[dict[str, Any]], words: dict[str, dict[str, str]],
    offered: dict[str, dict[str, str]], scene: Scene | None, points: NDArray[np.float64],
) -> str:  # fmt: skip
    """The page, with as many lines as it holds, the most urgent ones; ``points`` are the places of the lines in the
    metres of the scene, NaN where none is known."""
    page = jinja2.Environment(autoescape=True).from_string(
        paths.maps("pages", "plan.html").read_text(encoding="utf-8")
    )
    drawn, scale = _map(scene, points[:PAGE_LINES]) if scene is not None else ("", "")
    rows = [
        {**line, "rules": "、".join(line["rules"]), "need": planbook.need(line, words),
         "late": planbook.urgency(line),
         "outcomes": [offered["visit_outcome"][c] for c in _outcomes(line["target"], offered["visit_outcome"])]}
        for line in lines[:PAGE_LINES]
    ]  # fmt: skip
    over = len(lines) - len(rows)
    values = list(head.values())
    return page.render(
        lang=language(), title=t("plan.title"), officer=values[0], head=list(head.items()), print=t("plan.print"),
        map=drawn, scale=scale, wide=MAP_MM[0], rows=rows, columns=[(c, t(f"plan.column.{c}")) for c in _COLUMNS],
        more=t("plan.more", n=over) if over else "",
        nothing=t("plan.nothing"), signed=t("plan.signed.by").split("/"),
    )  # fmt: skip


def _outcomes(target: str, offered: Collection[str]) -> list[str]:
    """What can come of a visit, and what the office added: a patrol or meeting has no door that nobody opens."""
    usual = _AT_HOME if target in PERSONAL else _ELSEWHERE[:1] if target in ("cell", "area") else _ELSEWHERE
    return [c for c in usual if c in offered] + [c for c in offered if c not in _SHIPPED]


def _map(scene: Scene, points: NDArray[np.float64]) -> tuple[str, str]:
    """The map as SVG with numbered places, and its scale."""
    west, south, east, north = shapely.total_bounds(scene.cells)
    at = frame((float(west), float(south), float(east), float(north)), MAP_MM)
    window = shapely.box(at.west, at.north - MAP_MM[1] / at.scale, at.west + MAP_MM[0] / at.scale, at.north)
    near = [(s, shapely.intersection(g, window)) for s, g in scene.ground if shapely.intersects(g, window)]
    drawn = svg(type(scene)(scene.cells, scene.labels, near), at, MAP_MM)
    metres, _ = scale_bar(at)
    return drawn.replace("</svg>", _dots(points, at) + "</svg>"), f"1:{1000 / at.scale:,.0f} · {metres} m"


def _dots(points: NDArray[np.float64], at: Frame) -> str:
    """Places with the numbers of their lines, what stands within a dot of another one with it."""
    numbered = np.flatnonzero(~np.isnan(points[:, 0]))
    left = {int(i): xy for i, xy in zip(numbered, at.place(points[numbered]), strict=True)}
    out = []
    while left:  # a page of lines
        first = next(iter(left))
        x, y = left[first]
        here = [i for i, (a, b) in left.items() if np.hypot(a - x, b - y) < 2 * _DOT]
        text = _spans([i + 1 for i in here])
        for i in here:
            del left[i]
        wide = max(_DOT, 0.95 * len(text) + 0.9)
        out.append(f'<rect x="{x - wide:.1f}" y="{y - _DOT:.1f}" width="{2 * wide:.1f}" height="{2 * _DOT:.1f}" '
                   f'rx="{_DOT}" style="fill:#fff;stroke:#c00000;stroke-width:0.4"/>'
                   f'<text x="{x:.1f}" y="{y + 1.1:.1f}" text-anchor="middle" font-size="3.2" '
                   f'font-family="DejaVu Sans,sans-serif">{text}</text>')  # fmt: skip
    return "".join(out)


def _spans(numbers: Sequence[int]) -> str:
    """1, 2, 3, 7 as 1–3, 7; no more than a few of them."""
    spans: list[list[int]] = []
    for n in sorted(numbers):
        if spans and n == spans[-1][1] + 1:
            spans[-1][1] = n
        else:
            spans.append([n, n])
    said = [str(a) if a == b else f"{a}–{b}" for a, b in spans]
    return ",".join(said[:3]) + ("…" if len(said) > 3 else "")
