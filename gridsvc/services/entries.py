"""Single records: listed, read, written by hand, ended, merged (DESIGN §5, §6).

A record that is written by hand goes the way of an import of one row, so that it is checked, joined, placed, audited
and known again by its key in the same way.
"""

from __future__ import annotations

import uuid
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
import pyarrow as pa

from gridsvc.domain import codes, people, values
from gridsvc.domain.records import DOOR, NOT_EDITED, RECORDS, WORDS
from gridsvc.errors import ChangedError, ConflictError, InputError, MissingError, UnknownStateError
from gridsvc.io.reader import Typed
from gridsvc.services import codetables, ground, imports, installation, linking, masks, records, scopes, targets
from gridsvc.services.filein import Source
from gridsvc.services.imports import Entry, ImportRequest
from gridsvc.store.filters import ListQuery, page
from gridsvc.store.tx import Caller, Tx, begin
from gridsvc.text import t

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping, Sequence

    from gridsvc.domain.frames import Kind
    from gridsvc.store.pool import Database, Row

KINDS = {word: kind for word, kind in WORDS.items() if kind not in NOT_EDITED}
OPEN = ("building", "address", "estate", "resident_group", "unit", "facility", "component")
REPORTED = ("visit", "hazard")
# Facts of the past: a wrong one is ended, a right one written.
FIXED = ("visit", "post")
_LABELS = ("name", "title", "head", "number", "text", "room", "building_no", "housenumber", "address")
# kind -> what refers to it, in files of sql/queries/refer
_REFERRING = {
    "building": ("unit", "dwelling", "organisation", "hazard", "hazard_source", "post"),
    "dwelling": ("household", "person"), "household": ("person",), "officer": ("post", "visit"), "zone": ("post",),
}  # fmt: skip


def seen_with(kind: str) -> str:
    """The permission that reading records of a kind needs."""
    return "people" if RECORDS[kind].personal else "read" if kind in OPEN else "rows"


def written_with(kind: str) -> str:
    """The permission that writing one needs."""
    return "report" if kind in REPORTED else "edit"


def search(tx: Tx, kind: str, said: str) -> dict[str, Any]:
    """The filter that a word in the search box stands for: a whole number of a resident, otherwise part of a text."""
    if kind == "person":
        column = pd.Series([said], dtype="str")
        key = installation.field_key(tx.settings)
        number, bad = people.identity_numbers(column)
        if not bad[0]:
            return {"id_hash": key.digests([number[0]])[0]}
        phone, bad = people.telephones(column)
        if not bad[0] and ";" not in str(phone[0]):
            return {"phone_hash": key.digests([phone[0]])[0]}
    return {"q": records.like(said)}


def listing(
    db: Database, caller: Caller, kind: str, *, area: str | None = None, cell: str | None = None,
    box: tuple[float, float, float, float] | None = None, cursor: str | None = None, most: int = 100, **fields: Any,
) -> tuple[list[Row], str | None]:  # fmt: skip
    """One page of records and the cursor of the next. Opening a list of residents is logged."""
    with begin(db, caller, seen_with(kind)) as tx:
        box = records.box_of(box)
        near = tuple(ground.keys_near(tx, box).tolist()) if box and kind not in OPEN else None
        ranges = records.key_ranges(tx, area, cell) if area or cell or kind not in OPEN else ()
        if said := fields.pop("q", None):
            fields |= search(tx, kind, str(said))
        rows, following = page(tx, kind, ListQuery(fields, ranges, box, near, "-id", cursor, most))
        if RECORDS[kind].personal:
            tx.audit("people.list", entity=kind, detail={"rows": len(rows), "area": area, "cell": cell})
        return masks.shown(tx, kind, rows), following


def one(db: Database, caller: Caller, kind: str, number: int) -> Row:
    """One record; ``etag`` is the state it is in.

    Raises:
        MissingError: ``entry.unknown`` (also when it is outside the caller's scope).
    """
    with begin(db, caller, seen_with(kind)) as tx:
        row = _row(tx, kind, number)
        if RECORDS[kind].personal or row.get("personal"):  # a visit to somebody says to whom
            tx.audit("people.read", entity=kind, row_id=number)
        shown = masks.shown(tx, kind, [row])[0]
        if kind == "visit" and row["target_id"]:  # to whom or what, as far as the caller may read it
            said = targets.named(tx, [(row["target"], row["target_id"])]).get((row["target"], row["target_id"]), {})
            shown["target_key"] = " ".join(said[n] for n in ("name", "place") if said.get(n)) or None
        return shown


