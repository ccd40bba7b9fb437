"""Two divisions of the same ground side by side, as one HTML page with the maps inside."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import shapely

from gridsvc.render.scene import Scene, frame, svg
from gridsvc.text import t

if TYPE_CHECKING:
    from collections.abc import Sequence

_SIZE = (300.0, 240.0)
_FIGURES = ("cells", "load_mean", "load_min", "load_max", "load_cv", "load_cv_bound", "empty", "cut", "disconnected",
            "gap_share", "overlap_share", "barrier_crossing_m", "compactness", "seconds")  # fmt: skip
_PAGE = """<!doctype html><html lang="{lang}"><meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>{title}</title><style>
body{{font:15px/1.5 system-ui,"Noto Sans CJK SC","Microsoft YaHei",sans-serif;margin:1.2rem;color:#222}}
h1{{font-size:1.4rem}} h2{{font-size:1.05rem;margin:.2rem 0}}
.two{{display:grid;grid-template-columns:repeat(auto-fit,minmax(22rem,1fr));gap:1rem}}
svg{{width:100%;height:auto;border:1px solid #ccc}}
table{{border-collapse:collapse;margin-top:1rem}} td,th{{border:1px solid #ccc;padding:.25rem .7rem;text-align:right}}
td:first-child,th:first-child{{text-align:left}} p{{max-width:60rem}}
</style><h1>{title}</h1><p>{about}</p><div class="two">{maps}</div>{table}</html>
"""


def page(title: str, about: str, shown: Sequence[tuple[str, Scene, dict[str, Any]]], lang: str) -> str:
    """The page; ``shown``: heading, scene (metres) and figures of each division."""
    at = frame(tuple(shapely.total_bounds(shown[0][1].cells)), _SIZE)
    maps = "".join(f"<div><h2>{name}</h2>{svg(scene, at, _SIZE)}</div>" for name, scene, _ in shown)
    head = "".join(f"<th>{name}</th>" for name, _, _ in shown)
    rows = "".join(
        f"<tr><td>{t(f'grid.figure.{name}')}</td>" + "".join(f"<td>{_said(f.get(name))}</td>" for _, _, f in shown)
        for name in _FIGURES
    )
    table = f"<table><tr><th></th>{head}</tr>{rows}</table>"
    return _PAGE.format(lang=lang, title=title, about=about, maps=maps, table=table)


def _said(value: Any) -> str:
    if value is None:
        return "–"
    return f"{value:,}" if isinstance(value, int) else f"{value:.2g}" if abs(value) < 0.1 else f"{value:,.2f}"
