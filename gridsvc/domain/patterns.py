"""Lines of the regular patterns that :mod:`gridsvc.domain.division` cuts an area with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import h3
import h3ronpy.vector
import numpy as np
import shapely

from gridsvc.domain import codes, crs
from gridsvc.errors import InputError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gridsvc.domain.recipe import Recipe

# A pattern may have this many cells before they are clipped; more is a typing error in the size.
MOST = 40_000


@dataclass(frozen=True)
class Pattern:
    """Metric lines, the area of one whole cell, and a name for reports."""

    name: str
    lines: NDArray[np.object_]
    area_m2: float


def make(recipe: Recipe, border: shapely.Geometry, epsg: int, load: float) -> Pattern:
    """The pattern of ``recipe`` over the metric polygon ``border`` with ``load`` inside.

    Raises:
        InputError: ``division.too_many`` or ``division.no_load`` (a target without anything to count).
    """
    area = float(border.area)
    wanted = _wanted_cells(recipe, load)
    if recipe.method == "h3":
        resolution = recipe.resolution if recipe.resolution is not None else _resolution(area / (wanted or 1))
        return _h3(border, epsg, resolution)
    unit = area / wanted if wanted else 0.0
    if recipe.method == "square":
        size = recipe.size_m or float(np.sqrt(unit))
        _cap(border, size * size)
        return Pattern(f"square {size:g} m", _square_lines(border, size), size * size)
    width = recipe.size_m or float(np.sqrt(unit * 2 / np.sqrt(3)))
    hexagon = float(np.sqrt(3) / 2 * width * width)
    _cap(border, hexagon)
    return Pattern(f"hex {width:g} m", _hex_lines(border, width), hexagon)


def _wanted_cells(recipe: Recipe, load: float) -> int | None:
    if recipe.cells is not None:
        return recipe.cells
    if recipe.target is not None:
        if load <= 0:
            raise InputError("division.no_load")
        return max(1, round(load / recipe.target))
    return None


def _cap(border: shapely.Geometry, unit_m2: float) -> None:
    west, south, east, north = border.bounds
    if (east - west) * (north - south) / unit_m2 > MOST * 8 or border.area / unit_m2 > MOST:
        raise InputError("division.too_many", cells=int(border.area / unit_m2), most=codes.SEQ_MAX)


def _square_lines(border: shapely.Geometry, size: float) -> NDArray[np.object_]:
    """Lines at whole multiples of ``size``, so that the squares of neighbouring areas line up."""
    west, south, east, north = border.bounds
    x = np.arange(np.floor(west / size), np.ceil(east / size) + 1) * size
    y = np.arange(np.floor(south / size), np.ceil(north / size) + 1) * size
    upright = np.stack([np.column_stack([x, np.full_like(x, y[0])]), np.column_stack([x, np.full_like(x, y[-1])])], 1)
    level = np.stack([np.column_stack([np.full_like(y, x[0]), y]), np.column_stack([np.full_like(y, x[-1]), y])], 1)
    return np.asarray(shapely.linestrings(np.concatenate([upright, level])))


def _hex_lines(border: shapely.Geometry, width: float) -> NDArray[np.object_]:
    """Three edges of every pointy-top hexagon ``width`` across; each edge of the lattice once, corners exact."""
    west, south, east, north = border.bounds
    dx, dy = width / 2, width / np.sqrt(3) / 2  # corners lie on the lattice (i*dx, j*dy)
    rows = np.arange(np.floor(south / (3 * dy)) - 1, np.ceil(north / (3 * dy)) + 2)
    columns = np.arange(np.floor(west / width) - 1, np.ceil(east / width) + 2)
    r, c = (a.ravel() for a in np.meshgrid(rows, columns))
    i, j = 2 * c + np.where(r % 2 == 0, 0, 1), 3 * r
    corner = [(0, 2), (1, 1), (1, -1), (0, -2)]  # top, upper right, lower right, bottom
    xy = [np.column_stack([(i + a) * dx, (j + b) * dy]) for a, b in corner]
    edges = [np.stack([xy[k], xy[k + 1]], 1) for k in range(3)]
    return np.asarray(shapely.linestrings(np.concatenate(edges)))


def _resolution(unit_m2: float) -> int:
    """The H3 resolution whose mean cell is nearest to ``unit_m2`` (by ratio)."""
    ratio = [abs(np.log(h3.average_hexagon_area(r, unit="m^2") / unit_m2)) for r in range(16)]
    return int(np.argmin(ratio))


def _h3(border: shapely.Geometry, epsg: int, resolution: int) -> Pattern:
    if not 0 <= resolution <= 13:
        raise InputError("division.h3_resolution", value=resolution)
    unit = h3.average_hexagon_area(resolution, unit="m^2")
    _cap(border, unit)
    flat = crs.transform(np.array([border.buffer(np.sqrt(unit) * 2).simplify(np.sqrt(unit) / 10)]), epsg, crs.WGS84)
    cells = h3ronpy.vector.wkb_to_cells(
        shapely.to_wkb(flat), resolution, containment_mode=h3ronpy.ContainmentMode.Covers, flatten=True
    )
    rings = shapely.boundary(shapely.from_wkb(h3ronpy.vector.cells_to_wkb_polygons(cells).to_pylist()))
    metric = crs.transform(rings, crs.WGS84, epsg)
    # every hexagon writes its corners anew, off by a rounding: joined on a grid of a hundredth of a millimetre
    lines = shapely.get_parts(shapely.union_all(metric, grid_size=1e-5))
    west, south, east, north = border.bounds
    middle = crs.transformer(epsg, crs.WGS84).transform((west + east) / 2, (south + north) / 2)
    own = h3.cell_area(h3.latlng_to_cell(middle[1], middle[0], resolution), unit="m^2")
    return Pattern(f"h3 {resolution}", np.asarray(lines), float(own))
