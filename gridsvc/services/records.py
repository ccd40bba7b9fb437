"""Lists and single records of events and buildings, as far as the caller may see them."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING, Any

from gridsvc.domain import codes
from gridsvc.errors import InputError, MissingError
from gridsvc.services import cells, ground, scopes
from gridsvc.store.filters import ListQuery, page
from gridsvc.store.tx import Caller, Tx, begin

if TYPE_CHECKING:
    from gridsvc.store.pool import Database, Row

MOST_RANGES = 64


def events(
    db: Database, caller: Caller, *, area: str | None = None, cell: str | None = None, classes: tuple[str, ...] = (),
    overdue: bool = False, box: tuple[float, float, float, float] | None = None, sort: str = "-id",
    cursor: str | None = None, most: int = 100, **fields: Any,
) -> tuple[list[Row], str | None]:  # fmt: skip
    """One page of events and the cursor of the next; ``fields`` as :mod:`gridsvc.store.filters` lists them."""
    with begin(db, caller, "rows") as tx:
        if classes:
            known = {r["id"]: r for r in tx.rows("event_class/list")}
            fields["class_ids"] = scopes.class_numbers(known, classes)
        if overdue:
            fields |= {"state": "open", "due_before": dt.datetime.now(dt.UTC)}
        box = box_of(box)
        if fields.get("q"):
            fields["q"] = like(str(fields["q"]))
        near = tuple(ground.keys_near(tx, box).tolist()) if box else None
        ranges = key_ranges(tx, area, cell)
        rows, following = page(tx, "event", ListQuery(fields, ranges, box, near, sort, cursor, most))
    return [_named(r) for r in rows], following


def event(db: Database, caller: Caller, number: int) -> Row:
    """One event.

    Raises:
        MissingError: ``event.unknown`` (also when it is outside the caller's scope).
    """
    with begin(db, caller, "rows") as tx:
        row = tx.one("event/one", id=number)
    if row is None:
        raise MissingError("event.unknown", id=number)
    return _named(row)


def buildings(
    db: Database, caller: Caller, *, area: str | None = None, cell: str | None = None,
    box: tuple[float, float, float, float] | None = None, cursor: str | None = None, most: int = 100, **fields: Any,
) -> tuple[list[Row], str | None]:  # fmt: skip
    """One page of buildings and the cursor of the next."""
    with begin(db, caller, "read") as tx:
        ranges = key_ranges(tx, area, cell) if area or cell else ()
        if fields.get("q"):
            fields["q"] = like(str(fields["q"]))
        rows, following = page(tx, "building", ListQuery(fields, ranges, box_of(box), None, "-id", cursor, most))
    return [_named(r) for r in rows], following


def building(db: Database, caller: Caller, number: int) -> Row:
    """One building with its footprint.

    Raises:
        MissingError: ``building.unknown``.
    """
    with begin(db, caller, "read") as tx:
        row = tx.one("building/one", id=number)
    if row is None:
        raise MissingError("building.unknown", id=number)
    return _named(row)


def key_ranges(tx: Tx, area: str | None, cell: str | None) -> tuple[tuple[int, int], ...]:
    """Key ranges that a list is about: a cell, an area, otherwise the scope itself, so that an index can serve it."""
    if cell:
        key = cells.key_of(cell)
        return ((key, key + 1),)
    if area:
        found = ground.find(tx, area)
        return ((found.lo, found.hi),)
    if tx.who.covers(0, codes.KEY_MAX) or len(tx.who.scope) > MOST_RANGES:
        return ()
    return tx.who.scope or ((0, 0),)


def like(said: str) -> str:
    """A pattern for text that holds ``said`` somewhere."""
    return "%" + re.sub(r"([\\%_])", r"\\\1", said.strip()) + "%"


def box_of(box: tuple[float, float, float, float] | None) -> tuple[float, float, float, float] | None:
    """The box, if it can be one.

    Raises:
        InputError: ``list.box``.
    """
    if box is None:
        return None
    west, south, east, north = box
    if not (-180 <= west < east <= 180 and -90 <= south < north <= 90):
        raise InputError("list.box", value=",".join(map(str, box)))
    return box


def _named(row: Row) -> Row:
    """The row with codes for people instead of keys."""
    out = dict(row)
    key, alt = out.pop("cell_key"), out.pop("cell_alt")
    out["area_code"] = str(codes.area_codes([key])[0])
    out["cell_code"] = str(codes.cell_codes([key])[0])
    out["cell_alt"] = codes.code_of(alt) if alt else None
    return out
