"""Publishing a division: cells get their identity, records on changed ground are assigned again (DESIGN §2)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import shapely

from gridsvc.domain import codes, identity
from gridsvc.errors import ConflictError, InputError
from gridsvc.services import divisions, ground, reassign, rollup, special, staffing
from gridsvc.services.progress import Progress, quiet
from gridsvc.services.staffing import Bare
from gridsvc.store.copyin import CopyIn
from gridsvc.store.tx import Caller, Tx, begin

if TYPE_CHECKING:
    from gridsvc.store.pool import Database, Row

IDENTITY = ["ordinal", "cell_key", "code", "code_alt", "name", "kind", "is_new"]


@dataclass
class Published:
    """What a publication did: how many cells, how many of them inherited, records that changed cell by kind, posts
    that followed the doors of an ended cell (or ended with it), and what nobody has a post on."""

    division_id: int
    area_code: str
    valid_from: dt.date
    cells: int
    inherited: int
    ended: int = 0
    moved: dict[str, int] = field(default_factory=dict)
    posts: int = 0
    bare: Bare = field(default_factory=Bare)


@dataclass
class _Prepared:
    """What was computed before anything is locked."""

    row: Row
    version: int
    identity: pd.DataFrame
    heirs: pd.DataFrame
    plan: reassign.Plan | None  # none: no record lies in another cell than before
    current: list[Row]


def publish_area(
    db: Database, caller: Caller, area: str, day: dt.date | None = None, progress: Progress = quiet
) -> list[Published]:
    """Publish the newest draft of every lowest area inside ``area``.

    Raises:
        ConflictError: ``division.no_draft``.
    """
    with begin(db, caller, "divide") as tx:
        top = ground.find(tx, area)
        drafts = [r["id"] for r in tx.rows("division/newest_drafts", lo=top.lo, hi=top.hi)]
    if not drafts:
        raise ConflictError("division.no_draft", area=area)
    done = []
    for i, number in enumerate(drafts):
        progress("division.publish", i / len(drafts))
        done.append(publish(db, caller, number, day))
    return done


def retire(
    db: Database, caller: Caller, division_id: int, day: dt.date | None = None, progress: Progress = quiet
) -> Published:
    """End a division from ``day`` (today) on, without another one in its place: records stay in the area, in no cell;
    posts on its cells end.

    Raises:
        ConflictError: ``division.not_published``, and as :func:`publish`.
    """
    return _changed(db, caller, division_id, day, progress, "published")


def publish(
    db: Database, caller: Caller, division_id: int, day: dt.date | None = None, progress: Progress = quiet
) -> Published:
    """Bring a draft into force from ``day`` (today) on; the division before it ends the day before.

    The cells of all records are computed from a snapshot first; then one transaction writes what differs. Writers
    wait for that transaction, readers do not.

    Raises:
        ConflictError: ``division.not_draft``, ``division.date_before``, ``ground.moving``;
        InputError: ``division.date_future``.
    """
    return _changed(db, caller, division_id, day, progress, "draft")


def _changed(
    db: Database, caller: Caller, division_id: int, day: dt.date | None, progress: Progress, status: str
) -> Published:
    for _ in range(3):
        prepared, day = _prepare(db, caller, division_id, day, progress, status)
        done = _commit(db, caller, prepared, day, progress)
        if done is not None:
            rollup.fold_if_large(db, progress)
            return done
    raise ConflictError("ground.moving")


def _prepare(
    db: Database, caller: Caller, division_id: int, day: dt.date | None, progress: Progress, status: str
) -> tuple[_Prepared, dt.date]:
    with begin(db, caller, "divide", budget_ms=db.settings.job_budget_ms, steady=True) as tx:
        row = divisions.get(tx, division_id)
        divisions.need_scope(tx, row)
        today = ground.today(tx)
        day = day or today
        if row["status"] != status:
            raise ConflictError(f"division.not_{status}", id=division_id, status=row["status"])
        if day > today:
            raise InputError("division.date_future", date=day.isoformat())
        basic = row["purpose"] == "basic"
        current = tx.rows("division/current", lo=row["lo"], hi=row["hi"]) if basic else special.replaced(tx, row)
        if any(r["valid_from"] and r["valid_from"] > day for r in current):
            raise ConflictError("division.date_before", date=day.isoformat())
        version = int(tx.value("ground/version"))
        cells = divisions.cells_of(tx, division_id)
        if status == "published":
            cells, current = cells.head(0), [row]
            if row["valid_from"] > day:
                raise ConflictError("division.date_before", date=day.isoformat())
        who, heirs = _identities(tx, row, cells, current)
        plan = None
        if basic:
            shapes = np.asarray(cells.geometry, dtype=object)
            site = ground.around(tx, row["area_code"], (shapes, who["cell_key"].to_numpy(dtype=np.int64)))
            plan = reassign.plan(tx, [(row["lo"], row["hi"])], site, progress)
    return _Prepared(row, version, who, heirs, plan, current), day


def _identities(tx: Tx, row: Row, cells: Any, current: list[Row]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Key, code and name of every cell of the draft; the successor of an old cell keeps them. And for every old cell
    the new one that has most of its load (old, heir)."""
    area = row["area_code"]
    highest = int(tx.value("cell/highest", area_code=area))
    old = [divisions.cells_of(tx, r["id"]) for r in current if r["area_code"] == area]
    n = len(cells)
    heirs = pd.DataFrame({"old": [], "heir": []}, dtype=np.int64)
    seq, inherited = highest + 1 + np.arange(n), np.zeros(n, dtype=bool)
    restored = n > 0 and bool(cells["was_key"].notna().all())
    if restored:  # a division of before as it was: its cells are those they were
        seq, inherited = codes.seq_of_keys(cells["was_key"].to_numpy(dtype=np.int64)), np.ones(n, dtype=bool)
    if old and len(old[0]):
        points = tx.frame("building/points", lo=row["lo"], hi=row["hi"])
        spots = shapely.points(points["lon"].to_numpy(dtype=float), points["lat"].to_numpy(dtype=float))
        one, two, load = identity.shared_loads(
            np.asarray(old[0].geometry, dtype=object), np.asarray(cells.geometry, dtype=object),
            np.asarray(spots, dtype=object), np.ones(len(spots)),
        )  # fmt: skip
        if not restored:
            seq, inherited = identity.successors(
                codes.seq_of_keys(old[0]["key"].to_numpy(dtype=np.int64)), n, highest, one, two, load
            )
        first = identity.favourites(one, two, load)
        old_keys = old[0]["key"].to_numpy(dtype=np.int64)
        heirs = pd.DataFrame({"old": old_keys[one[first]], "heir": codes.area_key(area) + seq[two[first]]})
    key = codes.area_key(area) + seq
    codes.cell_key(area, int(seq.max(initial=1)))  # refuses more than fit
    frame = pd.DataFrame({"ordinal": cells["ordinal"].to_numpy(), "cell_key": key, "is_new": ~inherited})
    frame["code"] = codes.cell_codes(key)
    frame["kind"] = cells["kind"].to_numpy()
    frame["code_alt"], drawn = cells["code_alt"].to_numpy(), cells["name"].astype("str")
    called = "第{}网格" if row["purpose"] == "basic" else "专属第{}网格"
    default = pd.Series([called.format(s) for s in seq], dtype="str")
    taken = {r["name"] for r in tx.rows("cell/names", area_code=area)}
    usable = drawn.notna() & ~drawn.duplicated(keep=False) & ~drawn.isin(taken)
    frame["name"] = drawn.where(usable, default.where(~inherited))
    return frame, heirs[~heirs["old"].isin(key)]


