"""What was which cell on a day, what became of a cell, and divisions of before made drafts again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from gridsvc.domain import identity
from gridsvc.errors import ConflictError, MissingError
from gridsvc.services import divisions
from gridsvc.store.tx import Caller, Tx, begin, json

if TYPE_CHECKING:
    from gridsvc.store.pool import Database, Row

_LEAST = 0.005  # of a cell's load; less is the width of a line


def history(db: Database, caller: Caller, code: str) -> dict[str, Any]:
    """A cell's life: when it was born and ended, its shapes, and at each change which cells took over which share.

    Shares are by households, by buildings where no households are known, by area where nothing stands.

    Raises:
        MissingError: ``cell.unknown``.
    """
    with begin(db, caller, "read", budget_ms=db.settings.job_budget_ms) as tx:
        versions = tx.rows("cell/versions", code=code.strip())
        if not versions:
            raise MissingError("cell.unknown", code=code)
        first = versions[0]
        if not tx.who.covers(first["key"], first["key"] + 1) and "read" not in tx.who.permissions:
            raise MissingError("cell.unknown", code=code)
        told = [
            {"from": v["valid_from"], "to": v["valid_to"], "division": v["division_id"], "area_m2": v["area_m2"],
             "became": _became(tx, v) if v["valid_to"] else []}
            for v in versions
        ]  # fmt: skip
    return {k: first[k] for k in ("code", "name", "area_code", "born", "ended")} | {"versions": told}


def _became(tx: Tx, version: Row) -> list[dict[str, Any]]:
    """The cells that have the ground of a version afterwards: share of the old cell, and of the new one."""
    after = tx.one("division/from_day", area_code=version["area_code"], day=version["valid_to"])
    if after is None:
        return []
    cells = divisions.cells_of(tx, after["id"])
    lo = version["key"] // 8192 * 8192
    houses = tx.frame("building/points", lo=lo, hi=lo + 8192)
    spots = shapely.points(houses["lon"].to_numpy(dtype=float), houses["lat"].to_numpy(dtype=float))
    households = houses["households"].to_numpy(dtype=float)
    weights = households if households.sum() > 0 else np.ones(len(houses))
    shapes = np.asarray(cells.geometry, dtype=object)
    old = np.array([shapely.from_wkb(version["wkb"])], dtype=object)
    _, new, load = identity.shared_loads(old, shapes, np.asarray(spots, dtype=object), weights)
    total = load.sum()
    out = []
    for i, part in sorted(zip(new, load, strict=True), key=lambda p: -p[1]):
        if total > 0 and part / total >= _LEAST:
            row = cells.iloc[int(i)]
            whole = identity.shared_loads(shapes[[i]], shapes[[i]], np.asarray(spots, dtype=object), weights)[2].sum()
            out.append({"code": row["code"], "name": row["name"], "share": round(float(part / total), 4),
                        "of_new": round(float(min(1.0, part / whole)), 4) if whole else 0.0,
                        "same": row["key"] == version["key"]})  # fmt: skip
    return out


def restore(db: Database, caller: Caller, division_id: int) -> int:
    """A draft with the cells of a division that was in force; publishing it takes the area back.

    Raises:
        ConflictError: ``division.not_retired``; MissingError: ``division.unknown``.
    """
    with begin(db, caller, "divide", budget_ms=db.settings.job_budget_ms) as tx:
        row = divisions.get(tx, division_id)
        divisions.need_scope(tx, row)
        if row["status"] != "retired":
            raise ConflictError("division.not_retired", id=division_id, status=row["status"])
        number = int(
            tx.value(
                "division/add", area_code=row["area_code"], lo=row["lo"], hi=row["hi"], name=row["name"],
                method=row["method"], params=json(row["params"]), figures=json(row["figures"]),
                created_by=tx.who.user_id,
            )
        )  # fmt: skip
        tx.run("division/copy_cells", source=division_id, target=number)
        tx.audit("division.restore", entity="division", row_id=number, detail={"of": division_id})
    return number
