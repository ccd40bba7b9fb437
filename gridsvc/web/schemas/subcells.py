"""Subcells: what is asked for and answered."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, Field

from gridsvc.web.schemas.models import NO_NUL, Model


class SubcellIn(BaseModel):
    """Where subcells are wanted, how many households each (about), and whether they are put into use."""

    where: str = Field(min_length=1, max_length=64, pattern=NO_NUL)
    target: float | None = Field(None, gt=0, le=100_000)
    by: str = Field("units", pattern="^(units|buildings)$")
    keep: bool = False
    members: bool = False


class SubcellName(BaseModel):
    """Another name."""

    name: str = Field(min_length=1, max_length=40, pattern=NO_NUL)


class ProposalOut(Model):
    """Subcells that were made, and what belongs to each if that was asked for."""

    kept: bool
    subcells: list[dict[str, Any]]
    members: list[dict[str, Any]]


class SubcellsOut(Model):
    """Subcells in use."""

    items: list[dict[str, Any]]
