"""Slips with the first passwords of officers: A4, ten a page, to be cut and handed over."""

from __future__ import annotations

import os
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from gridsvc.render import typeset

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

_PAGE = """
#set page(paper: "a4", margin: 12mm)
#set text(font: ("{font}",), size: 10pt, lang: "zh")
#let slips = json("data.json")
#let line = (paint: luma(160), dash: "dashed")
#let slip(s) = block(width: 100%, height: 52mm, breakable: false, inset: 4mm, stroke: line)[
  #text(size: 12pt, weight: "bold")[#s.name] #h(1fr) #s.number
  #v(0.5mm) #s.place
  #v(1.5mm)
  #grid(columns: (36mm, 1fr), row-gutter: 2.4mm,
    [登录名 Login], text(font: ("DejaVu Sans Mono",), size: 12pt)[#s.login],
    [初始密码 Password], text(font: ("DejaVu Sans Mono",), size: 12pt)[#s.password],
    [网址 Address], text(size: 9pt)[#s.address])
  #v(1fr)
  #text(size: 8pt, fill: luma(90))[首次登录后请立即修改密码；不要转借。 Change it at once.]
]
#grid(columns: (1fr, 1fr), ..slips.map(slip))
"""


@dataclass(frozen=True)
class Slip:
    """What stands on one slip."""

    name: str
    number: str
    place: str
    login: str
    password: str
    address: str


def write(slips: Sequence[Slip], path: Path) -> None:
    """Write the slips as a PDF that only this user of the machine can read, whole or not at all.

    Raises:
        SetupError: ``font.missing``.
    """
    body = typeset.pdf(_PAGE, [asdict(s) for s in slips])
    part = path.with_name(f".{path.name}.part")
    part.unlink(missing_ok=True)
    try:
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as f:
            f.write(body)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
