"""The demo: the sample city through the same services that an office's own files go through."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
import time
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

from gridsvc.domain import codes
from gridsvc.domain.recipe import Recipe
from gridsvc.domain.sample.duty import BEFORE_DAYS, DAYS
from gridsvc.services import (
    areas,
    batches,
    cells,
    classes,
    dividing,
    divisions,
    gaps,
    imports,
    obligations,
    publishing,
    reports,
    residents,
    sample,
    users,
)
from gridsvc.services.areas import AreaRequest
from gridsvc.services.filein import Source
from gridsvc.services.imports import ImportRequest
from gridsvc.services.progress import Progress, quiet
from gridsvc.services.scopes import Question
from gridsvc.services.users import NewUser

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from gridsvc.store.pool import Database
    from gridsvc.store.tx import Caller

# Cells of a demonstration are smaller than the usual 400 households, so that 70 officers have some each.
HOUSEHOLDS = 120.0
# kind, name of its file, name of the list; the ground first, then what stands on it, then what is done there
BEFORE = (
    ("base_feature", "base", "样例城市底图"),
    ("estate", "estates", "样例城市小区"),
    ("building", "buildings", "样例城市楼栋台账"),
    ("address", "addresses", "样例城市标准地址"),
    ("event", "events", "样例城市事件"),
)
AFTER = (
    ("resident_group", "resident_groups", "样例城市居民小组"),
    ("unit", "units", "样例城市单元"),
    ("dwelling", "dwellings", "样例城市户室台账"),
    ("person", "people", "样例城市居民台账"),
    ("organisation", "organisations", "样例城市单位台账"),
    ("facility", "facilities", "样例城市设施"),
    ("component", "components", "样例城市部件"),
    ("hazard", "hazards", "样例城市隐患台账"),
    ("hazard_source", "hazard_sources", "样例城市危险源"),
    ("zone", "zones", "样例城市责任区"),
)
DUTY = (
    ("officer", "officers", "样例城市网格员名册"),
    ("post", "posts", "样例城市岗位"),
    ("visit", "visits", "样例城市走访记录"),
)


@dataclass
class Step:
    """One step of the demo: what, how long, what came of it; ``changed`` says whether it wrote anything."""

    name: str
    seconds: float
    facts: dict[str, Any]
    changed: bool


@dataclass
class Demo:
    """Everything the demo did."""

    steps: list[Step] = field(default_factory=list)
    logins: list[dict[str, str]] = field(default_factory=list)

    @property
    def changed(self) -> bool:
        """Whether anything was written."""
        return any(s.changed for s in self.steps)


def run(
    db: Database, caller: Caller, out: Path, *, as_of: dt.date, seed: int = 1, scale: int = 1,
    progress: Progress = quiet, tell: Callable[[Step], None] = lambda _: None,
) -> Demo:  # fmt: skip
    """Generate, load, divide, assign, compute, report; the same again on the same day changes nothing."""
    demo = Demo()

    def step(name: str, work: Callable[[], tuple[dict[str, Any], bool]]) -> dict[str, Any]:
        started = time.perf_counter()
        facts, changed = work()
        done = Step(name, round(time.perf_counter() - started, 2), facts, changed)
        demo.steps.append(done)
        tell(done)
        return facts

    folder = out / "sample-city"
    truths: dict[str, Any] = {}
    step("generate", lambda: _generate(folder, as_of, seed, scale, db, progress, truths))
    county = truths["counties"][0]["county"]
    whole = codes.common_code([c["county"] for c in truths["counties"]]) or county

    def load(lists: tuple[tuple[str, str, str], ...]) -> None:
        for kind, name, title in lists:
            path = folder / sample.FILES[name]
            step(name, partial(_list, db, caller, kind, path, title, whole, progress))

    step("areas", lambda: _areas(db, caller, folder, progress))
    load(BEFORE)
    step("divide", lambda: _divide(db, caller, whole, as_of, progress))
    load(AFTER)
    step("duty", lambda: _duty(db, caller, folder, whole, as_of, seed, scale, progress, truths))
    load(DUTY)
    step("obligations", lambda: _obligations(db, as_of, progress))
    step("residents", lambda: _published(db, as_of, progress))
    busiest = truths["counties"][0]["busiest_officer"]
    step("users", lambda: _users(db, caller, county, busiest, demo))
    step("outputs", lambda: _outputs(db, caller, out, county, as_of, demo.changed))
    return demo


def _generate(
    folder: Path, as_of: dt.date, seed: int, scale: int, db: Database, progress: Progress, truths: dict[str, Any]
) -> tuple[dict[str, Any], bool]:
    before = (folder / sample.TRUTHS).stat().st_mtime_ns if (folder / sample.TRUTHS).exists() else 0
    truths.update(sample.write(folder, as_of, seed, scale, classes.office(db.settings), progress))
    changed = (folder / sample.TRUTHS).stat().st_mtime_ns != before
    total = {k: sum(c[k] for c in truths["counties"]) for k in ("buildings", "homes", "people", "events")}
    return total, changed


def _duty(
    db: Database, caller: Caller, folder: Path, area: str, as_of: dt.date, seed: int, scale: int, progress: Progress,
    truths: dict[str, Any],
) -> tuple[dict[str, Any], bool]:  # fmt: skip
    """Posts are on cells, so their files are written when there are cells."""
    path = folder / sample.FILES["visits"]
    before = path.stat().st_mtime_ns if path.exists() else 0
    inside = cells.inside(db, caller, area)
    inside = inside[inside["kind"] == "cell"]
    truths.update(sample.write_duty(folder, inside, as_of, seed, scale, classes.office(db.settings), progress))
    total = {k: sum(c[k] for c in truths["counties"]) for k in ("officers", "posts", "visits")}
    return total, path.stat().st_mtime_ns != before


def _areas(db: Database, caller: Caller, folder: Path, progress: Progress) -> tuple[dict[str, Any], bool]:
    source = Source(folder / sample.FILES["areas"], local=True)
    found = areas.run(db, caller, AreaRequest(source, codes="gb", list_name="样例城市区划"), progress)
    return _facts(found.counts)


def _list(
    db: Database, caller: Caller, kind: str, path: Path, title: str, area: str, progress: Progress
) -> tuple[dict[str, Any], bool]:
    """Bring one list in, unless this very file was the last that it was brought in from."""
    last = batches.last(db, caller, kind, title)
    with path.open("rb") as f:
        if last and last["file_sha256"] == hashlib.file_digest(f, "sha256").hexdigest():
            return {"same": last["counts"]["rows"]}, False
    request = ImportRequest(kind, Source(path, local=True), area=area, list_name=title)
    return _facts(imports.run(db, caller, request, progress).counts)


def _facts(counts: dict[str, int]) -> tuple[dict[str, Any], bool]:
    shown = {k: counts[k] for k in ("new", "changed", "same", "rejected", "outside", "unlocated") if counts.get(k)}
    return shown, bool(counts["new"] or counts["changed"])


def _divide(
    db: Database, caller: Caller, area: str, as_of: dt.date, progress: Progress
) -> tuple[dict[str, Any], bool]:
    """Cells of even load along roads and houses, once; a division that somebody published is left alone.

    It is in force since before the first visit, as it would be in an office that has worked for a year.
    """
    have = divisions.listing(db, caller, area=area, status="published", most=1000)
    if have:
        return {"divisions": len(have), "cells": sum(int(r["cells"]) for r in have)}, False
    wish = dividing.Wish(Recipe(target=HOUSEHOLDS), weight="households")
    drafts = dividing.divide(db, caller, area, wish, progress=progress)
    since = as_of - dt.timedelta(days=BEFORE_DAYS)
    done = publishing.publish_area(db, caller, area, since, progress=progress)
    moved = sum(sum(p.moved.values()) for p in done)
    return {"divisions": len(drafts), "cells": sum(p.cells for p in done), "assigned": moved}, True


def _obligations(db: Database, as_of: dt.date, progress: Progress) -> tuple[dict[str, Any], bool]:
    """What the rules ask for since the first whole month with visits, and what of it was done."""
    first = (as_of - dt.timedelta(days=DAYS)).replace(day=1) + dt.timedelta(days=32)
    done = obligations.update(db, today=as_of, since=first.replace(day=1), progress=progress)
    found = gaps.refresh(db, today=as_of, progress=progress)
    return {k: v for k, v in done.counts().items() if v} | {"gaps": found}, any(done.counts().values())


def _published(db: Database, as_of: dt.date, progress: Progress) -> tuple[dict[str, Any], bool]:
    """What everybody may know of the residents, at the end of the month before; once."""
    before = as_of.replace(day=1) - dt.timedelta(days=1)
    rows = residents.publish(db, before.isoformat()[:7], progress)
    return {"written": rows}, rows > 0


def _users(db: Database, caller: Caller, county: str, officer: str, demo: Demo) -> tuple[dict[str, Any], bool]:
    """One account of each role, with a button on the login page; passwords go into a file of 0600."""
    listed = areas.listing(db, caller, county)
    towns = [a for a in listed if a["level"] == 9]
    communities = [a for a in listed if a["level"] == 12 and a["parent"] == towns[0]["code"]]
    wanted = [
        NewUser("wangge", "周网格", "officer", officer=officer, demo=True),
        NewUser("shequ", "李社区", "community", communities[1]["code"], demo=True),
        NewUser("jiedao", "陈街道", "street", towns[0]["code"], demo=True),
        NewUser("quxian", "孙区县", "county", county, demo=True),
        NewUser("fenxi", "吴分析", "analyst", county, demo=True),
        NewUser("shenji", "郑审计", "auditor", demo=True),
        NewUser("guanli", "王管理", "admin", demo=True),
    ]
    known = {r["login"] for r in users.listing(db, caller)}
    passwords = {}
    for user in wanted:
        if user.login not in known:
            _, passwords[user.login] = users.add(db, caller, user)
    demo.logins = [{"login": u.login, "name": u.name, "role": u.role} for u in wanted]
    if passwords:
        _keep(db.settings.base / "secrets" / "demo-logins.json", passwords)
    return {"accounts": len(wanted), "new": len(passwords)}, bool(passwords)


def _keep(path: Path, passwords: dict[str, str]) -> None:
    known = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as f:
        json.dump({**known, **passwords}, f, ensure_ascii=False, indent=1)


def _outputs(
    db: Database, caller: Caller, out: Path, county: str, as_of: dt.date, changed: bool
) -> tuple[dict[str, Any], bool]:
    """Maps and reports; written again only when the data changed or one is missing."""
    period = f"{as_of - dt.timedelta(days=364)}..{as_of}"
    ask = Question(county, period, as_of=as_of)
    makers: dict[str, Callable[[Path], Any]] = {
        "heat-cells.html": lambda p: reports.heat_file(db, caller, ask, "cell", "count", p),
        "heat-cells.geojson": lambda p: reports.heat_file(db, caller, ask, "cell", "count", p),
        "heat-h3.html": lambda p: reports.heat_file(db, caller, ask, "h3-9", "km2", p),
        "closing.xlsx": lambda p: reports.closing_file(db, caller, ask, p),
        "closing.html": lambda p: reports.closing_file(db, caller, ask, p),
    }
    published = divisions.listing(db, caller, area=county, status="published", most=1)
    if published:
        makers["grid.html"] = lambda p: reports.division_file(db, caller, published[0]["id"], p)
    wrote = 0
    for name, make in makers.items():
        path = out / name
        if changed or not path.exists():
            make(path)
            wrote += 1
    return {"files": len(makers), "written": wrote, "folder": str(out)}, wrote > 0
