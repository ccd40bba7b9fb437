"""Drafting divisions: what is in each lowest area, how it is weighed, cells made by a method, stored as a draft."""

from __future__ import annotations

import time
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import shapely

from gridsvc.domain import barriers, cellcheck, codes, division, geometry, identity, seams
from gridsvc.domain.recipe import BALANCED, Recipe
from gridsvc.errors import InputError
from gridsvc.services import codetables, ground
from gridsvc.services.progress import Progress, quiet
from gridsvc.store.copyin import CopyIn
from gridsvc.store.tx import Caller, Tx, begin, json

if TYPE_CHECKING:
    import geopandas as gpd
    from numpy.typing import NDArray

    from gridsvc.store.pool import Database

STAGED = ["ordinal", "kind", "code_alt", "name", "geom", "area_m2", "load"]
WEIGHTS = ("buildings", "households", "people", "workload")
WISHES = ("limits", "weight", "name", "together", "previous", "strengths")
# What a cell of an urban community is expected to hold, where nothing else is said (STANDARDS).
USUAL = Recipe(target=400.0, least=300.0, most=500.0)
_K = 10  # loads that count residents are stored from this many on


@dataclass(frozen=True)
class Draft:
    """A draft that was made: its number, its area, its figures."""

    division_id: int
    area_code: str
    area_name: str
    figures: dict[str, Any]


@dataclass(frozen=True)
class Wish:
    """What is wanted: how large (``None``: as usual for households, with ``limits`` in place of the usual ones), what
    counts as load, whether estates stay together, whether the cells in force are kept as far as possible, and
    strengths of barriers by class."""

    recipe: Recipe | None = None
    limits: dict[str, Any] = field(default_factory=dict)
    weight: str | None = None
    name: str | None = None
    together: bool = True
    previous: bool = False
    strengths: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Content:
    """What is in one lowest area: buildings (lon/lat), their loads, numbers of their estates, lines, old cells."""

    buildings: NDArray[np.object_]
    loads: NDArray[np.float64]
    estates: NDArray[np.int64]
    barriers: barriers.Barriers
    previous: NDArray[np.object_] | None


def divide(
    db: Database, caller: Caller, area: str, wish: Wish | Recipe, *, progress: Progress = quiet
) -> list[Draft]:  # fmt: skip
    """Draft a division of every lowest area inside ``area``; a number of cells is shared among them by load.

    Raises:
        InputError: ``division.weight``, ``import.area_outside``, ``division.one_size`` (nothing is said of the size,
        and no households are known), and as :func:`gridsvc.domain.division.divide`.
    """
    wish = Wish(wish) if isinstance(wish, Recipe) else wish
    if wish.weight is not None and wish.weight not in WEIGHTS:
        raise InputError("division.weight", value=wish.weight, known=", ".join(WEIGHTS))
    with begin(db, caller, "divide", budget_ms=db.settings.job_budget_ms) as tx:
        parts = leaves(tx, area)
        frames = [tx.frame("building/load", lo=p.lo, hi=p.hi) for p in parts.itertuples()]
        weight = wish.weight or _usual_weight(wish, frames)
        how = wish.recipe or _usual(wish, weight)
        content = [_content(tx, p, f, weight, how, wish) for p, f in zip(parts.itertuples(), frames, strict=True)]
        recipes = _recipes(how, [float(c.loads.sum()) for c in content])
        if how.target is not None and not any(c.loads.sum() for c in content):
            raise InputError("division.no_load")
        drafts = []
        for i, (part, one, held) in enumerate(zip(parts.itertuples(), recipes, content, strict=True)):
            progress("division.divide", i / len(parts))
            one, begun = _possible(one, held), time.monotonic()
            done = division.divide(
                shapely.from_wkb(part.wkb), one, held.buildings, held.loads, barriers=held.barriers,
                together=held.estates, previous=held.previous,
            )  # fmt: skip
            params = {k: v for k, v in one.__dict__.items() if v is not None} | {"weight": weight}
            params |= {"strengths": wish.strengths} if wish.strengths else {}
            bound = float(done.notes.get("load_cv_bound", 0.0))
            against = cellcheck.Against(held.buildings, held.loads, done.fields, one.method == BALANCED, bound)
            notes = done.notes | _outside_limits(done.cells, one) | _kept(done, held)
            notes["seconds"] = round(time.monotonic() - begun, 2)
            cells = told(done.cells, weight)
            drafts.append(store(tx, part, cells, one.method, params, notes, wish.name, against))
    return drafts


