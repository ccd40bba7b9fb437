"""网格分布图 (A3) and 公示牌 (one page a cell) as PDF: the map drawn as SVG, the page set by typst."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import segno
import shapely

from gridsvc.render import typeset
from gridsvc.render.scene import Frame, Scene, frame, scale_bar, svg

if TYPE_CHECKING:
    from collections.abc import Sequence

MAP_MM = (372.0, 236.0)
SIGN_MM = (182.0, 150.0)
_MAP = """
#set page(paper: "a3", flipped: true, margin: 18mm)
#set text(font: ("{font}",), size: 10pt, lang: "zh")
#let d = json("data.json")
#for s in d.sheets [
  #align(center, text(size: 24pt, weight: "bold", s.title))
  #v(-3mm)
  #block(width: d.width * 1mm, height: d.height * 1mm, stroke: 0.6pt, clip: true)[
    #place(image(s.map, width: d.width * 1mm, height: d.height * 1mm))
    #for l in s.labels {
      place(dx: l.x * 1mm - 15mm, dy: l.y * 1mm - 2.5mm,
        box(width: 30mm, align(center, text(size: l.size * 1pt, weight: "bold", fill: rgb("#3a1010"),
          stroke: none, l.text))))
    }
    #place(top + right, dx: -5mm, dy: 5mm, box(fill: white.transparentize(15%), inset: 2mm, align(center)[
      #polygon(fill: black, (4mm, 0mm), (7mm, 14mm), (4mm, 11mm), (1mm, 14mm)) #v(-2mm) 北 N]))
    #place(bottom + left, dx: 4mm, dy: -4mm, box(fill: white, stroke: 0.4pt, inset: 2.5mm)[
      #text(weight: "bold")[图例 Legend] #v(-1mm)
      #grid(columns: (12mm, auto), row-gutter: 1.6mm, align: horizon,
        line(length: 10mm, stroke: 1.4pt + rgb("#c00000")), [网格界线],
        ..if s.special {
          (line(length: 10mm, stroke: (paint: rgb("#7a3fa0"), thickness: 1.4pt, dash: "dashed")), [专属网格])},
        line(length: 10mm, stroke: 2.2pt + rgb("#e8b46a")), [主要道路],
        box(width: 10mm, height: 3mm, fill: rgb("#bcdff5")), [水域],
        box(width: 10mm, height: 3mm, fill: rgb("#b9b3ab")), [楼栋])])
    #place(bottom + right, dx: -5mm, dy: -4mm, box(fill: white.transparentize(15%), inset: 2mm)[
      #grid(columns: (auto, auto), column-gutter: 2mm, align: bottom,
        [0], [#box(width: s.bar_mm * 1mm, height: 2mm, stroke: 0.6pt,
          fill: gradient.linear(black, black, white, white)) #s.bar_m 米])
      #v(-2mm) #text(size: 9pt)[比例尺 1:#s.scale]])
  ]
  #v(-2mm)
  #grid(columns: (1fr, 1fr, 1fr, auto), [坐标系：2000国家大地坐标系], [制图单位：#d.maker], [制图日期：#d.day],
    [#if d.permit != "" [审图号：#d.permit]])
  #if s != d.sheets.last() { pagebreak() }
]
"""

_SIGNS = """
#set page(paper: "a4", margin: (x: 14mm, y: 12mm))
#set text(font: ("{font}",), size: 12pt, lang: "zh")
#let d = json("data.json")
#for s in d.signs [
  #align(center)[#text(size: 15pt)[#s.area] #v(-4mm) #text(size: 34pt, weight: "bold", fill: rgb("#a00000"), s.name)
    #v(-7mm) #text(size: 11pt, fill: luma(80))[网格编码 #s.code]]
  #block(width: d.width * 1mm, height: d.height * 1mm, stroke: 0.8pt, clip: true)[
    #place(image(s.map, width: d.width * 1mm, height: d.height * 1mm))]
  #text(size: 10pt)[四至范围：#s.bounds]
  #v(-1mm)
  #grid(columns: (1fr, 36mm), column-gutter: 4mm, align: (left + top, center + top),
    table(columns: (30mm, 1fr, 40mm), inset: 6pt, stroke: 0.5pt,
      table.header([*岗位*], [*姓名*], [*联系电话*]),
      ..s.people.map(p => (p.kind, text(size: 15pt, p.name), text(size: 15pt, p.phone))).flatten()),
    [#image(s.qr, width: 32mm) #v(-3mm) #text(size: 8pt)[扫码查看本网格]])
  #if s != d.signs.last() { pagebreak() }
]
"""


def maps(sheets: Sequence[tuple[str, Scene]], maker: str, day: str, permit: str) -> bytes:
    """A3 sheets, one a community, with title, legend, scale, north, datum, maker, date and permit number."""
    files, said = {}, []
    for n, (title, scene) in enumerate(sheets):
        at = frame(tuple(shapely.total_bounds(scene.cells)), MAP_MM)
        files[f"m{n}.svg"] = svg(scene, at, MAP_MM)
        inner = at.place(shapely.get_coordinates(shapely.point_on_surface(scene.cells)))
        small = np.sqrt(shapely.area(scene.cells)) * at.scale
        metres, millimetres = scale_bar(at)
        said.append({
            "title": title, "map": f"m{n}.svg", "bar_m": metres, "bar_mm": millimetres,
            "scale": f"{round(1000 / at.scale):,}", "special": any(s == "special" for s, _ in scene.ground),
            "labels": [{"x": float(x), "y": float(y), "text": text, "size": float(np.clip(s / 4, 5, 11))}
                       for (x, y), text, s in zip(inner, scene.labels, small, strict=True)],
        })  # fmt: skip
    data = {"width": MAP_MM[0], "height": MAP_MM[1], "sheets": said, "maker": maker, "day": day, "permit": permit}
    return typeset.pdf(_MAP, data, files)


def signs(pages: Sequence[tuple[Scene, int, dict[str, Any]]]) -> bytes:
    """公示牌: a page for each cell (a scene, its place there); said of it: area, name, code, bounds, people, link."""
    files, said = {}, []
    for n, (scene, i, one) in enumerate(pages):
        at = frame(shapely.bounds(scene.cells[i]), (SIGN_MM[0] * 0.8, SIGN_MM[1] * 0.8))
        at = Frame(at.west - SIGN_MM[0] * 0.1 / at.scale, at.north + SIGN_MM[1] * 0.1 / at.scale, at.scale)
        files[f"s{n}.svg"] = svg(_near(scene, at, i), at, SIGN_MM, 0)
        files[f"q{n}.svg"] = segno.make(one["link"], micro=False).svg_inline(scale=4, border=1)
        files[f"q{n}.svg"] = files[f"q{n}.svg"].replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1)
        said.append({**one, "map": f"s{n}.svg", "qr": f"q{n}.svg"})
    return typeset.pdf(_SIGNS, {"width": SIGN_MM[0], "height": SIGN_MM[1], "signs": said}, files)


def _near(scene: Scene, at: Frame, i: int) -> Scene:
    """What is inside a frame, the cell ``i`` first."""
    window = shapely.box(at.west, at.north - SIGN_MM[1] / at.scale, at.west + SIGN_MM[0] / at.scale, at.north)
    shown = [i, *(j for j in np.flatnonzero(shapely.intersects(window, scene.cells)).tolist() if j != i)]
    shapely.prepare(window)
    ground = [(s, g) for s, g in scene.ground if shapely.intersects(window, g)]
    return Scene(scene.cells[shown], [scene.labels[j] for j in shown], ground)
