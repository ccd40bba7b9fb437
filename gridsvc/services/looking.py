"""A first look at a file before it is imported: its rows as they lie, the columns as they are understood.

Nothing of it is kept; long numbers are masked, since this is about columns, not about people.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from gridsvc.domain import frames
from gridsvc.domain.records import RECORDS
from gridsvc.domain.sheets import plain_rows
from gridsvc.errors import InputError
from gridsvc.services import codetables, columnmaps, filein, imports
from gridsvc.store.tx import begin
from gridsvc.text import language

if TYPE_CHECKING:
    from gridsvc.services.filein import Source
    from gridsvc.store.pool import Database
    from gridsvc.store.tx import Caller

SHOWN = 20
_LONG = r"(?<![0-9])(\d{3})\d{4,11}([0-9Xx]{4})(?![0-9])"


@dataclass(frozen=True)
class Look:
    """Columns of a file with the field that each was taken for (a name of ``fields``, empty for none), its first
    rows under the names of the columns, and what was noticed; ``missing``: fields that the kind needs and no
    column has; ``buildings``: whether the area has any."""

    kind: str
    rows: int
    columns: list[dict[str, str]]
    fields: list[dict[str, Any]]
    head: list[dict[str, Any]]
    missing: list[str]
    dropped: list[str]
    set_aside: list[dict[str, Any]]
    sheets: list[str]
    sheets_left: list[str]
    buildings: bool = True
    map_name: str | None = None
    maps: list[str] = field(default_factory=list)


def look(
    db: Database, caller: Caller, kind: str, source: Source, *, area: str | None = None, use_map: str | None = None
) -> Look:  # fmt: skip
    """Read a file of records of ``kind`` and tell how it is understood.

    Raises:
        InputError: ``import.kind``, and whatever is wrong with the file as a whole; ForbiddenError, MissingError.
    """
    if kind not in RECORDS:
        raise InputError("import.kind", kind=kind, known=", ".join(RECORDS))
    own, maps = imports.entrance(db, caller, kind, area, use_map)
    with begin(db, caller, "import") as tx:
        buildings = bool(tx.value("building/any", lo=own.lo, hi=own.hi))
    spec = codetables.kinds()[kind]
    with filein.open_source(source, db.settings, columnmaps.words(kind, maps, source)) as reading:
        fitted, name = columnmaps.fitting(reading, "rows", maps, source, use_map)
        mapping = filein.mapping(reading, spec, fitted)
        taken = {c: f for f, c in mapping.every.items()}
        head = reading.whole().slice(0, SHOWN).select([*reading.columns(), "__row"]).to_pandas()
        for column in reading.columns():
            head[column] = head[column].str.replace(_LONG, r"\1****\2", regex=True)
        head["__row"] = [frames.row_label(n) for n in head["__row"]]
        meta = reading.meta
        return Look(
            kind, reading.rows(), [{"name": c, "field": taken.get(c, "")} for c in reading.columns()],
            _fields(kind), plain_rows(head), imports.missing_fields(spec, mapping), reading.dropped,
            meta.get("set_aside") or [], meta.get("sheets") or [], meta.get("sheets_left") or [],
            buildings, name, [m["name"] for m in maps],
        )  # fmt: skip


def _fields(kind: str) -> list[dict[str, Any]]:
    """What a column may be taken for."""
    spec, zh = codetables.kinds()[kind], language() == "zh"
    own = [{"name": f.name, "called": codetables.called(spec, f.name, zh=zh), "required": f.required}
           for f in spec.fields.values() if f.type != "geom"]  # fmt: skip
    codes = dict.fromkeys(codetables.category_columns(kind).values())
    return own + [
        {"name": f"{frames.CATEGORY}{code}", "called": codetables.called(spec, f"{frames.CATEGORY}{code}", zh=zh),
         "required": False} for code in sorted(codes)
    ]  # fmt: skip
