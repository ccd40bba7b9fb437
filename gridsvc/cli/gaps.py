"""``gridsvc gaps AREA``: what is missed, late or missing, with what to do."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from gridsvc.cli.common import JsonFlag, database, emit, say, table, telling
from gridsvc.errors import InputError
from gridsvc.services import gapfile, gaps
from gridsvc.services.gaps import Ask
from gridsvc.text import t

app = typer.Typer()
SHOWN, MOST = 20, 500  # rows on the screen and in JSON, where nothing else is asked for


@app.command(help=t("cli.gaps"))
def gaps_(
    area: Annotated[str | None, typer.Argument(help=t("cli.option.area"))] = None,
    kinds: Annotated[list[str], typer.Option("--kind", help=t("cli.gaps.kind"))] = [],  # noqa: B006
    rules: Annotated[list[str], typer.Option("--rule", help=t("cli.gaps.rule"))] = [],  # noqa: B006
    officer: Annotated[str | None, typer.Option("--officer", help=t("cli.gaps.officer"))] = None,
    days: Annotated[int, typer.Option("--days", min=0, max=10_000, help=t("cli.gaps.days"))] = 0,
    longest: Annotated[bool, typer.Option("--longest", help=t("cli.gaps.longest"))] = False,
    refresh: Annotated[bool, typer.Option("--refresh", help=t("cli.gaps.refresh"))] = False,
    most: Annotated[int | None, typer.Option("--most", min=1, max=1_000_000, help=t("cli.gaps.most"))] = None,
    output: Annotated[Path | None, typer.Option("-o", "--output", help=t("cli.gaps.output"))] = None,
    json: JsonFlag = False,
) -> None:
    """Gaps of an area: how many of each kind, and the list."""
    if output is not None and output.suffix.lower() not in (".csv", ".xlsx"):
        raise InputError("export.format", value=output.suffix or output.name, known=".csv, .xlsx")
    ask = Ask(area, tuple(kinds), tuple(rules), officer, days, "days" if longest else "cell")
    with database() as (db, caller):
        if refresh:
            with telling(json) as tell:
                gaps.refresh(db, progress=tell)
        found, rows, cursor = gaps.whole(db, caller, ask, most or (MOST if output is None else gapfile.MOST))
    if output is not None:
        from gridsvc.cli.importing import write_sheet

        write_sheet(gaps.sheet(rows), output)
    if emit(gaps.as_data(found) | {"rows": rows, "next": cursor, "file": str(output) if output else None}, json):
        return
    if found.found_at is None:
        say("gap.never")
        return
    at = found.found_at.astimezone(db.settings.zone).strftime("%Y-%m-%d %H:%M")
    counts = gaps.of_kinds(found.counts, ask)
    every = sum(counts.values())
    say("gap.found", area=f"{found.area.name} {found.area.code}", n=every, at=at)
    table([t("gap.column.label"), t("gap.column.count"), t("gap.column.todo")],
          [(t(f"gap.kind.{k}"), n, t(f"gap.do.{k}")) for k, n in counts.items()], right=(1,))  # fmt: skip
    shown = rows[: most or SHOWN]
    head = [t(f"gap.column.{c}") for c in ("label", "name", "place", "cell", "days", "todo")]
    lines = [
        (r["what"] or r["label"], r["name"], r["place"], r["cell_code"] or r["area_code"], r["days"], r["todo"])
        for r in shown
    ]
    table(head, lines, right=(4,))
    if every > len(shown):
        say("table.more", n=every - len(shown))
    if output is not None:
        say("export.done", n=len(rows), path=str(output))
