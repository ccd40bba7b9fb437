"""PDF by typst with a font that has Chinese."""

from __future__ import annotations

import json
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from gridsvc.errors import SetupError

if TYPE_CHECKING:
    from collections.abc import Mapping

# any of these holds Chinese; Debian's packages put them here
_FONTS = (
    ("/usr/share/fonts/opentype/noto", "Noto Sans CJK SC"),
    ("/usr/share/fonts/truetype/wqy", "WenQuanYi Micro Hei"),
    ("/usr/share/fonts-droid-fallback/truetype", "Droid Sans Fallback"),
    ("/usr/share/fonts/truetype/droid", "Droid Sans Fallback"),
)


def font() -> tuple[str, str]:
    """Folder and name of an installed font that has Chinese.

    Raises:
        SetupError: ``font.missing``.
    """
    for folder, name in _FONTS:
        if any(Path(folder).glob("*")):
            return folder, name
    raise SetupError("font.missing")


def pdf(page: str, data: Any, files: Mapping[str, str] | None = None) -> bytes:
    """The typst source ``page`` as a PDF; ``{font}`` in it is the font, ``data.json`` and ``files`` lie beside it."""
    import typst

    folder, name = font()
    with TemporaryDirectory(prefix="gridsvc-pdf-") as work:  # its own, closed to others
        place = Path(work)
        (place / "data.json").write_text(json.dumps(data, ensure_ascii=False, default=str), encoding="utf-8")
        for file, text in (files or {}).items():
            (place / file).write_text(text, encoding="utf-8")
        (place / "page.typ").write_text(page.replace("{font}", name), encoding="utf-8")
        made = typst.compile(str(place / "page.typ"), root=work, font_paths=[folder, "/usr/share/fonts/truetype"])
    return bytes(made)
