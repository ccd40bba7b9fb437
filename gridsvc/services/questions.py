"""Questions on their way to the review list (:mod:`gridsvc.services.reviews` lists and decides them)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gridsvc.store.copyin import CopyIn

if TYPE_CHECKING:
    import pandas as pd

    from gridsvc.store.tx import Tx


def put(tx: Tx, found: pd.DataFrame, *, key: int, what: str, personal: bool) -> int:
    """Put questions down for the area with this key; how many are new or count anew.

    ``found``: entity, text, records, candidates (JSON) and, where it is told without asking, answer (JSON, otherwise
    missing). What is decided already is not asked again.
    """
    frame = found.assign(cell_key=key, what=what, personal=personal)
    frame["state"] = "accepted"
    frame["state"] = frame["state"].where(frame["answer"].notna(), "open")
    tx.run("review/stage")
    with CopyIn(tx.conn, "stage_review", list(frame.columns)) as copy:
        copy.write(frame)
    return tx.run("review/add", user_id=tx.who.user_id)
