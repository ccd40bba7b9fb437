"""Names of estates and streets that a ledger writes in several ways: what is one for certain, what must be asked.

Certain is what differs in nothing but width, radicals (:func:`gridsvc.domain.address.fold.fold`) or the word 小区.
One character wrong, missing or too many is a question, asked once a spelling: 南院小区 may be a place of its own.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from gridsvc.domain.geocode.mend import Speller

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

_WORD: Final = re.compile(r"(?:住宅)?小区$|住宅区$")
#: How many times more people a name must have than one that may be a slip of it, unless the base knows the name.
RARER: Final = 4
_LONGER: Final = 3  # characters that a short name may lack: 江南 for 江南花园
_MOST: Final = 4  # candidates of one question


@dataclass(frozen=True)
class Spellings:
    """``same``: a name as written → the name that it is; ``doubts``: a name → names that it may be."""

    same: dict[str, str]
    doubts: dict[str, tuple[str, ...]]


def compare(people: Mapping[str, int], known: Collection[str] = (), settled: Collection[str] = ()) -> Spellings:
    """Tell the spellings of one area apart.

    ``people``: folded name → how many are written so; ``known``: names that the base has; ``settled``: names that
    somebody has decided about already. A few thousand names take a second at most.
    """
    same = _same(people, known)
    left = [name for name in people if name not in same and name not in known and name not in settled]
    all_names = {*(name for name in people if name not in same), *known}
    speller = Speller(all_names)
    ordered = sorted(all_names)
    doubts = {}
    for name in left:
        longer = [other for other in _beginning(ordered, name) if 0 < len(other) - len(name) <= _LONGER]
        others = [*speller.near(name, to_ask=True), *longer]
        likely = [o for o in dict.fromkeys(others) if o in known or people.get(o, 0) >= RARER * people[name]]
        if likely:
            doubts[name] = tuple(sorted(likely, key=lambda o: -people.get(o, 0))[:_MOST])
    return Spellings(same, doubts)


def _same(people: Mapping[str, int], known: Collection[str]) -> dict[str, str]:
    """Names with and without the word 小区: the base has one of them, or it is the commonest."""
    stems: dict[str, list[str]] = {}
    for name in {*people, *known}:
        stems.setdefault(_WORD.sub("", name), []).append(name)
    out = {}
    for stem, names in stems.items():
        if len(names) < 2 or len(stem) < 2:
            continue
        best = max(names, key=lambda n: (n in known, people.get(n, 0), len(n)))
        out.update({name: best for name in names if name != best and name not in known})
    return out


def _beginning(ordered: list[str], head: str) -> list[str]:
    """Names that begin with another one, of a sorted list."""
    low = bisect_left(ordered, head)
    high = bisect_left(ordered, head + "\U0010ffff")
    return ordered[low:high] if len(head) > 1 else []
