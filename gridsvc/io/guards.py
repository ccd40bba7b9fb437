"""What is looked at before any parser sees a file: size, kind by content, zip bombs, nesting (FINDINGS §2)."""

from __future__ import annotations

import zipfile
from typing import TYPE_CHECKING

from gridsvc.domain import geometry
from gridsvc.errors import InputError, LimitError

if TYPE_CHECKING:
    from pathlib import Path

ZIP_ENTRIES = 2_000
ZIP_TOTAL = 2_000_000_000
ZIP_SUSPECT = 64_000_000  # below this a high ratio does no harm
ZIP_RATIO = 100
TEXT_NESTING = 64

# format -> extensions that may carry it
FORMATS = {
    "csv": (".csv", ".txt", ".tsv"),
    "xlsx": (".xlsx", ".xlsm"),
    "xls": (".xls",),
    "geojson": (".geojson", ".json"),
    "gpkg": (".gpkg",),
    "shapefile": (".shp", ".zip"),
    "flatgeobuf": (".fgb",),
    "parquet": (".parquet", ".geoparquet"),
    "kml": (".kml",),
    "kmz": (".kmz",),
    "dxf": (".dxf",),
    "osm_pbf": (".pbf",),
}
# Read at the command line only, until their part of the hostile corpus passes.
LOCAL_ONLY = {"kml", "kmz", "dxf", "osm_pbf"}


def guard_size(path: Path, most_mb: int) -> None:
    """Refuse missing, empty and oversized files.

    Raises:
        InputError: ``file.missing``, ``file.empty``; LimitError: ``file.too_large``.
    """
    if not path.is_file():
        raise InputError("file.missing", file=path.name)
    size = path.stat().st_size
    if size == 0:
        raise InputError("file.empty", file=path.name)
    if size > most_mb * 1_000_000:
        raise LimitError("file.too_large", file=path.name, mb=round(size / 1e6), most=most_mb)


def guard_nesting(path: Path) -> None:
    """Refuse JSON that is nested deeper than any geometry needs, before a parser follows it down.

    Raises:
        LimitError: ``geometry.nested``.
    """
    geometry.guard_nesting(path.read_bytes(), TEXT_NESTING)


def reason(error: BaseException, *folders: Path) -> str:
    """What a library says went wrong, without the folders of this machine."""
    text = str(error).split("; It might help")[0] or type(error).__name__  # what GDAL advises is for programmers
    for folder in folders:
        for place in (folder, folder.parent):
            text = text.replace(f"{place}/", "").replace(str(place), folder.name)
    return text[:200]


def sniff(path: Path) -> str:
    """The format of the file by its first bytes, which must agree with its name.

    Raises:
        InputError: ``file.format`` for anything that is not on the list, ``file.disguised`` where name and content
        disagree (an OGR VRT called ``x.geojson`` reads other files of the server).
    """
    with path.open("rb") as f:
        head = f.read(4096)
    found = _by_content(path, head)
    suffix = path.suffix.lower()
    if found == "xls" and suffix in FORMATS["xlsx"]:  # a workbook with a password is wrapped into the old container
        return "xls"
    if found is None:
        raise InputError(
            "file.format", file=path.name, known=", ".join(sorted({e for v in FORMATS.values() for e in v}))
        )
    if suffix not in FORMATS[found]:
        raise InputError("file.disguised", file=path.name, format=found)
    return found


def _by_content(path: Path, head: bytes) -> str | None:
    magic = {
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1": "xls",
        b"SQLite format 3\x00": "gpkg",
        b"fgb\x03": "flatgeobuf",
        b"PAR1": "parquet",
        b"\x00\x00\x27\x0a": "shapefile",
    }
    for start, name in magic.items():
        if head.startswith(start):
            return name
    if head.startswith(b"PK\x03\x04"):
        return _zip_kind(path)
    if b"OSMHeader" in head[:32]:
        return "osm_pbf"
    return _text_kind(path, head)


def _text_kind(path: Path, head: bytes) -> str | None:
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "csv"
    if head.startswith(b"%PDF"):
        return None
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if text.startswith(b"{"):
        return "geojson"
    if text.startswith(b"<"):
        return "kml" if b"<kml" in head and b"OGRVRT" not in head else None
    if path.suffix.lower() == ".dxf" and text.startswith(b"0") and b"SECTION" in head:
        return "dxf"
    if b"\x00" in head or path.suffix.lower() not in FORMATS["csv"]:
        return None
    return "csv"


def _zip_kind(path: Path) -> str | None:
    names = guard_zip(path)
    if "xl/workbook.xml" in names:
        return "xlsx"
    if any(n.lower().endswith(".shp") for n in names):
        return "shapefile"
    if path.suffix.lower() == ".kmz" and any(n.lower().endswith(".kml") for n in names):
        return "kmz"
    return None


def guard_zip(path: Path) -> list[str]:
    """Names inside a zip that is safe to unpack.

    Raises:
        InputError: ``zip.broken``, ``zip.path``, ``zip.twice``, ``zip.locked``; LimitError: ``zip.entries``,
        ``zip.bomb``.
    """
    try:
        with zipfile.ZipFile(path) as z:
            entries = z.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as e:
        raise InputError("zip.broken", file=path.name) from e
    if len(entries) > ZIP_ENTRIES:
        raise LimitError("zip.entries", file=path.name, entries=len(entries), most=ZIP_ENTRIES)
    total = sum(e.file_size for e in entries)
    packed = max(1, path.stat().st_size)
    if total > ZIP_TOTAL or (total > ZIP_SUSPECT and total / packed > ZIP_RATIO):
        raise LimitError("zip.bomb", file=path.name, mb=round(total / 1e6), ratio=round(total / packed))
    if any(_leads_out(e.filename) for e in entries):
        raise InputError("zip.path", file=path.name)
    names = [e.filename.lower() for e in entries]
    if len(set(names)) < len(names):  # two programs would take two different ones
        raise InputError("zip.twice", file=path.name)
    if any(e.flag_bits & 1 for e in entries):
        raise InputError("zip.locked", file=path.name)
    return [e.filename for e in entries]


def _leads_out(name: str) -> bool:
    parts = name.replace("\\", "/").split("/")
    return parts[0] == "" or ".." in parts or parts[0][1:2] == ":"
