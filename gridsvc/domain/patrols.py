"""Minutes of patrol out of the points of devices (巡查轨迹) and of check-ins (签到): how long somebody was in which
cell on which day.

The time between two points of one officer counts when it is no longer than the gap that is allowed; a device that was
off, or a telephone in a drawer between two readings, is no patrol. Between a start and a stop it counts however long
there was no check-in. It belongs to the cells of both points, half to each.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from gridsvc.domain import crs

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from numpy.typing import NDArray

GAP_MINUTES: Final = 10
#: Points with a printed code are further apart than the readings of a device.
CHECKIN_GAP_MINUTES: Final = 30
#: A walk whose stop comes later than this after its start was forgotten: only its check-ins count.
LONGEST_WALK: Final = pd.Timedelta(hours=4)
#: Faster than this (km/h) somebody drives through; such steps do not count.
FASTEST_KMH: Final = 30.0


def minutes(points: pd.DataFrame, zone: ZoneInfo, gap: float = GAP_MINUTES) -> pd.DataFrame:
    """Minutes by officer, day and cell.

    Args:
        points: officer, at (UTC), lon, lat (degrees; NaN where a check-in has no place), cell_key (0: in no cell)
            and, of check-ins, kind (start, point, stop); in any order, the same point twice counts once.
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
        counts = same & ((seconds <= gap * 60) | _walked(found)) & ~(speed > FASTEST_KMH)
    half = np.where(counts, seconds / 120, 0.0)
    spent = pd.concat([found.assign(minutes=half), found.assign(minutes=np.concatenate([[0.0], half[:-1]]))])
    spent = spent[spent["cell_key"] > 0]
    out = spent.groupby(["officer", "day", "cell_key"], as_index=False).agg(
        at=("at", "min"), minutes=("minutes", "sum")
    )
    out["minutes"] = out["minutes"].round().astype(np.int64)
    return out.loc[out["minutes"] > 0, ["officer", "day", "cell_key", "at", "minutes"]].reset_index(drop=True)


def _walked(found: pd.DataFrame) -> NDArray[np.bool_]:
    """After which check-ins a walk goes on: from a start to the first stop behind it on the same day."""
    if "kind" not in found:
        return np.zeros(len(found), dtype=bool)
    starts = (found["kind"] == "start").to_numpy(dtype=bool)
    walk = [found["officer"], found["day"], pd.Series(starts.cumsum(), index=found.index)]
    begun, stop = (found["at"].where(found["kind"] == k).groupby(walk).transform("min") for k in ("start", "stop"))
    goes_on: NDArray[np.bool_] = ((found["at"] < stop) & (stop - begun <= LONGEST_WALK)).to_numpy(dtype=bool)
    return goes_on
