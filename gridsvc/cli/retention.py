"""``gridsvc retention …``: how long things are kept, and taking away what is past its date."""

from __future__ import annotations

from typing import Annotated

import typer

from gridsvc.cli.common import AsOfOption, JsonFlag, database, emit, say, table
from gridsvc.services import retention as service
from gridsvc.text import t

app = typer.Typer(help=t("cli.retention"), no_args_is_help=True)


@app.command("list", help=t("cli.retention.list"))
def list_(json: JsonFlag = False) -> None:
    """Days by kind."""
    with database() as (db, caller):
        rows = service.listing(db, caller)
    if not emit(rows, json):
        table(
            [t("retention.kind"), t("retention.days"), t("retention.basis")],
            [(t(f"retention.{r['kind']}"), r["days"], r["basis"]) for r in rows], right=[1],
        )  # fmt: skip


@app.command("set", help=t("cli.retention.set"))
def set_(
    kind: Annotated[str, typer.Argument(help=t("cli.retention.kind"))],
    days: Annotated[int, typer.Argument(help=t("cli.retention.days"))],
    basis: Annotated[str, typer.Option("--basis", help=t("cli.retention.basis"))],
    json: JsonFlag = False,
) -> None:
    """Another number of days."""
    with database() as (db, caller):
        service.change(db, caller, kind, days, basis)
    emit({"kind": kind, "days": days}, json) or say("retention.was_set", kind=kind, days=days)


@app.command("run", help=t("cli.retention.run"))
def run(
    dry_run: Annotated[bool, typer.Option("--dry-run", help=t("cli.option.dry_run"))] = False,
    as_of: AsOfOption = None,
    json: JsonFlag = False,
) -> None:
    """Take away what is past its date; the worker does it every day."""
    with database() as (db, _):
        gone = service.run(db, as_of=as_of.date() if as_of else None, dry_run=dry_run)
    if not emit(gone, json):
        for kind, n in gone.items():
            say("retention.would_go" if dry_run else "retention.gone", kind=t(f"retention.{kind}"), n=n)
