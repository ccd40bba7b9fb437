"""Counters for Prometheus."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from prometheus_client import Counter, Gauge, Histogram

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from gridsvc.store.pool import Database
    from gridsvc.web.tilecache import TileCache

REQUESTS = Counter("gridsvc_requests", "Requests by route and status", ["route", "status"])
SECONDS = Histogram("gridsvc_request_seconds", "Time of requests by route", ["route"],
                    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10))  # fmt: skip
POOL = Gauge("gridsvc_pool", "Connections of the pool", ["what"])
TILES = Gauge("gridsvc_tile_cache", "Answers from the tile cache", ["what"])


class Metrics:
    """Gauges that are read when somebody asks."""

    def update(self, db: Database, tiles: TileCache) -> None:
        """Take the pool's and the cache's counters over."""
        for name, value in db.waiting().items():
            POOL.labels(name).set(value)
        TILES.labels("hits").set(tiles.hits)
        TILES.labels("misses").set(tiles.misses)


class Measured:
    """ASGI middleware: counts and times requests by route (not by address, which would never end)."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on and note how it went."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started, status = time.perf_counter(), "500"

        async def noted(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = str(message["status"])
            await send(message)

        try:
            await self._app(scope, receive, noted)
        finally:
            route = scope.get("route")
            name = getattr(route, "path", "other")
            REQUESTS.labels(name, status).inc()
            SECONDS.labels(name).observe(time.perf_counter() - started)
