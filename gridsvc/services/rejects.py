"""Rows of an import that cannot be used: gathered with their faults, kept as they came."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import shapely

from gridsvc.domain.frames import row_label
from gridsvc.domain.intake import FAULTS
from gridsvc.domain.sheets import json_lines
from gridsvc.services import codetables, sealedrows
from gridsvc.store.copyin import CopyIn
from gridsvc.text import t

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pyarrow as pa

    from gridsvc.store.tx import Tx


class RowRejects:
    """Gathers rejected rows over the batches of one import."""

    def __init__(self, categories: str | None) -> None:
        """``categories``: the column whose words of refused kinds are kept nowhere (DESIGN §6)."""
        self._categories = categories
        self._parts: list[pd.DataFrame] = []

    def add(self, faults: pd.DataFrame, batch: pa.RecordBatch) -> None:
        """Faults (row_no, field, value, reason) of rows of a batch, with the rows as they came."""
        if faults.empty:
            return
        visible = [n for n in batch.schema.names if not n.startswith("__")]
        rows = batch.column("__row").to_numpy()
        at = np.searchsorted(rows, faults["row_no"].to_numpy(dtype=np.int64))
        raw = batch.select(visible).take(at).to_pandas() if visible else pd.DataFrame(index=range(len(at)))
        if column := self._categories:
            refused = raw[column].str.contains("|".join(codetables.refused_patterns()), case=False, regex=True)
            raw[column] = raw[column].mask(refused.fillna(False).astype(bool))
        if "__wkb" in batch.schema.names:  # the shape goes along, so that the mended row still has one
            shapes = shapely.from_wkb(np.asarray(batch.column("__wkb").take(at).to_pylist(), dtype=object))
            raw["wkt"] = shapely.to_wkt(shapes, rounding_precision=9)
        self._parts.append(faults.assign(row=json_lines(raw) or "{}"))

    def malformed(self, bad: Sequence[Any]) -> None:
        """Lines with too many or too few values: (row, values, columns, text) each."""
        if not bad:
            return
        number = [b[0] for b in bad]
        value = [f"{b[1]} ≠ {b[2]}" for b in bad]
        rows = json_lines(pd.DataFrame({"text": [b[3] for b in bad]}))
        frame = pd.DataFrame({"row_no": number, "field": "", "value": value, "reason": "csv.fields"})
        self._parts.append(frame.assign(row=rows))

    def frame(self) -> pd.DataFrame:
        """All of them in the order of the file."""
        empty = pd.DataFrame(columns=[*FAULTS, "row"])
        rejects = pd.concat(self._parts, ignore_index=True) if self._parts else empty
        return rejects.sort_values("row_no", kind="stable", ignore_index=True)


def as_table(rows: pd.DataFrame, why: pd.Series, called: Mapping[str, str]) -> pd.DataFrame:
    """Rows of a form that cannot be used, to mend and to bring again: row, field, value, reason and remedy stand
    before what they said.

    Args:
        rows: the form as it was read, with ``__row``.
        why: by row ``(field, value, reason)``; missing for a row that can be used.
        called: what the fields are called in the form.
    """
    why = why.dropna()
    rows = rows.loc[why.index]
    parts = pd.DataFrame(why.tolist(), index=why.index, columns=["field", "value", "reason"]).astype("str")
    front = {
        "row": [row_label(n) for n in rows["__row"]], "field": parts["field"].map(dict(called)),
        "value": parts["value"].fillna(""), "reason": [t(f"reject.{r}") for r in parts["reason"]],
        "remedy": [t(f"reject.{r}.remedy") for r in parts["reason"]],
    }  # fmt: skip
    told = {t(f"reject.column.{n}"): v for n, v in front.items()}
    said = rows[[c for c in rows.columns if not c.startswith("__") and c not in told]]
    return pd.concat([pd.DataFrame(told, index=why.index), said], axis=1)


def write_rejects(tx: Tx, found: pd.DataFrame, batch: int, key: int, *, personal: bool) -> None:
    """Keep rejected rows with their import, sealed where they are about residents."""
    if not len(found):
        return
    found = found.astype({"value": "str", "row": "str"})
    if personal:
        found = sealedrows.sealed(found, tx.settings)
    with CopyIn(tx.conn, "stage_reject", [*FAULTS, "row"]) as copy:
        copy.write(found)
    tx.run("reject/insert", batch_id=batch, cell_key=key, personal=personal)
