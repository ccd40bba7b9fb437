"""Opening a file that somebody brings: read by the child, columns guessed, coordinate system known."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from gridsvc import paths
from gridsvc.domain import crs, frames, values
from gridsvc.errors import GridError, InputError
from gridsvc.io import reader
from gridsvc.services import codetables, coordinates, landmarks

if TYPE_CHECKING:
    from gridsvc.domain.frames import ColumnMap, Kind
    from gridsvc.io.reader import Reading
    from gridsvc.settings import Settings
    from gridsvc.store.tx import Tx


@dataclass(frozen=True)
class Source:
    """A file and how to read it; ``day_first``: whether it writes 31/12/2026, otherwise its own rows tell."""

    path: Path
    crs: str = "auto"
    sheet: str | None = None
    columns: dict[str, str] = field(default_factory=dict)
    local: bool = False
    day_first: bool | None = None
    file_name: str | None = None

    @property
    def name(self) -> str:
        """The file's own name (an upload lies under another one)."""
        return self.file_name or self.path.name


def open_source(source: Source, settings: Settings, words: frozenset[str] = frozenset()) -> Reading:
    """Read the file in the child process; a context manager. Errors name the file as its owner does.

    ``words``: names of columns that tell the header of a sheet from what stands above it.
    """
    request = reader.Request(
        source.path, sheet=source.sheet, local=source.local, refused=codetables.refused_patterns(), words=words
    )
    try:
        return reader.read(request, settings, paths.data())
    except GridError as e:
        e.values = {k: _as_owner_says(v, source) if isinstance(v, str) else v for k, v in e.values.items()}
        raise


def _as_owner_says(text: str, source: Source) -> str:
    """The name that an upload lies under (24 random digits) says nothing to its owner."""
    text = text.replace(source.path.name, source.name)
    return text.replace(source.path.stem, Path(source.name).stem) if len(source.path.stem) >= 24 else text


def mapping(reading: Reading, kind: Kind, source: Source, table: str = "rows") -> ColumnMap:
    """Which column is which field."""
    return frames.guess(kind, reading.columns(table), source.columns, codetables.category_columns(kind.name))


def words(kind: Kind, columns: dict[str, str]) -> frozenset[str]:
    """Names that a column of the kind is known by, those given for this file among them."""
    return frames.words_of(kind, columns) | frozenset(codetables.category_columns(kind.name))


def system(
    reading: Reading, columns: ColumnMap, source: Source, near: tuple[float, float] | None, table: str = "rows"
) -> int | str:
    """The coordinate system of the file: as given, as the file says, or as its numbers look."""
    now = _converted_to(reading, table)
    if source.crs != "auto":
        given = crs.parse(source.crs)
        coordinates.refuse_twice(now, given, source.name)
        return given
    if now is not None:
        return crs.parse(now)
    if reading.meta.get("crs_unknown"):
        raise InputError("crs.unknown", file=source.name, value=reading.meta["crs_unknown"])
    if reading.meta.get("crs"):
        return crs.parse(reading.meta["crs"])
    if "lon" in columns.columns and "lat" in columns.columns:
        x, y = _head(reading, columns.columns["lon"], table), _head(reading, columns.columns["lat"], table)
        return crs.guess(x, y, near)
    whole = reading.whole(table)
    if "__wkb" in whole.column_names:
        import shapely

        shapes = shapely.from_wkb(np.asarray(whole["__wkb"].slice(0, 1000).to_pylist(), dtype=object))
        xy = shapely.get_coordinates(shapes)
        return crs.guess(xy[:, 0], xy[:, 1], near)
    return crs.WGS84


def _converted_to(reading: Reading, table: str) -> str | None:
    """The system that ``gridsvc crs convert`` wrote into the file, None where it was not converted."""
    if coordinates.MARK not in reading.columns(table):
        return None
    first = next(iter(reading.batches(table)), None)
    return None if first is None else coordinates.marked(first.select([coordinates.MARK]).to_pandas())


def witnessed(tx: Tx, reading: Reading, columns: ColumnMap, table: str = "rows") -> int | str:
    """GCJ-02 or BD-09 where the buildings and roads that are loaded say so for certain, else WGS 84."""
    if reading.meta.get("crs") or _converted_to(reading, table) or not {"lon", "lat"} <= columns.columns.keys():
        return crs.WGS84  # the file says so itself, or has nothing to look at
    x, y = (_head(reading, columns.columns[name], table) for name in ("lon", "lat"))
    found = landmarks.witness(tx, x, y)
    if found is None or not found.certain or found.best.swapped or found.best.system == "wgs84":
        return crs.WGS84
    return found.best.system


def _head(reading: Reading, column: str, table: str) -> np.ndarray:
    text = next(iter(reading.batches(table)), None)
    if text is None:
        return np.zeros(0)
    number, _ = values.numbers(text.column(column).to_pandas())
    return number.to_numpy(dtype=float)


def day_comes_first(reading: Reading, kind: Kind, columns: ColumnMap, table: str = "rows") -> bool:
    """Whether the file writes the day before the month, told over all rows of all its time columns."""
    for name, spec in kind.fields.items():
        if spec.type in ("time", "date") and name in columns.columns:
            for batch in reading.batches(table):
                text = batch.column(columns.columns[name]).to_pandas()
                if values.day_comes_first(text):
                    return True
                if not text.astype("str").str.contains("/", regex=False).any():
                    break  # another form altogether
    return False


def preview(reading: Reading, columns: ColumnMap, most: int = 5, table: str = "rows") -> pd.DataFrame:
    """The first rows under the names of the fields they were taken for."""
    head = reading.whole(table).slice(0, most)
    return pd.DataFrame({f: head[c].to_pandas() for f, c in columns.columns.items()})
