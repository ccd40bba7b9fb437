"""Bodies and answers of the review list and of buildings that get their places."""

from __future__ import annotations

import datetime as dt
from typing import Any, Literal

from pydantic import Field

from gridsvc.web.schemas.models import NO_NUL, Model


class SeatOut(Model):
    """A building without a place, or placed by hand; ``proposal`` is where its neighbours' numbers put it."""

    id: int
    label: str
    estate: str | None
    building_no: str | None
    street: str | None
    housenumber: str | None
    people: int = Field(description="等待落点的居民 residents of one's own duty who wait")
    area: str
    version: str
    lon: float | None
    lat: float | None
    proposal: dict[str, float] | None


class SeatsOut(Model):
    """Buildings that wait, most people first; the counts are of all of them."""

    area: str
    name: str
    buildings: int
    people: int
    items: list[SeatOut]


class SeatIn(Model):
    """A point, or nothing: the place is taken away."""

    lon: float | None = Field(default=None, ge=-180, le=180, allow_inf_nan=False)
    lat: float | None = Field(default=None, ge=-90, le=90, allow_inf_nan=False)


class SeatDone(Model):
    """Where a building is now."""

    id: int
    version: str
    lon: float | None
    lat: float | None
    cell: str | None


class ReviewOut(Model):
    """A question: a spelling of an estate or street, or an address; its candidates, the likeliest first."""

    id: int
    what: Literal["spelling", "address"]
    entity: str
    text: str
    records: int
    candidates: list[dict[str, Any]]
    state: Literal["open", "accepted", "corrected", "taught", "dismissed"]
    answer: dict[str, Any] | None
    area: str
    created_at: dt.datetime
    created_by: str | None
    decided_by: str | None
    decided_at: dt.datetime | None


class ReviewDone(ReviewOut):
    """A question that was decided, and what that did."""

    merged: int | None = Field(default=None, description="并入的楼栋 buildings that went into others")
    renamed: int | None = Field(default=None, description="改名的楼栋 buildings with another name now")
    placed: int | None = Field(default=None, description="得到位置的记录 records that have a place now")


class ReviewReopened(ReviewOut):
    """A question that waits again."""

    unplaced: int = Field(description="收回位置的记录 records that have no place now")


class ReviewCounts(Model):
    """Questions that wait."""

    spelling: int
    address: int


class ReviewIn(Model):
    """A decision: a candidate (counted from 1), a name, a point, or none of it; ``teach`` a name of the place."""

    candidate: int | None = Field(default=None, ge=1, le=20)
    name: str | None = Field(default=None, min_length=1, max_length=60, pattern=NO_NUL)
    lon: float | None = Field(default=None, ge=-180, le=180, allow_inf_nan=False)
    lat: float | None = Field(default=None, ge=-90, le=90, allow_inf_nan=False)
    teach: str | None = Field(default=None, min_length=2, max_length=40, pattern=NO_NUL)
    dismiss: bool = False
