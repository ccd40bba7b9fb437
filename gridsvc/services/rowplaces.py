"""Rows of a list that have an address and no coordinates get the place of the address, or go to the review list."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from gridsvc.domain import values
from gridsvc.services import geocodebulk
from gridsvc.services.geocodebulk import Bulk

if TYPE_CHECKING:
    from gridsvc.domain.frames import ColumnMap
    from gridsvc.domain.records import Record
    from gridsvc.io.reader import Reading
    from gridsvc.services.ground import Site
    from gridsvc.services.progress import Progress
    from gridsvc.store.tx import Tx

#: Level of an answer → how the place was found; coarser answers give a record no point of its own.
LOCATED_BY: Final = {
    "room": "address-exact", "building": "address-exact", "number": "address-exact", "poi": "address-exact",
    "interpolated": "address-interpolated", "intersection": "intersection", "relative": "relative", "road": "street",
    "estate": "community",
}  # fmt: skip
#: Metres beyond which an answer puts a record into no cell: the middle of a long road is a question.
WIDEST_M: Final = 400.0


def wanting(record: Record, reading: Reading, columns: ColumnMap, table: str = "rows") -> pd.Series:
    """Addresses of the rows that have one and no coordinates, by the row's number."""
    whole = reading.whole(table)
    kind = "address" in record.columns and record.point and not record.about_people
    if not kind or "address" not in columns.columns or "__wkb" in whole.column_names:
        return pd.Series(dtype="str")
    text = values.clean(whole[columns.columns["address"]].to_pandas().astype("str"))
    text.index = pd.Index(whole["__row"].to_numpy(), name="row_no")
    for name in ("lon", "lat"):
        if name in columns.columns:
            given = values.clean(whole[columns.columns[name]].to_pandas().astype("str"))
            text = text.where(given.isna().to_numpy())
    return text.dropna()


@dataclass(frozen=True)
class RowPlaces:
    """``found``: by the number of the row longitude, latitude, located_by, accuracy_m; ``texts`` and ``answers``: the
    addresses that were looked up, a row a row."""

    found: pd.DataFrame
    texts: pd.Series
    answers: pd.DataFrame

    @classmethod
    def of(
        cls, tx: Tx, site: Site, record: Record, reading: Reading, columns: ColumnMap, table: str, progress: Progress
    ) -> RowPlaces | None:  # fmt: skip
        """Look up the addresses of a list's rows; None where its kind has none, or none of its rows needs it.

        An answer outside the list's area, or wider than :data:`WIDEST_M`, is none: it is put to somebody, with what
        was found as its candidate.
        """
        text = wanting(record, reading, columns, table)
        if text.empty:
            return None
        once = pd.Index(text.unique())
        known = _inside(site, Bulk(tx, site.area.code).answers(once.tolist(), progress).set_index(once))
        answers = known.loc[text].set_axis(text.index)
        by = answers["level"].map(LOCATED_BY)
        if record.table == "building":  # the base itself: only a door that it knows already is a place for one
            by = by.where(answers["level"].isin(["building", "number"]))
            answers["candidates"] = None
        sure = (answers["status"] == "found") & by.notna()
        found = answers.loc[sure, ["longitude", "latitude", "accuracy_m"]].assign(located_by=by[sure])
        return cls(found, text, answers)

    def fill(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Rows without a place get the one of their address."""
        at = frame["row_no"].isin(self.found.index) & frame["lon"].isna()
        told = self.found.loc[frame.loc[at, "row_no"]]
        out = frame.copy()
        out.loc[at, "lon"], out.loc[at, "lat"] = told["longitude"].to_numpy(), told["latitude"].to_numpy()
        return out

    def mark(self, frame: pd.DataFrame) -> pd.DataFrame:
        """How the places were found, after they have been put into cells."""
        at = frame["row_no"].isin(self.found.index)
        told = self.found.loc[frame.loc[at, "row_no"]]
        here = np.isclose(frame.loc[at, "lon"].to_numpy(dtype=float), told["longitude"].to_numpy(dtype=float))
        rows = frame.index[at][here]
        frame.loc[rows, "located_by"] = told["located_by"].to_numpy()[here]
        frame.loc[rows, "accuracy_m"] = told["accuracy_m"].to_numpy()[here]
        return frame

    def ask(self, tx: Tx, key: int, entity: str) -> int:
        """Put what is in doubt on the review list of the area with this key; how many texts."""
        return geocodebulk.put(tx, key, entity, self.texts, self.answers, personal=False)


def _inside(site: Site, answers: pd.DataFrame) -> pd.DataFrame:
    """Answers of which those outside the list's area, and those too wide for a cell, are in doubt."""
    out = answers.copy()
    at = np.flatnonzero((answers["status"] == "found") & answers["longitude"].notna())
    lon, lat = (answers[name].to_numpy(dtype=float)[at] for name in ("longitude", "latitude"))
    keys = site.units.assign(lon, lat).key
    point = answers["level"].iloc[at].isin(list(LOCATED_BY)).to_numpy()
    wide = point & (answers["accuracy_m"].to_numpy(dtype=float)[at] > WIDEST_M)
    for k in at[(keys == 0) | site.other_area(keys) | wide]:
        out.iloc[k, out.columns.get_loc("status")] = "review"
        out.iloc[k, out.columns.get_loc("candidates")] = geocodebulk.as_candidates([answers.iloc[k].to_dict()])
    return out
