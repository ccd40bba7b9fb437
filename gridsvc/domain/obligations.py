"""Obligations (任务): what their status says, and the measures that are made of them (docs/coverage.md)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from collections.abc import Sequence

#: What an obligation can be, the first that holds (worked out by sql/functions/app_task_status.sql).
STATUS: Final = ("done", "late", "excused", "not_found", "refused", "nobody", "due", "overdue")
#: Kinds of post (code list post_kind) that are in charge of a cell, and of an area, the first before the others.
OF_CELL: Final = ("03", "04", "02", "01")
OF_AREA: Final = ("02", "01", "03", "04")
#: What the visits come to: those that count, attempts that do not, and of those that count the ones far from their
#: target and the ones entered late.
VISITS: Final = ("visits", "attempts", "unconfirmed", "backdated")
SLOW_DAYS: Final = 3  # an entry that comes more days after its visit is marked
_PACE_DAYS: Final = 7
_ALL: Final = np.zeros(1, dtype=np.int64)  # the one key of the sum of all
COUNTS: Final = (*STATUS, "recent", *VISITS, "targets", "covered")

Columns = Mapping[str, NDArray[Any]]


def measures(counts: Columns, keys: NDArray[np.int64] | None = None) -> dict[str, NDArray[Any]]:
    """Sums and rates of counted obligations by ``keys`` (one a row of ``counts``), in their order; without them one
    row for all.

    ``counts`` has one column for each of :data:`STATUS`, ``recent`` (fulfilled in the last seven days),
    :data:`VISITS`, ``targets``, ``covered`` and ``asked`` (rate asked · total, summed over the rules). Rates are
    0–1; NaN where there is nothing to divide by, or no ``days`` after which the target is reached.
    """
    found, sums = _sums(counts, keys, (*COUNTS, "asked"))
    out: dict[str, Any] = {"key": found, **{name: sums[name].astype(np.int64) for name in COUNTS}}
    done, total = sums["done"] + sums["late"], _total(sums)
    out["total"] = total.astype(np.int64)
    out["found"] = (total - sums["not_found"] - sums["nobody"]).astype(np.int64)
    out["rate"], out["on_time"] = _ratio(done, total), _ratio(sums["done"], total)
    out["success"] = _ratio(done, out["found"])
    # a rate such as 0.8 has no exact binary form: 0.8 · 5 must not ask for 5
    out["remaining"] = np.maximum(0, np.ceil(sums["asked"] - done - 1e-6)).astype(np.int64)
    out["asked_rate"] = _ratio(sums["asked"], total)
    out["pace"] = sums["recent"] / _PACE_DAYS
    out["days"] = np.where(out["remaining"] > 0, np.ceil(_ratio(out["remaining"], out["pace"])), 0.0)
    return out


def fulfilled(counts: Columns) -> Columns:
    """Of counts how much is fulfilled of how much: ``key``, ``fulfilled``, ``total``."""
    return {"key": counts["key"], "fulfilled": counts["done"] + counts["late"], "total": _total(counts)}


def changes(now: Columns, then: Columns, keys: NDArray[np.int64] | None = None) -> NDArray[np.float64]:
    """By how many percentage points the rates of ``now`` differ from those of another period, of which ``then`` says
    how much was ``fulfilled`` of what ``total``; by ``keys`` (one a row of ``then``), without them of all."""
    own, sums = _sums(then, keys, ("fulfilled", "total"))
    rates = np.append(_ratio(sums["fulfilled"], sums["total"]), np.nan)
    at = np.searchsorted(own, now["key"])
    at[np.append(own, -1)[at] != now["key"]] = -1
    change: NDArray[np.float64] = (now["rate"] - rates[at]) * 100
    return change


def ranks(rates: NDArray[np.float64]) -> NDArray[np.float64]:
    """Places by rate, the highest first, equal ones share the best; NaN where there is no rate."""
    out = np.full(len(rates), np.nan)
    known = ~np.isnan(rates)
    out[known] = np.searchsorted(np.sort(-rates[known]), -rates[known]) + 1
    return out


def _sums(
    counts: Columns, keys: NDArray[np.int64] | None, columns: Sequence[str]
) -> tuple[NDArray[np.int64], dict[str, NDArray[np.float64]]]:  # fmt: skip
    """Sums by key, in the order of the keys; counts are whole numbers far below 2^53."""
    if keys is None:
        found, place = _ALL, np.zeros(len(counts["key"]), dtype=np.intp)
    else:
        found, place = np.unique(keys, return_inverse=True)
    return found, {name: np.bincount(place, counts[name], len(found)).astype(float) for name in columns}


def _total(sums: Columns) -> NDArray[np.float64]:
    total: NDArray[np.float64] = np.sum([sums[s] for s in STATUS if s != "excused"], axis=0)
    return total


def _ratio(upper: NDArray[Any], lower: NDArray[Any]) -> NDArray[np.float64]:
    out = np.full(len(upper), np.nan)
    np.divide(upper, lower, out=out, where=lower > 0)
    return out
