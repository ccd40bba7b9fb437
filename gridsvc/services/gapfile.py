"""The list of gaps as a workbook, taken away from the page: all of it, as the caller sees it."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from gridsvc import paths
from gridsvc.errors import InputError
from gridsvc.services import gaps, jobs
from gridsvc.services.progress import Progress, quiet
from gridsvc.store.tx import begin
from gridsvc.text import t

if TYPE_CHECKING:
    from pathlib import Path

    from gridsvc.services.gaps import Ask, Gaps
    from gridsvc.store.pool import Database
    from gridsvc.store.tx import Caller

MOST: Final = 200_000  # lines of one workbook


def submit(db: Database, caller: Caller, ask: Ask) -> int:
    """Queue the workbook as a job; its number.

    Raises:
        As :func:`gridsvc.services.gaps.listing`; ForbiddenError: ``auth.forbidden``.
    """
    with begin(db, caller, "export"):  # who may not is told so first
        pass
    ask = replace(ask, kinds=gaps.kinds_of(ask.kinds))
    gaps.listing(db, caller, ask, limit=1)
    params = {"area": ask.area, "kinds": ask.kinds, "rules": ask.rules, "officer": ask.officer, "days": ask.days,
              "sort": ask.sort}  # fmt: skip
    with begin(db, caller, "export") as tx:
        params = jobs.for_output(tx, params, "xlsx")
    return jobs.submit(db, caller, "gaps", params)


def write(db: Database, caller: Caller, ask: Ask, path: Path, progress: Progress = quiet) -> tuple[Gaps, int]:
    """Write the list of ``ask``; its first page, and how many lines it has. Audited.

    Raises:
        InputError: ``export.format``; and as :func:`gridsvc.services.gaps.listing`.
    """
    from gridsvc.render import monthbook

    if path.suffix.lower() != ".xlsx":
        raise InputError("export.format", value=path.suffix or path.name, known=".xlsx")
    ask = replace(ask, kinds=gaps.kinds_of(ask.kinds))
    first, rows, left = gaps.whole(db, caller, ask, MOST, progress)
    table = gaps.cut_sheet(rows, first, ask) if left else gaps.sheet(rows)
    head = {t("month.head.unit"): f"{first.area.name} {first.area.code}", **_asked(ask),
            t("month.head.day"): first.today.isoformat()}  # fmt: skip
    with paths.whole(path) as part:
        monthbook.write_list(part, t("gap.title"), head, table)
    with begin(db, caller, "export") as tx:
        tx.audit("report", entity="gap", detail={"area": first.area.code, "rows": len(rows), "file": path.name})
    return first, len(rows)


def _asked(ask: Ask) -> dict[str, str]:
    """What was asked for, in words: a list that was narrowed says so."""
    said: dict[str, Any] = {
        t("gap.column.label"): "、".join(t(f"gap.kind.{kind}") for kind in ask.kinds),
        t("gap.column.what"): "、".join(ask.rules), t("gap.column.officers"): ask.officer,
        t("gap.at_least"): ask.days,
    }  # fmt: skip
    return {name: str(value) for name, value in said.items() if value}


def file_name(found: Gaps, day: dt.date) -> str:
    """What the workbook is called when it is taken away."""
    return f"{t('gap.title')}-{found.area.name}-{day:%Y%m%d}.xlsx"
