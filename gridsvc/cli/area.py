"""``gridsvc area …``: areas in, and what is loaded."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Annotated

import typer

from gridsvc.cli import importing
from gridsvc.cli.common import JsonFlag, database, emit, say, table, telling
from gridsvc.services import areas
from gridsvc.services.areas import AreaOutcome, AreaRequest
from gridsvc.services.filein import Source
from gridsvc.text import t

app = typer.Typer(help=t("cli.area"), no_args_is_help=True)
SHOWN = 20


@app.command("import", help=t("cli.area.import"))
def import_(
    file: Annotated[Path, typer.Argument(help=t("cli.option.file"))],
    codes: Annotated[str, typer.Option("--codes", help=t("cli.area.codes"))] = "auto",
    repair: Annotated[bool, typer.Option("--repair", help=t("cli.option.repair"))] = False,
    columns: importing.MapOption = [],  # noqa: B006 - typer wants a default
    crs: importing.CrsOption = "auto",
    sheet: importing.SheetOption = None,
    name: Annotated[str | None, typer.Option("--name", help=t("cli.area.name"))] = None,
    list_name: importing.ListOption = None,
    valid_from: Annotated[
        dt.datetime | None, typer.Option("--valid-from", formats=["%Y-%m-%d"], help=t("cli.area.valid_from"))
    ] = None,
    troubles: Annotated[Path | None, typer.Option("--troubles", help=t("cli.area.troubles"))] = None,
    rejects: importing.RejectsOption = None,
    dry_run: importing.DryRunOption = False,
    json: JsonFlag = False,
) -> None:
    """Import areas from any vector file."""
    if codes not in ("auto", "gb", "local"):
        raise typer.BadParameter(t("cli.area.codes"))
    source = Source(file, crs=crs, sheet=sheet, columns=importing.column_map(columns), local=True)
    request = AreaRequest(source, codes, repair, valid_from.date() if valid_from else None, list_name, name, dry_run)
    with database() as (db, caller), telling(json) as tell:
        found = areas.run(db, caller, request, tell)
    if troubles is not None and len(found.troubles):
        from gridsvc.io import writers

        writers.write(iter([found.troubles]), troubles, "troubles")
    path = importing.write_rejects(found, rejects or importing.rejects_path(file))
    if emit({**found.report(), "rejects_file": str(path) if path else None}, json):
        return
    _show(found)
    if path:
        say("import.rejects_file", path=str(path), n=found.counts["rejected"])
    if troubles is not None and len(found.troubles):
        say("area.troubles_file", path=str(troubles))


def _show(found: AreaOutcome) -> None:
    say("import.read_as", file=found.file, crs=found.crs, list=found.list_name)
    say("import.columns", columns="，".join(f"{f} ← {c}" for f, c in found.mapping.items()))
    if found.ignored:
        say("import.ignored", columns="、".join(found.ignored))
    if found.dropped:
        say("import.dropped", columns="、".join(found.dropped))
    c = found.counts
    say("area.counts", **{k: c[k] for k in ("rows", "new", "changed", "same", "rejected")})
    for reason, n in found.warnings.items():
        say(f"warning.{reason}", n=n)
    if found.invalid:
        table(
            [t("area.invalid.row"), t("area.invalid.name"), t("area.invalid.reason"), t("area.invalid.place")],
            [(d["row_no"], d["name"], d["reason"], f"{d['lon']} {d['lat']}") for d in found.invalid],
            t(
                "area.invalid.repaired" if found.invalid[0]["repaired"] else "area.invalid.left_out",
                n=len(found.invalid),
            ),
        )
    if len(found.troubles):
        _troubles(found)
    if any(found.reassigned.values()):
        say("area.reassigned", n=sum(found.reassigned.values()))
    if found.top:
        say("area.top", code=found.top)
    if found.dry_run:
        say("import.dry_run")


def _troubles(found: AreaOutcome) -> None:
    m2 = found.troubles["m2"]
    for kind in ("overlap", "hole"):
        of = m2[found.troubles["kind"] == kind]
        if len(of):
            say(
                f"area.{kind}s",
                n=len(of),
                large=int((of >= 1000).sum()),
                middle=int(((of >= 1) & (of < 1000)).sum()),
                m2=f"{of.sum():,.0f}",
            )
    rows = [(t(f"area.kind.{r.kind}"), f"{r.one} {r.one_name}", f"{r.other} {r.other_name}", f"{r.m2:,.1f}")
            for r in found.troubles.head(SHOWN).itertuples()]  # fmt: skip
    table(
        [t("area.kind"), t("area.one"), t("area.other"), "m²"], rows, t("area.troubles_head", n=len(rows)), right=(3,)
    )


@app.command("list", help=t("cli.area.list"))
def list_(
    inside: Annotated[str | None, typer.Argument(help=t("cli.option.area"))] = None, json: JsonFlag = False
) -> None:
    """Areas in force today."""
    with database() as (db, caller):
        rows = areas.listing(db, caller, inside)
    if not emit(rows, json):
        table(
            [t("area.code"), t("area.level"), t("area.name"), t("area.code_alt"), "km²", t("area.cells")],
            [
                (
                    r["code"],
                    t(f"level.{r['level']}"),
                    r["name"],
                    r["code_alt"] or "",
                    f"{r['area_m2'] / 1e6:,.3f}",
                    r["cells"],
                )
                for r in rows
            ],
            right=(4, 5),
        )


@app.command("recode", help=t("cli.area.recode"))
def recode(
    old: Annotated[str, typer.Argument(help=t("cli.area.recode.old"))],
    new: Annotated[str, typer.Argument(help=t("cli.area.recode.new"))],
    start: Annotated[dt.datetime, typer.Option("--from", formats=["%Y-%m-%d"], help=t("cli.area.recode.from"))],
    json: JsonFlag = False,
) -> None:
    """Give an area another number, with everything in it."""
    from gridsvc.services import recoding

    with database() as (db, caller), telling(json) as tell:
        done = recoding.recode(db, caller, old, new, start.date(), tell)
    emit(done, json) or say("area.recoded", old=done.old, new=done.new, areas=done.areas, cells=done.cells,
                            records=done.records)  # fmt: skip
