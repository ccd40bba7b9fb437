"""``gridsvc crs …``: coordinates of files converted and diagnosed."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from gridsvc.cli.common import JsonFlag, database, emit, say, table, telling
from gridsvc.cli.importing import MapOption, SheetOption, column_map
from gridsvc.text import t

if TYPE_CHECKING:
    from gridsvc.domain.diagnosis import Diagnosis

app = typer.Typer(help=t("cli.crs"), no_args_is_help=True)

FileArgument = Annotated[Path, typer.Argument(help=t("cli.crs.file"))]


@app.callback()
def main() -> None:
    """Coordinates."""


@app.command("convert", help=t("cli.crs.convert"))
def convert(
    file: FileArgument,
    source: Annotated[str, typer.Option("--from", help=t("cli.crs.from"))],
    output: Annotated[Path, typer.Option("-o", "--output", help=t("cli.crs.output"))],
    target: Annotated[str, typer.Option("--to", help=t("cli.crs.to"))] = "wgs84",
    columns: MapOption = [],  # noqa: B006 - typer wants a default
    sheet: SheetOption = None,
    json: JsonFlag = False,
) -> None:
    """Write a file anew in another system."""
    from gridsvc.services import coordinates

    with telling(json) as tell:
        done = coordinates.convert(file, source, target, output, tell, sheet, column_map(columns))
    emit(done, json) or say("crs.converted", rows=done.rows, moved=done.moved, metres=f"{done.metres:,.0f}",
                            missing=done.missing, output=done.output)  # fmt: skip


@app.command("diagnose", help=t("cli.crs.diagnose"))
def diagnose(
    file: FileArgument,
    against: Annotated[Path | None, typer.Option("--against", help=t("cli.crs.against"))] = None,
    columns: MapOption = [],  # noqa: B006
    sheet: SheetOption = None,
    json: JsonFlag = False,
) -> None:
    """Tell which system a file is in."""
    from gridsvc.services import coordinates

    if against is not None:
        found = coordinates.diagnose(file, against, sheet, column_map(columns))
    else:
        with database() as (db, caller):
            found = coordinates.diagnose_here(db, caller, file, sheet, column_map(columns))
    emit(found, json) or show(found, str(file))


def show(found: Diagnosis, file: str) -> bool:
    """The readings as a table, and what to do."""
    head = [t(f"crs.head.{name}") for name in ("system", "axes", "inside", "metres", "hits")]
    rows = [
        [
            reading.name,
            t("crs.axes.swapped" if reading.swapped else "crs.axes.straight"),
            "–" if reading.inside is None else f"{reading.inside:.1%}",
            "–" if reading.metres is None else _metres(reading.metres),
            "–" if reading.hits is None else f"{reading.hits:.1%}",
        ]
        for reading in found.readings
    ]
    table(head, rows, title=t("crs.title", points=found.points), right=(2, 3, 4))
    from gridsvc.domain.diagnosis import FAR

    best = found.best
    if not found.points:
        return say("crs.nothing")
    if not found.certain and not best.inside and (best.metres is None or best.metres > FAR):
        return say("crs.none_fits")
    say("crs.certain" if found.certain else "crs.uncertain", name=best.name,
        axes=t("crs.axes.swapped" if best.swapped else "crs.axes.straight"))  # fmt: skip
    if best.swapped:
        return say("crs.do.swap")
    if best.system != "wgs84":
        return say("crs.do.convert", file=file, system=best.system)
    return True


def _metres(value: float) -> str:
    return "> 5 km" if value > 5000 else f"{value:,.0f}"
