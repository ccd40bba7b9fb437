"""What routes depend on.

What waits for nothing is a coroutine: any other function is sent to a thread, and each way there and back takes
longer than all that is done here.
"""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any

from fastapi import Depends, Query, Request, Response

from gridsvc.errors import InputError
from gridsvc.services.scopes import Question
from gridsvc.store.pool import Database
from gridsvc.store.tx import Caller
from gridsvc.web.answers import MVT
from gridsvc.web.security import caller


async def database(request: Request) -> Database:
    """The pool of this process."""
    db: Database = request.app.state.db
    return db


Db = Annotated[Database, Depends(database)]
Me = Annotated[Caller, Depends(caller)]
AreaQuery = Annotated[str | None, Query(max_length=64, description="行政区划代码或名称 area code or name")]
Limit = Annotated[int, Query(ge=1, le=1000, description="每页条数 page size")]
Cursor = Annotated[str | None, Query(max_length=400, description="下一页游标 cursor of the next page")]


async def question(
    area: AreaQuery = None,
    period: Annotated[
        str, Query(max_length=40, description="2026-10, 2026-Q3, 2026-H1, 2026-W43, A..B, 30d, 12m, all")
    ] = "12m",
    classes: Annotated[
        list[str] | None, Query(alias="class", max_length=100, description="事件类别 event classes")
    ] = None,
    as_of: Annotated[dt.date | None, Query(description="当作今天的日期 the day that counts as today")] = None,
) -> Question:
    """Area, period and classes of a question."""
    return Question(area, period, tuple(classes or ()), as_of)


Asking = Annotated[Question, Depends(question)]


async def bbox(
    bbox: Annotated[str | None, Query(max_length=120, description="west,south,east,north")] = None,
) -> tuple[float, float, float, float] | None:
    """A box from four numbers."""
    if bbox is None:
        return None
    try:
        west, south, east, north = (float(p) for p in bbox.split(","))
    except ValueError as e:
        raise InputError("list.box", value=bbox) from e
    return west, south, east, north


Box = Annotated[tuple[float, float, float, float] | None, Depends(bbox)]


def needs(permission: str, *media: str) -> dict[str, Any]:
    """Declares the permission of a route in the OpenAPI document (the service enforces it), and what it answers with
    when that is not JSON; tiles may also be unchanged (304)."""
    if not media:
        return {"openapi_extra": {"x-permission": permission}}
    told: dict[int | str, dict[str, Any]] = {200: {"content": {m: {} for m in media}}}
    if MVT in media:
        told[304] = {"description": "unchanged"}
    return {"openapi_extra": {"x-permission": permission}, "response_class": Response, "responses": told}
