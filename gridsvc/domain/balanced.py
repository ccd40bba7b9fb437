"""Dividing one area into cells of even load that follow roads and cut no house (method ``balanced``).

The way: faces between hard barriers become *regions* (what is only road or river is shared out by its middle line),
faces between preferred ones inside a region *blocks*; footprints that overlap are one *unit*; units are a graph of
neighbours weighed by common border; each region gets a whole number of cells, its units are shared among them
(:mod:`gridsvc.domain.partition`), and borders are drawn round them (:mod:`gridsvc.domain.borders`). Sources: ground
by nearest outline after Fleischmann et al., Morphological tessellation (2020); METIS after Karypis and Kumar (1998).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import shapely
from scipy.spatial import cKDTree

from gridsvc.domain import borders, contiguity, crs, groups, land, partition, patterns, refine, renewal, seams, units
from gridsvc.domain.recipe import Division, Recipe, reading_order
from gridsvc.errors import InputError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gridsvc.domain.barriers import Barriers

    Geoms = NDArray[np.object_]
    Ints = NDArray[np.int64]
    Floats = NDArray[np.float64]

_PER_CELL = 100  # points a cell, where there are no buildings and area is what is shared
_SMALL = 0.5  # a piece of the area with less than this share of a cell's load is no region
_SPREAD = 0.4  # of the tolerance: how uneven loads may get for the sake of shorter borders
_NEAR_M = 2e-5
_SAME_M = 2e-5


@dataclass(frozen=True)
class Town:
    """Metric ground of a division: ``area``; ``units``; ``blocks`` with their ``region``; ``block`` of each unit;
    ``islands``: pieces of the area too small for a cell."""

    area: shapely.Geometry
    units: units.Units
    blocks: Geoms
    region: Ints
    block: Ints
    islands: Geoms
    land_m2: float
    regions: Geoms

    @property
    def of(self) -> Ints:
        """Region of each unit."""
        return np.asarray(self.region[self.block])


def divide(
    aoi: shapely.Geometry, recipe: Recipe, buildings: Geoms, weights: Floats, barriers: Barriers,
    together: Ints | None = None, previous: Geoms | None = None,
) -> Division:  # fmt: skip
    """Divide the lon/lat polygon ``aoi``; arguments as :func:`gridsvc.domain.division.divide`, which checks them."""
    epsg, dense, area = _metric(aoi)
    houses = crs.transform(buildings, crs.WGS84, epsg)
    counted, by_area = _counted(area, houses, weights, recipe)
    town = survey(area, counted, barriers, epsg, recipe)
    before = None if previous is None else crs.transform(previous, crs.WGS84, epsg)
    old = None if before is None else renewal.holders(before, town.units.spots)
    plan = _plan(town, recipe, old)
    known = contiguity.build(town.units.shapes, town.blocks, town.block, town.region)
    estate = None if together is None or by_area else _estates(town, counted.of, together)
    cell = _share(town, known, plan, recipe, estate, old)
    cells, at = borders.draw(
        area, town.blocks, town.region, town.block, town.units.shapes, cell, town.units.load, known, town.islands,
        before,
    )  # fmt: skip
    order = reading_order(cells)
    rank = np.empty(len(order), dtype=np.int64)
    rank[order] = np.arange(1, len(order) + 1)
    size = shapely.area(cells)
    load = size if by_area else groups.sums(at[at >= 0], town.units.load[at >= 0], len(cells))
    frame = gpd.GeoDataFrame(
        {"ordinal": np.arange(1, len(order) + 1), "load": load[order], "area_m2": size[order]},
        geometry=_back(cells[order], epsg, aoi, dense),
        crs=crs.WGS84,
    )
    held = np.zeros(len(buildings), dtype=np.int64)
    if not by_area:
        inside = counted.of >= 0
        held[inside] = rank[at[counted.of[inside]]]
    faces = _back(town.regions, epsg, aoi, dense)
    return Division(frame, _notes(town, plan, counted, held, by_area), held, faces)


def fields(
    aoi: shapely.Geometry, buildings: Geoms, weights: Floats, barriers: Barriers, cells: int
) -> tuple[Geoms, Floats]:
    """Regions of the lon/lat ``aoi`` between hard barriers, as a division into ``cells`` has them; their loads."""
    epsg, dense, area = _metric(aoi)
    found = units.make(area, crs.transform(buildings, crs.WGS84, epsg), weights)
    hard = crs.transform(crs.densify(barriers.hard), crs.WGS84, epsg)
    ground = land.joined(area, hard, found.shapes, found.load)
    _, owner = _islands(area, ground, found.load, found.load.sum() / max(cells, 1))
    names, regions = seams.dissolve(ground.fields, owner)
    held = groups.sums(np.searchsorted(names, owner[ground.of]), found.load, len(names))
    return _back(regions, epsg, aoi, dense), held


def _metric(aoi: shapely.Geometry) -> tuple[int, shapely.Geometry, shapely.Geometry]:
    """The metric system of an area, the area with points every 20 m, and that in metres."""
    epsg = crs.metric_of(aoi)
    dense = crs.densify(np.array([aoi], dtype=object))
    return epsg, dense[0], crs.transform(dense, crs.WGS84, epsg)[0]


@dataclass(frozen=True)
class Plan:
    """Number of cells of each region, and the least spread that whole numbers allow."""

    cells: Ints
    loads: Floats
    bound: float


def _counted(area: shapely.Geometry, houses: Geoms, weights: Floats, recipe: Recipe) -> tuple[units.Units, bool]:
    """Units of the buildings; where there are none (with a load), of an even lattice, each with its piece of area.

    Raises:
        InputError: ``division.no_load`` for a target without anything to count, ``division.too_many``.
    """
    found = units.make(area, houses, weights) if len(houses) else None
    if found is not None and found.load.sum() > 0:
        _wanted(recipe, found.load)
        return found, False
    if recipe.cells is None:
        raise InputError("division.no_load")
    side = float(np.sqrt(area.area / (_wanted(recipe, np.zeros(0)) * _PER_CELL)))
    west, south, east, north = area.bounds
    x, y = np.meshgrid(np.arange(west, east, side), np.arange(south, north, side))
    boxes = shapely.box(x.ravel(), y.ravel(), x.ravel() + side, y.ravel() + side)
    shapely.prepare(area)
    pieces = shapely.intersection(boxes[shapely.intersects(area, boxes)], area)
    pieces = pieces[shapely.area(pieces) > side * side * 1e-3]
    lattice = units.make(area, shapely.point_on_surface(pieces), shapely.area(pieces))
    of = np.full(len(houses), -1, dtype=np.int64)
    across = np.zeros(len(houses), dtype=bool) if found is None else found.across
    return replace(lattice, of=of, across=across, joined=0), True


def _wanted(recipe: Recipe, load: Floats) -> int:
    """How many cells are asked for, by number or by their load.

    Raises:
        InputError: ``division.too_many``.
    """
    wanted = recipe.cells or max(1, round(float(load.sum()) / (recipe.target or 1)))
    if wanted > patterns.MOST:
        raise InputError("division.too_many", cells=wanted, most=patterns.MOST)
    return wanted


def survey(area: shapely.Geometry, found: units.Units, barriers: Barriers, epsg: int, recipe: Recipe) -> Town:
    """Regions and blocks of the metric ``area`` between barriers (lon/lat), and where each unit is."""
    hard, prefer = (crs.transform(crs.densify(g), crs.WGS84, epsg) for g in (barriers.hard, barriers.prefer))
    ground = land.joined(area, hard, found.shapes, found.load)
    islands, owner = _islands(area, ground, found.load, found.load.sum() / _wanted(recipe, found.load))
    blocks, of, block = [], [], np.full(len(found.shapes), -1, dtype=np.int64)
    made = 0
    for i, one in enumerate(ground.fields):
        mine = np.flatnonzero(ground.of == i)
        inner = land.joined(one, prefer, found.shapes[mine], found.load[mine])
        block[mine] = made + inner.of
        blocks.append(inner.fields)
        of.append(np.full(len(inner.fields), owner[i]))
        made += len(inner.fields)
    _, region = np.unique(np.concatenate(of), return_inverse=True)
    _, regions = seams.dissolve(ground.fields, owner)
    return Town(area, found, np.concatenate(blocks), region, block, islands, ground.land_m2, regions)


def _islands(area: shapely.Geometry, ground: land.Ground, load: Floats, mean: float) -> tuple[Geoms, Ints]:
    """Pieces of the area with too little load for a cell, and the region of each field (that of the nearest one)."""
    fields = ground.fields
    owner = np.arange(len(fields))
    parts = shapely.get_parts(area)
    if len(parts) < 2:
        return np.zeros(0, dtype=object), owner
    held = groups.sums(ground.of, load, len(fields))
    inner = shapely.point_on_surface(fields)
    field, part = shapely.STRtree(parts).query(inner, predicate="intersects")
    of = np.zeros(len(fields), dtype=np.int64)
    of[field] = part
    weight = groups.sums(of, held, len(parts))
    small = weight < _SMALL * mean
    small[np.argmax(weight)] = False
    lost = np.flatnonzero(small[of])
    kept = np.flatnonzero(~small[of])
    if len(lost):
        owner[lost] = kept[shapely.STRtree(fields[kept]).query_nearest(fields[lost], all_matches=False)[1]]
    return parts[small], owner


def _plan(town: Town, recipe: Recipe, old: Ints | None) -> Plan:
    """How many cells each region gets.

    Raises:
        InputError: ``division.fewer_than_faces``, ``division.more_than_units``.
    """
    n = int(town.region.max()) + 1
    loads = groups.sums(town.of, town.units.load, n)
    room = np.maximum(1, np.bincount(town.of[town.units.load > 0], minlength=n))
    wanted = _wanted(recipe, loads) if recipe.cells else max(n, _wanted(recipe, loads))
    if wanted < n:
        raise InputError("division.fewer_than_faces", cells=wanted, faces=n)
    if wanted > room.sum():
        if recipe.cells is not None:
            raise InputError("division.more_than_units", cells=wanted, units=int(room.sum()))
        wanted = int(room.sum())
    k = partition.shares(wanted, loads, room)
    if old is not None:
        had = renewal.counts(old, town.of, town.units.load, n)
        k = renewal.numbers(had, k, loads, room, recipe)
    return Plan(k, loads, partition.bound(loads, int(k.sum())))


def _estates(town: Town, of: Ints, together: Ints) -> Ints:
    """Estate of each unit, -1 for none: that of the first of its buildings that has one."""
    out = np.full(len(town.units.load), -1, dtype=np.int64)
    known = np.flatnonzero((of >= 0) & (together >= 0))[::-1]
    out[of[known]] = together[known]
    return out


def _share(
    town: Town, known: contiguity.Contiguity, plan: Plan, recipe: Recipe, estate: Ints | None, old: Ints | None
) -> Ints:
    """Cell (0…k-1) of each unit."""
    cell = np.zeros(len(town.units.load), dtype=np.int64)
    made, of = 0, town.of
    usual = float(plan.loads.sum() / plan.cells.sum())
    order = np.argsort(of, kind="stable")
    starts = np.searchsorted(of[order], np.arange(len(plan.cells) + 1))
    pair_order = np.argsort(of[known.one], kind="stable")
    pair_starts = np.searchsorted(of[known.one][pair_order], np.arange(len(plan.cells) + 1))
    place = np.empty(len(of), dtype=np.int64)
    for r, k in enumerate(plan.cells.tolist()):
        mine = order[starts[r] : starts[r + 1]]
        pairs = pair_order[pair_starts[r] : pair_starts[r + 1]]
        place[mine] = np.arange(len(mine))
        one, two, cost = place[known.one[pairs]], place[known.two[pairs]], known.cost[pairs]
        mean = plan.loads[r] / k
        low, high = limits(mean, recipe)
        node = _nodes(town, mine, one, two, estate, high)
        graph, back = _graph(one, two, cost, town.units.load[mine], node)
        if old is not None:
            slack = replace(recipe, tolerance=min(renewal.PATIENCE * recipe.tolerance, 0.9))
            span = limits(min(mean, usual), slack)[0], limits(max(mean, usual), slack)[1]
            part = renewal.again(graph, old[mine], back, k, min(mean, usual), span, recipe)
        else:
            part = partition.split(graph, k, recipe.tolerance, recipe.seed)
            part = refine.fill(graph, refine.connect(graph, part), k)
            part = refine.Balance(graph, part, k, low, high).run()
            part = refine.exchange(graph, part, k, low, high, _SPREAD * recipe.tolerance)
        cell[mine] = made + part[back]
        made += int(part.max()) + 1
    return cell


def limits(mean: float, recipe: Recipe) -> tuple[float, float]:
    """The least and the greatest load that a cell should have where the mean is ``mean``."""
    low, high = mean * (1 - recipe.tolerance), mean * (1 + recipe.tolerance)
    if recipe.least is not None and recipe.least <= mean:
        low = max(low, recipe.least)
    if recipe.most is not None and recipe.most >= mean:
        high = min(high, recipe.most)
    return low, high


def _nodes(town: Town, mine: Ints, one: Ints, two: Ints, estate: Ints | None, most: float) -> Ints:
    """Units that must stay together have one number: those of an estate that fits in a cell, those of an island."""
    node = np.arange(len(mine))
    group = np.full(len(mine), -1, dtype=np.int64)
    if estate is not None:
        group = estate[mine].copy()
    if len(town.islands):
        point, island = shapely.STRtree(town.islands).query(town.units.spots[mine], predicate="intersects")
        group[point] = group.max(initial=-1) + 1 + island
    if not (group >= 0).any():
        return node
    same = (group[one] == group[two]) & (group[one] >= 0)
    pieces, piece = groups.connected(len(mine), one[same], two[same])
    fits = groups.sums(piece, town.units.load[mine], pieces)[piece] <= most
    return np.asarray(np.where(fits, piece, len(mine) + node), dtype=np.int64)


def _graph(one: Ints, two: Ints, cost: Floats, load: Floats, node: Ints) -> tuple[partition.Graph, Ints]:
    """The graph of nodes, and the node of each unit."""
    names, back = np.unique(node, return_inverse=True)
    n = len(names)
    a, b = back[one], back[two]
    real = a != b
    pairs = groups.pairs(np.minimum(a, b)[real], np.maximum(a, b)[real], cost[real])
    return partition.Graph.of(n, *pairs, groups.sums(back, load, n)), np.asarray(back, dtype=np.int64)


def _notes(town: Town, plan: Plan, counted: units.Units, held: Ints, by_area: bool) -> dict[str, float | int | str]:
    return {
        "by": "area" if by_area else "load",
        "regions": len(plan.cells),
        "blocks": len(town.blocks),
        "road_land_m2": round(town.land_m2, 1),
        "load_cv_bound": round(plan.bound, 4),
        "outside": int((held == 0).sum()),
        "across": int(counted.across.sum()),
        "joined": counted.joined,
        "pieces": len(shapely.get_parts(town.area)),
        "islands": len(town.islands),
    }


def _back(cells: Geoms, epsg: int, aoi: shapely.Geometry, dense: shapely.Geometry) -> Geoms:
    """Metric cells in lon/lat: vertices of the densified area are what they were, others on the rim lie beside it."""
    exact = shapely.get_coordinates(dense)
    tree = cKDTree(np.column_stack(crs.transformer(crs.WGS84, epsg).transform(exact[:, 0], exact[:, 1])))
    border = shapely.boundary(aoi)
    shapely.prepare(border)
    through = crs.transformer(epsg, crs.WGS84)
    rim = shapely.boundary(crs.transform(np.array([dense], dtype=object), crs.WGS84, epsg)[0])
    shapely.prepare(rim)

    def move(xy: Floats) -> Floats:
        out = np.column_stack(through.transform(xy[:, 0], xy[:, 1]))
        gap, at = tree.query(xy, distance_upper_bound=_SAME_M)
        same = np.isfinite(gap)
        out[same] = exact[at[same]]
        points = shapely.points(xy[~same])
        near = shapely.dwithin(rim, points, _NEAR_M)
        beside = np.flatnonzero(~same)[near]
        # between the straight line in metres and the one in lon/lat, so that it is nearly straight in any projection
        metric = _foot(rim, points[near])
        metric = np.column_stack(through.transform(metric[:, 0], metric[:, 1]))
        out[beside] = (metric + _foot(border, shapely.points(metric))) / 2
        return out

    return np.asarray(shapely.transform(cells, move))


def _foot(line: shapely.Geometry, points: Geoms) -> Floats:
    """The place on a line nearest to each point."""
    return np.asarray(shapely.get_coordinates(shapely.get_point(shapely.shortest_line(line, points), 0)))
