"""账账相符: a full roll compared with the base; what differs is accepted or kept, one by one or by rule.

Nothing is deleted: a record that the roll lacks is ended with a date at most, and every change is an import that can
be undone.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from gridsvc.domain.records import DOOR, RECONCILED, RECORDS, WORDS
from gridsvc.domain.sheets import json_lines
from gridsvc.errors import InputError, MissingError
from gridsvc.services import codetables, columnmaps, filein, imports, sealedrows
from gridsvc.services.batchwork import BatchWork
from gridsvc.services.progress import Progress, quiet
from gridsvc.store.copyin import CopyIn
from gridsvc.store.tx import Caller, Tx, begin, json
from gridsvc.text import t

if TYPE_CHECKING:
    from gridsvc.domain.frames import ColumnMap
    from gridsvc.io.reader import Reading
    from gridsvc.services.imports import ImportRequest, Outcome
    from gridsvc.store.pool import Database

WHAT = ("missing", "extra", "moved", "different")
PLACE = (*DOOR, "unit_no", "room", "address", "lon", "lat", "area", "cell")
MOVED_M = 5.0
_COLUMNS = ["cell_key", "personal", "what", "record_id", "version", "row_no", "fields", "row"]
# fields of a file that are stored under another name
_STORED = {"id_no": "id_hash", "phone": "phone_hash"}
FIELD_OF = {v: k for k, v in _STORED.items()}


@dataclass
class Reconciliation:
    """What a comparison found; ``outcome``: how the roll was read, with its rejects."""

    number: int
    counts: dict[str, int]
    outcome: Outcome
    by_field: dict[str, int] = field(default_factory=dict)


def run(db: Database, caller: Caller, request: ImportRequest, progress: Progress = quiet) -> Reconciliation:
    """Compare a roll of the whole area with the base and keep the differences.

    Raises:
        InputError: ``reconcile.kind``, and as :func:`gridsvc.services.imports.run`.
    """
    if request.kind not in RECONCILED:
        known = ", ".join(w for w, k in WORDS.items() if k in RECONCILED)
        raise InputError("reconcile.kind", kind=t(f"kind.{request.kind}"), known=known)
    area, maps = imports.entrance(db, caller, request.kind, request.area, request.use_map)
    progress("import.read", 0.0)
    words = columnmaps.words(request.kind, maps, request.source)
    with filein.open_source(request.source, db.settings, words) as reading:
        source, used = columnmaps.fitting(reading, "rows", maps, request.source, request.use_map)
        request = replace(request, source=source)
        columns = filein.mapping(reading, codetables.kinds()[request.kind], source)
        imports.need_columns(codetables.kinds()[request.kind], columns, reading, "rows")
        with begin(db, caller, "import", budget_ms=db.settings.job_budget_ms) as tx:
            work = imports.opened(tx, request, columns, area.code, reading, "rows")
            work.outcome.map_name = used
            return _compare(tx, work, columns, reading, progress)


def _compare(tx: Tx, work: BatchWork, columns: ColumnMap, reading: Reading, progress: Progress) -> Reconciliation:
    name, area, outcome = work.kind.name, work.site.area, work.outcome
    work.stage(progress)
    progress("reconcile.compare", 0.0)
    tx.run("reconcile/stage")
    source = tx.value("source/find", cell_key=area.key, kind=name, name=outcome.list_name)
    tx.run(f"{name}/pair", source_id=source, lo=area.lo, hi=area.hi)
    unlike = tx.frame(f"{name}/unlike", columns=_said(work, columns))
    missing = tx.frame(f"{name}/missing", lo=area.lo, hi=area.hi)
    extra = tx.frame(f"{name}/unpaired")
    progress("reconcile.compare", 0.6)
    personal = RECORDS[name].personal
    placed = "lon" in columns.columns
    found = _differences(unlike, missing, extra, area.key, placed=placed)
    places = pd.concat([unlike, extra])[["row_no", "roll_lon", "roll_lat"]] if placed else None
    found = _with_rows(tx, found, reading, columns, places, personal=personal)
    work.sum_up(0, 0)
    counts = {w: int((found["what"] == w).sum()) for w in WHAT}
    differing = found.loc[found["what"].isin(["moved", "different"]), "record_id"].nunique()
    counts |= {"rows": outcome.counts["rows"], "same": len(unlike) - int(differing),
               "rejected": outcome.counts["rejected"]}  # fmt: skip
    number = int(
        tx.value(
            "reconcile/add", cell_key=area.key, kind=name, name=outcome.list_name, file_name=outcome.file,
            file_sha256=reading.sha256, source_crs=outcome.crs, mapping=json(columns.every), counts=json(counts),
            day_first=work.day_first, personal=personal, user_id=tx.who.user_id,
        )
    )  # fmt: skip
    _write(tx, number, found, personal=personal)
    tx.audit("reconcile", entity=name, row_id=number, detail={"list": outcome.list_name, **counts})
    fields = found.loc[found["what"] == "different", "fields"].explode().value_counts()
    return Reconciliation(number, counts, outcome, {str(k): int(v) for k, v in fields.items()})


def _said(work: BatchWork, columns: ColumnMap) -> list[str]:
    """Columns of the record that the roll has a say in; where it lies is looked at apart."""
    place = PLACE if work.record.point and "estate" not in work.record.columns else ("lon", "lat", "area", "cell")
    own = [_STORED.get(f, f) for f in columns.columns if f not in place]
    if columns.categories:
        own.append("categories")
    return [c for c in own if c in work.record.columns]


def _differences(
    unlike: pd.DataFrame, missing: pd.DataFrame, extra: pd.DataFrame, key: int, *, placed: bool
) -> pd.DataFrame:
    """One row a difference; a record may both have moved and differ."""
    fields = [[FIELD_OF.get(f, f) for f in found] for found in unlike["fields"]]
    differ = np.array([bool(f) for f in fields], dtype=bool)
    away = unlike["elsewhere"].to_numpy(dtype=bool) | (_metres(unlike) > MOVED_M if placed else False)
    about = unlike[["cell_key", "version", "row_no"]].assign(record_id=unlike["id"], fields=fields)
    parts = [
        missing.rename(columns={"id": "record_id"}).assign(what="missing"),
        extra[["row_no"]].assign(cell_key=key, what="extra"),
        about[away].assign(what="moved", fields=[[] for _ in range(int(away.sum()))]),
        about[differ].assign(what="different"),
    ]
    out = pd.concat(parts, ignore_index=True).reindex(columns=[*_COLUMNS])
    out["fields"] = [f if isinstance(f, list) else [] for f in out["fields"]]
    return out


def _metres(unlike: pd.DataFrame) -> np.ndarray:
    """How far the roll's place lies from the record's; 0 without one, infinite where only the base has none."""
    lon, lat = unlike["roll_lon"].to_numpy(dtype=float), unlike["roll_lat"].to_numpy(dtype=float)
    x, y = unlike["lon"].to_numpy(dtype=float), unlike["lat"].to_numpy(dtype=float)
    east = (lon - x) * 111_320 * np.cos(np.radians(lat))
    away = np.hypot(east, (lat - y) * 110_950)
    return np.where(np.isnan(lon), 0.0, np.where(np.isnan(x), np.inf, away))


def _with_rows(
    tx: Tx, found: pd.DataFrame, reading: Reading, columns: ColumnMap, places: pd.DataFrame | None, *, personal: bool
) -> pd.DataFrame:  # fmt: skip
    """The differences with the row of the roll under the names of the fields, sealed where it is about residents.

    ``places``: where the rows lie in lon/lat of ours, whatever system the file is in.
    """
    whole = reading.whole()
    numbers = whole["__row"].to_numpy()
    order = np.argsort(numbers)
    rows = found["row_no"].notna().to_numpy()
    at = order[np.searchsorted(numbers[order], found.loc[rows, "row_no"].to_numpy(dtype=np.int64))]
    head = whole.select(list(columns.every.values())).take(at).to_pandas()
    head.columns = list(columns.every)
    if places is not None:
        lonlat = places.drop_duplicates("row_no").set_index("row_no").reindex(found.loc[rows, "row_no"])
        for name in ("lon", "lat"):
            head[name] = [None if np.isnan(v) else f"{v:.9f}" for v in lonlat[f"roll_{name}"].to_numpy(dtype=float)]
    said = json_lines(head)
    said = sealedrows.seal(said, tx.settings) if personal else said
    text = pd.Series(None, index=found.index, dtype="str")
    text[rows] = said
    return found.assign(row=text)


def _write(tx: Tx, number: int, found: pd.DataFrame, *, personal: bool) -> None:
    if found.empty:
        return
    found = found.assign(personal=personal, fields=["{" + ",".join(f) + "}" for f in found["fields"]])
    for name in ("record_id", "row_no"):
        found[name] = found[name].astype("Int64")
    tx.run("reconcile/stage_difference")
    with CopyIn(tx.conn, "stage_difference", _COLUMNS) as copy:
        copy.write(found[_COLUMNS])
    tx.run("reconcile/insert", reconciliation_id=number)


def get(tx: Tx, number: int) -> dict[str, Any]:
    """One comparison.

    Raises:
        MissingError: ``reconcile.unknown``.
    """
    row = tx.one("reconcile/one", id=number)
    if row is None:
        raise MissingError("reconcile.unknown", id=number)
    return row
