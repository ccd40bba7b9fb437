"""Names that this installation knows: its roads, estates and places. Where one stands in a text, it is a part."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from gridsvc.domain.address.fold import fold
from gridsvc.domain.address.labels import CODE_OF, LABELS
from gridsvc.domain.address.lexicon import Lexicon, hashes

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from gridsvc.domain.address.features import Seen

_SURE: Final = np.float32(9.0)  # what a known name weighs against the network
_LONGEST: Final = 60
_GOES_ON: Final = 10
#: 外滩 in 外滩金融中心 is no place of its own; in 外滩18号 and 一中南门 it is
_LONGER: Final = re.compile(
    r"[大小]?[路街巷弄道](?!口)|[^\d\s,.()#-]{0,6}?(?:大厦|大楼|中心|广场|公司|酒店|宾馆|饭店|银行|医院|学校|公寓|花园|家园|小区|新村|商场|市场)"
)
#: what is called after a road
_CALLED: Final = re.compile(
    r"[^\d\s,.()#-]{0,6}?(?:小学|中学|学校|幼儿园|医院|市场|菜场|大厦|大楼|广场|派出所|社区|小区|公园|站|桥|店|银行|支行|"
    r"公司|中心|公寓|新村|花园|家园|厕所|居委会|街道|宾馆|超市|食堂|卫生|地铁|隧道|高架|[路街巷弄里村])"
    r"|(?!NO[. ])[A-Z]"
)
_HEAD: Final = 2  # characters by which most places in a text are ruled out
# After a road there is its number, another road or the end; before anything else the road is part of a longer name.
_AFTER_ROAD: Final = frozenset(
    map(
        ord, "到起止从由自以往向上0123456789 -,.()#与和近至及口交附旁对甲乙丙丁第一二三四五六七八九十东西南北路段之间"
    )
)
_OTHER: Final = np.array([ord("新"), ord("老")], np.uint32)
_ENDS: Final = np.array([ord(char) for char in "市区县镇乡道村号,，。 "], np.uint32)  # what a road may begin after
_FOLLOWS: Final = np.zeros(0x10000, bool)
_FOLLOWS[list(_AFTER_ROAD)] = True


@dataclass(frozen=True)
class Own:
    """Known names as tables: whole names with their label, and their first characters."""

    names: Lexicon
    labels: NDArray[np.int8]
    heads: Lexicon
    lengths: NDArray[np.int64]

    @classmethod
    def of(cls, named: Iterable[tuple[str, str]]) -> Own:
        """``(name, label)`` pairs; of a name with two labels the first counts."""
        labels: dict[str, int] = {}
        for name, label in named:
            plain = fold(name).strip()
            if _HEAD <= len(plain) <= _LONGEST:
                labels.setdefault(plain, CODE_OF[label])
        roads = {word for word, label in labels.items() if label == CODE_OF["road"]}
        # a stop that is called after two roads is their crossing: the roads are read, not the stop
        labels = {word: label for word, label in labels.items() if word in roads or not _two(word, roads)}
        words = list(labels)
        heads = sorted({word[:_HEAD] for word in words})
        return cls(
            Lexicon.of(hashes(words)),
            np.fromiter(labels.values(), dtype=np.int8, count=len(labels)),
            Lexicon.of(hashes(heads)),
            np.unique([len(word) for word in words]).astype(np.int64) if words else np.empty(0, np.int64),
        )

    def find(self, seen: Seen) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int8]]:
        """Start, end and label of the known names in the texts; of those that overlap the longest."""
        chars, begins, rolling = seen.chars, seen.begins, seen.rolling
        ends_of = np.repeat(begins[1:], np.diff(begins))
        starts = np.flatnonzero(np.arange(len(chars)) + _HEAD <= ends_of)
        starts = starts[self.heads.find(rolling.spans(starts, starts + _HEAD)) >= 0]
        if not len(starts) or not len(self.lengths):
            return np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0, np.int8)
        start = np.repeat(starts, len(self.lengths))
        end = start + np.tile(self.lengths, len(starts))
        fits = end <= np.repeat(ends_of[starts], len(self.lengths))
        start, end = start[fits], end[fits]
        word = self.names.find(rolling.spans(start, end))
        hit = word >= 0
        start, end, word = start[hit], end[hit], word[hit]
        label = self.labels[word]
        keep = self._alone(seen, start, end, label)
        road = label == CODE_OF["road"]
        stops = np.minimum(end + _GOES_ON, begins[np.searchsorted(begins, start, "right")])
        # 铁匠路买的房子 is a house in that road; 宝塔路小学 is a school
        for which, longer in ((keep & (end - start <= _HEAD) & ~road, _LONGER), (~keep & road, _CALLED)):
            for k in np.flatnonzero(which).tolist():
                keep[k] = not longer.match("".join(map(chr, chars[end[k] : stops[k]].tolist())))
        if road.any():
            keep &= ~(road & self._other(seen, start))
        return _apart(start[keep], end[keep], label[keep])

    @staticmethod
    def _other(seen: Seen, start: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Whether 新 or 老 stands before a road, and nothing that it may belong to: 新铁匠路 is not 铁匠路."""
        edge = np.zeros(len(seen.chars) + 1, bool)
        edge[seen.begins] = True
        one, two = np.maximum(start - 1, 0), np.maximum(start - 2, 0)
        before = edge[one] | np.isin(seen.chars[two], _ENDS)
        return np.asarray(~edge[start] & np.isin(seen.chars[one], _OTHER) & before)

    @staticmethod
    def _alone(
        seen: Seen, start: NDArray[np.int64], end: NDArray[np.int64], label: NDArray[np.int8]
    ) -> NDArray[np.bool_]:
        """Whether a road is followed by what follows a road, and a Latin name by no letter."""
        after = np.where(end < len(seen.chars), seen.chars[np.minimum(end, len(seen.chars) - 1)], 32)
        edge, road = np.zeros((2, len(seen.chars) + 1), bool)
        edge[seen.begins], road[start[label == CODE_OF["road"]]] = True, True
        last = edge[end]
        # or another road begins there
        follows = last | _FOLLOWS[np.minimum(after, len(_FOLLOWS) - 1)] | road[end]
        letter = (after >= 0x41) & (after <= 0x5A) & ~last
        inside = (seen.chars[end - 1] >= 0x41) & (seen.chars[end - 1] <= 0x5A)
        return np.asarray(((label != CODE_OF["road"]) | follows) & ~(letter & inside))

    def weigh(self, seen: Seen, scores: NDArray[np.float32]) -> None:
        """Raise the scores of the tags that make each known name a part, in place."""
        kinds = len(LABELS)
        for start, end, label in zip(*(column.tolist() for column in self.find(seen)), strict=True):
            scores[start, label] += _SURE
            scores[start + 1 : end, kinds + label] += _SURE
            scores[start + 1 : end, :kinds] -= _SURE
            if end < len(scores):
                scores[end, kinds + label] -= _SURE / 2


def _two(word: str, roads: set[str]) -> bool:
    return any(word[:k] in roads and word[k:] in roads for k in range(2, len(word) - 1))


def _apart(
    start: NDArray[np.int64], end: NDArray[np.int64], label: NDArray[np.int8]
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int8]]:
    """Spans that do not overlap, long ones first."""
    taken: set[int] = set()
    kept = []
    for k in np.lexsort((start, start - end)).tolist():
        span = range(int(start[k]), int(end[k]))
        if taken.isdisjoint((span.start, span.stop - 1)):
            taken.update(span)
            kept.append(k)
    return start[kept], end[kept], label[kept]
