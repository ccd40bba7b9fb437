"""What somebody sees in a ledger, as a file: the same filters, the columns she chose, who took it and when."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from gridsvc.domain import codes, crs
from gridsvc.errors import ForbiddenError, LimitError
from gridsvc.io import writers
from gridsvc.services import codetables, entries, ground, masks, records
from gridsvc.store.filters import ListQuery, page
from gridsvc.store.tx import Caller, begin
from gridsvc.text import language, t

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from gridsvc.store.pool import Database
    from gridsvc.store.tx import Tx

MOST = 200_000
CHUNK = 5_000
OWN = ("id", "cell_code", "area_code", "ended")


def export(
    db: Database, caller: Caller, kind: str, path: Path, *, columns: tuple[str, ...] = (), area: str | None = None,
    cell: str | None = None, **fields: Any,
) -> int:  # fmt: skip
    """Write the records of a list to ``path`` (CSV, XLSX); the number of rows. Masked as the list is.

    Raises:
        LimitError: ``seen.many``; InputError: ``export.format``, ``list.field``; ForbiddenError.
    """
    with begin(db, caller, entries.seen_with(kind), budget_ms=db.settings.job_budget_ms) as tx:
        if "export" not in tx.who.permissions:
            raise ForbiddenError("auth.forbidden", role=tx.who.role, need="export")
        ranges = records.key_ranges(tx, area, cell) if area or cell or kind not in entries.OPEN else ()
        if said := fields.pop("q", None):
            fields |= entries.search(tx, kind, str(said))
        rows = writers.write(_chunks(tx, kind, columns, fields, ranges), path, t(f"kind.{kind}"))
        detail = {"rows": rows, "area": area, "cell": cell, "columns": list(columns), "seen": True}
        tx.audit("export", entity=kind, detail=detail)
    return rows


def _chunks(
    tx: Tx, kind: str, columns: tuple[str, ...], fields: dict[str, Any], ranges: tuple[tuple[int, int], ...]
) -> Iterator[gpd.GeoDataFrame]:
    spec, zh = codetables.kinds()[kind], language() == "zh"
    known = [n for n, f in spec.fields.items() if f.type not in ("geom", "area") and n != "cell"]
    wanted = [c for c in columns if c in known or c in OWN] or [*known, "cell_code"]
    called = {c: codetables.called(spec, c, zh=zh) if c in spec.fields else t(f"ledger.{c}") for c in wanted}
    stamp = dt.datetime.now(dt.UTC).astimezone(ZoneInfo(ground.zone(tx))).strftime("%Y-%m-%d %H:%M")
    cursor, done = None, 0
    while True:
        rows, cursor = page(tx, kind, ListQuery(fields, ranges, None, None, "-id", cursor, CHUNK))
        done += len(rows)
        if done > MOST:
            raise LimitError("seen.many", most=MOST)
        found = pd.DataFrame(rows) if rows else pd.DataFrame(columns=[*wanted, "cell_key"])
        keys = found["cell_key"].to_numpy(dtype=np.int64)
        found = found.assign(area_code=codes.area_codes(keys), cell_code=codes.cell_codes(keys))
        frame = masks.frame(tx, kind, found).reindex(columns=wanted).rename(columns=called)
        frame[t("seen.by")], frame[t("seen.at")] = tx.who.login, stamp
        yield gpd.GeoDataFrame(frame, geometry=shapely.points(np.zeros((len(frame), 2))), crs=crs.WGS84)
        if cursor is None:
            return
