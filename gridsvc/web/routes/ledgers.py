"""What the ledger page needs: kinds with their fields, lists as files, corrections that wait."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Path, Query, Response

from gridsvc.services import corrections, entries, ledgers, seen
from gridsvc.web.answers import FILES, answer, download
from gridsvc.web.deps import AreaQuery, Db, Limit, Me, needs
from gridsvc.web.routes.entries import CellQuery, Filters, IfMatch, state_of
from gridsvc.web.schemas.imports import (
    CorrectionCount,
    CorrectionDecision,
    CorrectionIn,
    CorrectionOut,
    CorrectionSaved,
    KindOut,
)
from gridsvc.web.schemas.models import Page

if TYPE_CHECKING:
    from pathlib import Path as FilePath

router = APIRouter(prefix="/api/v1", tags=["records"])
Number = Annotated[int, Path(ge=1, le=2**62)]
Word = Annotated[str, Path(pattern=f"^({'|'.join(entries.KINDS)})$")]
_CHANGED = f"^({'|'.join(w for w, k in entries.KINDS.items() if k not in entries.FIXED)})$"


@router.get("/kinds", response_model=Page[KindOut], **needs("read"))
def kinds(db: Db, who: Me) -> Response:
    """Kinds of records that may be opened, their fields, and what may be done with each."""
    return answer({"items": ledgers.kinds(db, who), "next": None})


@router.get("/ledgers/{kind}/file", **needs("export", FILES["xlsx"], FILES["csv"]))
def file(
    db: Db, who: Me, kind: Word, fields: Filters, area: AreaQuery = None, cell: CellQuery = None,
    columns: Annotated[list[str] | None, Query(alias="column", max_length=40)] = None,
    format: Annotated[str, Query(pattern="^(csv|xlsx)$")] = "xlsx",  # noqa: A002
) -> Response:  # fmt: skip
    """What a list shows, as a file that carries who took it and when."""

    def make(path: FilePath) -> str:
        found: dict[str, Any] = {"area": area, "cell": cell, "columns": tuple(columns or ()), **fields}
        seen.export(db, who, entries.KINDS[kind], path, **found)
        return f"{kind}.{format}"

    return download(make, format)


@router.post("/corrections/{kind}/{number}", response_model=CorrectionSaved, status_code=201, **needs("report"))
def propose(
    db: Db, who: Me, kind: Annotated[str, Path(pattern=_CHANGED)], number: Number, body: CorrectionIn,
    if_match: IfMatch = None,
) -> Response:  # fmt: skip
    """What is wrong in a record; it waits for whoever may edit it, where the office wants it so."""
    found = corrections.propose(
        db, who, entries.KINDS[kind], number, body.fields, state_of(if_match), body.note or None
    )
    return answer(found, 201)


@router.get("/corrections", response_model=Page[CorrectionOut], **needs("rows"))
def list_corrections(
    db: Db, who: Me, state: Annotated[str, Query(pattern="^(open|approved|returned)$")] = "open",
    before: Annotated[int, Query(ge=1, le=2**62)] = 2**62, limit: Limit = 100,
) -> Response:  # fmt: skip
    """Corrections in one's scope, with what is and what should be."""
    found = corrections.listing(db, who, state=state, before=before, most=limit)
    return answer({"items": found, "next": found[-1]["id"] if len(found) == limit else None})


@router.get("/corrections/count", response_model=CorrectionCount, **needs("rows"))
def count_corrections(db: Db, who: Me) -> Response:
    """How many corrections in one's scope wait."""
    return answer({"open": corrections.waiting(db, who)})


@router.post("/corrections/{number}", response_model=CorrectionOut, **needs("edit"))
def decide(db: Db, who: Me, number: Number, body: CorrectionDecision) -> Response:
    """同意 or 退回."""
    return answer(corrections.decide(db, who, number, approve=body.approve, reason=body.reason))
