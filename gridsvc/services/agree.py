"""The area that a source names beside a point: used where there is no point, compared where there is one."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import shapely

from gridsvc.domain import agreement, cellnames, codes, values
from gridsvc.domain.sheets import plain_rows

if TYPE_CHECKING:
    from gridsvc.services.ground import Site

SHOWN = 100
_OFFICE = "(?:社区居民委员会|村民委员会|居民委员会|村委会|居委会|街道办事处|人民政府)$"


class Agreement:
    """Gathers the comparison over the batches of one import."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._names = site.by_name()
        self._parts: list[pd.DataFrame] = []
        self._cells: list[dict[tuple[Any, ...], int]] = []
        self.unknown = {"area": 0, "cell": 0}

    def know_cells(self, cells: pd.DataFrame) -> None:
        """Cells (key, code, name, code_alt) that rows may name, by themselves or together with their area.

        What a cell is called to the letter goes before another way of writing some cell's number.
        """
        by_key = cells.set_index("key")
        exact = pd.concat([by_key[c] for c in ("code", "code_alt", "name")]).dropna().map(cellnames.fold)
        loose = by_key["name"].map(cellnames.plain)
        for words in (exact, loose):
            frame = pd.DataFrame({"key": words.index, "word": words.to_numpy()}).drop_duplicates()
            frame["area"] = frame["key"].to_numpy(dtype=np.int64) >> 13 << 13
            for by in (["area", "word"], ["word"]):
                alone = frame[~frame.duplicated(by, keep=False)]
                said = alone[by].itertuples(index=False, name=None)
                self._cells.append(dict(zip(said, alone["key"].astype(int), strict=True)))

    def _cell(self, area: int, said: str) -> int | None:
        exact, loose = cellnames.fold(said), cellnames.plain(said)
        inside, anywhere, roughly_inside, roughly_anywhere = self._cells
        tries = ((inside, (area, exact)), (roughly_inside, (area, loose)), (anywhere, (exact,)),
                 (roughly_anywhere, (loose,)))  # fmt: skip
        return next((table[word] for table, word in tries if word in table), None)

    def place(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Put rows without a point into the area they name; remember the others for the report."""
        said, given = self._areas(frame["area_given"])
        unplaced = frame["lon"].isna() & given.notna()
        frame.loc[unplaced, "cell_key"] = given[unplaced].astype("int64")
        frame.loc[unplaced, "located_by"] = "community"
        self.unknown["area"] += int((frame["lon"].isna() & said.notna() & given.isna()).sum())
        both = frame["lon"].notna() & frame["area_given"].notna()
        if both.any():
            part = frame.loc[both, ["row_no", "source_key", "lon", "lat", "cell_key", "area_given"]]
            self._parts.append(part.assign(given=given[both].fillna(0).astype("int64")))
        return frame

    def place_in_cells(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Put rows without a point into the cell they name: one of their area, or the only one called so."""
        wanting = frame["lon"].isna() & frame["cell"].notna()
        keys = self._cells_of(frame.loc[wanting, "cell_key"], frame.loc[wanting, "cell"])
        self.unknown["cell"] += int(keys.isna().sum())
        known = keys.dropna()
        frame.loc[known.index, "cell_key"] = known.astype("int64")
        frame.loc[known.index, "located_by"] = "community"
        return frame

    def name_cells(self, frame: pd.DataFrame) -> pd.DataFrame:
        """The code of the cell that a patrol names (one of its area, or the only one called so) as its
        ``target_key``, wherever the telephone was."""
        wanting = (
            (frame["target"] == "cell") & frame["cell"].notna() & frame["target_key"].isna() & frame["task"].isna()
        )
        rows = frame.loc[wanting, ["area", "cell_key", "cell"]]
        _, named = self._areas(rows["area"])
        around = rows["cell_key"].astype("int64") & -(1 << codes.SEQ_BITS)  # the key of its area
        known = self._cells_of(named.fillna(around).astype("int64"), rows["cell"]).dropna()
        out = frame.copy()
        out.loc[known.index, "target_key"] = codes.cell_codes(known.to_numpy(dtype=np.int64))
        return out

    def _areas(self, texts: pd.Series) -> tuple[pd.Series, pd.Series]:
        """What rows say of their area, folded, and the keys of the areas called so; each text is looked up once."""
        said = values.half_width(texts).str.strip().str.lower()
        return said, said.map({w: self._area(w) for w in said.dropna().unique()}).astype("Int64")

    def _cells_of(self, areas: pd.Series, texts: pd.Series) -> pd.Series:
        """Keys of the cells that rows name, each with its area; each pair is looked up once."""
        rows = pd.DataFrame({"area": areas, "cell": texts})
        pairs = rows.drop_duplicates()
        found = [self._cell(key, said) for key, said in pairs.itertuples(index=False, name=None)]
        pairs = pairs.assign(found=pd.array(found, dtype="Int64"))
        return rows.merge(pairs, how="left")["found"].set_axis(rows.index)

    def _area(self, word: str) -> int | None:
        """The area called so, also without or with the words for what it is: 东风居委会, 东风社区, 东风."""
        short = re.sub(_OFFICE, "", word)
        tries = (word, short, *(short + end for end in ("社区", "村", "街道", "镇", "乡")))
        return next((self._names[w] for w in tries if w in self._names), None)

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
