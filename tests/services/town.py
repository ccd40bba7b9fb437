"""A small town drawn in ASCII, in a database of its own: one county, one street, three communities."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import shapely

from gridsvc.domain.division import Recipe
from gridsvc.services import areas, batches, dividing, imports, publishing
from gridsvc.services.areas import AreaRequest
from gridsvc.services.filein import Source
from gridsvc.services.imports import ImportRequest
from gridsvc.store.pool import Database
from gridsvc.store.tx import SYSTEM, Caller, begin
from tests import drawn

MAP = """
AAABBB
AAABBB
CCCBBB
"""
COUNTY, STREET = "990105", "990105001"
CODES = {"A": "990105001001", "B": "990105001002", "C": "990105001003"}


class Town:
    """The database and the folder its files go to."""

    def __init__(self, db: Database, folder: Path) -> None:
        self.db, self.folder = db, folder

    def area_file(self, name: str = "areas.geojson", drawing: str = MAP, codes: dict[str, str] = CODES) -> Path:
        shapes = drawn.polygons(drawing)
        whole = shapely.union_all(list(shapes.values()))
        rows = [
            {"code": COUNTY, "name": "测试县", "geometry": whole},
            {"code": STREET, "name": "测试街道", "geometry": whole},
            *({"code": codes[k], "name": f"{k}社区", "geometry": g} for k, g in shapes.items()),
        ]
        path = self.folder / name
        gpd.GeoDataFrame(rows, crs=4326).to_file(path, driver="GeoJSON")
        return path

    def areas(self, path: Path | None = None, caller: Caller = SYSTEM, **more: Any) -> areas.AreaOutcome:
        return areas.run(self.db, caller, AreaRequest(Source(path or self.area_file(), local=True), **more))

    def divide(self, area: str = COUNTY, publish: bool = True, day: dt.date | None = None, **how: Any) -> list[Any]:
        drafts = dividing.divide(self.db, SYSTEM, area, Recipe(**(how or {"method": "square", "size_m": 120})))
        return [publishing.publish(self.db, SYSTEM, d.division_id, day) for d in drafts] if publish else drafts

    def csv(self, rows: list[dict[str, Any]], name: str = "events.csv", encoding: str = "utf-8") -> Path:
        path = self.folder / name
        pd.DataFrame(rows).to_csv(path, index=False, encoding=encoding)
        return path

    def take(self, kind: str, path: Path, caller: Caller = SYSTEM, **more: Any) -> imports.Outcome:
        source = Source(path, columns=more.pop("columns", {}), crs=more.pop("crs", "auto"))
        return imports.run(self.db, caller, ImportRequest(kind, source, **more))

    def events(self, rows: list[dict[str, Any]], **more: Any) -> imports.Outcome:
        return self.take("event", self.csv(rows), **more)

    def undo(self, batch: int, caller: Caller = SYSTEM) -> dict[str, Any]:
        return batches.undo(self.db, caller, batch)

    def rows(self, query: str, *params: Any) -> list[dict[str, Any]]:
        with begin(self.db, SYSTEM, "jobs") as tx:
            return tx.conn.execute(query, params).fetchall()

    def count(self, table: str) -> int:
        return int(self.rows(f"SELECT count(*) AS n FROM {table}")[0]["n"])


DIVIDED = (Town.areas, Town.divide)


def event(number: int, column: float, row: float, **more: Any) -> dict[str, Any]:
    """One row of an event list at a place of the map."""
    lon, lat = drawn.at(column, row)
    return {
        "编号": f"E{number}",
        "类别": "暴露垃圾",
        "上报时间": "2026-10-05 09:00",
        "经度": lon,
        "纬度": lat,
        **more,
    }
