"""What is kept no longer than it is needed: dates by kind, a daily job, a single person who is to be forgotten."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from gridsvc.errors import InputError, MissingError
from gridsvc.services import ground, installation
from gridsvc.store.filters import ListQuery, page
from gridsvc.store.tx import SYSTEM, Caller, Tx, begin, roll_back
from gridsvc.text import t

if TYPE_CHECKING:
    from gridsvc.store.pool import Database, Row


def listing(db: Database, caller: Caller) -> list[Row]:
    """Days by kind, with the reason."""
    with begin(db, caller, "read") as tx:
        return tx.rows("retention/list")


def change(db: Database, caller: Caller, kind: str, days: int, basis: str) -> None:
    """Another number of days for a kind.

    Raises:
        MissingError: ``retention.kind``; InputError: ``retention.days``.
    """
    if not 1 <= days <= 36_500 or not basis.strip():
        raise InputError("retention.days", value=days)
    with begin(db, caller, "users") as tx:
        if not tx.run("retention/set", kind=kind, days=days, basis=basis.strip()):
            known = ", ".join(r["kind"] for r in tx.rows("retention/list"))
            raise MissingError("retention.kind", value=kind, known=known)
        tx.audit("retention.set", entity="retention", detail={"kind": kind, "days": days})


def run(db: Database, *, as_of: dt.date | None = None, dry_run: bool = False) -> dict[str, int]:
    """Take away what is past its date, all kinds in one transaction; how many of each (would) go."""
    with begin(db, SYSTEM, "jobs", budget_ms=db.settings.job_budget_ms) as tx:
        today = as_of or ground.today(tx)
        gone = {
            r["kind"]: tx.run(f"retention/{r['kind']}", before=today - dt.timedelta(days=r["days"]))
            for r in tx.rows("retention/list")
        }
        if dry_run:
            roll_back()
        if any(gone.values()):
            tx.audit("retention.run", detail=gone)
    return gone


def forget(db: Database, caller: Caller, person: str, reason: str) -> int:
    """Erase a person (number of the record, or identity number) with her old values and attachments; how many
    records. That it was done, by whom and why, stays in the audit; she does not.

    Raises:
        InputError: ``reveal.reason``; MissingError: ``entry.unknown``.
    """
    if len(reason.strip()) < 4:
        raise InputError("reveal.reason")
    with begin(db, caller, "forget") as tx:
        numbers = [int(person)] if person.isdigit() and len(person) < 15 else _by_identity(tx, person)
        rows = [r for n in numbers for r in page(tx, "person", ListQuery({"id": n}, most=1))[0]]
        if not rows:
            raise MissingError("entry.unknown", kind=t("kind.person"), id="·" if len(person) >= 15 else person)
        for row in rows:
            about = {"id": row["id"]}
            tx.run("person/head_gone", **about)
            for what in ("visits", "corrections", "differences", "proposals"):
                tx.run(f"person/forget_{what}", **about)
            tx.run("person/forget_history", name=row["name"], household_id=row["household_id"], **about)
            tx.run("person/forget", **about)
            tx.audit("person.forget", entity="person", row_id=row["id"], detail={"reason": reason.strip()})
    return len(rows)


def _by_identity(tx: Tx, number: str) -> list[int]:
    (digest,) = installation.field_key(tx.settings).digests([number.strip().upper()])
    return [int(r["id"]) for r in tx.rows("person/find", id_hash=digest)]