def rows_of(tx: Tx, kind: str, numbers: Sequence[int]) -> dict[int, Row]:
    """Records by number, as far as the caller may see them, ended ones too."""
    if not numbers:
        return {}
    rows, _ = page(tx, kind, ListQuery({"ids": sorted(set(numbers))}, most=len(numbers)))
    return {r["id"]: r for r in rows}


def label(row: Mapping[str, Any]) -> str:
    """What a record is called in a line of text."""
    return next((str(v) for v in map(row.get, _LABELS) if v), "")


def create(db: Database, caller: Caller, kind: str, fields: Mapping[str, Any]) -> Row:
    """Write a new record; sent again with the same ``source_key`` it is the same record, and a door that there is
    already is that dwelling.

    Raises:
        InputError: ``entry.rejected`` with the faults, ``entry.field``; MissingError: ``scope.outside``.
    """
    need = written_with(kind)
    text = typed(kind, fields)
    text["source_key"] = _key(text.get("source_key")) or f"u{uuid.uuid4().hex}"
    with begin(db, caller, need) as tx:
        area, list_key = _home(tx, text)
    name = t("entry.by_hand")
    entry = Entry(need, list_key)
    done = _import(db, caller, kind, area, text, entry, name)
    with begin(db, caller, need) as tx:
        found = tx.value(f"{kind}/by_key", source_id=done.source_id, source_key=text["source_key"])
        if found is None and kind == "dwelling":  # a door that another list has brought in is that dwelling
            lo, hi = codes.key_range(area)
            said = {n: _key(text.get(n)) for n in (*DOOR, "unit_no", "room", "address")}
            found = tx.value("dwelling/by_door", lo=lo, hi=hi, **said)
        if found is None:
            raise MissingError("entry.unknown", kind=t(f"kind.{kind}"), id=text["source_key"])
        return masks.shown(tx, kind, [_row(tx, kind, int(found))])[0]


def change(
    db: Database, caller: Caller, kind: str, number: int, fields: Mapping[str, Any], state: str | None,
    need: str | None = None,
) -> Row:  # fmt: skip
    """Change some fields of a record that is in the state ``state`` (its ETag); an empty value clears a field.

    Raises:
        UnknownStateError: ``entry.state``; ChangedError: ``entry.changed``; InputError: ``entry.rejected``,
        ``entry.field``, ``entry.kind``; MissingError: ``entry.unknown``.
    """
    if kind in FIXED:
        raise InputError("entry.kind", known=", ".join(w for w, k in KINDS.items() if k not in FIXED))
    need = need or written_with(kind)
    given = typed(kind, fields)
    with begin(db, caller, need) as tx:
        if not state:
            raise UnknownStateError("entry.state")
        row = _own(tx, kind, number)
        if str(row["version"]) != state:
            raise ChangedError("entry.changed", kind=t(f"kind.{kind}"), id=number)
        text = as_typed(tx, kind, [row])[0] | given
        text["source_key"] = row["source_key"]
        moved = bool({"lon", "lat"} & set(given))
        shape = None if moved else shapes_of(tx, kind, [number]).get(number)
        own = str(codes.area_codes([row["cell_key"]])[0])
        area = tx.who.area_code or (own if not tx.who.covers(0, codes.KEY_MAX) else scopes.own_area(tx, None).code)
    entry = Entry(need, int(row["cell_key"]), int(row["source_id"]), {number: state})
    _import(db, caller, kind, area, text, entry, t("entry.by_hand"), shape)
    with begin(db, caller, need) as tx:
        return masks.shown(tx, kind, [_row(tx, kind, number)])[0]


def end(
    db: Database, caller: Caller, kind: str, number: int, day: dt.date | None, reason: str | None, state: str | None
) -> Row:
    """A record is no more from ``day`` on (moved out, demolished, closed); without a day it is again.

    Raises:
        UnknownStateError, ChangedError, MissingError as :func:`change`; InputError: ``entry.reason``.
    """
    with begin(db, caller, written_with(kind)) as tx:
        row = current(tx, kind, number, state)
        known = {r["code"] for r in tx.rows("code/list", list="end_reason")}
        if day is not None and reason not in known:
            raise InputError("entry.reason", value=reason or "")
        told = reason if day else None
        remember(tx, kind, number, "entry.end", {"day": day.isoformat() if day else None, "reason": told})
        tx.run(f"{kind}/end", id=row["id"], day=day, reason=told)
        if kind == "zone":
            linking.follow_zones(tx, row["cell_key"], row["cell_key"] + 1)
        return masks.shown(tx, kind, [_row(tx, kind, number)])[0]


