"""Obligations (任务): what their status says, and the measures that are made of them (docs/coverage.md)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Sequence

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


def measures(counts: pd.DataFrame, by: Sequence[str]) -> pd.DataFrame:
    """Sums and rates of counted obligations.

    ``counts`` has the columns ``by``, one column for each of :data:`STATUS`, ``recent`` (fulfilled in the last seven
    days), :data:`VISITS` and ``asked`` (rate asked · total, summed over the rules). Rates are 0–1,
    missing where there is nothing to divide by.
    """
    columns = [*STATUS, "recent", *VISITS, "asked"]
    out = counts.groupby(list(by), as_index=False)[columns].sum() if by else counts[columns].sum().to_frame().T
    out = out.astype(dict.fromkeys([*STATUS, "recent", *VISITS], np.int64))
    fulfilled = out["done"] + out["late"]
    out["total"] = out[[s for s in STATUS if s != "excused"]].sum(axis=1)
    out["found"] = out["total"] - out["not_found"] - out["nobody"]
    for name, upper, lower in (("rate", fulfilled, out["total"]), ("on_time", out["done"], out["total"]),
                               ("success", fulfilled, out["found"])):  # fmt: skip
        out[name] = (upper / lower.where(lower > 0)).astype(float)
    asked = out["asked"]
    # a rate such as 0.8 has no exact binary form: 0.8 · 5 must not ask for 5
    out["remaining"] = np.maximum(0, np.ceil((asked - fulfilled).astype(float) - 1e-6)).astype(np.int64)
    out["asked_rate"] = (asked / out["total"].where(out["total"] > 0)).astype(float)
    out["pace"] = out["recent"] / _PACE_DAYS
    days = np.ceil(out["remaining"] / out["pace"].where(out["pace"] > 0)).where(out["remaining"] > 0, 0)
    out["days"] = days.astype("Int64")
    return out.drop(columns="asked")
