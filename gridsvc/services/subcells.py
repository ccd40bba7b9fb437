"""微网格: proposed inside cells, kept, listed. What they are made of: :mod:`gridsvc.domain.subcells`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from gridsvc.domain import codes, groups, identity
from gridsvc.domain import subcells as domain
from gridsvc.errors import ConflictError, InputError, MissingError
from gridsvc.services import codetables, dividing, ground
from gridsvc.services.progress import Progress, quiet
from gridsvc.store.copyin import CopyIn
from gridsvc.store.tx import Caller, Tx, begin

if TYPE_CHECKING:
    from gridsvc.store.pool import Database, Row

TARGET = 50.0  # households of a 微网格 where nothing else is said: the usual 30–100
_STAGED = ["cell_key", "number", "known_id", "building_id", "unit_no"]


@dataclass(frozen=True)
class Proposal:
    """``subcells``: code, cell, buildings, units, load, is_new; ``members``: code, building_id, called, unit_no,
    load, geometry (lon/lat footprint or point). ``kept``: whether they are in use now."""

    subcells: pd.DataFrame
    members: gpd.GeoDataFrame
    kept: bool


def propose(
    db: Database, caller: Caller, where: str, *, target: float | None = None, by: str = "units", keep: bool = False,
    progress: Progress = quiet,
) -> Proposal:  # fmt: skip
    """Subcells of about ``target`` households (``TARGET``) for a cell, or for every cell of an area; by buildings
    where no households are known.

    ``keep`` puts them into use in place of those that are there; a subcell that goes on with most of the load of a
    former one keeps its number and its posts.

    Raises:
        InputError: ``subcell.target``, ``subcell.by``; MissingError: ``cell.unknown``, ``area.unknown``;
        ConflictError: ``division.none_in_force``, ``subcell.too_many``.
    """
    target = TARGET if target is None else target
    if not target > 0:
        raise InputError("subcell.target", value=target)
    if by not in domain.BY:
        raise InputError("subcell.by", value=by, known=", ".join(domain.BY))
    with begin(db, caller, "divide", budget_ms=db.settings.job_budget_ms) as tx:
        cells = _cells(tx, where)
        parts = []
        for i, cell in enumerate(cells.itertuples()):
            progress("subcell.propose", i / len(cells))
            parts.append(_one(tx, cell, target, by))
        members = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame()
        found = _numbered(tx, members, cells)
        if keep:
            _keep(tx, found, cells["key"].tolist())
            tx.audit("subcell.keep", entity="subcell", detail={"where": where, "n": int(found["code"].nunique())})
    members = found[["code", "building_id", "called", "unit_no", "load"]]
    return Proposal(_summary(found), gpd.GeoDataFrame(members, geometry=found["shape"].to_numpy(), crs=4326), keep)


def listing(db: Database, caller: Caller, where: str) -> list[Row]:
    """Subcells in use in a cell or an area: code, name, cell, buildings, units, households, posts.

    Raises:
        MissingError: ``cell.unknown``, ``area.unknown``.
    """
    with begin(db, caller, "rows") as tx:
        if is_area(where):
            top = ground.find(tx, where)
            lo, hi = top.lo, top.hi
        else:
            (key,) = _cells(tx, where)["key"].tolist()
            lo, hi = key, key + 1
        return tx.rows("subcell/list", lo=lo, hi=hi, day=ground.today(tx))


def rename(db: Database, caller: Caller, code: str, name: str) -> None:
    """Give a subcell another name.

    Raises:
        MissingError: ``subcell.unknown``; InputError: ``subcell.name``.
    """
    if not 0 < len(name.strip()) <= 40:
        raise InputError("subcell.name")
    with begin(db, caller, "divide") as tx:
        number = int(code[-2:]) if code[-2:].isdigit() else 0
        if not tx.run("subcell/rename", cell=code[:-2], number=number, name=name.strip()):
            raise MissingError("subcell.unknown", code=code)
        tx.audit("subcell.rename", entity="subcell", detail={"code": code})


def is_area(where: str) -> bool:
    """Whether a word names an area rather than a cell."""
    return not where.isdigit() or len(where) in codes.LEVELS


def _cells(tx: Tx, where: str) -> pd.DataFrame:
    """The cell with this code, or all of an area."""
    text = where.strip()
    if is_area(text):
        top = ground.find(tx, text)
        if not tx.who.covers(top.lo, top.hi):
            raise InputError("import.area_outside", area=top.code, own=tx.who.area_code or "–")
        found = tx.frame("subcell/cells", lo=top.lo, hi=top.hi, code=None)
        if found.empty:
            raise ConflictError("division.none_in_force", area=text)
        return found
    found = tx.frame("subcell/cells", lo=0, hi=codes.KEY_MAX, code=text)
    if found.empty or not tx.who.covers(int(found["key"].iloc[0]), int(found["key"].iloc[0]) + 1):
        raise MissingError("cell.unknown", code=text)
    return found.head(1)


def _one(tx: Tx, cell: Any, target: float, by: str) -> pd.DataFrame:
    """What a cell's subcells hold: cell_key, cell, place, building_id, called, unit_no, load."""
    houses = tx.frame("subcell/content", key=int(cell.key))
    if houses.empty:
        return pd.DataFrame()
    load = houses["households"].to_numpy(dtype=float)
    if load.sum() <= 0:
        load = np.ones(len(houses))
    shapes = np.asarray(shapely.from_wkb(houses["wkb"].to_numpy(dtype=object)), dtype=object)
    stairs = houses["stairs"].map(len).to_numpy(dtype=np.int64)
    softly = {c: "prefer" for c, s in codetables.barrier_strengths().items() if s == "hard"}
    streets = dividing.lines(tx, cell, softly)
    made = domain.propose(shapely.from_wkb(cell.wkb), shapes, load, stairs, target, by=by, barriers=streets)
    at = made["building"].to_numpy()
    stair = [names[s - 1] if s else "" for names, s in zip(houses["stairs"].iloc[at], made["stair"], strict=True)]
    return pd.DataFrame({
        "cell_key": int(cell.key), "cell": cell.code, "place": made["number"], "unit_no": stair, "load": made["load"],
        "building_id": houses["id"].to_numpy()[at], "called": houses["called"].to_numpy()[at], "shape": shapes[at],
    })  # fmt: skip


