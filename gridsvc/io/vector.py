"""Vector files as Arrow tables of text with a WKB column; runs in the reader's child process."""

from __future__ import annotations

import json
import re
import struct
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import shapely

from gridsvc.domain import geometry
from gridsvc.errors import InputError, LimitError
from gridsvc.io import guards
from gridsvc.io.tabular import ROW, unique_names

GEOM, FAULT = "__wkb", "__fault"
WKB_DEPTH = 16


def read_vector(path: Path, kind: str, work: Path, layer: str | None) -> tuple[pa.Table, dict[str, Any]]:
    """One layer: text columns, ``__row`` (1 = first feature), ``__wkb`` (2D), ``__fault`` (why a shape is refused).

    Raises:
        InputError: ``vector.broken``, ``vector.layer``, ``vector.layers``; LimitError for nesting and size.
    """
    import pyogrio

    if kind == "geojson":
        geometry.guard_nesting(path.read_bytes(), guards.TEXT_NESTING)
    source = _unpacked(path, kind, work)
    encoding = _dbf_encoding(source) if kind == "shapefile" else None
    try:
        layers = [str(name) for name in pyogrio.list_layers(source)[:, 0]]
        if layer is None and len(layers) > 1 and kind in ("gpkg", "kml", "kmz"):
            raise InputError("vector.layers", file=path.name, known=", ".join(layers))
        if layer is not None and layer not in layers:
            raise InputError("vector.layer", layer=layer, known=", ".join(layers))
        meta, table = pyogrio.read_arrow(source, layer=layer or layers[0], encoding=encoding)
    except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError, RuntimeError, IndexError, ValueError) as e:
        raise InputError("vector.broken", file=path.name, reason=guards.reason(e, path, work)) from e
    name = meta.get("geometry_name") or "wkb_geometry"
    wkb = table[name] if name in table.column_names else pa.chunked_array([pa.nulls(table.num_rows, pa.binary())])
    rest = table.drop([name]) if name in table.column_names else table
    out = as_text(rest, path.name, len(wkb))
    return with_geometry(out, wkb), {
        "crs": meta.get("crs"),
        "layer": layer or layers[0],
        "fid": meta.get("fid_column"),
    }


def read_parquet(path: Path) -> tuple[pa.Table, dict[str, Any]]:
    """GeoParquet (WKB) or plain Parquet.

    Raises:
        InputError: ``vector.broken``, ``parquet.encoding``.
    """
    try:
        table = pq.read_table(path)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError, OSError) as e:
        raise InputError("vector.broken", file=path.name, reason=guards.reason(e, path)) from e
    crs = None
    geo = json.loads((table.schema.metadata or {}).get(b"geo", b"{}"))
    main = geo.get("primary_column")
    wkb = pa.chunked_array([pa.nulls(table.num_rows, pa.binary())])
    if main in table.column_names:
        spec = geo["columns"][main]
        if spec.get("encoding") != "WKB":
            raise InputError("parquet.encoding", file=path.name, encoding=spec.get("encoding"))
        crs = json.dumps(spec["crs"]) if spec.get("crs") else "EPSG:4326"
        wkb, table = table[main].cast(pa.binary()), table.drop([main])
    return with_geometry(as_text(table, path.name, len(wkb)), wkb), {"crs": crs}


def as_text(table: pa.Table, file: str, rows: int) -> pa.Table:
    """Every column as text (lists and maps as JSON), trimmed, empty as null, with ``__row``.

    ``rows``: how many there are, for a table without columns does not know.
    """
    columns = []
    for column in table.columns:
        kind = column.type
        if pa.types.is_nested(kind):
            text = pa.array([None if v is None else json.dumps(v, ensure_ascii=False, default=str)
                             for v in column.to_pylist()], pa.string())  # fmt: skip
        elif pa.types.is_binary(kind) or pa.types.is_large_binary(kind):
            text = pa.nulls(len(column), pa.string())
        elif pa.types.is_floating(kind):
            whole = pc.equal(column, pc.floor(column))
            digits = pc.cast(
                pc.if_else(pc.fill_null(pc.and_(whole, pc.less(pc.abs(column), 1e15)), False), column, 0.0),
                pa.int64(),
            )
            text = pc.if_else(pc.fill_null(pc.and_(whole, pc.less(pc.abs(column), 1e15)), False),
                              pc.cast(digits, pa.string()), pc.cast(column, pa.string()))  # fmt: skip
        else:
            text = pc.cast(column, pa.string())
        text = pc.utf8_trim_whitespace(text)
        columns.append(pc.if_else(pc.equal(text, ""), pa.scalar(None, pa.string()), text))
    names = unique_names(list(table.column_names), file)
    return pa.table({**dict(zip(names, columns, strict=True)), ROW: pa.array(np.arange(1, rows + 1), pa.int64())})


