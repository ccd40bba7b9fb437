"""A photo or document that somebody attaches, made safe: a process of its own with limits and a fence.

A photo is turned upright, made no larger than a screen shows, and written anew, so that nothing stays of what the
camera wrote into it (place, time, device). A PDF stays as it is; one that would act by itself is refused.
"""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from gridsvc import errors
from gridsvc.errors import GridError, InputError, LimitError
from gridsvc.io import confine
from gridsvc.io.prefork import PACKAGE, reader_environment

SIDE, PIXELS = 2560, 60_000_000
MEMORY_MB, SECONDS = 2048, 20
_ACTIVE = (b"/JavaScript", b"/JS ", b"/JS(", b"/Launch", b"/EmbeddedFile", b"/RichMedia", b"/XFA")


@dataclass(frozen=True)
class Clean:
    """What may be kept: type of content and bytes."""

    media: str
    body: bytes


def clean(path: Path, name: str, folder: Path) -> Clean:
    """The file at ``path`` as it may be kept; ``name`` is what messages call it, ``folder`` where to work.

    Raises:
        InputError: ``attachment.format``, ``attachment.broken``, ``attachment.active``; LimitError:
        ``attachment.pixels``.
    """
    with TemporaryDirectory(prefix="picture-", dir=folder) as work:
        try:
            done = subprocess.run(
                [sys.executable, "-m", "gridsvc.io.picture", str(path), work], cwd=PACKAGE, env=reader_environment(),
                stdin=subprocess.DEVNULL, capture_output=True, timeout=SECONDS * 2, check=False,
            )  # fmt: skip
            told = json.loads(done.stdout)
        except (subprocess.TimeoutExpired, ValueError) as e:
            raise InputError("attachment.broken", file=name) from e
        if "code" in told:
            raise getattr(errors, told["kind"])(told["code"], file=name, **told["values"])
        return Clean(told["media"], (Path(work) / "out").read_bytes())


def _main(path: Path, work: Path) -> dict[str, object]:
    from PIL import Image, JpegImagePlugin, PngImagePlugin, WebPImagePlugin  # noqa: F401 - loaded before the fence

    confine.limit(MEMORY_MB, SECONDS)
    confine.fence([path], work)
    try:
        raw = path.read_bytes()
        media = _document(raw, work) if raw[:1024].lstrip().startswith(b"%PDF-") else _photo(path, work)
    except GridError as e:
        return {"kind": type(e).__name__, "code": e.code, "values": e.values}
    except Exception:  # whatever a decoder stumbles over
        return {"kind": "InputError", "code": "attachment.broken", "values": {}}
    return {"media": media}


def _document(raw: bytes, work: Path) -> str:
    if b"%%EOF" not in raw[-2048:]:
        raise InputError("attachment.broken")
    if any(word in raw for word in _ACTIVE):
        raise InputError("attachment.active")
    (work / "out").write_bytes(raw)
    return "application/pdf"


def _photo(path: Path, work: Path) -> str:
    from PIL import Image, ImageOps, UnidentifiedImageError

    Image.MAX_IMAGE_PIXELS = None  # counted below, with a message of our own
    try:
        image = Image.open(path, formats=["JPEG", "PNG", "WEBP"])
    except UnidentifiedImageError as e:
        raise InputError("attachment.format", known="JPEG, PNG, WebP, PDF") from e
    if image.width * image.height > PIXELS:
        raise LimitError("attachment.pixels", pixels=image.width * image.height, most=PIXELS)
    upright = ImageOps.exif_transpose(image)
    upright.thumbnail((SIDE, SIDE))
    if upright.mode not in ("RGB", "L"):
        back = Image.new("RGB", upright.size, "white")
        layer = upright.convert("RGBA")
        back.paste(layer, mask=layer.getchannel("A"))
        upright = back
    fresh = Image.new(upright.mode, upright.size)
    fresh.paste(upright)  # the pixels and nothing else
    fresh.save(work / "out", format="JPEG", quality=86, optimize=True)
    return "image/jpeg"


if __name__ == "__main__":
    sys.stdout.write(json.dumps(_main(Path(sys.argv[1]), Path(sys.argv[2]))))
