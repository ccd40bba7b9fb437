"""Whether the service is alive and ready, and its counters."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from gridsvc import __version__
from gridsvc.errors import GridError
from gridsvc.services import health
from gridsvc.web.answers import answer
from gridsvc.web.deps import needs

router = APIRouter(tags=["health"])


@router.get("/health/live", **needs("none"))
def live() -> Response:
    """The process answers."""
    return answer({"status": "ok", "version": __version__})


@router.get("/health/ready", **needs("none"))
def ready(request: Request) -> Response:
    """The database answers, and its schema is this version's."""
    try:
        good = health.ready(request.app.state.db)
    except GridError as e:
        return answer({"status": "unavailable", "code": e.code}, 503)
    return answer({"status": "ok" if good else "migrate"}, 200 if good else 503)


@router.get("/metrics", **needs("none", "text/plain"))
def metrics(request: Request) -> Response:
    """Counters for Prometheus; from this machine only (the shipped nginx does not pass it on)."""
    request.app.state.metrics.update(request.app.state.db, request.app.state.tiles)
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)
