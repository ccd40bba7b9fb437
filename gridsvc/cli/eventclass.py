"""``gridsvc class …``: classes of events and their time limits."""

from __future__ import annotations

from typing import Annotated

import typer

from gridsvc.cli.common import JsonFlag, database, emit, say, table
from gridsvc.domain import workdays
from gridsvc.services import classes
from gridsvc.text import t

app = typer.Typer(help=t("cli.class"), no_args_is_help=True)


@app.command("list", help=t("cli.class.list"))
def list_(json: JsonFlag = False) -> None:
    """All classes with their limits."""
    with database() as (db, caller):
        rows = classes.listing(db, caller)
    if not emit(rows, json):
        table(
            [
                t("report.limit.code"),
                t("report.limit.name"),
                "English",
                t("report.limit.limit"),
                t("report.limit.origin"),
            ],
            [
                (
                    r["code"],
                    r["name"],
                    r["name_en"],
                    f"{r['limit_amount']}{r['limit_unit']}" if r["limit_amount"] else "—",
                    r["origin"],
                )
                for r in rows
            ],
        )


@app.command("limit", help=t("cli.class.limit"))
def limit(
    name: Annotated[str, typer.Argument(help=t("cli.class.name"))],
    value: Annotated[str, typer.Argument(help=t("cli.class.value"))],
    json: JsonFlag = False,
) -> None:
    """Set a class's limit (5wd, 4wh, 3d, 2h) or take it away (none)."""
    wanted = None if value.lower() == "none" else workdays.parse_limit(value)
    with database() as (db, caller):
        done = classes.set_limit(db, caller, name, wanted)
    emit(done, json) or say("class.limit_set", name=done["name"], limit=done["limit"] or "—", n=done["events"])
