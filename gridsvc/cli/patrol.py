"""``gridsvc patrol FILE``: minutes of patrol out of the track of a device."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from gridsvc.cli import importing
from gridsvc.cli.common import AreaOption, JsonFlag, database, emit, say, telling
from gridsvc.domain.patrols import GAP_MINUTES
from gridsvc.services import patrols
from gridsvc.services.filein import Source
from gridsvc.text import t

app = typer.Typer()


@app.command(help=t("cli.patrol"))
def patrol(
    file: Annotated[Path, typer.Argument(help=t("cli.patrol.file"), exists=True, dir_okay=False)],
    area: AreaOption = None,
    gap: Annotated[float, typer.Option("--gap", help=t("cli.patrol.gap"))] = GAP_MINUTES,
    crs: Annotated[str, typer.Option("--crs", help=t("cli.option.crs"))] = "auto",
    output: Annotated[Path | None, typer.Option("-o", "--output", help=t("cli.patrol.output"))] = None,
    json: JsonFlag = False,
) -> None:
    """Write the minutes that a track spent in each cell as patrols."""
    with database() as (db, caller), telling(json) as tell:
        found = patrols.take(db, caller, Source(file, crs=crs, local=True), area, gap=gap, progress=tell)
    path = importing.give_back(found.rejects, output or importing.rejects_path(file))
    counts = found.outcome.counts if found.outcome else {}
    told = {"points": found.points, "outside": found.outside, "rejected": len(found.rejects), "days": found.days,
            "minutes": found.minutes, "new": counts.get("new", 0), "changed": counts.get("changed", 0),
            "rejects_file": path}  # fmt: skip
    emit(told, json) or say("patrol.done", **told)
    if path and not json:
        say("import.rejects_file", path=path, n=len(found.rejects))
