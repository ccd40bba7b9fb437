"""Drafts corrected by hand. What is in force is never changed: a copy of it becomes a draft first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from gridsvc.domain import cellcheck, editing
from gridsvc.errors import ConflictError, InputError, MissingError
from gridsvc.services import dividing, divisions, ground
from gridsvc.store.tx import Caller, Tx, begin, json

if TYPE_CHECKING:
    from collections.abc import Callable

    import geopandas as gpd

    from gridsvc.domain.editing import Sheet
    from gridsvc.store.pool import Database, Row


@dataclass(frozen=True)
class Edited:
    """The draft that holds the change, how many cells it has, and its figures."""

    division_id: int
    cells: int
    figures: dict[str, Any]


def split(db: Database, caller: Caller, division_id: int, cell: int, line: shapely.Geometry) -> Edited:
    """Cut a cell in two along a line (lon/lat); as :func:`gridsvc.domain.editing.split`."""
    return _edit(db, caller, division_id, "split", lambda s: editing.split(s, cell, line), {"cell": cell})


def merge(db: Database, caller: Caller, division_id: int, cells: list[int]) -> Edited:
    """Join neighbouring cells; as :func:`gridsvc.domain.editing.merge`."""
    return _edit(db, caller, division_id, "merge", lambda s: editing.merge(s, cells), {"cells": cells})


def move_border(db: Database, caller: Caller, division_id: int, one: int, two: int, line: shapely.Geometry) -> Edited:
    """Draw the border between two cells anew; as :func:`gridsvc.domain.editing.move_border`."""
    return _edit(
        db, caller, division_id, "border", lambda s: editing.move_border(s, one, two, line), {"cells": [one, two]}
    )


def preview(
    db: Database, caller: Caller, division_id: int, cells: list[int], line: shapely.Geometry
) -> gpd.GeoDataFrame:  # fmt: skip
    """What a cell cut along a line, or two neighbours with a new border, would be: ordinal, load, area_m2, geometry.

    Nothing is written and only the cut itself is looked at: it answers while a line is being dragged.

    Raises:
        EditError, InputError: as :func:`split` and :func:`move_border`.
    """
    with begin(db, caller, "divide", budget_ms=db.settings.job_budget_ms) as tx:
        row = divisions.get(tx, division_id)
        divisions.need_scope(tx, row)
        _must_be_basic(row)
        sheet = _sheet(tx, row, _part(tx, row), only=cells)
    one, two = cells[0], cells[-1]
    made = editing.split(sheet, one, line) if one == two else editing.move_border(sheet, one, two, line)
    return dividing.told(made.frame(), row["params"].get("weight")).drop(columns="name")


def renumber(db: Database, caller: Caller, division_id: int) -> Edited:
    """Numbers in reading order again; only where no cell of the area was ever in force.

    Raises:
        ConflictError: ``division.numbers_in_use``.
    """
    with begin(db, caller, "divide") as tx:
        row = divisions.get(tx, division_id)
        if int(tx.value("cell/highest", area_code=row["area_code"]) or 0) > 0:
            raise ConflictError("division.numbers_in_use", area=row["area_code"])
    return _edit(db, caller, division_id, "renumber", editing.renumber, {})


def find(db: Database, caller: Caller, cell: str) -> tuple[int, int]:
    """Division and number of a cell that is named ``DIVISION/NUMBER`` or by the code of a cell in force.

    Raises:
        InputError: ``division.cell_name``; MissingError: ``cell.unknown``.
    """
    left, slash, right = cell.partition("/")
    if slash:
        if not (left.isdigit() and right.isdigit()):
            raise InputError("division.cell_name", value=cell)
        return int(left), int(right)
    with begin(db, caller, "divide") as tx:
        found = tx.one("division/of_cell", code=cell.strip())
    if found is None:
        raise MissingError("cell.unknown", code=cell)
    return int(found["division_id"]), int(found["ordinal"])


def _edit(
    db: Database, caller: Caller, division_id: int, what: str, change: Callable[[Sheet], Sheet],
    detail: dict[str, Any],
) -> Edited:  # fmt: skip
    with begin(db, caller, "divide", budget_ms=db.settings.job_budget_ms) as tx:
        row = divisions.get(tx, division_id)
        divisions.need_scope(tx, row)
        _must_be_basic(row)
        if row["status"] == "retired":
            raise ConflictError("division.not_draft", id=division_id, status=row["status"])
        part = _part(tx, row)
        sheet = _sheet(tx, row, part)
        made = change(sheet)
        _must_hold(sheet, made)
        if row["status"] == "published":
            division_id = divisions.draft_of(tx, row)
        figures = _write(tx, division_id, made, row, part)
        tx.audit("division.edit", entity="division", row_id=division_id, detail={"what": what, **detail})
    return Edited(division_id, len(made.shapes), figures)


def _must_be_basic(row: Row) -> None:
    if row["purpose"] == "special":
        raise ConflictError("special.edit", id=row["id"])


def _sheet(tx: Tx, row: Row, part: Any, only: list[int] | None = None) -> Sheet:
    """A division to be changed, or only some of its cells and the houses on their ground."""
    found = divisions.cells_of(tx, row["id"])
    houses, load = dividing.houses(tx, row["lo"], row["hi"], row["params"].get("weight"))
    if only is not None:
        found = found[found["ordinal"].isin(only)]
        near = shapely.intersects(houses, shapely.union_all(np.asarray(found.geometry)))
        houses, load = houses[near], load[near]
    return editing.Sheet(
        shapely.from_wkb(part.wkb), np.asarray(found.geometry, dtype=object),
        found["ordinal"].to_numpy(dtype=np.int64), found["name"].to_numpy(dtype=object), houses, load,
    )  # fmt: skip


def _part(tx: Tx, row: Row) -> Any:
    areas = ground.areas_on(tx, ground.today(tx), shapes=True)
    area = areas[areas["code"] == row["area_code"]]
    if area.empty:
        raise MissingError("area.unknown", area=row["area_code"], known="–")
    return next(area.itertuples())


def _must_hold(before: Sheet, after: Sheet) -> None:
    """A change leaves no gap, no overlap, no invalid or torn cell that was not there before.

    Raises:
        EditError: ``division.edit_breaks`` with a map of the trouble.
    """
    kinds = ("gap", "overlap", "outside", "pieces", "invalid", "cut_building")
    old = cellcheck.check(before.frame(), before.area, before.houses, "ordinal")
    new = cellcheck.check(after.frame(), after.area, after.houses, "ordinal")
    counted = [(k, int((new.troubles["kind"] == k).sum()), int((old.troubles["kind"] == k).sum())) for k in kinds]
    worse = [k for k, now, was in counted if now > was]
    if worse:
        shown = new.troubles[new.troubles["kind"].isin(worse)]
        raise editing.EditError(
            "division.edit_breaks", list(zip(shown["kind"], shown.geometry, strict=True)), kinds=", ".join(worse)
        )


def _write(tx: Tx, division_id: int, made: Sheet, row: Row, part: Any) -> dict[str, Any]:
    cells = dividing.told(made.frame(), row["params"].get("weight"))
    against = divisions.against(tx, part, row)
    checked = cellcheck.check(cells, made.area, against, "ordinal")
    figures = {**row["figures"], **checked.figures, **dividing.summary(cells)}
    tx.run("division/cells_clear", division_id=division_id)
    dividing.write_cells(tx, division_id, cells)
    tx.run("division/set_figures", division_id=division_id, figures=json(figures))
    return figures
