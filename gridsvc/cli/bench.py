"""``gridsvc bench``: the figures of docs/benchmarks.md, measured here."""

from __future__ import annotations

import subprocess
import sys
from typing import Annotated

import typer

from gridsvc.text import t

app = typer.Typer()


@app.command(help=t("cli.bench"))
def bench(names: Annotated[list[str] | None, typer.Argument(help=t("cli.bench.names"))] = None) -> None:
    """Run benchmarks by name, all of them without one."""
    from gridsvc import paths

    if not paths.in_checkout():
        typer.echo(t("bench.checkout"), err=True)
        raise typer.Exit(1)
    done = subprocess.run([sys.executable, "-m", "benchmarks", *(names or [])], cwd=paths.PACKAGE.parent, check=False)
    raise typer.Exit(done.returncode)