def _commit(db: Database, caller: Caller, prepared: _Prepared, day: dt.date, progress: Progress) -> Published | None:
    """The one transaction that changes the ground; None when the ground moved since the snapshot."""
    row, number = prepared.row, prepared.row["id"]
    with begin(db, caller, "divide", budget_ms=db.settings.job_budget_ms) as tx:
        tx.run("ground/own")
        if int(tx.value("ground/version")) != prepared.version:
            return None
        if tx.value("division/lock", division_id=number) != row["status"]:
            raise ConflictError("division.not_draft", id=number, status="published")
        tx.run("cell/stage")
        with CopyIn(tx.conn, "stage_identity", IDENTITY) as copy:
            copy.write(prepared.identity[IDENTITY])
        for old in prepared.current:
            tx.run("division/retire", division_id=old["id"], day=day)
            tx.run("division/retire_cells", division_id=old["id"], day=day)
        tx.run("cell/add", area_code=row["area_code"], day=day)
        tx.run("cell/rename")
        tx.run("cell/reopen")
        ended = tx.run("cell/end", divisions=[old["id"] for old in prepared.current], day=day)
        if row["status"] == "draft":
            tx.run("cell/give_keys", division_id=number, day=day)
            tx.run("division/publish", division_id=number, day=day, user_id=tx.who.user_id)
        moved = reassign.apply(tx, prepared.plan, progress) if prepared.plan else {}
        posts = _posts(tx, prepared, day)
        if prepared.plan:
            tx.value("ground/bump")
        inherited = int((~prepared.identity["is_new"]).sum())
        done = Published(number, row["area_code"], day, len(prepared.identity), inherited, ended, moved, posts)
        done.bare = staffing.bare(tx, row["lo"], row["hi"], day)
        tx.audit(
            "division.publish" if row["status"] == "draft" else "division.retire",
            entity="division",
            row_id=number,
            detail={"area": row["area_code"], "from": day.isoformat(), "cells": done.cells, "moved": moved},
        )
    return done


def _posts(tx: Tx, prepared: _Prepared, day: dt.date) -> int:
    """Posts on cells that ended, after the records of the ground have moved."""
    followed = staffing.follow(tx, prepared.heirs, prepared.row["lo"], prepared.row["hi"], day)
    if prepared.row["status"] == "draft":
        return followed
    keys = divisions.cells_of(tx, prepared.row["id"])["key"].tolist()
    return tx.run("post/close", keys=keys, day=day)
