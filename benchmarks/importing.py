"""One million events from CSV into a grid of 20,000 cells, with indexes and rollup."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import psycopg
import pyarrow as pa
import pyarrow.csv as pv
import shapely

from benchmarks.common import Bench, Table, command, timed

if TYPE_CHECKING:
    from pathlib import Path

    from gridsvc.settings import Settings

ROWS = 1_000_000
WEST, SOUTH, STEP = 118.0, 31.0, 0.16
TABLE = Table(
    "Importing 1,000,000 events",
    "`gridsvc import events` on a CSV of 1 M rows (number, class, time, closing time, lon, lat) into a county of nine "
    "communities divided into squares of 350 m, fsync on. Asked for: ≤ 40 s and ≤ 1.5 GB of the client's memory "
    "(the command with its reading child process).",
)


def areas(path: Path) -> None:
    rows = []
    for i in range(9):
        x, y = WEST + i % 3 * STEP, SOUTH + i // 3 * STEP
        rows.append(
            {
                "code": f"990199001{i + 1:03d}",
                "name": f"社区{i + 1}",
                "geometry": shapely.box(x, y, x + STEP, y + STEP),
            }
        )
    whole = shapely.box(WEST, SOUTH, WEST + 3 * STEP, SOUTH + 3 * STEP)
    rows += [
        {"code": "990199", "name": "大县", "geometry": whole},
        {"code": "990199001", "name": "大街", "geometry": whole},
    ]
    gpd.GeoDataFrame(rows, crs=4326).to_file(path, driver="GeoJSON")


def _events(path: Path) -> None:
    rng = np.random.default_rng(1)
    names = np.array(["暴露垃圾", "占道经营", "路灯不亮", "井盖破损", "噪音扰民", "乱停车", "违规张贴", "绿化破坏"])
    start = np.datetime64("2024-11-01T00:00:00")
    reported = start + rng.integers(0, 730 * 86_400, ROWS).astype("timedelta64[s]")
    closed = np.where(
        rng.random(ROWS) < 0.95,
        reported + rng.integers(600, 400_000, ROWS).astype("timedelta64[s]"),
        np.datetime64("NaT"),
    )
    table = pa.table({
        "编号": pa.array(np.char.add("E", np.arange(ROWS).astype(str))),
        "类别": pa.array(names[rng.integers(0, len(names), ROWS)]),
        "上报时间": pa.array(np.char.replace(reported.astype("datetime64[s]").astype(str), "T", " ")),
        "结案时间": pa.array(np.char.replace(np.where(np.isnat(closed), "", closed.astype(str)), "T", " ")),
        "经度": pa.array(np.round(rng.uniform(WEST, WEST + 3 * STEP, ROWS), 6)),
        "纬度": pa.array(np.round(rng.uniform(SOUTH, SOUTH + 3 * STEP, ROWS), 6)),
    })  # fmt: skip
    pv.write_csv(table, path)


def _floor(settings: Settings) -> float:
    """What the database needs for storing and indexing such rows, without reading, assigning or the rollup."""
    with psycopg.connect(settings.admin_dsn or "", autocommit=True) as conn:
        conn.execute("CREATE TABLE floor (LIKE event INCLUDING INDEXES)")
        with timed() as took:
            conn.execute("INSERT INTO floor SELECT * FROM event ORDER BY cell_key, source_key")
        conn.execute("DROP TABLE floor")
    return took[0]


def run(bench: Bench, folder: Path) -> Table:
    settings = bench.settings()
    areas(folder / "areas.geojson")
    _events(folder / "events.csv")
    command(settings, "area", "import", folder / "areas.geojson", cwd=folder)
    divided = command(settings, "grid", "divide", "990199", "--size", 350, "--json", cwd=folder)
    cells = sum(d["figures"]["cells"] for d in divided.json)
    published = command(settings, "grid", "publish", "990199", cwd=folder)
    TABLE.add(
        "cells of the grid",
        f"{cells:,}",
        f"divided in {divided.seconds:.1f} s, published in {published.seconds:.1f} s",
    )
    done = command(settings, "import", "events", folder / "events.csv", "--area", "990199", "--json", cwd=folder)
    counts = done.json["counts"]
    TABLE.add("rows new / rejected", f"{counts['new']:,} / {counts['rejected']:,}")
    TABLE.add("seconds, from the command to its end", f"{done.seconds:.1f} s", "asked: ≤ 40 s")
    TABLE.add("peak memory, client and reader", f"{done.peak_mb:,.0f} MB", "asked: ≤ 1,500 MB")
    floor = _floor(settings)
    TABLE.add(
        "PostgreSQL alone: the same rows into an empty table with the same indexes",
        f"{floor:.1f} s",
        f"the whole command takes {done.seconds / floor:.1f} times as long (a machine's own speed may vary from hour to hour)",
    )
    again = command(settings, "import", "events", folder / "events.csv", "--area", "990199", "--json", cwd=folder)
    TABLE.add(
        "the same file again (nothing changes)",
        f"{again.seconds:.1f} s",
        f"{again.json['counts']['same']:,} the same",
    )
    redo = command(settings, "grid", "divide", "990199", "--method", "hex", "--size", 215, "--json", cwd=folder)
    moved = command(settings, "grid", "publish", "990199", "--json", cwd=folder)
    n = sum(sum(p["moved"].values()) for p in moved.json)
    TABLE.add(
        "divided anew (hexagons) and published, records assigned again",
        f"{moved.seconds:.1f} s",
        f"{n:,} records moved; divided in {redo.seconds:.1f} s",
    )
    return TABLE
