"""``gridsvc osm FILE.osm.pbf``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from gridsvc.cli.common import JsonFlag, database, emit, say, table, telling
from gridsvc.services import osm
from gridsvc.text import t

app = typer.Typer()


@app.command(help=t("cli.osm"))
def osm_(
    file: Annotated[Path, typer.Argument(help=t("cli.osm.file"))],
    place: Annotated[str | None, typer.Option("--place", help=t("cli.osm.place"))] = None,
    name: Annotated[str | None, typer.Option("--name", help=t("cli.osm.name"))] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help=t("cli.option.dry_run"))] = False,
    json: JsonFlag = False,
) -> None:
    """Areas, buildings, addresses, roads, water, land use and places of an extract."""
    with database() as (db, caller), telling(json) as tell:
        found = osm.load(db, caller, file, place=place, name=name, dry_run=dry_run, progress=tell)
    report = {"areas": found.areas.report(), "records": {k: o.report() for k, o in found.records.items()}}
    if emit(report, json):
        return
    rows = [(t("kind.area"), *(found.areas.counts[c] for c in ("rows", "new", "changed", "same", "rejected")), "")]
    for kind, o in found.records.items():
        left = sum(n for reason, n in o.warnings.items() if reason.startswith("base."))
        rows.append(
            (t(f"kind.{kind}"), *(o.counts[c] for c in ("rows", "new", "changed", "same", "rejected")), left or "")
        )
    table(
        [
            t("batch.kind"),
            *(t(f"count.{c}") for c in ("rows", "new", "changed", "same", "rejected")),
            t("count.left_out"),
        ],
        rows,
        right=(1, 2, 3, 4, 5, 6),
    )
    if found.areas.top:
        say("area.top", code=found.areas.top)
