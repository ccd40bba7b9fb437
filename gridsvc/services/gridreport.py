"""What an office files of a division: 网格划分一览表, 网格分布图, 公示牌."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import shapely

from gridsvc.domain import crs, surroundings
from gridsvc.errors import ConflictError
from gridsvc.services import codelists, dividing, ground, mapdata
from gridsvc.services.progress import Progress, quiet
from gridsvc.store.tx import Caller, Tx, begin
from gridsvc.text import t

if TYPE_CHECKING:
    import datetime as dt
    from pathlib import Path

    from gridsvc.render.scene import Scene
    from gridsvc.store.pool import Database

LEADER, OFFICERS = ("02",), ("03", "04", "08")
_AROUND = 400 / 111_320


@dataclass(frozen=True)
class Report:
    """Files that were written, how many cells they tell of, and how many of those have all four sides named."""

    files: list[str]
    cells: int
    sides_named: int


def write(
    db: Database, caller: Caller, area: str, folder: Path, *, maker: str = "", permit: str = "", link: str = "",
    progress: Progress = quiet,
) -> Report:  # fmt: skip
    """Write the table (XLSX), the map (A3 PDF, a sheet a community) and the signs (PDF, a page a cell) of ``area``.

    Numbers of people stand there for whom her duty gives them; for others a dash.

    Raises:
        ConflictError: ``division.none_in_force``; InputError as :func:`gridsvc.services.dividing.leaves`.
    """
    from gridsvc.render import gridbook, gridmap

    with begin(db, caller, "export", budget_ms=db.settings.job_budget_ms) as tx:
        day = ground.today(tx)
        parts = dividing.leaves(tx, area)
        kinds = codelists.names(tx)
        top, over = _special(tx, area, day)
        told, sheets = [], []
        for n, part in enumerate(parts.itertuples()):
            progress("division.report", n / len(parts))
            cells = tx.frame("division/report", lo=part.lo, hi=part.hi, day=day)
            if len(cells):
                shapes, sides = _four(tx, part, cells)
                told.append((part, _rows(tx, cells, sides, kinds), sides))
                sheets.append(_scene(tx, part, cells, shapes, over))
        maps_of = list(zip([p.name for p, _, _ in told], sheets, strict=True))
        for n in range(len(over) if told else 0):  # special cells lie far apart: each has its own ground
            one = over.iloc[[n]]
            part = top._replace(wkb=shapely.to_wkb(shapely.box(*_shapes(one)[0].bounds)))
            shapes, sides = _four(tx, part, one)
            told.append((part, _rows(tx, one, sides, kinds), sides))
            sheets.append(_scene(tx, part, one, shapes))
        tx.audit("division.report", entity="area", detail={"area": area, "cells": sum(len(r) for _, r, _ in told)})
    if not told:
        raise ConflictError("division.none_in_force", area=area)
    folder.mkdir(parents=True, exist_ok=True)
    rows = [r for _, part_rows, _ in told for r in part_rows]
    for i, row in enumerate(rows):
        row["row"] = i + 1
    top = area if len(maps_of) > 1 else maps_of[0][0]
    table, maps, signs = folder / "网格划分一览表.xlsx", folder / "网格分布图.pdf", folder / "公示牌.pdf"
    note = t("gridbook.note", maker=maker or "–", day=day.isoformat())
    gridbook.write(table, t("gridbook.title", area=top), note, rows)
    titled = [(t("gridmap.title", area=name), scene) for name, scene in maps_of]
    maps.write_bytes(gridmap.maps(titled, maker or "–", day.isoformat(), permit))
    signs.write_bytes(_signs(told, sheets, link))
    named = sum(int(s.sure.all(axis=1).sum()) for _, _, s in told)
    return Report([str(p) for p in (table, maps, signs)], len(rows), named)


def _special(tx: Tx, area: str, day: dt.date) -> tuple[Any, pd.DataFrame]:
    """The area that the report is about, and the special cells that belong to it or to what is inside it."""
    areas = ground.areas_on(tx, day, shapes=True)
    top = ground.area_of(areas, area)
    rows = areas[areas["key"].between(top.lo, top.hi - 1)].sort_values("level")
    over = tx.frame("special/inside", lo=top.lo, hi=top.hi, day=day)
    return next(rows.itertuples())._replace(name=top.name), over.assign(loose=None, people=0)


def _shapes(cells: pd.DataFrame) -> np.ndarray[Any, Any]:
    return np.asarray(shapely.from_wkb(cells["wkb"].to_numpy(dtype=object)), dtype=object)


def _four(tx: Tx, part: Any, cells: pd.DataFrame) -> tuple[np.ndarray[Any, Any], surroundings.Sides]:
    found = tx.frame("base_feature/named", wkb=bytes(part.wkb), degrees=_AROUND)
    shapes = _shapes(cells)
    epsg = crs.metric_of(shapes)
    metric = crs.transform(shapes, crs.WGS84, epsg)
    lines = crs.transform(np.asarray(shapely.from_wkb(found["wkb"].to_numpy(dtype=object))), crs.WGS84, epsg)
    inside = (found["layer"] == "estate").to_numpy(dtype=bool)  # a cell within an estate does not border on it
    lines[inside] = shapely.boundary(lines[inside])
    return metric, surroundings.four_sides(metric, lines, found["name"].to_numpy(dtype=object))


def bounds_text(names: np.ndarray[Any, Any], sure: np.ndarray[Any, Any]) -> str:
    """东至…、南至…、西至…、北至…"""
    said = []
    for side, name, along in zip(surroundings.SIDES, names, sure, strict=True):
        where = name if name and along else t("gridbook.near", name=name) if name else t("gridbook.unnamed")
        said.append(t(f"gridbook.to_{side}", name=where))
    return "，".join(said)


def _rows(tx: Tx, cells: pd.DataFrame, sides: surroundings.Sides, kinds: dict[str, Any]) -> list[dict[str, Any]]:
    knows = [tx.who.knows(int(k), int(k) + 1) for k in cells["key"]]
    out = []
    for i, c in enumerate(cells.itertuples()):
        posts = c.posts or []
        leaders = [p for p in posts if p["kind"] in LEADER]
        officers = [p for p in posts if p["kind"] in OFFICERS]
        places = [*(c.estates or []), *(c.loose or [])]
        out.append({
            "code": c.code_alt or c.code, "name": c.name, "kind": _kind(c.kind, kinds),
            "bounds": bounds_text(sides.names[i], sides.sure[i]), "places": "、".join(places),
            "over": c.kind != "basic", "area_m2": round(float(c.area_m2)), "households": int(c.households),
            "people": int(c.people) if knows[i] and c.kind == "basic" else None,
            "leader": "、".join(p["name"] for p in leaders), "officer": "、".join(p["name"] for p in officers),
            "phone": "、".join(p["phone"] or "" for p in [*leaders, *officers] if p["phone"]),
            "posts": [
                {"kind": kinds["post_kind"].get(p["kind"], p["kind"]), "name": p["name"], "phone": p["phone"] or "–"}
                for p in posts
            ],
        })  # fmt: skip
    return out


def _kind(kind: str, kinds: dict[str, Any]) -> str:
    if kind == "basic":
        return t("cell.kind.basic")
    return t("cell.kind.special", kind=kinds["cell_kind"].get(kind, kind))


def _scene(
    tx: Tx, part: Any, cells: pd.DataFrame, metric: np.ndarray[Any, Any], over: pd.DataFrame | None = None
) -> Scene:  # fmt: skip
    """What the map of a part shows; special cells ``over`` it are outlined."""
    from gridsvc.render.scene import Scene

    wkb = shapely.from_wkb(part.wkb)
    epsg = crs.metric_of(wkb)
    pairs = mapdata.drawn(tx, wkb, epsg)
    if over is not None and len(over):
        lying = crs.transform(_shapes(over)[shapely.intersects(_shapes(over), wkb)], crs.WGS84, epsg)
        pairs += [("special", g) for g in lying]
    return Scene(metric, [str(n) for n in cells["name"]], pairs)


def _signs(told: list[Any], sheets: list[Scene], link: str) -> bytes:
    """All signs in one file; cells keep the ground of their own community, special cells theirs."""
    from gridsvc.render import gridmap

    base = link.rstrip("/") or "http://127.0.0.1:8000"
    pages = []
    for (part, part_rows, _), scene in zip(told, sheets, strict=True):
        pages += [(scene, i, {
            "area": part.name, "name": r["name"], "code": r["code"], "bounds": r["bounds"],
            "people": r["posts"] or [{"kind": "–", "name": t("gridmap.nobody"), "phone": "–"}],
            "link": f"{base}/?cell={r['code']}",
        }) for i, r in enumerate(part_rows)]  # fmt: skip
    return gridmap.signs(pages)
