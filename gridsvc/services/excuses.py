"""Obligations that nobody has to fulfil, with the reason (免访)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gridsvc.errors import InputError, MissingError
from gridsvc.services import ground
from gridsvc.store.tx import Caller, begin

if TYPE_CHECKING:
    import datetime as dt

    from gridsvc.store.pool import Database


def excuse(
    db: Database, caller: Caller, rule: str, target: int, opens: dt.date, reason: str | None
) -> None:  # fmt: skip
    """Excuse one obligation from today on, with a reason; without one (None) it is put back. Audited.

    Raises:
        InputError: ``obligation.reason``; MissingError: ``obligation.unknown``.
    """
    if reason is not None and not 2 <= len(reason.strip()) <= 200:
        raise InputError("obligation.reason")
    with begin(db, caller, "edit") as tx:
        done = tx.run(
            "obligation/excuse", code=rule.upper(), target_id=target, opens=opens,
            day=ground.today(tx) if reason else None, excuse=reason.strip() if reason else None,
            user_id=tx.who.user_id if reason else None,
        )  # fmt: skip
        if not done:
            raise MissingError("obligation.unknown", rule=rule.upper(), target=target, day=opens)
        if reason:
            tx.run(
                "gap/excused", code=rule.upper(), target_id=target
            )  # found again tonight if another window is late
        tx.audit("obligation.excuse" if reason else "obligation.put_back", entity="obligation", row_id=target,
                 detail={"rule": rule.upper(), "opens": opens.isoformat()})  # fmt: skip
