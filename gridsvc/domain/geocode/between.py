"""Places between two others: 甲小区和乙小区之间, 12号和18号之间, and a stretch of road, 甲路乙路至丙路段."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from gridsvc.domain.address.doors import MIDDLE
from gridsvc.domain.address.fold import fold
from gridsvc.domain.address.labels import ROADS
from gridsvc.domain.crs import metres_apart
from gridsvc.domain.geocode.base import LEVEL, word
from gridsvc.domain.geocode.decide import STATUS, Answers, decide
from gridsvc.domain.geocode.find import STRANGE, Candidates

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gridsvc.domain.address.parser import Parsed, Part
    from gridsvc.domain.geocode.base import Base, Ints

_JOINS: Final = frozenset(("和", "与", "及", ",", "至", "到", "-"))
_FROM_TO: Final = frozenset(("至", "到", "-"))
_OPENS: Final = re.compile(r"[(从自由起上, :]*")
_TO: Final = re.compile(r"(?:路?口)?起?(?:以[东南西北])?([至到和与及,-])")
_CLOSES: Final = re.compile(r"(?:路?口)?(?:以[东南西北])?[起止]?\)?(?:路段|段|之?间|中间|区间)")
_SPAN: Final = re.compile(r"(?<![\d弄])(\d{1,5})(?:号[-至到]|[至到])(\d{1,5})号")
_OF: Final = re.compile(r"(?:之间|中间|段)的?")
_LAST_NUMBER: Final = re.compile(r"\d+\D*$")
_FOUND: Final = STATUS.index("found")
_SURE: Final = 0.72  # that a place lies between two that are certain
_LEAST_M: Final = 60.0
_FAR_M: Final = 800.0  # between two places farther apart than this is nowhere


class Between(NamedTuple):
    """The two ends in words, each an address; ``road``: what is asked for is the stretch of this road."""

    ends: tuple[str, str]
    road: str = ""


def between(parsed: Parsed) -> Between | None:
    """The two places that an address lies between; None where it names no two."""
    plain = fold(parsed.text)
    return _stretch(parsed, plain) or _points(parsed, plain) or _span(parsed, plain)


def without_road(parsed: Parsed) -> bool:
    """Whether a stretch is told by its two ends only (丹桂路至书院路段): of which road, nobody can know."""
    roads, plain = _roads(parsed), fold(parsed.text)
    return (
        len(roads) == 2
        and plain[roads[0].end : roads[1].start] in _FROM_TO
        and _CLOSES.match(plain, roads[1].end) is not None
    )


def _roads(parsed: Parsed) -> list[Part]:
    return [part for part in parsed.parts if part.label in ROADS]


def _stretch(parsed: Parsed, plain: str) -> Between | None:
    roads = _roads(parsed)[:3]
    if len({part.normal for part in roads}) != 3:
        return None
    gaps = [plain[a.end : b.start] for a, b in pairwise(roads)]
    head = plain[: roads[0].start]
    if _OPENS.fullmatch(gaps[0]) and (to := _TO.fullmatch(gaps[1])):
        if to[1] not in _FROM_TO and not _CLOSES.match(plain, roads[2].end):
            return None
        road, ends = roads[0], roads[1:]
    elif gaps[0] in _JOINS and _OF.fullmatch(gaps[1]):
        road, ends = roads[2], roads[:2]
    else:
        return None
    return Between(
        (f"{head}{road.normal}与{ends[0].normal}交叉口", f"{head}{road.normal}与{ends[1].normal}交叉口"), road.normal
    )


def _points(parsed: Parsed, plain: str) -> Between | None:
    if not (middle := MIDDLE.search(plain)):
        return None
    inner = (part for part in parsed.parts if 0 < part.start < middle.start() - 1)
    join = next((part for part in inner if fold(part.text) in _JOINS), None)
    if join is None:
        return None
    one, other = plain[: join.start], plain[join.end : middle.start()].rstrip("的")
    if other[0].isdigit():  # 王家路12号和18号之间
        if one[-1].isdigit():  # 3,5幢之间
            one += other.lstrip("0123456789")
        other = _LAST_NUMBER.sub("", one) + other
    return Between((one, other))


def _span(parsed: Parsed, plain: str) -> Between | None:
    """Doors from one number of a road to another: 1号-69号, 47至49号; 12-3号 is one door."""
    found = _SPAN.search(plain)
    if found is None or int(found[1]) >= int(found[2]):
        return None
    if not any(part.end <= found.start() for part in _roads(parsed)):
        return None
    return Between((f"{plain[: found.start()]}{found[1]}号", f"{plain[: found.start()]}{found[2]}号"))


def joined(
    base: Base, found: Candidates, answers: Answers, text: Ints, pairs: Mapping[int, Between], count: int
) -> tuple[Candidates, Answers]:
    """Answers to ``count`` texts, those of ``pairs`` in the middle of their two ends.

    ``found`` and ``answers`` are of the texts and, after them, of the two ends of each pair; ``text[q]`` is the text
    that query ``q`` was made of. Where an end is in doubt, so is what lies between.
    """
    at, said = np.array(list(pairs)), list(pairs.values())
    ends = answers.best[count:].reshape(-1, 2)
    sure = (answers.status[count:].reshape(-1, 2) == _FOUND).all(axis=1)
    ends = np.where(ends >= 0, ends, ends[:, ::-1])  # of one end only there is a question about that one
    has = (ends >= 0).all(axis=1)
    is_road = np.array([bool(pair.road) for pair in said])
    crossing = (found.level[ends] == LEVEL["intersection"]).all(axis=1)  # −1 is no end, and so left out
    has &= crossing | ~is_road
    at, sure, is_road, a, b = at[has], sure[has], is_road[has], ends[has, 0], ends[has, 1]
    road = word([pair.road for pair, both in zip(said, has.tolist(), strict=True) if both])
    apart = metres_apart(found.lon[a], found.lat[a], found.lon[b], found.lat[b])
    sure &= is_road | (apart <= _FAR_M)
    row = found.row[a].copy()
    which, rows = base.roads.pairs(road, 1)
    row[which] = rows
    confidence = np.minimum(np.minimum(found.confidence[a], found.confidence[b]), np.where(sure, _SURE, STRANGE))
    made = Candidates(
        of=found.of[a], row=row, level=np.where(is_road, LEVEL["road"], LEVEL["relative"]).astype(np.int8),
        lon=(found.lon[a] + found.lon[b]) / 2, lat=(found.lat[a] + found.lat[b]) / 2,
        accuracy=np.maximum(_LEAST_M, apart / 2 + np.maximum(found.accuracy[a], found.accuracy[b])),
        confidence=confidence, agreed=found.agreed[a] & found.agreed[b], asked=found.asked[a] | found.asked[b],
    )  # fmt: skip
    rest = found.take(text[found.of] < count)
    doubt = np.isin(text[rest.of], list(pairs))
    rest = replace(rest, confidence=np.where(doubt, np.minimum(rest.confidence, STRANGE), rest.confidence))
    whole = Candidates(**{f: np.concatenate([getattr(c, f) for c in (rest, made)]) for f in vars(made)})
    text = text.copy()
    text[made.of] = at  # the query of the first end stands for the pair
    order = np.lexsort((whole.row, whole.accuracy, whole.level, -whole.confidence, text[whole.of]))
    whole = whole.take(order)
    return whole, decide(base, whole, count, text)
