"""``gridsvc audit …``: seals over the audit."""

from __future__ import annotations

import typer

from gridsvc.cli.common import JsonFlag, database, emit, say
from gridsvc.services import sealing
from gridsvc.text import t

app = typer.Typer(help=t("cli.audit"), no_args_is_help=True)


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
