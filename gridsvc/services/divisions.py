"""Divisions: drafts made by a method or drawn elsewhere, checked, listed, thrown away. Publishing: ``publishing``."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from gridsvc.domain import cellcheck, codes, crs, division, geometry, values
from gridsvc.domain.assignment import Ground
from gridsvc.domain.division import Recipe
from gridsvc.errors import ConflictError, InputError, MissingError
from gridsvc.services import codetables, filein, ground
from gridsvc.services.imports import list_name
from gridsvc.services.progress import Progress, quiet
from gridsvc.store.copyin import CopyIn
from gridsvc.store.tx import Caller, Tx, begin, json

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gridsvc.services.filein import Source
    from gridsvc.store.pool import Database, Row

STAGED = ["ordinal", "code_alt", "name", "geom", "area_m2", "load"]
WEIGHTS = ("buildings", "households")


@dataclass(frozen=True)
class Draft:
    """A draft that was made: its number, its area, its figures."""

    division_id: int
    area_code: str
    area_name: str
    figures: dict[str, Any]


def recipe(**fields: Any) -> Recipe:
    """A recipe, refused early when it contradicts itself (see :class:`gridsvc.domain.division.Recipe`)."""
    return Recipe(**fields)


def divide(
    db: Database, caller: Caller, area: str, how: Recipe, *, weight: str = "buildings", name: str | None = None,
    progress: Progress = quiet,
) -> list[Draft]:  # fmt: skip
    """Draft a division of every lowest area inside ``area``; a number of cells is shared among them by load.

    Raises:
        InputError: ``division.weight``, ``import.area_outside``, and as :func:`gridsvc.domain.division.divide`.
    """
    if weight not in WEIGHTS:
        raise InputError("division.weight", value=weight, known=", ".join(WEIGHTS))
    with begin(db, caller, "divide", budget_ms=db.settings.job_budget_ms) as tx:
        parts = _leaves(tx, area)
        content = [_content(tx, p, weight) for p in parts.itertuples()]
        recipes = _recipes(how, [float(w.sum()) for _, w in content])
        drafts = []
        for i, (part, one, (points, weights)) in enumerate(zip(parts.itertuples(), recipes, content, strict=True)):
            progress("division.divide", i / len(parts))
            done = division.divide(shapely.from_wkb(part.wkb), one, points, weights)
            params = {k: v for k, v in one.__dict__.items() if v is not None} | {"weight": weight}
            drafts.append(_store(tx, part, done.cells, one.method, params, done.notes, name))
    return drafts


def _leaves(tx: Tx, area: str) -> pd.DataFrame:
    """The lowest areas inside ``area``, all in the caller's scope."""
    areas = ground.areas_on(tx, ground.today(tx))
    top = ground.area_of(areas, area)
    if not tx.who.covers(top.lo, top.hi):
        raise InputError("import.area_outside", area=top.code, own=tx.who.area_code or "–")
    return areas[areas["leaf"] & (areas["key"] >= top.lo) & (areas["key"] < top.hi)].reset_index(drop=True)


def _content(tx: Tx, part: Any, weight: str) -> tuple[NDArray[np.object_], NDArray[np.float64]]:
    frame = tx.frame("building/points", lo=part.lo, hi=part.hi)
    points = shapely.points(frame["lon"].to_numpy(dtype=float), frame["lat"].to_numpy(dtype=float))
    weights = np.ones(len(frame)) if weight == "buildings" else frame[weight].to_numpy(dtype=float)
    return np.asarray(points, dtype=object), weights


def _recipes(how: Recipe, loads: list[float]) -> list[Recipe]:
    if how.cells is None or len(loads) == 1:
        return [how] * len(loads)
    return [replace(how, cells=n) for n in division.shares(how.cells, loads)]


