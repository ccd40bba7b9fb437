"""Divisions: what is asked for and answered."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any

from pydantic import BaseModel, Field

from gridsvc.web.schemas.models import NO_NUL, Model


class DivisionOut(Model):
    """A division."""

    id: int
    area_code: str
    purpose: str
    name: str
    method: str
    status: str
    cells: int
    valid_from: dt.date | None


class DivideIn(BaseModel):
    """A division to be drafted: at most one of size_m, resolution, target, cells; none: 400 households a cell."""

    area: str = Field(min_length=1, max_length=64, pattern=NO_NUL)
    method: str = Field("", max_length=16, pattern="^[a-z0-9]*$")
    size_m: float | None = Field(None, gt=0, le=100_000)
    resolution: int | None = Field(None, ge=0, le=13)
    target: float | None = Field(None, gt=0)
    cells: int | None = Field(None, gt=0, le=8191)
    tolerance: float = Field(0.1, gt=0, lt=1)
    least: float | None = Field(None, ge=0)
    most: float | None = Field(None, gt=0)
    seed: int = Field(1, ge=0, le=2**31 - 1)
    weight: str | None = Field(None, max_length=16, pattern="^[a-z]*$")
    name: str | None = Field(None, max_length=80, pattern=NO_NUL)
    together: bool = True
    previous: bool = False
    strengths: dict[str, Annotated[str, Field(pattern="^(hard|prefer|ignore)$")]] = Field(
        default_factory=dict, max_length=50
    )


Line = Annotated[
    list[tuple[Annotated[float, Field(ge=-180, le=180)], Annotated[float, Field(ge=-90, le=90)]]],
    Field(min_length=2, max_length=2000),
]
Ordinal = Annotated[int, Field(ge=1, le=100_000)]


class SplitIn(BaseModel):
    """A cell (its number in the division) and the line to cut it along, as [longitude, latitude] pairs."""

    cell: Ordinal
    line: Line


class MergeIn(BaseModel):
    """Numbers of neighbouring cells."""

    cells: Annotated[list[Ordinal], Field(min_length=2, max_length=100)]


class BorderIn(BaseModel):
    """Two neighbours and the line that is to be the border between them."""

    cells: tuple[Ordinal, Ordinal]
    line: Line


class PreviewIn(BaseModel):
    """One cell to be cut, or two neighbours whose border is moved, and the line."""

    cells: Annotated[list[Ordinal], Field(min_length=1, max_length=2)]
    line: Line


class EditedOut(Model):
    """The draft that holds the change."""

    division_id: int
    cells: int
    figures: dict[str, Any]


class RestoredOut(Model):
    """The draft that was made."""

    division_id: int


class PublishIn(BaseModel):
    """When a draft comes into force."""

    start: dt.date | None = Field(None, alias="from")


class Accepted(Model):
    """A job was queued."""

    job: int
    href: str


class CheckOut(Model):
    """The proof of a division."""

    clean: bool
    figures: dict[str, Any]
    troubles: list[dict[str, Any]]
