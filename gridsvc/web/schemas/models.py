"""Answers of the API. Fields are what a client may rely on; answers may hold more."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any, Generic, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field

T = TypeVar("T")
NO_NUL = r"^[^\u0000]*$"  # a character that PostgreSQL cannot keep
Title = Annotated[str, Field(min_length=1, max_length=100, pattern=NO_NUL)]


class Model(BaseModel):
    """A model that tolerates more than it names."""

    model_config = ConfigDict(extra="allow")


class Problem(Model):
    """RFC 9457 problem document."""

    type: str
    title: str
    status: int
    code: str
    detail: str
    remedy: str | None = None


class Page(Model, Generic[T]):
    """One page of a list; ``next`` is the cursor of the following page."""

    items: list[T]
    next: str | int | None = None


class SignIn(BaseModel):
    """Login and password."""

    login: str = Field(min_length=1, max_length=64, pattern=NO_NUL)
    password: str = Field(min_length=1, max_length=256, pattern=NO_NUL)


class DemoSignIn(BaseModel):
    """Login of a demo account."""

    login: str = Field(min_length=1, max_length=64, pattern=NO_NUL)


class MeOut(Model):
    """The caller."""

    login: str
    name: str
    role: str
    area: str | None
    permissions: list[str]
    cells: list[str]
    has_scope: bool
    box: list[float] | None


class TokenIn(BaseModel):
    """A token to be made."""

    name: str = Field(min_length=1, max_length=80, pattern=NO_NUL)
    days: int = Field(90, ge=1, le=366)


class TokenOut(Model):
    """A token; ``token`` itself only when it is made."""

    id: int
    name: str | None = None
    token: str | None = None


class AreaOut(Model):
    """An area in force today."""

    code: str
    level: int
    name: str
    code_alt: str | None
    parent: str | None
    area_m2: float
    cells: int


class CellAtOut(Model):
    """The cell at a point."""

    cell: dict[str, Any] | None
    alternative: dict[str, Any] | None
    areas: list[dict[str, Any]]
    special: list[dict[str, Any]]


class CellHistoryOut(Model):
    """A cell's life; each version with the cells that took over its ground."""

    code: str
    name: str
    area_code: str
    born: dt.date
    ended: dt.date | None
    versions: list[dict[str, Any]]


class CellSummaryOut(Model):
    """What is in a cell, what happened, what is open."""

    unit: dict[str, Any]
    classes: list[dict[str, Any]]
    open: list[dict[str, Any]]
    events: int
    overdue: int


class EventOut(Model):
    """An event."""

    id: int
    class_: str = Field(alias="class")
    state: str
    reported_at: dt.datetime
    due_at: dt.datetime | None
    closed_at: dt.datetime | None
    area_code: str
    cell_code: str
    cell_alt: str | None
    assign_status: str | None
    lon: float | None
    lat: float | None


class EventClassOut(Model):
    """A class of events."""

    code: str
    name: str
    name_en: str | None
    limit_amount: int | None
    limit_unit: str | None


class CodeIn(Model):
    """An entry for a code table."""

    code: Annotated[str, Field(pattern="^[0-9A-Za-z_]{1,20}$")]
    name: Annotated[str, Field(min_length=1, max_length=100, pattern=NO_NUL)]
    name_en: Annotated[str | None, Field(max_length=100, pattern=NO_NUL)] = None
    aliases: Annotated[
        list[Annotated[str, Field(min_length=1, max_length=100, pattern=NO_NUL)]], Field(max_length=50)
    ] = []
    counts: bool = Field(default=True, description="of an outcome: the visit counts")
    consequence: Literal["moved", "vacant", "wrong", "refused"] | None = Field(
        default=None, description="of an outcome: what it says; such a visit is an attempt"
    )


class CodeOut(Model):
    """An entry of a code table."""

    code: str
    name: str
    name_en: str | None
    min_age: int | None
    max_age: int | None
    graded: bool
    sensitive: bool
    counts: bool
    consequence: str | None
    retired: bool


class CodeRetired(Model):
    """Whether an entry is offered no more."""

    retired: bool


class EntryOut(Model):
    """A record of any kind; ``etag`` is the state it is in."""

    id: int
    area_code: str
    cell_code: str
    assign_status: str | None
    ended: dt.date | None
    etag: str


class FormerOut(Model):
    """A change of a record: each field with its value before and after."""

    id: int
    at: dt.datetime
    user_id: int
    by_name: str | None
    action: str
    batch_id: int | None
    file_name: str | None
    changed: dict[str, list[Any]]


class AuditOut(Model):
    """Who did what."""

    id: int
    at: dt.datetime
    user_id: int
    login: str | None
    os_user: str | None
    action: str
    entity: str | None
    row_id: int | None
    batch_id: int | None
    detail: Any


class EntryEnd(Model):
    """From which day a record is no more, and why; without a day it is again."""

    day: dt.date | None = None
    reason: Annotated[str | None, Field(pattern="^[0-9A-Za-z_]{1,20}$")] = None


class EntryMerge(Model):
    """The record that turned out to be the same."""

    other: Annotated[int, Field(ge=1, le=2**62)]


class AttachmentOut(Model):
    """A photo or document of a record."""

    id: int
    entity: str
    record_id: int
    name: str
    media: str
    size: int
    created_at: dt.datetime


class Reveal(Model):
    """Which number is wanted, and what for."""

    field: Annotated[str, Field(pattern="^(phone|id_no|name)$")]
    reason: Annotated[str, Field(max_length=400, pattern=NO_NUL)]


class Revealed(Model):
    """The whole number."""

    field: str
    value: str | None


class BuildingOut(Model):
    """A building."""

    id: int
    name: str | None
    area_code: str
    cell_code: str
    assign_status: str | None


class ClosingOut(Model):
    """按期办结率 by one level."""

    area: str
    start: dt.date
    stop: dt.date
    target: float
    by: str
    total: dict[str, Any]
    rows: list[dict[str, Any]]


class ClosingGapsOut(Model):
    """What is late, empty or nowhere."""

    totals: dict[str, int]
    overdue: list[dict[str, Any]]
    empty_cells: list[dict[str, Any]]
    buildings: list[dict[str, Any]]
    next: str | None


class ResidentsOut(Model):
    """Counts of residents by one level; null is not told."""

    area: str
    month: str
    by: str
    categories: dict[str, str]
    rows: list[dict[str, Any]]


class JobOut(Model):
    """A background job."""

    id: int
    kind: str
    state: str
    step: str
    progress: float
    error: dict[str, Any] | None = None


class BatchOut(Model):
    """An import."""

    id: int
    kind: str
    source: str
    file_name: str
    counts: dict[str, int]
    state: str
