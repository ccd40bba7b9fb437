"""The audit, for administrator and auditor."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

from fastapi import APIRouter, Query, Response

from gridsvc.services import past
from gridsvc.web.answers import answer
from gridsvc.web.deps import Db, Limit, Me, needs
from gridsvc.web.schemas.models import AuditOut, Page

router = APIRouter(prefix="/api/v1/audit", tags=["audit"])
Number = Annotated[int | None, Query(ge=1, le=2**62)]


@router.get("", response_model=Page[AuditOut], **needs("audit"))
def list_audit(
    db: Db,
    who: Me,
    user_id: Number = None,
    action: Annotated[str | None, Query(pattern=r"^[a-z_.]{1,40}$", description="people 或 people.read")] = None,
    entity: Annotated[str | None, Query(pattern=r"^[a-z_]{1,40}$")] = None,
    row_id: Number = None,
    start: Annotated[dt.date | None, Query(alias="from")] = None,
    stop: Annotated[dt.date | None, Query(alias="to")] = None,
    before: Annotated[int, Query(ge=1, le=past.LAST)] = past.LAST,
    limit: Limit = 100,
) -> Response:
    """Who did what, the newest first."""
    found = past.audit(db, who, user_id=user_id, action=action, entity=entity, row_id=row_id, start=start, stop=stop,
                       before=before, most=limit)  # fmt: skip
    return answer({"items": found, "next": found[-1]["id"] if len(found) == limit else None})
