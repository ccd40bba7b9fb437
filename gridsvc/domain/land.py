"""Faces between barriers, with what is only road, river or verge shared out among them by the middle line.

Twin carriageways and the splinters of a junction make faces that nobody works in. They would be cells of load 0, or
hang on one side with a border along the wrong lane; here they become *road land*, and its middle line becomes the
border. Lines that end blind inside a face divide nothing (polygonising drops them).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely

from gridsvc.domain import groups, nearest, seams, units

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Geoms = NDArray[np.object_]
    Ints = NDArray[np.int64]
    Floats = NDArray[np.float64]

LEAST_M2 = 500.0
STEP_M = 4.0  # between the points along road land; half of a narrow lane
BROAD_M2 = 1000.0
_ROUND = 0.35  # 4πA/P² of a face that is no strip
_MOST_POINTS = 400_000
_SMOOTH_M = 1.0


@dataclass(frozen=True)
class Ground:
    """``fields`` (n): an exact coverage of the area, one polygon for each face that somebody works in; ``of``
    (units): the field of each unit; ``land_m2``: how much road land was shared out."""

    fields: Geoms
    of: Ints
    land_m2: float


def joined(area: shapely.Geometry, lines: Geoms, shapes: Geoms, mass: Floats, least_m2: float = LEAST_M2) -> Ground:
    """Faces of the metric polygon ``area`` between ``lines`` that hold some of the ``mass`` of the units ``shapes``.

    A unit across a line is in the face that holds most of it.

    Faces without mass, or smaller than ``least_m2``, are shared out among the others by the middle line; broad ones
    (a park) go whole to the neighbour with most common border. When no face holds any mass, those of ``least_m2``
    count as worked in.
    """
    faces = seams.faces(area, lines)
    if len(faces) < 2:
        alone = np.array([area], dtype=object)
        return Ground(alone, np.zeros(len(shapes), dtype=np.int64), 0.0)
    face = units.field_of(shapes, faces)
    held = groups.sums(face, mass, len(faces))
    large = shapely.area(faces) >= least_m2
    kept = large & (held > 0)
    if not kept.any():
        kept = held > 0 if mass.any() else large
    if not kept.any():
        kept = shapely.area(faces) == shapely.area(faces).max()
    if kept.all():
        return Ground(faces, face, 0.0)
    green = ~kept & _broad(faces)
    stays = kept | green
    own = np.where(stays, np.cumsum(stays) - 1, -1)
    pieces, label = _shared(faces, own)
    # of a field in several parts the one stays that was a face of its own
    at = seams.containing(faces[stays], shapely.point_on_surface(pieces))
    mass = shapely.area(pieces) + np.where(at >= 0, 1e12, 0.0)
    names, fields = seams.dissolve(pieces, seams.settle(pieces, label, mass))
    of = np.searchsorted(names, own[face])
    fields, now = _given(fields, green[stays][names])
    lost = ~kept[face]
    of = now[np.where(lost, 0, of)]
    of[lost] = units.field_of(shapes[lost], fields)
    return Ground(fields, of, float(shapely.area(faces[~stays]).sum()))


def _broad(faces: Geoms) -> NDArray[np.bool_]:
    """Faces that are no strip: a park or a field, whose border should stay the road round it."""
    area = shapely.area(faces)
    return np.asarray((area >= BROAD_M2) & (4 * np.pi * area >= _ROUND * shapely.length(faces) ** 2))


def _given(fields: Geoms, green: NDArray[np.bool_]) -> tuple[Geoms, Ints]:
    """Fields with the green ones given whole to the neighbour with most common border; and where each field went."""
    label = np.where(green, -1, np.arange(len(fields)))
    edges = seams.segments(fields)
    inner = edges.other >= 0
    one, two, length = edges.owner[inner], edges.other[inner], edges.length[inner]
    while (label < 0).any():
        open_ = (label[one] < 0) & (label[two] >= 0)
        if not open_.any():
            label = _by_nearest(fields, label)
            break
        field, target, total = groups.pairs(one[open_], label[two[open_]], length[open_])
        best = groups.best(field, total)
        label[field[best]] = target[best]
    names, out = seams.dissolve(fields, label)
    return out, np.searchsorted(names, label)


def _shared(faces: Geoms, own: Ints) -> tuple[Geoms, Ints]:
    """Faces and pieces of road land, and which field each belongs to."""
    land = own < 0
    edges = seams.segments(faces)
    shore = (own[edges.owner] >= 0) & (edges.other >= 0) & land[edges.other]
    if not shore.any():  # nothing touches: every piece goes to the nearest field as it is
        return faces, _by_nearest(faces, own)
    _, strips = seams.dissolve(faces[land], np.zeros(int(land.sum()), dtype=np.int64))
    strips = shapely.get_parts(strips)
    strip_of = seams.containing(strips, shapely.point_on_surface(faces))
    a, b = edges.a[shore], edges.b[shore]
    label, strip = own[edges.owner[shore]], strip_of[edges.other[shore]]
    step = max(STEP_M, float(np.hypot(*(b - a).T).sum()) / _MOST_POINTS)
    xy, of = nearest.along(a, b, step)
    label, strip = label[of], strip[of]
    middle = [_middle(strips[s], xy[strip == s], label[strip == s]) for s in np.unique(strip)]
    inner = np.concatenate([np.array([], dtype=object), *middle])
    pieces = seams.faces(shapely.union_all(faces), np.append(shapely.boundary(faces), inner)) if len(inner) else faces
    spots = shapely.point_on_surface(pieces)
    at = seams.containing(faces, spots)
    near = nearest.Places(xy, strip, label).label(shapely.get_coordinates(spots), strip_of[at])
    return pieces, np.where(own[at] >= 0, own[at], near)


def _middle(strip: shapely.Geometry, xy: Floats, label: Ints) -> Geoms:
    """Lines inside one piece of road land that are as near to one field as to another."""
    _, ends = nearest.ridges(xy, label)
    if not len(ends):
        return np.array([], dtype=object)
    found = nearest.lines(nearest.clipped(ends, strip)[0])
    chains = shapely.get_parts(shapely.line_merge(shapely.union_all(found)))
    chains = chains[shapely.get_dimensions(chains) == 1]
    smooth = shapely.simplify(chains, _SMOOTH_M)
    good = shapely.covers(shapely.buffer(strip, 2 * nearest.OVER_M), smooth)
    return np.asarray(np.where(good, smooth, chains))


def _by_nearest(faces: Geoms, own: Ints) -> Ints:
    kept = np.flatnonzero(own >= 0)
    _, at = shapely.STRtree(faces[kept]).query_nearest(faces, all_matches=False)
    return np.asarray(np.where(own >= 0, own, own[kept][at]))
