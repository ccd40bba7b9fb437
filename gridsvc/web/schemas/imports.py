"""Answers about files on their way in."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any, Literal

from pydantic import Field

from gridsvc.web.schemas.models import NO_NUL, Model


class MappingOut(Model):
    """A saved mapping: field → column, empty for a field that no column is taken for."""

    id: int
    kind: str
    name: str
    area: str
    columns: dict[str, str]
    created_at: dt.datetime


class _Comparison(Model):
    id: int
    kind: str
    name: str
    file_name: str
    area: str
    counts: dict[str, int]
    created_at: dt.datetime


class ReconciliationsOut(_Comparison):
    """A comparison in a list."""

    open: int
    created_by: str | None


class ReconciliationOut(_Comparison):
    """A comparison; ``rules``: open differences by sort and field."""

    mapping: dict[str, str]
    rules: list[dict[str, Any]]
    differing: int


class DifferenceOut(Model):
    """One difference; ``fields``: what the base says and what the roll says."""

    id: int
    what: str
    called: str
    record_id: int | None
    row: str | None
    label: str
    cell_code: str
    fields: list[dict[str, Any]]
    decision: str
    decided_at: dt.datetime | None
    batch_id: int | None


class DecisionIn(Model):
    """What is decided: differences by number, or by rule (of a sort, in a field, in no other)."""

    decision: Literal["accepted", "kept"]
    ids: Annotated[list[Annotated[int, Field(ge=1, le=2**62)]], Field(default_factory=list, max_length=1000)]
    what: Literal["missing", "extra", "moved", "different"] | None = None
    field: Annotated[str, Field(pattern="^[a-z_0-9]{1,40}$")] | None = None
    only: bool = False
    reason: Annotated[str, Field(max_length=20, pattern=NO_NUL)] | None = None
    day: dt.date | None = None


class KindOut(Model):
    """A kind of record as a page shows it."""

    word: str
    kind: str
    called: str
    personal: bool
    fields: list[dict[str, Any]]
    usual: list[str]
    filters: list[str]
    can: dict[str, bool]


class CorrectionIn(Model):
    """New values of some fields, and why."""

    fields: Annotated[dict[str, Annotated[str, Field(max_length=4000, pattern=NO_NUL)] | None], Field(max_length=60)]
    note: Annotated[str, Field(max_length=400, pattern=NO_NUL)] | None = None


class CorrectionSaved(Model):
    """``done``: it is written already; otherwise it waits under its number."""

    id: int | None
    done: bool


class CorrectionOut(Model):
    """A correction: what is (``base``) and what should be (``wanted``)."""

    id: int
    kind: str
    called: str
    record_id: int
    label: str
    cell_code: str
    fields: list[dict[str, Any]]
    note: str | None
    state: str
    reason: str | None
    created_by: str | None
    created_at: dt.datetime
    decided_by: str | None
    decided_at: dt.datetime | None


class CorrectionCount(Model):
    """How many wait."""

    open: int


class CorrectionDecision(Model):
    """同意, or 退回 with a reason."""

    approve: bool
    reason: Annotated[str, Field(max_length=400, pattern=NO_NUL)] | None = None
