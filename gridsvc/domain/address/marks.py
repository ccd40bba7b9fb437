"""What form alone tells: dates, clocks and telephone numbers of a complaint, numbers in words, what is beside."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import numpy as np

from gridsvc.domain.address.doors import MIDDLE
from gridsvc.domain.address.labels import CODE_OF, LABELS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from gridsvc.domain.address.features import Seen

#: Near a place, never at it.
BESIDE: Final = re.compile(
    r"旁|对面|附近|隔壁|楼下|后面|前面|背后|斜对|周边|边上|[东南西北]侧|[东南西北]边|\d+米|以[东南西北]|往[东南西北]|第[\d一二三四]+个?(?:路口|红绿灯)"
)
#: Those of them that name another place than the one beside it; 旁 and 附近 often only say where to look.
AWAY: Final = re.compile(r"对面|斜对|隔壁|\d+米|以[东南西北]|往[东南西北]")
_SURE: Final = np.float32(20.0)  # what a form weighs against the network and the names
_HINT: Final = re.compile(
    r"[年月点时家辆天元米次处个名]|\d{7}|邮|[一二两三四五六七八九十百千零]{2}|号线|NO[. ]|路公交|路车|路口|红绿灯|"
    r"[号幢栋]楼[道梯顶]|\d[,和及]\d|[之中]间|开发区|高新区|经开区|[东南西北][头端首]|号[甲乙丙丁戊A-H]"
)
_ASIDE: Final = re.compile(
    r"(?<!\d)\d{4}年(?:\d{1,2}月)?(?:\d{1,2}[日号])?|(?<!\d)\d{1,2}月\d{1,2}[日号]"  # 2026年11月3日, 11月3日
    r"|(?<!\d)\d{1,2}[:点时]\d{1,2}分?|(?<!\d)\d{1,2}[点时](?![代尚])(?:半|许|左右|整)?"  # 8:30, 晚上9点左右
    r"|(?<!\d)1[3-9]\d{9}(?!\d)|(?<!\d)0\d{2,3}-?\d{7,8}(?!\d)"  # telephones
    r"|邮政?编码?[: ]*\d{6}(?!\d)"
    # 3家饭店, 47辆车, 57天, 15路公交车, 15号线 are no doors
    r"|(?<!\d)\d+(?:\.\d+)?(?:多|余)?(?:家(?![村湾巷弄桥园乐])|辆|天(?![地虹府河])|年|元(?!宝)|平方米|平米|次|处|个"
    r"|名(?![都城仕门])|小时|分钟|号线|路(?=公交|车))"
)
#: 一千九百四十一号 and 一百零二室 are one number; 三十 alone may begin a name (三十铺).
_WORDS: Final = re.compile(r"[一二两三四五六七八九十百千零]{2,}(?=号|弄|室|幢|栋|单元)")
#: 3幢三零一, 二单元三〇一: a room said digit by digit.
_ROOM: Final = re.compile(r"(?<=[幢栋楼元层])[一二三四五六七八九][零一二三四五六七八九]{2,3}室?(?=$|[ ,;(])")
#: 往西两百米, 东侧50米
_WAY: Final = re.compile(
    r"(?:往|向|以)?[东南西北]+(?:侧|边|面|方向)?约?[\d一二两三四五六七八九十百千]+米(?!线)"
    r"|(?:往[东南西北])?第[\d一二三四]+个?(?:路口|红绿灯)"
    r"|(?<=[路街道巷弄])[东南西北]+[头端首](?![路街巷])"
)
#: No. 20 Nanjing East Road
_NO: Final = re.compile(r"NO[. ]{1,2}\d+号?")
#: 32号楼道 is the stairs of 32号, not 32号楼.
_STAIRS: Final = re.compile(r"(?<=[号幢栋])楼[道梯顶]")
#: 12号和18号之间
_JOIN: Final = re.compile(r"(?<=[\d号幢栋楼室门])[和与及至到](?=\d)")
#: 57号甲 is 甲57号, another door than 57号; 57号A座 is a building of it.
_LETTER: Final = re.compile(r"(?<!\d)\d+号[甲乙丙丁戊A-H](?=$|[ ,;(])")
#: 98,99,100幢 and 1,2,3号楼 are houses.
_HOUSES: Final = re.compile(r"\d+(?:[,和及]\d+)+(?=(幢|栋|号楼))")
_UNITS: Final = {"号": "roadno", "弄": "roadno", "室": "roomno", "幢": "houseno", "栋": "houseno", "单": "cellno"}
#: 湖州经济技术开发区 is the zone of 湖州.
_ZONE: Final = re.compile(r"(?:国家级?|省级)?(?:高新技术产业|高新技术|经济技术|高新|经济|技术)?开发区|高新区|经开区")


def weigh(seen: Seen, texts: Sequence[str], cities: NDArray[np.bool_], scores: NDArray[np.float32]) -> None:
    """Raise the scores of what each form is, in place; ``cities`` tells which of the names that are seen are one."""
    for text, start in zip(texts, seen.begins[:-1].tolist(), strict=True):
        if not _HINT.search(text):
            continue
        for low, high, label in _spans(text):
            _mark(scores, start + low, start + high, label)
        for zone in _ZONE.finditer(text):
            before = seen.found.start[cities & (seen.found.end == start + zone.start())]
            before = before[before >= start]
            if len(before):
                _mark(scores, int(before.min()), start + zone.start(), CODE_OF["city"])
                _mark(scores, start + zone.start(), start + zone.end(), CODE_OF["devzone"])


def _mark(scores: NDArray[np.float32], at: int, end: int, label: int) -> None:
    kinds = len(LABELS)
    scores[at, :kinds] += _SURE
    scores[at, label] += _SURE
    scores[at + 1 : end, kinds + label] += _SURE
    scores[at + 1 : end, :kinds] -= _SURE


def _spans(text: str) -> Iterator[tuple[int, int, int]]:
    """Start, end and label of what is one part."""
    for found in _ASIDE.finditer(text):
        yield found.start(), found.end(), CODE_OF["redundant"]
    for found in _WAY.finditer(text):
        yield found.start(), found.end(), CODE_OF["assist"]
    for found in _NO.finditer(text):
        yield found.start(), found.end(), CODE_OF["roadno"]
    for found in _LETTER.finditer(text):
        yield found.start(), found.end(), CODE_OF["roadno"]
    for found in _ROOM.finditer(text):
        yield found.start(), found.end(), CODE_OF["roomno"]
    for found in _STAIRS.finditer(text):
        yield found.start(), found.end(), CODE_OF["assist"]
    if MIDDLE.search(text):
        for found in _JOIN.finditer(text):
            yield found.start(), found.end(), CODE_OF["redundant"]
        for found in MIDDLE.finditer(text):
            yield found.start(), found.end(), CODE_OF["assist"]
        return
    for found in _HOUSES.finditer(text):
        yield found.start(), found.end() + len(found[1]), CODE_OF["houseno"]
    for found in _WORDS.finditer(text):
        unit = text[found.end()]
        yield found.start(), found.end() + (2 if unit == "单" else 1), CODE_OF[_UNITS[unit]]
