"""SQL files: one statement each, with a header that says what it is for.

Header lines are comments at the top of the file::

    -- What it does, in a sentence or two.
    -- param name type: what it is
    -- index: index_name           (the plan must be able to use it under row security)

A file in ``sql/records/`` is one statement for every kind of record; what differs stands in braces.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from psycopg import sql

from gridsvc import paths
from gridsvc.domain.records import IDENTITY, NOT_EDITED, RECORDS

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from gridsvc.domain.records import Record

_PARAM = re.compile(r"^-- param (\w+) ([\w\[\]]+):", re.MULTILINE)
# verbs of records that are looked at or written one at a time
_BY_HAND = (
    "list", "version", "held", "by_key", "shapes", "keep_one", "end", "merge", "merged", "export", "former", "after",
    "as_json",
)  # fmt: skip
_INDEX = re.compile(r"^-- index: (\w+(?: or \w+)*)$", re.MULTILINE)


@dataclass(frozen=True)
class Statement:
    """A statement with its parameters (name → type) and the indexes of which the plan must use one."""

    name: str
    text: str
    params: dict[str, str]
    indexes: tuple[str, ...]

    @property
    def query(self) -> sql.SQL:
        """The statement for psycopg; the text comes from a file of ours."""
        return sql.SQL(self.text)


@cache
def load(name: str) -> Statement:
    """The statement with this name (see :func:`file_of`)."""
    path = file_of(name)
    own = path.is_relative_to(paths.sql("queries"))
    return read(path, name, None if own else RECORDS[name.split("/", maxsplit=1)[0]])


def exists(name: str) -> bool:
    """Whether there is a statement with this name."""
    return name in every()


def file_of(name: str) -> Path:
    """``sql/queries/<name>.sql``; for ``<kind>/<verb>``, where there is none, ``sql/records/<verb>.sql``."""
    path = paths.sql("queries", f"{name}.sql")
    kind, _, verb = name.partition("/")
    return path if kind not in RECORDS or path.exists() else paths.sql("records", f"{verb}.sql")


def read(path: Path, name: str, record: Record | None = None) -> Statement:
    """The statement in ``path``, for one kind of record if it is written for all of them."""
    text = path.read_text(encoding="utf-8")
    index = _INDEX.search(text)
    body = "\n".join(line for line in text.splitlines() if not line.startswith("--")).strip().rstrip(";")
    if record is not None:
        body = sql.SQL(body).format(**_parts(record)).as_string()
    return Statement(name, body, dict(_PARAM.findall(text)), tuple(index[1].split(" or ")) if index else ())


@cache
def every() -> list[str]:
    """Names of all statements, those of every kind of record included."""
    root = paths.sql("queries")
    names = {str(p.relative_to(root).with_suffix("")) for p in root.rglob("*.sql")}
    for path in paths.sql("records").glob("*.sql"):
        names |= {f"{kind}/{path.stem}" for kind, record in RECORDS.items() if _applies(path.stem, record)}
    return sorted(names)


def _applies(verb: str, record: Record) -> bool:
    """Whether a statement for every kind makes sense for this one."""
    if verb in ("pair", "missing", "unlike", "unpaired", "end_many", "keep_many"):
        return record.table in IDENTITY
    if verb == "recode":
        return record.located
    if verb == "keep_shape":
        return record.located and record.shape is not None
    if verb.startswith("place_"):
        return record.located and bool(record.shapes)
    if verb in ("link_building", "link_counts"):
        return bool(record.extra)
    if verb in _BY_HAND:
        return record.table not in NOT_EDITED
    if verb in ("by_address", "off_address", "keep_address"):  # an event has an index of its own that goes along
        own = record.h3 and verb == "by_address"
        return "address" in record.columns and record.point and not record.about_people and not own
    if verb == "with_building":
        return "building_id" in record.linked and record.point
    if verb == "with_dwelling":
        return "dwelling_id" in record.linked
    if verb == "link_officer":
        return "officer_id" in record.linked
    return not verb.endswith("_dwelling") or "room" in record.extra


def _parts(record: Record) -> dict[str, sql.Composable]:
    """What stands in the braces of the statements in ``sql/records/``."""
    point = sql.SQL("ST_SetSRID(ST_MakePoint(s.lon, s.lat), 4326)")

    def listed(names: Iterable[str], table: str = "") -> sql.Composed:
        return sql.SQL(", ").join(sql.Identifier(table, n) if table else sql.Identifier(n) for n in names)

    def values(names: Iterable[str]) -> sql.Composed:
        made = ("geom",) if record.point else ()
        return sql.SQL(", ").join(point if n in made else sql.Identifier("s", n) for n in names)

    place = sql.SQL("e.geom" if record.point else "ST_PointOnSurface(e.geom)")
    nowhere = sql.SQL("NULL::double precision AS lon, NULL::double precision AS lat")
    far = sql.SQL("NULL::double precision AS longitude, NULL::double precision AS latitude")
    filled = (*record.columns, *record.sealed, *record.linked)
    kept = (record.shape or "geom", *(() if record.point else ("cell_key", "cell_alt", "assign_status")))
    return {
        "table": sql.Identifier(record.table),
        "no_h3": sql.SQL(", h3 = NULL" if record.h3 else ""),
        "shape": sql.Identifier(kept[0]),
        "kept_shape": sql.SQL(", ").join(sql.SQL("{0} = e.{0}").format(sql.Identifier(n)) for n in kept),
        "entity": sql.Literal(record.table),
        "stage": sql.Identifier(f"stage_{record.table}"),
        "stage_columns": sql.SQL(", ").join([listed(record.written), *_only_staged(record)]),
        "written": listed(record.written),
        "written_o": listed(record.written, "o"),
        "values": values(record.written),
        "compared_e": listed(record.compared, "e"),
        "compared_s": values(record.compared),
        "read_s": listed(record.read, "s"),
        "read_f": listed(record.read, "f"),
        "key": sql.SQL("e.cell_key" if record.located else "0"),
        "is_personal": sql.SQL("e.personal" if record.mixed else "true" if record.personal else "false"),
        "shapes": sql.SQL(", ").join(
            sql.SQL("{}, {}::text").format(sql.Literal(n), sql.Identifier("e", n)) for n in record.shapes
        ),
        "listed": listed((*record.columns, *record.sealed, *record.linked), "e"),
        "lonlat": sql.SQL("ST_X({0}) AS lon, ST_Y({0}) AS lat").format(place) if record.shapes else nowhere,
        "longlat": sql.SQL("ST_X({0}) AS longitude, ST_Y({0}) AS latitude").format(place) if record.shapes else far,
        "geometry": sql.Identifier("e", record.shapes[0]) if record.shapes else sql.SQL("NULL::geometry"),
        "filled": listed(filled),
        "filled_by": sql.SQL(", ").join(
            sql.SQL("COALESCE({}, {})").format(sql.Identifier("e", n), sql.Identifier("o", n)) for n in filled
        ),
        "order": sql.SQL("s.cell_key, s.source_key" if record.located else "s.row_no"),
        "point": place,
        **_same(record),
        "elsewhere": _elsewhere(record),
    }


_CALLED = {
    "@door": "app_door({0}.estate, {0}.building_no, {0}.street, {0}.housenumber)",
    "@room": "app_room({0}.building_id, {0}.unit_no, {0}.room, {0}.address)",
    "@unit": "app_no({0}.unit_no)",
}


def _same(record: Record) -> dict[str, sql.Composable]:
    """Ways in which a row of a roll and a record say the same of themselves, the surest first."""

    def said(name: str, table: str) -> sql.Composable:
        return (
            sql.SQL(_CALLED[name]).format(sql.Identifier(table)) if name in _CALLED else sql.Identifier(table, name)
        )

    ways = [
        sql.SQL(" AND ").join(sql.SQL("{} = {}").format(said(n, "e"), said(n, "s")) for n in names)
        for names in IDENTITY.get(record.table, ())
    ]
    return {f"same_{i}": ways[i - 1] if i <= len(ways) else sql.SQL("false") for i in range(1, 5)}


def _elsewhere(record: Record) -> sql.SQL:
    """Whether a row of a roll names another door than the record has."""
    if "dwelling_id" in record.linked:
        return sql.SQL(
            "(app_room(s.building_id, s.unit_no, s.room, s.address) IS NOT NULL"
            " AND (s.room IS NOT NULL OR s.address IS NOT NULL) AND s.dwelling_id IS DISTINCT FROM e.dwelling_id)"
        )
    if "building_id" in record.linked:
        return sql.SQL("(s.building_id IS NOT NULL AND s.building_id IS DISTINCT FROM e.building_id)")
    return sql.SQL("false")


def _only_staged(record: Record) -> list[sql.Composable]:
    """Columns by which the links of a row are found, and that the table itself does not have."""
    extra = [n for n in record.extra if n not in record.written]
    found: list[sql.Composable] = [sql.SQL("NULL::text AS {}").format(sql.Identifier(n)) for n in extra]
    if record.extra:
        ids = [n for n in ("building_id", "dwelling_id") if n not in record.written]
        found += [sql.SQL("NULL::bigint AS {}").format(sql.Identifier(n)) for n in ids]
    return found
