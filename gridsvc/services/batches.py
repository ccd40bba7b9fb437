"""Imports afterwards: listed, their rejects as a file that can be mended, and undone."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from gridsvc.domain import codes
from gridsvc.domain.frames import SHEET_ROWS, row_label
from gridsvc.domain.records import LOCATED, MADE
from gridsvc.domain.sheets import harmless_table
from gridsvc.errors import ConflictError, MissingError
from gridsvc.render import rejectbook
from gridsvc.services import areas, codetables, ground, reassign, sealedrows
from gridsvc.services.progress import Progress, quiet
from gridsvc.store.tx import Caller, Tx, begin
from gridsvc.text import language, t

if TYPE_CHECKING:
    from pathlib import Path

    from gridsvc.store.pool import Database, Row

NAMED = 20


def listing(db: Database, caller: Caller, *, before: int = 2**62, most: int = 100) -> list[Row]:
    """Imports that the caller may see, the newest first."""
    with begin(db, caller, "import") as tx:
        areas_too = "areas" in tx.who.permissions
        return [_shown(r) for r in tx.rows("batch/list", before=before, areas=areas_too, most=most)]


def one(db: Database, caller: Caller, batch_id: int) -> Row:
    """One import with its report.

    Raises:
        MissingError: ``batch.unknown``.
    """
    with begin(db, caller, "import") as tx:
        return _shown(_get(tx, batch_id))


def last(db: Database, caller: Caller, kind: str, name: str) -> Row | None:
    """The last import that is in force of the list with this name: hash of its file, counts; None without one."""
    with begin(db, caller, "import") as tx:
        return tx.one("batch/last", kind=kind, name=name)


def _get(tx: Tx, batch_id: int) -> Row:
    row = tx.one("batch/one", batch_id=batch_id)
    # a list of areas belongs to nobody's area; it is there for those who may import one
    if row is None or (row["kind"] == "area" and "areas" not in tx.who.permissions):
        raise MissingError("batch.unknown", id=batch_id)
    return row


def _shown(row: Row) -> Row:
    return {**row, "area": str(codes.area_codes([row["cell_key"]])[0])}


@dataclass(frozen=True)
class Rejects:
    """Rejected rows as a table to mend (see :func:`as_sheet`), and the columns at fault in each row."""

    sheet: pd.DataFrame
    at_fault: list[list[str]]
    list_name: str

    def write(self, path: Path) -> None:
        """As a workbook with the cells at fault marked, or (``.csv``) as text; nothing of it is run when opened."""
        if path.suffix.lower() == ".xlsx":
            rejectbook.write(path, self.sheet, self.at_fault, self.list_name)
        else:
            text = harmless_table(self.sheet).to_csv(index=False) if len(self.sheet) else ""
            path.write_bytes(text.encode("utf-8-sig") if text else b"")


def rejects(db: Database, caller: Caller, batch_id: int) -> Rejects:
    """The rejected rows of an import as they came, with reason and remedy in front."""
    with begin(db, caller, "import") as tx:
        batch = _get(tx, batch_id)
        rows = tx.frame("reject/list", batch_id=batch_id)
    found = sealedrows.opened(rows, db.settings)
    return as_sheet(found, batch["kind"], batch["mapping"], batch["source"])


def rejects_file(db: Database, caller: Caller, batch_id: int, path: Path) -> str:
    """Write them to ``path``; the name under which the mended file goes to the same list again."""
    found = rejects(db, caller, batch_id)
    found.write(path)
    name = re.sub(r"[^\w\-]+", "_", found.list_name)
    return f"{name}.rejects-{batch_id}{path.suffix}"


def as_sheet(found: pd.DataFrame, kind: str, mapping: dict[str, str], list_name: str) -> Rejects:
    """Rejects (row_no, field, value, reason, row) as a table to mend: one line a row, its faults joined.

    The columns that explain begin with 拒收; importing the table again ignores them, and what an earlier round said
    is left out.
    """
    if found.empty:
        return Rejects(pd.DataFrame(), [], list_name)
    spec, zh = codetables.kinds()[kind], language() == "zh"
    names = {f: codetables.called(spec, f, zh=zh) for f in found["field"].unique()}
    reasons = found["reason"].unique()
    text = found.assign(
        said=found["reason"].map({r: t(f"reject.{r}") for r in reasons}),
        remedy=found["reason"].map({r: t(f"reject.{r}.remedy") for r in reasons}),
        value=found["value"].astype("str").fillna(""),
        called=found["field"].map(names).astype("str"),
        column=found["field"].map({f: mapping.get(f, "") for f in names}).astype("str"),
    )
    faults = text.groupby("row_no", sort=True).agg(
        {"called": _joined, "value": _joined, "said": _joined, "remedy": _joined, "row": "first", "column": list}
    )
    rows = pd.DataFrame([json.loads(r) if isinstance(r, str) else r for r in faults["row"]])
    told = {t(f"reject.column.{c}") for c in ("row", "field", "value", "reason", "remedy")}
    several = bool(len(faults)) and int(faults.index.max()) > SHEET_ROWS
    head = pd.DataFrame(
        {
            t("reject.column.row"): [row_label(n) for n in faults.index] if several else faults.index,
            t("reject.column.field"): faults["called"].to_numpy(),
            t("reject.column.value"): faults["value"].to_numpy(),
            t("reject.column.reason"): faults["said"].to_numpy(),
            t("reject.column.remedy"): faults["remedy"].to_numpy(),
        }
    )
    rows = rows.drop(columns=[c for c in rows.columns if c in told])
    return Rejects(pd.concat([head, rows], axis=1), faults["column"].tolist(), list_name)


def _joined(parts: pd.Series) -> str:
    return "；".join(dict.fromkeys(str(p) for p in parts if str(p)))


def undo(db: Database, caller: Caller, batch_id: int, progress: Progress = quiet) -> dict[str, Any]:
    """Take an import back: its new rows go, its changed rows are as they were.

    Raises:
        ConflictError: ``batch.undone``; ``batch.changed_since`` with the rows that somebody changed afterwards;
        ``batch.referred`` with the records that stand in what would go;
        ``batch.divided`` for areas that have divisions.
    """
    with begin(db, caller, "import", budget_ms=db.settings.job_budget_ms) as tx:
        batch = _get(tx, batch_id)
        _may_undo(tx, batch)
        progress("batch.undo", 0.0)
        kind = batch["kind"]
        tx.run("ground/own" if kind == "area" else "ground/share")
        touched = [r["code"] for r in tx.rows("area/ranges_of_batch", batch_id=batch_id)] if kind == "area" else []
        removed = tx.run(f"{kind}/undo_insert", batch_id=batch_id)
        for made in MADE.get(kind, ()):
            tx.run(f"{made}/undo_insert", batch_id=batch_id)
        restored = tx.run(f"{kind}/undo_change", batch_id=batch_id)
        if kind == "area":
            tx.run("area/parents")
            tx.value("ground/bump")
            areas.reassign_inside(tx, touched, progress)
        elif restored and kind in LOCATED:
            _place_again(tx, batch)
        tx.run("batch/undone", batch_id=batch_id, user_id=tx.who.user_id)
        tx.audit("import.undo", entity=kind, batch_id=batch_id, detail={"removed": removed, "restored": restored})
    return {"batch_id": batch_id, "removed": removed, "restored": restored}


def _may_undo(tx: Tx, batch: Row) -> None:
    if batch["state"] != "applied":
        raise ConflictError("batch.undone", id=batch["id"])
    later = tx.rows("batch/blockers", batch_id=batch["id"], kind=batch["kind"], most=NAMED)
    if later:
        raise ConflictError("batch.changed_since", id=batch["id"], rows=", ".join(str(r["row_id"]) for r in later))
    referring = tx.rows("batch/referred", batch_id=batch["id"], most=NAMED)
    if referring:
        rows = ", ".join(f"{t('kind.' + r['kind'])} {r['id']}" for r in referring)
        raise ConflictError("batch.referred", id=batch["id"], rows=rows)
    if batch["kind"] == "area":
        divided = tx.rows("area/divided_by_batch", batch_id=batch["id"])
        if divided:
            raise ConflictError(
                "batch.divided", id=batch["id"], areas=", ".join(r["area_code"] for r in divided[:NAMED])
            )


def _place_again(tx: Tx, batch: Row) -> None:
    """Rows that came back carry the cells of their time; the ground may have changed since."""
    area = ground.find(tx, str(codes.area_codes([batch["cell_key"]])[0]))
    plan = reassign.plan(tx, [(area.lo, area.hi), (0, 1)], ground.around(tx, area.code))
    reassign.apply(tx, plan)
