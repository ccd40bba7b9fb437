"""Reports and map files: what the services found, written by ``render``."""

from __future__ import annotations

import datetime as dt
import json
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from gridsvc.domain import heat
from gridsvc.errors import InputError
from gridsvc.io import writers
from gridsvc.services import closing, closinggaps, divisions, mapdata, users
from gridsvc.services import heat as heat_service
from gridsvc.store.tx import Caller, begin
from gridsvc.text import t

if TYPE_CHECKING:
    from pathlib import Path

    import geopandas as gpd

    from gridsvc.services.closing import Report
    from gridsvc.services.heat import Heat
    from gridsvc.services.scopes import Question
    from gridsvc.store.pool import Database

COVERAGE_FORMATS = (".xlsx", ".html", ".json")
OVERDUE_LISTED = 1_000
# The map of a report shows the finest level that a person can still tell apart.
_MOST_SHAPES = 6_000


def closing_file(db: Database, caller: Caller, question: Question, path: Path) -> Report:
    """按期办结率 as .xlsx, .html or .json.

    Raises:
        InputError: ``export.format``.
    """
    suffix = path.suffix.lower()
    if suffix not in COVERAGE_FORMATS:
        raise InputError("export.format", value=path.suffix, known=", ".join(COVERAGE_FORMATS))
    with begin(db, caller, "export"):
        pass  # taking a report away needs the permission to export
    found = closing.report(db, caller, question)
    overdue = overdue_table(db, caller, question)
    head = _head(db, caller, found)
    if suffix == ".json":
        text = json.dumps(closing.as_data(found), ensure_ascii=False, default=str, indent=1)
        path.write_text(text + "\n", encoding="utf-8")
    elif suffix == ".xlsx":
        from gridsvc.render import closingbook

        closingbook.write(path, head, found.tables, found.total, found.limits, overdue, found.target)
    else:
        from gridsvc.render import closingpage

        by = "cell" if 0 < len(found.tables["cell"]) <= _MOST_SHAPES else "community"
        shapes = closing.shapes(db, caller, question, by)
        backdrop = mapdata.backdrop(db, caller, _bounds(shapes))
        closingpage.write(
            path, head, found.tables, found.total, found.limits, overdue, found.target, shapes, backdrop.frame
        )
    with begin(db, caller, "export") as tx:
        tx.audit(
            "report",
            entity="closing",
            detail={"area": found.area.code, "period": found.period.text, "file": path.name},
        )
    return found


def _head(db: Database, caller: Caller, found: Report) -> dict[str, str]:
    me = users.me(db, caller)
    local = found.now.astimezone(db.settings.zone)
    return {
        t("report.head.area"): f"{found.area.name}（{found.area.code}）",
        t("report.head.period"): f"{found.period.start.isoformat()} – {found.period.last.isoformat()}",
        t("report.head.as_of"): local.strftime("%Y-%m-%d %H:%M"),
        t("report.target"): f"{found.target:.0%}",
        t("report.head.made"): f"{dt.datetime.now(db.settings.zone).strftime('%Y-%m-%d %H:%M')} {me['name']}",
    }


def overdue_table(db: Database, caller: Caller, question: Question) -> pd.DataFrame:
    """The longest overdue events with the code of their cell and local times."""
    frame = closinggaps.find(db, caller, question, most=OVERDUE_LISTED).overdue
    frame["cell_code"] = closinggaps.cell_codes(frame)
    for column in ("reported_at", "due_at"):
        frame[column] = pd.to_datetime(frame[column], utc=True).dt.tz_convert(db.settings.zone).dt.tz_localize(None)
    return frame


def _bounds(shapes: gpd.GeoDataFrame) -> tuple[float, float, float, float]:
    west, south, east, north = shapes.total_bounds
    if not np.isfinite(west):
        raise InputError("map.nothing_to_show")
    return float(west), float(south), float(east), float(north)


def heat_file(db: Database, caller: Caller, question: Question, by: str, per: str, path: Path) -> Heat:
    """Heat as a map (.html) or as data (.geojson, .gpkg, .csv …)."""
    found = heat_service.by_area(db, caller, question, by, per)
    if path.suffix.lower() != ".html":
        writers.write(iter([found.frame]), path, "heat")
        return found
    from gridsvc.render import foliummap

    bounds = _bounds(found.frame)
    title = (
        f"{t('heat.title')} · {found.area.name} · {found.period.start.isoformat()} – {found.period.last.isoformat()}"
    )
    target = foliummap.new_map(bounds, title)
    foliummap.add_backdrop(target, mapdata.backdrop(db, caller, bounds).frame)
    foliummap.add_classed(
        target, found.frame, "value", found.breaks, heat.COLOURS, t(f"heat.per.{per}"),
        {"code": t("heat.code"), "name": t("heat.name"), "n": t("heat.n"), "value": t(f"heat.per.{per}"),
         "buildings": t("heat.buildings")},
    )  # fmt: skip
    foliummap.save(target, path)
    return found


def division_file(db: Database, caller: Caller, division_id: int, path: Path) -> dict[str, Any]:
    """The cells of one division as a map (.html) or as data."""
    row = divisions.one(db, caller, division_id)
    cells = divisions.cells(db, caller, division_id)
    if path.suffix.lower() != ".html":
        writers.write(iter([cells.drop(columns="key")]), path, "cells")
        return row
    from gridsvc.render import foliummap

    bounds = _bounds(cells)
    target = foliummap.new_map(bounds, f"{t('grid.title')} · {row['area_name']}")
    foliummap.add_backdrop(target, mapdata.backdrop(db, caller, bounds).frame)
    breaks = heat.breaks(cells["load"].to_numpy(dtype=float))
    shown = cells.assign(code=cells["code"].fillna(""), name=cells["name"].fillna(cells["ordinal"].astype(str)))
    foliummap.add_classed(
        target, shown, "load", breaks, heat.COLOURS, t("grid.load"),
        {"code": t("heat.code"), "name": t("heat.name"), "load": t("grid.load"), "area_m2": t("grid.area_m2")},
    )  # fmt: skip
    foliummap.save(target, path)
    return row
