"""``gridsvc batch …``: imports afterwards."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from gridsvc.cli.common import JsonFlag, database, emit, say, table
from gridsvc.services import batches
from gridsvc.text import t

app = typer.Typer(help=t("cli.batch"), no_args_is_help=True)
Number = Annotated[int, typer.Argument(help=t("cli.batch.number"))]


@app.command("list", help=t("cli.batch.list"))
def list_(json: JsonFlag = False) -> None:
    """Imports, the newest first."""
    with database() as (db, caller):
        rows = batches.listing(db, caller)
    if not emit(rows, json):
        table(
            [
                t("grid.number"),
                t("batch.kind"),
                t("batch.list"),
                t("batch.file"),
                t("batch.when"),
                t("batch.counts"),
                t("grid.status"),
            ],
            [
                (
                    str(r["id"]),
                    t(f"kind.{r['kind']}"),
                    r["source"],
                    r["file_name"],
                    r["created_at"].strftime("%Y-%m-%d %H:%M"),
                    " ".join(f"{t(f'count.{k}')} {v}" for k, v in r["counts"].items() if v),
                    t(f"status.{r['state']}"),
                )
                for r in rows
            ],
        )


@app.command("show", help=t("cli.batch.show"))
def show(number: Number, json: JsonFlag = False) -> None:
    """One import with its report."""
    with database() as (db, caller):
        row = batches.one(db, caller, number)
    emit(row, json) or table(["", ""], [(k, str(v)) for k, v in row.items()])


@app.command("rejects", help=t("cli.batch.rejects"))
def rejects(
    number: Number,
    output: Annotated[Path, typer.Option("-o", "--output", help=t("cli.option.output"))],
    json: JsonFlag = False,
) -> None:
    """The rejected rows of an import, to mend and import again."""
    with database() as (db, caller):
        found = batches.rejects(db, caller, number)
    if found.sheet.empty:
        emit({"rows": 0}, json) or say("batch.no_rejects")
        return
    found.write(output)
    n = len(found.sheet)
    emit({"rows": n, "file": str(output)}, json) or say("export.done", n=n, path=str(output))


@app.command("undo", help=t("cli.batch.undo"))
def undo(number: Number, json: JsonFlag = False) -> None:
    """Take an import back."""
    with database() as (db, caller):
        done = batches.undo(db, caller, number)
    emit(done, json) or say("batch.done_undo", id=number, removed=done["removed"], restored=done["restored"])
