"""What records were before they were changed (``history``), and who did what (``audit``)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import shapely

from gridsvc.domain.records import RECORDS
from gridsvc.errors import MissingError
from gridsvc.services import entries, masks
from gridsvc.store.filters import ListQuery, page
from gridsvc.store.tx import Caller, begin
from gridsvc.text import t

if TYPE_CHECKING:
    import datetime as dt

    from gridsvc.store.pool import Database, Row

LAST = 2**62
_INNER = ("id", "area_code", "cell_code", "cell_alt", "etag")


def former(
    db: Database, caller: Caller, kind: str, number: int, *, before: int = LAST, most: int = 100
) -> tuple[list[Row], int | None]:
    """Changes of a record, the newest first: when, who, how, and the fields with their value before and after.

    Values are masked as the record itself is; changes made while it lay outside the caller's scope are not told.

    Raises:
        MissingError: ``entry.unknown`` (also when it is outside the caller's scope).
    """
    with begin(db, caller, entries.seen_with(kind)) as tx:
        if not page(tx, kind, ListQuery({"id": number}, most=1))[0]:
            raise MissingError("entry.unknown", kind=t(f"kind.{kind}"), id=number)
        found = tx.rows(f"{kind}/former", id=number, before=before, most=most)
        # the state after the first of them: that before the next change, or as it is now
        newer = tx.value(f"{kind}/after", id=number, before=before) or tx.value(f"{kind}/as_json", id=number)
        if RECORDS[kind].personal:
            tx.audit("people.history", entity=kind, row_id=number, detail={"rows": len(found)})
        states = [newer, *(r["old"] for r in found)]
        values = masks.shown(tx, kind, [_row(kind, s) for s in states])
    told = [
        {k: r[k] for k in ("id", "at", "user_id", "by_name", "action", "batch_id", "file_name")}
        | {"changed": _changed(states[i + 1], states[i], values[i + 1], values[i])}
        for i, r in enumerate(found)
    ]
    return told, found[-1]["id"] if len(found) == most else None


def _row(kind: str, state: dict[str, Any]) -> Row:
    """What the history keeps of a record as a row of its list."""
    record = RECORDS[kind]
    row = {
        n: state.get(n) for n in (*record.columns, *record.linked, "ended", "end_reason", "merged_into", "source_key")
    }
    for name in record.sealed:
        row[name] = bytes.fromhex(state[name].removeprefix("\\x")) if state.get(name) else None
    if record.point:
        place = shapely.from_wkb(state["geom"]) if state.get("geom") else None
        row |= {"lon": place.x if place else None, "lat": place.y if place else None}
    return row | {
        "cell_key": state.get("cell_key") or 0,
        "cell_alt": state.get("cell_alt"),
        "source_id": 0,
        "version": "",
    }


def _changed(old: dict[str, Any], new: dict[str, Any], before: Row, after: Row) -> dict[str, list[Any]]:
    """Field → value before and after, for what differs; a masked field that differs is told with its masks."""
    names = [n for n in before if n not in _INNER]
    place = old.get("geom") != new.get("geom")
    differs = {n: place if n in ("lon", "lat") else old.get(n) != new.get(n) for n in names}
    if old.get("cell_key") != new.get("cell_key"):
        differs["cell_code"] = True
    return {n: [before[n], after[n]] for n, yes in differs.items() if yes}


def audit(
    db: Database, caller: Caller, *, user_id: int | None = None, action: str | None = None, entity: str | None = None,
    row_id: int | None = None, start: dt.date | None = None, stop: dt.date | None = None, before: int = LAST,
    most: int = 100,
) -> list[Row]:  # fmt: skip
    """Rows of the audit, the newest first; ``stop`` is the first day that is not meant.

    Raises:
        ForbiddenError: for whoever is neither administrator nor auditor.
    """
    with begin(db, caller, "audit") as tx:
        return tx.rows(
            "audit/list", user_id=user_id, action=action, entity=entity, row_id=row_id, start=start, stop=stop,
            before=before, most=most,
        )  # fmt: skip
