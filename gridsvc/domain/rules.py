"""Rules of visiting and patrolling (走访巡查规则): what is to be done for whom, how often (docs/coverage.md)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from gridsvc.errors import InputError

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

#: Kind of target → the code list that narrows it (``kinds``); areas are narrowed by their level.
TARGETS: Final[dict[str, str | None]] = {
    "area": "level", "cell": "cell_kind", "estate": "estate_kind", "building": "building_use", "unit": None,
    "dwelling": "dwelling_use", "household": "service_category", "person": "service_category",
    "hazard": "hazard_grade", "hazard_source": "source_grade", "organisation": "organisation_class",
    "component": "component_class", "facility": "facility_class", "zone": "zone_class",
}  # fmt: skip
FLAGGED: Final = "flagged"  # among the kinds of estates: those that the office keeps an eye on
PERSONAL: Final = frozenset({"dwelling", "household", "person"})
#: Targets whose record tells on which day they began: what `occurrence` counts from.
BEGINS: Final = frozenset({"person", "hazard", "organisation", "component", "dwelling"})
# days that the shortest window of a period has: so often can somebody come at most
_DAYS: Final = {"day": 1, "week": 7, "half-month": 13, "month": 28, "quarter": 90, "half-year": 181, "year": 365}
DAY_MINUTES: Final = 24 * 60
CALENDAR: Final = ("day", "week", "half-month", "month", "quarter", "half-year", "year")
COUNTED: Final = ("days", "holiday", "occurrence")
HOLIDAYS: Final = ("元旦", "春节", "清明节", "劳动节", "端午节", "中秋节", "国庆节")
LEVELS: Final = ("2", "4", "6", "9", "12")
CELL_KINDS: Final = ("basic", "special")
#: Fields of a rule as text, those of ``data/rules.csv`` and the area it is for.
COLUMNS: Final = (
    "code", "name", "name_en", "target", "kinds", "activity", "modes", "document", "measure", "amount", "period",
    "every", "holidays", "working", "grace", "rate", "area", "source",
)  # fmt: skip
_CODE: Final = re.compile(r"[A-Z0-9][A-Z0-9_-]{0,19}")


@dataclass(frozen=True)
class Rule:
    """One rule; the fields are those of docs/coverage.md. ``since`` is the first day of its first version."""

    code: str
    name: str
    target: str
    activity: tuple[str, ...]
    period: str
    since: dt.date
    name_en: str | None = None
    kinds: tuple[str, ...] = ()
    modes: tuple[str, ...] = ()
    document: bool = False
    measure: str = "times"
    amount: int = 1
    every: int | None = None
    holidays: tuple[str, ...] = ()
    working: bool = False
    grace: int | None = 0
    rate: float = 1.0
    area: str | None = None
    origin: str = ""

    @property
    def personal(self) -> bool:
        """Whether its targets are residents or their doors."""
        return self.target in PERSONAL


def read(row: Mapping[str, str], since: dt.date) -> Rule:
    """A rule from a row of text as ``data/rules.csv`` has it.

    Raises:
        InputError: ``rule.field`` naming the field, its value and what is possible, ``rule.missing``,
            ``rule.superfluous``.
    """
    text = {name: (row.get(name) or "").strip() for name in COLUMNS}
    amount = _whole("amount", text["amount"] or "1")
    rule = Rule(
        code=text["code"].upper(), name=text["name"], name_en=text["name_en"] or None, target=text["target"],
        kinds=_several(text["kinds"]), activity=_several(text["activity"]), modes=_several(text["modes"]),
        document=_yes("document", text["document"]), measure=text["measure"] or "times",
        amount=amount or 0, period=text["period"],
        every=_whole("every", text["every"]),
        holidays=_several(text["holidays"]), working=_yes("working", text["working"]),
        grace=_whole("grace", text["grace"]), rate=_rate(text["rate"]), since=since, area=text["area"] or None,
        origin=text["source"],
    )  # fmt: skip
    check(rule)
    return rule


def written(rule: Rule) -> dict[str, str]:
    """A rule as a row of text: what :func:`read` reads."""
    several = {name: "|".join(getattr(rule, name)) for name in ("kinds", "activity", "modes", "holidays")}
    single = ("code", "name", "name_en", "target", "measure", "amount", "period", "every", "grace", "rate")
    plain = {name: "" if (value := getattr(rule, name)) is None else str(value) for name in single}
    flags = {name: "yes" if getattr(rule, name) else "no" for name in ("document", "working")}
    return {**plain, **several, **flags, "area": rule.area or "", "source": rule.origin}


def check(rule: Rule) -> None:
    """Whether a rule says something that can be done; the codes of lists are checked where the lists are.

    Raises:
        InputError: ``rule.field``, ``rule.missing``, ``rule.superfluous``.
    """
    _one_of("target", rule.target, tuple(TARGETS))
    _one_of("period", rule.period, (*CALENDAR, *COUNTED))
    _one_of("measure", rule.measure, ("times", "minutes"))
    for name in rule.holidays:
        _one_of("holidays", name, HOLIDAYS)
    if not _CODE.fullmatch(rule.code):
        raise _wrong("code", rule.code, "A–Z 0–9 _ - (≤ 20)")
    if not rule.name.strip():
        raise _wrong("name", rule.name, "≥ 1")
    if not rule.activity:
        raise _wrong("activity", "", "visit_activity")
    if not 1 <= rule.amount <= 100_000:
        raise _wrong("amount", rule.amount, "1–100000")
    if rule.grace is not None and not 0 <= rule.grace <= 1000:
        raise _wrong("grace", rule.grace, "0–1000")
    if not 0 < rule.rate <= 1:
        raise _wrong("rate", rule.rate, "0–1")
    _fits_period(rule)
    most = _DAYS.get(rule.period)
    if rule.measure == "times" and most and rule.amount > most:  # times are counted by days
        raise _wrong("amount", rule.amount, f"1–{most}")
    span = most or rule.every
    if rule.measure == "minutes" and span and rule.amount > span * DAY_MINUTES:
        raise _wrong("amount", rule.amount, f"1–{span * DAY_MINUTES}")
    if rule.kinds and TARGETS[rule.target] is None:
        raise InputError("rule.superfluous", field="kinds", value="|".join(rule.kinds))


def _fits_period(rule: Rule) -> None:
    """Whether N and the holidays are there where the period asks for them and only there."""
    for field, value, wanted, known in (
        ("every", rule.every, rule.period in COUNTED, "1–1000"),
        ("holidays", "|".join(rule.holidays) or None, rule.period == "holiday", "|".join(HOLIDAYS)),
    ):
        if wanted and value is None:
            raise _wrong(field, "", known)
        if value is not None and not wanted:
            raise InputError("rule.superfluous", field=field, value=value)
    if rule.every is not None and not 1 <= rule.every <= 1000:
        raise _wrong("every", rule.every, "1–1000")
    if rule.period == "occurrence" and rule.target not in BEGINS:
        raise _wrong("target", rule.target, ", ".join(sorted(BEGINS)))


def _one_of(field: str, value: str, known: tuple[str, ...]) -> None:
    if value not in known:
        raise _wrong(field, value, ", ".join(known))


def _wrong(field: str, value: Any, known: str) -> InputError:
    if value == "":
        return InputError("rule.missing", field=field, known=known)
    return InputError("rule.field", field=field, value=value, known=known)


def _several(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split("|") if part.strip())


def _yes(field: str, text: str) -> bool:
    if text.lower() not in ("", "yes", "no", "是", "否"):
        raise _wrong(field, text, "yes, no")
    return text.lower() in ("yes", "是")


def _whole(field: str, text: str) -> int | None:
    if not text:
        return None
    if not re.fullmatch(r"\d{1,7}", text):
        raise _wrong(field, text, "0, 1, 2 …")
    return int(text)


def _rate(text: str) -> float:
    try:
        return float(text.rstrip("%")) / (100 if text.endswith("%") else 1) if text else 1.0
    except ValueError as e:
        raise _wrong("rate", text, "0–1, 80%") from e
