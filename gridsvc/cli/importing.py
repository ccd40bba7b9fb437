"""``gridsvc import KIND FILE``."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from gridsvc.cli.common import AreaOption, JsonFlag, console, database, emit, say, table, telling
from gridsvc.domain.records import WORDS
from gridsvc.errors import InputError
from gridsvc.services import batches, classes, codetables, imports, ledgerbase
from gridsvc.services.filein import Source
from gridsvc.services.imports import ImportRequest, Outcome
from gridsvc.text import language, t

if TYPE_CHECKING:
    import pandas as pd

    from gridsvc.services.areas import AreaOutcome

app = typer.Typer()
SHOWN = 15

MapOption = Annotated[list[str], typer.Option("--map", help=t("cli.option.map"))]
CrsOption = Annotated[str, typer.Option("--crs", help=t("cli.option.crs"))]
SheetOption = Annotated[str | None, typer.Option("--sheet", "--layer-name", help=t("cli.option.sheet"))]
ListOption = Annotated[str | None, typer.Option("--list", help=t("cli.option.list"))]
RejectsOption = Annotated[Path | None, typer.Option("--rejects", help=t("cli.option.rejects"))]
UseMapOption = Annotated[str | None, typer.Option("--use-map", help=t("cli.option.use_map"))]
SaveMapOption = Annotated[str | None, typer.Option("--save-map", help=t("cli.option.save_map"))]
DryRunOption = Annotated[bool, typer.Option("--dry-run", help=t("cli.option.dry_run"))]


@app.command(help=t("cli.import"))
def import_(
    kind: Annotated[str, typer.Argument(help=t("cli.import.kind"))],
    file: Annotated[Path, typer.Argument(help=t("cli.option.file"))],
    area: AreaOption = None,
    columns: MapOption = [],  # noqa: B006 - typer wants a default
    crs: CrsOption = "auto",
    tz: Annotated[str | None, typer.Option("--tz", help=t("cli.import.tz"))] = None,
    limit: Annotated[list[str], typer.Option("--limit", help=t("cli.import.limit"))] = [],  # noqa: B006
    layer: Annotated[str | None, typer.Option("--layer", help=t("cli.import.layer"))] = None,
    sheet: SheetOption = None,
    list_name: ListOption = None,
    repair: Annotated[bool, typer.Option("--repair", help=t("cli.option.repair"))] = False,
    rejects: RejectsOption = None,
    agreement: Annotated[Path | None, typer.Option("--agreement", help=t("cli.import.agreement"))] = None,
    use_map: UseMapOption = None,
    save_map: SaveMapOption = None,
    build: Annotated[bool, typer.Option("--build", help=t("cli.import.build"))] = False,
    dry_run: DryRunOption = False,
    json: JsonFlag = False,
) -> None:
    """Import a list of records."""
    source = Source(file, crs=crs, sheet=sheet, columns=column_map(columns), local=True)
    request = ImportRequest(
        kind_of(kind),
        source,
        area=area,
        list_name=list_name,
        tz=_zone(tz),
        limits=classes.parse_limits(limit),
        layer=layer,
        repair=repair,
        dry_run=dry_run,
        use_map=use_map,
        save_map=save_map,
    )
    with database() as (db, caller), telling(json) as tell:
        found = (ledgerbase.bring_in if build else imports.run)(db, caller, request, tell)
    path = write_rejects(found, rejects or rejects_path(file))
    if agreement is not None and found.agreement:
        _write_agreement(found.agreement, agreement)
    if not emit({**found.report(), "rejects_file": str(path) if path else None}, json):
        show(found)
        if path:
            say("import.rejects_file", path=str(path), n=found.counts["rejected"])


def kind_of(word: str) -> str:
    """The kind that a word of the command line stands for.

    Raises:
        InputError: ``import.kind``.
    """
    if word not in WORDS and word not in WORDS.values():
        raise InputError("import.kind", kind=word, known=", ".join(WORDS))
    return WORDS.get(word, word)


def _zone(tz: str | None) -> str | None:
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

    try:
        return ZoneInfo(tz).key if tz else None
    except (ZoneInfoNotFoundError, ValueError) as e:
        raise InputError("time.zone", value=tz) from e


def column_map(pairs: list[str]) -> dict[str, str]:
    """``["class=类型"]`` as field → column; an empty column means "do not take any".

    Raises:
        InputError: ``map.malformed``.
    """
    out = {}
    for pair in pairs:
        name, sign, column = pair.partition("=")
        if not sign:
            raise InputError("map.malformed", value=pair)
        out[name.strip()] = column.strip()
    return out


def rejects_path(file: Path) -> Path:
    """Where rejects go when nothing else is said: beside the working folder, under the file's name; those of a
    workbook as a workbook."""
    book = file.suffix.lower() in (".xls", ".xlsx", ".xlsm")
    name = re.sub(r"\.rejects(-\d+)?$", "", file.name.rsplit(".", 1)[0])  # mended rows that are rejected once more
    return Path.cwd() / f"{name}.rejects.{'xlsx' if book else 'csv'}"


def write_rejects(found: Outcome | AreaOutcome, path: Path) -> Path | None:
    """Write rejected rows as a table that can be mended and imported again; None when there are none."""
    if found.rejects.empty:
        return None
    path.parent.mkdir(parents=True, exist_ok=True)
    kind = found.kind if isinstance(found, Outcome) else "area"
    batches.as_sheet(found.rejects, kind, found.mapping, found.list_name).write(path)
    return path


def give_back(rejects: pd.DataFrame, path: Path) -> str | None:
    """Write the rows of a form that cannot be used; the path, None when there are none."""
    if rejects.empty:
        return None
    write_sheet(rejects, path)
    return str(path)


def write_sheet(sheet: pd.DataFrame, path: Path) -> None:
    """A table for people as .csv or .xlsx, without anything a spreadsheet would run."""
    from gridsvc.domain.sheets import harmless_table

    path.parent.mkdir(parents=True, exist_ok=True)
    if path.suffix.lower() == ".xlsx":
        harmless_table(sheet).to_excel(path, index=False, engine="xlsxwriter")
    else:
        harmless_table(sheet).to_csv(path, index=False, encoding="utf-8-sig")


def _write_agreement(found: dict[str, Any], path: Path) -> None:
    import pandas as pd

    frame = pd.DataFrame(found["rows"])
    if len(frame):
        frame["reason"] = [t(f"agreement.{r}") for r in frame["reason"]]
    frame.to_csv(path, index=False, encoding="utf-8-sig")


def show(found: Outcome) -> None:
    """An import's outcome for people."""
    kind = codetables.kinds()[found.kind]
    zh = language() == "zh"
    say("import.read_as", file=found.file, crs=found.crs, list=found.list_name)
    if found.map_name:
        say("import.map", name=found.map_name)
    names = {f: codetables.called(kind, f, zh=zh) for f in found.mapping}
    say("import.columns", columns="，".join(f"{names[f]} ← {c}" for f, c in found.mapping.items()))
    if found.ignored:
        say("import.ignored", columns="、".join(found.ignored))
    if found.dropped:
        say("import.dropped", columns="、".join(found.dropped))
    if found.sheets_left:
        say("import.sheets_left", sheets="、".join(found.sheets_left))
    _show_aside(found)
    if found.natural_key:
        say("import.natural_key", kind=t(f"kind.{found.kind}"))
    c = found.counts
    say("import.counts", area=f"{found.area_name} {found.area}", seconds=found.seconds,
        **{k: c[k] for k in ("rows", "new", "changed", "same", "rejected")})  # fmt: skip
    if "outside" in c:
        say("import.places", outside=c["outside"], border=c["border"], unlocated=c["unlocated"])
    for reason, n in found.warnings.items():
        say(f"warning.{reason}", n=n)
    if found.new_classes:
        say("import.new_classes", n=len(found.new_classes), classes="、".join(found.new_classes[:SHOWN]))
    for reason, n in found.reasons.items():
        console.print(f"  ✗ {n} × {t(f'reject.{reason}')} → {t(f'reject.{reason}.remedy')}", markup=False)
    if found.agreement:
        _show_agreement(found.agreement)
    if found.built:
        b = found.built
        say("import.built", buildings=b["new"]["building"], doors=b["with_door"], none=b["without_door"],
            questions=b["questions"])  # fmt: skip
    if found.dry_run:
        say("import.dry_run")
    elif found.batch_id:
        say("import.batch", id=found.batch_id)


def _show_aside(found: Outcome) -> None:
    """Rows that are no records: each with its reason; those that stand above the header go without saying."""
    rows = [r for r in found.set_aside if r["reason"] != "title"]
    if rows:
        place = (f"{r.get('sheet', '')}{r['row']}".strip() for r in rows[:SHOWN])
        told = [f"{p} {t('aside.' + r['reason'])}“{r['text']}”" for p, r in zip(place, rows, strict=False)]
        say("import.aside", n=len(rows), rows="；".join(told))


def _show_agreement(found: dict[str, Any]) -> None:
    say("agreement.share", share="—" if found["share"] is None else f"{found['share']:.2%}", n=found["compared"])
    rows = [(t(f"agreement.{r}"), n) for r, n in found["counts"].items() if n]
    table([t("agreement.reason"), t("agreement.rows")], rows, right=(1,))
