"""What each kind of job does, from its parameters to its result."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gridsvc.domain.recipe import Recipe
from gridsvc.domain.sheets import plain_rows
from gridsvc.errors import InputError
from gridsvc.services import (
    areas,
    batches,
    classes,
    differences,
    dividing,
    divisions,
    gapfile,
    gaps,
    geocodebulk,
    imports,
    jobs,
    ledgerbase,
    monthly,
    publishing,
    reconciling,
    special,
    subcells,
)
from gridsvc.services.areas import AreaRequest
from gridsvc.services.coverage import Ask
from gridsvc.services.filein import Source
from gridsvc.services.imports import ImportRequest
from gridsvc.text import speaking

if TYPE_CHECKING:
    from collections.abc import Callable

    from gridsvc.services.progress import Progress
    from gridsvc.store.pool import Database
    from gridsvc.store.tx import Caller

    Params = dict[str, Any]
    Task = Callable[[Database, Caller, Params, Progress], dict[str, Any]]

REJECTS_SHOWN = 20


def perform(db: Database, caller: Caller, kind: str, params: Params, progress: Progress) -> dict[str, Any]:
    """Run a job under its owner's rights."""
    return TASKS[kind](db, caller, params, progress)


def clean_up(db: Database, params: Params) -> None:
    """Delete the upload that a job came with, when the job has come to its end."""
    jobs.clean_up(db, params)


def _source(params: Params) -> Source:
    return Source(
        Path(params["path"]), crs=params.get("crs") or "auto", sheet=params.get("sheet"),
        columns=params.get("columns") or {}, file_name=params.get("file_name"),
    )  # fmt: skip


def _import(db: Database, caller: Caller, params: Params, progress: Progress) -> dict[str, Any]:
    request = ImportRequest(
        params["kind"],
        _source(params),
        area=params.get("area"),
        list_name=params.get("list_name"),
        tz=params.get("tz"),
        limits=classes.parse_limits(params.get("limits") or []),
        layer=params.get("layer"),
        repair=bool(params.get("repair")),
        dry_run=bool(params.get("dry_run")),
        use_map=params.get("use_map"),
        save_map=params.get("save_map"),
    )
    work = ledgerbase.bring_in if params.get("build") else imports.run
    outcome = work(db, caller, request, progress)
    return {**outcome.report(), "rejects": _first(outcome.rejects)}


def _geocode(db: Database, caller: Caller, params: Params, progress: Progress) -> dict[str, Any]:
    found = geocodebulk.geocode_file(
        db, caller, _source(params), jobs.output_path(db.settings, params), params.get("column"), progress,
        area=params.get("area"), ask=True,
    )  # fmt: skip
    name = f"{Path(params['file_name']).stem}.geocoded.{params['format']}"
    return {k: v for k, v in asdict(found).items() if k != "output"} | {"file": name}


def _month(db: Database, caller: Caller, params: Params, progress: Progress) -> dict[str, Any]:
    day = dt.date.fromisoformat(params["as_of"]) if params["as_of"] else None
    ask = Ask(params["area"], params["period"], tuple(params["rules"]), as_of=day)
    path = jobs.output_path(db.settings, params)
    with speaking(params["lang"]):
        found = monthly.write(db, caller, ask, path, checked_by=params["checked_by"], progress=progress)
        return {"total": found.total["total"], "file": monthly.file_name(found)}


def _gaps(db: Database, caller: Caller, params: Params, progress: Progress) -> dict[str, Any]:
    ask = gaps.Ask(
        params["area"], tuple(params["kinds"]), tuple(params["rules"]), params["officer"], params["days"],
        params["sort"],
    )  # fmt: skip
    with speaking(params["lang"]):
        found, rows = gapfile.write(db, caller, ask, jobs.output_path(db.settings, params), progress)
        return {"rows": rows, "file": gapfile.file_name(found, found.today)}


def _area_import(db: Database, caller: Caller, params: Params, progress: Progress) -> dict[str, Any]:
    day = params.get("valid_from")
    request = AreaRequest(
        _source(params), codes=params.get("codes") or "auto", repair=bool(params.get("repair")),
        valid_from=dt.date.fromisoformat(day) if day else None, list_name=params.get("list_name"),
        dry_run=bool(params.get("dry_run")),
    )  # fmt: skip
    outcome = areas.run(db, caller, request, progress)
    report = outcome.report()
    report["troubles"] = report["troubles"][:200]
    return {**report, "rejects": _first(outcome.rejects)}


