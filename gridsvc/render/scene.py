"""Maps drawn as SVG, without words: for printed sheets and pages that need neither database nor browser library."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Geoms = NDArray[np.object_]

_ROUND = (1, 1.25, 1.5, 2, 2.5, 3, 4, 5, 6, 7.5, 8)
# fills that are told apart when printed, also in grey; neighbours get different ones
_FILLS = ("#fde9d9", "#ddebf7", "#e2efda", "#fff2cc", "#ede0f0", "#d9ead3")
_STYLES = {
    "water": "fill:#bcdff5;stroke:#7fb6dc;stroke-width:0.2",
    "river": "fill:none;stroke:#9cccec;stroke-width:0.9",
    "green": "fill:#dcefd4;stroke:none",
    "building": "fill:#b9b3ab;stroke:#8d8780;stroke-width:0.08",
    "major": "fill:none;stroke:#e8b46a;stroke-width:1.1",
    "minor": "fill:none;stroke:#ffffff;stroke-width:0.7",
    "special": "fill:none;stroke:#7a3fa0;stroke-width:0.7;stroke-dasharray:2.4 1.4",
    "rail": "fill:none;stroke:#777;stroke-width:0.4;stroke-dasharray:2 1.2",
}


@dataclass(frozen=True)
class Scene:
    """What a map shows, in metres: ``cells`` with ``labels``; ``ground``: (style, geometry) from below to above."""

    cells: Geoms
    labels: list[str]
    ground: list[tuple[str, shapely.Geometry]]


@dataclass(frozen=True)
class Frame:
    """From metres to millimetres of paper."""

    west: float
    north: float
    scale: float  # millimetres a metre

    def place(self, xy: NDArray[np.float64]) -> NDArray[np.float64]:
        """Millimetres from the upper left corner."""
        return np.column_stack([(xy[:, 0] - self.west) * self.scale, (self.north - xy[:, 1]) * self.scale])


def frame(bounds: tuple[float, float, float, float], size: tuple[float, float]) -> Frame:
    """A frame that holds ``bounds`` with a margin, at a round scale."""
    west, south, east, north = bounds
    metres = max((east - west) * 1.06 / size[0], (north - south) * 1.06 / size[1], 1e-3)  # a millimetre of paper
    denominator = metres * 1000
    power = 10 ** np.floor(np.log10(denominator))
    denominator = next((power * r for r in (*_ROUND, 10) if power * r >= denominator), power * 10)
    scale = 1000 / denominator
    middle = (west + east) / 2, (south + north) / 2
    return Frame(middle[0] - size[0] / scale / 2, middle[1] + size[1] / scale / 2, scale)


def svg(scene: Scene, at: Frame, size: tuple[float, float], marked: int | None = None) -> str:
    """The map without words; ``marked`` is the cell that a sign is about."""
    wide, high = size
    body = [f'<svg xmlns="http://www.w3.org/2000/svg" width="{wide}mm" height="{high}mm" ',
            f'viewBox="0 0 {wide} {high}"><rect width="{wide}" height="{high}" fill="#fbfaf7"/>']  # fmt: skip
    colour = _colours(scene.cells)
    for i, cell in enumerate(scene.cells):
        fill = _FILLS[colour[i]] if marked is None else "#ffe3a8" if i == marked else "#f3f1ec"
        body.append(f'<path d="{_path(cell, at)}" style="fill:{fill};stroke:none"/>')
    body += [f'<path d="{_path(g, at)}" style="{_STYLES[style]}"/>' for style, g in scene.ground]
    for i, cell in enumerate(scene.cells):
        width = "1.3" if marked == i else "0.55"
        paint = "#c00000" if marked in (None, i) else "#8a5a5a"
        body.append(f'<path d="{_path(cell, at)}" style="fill:none;stroke:{paint};stroke-width:{width};'
                    'stroke-linejoin:round"/>')  # fmt: skip
    return "".join(body) + "</svg>"


def _colours(cells: Geoms) -> list[int]:
    """A colour for each cell that none of its neighbours has (greedy)."""
    one, two = shapely.STRtree(cells).query(cells, predicate="intersects")
    out = np.full(len(cells), -1, dtype=np.int64)
    for i in range(len(cells)):  # a few hundred cells on a sheet
        taken = set(out[two[one == i]].tolist())
        out[i] = next((c for c in range(len(_FILLS)) if c not in taken), i % len(_FILLS))
    return [int(c) for c in out]


def _path(geom: shapely.Geometry, at: Frame) -> str:
    parts = []
    for piece in shapely.get_parts(geom):
        rings = shapely.get_rings(piece) if shapely.get_dimensions(piece) == 2 else [piece]
        for ring in rings:
            xy = at.place(shapely.get_coordinates(ring))
            if len(xy) > 1:
                parts.append("M" + "L".join(f"{x:.2f} {y:.2f}" for x, y in xy))
    return "".join(parts)


def scale_bar(at: Frame) -> tuple[int, float]:
    """A round length in metres of about 50 mm, and its millimetres."""
    metres = 50 / at.scale
    power = 10 ** np.floor(np.log10(metres))
    length = max(power * r for r in (1, 2, 5) if power * r <= metres)
    return int(length), float(length * at.scale)
