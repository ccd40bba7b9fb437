"""Places of addresses: what the base has under the same road and number, the same name, or between two neighbours.

Queries and the base come as arrays, one query or a hundred thousand. Nothing is guessed: every answer carries what
agreed, how far it may be off and how sure it is.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np

from gridsvc.domain.crs import metres_apart
from gridsvc.domain.geocode.base import LEVEL, LEVELS, NONE, both, numbered, of_levels

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gridsvc.domain.geocode.base import Base, Floats, Ints, Words

# How sure an answer is that agrees in all that was asked; what was not found of it is taken off below.
_SURE: Final = {
    "building": 0.97,
    "number": 0.97,
    "interpolated": 0.75,
    "intersection": 0.95,
    "poi": 0.92,
    "estate": 0.90,
    "road": 0.60,
    "group": 0.80,
    "community": 0.60,
    "town": 0.58,
    "county": 0.55,
}
_SURE_OF: Final = np.array([_SURE.get(name, 0.5) for name in LEVELS])
_NO_HOUSE: Final = 0.12  # a house was asked for and only its number or estate was found
_COARSE: Final = 0.2  # a town or county answers, and something finer was asked for
_COARSE_LEVELS: Final = of_levels("town", "county")
_AREA_DIGITS: Final = np.array([{"community": 12, "town": 9}.get(name, 0) for name in LEVELS])
_OTHER_AREA: Final = 0.2  # another community or town is named
_NO_NAME: Final = 0.06  # a name was asked for that the place does not bear
_NAME: Final = 0.02  # it bears it
_OTHER_DOOR: Final = 0.08  # 15甲 was asked for and 15 is there
LIKE: Final = 0.18  # a road or name was read for one that is written almost so
LIKE_SHORT: Final = 0.45  # the same of a name with little of its own: 金茂大厦 and 金穗大厦 are two houses
SEVERAL: Final = 0.5  # of a name that is only begun, where several begin so
_OTHER_KIND: Final = 0.5  # 24弄 was asked for and 24号 is there
_OTHER_HOUSE: Final = 0.22  # another house of the number or lane
STRANGE: Final = 0.45  # most that an answer is sure of where the address names another city
_FAR_M: Final = 150.0  # what lies farther from the place that is named is for a person to find


@dataclass(frozen=True)
class Asked:
    """Queries by row: up to two roads, a number, a house, up to four names; ``like`` where a part was mended.

    ``area`` and ``digits``: code that the answer must lie in (0 for anywhere) and how many digits of it count.
    """

    road: Words
    road2: Words
    number: Ints
    written: Words  # the number as it is written
    house: Words
    names: tuple[Words, ...]
    crossing: NDArray[np.bool_]
    beside: NDArray[np.bool_]  # opposite, next to, below: near the place, never at it
    like: Floats  # what is taken off for a word that was mended
    area: Ints
    digits: NDArray[np.int8]
    lane: NDArray[np.bool_]  # the number is that of a lane
    away: Floats  # metres that the place is away from what is named
    sub: NDArray[np.bool_]  # the first road is one within the second: its numbers are not those of the second
    strange: NDArray[np.bool_]  # a province, city or county is named that cannot be the answer's

    def __len__(self) -> int:
        return len(self.road)


@dataclass(frozen=True)
class Candidates:
    """Possible answers: ``of`` the query, ``row`` of the base, and what an answer has."""

    of: Ints
    row: Ints
    level: NDArray[np.int8]
    lon: Floats
    lat: Floats
    accuracy: Floats
    confidence: Floats
    agreed: NDArray[np.int16]  # bits of AGREED
    asked: NDArray[np.int16]  # those of them that the query names

    def __len__(self) -> int:
        return len(self.of)

    def take(self, at: Ints | NDArray[np.bool_]) -> Candidates:
        """Some of them."""
        return Candidates(**{name: getattr(self, name)[at] for name in self.__dataclass_fields__})


#: What may agree between a query and an answer, by bit.
AGREED: Final = ("road", "number", "house", "name", "area")
DOOR: Final = 3  # the bits of road and number
NAME: Final = 8
_AREA: Final = 16


_ROWS, _NUMBERS, _BITS = np.empty(0, np.int64), np.empty(0), np.empty(0, np.int16)
_NOTHING: Final = Candidates(
    _ROWS, _ROWS, np.empty(0, np.int8), _NUMBERS, _NUMBERS, _NUMBERS, _NUMBERS, _BITS, _BITS
)  # fmt: skip


def explained(found: Candidates, k: int) -> dict[str, list[str]]:
    """What agrees between a query and candidate ``k``, and what of it the candidate has not."""
    has, wants = int(found.agreed[k]), int(found.asked[k])
    return {
        "agreed": [name for bit, name in enumerate(AGREED) if has >> bit & 1],
        "missed": [name for bit, name in enumerate(AGREED) if (wants & ~has) >> bit & 1],
    }


def placed(base: Base, found: Candidates, text: Ints) -> Candidates:
    """The candidates, less sure where the text names a community or town of the base that they do not lie in."""
    digits = _AREA_DIGITS[found.level]
    named = (digits > 0) & (found.agreed & NAME > 0)
    area = base.area[found.row]
    out = np.zeros(len(found), bool)
    for level in np.unique(digits[named]).tolist():
        power = 10 ** (12 - level)
        of = text[found.of]
        pair = np.unique(np.stack([of[named & (digits == level)], area[named & (digits == level)] // power]), axis=1)
        has = np.isin(of, pair[0]) & ~named & (area // power % 1000 > 0)
        inside = np.isin(of * 10**13 + area // power, pair[0] * 10**13 + pair[1])
        out |= has & ~inside
    confidence = np.where(out, found.confidence - _OTHER_AREA, found.confidence)
    asked = np.where(out, found.asked | _AREA, found.asked).astype(np.int16)
    agreed = np.where(out, found.agreed & ~_AREA, found.agreed).astype(np.int16)
    return replace(found, confidence=confidence, asked=asked, agreed=agreed)


def candidates(base: Base, asked: Asked) -> Candidates:
    """Every possible answer to every query, the surest of a query first."""
    found = [
        _doors(base, asked),
        _between(base, asked),
        _crossings(base, asked),
        _named(base, asked),
        _roads(base, asked),
    ]
    found = [some for some in found if len(some)] or found[:1]
    whole = Candidates(**{f: np.concatenate([getattr(c, f) for c in found]) for f in Candidates.__dataclass_fields__})
    inside = _inside(base, asked, whole)
    # the very door is there, in another county than is named: what is left of the road is no answer
    refused = np.zeros(len(asked), bool)
    refused[whole.of[~inside & (whole.agreed & DOOR == DOOR)]] = True
    whole = whole.take(inside)
    beside, like = asked.beside[whole.of], asked.like[whole.of]
    level = np.where(beside & (whole.level < LEVEL["road"]), LEVEL["relative"], whole.level).astype(np.int8)
    away = asked.away[whole.of]
    accuracy = np.where(beside, np.maximum(np.maximum(whole.accuracy * 2, 60.0), away), whole.accuracy)
    confidence = np.where(beside, np.minimum(whole.confidence, 0.7), whole.confidence) - like
    doubtful = asked.strange[whole.of] | refused[whole.of] | (beside & (away > _FAR_M))
    confidence = np.where(doubtful, np.minimum(confidence, STRANGE), confidence)
    made = Candidates(
        whole.of, whole.row, level, whole.lon, whole.lat, accuracy, np.clip(confidence, 0, 1),
        whole.agreed | _area(base, asked, whole), whole.asked,
    )  # fmt: skip
    order = np.lexsort((made.row, made.accuracy, made.level, -made.confidence, made.of))
    return made.take(order)


def _made(
    base: Base, asked: Asked, of: Ints, row: Ints, level: NDArray[np.int8], agreed: NDArray[np.int16]
) -> Candidates:
    """Candidates that are rows of the base, with what agrees beside road and number."""
    if not len(of):
        return _NOTHING
    sure = _SURE_OF[level]
    house = (asked.house[of] != NONE) & (asked.house[of] == base.house[row])
    named = np.zeros(len(of), bool)
    wants_name = np.zeros(len(of), bool)
    for names in asked.names:
        wants_name |= names[of] != NONE
        named |= (names[of] != NONE) & (names[of] == base.name[row])
    other = (asked.house[of] != NONE) & (base.house[row] != NONE) & ~house
    sure = sure - _NO_HOUSE * ((asked.house[of] != NONE) & ~house) - _OTHER_HOUSE * other
    sure = sure + np.where(named, _NAME, np.where(wants_name, -_NO_NAME, 0.0))
    agreed = (agreed | (house << 2) | (named << 3)).astype(np.int16)
    return Candidates(
        of, row, level, base.lon[row], base.lat[row], base.accuracy[row], sure, agreed, _wanted(asked, of)
    )


def _wanted(asked: Asked, of: Ints) -> NDArray[np.int16]:
    """What each query names, in the bits of :data:`AGREED`."""
    bits = (asked.road != NONE) | ((asked.number >= 0) << 1) | ((asked.house != NONE) << 2)
    names = np.any([names != NONE for names in asked.names], axis=0)
    return np.asarray(bits | (names << 3) | (asked.strange << 4), dtype=np.int16)[of]


def _area(base: Base, asked: Asked, found: Candidates) -> NDArray[np.int16]:
    """The bit of the area, where a query names one and the answer is known to lie in it."""
    told = (asked.area != 0) & ~asked.strange
    return np.where(told[found.of] & (base.area[found.row] != 0), _AREA, 0).astype(np.int16)


def _doors(base: Base, asked: Asked) -> Candidates:
    of, row = [], []
    for road in (asked.road, np.where(asked.sub, NONE, asked.road2)):
        wanted = np.where((road != NONE) & (asked.number >= 0), numbered(road, asked.number), NONE)
        which, rows = base.doors.pairs(wanted)
        of.append(which)
        row.append(rows)
    which, rows = np.concatenate(of), np.concatenate(row)
    if not len(which):
        return _NOTHING
    level = base.level[rows].copy()
    # 15甲 and 15 are two doors; 5 and 5-21 are not
    single = base.first[rows] == base.last[rows]
    other = single & (asked.written[which] != base.number[rows])
    kind = asked.lane[which] != base.lane[rows]
    # of a lane whose house 57 is not there the lane is the answer, as wide as its houses stand
    another = base.house[rows] != asked.house[which]
    level[another & (level == LEVEL["building"])] = LEVEL["number"]
    made = _made(base, asked, which, rows, level, np.where(other | kind, 1, DOOR).astype(np.int16))
    return replace(
        made, confidence=made.confidence - _OTHER_DOOR * other + 0.01 * ~other * single - _OTHER_KIND * kind
    )


def _between(base: Base, asked: Asked) -> Candidates:
    """A number that is not there, between the next lower and the next higher on its side of the road."""
    side, number, rows = base.sides
    wanted = np.where((asked.road != NONE) & (asked.number >= 0), numbered(asked.road, asked.number % 2), NONE)
    low, high = np.searchsorted(side, wanted, "left"), np.searchsorted(side, wanted, "right")
    of = np.flatnonzero((high > low) & (wanted != NONE))
    if not len(of):
        return _NOTHING
    low, high = low[of], high[of]
    at = low + _rank(number, low, high, asked.number[of])
    inside = (at > low) & (at < high)
    of, at = of[inside], at[inside]
    exact = (number[at] == asked.number[of]) | (number[at - 1] == asked.number[of])
    of, at = of[~exact], at[~exact]
    before, after = rows[at - 1], rows[at]
    share = (asked.number[of] - number[at - 1]) / np.maximum(number[at] - number[at - 1], 1)
    lon = base.lon[before] + share * (base.lon[after] - base.lon[before])
    lat = base.lat[before] + share * (base.lat[after] - base.lat[before])
    gap = metres_apart(base.lon[before], base.lat[before], base.lon[after], base.lat[after])
    level = np.full(len(of), LEVEL["interpolated"], np.int8)
    sure = np.where(gap < 400, _SURE["interpolated"], 0.45) - _NO_HOUSE / 2 * (asked.house[of] != NONE)
    accuracy = np.maximum(20.0, gap / 3)
    return Candidates(of, before, level, lon, lat, accuracy, sure, np.full(len(of), 1, np.int16), _wanted(asked, of))


def _rank(numbers: Ints, low: Ints, high: Ints, wanted: Ints) -> Ints:
    """How many numbers between low and high lie below the wanted one, for each query."""
    left, right = low.copy(), high.copy()
    for _ in range(int(np.ceil(np.log2(max(int((high - low).max(initial=1)), 1) + 1))) + 1):
        middle = (left + right) // 2
        going = left < right
        less = going & (numbers[np.minimum(middle, len(numbers) - 1)] < wanted)
        left = np.where(less, middle + 1, left)
        right = np.where(going & ~less, middle, right)
    return left - low


def _crossings(base: Base, asked: Asked) -> Candidates:
    wanted = np.where((asked.road2 != NONE) & (asked.number < 0), asked.road + asked.road2, NONE)
    which, rows = base.crossings.pairs(wanted)
    return _made(base, asked, which, rows, base.level[rows], np.full(len(rows), 1, np.int16))


def _named(base: Base, asked: Asked) -> Candidates:
    """Places that bear a name, and houses in an estate of that name."""
    of, row = [], []
    for names in asked.names:
        house = np.where((names != NONE) & (asked.house != NONE), both(names, asked.house), NONE)
        for wanted, lookup in ((names, base.names), (house, base.houses)):
            which, rows = lookup.pairs(wanted)
            of.append(which)
            row.append(rows)
    which, rows = np.concatenate(of), np.concatenate(row)
    if not len(which):
        return _NOTHING
    pair = np.unique(np.stack([which, rows]), axis=1)
    which, rows = pair[0], pair[1]
    # a house of an estate answers only who asks for that house
    keep = (base.house[rows] == NONE) | (base.house[rows] == asked.house[which])
    which, rows = which[keep], rows[keep]
    road = ((asked.road[which] != NONE) & (asked.road[which] == base.road[rows])).astype(np.int16)
    level = base.level[rows].copy()
    level[(level == LEVEL["number"]) & (base.house[rows] == NONE)] = LEVEL["poi"]  # found by its name
    made = _made(base, asked, which, rows, level, road)
    # another road, or another number of the road, speaks against it
    # (one that is nowhere may be no road at all: 父母住在)
    known = np.isin(asked.road, base.roads.keys) | np.isin(asked.road, base.road)
    against = (asked.road[which] != NONE) & (base.road[rows] != NONE) & (road == 0) & known[which]
    number = (asked.number[which] >= 0) & (base.first[rows] >= 0) & (road == 1)
    same = number & (asked.number[which] >= base.first[rows]) & (asked.number[which] <= base.last[rows])
    unsure = (asked.number[which] >= 0) & (base.road[rows] == NONE)
    names = np.sum([names != NONE for names in asked.names], axis=0)[which]
    finer = (asked.road[which] != NONE) | (asked.number[which] >= 0) | (asked.house[which] != NONE) | (names > 1)
    coarse = finer & _COARSE_LEVELS[level]
    mended = (asked.like[which] > 0) & (asked.road[which] != NONE) & (road == 0)  # the road is the better witness
    sure = made.confidence - 0.2 * against - 0.15 * (number & ~same) - 0.1 * unsure - _COARSE * coarse - 0.2 * mended
    return replace(made, confidence=sure, agreed=(made.agreed | (same.astype(np.int16) << 1)).astype(np.int16))


def _roads(base: Base, asked: Asked) -> Candidates:
    which, rows = base.roads.pairs(asked.road)
    made = _made(base, asked, which, rows, base.level[rows], np.full(len(rows), 1, np.int16))
    # a road says nothing of houses and names, and so does not lack them; but a crossing has two roads
    sure = _SURE["road"] - 0.05 * (asked.number[which] >= 0) - 0.15 * asked.crossing[which]
    return replace(made, confidence=sure)


def _inside(base: Base, asked: Asked, found: Candidates) -> NDArray[np.bool_]:
    """Whether an answer lies in the area that the query names; levels that either leaves open do not count."""
    power = 10 ** (12 - asked.digits[found.of].astype(np.int64))
    there = base.area[found.row]
    open_ = (asked.area[found.of] == 0) | (there == 0)
    same = there // power == asked.area[found.of] // power
    # a place that is known only to its county cannot contradict a town
    vague = (there % 10**6 == 0) & (there // 10**6 == asked.area[found.of] // 10**6)
    return np.asarray(open_ | same | vague)
