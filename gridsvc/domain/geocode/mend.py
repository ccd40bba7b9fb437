"""Words that are written almost as one the base has: one character wrong, missing or too many.

Directions and numbers are never mended: 北京东路 and 北京西路, 一村 and 二村 are different places.
"""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

#: Characters that tell places apart and so are taken as written.
TELLING: Final = frozenset(
    "东南西北中上下前后内外左右新老大小一二三四五六七八九十百甲乙丙丁0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
)
_SHORTEST: Final = 3
_KINDS: Final = frozenset("路街巷里弄道村桥")  # 铁匠巷 is not 铁匠路
_ENDING: Final = re.compile(r"(?:小区|花园|家园|花苑|雅苑|新村|公寓|大厦|广场|苑|园|村)$")


def _holes(text: str) -> list[tuple[str, str]]:
    """The text with each character in turn left open, and that character; and with a gap put in."""
    return [(f"{text[:k]}\0{text[k + 1 :]}", char) for k, char in enumerate(text)]


def _gaps(text: str) -> list[str]:
    return [f"{text[:k]}\0{text[k:]}" for k in range(len(text) + 1)]


class Speller:
    """Words to mend to; finding one takes some microseconds."""

    def __init__(self, words: Iterable[str]) -> None:
        """Words shorter than three characters are not mended to: too many would be alike."""
        self.words = {text for text in words if len(text) >= _SHORTEST}
        self._short: dict[str, list[str]] = defaultdict(list)
        for text in sorted(self.words):
            if (short := _ENDING.sub("", text)) != text and len(short) >= _SHORTEST - 1:
                self._short[short].append(text)
        self._holes: dict[str, list[str]] = defaultdict(list)
        for text in self.words:
            for hole, _ in _holes(text):
                self._holes[hole].append(text)

    def fuller(self, text: str) -> list[str]:
        """The names that the text is without their ending (南苑 of 南苑小区 and 南苑花园), or with another one."""
        if text in self.words:
            return []
        return self._short.get(text) or self._short.get(_ENDING.sub("", text), [])

    def near(self, text: str, *, to_ask: bool = False) -> list[str]:
        """The words that differ from the text in one character that tells nothing; in order.

        ``to_ask``: somebody is asked, so 楠苑 may be 南苑 (but 北苑 is not), and a word that is known may be another.
        """
        if len(text) < _SHORTEST - 1 or (text in self.words and not to_ask):
            return []
        found: set[str] = set()
        for k, (hole, char) in enumerate(_holes(text)):
            if char in TELLING or (k == len(text) - 1 and char in _KINDS):
                continue
            found.update(other for other in self._holes.get(hole, ()) if to_ask or other[k] not in TELLING)
            short = text[:k] + text[k + 1 :]  # one too many
            if short in self.words:
                found.add(short)
        for k, gap in enumerate(_gaps(text)):  # one missing
            found.update(other for other in self._holes.get(gap, ()) if other[k] not in TELLING)
        return sorted(found - {text})
