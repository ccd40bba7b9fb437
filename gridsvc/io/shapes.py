"""Geometry columns of files: how deep they nest, whether they can be read, and why not."""

from __future__ import annotations

import re
import struct
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import shapely

from gridsvc.domain import geometry
from gridsvc.errors import LimitError

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

GEOM, FAULT = "__wkb", "__fault"
WKB_DEPTH = 16
WKT_COLUMNS = {"wkt", "the_geom", "geom", "geometry", "wkt_geom"}
_WKT = re.compile(r"^\s*(SRID=\d+;)?\s*(MULTI)?(POINT|LINESTRING|POLYGON|GEOMETRYCOLLECTION)\b", re.IGNORECASE)
# What may hold other geometries: collections, the multi types, compound curves and surfaces.
_CONTAINERS = frozenset({4, 5, 6, 7, 9, 10, 11, 12, 15, 16})


def with_geometry(table: pa.Table, wkb: pa.ChunkedArray) -> pa.Table:
    """``table`` with checked 2D geometry; what cannot be used is null and says why in ``__fault``."""
    raw = np.asarray(wkb.to_pylist(), dtype=object) if len(wkb) else np.array([], dtype=object)
    fault = np.full(len(raw), None, dtype=object)
    # a parser would follow them down until its stack is gone
    deep = np.array([r is not None and _too_deep(r) for r in raw], dtype=bool)
    raw[deep], fault[deep] = None, "geometry.nested"
    geoms = _parsed(raw, shapely.from_wkb)
    broken = np.array([r is not None for r in raw], dtype=bool) & shapely.is_missing(geoms)
    fault[broken] = "geometry.broken"
    wild = ~geometry.finite(geoms)
    fault[wild], geoms[wild] = "geometry.not_finite", None
    flat = shapely.to_wkb(shapely.force_2d(geoms))
    return table.append_column(GEOM, pa.array(flat, pa.binary())).append_column(FAULT, pa.array(fault, pa.string()))


def _parsed(raw: NDArray[np.object_], parse: Callable[..., NDArray[np.object_]]) -> NDArray[np.object_]:
    """Geometries, None for what cannot be read; one of a kind that shapely has no class for spoils only itself."""
    with np.errstate(invalid="ignore"):  # NaN coordinates are looked for by with_geometry
        try:
            return np.asarray(parse(raw, on_invalid="ignore"), dtype=object)
        except (NotImplementedError, TypeError, ValueError):
            return np.array([_one(r, parse) for r in raw], dtype=object)


def _one(raw: bytes | str | None, parse: Callable[..., NDArray[np.object_]]) -> object:
    try:
        return parse(raw, on_invalid="ignore")
    except (NotImplementedError, TypeError, ValueError):
        return None


def lift_wkt(table: pa.Table) -> pa.Table:
    """A text column of WKT as geometry, when a table has one and nothing better; other tables as they are."""
    found = [c for c in table.column_names if c.strip().lower() in WKT_COLUMNS]
    for name in found:
        text = table[name].to_pylist()
        first = next((v for v in text if v), None)
        if first is None or not _WKT.match(first):
            continue
        raw = np.array(
            [
                v if v and v.count("(") < 1_000_000 and geometry.nesting(v.encode()) <= WKB_DEPTH else None
                for v in text
            ],
            dtype=object,
        )
        geoms = _parsed(raw, shapely.from_wkt)
        wkb = np.asarray(shapely.to_wkb(geoms), dtype=object)
        # what was there and could not be read must not look like "no place given"
        lost = np.array([v is not None for v in text], dtype=bool) & shapely.is_missing(geoms)
        out = with_geometry(table.drop([name]), pa.chunked_array([pa.array(wkb, pa.binary())]))
        fault = np.where(lost, "geometry.broken", np.asarray(out[FAULT].to_pylist(), dtype=object))
        return out.drop([FAULT]).append_column(FAULT, pa.array(fault, pa.string()))
    return table


def _is_flat(text: str) -> bool:
    return '"' not in text and text.count("(") < 1_000_000 and geometry.nesting(text.encode()) <= WKB_DEPTH


def _kind(code: int) -> int:
    """The bare type as GEOS reads it: flags above 16 bits, thousands for Z and M."""
    return (code & 0xFFFF) % 1000


def _too_deep(raw: bytes) -> bool:
    if len(raw) <= 9 * WKB_DEPTH:
        return False
    code = struct.unpack_from(">I" if raw[0] == 0 else "<I", raw, 1)[0]
    return _kind(code) in _CONTAINERS and _wkb_depth(raw) > WKB_DEPTH


def _wkb_depth(raw: bytes) -> int:
    """How deep WKB nests, read without recursion; stops where it is broken (the parser will say so)."""
    at, order, deepest = 0, "<", 0
    left: list[int] = []  # how many parts are still to come at each level
    try:
        while deepest <= WKB_DEPTH:
            order = {1: "<", 0: ">"}.get(raw[at], order)
            code = struct.unpack_from(f"{order}I", raw, at + 1)[0]
            at += 9 if code & 0x20000000 else 5
            kind = _kind(code)
            if kind in _CONTAINERS:
                left.append(struct.unpack_from(f"{order}I", raw, at)[0])
                at, deepest = at + 4, max(deepest, len(left))
            else:
                at = _behind(raw, at, order, code, kind)
            while left and left[-1] == 0:
                left.pop()
            if not left:
                break
            left[-1] -= 1
    except (struct.error, IndexError):
        pass
    return deepest


def _behind(raw: bytes, at: int, order: str, code: int, kind: int) -> int:
    """Where a geometry without parts ends."""
    thousands = (code & 0xFFFF) // 1000
    high = code >> 30  # bit 1: Z, bit 0: M
    size = 8 * (2 + (bool(high & 2) or thousands in (1, 3)) + (bool(high & 1) or thousands in (2, 3)))
    if kind == 1:
        return at + size
    points = struct.unpack_from(f"{order}I", raw, at)[0]
    if kind in (2, 8, 13):
        return at + 4 + points * size
    at += 4
    for _ in range(points):  # rings of a polygon
        at += 4 + struct.unpack_from(f"{order}I", raw, at)[0] * size
    return at


def guard_vertices(table: pa.Table, most: int) -> None:
    """Refuse layers with more vertices than the installation allows.

    Raises:
        LimitError: ``geometry.vertices``.
    """
    size = pc.sum(pc.binary_length(table[GEOM])).as_py() or 0
    if size / 16 > most:
        raise LimitError("geometry.vertices", vertices=int(size / 16), most=most)
