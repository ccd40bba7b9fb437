"""Addresses inside long texts: a complaint is read sentence by sentence, so that each part of it is one address."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from gridsvc.domain.address.parser import Part

if TYPE_CHECKING:
    from gridsvc.domain.address.parser import Parsed, Parser

WHOLE: Final = 150  # characters up to which a text is read as one
_MOST: Final = 24  # pieces of one text
_ENDS: Final = re.compile(r"[。！？!?；;\n\r]+")
_BREATHS: Final = re.compile(r"[，,、：: ]+")


def readings(parser: Parser, text: str, read: Parsed) -> list[tuple[int, Parsed]]:
    """Where each piece of a text begins, and the piece parsed; a short text is one piece, parsed already."""
    if len(text) <= WHOLE:
        return [(0, read)]
    found = [piece for sentence in _cut(text, 0, _ENDS) for piece in _short(*sentence)][:_MOST]
    return list(zip([start for start, _ in found], parser.parse_many([piece for _, piece in found]), strict=True))


def _cut(text: str, start: int, ends: re.Pattern[str]) -> list[tuple[int, str]]:
    edges = [0, *(found.end() for found in ends.finditer(text)), len(text)]
    return [(start + a, text[a:b]) for a, b in pairwise(edges) if text[a:b].strip()]


def _short(start: int, sentence: str) -> list[tuple[int, str]]:
    """A sentence, or, where it is long, runs of its clauses that are not."""
    if len(sentence) <= WHOLE:
        return [(start, sentence)]
    out: list[tuple[int, str]] = []
    for at, clause in _cut(sentence, start, _BREATHS):
        if out and len(out[-1][1]) + len(clause) <= WHOLE:
            out[-1] = (out[-1][0], out[-1][1] + clause)
        else:
            out += [(at + low, clause[low : low + WHOLE]) for low in range(0, len(clause), WHOLE)]
    return out


def within(text: str, start: int, read: Parsed) -> Parsed:
    """What was read of a piece, with the places of its parts in the whole text."""
    parts = tuple(Part(p.label, p.text, p.start + start, p.end + start, p.normal) for p in read.parts)
    return read._replace(text=text, parts=parts)
