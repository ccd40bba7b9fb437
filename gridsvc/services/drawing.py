"""What is drawn on the map from nothing: areas, estates, barriers, basic and special cells.

What is drawn goes the way of a file that is imported, so that it is checked, placed, audited and undone alike;
polygons are first made to fit (:mod:`gridsvc.domain.drawing`).
"""

from __future__ import annotations

import secrets
from contextlib import contextmanager
from dataclasses import dataclass, field
from io import BytesIO
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from gridsvc.domain import geometry, values
from gridsvc.domain.drawing import fitted
from gridsvc.domain.sheets import plain_rows
from gridsvc.errors import InputError
from gridsvc.services import areas, dividing, divisions, ground, imports, jobs, special
from gridsvc.services.areas import AreaRequest
from gridsvc.services.filein import Source
from gridsvc.services.imports import ImportRequest
from gridsvc.store.tx import Caller, begin
from gridsvc.text import t

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from gridsvc.store.pool import Database

WHAT = {"cells": "divide", "special": "divide", "estates": "edit", "barriers": "import", "areas": "areas"}
LINES = ("barriers",)
# kinds of lines that a border can follow, as the base map names them
BARRIERS = ("wall", "fence", "river", "rail", "major_road", "minor_road")


@dataclass(frozen=True)
class Drawn:
    """What became of it: the draft that was made, if any, rows that were written, ground of the area that is in no
    cell (m²), and what could not be taken (row_no, field, value, reason)."""

    division_id: int | None = None
    written: int = 0
    open_m2: float = 0.0
    rejects: list[dict[str, Any]] = field(default_factory=list)


def save(
    db: Database, caller: Caller, what: str, area: str, features: gpd.GeoDataFrame, *, name: str = "",
    replaces: int | None = None,
) -> Drawn:  # fmt: skip
    """Store drawn shapes (lon/lat; columns name, kind, code).

    ``cells``: a draft of the lowest area, its cells made to fit each other; ``special``: a draft of special cells;
    ``estates``, ``barriers``, ``areas`` (inside the area, with codes): records.

    Raises:
        InputError: ``drawing.what``, ``drawing.shape``, ``geometry.invalid_drawn``, ``drawing.nothing_left``, and
        what an import of the same file is refused for; ForbiddenError: ``auth.forbidden``.
    """
    if what not in WHAT:
        raise InputError("drawing.what", value=what, known=", ".join(WHAT))
    _usable(features, lines=what in LINES)
    with begin(db, caller, WHAT[what]) as tx:
        found = imports.own_area(tx, area)
    return _SAVERS[what](db, caller, found, features, name, replaces)


def _usable(features: gpd.GeoDataFrame, *, lines: bool) -> None:
    shapes = np.asarray(features.geometry, dtype=object)
    kind = np.isin(shapely.get_type_id(shapes), (1, 5) if lines else (3, 6))
    if not len(shapes) or not kind.all():
        raise InputError("drawing.shape")
    wrong = geometry.troubles(shapes)
    if len(wrong.index):
        raise InputError(
            "geometry.invalid_drawn", name=str(features["name"].iloc[wrong.index[0]]), reason=wrong.reason[0]
        )


def _cells(
    db: Database, caller: Caller, area: ground.Area, features: gpd.GeoDataFrame, name: str, replaces: int | None
) -> Drawn:  # fmt: skip
    del replaces
    with begin(db, caller, "divide", budget_ms=db.settings.job_budget_ms) as tx:
        parts = dividing.leaves(tx, area.code)
        if len(parts) != 1:
            raise InputError("drawing.lowest", area=area.code)
        part = next(parts.itertuples())
        done = fitted(np.asarray(features.geometry, dtype=object), shapely.from_wkb(part.wkb))
        _something(features, done.shapes)
        frame = pd.DataFrame(
            {"geom": done.shapes, "code_alt": None, "name": values.clean(features["name"]).to_numpy(dtype=object)}
        )
        cells = divisions.ordered(tx, part, frame)
        made = dividing.store(tx, part, cells, "drawn", {}, {}, name or None)
    return Drawn(division_id=made.division_id, open_m2=round(done.open_m2, 1))


def _special(
    db: Database, caller: Caller, area: ground.Area, features: gpd.GeoDataFrame, name: str, replaces: int | None
) -> Drawn:  # fmt: skip
    rows = [
        {"name": n, "kind": k or "其他", "geom": g}
        for n, k, g in zip(features["name"], features["kind"], features.geometry, strict=True)
    ]
    title = name or "、".join(str(n) for n in features["name"].head(3))
    return Drawn(special.draw(db, caller, area.code, rows, name=title, replaces=replaces).division_id)


