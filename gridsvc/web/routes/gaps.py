"""What is missed, late or missing."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response

from gridsvc.services import gapfile, gaps, proposals
from gridsvc.services.gaps import Ask
from gridsvc.web.answers import answer
from gridsvc.web.deps import Cursor, Db, Limit, Me, needs
from gridsvc.web.routes.divisions import accepted
from gridsvc.web.schemas.coverage import GapsOut, KeptIn, ProposalIn, ProposalOut
from gridsvc.web.schemas.divisions import Accepted
from gridsvc.web.schemas.models import NO_NUL

router = APIRouter(prefix="/api/v1", tags=["coverage"])
Word = Annotated[str | None, Query(max_length=64, pattern=NO_NUL)]
Words = Annotated[list[str], Query(max_length=50)]


async def asking(
    area: Word = None,
    kind: Words = [],  # noqa: B006
    rule: Words = [],  # noqa: B006
    officer: Word = None,
    days: Annotated[int, Query(ge=0, le=10_000)] = 0,
    sort: Annotated[str, Query(pattern="^(cell|days)$")] = "cell",
) -> Ask:
    """Which gaps, in which order."""
    return Ask(area, tuple(k[:30] for k in kind), tuple(r[:20] for r in rule), officer, days, sort)


Asking = Annotated[Ask, Depends(asking)]


@router.get("/gaps", response_model=GapsOut, **needs("rows"))
def gaps_of(db: Db, who: Me, ask: Asking, limit: Limit = 100, cursor: Cursor = None) -> Response:
    """Gaps of an area, cell by cell or the longest first (``sort=days``), each with what to do; how many of each kind
    stands on the first page (漏访, 逾期, 无人负责, 不漏 level by level, hazards and events past
    their date, ledgers that disagree)."""
    return answer(gaps.as_data(gaps.listing(db, who, ask, limit=limit, cursor=cursor)))


@router.post("/gaps/file", response_model=Accepted, status_code=202, **needs("export"))
def gaps_file(db: Db, who: Me, ask: Asking) -> Response:
    """The whole list as a workbook; a job, whose file is then at ``/api/v1/jobs/{number}/file``."""
    return accepted(gapfile.submit(db, who, ask))


@router.post("/gaps/keep", status_code=204, **needs("edit"))
def keep(db: Db, who: Me, body: KeptIn) -> Response:
    """The record stays as it is, or was put right by hand (地址不符): settled until a visit says so again."""
    proposals.keep(db, who, body.kind, body.target, body.target_id, body.reason)
    return Response(status_code=204)


@router.post("/gaps/accept", response_model=ProposalOut, **needs("edit"))
def accept(db: Db, who: Me, body: ProposalIn) -> Response:
    """Change a record as its last visit said: 已搬离 ends the people, 空置 marks the dwelling. Audited."""
    return answer(proposals.accept(db, who, body.kind, body.target, body.target_id))
