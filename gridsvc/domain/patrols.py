"""Minutes of patrol out of the points of devices (巡查轨迹): how long somebody was in which cell on which day.

The time between two points of one officer counts when it is no longer than the gap that is allowed; a device that was
off, or a telephone in a drawer between two readings, is no patrol. It belongs to the cells of both points, half to
each.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from gridsvc.domain import crs

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

GAP_MINUTES: Final = 10
#: Faster than this (km/h) somebody drives through; such steps do not count.
FASTEST_KMH: Final = 30.0


def minutes(points: pd.DataFrame, zone: ZoneInfo, gap: float = GAP_MINUTES) -> pd.DataFrame:
    """Minutes by officer, day and cell.

    Args:
        points: officer, at (UTC), lon, lat (degrees), cell_key (0: in no cell); in any order, the same point twice
            counts once.
        zone: where days are counted.
        gap: longest time in minutes between two points that counts.

    Returns:
        officer, day, cell_key, at (the first point there), minutes (whole ones, rounded), in that order; only cells
        with at least one minute.
    """
    found = points.sort_values(["officer", "at"], kind="stable").drop_duplicates(["officer", "at"])
    found = found.assign(day=found["at"].dt.tz_convert(zone).dt.date)
    following = found.shift(-1)
    same = (found["officer"] == following["officer"]).to_numpy(dtype=bool)
    seconds = (following["at"] - found["at"]).dt.total_seconds().to_numpy(dtype=float)
    with np.errstate(invalid="ignore", divide="ignore"):
        here = (f[c].to_numpy(dtype=float) for f in (found, following) for c in ("lon", "lat"))
        speed = crs.metres_apart(*here) / seconds * 3.6
        counts = same & (seconds <= gap * 60) & (speed <= FASTEST_KMH)
    half = np.where(counts, seconds / 120, 0.0)
    spent = pd.concat([found.assign(minutes=half), found.assign(minutes=np.concatenate([[0.0], half[:-1]]))])
    spent = spent[spent["cell_key"] > 0]
    out = spent.groupby(["officer", "day", "cell_key"], as_index=False).agg(
        at=("at", "min"), minutes=("minutes", "sum")
    )
    out["minutes"] = out["minutes"].round().astype(np.int64)
    return out.loc[out["minutes"] > 0, ["officer", "day", "cell_key", "at", "minutes"]].reset_index(drop=True)
