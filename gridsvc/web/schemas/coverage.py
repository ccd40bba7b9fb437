"""Bodies of rules and coverage."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema

from gridsvc.web.schemas.models import NO_NUL

Text = Annotated[str, Field(max_length=200, pattern=NO_NUL)]
Day = Annotated[dt.date, Field(ge=dt.date(1970, 1, 1), le=dt.date(9000, 1, 1))]


class MeasuresOut(BaseModel):
    """The measures of docs/coverage.md; rates 0–1, missing where there is nothing to divide by."""

    total: int
    done: int
    late: int
    due: int
    overdue: int
    not_found: int
    refused: int
    nobody: int
    excused: int
    found: int
    rate: float | None
    on_time: float | None
    success: float | None
    asked_rate: float | None
    remaining: int
    recent: int
    pace: float
    days: int | None
    targets: int = Field(description="应访户 targets with an obligation that is not excused")
    covered: int = Field(description="户 targets with at least one obligation fulfilled")
    visits: int = Field(description="户次 visits that counted")
    attempts: int = Field(description="visits that did not count")
    unconfirmed: int = Field(description="visits that counted but were far from their target")
    backdated: int = Field(description="visits that counted but were entered more than three days later")
    before: float | None = Field(description="环比, percentage points")
    year_ago: float | None = Field(description="同比, percentage points")


class CoverageRow(MeasuresOut):
    """One place, officer or rule."""

    key: int
    code: str
    name: str
    rank: int | None
    checked: int | None = Field(default=None, description="by officer: visits that were checked")
    agreement: float | None = Field(default=None, description="回访一致率 0–1: share of them that was as written")


class CoverageOut(BaseModel):
    """Coverage of an area in a period, as it is on a day."""

    area: str
    area_name: str
    start: dt.date
    stop: dt.date
    today: dt.date
    by: str
    total: MeasuresOut
    rows: list[CoverageRow]
    hidden: list[str] = Field(description="rules about residents that are not the caller's duty")
    provisional: list[int] = Field(description="暂按 years whose holidays are not published yet")
    partial: bool = Field(description="the caller sees a part of the area only, and the figures are of that")
    ahead: bool = Field(description="as_of is still to come: what opens until then has not been made")


class RuleOut(BaseModel):
    """One version of a rule."""

    id: int
    code: str
    area: str | None
    version: int
    valid_from: dt.date
    valid_to: dt.date | None
    since: dt.date
    name: str
    name_en: str | None
    target: str
    kinds: list[str]
    activity: list[str]
    modes: list[str]
    document: bool
    measure: str
    amount: int
    period: str
    every: int | None
    holidays: list[str]
    working: bool
    grace: int | None
    rate: float
    origin: str
    retired: bool


def _written(value: Any) -> Any:
    """A value as ``data/rules.csv`` has it: what ``GET /rules`` answers may be sent back."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float):
        return f"{value:.10g}"
    if isinstance(value, list) and all(isinstance(one, str) for one in value):
        return "|".join(value)
    return value


_PLAIN = {"anyOf": [{"type": "string", "maxLength": 200, "pattern": NO_NUL}, {"type": "number"}, {"type": "boolean"},
                    {"type": "array", "items": {"type": "string", "maxLength": 20, "pattern": NO_NUL}, "maxItems": 9},
                    {"type": "null"}]}  # fmt: skip
Value = Annotated[Text, BeforeValidator(_written), WithJsonSchema(_PLAIN)]


class RuleIn(BaseModel):
    """Fields of a rule as text or as ``GET /rules`` answers them, those of ``data/rules.csv``; area and first day."""

    model_config = ConfigDict(extra="forbid")
    fields: Annotated[dict[Annotated[str, Field(max_length=20)], Value], Field(max_length=20)]
    area: Annotated[str | None, Field(max_length=64, pattern=NO_NUL)] = None
    day: Day | None = None


class RuleSaved(BaseModel):
    """The version that was written."""

    id: int
    code: str
    version: int
    valid_from: dt.date
    back: bool = Field(default=False, description="it begins before today: what fell due since is made anew by it")


class ExcuseIn(BaseModel):
    """One obligation: rule, target, first day of its window; the reason, or none to put it back."""

    model_config = ConfigDict(extra="forbid")
    rule: Annotated[str, Field(pattern="^[A-Za-z0-9][A-Za-z0-9_-]{0,19}$")]
    target: Annotated[int, Field(ge=1, le=2**62)]
    opens: Day
    reason: Text | None = None


class PlanOfficer(BaseModel):
    """Whose plan it is."""

    id: int
    number: str | None
    name: str


class PlanPost(BaseModel):
    """What she is in charge of."""

    code: str
    name: str
    kind: str


