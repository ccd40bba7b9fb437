"""Obligations one by one (任务清单): from the rate of a cell down to the single overdue door."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from gridsvc.domain import codes, periods
from gridsvc.domain.obligations import STATUS
from gridsvc.errors import InputError, MissingError
from gridsvc.services import codelists, coverage, ground, records, scopes, targets
from gridsvc.services.plans import posts_of
from gridsvc.store.tx import Caller, Tx, begin

if TYPE_CHECKING:
    from gridsvc.services.coverage import Ask
    from gridsvc.store.pool import Database, Row

_CURSOR = 4


@dataclass(frozen=True)
class Which:
    """Narrower than an area: a cell, statuses (:data:`gridsvc.domain.obligations.STATUS`), an officer."""

    cell: str | None = None
    status: tuple[str, ...] = ()
    officer: str | None = None


@dataclass(frozen=True)
class Tasks:
    """One page of obligations."""

    today: dt.date
    rows: list[dict[str, Any]]
    next: str | None


def listing(
    db: Database, caller: Caller, ask: Ask, which: Which = Which(), *, limit: int = 100, cursor: str | None = None,
) -> Tasks:  # fmt: skip
    """The obligations that :func:`gridsvc.services.coverage.report` counts, first due first.

    Raises:
        InputError: ``tasks.status``, ``page.cursor``; and as the report.
    """
    unknown = [s for s in which.status if s not in STATUS]
    if unknown:
        raise InputError("tasks.status", value=unknown[0], known=", ".join(STATUS))
    with begin(db, caller, "rows", steady=True, budget_ms=db.settings.budget_ms * 3) as tx:
        now = ground.today(tx)
        today = ask.as_of or now
        lo, hi = _range(tx, ask, which)
        period = periods.parse(ask.period, today)
        rules = coverage.rules_of(tx, ask.rules)
        known = codelists.outcomes(tx)
        posts = posts_of(tx, which.officer, None) if which.officer else None
        rows = tx.rows(
            "obligation/list", lo=lo, hi=hi, start=period.start, stop=period.stop, today=today,
            rules=sorted(rules) if ask.rules else None, keys=[p["cell_key"] for p in posts or ()],
            posts=None if posts is None else [p["id"] for p in posts],
            status=[STATUS.index(s) + 1 for s in which.status] or None, not_found=known.not_found,
            refused=known.refused, most=limit + 1, **_after(cursor),
        )  # fmt: skip
        more, rows = len(rows) > limit, rows[:limit]
        told = targets.named(tx, {(r["target"], r["target_id"]) for r in rows})
        if any(r["personal"] for r in rows):  # who opens lists of residents is written down
            tx.audit(
                "people.list", entity="obligation", detail={"area": ask.area, "cell": which.cell, "rows": len(rows)}
            )
    keys = np.array([r["cell_key"] for r in rows], dtype=np.int64)
    cells = codes.cell_codes(keys)
    shown = [_shown(r, told.get((r["target"], r["target_id"]), {}), str(cells[k]), today) for k, r in enumerate(rows)]
    return Tasks(today, shown, _cursor(rows[-1]) if more else None)


def _range(tx: Tx, ask: Ask, which: Which) -> tuple[int, int]:
    if which.cell:
        (found,) = records.key_ranges(tx, None, which.cell)
        return found
    area = scopes.own_area(tx, ask.area)
    if not tx.who.touches(area.lo, area.hi):
        raise MissingError("scope.outside")
    return area.lo, area.hi


def _shown(row: Row, one: dict[str, Any], cell: str, today: dt.date) -> dict[str, Any]:
    return {
        "rule": row["code"], "rule_name": row["name"], "target": row["target"], "target_id": row["target_id"],
        "name": one.get("name") or "", "place": one.get("place") or "", "cell_code": cell,
        "status": STATUS[row["status"] - 1], "opens": row["opens"], "due": row["due"], "until": row["until"],
        "late": max((today - row["due"]).days, 0) if row["status"] in (6, 8) else 0,
        "fulfilled_on": row["fulfilled_on"], "visits": row["visits"], "tried": row["tried"],
        "tried_on": row["tried_on"], "excuse": row["excuse"], "officer": row["officer"], "number": row["number"],
        "lon": one.get("lon"), "lat": one.get("lat"),
    }  # fmt: skip


def _cursor(row: Row) -> str:
    return "~".join(str(row[name]) for name in ("due", "rule_id", "target_id", "opens"))


def _after(cursor: str | None) -> dict[str, Any]:
    names = ("after_due", "after_rule", "after_id", "after_opens")
    if cursor is None:
        return dict.fromkeys(names)
    parts = cursor.split("~")
    try:
        if len(parts) != _CURSOR or len(cursor) > 60:
            raise ValueError
        due, rule, target, opens = (
            dt.date.fromisoformat(parts[0]),
            int(parts[1]),
            int(parts[2]),
            dt.date.fromisoformat(parts[3]),
        )
    except ValueError as e:
        raise InputError("page.cursor", value=cursor) from e
    if not (0 <= rule < 2**31 and 0 <= target < 2**63):
        raise InputError("page.cursor", value=cursor)
    return dict(zip(names, (due, rule, target, opens), strict=True))
