"""``gridsvc checkpoint AREA``: the sheet of codes that officers check in with on their patrols."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from gridsvc.cli.common import JsonFlag, database, emit, say
from gridsvc.services import checkins
from gridsvc.text import t

app = typer.Typer()


@app.command(help=t("cli.checkpoint"))
def checkpoint(
    output: Annotated[Path, typer.Option("-o", "--output", help=t("cli.checkpoint.output"))],
    url: Annotated[str, typer.Option("--url", help=t("cli.checkpoint.url"))],
    area: Annotated[str | None, typer.Argument(help=t("cli.option.area"))] = None,
    kinds: Annotated[str, typer.Option("--kinds", help=t("cli.checkpoint.kinds"))] = ",".join(checkins.DEFAULT),
    json: JsonFlag = False,
) -> None:
    """Print the codes of patrol points."""
    wanted = [k.strip() for k in kinds.split(",") if k.strip()]
    with database() as (db, caller):
        found, n = checkins.sheet(db, caller, output, url, area, wanted)
    told = {"area": found.code, "points": n, "file": str(output)}
    emit(told, json) or say("checkpoint.done", area=f"{found.name} {found.code}", n=n, file=output)
