"""Correcting a division by hand: cells split by a line, merged, a border moved, numbers given again.

Every change keeps what the divider promises (no gap, no overlap, no house cut, whole cells, none without load) or is
refused with the reason and a map of the trouble. Shapes are in lon/lat; only the cells concerned and their neighbours
get new vertices, and shared borders stay shared.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import shapely

from gridsvc.domain import crs, groups, seams, units
from gridsvc.domain.recipe import reading_order
from gridsvc.errors import InputError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Geoms = NDArray[np.object_]
    Ints = NDArray[np.int64]
    Floats = NDArray[np.float64]

_REACH_M = 25.0  # how far the ends of a line are drawn out to meet the border
_M = 1 / 111_320


class EditError(InputError):
    """A change that would break the division; ``trouble`` (kind, geometry in lon/lat) shows where."""

    def __init__(self, code: str, trouble: list[tuple[str, shapely.Geometry]], **values: object) -> None:
        super().__init__(code, **values)
        kinds, shapes = [k for k, _ in trouble], [g for _, g in trouble]
        self.trouble = gpd.GeoDataFrame({"kind": kinds}, geometry=shapes, crs=crs.WGS84)


@dataclass(frozen=True)
class Sheet:
    """A division while it is edited: ``shapes`` (k) in lon/lat, an exact coverage of ``area``; ``ordinal`` and
    ``name`` (k); ``houses`` (n) with their ``loads``."""

    area: shapely.Geometry
    shapes: Geoms
    ordinal: Ints
    name: NDArray[np.object_]
    houses: Geoms
    loads: Floats

    def at(self, ordinal: int) -> int:
        """Index of a cell.

        Raises:
            InputError: ``division.no_cell``.
        """
        found = np.flatnonzero(self.ordinal == ordinal)
        if not len(found):
            raise InputError("division.no_cell", cell=ordinal, most=int(self.ordinal.max(initial=0)))
        return int(found[0])

    def held(self) -> Floats:
        """Load of each cell."""
        spots = shapely.point_on_surface(self.houses) if len(self.houses) else self.houses
        at = seams.containing(self.shapes, spots)
        return groups.sums(at[at >= 0], self.loads[at >= 0], len(self.shapes))

    def frame(self) -> gpd.GeoDataFrame:
        """Cells with ordinal, name, load, area_m2, in the order of their ordinals."""
        order = np.argsort(self.ordinal, kind="stable")
        return gpd.GeoDataFrame(
            {
                "ordinal": self.ordinal[order],
                "name": self.name[order],
                "load": self.held()[order],
                "area_m2": crs.areas_m2(self.shapes[order]),
            },
            geometry=self.shapes[order],
            crs=crs.WGS84,
        )


def split(sheet: Sheet, ordinal: int, line: shapely.Geometry) -> Sheet:
    """Cut one cell in two along ``line``, which bends round houses; the part with more load keeps number and name.

    Raises:
        EditError: ``division.line_not_across``, ``division.part_empty``; InputError: ``division.no_cell``.
    """
    i = sheet.at(ordinal)
    first, second = _halves(sheet, sheet.shapes[i], line)
    shapes = np.append(sheet.shapes, second)
    shapes[i] = first
    name = np.append(sheet.name, np.array([None], dtype=object))
    return _sheet(sheet, shapes, np.append(sheet.ordinal, sheet.ordinal.max() + 1), name)


def merge(sheet: Sheet, ordinals: list[int]) -> Sheet:
    """Join cells that lie side by side; the one with most load keeps number and name.

    Raises:
        EditError: ``division.not_neighbours``; InputError: ``division.no_cell``, ``division.merge_two``.
    """
    index = np.array(sorted({sheet.at(o) for o in ordinals}))
    if len(index) < 2:
        raise InputError("division.merge_two")
    union = shapely.coverage_union_all(sheet.shapes[index])
    before = shapely.get_num_geometries(sheet.shapes[index]).sum() - len(index)
    parts = shapely.get_num_geometries(union)
    if parts - 1 > before:
        trouble = [("pieces", g) for g in shapely.get_parts(union)]
        raise EditError("division.not_neighbours", trouble, cells=", ".join(map(str, sorted(ordinals))))
    held = sheet.held()[index]
    keep = index[int(np.argmax(held))]
    shapes = sheet.shapes.copy()
    shapes[keep] = shapely.get_parts(union)[0] if parts == 1 else union
    stay = np.ones(len(shapes), dtype=bool)
    stay[index[index != keep]] = False
    return _sheet(sheet, shapes[stay], sheet.ordinal[stay], sheet.name[stay])


def move_border(sheet: Sheet, one: int, two: int, line: shapely.Geometry) -> Sheet:
    """Draw the border between two neighbours anew along ``line``; each keeps the cell it shares more ground with.

    Raises:
        EditError: as :func:`merge` and :func:`split`.
    """
    a, b = sheet.at(one), sheet.at(two)
    joined = merge(sheet, [one, two])
    whole = joined.shapes[joined.at(one if one in joined.ordinal else two)]
    first, second = _halves(sheet, whole, line)
    both, old = np.array([first, second]), sheet.shapes[[a, b]]
    stays, swaps = (shapely.area(shapely.intersection(both, o)).sum() for o in (old, old[::-1]))
    shapes = sheet.shapes.copy()
    shapes[a], shapes[b] = (first, second) if stays >= swaps else (second, first)
    return _sheet(sheet, shapes, sheet.ordinal, sheet.name)


def renumber(sheet: Sheet) -> Sheet:
    """Numbers in reading order again, after cells were split or merged."""
    order = reading_order(crs.transform(sheet.shapes, crs.WGS84, crs.metric_of(sheet.shapes)))
    number = np.arange(1, len(order) + 1)
    return _sheet(sheet, sheet.shapes[order], number, sheet.name[order])


def _sheet(sheet: Sheet, shapes: Geoms, ordinal: Ints, name: NDArray[np.object_]) -> Sheet:
    return _with_corners(Sheet(sheet.area, shapes, ordinal, name, sheet.houses, sheet.loads))


def _halves(sheet: Sheet, whole: shapely.Geometry, line: shapely.Geometry) -> Geoms:
    """The two parts of a polygon on both sides of a line that bends round houses, the one with more load first."""
    drawn = _drawn_out(line)
    inside = np.flatnonzero(shapely.intersects(whole, sheet.houses)) if len(sheet.houses) else np.zeros(0, dtype=int)
    houses = sheet.houses[inside]
    solid = _joined(houses, whole)
    cuts = shapely.length(shapely.intersection(solid, drawn)) > 1e-3 * _M
    # what the line does not cut of the whole is the two sides; a house across it goes to the larger part of it
    sides = seams.faces(whole, np.append(np.array([drawn]), shapely.get_parts(shapely.boundary(solid[cuts]))))
    plain = seams.faces(whole, np.array([drawn]))
    if len(plain) < 2:
        raise EditError("division.line_not_across", [("line", line), ("cell", whole)])
    side = _two_sides(plain, drawn)
    label = side[np.maximum(seams.containing(plain, shapely.point_on_surface(sides)), 0)]
    if cuts.any():
        of = side[units.field_of(solid[cuts], plain)]
        at = seams.containing(solid[cuts], shapely.point_on_surface(sides))
        label[at >= 0] = of[at[at >= 0]]
    spots = shapely.point_on_surface(houses)
    piece = seams.containing(sides, spots)
    mass = groups.sums(piece[piece >= 0], sheet.loads[inside][piece >= 0] + 1e-9, len(sides))
    label = seams.settle(sides, label, mass)
    names, parts = seams.dissolve(sides, label)
    if len(names) != 2:
        raise EditError("division.line_not_across", [("line", line), ("cell", whole)])
    held = [float(mass[label == n].sum()) for n in names]
    if min(held) < 1e-6 and len(houses):
        empty = parts[int(np.argmin(held))]
        raise EditError("division.part_empty", [("empty", empty), ("line", line)])
    return parts if held[0] >= held[1] else parts[::-1]


def _joined(houses: Geoms, whole: shapely.Geometry) -> Geoms:
    """Footprints inside a polygon, those that overlap as one."""
    flat = shapely.get_dimensions(houses) == 2
    if not flat.any():
        return np.zeros(0, dtype=object)
    union = shapely.get_parts(shapely.union_all(shapely.intersection(houses[flat], whole)))
    return np.asarray(union[shapely.get_dimensions(union) == 2])


def _two_sides(plain: Geoms, line: shapely.Geometry) -> Ints:
    """0 or 1 for each face: faces that share a piece of the line are on different sides, others on the same."""
    side = np.full(len(plain), -1, dtype=np.int64)
    edges = seams.segments(plain)
    along = (edges.other >= 0) & shapely.dwithin(line, shapely.points((edges.a + edges.b) / 2), 1e-9)
    pairs = np.unique(np.column_stack([edges.owner, edges.other])[along], axis=0)
    front = [int(np.argmax(shapely.area(plain)))]
    side[front[0]] = 0
    while front:
        face = front.pop()
        for other in pairs[pairs[:, 0] == face, 1].tolist():
            if side[other] < 0:
                side[other] = 1 - side[face]
                front.append(other)
    return np.maximum(side, 0)


def _drawn_out(line: shapely.Geometry) -> shapely.Geometry:
    """The line with its ends drawn out, since a hand stops a little before the border."""
    xy = shapely.get_coordinates(line)
    if line.geom_type != "LineString" or len(xy) < 2:
        raise InputError("division.line")

    def beyond(a: Floats, b: Floats) -> Floats:
        step = b - a
        length = max(float(np.hypot(*step)), 1e-12)
        return np.asarray(b + step / length * _REACH_M * _M)

    return shapely.linestrings(np.vstack([beyond(xy[1], xy[0]), xy, beyond(xy[-2], xy[-1])]))


def _with_corners(sheet: Sheet) -> Sheet:
    """Neighbours get the vertices that a new border ends in, so that what is shared stays exactly shared."""
    edges = seams.segments(sheet.shapes)
    loose = edges.other < 0
    rim = shapely.boundary(sheet.area)
    shapely.prepare(rim)
    middle = shapely.points((edges.a + edges.b) / 2)
    torn = loose & ~shapely.dwithin(rim, middle, 1e-9)
    touched = np.unique(edges.owner[torn])
    if not len(touched):
        return sheet
    points = shapely.multipoints(np.unique(np.vstack([edges.a[torn], edges.b[torn]]), axis=0))
    shapes = sheet.shapes.copy()
    for i in touched:  # the few cells round a change
        shapes[i] = _with_vertices(shapes[i], points)
    return Sheet(sheet.area, shapes, sheet.ordinal, sheet.name, sheet.houses, sheet.loads)


def _with_vertices(polygon: shapely.Geometry, points: shapely.Geometry) -> shapely.Geometry:
    """A polygon with those of the points that lie on its outline as vertices."""
    parts = []
    for part in shapely.get_parts(polygon):
        rings = [_ring(r, points) for r in shapely.get_rings(part)]
        parts.append(shapely.Polygon(rings[0], rings[1:]))
    return parts[0] if len(parts) == 1 else shapely.multipolygons(parts)


def _ring(ring: shapely.Geometry, points: shapely.Geometry) -> shapely.Geometry:
    near = shapely.get_parts(points)
    near = near[shapely.dwithin(ring, near, 1e-11)]
    xy = shapely.get_coordinates(ring)
    place = np.r_[0, np.cumsum(np.hypot(*np.diff(xy, axis=0).T))]
    new = shapely.get_coordinates(near)
    at = shapely.line_locate_point(shapely.linestrings(xy), near)
    fresh = np.array([not (xy == p).all(axis=1).any() for p in new], dtype=bool)
    order = np.argsort(np.r_[place, at[fresh]], kind="stable")
    return shapely.linearrings(np.vstack([xy, new[fresh]])[order])
