"""``gridsvc grid publish|restore|retire|history|handover``: what comes into force, what was, who hands over what."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from gridsvc.cli.common import JsonFlag, database, emit, say, table, telling
from gridsvc.text import t

if TYPE_CHECKING:
    from gridsvc.services.publishing import Published

app = typer.Typer()
NumberArgument = Annotated[int, typer.Argument(help=t("cli.grid.number"))]
DayOption = Annotated[dt.datetime | None, typer.Option("--from", formats=["%Y-%m-%d"], help=t("cli.grid.from"))]


@app.command("publish", help=t("cli.grid.publish"))
def publish(
    what: Annotated[str, typer.Argument(help=t("cli.grid.publish.what"))],
    start: DayOption = None,
    json: JsonFlag = False,
) -> None:
    """Bring drafts into force: one by number, or the newest of every area inside AREA."""
    from gridsvc.services import publishing

    day = start.date() if start else None
    with database() as (db, caller), telling(json) as tell:
        if what.isdigit() and len(what) < 6:
            done = [publishing.publish(db, caller, int(what), day, tell)]
        else:
            done = publishing.publish_area(db, caller, what, day, tell)
    if not emit(done, json):
        table(
            [
                t("grid.number"),
                t("grid.area"),
                t("grid.valid_from"),
                t("grid.figure.cells"),
                t("grid.inherited"),
                t("grid.ended"),
                t("grid.moved"),
            ],
            [
                (
                    str(p.division_id),
                    p.area_code,
                    p.valid_from.isoformat(),
                    p.cells,
                    p.inherited,
                    p.ended,
                    sum(p.moved.values()),
                )
                for p in done
            ],
            right=(3, 4, 5, 6),
        )
        if followed := sum(p.posts for p in done):
            say("grid.posts_followed", n=followed)
        _say_bare(done)


def _say_bare(done: list[Published]) -> None:
    """Cells and buildings that nobody has a post on."""
    if cells := [r["code"] for p in done for r in p.bare.cells]:
        say("grid.without_post", n=len(cells), cells=_first(cells))
    if n := sum(p.bare.buildings_in_all for p in done):
        say(
            "grid.buildings_bare",
            n=n,
            first=_first([r["called"] or f"#{r['id']}" for p in done for r in p.bare.buildings]),
        )


def _first(names: list[str]) -> str:
    return "、".join(names[:10]) + ("…" if len(names) > 10 else "")


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
