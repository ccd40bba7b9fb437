"""Check-ins on a patrol (签到): at points whose code hangs there, and where a walk begins and ends. Their minutes are
written as patrols of the cells, as those of tracks are; docs/coverage.md says which count."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from zoneinfo import ZoneInfo

import pandas as pd

from gridsvc import paths
from gridsvc.domain import codes, patrols, tasknumber
from gridsvc.errors import ConflictError, InputError, LimitError, MissingError
from gridsvc.services import entries, ground, installation, plans, scopes, targets
from gridsvc.services.filein import Source
from gridsvc.services.imports import Entry, ImportRequest
from gridsvc.services.linking import FAR_M
from gridsvc.store.tx import Caller, begin

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gridsvc.services.ground import Area
    from gridsvc.settings import Settings
    from gridsvc.store.pool import Database, Row
    from gridsvc.store.tx import Tx

LIST: Final = "巡查签到"  # the list that patrols of check-ins go to
POINTS: Final = ("estate", "facility", "hazard_source", "organisation", "building", "component")
DEFAULT: Final = ("estate", "facility", "hazard_source")
MOST: Final = 2_000  # codes of one sheet
_AGAIN: Final = dt.timedelta(minutes=1)  # within it the same point again is the same check-in: a page loaded twice
_PHONE_M: Final = 30.0  # accuracy of a telephone that does not say
_WORST_M: Final = 200.0


@dataclass(frozen=True)
class Said:
    """A check-in: ``kind`` start, point or stop; the code of the point; the cell of a start (number or name, her only
    one without); where the telephone is, where it says so (WGS 84, metres)."""

    kind: str
    point: str | None = None
    cell: str | None = None
    lon: float | None = None
    lat: float | None = None
    accuracy_m: float | None = None


def check_in(db: Database, caller: Caller, said: Said, *, now: dt.datetime | None = None) -> dict[str, Any]:
    """Take a check-in of the caller, write the minutes that her day comes to; :func:`today` after it.

    Raises:
        MissingError: ``plan.officer.unknown``, ``plan.post``, ``checkin.point``;
        InputError: ``checkin.cell``, ``checkin.far``; ConflictError: ``checkin.walking``, ``checkin.not_walking``.
    """
    with begin(db, caller, "report") as tx:
        at = now or dt.datetime.now(dt.UTC)
        officer, posts, day = _who(tx, at)
        tx.run("checkin/lock", officer_id=officer["id"])
        before = _day(tx, officer, day)
        new = _point(tx, said) if said.kind == "point" else _turn(said, posts, before, ZoneInfo(ground.zone(tx)))
        if not _same(before, new, at):
            tx.run("checkin/add", officer_id=officer["id"], at=at, **new)
        rows = _day(tx, officer, day)
        walked = patrols.minutes(_frame(officer, rows), ZoneInfo(ground.zone(tx)), patrols.CHECKIN_GAP_MINUTES)
    for line in walked.itertuples():  # all of them again: what was not written the last time is written now
        _write(db, caller, officer, line)
    return today(db, caller, now=now)


def today(db: Database, caller: Caller, *, now: dt.datetime | None = None) -> dict[str, Any]:
    """The caller's patrol of today: since when she walks, minutes by cell beside those that are asked for, check-ins.

    Raises:
        MissingError: ``plan.officer.unknown``, ``plan.post``.
    """
    with begin(db, caller, "report") as tx:
        officer, posts, day = _who(tx, now or dt.datetime.now(dt.UTC))
        rows = _day(tx, officer, day)
        zone = ZoneInfo(ground.zone(tx))
        walked = patrols.minutes(_frame(officer, rows), zone, patrols.CHECKIN_GAP_MINUTES)
        spent = dict(zip(walked["cell_key"].tolist(), walked["minutes"].tolist(), strict=True))
        cells = {p["cell_key"]: p for p in posts if p["target"] == "cell"}
        keys = sorted({*cells, *(r["cell_key"] for r in rows)})
        asked = {r["cell_key"]: r["minutes"] for r in tx.rows("checkin/asked", cells=keys, day=day)}
        points = {(r["target"], r["target_id"]) for r in rows if r["target"]}
        told = targets.named(tx, {("cell", k) for k in keys} | points)
    walk, name = _walk(rows), {about: one["name"] for about, one in told.items()}
    code = dict(zip(keys, codes.cell_codes(keys).tolist(), strict=True))
    return {
        "officer": {"id": officer["id"], "number": officer["number"], "name": officer["name"]}, "day": day,
        "since": walk["at"].isoformat() if walk else None,
        "cells": [{"code": code[k], "name": name[("cell", k)], "own": k in cells, "minutes": spent.get(k, 0),
                   "asked": asked.get(k)} for k in keys if ("cell", k) in name],
        "checkins": [{"at": r["at"], "kind": r["kind"], "located": r["far_m"] is not None,
                      "name": name.get((r["target"] or "cell", r["target_id"] or r["cell_key"])),
                      "cell": name.get(("cell", r["cell_key"]))} for r in rows],
    }  # fmt: skip


def sheet(
    db: Database, caller: Caller, path: Path, url: str, area: str | None = None, kinds: Sequence[str] = DEFAULT
) -> tuple[Area, int]:
    """Codes of the points of an area as a page to print (HTML), to hang where they are; ``url`` is where telephones
    reach the service. Audited: who has a code can check in with it.

    Raises:
        InputError: ``checkin.kinds``, ``checkin.format``; MissingError: ``area.unknown``, ``scope.outside``,
            ``checkin.none``; LimitError: ``checkin.many``.
    """
    from gridsvc.render import pointsheet

    if not set(kinds) <= set(POINTS):
        raise InputError("checkin.kinds", value=", ".join(kinds), known=", ".join(POINTS))
    if path.suffix.lower() != ".html":
        raise InputError("checkin.format", value=path.suffix or path.name)
    with begin(db, caller, "export") as tx:
        found = scopes.own_area(tx, area)
        if not tx.who.touches(found.lo, found.hi):
            raise MissingError("scope.outside")
        rows = tx.rows("checkin/points", lo=found.lo, hi=found.hi, kinds=list(kinds), most=MOST + 1)
        if not rows:
            raise MissingError("checkin.none", area=found.name)
        if len(rows) > MOST:
            raise LimitError("checkin.many", most=MOST)
        tx.audit("checkin.sheet", entity="area", detail={"area": found.code, "points": len(rows)})
    points = [{**r, "task": code_of(db.settings, r["target"], r["id"])} for r in rows]
    with paths.whole(path) as part:
        part.write_text(pointsheet.html(found.name, points, url.rstrip("/")), encoding="utf-8")
    return found, len(points)


def code_of(settings: Settings, target: str, number: int) -> str:
    """The code of a point: nobody makes one who has not the key of the installation."""
    (mark,) = installation.field_key(settings).digests([f"checkin|{target}|{number}"])
    return tasknumber.written(target, number, "patrol", (mark or b"").hex()[:10])


def _who(tx: Tx, now: dt.datetime) -> tuple[Row, list[Row], dt.date]:
    """The caller as an officer, her posts of today, today."""
    day = now.astimezone(ZoneInfo(ground.zone(tx))).date()
    officer = plans.officer_of(tx, None)
    posts = tx.rows("plan/posts", officer=officer["id"], day=day)
    if not posts:
        raise MissingError("plan.post", name=officer["name"], number=officer["number"] or "", day=day.isoformat())
    return officer, posts, day


def _day(tx: Tx, officer: Row, day: dt.date) -> list[Row]:
    start = dt.datetime.combine(day, dt.time(), ZoneInfo(ground.zone(tx)))
    return tx.rows("checkin/day", officer_id=officer["id"], start=start, stop=start + dt.timedelta(days=1))


def _point(tx: Tx, said: Said) -> dict[str, Any]:
    """The check-in at a point, if the code is one and the telephone is there."""
    (read,) = tasknumber.read(pd.Series([said.point or ""], dtype="str")).to_dict("records")
    known = not pd.isna(read["target"]) and read["target"] in POINTS
    if not known or code_of(tx.settings, read["target"], int(read["target_id"])).lower() != read["number"]:
        raise MissingError("checkin.point", value=said.point or "")
    target, number = str(read["target"]), int(read["target_id"])
    row = tx.one("checkin/point", target=target, id=number, lon=said.lon, lat=said.lat)
    if row is None:
        raise MissingError("checkin.point", value=said.point or "")
    near = FAR_M + min(max(said.accuracy_m if said.accuracy_m is not None else _PHONE_M, 0.0), _WORST_M)
    if row["far_m"] is not None and row["far_m"] > near + (row["accuracy_m"] or 0.0):
        raise InputError("checkin.far", name=row["name"] or "", metres=round(row["far_m"]))
    return {"kind": "point", "target": target, "target_id": number, "cell_key": row["cell_key"], "lon": row["lon"],
            "lat": row["lat"], "far_m": row["far_m"]}  # fmt: skip


def _turn(said: Said, posts: Sequence[Row], before: Sequence[Row], zone: ZoneInfo) -> dict[str, Any]:
    """The begin or end of a walk."""
    walk = _walk(before)
    if said.kind == "stop":
        if walk is None:
            raise ConflictError("checkin.not_walking")
        key = before[-1]["cell_key"]
    else:
        if walk is not None:
            raise ConflictError("checkin.walking", at=walk["at"].astimezone(zone).strftime("%H:%M"))
        cells = [p for p in posts if p["target"] == "cell"]
        named = [p for p in cells if said.cell in (None, p["code"], p["name"])]
        if not named or (said.cell is None and len({p["cell_key"] for p in named}) > 1):
            raise InputError(
                "checkin.cell", value=said.cell or "", known="、".join(f"{p['name']} {p['code']}" for p in cells)
            )
        key = named[0]["cell_key"]
    nowhere = dict.fromkeys(("target", "target_id", "lon", "lat", "far_m"))
    return {"kind": said.kind, "cell_key": key, **nowhere}


def _walk(rows: Sequence[Row]) -> Row | None:
    """The start of the walk that she is on."""
    turns = [r for r in rows if r["kind"] != "point"]
    return turns[-1] if turns and turns[-1]["kind"] == "start" else None


def _same(before: Sequence[Row], new: dict[str, Any], now: dt.datetime) -> bool:
    last = before[-1] if before else None
    return (last is not None and new["kind"] == "point" and now - last["at"] < _AGAIN
            and (last["target"], last["target_id"]) == (new["target"], new["target_id"]))  # fmt: skip


def _frame(officer: Row, rows: Sequence[Row]) -> pd.DataFrame:
    names = ("at", "kind", "cell_key", "lon", "lat")
    found = pd.DataFrame([[r[n] for n in names] for r in rows], columns=list(names))
    found["at"] = pd.to_datetime(found["at"], utc=True)
    found["cell_key"] = [k if k & codes.SEQ_MAX else 0 for k in found["cell_key"]]  # undivided ground is no cell
    return found.assign(officer=str(officer["id"])).astype({"lon": float, "lat": float, "cell_key": "int64"})


def _write(db: Database, caller: Caller, officer: Row, line: Any) -> None:
    """The minutes in one cell as a visit; sent again they are the same one, with more minutes. Each cell has a list
    of its own: an officer may have none that is above her cells."""
    key = int(line.cell_key)
    row = {
        "source_key": f"walk|{officer['id']}|{line.day}|{key}", "at": line.at.isoformat(), "outcome": "done",
        "officer": plans.word_of(officer), "task": tasknumber.written("cell", key, "patrol", "walk"),
        "mode": "inspect", "minutes": str(int(line.minutes)),
    }  # fmt: skip
    area, entry = str(codes.area_codes([key])[0]), Entry("report", key)
    request = ImportRequest("visit", Source(Path()), area, LIST, entry=entry)
    entries.write(db, caller, request, area, [row], [1])
