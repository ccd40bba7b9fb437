"""``gridsvc mapping …``: saved mappings of columns."""

from __future__ import annotations

from typing import Annotated

import typer

from gridsvc.cli.common import JsonFlag, database, emit, say, table
from gridsvc.errors import MissingError
from gridsvc.services import codetables, columnmaps
from gridsvc.text import language, t

app = typer.Typer(help=t("cli.mapping"), no_args_is_help=True)
Number = Annotated[int, typer.Argument(help=t("cli.mapping.number"))]


@app.command("list", help=t("cli.mapping.list"))
def list_(json: JsonFlag = False) -> None:
    """Saved mappings, the newest first."""
    with database() as (db, caller):
        rows = columnmaps.listing(db, caller)
    head = ("grid.number", "mapping.kind", "mapping.name", "mapping.area", "mapping.columns", "mapping.saved")
    emit(rows, json) or table(
        [t(k) for k in head],
        [
            (str(r["id"]), t(f"kind.{r['kind']}"), r["name"], r["area"], sum(map(bool, r["columns"].values())),
             r["created_at"].strftime("%Y-%m-%d %H:%M"))
            for r in rows
        ],
    )  # fmt: skip


@app.command("show", help=t("cli.mapping.show"))
def show(number: Number, json: JsonFlag = False) -> None:
    """One mapping: which column is which field."""
    with database() as (db, caller):
        rows = [r for r in columnmaps.listing(db, caller) if r["id"] == number]
    if not rows:
        raise MissingError("map.unknown", name=number, known="–")
    kind = codetables.kinds()[rows[0]["kind"]]
    pairs = [(codetables.called(kind, f, zh=language() == "zh"), c) for f, c in rows[0]["columns"].items() if c]
    emit(rows[0], json) or table([t("batch.kind"), t("mapping.columns")], pairs, title=rows[0]["name"])


@app.command("remove", help=t("cli.mapping.remove"))
def remove(number: Number, json: JsonFlag = False) -> None:
    """Forget a mapping; files of its form are guessed again."""
    with database() as (db, caller):
        columnmaps.remove(db, caller, number)
    emit({"removed": number}, json) or say("mapping.removed", id=number)
