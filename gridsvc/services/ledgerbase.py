"""The address base out of a ledger of residents: estates, buildings, stairwells and dwellings that nobody has yet.

What is new goes the way of an import of its own, a list a kind: checked, audited, taken back like any other.
Buildings start without a place (:mod:`gridsvc.services.seating`), unless the base knows their address already.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd
import pyarrow as pa

from gridsvc.domain.address.fold import fold
from gridsvc.domain.ledger import spelling, tree
from gridsvc.domain.ledger.tree import Tree
from gridsvc.domain.records import DOOR
from gridsvc.errors import InputError
from gridsvc.io.reader import Typed
from gridsvc.services import codetables, columnmaps, doorman, filein, imports, places, seating, spellings
from gridsvc.services.doorman import FIELDS, Doorman
from gridsvc.services.progress import Progress, quiet
from gridsvc.store.tx import begin

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gridsvc.domain.frames import ColumnMap
    from gridsvc.io.reader import Reading
    from gridsvc.services.filein import Source
    from gridsvc.services.ground import Area
    from gridsvc.services.imports import ImportRequest, Outcome
    from gridsvc.store.pool import Database
    from gridsvc.store.tx import Caller, Tx

#: Kinds of lists that a base can be built out of.
KINDS: Final = ("person", "household", "dwelling")
_LISTS: Final = (("estate", "estates"), ("building", "buildings"), ("unit", "units"), ("dwelling", "dwellings"))
# the lists that new records go to are called after the ledger, in whatever language it was imported
_SUFFIX: Final = {"estate": "小区", "building": "楼栋", "unit": "单元", "dwelling": "户室"}
_COLUMNS: Final = {"building": (*DOOR, "area", "address"), "unit": (*DOOR, "unit_no", "area"),
                   "dwelling": (*DOOR, "unit_no", "room", "area"), "estate": ("name",)}  # fmt: skip


@dataclass
class Built:
    """What a ledger says of the ground: rows, how many name a door, what was ``new`` of each kind, spellings that
    were folded, questions that wait; ``buildings``: the proposal as a table (DOOR, area, people, new)."""

    area: str
    area_name: str
    rows: int = 0
    with_door: int = 0
    without_number: int = 0
    without_door: int = 0
    new: dict[str, int] = field(default_factory=dict)
    known: dict[str, int] = field(default_factory=dict)
    folded: int = 0
    questions: int = 0
    dry_run: bool = False
    seconds: float = 0.0
    buildings: pd.DataFrame = field(default_factory=pd.DataFrame)

    def report(self) -> dict[str, Any]:
        """Everything but the table."""
        return {k: v for k, v in self.__dict__.items() if k != "buildings"}


def build(
    db: Database, caller: Caller, sources: Sequence[Source], *, area: str | None = None, kind: str = "person",
    use_map: str | None = None, dry_run: bool = False, progress: Progress = quiet,
) -> Built:  # fmt: skip
    """Estates, buildings, stairwells and dwellings of ledgers (of ``kind``), which are read together.

    Raises:
        InputError: ``ledger.kind``, ``ledger.no_address``; and whatever :func:`gridsvc.services.imports.run` says of
        file, area and rights.
    """
    if kind not in KINDS:
        raise InputError("ledger.kind", kind=kind, known=", ".join(KINDS))
    own, maps = imports.entrance(db, caller, kind, area, use_map)
    parts, name = [], imports.list_name(sources[0].name)
    for source in sources:
        progress("import.read", 0.0)
        with filein.open_source(source, db.settings, columnmaps.words(kind, maps, source)) as reading:
            fitted, _ = columnmaps.fitting(reading, "rows", maps, source, use_map)
            columns = filein.mapping(reading, codetables.kinds()[kind], fitted)
            with begin(db, caller, "import") as tx:
                parts.append(said(tx, reading, columns, source.name))
    rows = pd.concat(parts, ignore_index=True)
    request = imports.ImportRequest(kind, sources[0], own.code, name, dry_run=dry_run)
    return _built(db, caller, request, own, rows, progress, whole=True)


def bring_in(db: Database, caller: Caller, request: ImportRequest, progress: Progress = quiet) -> Outcome:
    """Import a ledger; buildings that its rows name and nobody has are made first, without a place.

    Raises:
        InputError: ``ledger.kind``, ``ledger.no_address``; and as :func:`gridsvc.services.imports.run`.
    """
    if request.kind not in KINDS:
        raise InputError("ledger.kind", kind=request.kind, known=", ".join(KINDS))

    def first(request: ImportRequest, area: Area, reading: Reading) -> dict[str, Any]:
        return _before(db, caller, request, area, reading, progress).report()

    return imports.run(db, caller, request, progress, first)


def _before(
    db: Database, caller: Caller, request: ImportRequest, area: Area, reading: Reading, progress: Progress
) -> Built:
    columns = filein.mapping(reading, codetables.kinds()[request.kind], request.source)
    name = request.list_name or imports.list_name(request.source.name)
    with begin(db, caller, "import") as tx:
        rows = said(tx, reading, columns, request.source.name)
    return _built(db, caller, replace(request, list_name=name), area, rows, progress, whole=False)


def said(tx: Tx, reading: Reading, columns: ColumnMap, file: str) -> pd.DataFrame:
    """What the rows of a ledger say of their doors.

    Raises:
        InputError: ``ledger.no_address``.
    """
    rows = doorman.told(tx, reading, columns)
    if not rows[["text", *DOOR]].notna().any(axis=None):
        raise InputError("ledger.no_address", file=file, columns=", ".join(reading.columns()))
    return rows


def _built(
    db: Database, caller: Caller, request: ImportRequest, area: Area, rows: pd.DataFrame, progress: Progress, *,
    whole: bool,
) -> Built:  # fmt: skip
    started = dt.datetime.now(dt.UTC)
    out = Built(area.code, area.name, rows=len(rows), dry_run=request.dry_run)
    with begin(db, caller, "import", budget_ms=db.settings.job_budget_ms) as tx:
        doors = _doors(tx, area, rows, out, progress)
        found = _spelled(tx, area, doors, out, dry_run=request.dry_run)
        grown = tree.grow(found)
        new = _new(tx, area, grown)
    grown = replace(grown, buildings=grown.buildings.assign(new=new["building"]))
    for kind, table in _LISTS:
        every: pd.DataFrame = getattr(grown, table)
        out.known[kind], out.new[kind] = int((~new[kind]).sum()), int(new[kind].sum())
        if out.new[kind] and not request.dry_run and (whole or kind != "dwelling"):
            _bring_in(db, caller, request, kind, every[new[kind]], progress)
    out.buildings = grown.buildings.sort_values("people", ascending=False, ignore_index=True)
    out.seconds = round((dt.datetime.now(dt.UTC) - started).total_seconds(), 2)
    return out


def _doors(tx: Tx, area: Area, rows: pd.DataFrame, out: Built, progress: Progress) -> pd.DataFrame:
    """FIELDS and area of each row that says where somebody lives."""
    porter = Doorman.of(tx, area)
    read = porter.read(rows["text"].dropna().unique().tolist(), progress)
    at_home = rows["registered"].notna() & (rows["text"] == rows["registered"])
    has = rows["text"].notna()
    named = rows["text"].isin(read.index[read["named"]])
    from_text = read.reindex(rows.loc[has, "text"]).set_axis(rows.index[has])
    doors = porter.settle(rows[[*FIELDS, "area"]])
    for name in FIELDS:
        doors.loc[has, name] = from_text[name]
    doors.loc[has, "area"] = doors.loc[has, "area"].fillna(from_text["community"])
    doors = doors[~(at_home & ~named)]
    door = tree.has_door(doors)
    out.without_number = int((has & ~named & ~at_home & door.reindex(rows.index, fill_value=False)).sum())
    out.with_door, out.without_door = int(door.sum()), len(rows) - int(door.sum())
    return doors[door]


def _spelled(tx: Tx, area: Area, doors: pd.DataFrame, out: Built, *, dry_run: bool) -> pd.DataFrame:
    """The doors with spellings folded that are one for certain; questions about the others are put down."""
    names = tx.frame("ledger/names", lo=area.lo, hi=area.hi)
    decided = doorman.settled(tx, area)
    doors = doors.copy()
    questions: list[spellings.Question] = []
    for column in ("estate", "street"):
        folded = doors[column].map({name: fold(name) for name in doors[column].dropna().unique()})
        people = {str(name): int(n) for name, n in folded.value_counts().items()}
        base = {fold(name) for name in names.loc[names["entity"] == column, "name"]}
        settled = {text for of, text in decided if of == column}
        found = spelling.compare(people, base, settled)
        doors[column] = folded.map(found.same).astype("str").fillna(doors[column])
        out.folded += len(found.same)
        counts = {**dict.fromkeys(base, 0), **people}
        questions += [
            spellings.Question(column, text, people[text], {name: 0}, name) for text, name in found.same.items()
        ]
        questions += [spellings.Question(column, text, people[text], {o: counts.get(o, 0) for o in others})
                      for text, others in found.doubts.items()]  # fmt: skip
        out.questions += len(found.doubts)
    if questions and not dry_run:
        spellings.put(tx, area.key, questions)
    return doors


def _new(tx: Tx, area: Area, grown: Tree) -> dict[str, pd.Series]:
    """Which rows of each table nobody has yet."""
    porter = Doorman(tx, area, {})
    houses = ~porter.known(grown.buildings)
    estates = tx.frame("ledger/names", lo=area.lo, hi=area.hi)
    named = set(estates.loc[estates["entity"] == "estate", "name"])
    out = {"building": houses, "estate": ~grown.estates["name"].isin(named)}
    for kind, table, extra in (
        ("unit", grown.units, {"units": "unit_no"}),
        ("dwelling", grown.dwellings, {"units": "unit_no", "rooms": "room"}),
    ):
        said = {name: doorman.listed(table[column]) for name, column in extra.items()}
        at = tx.frame(f"ledger/known_{kind}", buildings=doorman.listed(porter.buildings(table)), **said)
        known = np.zeros(len(table), dtype=bool)
        known[at["ord"].astype(int).to_numpy() - 1] = True
        out[kind] = pd.Series(~known, index=table.index)
    return out


def _bring_in(
    db: Database, caller: Caller, request: ImportRequest, kind: str, rows: pd.DataFrame, progress: Progress
) -> None:
    if kind == "building":  # by which it is placed where the base knows the address already
        places.refresh(db, progress)
        rows = rows.assign(address=[seating.label(row) for row in rows.to_dict("records")])
    names = [c for c in _COLUMNS[kind] if c in rows]
    columns = {c: pa.array(doorman.listed(rows[c]), pa.string()) for c in names}
    columns["__row"] = pa.array(np.arange(1, len(rows) + 1), pa.int64())
    source = replace(request.source, columns={c: c for c in names}, crs="auto")
    ask = imports.ImportRequest(kind, source, request.area, f"{request.list_name}·{_SUFFIX[kind]}")
    imports.run_table(db, caller, ask, str(request.area), Typed(pa.table(columns)), "rows", progress)
