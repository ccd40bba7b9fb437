"""The review list: what nobody could tell for certain waits here for somebody, once (DESIGN §1)."""

from __future__ import annotations

from dataclasses import dataclass
from json import dumps
from typing import TYPE_CHECKING, Any

import pandas as pd

from gridsvc.domain import codes
from gridsvc.domain.records import RECORDS
from gridsvc.errors import ConflictError, InputError, MissingError
from gridsvc.services import aliases, geocodebulk, ground, places, questions, rowplaces, scopes, seating, spellings
from gridsvc.store import sqlfiles
from gridsvc.store.tx import begin, json

if TYPE_CHECKING:
    from gridsvc.store.pool import Database, Row
    from gridsvc.store.tx import Caller, Tx

WHAT = ("spelling", "address")
STATES = ("open", "accepted", "corrected", "taught", "dismissed", "decided")  # the last one: all but the open ones


@dataclass(frozen=True)
class Answer:
    """``candidate`` counts from 1; or a ``name`` (of a spelling), or a point (of an address). ``teach``: a name of
    the place that is understood from then on. ``dismiss``: a spelling is a name of its own, an address is nowhere."""

    candidate: int | None = None
    name: str | None = None
    lon: float | None = None
    lat: float | None = None
    teach: str | None = None
    dismiss: bool = False


def listing(
    db: Database, caller: Caller, *, area: str | None = None, what: str | None = None, state: str | None = "open",
    skip: int = 0, most: int = 100,
) -> list[Row]:  # fmt: skip
    """Questions of an area, those that most records wait for first, then those decided, the latest first."""
    with begin(db, caller, "rows") as tx:
        found = scopes.own_area(tx, area)
        rows = tx.rows("review/list", id=None, what=what, state=state, lo=found.lo, hi=found.hi, most=most, skip=skip)
    return [_shown(row) for row in rows]


def counts(db: Database, caller: Caller, *, area: str | None = None) -> dict[str, int]:
    """How many questions wait, by what they are about."""
    with begin(db, caller, "rows") as tx:
        found = scopes.own_area(tx, area)
        rows = {r["what"]: int(r["n"]) for r in tx.rows("review/counts", lo=found.lo, hi=found.hi)}
    return {what: rows.get(what, 0) for what in WHAT}


def decide(db: Database, caller: Caller, number: int, answer: Answer) -> dict[str, Any]:
    """Decide a question, once; carried out on the records that wait for it, remembered, audited.

    Raises:
        MissingError: ``review.unknown``; ConflictError: ``review.decided``; InputError: ``review.answer``,
        ``review.candidate``, ``seat.outside``, ``alias.…``.
    """
    with begin(db, caller, "edit", budget_ms=db.settings.job_budget_ms) as tx:
        row = held(tx, number)
        done = (_spelled if row["what"] == "spelling" else _addressed)(tx, row, answer)
        out = {**_shown(_get(tx, number)), **done}
    if answer.teach:
        places.refresh(db, kinds=("alias",))
    return out


def reopen(db: Database, caller: Caller, number: int) -> dict[str, Any]:
    """Take a decision back: the question waits again, what got its place by it has none, a name that was taught with
    it is gone; audited. ``unplaced`` records.

    Buildings that were folded into those of another spelling stay: they are corrected one by one.

    Raises:
        MissingError: ``review.unknown``; ConflictError: ``review.open``, ``review.folded``.
    """
    with begin(db, caller, "edit", budget_ms=db.settings.job_budget_ms) as tx:
        row, taught, unplaced = _decided(tx, number), False, 0
        if row["what"] == "address" and row["state"] != "dismissed":
            unplaced, taught = _unplace(tx, row, row["answer"]), _forget_name(tx, row["answer"])
        tx.run("review/reopen", id=number)
        said = {} if row["personal"] else {"text": row["text"]}
        tx.audit("review.reopened", entity="review", row_id=number,
                 detail={**said, "what": row["what"], "was": row["state"], "unplaced": unplaced})  # fmt: skip
        out = {**_shown(_get(tx, number)), "unplaced": unplaced}
    if taught:
        places.refresh(db, kinds=("alias",))
    return out


def _decided(tx: Tx, number: int) -> Row:
    """A question that was decided, held until the transaction ends."""
    row = _locked(tx, number)
    if row["state"] == "open":
        raise ConflictError("review.open", id=number)
    if row["what"] == "spelling" and row["state"] != "dismissed":
        raise ConflictError("review.folded", name=row["text"])
    return row


def _unplace(tx: Tx, row: Row, place: dict[str, Any]) -> int:
    """Records of every kind that got this place by the decision, from it or from a later import, have none again; how
    many. A kind that nothing was asked about, since the answer was known, is asked about now."""
    area = ground.find(tx, str(codes.area_codes([row["cell_key"]])[0]))
    by = [rowplaces.LOCATED_BY.get(str(place["level"]), "community")]
    if row["state"] != "accepted":
        by.append("manual")
    lost = {kind: tx.run(
        f"{kind}/off_address", id=row["id"], lo=area.lo, hi=area.hi, address=row["text"], lon=place["longitude"],
        lat=place["latitude"], located_by=by,
    ) for kind in RECORDS if kind != "building" and sqlfiles.exists(f"{kind}/off_address")}  # fmt: skip
    others = {kind: n for kind, n in lost.items() if n and kind != row["entity"]}
    if others:
        told = dumps(row["candidates"], ensure_ascii=False)
        frame = pd.DataFrame({"entity": list(others), "text": row["text"], "records": list(others.values()),
                              "candidates": told, "answer": None})  # fmt: skip
        questions.put(tx, frame, key=row["cell_key"], what="address", personal=row["personal"])
    return sum(lost.values())


