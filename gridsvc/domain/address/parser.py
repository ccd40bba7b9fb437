"""Chinese addresses into their parts: gazetteer and names of the installation, a small network, rules of form.

Method: docs/addresses.md. A parser is made once (it maps the gazetteer and reads the model) and used for many texts.
"""

from __future__ import annotations

import gc
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from gridsvc.domain.address import marks, surfaces
from gridsvc.domain.address.features import see
from gridsvc.domain.address.fold import fold
from gridsvc.domain.address.gazetteer import Gazetteer
from gridsvc.domain.address.labels import ADMIN, ASIDE, LABELS, UPPER
from gridsvc.domain.address.network import Network
from gridsvc.domain.address.numerals import canonical, label_of_form
from gridsvc.domain.address.repeats import REDUNDANT, settle
from gridsvc.domain.address.resolve import Resolver

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from gridsvc.domain.address.features import Found, Seen
    from gridsvc.domain.address.own import Own

LONGEST: Final = 400  # characters of one address; what is beyond is not read
_AT_ONCE: Final = 5_000  # addresses that are worked on together
_CITY: Final = 0b1100  # flags of names of cities, whole or bare
_NEVER: Final = np.float32(-1e4)
_PLACED: Final = frozenset((*ADMIN, "devzone"))
_WORDS: Final = frozenset((*ADMIN, "devzone", "road", "subroad", "poi", "subpoi", "person", "assist", "otherinfo"))
_UNSAID: Final = frozenset((*ASIDE, "country"))


class Part(NamedTuple):
    """One part of an address: ``start`` and ``end`` count characters of the text, ``normal`` is its one form."""

    label: str
    text: str
    start: int
    end: int
    normal: str


class Parsed(NamedTuple):
    """An address read: its parts in order, its standard form, the codes of its places.

    ``codes`` holds a code for each level that is certain, whether the text names it or it follows from the others.
    ``strange``: a province, city or county of the registry is named that does not go with them.
    """

    text: str
    normal: str
    parts: tuple[Part, ...]
    codes: dict[str, str]
    strange: bool = False

    def first(self, label: str) -> str:
        """The one form of the first part with a label; empty where there is none."""
        return next((part.normal for part in self.parts if part.label == label), "")

    def as_json(self) -> dict[str, object]:
        """``text``, ``normal``, ``parts`` (label, text, start, end) and ``codes``."""
        parts = [dict(zip(("label", "text", "start", "end"), part, strict=False)) for part in self.parts]
        return {"text": self.text, "normal": self.normal, "parts": parts, "codes": self.codes}


