"""Answers of geocoding."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from gridsvc.web.schemas.models import NO_NUL, Model


class PartOut(Model):
    """One part of an address; start and end count characters."""

    label: str
    text: str
    start: int
    end: int


class PlaceOut(Model):
    """A place that an address may mean."""

    longitude: float
    latitude: float
    level: str = Field(description="room, building, number, interpolated, intersection, poi, relative, road …")
    accuracy_m: float
    confidence: float = Field(ge=0, le=1)
    matched: str = Field(description="地址库里的写法 as the base has it")
    kind: str
    id: int
    agreed: list[str] = Field(description="相符的部分 parts that agree: road, number, house, name, area")
    missed: list[str] = Field(description="写了但不符的部分 parts that are asked for and that this place has not")


class DoorOut(Model):
    """The answer to one door; ``review`` says that a person must decide between the candidates."""

    address: str
    normal: str
    parts: list[PartOut]
    status: Literal["found", "review", "not_found"]
    result: PlaceOut | None
    cell: str | None
    mended: str | None = Field(description="按近似写法识别的词 a word that was read for one written almost so")
    candidates: list[PlaceOut]


class GeocodeOut(DoorOut):
    """The answer to one address; where it names several doors, ``several`` has each, and the first is the answer."""

    several: list[DoorOut]


class NearOut(Model):
    """What stands nearest."""

    level: str
    label: str
    name: str
    road: str
    number: str
    metres: float
    lon: float
    lat: float


class ReverseOut(Model):
    """What stands near a point and where it lies."""

    address: NearOut | None
    place: NearOut | None
    road: NearOut | None
    cell: dict[str, Any] | None
    areas: list[dict[str, Any]]


class AliasIn(Model):
    """A name of a place, and the place: an address, or a point."""

    name: str = Field(min_length=2, max_length=40, pattern=NO_NUL)
    address: str | None = Field(default=None, max_length=300, pattern=NO_NUL)
    lon: float | None = Field(default=None, ge=-180, le=180, allow_inf_nan=False)
    lat: float | None = Field(default=None, ge=-90, le=90, allow_inf_nan=False)


class AliasOut(Model):
    """A name that people use for a place."""

    id: int
    name: str
    target: str
    lon: float
    lat: float