def _store(
    tx: Tx, part: Any, cells: gpd.GeoDataFrame, method: str, params: dict[str, Any], notes: dict[str, Any],
    name: str | None,
) -> Draft:  # fmt: skip
    shapes = np.asarray(cells.geometry, dtype=object)
    footprints = tx.frame("building/footprints", lo=part.lo, hi=part.hi)
    checked = cellcheck.check(
        cells, shapely.from_wkb(part.wkb), shapely.from_wkb(footprints["wkb"].to_numpy(dtype=object)), "ordinal"
    )
    figures = {**division.summary(pd.DataFrame(cells.drop(columns="geometry"))), **checked.figures, **notes}
    division_id = int(
        tx.value(
            "division/add",
            area_code=part.code,
            lo=part.lo,
            hi=part.hi,
            name=name or f"{part.name} {notes.get('pattern', method)}",
            method=method,
            params=json(params),
            figures=json(figures),
            created_by=tx.who.user_id,
        )
    )
    tx.run("division/stage")
    staged = pd.DataFrame(cells.drop(columns="geometry")).reindex(columns=STAGED)
    staged["geom"] = shapes
    with CopyIn(tx.conn, "stage_cell", STAGED) as copy:
        copy.write(staged)
    tx.run("division/cells_add", division_id=division_id)
    tx.run("division/stage_drop")
    tx.audit("division.draft", entity="division", row_id=division_id, detail={"area": part.code, "cells": len(cells)})
    return Draft(division_id, part.code, part.name, figures)


def import_cells(
    db: Database, caller: Caller, source: Source, *, area: str | None = None, name: str | None = None,
    progress: Progress = quiet,
) -> tuple[list[Draft], pd.DataFrame]:  # fmt: skip
    """Draft divisions from cells drawn elsewhere; each cell goes to the lowest area that holds its inner point.

    Returns the drafts and the cells that could not be taken (row_no, field, value, reason).
    """
    with begin(db, caller, "divide"):
        progress("import.read", 0.0)
    with filein.open_source(source, db.settings) as reading:
        kind = codetables.kinds()["cell"]
        columns = filein.mapping(reading, kind, source)
        system = filein.system(reading, columns, source, None)
        raw = reading.whole().to_pandas()
    if "__wkb" not in raw or raw["__wkb"].isna().all():
        raise InputError("area.no_geometry", file=source.name)
    with begin(db, caller, "divide", budget_ms=db.settings.job_budget_ms) as tx:
        parts = _leaves(tx, area) if area else _all_leaves(tx)
        frame, rejects = _drawn(raw, columns.columns, system, parts)
        drafts = []
        for i, (at, group) in enumerate(frame.groupby("part")):
            progress("division.divide", i / frame["part"].nunique())
            part = next(parts.iloc[[int(at)]].itertuples())
            cells = _ordered(tx, part, group)
            drafts.append(_store(tx, part, cells, "drawn", {"file": source.name}, {}, name or list_name(source.name)))
    if not drafts:
        raise InputError("division.none_inside", file=source.name)
    return drafts, rejects


def _all_leaves(tx: Tx) -> pd.DataFrame:
    areas = ground.areas_on(tx, ground.today(tx))
    mine = [tx.who.covers(lo, hi) for lo, hi in zip(areas["lo"], areas["hi"], strict=True)]
    return areas[areas["leaf"] & np.array(mine, dtype=bool)].reset_index(drop=True)


def _drawn(
    raw: pd.DataFrame, columns: dict[str, str], system: int | str, parts: pd.DataFrame
) -> tuple[pd.DataFrame, pd.DataFrame]:
    geoms = crs.transform(shapely.from_wkb(raw["__wkb"].to_numpy(dtype=object)), system, crs.WGS84)
    wrong = geometry.troubles(geoms)
    reason = pd.Series("", index=raw.index, dtype=object)
    value = pd.Series("", index=raw.index, dtype=object)
    reason.iloc[wrong.index] = "geometry.invalid"
    value.iloc[wrong.index] = [
        f"{r} [{x:.7f} {y:.7f}]" for r, x, y in zip(wrong.reason, wrong.x, wrong.y, strict=True)
    ]
    flat = np.isin(shapely.get_type_id(geoms), (3, 6))
    reason[~flat & (reason == "")] = "area.not_polygon"
    good = (reason == "").to_numpy()
    point = geometry.inside_points(geoms[good])
    shapes = np.asarray(shapely.from_wkb(parts["wkb"].to_numpy(dtype=object)), dtype=object)
    holder = Ground(shapes, np.arange(1, len(parts) + 1)).containing(shapely.get_x(point), shapely.get_y(point)) - 1
    part = np.full(len(raw), -1)
    part[good] = holder
    reason[good & (part < 0)] = "division.cell_outside"
    frame = pd.DataFrame({"part": part, "geom": geoms})
    for field in ("code", "name"):
        frame["code_alt" if field == "code" else field] = (
            values.clean(raw[columns[field]]) if field in columns else None
        )
    bad = reason != ""
    rejects = pd.DataFrame(
        {"row_no": raw.loc[bad, "__row"], "field": "geom", "value": value[bad], "reason": reason[bad]}
    )
    return frame[~bad], rejects


