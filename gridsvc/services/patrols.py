"""Patrols out of tracks of the office's devices: minutes by officer, day and cell, written as visits. The points
themselves are not kept."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

from gridsvc.domain import crs, patrols, tasknumber, values
from gridsvc.errors import InputError
from gridsvc.services import codetables, filein, ground, imports, rejects
from gridsvc.services.filein import Source
from gridsvc.services.imports import ImportRequest
from gridsvc.services.progress import Progress, quiet
from gridsvc.store.tx import Caller, begin

if TYPE_CHECKING:
    from gridsvc.domain.frames import ColumnMap
    from gridsvc.io.reader import Reading
    from gridsvc.services.ground import Site
    from gridsvc.services.imports import Outcome
    from gridsvc.store.pool import Database

LIST: Final = "巡查轨迹"  # the list that patrols of tracks go to
_NEEDED: Final = ("officer", "at", "lon", "lat")


@dataclass(frozen=True)
class Patrols:
    """What a track came to: its points, those in no cell, minutes and cells walked, what the import did, and the rows
    that could not be used (with ``reason``)."""

    points: int
    outside: int
    minutes: int
    days: int
    outcome: Outcome | None
    rejects: pd.DataFrame


def take(
    db: Database, caller: Caller, source: Source, area: str | None = None, *, gap: float = patrols.GAP_MINUTES,
    progress: Progress = quiet,
) -> Patrols:  # fmt: skip
    """Read a list of points (工号, 时间, 经度, 纬度; one row a point) and write its minutes as patrols of cells.

    The same points again change nothing; more points of a day change that day's minutes.

    Raises:
        InputError: ``patrol.gap``, ``map.missing``; and whatever is wrong with the file or the area.
    """
    if not 0 < gap <= 240:
        raise InputError("patrol.gap", value=str(gap))
    spec = codetables.kinds()["visit"]
    with filein.open_source(source, db.settings, filein.words(spec, source.columns)) as reading:
        columns = filein.mapping(reading, spec, source)
        missing = [codetables.called(spec, n, zh=True) for n in _NEEDED if n not in columns.columns]
        if missing:
            raise InputError("map.missing", fields="、".join(missing), columns=", ".join(reading.columns("rows")))
        progress("import.read", 0.0)
        with begin(db, caller, "import", budget_ms=db.settings.job_budget_ms) as tx:
            own = imports.own_area(tx, area)
            site = ground.load(tx, own.code)
            zone = ZoneInfo(ground.zone(tx))
            named = tx.rows("officer/names", lo=own.lo, hi=own.hi)
            officers = _until(pd.DataFrame(named, columns=["number", "there", "ended"]))
        points, bad = _points(reading, columns, source, site, zone, officers)
    progress("import.assign", 0.0)
    walked = patrols.minutes(points, zone, gap)
    outside = int((points["cell_key"] == 0).sum())
    if walked.empty:
        return Patrols(len(points), outside, 0, 0, None, bad)
    done = _write(db, caller, walked, own.code, zone, progress)
    days = walked.groupby(["officer", "day"]).ngroups
    return Patrols(len(points), outside, int(walked["minutes"].sum()), int(days), done, bad)


def _until(named: pd.DataFrame) -> pd.Series:
    """By number the first day on which who has it is no officer any more (never: a day far away): of several those
    who are officers now; a number that two of them have is nobody's."""
    known = named[(named["number"].fillna("") != "") & (named["there"] | named["ended"].notna())]
    known = known[known["there"] | ~known["number"].isin(known.loc[known["there"], "number"])]
    alone = known[~known["number"].duplicated(keep=False)].set_index("number")
    return pd.to_datetime(alone["ended"].where(~alone["there"], pd.Timestamp.max.normalize()))


def _points(
    reading: Reading, columns: ColumnMap, source: Source, site: Site, zone: ZoneInfo, until: pd.Series
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Usable points with their cells, and the rows that are none; ``until``: by number the first day on which she is
    no officer any more."""
    table = reading.whole("rows").to_pandas()
    raw = {n: values.clean(table[columns.columns[n]].astype("str")) for n in _NEEDED}
    at, bad_time = values.instants(raw["at"], zone)
    (lon, bad_lon), (lat, bad_lat) = values.numbers(raw["lon"]), values.numbers(raw["lat"])
    why = pd.Series(None, index=table.index, dtype=object)
    day = pd.to_datetime(at, utc=True).dt.tz_convert(zone).dt.tz_localize(None)
    left = pd.to_datetime(until.reindex(raw["officer"]).to_numpy())
    gone = ~raw["officer"].isin(until.index) | (at.notna() & ~(day < left))
    here = ~(lon.isna() | lat.isna()) & ~bad_lon & ~bad_lat & (lon.abs() <= 180) & (lat.abs() <= 90)
    for field, reason, wrong in (("lon", "patrol.place", ~here), ("at", "value.time", at.isna() | bad_time),
                                 ("at", "visit.future", at > pd.Timestamp.now("UTC")),
                                 ("officer", "patrol.officer", gone)):  # fmt: skip
        bad = wrong.to_numpy(dtype=bool)
        why[bad] = [(field, value, reason) for value in raw[field][bad]]
    good = why.isna().to_numpy()
    x, y = lon[good].to_numpy(dtype=float), lat[good].to_numpy(dtype=float)
    system = filein.system(reading, columns, source, None)
    if system not in crs.GEOGRAPHIC and len(x):
        x, y = crs.transformer(system, crs.WGS84).transform(x, y)
    keys = site.units.assign(x, y).key if len(x) else np.zeros(0, dtype=np.int64)
    keys = np.where((keys >= site.area.lo) & (keys < site.area.hi) & (keys % 8192 > 0), keys, 0)
    points = pd.DataFrame({"officer": raw["officer"][good].to_numpy(), "at": at[good].to_numpy(), "lon": x, "lat": y,
                           "cell_key": keys})  # fmt: skip
    points["at"] = pd.to_datetime(points["at"], utc=True)
    return points, rejects.as_table(table, why, columns.columns)


def _write(
    db: Database, caller: Caller, walked: pd.DataFrame, area: str, zone: ZoneInfo, progress: Progress
) -> Outcome:
    """Minutes as visits, through the import that every list goes through."""
    keys = walked["cell_key"].astype(str)
    sheet = pd.DataFrame({
        "编号": "track|" + walked["officer"] + "|" + walked["day"].astype(str) + "|" + keys,
        "时间": walked["at"].dt.tz_convert(zone).dt.strftime("%Y-%m-%d %H:%M:%S"), "工号": walked["officer"],
        "任务号": [tasknumber.written("cell", int(k), "patrol", "track") for k in walked["cell_key"]],
        "结果": "done", "方式": "inspect", "分钟": walked["minutes"],
    })  # fmt: skip
    with tempfile.TemporaryDirectory(prefix="gridsvc-patrol-") as folder:
        path = Path(folder) / "patrol.csv"
        sheet.to_csv(path, index=False)
        request = ImportRequest("visit", Source(path, local=True, file_name=f"{LIST}.csv"), area, list_name=LIST)
        return imports.run(db, caller, request, progress)
