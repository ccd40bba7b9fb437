"""The one composer of SQL: WHERE and ORDER BY of lists, from fields that are on a list of ours."""

from __future__ import annotations

import base64
import datetime as dt
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from psycopg import sql

from gridsvc.domain.records import DOOR, RECORDS
from gridsvc.errors import InputError
from gridsvc.store import sqlfiles

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gridsvc.store.pool import Row
    from gridsvc.store.tx import Tx

# kind -> field -> (column, comparison); every column is written here and nowhere else
_FIELDS: dict[str, dict[str, tuple[str, str]]] = {
    "event": {
        "state": ("e.state", "="),
        "class_ids": ("e.class_id", "any"),
        "from": ("e.day", ">="),
        "to": ("e.day", "<="),
        "due_before": ("e.due_at", "<"),
        "assign_status": ("e.assign_status", "="),
        "located": ("e.geom", "not null"),
    },
    "building": {
        "estate": ("e.estate", "="),
        "street": ("e.street", "="),
        "housenumber": ("e.housenumber", "="),
        "kind": ("e.kind", "="),
        "use": ("e.use", "="),
        "assign_status": ("e.assign_status", "="),
        "located": ("e.geom", "not null"),
    },
}
_COMMON = {
    "id": ("e.id", "="),
    "ids": ("e.id", "any"),
    "assign_status": ("e.assign_status", "="),
    "current": ("e.ended", "current"),
}


def fields_of(kind: str) -> dict[str, tuple[str, str]]:
    """Fields that a list of this kind may be filtered by; columns with text of people's own are not among them."""
    if kind in _FIELDS:
        said = {"q": (" ".join(_SEARCHED[kind]), "says")} if kind in _SEARCHED else {}
        return _FIELDS[kind] | said | ({} if kind == "event" else _COMMON)
    record = RECORDS[kind]
    found = {n: (f"e.{n}", "=") for n in (*record.columns, *record.linked) if n not in _NEVER}
    if kind == "person":
        found |= {"building_id": ("d.building_id", "="), "category": ("e.categories", "category"),
                  "id_hash": ("e.id_hash", "="), "phone_hash": ("e.phone_hash", "has")}  # fmt: skip
    if set(DOOR) <= set(record.extra) and kind not in ("post", "visit"):
        found["estate"] = ("b.estate", "=")
    if kind in _SEARCHED:
        found["q"] = (" ".join(_SEARCHED[kind]), "says")
    located = {"located": ("e.geom", "not null")} if record.shapes else {}
    return found | located | _COMMON


# what a word is looked for in; a resident's numbers are found by equality only
_SEARCHED: dict[str, tuple[str, ...]] = {
    "event": ("e.title", "e.address", "e.source_key"),
    "building": ("e.name", "e.estate", "e.street", "e.housenumber", "e.building_no", "e.address", "e.source_key"),
    "address": ("e.text", "e.name", "e.source_key"),
    "estate": ("e.name", "e.property_firm"),
    "resident_group": ("e.name", "e.number"),
    "unit": ("e.unit_no", "b.estate", "b.street", "e.source_key"),
    "zone": ("e.name", "e.operator", "e.source_key"),
    "facility": ("e.name", "e.address", "e.operator", "e.source_key"),
    "component": ("e.name", "e.address", "e.owner", "e.source_key"),
    "organisation": ("e.name", "e.credit_code", "e.address", "b.estate", "b.street", "e.source_key"),
    "hazard": ("e.title", "e.address", "b.estate", "b.street", "e.source_key"),
    "hazard_source": ("e.name", "e.address", "e.organisation", "b.estate", "b.street", "e.source_key"),
    "dwelling": ("e.room", "e.address", "b.estate", "b.street", "e.source_key"),
    "household": ("e.number", "e.head", "d.address", "b.estate", "e.source_key"),
    "person": ("e.name", "d.room", "d.address", "b.estate", "e.source_key"),
    "officer": ("e.name", "e.number", "e.source_key"),
}
_NEVER = ("description", "note", "categories", "id_hash", "phone_hash", "registered_address", "date_precision")
_SORTS: dict[str, dict[str, tuple[str, str]]] = {
    "event": {
        "id": ("e.id", "bigint"),
        "reported_at": ("e.reported_at", "timestamptz"),
        "due_at": ("e.due_at", "timestamptz"),
    },
}
_KEY, _GEOM = "e.cell_key", "e.geom"
_BY_ID = {"id": ("e.id", "bigint")}


@dataclass(frozen=True)
class ListQuery:
    """Filters of a list: field values, key ranges (any of them), a lon/lat box, order, page.

    ``near``: the keys of the ground in the box; a table without a spatial index of its own is read through them.
    """

    fields: Mapping[str, Any] = field(default_factory=dict)
    ranges: tuple[tuple[int, int], ...] = ()
    box: tuple[float, float, float, float] | None = None
    near: tuple[int, ...] | None = None
    sort: str = "-id"
    cursor: str | None = None
    most: int = 100


