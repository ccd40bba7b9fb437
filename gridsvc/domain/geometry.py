"""Guards for geometry from outside, and repair on request (FINDINGS §2)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely

from gridsvc.errors import LimitError

if TYPE_CHECKING:
    from numpy.typing import NDArray

REPAIR_VERTICES = 200_000
_PLACE = re.compile(r"^(.*?)\s*\[([-+.\deE]+) ([-+.\deE]+)\]$")
# Measures text nesting: everything but brackets outside strings is irrelevant for it.
# possessive: a string of 20 MB is one step, not a stack of twenty million; one that never ends goes, too
_STRINGS = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+(?:"|\Z)', re.DOTALL)
_NOT_BRACKETS = bytes(b for b in range(256) if b not in b"[]{}()")


@dataclass(frozen=True)
class Trouble:
    """Invalid geometries: their index, the reason GEOS gives, and where."""

    index: NDArray[np.int64]
    reason: NDArray[np.object_]
    x: NDArray[np.float64]
    y: NDArray[np.float64]


def nesting(raw: bytes) -> int:
    """Depth of brackets in JSON or WKT bytes, read without a parser (deep nesting kills GEOS and others)."""
    brackets = np.frombuffer(_STRINGS.sub(b"", raw).translate(None, _NOT_BRACKETS), dtype=np.uint8)
    if not len(brackets):
        return 0
    steps = np.where(np.isin(brackets, np.frombuffer(b"[{(", dtype=np.uint8)), 1, -1)
    return int(np.cumsum(steps).max(initial=0))


def guard_nesting(raw: bytes, most: int = 64) -> None:
    """Refuse text that is nested deeper than ``most``.

    Raises:
        LimitError: ``geometry.nested``.
    """
    depth = nesting(raw)
    if depth > most:
        raise LimitError("geometry.nested", depth=depth, most=most)


def finite(geoms: NDArray[np.object_]) -> NDArray[np.bool_]:
    """Which geometries have only finite coordinates (missing geometries count as finite)."""
    bounds = shapely.bounds(geoms)
    missing = shapely.is_missing(geoms) | shapely.is_empty(geoms)
    # bounds skip NaN in places, so the coordinates themselves are looked at
    xy, at = shapely.get_coordinates(geoms, return_index=True)
    bad = np.zeros(len(geoms), dtype=bool)
    bad[at[~np.isfinite(xy).all(axis=1)]] = True
    return missing | (np.isfinite(bounds).all(axis=1) & ~bad)


def in_world(geoms: NDArray[np.object_]) -> NDArray[np.bool_]:
    """Which lon/lat geometries lie inside ±180, ±90 (missing ones count as inside)."""
    west, south, east, north = shapely.bounds(geoms).T
    with np.errstate(invalid="ignore"):
        inside = (west >= -180) & (east <= 180) & (south >= -90) & (north <= 90)
    return np.asarray(inside | shapely.is_missing(geoms) | shapely.is_empty(geoms), dtype=bool)


def troubles(geoms: NDArray[np.object_]) -> Trouble:
    """Every invalid geometry with its reason and place."""
    index = np.flatnonzero(~shapely.is_valid(geoms) & ~shapely.is_missing(geoms))
    reasons = shapely.is_valid_reason(geoms[index]) if len(index) else np.array([], dtype=object)
    parts = [_PLACE.match(str(r)) for r in reasons]
    return Trouble(
        index=index,
        reason=np.array([m[1] if m else str(r) for m, r in zip(parts, reasons, strict=True)], dtype=object),
        x=np.array([float(m[2]) if m else np.nan for m in parts]),
        y=np.array([float(m[3]) if m else np.nan for m in parts]),
    )


def repair(geoms: NDArray[np.object_]) -> NDArray[np.object_]:
    """Valid geometries by the structure method; only polygons are kept of what comes out.

    Raises:
        LimitError: ``geometry.too_large_to_repair`` (a scribble can keep GEOS busy for minutes).
    """
    most = int(np.max(shapely.get_num_coordinates(geoms), initial=0))
    if most > REPAIR_VERTICES:
        raise LimitError("geometry.too_large_to_repair", vertices=most, most=REPAIR_VERTICES)
    return np.asarray(shapely.make_valid(geoms, method="structure", keep_collapsed=False))


def as_multipolygons(geoms: NDArray[np.object_]) -> NDArray[np.object_]:
    """Polygons and collections as MultiPolygon; what has no polygon in it becomes None."""
    parts, owner = shapely.get_parts(shapely.force_2d(geoms), return_index=True)
    inner, of = shapely.get_parts(parts, return_index=True)
    keep = shapely.get_type_id(inner) == 3
    out = np.full(len(geoms), None, dtype=object)
    rows, polygons = owner[of][keep], inner[keep]
    if len(rows):
        shapely.multipolygons(polygons, indices=rows, out=out)
    return out


def inside_points(geoms: NDArray[np.object_]) -> NDArray[np.object_]:
    """One point for each geometry: its centroid where that lies inside, otherwise a point on the surface."""
    middle = shapely.centroid(geoms)
    off = (shapely.get_type_id(geoms) > 1) & ~shapely.intersects(geoms, middle)
    middle[off] = shapely.point_on_surface(geoms[off])
    return np.asarray(middle)
