"""Polygons drawn by hand made to fit: inside their area, clear of what is there, edges shared with neighbours.

A hand draws roughly: over the border, over its neighbour, or a little short of it. Shapes are cut to the area and to
what is there or was drawn before them; slits that nobody meant to leave go to the neighbour with the longest common
edge. What is really left open stays open and is told.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely

from gridsvc.domain import crs, groups

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Geoms = NDArray[np.object_]

SLIT_M = 6.0  # narrower than a lane between two shapes is no gap that somebody meant
_M = 1 / 111_320


@dataclass(frozen=True)
class Fitted:
    """``shapes`` (n) in lon/lat, empty where nothing is left of one; ``open_m2``: ground of the area that is free."""

    shapes: Geoms
    open_m2: float


def fitted(drawn: Geoms, area: shapely.Geometry, there: Geoms | None = None, slit_m: float = SLIT_M) -> Fitted:
    """Fit (n,) valid lon/lat polygons into ``area``, beside the polygons that are ``there`` already.

    Later shapes give way to earlier ones. All overlays run in lon/lat on the vertices as they are, so that edges
    along the area's border are that border; a slit is ``slit_m`` wide at most (along a meridian, less along a
    parallel).
    """
    taken = shapely.union_all(there) if there is not None and len(there) else shapely.GeometryCollection()
    free = _polygons(shapely.difference(area, taken))
    out = []
    for shape in drawn:  # a few tens of shapes, each needs what the last one left
        out.append(_polygons(shapely.intersection(shape, free)))
        free = _polygons(shapely.difference(free, out[-1]))
    shapes, free = _without_slits(np.array(out, dtype=object), free, slit_m * _M)
    parts = shapely.get_parts(free)
    left = float(crs.areas_m2(parts).sum()) if len(parts) else 0.0
    return Fitted(shapes, left)


def _without_slits(shapes: Geoms, free: shapely.Geometry, width: float) -> tuple[Geoms, shapely.Geometry]:
    """Narrow pieces of what is left go to the shape with the longest common edge; what is left then."""
    how = {"join_style": "mitre"}
    core = shapely.buffer(free, -width / 2, **how)
    slits = shapely.get_parts(_polygons(shapely.difference(free, shapely.buffer(core, width * 0.51, **how))))
    at, to = shapely.STRtree(shapes).query(slits, predicate="intersects")
    common = shapely.length(shapely.intersection(shapes[to], slits[at]))
    keep = common > 0
    best = groups.best(at[keep], common[keep], -to[keep])
    slit, owner = at[keep][best], to[keep][best]
    out = shapes.copy()
    for i in np.unique(owner):
        out[i] = _polygons(shapely.union_all(np.array([out[i], *slits[slit[owner == i]]], dtype=object)))
    return out, _polygons(shapely.difference(free, shapely.union_all(slits[slit])))


def _polygons(shape: shapely.Geometry) -> shapely.Geometry:
    """The polygons of what an overlay leaves; one alone is no collection."""
    parts = shapely.get_parts(shape)
    parts = parts[shapely.get_type_id(parts) == 3]
    return parts[0] if len(parts) == 1 else shapely.multipolygons(parts) if len(parts) else shapely.Polygon()