def merge(db: Database, caller: Caller, kind: str, keep: int, other: int, state: str | None) -> Row:
    """Two records turned out to be one: ``keep`` gets what it lacks from ``other``, which ends and points to it.

    Raises:
        UnknownStateError, ChangedError, MissingError as :func:`change`; ConflictError: ``entry.same``.
    """
    with begin(db, caller, written_with(kind)) as tx:
        row, gone = current(tx, kind, keep, state), _own(tx, kind, other)
        if keep == other or row["merged_into"] or gone["merged_into"]:
            raise ConflictError("entry.same")
        join(tx, kind, keep, other)
        return masks.shown(tx, kind, [_row(tx, kind, keep)])[0]


def join(tx: Tx, kind: str, keep: int, other: int) -> None:
    """``keep`` gets what it lacks and all that refers to ``other``, which ends; both are kept in the history."""
    for number in (keep, other):
        remember(tx, kind, number, "entry.merge", {"keep": keep, "other": other})
    tx.run(f"{kind}/merge", keep=keep, other=other)
    tx.run(f"{kind}/merged", keep=keep, other=other, day=ground.today(tx))
    for referring in _REFERRING.get(kind, ()):
        tx.run(f"refer/{kind}_{referring}", keep=keep, other=other)
    for about in ("visit", "attachment"):
        tx.run(f"refer/{about}", target=kind, keep=keep, other=other)


def reveal(db: Database, caller: Caller, number: int, field: str, reason: str) -> str | None:
    """A whole telephone (by whoever has the duty), name or identity number (by who may unmask); the reason is logged.

    Raises:
        InputError: ``reveal.reason``, ``entry.field``; MissingError: ``entry.unknown``; ForbiddenError.
    """
    known = (*RECORDS["person"].sealed, "name")
    if field not in known:
        raise InputError("entry.field", field=field, known=", ".join(known))
    if len(reason.strip()) < 4:
        raise InputError("reveal.reason")
    with begin(db, caller, "people" if field == "phone" else "unmask") as tx:
        row = _row(tx, "person", number)
        tx.audit("people.reveal", entity="person", row_id=number, detail={"field": field, "reason": reason.strip()})
        if field == "name":
            return str(row["name"])
        (plain,) = installation.field_key(tx.settings).open([row[field]])
    return plain


# ---- inside ------------------------------------------------------------------------------------------------------


def _row(tx: Tx, kind: str, number: int) -> Row:
    rows, _ = page(tx, kind, ListQuery({"id": number}, most=1))
    if not rows:
        raise MissingError("entry.unknown", kind=t(f"kind.{kind}"), id=number)
    return rows[0]


def _own(tx: Tx, kind: str, number: int) -> Row:
    """A record of the caller's own ground: who stands in on it is seen, but her record is kept where she belongs."""
    row = _row(tx, kind, number)
    if not tx.who.covers(row["cell_key"], row["cell_key"] + 1):
        raise MissingError("entry.elsewhere", kind=t(f"kind.{kind}"), id=number)
    return row


def current(tx: Tx, kind: str, number: int, state: str | None) -> Row:
    """The record, held until the transaction ends, if it still is in the state that the caller read.

    Raises:
        UnknownStateError: ``entry.state``; ChangedError: ``entry.changed``; MissingError: ``entry.unknown``.
    """
    if not state:
        raise UnknownStateError("entry.state")
    if tx.value(f"{kind}/version", id=number) is None:
        _own(tx, kind, number)  # says what is seen, but kept elsewhere
        raise MissingError("entry.unknown", kind=t(f"kind.{kind}"), id=number)
    row = _row(tx, kind, number)
    if str(row["version"]) != state:
        raise ChangedError("entry.changed", kind=t(f"kind.{kind}"), id=number)
    return row


def remember(tx: Tx, kind: str, number: int, action: str, detail: dict[str, Any]) -> None:
    """A record as it is goes into the history, what is done to it into the audit."""
    tx.run(f"{kind}/keep_one", user_id=tx.who.user_id, action=action, id=number)
    tx.audit(action, entity=kind, row_id=number, detail=detail)


