"""``gridsvc closing AREA``: 按期办结率."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from gridsvc.cli.common import AsOfOption, ClassOption, JsonFlag, PeriodOption, database, emit, say, table
from gridsvc.domain.closing import MEASURES
from gridsvc.domain.sheets import plain_rows
from gridsvc.services import closing, reports
from gridsvc.services.scopes import Question
from gridsvc.text import t

app = typer.Typer()
SHOWN = 20


@app.command(help=t("cli.closing"))
def closing_(
    area: Annotated[str | None, typer.Argument(help=t("cli.option.area"))] = None,
    period: PeriodOption = "12m",
    by: Annotated[str, typer.Option("--by", help=t("cli.closing.by", known="|".join(closing.BY)))] = "community",
    classes: ClassOption = [],  # noqa: B006 - typer wants a default
    as_of: AsOfOption = None,
    output: Annotated[list[Path], typer.Option("-o", "--output", help=t("cli.closing.output"))] = [],  # noqa: B006
    late: Annotated[Path | None, typer.Option("--late", help=t("cli.closing.late"))] = None,
    json: JsonFlag = False,
) -> None:
    """The on-time rate of an area, by place or class."""
    question = Question(area, period, tuple(classes), as_of.date() if as_of else None)
    with database() as (db, caller):
        found = closing.report(db, caller, question)
        for path in output:
            reports.closing_file(db, caller, question, path)
        if late is not None:
            from gridsvc.cli.importing import write_sheet

            write_sheet(reports.overdue_table(db, caller, question).drop(columns=["cell_key"]), late)
    body = found.tables[by] if by in found.tables else closing.report(db, caller, question, (by,)).tables[by]
    if emit({**closing.as_data(found), "files": [str(p) for p in output]}, json):
        return
    say(
        "closing.summary",
        area=f"{found.area.name} {found.area.code}",
        start=found.period.start,
        last=found.period.last,
        rate="—" if found.total["rate"] is None else f"{found.total['rate']:.1%}",
        target=f"{found.target:.0%}",
    )
    columns = [*MEASURES, "rate"]
    head = [t("report.column.code"), t("report.column.name"), *(t(f"report.column.{c}") for c in columns)]
    rows = [
        (*(r[c] for c in ("code", "name", *MEASURES)), "—" if r["rate"] is None else f"{r['rate']:.1%}")
        for r in plain_rows(body)
    ]
    table(head, rows[:SHOWN], right=tuple(range(2, len(head))))
    if len(rows) > SHOWN:
        say("table.more", n=len(rows) - SHOWN)
    for path in output:
        say("export.done", n=len(rows), path=str(path))
