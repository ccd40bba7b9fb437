"""Places of the base from records: buildings, addresses, estates, facilities and what they say of where they are."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from gridsvc.domain.address.doors import door, several
from gridsvc.domain.address.fold import fold
from gridsvc.domain.address.labels import ADMIN
from gridsvc.domain.address.numerals import canonical
from gridsvc.domain.codes import code12
from gridsvc.domain.geocode.base import LANE, LEVEL, Base, word

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from gridsvc.domain.address.parser import Parsed, Parser

#: Columns of a place; ``level`` is the name of one.
COLUMNS: Final = ("level", "name", "road", "road2", "number", "house", "first", "last", "label")
_LATIN: Final = re.compile(r"[A-Z0-9 .,&'()/-]*[A-Z]{2,}[A-Z0-9 .,&'()/-]*")
_HAN: Final = re.compile(r"[\u3400-\u9fff]")
_BARE: Final = re.compile(r"\d+[A-Z]?")


def name_forms(name: str) -> list[str]:
    """A folded name, and without its foreign half or its brackets: 友邦大厦 AIA BUILDING is 友邦大厦 too.

    A sign of two or three letters (N1, ATM) names nothing.
    """
    plain = name.strip()
    forms = [plain, _LATIN.sub("", plain).strip(" -"), re.sub(r"\([^()]*\)", "", plain).strip()]
    return list(dict.fromkeys(form for form in forms if len(form) > 3 or (len(form) > 1 and _HAN.search(form))))


def from_records(records: pd.DataFrame, parser: Parser) -> pd.DataFrame:
    """Places of records, several a record where it has several names.

    ``records`` has text columns text, street, housenumber, estate, building_no, name (any may be missing in a row);
    all other columns are carried over. The result has them and :data:`COLUMNS`.
    """
    said = {c: records[c].fillna("").astype("str").map(fold).tolist() for c in
            ("text", "street", "housenumber", "estate", "building_no", "name")}  # fmt: skip
    composed = [
        text or _composed(street, number, estate, house)
        for text, street, number, estate, house in zip(
            said["text"], said["street"], said["housenumber"], said["estate"], said["building_no"], strict=True
        )
    ]
    rows: list[tuple[int, str, str, str, str, str, int, int, str]] = []
    for k, parsed in enumerate(parser.parse_many(composed)):
        rows += _places(k, parsed, {name: column[k] for name, column in said.items()}, parser.home)
    found = pd.DataFrame(rows, columns=["__of", "level", "name", "road", "number", "house", "first", "last", "label"])
    found["road2"] = ""
    carried = records.drop(columns=list(said)).iloc[found["__of"].to_numpy()].reset_index(drop=True)
    return pd.concat([carried, found[list(COLUMNS)]], axis=1)


def _composed(street: str, number: str, estate: str, house: str) -> str:
    number = f"{number}号" if _BARE.fullmatch(number) else number
    house = f"{house}幢" if _BARE.fullmatch(house) else house
    return f"{street}{number}{estate}{house}"


def _places(
    k: int, parsed: Parsed, said: dict[str, str], home: str
) -> list[tuple[int, str, str, str, str, str, int, int, str]]:
    road = said["street"] or parsed.first("road")
    number = canonical("roadno", said["housenumber"]) if said["housenumber"] else parsed.first("roadno")
    house = canonical("houseno", said["building_no"]) if said["building_no"] else parsed.first("houseno")
    lane = re.fullmatch(r"(\d+弄)(\d.*)", number)
    if lane and not said["building_no"]:  # 669弄14号 is house 14 of number 669
        number, house = lane[1], lane[2] if "-" in lane[2] else canonical("roadno", lane[2])
    if LANE in number and (within := parsed.first("subroadno")):  # house 3 of lane 5 in lane 163
        house = f"{within}{house}"
    estate = said["estate"] or (
        parsed.first("poi") if number or house else "" if said["name"] else _whole(parsed, home)
    )
    label = said["text"] or _composed(said["street"], said["housenumber"], said["estate"], said["building_no"])
    first, last = door(number) if number else (-1, -1)
    names = [*name_forms(estate), *name_forms(said["name"])]
    rows = []
    if road and first >= 0:
        level = "building" if house else "number"
        for one in several(house):
            rows.append((k, level, names[0] if names else "", road, number, one, first, last, label or said["name"]))
        names = names[1:]
    for name in dict.fromkeys(names):
        is_house = bool(house) and name in name_forms(estate)
        level = "building" if is_house else "poi"
        for one in several(house) if is_house else [""]:
            rows.append((k, level, name, road, number, one, first, last, label or name))
    return rows


def _whole(parsed: Parsed, home: str) -> str:
    """What an address without any number is called: 平安金融中心 whole, and not as a place 金融中心 somewhere."""
    named = [part.end for part in parsed.parts if part.label == "poi"]
    code = max(parsed.codes.values(), key=len, default="")
    away = parsed.strange or not (code.startswith(home) or home.startswith(code))  # 平安 is no county here
    begin = 0 if away else next((p.start for p in parsed.parts if p.label not in _ABOVE), 0)
    return fold(parsed.text)[begin : named[-1]].strip() if named else ""


_ABOVE: Final = (*ADMIN, "country", "devzone", "road", "subroad", "redundant")
_WORDS: Final = ("road", "road2", "name", "house", "number")


def base_of(places: Mapping[str, Sequence[Any]]) -> Base:
    """The arrays of places: the columns :data:`COLUMNS` (of a frame, or lists) with lon, lat, accuracy_m and area."""
    count = len(places["level"])
    hashed = word([text for column in _WORDS for text in places[column]])
    words = {column: hashed[k * count : (k + 1) * count] for k, column in enumerate(_WORDS)}
    areas = np.array([code12(str(code)) if code else 0 for code in places["area"]], dtype=np.int64)
    return Base(
        **words,
        level=np.array([LEVEL[level] for level in places["level"]], dtype=np.int8),
        first=np.asarray(places["first"], dtype=np.int64),
        last=np.asarray(places["last"], dtype=np.int64),
        lon=np.asarray(places["lon"], dtype=float),
        lat=np.asarray(places["lat"], dtype=float),
        accuracy=np.asarray(places["accuracy_m"], dtype=float),
        area=areas,
        lane=np.array([LANE in number for number in places["number"]], dtype=bool),
    )
