"""Cells as people write them: 第3网格, 三网格, 网格03 and 3 are the same cell of a community."""

from __future__ import annotations

import re
import unicodedata

_DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_NUMBERED = re.compile(r"^(?:第|no\.?|#)?0*(\d{1,4})(?:号|#)?(?:网格|格|cell)?$|^(?:网格|cell)\s*0*(\d{1,4})号?$")
_CHINESE = re.compile(r"[零〇一二两三四五六七八九十百]+")


def fold(name: str) -> str:
    """A name to the letter: without case, width and spaces."""
    return "".join(unicodedata.normalize("NFKC", name).lower().split())


def plain(name: str) -> str:
    """A name as it is meant: ``#3`` for every way of saying the third cell, otherwise :func:`fold`."""
    text = fold(name)
    hit = _NUMBERED.match(_CHINESE.sub(lambda m: str(_number(m[0])), text))
    return f"#{hit[1] or hit[2]}" if hit else text


def _number(text: str) -> int:
    """A number below a thousand in Chinese characters."""
    total = digit = 0
    for c in text:
        if c in "十百":
            total += (digit or 1) * (10 if c == "十" else 100)
            digit = 0
        else:
            digit = digit * 10 + _DIGITS[c]
    return total + digit
