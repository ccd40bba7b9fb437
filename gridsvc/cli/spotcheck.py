"""``gridsvc spotcheck AREA``: visits or communities drawn at random, and what was found."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from gridsvc.cli import importing
from gridsvc.cli.common import AsOfOption, JsonFlag, database, emit, say
from gridsvc.services import spotchecks
from gridsvc.services.filein import Source
from gridsvc.services.spotchecks import Wish
from gridsvc.text import t

app = typer.Typer()


@app.command(help=t("cli.spotcheck"))
def spotcheck(
    area: Annotated[str | None, typer.Argument(help=t("cli.option.area"))] = None,
    n: Annotated[int, typer.Option("--n", min=1, max=10_000, help=t("cli.spotcheck.n"))] = 4,
    strata: Annotated[
        str, typer.Option("--strata", help=t("cli.spotcheck.strata", known="|".join(spotchecks.STRATA)))
    ] = "officer",
    what: Annotated[str, typer.Option("--what", help=t("cli.spotcheck.what"))] = "visits",
    days: Annotated[int, typer.Option("--days", min=1, max=400, help=t("cli.spotcheck.days"))] = 30,
    seed: Annotated[int, typer.Option("--seed", help=t("cli.spotcheck.seed"))] = 1,
    as_of: AsOfOption = None,
    output: Annotated[Path | None, typer.Option("-o", "--output", help=t("cli.spotcheck.output"))] = None,
    take: Annotated[Path | None, typer.Option("--take", help=t("cli.spotcheck.take"))] = None,
    json: JsonFlag = False,
) -> None:
    """Draw a spot check and write its form, or take the results of one."""
    with database() as (db, caller):
        if take is not None:
            found = spotchecks.take(db, caller, Source(take, local=True), area)
            back = importing.give_back(found.rejects, output or importing.rejects_path(take))
            told = {"taken": found.taken, "empty": found.empty, "rejected": len(found.rejects), "rejects_file": back}
            emit(told, json) or say("spotcheck.taken", **told)
            if back and not json:
                say("import.rejects_file", path=back, n=len(found.rejects))
            return
        wish = Wish(area, n, strata, what, days, seed, as_of.date() if as_of else None)
        path = output or Path(f"{t('spotcheck.title')}.xlsx")
        done = spotchecks.draw(db, caller, wish, path)
    emit(done, json) or say("spotcheck.drawn", **done)
