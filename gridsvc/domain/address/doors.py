"""Numbers of doors as numbers: 12号, 12-3号, 12号附1号, 5~21号, 98、99、100幢, 102门–104门."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final, NamedTuple

MOST: Final = 400  # numbers that one range may stand for
_NUMBER: Final = re.compile(r"\d+")
_UNIT: Final = r"(?:号楼?|幢|栋|门|弄|室|座|#)?"
_RANGE: Final = re.compile(rf"(\d+){_UNIT}\s*-\s*(\d+)(号楼?|幢|栋|门|弄|室|座|#)?$")
_LIST: Final = re.compile(rf"^\d+{_UNIT}(?:[,/]\d+{_UNIT})+$")


class Door(NamedTuple):
    """A number and the last one of its range (the same where there is none); −1 where there is no number."""

    first: int
    last: int


# 98,99,100幢 or 98幢和99幢 in an address; a range only of houses and doors, because 5-21号 is one house
_RUN: Final = re.compile(
    r"\d+(?:号楼|幢|栋|座|门|号)?(?:[,和与及]\d+(?:号楼|幢|栋|座|门|号)?)*[,和与及]\d+(号楼|幢|栋|座|门|号)"
)
_HOUSES: Final = re.compile(r"(?<!\d)(\d{1,4})(?:号楼|幢|栋|门)?[-至到](\d{1,4})(号楼|幢|栋|门)")
_SPREAD: Final = 20  # doors that one address may stand for
#: One place between two; 中间楼 is a house.
MIDDLE: Final = re.compile(r"之间|中间(?!楼)")


def spread(text: str) -> list[str]:
    """A folded address of several doors (98,99,100幢, 102门-104门), once for each; any other comes back alone."""
    if MIDDLE.search(text):
        return [text]
    if found := _RUN.search(text):
        numbers = _NUMBER.findall(found[0])
    elif (found := _HOUSES.search(text)) and int(found[1]) < int(found[2]) < int(found[1]) + _SPREAD:
        numbers = [str(number) for number in range(int(found[1]), int(found[2]) + 1)]
    else:
        return [text]
    unit = found[found.lastindex or 0]
    each = dict.fromkeys(
        f"{text[: found.start()]}{number}{unit}{text[found.end() :]}" for number in numbers[:_SPREAD]
    )
    return list(each)


@lru_cache(maxsize=65_536)
def door(text: str) -> Door:
    """The number of a folded text in its one form: 12号 is 12, 5-21号 is 5 to 21, 甲12号 is 12."""
    if found := _RANGE.search(text):
        first, last = int(found[1]), int(found[2])
        if first < last <= first + MOST:
            return Door(first, last)
    found = _NUMBER.search(text)
    number = int(found[0]) if found and len(found[0]) <= 7 else -1
    return Door(number, number)


def several(text: str) -> list[str]:
    """The single numbers of a list or range: 98,99,100幢 is 98幢, 99幢 and 100幢; anything else comes back alone."""
    if _LIST.match(text):
        numbers = _NUMBER.findall(text)
        unit = re.search(r"[^\d,/]+$", text)
        return [f"{number}{unit[0] if unit else ''}" for number in numbers]
    if (found := _RANGE.fullmatch(text)) and int(found[1]) < int(found[2]) <= int(found[1]) + MOST:
        return [f"{number}{found[3] or ''}" for number in range(int(found[1]), int(found[2]) + 1)]
    return [text]
