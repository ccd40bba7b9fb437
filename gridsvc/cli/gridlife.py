"""``gridsvc grid restore|retire|history|handover``: what was, what ends, and who hands over what."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Annotated

import typer

from gridsvc.cli.common import JsonFlag, database, emit, say, table, telling
from gridsvc.text import t

app = typer.Typer()
NumberArgument = Annotated[int, typer.Argument(help=t("cli.grid.number"))]
DayOption = Annotated[dt.datetime | None, typer.Option("--from", formats=["%Y-%m-%d"], help=t("cli.grid.from"))]


@app.command("restore", help=t("cli.grid.restore"))
def restore(division: NumberArgument, json: JsonFlag = False) -> None:
    """A draft with the cells of a division that was in force."""
    from gridsvc.services import lineage

    with database() as (db, caller):
        number = lineage.restore(db, caller, division)
    emit({"division_id": number}, json) or say("grid.restored", id=number, of=division)


@app.command("history", help=t("cli.grid.history"))
def history(cell: Annotated[str, typer.Argument(help=t("cli.grid.cell"))], json: JsonFlag = False) -> None:
    """What became of a cell."""
    from gridsvc.services import lineage

    with database() as (db, caller):
        found = lineage.history(db, caller, cell)
    if emit(found, json):
        return
    rows = [
        [v["from"].isoformat(), v["to"].isoformat() if v["to"] else "", str(v["division"]),
         "；".join(f"{b['code']} {b['name']} {b['share']:.0%}" for b in v["became"])]
        for v in found["versions"]
    ]  # fmt: skip
    table([t(f"grid.{n}") for n in ("valid_from", "valid_to", "number", "became")], rows,
          title=f"{found['code']} {found['name']}")  # fmt: skip


@app.command("retire", help=t("cli.grid.retire"))
def retire(division: NumberArgument, start: DayOption = None, json: JsonFlag = False) -> None:
    """End a division without another one in its place."""
    from gridsvc.services import publishing

    with database() as (db, caller), telling(json) as tell:
        done = publishing.retire(db, caller, division, start.date() if start else None, tell)
    emit(done, json) or say("grid.retired", id=division, cells=done.ended, moved=sum(done.moved.values()),
                            posts=done.posts)  # fmt: skip


@app.command("handover", help=t("cli.grid.handover"))
def handover(
    division: NumberArgument,
    output: Annotated[Path, typer.Option("-o", "--output", help=t("cli.grid.handover.output"))],
    json: JsonFlag = False,
) -> None:
    """Doors that each officer hands over and takes over, as a workbook."""
    from gridsvc.services import handover as handovers

    with database() as (db, caller):
        found = handovers.write(db, caller, division, output)
    told = {"file": str(output), "officers": len(found.officers), "rows": len(found.rows)}
    emit(told, json) or say("grid.handed_over", path=str(output), officers=told["officers"], rows=told["rows"])
