"""Texts to places: read, asked of the base in every way they may be meant, mended where nothing is found."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np

from gridsvc.domain.address.fold import fold
from gridsvc.domain.geocode import ask
from gridsvc.domain.geocode.decide import STATUS, SURE, Answers, decide
from gridsvc.domain.geocode.find import Candidates, candidates

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gridsvc.domain.address.parser import Parsed, Parser
    from gridsvc.domain.geocode.ask import Wish
    from gridsvc.domain.geocode.base import Base, Ints
    from gridsvc.domain.geocode.mend import Speller

_NOT_FOUND: Final = STATUS.index("not_found")
_MENDINGS: Final = 6  # ways to mend one text that are tried
_READ: Final = 60  # characters of a text in which a slip is looked for
_WINDOW: Final = range(3, 11)  # characters of a name that is looked for in a text with a slip


@dataclass(frozen=True)
class Found:
    """Answers to texts: what was read, every candidate (surest first), and the decision."""

    parsed: list[Parsed]
    candidates: Candidates
    answers: Answers
    mended: dict[int, str]  # text → the word that its answer reads for one written almost so


@dataclass
class Geocoder:
    """A base of places; ``speller`` has the names of roads and places that a slip is mended to."""

    parser: Parser
    base: Base
    speller: Speller
    foreign: bool = False  # the base lies in areas of no registry: what the registry says of names does not count

    def geocode(self, texts: Sequence[str], read: Sequence[Parsed] | None = None) -> Found:
        """The place of each text; 4,000 a second on one core. ``read``: the texts as they were parsed already."""
        parsed = list(self.parser.parse_many(texts) if read is None else read)
        meant = [(k, one) for k, said in enumerate(parsed) for one in ask.wishes(said)]
        found, answers = self._answered(meant, len(texts))
        lost = np.flatnonzero(self._lost(found, answers)).tolist()
        if again := mendings([(k, texts[k]) for k in lost], self.parser, self.speller):
            meant += again
            found, answers = self._answered(meant, len(texts))
        best = answers.best
        said = {k: meant[found.of[best[k]]][1].like for k in lost if best[k] >= 0}
        return Found(parsed, found, answers, {k: word for k, word in said.items() if word})

    def _answered(self, meant: Sequence[tuple[int, Wish]], count: int) -> tuple[Candidates, Answers]:
        """Candidates of all wishes, the surest of a text first, and the answer to each of ``count`` texts."""
        text = np.array([k for k, _ in meant], dtype=np.int64)
        wishes = [replace(one, area="") if self.foreign else one for _, one in meant]
        found = _sorted(candidates(self.base, ask.asked(wishes)), text)
        return found, decide(self.base, found, count, text)

    def _lost(self, found: Candidates, answers: Answers) -> np.ndarray:
        """Texts without an answer or with a weak one."""
        lost = answers.status == _NOT_FOUND
        has = np.flatnonzero(~lost)
        lost[has] = found.confidence[answers.best[has]] < SURE
        return lost


def mendings(texts: Sequence[tuple[int, str]], parser: Parser, speller: Speller) -> list[tuple[int, Wish]]:
    """What numbered texts may mean with one word of them written right."""
    tries: list[tuple[int, str, str]] = []
    for k, text in texts:
        plain = fold(text[:_READ])
        ways = dict.fromkeys(
            (plain[:start] + word + plain[start + size :], word)
            for size in reversed(_WINDOW)
            for start in range(len(plain) - size + 1)
            for word in speller.near(plain[start : start + size])
        )
        tries += [(k, way, word) for way, word in list(ways)[:_MENDINGS]]
    read = parser.parse_many([way for _, way, _ in tries])
    return [
        (k, replace(one, like=word))
        for (k, _, word), parsed in zip(tries, read, strict=True)
        for one in ask.wishes(parsed)
    ]


def _sorted(found: Candidates, text: Ints) -> Candidates:
    """Surest first within a text; a place that is found in two ways counts once."""
    order = np.lexsort((found.row, found.accuracy, found.level, -found.confidence, text[found.of]))
    found = found.take(order)
    pair = np.stack([text[found.of], found.row, found.level.astype(np.int64)])
    _, first = np.unique(pair, axis=1, return_index=True)
    return found.take(np.sort(first))
