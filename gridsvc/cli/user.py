"""``gridsvc user …``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from gridsvc.cli.common import JsonFlag, database, emit, say, table, telling
from gridsvc.domain import roles
from gridsvc.services import roster, users
from gridsvc.services.users import NewUser
from gridsvc.text import t

app = typer.Typer(help=t("cli.user"), no_args_is_help=True)
Login = Annotated[str, typer.Argument(help=t("cli.user.login"))]


@app.command("add", help=t("cli.user.add"))
def add(
    login: Login,
    role: Annotated[str, typer.Option("--role", help="|".join(roles.SIGN_IN))],
    name: Annotated[str | None, typer.Option("--name", help=t("cli.user.name"))] = None,
    area: Annotated[str | None, typer.Option("--area", help=t("cli.option.area"))] = None,
    cell: Annotated[list[str], typer.Option("--cell", help=t("cli.user.cell"))] = [],  # noqa: B006
    officer: Annotated[str | None, typer.Option("--officer", help=t("cli.user.officer"))] = None,
    json: JsonFlag = False,
) -> None:
    """Make an account; its password is shown once."""
    with database() as (db, caller):
        number, password = users.add(
            db, caller, NewUser(login, name or login, role, area, tuple(cell), officer=officer)
        )
    emit({"id": number, "login": login, "password": password}, json) or say(
        "user.added", login=login, password=password
    )


@app.command("list", help=t("cli.user.list"))
def list_(json: JsonFlag = False) -> None:
    """All accounts."""
    with database() as (db, caller):
        rows = users.listing(db, caller)
    if not emit(rows, json):
        table(
            [t("user.login"), t("user.name"), t("user.role"), t("user.area"), t("user.cells"), t("user.state")],
            [
                (
                    r["login"],
                    r["name"],
                    t(f"role.{r['role']}"),
                    r["area_code"] or "",
                    " ".join(r["cells"]),
                    t("user.disabled") if r["disabled"] else "",
                )
                for r in rows
            ],
        )


@app.command("roster", help=t("cli.user.roster"))
def roster_(
    output: Annotated[Path, typer.Option("-o", "--output", help=t("cli.user.roster.output"))],
    area: Annotated[str | None, typer.Option("--area", help=t("cli.option.area"))] = None,
    address: Annotated[str, typer.Option("--address", help=t("cli.user.roster.address"))] = "",
    json: JsonFlag = False,
) -> None:
    """Accounts for every officer without one; the first passwords stand in the PDF and nowhere else."""
    with database() as (db, caller), telling(json) as tell:
        made = roster.make(db, caller, output, area=area, address=address, progress=tell)
    emit(made, json) or say("roster.made" if made.accounts else "roster.nobody", n=made.accounts, path=str(output))


@app.command("disable", help=t("cli.user.disable"))
def disable(
    login: Login,
    undo: Annotated[bool, typer.Option("--undo", help=t("cli.user.undo"))] = False,
    json: JsonFlag = False,
) -> None:
    """Take an account out of use, or back in."""
    with database() as (db, caller):
        users.disable(db, caller, login, disabled=not undo)
    emit({"login": login, "disabled": not undo}, json) or say(
        "user.enabled" if undo else "user.was_disabled", login=login
    )


@app.command("move", help=t("cli.user.move"))
def move(
    login: Login,
    area: Annotated[str | None, typer.Option("--area", help=t("cli.option.area"))] = None,
    cell: Annotated[list[str], typer.Option("--cell", help=t("cli.user.cell"))] = [],  # noqa: B006
    json: JsonFlag = False,
) -> None:
    """Another area or other cells, from now on."""
    with database() as (db, caller):
        users.move(db, caller, login, area=area, cells=tuple(cell) if cell else None)
    emit({"login": login}, json) or say("user.moved", login=login)


@app.command("password", help=t("cli.user.password"))
def password(login: Login, json: JsonFlag = False) -> None:
    """A new password, asked for here."""
    new = typer.prompt(t("user.new_password"), hide_input=True, confirmation_prompt=True)
    with database() as (db, caller):
        users.set_password(db, caller, login, new)
    emit({"login": login}, json) or say("user.password_set", login=login)
