"""Rows that name their building, door and household are joined to them; what a list of people names first is made."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Final

from gridsvc.domain import codes, kinds
from gridsvc.domain.records import RECORDS
from gridsvc.store import sqlfiles
from gridsvc.store.tx import SYSTEM, begin

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from gridsvc.domain.records import Record
    from gridsvc.services.ground import Area
    from gridsvc.store.pool import Database, Row
    from gridsvc.store.tx import Tx

FAR_M: Final = 100.0  # metres from its target, beyond the accuracies of both, from which a visit is not confirmed


@cache
def _following() -> tuple[tuple[str, str], ...]:
    """What follows a building to its place: kinds that stand in it, then those who live in its dwellings."""
    ways = ("building", "dwelling")
    return tuple((kind, of) for of in ways for kind in RECORDS if sqlfiles.exists(f"{kind}/with_{of}"))


def link(tx: Tx, record: Record, area: Area, *, own: bool = False) -> None:
    """Find what the staged rows name inside the area; ``own``: it is what the caller did herself."""
    if not record.extra:
        return
    name = record.table
    tx.run("link/doors", lo=area.lo, hi=area.hi)
    tx.run(f"{name}/link_building")
    if name == "visit":  # a list that comes after the building was pulled down
        tx.run("visit/link_gone_door", lo=area.lo, hi=area.hi)
        # whose cell it is, too, is seen by an officer, but what she reports is her own work
        me = tx.who.user_id if own and tx.who.role == "officer" else None
        for posted in (False, True):  # an officer of the street visits in a community whose list may not know her
            tx.run("visit/link_officer", lo=area.lo, hi=area.hi, posted=posted, user_id=me)
    elif "officer_id" in record.linked:
        tx.run(f"{name}/link_officer", lo=area.lo, hi=area.hi)
    if name == "post":
        for what in ("ground", "subcell", "zone"):
            tx.run(f"post/link_{what}", lo=area.lo, hi=area.hi)
    if record.personal or name == "visit":
        tx.run("link/rooms", lo=area.lo, hi=area.hi)
    if "room" in record.extra:
        tx.run(f"{name}/link_dwelling")
    if name == "visit":
        tx.run("visit/link_gone_room", lo=area.lo, hi=area.hi)
        _targets(tx, area)
    if "household_id" in record.linked:
        tx.run("link/homes", lo=area.lo, hi=area.hi)
        tx.run("person/link_household")


def unlinked(tx: Tx, record: Record, area: Area) -> pd.DataFrame | None:
    """Staged rows that are nothing without what they name, and nobody knows that (row_no, field, value, reason); None
    for a kind that stands by itself."""
    name = f"{record.table}/unlinked"
    if not sqlfiles.exists(name):
        return None
    given = {"lo": area.lo, "hi": area.hi}
    return tx.frame(name, **{p: given[p] for p in sqlfiles.load(name).params})


def counts(tx: Tx, record: Record) -> Row | None:
    """What became of the places of the staged rows, None for a kind without links."""
    return tx.one(f"{record.table}/link_counts") if record.extra else None


def warnings(counts: Row) -> dict[str, int]:
    """What of the counts whoever brought the rows is told."""
    told = {"no_building": "door.unknown", "no_minutes": "visit.no_minutes", "no_document": "visit.no_document"}
    return {reason: int(counts[n]) for n, reason in told.items() if counts.get(n)}


def _targets(tx: Tx, area: Area) -> None:
    """What each visit was to: by its form, its key, its door, and how far from it the telephone was."""
    tx.run("visit/link_task", lo=area.lo, hi=area.hi)
    tx.run("visit/named", lo=area.lo, hi=area.hi)
    tx.run("visit/guess", targets=list(kinds.ACTIVITY), activities=list(kinds.ACTIVITY.values()))
    tx.run("visit/link_target")
    tx.run("visit/link_door")
    tx.run("visit/link_inside", lo=area.lo, hi=area.hi)
    tx.run("visit/to_building")
    tx.run("visit/far", far=FAR_M)
    tx.run("visit/settle")


def make(tx: Tx, record: Record, *, source_id: int, source_crs: str, batch_id: int) -> dict[str, int]:
    """Dwellings and households that the staged rows name and nobody has brought in yet; how many of each."""
    made: dict[str, int] = {}
    about = {"source_id": source_id, "source_crs": source_crs, "batch_id": batch_id}
    if "dwelling_id" in record.linked:
        made["dwelling"] = tx.run(f"{record.table}/make_dwelling", **about)
        tx.run("link/rooms_new", batch_id=batch_id)
        tx.run(f"{record.table}/link_dwelling")
    if "household_id" in record.linked:
        tx.run("person/link_household")
        made["household"] = tx.run("person/make_household", **about)
        tx.run("link/homes_new", batch_id=batch_id)
        tx.run("person/link_household")
    return {kind: n for kind, n in made.items() if n}


def follow_zones(tx: Tx, lo: int, hi: int) -> int:
    """Posts on the duty zones of a range go where their zone is and end with it, also those that the caller may not
    see; how many."""
    with tx.everywhere():
        return tx.run("post/follow_zone", lo=lo, hi=hi)


def follow_visits(db: Database) -> int:
    """Visits go to the cell that what they were to is in now, and with it to those whose duty it is; how many."""
    with begin(db, SYSTEM, "jobs", budget_ms=db.settings.job_budget_ms) as tx:
        tx.run("ground/share")  # not while cells are published: those are not the old ones' any more
        return tx.run("visit/follow", lo=0, hi=codes.KEY_MAX)


def follow(tx: Tx, buildings: Sequence[int]) -> dict[str, int]:
    """What stands or lives in these buildings goes where they are, also what the caller may not see; how many."""
    if not buildings:
        return {}
    with tx.everywhere():
        tx.run("post/follow_building", lo=0, hi=codes.KEY_MAX)
        return {kind: tx.run(f"{kind}/with_{of}", ids=list(buildings)) for kind, of in _following()}
