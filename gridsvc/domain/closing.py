"""按期办结率: of the events that had to be closed by now, how many were closed in time.

Of the events received in a period, each one is exactly one of: void (withdrawn or rejected), without limit, closed
in time, closed late, open in time, overdue. The rate is closed in time / (closed in time + closed late + overdue): an
open event whose limit has not passed says nothing yet. A rate without a denominator is missing, never 0 or 100 %.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from gridsvc.domain import codes

if TYPE_CHECKING:
    from collections.abc import Sequence

MEASURES = ("received", "closed_in_time", "closed_late", "open_in_time", "overdue", "no_limit", "void")
LEVELS = {"cell": 0, "community": 12, "town": 9, "county": 6}


def classify(due: pd.Series, closed: pd.Series, void: pd.Series, now: pd.Timestamp) -> pd.Series:
    """The one state of each event at ``now``; instants in UTC, missing ones NaT."""
    late = closed.isna() & (due < now)
    state = np.select(
        [void, due.isna(), closed.notna() & (closed <= due), closed.notna(), late],
        ["void", "no_limit", "closed_in_time", "closed_late", "overdue"],
        default="open_in_time",
    )
    return pd.Series(state, index=due.index)


def roll_up(counts: pd.DataFrame, by: Sequence[str]) -> pd.DataFrame:
    """Sum ``counts`` (columns cell_key, class_id and the measures) and give each row its rate.

    ``by`` names columns of the result: any of cell, community, town, county, class. The sums of every level are the
    sums of the level below; nothing is rounded before it is added.
    """
    frame = counts[list(MEASURES)].copy()
    groups = []
    for name in by:
        if name == "class":
            frame["class_id"] = counts["class_id"].to_numpy()
            groups.append("class_id")
        elif name == "cell":
            frame["cell_key"] = counts["cell_key"].to_numpy(dtype=np.int64)
            groups.append("cell_key")
        else:
            frame[name] = codes.ancestors(counts["cell_key"].to_numpy(dtype=np.int64), LEVELS[name])
            groups.append(name)
    if groups:
        total = frame.groupby(groups, as_index=False, sort=True)[list(MEASURES)].sum()
    else:
        total = frame.sum().to_frame().T
    return with_rate(total.astype(dict.fromkeys(MEASURES, np.int64)))


def with_rate(frame: pd.DataFrame) -> pd.DataFrame:
    """The frame with ``answerable`` (the denominator) and ``rate`` (0–1, NaN without a denominator)."""
    base = frame["closed_in_time"] + frame["closed_late"] + frame["overdue"]
    out = frame.copy()
    out["answerable"] = base
    out["rate"] = np.where(base > 0, frame["closed_in_time"] / base.where(base > 0, 1), np.nan)
    return out
