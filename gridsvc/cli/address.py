"""``gridsvc address …``: addresses read and compared; no database is needed."""

from __future__ import annotations

import io
import json as jsonlib
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from gridsvc.cli import addressbase
from gridsvc.cli.common import JsonFlag, database, emit, say, table
from gridsvc.text import t

if TYPE_CHECKING:
    from collections.abc import Iterator

app = typer.Typer(help=t("cli.address"), no_args_is_help=True)

_SHOWN = 20  # lines without a tab that are named one by one
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
    from gridsvc.services import addresses

    pairs, wrong = [], []
    for number, line in enumerate(lines(file), start=1):
        left, tab, right = line.partition("\t")
        if not tab:
            wrong.append((number, line[:40]))
        pairs.append((left, right.split("\t")[0]))
    bad = {number for number, _ in wrong}
    for number, pair in enumerate(addresses.compare(pairs, workers=len(os.sched_getaffinity(0))), start=1):
        sys.stdout.write("\n" if number in bad else f"{pair.score:.3f}\t{pair.level}\n")
    sys.stdout.flush()
    for number, text in wrong[:_SHOWN]:
        typer.echo(t("address.no_tab", line=number, value=text), err=True)
    if wrong:
        typer.echo(t("address.no_tab.remedy", count=len(wrong)), err=True)
        raise typer.Exit(1)


alias = typer.Typer(help=t("cli.address.alias"), no_args_is_help=True)
app.add_typer(alias, name="alias")


@alias.command("add", help=t("cli.address.alias.add"))
def alias_add(
    name: Annotated[str, typer.Argument(help=t("cli.address.alias.name"))],
    address: Annotated[str | None, typer.Option("--address", help=t("cli.address.alias.address"))] = None,
    lon: Annotated[float | None, typer.Option("--lon", help=t("cli.address.alias.lon"))] = None,
    lat: Annotated[float | None, typer.Option("--lat", help=t("cli.address.alias.lat"))] = None,
    json: JsonFlag = False,
) -> None:
    """Teach a name of a place."""
    from gridsvc.services import aliases

    with database() as (db, caller):
        done = aliases.add(db, caller, name, address=address, lon=lon, lat=lat)
    emit(done, json) or say("alias.added", name=done["name"], target=done["target"], id=done["id"])


@alias.command("list", help=t("cli.address.alias.list"))
def alias_list(json: JsonFlag = False) -> None:
    """All names that were taught."""
    from gridsvc.services import aliases

    with database() as (db, caller):
        rows = aliases.every(db, caller)
    if not emit(rows, json):
        head = [t("alias.head.id"), t("alias.head.name"), t("alias.head.target"), t("alias.head.by")]
        table(head, [[r["id"], r["name"], r["target"], r["by_name"]] for r in rows])


@alias.command("remove", help=t("cli.address.alias.remove"))
def alias_remove(
    number: Annotated[int, typer.Argument(help=t("cli.address.alias.number"))], json: JsonFlag = False
) -> None:
    """Take a name away."""
    from gridsvc.services import aliases

    with database() as (db, caller):
        gone = aliases.remove(db, caller, number)
    emit(gone, json) or say("alias.removed", name=gone["name"])


def lines(file: Path) -> Iterator[str]:
    """The lines of a file in UTF-8 or GB18030, or of what is piped in; empty ones are kept."""
    from gridsvc.services import addresses

    if str(file) == "-":
        piped = io.TextIOWrapper(sys.stdin.buffer, encoding="utf-8-sig", errors="replace")
        yield from (line.rstrip("\r\n") for line in piped)
        return
    yield from addresses.lines(file)


for _name, _command in (
    ("build", addressbase.build), ("waiting", addressbase.waiting), ("place", addressbase.place),
    ("questions", addressbase.questions), ("decide", addressbase.decide),
    ("reopen", addressbase.reopen),
):  # fmt: skip
    app.command(_name, help=t(f"cli.address.{_name}"))(_command)
