"""``gridsvc obligation …``: obligations brought up to date, and excused."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

import typer

from gridsvc.cli.common import AsOfOption, JsonFlag, database, emit, say, telling
from gridsvc.services import excuses, linking, obligations
from gridsvc.text import t

app = typer.Typer(help=t("cli.obligation"), no_args_is_help=True)
DayOption = Annotated[
    dt.datetime | None, typer.Option("--since", formats=["%Y-%m-%d"], help=t("cli.obligation.since"))
]


@app.command("update", help=t("cli.obligation.update"))
def update(since: DayOption = None, as_of: AsOfOption = None, json: JsonFlag = False) -> None:
    """File visits where what they were to is now, make the obligations of all rules and work out what the visits
    closed; the worker does both by itself."""
    with database() as (db, _), telling(json) as tell:
        linking.follow_visits(db)
        done = obligations.update(db, today=as_of.date() if as_of else None, since=since.date() if since else None,
                                  progress=tell)  # fmt: skip
    emit(done.counts(), json) or say("obligation.updated", **done.counts())


@app.command("excuse", help=t("cli.obligation.excuse"))
def excuse(
    rule: Annotated[str, typer.Argument(help=t("cli.rule.code"))],
    target: Annotated[int, typer.Argument(help=t("cli.obligation.target"))],
    opens: Annotated[dt.datetime, typer.Argument(formats=["%Y-%m-%d"], help=t("cli.obligation.opens"))],
    reason: Annotated[str, typer.Option("--reason", help=t("cli.obligation.reason"))] = "",
    undo: Annotated[bool, typer.Option("--undo", help=t("cli.obligation.undo"))] = False,
    json: JsonFlag = False,
) -> None:
    """Take one obligation out of the count, with a reason; or put it back."""
    with database() as (db, caller):
        excuses.excuse(db, caller, rule, target, opens.date(), None if undo else reason)
    emit({"rule": rule.upper(), "target": target, "opens": opens.date(), "excused": not undo}, json) or say(
        "obligation.excused" if not undo else "obligation.put_back",
        rule=rule.upper(),
        target=target,
        day=opens.date(),
    )