def _usual_weight(wish: Wish, frames: list[pd.DataFrame]) -> str:
    """Households where they are known and nothing is said about the size of cells; otherwise buildings."""
    known = sum(float(f["households"].sum()) for f in frames)
    return "households" if wish.recipe is None and known > 0 else "buildings"


def _usual(wish: Wish, weight: str) -> Recipe:
    if weight != "households":
        raise InputError("division.one_size")
    return replace(USUAL, **{k: v for k, v in wish.limits.items() if v is not None})


def _kept(done: division.Division, held: Content) -> dict[str, float]:
    """How much changes its cell, where cells in force were to be kept."""
    if held.previous is None:
        return {}
    before = seams.containing(held.previous, geometry.inside_points(held.buildings)) + 1
    return {"moved_share": round(identity.moved_share(before, done.held), 4)}


def _possible(recipe: Recipe, held: Content) -> Recipe:
    """The recipe for a part; one without any load is a single cell, however large cells should be."""
    if recipe.target is not None and held.loads.sum() <= 0:
        return replace(recipe, target=None, cells=1)
    return recipe


def told(cells: gpd.GeoDataFrame, weight: str | None) -> gpd.GeoDataFrame:
    """Cells whose loads everybody may read: one that counts fewer residents than may be told is nothing."""
    return cells if weight != "people" else cells.assign(load=cells["load"].where(cells["load"] >= _K))


def summary(cells: gpd.GeoDataFrame) -> dict[str, float | int]:
    """Figures of cells, with loads that are not told as nothing."""
    return division.summary(pd.DataFrame(cells.drop(columns="geometry")).fillna({"load": 0.0}))


def write_cells(tx: Tx, division_id: int, cells: gpd.GeoDataFrame) -> None:
    """Write the cells of a draft (columns of ``STAGED`` as far as they are there, geometry)."""
    tx.run("division/stage")
    staged = pd.DataFrame(cells.drop(columns="geometry")).reindex(columns=STAGED)
    staged["geom"] = np.asarray(cells.geometry, dtype=object)
    with CopyIn(tx.conn, "stage_cell", STAGED) as copy:
        copy.write(staged)
    tx.run("division/cells_add", division_id=division_id)
    tx.run("division/stage_drop")


def _outside_limits(cells: gpd.GeoDataFrame, recipe: Recipe) -> dict[str, int]:
    out: dict[str, int] = {}
    if recipe.least is not None:
        out["below_least"] = int((cells["load"] < recipe.least).sum())
    if recipe.most is not None:
        out["above_most"] = int((cells["load"] > recipe.most).sum())
    return out


def leaves(tx: Tx, area: str) -> pd.DataFrame:
    """The lowest areas inside ``area``, all in the caller's scope."""
    areas = ground.areas_on(tx, ground.today(tx), shapes=True)
    top = ground.area_of(areas, area)
    if not tx.who.covers(top.lo, top.hi):
        raise InputError("import.area_outside", area=top.code, own=tx.who.area_code or "–")
    return areas[areas["leaf"] & (areas["key"] >= top.lo) & (areas["key"] < top.hi)].reset_index(drop=True)


def loads(frame: pd.DataFrame, weight: str) -> NDArray[np.float64]:
    """Load of each building by ``weight``."""
    if weight == "buildings":
        return np.ones(len(frame))
    if weight == "workload":
        parts = [frame[column].to_numpy(dtype=float) * value for column, value in codetables.workload().items()]
        return np.asarray(np.sum(parts, axis=0), dtype=float)
    return frame[weight].to_numpy(dtype=float)


