"""``gridsvc token …``."""

from __future__ import annotations

from typing import Annotated

import typer

from gridsvc.cli.common import JsonFlag, database, emit, say
from gridsvc.services import auth
from gridsvc.text import t

app = typer.Typer(help=t("cli.token"), no_args_is_help=True)


@app.command("create", help=t("cli.token.create"))
def create(
    login: Annotated[str, typer.Argument(help=t("cli.user.login"))],
    name: Annotated[str, typer.Option("--name", help=t("cli.token.name"))] = "cli",
    days: Annotated[int, typer.Option("--days", help=t("cli.token.days"))] = 90,
    json: JsonFlag = False,
) -> None:
    """A token for a script or notebook; it is shown once."""
    with database() as (db, caller):
        number, token = auth.create_token(db, caller, name, days, login)
    emit({"id": number, "token": token}, json) or say("token.created", id=number, token=token)


@app.command("revoke", help=t("cli.token.revoke"))
def revoke(number: Annotated[int, typer.Argument(help=t("cli.token.number"))], json: JsonFlag = False) -> None:
    """Take a token back."""
    with database() as (db, caller):
        auth.revoke_token(db, caller, number, anybody=True)
    emit({"revoked": number}, json) or say("token.revoked", id=number)
