"""``gridsvc coverage AREA``: what of the obligations was done (走访率、巡查率)."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from gridsvc.cli.common import AsOfOption, JsonFlag, database, emit, say, table, telling
from gridsvc.domain.sheets import plain_rows
from gridsvc.services import coverage, monthly
from gridsvc.services.coverage import Ask
from gridsvc.text import t

app = typer.Typer()
SHOWN = 40
_COLUMNS = ("total", "done", "late", "due", "overdue", "not_found", "refused", "nobody", "excused", "rate", "on_time",
            "found", "success", "asked_rate", "remaining", "pace", "days", "targets", "covered", "visits", "attempts",
            "unconfirmed", "backdated", "before", "year_ago", "rank")  # fmt: skip
_SHOWN = ("total", "overdue", "nobody", "rate", "on_time", "before", "rank")
_CHECKED = ("checked", "agreement")  # spot checks, by officer
_ALWAYS = ("total", "done", "overdue", "rate", "on_time")


@app.command(help=t("cli.coverage"))
def coverage_(
    area: Annotated[str | None, typer.Argument(help=t("cli.option.area"))] = None,
    period: Annotated[str, typer.Option("--period", help=t("cli.option.period"))] = "1m",
    rules: Annotated[list[str], typer.Option("--rule", help=t("cli.coverage.rule"))] = [],  # noqa: B006
    by: Annotated[str, typer.Option("--by", help=t("cli.coverage.by", known="|".join(coverage.SAID)))] = "community",
    as_of: AsOfOption = None,
    wide: Annotated[bool, typer.Option("--wide", help=t("cli.coverage.wide"))] = False,
    output: Annotated[Path | None, typer.Option("-o", "--output", help=t("cli.coverage.output"))] = None,
    checked_by: Annotated[str, typer.Option("--checked-by", help=t("cli.coverage.checked"))] = "",
    json: JsonFlag = False,
) -> None:
    """Coverage of an area, by cell, community, street, county, officer or rule."""
    ask = Ask(area, period, tuple(rules), "town" if by == "street" else by, as_of.date() if as_of else None)
    with database() as (db, caller):
        found = coverage.report(db, caller, ask)
        if output is not None:
            with telling(json) as tell:
                monthly.write(db, caller, ask, output, checked_by=checked_by, progress=tell)
    data = plain_rows(found.table)
    if emit(coverage.head(found) | {"rows": data, "file": str(output) if output else None}, json):
        return
    say("coverage.summary", area=f"{found.area.name} {found.area.code}", start=found.period.start,
        last=found.period.last, today=found.today, rate=percent(found.total["rate"]),
        on_time=percent(found.total["on_time"]), total=found.total["total"])  # fmt: skip
    if found.partial:
        say("coverage.partial", area=found.area.name)
    if found.ahead:
        say("coverage.ahead", today=found.today)
    heads = _heads()
    # what nobody has, a refusal for example, needs no column
    columns = [c for c in (_COLUMNS if wide else _SHOWN) if c in _ALWAYS or any(r[c] for r in data)]
    columns += [c for c in _CHECKED if any(r.get(c) is not None for r in data)]
    head = [heads["code"], heads["name"], *(heads[c] for c in columns)]
    rows = [(r["code"], r["name"], *(shown(c, r[c]) for c in columns)) for r in data]
    table(head, rows[:SHOWN], right=tuple(range(2, len(head))), keep=2)
    if len(rows) > SHOWN:
        say("table.more", n=len(rows) - SHOWN)
    if found.hidden:
        say("coverage.hidden", rules="、".join(found.hidden))
    if found.provisional:
        say("coverage.provisional", years="、".join(map(str, found.provisional)))
    if output is not None:
        say("plan.file", path=str(output))


def percent(rate: float | None) -> str:
    """A rate as people read it."""
    return "—" if rate is None else f"{rate:.1%}"


def shown(column: str, value: float | None) -> str:
    """One figure of the table."""
    if value is None:
        return "—"
    if column in ("rate", "on_time", "success", "asked_rate", "agreement"):
        return percent(value)
    if column == "pace":
        return f"{value:,.1f}"
    return f"{value:+.1f}" if column in ("before", "year_ago") else f"{value:,.0f}"


def _heads() -> dict[str, str]:
    return {c: t(f"coverage.column.{c}") for c in ("code", "name", *_COLUMNS, *_CHECKED)}
