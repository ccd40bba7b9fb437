"""Obligations (任务): what their status says, and the measures that are made of them (docs/coverage.md)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

#: What an obligation can be, the first that holds (worked out by sql/functions/app_task_status.sql).
STATUS: Final = ("done", "late", "excused", "not_found", "refused", "nobody", "due", "overdue")
#: Outcomes of visits (code list visit_outcome) that count, and those that are a status of their own.
FULFIL: Final = ("met", "phone", "done")
NOT_FOUND: Final = ("moved", "vacant", "wrong")
REFUSED: Final = ("refused",)
#: Kinds of post (code list post_kind) that are in charge of a cell, and of an area, the first before the others.
OF_CELL: Final = ("03", "04", "02", "01")
OF_AREA: Final = ("02", "01", "03", "04")
#: What the visits come to: those that count, attempts that do not, and of those that count the ones far from their
#: target and the ones entered late.
VISITS: Final = ("visits", "attempts", "unconfirmed", "backdated")
SLOW_DAYS: Final = 3  # an entry that comes more days after its visit is marked
_PACE_DAYS: Final = 7
_ALL: Final = np.zeros(1, dtype=np.int64)  # the one key of the sum of all
_COUNTS: Final = (*STATUS, "recent", *VISITS, "targets", "covered")


def measures(counts: pd.DataFrame, keys: NDArray[np.int64] | None = None) -> pd.DataFrame:
    """Sums and rates of counted obligations, one row for each of ``keys`` (one a row of ``counts``) in their order;
    without them one row for all.

    ``counts`` has one column for each of :data:`STATUS`, ``recent`` (fulfilled in the last seven days),
    :data:`VISITS`, ``targets``, ``covered`` and ``asked`` (rate asked · total, summed over the rules). Rates are
    0–1, missing where there is nothing to divide by.
    """
    found, sums = _sums(counts, keys, (*_COUNTS, "asked"))
    out: dict[str, Any] = {"key": found, **{name: sums[name].astype(np.int64) for name in _COUNTS}}
    fulfilled, total = sums["done"] + sums["late"], _total(sums)
    out["total"] = total.astype(np.int64)
    out["found"] = (total - sums["not_found"] - sums["nobody"]).astype(np.int64)
    for name, upper, lower in (("rate", fulfilled, total), ("on_time", sums["done"], total),
                               ("success", fulfilled, out["found"])):  # fmt: skip
        out[name] = _ratio(upper, lower)
    # a rate such as 0.8 has no exact binary form: 0.8 · 5 must not ask for 5
    out["remaining"] = np.maximum(0, np.ceil(sums["asked"] - fulfilled - 1e-6)).astype(np.int64)
    out["asked_rate"] = _ratio(sums["asked"], total)
    out["pace"] = sums["recent"] / _PACE_DAYS
    days = np.where(out["remaining"] > 0, np.ceil(_ratio(out["remaining"], out["pace"])), 0)
    # not pd.array(…, "Int64"): it would take a second look at every value
    out["days"] = pd.arrays.IntegerArray(np.nan_to_num(days).astype(np.int64), np.isnan(days))
    return pd.DataFrame(out)


def fulfilled(counts: pd.DataFrame) -> pd.DataFrame:
    """Of counts how much is fulfilled of how much: ``key``, ``fulfilled``, ``total``."""
    total = counts[[s for s in STATUS if s != "excused"]].sum(axis=1)
    return pd.DataFrame({"key": counts["key"], "fulfilled": counts["done"] + counts["late"], "total": total})


def rates(found: pd.DataFrame, keys: NDArray[np.int64] | None = None) -> pd.Series:
    """The rate alone (``fulfilled`` of ``total``), by key; without ``keys`` that of all."""
    own, sums = _sums(found, keys, ("fulfilled", "total"))
    return pd.Series(_ratio(sums["fulfilled"], sums["total"]), index=own)


def _sums(
    counts: pd.DataFrame, keys: NDArray[np.int64] | None, columns: Sequence[str]
) -> tuple[NDArray[np.int64], dict[str, NDArray[np.float64]]]:  # fmt: skip
    """Sums by key, in the order of the keys; counts are whole numbers far below 2^53."""
    if keys is None:
        found, place = _ALL, np.zeros(len(counts), dtype=np.intp)
    else:
        found, place = np.unique(keys, return_inverse=True)
    sums = {
        name: np.bincount(place, counts[name].to_numpy(dtype=float), len(found)).astype(float) for name in columns
    }
    return found, sums


def _total(sums: dict[str, NDArray[np.float64]]) -> NDArray[np.float64]:
    return np.sum([sums[s] for s in STATUS if s != "excused"], axis=0)


def _ratio(upper: NDArray[Any], lower: NDArray[Any]) -> NDArray[np.float64]:
    out = np.full(len(upper), np.nan)
    np.divide(upper, lower, out=out, where=lower > 0)
    return out
