"""What was which cell on a day, what became of a cell, and divisions of before made drafts again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from gridsvc.domain import codes, identity
from gridsvc.errors import ConflictError, MissingError
from gridsvc.services import divisions
from gridsvc.store.tx import Caller, Tx, begin

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
        told = [
            {"from": v["valid_from"], "to": v["valid_to"], "division": v["division_id"], "area_m2": v["area_m2"],
             "became": _became(tx, v) if v["valid_to"] else []}
            for v in versions
        ]  # fmt: skip
    return {k: first[k] for k in ("code", "name", "area_code", "born", "ended")} | {"versions": told}


def _became(tx: Tx, version: Row) -> list[dict[str, Any]]:
    """The cells that have the ground of a version afterwards: share of the old cell, and of the new one."""
    after = tx.one(
        "division/from_day", area_code=version["area_code"], purpose=version["purpose"], day=version["valid_to"]
    )
    if after is None:
        return []
    cells = divisions.cells_of(tx, after["id"])
    lo, hi = codes.key_range(version["area_code"])
    houses = tx.frame("building/points", lo=lo, hi=hi)
    spots = np.asarray(shapely.points(houses["lon"].to_numpy(dtype=float), houses["lat"].to_numpy(dtype=float)))
    households = houses["households"].to_numpy(dtype=float)
    weights = households if households.sum() > 0 else np.ones(len(houses))
    old = np.array([shapely.from_wkb(version["wkb"])], dtype=object)
    shapes = np.asarray(cells.geometry, dtype=object)
    _, new, load = identity.shared_loads(old, shapes, spots, weights)
    own, same, whole = identity.shared_loads(shapes, shapes, spots, weights)
    of_new = dict(zip(own[own == same].tolist(), whole[own == same].tolist(), strict=True))
    total = float(load.sum())
    return [
        {"code": cells["code"].iloc[i], "name": cells["name"].iloc[i], "share": round(part / total, 4),
         "of_new": round(min(1.0, part / of_new[i]), 4), "same": bool(cells["key"].iloc[i] == version["key"])}
        for i, part in sorted(zip(new.tolist(), load.tolist(), strict=True), key=lambda p: -p[1])
        if part / total >= _LEAST
    ]  # fmt: skip


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
        if row["purpose"] == "special":
            now = tx.value("special/successor", division_id=division_id)
            row = row | {"params": {**row["params"], "replaces": now}}
        number = divisions.draft_of(tx, row)
        tx.run("division/copy_cells", source=division_id, target=number)
        tx.audit("division.restore", entity="division", row_id=number, detail={"of": division_id})
    return number
