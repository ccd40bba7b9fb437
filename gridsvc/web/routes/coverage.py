"""Rules of visiting, what of them was done, what is excused."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

from fastapi import APIRouter, Query, Response
from fastapi import Path as InPath

from gridsvc.services import coverage, excuses, monthly, rules, tasklist
from gridsvc.services.coverage import Ask
from gridsvc.web.answers import GEOJSON, answer, answer_table, geojson
from gridsvc.web.deps import Cursor, Db, Limit, Me, needs
from gridsvc.web.routes.divisions import accepted
from gridsvc.web.schemas.coverage import CoverageOut, ExcuseIn, RuleIn, RuleOut, RuleSaved, TasksOut
from gridsvc.web.schemas.divisions import Accepted
from gridsvc.web.schemas.models import NO_NUL, Page

router = APIRouter(prefix="/api/v1", tags=["coverage"])
Code = Annotated[str, InPath(pattern="^[A-Za-z0-9][A-Za-z0-9_-]{0,19}$")]
Area = Annotated[str | None, Query(max_length=64, pattern=NO_NUL)]
Day = Annotated[dt.date | None, Query(ge=dt.date(1970, 1, 1), le=dt.date(9000, 1, 1))]
Period = Annotated[str, Query(max_length=40, pattern=NO_NUL)]
Rules = Annotated[list[str], Query(max_length=50)]
By = Annotated[str, Query(pattern="^(cell|community|town|street|county|officer|rule)$")]


def _ask(area: str | None, period: str, rules: list[str], by: str, as_of: dt.date | None) -> Ask:
    return Ask(area, period, tuple(code[:20] for code in rules), "town" if by == "street" else by, as_of)


@router.get("/coverage", response_model=CoverageOut, **needs("read"))
def coverage_of(
    db: Db, who: Me,
    area: Area = None,
    period: Period = "1m",
    rule: Rules = [],  # noqa: B006
    by: By = "community",
    as_of: Day = None,
) -> Response:  # fmt: skip
    """What of the obligations that fell due in a period was done, by one level, officer or rule (走访率、巡查率)."""
    found = coverage.report(db, who, _ask(area, period, rule, by, as_of))
    return answer_table(coverage.head(found), found.table)


@router.get("/coverage/geojson", **needs("read", GEOJSON))
def coverage_shapes(
    db: Db, who: Me,
    area: Area = None,
    period: Period = "1m",
    rule: Rules = [],  # noqa: B006
    by: Annotated[str, Query(pattern="^(cell|community|town|street|county)$")] = "community",
    as_of: Day = None,
) -> Response:  # fmt: skip
    """The same on the shapes of cells or areas."""
    return geojson(coverage.shapes(db, who, _ask(area, period, rule, by, as_of)))


@router.get("/obligations", response_model=TasksOut, **needs("rows"))
def list_obligations(
    db: Db, who: Me,
    area: Area = None,
    cell: Annotated[str | None, Query(max_length=20, pattern=NO_NUL)] = None,
    period: Period = "1m",
    rule: Rules = [],  # noqa: B006
    status: Annotated[list[str], Query(max_length=8)] = [],  # noqa: B006
    officer: Area = None,
    as_of: Day = None,
    limit: Limit = 100,
    cursor: Cursor = None,
) -> Response:  # fmt: skip
    """Obligations that fell due in a period, one by one, the first due first: down to the single overdue door."""
    which = tasklist.Which(cell, tuple(s[:20] for s in status), officer)
    ask = _ask(area, period, rule, "cell", as_of)
    return answer(tasklist.listing(db, who, ask, which, limit=limit, cursor=cursor))


@router.post("/coverage/file", response_model=Accepted, status_code=202, **needs("export"))
def month_file(
    db: Db, who: Me,
    area: Area = None,
    period: Period = "1m",
    rule: Rules = [],  # noqa: B006
    as_of: Day = None,
    checked_by: Annotated[str, Query(max_length=40, pattern=NO_NUL)] = "",
) -> Response:  # fmt: skip
    """The monthly workbook 《网格化服务管理工作月报》: by community, cell, officer and rule, gaps, definitions; a
    job, whose file is then at ``/api/v1/jobs/{number}/file``."""
    return accepted(monthly.submit(db, who, _ask(area, period, rule, "community", as_of), checked_by=checked_by))


@router.get("/rules", response_model=Page[RuleOut], **needs("read"))
def list_rules(
    db: Db, who: Me,
    area: Area = None,
    day: Day = None,
    every: Annotated[bool, Query()] = False,
    planned: Annotated[bool, Query(description="也列出以后才生效的 also those that begin later")] = False,
) -> Response:  # fmt: skip
    """Rules that hold on a day (default: today), with ``planned`` also those that begin later, or every version."""
    items = rules.listing(db, who, area=area, day=day, every=every, planned=planned)
    return answer({"items": items, "next": None})


@router.put("/rules/{code}", response_model=RuleSaved, **needs("classes"))
def set_rule(db: Db, who: Me, code: Code, body: RuleIn) -> Response:
    """A rule as it holds from a day on: what is left out stays as it is today; a code that is not there is new."""
    return answer(rules.change(db, who, code, body.fields, area=body.area, day=body.day))


@router.delete("/rules/{code}", response_model=RuleSaved, **needs("classes"))
def retire_rule(db: Db, who: Me, code: Code, area: Area = None, day: Day = None) -> Response:
    """A rule holds no more from a day on (default: today), everywhere or in one area."""
    return answer(rules.retire(db, who, code, area=area, day=day))


@router.delete("/rules/{code}/planned", response_model=RuleSaved, **needs("classes"))
def withdraw_rule(
    db: Db, who: Me, code: Code, area: Area = None, version: Annotated[int | None, Query(ge=1, le=100_000)] = None
) -> Response:
    """Take back the newest version of a rule, or its end, before its first day has come; with ``version`` only if
    that is still the newest."""
    return answer(rules.withdraw(db, who, code, area=area, version=version))


@router.post("/obligations/excuse", status_code=204, **needs("edit"))
def excuse(db: Db, who: Me, body: ExcuseIn) -> Response:
    """Take one obligation out of the count, with a reason (免访); without a reason it counts again. Audited."""
    excuses.excuse(db, who, body.rule, body.target, body.opens, body.reason)
    return Response(status_code=204)
