"""What row security costs: boxes and lists of 500,000 hazards for an officer with 3 cells and a street with 64."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import httpx
import numpy as np
import psycopg
import pyarrow as pa
import pyarrow.csv as pv
import shapely

from benchmarks.common import Bench, Table, command
from benchmarks.serving import COUNT, WARM, measure, served
from gridsvc.services import ground
from gridsvc.store.filters import ListQuery, compose
from gridsvc.store.pool import Database
from gridsvc.store.sqlfiles import load
from gridsvc.store.tx import Caller, begin

if TYPE_CHECKING:
    from pathlib import Path

    from gridsvc.settings import Settings

ROWS, SIDE = 500_000, 6
WEST, SOUTH, DX, DY = 118.0, 31.0, 0.0168, 0.01445  # a street of 1,600 m
TABLE = Table(
    "Row security",
    f"{ROWS:,} hazards in a county of {SIDE * SIDE} streets of 64 cells (200 m); an officer with 3 cells and a street "
    f"office with 64; {COUNT} distinct boxes of about 250 m on the caller's own ground after {WARM} to warm up. In SQL: as "
    "`gridsvc_app`, scope set, the two statements of a list with a box (the keys of the box, then the rows), fetched; "
    "beside it the same statements as the owner of the machine, who bypasses row security. Asked for: p95 ≤ 5 ms and "
    "≤ 2 times without; a list without a box ≤ 10 ms; over HTTP (2 workers, 4 connections) ≤ 25 ms.",
)


def _areas(path: Path) -> None:
    boxes = [(i, j) for j in range(SIDE) for i in range(SIDE)]
    rows: list[dict[str, Any]] = [
        {"code": "990199", "name": "大县", "geometry": shapely.box(WEST, SOUTH, WEST + SIDE * DX, SOUTH + SIDE * DY)}
    ]
    for n, (i, j) in enumerate(boxes):
        shape = shapely.box(WEST + i * DX, SOUTH + j * DY, WEST + (i + 1) * DX, SOUTH + (j + 1) * DY)
        rows += [
            {"code": f"990199{n + 1:03d}", "name": f"街道{n + 1}", "geometry": shape},
            {"code": f"990199{n + 1:03d}001", "name": f"社区{n + 1}", "geometry": shape},
        ]
    gpd.GeoDataFrame(rows, crs=4326).to_file(path, driver="GeoJSON")


def _hazards(path: Path, rng: np.random.Generator) -> None:
    day = np.datetime64("2025-01-01") + rng.integers(0, 600, ROWS).astype("timedelta64[D]")
    pv.write_csv(
        pa.table({
            "编号": pa.array(np.char.add("Y", np.arange(ROWS).astype(str))),
            "类别": pa.array(np.array(["消防", "燃气", "用电"])[rng.integers(0, 3, ROWS)]),
            "发现日期": pa.array(day.astype(str)),
            "经度": pa.array(np.round(rng.uniform(WEST, WEST + SIDE * DX, ROWS), 6)),
            "纬度": pa.array(np.round(rng.uniform(SOUTH, SOUTH + SIDE * DY, ROWS), 6)),
        }),
        path,
    )  # fmt: skip


def _boxes(box: list[float], rng: np.random.Generator) -> list[tuple[float, float, float, float]]:
    x, y = rng.uniform(box[0], box[2], COUNT + WARM), rng.uniform(box[1], box[3], COUNT + WARM)
    return [(a - 0.0013, b - 0.0011, a + 0.0013, b + 0.0011) for a, b in zip(x, y, strict=True)]


def _statements(conn: Any, query: ListQuery) -> None:
    near = None
    if query.box:
        west, south, east, north = query.box
        found = conn.execute(
            load("unit/keys_near").query, {"west": west, "south": south, "east": east, "north": north}
        ).fetchall()
        near = tuple(r["key"] for r in found)
    statement, params = compose("hazard", ListQuery(query.fields, query.ranges, query.box, near, most=query.most))
    conn.execute(statement, params).fetchall()


def _timed(conn: Any, queries: list[ListQuery]) -> np.ndarray:
    took = []
    for query in queries:
        started = time.perf_counter()
        _statements(conn, query)
        took.append((time.perf_counter() - started) * 1000)
    return np.array(took[WARM:])


def _sql(settings: Settings, caller: Caller, role: str, rng: np.random.Generator, box: list[float]) -> None:
    with Database(settings.dsn or "", settings) as db, begin(db, caller, "rows", budget_ms=600_000) as tx:
        boxed = [ListQuery({"current": True}, tx.who.scope, b, most=100) for b in _boxes(box, rng)]
        plain = [
            ListQuery({"current": True, "class": f"{1 + i % 3:02d}"}, tx.who.scope, most=100)
            for i in range(COUNT + WARM)
        ]
        with_security, lists = _timed(tx.conn, boxed), _timed(tx.conn, plain)
    with psycopg.connect(settings.admin_dsn or "", row_factory=psycopg.rows.dict_row) as conn:
        without = _timed(conn, boxed)
    p95, bare = np.percentile(with_security, 95), np.percentile(without, 95)
    TABLE.add(f"{role}: a box, in SQL", f"p50 {np.median(with_security):.1f} ms, p95 {p95:.1f} ms",
              f"asked: ≤ 5 ms; without security p95 {bare:.1f} ms: {p95 / bare:.2f} times")  # fmt: skip
    TABLE.add(f"{role}: a list without a box, in SQL", f"p50 {np.median(lists):.1f} ms, p95 {np.percentile(lists, 95):.1f} ms",
              "asked: ≤ 10 ms")  # fmt: skip


def run(bench: Bench, folder: Path) -> Table:
    settings, rng = bench.settings(demo=True), np.random.default_rng(5)
    _areas(folder / "areas.geojson")
    _hazards(folder / "hazards.csv", rng)
    command(settings, "area", "import", folder / "areas.geojson", cwd=folder)
    command(settings, "grid", "divide", "990199", "--size", 200, "--json", cwd=folder)
    command(settings, "grid", "publish", "990199", cwd=folder)
    done = command(settings, "import", "hazards", folder / "hazards.csv", "--area", "990199", "--json", cwd=folder)
    TABLE.add(
        "hazards new / rejected",
        f"{done.json['counts']['new']:,} / {done.json['counts']['rejected']:,}",
        f"{done.seconds:.0f} s",
    )
    people = _accounts(settings)
    with served(settings) as (address, _):
        for role, (login, caller) in people.items():
            with httpx.Client(base_url=address, headers={"x-requested-with": "gridsvc"}, timeout=60) as one:
                one.post("/api/v1/auth/demo", json={"login": login}).raise_for_status()
                box = one.get("/api/v1/me").json()["box"]
                _sql(settings, caller, role, rng, box)
                paths = [f"/api/v1/hazards?bbox={','.join(f'{v:.6f}' for v in b)}" for b in _boxes(box, rng)]
                half, most, rate = measure(one, paths)
                TABLE.add(
                    f"{role}: a box, over HTTP",
                    f"p50 {half:.0f} ms, p95 {most:.0f} ms",
                    f"asked: ≤ 25 ms; {rate:.0f} requests/s",
                )
    return TABLE


def _accounts(settings: Settings) -> dict[str, tuple[str, Caller]]:
    from gridsvc.services import users
    from gridsvc.services.users import NewUser
    from gridsvc.store.tx import SYSTEM

    with Database(settings.dsn or "", settings) as db:
        with begin(db, SYSTEM, "read") as tx:
            area = ground.area_of(ground.areas_on(tx, ground.today(tx)), "990199015001")
            cells = _cells(tx, area)
        officer, _ = users.add(db, SYSTEM, NewUser("wangge", "员", "officer", cells=tuple(cells[20:23]), demo=True))
        street, _ = users.add(db, SYSTEM, NewUser("jiedao", "街", "street", "990199015", demo=True))
    return {
        "officer with 3 cells": ("wangge", Caller(officer)),
        f"street with {len(cells)} cells": ("jiedao", Caller(street)),
    }


def _cells(tx: Any, area: ground.Area) -> list[str]:
    found = tx.frame("unit/inside", lo=area.lo, hi=area.hi, day=ground.today(tx))
    return list(found.loc[found["kind"] == "cell", "code"])
