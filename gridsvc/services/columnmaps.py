"""Mappings of columns that somebody has corrected once: saved by name, used again for files of the same form."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from gridsvc.domain import codes, frames
from gridsvc.errors import MissingError
from gridsvc.services import codetables, filein
from gridsvc.store.tx import Caller, begin, json

if TYPE_CHECKING:
    from gridsvc.io.reader import Reading
    from gridsvc.services.filein import Source
    from gridsvc.store.pool import Database, Row
    from gridsvc.store.tx import Tx


def listing(db: Database, caller: Caller, kind: str | None = None) -> list[Row]:
    """Saved mappings that the caller may see, the newest first."""
    with begin(db, caller, "import") as tx:
        rows = tx.rows("column_map/list", kind=kind, name=None)
    return [{**r, "area": str(codes.area_codes([r["cell_key"]])[0])} for r in rows]


def remove(db: Database, caller: Caller, number: int) -> None:
    """Forget a mapping.

    Raises:
        MissingError: ``map.unknown``.
    """
    with begin(db, caller, "import") as tx:
        if not tx.run("column_map/remove", id=number):
            raise MissingError("map.unknown", name=number, known="–")
        tx.audit("column_map.remove", entity="column_map", row_id=number)


def known(tx: Tx, kind: str, name: str | None) -> list[Row]:
    """Mappings of a kind that may serve a file: all, or the one with this name.

    Raises:
        MissingError: ``map.unknown``.
    """
    rows = tx.rows("column_map/list", kind=kind, name=name)
    if name and not rows:
        others = tx.rows("column_map/list", kind=kind, name=None)
        raise MissingError("map.unknown", name=name, known="、".join(r["name"] for r in others) or "–")
    return rows


def words(kind: str, rows: list[Row], source: Source) -> frozenset[str]:
    """Names of columns that tell a header: the kind's own, those given now, those of saved mappings."""
    columns = {n: c for r in rows for n, c in r["columns"].items()}
    return filein.words(codetables.kinds()[kind], source.columns) | frames.words_of(codetables.kinds()[kind], columns)


def fitting(
    reading: Reading, table: str, rows: list[Row], source: Source, name: str | None
) -> tuple[Source, str | None]:
    """The source with the columns of the mapping that was asked for or that fits the file, and its name.

    What is given now goes before what was saved; with columns given and no name nothing is looked for.
    """
    columns = reading.columns(table)
    if name is None:
        rows = [] if source.columns else [r for r in rows if r["shape"] == frames.shape_of(columns)]
    if not rows:
        return source, None
    return replace(source, columns=rows[0]["columns"] | source.columns), rows[0]["name"]


def save(
    db: Database, caller: Caller, kind: str, key: int, name: str, mapping: dict[str, str], columns: list[str]
) -> int:
    """Save how the columns of a file were understood, those that nothing was taken from included; its number."""
    categories = {f"{frames.CATEGORY}{code}" for code in codetables.category_columns(kind).values()}
    saved = dict.fromkeys((*codetables.kinds()[kind].fields, *sorted(categories)), "") | mapping
    with begin(db, caller, "import") as tx:
        number = int(
            tx.value(
                "column_map/save", cell_key=key, kind=kind, name=name.strip(), shape=frames.shape_of(columns),
                columns=json(saved), user_id=tx.who.user_id,
            )
        )  # fmt: skip
        tx.audit("column_map.save", entity="column_map", row_id=number, detail={"kind": kind, "name": name})
    return number
