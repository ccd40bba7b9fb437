"""What waits for a decision: spellings, addresses; and buildings that wait for their place (楼栋落点)."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query, Response

from gridsvc.services import reviews, seating
from gridsvc.services.reviews import Answer
from gridsvc.web.answers import answer
from gridsvc.web.deps import AreaQuery, Db, Limit, Me, needs
from gridsvc.web.routes.entries import IfMatch, state_of
from gridsvc.web.schemas.models import Page
from gridsvc.web.schemas.reviews import (
    ReviewCounts,
    ReviewDone,
    ReviewIn,
    ReviewOut,
    ReviewReopened,
    SeatDone,
    SeatIn,
    SeatsOut,
)

router = APIRouter(prefix="/api/v1", tags=["geocode"])
Number = Annotated[int, Path(ge=1, le=2**62)]
Skip = Annotated[int, Query(ge=0, le=100_000)]


@router.get("/seats", response_model=SeatsOut, **needs("read"))
def seats(db: Db, who: Me, area: AreaQuery = None, *, placed: bool = False, limit: Limit = 500) -> Response:
    """Buildings without a place and the people who wait for it, with what the neighbours propose."""
    return answer(seating.waiting(db, who, area, placed=placed, most=limit))


@router.post("/seats/{number}", response_model=SeatDone, **needs("edit"))
def seat(db: Db, who: Me, number: Number, body: SeatIn, if_match: IfMatch = None) -> Response:
    """Put a building at a point, or take its place away; everybody in it goes along."""
    done = seating.place(db, who, number, body.lon, body.lat, state_of(if_match))
    return answer(done, headers={"ETag": f'"{done["version"]}"'})


@router.get("/reviews", response_model=Page[ReviewOut], **needs("rows"))
def list_reviews(
    db: Db, who: Me, area: AreaQuery = None,
    what: Annotated[str | None, Query(pattern=f"^({'|'.join(reviews.WHAT)})$")] = None,
    state: Annotated[str | None, Query(pattern=f"^({'|'.join(reviews.STATES)})$")] = "open",
    skip: Skip = 0, limit: Limit = 100,
) -> Response:  # fmt: skip
    """Spellings and addresses to decide, those that most records wait for first."""
    found = reviews.listing(db, who, area=area, what=what, state=state, skip=skip, most=limit)
    return answer({"items": found, "next": str(skip + limit) if len(found) == limit else None})


@router.get("/reviews/count", response_model=ReviewCounts, **needs("rows"))
def count_reviews(db: Db, who: Me, area: AreaQuery = None) -> Response:
    """How many wait."""
    return answer(reviews.counts(db, who, area=area))


@router.post("/reviews/{number}", response_model=ReviewDone, **needs("edit"))
def decide(db: Db, who: Me, number: Number, body: ReviewIn) -> Response:
    """Decide, once; it is carried out on the records that wait, remembered, and audited."""
    said = Answer(body.candidate, body.name, body.lon, body.lat, body.teach, body.dismiss)
    return answer(reviews.decide(db, who, number, said))


@router.post("/reviews/{number}/reopen", response_model=ReviewReopened, **needs("edit"))
def reopen(db: Db, who: Me, number: Number) -> Response:
    """Take a decision back: the question waits again, and the records that got their place by it with it."""
    return answer(reviews.reopen(db, who, number))
