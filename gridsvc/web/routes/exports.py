"""Layers as files."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, Query, Response
from fastapi import Path as PathParam

from gridsvc.services import exports
from gridsvc.web.answers import FILES, download
from gridsvc.web.deps import AreaQuery, Db, Me, needs
from gridsvc.web.schemas.models import NO_NUL

if TYPE_CHECKING:
    from pathlib import Path as FilePath

router = APIRouter(prefix="/api/v1/exports", tags=["exports"])
Layer = Annotated[str, PathParam(pattern=f"^({'|'.join(exports.LAYERS)})$")]
FORMATS = ("csv", "xlsx", "geojson", "gpkg", "fgb", "parquet")
Format = Annotated[str, Query(pattern=f"^({'|'.join(FORMATS)})$")]


@router.get("/{layer}", **needs("export", *(FILES[f] for f in FORMATS)))
def export(
    db: Db, who: Me, layer: Layer, format: Format = "csv", area: AreaQuery = None,  # noqa: A002
    reason: Annotated[str | None, Query(max_length=400, pattern=NO_NUL, description="事由 why")] = None,
) -> Response:  # fmt: skip
    """A layer of an area as a file; it carries who took it and when."""

    def make(path: FilePath) -> str:
        exports.export(db, who, layer, path, area=area, reason=reason)
        return f"{layer}.{format}"

    return download(make, format)
