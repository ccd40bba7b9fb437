"""Counts of people on the hierarchy cell → community → street → county, exact or as they may be published."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from gridsvc.domain import codes, privacy

if TYPE_CHECKING:
    from numpy.typing import NDArray

LEVELS = (6, 9, 12, 0)  # digits of the areas from above, 0: cells
PEOPLE, HOMES = "people", "homes"


def at_level(keys: NDArray[np.int64], level: int) -> NDArray[np.int64]:
    """The key of the area of ``level`` digits that each key lies in; cells (0) stay as they are."""
    return keys if level == 0 else codes.ancestors(keys, level) << codes.SEQ_BITS


def rolled_up(found: pd.DataFrame, level: int) -> pd.DataFrame:
    """Counts (cell_key, category, total, done) by the areas of a level: key, category, total, done."""
    key = at_level(found["cell_key"].to_numpy(dtype=np.int64), level)
    return found.assign(key=key).groupby(["key", "category"], as_index=False)[["total", "done"]].sum()


def published(found: pd.DataFrame, cells: NDArray[np.int64]) -> pd.DataFrame:
    """Every level as it may be told: level, key, category, total, done; what is withheld is missing.

    ``found``: exact counts (cell_key, category, total, done). ``cells``: all cells there are, so that one where
    nobody lives is told as zero.
    """
    several = sorted({PEOPLE, *found["category"]})
    out = [_one(found[found["category"] == c], cells, c) for c in several]
    return pd.concat(out, ignore_index=True)


def _one(found: pd.DataFrame, cells: NDArray[np.int64], category: str) -> pd.DataFrame:
    every = cells if category == PEOPLE else np.zeros(0, dtype=np.int64)
    leaf = np.unique(np.concatenate([found["cell_key"].to_numpy(dtype=np.int64), every]))
    nodes = [np.unique(at_level(leaf, level)) for level in LEVELS]
    start = np.cumsum([0, *(len(n) for n in nodes)])
    level = np.repeat(LEVELS, [len(n) for n in nodes])
    key = np.concatenate(nodes)
    parent = np.full(len(key), -1)
    for i in range(1, len(LEVELS)):
        above = np.searchsorted(nodes[i - 1], at_level(nodes[i], LEVELS[i - 1]))
        parent[start[i] : start[i + 1]] = start[i - 1] + above
    total, done = np.zeros(len(key), dtype=np.int64), np.zeros(len(key), dtype=np.int64)
    at = start[-2] + np.searchsorted(nodes[-1], found["cell_key"].to_numpy(dtype=np.int64))
    total[at], done[at] = found["total"], found["done"]
    for i in range(len(LEVELS) - 1, 0, -1):  # from below
        part = slice(start[i], start[i + 1])
        np.add.at(total, parent[part], total[part])
        np.add.at(done, parent[part], done[part])
    hide_total, hide_done = privacy.shares_withheld(total, done, parent)
    return pd.DataFrame({
        "level": level, "key": key, "category": category,
        "total": pd.Series(total).astype("Int64").mask(hide_total),
        "done": pd.Series(done).astype("Int64").mask(hide_done),
    })  # fmt: skip
