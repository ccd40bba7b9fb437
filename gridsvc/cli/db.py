"""``gridsvc db …``: the private PostGIS, or the one in ``GRIDSVC_DSN``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from gridsvc.cli.common import JsonFlag, console, database, emit, say, table, telling
from gridsvc.services import database as service
from gridsvc.settings import settings
from gridsvc.text import t

app = typer.Typer(help=t("cli.db"), no_args_is_help=True)


@app.command("up", help=t("cli.db.up"))
def up(json: JsonFlag = False) -> None:
    """Make and start the private cluster, and migrate it."""
    started = service.up(settings())
    done = service.migrate(settings())
    found = {**service.status(settings()), "started": started, "migrated": done.applied}
    if not emit(found, json):
        say("db.started" if started else "db.was_running", port=found["port"], home=found["home"])
        if done.applied:
            say("db.migrated", n=len(done.applied), again=done.reapplied)


@app.command("down", help=t("cli.db.down"))
def down(
    remove: Annotated[bool, typer.Option("--remove", help=t("cli.db.remove"))] = False,
    yes: Annotated[bool, typer.Option("--yes", help=t("cli.option.yes"))] = False,
    json: JsonFlag = False,
) -> None:
    """Stop the private cluster; with --remove, delete it."""
    if remove:
        if not yes:
            typer.confirm(t("db.remove_sure", home=str(settings().base)), abort=True)
        service.remove(settings())
        emit({"removed": True}, json) or say("db.removed")
        return
    stopped = service.down(settings())
    emit({"stopped": stopped}, json) or say("db.stopped" if stopped else "db.not_running")


@app.command("status", help=t("cli.db.status"))
def status(json: JsonFlag = False) -> None:
    """Where the database is and whether it answers."""
    found = service.status(settings())
    if not emit(found, json):
        table(["", ""], [(t(f"db.status.{k}"), str(v)) for k, v in found.items()])


@app.command("migrate", help=t("cli.db.migrate"))
def migrate(
    force: Annotated[bool, typer.Option("--force", help=t("cli.db.force"))] = False, json: JsonFlag = False
) -> None:
    """Bring schema, functions and policies up to date."""
    done = service.migrate(settings(), force=force)
    if not emit(done, json):
        say("db.migrated" if done.changed else "db.up_to_date", n=len(done.applied), again=done.reapplied)


@app.command("check", help=t("cli.db.check"))
def check(json: JsonFlag = False) -> None:
    """Every check, with what to do where something is wrong; exit status 1 on a failure."""
    from gridsvc import checks

    with database() as (db, _):
        found = checks.run(db)
    rows = [
        {"name": c.name, "ok": c.ok, "warning": c.warning, "title": c.title, "message": c.message, "remedy": c.remedy}
        for c in found
    ]
    if not emit(rows, json):
        for c in found:
            mark = "[green]✓[/]" if c.ok else "[yellow]![/]" if c.warning else "[red]✗[/]"
            console.print(f"{mark} {c.title}：", end="")
            console.print(c.message, markup=False)
            if c.remedy:
                console.print(f"   → {c.remedy}", markup=False)
    if any(not c.ok and not c.warning for c in found):
        raise typer.Exit(1)


@app.command("backup", help=t("cli.db.backup"))
def backup(
    folder: Annotated[Path, typer.Argument(help=t("cli.db.backup.folder"))],
    key_to: Annotated[Path | None, typer.Option("--key-to", help=t("cli.db.backup.key_to"))] = None,
    json: JsonFlag = False,
) -> None:
    """Dump, prove by a restore, and save the key apart."""
    from gridsvc import checks

    with telling(json) as tell:
        apart = key_to.absolute() if key_to else None
        done = service.backup(settings(), folder.absolute(), apart, tell, failing=checks.failing)
    if not emit(done, json):
        say(
            "backup.done",
            folder=done.folder,
            mb=done.megabytes,
            tables=done.tables,
            rows=done.rows,
            seconds=done.seconds,
        )
        if done.key_file:
            say("backup.key", path=done.key_file, fingerprint=done.key_fingerprint)


@app.command("restore", help=t("cli.db.restore"))
def restore(folder: Annotated[Path, typer.Argument(help=t("cli.db.backup.folder"))], json: JsonFlag = False) -> None:
    """Restore a backup into the empty database."""
    rows = service.restore(settings(), folder.absolute())
    if not emit(rows, json):
        say("backup.restored", tables=len(rows), rows=sum(rows.values()))


@app.command("reset", help=t("cli.db.reset"))
def reset(
    name: Annotated[str | None, typer.Argument(help=t("cli.db.reset.name"))] = None, json: JsonFlag = False
) -> None:
    """Delete everything; asks for the database's name."""
    wanted = name or typer.prompt(t("db.reset_prompt"))
    service.reset(settings(), wanted)
    emit({"reset": wanted}, json) or say("db.was_reset", name=wanted)
