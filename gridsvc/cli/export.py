"""``gridsvc export LAYER -o FILE``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from gridsvc.cli.common import AreaOption, JsonFlag, database, emit, say, telling
from gridsvc.services import exports
from gridsvc.text import t

app = typer.Typer()


@app.command(help=t("cli.export"))
def export(
    layer: Annotated[str, typer.Argument(help=t("cli.export.layer", known="|".join(exports.LAYERS)))],
    output: Annotated[Path, typer.Option("-o", "--output", help=t("cli.option.output"))],
    area: AreaOption = None,
    reason: Annotated[str | None, typer.Option("--reason", help=t("cli.export.reason"))] = None,
    json: JsonFlag = False,
) -> None:
    """A layer of an area to a file."""
    with database() as (db, caller), telling(json) as tell:
        rows = exports.export(db, caller, layer, output, area=area, reason=reason, progress=tell)
    emit({"layer": layer, "rows": rows, "file": str(output)}, json) or say("export.done", n=rows, path=str(output))
