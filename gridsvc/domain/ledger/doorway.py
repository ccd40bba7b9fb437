"""The door that an address names: estate and building, or street and number; then stairwell and room.

Fields are those of a ledger with columns of its own (:data:`gridsvc.domain.records.DOOR`), so that an address in one
column and the same in six columns become one door.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from gridsvc.domain.address.fold import fold
from gridsvc.domain.address.homes import is_home

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from gridsvc.domain.address.parser import Parsed, Parser

#: What stands for the number of a place whose address has none; a ledger writes so too.
NO_BUILDING: Final = "无楼号"
NO_NUMBER: Final = "无门牌"
_SPACE: Final = re.compile(r"(?<=[^\x00-\x7f])\s+|\s+(?=[^\x00-\x7f])")
_END: Final = {
    "houseno": re.compile(r"(?:幢|号)$"), "cellno": re.compile(r"单元$"), "roomno": re.compile(r"室$"),
    "roadno": re.compile(r"(?<=\d)号$"), "subroadno": re.compile(r"(?<=\d)号$"),
}  # fmt: skip
_UPPER: Final = frozenset(("country", "prov", "city", "district", "devzone", "town"))
_INSIDE: Final = frozenset(("cellno", "floorno", "roomno"))
_UNSAID: Final = frozenset(("redundant", "person", "otherinfo"))
_GROUP: Final = re.compile(r"^(\d+[组队社])(\d.*)$")
_PAIR: Final = re.compile(r"^(\d+)#(\d+)$")
_LONGEST: Final = 40  # characters of a place that is called by words alone
_ROOM: Final = 100  # a number from here on behind a stroke is a room: 王家路3-101


class Doorway(NamedTuple):
    """A door; a part that the address does not name is empty.

    ``named``: the building has a number. Otherwise ``building_no`` or ``housenumber`` says that it has none.
    """

    estate: str
    building_no: str
    street: str
    housenumber: str
    unit_no: str
    room: str
    community: str
    named: bool


def doorways(texts: Iterable[str], parser: Parser) -> Iterator[Doorway]:
    """The door of each address, in their order."""
    return map(doorway, parser.parse_many(_SPACE.sub("", text) for text in texts))


def doorway(parsed: Parsed) -> Doorway:
    """The door that a read address names."""
    said = {label: parsed.first(label) for label in ("road", "roadno", "subroad", "subroadno", "cellno", "roomno")}
    house, room = parsed.first("houseno"), said["roomno"]
    unit = _bare("cellno", said["cellno"])
    estate = _estate(parsed)
    estate = "" if is_home(estate) else estate
    street, number = _street(parsed, said)
    community = parsed.first("community")
    if estate.endswith("社区") and street and number:  # the base knows communities as places, too
        estate, community = "", community or estate
    if not room and house and number and not estate and _is_room(house):
        house, room = "", house
    room = _bare("roomno", _bare("houseno", room)) or parsed.first("floorno")
    house = _bare("houseno", house)
    if not unit:  # 1#3-101: house 1, stairwell 3
        pair = _PAIR.match(house)
        more = [fold(p.text) for p in parsed.parts if p.label == "houseno"][1:]
        house, unit = (pair[1], pair[2]) if pair else (house, more[0] if more and more[0].isdigit() else "")
    if house and street and number and not estate:
        if not number.endswith("弄"):  # 宝塔路12号3幢: a yard called by its number
            return Doorway(f"{street}{number}号", house, "", "", unit, room, community, named=True)
        number, house = f"{number}{house}", ""
    if estate and house:
        return Doorway(estate, house, street, number, unit, room, community, named=True)
    if street and number:
        return Doorway(estate, "", street, number, unit, room, community, named=True)
    if estate and not parsed.first("assist"):
        return Doorway(estate, NO_BUILDING, "", "", unit, room, community, named=False)
    place = _rest(parsed)
    if len(place) > _LONGEST or is_home(place):  # buildings are open to everybody: no person's name, no story
        place = ""
    return Doorway("", "", place, NO_NUMBER if place else "", unit, room, community, named=False)


def _estate(parsed: Parsed) -> str:
    """The estate, with its part (一期, 东区) where one follows before the number of the building."""
    names: list[str] = []
    for part in parsed.parts:
        if part.label == "houseno":
            break
        if part.label in ("poi", "subpoi"):
            names = [*names, part.normal] if part.label == "subpoi" and names else [part.normal]
    if len(names) > 1 and names[0].endswith("社区"):  # 宝塔社区南苑小区, read as a place and its part
        names = names[1:]
    return "".join(names)


def _street(parsed: Parsed, said: dict[str, str]) -> tuple[str, str]:
    """Street and number; a lane stays with the number (163弄), a group of a village with its name (宝塔村3组)."""
    road, number = said["road"], said["roadno"]
    if said["subroadno"]:  # 803弄25支弄 or a road of its own
        number = f"{number}{said['subroadno']}" if not said["subroad"] else said["subroadno"]
        road = said["subroad"] or road
    elif said["subroad"]:
        road = said["subroad"]
    if not road and number:
        road = next((p.normal for p in reversed(parsed.parts) if p.label == "community"), "")
        if found := _GROUP.match(number):
            road, number = f"{road}{found[1]}", found[2]
    return road, _bare("roadno", number)


def _is_room(house: str) -> bool:
    number = _bare("houseno", house)
    return number.isdigit() and int(number) >= _ROOM


def _bare(label: str, text: str) -> str:
    return _END[label].sub("", text)


def _rest(parsed: Parsed) -> str:
    """The words of a place without a number, without what lies above it and what lies inside."""
    words = [p.normal for p in parsed.parts if p.label not in _UPPER | _INSIDE | _UNSAID]
    return "".join(words)
