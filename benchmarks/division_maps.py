"""Draws the maps of docs/division.md: ``python -m benchmarks.division_maps``."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import shapely
import typst

from benchmarks.common import ROOT
from gridsvc.domain import crs, division
from gridsvc.domain.recipe import Recipe
from gridsvc.render.scene import Scene, frame, svg
from tests.domain.sets import real

_PAGE = """
#set page(width: 250mm, height: auto, margin: 3mm)
#set text(font: ("DejaVu Sans",), size: 9pt)
#grid(columns: 2, column-gutter: 3mm, row-gutter: 1.5mm, [Before: squares of 100 m], [After: balanced, 10 buildings a cell],
  image("a.svg", width: 120mm), image("b.svg", width: 120mm))
"""


def main() -> None:
    for name in ("kathmandu", "310101"):
        area, houses, lines = real(name)
        size = (240.0, 180.0) if name == "kathmandu" else (200.0, 220.0)
        epsg = crs.metric_epsg(*shapely.centroid(area).coords[0])
        inside = houses[shapely.intersects(area, houses)]
        ground = (
            [("building", g) for g in inside]
            + [("major", g) for g in lines.hard]
            + [("minor", g) for g in lines.prefer]
        )
        flat = crs.transform(np.array([g for _, g in ground], dtype=object), 4326, epsg)
        drawn = [(s, g) for (s, _), g in zip(ground, flat, strict=True)]
        with TemporaryDirectory() as work:
            for file, how in (("a", Recipe("square", size_m=100)), ("b", Recipe(target=10))):
                done = division.divide(area, how, houses, barriers=lines if file == "b" else None)
                cells = crs.transform(np.asarray(done.cells.geometry, dtype=object), 4326, epsg)
                at = frame(tuple(shapely.total_bounds(cells)), size)
                scene = Scene(cells, [""] * len(cells), drawn)
                (Path(work) / f"{file}.svg").write_text(svg(scene, at, size), encoding="utf-8")
            (Path(work) / "p.typ").write_text(_PAGE, encoding="utf-8")
            made = typst.compile(str(Path(work) / "p.typ"), root=work, format="png", ppi=130)
        (ROOT / "docs" / f"division-{name}.png").write_bytes(made)


if __name__ == "__main__":
    main()
