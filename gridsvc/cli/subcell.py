"""``gridsvc subcell …``: subcells (微网格) proposed, kept, listed, named."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from gridsvc.cli.common import JsonFlag, database, emit, say, table, telling
from gridsvc.text import t

app = typer.Typer(help=t("cli.subcell"), no_args_is_help=True)
WhereArgument = Annotated[str, typer.Argument(help=t("cli.subcell.where"))]


@app.command("propose", help=t("cli.subcell.propose"))
def propose(
    where: WhereArgument,
    target: Annotated[float | None, typer.Option("--target", help=t("cli.subcell.target"))] = None,
    by: Annotated[str, typer.Option("--by", help=t("cli.subcell.by"))] = "units",
    keep: Annotated[bool, typer.Option("--keep", help=t("cli.subcell.keep"))] = False,
    output: Annotated[Path | None, typer.Option("-o", "--output", help=t("cli.subcell.output"))] = None,
    json: JsonFlag = False,
) -> None:
    """Make subcells of a cell, or of every cell of an area."""
    from gridsvc.domain.sheets import plain_rows
    from gridsvc.io import writers
    from gridsvc.services import subcells

    with database() as (db, caller), telling(json) as tell:
        found = subcells.propose(db, caller, where, target=target, by=by, keep=keep, progress=tell)
    if output is not None:
        writers.write(iter([found.members]), output, "subcells")
    rows = plain_rows(found.subcells)
    if emit({"kept": found.kept, "subcells": rows}, json):
        return
    table(
        [t(f"subcell.{c}") for c in ("code", "buildings", "units", "load")],
        [(r["code"], r["buildings"], r["units"], f"{r['load']:,.0f}") for r in rows], right=(1, 2, 3),
    )  # fmt: skip
    say("subcell.kept" if keep else "subcell.proposed", n=len(rows))
    if output is not None:
        say("export.done", n=len(found.members), path=str(output))


@app.command("list", help=t("cli.subcell.list"))
def list_(where: WhereArgument, json: JsonFlag = False) -> None:
    """Subcells in use."""
    from gridsvc.services import subcells

    with database() as (db, caller):
        rows = subcells.listing(db, caller, where)
    if not emit(rows, json):
        table(
            [t(f"subcell.{c}") for c in ("code", "name", "buildings", "units", "load", "posts")],
            [(r["code"], r["name"], r["buildings"], r["units"], f"{r['households']:,.0f}",
              "、".join(p["name"] for p in r["posts"] or [])) for r in rows], right=(2, 3, 4),
        )  # fmt: skip


@app.command("rename", help=t("cli.subcell.rename"))
def rename(
    code: Annotated[str, typer.Argument(help=t("subcell.code"))],
    name: Annotated[str, typer.Argument(help=t("subcell.name"))], json: JsonFlag = False,
) -> None:  # fmt: skip
    """Give a subcell another name."""
    from gridsvc.services import subcells

    with database() as (db, caller):
        subcells.rename(db, caller, code, name)
    emit({"code": code, "name": name}, json) or say("subcell.renamed", code=code, name=name)
