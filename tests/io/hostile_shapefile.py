"""Shapefiles and what zips can do, for the hostile corpus."""

from __future__ import annotations

import struct
import tempfile
import zipfile
from collections.abc import Callable
from functools import cache
from pathlib import Path

import geopandas as gpd
import numpy as np
import pyogrio
import shapely

from tests.io.hostile import hostile
from tests.io.hostile_sheets import lying, packed
from tests.io.hostile_text import vrt

FRAME = gpd.GeoDataFrame(
    {"编号": [f"b{i}" for i in range(50)], "n": np.arange(50)},
    geometry=[shapely.box(118.6 + i / 1e4, 31.6, 118.6 + (i + 0.5) / 1e4, 31.6005) for i in range(50)],
    crs=4326,
)


@cache
def good(driver: str, suffix: str) -> dict[str, bytes]:
    """An honest file of this driver: its parts by suffix."""
    with tempfile.TemporaryDirectory() as folder:
        pyogrio.write_dataframe(FRAME, Path(folder) / f"x{suffix}", driver=driver, encoding="UTF-8")
        return {p.suffix: p.read_bytes() for p in Path(folder).iterdir()}


def patched(raw: bytes, *changes: tuple[int, bytes]) -> bytes:
    out = bytearray(raw)
    for at, new in changes:
        out[at : at + len(new)] = new
    return bytes(out)


# ---- shapefiles -----------------------------------------------------------------------------------------------------
def shape(**changed: Callable[[bytes], bytes] | bytes | None) -> bytes:
    """A zipped shapefile with some of its parts changed (or left out)."""
    found: dict[str, str | bytes] = {}
    for suffix, raw in good("ESRI Shapefile", ".shp").items():
        change = changed.get(suffix[1:], raw)
        if change is not None:
            found[f"x{suffix}"] = change(raw) if callable(change) else change
    found.update({f"x.{k}": v for k, v in changed.items() if f"x.{k}" not in found and isinstance(v, bytes)})
    return packed(found)


