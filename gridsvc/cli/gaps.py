"""``gridsvc gaps AREA``: what is late, empty or nowhere."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from gridsvc.cli.common import AsOfOption, JsonFlag, PeriodOption, database, emit, say, table
from gridsvc.domain.sheets import plain_rows
from gridsvc.services import gaps, reports
from gridsvc.services.scopes import Question
from gridsvc.text import t

app = typer.Typer()
SHOWN = 20


@app.command(help=t("cli.gaps"))
def gaps_(
    area: Annotated[str | None, typer.Argument(help=t("cli.option.area"))] = None,
    period: PeriodOption = "12m",
    as_of: AsOfOption = None,
    most: Annotated[int, typer.Option("--most", min=1, max=10_000, help=t("cli.gaps.most"))] = 500,
    output: Annotated[Path | None, typer.Option("-o", "--output", help=t("cli.gaps.output"))] = None,
    json: JsonFlag = False,
) -> None:
    """Overdue events, cells without buildings or events, buildings in no cell."""
    question = Question(area, period, (), as_of.date() if as_of else None)
    with database() as (db, caller):
        found = gaps.find(db, caller, question, most=most)
        late = reports.overdue_table(db, caller, question).head(most)
    if output is not None:
        from gridsvc.cli.importing import write_sheet

        write_sheet(late.drop(columns=["cell_key"]), output)
    answer = {"totals": found.totals, "overdue": plain_rows(late), "empty_cells": plain_rows(found.empty_cells),
              "buildings": plain_rows(found.buildings), "file": str(output) if output else None}  # fmt: skip
    if emit(answer, json):
        return
    say("gaps.summary", area=f"{found.area.name} {found.area.code}", **found.totals)
    table(
        [
            t("report.overdue.days"),
            t("report.overdue.class"),
            t("report.overdue.address"),
            t("report.overdue.due_at"),
            t("report.overdue.cell"),
        ],
        [
            (int(r.days), r.class_, r.address, str(r.due_at)[:16], r.cell_code)
            for r in late.head(SHOWN).rename(columns={"class": "class_"}).itertuples()
        ],
        t("gaps.overdue"),
        right=(0,),
    )
    table(
        [t("heat.code"), t("heat.name"), t("gaps.reason"), t("heat.n"), t("heat.buildings")],
        [
            (r.code, r.name_, t(f"gaps.{r.reason}"), int(r.events), int(r.buildings))
            for r in found.empty_cells.head(SHOWN).rename(columns={"name": "name_"}).itertuples()
        ],
        t("gaps.empty_cells"),
        right=(3, 4),
    )
    if output is not None:
        say("export.done", n=len(late), path=str(output))
