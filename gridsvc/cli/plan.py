"""``gridsvc plan OFFICER``: what she has to visit this week, to be filled in and imported."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from gridsvc.cli.common import AsOfOption, JsonFlag, database, emit, say, table
from gridsvc.services import plans
from gridsvc.text import t

app = typer.Typer()
SHOWN = 40


@app.command(help=t("cli.plan"))
def plan(
    officer: Annotated[str, typer.Argument(help=t("cli.plan.officer"))],
    week: Annotated[bool, typer.Option("--week/--day", help=t("cli.plan.week"))] = True,
    everything: Annotated[bool, typer.Option("--all", help=t("cli.plan.all"))] = False,
    as_of: AsOfOption = None,
    output: Annotated[list[Path], typer.Option("-o", "--output", help=t("cli.plan.output"))] = [],  # noqa: B006
    json: JsonFlag = False,
) -> None:
    """The plan of an officer for this week or today, as a workbook to fill in, a page to print, or here."""
    day = as_of.date() if as_of else None
    span = "week" if week else "day"
    with database() as (db, caller):
        for path in output:
            found = plans.file(db, caller, path, officer, span=span, as_of=day, everything=everything)
        if not output:
            found = plans.make(db, caller, officer, span=span, as_of=day, everything=everything)
    if emit(plans.as_data(found) | {"files": [str(p) for p in output]}, json):
        return
    say("plan.summary", name=found.officer["name"], start=found.start, last=found.last, n=len(found.lines),
        late=sum(1 for line in found.lines if line["late"]))  # fmt: skip
    for path in output:
        say("plan.file", path=str(path))
    if output:
        return
    head = [t(f"plan.column.{c}") for c in ("row", "name", "place", "rules", "by", "task")]
    rows = [(one["row"], one["name"], one["place"], "、".join(one["rules"]), one["by"], one["task"])
            for one in found.lines]  # fmt: skip
    table(head, rows[:SHOWN], right=(0,))
    if len(rows) > SHOWN:
        say("table.more", n=len(rows) - SHOWN)
