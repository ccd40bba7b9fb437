"""Dividing and checking files, without a database."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from gridsvc.domain import barriers, cellcheck, division, geometry, seams
from gridsvc.domain.recipe import BALANCED, Recipe
from gridsvc.errors import InputError
from gridsvc.services import codetables, vectorfile

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True)
class Files:
    """What to divide: ``barriers`` are files, each with its strengths after a colon if it has any
    (``roads.geojson:hard``, ``roads.geojson:major_road=hard,minor_road=ignore``); ``together`` is a file of estates
    or a column of the buildings."""

    aoi: Path
    buildings: Path | None = None
    barriers: tuple[str, ...] = ()
    weight: str = "buildings"
    together: str | None = None
    previous: Path | None = None
    strengths: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Divided:
    """Cells with their figures, the proof, and the buildings with their cell (0: outside the area)."""

    cells: gpd.GeoDataFrame
    figures: dict[str, Any]
    checked: cellcheck.Checked
    buildings: gpd.GeoDataFrame | None


def divide(files: Files, recipe: Recipe) -> Divided:
    """Divide what is in files.

    Raises:
        InputError: as :func:`gridsvc.domain.division.divide` and :mod:`gridsvc.services.vectorfile`;
        ``division.strength``, ``division.together``.
    """
    border = area(files.aoi)
    houses = _houses(files)
    footprints, weights = _loaded(files, houses)
    lines = _barriers(files)
    done = division.divide(
        border, recipe, footprints, weights, barriers=lines, together=_together(files, houses),
        previous=vectorfile.shapes(files.previous) if files.previous else None,
    )  # fmt: skip
    bound = float(done.notes.get("load_cv_bound", 0.0))
    against = cellcheck.Against(footprints, weights, done.fields, recipe.method == BALANCED, bound)
    checked = cellcheck.check(done.cells, border, against, "ordinal")
    figures = {**checked.figures, **division.summary(done.cells), **done.notes}
    held = None if houses is None else houses.assign(cell=done.held)
    return Divided(done.cells, figures, checked, held)


def check(cells: Path, files: Files) -> cellcheck.Checked:
    """Prove cells of a file against an area, buildings and barriers of others."""
    border = area(files.aoi)
    footprints, weights = _loaded(files, _houses(files))
    frame = vectorfile.shapes(cells, repair=None)
    name = next((c for c in ("code", "cell_code", "ordinal", "id") if c in frame), "code")
    measure = cellcheck.against(border, footprints, weights, _barriers(files), len(frame))
    return cellcheck.check(frame, border, measure, name)


def area(path: Path) -> shapely.Geometry:
    """The union of the polygons of a file.

    Raises:
        InputError: ``division.aoi_empty``.
    """
    shapes = vectorfile.shapes(path)
    border = geometry.as_multipolygons(np.array([shapely.union_all(np.asarray(shapes.geometry, dtype=object))]))[0]
    if border is None:
        raise InputError("division.aoi_empty")
    return border


def _houses(files: Files) -> gpd.GeoDataFrame | None:
    if files.buildings is None:
        return None
    found = vectorfile.shapes(files.buildings, repair=True)
    if "kind" in found:  # the parts of a building are in it already
        found = found[found["kind"] != "building_part"].reset_index(drop=True)
    return None if found.empty else found


def _loaded(files: Files, houses: gpd.GeoDataFrame | None) -> tuple[NDArray[np.object_], NDArray[np.float64]]:
    if houses is None:
        return np.zeros(0, dtype=object), np.zeros(0)
    return np.asarray(houses.geometry, dtype=object), vectorfile.weights(houses, files.weight)


def _barriers(files: Files) -> barriers.Barriers:
    """Lines of all files; a word after a colon is a strength for the whole file or for one class in it."""
    out = barriers.Barriers()
    for said in files.barriers:
        name, colon, rest = said.rpartition(":")
        path, every, rules = Path(said), None, dict(files.strengths)
        if colon and not path.exists():
            path = Path(name)
            for word in rest.split(","):
                key, equals, value = word.partition("=")
                if equals:
                    rules[key.strip().lower()] = value.strip()
                else:
                    every = word.strip()
        frame = vectorfile.shapes(path, repair=True)
        shapes = np.asarray(frame.geometry, dtype=object)
        attributes = pd.DataFrame(frame.drop(columns="geometry"))
        out += barriers.from_features(shapes, attributes, codetables.barrier_strengths(), rules, every)
    return out


def _together(files: Files, houses: gpd.GeoDataFrame | None) -> NDArray[np.int64] | None:
    """Number of the estate of each building: by a column, or by the polygon that holds it."""
    if files.together is None or houses is None:
        return None
    if files.together in houses:
        column = houses[files.together].astype("string").str.strip()
        return np.asarray(pd.factorize(column.where(column.ne("")))[0], dtype=np.int64)
    path = Path(files.together)
    if not path.exists():
        known = ", ".join(c for c in houses if c != "geometry")
        raise InputError("division.together", value=files.together, known=known)
    shapes = np.asarray(vectorfile.shapes(path).geometry, dtype=object)
    return seams.containing(shapes, geometry.inside_points(np.asarray(houses.geometry, dtype=object)))
