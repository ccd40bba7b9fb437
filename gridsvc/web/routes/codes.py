"""The code tables: listed, extended, entries retired."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query, Response

from gridsvc.services import codelists
from gridsvc.web.answers import answer
from gridsvc.web.deps import Db, Me, needs
from gridsvc.web.schemas.models import NO_NUL, CodeIn, CodeOut, CodeRetired, Page

router = APIRouter(prefix="/api/v1/codes", tags=["codes"])
ListName = Annotated[str, Path(pattern="^[a-z_]{1,40}$")]
Code = Annotated[str, Path(pattern="^[0-9A-Za-z_]{1,20}$")]


@router.get("", response_model=Page[CodeOut], **needs("read"))
def codes(
    db: Db, who: Me, name: Annotated[str | None, Query(alias="list", max_length=40, pattern=NO_NUL)] = None
) -> Response:
    """Entries of one table, or of all."""
    return answer({"items": codelists.listing(db, who, name), "next": None})


@router.post("/{name}", response_model=CodeOut, status_code=201, **needs("classes"))
def add(db: Db, who: Me, name: ListName, body: CodeIn) -> Response:
    """Add an entry of the installation's own."""
    done = codelists.add(db, who, name, body.code, body.name, english=body.name_en, aliases=tuple(body.aliases),
                         counts=body.counts, consequence=body.consequence)  # fmt: skip
    return answer(done, 201)


@router.patch("/{name}/{code}", response_model=CodeRetired, **needs("classes"))
def retire(db: Db, who: Me, name: ListName, code: Code, body: CodeRetired) -> Response:
    """Offer an entry no more, or again."""
    codelists.retire(db, who, name, code, retired=body.retired)
    return answer({"retired": body.retired})
