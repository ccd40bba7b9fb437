"""Codes of the places that an address names: the one chain of province, city, county, town and community that fits.

A name may be borne by hundreds (城关镇); each level named narrows the others, and the installation's home area
decides between those that are left. What is not certain gets no code.
"""

from __future__ import annotations

from bisect import bisect_left
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from gridsvc.domain.address.gazetteer import DIGITS, MUNICIPAL, level_of
from gridsvc.domain.address.labels import ADMIN
from gridsvc.domain.codes import LEVELS, code12, normal_code

if TYPE_CHECKING:
    from gridsvc.domain.address.gazetteer import Gazetteer

#: label of a part → levels of the registry that it may stand for (a municipality is called a city; a city without
#: counties has its towns at the county level, and a county-level city may be called a city).
_LEVELS: Final = {
    "prov": (0,),
    "city": (1, 0, 2),
    "district": (2, 1),
    "devzone": (3, 2),
    "town": (3, 2),
    "community": (4, 3),
}
Named = tuple[tuple[str, int], ...]  # (label, form of the gazetteer or −1), from the top down


class Resolver:
    """Finds codes; keeps what it found, because addresses of one place come together."""

    def __init__(self, gazetteer: Gazetteer, home: str = "") -> None:
        """``home``: code of the installation's area (2 to 12 digits), empty where there is none."""
        self.gazetteer, self.home = gazetteer, normal_code(home) if home else ""
        # what each row is today: a former name stands for its successor
        self.today = gazetteer.codes[gazetteer.now]
        # the level of the name: of a town that was merged into several only the county is known (510422000)
        self._levels = level_of(gazetteer.codes)
        self.chain = lru_cache(maxsize=200_000)(self._chain)
        self._bearers = lru_cache(maxsize=100_000)(self._found)

    def knows(self, label: str, form: int) -> bool:
        """Whether the registry has a place that a part may mean."""
        return bool(self._bearers(label, form))

    def _found(self, label: str, form: int) -> tuple[str, ...]:
        """Codes of today, cut to their level, of the places that a part may mean, in order."""
        if form < 0:
            return ()
        rows, held = self.gazetteer.rows(form), dict[int, set[str]]()
        for code, level in zip(self.today[rows].tolist(), self._levels[rows].tolist(), strict=True):
            held.setdefault(level, set()).add(str(code)[: LEVELS[level]])
        for level in _LEVELS[label]:
            codes = held.get(level, set())
            if label == "city" and level == 0:
                codes = codes.intersection(MUNICIPAL)
            if codes:
                return tuple(sorted(codes))
        return ()

    def _chain(self, named: Named) -> tuple[str, tuple[tuple[str, bool], ...]]:
        """The deepest certain code; for each part its label (empty where it disagrees), whether the code says it."""
        candidates = [self._bearers(label, form) for label, form in named]
        current: tuple[str, ...] = ()
        for codes in candidates:
            current = _known(_narrowed(current, codes))
        if len(current) > 1 and self.home:
            current = _nearest(current, self.home)
        if not current:  # nothing is named that the registry knows: the address is taken for one at home
            return self.home, (("", False),) * len(named)
        certain = _common(current)
        return certain, tuple(_label(codes, certain) for codes in candidates)

    def names(self, code: str) -> list[tuple[str, str, str]]:
        """``(label, code, name)`` of each level down to a code; rows that are no names are left out."""
        return list(self._names(code))

    @lru_cache(maxsize=100_000)  # noqa: B019 - one resolver lives as long as its parser
    def _names(self, code: str) -> tuple[tuple[str, str, str], ...]:
        found = []
        for label in ADMIN:
            part = code[: DIGITS[label]]
            if len(part) == DIGITS[label] and (name := self._name(part)):
                found.append((label, part, name))
        return tuple(found)

    def _name(self, code: str) -> str:
        codes = self.gazetteer.codes
        value = code12(code)
        row = bisect_left(codes, value)
        while row < len(codes) and codes[row] == value:
            if not self.gazetteer.until[row]:
                return self.gazetteer.name(row)
            row += 1
        return ""


def _label(codes: tuple[str, ...], certain: str) -> tuple[str, bool]:
    """What a part is called that may mean these codes, one of them being above, below or equal to the certain one."""
    code = next((code for code in codes if _kin(code, certain)), "")
    if not code:
        return "", False
    covered = certain.startswith(code)
    # a municipality is a city, and so is a city without counties, which the registry repeats a level below
    if code in MUNICIPAL or (len(code) == 6 and code.endswith("00")):
        return "city", covered
    return ADMIN[LEVELS.index(len(code))], covered


def _kin(one: str, other: str) -> bool:
    return one.startswith(other) or other.startswith(one)


def _known(codes: tuple[str, ...]) -> tuple[str, ...]:
    """Codes without the level that is not known."""
    if not any(len(code) == LEVELS[3] and code.endswith("000") for code in codes):
        return codes
    return tuple(sorted({code[: LEVELS[2]] if code[LEVELS[2] :] == "000" else code for code in codes}))


def _narrowed(current: tuple[str, ...], codes: tuple[str, ...]) -> tuple[str, ...]:
    """What is left once another name is read: those that lie in what was left before, else what was."""
    if not current or not codes:
        return current or codes
    if len(current) == 1:  # codes are in order: those in one area are one run
        low = bisect_left(codes, current[0])
        high = bisect_left(codes, current[0] + ":")
        inside = codes[low:high]
    else:
        heads = set(current)
        lengths = {len(code) for code in current}
        inside = tuple(code for code in codes if any(code[:length] in heads for length in lengths))
    if inside:
        return inside
    above = tuple(code for code in current if any(code.startswith(other) for other in codes))
    return above or current


def _nearest(codes: tuple[str, ...], home: str) -> tuple[str, ...]:
    """Those that share the most levels with home."""

    def shared(code: str) -> int:
        return max((n for n in LEVELS if code[:n] == home[:n] and len(code) >= n and len(home) >= n), default=0)

    most = max(map(shared, codes))
    return tuple(code for code in codes if shared(code) == most) if most else codes


def _common(codes: tuple[str, ...]) -> str:
    """The levels that all of them share."""
    first = codes[0]
    for length in reversed(LEVELS):
        if length <= len(first) and all(code[:length] == first[:length] for code in codes):
            return first[:length]
    return ""