@dataclass
class Parser:
    """Reads addresses; ``home`` is the code of the installation's own area, ``own`` the names that it knows."""

    gazetteer: Gazetteer
    network: Network
    home: str = ""
    own: Own | None = None
    resolver: Resolver = field(init=False)

    def __post_init__(self) -> None:
        self.resolver = Resolver(self.gazetteer, self.home)

    def parse(self, text: str) -> Parsed:
        """One address."""
        return next(self.parse_many([text]))

    def parse_many(self, texts: Iterable[str]) -> Iterator[Parsed]:
        """Many addresses, in their order; 10,000 a second on one core."""
        waiting: list[str] = []
        for text in texts:
            waiting.append(text)
            if len(waiting) == _AT_ONCE:
                yield from self._batch(waiting)
                waiting = []
        yield from self._batch(waiting)

    def _batch(self, texts: Sequence[str]) -> list[Parsed]:
        # tuples of strings make no cycles: looking for some in a growing heap takes a seventh of the time
        collecting = gc.isenabled()
        gc.disable()
        try:
            return list(self._read(texts))
        finally:
            if collecting:
                gc.enable()

    def _read(self, texts: Sequence[str]) -> Iterator[Parsed]:
        if not texts:
            return
        folded = [fold(text[:LONGEST]) for text in texts]
        seen = see(folded, self.gazetteer)
        scores = self.network.scores(seen)
        scores[_within_word(seen), : len(LABELS)] = _NEVER
        if self.own is not None:
            self.own.weigh(seen, scores)
        flags_of = np.asarray(self.gazetteer.flags)
        marks.weigh(seen, folded, flags_of[seen.found.form] & _CITY > 0, scores)
        tags = self.network.decode(scores, seen.begins)
        starts, labels = _parts(tags, seen.begins)
        ends = np.append(starts[1:], len(seen.chars))
        forms = _forms(seen.found, starts, ends)
        flags = np.where(forms >= 0, flags_of[forms], 0)
        edges = np.searchsorted(starts, seen.begins).tolist()
        first = np.repeat(seen.begins[:-1], np.diff(edges))
        columns = [column.tolist() for column in (starts - first, ends - first, labels, forms, flags)]
        for k, text in enumerate(texts):
            low, high = edges[k], edges[k + 1]
            yield self._one(text, folded[k], *(column[low:high] for column in columns))

    def _one(
        self,
        text: str,
        plain: str,
        starts: list[int],
        ends: list[int],
        labels: list[int],
        forms: list[int],
        flags: list[int],
    ) -> Parsed:
        words = [plain[start:end] for start, end in zip(starts, ends, strict=True)]
        if len(set(labels)) < len(labels) or REDUNDANT in labels:
            labels = settle(labels, words, flags)
        names = [LABELS[label] for label in labels]
        for k, word in enumerate(words):
            # a number with its word is no name, whatever stands round it
            if names[k] in _WORDS and word[0].isdigit() and (form := label_of_form(word)):
                names[k] = form
        placed = [k for k, name in enumerate(names) if name in _PLACED]
        code, fits = self.resolver.chain(tuple((names[k], forms[k]) for k in placed))
        strange = any(
            names[k] in UPPER and self.resolver.knows(names[k], forms[k]) and not (fit and code)
            for k, (fit, _) in zip(placed, fits, strict=True)
        )
        said = set()  # what the names of the registry say already
        for k, (fit, covered) in zip(placed, fits, strict=True):
            if fit and names[k] != "devzone":  # a place is called what its code says it is
                names[k] = fit
            if covered:
                said.add(k)
        places = self.resolver.names(code) if code else ()
        forms_of = list(map(canonical, names, words))
        out = [_standard(label, name) for label, _, name in places]
        out += [form for k, form in enumerate(forms_of) if k not in said and names[k] not in _UNSAID]
        shown = [text[start:end] for start, end in zip(starts, ends, strict=True)]
        parts = tuple(map(Part._make, zip(names, shown, starts, ends, forms_of, strict=True)))
        return Parsed(text, "".join(dict.fromkeys(out)), parts, {label: part for label, part, _ in places}, strange)


def _within_word(seen: Seen) -> NDArray[np.int64]:
    """Characters before which no part begins: digits after a digit, letters after a letter."""
    digit = (seen.chars >= 0x30) & (seen.chars <= 0x39)
    letter = (seen.chars >= 0x41) & (seen.chars <= 0x5A)
    inside = np.zeros(len(digit), bool)
    inside[1:] = (digit[1:] & digit[:-1]) | (letter[1:] & letter[:-1])
    # RoadNo. 8 is Road and No. 8
    number = (seen.chars[:-2] == ord("N")) & (seen.chars[1:-1] == ord("O")) & ~letter[2:]
    inside[:-2][number] = False
    inside[seen.begins[:-1][np.diff(seen.begins) > 0]] = False
    return np.flatnonzero(inside)


def _forms(found: Found, starts: NDArray[np.int64], ends: NDArray[np.int64]) -> NDArray[np.int32]:
    """The gazetteer's form of each part, −1 where a part is no name."""
    have = found.start * 16 + (found.end - found.start)
    order = np.argsort(have)
    wanted = np.where(ends - starts < 16, starts * 16 + (ends - starts), -1)
    if not len(have):
        return np.full(len(starts), -1, np.int32)
    at = np.minimum(np.searchsorted(have, wanted, sorter=order), len(have) - 1)
    return np.where(have[order[at]] == wanted, found.form[order[at]], np.int32(-1))


@lru_cache(maxsize=100_000)
def _standard(label: str, name: str) -> str:
    """A registry's name as an address has it: 宝塔社区, not 宝塔社区居委会; no 市辖区."""
    if name in surfaces.NOT_A_NAME:
        return ""
    if label == "community":
        forms = surfaces.community(name)
        return forms[1] if len(forms) > 1 else name
    return name


def _parts(tags: NDArray[np.int8], begins: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int8]]:
    """Where each part starts in the row of all characters, and its label."""
    fresh = tags < len(LABELS)
    fresh[begins[:-1][np.diff(begins) > 0]] = True
    starts = np.flatnonzero(fresh)
    return starts, (tags[starts] % len(LABELS)).astype(np.int8)


def load(folder: Path, model: Path, home: str = "") -> Parser:
    """The parser of an installation: gazetteer folder, model file, code of its own area."""
    return Parser(Gazetteer.load(folder), Network.load(model), home)