class PlanTask(BaseModel):
    """An obligation that a visit closes."""

    rule: str
    target: str
    target_id: int
    opens: dt.date
    due: dt.date


class PlanLine(BaseModel):
    """One visit to be made; ``task`` is its number on the form and in an import."""

    task: str
    row: int
    target: str
    target_id: int
    name: str
    place: str
    activity: str
    modes: list[str]
    minutes: int
    document: bool
    rules: list[str]
    obligations: list[PlanTask]
    by: dt.date
    late: int
    tried: str | None
    lon: float | None
    lat: float | None


class PlanOut(BaseModel):
    """A plan from a day to a day."""

    officer: PlanOfficer
    posts: list[PlanPost]
    start: dt.date
    last: dt.date
    lines: list[PlanLine]


class GapRow(BaseModel):
    """One gap: what, where, whose, since when, and what to do; links to the map and to the record."""

    kind: str
    group: str
    label: str
    what: str
    rule: str | None
    target: str
    target_id: int
    name: str
    place: str
    cell_code: str
    area_code: str
    officers: str
    since: dt.date
    days: int
    n: int | None
    todo: str
    lon: float | None
    lat: float | None
    record: str | None
    map: str | None


class GapKind(BaseModel):
    """A kind of gap: its group and name, what to do, how many there are."""

    kind: str
    group: str
    label: str
    todo: str
    n: int


class GapsOut(BaseModel):
    """A page of gaps. ``counts`` and ``kinds``, on the first page: how many there are of every kind, also of those
    not asked for, so that whoever filters sees what else there is; the other filters hold for them too."""

    area: str
    area_name: str
    today: dt.date
    found_at: dt.datetime | None
    counts: dict[str, int]
    kinds: list[GapKind]
    rows: list[GapRow]
    next: str | None


class TaskRow(BaseModel):
    """One obligation as it is on the day that is asked for; ``excuse`` for whoever may read it."""

    rule: str
    rule_name: str
    target: str
    target_id: int
    name: str
    place: str
    cell_code: str
    status: str
    opens: dt.date
    due: dt.date
    until: dt.date | None
    late: int
    fulfilled_on: dt.date | None
    visits: int
    tried: str | None
    tried_on: dt.date | None
    excuse: str | None
    officer: str | None
    number: str | None
    lon: float | None
    lat: float | None


class TasksOut(BaseModel):
    """A page of obligations."""

    today: dt.date
    rows: list[TaskRow]
    next: str | None


class ProposalIn(BaseModel):
    """A gap whose proposal is accepted."""

    model_config = ConfigDict(extra="forbid")
    kind: Annotated[str, Field(pattern="^said_(moved|vacant)$")]
    target: Annotated[str, Field(pattern="^(dwelling|household|person)$")]
    target_id: Annotated[int, Field(ge=1, lt=2**53)]


class KeptIn(BaseModel):
    """A gap whose record stays as it is, and why."""

    model_config = ConfigDict(extra="forbid")
    kind: Annotated[str, Field(pattern="^said_(moved|vacant|wrong)$")]
    target: Annotated[str, Field(pattern="^(dwelling|household|person)$")]
    target_id: Annotated[int, Field(ge=1, lt=2**53)]
    reason: Annotated[str, Field(min_length=4, max_length=200, pattern=NO_NUL)]


class Changed(BaseModel):
    """A record that was changed."""

    kind: str
    id: int


class ProposalOut(BaseModel):
    """What was changed."""

    changed: list[Changed]


class CheckinIn(BaseModel):
    """A check-in; where the telephone is, if it says so."""

    model_config = ConfigDict(extra="forbid")
    kind: Literal["start", "point", "stop"]
    point: Annotated[str, Field(max_length=80, pattern=NO_NUL)] | None = Field(
        default=None, description="code on the point"
    )
    cell: Annotated[str, Field(max_length=64, pattern=NO_NUL)] | None = Field(default=None, description="of a start")
    lon: Annotated[float, Field(ge=-180, le=180)] | None = None
    lat: Annotated[float, Field(ge=-90, le=90)] | None = None
    accuracy_m: Annotated[float, Field(ge=0, le=1e6)] | None = None


class PatrolCell(BaseModel):
    """Minutes in one cell beside those that the rules ask for."""

    code: str
    name: str
    own: bool
    minutes: int
    asked: int | None


class PatrolPoint(BaseModel):
    """One check-in; ``located``: the telephone said that it was there."""

    at: dt.datetime
    kind: str
    located: bool
    name: str | None
    cell: str | None


class PatrolOut(BaseModel):
    """A day's patrol of one officer."""

    officer: dict[str, Any]
    day: dt.date
    since: dt.datetime | None = Field(description="on a walk since")
    cells: list[PatrolCell]
    checkins: list[PatrolPoint]
