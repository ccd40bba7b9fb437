"""Coordinates of files: converted from one system into another, and diagnosed when nobody knows which they are in."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from gridsvc import paths
from gridsvc.domain import crs, diagnosis, frames, values
from gridsvc.errors import ConflictError, InputError
from gridsvc.io import reader, writers
from gridsvc.services import codetables, ground, landmarks, vectorfile
from gridsvc.settings import settings
from gridsvc.store.tx import begin

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from gridsvc.domain.diagnosis import Diagnosis
    from gridsvc.services.progress import Progress
    from gridsvc.store.pool import Database
    from gridsvc.store.tx import Caller

_WIDE: Final = 0.005  # degrees; polygons wider than some 500 m are areas, smaller ones houses
#: Column that a converted file carries, so that it is not converted twice: ``EPSG:4326 ← GCJ-02``.
MARK: Final = "crs"
_ARROW: Final = " ← "
_DECIMALS: Final = 9  # of degrees: a tenth of a millimetre
_MILLIMETRES: Final = 3  # decimals of metres
_DEGREE_NAMES: Final = ("经度", "纬度")
_METRE_NAMES: Final = ("x坐标", "y坐标")  # east and north, as a GIS names them
_BARE: Final = (".csv", ".xlsx")  # formats that write columns and no shape


@dataclass(frozen=True)
class Converted:
    """What a conversion did: rows written, points moved, rows without usable coordinates, the largest shift."""

    rows: int
    moved: int
    missing: int
    metres: float
    output: str


@dataclass(frozen=True)
class Points:
    """Where the rows of a file are: two columns of numbers, or shapes."""

    table: pd.DataFrame
    x: str | None  # column of the first coordinate, None where there are shapes
    y: str | None
    shapes: NDArray[np.object_] | None
    area: str | None  # column of the area that a row claims

    def numbers(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """One coordinate pair a row, missing where there is none."""
        if self.shapes is None:
            x, _ = values.degrees(self.table[self.x])
            y, _ = values.degrees(self.table[self.y])
            return x.to_numpy(dtype=float), y.to_numpy(dtype=float)
        out = np.full((len(self.shapes), 2), np.nan)
        usable = ~(shapely.is_missing(self.shapes) | shapely.is_empty(self.shapes))
        inner = shapely.point_on_surface(self.shapes[usable])
        out[usable] = shapely.get_coordinates(inner)
        return out[:, 0], out[:, 1]


def read(path: Path, sheet: str | None = None, columns: dict[str, str] | None = None) -> Points:
    """The rows of a file with their coordinates.

    Raises:
        InputError: ``crs.no_coordinates`` and those of the reader.
    """
    kind = codetables.kinds()["event"]
    with reader.read(
        reader.Request(path, sheet=sheet, local=True, words=frames.words_of(kind, columns or {})),
        settings(),
        paths.data(),
    ) as reading:
        table = reading.whole().to_pandas()
    visible = [name for name in table.columns if not name.startswith("__")]
    found = frames.guess(kind, visible, columns or {}, {}).columns
    if "__wkb" in table.columns:
        shapes = np.array(shapely.from_wkb(table["__wkb"].to_numpy(dtype=object)), dtype=object)
        return Points(table[visible], None, None, shapes, found.get("area"))
    if "lon" not in found or "lat" not in found:
        raise InputError("crs.no_coordinates", file=path.name, known=", ".join(visible[:20]))
    return Points(table[visible], found["lon"], found["lat"], None, found.get("area"))


def marked(table: pd.DataFrame) -> str | None:
    """The system that an earlier conversion wrote into the file, None where there was none."""
    if MARK not in table.columns:
        return None
    said = table[MARK].dropna().astype("str")
    said = said[said.str.contains(_ARROW, regex=False)]
    return str(said.iloc[0]).split(_ARROW)[0] if len(said) else None


def refuse_twice(now: str | None, source: int | str, file: str) -> None:
    """A file that was converted already (it says it is in ``now``) is not read as what it was before.

    Raises:
        ConflictError: ``crs.twice``.
    """
    if now is not None and now != crs.name(source):
        raise ConflictError("crs.twice", file=file, now=now, given=crs.name(source))


def convert(
    path: Path, source: str, target: str, output: Path, progress: Progress, sheet: str | None = None,
    columns: dict[str, str] | None = None,
) -> Converted:  # fmt: skip
    """Write the file anew with its coordinates in another system; other columns stay as they are.

    Raises:
        InputError: ``crs.unknown``, ``crs.same``, ``crs.no_coordinates``, ``export.format``, ``crs.format``;
        ConflictError: ``crs.twice``.
    """
    before, after = crs.parse(source), crs.parse(target)
    if before == after or {before, after} <= crs.GEOGRAPHIC:
        raise InputError("crs.same", source=crs.name(before), target=crs.name(after))
    kind = output.suffix.lower()
    if (kind == ".parquet" and after not in crs.GEOGRAPHIC) or (kind == ".geojson" and after not in crs.DEGREES):
        raise InputError("crs.format", value=output.suffix, target=crs.name(after))
    if output.resolve() == path.resolve():
        raise InputError("export.same_file", file=path.name)
    progress("crs.read", 0.0)
    points = read(path, sheet, columns)
    if before in crs.DEGREES:
        _degrees(points, path.name)
    refuse_twice(marked(points.table), before, path.name)
    progress("crs.convert", 0.0)
    frame, moved, missing, metres = _converted(points, before, after)
    said = f"{crs.name(after)}{_ARROW}{crs.name(before)}"
    frame[MARK] = pd.Series(said, index=frame.index).where(frame.geometry.notna(), None)
    if points.shapes is not None and output.suffix.lower() in _BARE:
        raise InputError("crs.shapes_need_gis", value=output.suffix, known=", ".join(writers.FORMATS[2:]))
    progress("crs.write", 0.0)
    with warnings.catch_warnings():  # shifted degrees have no code that a GIS file could carry
        warnings.filterwarnings("ignore", message="'crs' was not provided")
        rows = writers.write(iter([frame]), output, output.stem)
    return Converted(rows, moved, missing, metres, str(output))


def _converted(points: Points, before: int | str, after: int | str) -> tuple[gpd.GeoDataFrame, int, int, float]:
    """The rows in the other system, how many moved, how many have no place, the largest shift in metres."""
    table = points.table.copy()
    x, y = points.numbers()
    has = np.isfinite(x) & np.isfinite(y)
    if before in crs.DEGREES:
        has &= (np.abs(x) <= 180) & (np.abs(y) <= 180)
    has[has] = np.isfinite(crs.transformer(before, after).transform(x[has], y[has])).all(axis=0)
    shapes = np.full(len(table), None, dtype=object)
    if points.shapes is not None:
        shapes[has] = crs.transform(points.shapes[has], before, after)
    else:
        east, north = crs.transformer(before, after).transform(x[has], y[has])
        shapes[has] = shapely.points(east, north)
        for name, numbers in ((points.x, east), (points.y, north)):
            written = table[name].astype(object)
            written[has] = np.round(numbers, _DECIMALS if after in crs.DEGREES else _MILLIMETRES)
            table[name] = written
        table = table.rename(columns=_renamed(points, before, after))
    far = _far(x[has], y[has], before, after)
    system = after if isinstance(after, int) else None  # shifted degrees have no code of their own
    most = float(far.max()) if len(far) else 0.0
    return gpd.GeoDataFrame(table, geometry=shapes, crs=system), int((far > 0).sum()), int((~has).sum()), most


def _renamed(points: Points, before: int | str, after: int | str) -> dict[str, str]:
    """New names of the columns where degrees become metres, or metres degrees: a column 经度 never holds metres."""
    if (before in crs.DEGREES) == (after in crs.DEGREES):
        return {}
    names = dict(
        zip((str(points.x), str(points.y)), _DEGREE_NAMES if after in crs.DEGREES else _METRE_NAMES, strict=True)
    )
    taken = set(points.table.columns) - set(names)
    return {} if taken & set(names.values()) else names


def _far(x: NDArray[np.float64], y: NDArray[np.float64], before: int | str, after: int | str) -> NDArray[np.float64]:
    """Metres between where a reader of degrees takes a point to be before and after; in metres it is where it is."""
    was = (x, y) if before in crs.DEGREES else crs.transformer(before, crs.WGS84).transform(x, y)
    to = after if after in crs.DEGREES else crs.WGS84
    return crs.metres_apart(*crs.transformer(before, to).transform(x, y), *was)


def diagnose(path: Path, against: Path, sheet: str | None = None, columns: dict[str, str] | None = None) -> Diagnosis:
    """Which system a file is most likely in, by a file of areas, footprints or roads that its points belong to.

    Raises:
        InputError: ``crs.not_degrees`` and those of :func:`read`.
    """
    points = read(path, sheet, columns)
    x, y = _degrees(points, path.name)
    beside = vectorfile.shapes(against, repair=None)
    shapes = np.asarray(beside.geometry, dtype=object)
    if bool(np.isin(shapely.get_type_id(shapes), (3, 6)).all()) and _width(shapes) > _WIDE:
        return diagnosis.diagnose(x, y, areas=shapes, claims=_claims(points, beside))
    return diagnosis.diagnose(x, y, near=shapes)


def diagnose_here(
    db: Database, caller: Caller, path: Path, sheet: str | None = None, columns: dict[str, str] | None = None
) -> Diagnosis:
    """Which system a file is most likely in, by the buildings and roads that are loaded, else by the areas.

    Raises:
        InputError: ``crs.not_degrees``, ``crs.no_witness`` and those of :func:`read`.
    """
    points = read(path, sheet, columns)
    x, y = _degrees(points, path.name)
    with begin(db, caller, "read") as tx:
        found = landmarks.witness(tx, x, y)
        areas = ground.areas_on(tx, ground.today(tx), shapes=True)
    if found is not None:
        return found
    areas = areas[areas["leaf"]]
    if areas.empty:
        raise InputError("crs.no_witness", file=path.name)
    shapes = shapely.from_wkb(areas["wkb"].to_numpy(dtype=object))
    return diagnosis.diagnose(x, y, areas=shapes, claims=_claims(points, areas))


def _claims(points: Points, areas: pd.DataFrame) -> NDArray[np.int64] | None:
    """For each row the place in ``areas`` that it names by code or name, −1 for none; None where no row does."""
    if points.area is None:
        return None
    said = points.table[points.area].astype("str").str.strip()
    claims = pd.Series(-1, index=said.index, dtype="int64")
    for column in ("name", "code_alt", "code"):
        if column in areas.columns:
            names = areas[column].dropna().astype("str").drop_duplicates(keep=False)
            at = pd.Series(areas.index.get_indexer(names.index), index=names)
            claims = said.map(at).fillna(claims).astype("int64")
    return claims.to_numpy() if bool((claims >= 0).any()) else None


def _width(shapes: NDArray[np.object_]) -> float:
    bounds = shapely.bounds(shapes)
    return float(np.nanmedian(np.maximum(bounds[:, 2] - bounds[:, 0], bounds[:, 3] - bounds[:, 1])))


def _degrees(points: Points, file: str) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The coordinates of a file of degrees; rows that are none are left out, unless most are none."""
    x, y = points.numbers()
    has = np.isfinite(x) & np.isfinite(y)
    wild = has & ((np.abs(x) > 180) | (np.abs(y) > 180))
    if wild.sum() * 2 > has.sum():
        raise InputError("crs.not_degrees", file=file, value=round(float(np.abs([x[wild], y[wild]]).max())))
    return np.where(wild, np.nan, x), np.where(wild, np.nan, y)
