"""``gridsvc demo``: the sample city, end to end."""

from __future__ import annotations

import datetime as dt
import time
from pathlib import Path
from typing import Annotated

import typer

from gridsvc import paths
from gridsvc.cli.common import AsOfOption, console, database, say, telling
from gridsvc.services import database as db_service
from gridsvc.services import demo as service
from gridsvc.settings import settings
from gridsvc.text import t

app = typer.Typer()


@app.command(help=t("cli.demo"))
def demo(
    serve: Annotated[bool, typer.Option("--serve/--no-serve", help=t("cli.demo.serve"))] = True,
    scale: Annotated[int, typer.Option("--scale", min=1, max=1000, help=t("cli.demo.scale"))] = 1,
    seed: Annotated[int, typer.Option("--seed", help=t("cli.demo.seed"))] = 1,
    port: Annotated[int | None, typer.Option("--port", help=t("cli.demo.port"))] = None,
    as_of: AsOfOption = None,
) -> None:
    """Make everything, then serve until Ctrl-C."""
    started = time.perf_counter()
    chosen = settings()
    fresh = db_service.up(chosen)
    done = db_service.migrate(chosen)
    _line(
        "database",
        time.perf_counter() - started,
        t("demo.database.fresh" if done.applied else "demo.database.started" if fresh else "demo.database.running"),
    )
    day = as_of.date() if as_of else dt.datetime.now(chosen.zone).date()
    out = (
        chosen.out
        if chosen.out.is_absolute()
        else (paths.share() if paths.in_checkout() else Path.cwd()) / chosen.out
    )
    with database() as (db, caller), telling() as tell:
        found = service.run(db, caller, out, as_of=day, seed=seed, scale=scale, progress=tell, tell=_step)
    seconds = time.perf_counter() - started
    say("demo.done" if found.changed or done.changed else "demo.unchanged", seconds=round(seconds, 1), out=str(out))
    if not serve:
        say("demo.next")
        return
    _serve(port)


def _step(step: service.Step) -> None:
    facts = "，".join(f"{t(f'demo.fact.{k}')} {v:,}" if isinstance(v, int) else f"{v}" for k, v in step.facts.items())
    _line(step.name, step.seconds, facts if step.changed else t("demo.same", facts=facts))


def _line(name: str, seconds: float, text: str) -> None:
    console.print(f"✓ {t(f'demo.step.{name}')}  {seconds:.1f} s  {text}", markup=False)


def _serve(port: int | None) -> None:
    from gridsvc.web import server

    chosen = settings()
    number = server.free_port("127.0.0.1", port or chosen.port, others=port is None)
    say("serve.at", url=f"http://127.0.0.1:{number}/")
    say("demo.login")
    server.serve(chosen, "127.0.0.1", number, workers=chosen.workers, jobs=True, demo=True)
