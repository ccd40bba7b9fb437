"""The area that a source names beside a point: used where there is no point, compared where there is one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import shapely

from gridsvc.domain import agreement
from gridsvc.domain.sheets import plain_rows

if TYPE_CHECKING:
    from gridsvc.services.ground import Site

SHOWN = 100


class Agreement:
    """Gathers the comparison over the batches of one import."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._names = site.by_name()
        self._parts: list[pd.DataFrame] = []

    def place(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Put rows without a point into the area they name; remember the others for the report."""
        given = frame["area_given"].str.strip().str.lower().map(self._names).astype("Int64")
        unplaced = frame["lon"].isna() & given.notna()
        frame.loc[unplaced, "cell_key"] = given[unplaced].astype("int64")
        frame.loc[unplaced, "located_by"] = "community"
        both = frame["lon"].notna() & frame["area_given"].notna()
        if both.any():
            part = frame.loc[both, ["row_no", "source_key", "lon", "lat", "cell_key", "area_given"]]
            self._parts.append(part.assign(given=given[both].fillna(0).astype("int64")))
        return frame

    def report(self) -> dict[str, Any] | None:
        """How many agree, how many do not and why, and the rows that do not (at most 100); None without any."""
        if not self._parts:
            return None
        rows = pd.concat(self._parts, ignore_index=True)
        areas = self._site.areas.set_index("key")
        found = _found_at_level(rows, areas)
        wanted = sorted({*rows["given"], *found} & set(areas.index))
        shapes = {int(k): shapely.from_wkb(areas.at[k, "wkb"]) for k in wanted}
        reason, metres = agreement.explain(
            rows["lon"].to_numpy(), rows["lat"].to_numpy(), found, rows["given"].to_numpy(dtype=np.int64), shapes
        )
        count = pd.Series(reason).value_counts()
        counts = {r: int(count.get(r, 0)) for r in agreement.REASONS}
        compared = len(rows) - counts[agreement.UNKNOWN]
        off = np.flatnonzero((reason != agreement.AGREE) & (reason != agreement.UNKNOWN))
        table = rows.iloc[off].assign(
            reason=reason[off],
            metres=np.round(metres[off], 1),
            found=pd.Series(found[off]).map(areas["name"]).to_numpy(),
        )
        listed = table[["row_no", "source_key", "area_given", "found", "reason", "metres"]].head(SHOWN)
        return {
            "compared": compared,
            "share": round(counts[agreement.AGREE] / compared, 4) if compared else None,
            "counts": counts,
            "rows": plain_rows(listed),
        }


def _found_at_level(rows: pd.DataFrame, areas: pd.DataFrame) -> np.ndarray:
    """The area that was found, at the level of the one that was named (a street named, a community found: agree)."""
    key = rows["cell_key"].to_numpy(dtype=np.int64)
    found = key >> 13 << 13
    known = rows["given"].isin(areas.index).to_numpy()
    span = areas.loc[rows["given"][known], ["lo", "hi"]].to_numpy(dtype=np.int64)
    inside = np.zeros(len(rows), dtype=bool)
    inside[known] = (key[known] >= span[:, 0]) & (key[known] < span[:, 1])
    return np.where(inside, rows["given"].to_numpy(dtype=np.int64), found)
