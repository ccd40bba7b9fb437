"""Events and buildings: lists with filters, one record; classes of events."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

from fastapi import APIRouter, Path, Query, Response

from gridsvc.services import classes, records
from gridsvc.web.answers import answer
from gridsvc.web.deps import AreaQuery, Box, Cursor, Db, Limit, Me, needs
from gridsvc.web.schemas.models import NO_NUL, BuildingOut, EventClassOut, EventOut, Page

router = APIRouter(prefix="/api/v1", tags=["records"])
Number = Annotated[int, Path(ge=1, le=2**62)]
CellQuery = Annotated[str | None, Query(pattern=r"^[0-9]{2,16}$", description="网格编码 cell code")]
Text = Annotated[str | None, Query(max_length=200, pattern=NO_NUL)]
Status = Annotated[str | None, Query(pattern="^(inside|border|overlap|outside)$")]


@router.get("/events", response_model=Page[EventOut], **needs("rows"))
def list_events(
    db: Db,
    who: Me,
    box: Box,
    area: AreaQuery = None,
    cell: CellQuery = None,
    classes_: Annotated[list[str] | None, Query(alias="class", max_length=100)] = None,
    q: Annotated[str | None, Query(min_length=1, max_length=60, pattern=NO_NUL, description="搜索 search")] = None,
    state: Annotated[str | None, Query(pattern="^(open|closed|void)$")] = None,
    overdue: bool = False,
    start: Annotated[dt.date | None, Query(alias="from")] = None,
    stop: Annotated[dt.date | None, Query(alias="to")] = None,
    assign_status: Status = None,
    located: bool | None = None,
    sort: Annotated[str, Query(pattern="^-?(id|reported_at|due_at)$")] = "-id",
    cursor: Cursor = None,
    limit: Limit = 100,
) -> Response:
    """Events in the caller's scope."""
    fields = {"q": q, "state": state, "from": start, "to": stop, "assign_status": assign_status, "located": located}
    items, following = records.events(
        db,
        who,
        area=area,
        cell=cell,
        classes=tuple(classes_ or ()),
        overdue=overdue,
        box=box,
        sort=sort,
        cursor=cursor,
        most=limit,
        **fields,
    )
    return answer({"items": items, "next": following})


@router.get("/events/{number}", response_model=EventOut, **needs("rows"))
def one_event(db: Db, who: Me, number: Number) -> Response:
    """One event."""
    return answer(records.event(db, who, number))


@router.get("/buildings", response_model=Page[BuildingOut], **needs("read"))
def list_buildings(
    db: Db,
    who: Me,
    box: Box,
    area: AreaQuery = None,
    cell: CellQuery = None,
    q: Annotated[str | None, Query(min_length=1, max_length=60, pattern=NO_NUL, description="搜索 search")] = None,
    estate: Text = None,
    street: Text = None,
    housenumber: Text = None,
    use: Text = None,
    assign_status: Status = None,
    located: bool | None = None,
    cursor: Cursor = None,
    limit: Limit = 100,
) -> Response:
    """Buildings."""
    fields = {"q": q, "estate": estate, "street": street, "housenumber": housenumber, "use": use,
              "assign_status": assign_status, "located": located}  # fmt: skip
    items, following = records.buildings(db, who, area=area, cell=cell, box=box, cursor=cursor, most=limit, **fields)
    return answer({"items": items, "next": following})


@router.get("/buildings/{number}", response_model=BuildingOut, **needs("read"))
def one_building(db: Db, who: Me, number: Number) -> Response:
    """One building with its footprint."""
    row = records.building(db, who, number)
    return answer(row, headers={"ETag": f'"{row["version"]}"'})


@router.get("/event-classes", response_model=Page[EventClassOut], **needs("read"))
def event_classes(db: Db, who: Me) -> Response:
    """Classes of events with their limits."""
    return answer({"items": classes.listing(db, who), "next": None})
