"""Contracts of the frames that come in: kinds of records, their fields, and the words that name them."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from gridsvc.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

# Rows of the second sheet of a workbook count on from here, of the third from twice as much, and so on.
SHEET_ROWS = 10_000_000
CATEGORY = "category:"
# Columns of our own: the sheet that a row stood in, and the heading above it.
SHEET_COLUMN, GROUP_COLUMN = "工作表", "分组"
_GAP = r"(?<=[\u3400-\u9fff]) (?=[\u3400-\u9fff])"  # 姓 名
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
    """Field to column, service category to a column that only says yes or no to it, and the columns left over."""

    columns: dict[str, str]
    ignored: tuple[str, ...] = field(default=())
    categories: dict[str, str] = field(default_factory=dict)

    @property
    def every(self) -> dict[str, str]:
        """All of it as one table, categories as ``category:CODE``; what :func:`guess` takes back."""
        return self.columns | {f"{CATEGORY}{code}": c for code, c in self.categories.items()}


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
    return re.sub(_GAP, "", " ".join(text.replace("_", " ").split()))


def bare(word: str) -> str:
    """The same without what stands in brackets behind it: 出生日期(年月日), 面积（㎡）."""
    return re.sub(r"\s*\([^()]*\)$", "", plain(word)) or plain(word)


def row_label(row_no: int) -> str:
    """A row as a person finds it: its number, behind the number of its sheet where several were read."""
    sheet, row = divmod(int(row_no), SHEET_ROWS)
    return f"{sheet}!{row}" if sheet else str(row)


def shape_of(columns: Iterable[str]) -> str:
    """What makes two files lists of the same form: the names of their columns, in any order."""
    return hashlib.sha256("\x1f".join(sorted({plain(c) for c in columns})).encode()).hexdigest()[:32]


def words_of(kind: Kind, given: Mapping[str, str] | None = None) -> frozenset[str]:
    """Every name that a column of the kind is known by, and the columns that were named for this file."""
    known = {w for f in kind.fields.values() for w in f.words}
    return frozenset(known | {plain(c) for c in (given or {}).values() if c})


def guess(
    kind: Kind,
    columns: list[str],
    given: Mapping[str, str] | None = None,
    categories: Mapping[str, str] | None = None,
) -> ColumnMap:
    """Which column is which field: what is given first, then the earliest word of each field that names a column.

    A column serves one field; ``id`` and its like serve the key when nothing better is there. ``categories``: words
    for service categories → code; a column called by one says which rows belong to it.

    Raises:
        InputError: ``map.field`` or ``map.column`` for a given pair that does not exist.
    """
    taken: dict[str, str] = {}
    for name, column in (given or {}).items():
        if not (name.startswith(CATEGORY) and name.removeprefix(CATEGORY) in (categories or {}).values()):
            kind.field(name)
        if column and column not in columns:
            raise InputError("map.column", column=column, known=", ".join(columns))
        taken[name] = column
    left = [c for c in reversed(columns) if c not in taken.values()]
    free = {bare(c): c for c in left} | {plain(c): c for c in left}
    hits = [
        (rank, order, name, word)
        for order, (name, spec) in enumerate(kind.fields.items())
        for rank, word in enumerate(spec.words)
        if name not in taken and word in free
    ]
    for _, _, name, word in sorted(hits):
        if name not in taken and free[word] not in taken.values():
            taken[name] = free[word]
    if "source_key" in kind.fields and "source_key" not in taken and free.get("id") not in (None, *taken.values()):
        taken["source_key"] = free["id"]
    for word, code in (categories or {}).items():
        if word in free and free[word] not in taken.values():
            taken.setdefault(f"{CATEGORY}{code}", free[word])
    used = set(taken.values())
    flags = {n.removeprefix(CATEGORY): c for n, c in taken.items() if c and n.startswith(CATEGORY)}
    fields = {f: c for f, c in taken.items() if c and not f.startswith(CATEGORY)}
    return ColumnMap(fields, tuple(c for c in columns if c not in used), flags)