def _estates(
    db: Database, caller: Caller, area: ground.Area, features: gpd.GeoDataFrame, name: str, replaces: int | None
) -> Drawn:  # fmt: skip
    del replaces
    shapes = fitted(np.asarray(features.geometry, dtype=object), _shape(db, caller, area)).shapes
    _something(features, shapes)
    return _import(db, caller, "estate", area, features.set_geometry(shapes), name or "手绘小区")


def _barriers(
    db: Database, caller: Caller, area: ground.Area, features: gpd.GeoDataFrame, name: str, replaces: int | None
) -> Drawn:  # fmt: skip
    del replaces
    wrong = ~features["kind"].isin(BARRIERS)
    if wrong.any():
        raise InputError("drawing.barrier", value=str(features.loc[wrong, "kind"].iloc[0]), known=", ".join(BARRIERS))
    return _import(db, caller, "base_feature", area, features, name or "手绘边界线")


def _areas(
    db: Database, caller: Caller, area: ground.Area, features: gpd.GeoDataFrame, name: str, replaces: int | None
) -> Drawn:  # fmt: skip
    """Areas below one: cut to it and to those that are there."""
    del replaces
    outside = ~features["code"].fillna("").astype("str").str.startswith(area.code)
    if outside.any():
        raise InputError("drawing.code", value=str(features.loc[outside, "code"].iloc[0]), area=area.code)
    with begin(db, caller, "areas") as tx:
        frame = ground.areas_on(tx, ground.today(tx), shapes=True)
    inside = frame["leaf"] & frame["key"].between(area.lo, area.hi - 1) & (frame["code"] != area.code)
    there = np.asarray(shapely.from_wkb(frame.loc[inside, "wkb"].to_numpy(dtype=object)), dtype=object)
    shapes = fitted(np.asarray(features.geometry, dtype=object), _shape(db, caller, area), there).shapes
    _something(features, shapes)
    with _file(db, features.set_geometry(shapes)) as path:
        request = AreaRequest(Source(path, file_name="drawn.geojson"), codes="gb", list_name=name or "手绘区划")
        done = areas.run(db, caller, request)
    return Drawn(written=done.counts["new"] + done.counts["changed"], rejects=_told(done.rejects))


_SAVERS = {"cells": _cells, "special": _special, "estates": _estates, "barriers": _barriers, "areas": _areas}


def _import(
    db: Database, caller: Caller, kind: str, area: ground.Area, features: gpd.GeoDataFrame, name: str
) -> Drawn:  # fmt: skip
    rows = features.assign(id=[secrets.token_hex(8) for _ in range(len(features))])
    with _file(db, rows) as path:
        request = ImportRequest(kind, Source(path, file_name="drawn.geojson"), area=area.code, list_name=name)
        done = imports.run(db, caller, request)
    return Drawn(written=done.counts["new"], rejects=_told(done.rejects))


@contextmanager
def _file(db: Database, features: gpd.GeoDataFrame) -> Iterator[Path]:
    """A file of what was drawn, in the spool for as long as it is read."""
    text = features.dropna(axis="columns", how="all").to_json(drop_id=True)
    path = jobs.keep_upload(db.settings, "drawn.geojson", BytesIO(text.encode()))
    try:
        yield path
    finally:
        path.unlink(missing_ok=True)


def _shape(db: Database, caller: Caller, area: ground.Area) -> shapely.Geometry:
    with begin(db, caller, "read") as tx:
        frame = ground.areas_on(tx, ground.today(tx), shapes=True)
    hit = frame.loc[frame["code"] == area.code, "wkb"]
    if hit.empty:
        raise InputError("special.no_shape", area=area.code)
    return shapely.from_wkb(hit.iloc[0])


def _something(features: gpd.GeoDataFrame, shapes: Any) -> None:
    gone = shapely.is_empty(shapes)
    if gone.any():
        raise InputError("drawing.nothing_left", name=str(features["name"].iloc[int(np.argmax(gone))]))


def _told(rejects: pd.DataFrame) -> list[dict[str, Any]]:
    """The first rows that were not taken, with the reason in words."""
    rows = plain_rows(rejects.drop(columns="row", errors="ignore").head(20))
    return [{**r, "message": t(f"reject.{r['reason']}")} for r in rows]
