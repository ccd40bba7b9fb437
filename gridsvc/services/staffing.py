"""Posts when the ground changes: they follow the doors of their cell or end with it; what has nobody is listed."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from gridsvc.store.copyin import CopyIn

if TYPE_CHECKING:
    import datetime as dt

    import pandas as pd

    from gridsvc.store.pool import Row
    from gridsvc.store.tx import Tx

SHOWN = 200  # buildings without a post that are named


@dataclass
class Bare:
    """Cells and buildings that nobody has a post on, those with most households first; of buildings only the first
    ones, and how many there are."""

    cells: list[Row] = field(default_factory=list)
    buildings: list[Row] = field(default_factory=list)
    buildings_in_all: int = 0


def follow(tx: Tx, heirs: pd.DataFrame, lo: int, hi: int, day: dt.date) -> int:
    """Posts on cells that ended (columns old, heir) go on in the cell that took over most of their doors. In
    the range posts on buildings and duty zones go where those are, and subcells where most of their households are.

    Returns how many posts on cells went on.
    """
    for what in ("building", "zone"):
        tx.run(f"post/follow_{what}", lo=lo, hi=hi)
    for step in ("move", "drop"):
        tx.run(f"subcell/{step}", lo=lo, hi=hi)
    tx.run("subcell/end_empty", lo=lo, hi=hi, day=day)
    tx.run("post/follow_subcell", lo=lo, hi=hi, day=day)
    if heirs.empty:
        return 0
    tx.run("post/heirs")
    with CopyIn(tx.conn, "stage_heir", ["old", "heir"]) as copy:
        copy.write(heirs)
    return int(tx.value("post/follow", day=day))


def bare(tx: Tx, lo: int, hi: int, day: dt.date) -> Bare:
    """What nobody has a post on in a range of keys."""
    buildings = tx.rows("post/bare_buildings", lo=lo, hi=hi, day=day, most=SHOWN)
    number = int(buildings[0]["of"]) if buildings else 0
    named = [{k: v for k, v in b.items() if k != "of"} for b in buildings]
    return Bare(tx.rows("post/bare", lo=lo, hi=hi, day=day), named, number)
