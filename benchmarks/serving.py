"""Tiles, heat, closing and single cells over HTTP."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import httpx
import numpy as np

from benchmarks.common import Bench, Table, command, environment, tree_mb

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from gridsvc.settings import Settings

SCALE = 8
COUNT, WARM = 500, 50
TABLE = Table(
    "Serving",
    f"The sample city at `--scale {SCALE}` (200,000 events, 32,000 buildings) behind `gridsvc serve` with 2 workers; 4 "
    f"connections, {COUNT} distinct requests after {WARM} to warm up, signed in as the named role. Tiles are cold: "
    "every request asks for another tile or period, and our cache is empty.",
)


def _tiles(box: list[float], zooms: tuple[int, ...], rng: np.random.Generator) -> list[tuple[int, int, int]]:
    """Tiles in a box, each once while there are any left."""
    every = []
    for z in zooms:
        n = 2**z
        column = [int((lon + 180) / 360 * n) for lon in (box[0], box[2])]
        row = [int((1 - np.arcsinh(np.tan(np.radians(lat))) / np.pi) / 2 * n) for lat in (box[3], box[1])]
        every += [(z, x, y) for x in range(column[0], column[1] + 1) for y in range(row[0], row[1] + 1)]
    order = rng.permutation(len(every))
    return [every[order[i % len(every)]] for i in range(COUNT + WARM)]


def measure(one: httpx.Client, paths: list[str]) -> tuple[float, float, float]:
    """p50, p95 in ms, and requests per second."""

    def ask(path: str) -> float:
        started = time.perf_counter()
        answer = one.get(path)
        if answer.status_code not in (200, 404):
            raise SystemExit(f"{answer.status_code} {path}: {answer.text[:300]}")
        return (time.perf_counter() - started) * 1000

    with ThreadPoolExecutor(4) as four:
        list(four.map(ask, paths[:WARM]))
        started = time.perf_counter()
        took = list(four.map(ask, paths[WARM : WARM + COUNT]))
        seconds = time.perf_counter() - started
    return float(np.percentile(took, 50)), float(np.percentile(took, 95)), len(took) / seconds


def _questions(kind: str, me: dict[str, Any], cells: list[str], rng: np.random.Generator) -> list[str]:
    days = [
        f"2026-{rng.integers(1, 10):02d}-{rng.integers(1, 29):02d}..2026-11-{rng.integers(1, 20):02d}"
        for _ in range(COUNT + WARM)
    ]
    if kind in ("heat", "base", "events"):
        if kind == "base":
            return [f"/tiles/base/{z}/{x}/{y}.mvt" for z, x, y in _tiles(me["box"], (14, 15, 16, 17), rng)]
        tiles = _tiles(me["box"], (13, 14, 15, 16), rng)
        return [f"/tiles/{kind}/{z}/{x}/{y}.mvt?period={d}" for (z, x, y), d in zip(tiles, days, strict=True)]
    if kind == "cell":
        return [f"/api/v1/cells/{cells[i % len(cells)]}/summary?period={days[i]}" for i in range(COUNT + WARM)]
    return [f"/api/v1/{kind}?by=community&period={d}&n={i}" for i, d in enumerate(days)]


@contextmanager
def served(settings: Settings) -> Iterator[tuple[str, int]]:
    """The service with 2 workers: its address and process."""
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        port = s.getsockname()[1]
    server = subprocess.Popen(
        [sys.executable, "-m", "gridsvc", "serve", "--demo", "--port", str(port), "--workers", "2", "--no-jobs"],
        env=environment(settings), stdout=subprocess.DEVNULL,
    )  # fmt: skip
    address = f"http://127.0.0.1:{port}"
    try:
        for _ in range(100):
            try:
                httpx.get(address + "/health/ready")
                break
            except httpx.HTTPError:
                time.sleep(0.2)
        yield address, server.pid
    finally:
        server.terminate()
        server.wait(20)


def run(bench: Bench, folder: Path) -> Table:
    settings = bench.settings(demo=True)
    made = command(
        settings, "demo", "--no-serve", "--scale", SCALE, "--as-of", "2026-11-20", GRIDSVC_OUT=str(folder / "out")
    )
    TABLE.add("making the city", f"{made.seconds:.0f} s", f"peak {made.peak_mb:,.0f} MB")
    with served(settings) as (address, pid):
        rng = np.random.default_rng(3)
        for role, login, kinds in (
            ("street", "jiedao", ("heat", "events", "closing", "heat-json", "cell")),
            ("county", "quxian", ("heat", "base", "closing", "cell")),
        ):
            with httpx.Client(base_url=address, headers={"x-requested-with": "gridsvc"}, timeout=60) as one:
                one.post("/api/v1/auth/demo", json={"login": login}).raise_for_status()
                me = one.get("/api/v1/me").json()
                cells = [
                    f["properties"]["code"]
                    for f in one.get("/api/v1/cells").json()["features"]
                    if f["properties"]["kind"] == "cell"
                ]
                for kind in kinds:
                    paths = _questions(
                        kind.removesuffix("-json") if kind != "heat-json" else "heat/legend", me, cells, rng
                    )
                    half, most, rate = measure(one, paths)
                    TABLE.add(
                        f"{role}: {_NAMES[kind]}", f"p50 {half:.0f} ms, p95 {most:.0f} ms", f"{rate:.0f} requests/s"
                    )
        TABLE.add("memory of the service at the end", f"{tree_mb(pid):,.0f} MB", "2 workers and their parent")
    return TABLE


_NAMES = {
    "heat": "heat tile, cold", "events": "event tile, cold", "base": "base map tile, cold", "cell": "summary of a cell",
    "closing": "on-time report by community", "heat-json": "heat with legend",
}  # fmt: skip
