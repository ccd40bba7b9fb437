"""Answers about files on their way in."""

from __future__ import annotations

import datetime as dt
from typing import Any

from gridsvc.web.schemas.models import Model


class MappingOut(Model):
    """A saved mapping: field → column, empty for a field that no column is taken for."""

    id: int
    kind: str
    name: str
    area: str
    columns: dict[str, str]
    created_at: dt.datetime


class LookOut(Model):
    """A first look at a file: how it is understood."""

    kind: str
    rows: int
    columns: list[dict[str, str]]
    fields: list[dict[str, Any]]
    head: list[dict[str, Any]]
    missing: list[str]
    dropped: list[str]
    set_aside: list[dict[str, Any]]
    sheets_left: list[str]
    sheet: str | None
    map_name: str | None
    maps: list[str]
