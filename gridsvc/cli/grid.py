"""``gridsvc grid …``: divide, import, check, publish, look."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from gridsvc.cli import gridedit, gridlife
from gridsvc.cli.common import JsonFlag, console, emit, say, table, telling
from gridsvc.domain.recipe import METHODS, Recipe
from gridsvc.errors import InputError
from gridsvc.io import prefork
from gridsvc.text import t

if TYPE_CHECKING:
    import geopandas as gpd

    from gridsvc.services.dividing import Wish
    from gridsvc.services.filedividing import Files

app = typer.Typer(help=t("cli.grid"), no_args_is_help=True)
BuildingsOption = Annotated[Path | None, typer.Option("--buildings", help=t("cli.grid.buildings"))]
BarriersOption = Annotated[list[str], typer.Option("--barriers", help=t("cli.grid.barriers"))]
WeightOption = Annotated[str | None, typer.Option("--weight", help=t("cli.grid.weight"))]
app.registered_commands += [*gridedit.app.registered_commands, *gridlife.app.registered_commands]
FIGURES = ("cells", "load_mean", "load_min", "load_max", "load_cv", "empty", "gap_m2", "overlap_m2", "cut",
           "disconnected", "compactness")  # fmt: skip


@app.command("divide", help=t("cli.grid.divide"))
def divide(
    area: Annotated[str | None, typer.Argument(help=t("cli.option.area"))] = None,
    aoi: Annotated[Path | None, typer.Option("--aoi", help=t("cli.grid.aoi"))] = None,
    buildings: BuildingsOption = None,
    barriers: BarriersOption = [],  # noqa: B006
    method: Annotated[str, typer.Option("--method", help=t("cli.grid.method", methods="|".join(METHODS)))] = "",
    size: Annotated[float | None, typer.Option("--size", help=t("cli.grid.size"))] = None,
    resolution: Annotated[int | None, typer.Option("--resolution", help=t("cli.grid.resolution"))] = None,
    target: Annotated[float | None, typer.Option("--target", help=t("cli.grid.target"))] = None,
    cells: Annotated[int | None, typer.Option("--cells", help=t("cli.grid.cells"))] = None,
    least: Annotated[float | None, typer.Option("--min", help=t("cli.grid.min"))] = None,
    most: Annotated[float | None, typer.Option("--max", help=t("cli.grid.max"))] = None,
    tolerance: Annotated[float, typer.Option("--tolerance", help=t("cli.grid.tolerance"))] = 0.1,
    weight: WeightOption = None,
    strengths: Annotated[list[str], typer.Option("--strength", help=t("cli.grid.strength"))] = [],  # noqa: B006
    together: Annotated[str | None, typer.Option("--keep-together", help=t("cli.grid.together"))] = None,
    previous: Annotated[str | None, typer.Option("--previous", help=t("cli.grid.previous"))] = None,
    seed: Annotated[int, typer.Option("--seed", help=t("cli.grid.seed"))] = 1,
    name: Annotated[str | None, typer.Option("--name", help=t("cli.grid.name"))] = None,
    output: Annotated[Path | None, typer.Option("-o", "--output", help=t("cli.grid.output"))] = None,
    assigned: Annotated[Path | None, typer.Option("--assigned", help=t("cli.grid.assigned"))] = None,
    json: JsonFlag = False,
) -> None:
    """Draft a division of an area, or divide files without a database."""
    if (area is None) == (aoi is None):
        raise InputError("grid.area_or_aoi")
    limits: dict[str, Any] = {"tolerance": tolerance, "least": least, "most": most, "seed": seed}
    rules = dict(_pair(s) for s in strengths)
    if aoi is not None:
        if output is None:
            raise InputError("grid.output_needed")
        recipe = Recipe(method, size, resolution, target, cells, **limits)
        prefork.warm()
        from gridsvc.services.filedividing import Files

        old = Path(previous) if previous else None
        files = Files(aoi, buildings, tuple(barriers), weight or "buildings", together, old, rules)
        _divide_files(files, recipe, output, assigned, json)
        return
    if previous not in (None, "current"):
        raise InputError("grid.previous_current", value=previous)
    from gridsvc.services.dividing import Wish

    sized = bool(method) or any(v is not None for v in (size, resolution, target, cells))
    chosen = Recipe(method, size, resolution, target, cells, **limits) if sized else None
    wish = Wish(chosen, limits, weight, name, together != "none", previous == "current", rules)
    _draft_area(str(area), wish, output, json)


def _draft_area(area: str, wish: Wish, output: Path | None, json: bool) -> None:
    from gridsvc.cli.common import database
    from gridsvc.services import dividing, reports

    with database() as (db, caller), telling(json) as tell:
        drafts = dividing.divide(db, caller, area, wish, progress=tell)
        if output is not None:
            for d in drafts:
                reports.division_file(db, caller, d.division_id, _numbered(output, d.area_code, len(drafts)))
    if not emit(drafts, json):
        _show_figures([(d.division_id, f"{d.area_code} {d.area_name}", d.figures) for d in drafts])
        say("grid.drafted", n=len(drafts), area=area)


def _pair(text: str) -> tuple[str, str]:
    name, _, value = text.partition("=")
    return name.strip().lower(), value.strip()


def _numbered(path: Path, code: str, n: int) -> Path:
    return path if n == 1 else path.with_name(f"{path.stem}-{code}{path.suffix}")


def _divide_files(files: Files, recipe: Recipe, output: Path, assigned: Path | None, json: bool) -> None:
    from gridsvc.io import writers
    from gridsvc.services import filedividing

    begun = time.monotonic()
    done = filedividing.divide(files, recipe)
    if done.buildings is None and not json:
        say("grid.no_buildings")
    writers.write(iter([done.cells]), output, "cells")
    if assigned is not None and done.buildings is not None:
        writers.write(iter([done.buildings]), assigned, "buildings")
    figures = {**done.figures, "seconds": round(time.monotonic() - begun, 2)}
    if not emit({"file": str(output), **figures}, json):
        _show_figures([("", files.aoi.name, figures)])
        if figures["outside"] or figures.get("across"):
            say("grid.outside", outside=figures["outside"], across=figures.get("across", 0))
        say("export.done", n=len(done.cells), path=str(output))


def _show_figures(rows: list[tuple[Any, str, dict[str, Any]]]) -> None:
    head = [t("grid.number"), t("grid.area"), *(t(f"grid.figure.{f}") for f in FIGURES)]
    body = [(str(n), a, *(_short(f.get(k)) for k in FIGURES)) for n, a, f in rows]
    if len(body) == 1:  # one division reads better downwards
        table([t("grid.figure"), t("grid.value")], zip(head, body[0], strict=True), right=(1,))
    else:
        table(head, body, right=tuple(range(2, len(head))))


def _short(value: Any) -> str:
    return (
        "" if value is None else f"{value:,.2f}".rstrip("0").rstrip(".") if isinstance(value, float) else f"{value:,}"
    )


@app.command("import", help=t("cli.grid.import"))
def import_(
    file: Annotated[Path, typer.Argument(help=t("cli.option.file"))],
    area: Annotated[str | None, typer.Option("--area", help=t("cli.option.area"))] = None,
    crs: Annotated[str, typer.Option("--crs", help=t("cli.option.crs"))] = "auto",
    columns: Annotated[list[str], typer.Option("--map", help=t("cli.option.map"))] = [],  # noqa: B006
    name: Annotated[str | None, typer.Option("--name", help=t("cli.grid.name"))] = None,
    special: Annotated[bool, typer.Option("--special", help=t("cli.grid.special"))] = False,
    kind: Annotated[str | None, typer.Option("--kind", help=t("cli.grid.special.kind"))] = None,
    replaces: Annotated[int | None, typer.Option("--replaces", help=t("cli.grid.special.replaces"))] = None,
    json: JsonFlag = False,
) -> None:
    """Draft divisions from cells drawn elsewhere."""
    from gridsvc.cli.common import database
    from gridsvc.cli.importing import column_map
    from gridsvc.domain.sheets import plain_rows
    from gridsvc.services import divisions
    from gridsvc.services import special as specials
    from gridsvc.services.filein import Source

    if special and area is None:
        raise InputError("special.area")
    if not special and (kind is not None or replaces is not None):
        raise InputError("special.option")
    source = Source(file, crs=crs, columns=column_map(columns), local=True)
    with database() as (db, caller), telling(json) as tell:
        if special:
            how: Any = {"kind": kind, "name": name, "replaces": replaces}
            draft, rejects = specials.import_cells(db, caller, source, str(area), **how, progress=tell)
            drafts = [draft]
        else:
            drafts, rejects = divisions.import_cells(db, caller, source, area=area, name=name, progress=tell)
    if not emit({"drafts": drafts, "rejects": plain_rows(rejects)}, json):
        _show_figures([(d.division_id, f"{d.area_code} {d.area_name}", d.figures) for d in drafts])
        for r in rejects.itertuples():
            console.print(f"  ✗ {r.row_no}: {t(f'reject.{r.reason}')} {r.value}", markup=False)
        if special:
            say("grid.drafted_special", id=drafts[0].division_id)
        else:
            say("grid.drafted", n=len(drafts), area=area or "")


@app.command("check", help=t("cli.grid.check"))
def check(
    division: Annotated[str, typer.Argument(help=t("cli.grid.check.what"))],
    aoi: Annotated[Path | None, typer.Option("--aoi", help=t("cli.grid.aoi"))] = None,
    buildings: BuildingsOption = None,
    barriers: BarriersOption = [],  # noqa: B006
    weight: WeightOption = None,
    output: Annotated[Path | None, typer.Option("-o", "--output", help=t("cli.grid.check.output"))] = None,
    json: JsonFlag = False,
) -> None:
    """Prove a division: by number, by area, or from files; exit status 1 when something is off."""
    begun = time.monotonic()
    if aoi is not None:
        prefork.warm()
        from gridsvc.services import filedividing

        files = filedividing.Files(aoi, buildings, tuple(barriers), weight or "buildings")
        checked = [(Path(division).name, filedividing.check(Path(division), files))]
    else:
        checked = _check_stored(division)
    figures: dict[str, Any] = {}
    troubles: list[gpd.GeoDataFrame] = []
    clean = True
    for label, one in checked:
        figures[label] = one.figures | {"seconds": round(time.monotonic() - begun, 2)}
        troubles.append(one.troubles.assign(division=label))
        clean = clean and one.clean
    if output is not None:
        _write_troubles(troubles, output)
    alone = next(iter(figures.values())) if len(figures) == 1 else {}
    if not emit({"clean": clean, **alone, "divisions": figures}, json):
        for label, one in checked:
            mark = "[green]✓[/]" if one.clean else "[red]✗[/]"
            console.print(f"{mark} {label}")
            table(
                [t("grid.figure"), t("grid.value")],
                [(t(f"grid.figure.{k}"), _exact(v)) for k, v in one.figures.items()],
                right=(1,),
            )
            shown = one.troubles if one.cuts_count else one.troubles[one.troubles["kind"] != "cut_building"]
            for r in shown.head(20).itertuples():
                console.print(f"  {t(f'grid.trouble.{r.kind}')} {r.code} {r.other} {r.m2:,.2f} m²", markup=False)
    if not clean:
        raise typer.Exit(1)


def _exact(value: float | int) -> str:
    return (
        f"{value:.3g}"
        if isinstance(value, float) and abs(value) < 1 and value
        else f"{value:,.2f}"
        if isinstance(value, float)
        else f"{value:,}"
    )


def _write_troubles(parts: list[gpd.GeoDataFrame], output: Path) -> None:
    import geopandas as gpd
    import pandas as pd

    from gridsvc.io import writers

    frame = gpd.GeoDataFrame(pd.concat(parts, ignore_index=True), geometry="geometry", crs=4326)
    writers.write(iter([frame]), output, "troubles")


def _check_stored(wanted: str) -> list[tuple[str, Any]]:
    from gridsvc.cli.common import database
    from gridsvc.services import divisions

    with database() as (db, caller):
        if wanted.isdigit() and len(wanted) < 6:
            numbers = [int(wanted)]
        else:
            rows = [
                r
                for s in ("published", "draft")
                for r in divisions.listing(db, caller, area=wanted, status=s, most=1000)
            ]
            newest: dict[str, int] = {}
            for r in rows:
                newest.setdefault(r["area_code"], r["id"])
            numbers = sorted(newest.values())
        if not numbers:
            raise InputError("grid.nothing_to_check", area=wanted)
        out = []
        for n in numbers:
            row = divisions.one(db, caller, n)
            state = t(f"status.{row['status']}")
            label = f"#{n} {row['area_code']} {row['area_name'] or ''} ({state})"
            out.append((label, divisions.check(db, caller, n)))
        return out


@app.command("report", help=t("cli.grid.report"))
def report(
    area: Annotated[str, typer.Argument(help=t("cli.option.area"))],
    output: Annotated[Path, typer.Option("-o", "--output", help=t("cli.grid.report.output"))],
    maker: Annotated[str, typer.Option("--maker", help=t("cli.grid.report.maker"))] = "",
    json: JsonFlag = False,
) -> None:
    """The table, the map and the signs of a division in force."""
    from gridsvc.cli.common import database
    from gridsvc.services import gridreport
    from gridsvc.settings import settings

    own = settings()
    with database() as (db, caller), telling(json) as tell:
        done = gridreport.write(
            db, caller, area, output, maker=maker or own.maker, permit=own.map_permit, link=own.address, progress=tell
        )
    if not emit(done, json):
        for file in done.files:
            say("export.file", path=file)
        say("grid.reported", cells=done.cells, named=done.sides_named)


@app.command("list", help=t("cli.grid.list"))
def list_(
    area: Annotated[str | None, typer.Argument(help=t("cli.option.area"))] = None, json: JsonFlag = False
) -> None:
    """Divisions, the newest first."""
    from gridsvc.cli.common import database
    from gridsvc.services import divisions

    with database() as (db, caller):
        rows = divisions.listing(db, caller, area=area)
    if not emit(rows, json):
        table(
            [
                t("grid.number"),
                t("grid.area"),
                t("grid.title"),
                t("grid.status"),
                t("grid.valid_from"),
                t("grid.figure.cells"),
            ],
            [
                (
                    str(r["id"]),
                    f"{r['area_code']} {r['area_name'] or ''}",
                    r["name"],
                    t(f"status.{r['status']}"),
                    str(r["valid_from"] or ""),
                    r["cells"],
                )
                for r in rows
            ],
            right=(5,),
        )


@app.command("export", help=t("cli.grid.export"))
def export(
    division: Annotated[int, typer.Argument(help=t("cli.grid.number"))],
    output: Annotated[Path, typer.Option("-o", "--output", help=t("cli.grid.output"))],
    json: JsonFlag = False,
) -> None:
    """The cells of a division as a map (.html) or as data."""
    from gridsvc.cli.common import database
    from gridsvc.services import reports

    with database() as (db, caller):
        row = reports.division_file(db, caller, division, output)
    emit({"file": str(output), "cells": row["cells"]}, json) or say("export.done", n=row["cells"], path=str(output))


@app.command("discard", help=t("cli.grid.discard"))
def discard(division: Annotated[int, typer.Argument(help=t("cli.grid.number"))], json: JsonFlag = False) -> None:
    """Throw a draft away."""
    from gridsvc.cli.common import database
    from gridsvc.services import divisions

    with database() as (db, caller):
        divisions.discard(db, caller, division)
    emit({"discarded": division}, json) or say("grid.discarded", id=division)
