"""What a parsed address asks for: roads, number, house, names, and whether the place is beside something."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

import numpy as np

from gridsvc.domain.address.doors import door
from gridsvc.domain.address.fold import fold
from gridsvc.domain.address.labels import ROADS, UPPER
from gridsvc.domain.address.marks import BESIDE
from gridsvc.domain.address.numerals import canonical, digits
from gridsvc.domain.codes import code12
from gridsvc.domain.geocode.base import LANE, word
from gridsvc.domain.geocode.between import without_road
from gridsvc.domain.geocode.find import LIKE, LIKE_SHORT, SEVERAL, Asked

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gridsvc.domain.address.parser import Parsed, Part

NAMES: Final = 4
_METRES: Final = re.compile(r"(\d{1,5})米")
#: What the registry of the mainland does not have.
_ABROAD: Final = re.compile(
    r"(?:中国)?(?:香港|澳门|台湾|台北[市县]|新北市|高雄[市县]|台中[市县]|台南[市县]|桃园市|日本|韩国|朝鲜|美国|英国|法国|德国|俄罗斯|"
    r"加拿大|澳大利亚|新加坡|马来西亚|泰国|越南|缅甸|老挝|蒙古国)(?!大?[路街道巷弄]|[东南西北中]路)"
)
_GENERIC: Final = re.compile(
    r"(?:金融|商务|商业|购物|国际|贸易)*(?:大厦|大楼|中心|广场|花园|花苑|小区|公寓|新村|家园|酒店|宾馆|医院|学校|小学|中学|幼儿园|公司|市场)$"
)
_LESS: Final = 0.05
_ZONE: Final = 0.5  # that a house of an estate is the one of that number in a zone of it
_HOUSE: Final = re.compile(r"(\d+)幢")
_ALLEY: Final = re.compile(r"(\d+)巷")
_ESTATE: Final = re.compile(r"(?<=..)小区$")
_OFFICE: Final = re.compile(r"(?<=..)(?:居民委员会|村民委员会|居委会|村委会)$")
_SIMPLE: Final = re.compile(r"(\d+)[号幢]?")
_PHASE: Final = re.compile(r"(?:[A-Z]|[东南西北中]|[一二三四五六七八九十\d]+)(?:区|期|村|组团|块)$")
_SECTION: Final = re.compile(r"(?<=..[路街道巷弄])(?:[东南西北中]+|[一二三四五\d])段$")
_OVER: Final = re.compile(r"对面|旁边|附近|隔壁")
_NEAR: Final = ("近", "靠近", "临近", "邻近")
_NOT: Final = re.compile(r"不是|并非|不在")
_TOWN: Final = re.compile(r"(?:街道|镇|乡)$")
_STRETCH_M: Final = 500.0  # how far a stretch of an unnamed road may be from where its ends meet
_OWN: Final = 3  # characters of its own by which a name with a slip is told from others
_NUMBERS: Final = ("houseno", "cellno", "roomno")
_DOOR: Final = re.compile(r"\d+(?:号|#|$)")
_PLAIN: Final = re.compile(r"(\d+)号?")
_NAMED: Final = ("poi", "subpoi", "community", "town")


@dataclass
class Wish:
    """One query in words; ``like`` is the word that was read for one written almost so."""

    roads: list[str] = field(default_factory=list)
    number: str = ""
    house: str = ""
    names: list[str] = field(default_factory=list)
    crossing: bool = False
    beside: bool = False
    like: str = ""
    less: float = 0.0  # what is taken off for a way to read it that is less likely
    place: int = 0  # which of the places that a text names one after the other
    sub: bool = False  # the first road is one within the second, and the number its own
    short: int = 0  # names that a name in the text may be the beginning of
    area: str = ""
    away: float = 0.0
    strange: bool = False
    placed: bool = False  # names a province, city or county


def wishes(parsed: Parsed) -> list[Wish]:
    """What one parsed address may ask for: each place that it names, each in the ways in which it may be meant."""
    made = []
    for place, said in enumerate(segments(parsed.parts)):
        one = wish(parsed, said)
        one.place = place
        made += _ways(one, parsed, said)
    return made


def segments(parts: Sequence[Part]) -> list[list[Part]]:
    """The parts of each place that is named: in 翡翠花园3幢康乐花园5幢 each house stays with its estate."""
    if sum(part.label in ("road", "poi") for part in parts) < 2:
        return [list(parts)]
    out: list[list[Part]] = [[]]
    seen: set[str] = set()
    for part in parts:
        new = (part.label == "road" and seen & {"roadno", "subroadno", "houseno"}) or (
            part.label == "poi" and {"poi", "houseno"} <= seen
        )
        if new:
            out.append([])
            seen = set()
        out[-1].append(part)
        seen.add(part.label)
    return out


def _ways(made: Wish, parsed: Parsed, parts: Sequence[Part]) -> list[Wish]:
    """A wish, and what else it may mean: 10-12号 is house 12 of number 10, or the numbers 10 to 12."""
    ways, number, house = [made], made.number, made.house
    houses = [found[1] for part in parts if part.label == "houseno" and (found := _SIMPLE.fullmatch(part.normal))]
    if LANE in number and len(houses) == 2 and "-" in fold(parsed.text):  # houses 1 to 5 of a lane
        whole = replace(made, house=f"{houses[0]}-{houses[1]}号")
        return [whole, replace(made, house=f"{houses[0]}号", beside=True, less=made.less + _LESS)]
    if _PLAIN.fullmatch(number) and (found := _PLAIN.fullmatch(house)) and "-" in fold(parsed.text):
        ways.append(replace(made, number=f"{number.rstrip('号')}-{found[1]}号", house=""))
    if not number and _PLAIN.fullmatch(house) and house.endswith("号"):  # 南苑小区3号 may be its house 3
        ways.append(replace(made, house=f"{house[:-1]}幢", less=made.less + _LESS))
    if LANE in number and (found := _HOUSE.fullmatch(house)):  # 163弄15 and 163弄15号楼 are 163弄15号
        ways.append(replace(made, house=f"{found[1]}号", less=made.less + _LESS / 2))
    if made.sub and (found := _ALLEY.fullmatch(made.roads[0])):  # 163巷15号 is 163弄15号
        less = made.less + _LESS / 2
        ways.append(replace(made, roads=made.roads[1:], number=f"{found[1]}弄", house=number, sub=False, less=less))
    if made.sub:  # of a road that nobody knows the one that it leaves
        ways.append(replace(made, roads=made.roads[1:], number="", house="", sub=False, less=_LESS))
    plain = [_SECTION.sub("", road) for road in made.roads]
    if plain != made.roads:  # 铁匠路东段; where numbers begin anew with each section, that of the road is another's
        less = made.less + (0.2 if number else _LESS / 2)
        ways.append(replace(made, roads=plain, number="", house="", less=less))
    for ending, less in ((_ESTATE, 0.03), (_OFFICE, 0.1), (_PHASE, _ZONE if house else 0.2)):
        plain = [ending.sub("", name) for name in made.names]
        if plain != made.names and all(len(name) > 1 for name in plain):
            ways.append(replace(made, names=plain, less=made.less + less))
    return ways


def wish(parsed: Parsed, parts: Sequence[Part] | None = None) -> Wish:
    """What a parsed address (or some of its parts) asks for as it is labelled."""
    made, sub_number, before, zone, near = Wish(), "", "", False, False
    for label, text, _, _, normal in parsed.parts if parts is None else parts:
        if label in ROADS:
            made.roads.append(normal)
        elif label == "roadno" and not made.number:
            made.number = normal
        elif label == "roadno" and LANE in made.number and not made.house:
            made.house = normal
        elif label == "subroadno":
            sub_number = normal
        elif label in _NUMBERS and before in ROADS and not made.number and _DOOR.match(fold(text)):
            made.number = canonical("roadno", fold(text).strip())  # what follows a road is its number
        elif label == "houseno" and not made.house:
            made.house = normal
        elif label == "subpoi" and _PHASE.fullmatch(normal):
            zone = True
        elif label in _NAMED and normal not in made.names:
            made.names.append(normal)
            made.beside = made.beside or _OVER.match(normal) is not None
        elif label == "assist":
            near = near or normal in _NEAR
            made.beside = made.beside or bool(BESIDE.search(normal))
            made.away = max([made.away, *(float(far) for far in _METRES.findall(digits(normal)))])
            made.away = max(made.away, _STRETCH_M if "第" in normal else 0.0)
        before = before if label == "redundant" and not text.strip() else label
    _numbered(made, sub_number)
    made.less = _ZONE if zone and made.house else 0.0  # 3幢 of a zone that the base does not know
    made.crossing = len(made.roads) > 1 and not made.number
    made.beside = made.beside or (made.crossing and near)
    if made.crossing and without_road(parsed):
        made.beside, made.away = True, _STRETCH_M
    if not made.roads and not made.names:
        made.names = [part.normal for part in parsed.parts if part.label == "district"]
    # the finest name first: a poi says more than the community it lies in
    made.names = made.names[:NAMES]
    made.area = max(parsed.codes.values(), key=len, default="")
    plain = fold(parsed.text)
    made.strange = parsed.strange or any(rule.match(plain) for rule in (_ABROAD, _NOT))
    made.placed = bool(made.area) and any(
        p.label in UPPER or (p.label == "town" and _TOWN.search(p.normal)) for p in parsed.parts
    )
    return made


def _numbered(made: Wish, sub_number: str) -> None:
    """Where the number of a road within a road belongs: to the second one, or, of a lane in a lane, to the house."""
    if sub_number and len(made.roads) > 1:
        made.roads, made.number, made.sub = [made.roads[1], made.roads[0]], sub_number, True
    elif sub_number and LANE in made.number:
        made.house = f"{sub_number}{made.house}"
    made.number = made.number or sub_number


def asked(wishes: Sequence[Wish]) -> Asked:
    """Many queries as arrays."""
    padded = [[*one.names, *[""] * NAMES][:NAMES] for one in wishes]
    areas = [one.area for one in wishes]
    texts = [
        [one.roads[0] if one.roads else "" for one in wishes],
        [one.roads[1] if len(one.roads) > 1 else "" for one in wishes],
        [one.number for one in wishes],
        [one.house for one in wishes],
        *([names[k] for names in padded] for k in range(NAMES)),
    ]
    road, road2, written, house, *names = np.split(word([text for column in texts for text in column]), len(texts))
    return Asked(
        road=road,
        road2=road2,
        written=written,
        number=np.array([door(one.number).first if one.number else -1 for one in wishes], dtype=np.int64),
        house=house,
        names=tuple(names),
        crossing=np.array([one.crossing for one in wishes], dtype=bool),
        beside=np.array([one.beside for one in wishes], dtype=bool),
        like=np.array([_slip(one) + one.less for one in wishes]),
        area=np.array([code12(code) if code else 0 for code in areas], dtype=np.int64),
        digits=np.array([len(code) for code in areas], dtype=np.int8),
        lane=np.array([LANE in one.number for one in wishes], dtype=bool),
        away=np.array([one.away for one in wishes]),
        strange=np.array([one.strange for one in wishes], dtype=bool),
        sub=np.array([one.sub for one in wishes], dtype=bool),
    )


def _slip(one: Wish) -> float:
    """What is taken off for a word that was mended: of a road the number tells more than its name."""
    if not one.like:
        return 0.0
    if one.short:
        return LIKE if one.short == 1 else SEVERAL
    short = one.like not in one.roads and len(_GENERIC.sub("", one.like)) < _OWN
    return LIKE_SHORT if short else LIKE
