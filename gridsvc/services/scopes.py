"""What a question is about: an area, some days, some classes; the same for heat, coverage, gaps and tiles."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import numpy as np

from gridsvc.domain import codes, periods
from gridsvc.errors import InputError, MissingError
from gridsvc.services import ground

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from gridsvc.domain.periods import Period
    from gridsvc.store.pool import Row
    from gridsvc.store.tx import Tx

MAJOR = 2  # digits of the code of a major class, which stands for its minor ones


@dataclass(frozen=True)
class Question:
    """Area (code, name or the caller's own), period, classes (codes, major codes or names; none: all), ``as_of``."""

    area: str | None = None
    period: str = "12m"
    classes: tuple[str, ...] = ()
    as_of: dt.date | None = None


@dataclass(frozen=True)
class Asked:
    """The question, looked up: key range, days, class numbers, the instant that is now.

    ``today`` is the real one, also where another day was asked for: records carry the cells in force (they are
    assigned again when the ground changes), so counts belong on today's shapes.
    """

    area: ground.Area
    period: Period
    class_ids: list[int]
    classes: dict[int, Row]
    now: dt.datetime
    today: dt.date


def look_up(tx: Tx, question: Question) -> Asked:
    """Look the question up for its caller.

    Raises:
        MissingError: ``area.unknown``, ``scope.outside`` (nothing of it is in her scope), ``class.unknown``;
        InputError: ``period.…``.
    """
    today = ground.today(tx)
    zone = ZoneInfo(ground.zone(tx))
    area = own_area(tx, question.area)
    if not tx.who.touches(area.lo, area.hi):
        raise MissingError("scope.outside")
    classes = {r["id"]: r for r in tx.rows("event_class/list")}
    return Asked(
        area=area,
        period=periods.parse(question.period, question.as_of or today),
        class_ids=class_numbers(classes, question.classes),
        classes=classes,
        now=periods.as_instant(question.as_of, dt.datetime.now(dt.UTC), zone),
        today=today,
    )


def own_area(tx: Tx, wanted: str | None) -> ground.Area:
    """The area that is asked about; by default the smallest that holds everything in the caller's scope."""
    if wanted or tx.who.area_code:
        return ground.find(tx, wanted or str(tx.who.area_code))
    mine = areas = ground.areas_on(tx, ground.today(tx))
    if not tx.who.covers(0, codes.KEY_MAX) and tx.who.scope:
        lo, hi = min(a for a, _ in tx.who.scope if a), max(b for _, b in tx.who.scope)
        mine = areas[(areas["hi"] > lo) & (areas["lo"] < hi) & areas["leaf"]]
    code = codes.common_code(list(mine["code"]))
    if code is None:
        known = ", ".join(f"{c} {n}" for c, n in zip(areas["code"][:12], areas["name"][:12], strict=True))
        raise InputError("import.area_needed", known=known or "–")
    return ground.area_of(areas, code)


def class_numbers(classes: dict[int, Row], wanted: tuple[str, ...]) -> list[int]:
    """Numbers of the classes that codes, major codes or names name; all of them when nothing is wanted.

    Raises:
        MissingError: ``class.unknown``.
    """
    if not wanted:
        return sorted(classes)
    found: set[int] = set()
    for word in wanted:
        text = word.strip().lower()
        hits = {n for n, r in classes.items() if text in {r["code"], r["name"].lower(), str(r["name_en"]).lower()}}
        majors = tuple({text, *(classes[n]["code"] for n in hits)} & {r["code"][:MAJOR] for r in classes.values()})
        hits |= {n for n, r in classes.items() if majors and r["code"].startswith(majors)}
        if not hits:
            raise MissingError("class.unknown", name=word)
        found |= hits
    return sorted(found)


def seen(tx: Tx, keys: pd.Series | NDArray[np.int64], level: int) -> NDArray[np.bool_]:
    """Which cells (level 0; or undivided areas) or areas (their digits) lie wholly in the caller's scope.

    A count of an area of which she sees only a part would be wrong, so it is not shown at all.
    """
    lo = np.asarray(keys, dtype=np.int64)
    if level:
        return tx.who.covers_ranges(lo, lo + (np.int64(10 ** (12 - level)) << codes.SEQ_BITS))
    return tx.who.covers_ranges(lo, lo + 1)
