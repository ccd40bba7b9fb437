"""What is missed, late or missing (漏访, 逾期, the chain of 不漏): found anew every night and after imports, read in
pages.

What each kind is stands in ``sql/queries/gapfind``, a statement a kind; ``data/gaps.csv`` has their order.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from gridsvc.domain import codes
from gridsvc.domain.obligations import OF_AREA, OF_CELL
from gridsvc.domain.records import NOT_EDITED, WORDS
from gridsvc.errors import InputError, MissingError
from gridsvc.services import codelists, codetables, coverage, ground, scopes, targets
from gridsvc.services.plans import posts_of
from gridsvc.services.progress import Progress, quiet
from gridsvc.store import sqlfiles
from gridsvc.store.tx import SYSTEM, Caller, Tx, begin
from gridsvc.text import t

if TYPE_CHECKING:
    from gridsvc.store.pool import Database, Row

KINDS: Final = tuple(row["kind"] for row in codetables.rows("gaps"))
GROUPS: Final = {row["kind"]: row["group"] for row in codetables.rows("gaps")}
_ELSEWHERE: Final = ("event", "officer", "difference", "review", "visit")
_PAGE: Final = 1_000
_VISITS: Final = "gapfind/visit"
_CURSOR: Final = re.compile(
    r"(?:([0-9]{4}-[0-9]{2}-[0-9]{2})~)?"
    r"([0-9]{1,17})~([a-z_]{1,30})~([a-z_]{1,20})~([0-9]{1,17})~([A-Z0-9_-]{0,20})"
)
_WORDS: Final = {kind: word for word, kind in WORDS.items() if kind not in NOT_EDITED}


@dataclass(frozen=True)
class Ask:
    """Area (code, name, the caller's own), kinds and codes of rules (none: all), an officer's cells, those that are
    there for so many days at least; ``sort`` by ``cell``, or by ``days``, the longest first."""

    area: str | None = None
    kinds: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()
    officer: str | None = None
    days: int = 0
    sort: str = "cell"


@dataclass(frozen=True)
class Gaps:
    """One page of gaps, how many there are of each kind, and when they were found."""

    area: ground.Area
    today: dt.date
    found_at: dt.datetime | None
    rows: list[dict[str, Any]]
    counts: dict[str, int]
    next: str | None


def refresh(
    db: Database, *, area: str | None = None, today: dt.date | None = None, progress: Progress = quiet
) -> int:
    """Find the gaps of an area (default: everywhere) anew; how many there are.

    Raises:
        MissingError: ``area.unknown``.
    """
    with begin(db, SYSTEM, "jobs", budget_ms=db.settings.job_budget_ms) as tx:
        tx.run("gap/lock")
        now = today or ground.today(tx)
        part = ground.find(tx, area, now) if area else None
        lo, hi = (part.lo, part.hi) if part else (0, codes.KEY_MAX)
        tx.run("gap/stage")
        tx.run("session/bulk")
        known = codelists.outcomes(tx)
        names = [n for n in sqlfiles.every() if n.startswith("gapfind/") and n != _VISITS] + [_VISITS]
        found = 0
        for k, name in enumerate(names):
            progress("gaps.refresh", k / len(names))
            if name == _VISITS:  # from here on no visit closes anything until what was found is written
                tx.run("obligation/lock")
            given = {"lo": lo, "hi": hi, "today": now, "told": [*known.not_found, *known.refused],
                     "silent": known.silent}  # fmt: skip
            found += tx.run(name, **{p: given[p] for p in sqlfiles.load(name).params})
        tx.run("gap/analyze")
        tx.run("gap/drop", lo=lo, hi=hi)
        tx.run("gap/keep", today=now)
        tx.run("gap/fold", lo=lo, hi=hi)
        if part is None:
            tx.run("gap/updated", day=now)
    return found


def listing(db: Database, caller: Caller, ask: Ask, *, limit: int = 100, cursor: str | None = None) -> Gaps:
    """A page of the gaps of an area, in the order that is asked for. What residents have to do with is for those
    whose duty they are.

    Raises:
        InputError: ``gaps.kind``, ``page.cursor``; MissingError: ``area.unknown``, ``scope.outside``,
            ``rule.unknown``, ``plan.officer.unknown``.
    """
    ask = replace(ask, kinds=kinds_of(ask.kinds))
    with begin(db, caller, "rows", steady=True) as tx:
        today = ground.today(tx)
        area = scopes.own_area(tx, ask.area)
        if not tx.who.touches(area.lo, area.hi):
            raise MissingError("scope.outside")
        if ask.rules:  # one that there is not has no gaps, and that is no answer
            coverage.rules_of(tx, ask.rules)
        # a post on a duty zone is none on the cell that it lies in
        held = [p for p in posts_of(tx, ask.officer, today) if p["target"] != "zone"] if ask.officer else []
        lo, hi = _range(tx, area)
        asked = {
            "lo": lo, "hi": hi, "of_rules": [r.upper() for r in ask.rules] or None,
            "keys": [p["cell_key"] for p in held] if ask.officer else None,
            "before": today - dt.timedelta(days=ask.days) if ask.days else None,
        }  # fmt: skip
        longest = ask.sort == "days"
        tx.run("session/in_order", on=True)
        rows = tx.rows("gap/longest" if longest else "gap/list", **asked, kinds=list(ask.kinds or KINDS),
                       most=limit + 1, **_after(cursor, longest=longest))  # fmt: skip
        tx.run("session/in_order", on=False)
        more, rows = len(rows) > limit, rows[:limit]
        counts = {} if cursor else _counts(tx, asked)
        last = tx.one("gap/last")
        shown = _shown(tx, rows, today)
        if any(r["personal"] for r in rows):  # who opens lists of residents is written down
            tx.audit("people.list", entity="gap", detail={"area": area.code, "rows": len(rows)})
    order = {kind: counts[kind] for kind in KINDS if kind in counts}
    return Gaps(area, today, last["at"] if last else None, shown, order, _cursor(rows[-1], longest) if more else None)


def _range(tx: Tx, area: ground.Area) -> tuple[int, int]:
    """The keys of an area; for who sees everything and asks for all areas also what lies in none of them."""
    if tx.who.covers(0, codes.KEY_MAX):
        areas = ground.areas_on(tx, ground.today(tx))
        if codes.common_code(list(areas["code"])) == area.code:
            return 0, codes.KEY_MAX
    return area.lo, area.hi


def kinds_of(said: tuple[str, ...]) -> tuple[str, ...]:
    """Kinds of gaps by their code or by what people call them.

    Raises:
        InputError: ``gaps.kind``.
    """
    called = {name: kind for kind in KINDS for name in (kind, t(f"gap.kind.{kind}"))}
    for one in said:
        if one not in called:
            raise InputError("gaps.kind", value=one, known="、".join(f"{t(f'gap.kind.{k}')} {k}" for k in KINDS))
    return tuple(called[one] for one in said)


def whole(
    db: Database, caller: Caller, ask: Ask, most: int, progress: Progress = quiet
) -> tuple[Gaps, list[dict[str, Any]], str | None]:
    """The first page, the rows of all pages up to ``most`` of them, and the cursor of what is left, if any.

    Raises:
        As :func:`listing`.
    """
    first = listing(db, caller, ask, limit=min(most, _PAGE))
    rows, cursor, every = list(first.rows), first.next, _every(first, ask)
    while cursor and len(rows) < most:
        progress("gaps.file", len(rows) / max(every, 1))
        page = listing(db, caller, ask, limit=min(most - len(rows), _PAGE), cursor=cursor)
        rows, cursor = rows + page.rows, page.next
    return first, rows, cursor


def as_data(found: Gaps) -> dict[str, Any]:
    """A page as plain values."""
    return {"area": found.area.code, "area_name": found.area.name, "today": found.today, "found_at": found.found_at,
            "counts": found.counts, "kinds": [_kind(k, n) for k, n in found.counts.items()], "rows": found.rows,
            "next": found.next}  # fmt: skip


def sheet(rows: list[dict[str, Any]]) -> pd.DataFrame:
    """Rows of pages as a table for people."""
    columns = ("label", "what", "name", "place", "cell", "officers", "days", "n", "todo", "lon", "lat")
    frame = pd.DataFrame(rows, columns=[*(c for c in columns if c != "cell"), "cell_code", "area_code"])
    frame["cell"] = frame["cell_code"].where(frame["cell_code"] != "", frame["area_code"])
    return frame[list(columns)].rename(columns={c: t(f"gap.column.{c}") for c in columns})


def cut_sheet(rows: list[dict[str, Any]], first: Gaps, ask: Ask) -> pd.DataFrame:
    """The same of a list that was cut: its last line says how many there are and how to get all."""
    table, every = sheet(rows), _every(first, ask)
    table.loc[len(table), table.columns[0]] = t("month.gaps.cut", listed=len(rows), n=every, area=first.area.code)
    return table


def of_kinds(counts: dict[str, int], ask: Ask) -> dict[str, int]:
    """Of how many gaps there are of each kind those that are asked for."""
    kinds = kinds_of(ask.kinds)
    return {kind: n for kind, n in counts.items() if not kinds or kind in kinds}


def _every(first: Gaps, ask: Ask) -> int:
    return sum(of_kinds(first.counts, ask).values())


def _counts(tx: Tx, asked: dict[str, Any]) -> dict[str, int]:
    """Gaps of each kind; from the sums, where nothing is asked for that they do not know."""
    if asked["of_rules"] is None and asked["before"] is None:
        found = tx.rows("gap/sums", kinds=list(KINDS), **{name: asked[name] for name in ("lo", "hi", "keys")})
    else:
        found = tx.rows("gap/counts", **asked)
    return {r["kind"]: int(r["gaps"]) for r in found}


def _kind(kind: str, n: int) -> dict[str, Any]:
    return {"kind": kind, "group": t(f"gap.group.{GROUPS[kind]}"), "label": t(f"gap.kind.{kind}"),
            "todo": t(f"gap.do.{kind}"), "n": n}  # fmt: skip


def _shown(tx: Tx, rows: list[Row], today: dt.date) -> list[dict[str, Any]]:
    """Rows as people read them: what, where, whose, for how long, what to do."""
    told = targets.named(tx, {(r["target"], r["target_id"]) for r in rows if r["target"] not in _ELSEWHERE})
    others = [(r["target"], r["target_id"]) for r in rows if r["target"] in _ELSEWHERE]
    texts = {(x["target"], x["id"]): x for x in tx.rows("gap/texts", kinds=[k for k, _ in others],
                                                        ids=[i for _, i in others])}  # fmt: skip
    visited = {about: (x["of"], x["of_id"]) for about, x in texts.items() if x["of_id"]}
    of = targets.named(tx, visited.values())
    for about, what in visited.items():  # who went, and to whom
        texts[about] = texts[about] | {"place": " ".join(of[what][n] for n in ("name", "place") if of[what][n])
                                       if what in of else ""}  # fmt: skip
    keys = np.array([r["cell_key"] for r in rows], dtype=np.int64)
    held = tx.rows(
        "gap/holders", keys=sorted(set(keys.tolist())), day=today, of_cell=list(OF_CELL), of_area=list(OF_AREA)
    )
    holders = {h["key"]: h["officers"] for h in held}
    rules = {r["code"]: r["name"] for r in tx.rows("rule/list", day=today, planned=False, lo=0, hi=codes.KEY_MAX)}
    cells, areas = codes.cell_codes(keys), codes.area_codes(keys)
    said: dict[tuple[str, int], dict[str, Any]] = told | texts
    out = []
    for k, row in enumerate(rows):
        one = said.get((row["target"], row["target_id"]), {})
        out.append({
            "kind": row["kind"], "group": GROUPS[row["kind"]], "label": t(f"gap.kind.{row['kind']}"),
            "what": rules.get(row["rule"]) or "", "rule": row["rule"] or None, "target": row["target"],
            "target_id": row["target_id"], "name": one.get("name") or "", "place": one.get("place") or "",
            "cell_code": str(cells[k]), "area_code": str(areas[k]), "officers": holders.get(row["cell_key"], ""),
            "since": row["since"], "days": (today - row["since"]).days, "n": row["n"],
            "todo": t(f"gap.do.{row['kind']}"), "lon": one.get("lon"), "lat": one.get("lat"),
            "record": _record(row), "map": _map(one, str(cells[k]), str(areas[k])),
        })  # fmt: skip
    return out


def _record(row: Row) -> str | None:
    """The record in its ledger; None for what has none."""
    word = _WORDS.get(row["target"])
    return f"/ledger?kind={word}&id={row['target_id']}" if word else None


def _map(one: Row, cell: str, area: str) -> str | None:
    """The map at the place, or at the cell."""
    if one.get("lon") is not None:
        return f"/map?at={one['lon']:.6f},{one['lat']:.6f}"
    return f"/map?cell={cell}" if cell else f"/map?area={area}" if area else None


def _cursor(row: Row, longest: bool) -> str:
    names = ("cell_key", "kind", "target", "target_id", "rule")
    return "~".join(str(row[name]) for name in (*(("since",) if longest else ()), *names))


def _after(cursor: str | None, *, longest: bool) -> dict[str, Any]:
    names = ("after_key", "after_kind", "after_target", "after_id", "after_rule")
    if cursor is None:
        return dict.fromkeys(("after_since", *names) if longest else names)
    found = _CURSOR.fullmatch(cursor)
    if found is None or (found[1] is not None) != longest:  # of a list in another order
        raise InputError("page.cursor", value=cursor)
    since, *parts = found.groups()
    after: dict[str, Any] = dict(zip(names, parts, strict=True))
    after |= {name: int(after[name]) for name in ("after_key", "after_id")}
    if longest:
        try:
            after["after_since"] = dt.date.fromisoformat(since)
        except ValueError:
            raise InputError("page.cursor", value=cursor) from None
    return after
