"""Vector files as Arrow tables of text with a WKB column; runs in the reader's process."""

from __future__ import annotations

import sqlite3
import zipfile
import zlib
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from gridsvc.errors import InputError, LimitError
from gridsvc.io import guards
from gridsvc.io.columns import as_text, guard_count
from gridsvc.io.shapes import with_geometry

if TYPE_CHECKING:
    from pathlib import Path


def read_vector(path: Path, kind: str, work: Path, request: dict[str, Any]) -> tuple[pa.Table, dict[str, Any]]:
    """One layer: text columns, ``__row`` (1 = first feature), ``__wkb`` (2D), ``__fault`` (why a shape is refused).

    Raises:
        InputError: ``vector.broken``, ``vector.layer``, ``vector.layers``, ``gpkg.view``; LimitError for nesting and
        size.
    """
    import pyogrio

    layer = request["sheet"]
    if kind == "geojson":
        guards.guard_nesting(path)
    if kind == "gpkg":
        _guard_gpkg(path)
    source = _unpacked(path, kind, work)
    encoding = _dbf_encoding(source) if kind == "shapefile" else None
    broken = (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError, RuntimeError, ValueError, OSError)
    try:
        layers = [str(name) for name in pyogrio.list_layers(source)[:, 0]]
        layer = _chosen(layers, layer, kind, path.name)
        with pyogrio.open_arrow(source, layer=layer, encoding=encoding) as (meta, stream):
            table = _rows(pa.RecordBatchReader.from_stream(stream), path.name, request)
    except broken as e:
        raise InputError("vector.broken", file=path.name, reason=guards.reason(e, path, work)) from e
    name = meta.get("geometry_name") or "wkb_geometry"
    wkb = table[name] if name in table.column_names else pa.chunked_array([pa.nulls(table.num_rows, pa.binary())])
    rest = table.drop([name]) if name in table.column_names else table
    out = as_text(rest, path.name, len(wkb))
    return with_geometry(out, wkb), {"crs": meta.get("crs"), "layer": layer, "fid": meta.get("fid_column")}


def _chosen(layers: list[str], layer: str | None, kind: str, file: str) -> str:
    known = ", ".join(layers)[:400]
    if not layers:
        raise InputError("vector.broken", file=file, reason="no layer")
    if layer is None and len(layers) > 1 and kind in ("gpkg", "kml", "kmz"):
        raise InputError("vector.layers", file=file, known=known)
    if layer is not None and layer not in layers:
        raise InputError("vector.layer", file=file, layer=layer, known=known)
    return layer or layers[0]


def _rows(stream: pa.RecordBatchReader, file: str, request: dict[str, Any]) -> pa.Table:
    """The features batch by batch, so that what has no end is stopped at the limit."""
    guard_count(len(stream.schema.names), file)
    batches, rows, size = [], 0, 0
    for batch in stream:
        rows, size = rows + batch.num_rows, size + batch.nbytes
        if rows > request["rows_max"]:
            raise LimitError("rows.too_many", file=file, rows=rows, most=request["rows_max"])
        if size > int(request["memory_mb"]) * 1_000_000 // 2:
            raise LimitError("file.memory", file=file)
        batches.append(batch)
    return pa.Table.from_batches(batches, stream.schema)


def _guard_gpkg(path: Path) -> None:
    """Refuse what is computed on reading: a view can run for ever, a virtual table reads whatever it names.

    Raises:
        InputError: ``gpkg.view``, ``vector.broken``.
    """
    try:
        db = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True)
        try:
            found = db.execute("SELECT type, name, sql FROM sqlite_master").fetchall()
        finally:
            db.close()
    except (sqlite3.Error, UnicodeError) as e:
        raise InputError("vector.broken", file=path.name, reason=guards.reason(e, path)) from e
    for kind, name, text in found:
        words = " ".join(str(text or "").lower().split())
        made = "create virtual" in words and " using rtree" not in words
        if kind == "view" or made or "generated always" in words:
            raise InputError("gpkg.view", file=path.name, name=str(name)[:80])


def _unpacked(path: Path, kind: str, work: Path) -> Path:
    """The file to open: a shapefile out of its zip (exactly one), anything else as it is."""
    if kind != "shapefile" or path.suffix.lower() != ".zip":
        return path
    guards.guard_zip(path)
    with zipfile.ZipFile(path) as z:
        shapes = [n for n in z.namelist() if n.lower().endswith(".shp") and "__MACOSX" not in n]
        if len(shapes) != 1:
            raise InputError("shapefile.one", file=path.name, found=len(shapes))
        stem = shapes[0][:-4]
        try:
            for name in z.namelist():
                if name.rsplit(".", 1)[0] == stem and name.lower().endswith((".shp", ".shx", ".dbf", ".prj", ".cpg")):
                    (work / f"shape.{name[-3:].lower()}").write_bytes(z.read(name))
        except (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError) as e:
            raise InputError("zip.broken", file=path.name) from e
    return work / "shape.shp"


def _dbf_encoding(shp: Path) -> str | None:
    """Encoding of the attributes: what .cpg says, otherwise UTF-8 where it decodes, otherwise GB18030."""
    if any(shp.with_suffix(s).exists() for s in (".cpg", ".CPG")):
        return None
    dbf = next((p for p in (shp.with_suffix(".dbf"), shp.with_suffix(".DBF")) if p.exists()), None)
    if dbf is None:
        return None
    with dbf.open("rb") as f:
        body = f.read(4 << 20)
    start = int.from_bytes(body[8:10], "little")
    try:
        body[start:].decode("utf-8", errors="strict")
    except UnicodeDecodeError as e:
        if e.start < len(body[start:]) - 4:
            return "GB18030"
    return "UTF-8"
