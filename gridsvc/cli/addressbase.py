"""``gridsvc address build|waiting|place|questions|decide|reopen``: the base out of ledgers, what is to be decided."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from gridsvc.cli.common import AreaOption, JsonFlag, database, emit, say, table, telling
from gridsvc.errors import InputError
from gridsvc.text import t

if TYPE_CHECKING:
    from gridsvc.services.ledgerbase import Built

_SHOWN = 20
Number = Annotated[int, typer.Argument(help=t("cli.address.number"))]
LonOption = Annotated[float | None, typer.Option("--lon", help=t("cli.address.alias.lon"))]
LatOption = Annotated[float | None, typer.Option("--lat", help=t("cli.address.alias.lat"))]


def build(
    files: Annotated[list[Path], typer.Argument(help=t("cli.address.build.files"))],
    area: AreaOption = None,
    column: Annotated[str | None, typer.Option("--column", help=t("cli.geocode.column"))] = None,
    kind: Annotated[str, typer.Option("--kind", help="people|households|dwellings")] = "people",
    output: Annotated[Path | None, typer.Option("-o", "--output", help=t("cli.address.build.output"))] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help=t("cli.option.dry_run"))] = False,
    json: JsonFlag = False,
) -> None:
    """Estates, buildings, stairwells and dwellings out of ledgers of residents."""
    from gridsvc.cli.importing import kind_of, write_sheet
    from gridsvc.services import ledgerbase, seating
    from gridsvc.services.filein import Source

    columns = {"address": column} if column else {}
    sources = [Source(file, local=True, columns=columns) for file in files]
    with database() as (db, caller), telling(json) as tell:
        built = ledgerbase.build(
            db, caller, sources, area=area, kind=kind_of(kind), dry_run=dry_run, progress=tell
        )  # fmt: skip
    sheet = built.buildings.assign(label=[seating.label(row) for row in built.buildings.to_dict("records")])
    if output:
        named = {"label": "building", "people": "people", "new": "new", "area": "area"}
        write_sheet(sheet[list(named)].rename(columns={k: t(f"address.build.{v}") for k, v in named.items()}), output)
    if not emit(built.report(), json):
        _show(built, sheet.head(_SHOWN))


def _show(built: Built, head: Any) -> None:
    say("address.built", area=f"{built.area_name} {built.area}", rows=built.rows, doors=built.with_door,
        none=built.without_door, number=built.without_number, seconds=built.seconds)  # fmt: skip
    table([t("address.build.kind"), t("address.build.new"), t("address.build.known")],
          [[t(f"kind.{k}"), n, built.known[k]] for k, n in built.new.items()], right=(1, 2))  # fmt: skip
    rows = head[["label", "people"]].to_numpy().tolist()
    table([t("address.build.building"), t("address.build.people")], rows, right=(1,))
    if built.folded or built.questions:
        say("address.build.spelled", folded=built.folded, questions=built.questions)
    if built.dry_run:
        say("import.dry_run")
    else:
        say("address.build.next")


def waiting(
    area: AreaOption = None,
    placed: Annotated[bool, typer.Option("--placed", help=t("cli.address.waiting.placed"))] = False,
    json: JsonFlag = False,
) -> None:
    """Buildings without a place, most people first."""
    from gridsvc.services import seating

    with database() as (db, caller):
        found = seating.waiting(db, caller, area, placed=placed)
    if emit(found, json):
        return
    say("address.waiting", area=found["name"], buildings=found["buildings"], people=found["people"])
    rows = [[i["id"], i["label"], i["people"], _at(i["proposal"] or i)] for i in found["items"]]
    table([t("alias.head.id"), t("address.build.building"), t("address.build.people"), t("address.waiting.at")], rows,
          right=(0, 2))  # fmt: skip


def _at(place: dict[str, Any]) -> str:
    return f"{place['lon']:.6f}, {place['lat']:.6f}" if place["lon"] is not None else ""


def place(number: Number, lon: LonOption = None, lat: LatOption = None, json: JsonFlag = False) -> None:
    """Put a building at a point; without one its place is taken away."""
    from gridsvc.services import entries, seating

    with database() as (db, caller):
        row = entries.one(db, caller, "building", number)
        done = seating.place(db, caller, number, lon, lat, str(row["etag"]))
    emit(done, json) or say("address.placed" if lon is not None else "address.unplaced", id=number)


def questions(
    area: AreaOption = None,
    what: Annotated[str | None, typer.Option("--what", help="spelling|address")] = None,
    state: Annotated[str, typer.Option("--state", help="open|decided|accepted|corrected|taught|dismissed")] = "open",
    json: JsonFlag = False,
) -> None:
    """Spellings and addresses that wait for a decision."""
    from gridsvc.services import reviews

    _known("--what", what, reviews.WHAT)
    _known("--state", state, reviews.STATES)
    with database() as (db, caller):
        rows = reviews.listing(db, caller, area=area, what=what, state=state, most=1000)
    if emit(rows, json):
        return
    head = [t("alias.head.id"), t("address.question.text"), t("address.build.people"), t("address.question.maybe")]
    table(head, [[r["id"], r["text"], r["records"], _candidates(r["candidates"])] for r in rows], right=(0, 2))


def _known(option: str, value: str | None, known: tuple[str, ...]) -> None:
    if value is not None and value not in known:
        raise InputError("option.value", option=option, value=value, known=", ".join(known))


def _candidates(found: list[dict[str, Any]]) -> str:
    return "；".join(f"{k}. {c.get('name') or c.get('matched')}" for k, c in enumerate(found, start=1))


def decide(
    number: Number,
    candidate: Annotated[int | None, typer.Option("--candidate", help=t("cli.address.decide.candidate"))] = None,
    name: Annotated[str | None, typer.Option("--name", help=t("cli.address.decide.name"))] = None,
    lon: LonOption = None,
    lat: LatOption = None,
    teach: Annotated[str | None, typer.Option("--teach", help=t("cli.address.decide.teach"))] = None,
    dismiss: Annotated[bool, typer.Option("--dismiss", help=t("cli.address.decide.dismiss"))] = False,
    json: JsonFlag = False,
) -> None:
    """Decide about a spelling or an address."""
    from gridsvc.services import reviews

    answer = reviews.Answer(candidate, name, lon, lat, teach, dismiss)
    with database() as (db, caller):
        done = reviews.decide(db, caller, number, answer)
    emit(done, json) or say("address.decided", text=done["text"], state=t(f"page.seat.state.{done['state']}"))


def reopen(number: Number, json: JsonFlag = False) -> None:
    """Take a decision about a spelling or an address back."""
    from gridsvc.services import reviews

    with database() as (db, caller):
        done = reviews.reopen(db, caller, number)
    emit(done, json) or say("address.reopened", text=done["text"], n=done["unplaced"])
