"""Obligations made out of rules and targets, and worked out from the visits (docs/coverage.md).

Every rule is done in one transaction of its own, two at a time: an update that was interrupted goes on where it
was, and the same update twice changes nothing.
"""

from __future__ import annotations

import datetime as dt
import os
from collections import deque
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, Final

from gridsvc.domain import codes, windows
from gridsvc.domain.obligations import OF_AREA, OF_CELL, SLOW_DAYS
from gridsvc.domain.rules import PERSONAL
from gridsvc.errors import BusyError
from gridsvc.services import codelists, ground
from gridsvc.services.progress import Progress, quiet
from gridsvc.services.rules import range_of, rule_of
from gridsvc.store.tx import SYSTEM, begin

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from gridsvc.domain.rules import Rule
    from gridsvc.domain.windows import Calendar
    from gridsvc.store.pool import Database, Row
    from gridsvc.store.tx import Tx

    Group = list[tuple[int, Rule]]  # versions of rules by number, touched alike

AHEAD: Final = dt.timedelta(days=7)  # made so long before they open: a week can be planned
AT_ONCE: Final = 2  # rules: a connection works on one core
SHARED: Final = 2_000  # changed visits from which two work them out, as rules are updated
MANY: Final = 20_000  # targets of a rule from which its tables are read as a whole
ZONE: Final = "zone"  # duty zones have posts of their own
_DAY: Final = dt.timedelta(days=1)


@dataclass(frozen=True)
class Version:
    """A version of a rule, the days on which its windows fall due, the ranges of keys that it holds in."""

    id: int
    rule: Rule
    first: dt.date
    last: dt.date
    ranges: tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class Updated:
    """What an update did: obligations made, withdrawn, moved to another cell, given to another post, worked out."""

    made: int = 0
    withdrawn: int = 0
    moved: int = 0
    posted: int = 0
    worked: int = 0

    def __add__(self, other: Updated) -> Updated:
        return Updated(*(a + b for a, b in zip(self.counts().values(), other.counts().values(), strict=True)))

    def counts(self) -> dict[str, int]:
        """By name."""
        return {name: getattr(self, name) for name in self.__dataclass_fields__}


def update(
    db: Database, *, today: dt.date | None = None, since: dt.date | None = None, progress: Progress = quiet
) -> Updated:
    """Bring the obligations of every rule up to date; meant for the night, and after rules or targets changed.

    Args:
        today: the day that counts as today.
        since: windows that fell due before this day are not looked at (default: the day of the last update, the first
            time the first day of the month).
    """
    calendar = windows.Calendar(db.settings.holidays)
    with begin(db, SYSTEM, "jobs", budget_ms=db.settings.job_budget_ms) as tx:
        tx.run("obligation/lock")
        now = today or ground.today(tx)
        last = tx.value("obligation/last_update")
        withdrawn, back_to = _supersede(tx)
        first = min(since or last or now.replace(day=1), back_to or now, now)
        made = versions(tx, first)
    done = Updated(withdrawn=withdrawn)
    # rules about all of a kind have the most targets: the others fill up the time beside them
    made.sort(key=lambda one: bool(one.rule.kinds))
    with ThreadPoolExecutor(min(AT_ONCE, os.cpu_count() or 1, db.settings.pool_size)) as threads:
        begun = [threads.submit(_update_alone, db, one, first, now, calendar) for one in made]
        try:
            for k, ended in enumerate(as_completed(begun)):
                progress("obligations.update", k / len(begun))
                done += ended.result()
        finally:  # one that failed, or whoever stops the work: what has not begun is left for the next time
            threads.shutdown(cancel_futures=True)
    done += catch_up(db, today=now)
    with begin(db, SYSTEM, "jobs") as tx:
        tx.run("obligation/updated", day=now)
    return done


def catch_up(db: Database, *, today: dt.date | None = None) -> Updated:
    """Work out again what visits that were written since the last time may have closed."""
    with begin(db, SYSTEM, "jobs", budget_ms=db.settings.job_budget_ms) as tx:
        tx.run("obligation/lock")
        tx.run("obligation/stage_change")
        changes = tx.run("obligation/change")
        if not changes:
            return Updated()
        tx.run("obligation/change_analyze")
        now, (own, shared) = today or ground.today(tx), _touched_alike(tx)
        last = [group for group in own if group[0][1].target == ZONE]
        turns = chain((group for group in own if group not in last), _taken(shared), last)
        if changes < SHARED or db.settings.pool_size < AT_ONCE:
            return Updated(worked=_work_through(tx, turns, changes, now))
        with ThreadPoolExecutor(1) as threads:
            helped = threads.submit(_help, db, shared, changes, now)
            try:
                worked = _work_through(tx, turns, changes, now)
            finally:  # the other ends what it has begun, and begins nothing
                shared.clear()
            return Updated(worked=worked + helped.result())