def _forget_name(tx: Tx, place: dict[str, Any]) -> bool:
    """The name that was taught with a decision is taken away, unless it stands for another place by now."""
    known = next((a for a in tx.rows("alias/list") if a["id"] == place.get("alias")), None)
    if known is None or known["target"] != place["matched"]:
        return False
    return aliases.take(tx, known["id"]) is not None


def _spelled(tx: Tx, row: Row, answer: Answer) -> dict[str, Any]:
    """A spelling is a name, or a name of its own (dismissed)."""
    if answer.lon is not None or answer.lat is not None or answer.teach:
        raise InputError("review.answer", what=row["what"])
    name = None if answer.dismiss else answer.name or _candidate(row, answer.candidate)["name"]
    done = spellings.carry_out(tx, row, name)
    settle(tx, row, "dismissed" if name is None else "accepted", None if name is None else {"name": name}, done)
    return done


def _addressed(tx: Tx, row: Row, answer: Answer) -> dict[str, Any]:
    """An address is one of its candidates, a point, or nowhere (dismissed)."""
    if answer.name:
        raise InputError("review.answer", what=row["what"])
    if answer.dismiss:
        settle(tx, row, "dismissed", None, {})
        return {"placed": 0}
    if answer.candidate is not None:
        state, place = "accepted", geocodebulk.offered(_candidate(row, answer.candidate))
    elif answer.lon is not None and answer.lat is not None:
        state = "corrected"
        place = {"longitude": answer.lon, "latitude": answer.lat, "level": "building", "matched": row["text"],
                 "accuracy_m": seating.BY_HAND_M}  # fmt: skip
        ground.cell_at(tx, answer.lon, answer.lat)  # refuses what lies outside the caller's ground
    else:
        raise InputError("review.answer", what=row["what"])
    lon, lat = float(place["longitude"]), float(place["latitude"])
    if answer.teach:
        state, name = "taught", aliases.plain_name(answer.teach)
        number, fresh = aliases.put(tx, name, str(place["matched"]), lon, lat, float(place["accuracy_m"]))
        place = {**place, "alias": number} if fresh else place  # a name that was there before stays
    placed = _place(tx, row, lon, lat, place, by_hand=answer.candidate is None)
    settle(tx, row, state, place, {"placed": placed})
    return {"placed": placed}


def _place(tx: Tx, row: Row, lon: float, lat: float, place: dict[str, Any], *, by_hand: bool) -> int:
    """Records that have this address and no place get it; how many."""
    if row["entity"] not in RECORDS:
        return 0
    area = ground.find(tx, str(codes.area_codes([row["cell_key"]])[0]))
    by = "manual" if by_hand else rowplaces.LOCATED_BY.get(str(place["level"]), "community")
    tx.run(f"{row['entity']}/keep_address", user_id=tx.who.user_id, lo=area.lo, hi=area.hi, address=row["text"])
    return tx.run(
        f"{row['entity']}/by_address", lo=area.lo, hi=area.hi, address=row["text"], lon=lon, lat=lat, located_by=by,
        accuracy_m=float(place["accuracy_m"]), **ground.cell_at(tx, lon, lat),
    )  # fmt: skip


def _candidate(row: Row, number: int | None) -> dict[str, Any]:
    if number is None or not 1 <= number <= len(row["candidates"]):
        said = "、".join(str(c.get("name") or c.get("matched")) for c in row["candidates"])
        raise InputError("review.candidate", value=number, known=said or "–")
    found: dict[str, Any] = row["candidates"][number - 1]
    return found


def held(tx: Tx, number: int) -> Row:
    """An open question, held until the transaction ends."""
    row = _locked(tx, number)
    if row["state"] != "open":
        raise ConflictError("review.decided", id=number, by=row["decided_by"] or "–")
    return row


def _locked(tx: Tx, number: int) -> Row:
    if tx.one("review/held", id=number) is None:
        raise MissingError("review.unknown", id=number)
    return _get(tx, number)


def settle(tx: Tx, row: Row, state: str, answer: dict[str, Any] | None, detail: dict[str, Any]) -> None:
    """Write a decision and its line in the audit."""
    told = None if answer is None else json(answer)
    tx.run("review/decide", id=row["id"], state=state, answer=told, user_id=tx.who.user_id)
    said = {} if row["personal"] else {"text": row["text"]}
    tx.audit(f"review.{state}", entity="review", row_id=row["id"], detail={**said, "what": row["what"], **detail})


def _get(tx: Tx, number: int) -> Row:
    row = tx.one("review/list", id=number, what=None, state=None, lo=0, hi=codes.KEY_MAX, most=1, skip=0)
    if row is None:
        raise MissingError("review.unknown", id=number)
    return row


def _shown(row: Row) -> dict[str, Any]:
    told = ("id", "what", "entity", "text", "records", "candidates", "state", "answer", "created_at", "created_by",
            "decided_by", "decided_at")  # fmt: skip
    return {**{n: row[n] for n in told}, "area": str(codes.area_codes([row["cell_key"]])[0])}
