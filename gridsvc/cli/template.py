"""``gridsvc template KIND -o FILE``: an empty form."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from gridsvc.cli.common import JsonFlag, database, emit, say
from gridsvc.services import templates
from gridsvc.text import t

app = typer.Typer()


@app.command(help=t("cli.template"))
def template(
    kind: Annotated[str, typer.Argument(help=t("cli.import.kind"))],
    output: Annotated[Path, typer.Option("-o", "--output", help=t("cli.option.output"))],
    json: JsonFlag = False,
) -> None:
    """Write an empty form that can be filled in and imported."""
    with database() as (db, caller):
        templates.write(db, caller, kind, output)
    emit({"file": str(output)}, json) or say("template.done", path=str(output))
