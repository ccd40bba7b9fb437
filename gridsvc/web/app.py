"""The application: settings in, ASGI app out."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

from fastapi import Depends, FastAPI, Request
from fastapi.staticfiles import StaticFiles

from gridsvc import __version__, paths
from gridsvc.services import installation, tiles
from gridsvc.services.basemap import Basemap
from gridsvc.settings import Settings
from gridsvc.settings import settings as read_settings
from gridsvc.store import listen
from gridsvc.text import use_language
from gridsvc.web import problems
from gridsvc.web.language import language_of
from gridsvc.web.metrics import Measured, Metrics
from gridsvc.web.routes import (
    areas,
    attachments,
    audit,
    auth,
    cells,
    checkins,
    closing,
    codes,
    coverage,
    divisions,
    drawings,
    entries,
    exports,
    gaps,
    geocode,
    health,
    heat,
    imports,
    jobs,
    ledgers,
    mappings,
    pages,
    plans,
    reconciliations,
    records,
    residents,
    reviews,
    subcells,
)
from gridsvc.web.routes import tiles as tile_routes
from gridsvc.web.schemas.models import Problem
from gridsvc.web.security import Guard
from gridsvc.web.tilecache import TileCache

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

_ROUTES = (
    auth, areas, divisions, drawings, cells, geocode, subcells, codes, records, entries, attachments, residents, heat,
    coverage, plans, checkins, gaps, closing, imports, mappings,
    reconciliations, reviews, ledgers, jobs, audit, exports, tile_routes, health, pages,
)  # fmt: skip
_PROBLEMS = {
    401: "not signed in", 403: "not allowed", 404: "not there, or not in scope", 409: "not now",
    412: "changed meanwhile", 413: "too large", 422: "cannot be used", 428: "state not given", 503: "busy",
}  # fmt: skip


def create_app(settings: Settings | None = None) -> FastAPI:
    """The web application of one installation."""
    chosen = settings or read_settings()

    @asynccontextmanager
    async def life(app: FastAPI) -> AsyncIterator[None]:
        with installation.open_database(chosen) as db:
            app.state.db, app.state.settings = db, chosen
            app.state.tiles, app.state.metrics, app.state.basemap = TileCache(), Metrics(), Basemap(chosen)
            ears = listen.Listener(db.dsn, listen.LAYER, _changed(app), _forget(app))
            ears.start()
            try:
                yield
            finally:
                ears.stop()
                app.state.basemap.close()

    app = FastAPI(
        title="gridsvc",
        version=__version__,
        lifespan=life,
        docs_url=None,
        redoc_url=None,
        openapi_url="/openapi.json",
        description="网格化 grid-management GIS service",
        responses={422: {"model": Problem}},
        separate_input_output_schemas=False,
    )
    problems.install(app)
    app.add_middleware(Guard, settings=chosen)
    app.add_middleware(Measured)
    for module in _ROUTES:
        app.include_router(module.router, dependencies=[Depends(_speak)])
    app.openapi = lambda: _described(app)  # type: ignore[method-assign]
    app.mount("/static/vendor", StaticFiles(directory=paths.maps("vendor")), name="vendor")
    app.mount("/static", StaticFiles(directory=paths.maps("pages", "static")), name="static")
    app.mount("/styles", StaticFiles(directory=paths.maps("styles")), name="styles")
    return app


def _described(app: FastAPI) -> dict[str, Any]:
    """The OpenAPI document, with each problem described once: a page has to show it, and a client to load it."""
    if app.openapi_schema is None:
        found = FastAPI.openapi(app)
        shape = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
        known = {f"Problem{code}": {"description": text, "content": shape} for code, text in _PROBLEMS.items()}
        found["components"]["responses"] = known
        for methods in found["paths"].values():
            for operation in methods.values():
                for code in _PROBLEMS:
                    operation["responses"][str(code)] = {"$ref": f"#/components/responses/Problem{code}"}
        app.openapi_schema = found
    return app.openapi_schema


async def _speak(request: Request) -> None:
    """Sentences of this request come in the caller's language."""
    use_language(language_of(request))


def _changed(app: FastAPI) -> Any:
    def heard(layer: str) -> None:
        app.state.tiles.changed(layer)
        if layer in ("app_user", "officer", "post", "area", "cell_version"):
            tiles.forget_scopes()

    return heard


def _forget(app: FastAPI) -> Any:
    def lost() -> None:
        app.state.tiles.forget()
        tiles.forget_scopes()

    return lost
