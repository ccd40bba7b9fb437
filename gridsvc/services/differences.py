"""Differences between a roll and the base (see :mod:`gridsvc.services.reconciling`): looked at, accepted, kept."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gridsvc.domain import codes
from gridsvc.domain.frames import CATEGORY, row_label
from gridsvc.domain.records import DOOR
from gridsvc.errors import ChangedError, ConflictError, InputError
from gridsvc.services import codelists, codetables, entries, ground, imports, masks, reconciling, sealedrows
from gridsvc.services.filein import Source
from gridsvc.services.imports import Entry, ImportRequest
from gridsvc.services.progress import Progress, quiet
from gridsvc.services.reconciling import PLACE
from gridsvc.store.tx import Caller, Tx, begin
from gridsvc.text import language, t

if TYPE_CHECKING:
    import datetime as dt

    from gridsvc.store.pool import Database, Row

MOST = 100_000
CHUNK = 5_000


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
    with begin(db, caller, "import", budget_ms=db.settings.job_budget_ms if most > CHUNK else None) as tx:
        about = reconciling.get(tx, number)
        rows = _rows(tx, number, which, decision, after, most)
        known = entries.rows_of(tx, about["kind"], [r["record_id"] for r in rows if r["record_id"]])
        shown = {r["id"]: r for r in masks.shown(tx, about["kind"], list(known.values()))}
        if about["personal"]:
            tx.audit("people.list", entity=about["kind"], detail={"rows": len(rows), "reconciliation": number})
        said, names = sealedrows.unseal((r["row"] for r in rows), tx.settings), codelists.names(tx)
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
    with begin(db, caller, "edit") as tx:
        about = reconciling.get(tx, number)
        if decision == "accepted" and which.what in (None, "missing"):
            _may_end(tx, about, which, reason)
    work = _Deciding(db, caller, about, day, reason)
    total, after = sum(about["counts"][w] for w in reconciling.WHAT), 0
    while True:
        with begin(db, caller, "edit") as tx:
            rows = _rows(tx, number, which, "open", after, CHUNK)
            if decision == "kept":
                work.note(tx, [r["id"] for r in rows], "kept")
        if not rows:
            return work.done
        if decision == "accepted":
            work.accept(rows)
        after = rows[-1]["id"]
        progress("reconcile.accept", min(1.0, work.done.done / max(1, total)))


def _may_end(tx: Tx, about: Row, which: Which, reason: str | None) -> None:
    """Ending wants a reason, and by rule a roll that was read as a whole: a row that was not may be the one."""
    if not _rows(tx, about["id"], replace(which, what="missing"), "open", 0, 1):
        return
    if about["counts"]["rejected"] and not which.ids:
        raise ConflictError("reconcile.unread", n=about["counts"]["rejected"])
    if reason not in {r["code"] for r in tx.rows("code/list", list="end_reason")}:
        raise InputError("entry.reason", value=reason or "")


class _Deciding:
    """One decision at work: open differences of one comparison, some thousand at a time."""

    def __init__(self, db: Database, caller: Caller, about: Row, day: dt.date | None, reason: str | None) -> None:
        self.db, self.caller, self.about, self.day, self.reason = db, caller, about, day, reason
        self.kind: str = about["kind"]
        self.done = Decided()

    def accept(self, rows: list[Row]) -> None:
        """The roll is right."""
        by = {w: [r for r in rows if r["what"] == w] for w in reconciling.WHAT}
        if by["missing"]:
            self._end(by["missing"])
        if by["extra"]:
            self._bring_in(by["extra"])
        for what in ("moved", "different"):
            if by[what]:
                now = self._change(what, by[what])
                for r in by["different"]:  # of the same record, which is in a new state now
                    r["version"] = now.get(r["record_id"], r["version"])

    def note(self, tx: Tx, ids: list[int], decision: str, batch: int | None = None) -> None:
        """Write down what was decided."""
        if ids:
            self.done.done += tx.run(
                "reconcile/decide", ids=ids, decision=decision, user_id=tx.who.user_id, batch_id=batch
            )
            tx.audit(f"reconcile.{decision}", entity=self.kind, row_id=self.about["id"], batch_id=batch,
                     detail={"differences": len(ids)})  # fmt: skip

    def _end(self, rows: list[Row]) -> None:
        with begin(self.db, self.caller, "edit", budget_ms=self.db.settings.job_budget_ms) as tx:
            state = {"ids": [r["record_id"] for r in rows], "versions": [r["version"] for r in rows]}
            tx.run(f"{self.kind}/keep_many", user_id=tx.who.user_id, action="entry.end", **state)
            day = self.day or ground.today(tx)
            ended = {r["id"] for r in tx.rows(f"{self.kind}/end_many", day=day, reason=self.reason, **state)}
            self.note(tx, [r["id"] for r in rows if r["record_id"] in ended], "accepted")
        self.done.changed += len(rows) - len(ended)

    def _bring_in(self, rows: list[Row]) -> None:
        """Rows that only the roll has, into its list."""
        said = sealedrows.unseal((r["row"] for r in rows), self.db.settings)
        self._settle(rows, self._import(said, rows))

    def _change(self, what: str, rows: list[Row]) -> dict[int, str]:
        """Records get what the roll says, each in the list that it came with; the states they are in afterwards."""
        with begin(self.db, self.caller, "edit") as tx:
            known = entries.rows_of(tx, self.kind, [r["record_id"] for r in rows])
            fresh = [r for r in rows if r["version"] == str(known.get(r["record_id"], {}).get("version"))]
            self.done.changed += len(rows) - len(fresh)
            base = entries.as_typed(tx, self.kind, [known[r["record_id"]] for r in fresh])
            shapes = entries.shapes_of(tx, self.kind, list(known)) if what == "different" else {}
        said = sealedrows.unseal((r["row"] for r in fresh), self.db.settings)
        texts = {
            r["id"]: old | _taken(what, r, new) | {"source_key": known[r["record_id"]]["source_key"]}
            for r, old, new in zip(fresh, base, said, strict=True)
        }
        parts: dict[tuple[int, bool], list[Row]] = {}
        for r in fresh:
            parts.setdefault((known[r["record_id"]]["source_id"], r["record_id"] in shapes), []).append(r)
        for (source, drawn), part in parts.items():
            self._into(source, part, texts, shapes if drawn else {})
        # another difference of the same record is about its new state
        with begin(self.db, self.caller, "edit") as tx:
            now = entries.rows_of(tx, self.kind, [r["record_id"] for r in fresh])
            states = {n: str(r["version"]) for n, r in now.items()}
            tx.run("reconcile/refresh", id=self.about["id"], ids=list(states), versions=list(states.values()))
        return states

    def _into(self, source: int, rows: list[Row], texts: dict[int, dict[str, Any]], shapes: dict[int, bytes]) -> None:
        """Write records of one list; when somebody was faster with one of them, one by one without that one."""
        entry = Entry(
            "edit", self.about["cell_key"], source, {r["record_id"]: r["version"] for r in rows}, partial=True
        )
        drawn = [shapes[r["record_id"]] for r in rows] if shapes else None
        try:
            outcome = self._import([texts[r["id"]] for r in rows], rows, entry, drawn)
        except ChangedError:
            if len(rows) == 1:
                self.done.changed += 1
                return
            for r in rows:
                self._into(source, [r], texts, shapes)
            return
        self._settle(rows, outcome)

    def _import(
        self, texts: list[dict[str, Any]], rows: list[Row], entry: Entry | None = None,
        shapes: list[bytes] | None = None,
    ) -> imports.Outcome:  # fmt: skip
        """Rows as an import, into the roll's own list or (``entry``) into the one that the records came with."""
        about = self.about
        name = f"{about['file_name']} #{about['id']}"[:120]
        source = Source(Path(), file_name=name, day_first=about["day_first"])
        request = ImportRequest(self.kind, source, list_name=None if entry else about["name"], entry=entry)
        area = str(codes.area_codes([about["cell_key"]])[0])
        return entries.write(self.db, self.caller, request, area, texts, [r["id"] for r in rows], shapes)

    def _settle(self, rows: list[Row], outcome: imports.Outcome) -> None:
        refused = set(outcome.rejects["row_no"].astype(int)) if len(outcome.rejects) else set()
        self.done.rejected += len(refused)
        with begin(self.db, self.caller, "edit") as tx:
            self.note(tx, [r["id"] for r in rows if r["id"] not in refused], "accepted", outcome.batch_id)
        if outcome.batch_id:
            self.done.batches.append(outcome.batch_id)


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


# ---- reading -----------------------------------------------------------------------------------------------------


def _rows(tx: Tx, number: int, which: Which, decision: str | None, after: int, most: int) -> list[Row]:
    return tx.rows(
        "reconcile/differences", id=number, ids=list(which.ids) or None, what=which.what, decision=decision,
        field=which.field, only=which.only, after=after, most=most,
    )  # fmt: skip


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
    return {
        "id": row["id"], "what": row["what"], "called": t(f"reconcile.{row['what']}"), "record_id": row["record_id"],
        "row": row_label(row["row_no"]) if row["row_no"] else None, "label": entries.label(record or masked),
        "fields": pairs,
        "decision": row["decision"], "decided_at": row["decided_at"], "batch_id": row["batch_id"],
        "cell_code": codes.code_of(row["cell_key"]),
    }  # fmt: skip
