"""``gridsvc reconcile KIND FILE`` and ``gridsvc difference …``: a full roll beside the base."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Annotated

import typer

from gridsvc.cli.common import AreaOption, JsonFlag, database, emit, say, table, telling
from gridsvc.cli.importing import (
    CrsOption,
    ListOption,
    MapOption,
    RejectsOption,
    SheetOption,
    UseMapOption,
    column_map,
    kind_of,
    rejects_path,
    write_rejects,
)
from gridsvc.services import codetables, differencebook, differences, reconciling
from gridsvc.services.differences import Which
from gridsvc.services.filein import Source
from gridsvc.services.imports import ImportRequest
from gridsvc.text import language, t

app = typer.Typer()
decisions = typer.Typer(help=t("cli.difference"), no_args_is_help=True)
Number = Annotated[int, typer.Argument(help=t("cli.difference.number"))]
WhatOption = Annotated[str | None, typer.Option("--what", help=t("cli.difference.what"))]
FieldOption = Annotated[str | None, typer.Option("--field", help=t("cli.difference.field"))]
OnlyOption = Annotated[bool, typer.Option("--only", help=t("cli.difference.only"))]
DayOption = Annotated[dt.datetime | None, typer.Option("--from", formats=["%Y-%m-%d"], help=t("cli.difference.day"))]
IdsOption = Annotated[list[int], typer.Option("--id", help=t("cli.difference.ids"))]


@app.command(help=t("cli.reconcile"))
def reconcile(
    kind: Annotated[str, typer.Argument(help=t("cli.import.kind"))],
    file: Annotated[Path, typer.Argument(help=t("cli.option.file"))],
    area: AreaOption = None,
    columns: MapOption = [],  # noqa: B006 - typer wants a default
    crs: CrsOption = "auto",
    sheet: SheetOption = None,
    list_name: ListOption = None,
    use_map: UseMapOption = None,
    output: Annotated[Path | None, typer.Option("-o", "--output", help=t("cli.reconcile.output"))] = None,
    rejects: RejectsOption = None,
    json: JsonFlag = False,
) -> None:
    """Compare a full roll with the base; nothing is changed."""
    source = Source(file, crs=crs, sheet=sheet, columns=column_map(columns), local=True)
    request = ImportRequest(kind_of(kind), source, area=area, list_name=list_name, use_map=use_map)
    with database() as (db, caller), telling(json) as tell:
        found = reconciling.run(db, caller, request, tell)
        if output:
            differencebook.write(db, caller, found.number, output)
    path = write_rejects(found.outcome, rejects or rejects_path(file))
    told = {"number": found.number, "counts": found.counts, "by_field": found.by_field,
            "file": str(output) if output else None, "rejects_file": str(path) if path else None}  # fmt: skip
    if emit(told, json):
        return
    say("reconcile.done", id=found.number, area=found.outcome.area_name, **found.counts)
    if found.by_field:
        spec, zh = codetables.kinds()[request.kind], language() == "zh"
        fields = "、".join(f"{codetables.called(spec, f, zh=zh)} {n}" for f, n in found.by_field.items())
        say("reconcile.by_field", fields=fields)
    if found.counts["rejected"]:
        say("reconcile.unread", n=found.counts["rejected"])
    if output:
        say("reconcile.file", path=str(output))
    if path:
        say("import.rejects_file", path=str(path), n=found.counts["rejected"])
    say("reconcile.next", id=found.number)


@decisions.command("list", help=t("cli.difference.list"))
def list_(json: JsonFlag = False) -> None:
    """Comparisons, the newest first."""
    with database() as (db, caller):
        rows = differences.listing(db, caller)
    head = ("grid.number", "batch.kind", "batch.file", "mapping.area", "batch.when", "reconcile.open")
    emit(rows, json) or table(
        [t(k) for k in head],
        [(str(r["id"]), t(f"kind.{r['kind']}"), r["file_name"], r["area"],
          r["created_at"].strftime("%Y-%m-%d %H:%M"), r["open"]) for r in rows],
    )  # fmt: skip


@decisions.command("show", help=t("cli.difference.show"))
def show(
    number: Number, what: WhatOption = None, field: FieldOption = None, only: OnlyOption = False,
    most: Annotated[int, typer.Option("--most", min=1, max=10_000, help=t("cli.difference.most"))] = 50,
    json: JsonFlag = False,
) -> None:  # fmt: skip
    """Open differences of a comparison, field by field."""
    with database() as (db, caller):
        rows = differences.differences(db, caller, number, Which(what=what, field=field, only=only), most=most)
    if emit(rows, json):
        return
    said = [
        (str(r["id"]), r["called"], r["label"], r["row"] or "–",
         "；".join(f"{f['called']}: {f['base'] or '–'} → {f['roll'] or '–'}" for f in r["fields"]))
        for r in rows
    ]  # fmt: skip
    head = ("grid.number", "reconcile.what", "reconcile.who", "reconcile.row", "reconcile.fields")
    table([t(k) for k in head], said)


@decisions.command("accept", help=t("cli.difference.accept"))
def accept(
    number: Number, ids: IdsOption = [], what: WhatOption = None, field: FieldOption = None,  # noqa: B006
    only: OnlyOption = False,
    reason: Annotated[str | None, typer.Option("--reason", help=t("cli.difference.reason"))] = None,
    day: DayOption = None,
    json: JsonFlag = False,
) -> None:  # fmt: skip
    """The roll is right: records change, are made, or end."""
    which = Which(tuple(ids), what, field, only)
    with database() as (db, caller), telling(json) as tell:
        done = differences.decide(
            db, caller, number, which, "accepted", day=day.date() if day else None, reason=reason, progress=tell
        )
    batches = "、".join(map(str, done.batches)) or "–"
    emit(done, json) or say(
        "reconcile.accepted", n=done.done, changed=done.changed, rejected=done.rejected, batches=batches
    )


@decisions.command("keep", help=t("cli.difference.keep"))
def keep(
    number: Number, ids: IdsOption = [], what: WhatOption = None, field: FieldOption = None,  # noqa: B006
    only: OnlyOption = False, json: JsonFlag = False,
) -> None:  # fmt: skip
    """The base is right: nothing changes, and the differences are settled."""
    with database() as (db, caller):
        done = differences.decide(db, caller, number, Which(tuple(ids), what, field, only), "kept")
    emit(done, json) or say("reconcile.kept", n=done.done)
