"""Special cells (专属网格: a park, a school, a market) over the basic ones.

They have a code, a name and posts like basic cells, but records carry basic keys only: what lies in a special cell is
found by geometry, and whoever has a post on one sees the basic cells that it has ground of, never their residents.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import shapely

from gridsvc.domain import cellcheck, geometry
from gridsvc.errors import ConflictError, InputError
from gridsvc.services import codelists, dividing, divisions, ground
from gridsvc.services.imports import list_name
from gridsvc.services.progress import Progress, quiet
from gridsvc.store.tx import Caller, Tx, begin

if TYPE_CHECKING:
    from gridsvc.services.dividing import Draft
    from gridsvc.services.filein import Source
    from gridsvc.store.pool import Database, Row

KINDS = "cell_kind"
OUTSIDE = 0.01  # share of a special cell that may lie outside its area: lines drawn by hand along a border


def import_cells(
    db: Database, caller: Caller, source: Source, area: str, *, kind: str | None = None, name: str | None = None,
    replaces: int | None = None, progress: Progress = quiet,
) -> tuple[Draft, pd.DataFrame]:  # fmt: skip
    """Draft a special division of ``area`` (of any level) from a file with cells, their names and kinds.

    ``kind``: code or word of ``cell_kind`` for rows that have none. ``replaces``: the special division in force that
    it takes the place of; without one its cells come beside those in force.

    Returns the draft and the cells that could not be taken (row_no, field, value, reason).

    Raises:
        InputError: ``division.none_inside``, ``special.kind``, ``area.no_geometry``; ConflictError: as :func:`draft`.
    """
    with begin(db, caller, "divide"):
        progress("import.read", 0.0)
    raw, columns, system = divisions.read_cells(db, source)
    with begin(db, caller, "divide", budget_ms=db.settings.job_budget_ms) as tx:
        parts = _area(tx, area)
        frame, rejects = divisions.drawn(raw, columns, system, parts)
        frame["kind"], unknown = _kinds(tx, raw, columns, kind)
        bad = unknown.reindex(frame.index)
        rejects = pd.concat([rejects, pd.DataFrame({
            "row_no": raw.loc[frame.index[bad], "__row"], "field": "kind",
            "value": raw.loc[frame.index[bad], columns["kind"]] if bad.any() else "", "reason": "value.code",
        })], ignore_index=True)  # fmt: skip
        if not len(frame[~bad]):
            raise InputError("division.none_inside", file=source.name)
        made = draft(tx, parts, frame[~bad], name or list_name(source.name), replaces)
    return made, rejects


def draw(
    db: Database, caller: Caller, area: str, cells: list[dict[str, Any]], *, name: str, replaces: int | None = None
) -> Draft:  # fmt: skip
    """Draft a special division from cells drawn on a map: ``name``, ``kind``, ``geom`` (lon/lat polygon) each.

    Raises:
        InputError: ``geometry.invalid_drawn``, ``special.outside``, ``special.kind``;
        ConflictError: as :func:`draft`.
    """
    frame = pd.DataFrame({
        "geom": np.array([c["geom"] for c in cells], dtype=object), "name": [c["name"] for c in cells],
        "code_alt": None, "said": [c["kind"] for c in cells],
    })  # fmt: skip
    wrong = geometry.troubles(np.asarray(frame["geom"], dtype=object))
    if len(wrong.index):
        raise InputError("geometry.invalid_drawn", name=frame["name"].iloc[wrong.index[0]], reason=wrong.reason[0])
    with begin(db, caller, "divide", budget_ms=db.settings.job_budget_ms) as tx:
        frame["kind"], unknown = _kinds(tx, frame, {"kind": "said"}, None)
        if unknown.any():
            said = str(frame.loc[unknown, "said"].iloc[0])
            raise InputError("special.kind", value=said, known="、".join(codelists.names(tx)[KINDS].values()))
        return draft(tx, _area(tx, area), frame, name, replaces)


def draft(tx: Tx, parts: pd.DataFrame, frame: pd.DataFrame, name: str, replaces: int | None) -> Draft:
    """Store cells (geom, name, code_alt, kind) as a special draft of an area (one row).

    Raises:
        InputError: ``special.outside``; ConflictError: ``special.replaces``.
    """
    part: Any = next(parts.itertuples())
    shapes = np.asarray(frame["geom"], dtype=object)
    whole = shapely.from_wkb(part.wkb)
    out = shapely.area(shapely.difference(shapes, whole)) / np.maximum(shapely.area(shapes), 1e-300)
    if (out > OUTSIDE).any():
        first = frame["name"].fillna("").iloc[int(np.argmax(out))]
        raise InputError("special.outside", name=first or "–", share=f"{out.max():.0%}", area=part.code)
    if replaces is not None and not tx.rows("special/in_force", divisions=[replaces]):
        raise ConflictError("special.replaces", id=replaces)
    cells = divisions.ordered(tx, part, frame)
    params = {"replaces": replaces} if replaces is not None else {}
    own = part._replace(wkb=shapely.to_wkb(shapely.union_all(shapes)))  # it is measured against nothing else
    against = cellcheck.Against(dividing.houses(tx, part.lo, part.hi)[0], cuts_count=False)
    return dividing.store(tx, own, cells, "drawn", params, {}, name, against, purpose="special")


def replaced(tx: Tx, row: Row) -> list[Row]:
    """The special division in force that this draft takes the place of."""
    number = row["params"].get("replaces")
    return tx.rows("special/in_force", divisions=[number]) if number is not None else []


def unit(tx: Tx, key: int, day: Any) -> tuple[Row, bytes, list[int]] | None:
    """A special cell with what stands in it, its shape and the keys of the records that may lie in it."""
    found = tx.one("special/unit", key=key, day=day)
    if found is None:
        return None
    ground_of = tx.one("special/touched", key=key, day=day) or {}
    return found, bytes(ground_of["wkb"]), ground_of["keys"]


def _area(tx: Tx, area: str) -> pd.DataFrame:
    """The one row of an area of any level."""
    areas = ground.areas_on(tx, ground.today(tx), shapes=True)
    found = ground.area_of(areas, area)
    if not tx.who.covers(found.lo, found.hi):
        raise InputError("import.area_outside", area=found.code, own=tx.who.area_code or "–")
    hit = areas[areas["code"] == found.code]
    if hit.empty:  # a code above the loaded areas has no shape
        raise InputError("special.no_shape", area=found.code)
    return hit


def _kinds(
    tx: Tx, raw: pd.DataFrame, columns: dict[str, str], kind: str | None
) -> tuple[pd.Series, pd.Series]:  # fmt: skip
    """Code of the kind of each row, and which rows name one that is not known."""
    words = codelists.words(tx)[KINDS]
    usual = words.get((kind or "其他").strip().lower())
    if usual is None:
        raise InputError("special.kind", value=str(kind), known="、".join(codelists.names(tx)[KINDS].values()))
    if "kind" not in columns:
        return pd.Series(usual, index=raw.index, dtype="str"), pd.Series(False, index=raw.index)
    said = raw[columns["kind"]].astype("str").str.strip()
    none = said.isna() | said.eq("")
    code = said.str.lower().map(words)
    return code.where(~none, usual), code.isna() & ~none