def _touched_alike(tx: Tx) -> tuple[list[Group], deque[Group]]:
    """Rules whose targets the changed visits may be to, each with those about the same kind of target and activity:
    those with the most targets first, those of zones last. In two parts: versions of one rule that are about several
    of these, since they close the same gaps, and two who do may wait for each other; and those that may be shared.
    """
    rules = [(int(row["id"]), rule_of(row)) for row in tx.rows("rule/touched")]
    groups: dict[tuple[str, tuple[str, ...]], Group] = {}
    for number, rule in sorted(rules, key=lambda r: (r[1].target == ZONE, r[1].target not in PERSONAL, r[1].target)):
        groups.setdefault((rule.target, tuple(rule.activity)), []).append((number, rule))
    codes_of = [{rule.code for _, rule in group} for group in groups.values()]
    often = {code for code in set().union(*codes_of) if sum(code in some for some in codes_of) > 1}
    own = [group for group, some in zip(groups.values(), codes_of, strict=True) if some & often]
    return own, deque(group for group in groups.values() if group not in own)


def _taken(groups: deque[Group]) -> Iterator[Group]:
    """One group after the other, each for whoever takes it first."""
    while groups:
        try:
            yield groups.popleft()
        except IndexError:  # the last one is somebody else's
            return


def _help(db: Database, groups: deque[Group], changes: int, today: dt.date) -> int:
    """Do some of the groups beside the transaction that holds the lock. What that has taken out of the list is still
    seen here, since it has not ended; if one of the two fails the list stays, and a group done again is the same.
    """
    begun = False
    try:
        with begin(db, SYSTEM, "jobs", budget_ms=db.settings.job_budget_ms) as tx:
            if not groups:
                return 0
            begun = True
            tx.run("obligation/stage_change")
            tx.run("obligation/change_seen")
            tx.run("obligation/change_analyze")
            return _work_through(tx, _taken(groups), changes, today)
    except BusyError:
        if begun:  # what it took is not done: nobody may say that it is
            raise
        return 0  # no connection to spare


def _work_through(tx: Tx, groups: Iterable[Group], changes: int, today: dt.date) -> int:
    """Work out what the changed visits may have closed, group after group; how many changed."""
    worked, zones = 0, False
    _stage(tx)
    tx.run("obligation/stage_touched")
    if changes > MANY:
        tx.run("session/bulk")
    for group in groups:
        if group[0][1].target == ZONE and not zones:
            # they come last: who is in charge of them takes the place of who is in charge of cells
            tx.run("obligation/charge_zone")
            zones = True
        tx.run("obligation/touched_clear")
        _through(tx, "reach", group[0][1], PERSONAL)
        for number, rule in group:
            if tx.run("obligation/touched", rule_id=number):
                _work_out(tx, rule)
                worked += tx.run("obligation/refresh", rule_id=number, today=today)
                tx.run("gap/closed", code=rule.code, today=today)
            tx.run("obligation/work_clear")
    return worked


def _supersede(tx: Tx) -> tuple[int, dt.date | None]:
    """Take back what belongs to another version of its rule since one was written; how much, and due since when."""
    every = versions(tx, dt.date.min)
    names = [one.rule.code for one in every]
    ended = {r["code"] for r in tx.rows("rule/list", day=None, planned=False, lo=0, hi=codes.KEY_MAX) if r["retired"]}
    several = sorted({code for code in names if names.count(code) > 1} | ended)
    if not several:
        return 0, None
    spans = [(one.id, one.first, one.last, lo, hi) for one in every for lo, hi in one.ranges]
    ids, first, last, lo, hi = (list(column) for column in zip(*spans, strict=True))
    gone = tx.one("obligation/supersede", codes=several, ids=ids, first=first, last=last, lo=lo, hi=hi) or {}
    return gone["n"], gone["first"]


def versions(tx: Tx, first: dt.date) -> list[Version]:
    """The versions of rules that hold on ``first`` or later, each with the days and the ground that it is for."""
    rows = tx.rows("rule/list", day=None, planned=False, lo=0, hi=codes.KEY_MAX)
    out = []
    for row in rows:
        begins, ends, own = row["valid_from"], (row["valid_to"] or dt.date.max) - _DAY, range_of(row["area_key"])
        if row["retired"] or ends < first:
            continue
        # a rule of an area takes the place of the one around it, also where it is a rule no more
        inside = [r for r in rows if r["code"] == row["code"] and r["area_key"] != row["area_key"]
                  and own[0] <= range_of(r["area_key"])[0] and range_of(r["area_key"])[1] <= own[1]]  # fmt: skip
        for start, stop, taken in _spells(begins, ends, inside):
            out.append(Version(int(row["id"]), rule_of(row), start, stop, _without(own, taken)))
    return [one for one in out if one.last >= first and one.ranges]


def _spells(
    begins: dt.date, ends: dt.date, others: Sequence[Row]
) -> list[tuple[dt.date, dt.date, list[tuple[int, int]]]]:
    """Days of a version cut where rules of single areas begin or end, with the ranges that those take."""
    cuts = {begins, *(r["valid_from"] for r in others), *(r["valid_to"] for r in others if r["valid_to"])}
    days = sorted(day for day in cuts if begins <= day <= ends)
    spells = []
    for start, stop in zip(days, [*(day - _DAY for day in days[1:]), ends], strict=True):
        taken = [range_of(r["area_key"]) for r in others
                 if r["valid_from"] <= start and (r["valid_to"] is None or r["valid_to"] > start)]  # fmt: skip
        spells.append((start, stop, taken))
    return spells


