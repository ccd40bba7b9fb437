"""``gridsvc try …``: see what it does, without a database."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from gridsvc.cli.common import JsonFlag, emit, say, table, telling
from gridsvc.text import t

app = typer.Typer(help=t("cli.try"), no_args_is_help=True)
_SHOWN = ("cells", "load_mean", "load_min", "load_max", "load_cv", "empty", "cut", "compactness", "seconds")


@app.callback()
def main() -> None:
    """What gridsvc does, on made-up ground."""


@app.command("divide", help=t("cli.try.divide"))
def divide(
    output: Annotated[Path, typer.Option("-o", "--output", help=t("cli.try.output"))] = Path("try-divide"),
    seed: Annotated[int, typer.Option("--seed", help=t("cli.grid.seed"))] = 2024,
    json: JsonFlag = False,
) -> None:
    """Divide a street of the sample city: squares beside balanced cells."""
    from gridsvc.services import trying

    with telling(json) as tell:
        done = trying.divide(output, seed, tell)
    if not emit(done, json):
        head = [t("grid.figure"), t("try.square"), t("try.balanced")]
        rows = [[t(f"grid.figure.{f}"), _said(done.before.get(f)), _said(done.after.get(f))] for f in _SHOWN]
        table(head, rows, title=t("try.title"), right=(1, 2))
        say("try.done", path=done.files[-1])


@app.command("crs", help=t("cli.try.crs"))
def datum(
    output: Annotated[Path, typer.Option("-o", "--output", help=t("cli.try.output"))] = Path("try-crs"),
    seed: Annotated[int, typer.Option("--seed", help=t("cli.grid.seed"))] = 2024,
    json: JsonFlag = False,
) -> None:
    """A list that lies 500 m off, diagnosed and mended."""
    from gridsvc.cli.crs import show
    from gridsvc.services import tryingcrs

    with telling(json) as tell:
        done = tryingcrs.mend(output, seed, tell)
    if not emit(done, json):
        show(done.found, done.files[1])
        say("try.mended", before=f"{done.before:,.0f}", after=f"{done.after:,.1f}", path=done.files[-1])


@app.command("address", help=t("cli.try.address"))
def address(
    text: Annotated[str, typer.Argument(help=t("cli.try.address.text"))],
    json: JsonFlag = False,
) -> None:
    """One address: parts, candidates, doubt."""
    from gridsvc.services import tryingaddress

    done = tryingaddress.read(text)
    if emit({**vars(done), "parsed": done.parsed.as_json()}, json):
        return
    table(
        [t("try.part"), t("try.text"), t("try.normal")],
        [[t(f"part.{p.label}"), p.text, p.normal] for p in done.parsed.parts],
    )
    say("try.standard", normal=done.parsed.normal)
    rows = [
        [c["matched"], t(f"level.{c['level']}"), f"{c['confidence']:.2f}", f"{c['accuracy_m']:,.0f}",
         *("、".join(t(f"agreed.{name}") for name in c[said]) or "–" for said in ("agreed", "missed"))]
        for c in done.candidates
    ]  # fmt: skip
    if rows:
        head = [t(f"try.head.{name}") for name in ("matched", "level", "confidence", "accuracy", "agreed", "missed")]
        table(head, rows, title=t("try.candidates"), right=(2, 3))
    if done.mended:
        say("try.mended_word", word=done.mended)
    say(f"try.status.{done.status}", known="、".join(done.known))


def _said(value: object) -> str:
    return "–" if value is None else f"{value:,.2f}" if isinstance(value, float) else f"{value:,}"
