"""``gridsvc geocode``: addresses of a file to places."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from gridsvc.cli.common import AreaOption, JsonFlag, database, emit, say, telling
from gridsvc.cli.importing import SheetOption
from gridsvc.text import t

app = typer.Typer()


@app.command(help=t("cli.geocode"))
def geocode(
    file: Annotated[Path, typer.Argument(help=t("cli.geocode.file"))],
    output: Annotated[Path, typer.Option("-o", "--output", help=t("cli.geocode.output"))],
    column: Annotated[str | None, typer.Option("--column", help=t("cli.geocode.column"))] = None,
    sheet: SheetOption = None,
    review: Annotated[bool, typer.Option("--review", help=t("cli.geocode.review"))] = False,
    area: AreaOption = None,
    json: JsonFlag = False,
) -> None:
    """Give every row of a file a place."""
    from gridsvc.services import geocodebulk
    from gridsvc.services.filein import Source

    with database() as (db, caller), telling(json) as tell:
        source = Source(file, sheet=sheet, local=True)
        done = geocodebulk.geocode_file(db, caller, source, output, column, tell, area=area, ask=review)
    if not emit(done, json):
        say("geocode.done", rows=done.rows, found=done.found, review=done.review, not_found=done.not_found,
            output=done.output)  # fmt: skip
        if done.questions:
            say("geocode.questions", n=done.questions)
        if done.levels:
            say("geocode.levels", levels="、".join(f"{t(f'level.{name}')} {n}" for name, n in done.levels.items()))