hostile("shp-cut-off", "x.zip", None)(lambda: shape(shp=lambda b: b[: len(b) // 2]))
hostile("shp-header-only", "x.zip", None)(lambda: shape(shp=lambda b: b[:100]))
hostile("shp-index-missing", "x.zip", "vector.broken")(lambda: shape(shx=None))
hostile("shp-index-of-rubbish", "x.zip", "vector.broken")(
    lambda: shape(shx=lambda b: b[:100] + b"\xff" * (len(b) - 100))
)
hostile("shp-index-all-the-same", "x.zip", None)(lambda: shape(shx=lambda b: b[:100] + b[100:108] * 50))
hostile("shp-record-length-is-a-lie", "x.zip", None)(
    lambda: shape(shp=lambda b: patched(b, (104, struct.pack(">i", 2**31 - 1))))
)
hostile("shp-record-length-negative", "x.zip", "vector.broken")(
    lambda: shape(
        shp=lambda b: patched(b, (104, struct.pack(">i", -5))), shx=lambda b: patched(b, (104, struct.pack(">i", -5)))
    )
)
hostile("shp-points-is-a-lie", "x.zip", None)(
    lambda: shape(shp=lambda b: patched(b, (148, struct.pack("<ii", 1, 2**30))))
)
hostile("shp-parts-is-a-lie", "x.zip", None)(lambda: shape(shp=lambda b: patched(b, (144, struct.pack("<i", 2**30)))))
hostile("shp-part-index-outside", "x.zip", None)(
    lambda: shape(shp=lambda b: patched(b, (152, struct.pack("<i", 2**30))))
)
hostile("shp-type-unknown", "x.zip", None)(
    lambda: shape(shp=lambda b: patched(b, (32, struct.pack("<i", 99)), (108, struct.pack("<i", 99))))
)
hostile("shp-coordinates-not-finite", "x.zip", None)(
    lambda: shape(shp=lambda b: patched(b, (156, struct.pack("<2d", float("nan"), float("inf")))))
)
hostile("shp-file-length-is-a-lie", "x.zip", None)(
    lambda: shape(shp=lambda b: patched(b, (24, struct.pack(">i", 2**31 - 1))))
)
hostile("shp-index-of-a-billion", "x.zip", "vector.broken")(
    lambda: shape(shx=lambda b: patched(b, (24, struct.pack(">i", 2**31 - 1))))
)
hostile("dbf-missing", "x.zip", None)(lambda: shape(dbf=None))
hostile("dbf-cut-off", "x.zip", None)(lambda: shape(dbf=lambda b: b[: len(b) // 2]))
hostile("dbf-empty", "x.zip", None)(lambda: shape(dbf=b""))
hostile("dbf-a-billion-records", "x.zip", None)(
    lambda: shape(dbf=lambda b: patched(b, (4, struct.pack("<I", 2**31 - 1))))
)
hostile("dbf-header-length-zero", "x.zip", None)(lambda: shape(dbf=lambda b: patched(b, (8, struct.pack("<H", 0)))))
hostile("dbf-header-length-65535", "x.zip", None)(
    lambda: shape(dbf=lambda b: patched(b, (8, struct.pack("<H", 65535))))
)
hostile("dbf-record-length-zero", "x.zip", None)(lambda: shape(dbf=lambda b: patched(b, (10, struct.pack("<H", 0)))))
hostile("dbf-record-length-65535", "x.zip", None)(
    lambda: shape(dbf=lambda b: patched(b, (10, struct.pack("<H", 65535))))
)
hostile("dbf-field-type-unknown", "x.zip", None)(
    lambda: shape(dbf=lambda b: patched(b, (43, b"\xff"), (48, b"\xff")))
)
hostile("dbf-bytes-that-are-no-text", "x.zip", None)(
    lambda: shape(dbf=lambda b: b[:-60] + b"\xff\xfe\x80" * 20, cpg=None)
)
hostile("dbf-wrong-code-page", "x.zip", "file.utf8")(
    lambda: shape(dbf=lambda b: b[:-60] + b"\xff\xfe\x80" * 20, cpg=b"UTF-8")
)
hostile("cpg-is-a-path", "x.zip", None)(lambda: shape(cpg=b"/etc/passwd"))
hostile("cpg-of-10-mb", "x.zip", None)(lambda: shape(cpg=b"A" * 10_000_000))
hostile("prj-deep", "x.zip", "vector.broken")(lambda: shape(prj=b"GEOGCS[" * 100_000))
hostile("prj-of-10-mb", "x.zip", "vector.broken")(lambda: shape(prj=b'GEOGCS["' + b"A" * 10_000_000 + b'"]'))
hostile("prj-is-a-link", "x.zip", None)(lambda: shape(prj=b"http://127.0.0.1:9/crs"))
hostile("prj-is-a-file", "x.zip", None)(lambda secret: shape(prj=str(secret).encode()))
hostile("prj-with-a-grid-file", "x.zip", None)(lambda: shape(prj=b"+proj=longlat +nadgrids=/etc/passwd +type=crs"))
hostile("shp-two-in-a-zip", "x.zip", "shapefile.one")(
    lambda: packed({"a.shp": b"\0\0\x27\x0a", "b.shp": b"\0\0\x27\x0a"})
)
hostile("shp-alone", "x.shp", "vector.broken")(lambda: good("ESRI Shapefile", ".shp")[".shp"])
hostile("shp-magic-only", "x.shp", "vector.broken")(lambda: b"\0\0\x27\x0a")
hostile("shp-part-twice", "x.zip", "zip.twice")(
    lambda: packed({f"x{k}": v for k, v in good("ESRI Shapefile", ".shp").items()}, [("X.DBF", b"\3")])
)

# ---- zips -----------------------------------------------------------------------------------------------------------
hostile("vrt-in-a-zip", "x.zip", "file.format")(
    lambda secret: packed({"x.geojson": vrt(secret), "x.vrt": vrt(secret)})
)
hostile("vrt-called-shp-in-a-zip", "x.zip", "vector.broken")(lambda secret: packed({"x.shp": vrt(secret)}))
hostile("vrt-beside-a-shapefile", "x.zip", None)(
    lambda secret: packed(
        {f"x{k}": v for k, v in good("ESRI Shapefile", ".shp").items()}
        | {"x.vrt": vrt(secret), "x.shp.xml": vrt(secret)}
    )
)
hostile("vrt-called-dbf", "x.zip", None)(lambda secret: shape(dbf=vrt(secret)))
for n, path in enumerate(
    (
        "../../evil.shp",
        "/tmp/evil.shp",  # noqa: S108
        "a/../../evil.shp",
        "..\\evil.shp",
        "\\\\host\\share\\evil.shp",
        "C:\\evil.shp",
        "C:evil.shp",
    )
):
    hostile(f"zip-path-{n}", "x.zip", "zip.path")(lambda path=path: packed({path: b"\0\0\x27\x0a"}))


def link(name: str, target: str) -> tuple[zipfile.ZipInfo, str]:
    info = zipfile.ZipInfo(name)
    info.create_system, info.external_attr = 3, 0o120777 << 16
    return info, target


hostile("zip-with-a-symlink", "x.zip", None)(
    lambda secret: packed(
        {f"x{k}": v for k, v in good("ESRI Shapefile", ".shp").items() if k != ".dbf"}, [link("x.dbf", str(secret))]
    )
)
hostile("zip-shp-is-a-symlink", "x.zip", "vector.broken")(lambda secret: packed({}, [link("x.shp", str(secret))]))
hostile("zip-empty", "x.zip", "file.format")(lambda: packed({}))
hostile("zip-nothing-in-it-but-a-zip", "x.zip", "file.format")(lambda: packed({"x.zip": packed({"x.shp": b""})}))
hostile("zip-bomb-shp", "x.zip", "zip.bomb")(lambda: packed({"x.shp": b"\0" * 150_000_000}))
hostile("zip-size-is-a-lie", "x.zip", "zip.broken")(
    lambda: lying(packed({"x.shp": b"\0" * 150_000_000}), "x.shp", 100)
)
hostile("zip-size-of-4-gb", "x.zip", "zip.bomb")(lambda: lying(packed({"x.shp": b"\0"}), "x.shp", 2**32 - 2))
hostile("zip-cut-off", "x.zip", "zip.broken")(lambda: shape()[:-30])
hostile("zip-locked", "x.zip", "zip.locked")(lambda: _locked(shape()))
hostile("zip-of-an-unknown-method", "x.zip", "zip.broken")(lambda: _method(shape(), 99))
hostile("zip-rubbish-in-front", "x.zip", "file.format")(lambda: b"x" * 100 + shape())
hostile("kmz-not-from-the-terminal", "x.kmz", "file.local_only")(
    lambda secret: packed(
        {"doc.kml": b"<kml><NetworkLink><href>file://" + str(secret).encode() + b"</href></NetworkLink></kml>"}
    )
)


def _locked(content: bytes) -> bytes:
    return b"".join(patched(p, (at, b"\1")) for p, at in _records(content))


def _method(content: bytes, number: int) -> bytes:
    return b"".join(patched(p, (at + 2, struct.pack("<H", number))) for p, at in _records(content))


def _records(content: bytes) -> list[tuple[bytes, int]]:
    """The zip cut before each of its records, with the place of the flags in each part."""
    cuts = sorted(
        {
            i
            for s in (b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06")
            for i in range(len(content))
            if content.startswith(s, i)
        }
    )
    parts = [content[a:b] for a, b in zip(cuts, [*cuts[1:], len(content)], strict=True)]
    return [(p, {b"PK\x03\x04": 6, b"PK\x01\x02": 8}.get(p[:4], len(p))) for p in parts if p[:4] != b"PK\x05\x06"] + [
        (p, len(p)) for p in parts if p[:4] == b"PK\x05\x06"
    ]
