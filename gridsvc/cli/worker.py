"""``gridsvc worker``."""

from __future__ import annotations

from typing import Annotated

import typer

from gridsvc.cli.common import JsonFlag, emit
from gridsvc.settings import settings
from gridsvc.text import t

app = typer.Typer()


@app.command(help=t("cli.worker"))
def worker(
    once: Annotated[bool, typer.Option("--once", help=t("cli.worker.once"))] = False, json: JsonFlag = False
) -> None:
    """Run background jobs until stopped."""
    from gridsvc.worker.main import main

    emit({"done": main(settings(), once=once)}, json)
