"""Characters as they are meant: full width, look-alike radicals and traditional forms, one for one.

Every function here keeps the length of a text, so that a position in the folded text is a position in the text as
it was written.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from typing import Final

# Radicals of the supplement block (U+2E80-2EFF) that look like a character; NFKC leaves them as they are.
_RADICALS: Final = (
    "⺁厂⺇几⺌小⺎兀⺏尢⺕彐⺗心⺝月⺞歹⺟母⺠民⺥爪⺧牛⺩王⺫目⺭示⺮竹⺯糸⺰纟⺲罒⺳网⺴网⺵网⺶羊⺷羊⺼肉⺽臼⻁虎⻂衣⻃覀⻄西⻅见"
    "⻆角⻇角⻈讠⻉贝⻋车⻌辶⻍辶⻏邑⻒镸⻓长⻔门⻘青⻙韦⻚页⻛风⻜飞⻝食⻠饣⻢马⻣骨⻤鬼⻥鱼⻦鸟⻧卤⻨麦⻩黄⻪黾⻬齐⻮齿⻰龙⻳龟"
)
# Traditional forms of the words that addresses are made of; names themselves are left as they are written.
_TRADITIONAL: Final = (
    "號号樓楼棟栋幢幢單单區区縣县鎮镇鄉乡國国東东門门層层園园莊庄廣广場场灣湾橋桥閘闸衖弄徑径頭头塢坞嶺岭島岛"
)
# Signs that are written for one another.
_SIGNS: Final = (
    "〇零○零﹟#＃#－-—-–-―-‐-‑-−-─-﹣-ー-~-～-〜-∼-至至【(】)〔(〕)「(」)『(』)［(］)[(])｛(｝){(})《(》)<(>)"
    "·.•.。.、,；;；,"
)

# Numbers as they stand on contracts (贰仟贰佰伍拾叁号); one alone is a name (壹号院, 陆家嘴).
_FORMAL: Final = str.maketrans("壹贰叁肆伍陆柒捌玖拾佰仟", "一二三四五六七八九十百千")
_FORMAL_NUMBER: Final = re.compile(
    r"[零一二三四五六七八九十百千壹贰叁肆伍陆柒捌玖拾佰仟]{2,}(?=[号弄室幢栋门层楼组]|单元)"
)


def _pairs(text: str) -> dict[int, str]:
    return {ord(a): b for a, b in zip(text[::2], text[1::2], strict=True)}


@cache
def table() -> dict[int, str]:
    """Code point → the one character it stands for."""
    found: dict[int, str] = {}
    for point in range(0x80, 0x10000):
        if 0xD800 <= point < 0xE000:
            continue
        plain = unicodedata.normalize("NFKC", chr(point))
        if len(plain) == 1 and plain != chr(point):
            found[point] = plain
    for point in (*range(0x20), 0x7F, 0xA0, 0x3000, 0x2028, 0x2029, 0xFEFF, 0x200B):
        found[point] = " "
    for point in range(ord("a"), ord("z") + 1):
        found[point] = chr(point - 32)
    for point, plain in list(found.items()):  # ａ → a → A
        if "a" <= plain <= "z":
            found[point] = plain.upper()
    return found | _pairs(_RADICALS) | _pairs(_TRADITIONAL) | _pairs(_SIGNS)


def fold(text: str) -> str:
    """The text with each character as it is meant; as long as the text was."""
    plain = text.translate(table())
    return _FORMAL_NUMBER.sub(lambda found: found[0].translate(_FORMAL), plain)
