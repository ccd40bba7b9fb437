"""Saved mappings of columns, and empty forms."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query, Response

from gridsvc.domain.records import WORDS
from gridsvc.services import columnmaps, templates
from gridsvc.web.answers import FILES, answer, download
from gridsvc.web.deps import Db, Me, needs
from gridsvc.web.schemas.imports import MappingOut
from gridsvc.web.schemas.models import Page

router = APIRouter(prefix="/api/v1", tags=["imports"])
Number = Annotated[int, Path(ge=1, le=2**62)]


@router.get("/mappings", response_model=Page[MappingOut], **needs("import"))
def list_mappings(
    db: Db, who: Me, kind: Annotated[str | None, Query(pattern=f"^({'|'.join(WORDS)})$")] = None
) -> Response:
    """Saved mappings, the newest first."""
    rows = columnmaps.listing(db, who, WORDS.get(kind or ""))
    hidden = ("cell_key", "shape")
    return answer({"items": [{k: v for k, v in r.items() if k not in hidden} for r in rows], "next": None})


@router.delete("/mappings/{number}", status_code=204, **needs("import"))
def remove(db: Db, who: Me, number: Number) -> Response:
    """Forget a mapping."""
    columnmaps.remove(db, who, number)
    return Response(status_code=204)


@router.get("/templates/{kind}", **needs("read", FILES["xlsx"]))
def template(db: Db, who: Me, kind: Annotated[str, Path(pattern=f"^({'|'.join(templates.KINDS)})$")]) -> Response:
    """An empty form of a kind."""
    return download(lambda path: templates.write(db, who, kind, path), "xlsx")
