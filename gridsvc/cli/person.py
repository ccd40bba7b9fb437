"""``gridsvc person …``: counts of residents, their publication, and forgetting one."""

from __future__ import annotations

from typing import Annotated

import typer

from gridsvc.cli.common import AreaOption, JsonFlag, database, emit, say, table, telling
from gridsvc.services import residents, retention
from gridsvc.text import t

app = typer.Typer(help=t("cli.person"), no_args_is_help=True)
Month = Annotated[str | None, typer.Option("--month", help=t("cli.person.month"))]


@app.command("counts", help=t("cli.person.counts"))
def counts(
    area: AreaOption = None,
    by: Annotated[str, typer.Option("--by", help="|".join(residents.BY))] = "community",
    month: Month = None,
    json: JsonFlag = False,
) -> None:
    """People, homes and service categories, and how many of them were reached in the month."""
    with database() as (db, caller):
        found = residents.listing(db, caller, area=area, by=by, month=month)
    if emit(found, json):
        return
    names = {"people": t("residents.people"), "homes": t("residents.homes")}
    shown = [c for c in found.categories if any(r[c]["total"] for r in found.rows)]
    head = [t("residents.place"), *(names.get(c, found.categories[c]) for c in shown)]
    body = [[f"{r['name']} {r['code']}", *(_share(r[c]) for c in shown)] for r in found.rows]
    if len(head) > len(body) + 1:  # a few places with many categories read better downwards
        head, *body = [list(line) for line in zip(head, *body, strict=True)]
    title = t("residents.title", area=found.area.name, month=found.month.isoformat()[:7])
    table(head, body, title=title, right=range(1, len(head)))


def _share(value: dict[str, int | None]) -> str:
    return " / ".join("–" if value[n] is None else f"{value[n]:,}" for n in ("done", "total"))


@app.command("publish", help=t("cli.person.publish"))
def publish(month: Month = None, json: JsonFlag = False) -> None:
    """Publish the counts of a month that is over, once."""
    with database() as (db, _), telling(json) as tell:
        rows = residents.publish(db, month, tell)
    emit({"rows": rows}, json) or say("residents.published" if rows else "residents.known", rows=rows)


@app.command("forget", help=t("cli.person.forget"))
def forget(
    person: Annotated[str, typer.Argument(help=t("cli.person.forget.person"))],
    reason: Annotated[str, typer.Option("--reason", help=t("cli.person.forget.reason"))],
    json: JsonFlag = False,
) -> None:
    """Erase a person and her old values for good."""
    with database() as (db, caller):
        n = retention.forget(db, caller, person, reason)
    emit({"forgotten": n}, json) or say("person.forgotten", n=n)
