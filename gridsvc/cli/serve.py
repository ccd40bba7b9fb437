"""``gridsvc serve``."""

from __future__ import annotations

from typing import Annotated

import typer

from gridsvc.cli.common import say
from gridsvc.settings import settings
from gridsvc.text import t

app = typer.Typer()


@app.command(help=t("cli.serve"))
def serve(
    host: Annotated[str | None, typer.Option("--host", help=t("cli.serve.host"))] = None,
    port: Annotated[int | None, typer.Option("--port", help=t("cli.serve.port"))] = None,
    workers: Annotated[int | None, typer.Option("--workers", min=1, max=32, help=t("cli.serve.workers"))] = None,
    jobs: Annotated[bool, typer.Option("--jobs/--no-jobs", help=t("cli.serve.jobs"))] = True,
    demo: Annotated[bool, typer.Option("--demo", help=t("cli.serve.demo"))] = False,
) -> None:
    """Serve pages and API."""
    from gridsvc.services import installation
    from gridsvc.web import server

    chosen = settings()
    with installation.open_database(chosen):
        pass  # a database that is not up is told here, once, before any worker dies of it
    at = host or chosen.host
    number = server.free_port(at, port or chosen.port, others=False)
    say("serve.at", url=f"http://{at}:{number}/")
    server.serve(chosen, at, number, workers=workers or chosen.workers, jobs=jobs, demo=demo or chosen.demo)
