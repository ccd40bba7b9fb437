"""Rules of visiting and patrolling: the shipped ones, versions that hold from a day on, rules of one area."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Final

from gridsvc.domain import codes
from gridsvc.domain import rules as domain
from gridsvc.errors import ConflictError, ForbiddenError, InputError, MissingError
from gridsvc.services import codetables, ground
from gridsvc.store.tx import Caller, Tx, begin

if TYPE_CHECKING:
    from gridsvc.domain.rules import Rule
    from gridsvc.store.pool import Database, Row

SHIPPED_SINCE: Final = dt.date(2020, 1, 1)
#: Where the codes of these fields are.
_LISTS: Final = {"activity": "visit_activity", "modes": "visit_mode"}


def seed(tx: Tx) -> int:
    """Put the shipped rules into the table; a code that is there already stays as the installation has it."""
    added = 0
    for row in codetables.rows("rules"):
        rule = domain.read(row, SHIPPED_SINCE)
        if tx.one("rule/current", code=rule.code, area_key=0) is None:
            _add(tx, rule, 0, 1, SHIPPED_SINCE, SHIPPED_SINCE)
            added += 1
    return added


def listing(
    db: Database, caller: Caller, *, area: str | None = None, day: dt.date | None = None, every: bool = False,
    planned: bool = False,
) -> list[Row]:  # fmt: skip
    """The rules of a day (default: today) that hold in an area or everywhere; ``planned``: also those that begin
    later; ``every``: all versions."""
    with begin(db, caller, "read") as tx:
        on = day or ground.today(tx)
        place = ground.find(tx, area, on) if area else None
        return tx.rows(
            "rule/list",
            day=None if every else on,
            planned=planned,
            lo=place.lo if place else 0,
            hi=place.hi if place else codes.KEY_MAX,
        )


def save(db: Database, caller: Caller, row: dict[str, str], *, day: dt.date | None = None) -> dict[str, Any]:
    """A rule as it holds from ``day`` (default: today) on; fields as text, those of ``data/rules.csv`` and ``area``.

    What was made by the version before stays with it.

    Raises:
        InputError: ``rule.field``, ``rule.missing``, ``rule.superfluous``; ConflictError: ``rule.past`` (a version
        that begins later is there), ``rule.used`` (what one of this day has made stays); ForbiddenError:
        ``rule.elsewhere``.
    """
    with begin(db, caller, "classes") as tx:
        begins = day or ground.today(tx)
        rule = domain.read({**row, "source": row.get("source") or tx.who.login}, begins)
        _check_codes(tx, rule)
        key = _ground(tx, rule.area)
        tx.run("obligation/lock")  # no update makes obligations of it meanwhile, nobody writes another
        held = _held(tx, rule.code, key, begins)
        version = _next(tx, rule.code, key, begins)
        number = _add(tx, rule, key, version[0], begins, version[1] or begins)
        detail = {"code": rule.code, "area": rule.area, "version": version[0], "from": begins.isoformat()}
        tx.audit("rule.save", entity="rule", row_id=number, detail=detail)
        back = begins < ground.today(tx) and held is not None  # also where the one around it held
        return {"id": number, "code": rule.code, "version": version[0], "valid_from": begins, "back": back}


def change(
    db: Database, caller: Caller, code: str, fields: dict[str, str], *, area: str | None = None,
    day: dt.date | None = None,
) -> dict[str, Any]:  # fmt: skip
    """A rule as it is today with some fields changed, from ``day`` on; a code that is not there is a new rule.

    Raises:
        InputError: ``rule.field``, ``rule.fields``; otherwise as :func:`save`.
    """
    unknown = [name for name in fields if name not in domain.COLUMNS or name in ("code", "area")]
    if unknown:
        raise InputError("rule.fields", value=unknown[0], known=", ".join(domain.COLUMNS))
    with begin(db, caller, "read") as tx:
        held = _held(tx, code, _key(tx, area), day or ground.today(tx))
    now = domain.written(rule_of(held)) if held else {}
    return save(db, caller, {**now, **fields, "code": code, "area": area or ""}, day=day)


def fields_of(texts: list[str]) -> dict[str, str]:
    """``["amount=2", "period=week"]`` as fields.

    Raises:
        InputError: ``rule.fields``.
    """
    wrong = [text for text in texts if "=" not in text]
    if wrong:
        raise InputError("rule.fields", value=wrong[0], known=", ".join(f"{c}=…" for c in domain.COLUMNS))
    return {name.strip(): value.strip() for name, _, value in (text.partition("=") for text in texts)}


def day_of(text: str | None) -> dt.date | None:
    """A day as 2026-12-01; None for today.

    Raises:
        InputError: ``rule.field``.
    """
    try:
        return dt.date.fromisoformat(text) if text else None
    except ValueError as e:
        raise InputError("rule.field", field="from", value=text, known="2026-12-01") from e


def retire(
    db: Database, caller: Caller, code: str, *, area: str | None = None, day: dt.date | None = None
) -> dict[str, Any]:
    """A rule holds no more from ``day`` (default: today) on; in one area, where it holds everywhere else.

    Raises:
        MissingError: ``rule.unknown``; ConflictError: ``rule.past``, ``rule.used``; ForbiddenError:
        ``rule.elsewhere``.
    """
    with begin(db, caller, "classes") as tx:
        begins = day or ground.today(tx)
        key = _ground(tx, area)
        tx.run("obligation/lock")
        held = _held(tx, code, key, begins)
        if held is None:
            raise MissingError("rule.unknown", code=code)
        version, since = _next(tx, code.upper(), key, begins)
        number = _add(tx, rule_of(held), key, version, begins, since or begins, retired=True)
        detail = {"code": code.upper(), "area": area, "from": begins.isoformat()}
        tx.audit("rule.retire", entity="rule", row_id=number, detail=detail)
        back = begins < ground.today(tx)
        return {"id": number, "code": code.upper(), "version": version, "valid_from": begins, "back": back}


def withdraw(
    db: Database, caller: Caller, code: str, *, area: str | None = None, version: int | None = None
) -> dict[str, Any]:
    """Take back the newest version of a rule (or its end), as long as its first day is still to come: the version
    before holds on, and what was made ahead by the one that is taken back is made anew by it. ``version``: only if
    this is still the newest.

    Raises:
        MissingError: ``rule.unknown``; ConflictError: ``rule.begun``; ForbiddenError: ``rule.elsewhere``.
    """
    with begin(db, caller, "classes") as tx:
        key = _ground(tx, area)
        tx.run("obligation/lock")  # no update makes obligations of it meanwhile, nobody plans another
        last = tx.one("rule/current", code=code.upper(), area_key=key)
        if last is None:
            raise MissingError("rule.unknown", code=code)
        if last["valid_from"] <= ground.today(tx) or version not in (None, last["version"]):
            raise ConflictError("rule.begun", code=code.upper(), version=last["version"], day=last["valid_from"])
        _forget(tx, last, excused=True)
        if before := tx.one("rule/current", code=code.upper(), area_key=key):
            tx.run("rule/open", id=before["id"])
        detail = {"code": code.upper(), "area": area, "version": last["version"], "from": str(last["valid_from"])}
        tx.audit("rule.withdraw", entity="rule", row_id=last["id"], detail=detail)
        return {"id": last["id"], "code": code.upper(), "version": last["version"], "valid_from": last["valid_from"]}


def rule_of(row: Row) -> Rule:
    """A rule out of its row."""
    fields = {name: row[name] for name in domain.Rule.__dataclass_fields__ if name in row}
    several = {name: tuple(row[name]) for name in ("kinds", "activity", "modes", "holidays")}
    return domain.Rule(**{**fields, **several, "rate": round(float(row["rate"]), 6)})


def range_of(key: int) -> tuple[int, int]:
    """Keys of the ground that a rule is for: of its area, 0 for everywhere."""
    return codes.key_range(codes.code_of(key)) if key else (0, codes.KEY_MAX)


def _held(tx: Tx, code: str, key: int, day: dt.date) -> Row | None:
    """The rule that holds in an area on a day: its own, or that of the narrowest ground around it."""
    lo, hi = range_of(key)
    rows = [r for r in tx.rows("rule/list", day=day, planned=False, lo=lo, hi=hi) if r["code"] == code.upper()]
    around = [r for r in rows if range_of(r["area_key"])[0] <= lo and hi <= range_of(r["area_key"])[1]]
    return min(around, key=lambda r: range_of(r["area_key"])[1] - range_of(r["area_key"])[0], default=None)


def _key(tx: Tx, area: str | None) -> int:
    return ground.find(tx, area).key if area else 0


def _ground(tx: Tx, area: str | None) -> int:
    """Key of the area that a rule is for; whoever writes a rule must have all of it."""
    key = _key(tx, area)
    if not tx.who.covers(*range_of(key)):
        raise ForbiddenError("rule.elsewhere", area=area or "*")
    return key


def _next(tx: Tx, code: str, key: int, begins: dt.date) -> tuple[int, dt.date | None]:
    """Number of the next version, and since when the rule has been there; the version before ends."""
    before = tx.one("rule/current", code=code, area_key=key)
    if before is None:
        return 1, None
    if before["valid_from"] > begins:
        raise ConflictError("rule.past", code=code, day=before["valid_from"])
    if before["valid_from"] == begins:
        _forget(tx, before)
        return int(before["version"]), before["since"] if before["version"] > 1 else begins
    tx.run("rule/close", id=before["id"], day=begins)
    return int(before["version"]) + 1, begins if before["retired"] else before["since"]


def _forget(tx: Tx, version: Row, *, excused: bool = False) -> None:
    """A version gives way to one from the same day. From today on what it has made goes, too, and is made anew by the
    next. What was excused of it is a decision (unless ``excused``), what it made in days gone by was reported: both
    keep it."""
    if version["valid_from"] >= ground.today(tx):
        with tx.everywhere():  # of residents too, whom the one who writes rules need not see
            gone = tx.run("obligation/of_rule", rule_id=version["id"], excused=excused)
        if gone:  # nobody waits half a day for what is to be done today
            tx.run("upkeep/again", task="obligations.update")
    if not tx.run("rule/forget", id=version["id"]):
        raise ConflictError("rule.used", code=version["code"], day=version["valid_from"])


def _add(
    tx: Tx, rule: Rule, key: int, version: int, day: dt.date, since: dt.date, *, retired: bool = False
) -> int:  # fmt: skip
    fields = asdict(rule) | {"kinds": list(rule.kinds), "activity": list(rule.activity), "modes": list(rule.modes),
                             "holidays": list(rule.holidays)}  # fmt: skip
    del fields["area"]
    return int(tx.value("rule/add", **{**fields, "area_key": key, "version": version, "day": day, "since": since,
                                       "retired": retired}))  # fmt: skip


def _check_codes(tx: Tx, rule: Rule) -> None:
    """Whether the codes of a rule are those of their lists."""
    known: dict[str, set[str]] = {"level": set(domain.LEVELS), "cell_kind": set(domain.CELL_KINDS)}
    for row in tx.rows("code/list", list=None):
        known.setdefault(row["list"], set()).add(row["code"])
    known["estate_kind"].add(domain.FLAGGED)
    known["building_use"] = set(tx.rows("rule/building_uses")[0]["uses"]) if rule.target == "building" else set()
    narrowed = domain.TARGETS[rule.target]
    for field, name in ({**_LISTS, "kinds": narrowed} if narrowed else _LISTS).items():
        for code in getattr(rule, field):
            if code not in known[str(name)]:
                raise InputError(
                    "rule.field", field=field, value=code, known=", ".join(sorted(known[str(name)])[:40])
                )
