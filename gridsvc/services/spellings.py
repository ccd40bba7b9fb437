"""Spellings of estates and streets that may be slips: asked once, remembered, and carried out on what is there."""

from __future__ import annotations

from dataclasses import dataclass
from json import dumps
from typing import TYPE_CHECKING, Any

import pandas as pd

from gridsvc.domain import codes
from gridsvc.domain.address.fold import fold
from gridsvc.errors import ForbiddenError, InputError
from gridsvc.services import entries, ground, linking, questions

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gridsvc.store.pool import Row
    from gridsvc.store.tx import Tx


@dataclass(frozen=True)
class Question:
    """``entity``: estate or street; ``others``: the names that ``text`` may be, each with its people; ``answer``:
    told without asking."""

    entity: str
    text: str
    people: int
    others: dict[str, int]
    answer: str | None = None


def put(tx: Tx, key: int, asked: Sequence[Question]) -> None:
    """Put questions down for the area with this key; what is decided already is not asked again."""
    frame = pd.DataFrame({
        "entity": [q.entity for q in asked], "text": [q.text for q in asked], "records": [q.people for q in asked],
        "candidates": [_json([{"name": n, "people": p} for n, p in q.others.items()]) for q in asked],
        "answer": [None if q.answer is None else _json({"name": q.answer}) for q in asked],
    })  # fmt: skip
    questions.put(tx, frame, key=key, what="spelling", personal=False)


def _json(value: Any) -> str:
    return dumps(value, ensure_ascii=False)


def carry_out(tx: Tx, question: Row, name: str | None) -> dict[str, Any]:
    """The spelling is ``name``: buildings under it are those under the name, or get it; None: it is its own name.

    Raises:
        InputError: ``review.candidate``; ForbiddenError: ``auth.person_scope``.
    """
    if name is None:
        return {"merged": 0, "renamed": 0}
    written, entity = str(question["text"]), str(question["entity"])
    if not fold(name).strip() or fold(name) == written:
        raise InputError("review.candidate", value=name, known="、".join(c["name"] for c in question["candidates"]))
    area = ground.find(tx, codes.code_of(int(question["cell_key"])))
    if not tx.who.knows(area.lo, area.hi):
        raise ForbiddenError("auth.person_scope", role=tx.who.role)
    found = tx.rows("spelling/buildings", lo=area.lo, hi=area.hi, entity=entity, written=written, name=name)
    doubles = [(int(r["keep"]), int(r["id"])) for r in found if r["keep"] is not None]
    alone = [int(r["id"]) for r in found if r["keep"] is None]
    for keep, other in doubles:
        entries.join(tx, "building", keep, other)
        for row in tx.rows("spelling/doubles", id=keep):
            if row["keep"] != row["other"]:
                entries.join(tx, row["kind"], int(row["keep"]), int(row["other"]))
    for number in alone:
        entries.remember(tx, "building", number, "spelling", {"name": name})
    tx.run("spelling/rename", ids=alone, entity=entity, name=name)
    linking.follow(tx, [keep for keep, _ in doubles])
    if entity == "estate":
        _estate(tx, area, written, name)
    return {"merged": len(doubles), "renamed": len(alone)}


def _estate(tx: Tx, area: ground.Area, written: str, name: str) -> None:
    """The estate's own record goes into that of the name."""
    found = {
        r["name"]: int(r["id"]) for r in tx.rows("spelling/estates", lo=area.lo, hi=area.hi, names=[written, name])
    }
    if written in found and name in found:
        entries.join(tx, "estate", found[name], found[written])
