"""《网格化服务管理工作月报》: the coverage of a period and the gaps as one workbook."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

import pandas as pd

from gridsvc import paths
from gridsvc.errors import InputError
from gridsvc.services import coverage, gaps, ground, jobs, users
from gridsvc.services.progress import Progress, quiet
from gridsvc.store.tx import Caller, begin
from gridsvc.text import t

if TYPE_CHECKING:
    from pathlib import Path

    from gridsvc.services.coverage import Ask, Coverage
    from gridsvc.store.pool import Database

SHEETS: Final = ("community", "cell", "officer", "rule")
LISTED: Final = 5_000  # gaps of a group that have a line; the others are counted


def write(
    db: Database, caller: Caller, ask: Ask, path: Path, *, checked_by: str = "", progress: Progress = quiet
) -> Coverage:
    """Write the workbook of ``ask`` (its ``by`` does not matter); the coverage by community. Audited.

    Raises:
        InputError: ``export.format``; and as :func:`gridsvc.services.coverage.report`.
    """
    from gridsvc.render import monthbook

    if path.suffix.lower() != ".xlsx":
        raise InputError("export.format", value=path.suffix or path.name, known=".xlsx")
    with begin(db, caller, "export") as tx:
        now = dt.datetime.now(dt.UTC).astimezone(ZoneInfo(ground.zone(tx)))
    found = {}
    for k, by in enumerate(SHEETS):
        progress("month.coverage", k / (len(SHEETS) + 2))
        found[by] = coverage.report(db, caller, replace(ask, by=by))
    first = found[SHEETS[0]]
    tables = {by: one.table for by, one in found.items() if len(one.table)}
    notes = [t("coverage.partial", area=first.area.name)] if first.partial else []
    notes += [t("coverage.ahead", today=first.today)] if first.ahead else []
    notes += [t("coverage.hidden", rules="、".join(first.hidden))] if first.hidden else []
    if first.provisional:
        notes.append(t("coverage.provisional", years="、".join(map(str, first.provisional))))
    last = first.period.last.isoformat()
    head = {
        t("month.head.unit"): f"{first.area.name} {first.area.code}",
        t("month.head.period"): f"{first.period.start.isoformat()} – {last}（{t('month.head.as_of')} {first.today}）",
        t("month.head.by"): users.me(db, caller)["name"], t("month.head.checked"): checked_by or "        ",
        t("month.head.day"): now.strftime("%Y-%m-%d %H:%M"),
    }  # fmt: skip
    progress("month.gaps", len(SHEETS) / (len(SHEETS) + 2))
    lists = _lists(db, caller, ask)
    with paths.whole(path) as part:
        monthbook.write(part, head, tables, {by: one.total for by, one in found.items()}, lists, notes)
    with begin(db, caller, "export") as tx:
        tx.audit("report", entity="obligation",
                 detail={"area": first.area.code, "period": first.period.text, "file": path.name})  # fmt: skip
    return first


def file_name(found: Coverage) -> str:
    """What the workbook is called when it is taken away."""
    title = t("month.title")
    return f"{title}-{found.area.name}-{found.period.start:%Y%m%d}-{found.period.last:%Y%m%d}.xlsx"


def submit(db: Database, caller: Caller, ask: Ask, *, checked_by: str = "") -> int:
    """Queue the workbook as a job, that of a county takes many seconds; its number.

    Raises:
        As :func:`gridsvc.services.coverage.understood`; ForbiddenError: ``auth.forbidden``.
    """
    day = ask.as_of.isoformat() if ask.as_of else None
    params = {"area": ask.area, "period": ask.period, "rules": ask.rules, "as_of": day, "checked_by": checked_by}
    with begin(db, caller, "export") as tx:
        coverage.understood(tx, ask)
        params = jobs.for_output(tx, params, "xlsx")
    return jobs.submit(db, caller, "month", params)  # of an area that she sees a part of, too


def _lists(db: Database, caller: Caller, ask: Ask) -> dict[str, pd.DataFrame]:
    """Gaps as they are now: how many of each kind, then a list a group."""
    first = gaps.listing(db, caller, gaps.Ask(ask.area, rules=ask.rules), limit=1)
    told = [
        (t(f"gap.group.{gaps.GROUPS[k]}"), t(f"gap.kind.{k}"), n, t(f"gap.do.{k}")) for k, n in first.counts.items()
    ]
    names = [t("gap.column.group"), t("gap.column.label"), t("gap.column.count"), t("gap.column.todo")]
    out = {t("month.sheet.gaps"): pd.DataFrame(told, columns=names)}
    for group in dict.fromkeys(gaps.GROUPS.values()):
        counts = {k: n for k, n in first.counts.items() if gaps.GROUPS[k] == group and n}
        if counts:
            name = t("month.sheet.gaps_of", group=t(f"gap.group.{group}"))
            out[name] = _list(db, caller, ask.area, ask.rules, counts)
    return out


def _list(
    db: Database, caller: Caller, area: str | None, rules: tuple[str, ...], counts: dict[str, int]
) -> pd.DataFrame:
    """Gaps of some kinds (with how many there are of each) as a table; one that is cut says so in its last line. The
    kinds that few are of come whole, the others share the rest, the longest first wherever they are."""
    rows: dict[str, list[dict[str, object]]] = {}
    left = LISTED
    for k, (kind, n) in enumerate(sorted(counts.items(), key=lambda one: one[1])):
        share = left // (len(counts) - k)
        ask = gaps.Ask(area, (kind,), rules, sort="days" if n > share else "cell")
        first, rows[kind], _ = gaps.whole(db, caller, ask, share)
        left -= len(rows[kind])
    found = [row for kind in counts for row in rows[kind]]
    every = gaps.Ask(area, tuple(counts), rules)
    return (
        gaps.cut_sheet(found, replace(first, counts=counts), every)
        if len(found) < sum(counts.values())
        else gaps.sheet(found)
    )
