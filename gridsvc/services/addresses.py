"""Addresses without a database: the parser of this installation, texts parsed, pairs compared."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from gridsvc import paths
from gridsvc.domain import matching
from gridsvc.domain.address import parser as parsing
from gridsvc.errors import InputError, SetupError
from gridsvc.io import tabular

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from gridsvc.domain.address.parser import Parsed, Parser

_AT_ONCE: Final = 5_000  # lines that are worked on together


class Pair(NamedTuple):
    """How far two addresses are the same: ``level`` is none, partial or exact."""

    score: float
    level: str


@lru_cache(maxsize=4)
def parser(home: str = "") -> Parser:
    """The parser; ``home`` is the code of the installation's area (2 to 12 digits), or nothing.

    Raises:
        InputError: ``address.home``.
        SetupError: ``address.no_gazetteer``.
    """
    if home and not (home.isdigit() and len(home) in (2, 4, 6, 9, 12)):
        raise InputError("address.home", value=home)
    folder = paths.data("gazetteer")
    if not (folder / "deepest").is_file():
        raise SetupError("address.no_gazetteer", folder=folder)
    return parsing.load(folder, paths.data("address_model.npz"), home)


def lines(file: Path) -> Iterator[str]:
    """The lines of a text file in UTF-8 or GB18030, without their ends.

    Raises:
        InputError: ``file.missing``, ``csv.encoding``.
    """
    if not file.is_file():
        raise InputError("file.missing", file=str(file))
    with file.open(encoding=tabular.encoding_of(file)) as read:
        yield from (line.rstrip("\r\n") for line in read)


def parse(texts: Iterable[str], home: str = "") -> Iterator[Parsed]:
    """Texts parsed, in their order."""
    return parser(home).parse_many(texts)


def compare(pairs: Sequence[tuple[str, str]]) -> Iterator[Pair]:
    """Pairs of addresses compared, in their order; a text that comes again is read once."""
    reads = parser()
    for low in range(0, len(pairs), _AT_ONCE):
        some = pairs[low : low + _AT_ONCE]
        rows: dict[str, int] = {}
        at = np.array([[rows.setdefault(text, len(rows)) for text in pair] for pair in some], dtype=np.int64)
        prepared = matching.prepare(list(reads.parse_many(rows)), reads.network.rarity)
        done = matching.compare(prepared, prepared, at[:, 0], at[:, 1])
        for score, level in zip(done.score.tolist(), done.level.tolist(), strict=True):
            yield Pair(score, matching.LEVELS[level])
