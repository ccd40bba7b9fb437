"""The code tables that records are described with: shipped, listed, extended by users."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gridsvc.errors import ConflictError, InputError, MissingError
from gridsvc.services import classes, codetables, rules
from gridsvc.store.tx import Caller, Tx, begin, json

if TYPE_CHECKING:
    from gridsvc.store.pool import Database, Row

# Lists that nobody extends: the service categories are an allow-list, the others carry a meaning in code.
CLOSED = frozenset({"service_category", "hazard_state", "sex"})
OUTCOMES = "visit_outcome"
# what an outcome may say of a target: that it was not found (moved away, vacant, wrong address), or refused
NOT_FOUND = ("moved", "vacant", "wrong")
CONSEQUENCES = (*NOT_FOUND, "refused")


@dataclass(frozen=True)
class Outcomes:
    """Codes of outcomes of visits by what comes of them: those that count, those that say that the target was not
    found, or that it refused, those that say nothing (nobody was at home)."""

    fulfil: list[str]
    not_found: list[str]
    refused: list[str]
    silent: list[str]


def seed(tx: Tx) -> None:
    """Put the shipped classes, codes, rules and dates of retention into their tables; what is there stays."""
    classes.seed(tx)
    tx.run("retention/seed", rows=json(codetables.rows("retention")))
    tx.run("code/seed", rows=json([_entry(r) for r in codetables.rows("codes")]))
    rules.seed(tx)


def _entry(r: dict[str, str]) -> dict[str, Any]:
    return {
        "list": r["list"], "code": r["code"], "name": r["name"], "name_en": r["name_en"] or None,
        "aliases": [a for a in r["aliases"].split("|") if a],
        "min_age": int(r["min_age"]) if r["min_age"] else None,
        "max_age": int(r["max_age"]) if r["max_age"] else None,
        "graded": r["graded"] == "yes", "sensitive": r["sensitive"] == "yes", "counts": r["counts"] == "yes",
        "consequence": r["consequence"] or None,
        "origin": r["source"],
    }  # fmt: skip


def listing(db: Database, caller: Caller, name: str | None = None) -> list[Row]:
    """Entries of one list, or of all.

    Raises:
        MissingError: ``code.list``.
    """
    with begin(db, caller, "read") as tx:
        rows = tx.rows("code/list", list=name)
        if name and not rows:
            raise MissingError("code.list", list=name, known=", ".join(lists()))
    return rows


def lists() -> list[str]:
    """Names of the lists."""
    return list(dict.fromkeys(r["list"] for r in codetables.rows("codes")))


def add(
    db: Database, caller: Caller, name: str, code: str, word: str, *, english: str | None = None,
    aliases: tuple[str, ...] = (), counts: bool = True, consequence: str | None = None,
) -> Row:  # fmt: skip
    """Add an entry of the installation's own. Of an outcome of visits ``counts`` says whether a visit counts that
    came to it, ``consequence`` what it says (one of :data:`CONSEQUENCES`); such a visit is an attempt.

    Raises:
        MissingError: ``code.list``; InputError: ``code.closed``, ``code.item``, ``code.consequence``,
        ``code.refused`` (DESIGN §6); ConflictError: ``code.taken``.
    """
    if consequence is not None and (name != OUTCOMES or consequence not in CONSEQUENCES):
        raise InputError("code.consequence", value=consequence, list=name, known=", ".join(CONSEQUENCES))
    if name not in lists():
        raise MissingError("code.list", list=name, known=", ".join(lists()))
    if name in CLOSED:
        raise InputError("code.closed", list=name)
    if not re.fullmatch(r"[0-9A-Za-z_]{1,20}", code) or not word.strip():
        raise InputError("code.item", code=code, name=word)
    for said in (word, english or "", *aliases):
        if any(re.search(p, said, re.IGNORECASE) for p in codetables.refused_patterns()):
            raise InputError("code.refused", name=said)
    with begin(db, caller, "classes") as tx:
        done = tx.run(
            "code/add", list=name, code=code, name=word.strip(), name_en=english, aliases=list(aliases),
            counts=counts and consequence is None, consequence=consequence, origin=tx.who.login,
        )  # fmt: skip
        if not done:
            raise ConflictError("code.taken", list=name, code=code, name=word)
        tx.audit("code.add", entity="code", detail={"list": name, "code": code, "name": word})
        return next(r for r in tx.rows("code/list", list=name) if r["code"] == code)


def outcomes(tx: Tx) -> Outcomes:
    """Outcomes of visits by what comes of them."""
    rows = tx.rows("code/outcomes")
    return Outcomes(
        [r["code"] for r in rows if r["counts"] and r["consequence"] is None],
        [r["code"] for r in rows if r["consequence"] in NOT_FOUND],
        [r["code"] for r in rows if r["consequence"] == "refused"],
        [r["code"] for r in rows if not r["counts"] and r["consequence"] is None],
    )


def retire(db: Database, caller: Caller, name: str, code: str, *, retired: bool = True) -> None:
    """Offer an entry no more (or again); records that have it keep it.

    Raises:
        MissingError: ``code.unknown``.
    """
    with begin(db, caller, "classes") as tx:
        if not tx.run("code/retire", list=name, code=code, retired=retired):
            raise MissingError("code.unknown", list=name, code=code)
        tx.audit("code.retire", entity="code", detail={"list": name, "code": code, "retired": retired})


def words(tx: Tx) -> dict[str, dict[str, str]]:
    """List → word in lower case (code, name, English name, alias) → code; a name goes before an alias."""
    out: dict[str, dict[str, str]] = {}
    rows = tx.rows("code/list", list=None)
    for field in ("code", "name", "name_en", "aliases"):
        for r in rows:
            said = r[field] if isinstance(r[field], list) else [r[field]]
            for word in filter(None, said):
                out.setdefault(r["list"], {}).setdefault(str(word).lower(), r["code"])
    return out


def ages(tx: Tx) -> dict[str, tuple[int, int]]:
    """Service category → full years it is for, from and to."""
    rows = [r for r in tx.rows("code/list", list="service_category") if r["min_age"] or r["max_age"]]
    return {r["code"]: (r["min_age"] or 0, r["max_age"] or 200) for r in rows}


def names(tx: Tx, *, english: bool = False, offered: bool = False) -> dict[str, dict[str, str]]:
    """List → code → name, on pages in English the English one where there is one; ``offered``: without what is
    offered no more."""
    out: dict[str, dict[str, str]] = {}
    for r in tx.rows("code/list", list=None):
        if offered and r["retired"]:
            continue
        out.setdefault(r["list"], {})[r["code"]] = (english and r["name_en"]) or r["name"]
    return out
