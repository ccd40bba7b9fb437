"""Numbers of doors in one form: 十二号 as 12号, 3号楼 and 3# as 3幢, 二单元 as 2单元, 502 as 502室."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

_VALUE: Final = {char: value for value, char in enumerate("零一二三四五六七八九")} | {"两": 2, "〇": 0}
_HAN: Final = re.compile(r"[零〇一二两三四五六七八九十百千]+")
_TENS: Final = {"十": 10, "百": 100, "千": 1000}
# 一 between two numbers is a stroke (12一3一501)
_STROKE: Final = re.compile(r"(?<=\d)一(?=\d)")


def value_of(text: str) -> int:
    """十二 is 12, 一二 is 12, 一百零五 is 105, 一千九百四十一 is 1941."""
    if _TENS.keys().isdisjoint(text):
        return int("".join(str(_VALUE[char]) for char in text))
    total, current = 0, 0
    for char in text:
        if char in _TENS:
            total += (current or 1) * _TENS[char]
            current = 0
        else:
            current = _VALUE[char]
    return total + current


def digits(text: str) -> str:
    """The text with every Chinese number in digits, and strokes as strokes."""
    return _HAN.sub(lambda found: str(value_of(found[0])), _STROKE.sub("-", text))


_ROAD_NO: Final = re.compile(r"(#|号)$")
_LETTER_AFTER: Final = re.compile(r"(?<=\d)号([A-H甲乙丙丁戊])$")  # 57号甲 is 57甲号
_HOUSE_END: Final = re.compile(r"(号?楼栋?|号[栋幢座]|#楼?|幢楼?|栋楼?|座楼?)$")
_CELL_END: Final = re.compile(r"(单元门?|号?门|梯|元)$")
_FLOOR_END: Final = re.compile(r"(楼整?层?|层|F)$")
_ROOM_END: Final = re.compile(r"(室|房间?|户|号)$")
_LEADING: Final = re.compile(r"^(?:第|NO[. ]*)(?=\d)")
_PLAIN: Final = re.compile(r"^[A-Z]?\d*[A-Z]?$")
_ZEROS: Final = re.compile(r"^0+(?=\d)")


def _road_no(text: str) -> str:
    bare = _ROAD_NO.sub("", _LETTER_AFTER.sub(r"\1", text))
    return f"{bare}号" if re.search(r"\d[A-Z甲乙丙丁戊]?$", bare) else text


def _house(text: str) -> str:
    bare = _HOUSE_END.sub("", text)
    if bare != text or _PLAIN.match(text):
        return f"{bare}幢" if bare else text
    return text


def _cell(text: str) -> str:
    bare = _CELL_END.sub("", text)
    return f"{bare}单元" if (bare != text or _PLAIN.match(text)) and bare else text


def _floor(text: str) -> str:
    bare = _FLOOR_END.sub(
        "", text.replace("地下", "负").replace("负", "-").replace("底层", "1层").replace("底楼", "1层")
    )
    return f"{bare}层" if re.search(r"\d$", bare) else text


def _room(text: str) -> str:
    bare = _ROOM_END.sub("", text)
    return f"{bare}室" if re.search(r"\d[A-Z]?$", bare) else text


_WAYS: Final = {
    "roadno": _road_no,
    "subroadno": _road_no,
    "houseno": _house,
    "cellno": _cell,
    "floorno": _floor,
    "roomno": _room,
}


def canonical(label: str, text: str) -> str:
    """A folded part in its one form: numbers in digits with one word, names without brackets round them."""
    if label in _WAYS:
        return _numbered(label, text)
    return text[1:-1] if text[:1] == "(" and text[-1:] == ")" else text.strip(" ")


@lru_cache(maxsize=65_536)
def _numbered(label: str, text: str) -> str:
    bare = text.strip("() ")
    plain = _LEADING.sub("", digits(bare if label == "floorno" else bare.strip("- ")))
    return _WAYS[label](_ZEROS.sub("", plain) if label in ("houseno", "cellno") else plain)


_OF_FORM: Final = (
    (re.compile(r"\d+(?:幢|栋|号楼|#楼?|号院|门)"), "houseno"),
    (re.compile(r"\d+单元"), "cellno"),
    (re.compile(r"\d+(?:层|F)"), "floorno"),
    (re.compile(r"\d+(?:室|房)"), "roomno"),
    (re.compile(r"\d+(?:号|弄)"), "roadno"),
)


@lru_cache(maxsize=65_536)
def label_of_form(text: str) -> str:
    """The label of what is nothing but a number and its word (3幢, 2单元, 501室, 12号), empty for anything else."""
    return next((label for form, label in _OF_FORM if form.fullmatch(text)), "")