def _numbered(tx: Tx, members: pd.DataFrame, cells: pd.DataFrame) -> pd.DataFrame:
    """Members with known_id, number and code: a subcell that has most of the load of a former one goes on with it."""
    if members.empty:
        return pd.DataFrame(columns=[*_STAGED, "code", "called", "load", "cell", "is_new", "shape"])
    lo, hi = int(cells["key"].min()), int(cells["key"].max()) + 1
    before = tx.frame("subcell/members", lo=lo, hi=hi)
    new = members.groupby(["cell_key", "place"], sort=True).ngroup().to_numpy(dtype=np.int64)
    n = int(new.max()) + 1
    both = members.assign(new=new).merge(before, on=["cell_key", "building_id", "unit_no"])
    old, at = np.unique(both["subcell_id"].to_numpy(dtype=np.int64), return_inverse=True)
    load = both["load"].to_numpy(dtype=float) + 1e-6  # a building without households is in a subcell, too
    shared = groups.pairs(at.astype(np.int64), both["new"].to_numpy(dtype=np.int64), load)
    known, inherited = identity.successors(old, n, 0, *shared)
    known[~inherited] = 0
    number_of = dict(zip(before["subcell_id"], before["number"], strict=True))
    per = members.assign(new=new).groupby("new").agg(cell_key=("cell_key", "first"), cell=("cell", "first"))
    per["known_id"] = known
    per["number"] = [number_of.get(k, 0) if k else 0 for k in known]
    per["number"] = _free_numbers(per)
    per["code"] = per["cell"] + per["number"].astype(str).str.zfill(2)
    out = members.assign(new=new).merge(per[["known_id", "number", "code"]], left_on="new", right_index=True)
    out["is_new"] = out["known_id"] == 0
    out["known_id"] = out["known_id"].astype("Int64").where(out["known_id"] > 0)
    return out


def _free_numbers(per: pd.DataFrame) -> pd.Series:
    """The lowest numbers that no subcell of the cell goes on with.

    Raises:
        ConflictError: ``subcell.too_many``.
    """
    number = per["number"].to_numpy(dtype=np.int64).copy()
    for key, rows in per.groupby("cell_key").indices.items():  # a few tens of cells
        free = np.setdiff1d(np.arange(1, domain.MOST + 1), number[rows])
        bare = rows[number[rows] == 0]
        if len(bare) > len(free):
            raise ConflictError("subcell.too_many", cell=str(codes.cell_codes([key])[0]), most=domain.MOST)
        number[bare] = free[: len(bare)]
    return pd.Series(number, index=per.index)


def _keep(tx: Tx, found: pd.DataFrame, keys: list[int]) -> None:
    day = ground.today(tx)
    tx.run("subcell/stage")
    with CopyIn(tx.conn, "stage_member", _STAGED) as copy:
        copy.write(found[_STAGED])
    tx.run("subcell/forget", keys=keys)
    tx.run("subcell/end", keys=keys, day=day)
    tx.run("subcell/add", day=day, user_id=tx.who.user_id)
    tx.run("post/follow_subcell", lo=min(keys), hi=max(keys) + 1, day=day)


def _summary(found: pd.DataFrame) -> pd.DataFrame:
    grouped = found.groupby(["code", "cell"], as_index=False)
    return grouped.agg(
        buildings=("building_id", "nunique"), units=("unit_no", lambda u: int((u != "").sum())),
        load=("load", "sum"), is_new=("is_new", "first"),
    ).round({"load": 1})  # fmt: skip
