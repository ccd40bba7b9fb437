"""``gridsvc job …``: background jobs."""

from __future__ import annotations

from typing import Annotated

import typer

from gridsvc.cli.common import JsonFlag, database, emit, say, table
from gridsvc.services import jobs
from gridsvc.text import t

app = typer.Typer(help=t("cli.job"), no_args_is_help=True)
Number = Annotated[int, typer.Argument(help=t("cli.job.number"))]


@app.command("list", help=t("cli.job.list"))
def list_(json: JsonFlag = False) -> None:
    """Jobs, the newest first."""
    with database() as (db, caller):
        rows = jobs.listing(db, caller)
    if not emit(rows, json):
        table(
            [t("grid.number"), t("batch.kind"), t("grid.status"), t("job.step"), "%", t("batch.when")],
            [
                (
                    str(r["id"]),
                    r["kind"],
                    t(f"status.{r['state']}"),
                    t(f"step.{r['step']}") if r["step"] else "",
                    f"{r['progress']:.0%}",
                    r["created_at"].strftime("%Y-%m-%d %H:%M"),
                )
                for r in rows
            ],
            right=(4,),
        )


@app.command("show", help=t("cli.job.show"))
def show(number: Number, json: JsonFlag = False) -> None:
    """One job."""
    with database() as (db, caller):
        row = jobs.one(db, caller, number)
    emit(row, json) or table(["", ""], [(k, str(v)) for k, v in row.items()])


@app.command("cancel", help=t("cli.job.cancel"))
def cancel(number: Number, json: JsonFlag = False) -> None:
    """Ask a job to stop."""
    with database() as (db, caller):
        state = jobs.cancel(db, caller, number)
    emit({"id": number, "state": state}, json) or say("job.cancelled", id=number, state=t(f"status.{state}"))
