"""Differences between a roll and the base (see :mod:`gridsvc.services.reconciling`): looked at, accepted, kept."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from gridsvc.domain import codes
from gridsvc.domain.frames import CATEGORY, row_label
from gridsvc.domain.records import DOOR, RECORDS
from gridsvc.errors import ConflictError, InputError
from gridsvc.io.reader import Typed
from gridsvc.services import codelists, codetables, entries, ground, imports, installation, masks, reconciling
from gridsvc.services.filein import Source
from gridsvc.services.imports import Entry, ImportRequest
from gridsvc.services.progress import Progress, quiet
from gridsvc.services.reconciling import PLACE
from gridsvc.store.filters import ListQuery, page
from gridsvc.store.tx import Caller, Tx, begin
from gridsvc.text import language, t

if TYPE_CHECKING:
    import datetime as dt

    from gridsvc.store.pool import Database, Row

MOST = 100_000
CHUNK = 5_000
_LABELS = ("name", "title", "head", "number", "room", "building_no", "housenumber", "address")


@dataclass(frozen=True)
class Which:
    """Open differences by number, or by rule: of a sort, in a field, in no other."""

    ids: tuple[int, ...] = ()
    what: str | None = None
    field: str | None = None
    only: bool = False


@dataclass
class Decided:
    """What became of the differences: accepted or kept; changed since they were found; refused by the checks of an
    import; the imports that wrote them."""

    done: int = 0
    changed: int = 0
    rejected: int = 0
    batches: list[int] = field(default_factory=list)


def listing(db: Database, caller: Caller, *, before: int = 2**62, most: int = 100) -> list[Row]:
    """Comparisons that the caller may see, the newest first."""
    with begin(db, caller, "import") as tx:
        rows = tx.rows("reconcile/list", before=before, most=most)
    return [{**r, "area": str(codes.area_codes([r["cell_key"]])[0])} for r in rows]


def one(db: Database, caller: Caller, number: int) -> Row:
    """One comparison with the number of its open differences by sort and field.

    Raises:
        MissingError: ``reconcile.unknown``.
    """
    with begin(db, caller, "import") as tx:
        row = reconciling.get(tx, number)
        rules = tx.rows("reconcile/fields", id=number)
        differing = int(tx.value("reconcile/differing", id=number))
    kind = codetables.kinds()[row["kind"]]
    zh = language() == "zh"
    for rule in rules:
        rule["called"] = codetables.called(kind, rule["field"], zh=zh) if rule["field"] else None
    return {**row, "area": str(codes.area_codes([row["cell_key"]])[0]), "rules": rules, "differing": differing}


def differences(
    db: Database, caller: Caller, number: int, which: Which, *, decision: str | None = "open", after: int = 0,
    most: int = 100,
) -> list[Row]:  # fmt: skip
    """Differences with both sides of each field, as far as the caller may see them."""
    with begin(db, caller, "import") as tx:
        about = reconciling.get(tx, number)
        rows = _rows(tx, number, which, decision, after, most)
        known = _records(tx, about["kind"], [r["record_id"] for r in rows if r["record_id"]])
        shown = {r["id"]: r for r in masks.shown(tx, about["kind"], list(known.values()))}
        if about["personal"]:
            tx.audit("people.list", entity=about["kind"], detail={"rows": len(rows), "reconciliation": number})
        said, names = _opened(tx, rows), codelists.names(tx)
        return [_shown(tx, about, r, shown.get(r["record_id"]), s, names) for r, s in zip(rows, said, strict=True)]


def decide(
    db: Database, caller: Caller, number: int, which: Which, decision: str, *, day: dt.date | None = None,
    reason: str | None = None, progress: Progress = quiet,
) -> Decided:  # fmt: skip
    """Accept what the roll says (records change, are made, end on ``day`` for ``reason``), or keep what is here.

    Raises:
        InputError: ``reconcile.decision``, ``entry.reason``; MissingError: ``reconcile.unknown``; ConflictError:
        ``reconcile.unread``: by rule nothing is ended while rows of the roll could not be read.
    """
    if decision not in ("accepted", "kept"):
        raise InputError("reconcile.decision", value=decision)
    done = Decided()
    with begin(db, caller, "edit") as tx:
        about = reconciling.get(tx, number)
        rows = _rows(tx, number, which, "open", 0, MOST)
        reasons = {r["code"] for r in tx.rows("code/list", list="end_reason")}
        ending = decision == "accepted" and any(r["what"] == "missing" for r in rows)
        if ending and about["counts"]["rejected"] and not which.ids:  # a row that was not read may be the one
            raise ConflictError("reconcile.unread", n=about["counts"]["rejected"])
        if ending and reason not in reasons:
            raise InputError("entry.reason", value=reason or "")
        if decision == "kept":
            done.done = tx.run("reconcile/decide", ids=[r["id"] for r in rows], decision="kept", batch_id=None,
                               user_id=tx.who.user_id)  # fmt: skip
            tx.audit("reconcile.keep", entity=about["kind"], row_id=number, detail={"differences": done.done})
            return done
    for i in range(0, len(rows), CHUNK):
        progress("reconcile.accept", i / len(rows))
        _accept(db, caller, about, rows[i : i + CHUNK], done, day, reason)
    return done


def _accept(
    db: Database, caller: Caller, about: Row, rows: list[Row], done: Decided, day: dt.date | None, reason: str | None
) -> None:
    by = {w: [r for r in rows if r["what"] == w] for w in reconciling.WHAT}
    if by["missing"]:
        _end(db, caller, about, by["missing"], done, day, reason)
    if by["extra"]:
        _bring_in(db, caller, about, by["extra"], done)
    for what in ("moved", "different"):
        if by[what]:
            now = _change(db, caller, about, what, by[what], done)
            for r in by["different"]:  # of the same record, which is in a new state now
                r["version"] = now.get(r["record_id"], r["version"])


def _end(
    db: Database, caller: Caller, about: Row, rows: list[Row], done: Decided, day: dt.date | None, reason: str | None
) -> None:
    with begin(db, caller, "edit", budget_ms=db.settings.job_budget_ms) as tx:
        state = {"ids": [r["record_id"] for r in rows], "versions": [r["version"] for r in rows]}
        tx.run(f"{about['kind']}/keep_many", user_id=tx.who.user_id, action="entry.end", **state)
        ended = {
            r["id"] for r in tx.rows(f"{about['kind']}/end_many", day=day or ground.today(tx), reason=reason, **state)
        }
        _note(tx, about, [r["id"] for r in rows if r["record_id"] in ended], None, done)
    done.changed += len(rows) - len(ended)


def _bring_in(db: Database, caller: Caller, about: Row, rows: list[Row], done: Decided) -> None:
    """Rows that only the roll has, into its list."""
    with begin(db, caller, "import") as tx:
        said = _opened(tx, rows)
    table = _table(said, [r["id"] for r in rows])
    outcome = _import(db, caller, about, table)
    _settle(db, caller, about, rows, outcome, done)


def _change(
    db: Database, caller: Caller, about: Row, what: str, rows: list[Row], done: Decided
) -> dict[int, str]:  # fmt: skip
    """Records get what the roll says, each in the list that it came with; the states they are in afterwards."""
    kind = about["kind"]
    with begin(db, caller, "edit") as tx:
        known = _records(tx, kind, [r["record_id"] for r in rows])
        said = dict(zip([r["id"] for r in rows], _opened(tx, rows), strict=True))
        fresh = [r for r in rows if r["record_id"] in known and str(known[r["record_id"]]["version"]) == r["version"]]
        done.changed += len(rows) - len(fresh)
        texts = {
            r["id"]: entries.as_typed(tx, kind, known[r["record_id"]]) | _taken(what, r, said[r["id"]]) for r in fresh
        }
        shapes = {r["id"]: tx.value(f"{kind}/shape", id=r["record_id"]) for r in fresh} if RECORDS[kind].shape else {}
    by_source: dict[tuple[int, int], list[Row]] = {}
    for r in fresh:
        record = known[r["record_id"]]
        texts[r["id"]]["source_key"] = record["source_key"]
        by_source.setdefault((record["source_id"], about["cell_key"]), []).append(r)
    for (source, key), part in by_source.items():
        content = [texts[r["id"]] for r in part]
        drawn = [shapes[r["id"]] for r in part] if shapes and what != "moved" else None
        table = _table(content, [r["id"] for r in part], drawn)
        entry = Entry("edit", key, source, several=True)
        _settle(db, caller, about, part, _import(db, caller, about, table, entry), done)
    with begin(db, caller, "edit") as tx:  # another difference of the same record is about its new state
        now = _records(tx, kind, [r["record_id"] for r in fresh])
        states = {n: str(r["version"]) for n, r in now.items()}
        tx.run("reconcile/refresh", id=about["id"], ids=list(states), versions=list(states.values()))
    return states


def _taken(what: str, row: Row, said: dict[str, Any]) -> dict[str, Any]:
    """What a record takes from its row of the roll."""
    if what == "different":
        fields = set(row["fields"])
        taken = {f: v for f, v in said.items() if f in fields}
        if "categories" in fields:
            taken |= {f: v for f, v in said.items() if f.startswith(CATEGORY)}
        return taken
    place = {f: v for f, v in said.items() if f in PLACE and v is not None}
    if any(place.get(f) for f in DOOR) or place.get("address"):  # it lies where its door is
        place = {"lon": None, "lat": None, "area": None, "cell": None} | place
    return place


def _import(db: Database, caller: Caller, about: Row, table: pa.Table, entry: Entry | None = None) -> imports.Outcome:
    """Rows of the roll as an import, into its own list or (``entry``) into the list that the records came with."""
    fields = {n: n for n in table.column_names if not n.startswith("__")}
    source = Source(Path(), columns=fields, file_name=f"{about['file_name']} #{about['id']}"[:120])
    request = ImportRequest(about["kind"], source, list_name=None if entry else about["name"], entry=entry)
    area = str(codes.area_codes([about["cell_key"]])[0])
    return imports.run_table(db, caller, request, area, Typed(table), "rows")


def _table(said: list[dict[str, Any]], numbers: list[int], shapes: list[bytes | None] | None = None) -> pa.Table:
    names = list(dict.fromkeys(f for row in said for f in row if not (shapes and f in ("lon", "lat"))))
    columns: dict[str, Any] = {n: pa.array([_as_text(row.get(n)) for row in said], pa.string()) for n in names}
    if shapes is not None:
        columns["__wkb"] = pa.array([bytes(s) if s else None for s in shapes], pa.binary())
    return pa.table({**columns, "__row": pa.array(numbers, pa.int64())})


def _as_text(value: Any) -> str | None:
    return None if value in (None, "") else str(value)


def _settle(
    db: Database, caller: Caller, about: Row, rows: list[Row], outcome: imports.Outcome, done: Decided
) -> None:
    refused = set(outcome.rejects["row_no"].astype(int)) if len(outcome.rejects) else set()
    done.rejected += len(refused)
    with begin(db, caller, "edit") as tx:
        _note(tx, about, [r["id"] for r in rows if r["id"] not in refused], outcome.batch_id, done)
        if outcome.batch_id:
            done.batches.append(outcome.batch_id)


def _note(tx: Tx, about: Row, ids: list[int], batch: int | None, done: Decided) -> None:
    done.done += tx.run("reconcile/decide", ids=ids, decision="accepted", user_id=tx.who.user_id, batch_id=batch)
    tx.audit(
        "reconcile.accept", entity=about["kind"], row_id=about["id"], batch_id=batch, detail={"differences": len(ids)}
    )


# ---- reading -----------------------------------------------------------------------------------------------------


def _rows(tx: Tx, number: int, which: Which, decision: str | None, after: int, most: int) -> list[Row]:
    rows = tx.rows(
        "reconcile/differences", id=number, what=which.what, decision=decision, field=which.field, only=which.only,
        after=after, most=most,
    )  # fmt: skip
    return [r for r in rows if not which.ids or r["id"] in which.ids]


def _records(tx: Tx, kind: str, numbers: list[int]) -> dict[int, Row]:
    if not numbers:
        return {}
    rows, _ = page(tx, kind, ListQuery({"ids": sorted(set(numbers))}, most=len(numbers)))
    return {r["id"]: r for r in rows}


def _opened(tx: Tx, rows: list[Row]) -> list[dict[str, Any]]:
    """Rows of the roll under the names of the fields."""
    sealed = [r["row"]["sealed"] if r["row"] and "sealed" in r["row"] else None for r in rows]
    if not any(sealed):
        return [r["row"] or {} for r in rows]
    texts = installation.field_key(tx.settings).open([bytes.fromhex(s) if s else None for s in sealed])
    return [json.loads(text or "{}") for text in texts]


def _shown(
    tx: Tx, about: Row, row: Row, record: Row | None, said: dict[str, Any], names: dict[str, dict[str, str]]
) -> Row:  # fmt: skip
    """One difference for people: what the base says and what the roll says, field by field."""
    kind, zh = codetables.kinds()[str(about["kind"])], language() == "zh"
    masked = masks.said(tx, about["kind"], said, row["cell_key"])
    fields = row["fields"] if row["what"] == "different" else [f for f in masked if f in PLACE] \
        if row["what"] == "moved" else list(masked if record is None else ())  # fmt: skip
    pairs = [
        {
            "field": f,
            "called": codetables.called(kind, f, zh=zh),
            "base": masks.word(kind, (record or {}).get(f), f, names),
            "roll": masked.get(f),
        }
        for f in fields
    ]
    label = next((str(v) for v in ((record or masked).get(n) for n in _LABELS) if v), "")
    return {
        "id": row["id"], "what": row["what"], "called": t(f"reconcile.{row['what']}"), "record_id": row["record_id"],
        "row": row_label(row["row_no"]) if row["row_no"] else None, "label": label, "fields": pairs,
        "decision": row["decision"], "decided_at": row["decided_at"], "batch_id": row["batch_id"],
        "cell_code": str(codes.cell_codes([row["cell_key"]])[0]) or str(codes.area_codes([row["cell_key"]])[0]),
    }  # fmt: skip
