"""Subcells (微网格): proposed, kept, listed, named."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query, Response

from gridsvc.domain.sheets import plain_rows
from gridsvc.errors import InputError
from gridsvc.services import jobs, subcells
from gridsvc.web.answers import answer
from gridsvc.web.deps import Db, Me, needs
from gridsvc.web.routes.divisions import accepted
from gridsvc.web.schemas.divisions import Accepted
from gridsvc.web.schemas.models import NO_NUL
from gridsvc.web.schemas.subcells import ProposalOut, SubcellIn, SubcellName, SubcellsOut

router = APIRouter(prefix="/api/v1/subcells", tags=["cells"])
Where = Annotated[str, Query(min_length=1, max_length=64, pattern=NO_NUL, description="网格或区划 cell or area")]


@router.get("", response_model=SubcellsOut, **needs("rows"))
def list_subcells(db: Db, who: Me, where: Where) -> Response:
    """Subcells in use in a cell or an area."""
    return answer({"items": subcells.listing(db, who, where)})


@router.post("", response_model=ProposalOut, **needs("divide"))
def propose(db: Db, who: Me, body: SubcellIn) -> Response:
    """Subcells of one cell; ``keep`` puts them into use. For an area: ``/jobs``."""
    jobs.may(db, who, "divide")
    if subcells.is_area(body.where):
        raise InputError("subcell.one_cell", where=body.where)
    found = subcells.propose(db, who, body.where, target=body.target, by=body.by, keep=body.keep)
    members = plain_rows(found.members.drop(columns="geometry")) if body.members else []
    return answer({"kept": found.kept, "subcells": plain_rows(found.subcells), "members": members})


@router.post("/jobs", response_model=Accepted, status_code=202, **needs("divide"))
def propose_all(db: Db, who: Me, body: SubcellIn) -> Response:
    """Subcells of every cell of an area, put into use; a job."""
    params = {"where": body.where, "target": body.target, "by": body.by}
    return accepted(jobs.submit(db, who, "subcells", params, body.where))


@router.patch("/{code}", status_code=204, **needs("divide"))
def rename(
    db: Db, who: Me, code: Annotated[str, Path(pattern=r"^[0-9]{10,20}$")], body: SubcellName
) -> Response:  # fmt: skip
    """Give a subcell another name."""
    subcells.rename(db, who, code, body.name)
    return Response(status_code=204)
