"""Proof of a division: gaps, overlaps, slivers, cells outside their area, pieces, buildings cut, uncovered or covered
twice, barriers crossed, loads and shape.

Overlays run in lon/lat on the vertices as they are stored; sizes are measured in m² after densifying.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from gridsvc.domain import balanced, crs, geometry, groups, nearest, partition, seams

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gridsvc.domain.barriers import Barriers

# Trouble below this is the rounding of coordinates, not of somebody's work; the totals still count it.
LEAST_M2 = 0.01
THIN = 0.05  # 4πA/P² of a sliver; a circle has 1, a square 0.79
KINDS = (
    "gap",
    "overlap",
    "outside",
    "sliver",
    "pieces",
    "duplicate",
    "invalid",
    "cut_building",
    "uncovered_building",
    "crossing",
)
_OFF = {"gap", "overlap", "outside", "pieces", "duplicate", "invalid", "crossing", "uncovered_building"}
_BESIDE = 1e-9  # degrees, a tenth of a millimetre
DEEP_M = 0.5  # a barrier this far inside a cell crosses it


@dataclass(frozen=True)
class Checked:
    """``figures`` for ``--json``; ``troubles`` with the columns kind, code, other, m2, geometry (lon/lat)."""

    figures: dict[str, float | int]
    troubles: gpd.GeoDataFrame
    cuts_count: bool = True

    @property
    def clean(self) -> bool:
        """Whether the division is seamless, every cell stands for itself and no hard barrier runs through one; a
        regular pattern cuts houses by its nature, every other division that does is not clean."""
        off = _OFF | ({"cut_building"} if self.cuts_count else set())
        return not set(self.troubles["kind"]) & off


@dataclass(frozen=True)
class Against:
    """What a division is measured against, besides its area: ``buildings`` (n) in lon/lat with their ``weights``;
    ``fields`` (m), the lon/lat faces between hard barriers; ``bound``, the least spread of loads that those allow."""

    buildings: NDArray[np.object_] | None = None
    weights: NDArray[np.float64] | None = None
    fields: NDArray[np.object_] | None = None
    cuts_count: bool = True
    bound: float = 0.0


def against(
    aoi: shapely.Geometry, buildings: NDArray[np.object_], weights: NDArray[np.float64], barriers: Barriers,
    cells: int,
) -> Against:  # fmt: skip
    """What a division of ``aoi`` into so many ``cells`` is measured against, with hard barriers; all in lon/lat."""
    fields, loads = balanced.fields(aoi, buildings, weights, barriers, cells)
    # cells that lie across a barrier may be fewer than the faces; then the bound is that of a cell a face
    return Against(buildings, weights, fields, bound=partition.bound(loads, max(cells, len(loads))))


def check(
    cells: gpd.GeoDataFrame,
    aoi: shapely.Geometry,
    against: Against | NDArray[np.object_] | None = None,
    code: str = "code",
) -> Checked:
    """Check lon/lat ``cells`` (column ``code`` names them) against the lon/lat area and its buildings."""
    measure = against if isinstance(against, Against) else Against(against)
    buildings = measure.buildings
    shapes = np.asarray(cells.geometry, dtype=object)
    names = cells[code].astype(str).to_numpy() if code in cells else np.arange(1, len(cells) + 1).astype(str)
    valid = shapely.is_valid(shapes)
    rows = [_rows("invalid", names[~valid], shapes[~valid])]
    rows.append(_duplicates(names, shapes))
    rows.append(_pieces(names, shapes, aoi))
    shapes, names = shapes[valid], names[valid]
    union = shapely.union_all(shapes)
    gaps = _polygons(shapely.difference(aoi, union))
    rows.append(_rows("gap", np.full(len(gaps), ""), gaps))
    over = shapely.difference(shapes, aoi)
    rows.append(_rows("outside", names, over))
    rows.append(_overlaps(names, shapes))
    rows.append(_slivers(names, shapes))
    if buildings is not None and len(buildings):
        rows += _buildings(names, shapes, buildings, aoi)
    crossed = _crossings(names, shapes, measure)
    rows.append(crossed[0])
    found = pd.concat(rows, ignore_index=True)
    whole = float(crs.areas_m2(np.array([aoi], dtype=object))[0])
    spatial = found["kind"].isin(["gap", "overlap", "outside"])
    shown = found[~spatial | (found["m2"] >= LEAST_M2)]
    figures = {"cells": len(cells), "area_m2": round(whole, 2), **_counted(found, shown, whole)}
    figures |= {"compactness": round(_compactness(shapes), 4), **_loads(shapes, measure)}
    figures |= {"load_cv_bound": round(measure.bound, 4)}
    figures |= {"barrier_crossing_m": round(crossed[1], 2), "crossed_footprints": crossed[2]}
    frame = gpd.GeoDataFrame(shown.reset_index(drop=True), geometry="geometry", crs=crs.WGS84)
    return Checked(figures, frame, measure.cuts_count)


def _counted(found: pd.DataFrame, shown: pd.DataFrame, whole: float) -> dict[str, float | int]:
    """Sizes of all that was found, numbers of what is no rounding."""
    m2 = found.groupby("kind")["m2"].sum().reindex(list(KINDS), fill_value=0.0)
    number = shown["kind"].value_counts().reindex(list(KINDS), fill_value=0)
    return {
        "gap_m2": float(m2["gap"]),
        "gap_share": float(m2["gap"] / whole) if whole else 0.0,
        "overlap_m2": float(m2["overlap"]),
        "overlap_share": float(m2["overlap"] / whole) if whole else 0.0,
        "outside_m2": float(m2["outside"]),
        "cut": int(number["cut_building"]),
        "uncovered": int(number["uncovered_building"]),
        "disconnected": int(number["pieces"]),
        "slivers": int(number["sliver"]),
        "duplicates": int(number["duplicate"]),
        "invalid": int(number["invalid"]),
    }


def _rows(
    kind: str, code: NDArray[np.object_], geoms: NDArray[np.object_], other: NDArray[np.object_] | None = None
) -> pd.DataFrame:
    geoms = np.asarray(geoms, dtype=object)
    full = ~(shapely.is_empty(geoms) | shapely.is_missing(geoms)) if len(geoms) else np.zeros(0, dtype=bool)
    return pd.DataFrame(
        {
            "kind": pd.Series([kind] * int(full.sum()), dtype=object),
            "code": np.asarray(code, dtype=object)[full],
            "other": np.full(int(full.sum()), "", dtype=object) if other is None else np.asarray(other)[full],
            "m2": crs.areas_m2(geoms[full]),
            "geometry": geoms[full],
        }
    )


def _polygons(geom: shapely.Geometry) -> NDArray[np.object_]:
    parts = shapely.get_parts(geom)
    return np.asarray(parts[shapely.get_type_id(parts) == 3], dtype=object)


def _duplicates(names: NDArray[np.object_], shapes: NDArray[np.object_]) -> pd.DataFrame:
    twice = pd.Series(names).duplicated(keep=False).to_numpy() & (names != "")
    return _rows("duplicate", names[twice], shapes[twice])


def _pieces(names: NDArray[np.object_], shapes: NDArray[np.object_], aoi: shapely.Geometry) -> pd.DataFrame:
    """Cells in several pieces, unless the area itself is in pieces there (islands smaller than a cell)."""
    islands = shapely.get_parts(aoi)
    many = np.flatnonzero(shapely.get_num_geometries(shapes) > 1)
    parts, owner = shapely.get_parts(shapes[many], return_index=True)
    if not len(parts):
        return _rows("pieces", np.array([], dtype=object), np.array([], dtype=object))
    part, island = shapely.STRtree(islands).query(shapely.point_on_surface(parts), predicate="intersects")
    pairs = pd.DataFrame({"cell": owner[part], "island": island})
    torn = pairs[pairs.duplicated(keep=False)]["cell"].unique()
    return _rows("pieces", names[many[torn]], shapes[many[torn]])


def _overlaps(names: NDArray[np.object_], shapes: NDArray[np.object_]) -> pd.DataFrame:
    one, two = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    once = one < two
    one, two = one[once], two[once]
    shared = shapely.intersection(shapes[one], shapes[two])
    flat = shapely.area(shared) > 0
    return _rows("overlap", names[one[flat]], shared[flat], names[two[flat]])


def _slivers(names: NDArray[np.object_], shapes: NDArray[np.object_]) -> pd.DataFrame:
    if not len(shapes):
        return _rows("sliver", names, shapes)
    flat, _ = _metric(shapes)
    area, around = shapely.area(flat), shapely.length(flat)
    round_share = 4 * np.pi * area / np.where(around > 0, around, 1) ** 2
    thin = (round_share < THIN) | (area < 0.01 * np.median(area))
    return _rows("sliver", names[thin], shapes[thin])


def _buildings(
    names: NDArray[np.object_], shapes: NDArray[np.object_], buildings: NDArray[np.object_], aoi: shapely.Geometry
) -> list[pd.DataFrame]:
    here = buildings[shapely.intersects(aoi, shapely.point_on_surface(buildings))]
    building, cell = shapely.STRtree(shapes).query(here, predicate="intersects")
    uncovered = np.ones(len(here), dtype=bool)
    uncovered[building] = False
    cut = _holders(here, shapes) > 1
    # a house that the area's own border takes apart (by a notch) is not cut by the cells: each part is looked at
    parts, of = shapely.get_parts(shapely.intersection(here[cut], aoi), return_index=True)
    several = shapely.get_num_geometries(here[cut]) > 1  # of parts from the first, which belong to one cell
    cut[cut] = np.isin(np.arange(cut.sum()), of[_holders(parts, shapes) > 1]) | several
    first = np.full(len(here), "", dtype=object)
    first[building[::-1]] = names[cell[::-1]]
    return [
        _rows("cut_building", first[cut], here[cut]),
        _rows("uncovered_building", np.full(int(uncovered.sum()), "", dtype=object), here[uncovered]),
    ]


def _holders(things: NDArray[np.object_], shapes: NDArray[np.object_]) -> NDArray[np.int64]:
    """How many of the shapes hold more of each thing than rounding does."""
    thing, shape = shapely.STRtree(shapes).query(things, predicate="intersects")
    inside = crs.areas_m2(np.asarray(shapely.intersection(things[thing], shapes[shape]), dtype=object))
    return np.bincount(thing[inside > LEAST_M2], minlength=len(things))


def _metric(shapes: NDArray[np.object_]) -> tuple[NDArray[np.object_], int]:
    epsg = crs.metric_of(shapes)
    return crs.transform(shapes, crs.WGS84, epsg), epsg


def _compactness(shapes: NDArray[np.object_]) -> float:
    """Mean 4πA/P² of the cells; 1 is a circle (Polsby and Popper, 1991)."""
    if not len(shapes):
        return 0.0
    flat, _ = _metric(shapes)
    return float(np.mean(4 * np.pi * shapely.area(flat) / shapely.length(flat) ** 2))


def _loads(shapes: NDArray[np.object_], measure: Against) -> dict[str, float | int]:
    """Loads of the cells: the weights of the buildings whose inner point they hold; areas, where there are none."""
    if not len(shapes):
        return {}
    load = crs.areas_m2(shapes)
    if measure.buildings is not None and len(measure.buildings):
        spots = geometry.inside_points(measure.buildings)
        weights = np.ones(len(spots)) if measure.weights is None else measure.weights
        at = seams.containing(shapes, spots)
        lost = np.flatnonzero(at < 0)  # on the rim of the area a point can lie a micrometre outside its cell
        spot, cell = shapely.STRtree(shapes).query_nearest(spots[lost], max_distance=_BESIDE, all_matches=False)
        at[lost[spot]] = cell
        load = groups.sums(at[at >= 0], weights[at >= 0], len(shapes))
    mean = float(load.mean())
    return {
        "load_mean": round(mean, 2),
        "load_cv": round(float(load.std() / mean), 4) if mean else 0.0,
        "load_min": float(load.min()),
        "load_max": float(load.max()),
        "empty": int((load == 0).sum()),
    }


def _crossings(
    names: NDArray[np.object_], shapes: NDArray[np.object_], measure: Against
) -> tuple[pd.DataFrame, float, int]:
    """Hard barrier deeper than half a metre inside a cell: rows, metres, and footprints that lie across a barrier.

    A barrier here is a line between two faces that somebody lives in; the border bends round a footprint across it.
    """
    nothing = _rows("crossing", np.array([], dtype=object), np.array([], dtype=object)), 0.0, 0
    if measure.fields is None or len(measure.fields) < 2 or not len(shapes):
        return nothing
    flat, epsg = _metric(shapes)
    edges = seams.segments(crs.transform(measure.fields, crs.WGS84, epsg))
    inner = (edges.other >= 0) & (edges.owner < edges.other)
    lines = nearest.lines(np.hstack([edges.a[inner], edges.b[inner]]))
    footprints = 0
    if measure.buildings is not None and len(measure.buildings):
        houses = crs.transform(measure.buildings, crs.WGS84, epsg)
        line, house = shapely.STRtree(houses).query(lines, predicate="intersects")
        deep = shapely.length(shapely.intersection(lines[line], houses[house])) > 1e-3
        across = np.unique(house[deep])
        footprints = len(across)
        if footprints:
            around = shapely.union_all(shapely.buffer(houses[across], 2 * DEEP_M))
            lines = shapely.difference(lines, around)
    inside = shapely.buffer(flat, -DEEP_M)
    line, cell = shapely.STRtree(inside).query(lines, predicate="intersects")
    part = shapely.intersection(lines[line], inside[cell])
    metres = shapely.length(part)
    real = metres > 1e-3
    back = crs.transform(part[real], epsg, crs.WGS84)
    rows = _rows("crossing", names[cell[real]], back)
    rows["m2"] = 0.0
    return rows, float(metres[real].sum()), footprints
