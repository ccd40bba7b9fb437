"""Which of the possible answers is the answer: two that are equally good are none, a weak one is for a person."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from gridsvc.domain.crs import metres_apart
from gridsvc.domain.geocode.base import LEVEL, NONE, of_levels
from gridsvc.domain.geocode.find import DOOR, NAME

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gridsvc.domain.geocode.base import Base, Floats, Ints
    from gridsvc.domain.geocode.find import Candidates

SURE: Final = 0.5  # answers below are for a person to decide
_EVEN: Final = 0.03  # answers that are as good as each other
_ONE_ADDRESS_M: Final = 800.0  # houses with one number of one road within it are one address
_APART_M: Final = 60.0  # two places nearer than this are one
_CLASH_M: Final = 300.0  # a door farther than this from the estate that is named beside it is another place
_POINT: Final = of_levels("room", "building", "number", "interpolated", "intersection", "poi", "relative")
_OWN_PLACE: Final = 0.65  # another place that a text names is one from here
_NAMED: Final = of_levels("poi", "estate")
_LOOKED_AT: Final = 60  # candidates of one text that are shown to somebody, at most
_FINE: Final = of_levels("room", "building", "number", "poi", "estate")


STATUS: Final = ("found", "review", "not_found")


@dataclass(frozen=True)
class Answers:
    """One row a query: the best candidate (−1 for none), its status and accuracy, and how many others are as good."""

    best: Ints
    status: NDArray[np.int8]
    accuracy: Floats
    rivals: Ints


def decide(base: Base, found: Candidates, count: int, text: Ints | None = None, place: Ints | None = None) -> Answers:
    """The answer to each of ``count`` texts; a tie or a weak one is for review.

    ``found`` is in the order of the texts, the surest of each first; ``text[q]`` is the text that query ``q`` was
    made of (its own, when left out), ``place[q]`` which of the places that the text names. Several houses with one
    number are one address, as wide as they stand apart.
    """
    of = found.of if text is None else text[found.of]
    first = np.searchsorted(of, np.arange(count), "left")
    after = np.searchsorted(of, np.arange(count), "right")
    best = np.where(after > first, first, -1)
    status = np.full(count, STATUS.index("not_found"), np.int8)
    accuracy = np.full(count, np.nan)
    has = np.flatnonzero(best >= 0)
    if not len(has):
        return Answers(best, status, accuracy, np.zeros(count, np.int64))
    lead = best[of]
    apart = metres_apart(found.lon, found.lat, found.lon[lead], found.lat[lead])
    alike = _NAMED[found.level] & _NAMED[found.level[lead]]  # a school and an estate of one name
    close = (found.confidence >= found.confidence[lead] - _EVEN) & ((found.level == found.level[lead]) | alike)
    same = (base.road[found.row] == base.road[found.row[lead]]) & (base.road[found.row] != NONE)
    same &= (found.agreed & found.agreed[lead] & DOOR == DOOR) & (apart <= _ONE_ADDRESS_M)
    road = (found.level == LEVEL["road"]) & (base.name[found.row] == base.name[found.row[lead]])
    same |= road & (apart <= found.accuracy + found.accuracy[lead] + _ONE_ADDRESS_M)  # a road in pieces
    rivals = np.bincount(of[close & ~same & (apart > np.maximum(_APART_M, found.accuracy[lead]))], minlength=count)
    accuracy[has] = found.accuracy[best[has]]
    np.maximum.at(accuracy, of[close & same], apart[close & same])
    weak = found.confidence[best[has]] < SURE
    weak |= _contradicted(found, of, lead, apart, count)[has]
    if place is not None:
        weak |= _several(found, of, lead, apart, place[found.of], count)[has]
    status[has] = np.where(weak | (rivals[has] > 0), STATUS.index("review"), STATUS.index("found"))
    return Answers(best, status, accuracy, rivals)


def _contradicted(found: Candidates, of: Ints, lead: Ints, apart: Floats, count: int) -> NDArray[np.bool_]:
    """Texts that name two places that lie apart: a road and number here, an estate or its house there.

    A name that several places bear far from each other (a chain of shops) says nothing.
    """
    out = np.zeros(count, bool)
    fine = _FINE[found.level] & (found.confidence >= SURE)
    near = apart <= np.maximum(_CLASH_M, found.accuracy + found.accuracy[lead])
    for bits in (DOOR, NAME):
        other = fine & (found.agreed & bits == bits) & (found.agreed[lead] & bits != bits)
        low, high = np.full((2, count), np.inf), np.full((2, count), -np.inf)
        for axis, values in enumerate((found.lon, found.lat)):
            np.minimum.at(low[axis], of[other], values[other])
            np.maximum.at(high[axis], of[other], values[other])
        some = np.bincount(of[other], minlength=count) > 0
        close = np.bincount(of[other & near], minlength=count) > 0
        one = np.zeros(count, bool)
        one[some] = metres_apart(low[0, some], low[1, some], high[0, some], high[1, some]) <= _ONE_ADDRESS_M
        out |= one & ~close
    return out


def _several(found: Candidates, of: Ints, lead: Ints, apart: Floats, place: Ints, count: int) -> NDArray[np.bool_]:
    """Texts that name two places one after the other, each of them there and apart from the other."""
    other = (place != place[lead]) & _POINT[found.level] & (found.confidence >= _OWN_PLACE)
    far = other & (apart > np.maximum(_APART_M, found.accuracy + found.accuracy[lead]))
    return np.asarray(np.bincount(of[far], minlength=count) > 0)


def distinct(found: Candidates, low: int, high: int, most: int) -> list[int]:
    """The surest candidates from ``low`` to ``high``, without those that agree in the same at the same place: of
    the entrances of a house one."""
    kept: list[int] = []
    for k in range(low, min(high, low + _LOOKED_AT)):
        alike = [c for c in kept if found.level[c] == found.level[k] and found.agreed[c] == found.agreed[k]]
        if not alike or metres_apart(found.lon[alike], found.lat[alike], found.lon[k], found.lat[k]).min() > _APART_M:
            kept.append(k)
            if len(kept) == most:
                break
    return kept
