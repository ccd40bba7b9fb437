"""``gridsvc heat``: events as a map or as data."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from gridsvc.cli.common import (
    AreaOption,
    AsOfOption,
    ClassOption,
    JsonFlag,
    PeriodOption,
    database,
    emit,
    say,
    table,
)
from gridsvc.domain.sheets import plain_rows
from gridsvc.errors import InputError
from gridsvc.services import heat, reports
from gridsvc.services.scopes import Question
from gridsvc.text import t

app = typer.Typer()


@app.command(help=t("cli.heat"))
def heat_(
    layer: Annotated[str, typer.Argument(help=t("cli.heat.layer"))] = "events",
    area: AreaOption = None,
    period: PeriodOption = "12m",
    classes: ClassOption = [],  # noqa: B006 - typer wants a default
    by: Annotated[str, typer.Option("--by", help=t("cli.heat.by", known="|".join(heat.BY)))] = "cell",
    per: Annotated[str, typer.Option("--per", help=t("cli.heat.per"))] = "count",
    as_of: AsOfOption = None,
    output: Annotated[Path | None, typer.Option("-o", "--output", help=t("cli.heat.output"))] = None,
    json: JsonFlag = False,
) -> None:
    """Counts and rates of events by cell, area or hexagon."""
    if layer != "events":
        raise InputError("heat.layer", value=layer)
    question = Question(area, period, tuple(classes), as_of.date() if as_of else None)
    with database() as (db, caller):
        if output is not None:
            found = reports.heat_file(db, caller, question, by, per, output)
        else:
            found = heat.by_area(db, caller, question, by, per)
    top = found.frame.drop(columns="geometry").sort_values("n", ascending=False)
    about = {
        "area": found.area.code,
        "start": found.period.start,
        "stop": found.period.stop,
        "by": by,
        "per": per,
        "total": found.total,
        "in_no_shape": found.unlocated,
        "shapes": len(top),
        "breaks": found.breaks,
    }
    if emit({**about, "file": str(output) if output else None, "top": plain_rows(top.head(20))}, json):
        return
    say("heat.summary", area=f"{found.area.name} {found.area.code}", start=found.period.start, last=found.period.last,
        total=found.total, shapes=int((top["n"] > 0).sum()), rest=found.unlocated)  # fmt: skip
    table(
        [t("heat.code"), t("heat.name"), t("heat.n"), "/km²", t("heat.buildings")],
        [
            (r.code, r.name_, int(r.n), f"{r.n / r.km2:,.1f}" if r.km2 else "", int(r.buildings))
            for r in top.head(10).rename(columns={"name": "name_"}).itertuples()
        ],
        right=(2, 3, 4),
    )
    if output is not None:
        say("export.done", n=len(top), path=str(output))