def with_geometry(table: pa.Table, wkb: pa.ChunkedArray) -> pa.Table:
    """``table`` with checked 2D geometry; what cannot be used is null and says why in ``__fault``."""
    raw = np.asarray(wkb.to_pylist(), dtype=object) if len(wkb) else np.array([], dtype=object)
    fault = np.full(len(raw), None, dtype=object)
    # only collections can nest, and a parser would follow them down until its stack is gone
    deep = np.array([r is not None and _is_collection(r) and _wkb_depth(r) > WKB_DEPTH for r in raw], dtype=bool)
    raw[deep], fault[deep] = None, "geometry.nested"
    with np.errstate(invalid="ignore"):  # NaN coordinates are looked for below
        geoms = shapely.from_wkb(raw, on_invalid="ignore")
    broken = np.array([r is not None for r in raw], dtype=bool) & shapely.is_missing(geoms)
    fault[broken] = "geometry.broken"
    wild = ~geometry.finite(geoms)
    fault[wild], geoms[wild] = "geometry.not_finite", None
    flat = shapely.to_wkb(shapely.force_2d(geoms))
    return table.append_column(GEOM, pa.array(flat, pa.binary())).append_column(FAULT, pa.array(fault, pa.string()))


WKT_COLUMNS = {"wkt", "the_geom", "geom", "geometry", "wkt_geom"}
_WKT = re.compile(r"^\s*(SRID=\d+;)?\s*(MULTI)?(POINT|LINESTRING|POLYGON|GEOMETRYCOLLECTION)\b", re.IGNORECASE)


def lift_wkt(table: pa.Table) -> pa.Table:
    """A text column of WKT as geometry, when a table has one and nothing better; other tables as they are."""
    found = [c for c in table.column_names if c.strip().lower() in WKT_COLUMNS]
    for name in found:
        text = table[name].to_pylist()
        first = next((v for v in text if v), None)
        if first is None or not _WKT.match(first):
            continue
        raw = np.array(
            [v if v and v.count("(") < 1_000_000 and _wkt_depth(v) <= WKB_DEPTH else None for v in text], dtype=object
        )
        geoms = shapely.from_wkt(raw, on_invalid="ignore")
        wkb = np.asarray(shapely.to_wkb(geoms), dtype=object)
        # what was there and could not be read must not look like "no place given"
        lost = np.array([v is not None for v in text], dtype=bool) & shapely.is_missing(geoms)
        out = with_geometry(table.drop([name]), pa.chunked_array([pa.array(wkb, pa.binary())]))
        fault = np.where(lost, "geometry.broken", np.asarray(out[FAULT].to_pylist(), dtype=object))
        return out.drop([FAULT]).append_column(FAULT, pa.array(fault, pa.string()))
    return table


def _wkt_depth(text: str) -> int:
    return geometry.nesting(text.encode())


def _is_collection(raw: bytes) -> bool:
    return len(raw) >= 9 and struct.unpack("<I" if raw[0] == 1 else ">I", raw[1:5])[0] % 1000 & 0xFF == 7


def _wkb_depth(raw: bytes) -> int:
    depth, at = 0, 0
    while depth <= WKB_DEPTH and len(raw) >= at + 9 and _is_collection(raw[at:]):
        depth, at = depth + 1, at + 9
    return depth


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
        for name in z.namelist():
            if name.rsplit(".", 1)[0] == stem and name.lower().endswith((".shp", ".shx", ".dbf", ".prj", ".cpg")):
                (work / f"shape.{name[-3:].lower()}").write_bytes(z.read(name))
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


def guard_vertices(table: pa.Table, most: int) -> None:
    """Refuse layers with more vertices than the installation allows.

    Raises:
        LimitError: ``geometry.vertices``.
    """
    size = pc.sum(pc.binary_length(table[GEOM])).as_py() or 0
    if size / 16 > most:
        raise LimitError("geometry.vertices", vertices=int(size / 16), most=most)
