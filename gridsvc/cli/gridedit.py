"""``gridsvc grid split|merge|move-border|renumber``: drafts corrected by hand."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from gridsvc.cli.common import JsonFlag, database, emit, say
from gridsvc.errors import InputError
from gridsvc.text import t

if TYPE_CHECKING:
    from collections.abc import Iterator

    import shapely

    from gridsvc.services.editing import Edited

app = typer.Typer()
CellArgument = Annotated[str, typer.Argument(help=t("cli.grid.cell"))]
LineOption = Annotated[Path, typer.Option("--line", help=t("cli.grid.line"))]
TroubleOption = Annotated[Path | None, typer.Option("--trouble", help=t("cli.grid.trouble"))]


@app.command("split", help=t("cli.grid.split"))
def split(cell: CellArgument, line: LineOption, trouble: TroubleOption = None, json: JsonFlag = False) -> None:
    """Cut a cell in two along the line in a file."""
    from gridsvc.services import editing

    drawn = _line(line)
    with database() as (db, caller), _map(trouble):
        number, ordinal = editing.find(db, caller, cell)
        _said(editing.split(db, caller, number, ordinal, drawn), json)


@app.command("merge", help=t("cli.grid.merge"))
def merge(
    cells: Annotated[list[str], typer.Argument(help=t("cli.grid.cells_of"))],
    trouble: TroubleOption = None, json: JsonFlag = False,
) -> None:  # fmt: skip
    """Join neighbouring cells."""
    from gridsvc.services import editing

    with database() as (db, caller), _map(trouble):
        found = [editing.find(db, caller, c) for c in cells]
        _same(found)
        _said(editing.merge(db, caller, found[0][0], [o for _, o in found]), json)


@app.command("move-border", help=t("cli.grid.move_border"))
def move_border(
    one: CellArgument, two: CellArgument, line: LineOption, trouble: TroubleOption = None, json: JsonFlag = False
) -> None:
    """Draw the border between two neighbours anew."""
    from gridsvc.services import editing

    drawn = _line(line)
    with database() as (db, caller), _map(trouble):
        found = [editing.find(db, caller, c) for c in (one, two)]
        _same(found)
        _said(editing.move_border(db, caller, found[0][0], found[0][1], found[1][1], drawn), json)


@app.command("renumber", help=t("cli.grid.renumber"))
def renumber(division: Annotated[int, typer.Argument(help=t("cli.grid.number"))], json: JsonFlag = False) -> None:
    """Numbers in reading order again, in a first draft."""
    from gridsvc.services import editing

    with database() as (db, caller):
        _said(editing.renumber(db, caller, division), json)


def _same(found: list[tuple[int, int]]) -> None:
    if len({d for d, _ in found}) > 1:
        raise InputError("division.one_division")


def _line(path: Path) -> shapely.Geometry:
    """The first line of a file."""
    import numpy as np

    from gridsvc.domain import barriers
    from gridsvc.services import vectorfile

    lines = barriers.lines_of(np.asarray(vectorfile.shapes(path).geometry, dtype=object))
    if not len(lines):
        raise InputError("division.line")
    return lines[0]


def _said(done: Edited, json: bool) -> None:
    emit(done, json) or say("grid.edited", id=done.division_id, cells=done.cells)


@contextmanager
def _map(path: Path | None) -> Iterator[None]:
    """A refused change leaves its map of the trouble in a file."""
    from gridsvc.domain.editing import EditError

    try:
        yield
    except EditError as told:
        if path is not None:
            from gridsvc.io import writers

            writers.write(iter([told.trouble]), path, "trouble")
            say("grid.trouble_written", path=str(path))
        raise
