"""``gridsvc code …``: the code tables that records are described with."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from gridsvc.cli.common import JsonFlag, database, emit, say, table
from gridsvc.services import codelists
from gridsvc.text import t

if TYPE_CHECKING:
    from gridsvc.store.pool import Row

app = typer.Typer(help=t("cli.code"), no_args_is_help=True)
ListArgument = Annotated[str, typer.Argument(help=t("cli.code.which"))]
CodeArgument = Annotated[str, typer.Argument(help=t("cli.code.code"))]


@app.command("list", help=t("cli.code.list"))
def list_(
    name: Annotated[str | None, typer.Argument(help=t("cli.code.which"))] = None, json: JsonFlag = False
) -> None:
    """Entries of one list, or of all."""
    with database() as (db, caller):
        rows = codelists.listing(db, caller, name)
    if not emit(rows, json):
        head = [t(f"code.column.{c}") for c in ("list", "code", "name", "name_en", "aliases", "says", "origin")]
        shown = [r for r in rows if not r["retired"]]
        table(head, [(r["list"], r["code"], r["name"], r["name_en"] or "", "、".join(r["aliases"]), _says(r),
                      r["origin"] or "") for r in shown])  # fmt: skip


def _says(row: Row) -> str:
    """What comes of an outcome of visits."""
    if row["list"] != codelists.OUTCOMES:
        return ""
    return row["consequence"] or t("page.yes" if row["counts"] else "page.no")


@app.command("add", help=t("cli.code.add"))
def add(
    name: ListArgument,
    code: CodeArgument,
    word: Annotated[str, typer.Argument(help=t("cli.code.name"))],
    english: Annotated[str | None, typer.Option("--english", help=t("cli.code.english"))] = None,
    alias: Annotated[list[str], typer.Option("--alias", help=t("cli.code.alias"))] = [],  # noqa: B006
    counts: Annotated[bool, typer.Option("--counts/--no-counts", help=t("cli.code.counts"))] = True,
    consequence: Annotated[str | None, typer.Option("--consequence", help=t("cli.code.consequence"))] = None,
    json: JsonFlag = False,
) -> None:
    """Add an entry of the installation's own."""
    with database() as (db, caller):
        done = codelists.add(db, caller, name, code, word, english=english, aliases=tuple(alias), counts=counts,
                             consequence=consequence)  # fmt: skip
    emit(done, json) or say("code.added", list=name, code=code, name=word)


@app.command("retire", help=t("cli.code.retire"))
def retire(
    name: ListArgument,
    code: CodeArgument,
    undo: Annotated[bool, typer.Option("--undo", help=t("cli.code.undo"))] = False,
    json: JsonFlag = False,
) -> None:
    """Offer an entry no more, or again."""
    with database() as (db, caller):
        codelists.retire(db, caller, name, code, retired=not undo)
    emit({"list": name, "code": code, "retired": not undo}, json) or say("code.retired", list=name, code=code)
