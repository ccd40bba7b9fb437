"""``gridsvc rule …``: rules of visiting and patrolling."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from gridsvc.cli.common import AreaOption, JsonFlag, database, emit, say, table
from gridsvc.services import rules
from gridsvc.text import t

app = typer.Typer(help=t("cli.rule"), no_args_is_help=True)
CodeArgument = Annotated[str, typer.Argument(help=t("cli.rule.code"))]
FromOption = Annotated[str | None, typer.Option("--from", help=t("cli.rule.from"))]


@app.command("list", help=t("cli.rule.list"))
def list_(
    area: AreaOption = None,
    every: Annotated[bool, typer.Option("--every", help=t("cli.rule.every"))] = False,
    json: JsonFlag = False,
) -> None:
    """The rules that hold today, or every version of them."""
    with database() as (db, caller):
        rows = rules.listing(db, caller, area=area, every=every, planned=True)
    if not emit(rows, json):
        head = [
            t(f"rule.column.{c}")
            for c in ("code", "area", "name", "period", "amount", "rate", "valid_from", "origin")
        ]
        table(head, [(r["code"], r["area"] or "", r["name"], told(r), f"{r['amount']} {t('rule.' + r['measure'])}",
                      f"{r['rate']:.0%}", str(r["valid_from"]), r["origin"]) for r in rows])  # fmt: skip


@app.command("set", help=t("cli.rule.set"))
def set_(
    code: CodeArgument,
    fields: Annotated[list[str], typer.Argument(help=t("cli.rule.fields"))],
    area: AreaOption = None,
    day: FromOption = None,
    json: JsonFlag = False,
) -> None:
    """A new rule, or a new version of one, from a day on."""
    with database() as (db, caller):
        done = rules.change(db, caller, code, rules.fields_of(fields), area=area, day=rules.day_of(day))
    if not emit(done, json):
        _saved("rule.saved", done)


@app.command("retire", help=t("cli.rule.retire"))
def retire(code: CodeArgument, area: AreaOption = None, day: FromOption = None, json: JsonFlag = False) -> None:
    """A rule holds no more from a day on."""
    with database() as (db, caller):
        done = rules.retire(db, caller, code, area=area, day=rules.day_of(day))
    if not emit(done, json):
        _saved("rule.retired", done)


@app.command("withdraw", help=t("cli.rule.withdraw"))
def withdraw(code: CodeArgument, area: AreaOption = None, json: JsonFlag = False) -> None:
    """A version that was planned for a day to come is taken back."""
    with database() as (db, caller):
        done = rules.withdraw(db, caller, code, area=area)
    emit(done, json) or say("rule.withdrawn", code=done["code"], version=done["version"], day=done["valid_from"])


def _saved(what: str, done: dict[str, Any]) -> None:
    """Say what was written, and whether days that are past are counted otherwise now."""
    say(what, code=done["code"], version=done["version"], day=done["valid_from"])
    if done["back"]:
        say("rule.back", day=done["valid_from"])


def told(row: dict[str, object]) -> str:
    """The windows of a rule in words."""
    return t(f"rule.period.{row['period']}", n=row["every"], holidays="、".join(row["holidays"]))  # type: ignore[arg-type]