def _divide(db: Database, caller: Caller, params: Params, progress: Progress) -> dict[str, Any]:
    recipe = Recipe(**params["recipe"]) if params.get("recipe") else None
    wish = dividing.Wish(recipe, **{k: params[k] for k in dividing.WISHES if k in params})
    drafts = dividing.divide(db, caller, params["area"], wish, progress=progress)
    return {"drafts": [asdict(d) for d in drafts]}


def _cell_import(db: Database, caller: Caller, params: Params, progress: Progress) -> dict[str, Any]:
    drafts, rejects = divisions.import_cells(
        db, caller, _source(params), area=params.get("area"), name=params.get("name"), progress=progress
    )
    return {"drafts": [asdict(d) for d in drafts], "rejects": _first(rejects)}


def _special_import(db: Database, caller: Caller, params: Params, progress: Progress) -> dict[str, Any]:
    if not params.get("area"):
        raise InputError("special.area")
    draft, rejects = special.import_cells(
        db, caller, _source(params), params["area"], name=params.get("list_name"), progress=progress
    )
    return {"drafts": [asdict(draft)], "rejects": _first(rejects)}


def _publish(db: Database, caller: Caller, params: Params, progress: Progress) -> dict[str, Any]:
    day = dt.date.fromisoformat(params["from"]) if params.get("from") else None
    if params.get("division_id"):
        done = [publishing.publish(db, caller, int(params["division_id"]), day, progress)]
    else:
        done = publishing.publish_area(db, caller, params["area"], day, progress)
    return {"published": [{**asdict(p), "valid_from": p.valid_from.isoformat()} for p in done]}


def _retire(db: Database, caller: Caller, params: Params, progress: Progress) -> dict[str, Any]:
    day = dt.date.fromisoformat(params["from"]) if params.get("from") else None
    done = publishing.retire(db, caller, int(params["division_id"]), day, progress)
    return {"retired": {**asdict(done), "valid_from": done.valid_from.isoformat()}}


def _subcells(db: Database, caller: Caller, params: Params, progress: Progress) -> dict[str, Any]:
    found = subcells.propose(
        db, caller, params["where"], target=params["target"], by=params["by"], keep=True, progress=progress
    )
    return {"subcells": plain_rows(found.subcells)}


def _reconcile(db: Database, caller: Caller, params: Params, progress: Progress) -> dict[str, Any]:
    request = ImportRequest(
        params["kind"], _source(params), area=params.get("area"), list_name=params.get("list_name"),
        use_map=params.get("use_map"),
    )  # fmt: skip
    found = reconciling.run(db, caller, request, progress)
    report = {k: v for k, v in found.outcome.report().items() if k not in ("counts", "rejects")}
    return {**report, "id": found.number, "counts": found.counts, "by_field": found.by_field,
            "rejects": _first(found.outcome.rejects)}  # fmt: skip


def _decide(db: Database, caller: Caller, params: Params, progress: Progress) -> dict[str, Any]:
    which = differences.Which(tuple(params["ids"]), params["what"], params["field"], params["only"])
    day = dt.date.fromisoformat(params["day"]) if params.get("day") else None
    done = differences.decide(
        db, caller, params["reconciliation_id"], which, params["decision"], day=day, reason=params.get("reason"),
        progress=progress,
    )  # fmt: skip
    return asdict(done)


def _undo(db: Database, caller: Caller, params: Params, progress: Progress) -> dict[str, Any]:
    return batches.undo(db, caller, int(params["batch_id"]), progress)


def _first(rejects: Any) -> list[dict[str, Any]]:
    head = rejects.drop(columns="row", errors="ignore").head(REJECTS_SHOWN)
    return plain_rows(head)


TASKS: dict[str, Task] = {
    "import": _import,
    "geocode": _geocode,
    "area_import": _area_import,
    "divide": _divide,
    "cell_import": _cell_import,
    "special_import": _special_import,
    "publish": _publish,
    "retire": _retire,
    "subcells": _subcells,
    "undo": _undo,
    "reconcile": _reconcile,
    "decide": _decide,
    "month": _month,
    "gaps": _gaps,
}
