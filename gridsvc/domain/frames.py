"""Contracts of the frames that come in: kinds of records, their fields, and the words that name them."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from gridsvc.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

TYPES = (
    "key", "text", "int", "number", "time", "date", "class", "area", "flag", "lon", "lat", "geom", "code", "id_no",
    "phone",
)  # fmt: skip


@dataclass(frozen=True)
class Field:
    """One field of a kind: its type, whether a row needs it, its class of protection, the words for it.

    ``list``: the code table of a field of type ``code`` (written ``code:LIST`` in ``data/fields.csv``), the largest
    value of an ``int`` that is smaller than usual.
    """

    name: str
    type: str
    required: bool
    protection: str
    zh: str
    en: str
    words: tuple[str, ...]
    list: str | None = None


@dataclass(frozen=True)
class Kind:
    """A kind of record."""

    name: str
    fields: dict[str, Field]

    def field(self, name: str) -> Field:
        """The field called ``name``.

        Raises:
            InputError: ``map.field``.
        """
        if name not in self.fields:
            raise InputError("map.field", field=name, kind=self.name, known=", ".join(self.fields))
        return self.fields[name]


@dataclass(frozen=True)
class ColumnMap:
    """Field to column, and the columns that nothing was found for."""

    columns: dict[str, str]
    ignored: tuple[str, ...] = field(default=())


def read_kinds(rows: Iterable[Mapping[str, str]]) -> dict[str, Kind]:
    """Kinds from the rows of ``data/fields.csv``."""
    fields: dict[str, dict[str, Field]] = {}
    for row in rows:
        words = (row["field"], row["zh"], row["en"], *filter(None, row["synonyms"].split("|")))
        type_, _, table = row["type"].partition(":")
        fields.setdefault(row["kind"], {})[row["field"]] = Field(
            row["field"], type_, row["required"] == "yes", row["class"], row["zh"], row["en"],
            tuple(dict.fromkeys(plain(w) for w in words)), table or None,
        )  # fmt: skip
    return {name: Kind(name, of) for name, of in fields.items()}


def plain(word: str) -> str:
    """A column name as it is compared: half width, lower case, single spaces for spaces and underscores."""
    text = unicodedata.normalize("NFKC", word).lower().strip(" _*:：")
    return " ".join(text.replace("_", " ").split())


def guess(kind: Kind, columns: list[str], given: Mapping[str, str] | None = None) -> ColumnMap:
    """Which column is which field: what is given first, then the earliest word of each field that names a column.

    A column serves one field; ``id`` and its like serve the key when nothing better is there.

    Raises:
        InputError: ``map.field`` or ``map.column`` for a given pair that does not exist.
    """
    taken: dict[str, str] = {}
    for name, column in (given or {}).items():
        kind.field(name)
        if column and column not in columns:
            raise InputError("map.column", column=column, known=", ".join(columns))
        taken[name] = column
    free = {plain(c): c for c in reversed(columns) if c not in taken.values()}
    hits = [
        (rank, order, name, word)
        for order, (name, spec) in enumerate(kind.fields.items())
        for rank, word in enumerate(spec.words)
        if name not in taken and word in free
    ]
    for _, _, name, word in sorted(hits):
        if name not in taken and word in free:
            taken[name] = free.pop(word)
    if "source_key" in kind.fields and "source_key" not in taken and "id" in free:
        taken["source_key"] = free.pop("id")
    used = set(taken.values())
    return ColumnMap({f: c for f, c in taken.items() if c}, tuple(c for c in columns if c not in used))
