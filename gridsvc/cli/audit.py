"""``gridsvc audit …``: seals over the audit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from gridsvc.cli.common import JsonFlag, database, emit, say, table
from gridsvc.services import past, sealing
from gridsvc.text import t

if TYPE_CHECKING:
    from gridsvc.store.pool import Row

app = typer.Typer(help=t("cli.audit"), no_args_is_help=True)


@app.command("list", help=t("cli.audit.list"))
def list_(
    action: Annotated[str | None, typer.Option("--action", help=t("cli.audit.action"))] = None,
    entity: Annotated[str | None, typer.Option("--kind", help=t("cli.audit.kind"))] = None,
    row: Annotated[int | None, typer.Option("--record", help=t("cli.audit.record"))] = None,
    most: Annotated[int, typer.Option("--most", min=1, max=100_000, help=t("cli.gaps.most"))] = 50,
    json: JsonFlag = False,
) -> None:
    """Who did what, the newest first."""
    with database() as (db, caller):
        found = past.audit(db, caller, action=action, entity=entity, row_id=row, most=most)
    if not emit(found, json):
        table(
            [t(f"audit.{n}") for n in ("number", "at", "who", "action", "record", "detail")],
            [_line(r) for r in found],
        )


def _line(row: Row) -> tuple[str, ...]:
    who = row["os_user"] or row["login"] or str(row["user_id"])
    what = f"{row['entity'] or ''} {row['row_id'] or ''}"
    at = f"{row['at'].astimezone():%Y-%m-%d %H:%M:%S}"
    return str(row["id"]), at, who, row["action"], what, str(row["detail"] or "")


@app.command("seal", help=t("cli.audit.seal"))
def seal(json: JsonFlag = False) -> None:
    """Seal what was written since the last seal; the worker does it every hour."""
    with database() as (db, _):
        rows = sealing.seal(db)
    emit({"rows": rows}, json) or say("audit.sealed", rows=rows)


@app.command("verify", help=t("cli.audit.verify"))
def verify(json: JsonFlag = False) -> None:
    """Look whether every seal fits; exit status 1 when one does not."""
    with database() as (db, caller):
        found = sealing.verify(db, caller)
    if not emit(found, json):
        if found.broken:
            say("audit.broken", seals=", ".join(map(str, found.broken)))
        else:
            say("audit.whole", seals=found.seals, rows=found.rows)
    if found.broken:
        raise typer.Exit(1)
