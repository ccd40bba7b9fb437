"""Importing areas: codes, levels, parents, invalid shapes, overlaps and holes, dated changes."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from gridsvc.domain import areas as rules
from gridsvc.domain import codes, crs, geometry, values
from gridsvc.domain.records import LOCATED
from gridsvc.domain.sheets import json_lines
from gridsvc.errors import GridError, InputError
from gridsvc.services import codetables, filein, ground, reassign
from gridsvc.services.imports import list_name
from gridsvc.services.progress import Progress, quiet
from gridsvc.store.copyin import CopyIn
from gridsvc.store.tx import Caller, Tx, begin, json, roll_back

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gridsvc.io.reader import Reading
    from gridsvc.services.filein import Source
    from gridsvc.store.pool import Database, Row

STAGED = ["row_no", "code", "level", "key", "lo", "hi", "name", "name_en", "code_alt", "geom", "area_m2"]
NO_AREA = 0  # lists of areas belong to the installation, not to one of its areas


@dataclass(frozen=True)
class AreaRequest:
    """What to import; ``codes``: gb (the file's), local (given by gridsvc under 99), or auto."""

    source: Source
    codes: str = "auto"
    repair: bool = False
    valid_from: dt.date | None = None
    list_name: str | None = None
    county_name: str | None = None
    dry_run: bool = False


@dataclass
class AreaOutcome:
    """What an import of areas did, or would do; ``troubles`` are overlaps and holes between siblings."""

    file: str
    list_name: str
    crs: str
    codes: str
    mapping: dict[str, str]
    ignored: list[str]
    dropped: list[str]
    dry_run: bool
    counts: dict[str, int] = field(default_factory=dict)
    warnings: dict[str, int] = field(default_factory=dict)
    invalid: list[dict[str, Any]] = field(default_factory=list)
    rejects: pd.DataFrame = field(default_factory=pd.DataFrame)
    troubles: gpd.GeoDataFrame = field(default_factory=gpd.GeoDataFrame)
    top: str | None = None
    reassigned: dict[str, int] = field(default_factory=dict)
    batch_id: int | None = None

    def report(self) -> dict[str, Any]:
        """Everything as JSON takes it; overlaps and holes as a list of sizes."""
        out = {k: v for k, v in self.__dict__.items() if k not in ("rejects", "troubles")}
        table = pd.DataFrame(self.troubles.drop(columns="geometry", errors="ignore")).round({"m2": 2})
        return {**out, "troubles": table.to_dict(orient="records")}


def listing(db: Database, caller: Caller, inside: str | None = None) -> list[Row]:
    """Areas in force today, all of them or those inside one."""
    with begin(db, caller, "read") as tx:
        lo, hi = codes.key_range(codes.normal_code(inside)) if inside else (0, codes.KEY_MAX)
        return tx.rows("area/list", day=ground.today(tx), lo=lo, hi=hi)


def run(db: Database, caller: Caller, request: AreaRequest, progress: Progress = quiet) -> AreaOutcome:
    """Import one file of areas; the same file again changes nothing.

    Raises:
        InputError: ``area.codes_needed`` (no usable codes: local ones can be given), and what the file itself is
        refused for. Invalid shapes are left out and listed, unless ``repair``.
    """
    with begin(db, caller, "areas"):
        progress("import.read", 0.0)
    with filein.open_source(request.source, db.settings) as reading:
        return run_table(db, caller, request, reading, "rows", progress)


def run_table(
    db: Database, caller: Caller, request: AreaRequest, reading: Reading, table: str, progress: Progress = quiet
) -> AreaOutcome:
    """Import areas from one table of a file that has been read."""
    with begin(db, caller, "areas", budget_ms=db.settings.job_budget_ms) as tx:
        frame, outcome = _read(request, reading, table)
        source_id = tx.value("source/ensure", cell_key=NO_AREA, kind="area", name=outcome.list_name)
        progress("area.codes", 0.0)
        frame = _coded(tx, frame, request, outcome, source_id)
        _in_scope(tx, frame)
        outcome.troubles = rules.sibling_troubles(_siblings(frame), _parent_shapes(frame))
        outcome.top = codes.common_code(list(frame["code"]))
        _write(tx, frame, request, outcome, source_id, reading, progress)
        if request.dry_run:
            roll_back()
    return outcome


def _read(request: AreaRequest, reading: Reading, table: str) -> tuple[pd.DataFrame, AreaOutcome]:
    """Rows as text with their valid lon/lat shapes; what cannot be used is in the outcome."""
    kind = codetables.kinds()["area"]
    columns = filein.mapping(reading, kind, request.source, table)
    if "name" not in columns.columns:
        raise InputError("map.missing", fields=kind.fields["name"].zh, columns=", ".join(reading.columns(table)))
    raw = reading.whole(table).to_pandas()
    if "__wkb" not in raw or raw["__wkb"].isna().all():
        raise InputError("area.no_geometry", file=request.source.name)
    system = filein.system(reading, columns, request.source, None, table)
    outcome = AreaOutcome(
        request.source.name, request.list_name or list_name(request.source.name), crs.name(system), request.codes,
        dict(columns.columns), list(columns.ignored), reading.dropped, request.dry_run,
    )  # fmt: skip
    frame = pd.DataFrame({"row_no": raw["__row"]})
    for name in ("code", "name", "name_en", "level", "parent", "source_key"):
        column = columns.columns.get(name)
        frame[name] = values.clean(raw[column]) if column else pd.Series(None, index=raw.index, dtype="str")
    geoms = shapely.from_wkb(raw["__wkb"].to_numpy(dtype=object))
    frame["geom"] = crs.transform(geoms, system, crs.WGS84)
    return _usable(frame, request, outcome, raw), outcome


def _usable(frame: pd.DataFrame, request: AreaRequest, outcome: AreaOutcome, raw: pd.DataFrame) -> pd.DataFrame:
    """Rows with a name and a valid polygon; the others are rejects, invalid ones with reason and place."""
    geoms = np.array(frame["geom"], dtype=object)
    wrong = geometry.troubles(geoms)
    outcome.invalid = [
        {"row_no": int(frame["row_no"].iloc[i]), "name": frame["name"].iloc[i], "reason": str(r),
         "lon": round(float(x), 7), "lat": round(float(y), 7), "repaired": request.repair}
        for i, r, x, y in zip(wrong.index, wrong.reason, wrong.x, wrong.y, strict=True)
    ]  # fmt: skip
    if request.repair and len(wrong.index):
        geoms[wrong.index] = geometry.repair(geoms[wrong.index])
    reason = pd.Series("", index=frame.index, dtype=object)
    reason[frame["name"].isna()] = "value.missing"
    if not request.repair:
        reason.iloc[wrong.index] = "geometry.invalid"
    shapes = geometry.as_multipolygons(geoms)
    reason[np.array([g is None for g in shapes]) & (reason == "")] = "area.not_polygon"
    reason[~geometry.in_world(geoms) & (reason == "")] = "geometry.outside_world"
    bad = reason != ""
    text = {d["row_no"]: f"{d['reason']} [{d['lon']} {d['lat']}]" for d in outcome.invalid}
    visible = raw[bad].drop(columns=[c for c in raw.columns if c.startswith("__")]).reset_index(drop=True)
    outcome.rejects = pd.DataFrame(
        {
            "row_no": frame.loc[bad, "row_no"].to_numpy(),
            "field": np.where(reason[bad] == "value.missing", "name", "geom"),
            "value": [text.get(n, "") for n in frame.loc[bad, "row_no"]],
            "reason": reason[bad].to_numpy(),
            "row": json_lines(visible) if bad.any() else [],
        }
    )
    out = frame[~bad].assign(geom=shapes[~bad.to_numpy()])
    return out.reset_index(drop=True)


def _coded(tx: Tx, frame: pd.DataFrame, request: AreaRequest, outcome: AreaOutcome, source_id: int) -> pd.DataFrame:
    mode = request.codes
    if mode == "auto":
        usable = frame["code"].map(_code_or_none).notna()
        mode = "gb" if len(frame) and usable.mean() >= 0.5 else ""
    if not mode:
        raise InputError("area.codes_needed", file=request.source.name)
    outcome.codes = mode
    return _gb(frame, outcome) if mode == "gb" else _local(tx, frame, request, source_id)


def _code_or_none(text: Any) -> str | None:
    try:
        return codes.normal_code(text)
    except GridError:
        return None


def _gb(frame: pd.DataFrame, outcome: AreaOutcome) -> pd.DataFrame:
    """Codes as the file has them; malformed and repeated ones are rejects, unusual ones a warning."""
    code = frame["code"].map(_code_or_none)
    stated = rules.levels(frame["level"])
    again = code.duplicated() & code.notna()
    reason = pd.Series("", index=frame.index, dtype=object)
    reason[code.isna()] = "code.malformed"
    reason[again] = "code.twice"
    bad = reason != ""
    if bad.any():
        faults = pd.DataFrame(
            {
                "row_no": frame.loc[bad, "row_no"],
                "field": "code",
                "value": frame.loc[bad, "code"],
                "reason": reason[bad],
                "row": json_lines(frame.loc[bad, ["code", "name"]]),
            }
        )
        outcome.rejects = pd.concat([outcome.rejects, faults], ignore_index=True)
    out = frame[~bad].assign(code=code[~bad])
    digits = out["code"].str.len()
    _count(outcome, "area.level_differs", int((stated[~bad].notna() & (stated[~bad] != digits)).sum()))
    odd = [
        c
        for c in out["code"]
        if (len(c) == 9 and not codes.town_kind(c)) or (len(c) == 12 and not codes.community_kind(c))
    ]
    _count(outcome, "area.code_unusual", len(odd))
    return out.assign(level=digits.astype(int), code_alt=out["source_key"]).reset_index(drop=True)


def _local(tx: Tx, frame: pd.DataFrame, request: AreaRequest, source_id: int) -> pd.DataFrame:
    """Codes under 99 given by gridsvc, the same ones for the same list again; the source's id is kept."""
    known = {r["code_alt"]: r["code"] for r in tx.rows("area/of_source", source_id=source_id)}
    used = {r["code"] for r in tx.rows("area/codes")}
    level = rules.levels(frame["level"]).fillna(12).clip(6, 12).astype(int)
    key = frame["source_key"].fillna(frame["code"]).fillna(frame["name"])
    numbered = frame.assign(level=level, source_key=key)
    code = rules.local_codes(numbered, np.asarray(frame["geom"], dtype=object), known, used - set(known.values()))
    out = numbered.assign(code=code.loc[numbered.index].to_numpy(), code_alt=key)
    if -1 in code.index:
        union = geometry.as_multipolygons(np.array([shapely.union_all(np.asarray(frame["geom"], dtype=object))]))
        name = request.county_name or request.list_name or list_name(request.source.name)
        whole = {"row_no": 0, "code": code.loc[-1], "name": name, "level": 6, "code_alt": "", "geom": union[0]}
        out = pd.concat([pd.DataFrame([whole]), out], ignore_index=True)
    return out


def _count(outcome: AreaOutcome, reason: str, n: int) -> None:
    if n:
        outcome.warnings[reason] = outcome.warnings.get(reason, 0) + n


def _in_scope(tx: Tx, frame: pd.DataFrame) -> None:
    outside = [c for c in frame["code"] if not tx.who.covers(*codes.key_range(c))]
    if outside:
        raise InputError("import.area_outside", area=outside[0], own=tx.who.area_code or "–")


def _siblings(frame: pd.DataFrame) -> gpd.GeoDataFrame:
    code = frame["code"]
    return gpd.GeoDataFrame(
        {"code": code, "name": frame["name"], "parent_key": rules.parents(code, set())},
        geometry=np.asarray(frame["geom"], dtype=object), crs=crs.WGS84,
    )  # fmt: skip


def _parent_shapes(frame: pd.DataFrame) -> dict[int, shapely.Geometry]:
    """Shapes that were given for themselves; the county that is only the sum of its parts has no holes of its own."""
    given = frame[frame["row_no"] > 0]
    return {codes.area_key(c): g for c, g in zip(given["code"], given["geom"], strict=True)}


def _write(
    tx: Tx, frame: pd.DataFrame, request: AreaRequest, outcome: AreaOutcome, source_id: int, reading: Reading,
    progress: Progress,
) -> None:  # fmt: skip
    progress("area.write", 0.0)
    day = request.valid_from
    tx.run("area/stage")
    with CopyIn(tx.conn, "stage_area", STAGED) as copy:
        copy.write(_staged(frame))
    tx.run("ground/own")
    tx.run("area/match", day=day or ground.today(tx))
    counts = tx.one("area/counts") or {}
    outcome.counts = {
        "rows": reading.rows(next(iter(reading.tables)) if len(reading.tables) == 1 else "area"),
        **{k: int(v) for k, v in counts.items()}, "rejected": int(outcome.rejects["row_no"].nunique()),
        "overlaps": int((outcome.troubles["kind"] == "overlap").sum()),
        "holes": int((outcome.troubles["kind"] == "hole").sum()), "invalid": len(outcome.invalid),
    }  # fmt: skip
    if request.dry_run or not (outcome.counts["new"] or outcome.counts["changed"]):
        return
    batch = _open_batch(tx, outcome, source_id, reading)
    _apply(tx, day, outcome, source_id, batch)
    outcome.reassigned = _reassign(tx, frame, progress)
    tx.run("batch/counts", batch_id=batch, counts=json(outcome.counts), report=json(outcome.report()))
    tx.audit("import", entity="area", batch_id=batch, detail={"list": outcome.list_name, **outcome.counts})


def _staged(frame: pd.DataFrame) -> pd.DataFrame:
    spans = np.array([codes.key_range(c) for c in frame["code"]], dtype=np.int64).reshape(-1, 2)
    out = frame.assign(
        key=spans[:, 0], lo=spans[:, 0], hi=spans[:, 1], level=frame["code"].str.len(),
        area_m2=crs.areas_m2(np.asarray(frame["geom"], dtype=object)),
    )  # fmt: skip
    return out.reindex(columns=STAGED)


def _open_batch(tx: Tx, outcome: AreaOutcome, source_id: int, reading: Reading) -> int:
    batch = int(
        tx.value(
            "batch/add", source_id=source_id, cell_key=NO_AREA, kind="area", file_name=outcome.file,
            file_sha256=reading.sha256, source_crs=outcome.crs, mapping=json(outcome.mapping),
            created_by=tx.who.user_id, personal=False,
        )
    )  # fmt: skip
    outcome.batch_id = batch
    return batch


def _apply(tx: Tx, day: dt.date | None, outcome: AreaOutcome, source_id: int, batch: int) -> None:
    if outcome.counts["changed"]:
        tx.run("area/keep", user_id=tx.who.user_id, batch_id=batch)
        if day is None:
            tx.run("area/correct", source_crs=outcome.crs, batch_id=batch)
        else:
            tx.run("area/close", day=day, batch_id=batch)
    tx.run("area/insert", day=day, source_id=source_id, source_crs=outcome.crs, batch_id=batch)
    tx.run("area/parents")
    tx.value("ground/bump")
    if len(outcome.rejects):
        tx.run("reject/stage")
        with CopyIn(tx.conn, "stage_reject", ["row_no", "field", "value", "reason", "row"]) as copy:
            copy.write(outcome.rejects.astype({"value": "str", "row": "str"}))
        tx.run("reject/insert", batch_id=batch, cell_key=NO_AREA, personal=False)


def _reassign(tx: Tx, frame: pd.DataFrame, progress: Progress) -> dict[str, int]:
    """Records already here that the new areas concern: inside them, in the areas above, or outside everything."""
    return reassign_inside(tx, list(frame["code"]), progress)


def reassign_inside(tx: Tx, changed: list[str], progress: Progress = quiet) -> dict[str, int]:
    """Assign every record in the highest areas above ``changed`` again, and those outside every area."""
    areas = ground.areas_on(tx, ground.today(tx))
    tops = {next((c for c in areas["code"] if code.startswith(c)), code) for code in sorted(changed)}
    total: dict[str, int] = dict.fromkeys(LOCATED, 0)
    for top in sorted(tops):
        if not (areas["code"] == top).any():
            continue
        lo, hi = codes.key_range(top)
        done = reassign.plan(tx, [(lo, hi), (0, 1)], ground.around(tx, top), progress)
        if reassign.differing(done):
            for kind, n in reassign.apply(tx, done, progress).items():
                total[kind] += n
            tx.run("place/drop")
    return total


def shapes(db: Database, caller: Caller, inside: str | None = None) -> gpd.GeoDataFrame:
    """Areas in force today as a GeoDataFrame (code, key, level, name, code_alt, area_m2, geometry).

    Raises:
        MissingError: ``area.unknown``: there is nothing inside ``inside``.
    """
    with begin(db, caller, "read") as tx:
        lo, hi = codes.key_range(codes.normal_code(inside)) if inside else (0, codes.KEY_MAX)
        frame = tx.frame("area/shapes", day=ground.today(tx), lo=lo, hi=hi)
        if inside and frame.empty:
            ground.find(tx, inside)
    return _geo(frame)


def _geo(frame: pd.DataFrame) -> gpd.GeoDataFrame:
    geoms: NDArray[np.object_] = shapely.from_wkb(frame["wkb"].to_numpy(dtype=object))
    return gpd.GeoDataFrame(frame.drop(columns="wkb"), geometry=geoms, crs=crs.WGS84)
