"""Which of the possible answers is the answer: two that are equally good are none, a weak one is for a person."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from gridsvc.domain.crs import metres_apart
from gridsvc.domain.geocode.base import NONE
from gridsvc.domain.geocode.find import DOOR

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gridsvc.domain.geocode.base import Base, Floats, Ints
    from gridsvc.domain.geocode.find import Candidates

SURE: Final = 0.5  # answers below are for a person to decide
_EVEN: Final = 0.03  # answers that are as good as each other
_ONE_ADDRESS_M: Final = 800.0  # houses with one number of one road within it are one address
_APART_M: Final = 60.0  # two places nearer than this are one


STATUS: Final = ("found", "review", "not_found")


@dataclass(frozen=True)
class Answers:
    """One row a query: the best candidate (−1 for none), its status and accuracy, and how many others are as good."""

    best: Ints
    status: NDArray[np.int8]
    accuracy: Floats
    rivals: Ints


def decide(base: Base, found: Candidates, count: int, text: Ints | None = None) -> Answers:
    """The answer to each of ``count`` texts; a tie or a weak one is for review.

    ``found`` is in the order of the texts, the surest of each first; ``text[q]`` is the text that query ``q`` was
    made of (its own, when left out). Several houses with one number are one address, as wide as they stand apart.
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
    close = (found.confidence >= found.confidence[lead] - _EVEN) & (found.level == found.level[lead])
    same = (base.road[found.row] == base.road[found.row[lead]]) & (base.road[found.row] != NONE)
    same &= (found.agreed & found.agreed[lead] & DOOR == DOOR) & (apart <= _ONE_ADDRESS_M)
    rivals = np.bincount(of[close & ~same & (apart > np.maximum(_APART_M, found.accuracy[lead]))], minlength=count)
    accuracy[has] = found.accuracy[best[has]]
    np.maximum.at(accuracy, of[close & same], apart[close & same])
    weak = found.confidence[best[has]] < SURE
    status[has] = np.where(weak | (rivals[has] > 0), STATUS.index("review"), STATUS.index("found"))
    return Answers(best, status, accuracy, rivals)