def _home(tx: Tx, text: Mapping[str, str | None]) -> tuple[str, int]:
    """The area whose ground the record is placed on, and the key that a list of the caller's own belongs to."""
    if tx.who.area_code or tx.who.covers(0, codes.KEY_MAX):
        found = scopes.own_area(tx, None)
        if text.get("area") and not tx.who.area_code:
            found = ground.find(tx, str(text["area"]))
        return found.code, found.key
    if not tx.who.scope:
        raise MissingError("scope.outside")
    first = min(a for a, _ in tx.who.scope)
    return str(codes.area_codes([first])[0]), first


def _import(
    db: Database, caller: Caller, kind: str, area: str, text: Mapping[str, str | None], entry: Entry, name: str,
    shape: bytes | None = None,
) -> imports.Outcome:  # fmt: skip
    request = ImportRequest(kind, Source(Path()), area, name, entry=entry)
    return write(db, caller, request, area, [text], [1], [shape] if shape is not None else None)


def write(
    db: Database, caller: Caller, request: ImportRequest, area: str, rows: Sequence[Mapping[str, str | None]],
    numbers: Sequence[int], shapes: Sequence[bytes] | None = None,
) -> imports.Outcome:  # fmt: skip
    """Rows under the names of their fields as an import of their own; ``numbers`` tell them apart in the rejects.

    ``shapes``: geometry (WKB) of each; it goes before ``lon`` and ``lat``.
    """
    names = list(dict.fromkeys(n for row in rows for n in row if shapes is None or n not in ("lon", "lat")))
    columns = {n: pa.array([row.get(n) or None for row in rows], pa.string()) for n in names}
    columns["__row"] = pa.array(numbers, pa.int64())
    if shapes is not None:
        columns["__wkb"] = pa.array([bytes(s) for s in shapes], pa.binary())
    source = replace(request.source, columns={n: n for n in names})
    return imports.run_table(db, caller, replace(request, source=source), area, Typed(pa.table(columns)), "rows")


def typed(kind: str, fields: Mapping[str, Any]) -> dict[str, str | None]:
    """Values of a client as the text that a file would have.

    Raises:
        InputError: ``entry.field``.
    """
    spec = codetables.kinds()[kind]
    known = [n for n, f in spec.fields.items() if f.type != "geom"]
    for name in fields:
        if name not in known:
            raise InputError("entry.field", field=name, known=", ".join(known))
    return {n: _text(v) for n, v in fields.items()}


def _key(given: str | None) -> str | None:
    """A key as it is stored."""
    found = values.clean(pd.Series([given], dtype="str")).iloc[0]
    return None if pd.isna(found) else str(found)


def _text(value: Any) -> str | None:
    if value is None or value == "":
        return None
    if isinstance(value, bool):
        return "1" if value else "0"
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def shapes_of(tx: Tx, kind: str, numbers: Sequence[int]) -> dict[int, bytes]:
    """Geometry (WKB) of records whose kind has more of it than a point; those without are left out."""
    if not RECORDS[kind].shape:
        return {}
    return {r["id"]: r["wkb"] for r in tx.rows(f"{kind}/shapes", ids=list(numbers)) if r["wkb"] is not None}


def as_typed(tx: Tx, kind: str, rows: Sequence[Row]) -> list[dict[str, str | None]]:
    """Stored records as the text that would bring them in."""
    sealed = RECORDS[kind].sealed
    key = installation.field_key(tx.settings) if sealed else None
    opened = {n: key.open([r[n] for r in rows]) for n in sealed} if key else {}
    return [_as_typed(kind, row, {n: v[i] for n, v in opened.items()}) for i, row in enumerate(rows)]


def _as_typed(kind: str, row: Row, opened: dict[str, str | None]) -> dict[str, str | None]:
    spec: Kind = codetables.kinds()[kind]
    out = {n: _text(opened.get(n, row.get(n))) for n, f in spec.fields.items() if f.type not in ("geom", "area")}
    for name, exact in (row.get("date_precision") or {}).items():
        out[name] = (out[name] or "")[: masks.EXACT[exact]] or None
    if row["located_by"] == "address-exact":  # its place is that of the door it names
        out |= {"lon": None, "lat": None}
    if "categories" in out:
        out["categories"] = masks.categories(row["categories"])
    if "area" in spec.fields:
        out["area"] = str(codes.area_codes([row["cell_key"]])[0]) or None
    if "cell" in spec.fields and kind != "post":
        out["cell"] = str(codes.cell_codes([row["cell_key"]])[0]) or None
    return out