def page(tx: Tx, kind: str, query: ListQuery) -> tuple[list[Row], str | None]:
    """One page of ``<kind>/list`` and the cursor of the next one (None at the end).

    Raises:
        InputError: ``list.field``, ``list.sort``, ``page.cursor``.
    """
    statement, params = compose(kind, query)
    rows = tx.conn.execute(statement, params).fetchall()
    if len(rows) <= query.most:
        return rows, None
    rows = rows[: query.most]
    return rows, _encode(rows[-1], query.sort.lstrip("-"))


def compose(kind: str, query: ListQuery) -> tuple[sql.Composed, dict[str, Any]]:
    """The statement of a page, which reads a row more than asked for, and its parameters; raises as :func:`page`."""
    conditions, params = _conditions(kind, query)
    column, type_, descending = _sort(kind, query.sort)
    if query.cursor:
        value, number = _decode(query.cursor, type_)
        sign = sql.SQL("<" if descending else ">")
        conditions.append(sql.SQL("({}, e.id) {} (%(after)s, %(after_id)s)").format(column, sign))
        params |= {"after": value, "after_id": number}
    if type_ != "bigint":  # a row without the value cannot be placed in the order
        conditions.append(sql.SQL("{} IS NOT NULL").format(column))
    direction = sql.SQL("DESC" if descending else "ASC")
    statement = sql.SQL(" ").join(
        [
            sqlfiles.load(f"{kind}/list").query,
            sql.SQL("WHERE ") + sql.SQL(" AND ").join(conditions) if conditions else sql.SQL(""),
            sql.SQL("ORDER BY {0} {1}, e.id {1} LIMIT %(most)s").format(column, direction),
        ]
    )
    return statement, {**params, "most": query.most + 1}


def _conditions(kind: str, query: ListQuery) -> tuple[list[sql.Composable], dict[str, Any]]:
    conditions: list[sql.Composable] = []
    params: dict[str, Any] = {}
    for name, value in query.fields.items():
        if value is None:
            continue
        known = fields_of(kind)
        if name not in known:
            raise InputError("list.field", field=name, known=", ".join(known))
        conditions.append(_compare(name, *known[name], value))
        params[name] = value
    if query.ranges:
        key = sql.SQL(_KEY)
        parts = []
        for i, (lo, hi) in enumerate(query.ranges):
            parts.append(
                sql.SQL("({0} >= {1} AND {0} < {2})").format(
                    key, sql.Placeholder(f"lo{i}"), sql.Placeholder(f"hi{i}")
                )
            )
            params |= {f"lo{i}": lo, f"hi{i}": hi}
        conditions.append(sql.SQL("({})").format(sql.SQL(" OR ").join(parts)))
    if query.box:
        if not RECORDS[kind].shapes:
            raise InputError("list.field", field="bbox", known=", ".join(fields_of(kind)))
        box = sql.SQL("{} && ST_MakeEnvelope(%(west)s, %(south)s, %(east)s, %(north)s, 4326)")
        inside = box.format(sql.SQL(_GEOM))
        conditions.append(inside)
        if query.near is not None:
            place = sql.SQL("({0} = ANY(%(near)s) OR {0} = 0 AND {1})").format(sql.SQL(_KEY), inside)
            conditions.append(place)
            params["near"] = list(query.near)
        params |= dict(zip(("west", "south", "east", "north"), query.box, strict=True))
    return conditions, params


def _compare(name: str, column: str, comparison: str, value: Any) -> sql.Composable:
    left, place = sql.SQL(column), sql.Placeholder(name)
    if comparison == "any":
        return sql.SQL("{} = ANY({})").format(left, place)
    if comparison == "current":
        return sql.SQL("({0} IS NULL OR {0} > app_today())" if value else "{0} <= app_today()").format(left)
    if comparison == "category":
        return sql.SQL("{} @> jsonb_build_array(jsonb_build_object('code', {}::text))").format(left, place)
    if comparison == "has":
        return sql.SQL("{} @> ARRAY[{}::bytea]").format(left, place)
    if comparison == "says":
        parts = [sql.SQL("{} ILIKE {}").format(sql.SQL(c), place) for c in column.split()]
        return sql.SQL("({})").format(sql.SQL(" OR ").join(parts))
    if comparison == "not null":
        return sql.SQL("{} IS NOT NULL" if value else "{} IS NULL").format(left)
    return sql.SQL("{} {} {}").format(left, sql.SQL(comparison), place)


def _sort(kind: str, text: str) -> tuple[sql.SQL, str, bool]:
    name = text.lstrip("-")
    known = _SORTS.get(kind, _BY_ID)
    if name not in known:
        raise InputError("list.sort", value=text, known=", ".join(known))
    column, type_ = known[name]
    return sql.SQL(column), type_, text.startswith("-")


def _encode(row: Row, name: str) -> str:
    value = row[name]
    text = value.isoformat() if isinstance(value, dt.datetime) else value
    return base64.urlsafe_b64encode(json.dumps([text, row["id"]]).encode()).decode()


def _decode(cursor: str, type_: str) -> tuple[Any, int]:
    try:
        value, number = json.loads(base64.urlsafe_b64decode(cursor.encode()))
        return (dt.datetime.fromisoformat(value) if type_ == "timestamptz" else int(value)), int(number)
    except (ValueError, TypeError) as e:
        raise InputError("page.cursor", value=cursor[:80]) from e
