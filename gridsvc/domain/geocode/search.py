"""Texts to places: read, asked of the base in every way they may be meant, mended where nothing is found."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import zip_longest
from typing import TYPE_CHECKING, Final

import numpy as np

from gridsvc.domain.address.fold import fold
from gridsvc.domain.address.labels import ROADS
from gridsvc.domain.geocode import ask
from gridsvc.domain.geocode.ask import Wish
from gridsvc.domain.geocode.base import LEVEL
from gridsvc.domain.geocode.between import between, joined, without_road
from gridsvc.domain.geocode.decide import STATUS, SURE, Answers, decide
from gridsvc.domain.geocode.find import NAME, Candidates, candidates, placed
from gridsvc.domain.geocode.longtext import readings, within

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from gridsvc.domain.address.parser import Parsed, Parser
    from gridsvc.domain.geocode.base import Base, Ints
    from gridsvc.domain.geocode.mend import Speller

_NOT_FOUND: Final = STATUS.index("not_found")
_MENDINGS: Final = 6  # ways to mend one text that are tried
_READ: Final = 60  # characters of a text in which a slip is looked for
_SHORT: Final = ("poi", "subpoi", "community", "person")  # what the beginning of a name may be read as
_HEAD: Final = 2
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
    common: str | None = None  # code that everything in the base has in common: what lies elsewhere is not in it
    more: Callable[[Sequence[Wish]], Base] | None = None  # fetches a base for wishes

    def geocode(self, texts: Sequence[str]) -> Found:
        """The place of each text; 4,000 a second on one core."""
        parsed = list(self.parser.parse_many(texts))
        pieces = [
            (k, start, said)
            for k, whole in enumerate(parsed)
            for start, said in readings(self.parser, texts[k], whole)
        ]
        pairs = {k: pair for k, _, said in pieces if (pair := between(said))}
        ends = [end for pair in pairs.values() for end in pair.ends]
        pieces += [(len(texts) + n, 0, said) for n, said in enumerate(self.parser.parse_many(ends))]
        source = [(k, start, said, one) for k, start, said in pieces for one in ask.wishes(said)]
        meant = [(k, one) for k, _, _, one in source]
        self._widen(meant)
        found, answers = self._answered(meant, len(texts) + len(ends))
        lost = np.flatnonzero(self._lost(found, answers)).tolist()
        wanting = set(lost)
        if again := mendings([(k, said.text) for k, _, said in pieces if k in wanting], self.parser, self.speller):
            meant += again
            self._widen(meant)
            found, answers = self._answered(meant, len(texts) + len(ends))
        self._show(parsed, source, texts, found, answers)
        likes = {k: meant[found.of[answers.best[k]]][1].like for k in lost if answers.best[k] >= 0}
        mended = {k: word for k, word in likes.items() if word and k < len(texts) and k not in pairs}
        if pairs:
            told = {len(texts) + 2 * n + side: k for n, k in enumerate(pairs) for side in (0, 1)}
            mended |= {told[k]: word for k, word in likes.items() if word and k in told}
            text = np.array([k for k, _ in meant], dtype=np.int64)
            found, answers = joined(self.base, found, answers, text, pairs, len(texts))
        return Found(parsed, found, answers, mended)

    def _widen(self, meant: Sequence[tuple[int, Wish]]) -> None:
        if self.more is not None:
            self.base = self.more([one for _, one in meant])

    @staticmethod
    def _show(
        parsed: list[Parsed],
        source: Sequence[tuple[int, int, Parsed, Wish]],
        texts: Sequence[str],
        found: Candidates,
        answers: Answers,
    ) -> None:
        """Of a long text show the piece that its answer was read from."""
        for k in {k for k, start, _, _ in source if start}:
            best = answers.best[k]
            if best >= 0 and found.of[best] < len(source):
                _, start, said, _ = source[found.of[best]]
                parsed[k] = within(texts[k], start, said)

    def _answered(self, meant: Sequence[tuple[int, Wish]], count: int) -> tuple[Candidates, Answers]:
        """Candidates of all wishes, the surest of a text first, and the answer to each of ``count`` texts."""
        text = np.array([k for k, _ in meant], dtype=np.int64)
        wishes = [self._here(one) for _, one in meant]
        found = candidates(self.base, ask.asked(wishes))
        elsewhere = np.array([self._elsewhere(one.area) for one in wishes], dtype=bool)
        found = _sorted(placed(self.base, found.take(~elsewhere[found.of]), text), text)
        return found, decide(self.base, found, count, text, np.array([one.place for one in wishes], dtype=np.int64))

    def _here(self, one: Wish) -> Wish:
        """A wish as it is asked of this base: where no registry knows the areas, what it knows is elsewhere."""
        if not self.foreign or not one.area:
            return one
        return replace(one, area="", strange=one.strange or one.placed)

    def _elsewhere(self, area: str) -> bool:
        return (
            bool(area)
            and self.common is not None
            and not (area.startswith(self.common) or self.common.startswith(area))
        )

    def _lost(self, found: Candidates, answers: Answers) -> np.ndarray:
        """Texts without an answer, with a weak one, or with a coarse one where a name is asked for."""
        lost = answers.status == _NOT_FOUND
        has = np.flatnonzero(~lost)
        best = answers.best[has]
        coarse = (found.level[best] >= LEVEL["road"]) & (found.asked[best] & ~found.agreed[best] & NAME > 0)
        lost[has] = (found.confidence[best] < SURE) | coarse
        return lost


def mendings(texts: Sequence[tuple[int, str]], parser: Parser, speller: Speller) -> list[tuple[int, Wish]]:
    """What numbered texts may mean with one word of them written right."""
    tries: list[tuple[int, str, Wish]] = []
    strange = set()
    plains = [fold(text[:_READ]) for _, text in texts]
    for (k, _), plain, read in zip(texts, plains, parser.parse_many(plains), strict=True):
        if without_road(read):  # what is between the two is no slip
            continue
        if ask.wish(read).strange:  # 澳门福州路 is not 福州路 with two characters too many
            strange.add(k)
        roads = [(one.start, one.end) for one in read.parts if one.label in ROADS]
        ways = {
            plain[:start] + word + plain[start + size :]: Wish(like=word)
            for size in reversed(_WINDOW)
            for start in range(len(plain) - size + 1)
            if not _beheads(start, start + size, roads)
            for word in speller.near(plain[start : start + size])
        }
        tries += [(k, way, said) for way, said in [*_fuller(read, plain, speller), *ways.items()][:_MENDINGS]]
    ways_read = parser.parse_many([way for _, way, _ in tries])
    return [
        (k, replace(one, like=said.like, short=said.short, strange=one.strange or k in strange))
        for (k, _, said), parsed in zip(tries, ways_read, strict=True)
        for one in ask.wishes(parsed)
    ]


def _fuller(read: Parsed, plain: str, speller: Speller) -> list[tuple[str, Wish]]:
    """A text with each name whole that it may begin: 南苑7幢 as 南苑小区7幢; of several, none is sure."""
    out = []
    for one, after in zip_longest(read.parts, read.parts[1:]):
        if one.label not in _SHORT and (after is None or after.label != "houseno"):
            continue
        whole = speller.fuller(one.normal)
        for word in whole:
            # 康乐小区 is not 康乐花园, even where that is the only one
            short = len(whole) + (not word.startswith(one.normal))
            out.append((plain[: one.start] + word + plain[one.end :], Wish(like=word, short=short)))
    return out


def _beheads(start: int, end: int, roads: Sequence[tuple[int, int]]) -> bool:
    """Whether a window is a road without its first character or two: 京东路 of 北京东路 is no 广东路 with a slip."""
    return any(end == last and 0 < start - first <= _HEAD for first, last in roads)


def _sorted(found: Candidates, text: Ints) -> Candidates:
    """Surest first within a text; a place that is found in two ways counts once."""
    order = np.lexsort((found.row, found.accuracy, found.level, -found.confidence, text[found.of]))
    found = found.take(order)
    pair = np.stack([text[found.of], found.row, found.level.astype(np.int64)])
    _, first = np.unique(pair, axis=1, return_index=True)
    return found.take(np.sort(first))