def _without(whole: tuple[int, int], taken: Sequence[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    """A range of keys without some others."""
    out, at = [], whole[0]
    for lo, hi in sorted(taken):
        if lo > at:
            out.append((at, min(lo, whole[1])))
        at = max(at, hi)
    return (*out, *([(at, whole[1])] if at < whole[1] else []))


def _update_alone(db: Database, one: Version, first: dt.date, today: dt.date, calendar: Calendar) -> Updated:
    with begin(db, SYSTEM, "jobs", budget_ms=db.settings.job_budget_ms) as tx:
        tx.run("obligation/lock_rule", rule_id=one.id)
        if tx.one("rule/there", id=one.id) is None:  # taken back since
            return Updated()
        return _update_one(tx, one, first, today, calendar)


def _update_one(tx: Tx, one: Version, first: dt.date, today: dt.date, calendar: Calendar) -> Updated:
    rule = one.rule
    tx.run("target/stage")
    targets = sum(tx.run(f"target/{rule.target}", kinds=list(rule.kinds), lo=lo, hi=hi) for lo, hi in one.ranges)
    tx.run("target/index")
    tx.run("target/analyze")
    _stage(tx)
    if rule.target == ZONE:
        tx.run("obligation/charge_zone")
    if targets > MANY and rule.target != "cell":  # many windows a cell: each has its visits by cell and day
        tx.run("session/bulk")
    withdrawn = tx.run("obligation/withdraw", rule_id=one.id, first=max(one.first, today), last=one.last)
    moved = tx.run("obligation/move", rule_id=one.id, today=today)
    posted = sum(
        tx.run(f"obligation/{name}", rule_id=one.id, since=first, today=today) for name in ("unpost", "post")
    )
    plan = _plan_begun if rule.period == "occurrence" else _plan
    made = plan(tx, one, first, today, calendar)
    if made:
        _work_out(tx, rule)
        tx.run("obligation/write", rule_id=one.id, personal=rule.personal, today=today)
        tx.run("coverage/mark")
    return Updated(made, withdrawn, moved, posted)


def _stage(tx: Tx) -> None:
    """The temporary tables, and who is in charge of what."""
    for name in ("window", "work", "hit", "fact", "held", "charge"):
        tx.run(f"obligation/stage_{name}")
    tx.run("obligation/held", of_cell=list(OF_CELL), of_area=list(OF_AREA))
    tx.run("obligation/held_analyze")
    tx.run("obligation/charge")
    tx.run("obligation/charge_index")
    tx.run("obligation/charge_analyze")
    tx.run("obligation/fact_index")


def _plan(tx: Tx, one: Version, first: dt.date, today: dt.date, calendar: Calendar) -> int:
    """Obligations of calendar windows that fall due while the version holds."""
    found = windows.windows(one.rule, first, today + AHEAD, calendar)
    inside = [w for w in found if one.first <= w.due <= one.last]
    if not inside:
        return 0
    opens, due, until = zip(*inside, strict=True)
    tx.run("obligation/windows", opens=list(opens), due=list(due), until=list(until))
    return tx.run("obligation/plan", rule_id=one.id)


def _plan_begun(tx: Tx, one: Version, first: dt.date, today: dt.date, calendar: Calendar) -> int:
    """Obligations that count from the day on which each target began."""
    rule, n = one.rule, one.rule.every or 1
    reach = dt.timedelta(days=n * (3 if rule.working else 1) + 30)  # n working days are within so many days
    begins = [row["begins"] for row in tx.rows("obligation/begun", first=first - reach, last=today + AHEAD)]
    made = [(day, calendar.later(day, n, working=rule.working)) for day in begins]
    made = [(day, due) for day, due in made if due >= first and one.first <= due <= one.last]
    if not made:
        return 0
    until = [windows.until(rule, due, calendar) for _, due in made]
    days, dues = zip(*made, strict=True)
    return tx.run("obligation/plan_begun", rule_id=one.id, begins=list(days), due=list(dues), until=until)


def _work_out(tx: Tx, rule: Rule) -> None:
    """What the visits make of the obligations in hand."""
    tx.run("obligation/work_analyze")
    _through(tx, "hits", rule, (*PERSONAL, "cell", "area"))
    tx.run("obligation/hit_analyze")
    tx.run(
        "obligation/facts", minutes=rule.measure == "minutes", amount=rule.amount, modes=list(rule.modes),
        fulfil=codelists.outcomes(tx).fulfil, document=rule.document, slow=SLOW_DAYS,
    )  # fmt: skip
    tx.run("obligation/fact_analyze")


def _through(tx: Tx, verb: str, rule: Rule, own: Collection[str]) -> None:
    """The statement for what a rule is about: of ``own`` kinds there is one each, the others are visited alike."""
    if rule.target in own:
        tx.run(f"obligation/{verb}_{rule.target}", activity=list(rule.activity))
    else:
        tx.run(f"obligation/{verb}", activity=list(rule.activity), target=rule.target)