def houses(
    tx: Tx, lo: int, hi: int, weight: str | None = None
) -> tuple[NDArray[np.object_], NDArray[np.float64]]:  # fmt: skip
    """Footprints (lon/lat) of the buildings of a range, and their loads by ``weight`` (none: one each)."""
    frame = tx.frame("building/load", lo=lo, hi=hi)
    shapes = np.asarray(shapely.from_wkb(frame["wkb"].to_numpy(dtype=object)), dtype=object)
    return shapes, loads(frame, weight if weight in WEIGHTS else "buildings")


def _content(tx: Tx, part: Any, frame: pd.DataFrame, weight: str, how: Recipe, wish: Wish) -> Content:
    shapes = np.asarray(shapely.from_wkb(frame["wkb"].to_numpy(dtype=object)), dtype=object)
    estate = (
        frame["estate"].where(frame["estate"].fillna("").ne("")) if wish.together else pd.Series(index=frame.index)
    )
    number = pd.factorize(estate)[0].astype(np.int64)
    found, previous = barriers.Barriers(), None
    if how.method == BALANCED:
        found = lines(tx, part, wish.strengths)
        previous = _in_force(tx, part) if wish.previous else None
    return Content(shapes, loads(frame, weight), number, found, previous)


def lines(tx: Tx, part: Any, strengths: dict[str, str]) -> barriers.Barriers:
    """Roads, railways, water and walls of the base layers in an area, as barriers."""
    found = tx.frame("base_feature/barriers", wkb=bytes(part.wkb))
    geoms = np.asarray(shapely.from_wkb(found["wkb"].to_numpy(dtype=object)), dtype=object)
    return barriers.from_features(
        geoms, found[["kind", "detail", "layer"]], codetables.barrier_strengths(), strengths
    )


def _in_force(tx: Tx, part: Any) -> NDArray[np.object_] | None:
    from gridsvc.services import divisions

    now = [r["id"] for r in tx.rows("division/current", lo=part.lo, hi=part.hi) if r["area_code"] == part.code]
    return np.asarray(divisions.cells_of(tx, now[0]).geometry, dtype=object) if now else None


def _recipes(how: Recipe, found: list[float]) -> list[Recipe]:
    if how.cells is None or len(found) == 1:
        return [how] * len(found)
    return [replace(how, cells=n) for n in division.shares(how.cells, found)]


def store(
    tx: Tx, part: Any, cells: gpd.GeoDataFrame, method: str, params: dict[str, Any], notes: dict[str, Any],
    name: str | None, against: cellcheck.Against | None = None, purpose: str = "basic",
) -> Draft:  # fmt: skip
    """Write a draft with its cells (columns of ``STAGED``, geometry) and figures.

    Raises:
        InputError: ``division.too_many``.
    """
    if len(cells) > codes.SEQ_MAX:
        raise InputError("division.too_many", cells=len(cells), most=codes.SEQ_MAX)
    if against is None:
        against = cellcheck.Against(houses(tx, part.lo, part.hi)[0])
    checked = cellcheck.check(cells, shapely.from_wkb(part.wkb), against, "ordinal")
    figures = {**checked.figures, **summary(cells), **notes}
    division_id = int(
        tx.value(
            "division/add",
            area_code=part.code,
            lo=part.lo,
            hi=part.hi,
            purpose=purpose,
            name=name or f"{part.name} {notes.get('pattern', method)}",
            method=method,
            params=json(params),
            figures=json(figures),
            created_by=tx.who.user_id,
        )
    )
    write_cells(tx, division_id, cells)
    tx.audit("division.draft", entity="division", row_id=division_id, detail={"area": part.code, "cells": len(cells)})
    return Draft(division_id, part.code, part.name, figures)
