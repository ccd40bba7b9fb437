"""A level said twice: 浙江省杭州市浙江省杭州市西湖区, 温州温州市, 安徽省宿州市 before an address in 浙江省.

The fuller saying holds, the first where both are as full; of two different places the one that the rest follows.
What does not hold is redundant, name by name.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from gridsvc.domain.address.labels import CODE_OF

if TYPE_CHECKING:
    from collections.abc import Sequence

REDUNDANT: Final = CODE_OF["redundant"]
#: labels of the levels that are said twice, as numbers, from the top
_UPPER: Final = tuple(CODE_OF[label] for label in ("prov", "city", "district", "town"))
_HEAD: Final = frozenset((*_UPPER, REDUNDANT, CODE_OF["country"], CODE_OF["devzone"]))


def levels_of(flags: int) -> tuple[int, ...]:
    """Levels (0 province … 3 town) that a form of the gazetteer may name; a bare name of a town is none."""
    return tuple(level for level in range(4) if flags >> (2 * level) & (3 if level < 3 else 1))


def settle(labels: Sequence[int], texts: Sequence[str], flags: Sequence[int]) -> list[int]:
    """Labels in which no level stands twice.

    ``labels`` by number and ``texts`` of the parts in order; ``flags`` the gazetteer's for each, 0 for no name.
    """
    head = next((k for k, label in enumerate(labels) if label not in _HEAD), len(labels))
    said = _said(labels[:head], flags)
    runs = _runs(said)
    if len(runs) < 2:
        return list(labels)
    settled, which = list(labels), _holds(runs, texts)
    if which is None:
        return settled
    holding = runs[which]
    taken = {level for level, _ in holding}
    for level, k in holding:
        settled[k] = _UPPER[level]
    for run in runs:
        for level, k in run:
            if run is holding:
                continue
            settled[k] = REDUNDANT if level in taken else _UPPER[level]
            taken.add(level)
    return settled


def _said(labels: Sequence[int], flags: Sequence[int]) -> list[tuple[int, int]]:
    """``(level, part)`` of every part that names a level; a name thought redundant counts by what it may be."""
    said: list[tuple[int, int]] = []
    for k, label in enumerate(labels):
        if label in _UPPER:
            said.append((_UPPER.index(label), k))
        elif label == REDUNDANT and (levels := levels_of(flags[k])):
            last = said[-1][0] if said else -1
            said.append((next((level for level in levels if level > last), levels[0]), k))
    return said


def _runs(said: Sequence[tuple[int, int]]) -> list[list[tuple[int, int]]]:
    """Runs in which the levels go down; more than one only where a level is said twice."""
    runs: list[list[tuple[int, int]]] = []
    for level, k in said:
        if runs and runs[-1][-1][0] < level:
            runs[-1].append((level, k))
        else:
            runs.append([(level, k)])
    levels = [level for level, _ in said]
    return runs if len(set(levels)) < len(levels) else runs[:1]


def _holds(runs: Sequence[Sequence[tuple[int, int]]], texts: Sequence[str]) -> int | None:
    """Which run holds; none where two names of one level are two things (义乌市 and 北苑区 in it)."""
    levels = [dict(run) for run in runs]
    last = levels[-1]
    for run in levels[:-1]:
        if any(texts[run[level]][:2] != texts[last[level]][:2] for level in run.keys() & last.keys()):
            # another place altogether only where it is said from as high a level
            return len(runs) - 1 if min(last) <= min(run) else None
    lengths = [sum(len(texts[k]) for k in run.values()) for run in levels]
    return lengths.index(max(lengths))
