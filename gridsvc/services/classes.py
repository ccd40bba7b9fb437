"""Classes of events: the shipped ones, those an import brings along, and their time limits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from gridsvc.domain import codes, workdays
from gridsvc.domain.workdays import Limit, Office
from gridsvc.errors import ForbiddenError, InputError, MissingError
from gridsvc.services import codetables
from gridsvc.store.copyin import CopyIn
from gridsvc.store.tx import SYSTEM, Caller, Tx, begin

if TYPE_CHECKING:
    from gridsvc.settings import Settings
    from gridsvc.store.pool import Database, Row

MOST_NEW = 200
EVERY = "*"


def office(settings: Settings, tz: str | None = None) -> Office:
    """Zone, calendar and hours that limits are counted by."""
    return Office(tz or settings.tz, settings.holidays, settings.office_hours)


def parse_limits(texts: list[str]) -> dict[str, Limit]:
    """``["暴露垃圾=4wh", "*=5wd"]`` as limits by class name.

    Raises:
        InputError: ``limit.malformed``.
    """
    out = {}
    for text in texts:
        name, _, limit = text.rpartition("=")
        if not name.strip():
            raise InputError("limit.malformed", value=text)
        out[name.strip()] = workdays.parse_limit(limit)
    return out


def listing(db: Database, caller: Caller) -> list[Row]:
    """All classes with their limits."""
    with begin(db, caller, "read") as tx:
        return tx.rows("event_class/list")


def seed(tx: Tx) -> int:
    """Put the shipped classes into the table; those already there keep their limits."""
    added = 0
    for r in codetables.rows("event_classes"):
        limit = workdays.parse_limit(r["limit"]) if r["limit"] else None
        added += tx.run(
            "event_class/seed", code=r["code"], name=r["name"], name_en=r["name_en"], origin=r["source"],
            limit_amount=limit.amount if limit else None, limit_unit=limit.unit if limit else None,
        )  # fmt: skip
    return added


class Book:
    """The classes while an import runs: names to numbers, new names taken in under 其他(扩展)."""

    def __init__(self, tx: Tx, origin: str, limits: dict[str, Limit], clock: Office) -> None:
        self._tx, self._origin, self._limits, self._office = tx, origin, limits, clock
        self.rows: dict[int, dict[str, Any]] = {r["id"]: dict(r) for r in tx.rows("event_class/list")}
        self._number: dict[str, int] = {}
        for r in self.rows.values():
            for word in (r["name_en"], r["code"], r["name"]):
                if word:
                    self._number[str(word).lower()] = r["id"]
        self.added: list[str] = []
        self.limited: dict[int, Limit] = {}

    def numbers(self, words: pd.Series) -> pd.Series:
        """Class number of each word; an unknown word becomes a class.

        Raises:
            InputError: ``class.too_many``.
        """
        unique = words.dropna().unique()
        for word in unique:
            if word.lower() not in self._number:
                self._add(str(word))
            self._limit(self._number[word.lower()], str(word))
        return words.str.lower().map(self._number).astype("Int16")

    def due(self, class_id: pd.Series, reported: pd.Series) -> pd.Series:
        """When each event must be closed by the limit of its class; missing without a limit."""
        out = pd.Series(pd.NaT, index=class_id.index, dtype="datetime64[us, UTC]")
        for number in class_id.dropna().unique():
            r = self.rows[int(number)]
            if r["limit_amount"]:
                mask = (class_id == number).fillna(False).astype(bool)
                starts = pd.DatetimeIndex(reported[mask])
                ends = workdays.due(starts, Limit(r["limit_amount"], r["limit_unit"]), self._office)
                out[mask] = ends.astype("datetime64[us, UTC]")
        return out

    def _add(self, word: str) -> None:
        if len(self.added) >= MOST_NEW:
            raise InputError("class.too_many", most=MOST_NEW, value=word[:50])
        if not self.added:
            self._tx.run("event_class/lock")
        row = self._tx.one("event_class/add", name=word, origin=self._origin)
        if row is None:  # taken between two statements
            raise InputError("class.too_many", most=999, value=word[:50])
        self.rows[row["id"]] = dict(row)
        self._number[word.lower()] = row["id"]
        self.added.append(word)

    def _limit(self, number: int, word: str) -> None:
        limit = self._limits.get(word) or self._limits.get(self.rows[number]["code"]) or self._limits.get(EVERY)
        row = self.rows[number]
        if limit and number not in self.limited:
            self.limited[number] = limit
            if row["name"] not in self.added and not self._tx.who.covers(0, codes.KEY_MAX):
                raise ForbiddenError("class.limit_of_all", name=row["name"])
            if (row["limit_amount"], row["limit_unit"]) != (limit.amount, limit.unit):
                write_limit(self._tx, row, limit, self._office)
                row |= {"limit_amount": limit.amount, "limit_unit": limit.unit}


def set_limit(db: Database, caller: Caller, name: str, limit: Limit | None) -> dict[str, Any]:
    """Set or clear the limit of a class; events that have theirs from the class get new due instants.

    Raises:
        MissingError: ``class.unknown``.
    """
    with begin(db, caller, "classes") as tx:
        caller_name = tx.who.login
    # a class belongs to the whole installation, so its events are changed whoever may see them
    with begin(db, SYSTEM, "classes", budget_ms=db.settings.job_budget_ms) as tx:
        word = name.strip().lower()
        rows = tx.rows("event_class/list")
        row = next((r for r in rows if word in {r["code"], r["name"].lower(), str(r["name_en"]).lower()}), None)
        if row is None:
            raise MissingError("class.unknown", name=name)
        changed = write_limit(tx, dict(row), limit, office(db.settings), by=caller_name)
        return {"code": row["code"], "name": row["name"], "limit": str(limit) if limit else None, "events": changed}


def write_limit(tx: Tx, row: dict[str, Any], limit: Limit | None, clock: Office, by: str | None = None) -> int:
    """Write a class's limit and the due instants that follow from it; how many events changed."""
    number = row["id"]
    tx.run("event_class/limit", id=number, limit_amount=limit.amount if limit else None,
           limit_unit=limit.unit if limit else None)  # fmt: skip
    old = f"{row['limit_amount']}{row['limit_unit']}" if row["limit_amount"] else None
    tx.audit("class.limit", entity="event_class", row_id=number,
             detail={"old": old, "new": str(limit) if limit else None, "by": by or tx.who.login})  # fmt: skip
    events = tx.frame("event_class/events", id=number)
    if events.empty:
        return 0
    if limit is None:
        events["due_at"] = pd.Series(pd.NaT, index=events.index, dtype="datetime64[us, UTC]")
    else:
        starts = pd.DatetimeIndex(pd.to_datetime(events["reported_at"], utc=True))
        events["due_at"] = workdays.due(starts, limit, clock).astype("datetime64[us, UTC]")
    tx.run("event_class/stage_due")
    with CopyIn(tx.conn, "stage_due", ["id", "due_at"]) as copy:
        copy.write(events)
    changed = tx.run("event_class/set_due")
    tx.run("event_class/drop_due")
    return changed
