"""Addresses without a database: the parser of this installation, texts parsed, pairs compared."""

from __future__ import annotations

from concurrent.futures import ProcessPoolExecutor
from functools import lru_cache
from multiprocessing import get_context
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from gridsvc import paths
from gridsvc.domain import matching
from gridsvc.domain.address import parser as parsing
from gridsvc.domain.codes import LEVELS
from gridsvc.errors import InputError, SetupError
from gridsvc.io import tabular

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from gridsvc.domain.address.parser import Parsed, Parser

_AT_ONCE: Final = 1_500  # pairs that are worked on together


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
    if home and not (home.isdigit() and len(home) in LEVELS):
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


def compare(pairs: Sequence[tuple[str, str]], workers: int = 1) -> Iterator[Pair]:
    """Pairs of addresses compared, in their order; with ``workers`` processes where there are many."""
    size = max(1, min(_AT_ONCE, -(-len(pairs) // (4 * workers))))
    some = [pairs[low : low + size] for low in range(0, len(pairs), size)]
    parser()
    if workers < 2 or len(pairs) < _AT_ONCE:
        for part in some:
            yield from _compared(part)
        return
    # forked, so that gazetteer and model are there already; called from the command line only
    with ProcessPoolExecutor(workers, mp_context=get_context("fork")) as pool:
        for done in pool.map(_compared, some):
            yield from done


def _compared(pairs: Sequence[tuple[str, str]]) -> list[Pair]:
    reads = parser()
    rows: dict[str, int] = {}  # a text that comes again is read once
    at = np.array([[rows.setdefault(text, len(rows)) for text in pair] for pair in pairs], dtype=np.int64)
    prepared = matching.prepare(list(reads.parse_many(rows)), reads.network.rarity)
    done = matching.compare(prepared, prepared, at[:, 0], at[:, 1])
    levels = (matching.LEVELS[level] for level in done.level.tolist())
    return [Pair(score, level) for score, level in zip(done.score.tolist(), levels, strict=True)]
