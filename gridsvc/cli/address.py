"""``gridsvc address …``: addresses read and compared; no database is needed."""

from __future__ import annotations

import io
import json as jsonlib
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from gridsvc.text import t

if TYPE_CHECKING:
    from collections.abc import Iterator

app = typer.Typer(help=t("cli.address"), no_args_is_help=True)

HomeOption = Annotated[str, typer.Option("--home", help=t("cli.address.home"))]
FileArgument = Annotated[Path, typer.Argument(help=t("cli.address.file"))]


@app.callback()
def main() -> None:
    """Addresses."""


@app.command("parse", help=t("cli.address.parse"))
def parse(file: FileArgument = Path("-"), home: HomeOption = "") -> None:
    """One address a line in, one JSON object a line out."""
    from gridsvc.services import addresses

    for parsed in addresses.parse(lines(file), home):
        sys.stdout.write(jsonlib.dumps(parsed.as_json(), ensure_ascii=False) + "\n")


@app.command("compare", help=t("cli.address.compare"))
def compare(file: FileArgument = Path("-")) -> None:
    """Two addresses a line with a tab between them in, score and level out."""
    from gridsvc.errors import InputError
    from gridsvc.services import addresses

    pairs = []
    for number, line in enumerate(lines(file), start=1):
        left, tab, right = line.partition("\t")
        if not tab:
            raise InputError("address.no_tab", file=str(file), line=number, value=line[:40])
        pairs.append((left, right.split("\t")[0]))
    for pair in addresses.compare(pairs):
        sys.stdout.write(f"{pair.score:.3f}\t{pair.level}\n")


def lines(file: Path) -> Iterator[str]:
    """The lines of a file in UTF-8 or GB18030, or of what is piped in; empty ones are kept."""
    from gridsvc.services import addresses

    if str(file) == "-":
        piped = io.TextIOWrapper(sys.stdin.buffer, encoding="utf-8-sig", errors="replace")
        yield from (line.rstrip("\r\n") for line in piped)
        return
    yield from addresses.lines(file)
