"""Importing lists of records: read, check, assign, and write in one transaction a batch (DESIGN §4)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from gridsvc.domain import codes, kinds, tasknumber, values
from gridsvc.domain.records import RECORDS
from gridsvc.errors import ConflictError, ForbiddenError, InputError
from gridsvc.services import codetables, columnmaps, filein, ground, obligations, places, rollup, rowplaces
from gridsvc.services.batchwork import BatchWork, GroundMoved
from gridsvc.services.progress import Progress, quiet
from gridsvc.store.tx import Caller, Tx, begin, roll_back
from gridsvc.text import language

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from gridsvc.domain.frames import ColumnMap, Kind
    from gridsvc.domain.workdays import Limit
    from gridsvc.io.reader import Reading
    from gridsvc.services.filein import Source
    from gridsvc.store.pool import Database, Row

FORMS: Final = "走访登记表"  # the list that filled-in forms go to


@dataclass(frozen=True)
class ImportRequest:
    """What to import and how; ``area`` empty: the caller's own area; ``list_name`` empty: the file's name;
    ``use_map``: a saved mapping of columns by name; ``save_map``: save the one that was used under this name."""

    kind: str
    source: Source
    area: str | None = None
    list_name: str | None = None
    tz: str | None = None
    limits: dict[str, Limit] = field(default_factory=dict)
    layer: str | None = None
    repair: bool = False
    ignore_unknown: bool = False
    dry_run: bool = False
    use_map: str | None = None
    save_map: str | None = None
    entry: Entry | None = None

    @property
    def reported(self) -> bool:
        """Whether it is what an officer reports of her own work."""
        return self.entry is not None and self.entry.need == "report"


if TYPE_CHECKING:
    First = Callable[[ImportRequest, ground.Area, Reading], dict[str, Any]]


@dataclass(frozen=True)
class Entry:
    """A single record that is written by hand: its list (or the key that a new list belongs to), the permission it
    needs and, for a change, the records and the state each was read in. A fault is an error, nothing is kept aside;
    with ``partial`` the other rows go on."""

    need: str
    list_key: int
    source_id: int | None = None
    changes: Mapping[int, str] = field(default_factory=dict)
    partial: bool = False


@dataclass
class Outcome:
    """What an import did, or would do."""

    kind: str
    area: str
    area_name: str
    list_name: str
    file: str
    crs: str
    mapping: dict[str, str]
    ignored: list[str]
    dropped: list[str]
    natural_key: bool
    dry_run: bool
    counts: dict[str, int] = field(default_factory=dict)
    warnings: dict[str, int] = field(default_factory=dict)
    reasons: dict[str, int] = field(default_factory=dict)
    batch_id: int | None = None
    source_id: int | None = None
    new_classes: list[str] = field(default_factory=list)
    limits: dict[str, str] = field(default_factory=dict)
    agreement: dict[str, Any] | None = None
    set_aside: list[dict[str, Any]] = field(default_factory=list)
    sheets: list[str] = field(default_factory=list)
    sheets_left: list[str] = field(default_factory=list)
    map_name: str | None = None
    built: dict[str, Any] | None = None
    seconds: float = 0.0
    rejects: pd.DataFrame = field(default_factory=pd.DataFrame)

    def report(self) -> dict[str, Any]:
        """Everything but the rejected rows, as JSON takes it."""
        return {k: v for k, v in self.__dict__.items() if k != "rejects"}


def run(
    db: Database, caller: Caller, request: ImportRequest, progress: Progress = quiet, first: First | None = None
) -> Outcome:
    """Import one file as one batch; the same file again changes nothing.

    ``first`` is done before with what was read; what it says goes into the outcome as ``built``.

    Raises:
        InputError, LimitError: the file as a whole cannot be used. ForbiddenError, MissingError: nor this area by
        this caller. Rows that cannot be used come back in ``Outcome.rejects``.
    """
    if request.kind not in kinds.IMPORTABLE:
        raise InputError("import.kind", kind=request.kind, known=", ".join(kinds.IMPORTABLE))
    area, maps = entrance(db, caller, request.kind, request.area, request.use_map)
    progress("import.read", 0.0)
    words = columnmaps.words(request.kind, maps, request.source)
    with filein.open_source(request.source, db.settings, words) as reading:
        source, used = columnmaps.fitting(reading, "rows", maps, request.source, request.use_map)
        request = replace(request, source=source)
        built = first(request, area, reading) if first else None
        taken = filein.mapping(reading, codetables.kinds()[request.kind], source)
        if len(rowplaces.wanting(RECORDS[request.kind], reading, taken)):
            places.refresh(db, progress)  # rows will be placed by their addresses
        done = run_table(db, caller, request, area.code, reading, "rows", progress)
        done.built = built
        done.map_name = used
        if request.save_map:
            key, columns = area.key, reading.columns()
            columnmaps.save(db, caller, request.kind, key, request.save_map, done.mapping, columns)
            done.map_name = request.save_map
    return done


def entrance(
    db: Database, caller: Caller, kind: str, area: str | None, use_map: str | None
) -> tuple[ground.Area, list[Row]]:
    """Who may not bring such a list is refused before anything is read; its area, and the saved mappings of columns.

    Raises:
        ForbiddenError, MissingError, InputError: as :func:`own_area`; MissingError: ``map.unknown``.
    """
    with begin(db, caller, "import") as tx:
        own = own_area(tx, area)
        if RECORDS[kind].about_people and not tx.who.knows(own.lo, own.hi):
            raise ForbiddenError("auth.person_scope", role=tx.who.role)
        return own, columnmaps.known(tx, kind, use_map)


def run_table(
    db: Database, caller: Caller, request: ImportRequest, area: str, reading: Reading, table: str,
    progress: Progress = quiet,
) -> Outcome:  # fmt: skip
    """Import one table of a file that has been read."""
    kind = codetables.kinds()[request.kind]
    columns = filein.mapping(reading, kind, request.source, table)
    need_columns(kind, columns, reading, table)
    for _ in range(3):
        try:
            outcome = _attempt(db, caller, request, area, reading, table, columns, progress)
        except GroundMoved:  # a division was published while the records were being assigned
            continue
        if kind.name == "event" and not request.dry_run:
            rollup.fold_if_large(db, progress)
        if kind.name == "visit" and not (request.dry_run or request.entry):  # single ones: the worker, every minute
            obligations.catch_up(db)
        return outcome
    raise ConflictError("ground.moving")


def own_area(tx: Tx, wanted: str | None) -> ground.Area:
    """The area a list belongs to, by default the caller's own; all of it must be in her scope.

    Raises:
        InputError: ``import.area_needed``, ``import.area_outside``; MissingError: ``area.unknown``.
    """
    areas = ground.areas_on(tx, ground.today(tx))
    code = wanted or tx.who.area_code
    if code is None:
        code = codes.common_code(list(areas["code"]))
        if code is None:
            known = ", ".join(f"{c} {n}" for c, n in zip(areas["code"][:12], areas["name"][:12], strict=True))
            raise InputError("import.area_needed", known=known or "–")
    area = ground.area_of(areas, code)
    if not tx.who.covers(area.lo, area.hi):
        raise InputError("import.area_outside", area=area.code, own=tx.who.area_code or "–")
    return area


def missing_fields(kind: Kind, columns: ColumnMap) -> list[str]:
    """Fields that every record needs and no column serves, as people call them."""
    zh = language() == "zh"
    return [
        codetables.called(kind, f.name, zh=zh)
        for f in kind.fields.values()
        if f.required and f.type != "geom" and f.name not in columns.columns
    ]


def need_columns(kind: Kind, columns: ColumnMap, reading: Reading, table: str) -> None:
    """Refuse a file in which no column serves a field that every record needs.

    Raises:
        InputError: ``map.missing``.
    """
    missing = missing_fields(kind, columns)
    if missing:
        raise InputError("map.missing", fields="、".join(missing), columns=", ".join(reading.columns(table)))


def _attempt(
    db: Database, caller: Caller, request: ImportRequest, area: str, reading: Reading, table: str, columns: ColumnMap,
    progress: Progress,
) -> Outcome:  # fmt: skip
    started = dt.datetime.now(dt.UTC)
    need = request.entry.need if request.entry else "import"
    with begin(db, caller, need, budget_ms=db.settings.job_budget_ms) as tx:
        work = opened(tx, request, columns, area, reading, table)
        work.stage(progress)
        work.write(progress)
        work.outcome.seconds = round((dt.datetime.now(dt.UTC) - started).total_seconds(), 2)
        if request.dry_run:
            roll_back()
    return work.outcome


def opened(
    tx: Tx, request: ImportRequest, columns: ColumnMap, area: str, reading: Reading, table: str
) -> BatchWork:  # fmt: skip
    """The work of an import of one table, nothing of it done yet."""
    site = ground.load(tx, area)
    outcome = Outcome(
        request.kind, site.area.code, site.area.name, request.list_name or _usual_list(request, columns, reading,
        table), request.source.name, "", columns.every, list(columns.ignored), reading.dropped,
        "source_key" not in columns.columns, request.dry_run, set_aside=reading.meta.get("set_aside") or [],
        sheets=reading.meta.get("sheets") or [], sheets_left=reading.meta.get("sheets_left") or [],
    )  # fmt: skip
    return BatchWork(tx, request, columns, site, reading, table, outcome)


def _usual_list(request: ImportRequest, columns: ColumnMap, reading: Reading, table: str) -> str:
    """Forms are one list whatever their files are called: a line that comes again is a correction."""
    name = columns.columns.get("task") if request.kind == "visit" else None
    if name is not None:
        numbers = values.half_width(reading.whole(table)[name].to_pandas().astype("str"))
        if tasknumber.read(numbers)["target"].notna().any():
            return FORMS
    return list_name(request.source.name)


def list_name(file_name: str) -> str:
    """The name a list gets from its file."""
    return file_name.rsplit("/", 1)[-1].split(".")[0]
