"""Taking lists away: the columns of the kind plus place, cell and status; every export is audited and signed."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from gridsvc.domain import codes, crs
from gridsvc.domain.records import RECORDS, WORDS
from gridsvc.errors import ForbiddenError, InputError, MissingError
from gridsvc.io import writers
from gridsvc.services import entries, ground, masks, scopes
from gridsvc.services.progress import Progress, quiet
from gridsvc.store import sqlfiles
from gridsvc.store.tx import Caller, begin

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from gridsvc.store.pool import Database
    from gridsvc.store.tx import Tx

LAYERS = {"areas": "area", "cells": "cell", **WORDS}
CHUNK = 20_000
OPEN = ("area", "cell", "base_feature", *entries.OPEN)  # to whoever works here


def export(
    db: Database, caller: Caller, layer: str, path: Path, *, area: str | None = None, reason: str | None = None,
    progress: Progress = quiet,
) -> int:  # fmt: skip
    """Write a layer of an area to a file; the number of rows. What the caller may not see is not in it.

    ``reason``: why residents are taken away with whole names; without one they are masked.

    Raises:
        InputError: ``export.layer``, ``export.format``; MissingError: ``scope.outside``.
    """
    kind = LAYERS.get(layer, layer)
    if kind not in LAYERS.values():
        raise InputError("export.layer", value=layer, known=", ".join(LAYERS))
    personal = kind in RECORDS and RECORDS[kind].personal
    with begin(db, caller, "export", budget_ms=db.settings.job_budget_ms) as tx:
        found = scopes.own_area(tx, area)
        if kind not in OPEN and not tx.who.touches(found.lo, found.hi):
            raise MissingError("scope.outside")
        if personal and not tx.who.person_scope:
            raise ForbiddenError("auth.person_scope", role=tx.who.role)
        if reason is not None and (len(reason.strip()) < 4 or "unmask" not in tx.who.permissions):
            raise InputError("reveal.reason")
        rows = writers.write(_chunks(tx, kind, found, progress, unmasked=reason is not None), path, layer)
        told = {"reason": reason.strip()} if reason else {}
        tx.audit("export", entity=kind, detail={"area": found.code, "rows": rows, "file": path.name, **told})
    return rows


def _chunks(
    tx: Tx, kind: str, area: ground.Area, progress: Progress, *, unmasked: bool
) -> Iterator[gpd.GeoDataFrame]:
    stamp = dt.datetime.now(dt.UTC).replace(microsecond=0).isoformat()
    done = 0
    name = f"export/{kind}" if sqlfiles.exists(f"export/{kind}") else f"{kind}/export"
    frames = tx.stream(name, CHUNK, lo=area.lo, hi=area.hi, day=ground.today(tx))
    for frame in frames:
        done += len(frame)
        progress("export.write", 0.0)
        yield _shaped(masks.frame(tx, kind, frame, unmasked=unmasked), tx.who.login, stamp)
    if not done:
        frame = tx.frame(name, lo=0, hi=0, day=ground.today(tx))
        yield _shaped(masks.frame(tx, kind, frame, unmasked=unmasked), tx.who.login, stamp)


def _shaped(frame: pd.DataFrame, login: str, stamp: str) -> gpd.GeoDataFrame:
    """Keys as codes, shapes as geometry, and who took it when."""
    wkb = frame.pop("wkb").to_numpy(dtype=object)
    key = frame.pop("cell_key").fillna(0).to_numpy(dtype=np.int64)
    alt = frame.pop("cell_alt").fillna(0).to_numpy(dtype=np.int64)
    status = frame.pop("assign_status")
    frame["area_code"] = codes.area_codes(key)
    frame["cell_code"] = codes.cell_codes(key)
    frame["cell_alt"] = codes.cell_codes(alt)
    frame["assign_status"] = status
    frame["exported_by"], frame["exported_at"] = login, stamp
    return gpd.GeoDataFrame(frame, geometry=shapely.from_wkb(wkb), crs=crs.WGS84)
