"""Divisions: drawn elsewhere, checked, listed, thrown away. Made: ``dividing``; in force: ``publishing``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from gridsvc.domain import cellcheck, codes, crs, division, geometry, values
from gridsvc.domain.assignment import Ground
from gridsvc.domain.recipe import BALANCED, REGULAR, Recipe
from gridsvc.errors import ConflictError, InputError, MissingError
from gridsvc.services import codetables, dividing, filein, ground
from gridsvc.services.dividing import Draft
from gridsvc.services.imports import list_name
from gridsvc.services.progress import Progress, quiet
from gridsvc.store.tx import Caller, Tx, begin, json

if TYPE_CHECKING:
    from gridsvc.services.filein import Source
    from gridsvc.store.pool import Database, Row


def recipe(**fields: Any) -> Recipe:
    """A recipe, refused early when it contradicts itself (see :class:`gridsvc.domain.recipe.Recipe`)."""
    return Recipe(**fields)


def import_cells(
    db: Database, caller: Caller, source: Source, *, area: str | None = None, name: str | None = None,
    progress: Progress = quiet,
) -> tuple[list[Draft], pd.DataFrame]:  # fmt: skip
    """Draft divisions from cells drawn elsewhere; each cell goes to the lowest area that holds its inner point.

    Returns the drafts and the cells that could not be taken (row_no, field, value, reason).
    """
    with begin(db, caller, "divide"):
        progress("import.read", 0.0)
    raw, columns, system = read_cells(db, source)
    with begin(db, caller, "divide", budget_ms=db.settings.job_budget_ms) as tx:
        parts = dividing.leaves(tx, area) if area else _all_leaves(tx)
        frame, rejects = drawn(raw, columns, system, parts)
        drafts = []
        for i, (at, group) in enumerate(frame.groupby("part")):
            progress("division.divide", i / frame["part"].nunique())
            part = next(parts.iloc[[int(at)]].itertuples())
            cells = ordered(tx, part, group)
            drafts.append(
                dividing.store(tx, part, cells, "drawn", {"file": source.name}, {}, name or list_name(source.name))
            )
    if not drafts:
        raise InputError("division.none_inside", file=source.name)
    return drafts, rejects


def read_cells(db: Database, source: Source) -> tuple[pd.DataFrame, dict[str, str], int | str]:
    """A file of cells as it is: its rows, which column is which field, its coordinate system.

    Raises:
        InputError: ``area.no_geometry``, and what the file itself is refused for.
    """
    with filein.open_source(source, db.settings) as reading:
        columns = filein.mapping(reading, codetables.kinds()["cell"], source)
        system = filein.system(reading, columns, source, None)
        raw = reading.whole().to_pandas()
    if "__wkb" not in raw or raw["__wkb"].isna().all():
        raise InputError("area.no_geometry", file=source.name)
    return raw, columns.columns, system


def _all_leaves(tx: Tx) -> pd.DataFrame:
    areas = ground.areas_on(tx, ground.today(tx), shapes=True)
    mine = [tx.who.covers(lo, hi) for lo, hi in zip(areas["lo"], areas["hi"], strict=True)]
    return areas[areas["leaf"] & np.array(mine, dtype=bool)].reset_index(drop=True)


def drawn(
    raw: pd.DataFrame, columns: dict[str, str], system: int | str, parts: pd.DataFrame
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Cells of a file with the part that holds each (part, geom, code_alt, name), and those that cannot be taken."""
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


def ordered(tx: Tx, part: Any, group: pd.DataFrame) -> gpd.GeoDataFrame:
    """Drawn cells in reading order, with what they hold."""
    shapes = np.asarray(group["geom"], dtype=object)
    flat = crs.transform(shapes, crs.WGS84, crs.metric_of(shapes))
    order = division.reading_order(flat)
    points = tx.frame("building/points", lo=part.lo, hi=part.hi)
    weights = np.ones(len(points))
    held = Ground(shapes[order], np.arange(1, len(order) + 1)).containing(
        points["lon"].to_numpy(dtype=float), points["lat"].to_numpy(dtype=float)
    )
    load = np.bincount(held, weights=weights, minlength=len(order) + 1)[1:]
    out = group.iloc[order]
    return gpd.GeoDataFrame(
        {
            "ordinal": np.arange(1, len(order) + 1),
            "kind": out["kind"].to_numpy() if "kind" in out else "basic",
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
        return cells_of(tx, division_id).drop(columns="was_key")


def cells_of(tx: Tx, division_id: int) -> gpd.GeoDataFrame:
    """The cells of one division, inside a transaction; also was_key, the cell that a restored draft brings back."""
    frame = tx.frame("division/cells", division_id=division_id)
    shapes = shapely.from_wkb(frame["wkb"].to_numpy(dtype=object))
    return gpd.GeoDataFrame(frame.drop(columns="wkb"), geometry=shapes, crs=crs.WGS84)


def check(db: Database, caller: Caller, division_id: int) -> cellcheck.Checked:
    """Prove one division against its area and the buildings in it."""
    with begin(db, caller, "read", budget_ms=db.settings.job_budget_ms) as tx:
        row = get(tx, division_id)
        areas = ground.areas_on(tx, ground.today(tx), shapes=True)
        area = areas[areas["code"] == row["area_code"]]
        if area.empty:
            raise MissingError("area.unknown", area=row["area_code"], known="–")
        found = cells_of(tx, division_id)
        name = "code" if row["status"] != "draft" else "code_alt" if found["code_alt"].notna().any() else "ordinal"
        part = next(area.itertuples())
        measure = against(tx, part, row)
    special = row["purpose"] == "special"  # it is measured against nothing but its own ground
    whole = shapely.union_all(np.asarray(found.geometry)) if special else shapely.from_wkb(part.wkb)
    return cellcheck.check(found, whole, measure, name)


def against(tx: Tx, part: Any, row: Row) -> cellcheck.Against:
    """What a division is measured by: its buildings, weighed as when it was made, and the barriers it goes by."""
    shapes, load = dividing.houses(tx, row["lo"], row["hi"], row["params"].get("weight"))
    if row["method"] != BALANCED or load.sum() <= 0:
        return cellcheck.Against(shapes, load, cuts_count=row["method"] not in REGULAR and row["purpose"] == "basic")
    lines = dividing.lines(tx, part, row["params"].get("strengths") or {})
    return cellcheck.against(shapely.from_wkb(part.wkb), shapes, load, lines, int(row["cells"]))


def draft_of(tx: Tx, row: Row) -> int:
    """A draft, without cells yet, with the name and the settings of another division."""
    return int(
        tx.value(
            "division/add", area_code=row["area_code"], lo=row["lo"], hi=row["hi"], purpose=row["purpose"],
            name=row["name"], method=row["method"], params=json(row["params"]), figures=json(row["figures"]),
            created_by=tx.who.user_id,
        )
    )  # fmt: skip


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