def _ordered(tx: Tx, part: Any, group: pd.DataFrame) -> gpd.GeoDataFrame:
    """Drawn cells in reading order, with what they hold."""
    shapes = np.asarray(group["geom"], dtype=object)
    west, south, east, north = shapely.total_bounds(shapes)
    flat = crs.transform(shapes, crs.WGS84, crs.metric_epsg((west + east) / 2, (south + north) / 2))
    order = division.reading_order(flat)
    points, weights = _content(tx, part, "buildings")
    held = Ground(shapes[order], np.arange(1, len(order) + 1)).containing(
        shapely.get_x(points), shapely.get_y(points)
    )
    load = np.bincount(held, weights=weights, minlength=len(order) + 1)[1:]
    out = group.iloc[order]
    return gpd.GeoDataFrame(
        {
            "ordinal": np.arange(1, len(order) + 1),
            "code_alt": out["code_alt"].to_numpy(),
            "name": out["name"].to_numpy(),
            "load": load,
            "area_m2": crs.areas_m2(shapes[order]),
        },
        geometry=shapes[order],
        crs=crs.WGS84,
    )


def listing(
    db: Database, caller: Caller, *, area: str | None = None, status: str | None = None, before: int = 2**62,
    most: int = 100,
) -> list[Row]:  # fmt: skip
    """Divisions, the newest first."""
    lo, hi = codes.key_range(codes.normal_code(area)) if area else (0, codes.KEY_MAX)
    with begin(db, caller, "read") as tx:
        return tx.rows("division/list", lo=lo, hi=hi, status=status, before=before, most=most)


def one(db: Database, caller: Caller, division_id: int) -> Row:
    """One division.

    Raises:
        MissingError: ``division.unknown``.
    """
    with begin(db, caller, "read") as tx:
        return get(tx, division_id)


def get(tx: Tx, division_id: int) -> Row:
    """One division, inside a transaction."""
    row = tx.one("division/one", division_id=division_id)
    if row is None:
        raise MissingError("division.unknown", id=division_id)
    return row


def cells(db: Database, caller: Caller, division_id: int) -> gpd.GeoDataFrame:
    """The cells of one division: ordinal, key, code, code_alt, name, area_m2, load, geometry."""
    with begin(db, caller, "read") as tx:
        get(tx, division_id)
        return cells_of(tx, division_id)


def cells_of(tx: Tx, division_id: int) -> gpd.GeoDataFrame:
    """The cells of one division, inside a transaction."""
    frame = tx.frame("division/cells", division_id=division_id)
    shapes = shapely.from_wkb(frame["wkb"].to_numpy(dtype=object))
    return gpd.GeoDataFrame(frame.drop(columns="wkb"), geometry=shapes, crs=crs.WGS84)


def check(db: Database, caller: Caller, division_id: int) -> cellcheck.Checked:
    """Prove one division against its area and the buildings in it."""
    with begin(db, caller, "read", budget_ms=db.settings.job_budget_ms) as tx:
        row = get(tx, division_id)
        areas = ground.areas_on(tx, ground.today(tx))
        area = areas[areas["code"] == row["area_code"]]
        if area.empty:
            raise MissingError("area.unknown", area=row["area_code"], known="–")
        found = cells_of(tx, division_id)
        name = "code" if row["status"] != "draft" else "code_alt" if found["code_alt"].notna().any() else "ordinal"
        footprints = tx.frame("building/footprints", lo=row["lo"], hi=row["hi"])
    shapes = shapely.from_wkb(footprints["wkb"].to_numpy(dtype=object))
    return cellcheck.check(found, shapely.from_wkb(area["wkb"].iloc[0]), shapes, name)


def discard(db: Database, caller: Caller, division_id: int) -> None:
    """Throw a draft away.

    Raises:
        ConflictError: ``division.not_draft``.
    """
    with begin(db, caller, "divide") as tx:
        row = get(tx, division_id)
        need_scope(tx, row)
        if not tx.run("division/delete_draft", division_id=division_id):
            raise ConflictError("division.not_draft", id=division_id, status=row["status"])
        tx.audit("division.discard", entity="division", row_id=division_id)


def need_scope(tx: Tx, row: Row) -> None:
    """The division's area must lie in the caller's scope; otherwise it does not exist for her.

    Raises:
        MissingError: ``division.unknown``.
    """
    if not tx.who.covers(row["lo"], row["hi"]):
        raise MissingError("division.unknown", id=row["id"])
