"""The open differences of a comparison as a workbook, a sheet a sort."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from gridsvc.render import differencebook
from gridsvc.services import differences
from gridsvc.services.differences import Which
from gridsvc.services.reconciling import WHAT
from gridsvc.store.tx import Caller, begin

if TYPE_CHECKING:
    from pathlib import Path

    from gridsvc.store.pool import Database


def write(db: Database, caller: Caller, number: int, path: Path) -> str:
    """Write the workbook; the name to give it. Whoever took it stands at its foot, and the export is logged.

    Raises:
        MissingError: ``reconcile.unknown``.
    """
    about = differences.one(db, caller, number)
    found = {w: differences.differences(db, caller, number, Which(what=w), most=differences.MOST) for w in WHAT}
    with begin(db, caller, "export") as tx:
        stamp = dt.datetime.now(dt.UTC).astimezone().strftime("%Y-%m-%d %H:%M")
        taken = f"{tx.who.login} {stamp}"
        rows = sum(map(len, found.values()))
        tx.audit("export", entity=about["kind"], detail={"reconciliation": number, "rows": rows})
    differencebook.write(path, about, found, taken)
    return f"differences-{number}.xlsx"
