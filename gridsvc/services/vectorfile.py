"""Vector files for commands that need no database: read by the same child and guards as an import."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import shapely

from gridsvc import paths
from gridsvc.domain import crs, geometry, values
from gridsvc.errors import InputError
from gridsvc.io import reader
from gridsvc.settings import settings

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray


def shapes(path: Path, system: str = "auto", repair: bool | None = False) -> gpd.GeoDataFrame:
    """The features of a file in lon/lat, attributes as text.

    Invalid polygons are refused; with ``repair`` they are mended, with ``None`` left as they are.

    Raises:
        InputError: ``area.no_geometry``, ``geometry.invalid_in_file`` with the first row, reason and place.
    """
    with reader.read(reader.Request(path, local=True), settings(), paths.data()) as reading:
        frame = reading.whole().to_pandas()
        stated = reading.meta.get("crs")
    if "__wkb" not in frame:
        raise InputError("area.no_geometry", file=path.name)
    geoms = np.array(shapely.from_wkb(frame["__wkb"].to_numpy(dtype=object)), dtype=object)
    keep = ~(shapely.is_missing(geoms) | shapely.is_empty(geoms))
    frame, geoms = frame[keep].reset_index(drop=True), geoms[keep]
    source: int | str
    if system != "auto":
        source = crs.parse(system)
    elif stated:
        source = crs.parse(stated)
    else:
        xy = shapely.get_coordinates(geoms[:1000])
        source = crs.guess(xy[:, 0], xy[:, 1])
    geoms = crs.transform(geoms, source, crs.WGS84)
    wrong = geometry.troubles(geoms)
    polygons = (
        np.isin(shapely.get_type_id(geoms[wrong.index]), (3, 6)) if len(wrong.index) else np.zeros(0, dtype=bool)
    )
    if repair:
        bad = wrong.index[polygons]
        geoms[bad] = shapely.make_valid(geoms[bad])
    elif repair is False and polygons.any():
        i = int(np.flatnonzero(polygons)[0])
        raise InputError(
            "geometry.invalid_in_file",
            file=path.name,
            row=int(frame["__row"].iloc[wrong.index[i]]),
            reason=wrong.reason[i],
            x=round(float(wrong.x[i]), 7),
            y=round(float(wrong.y[i]), 7),
        )
    return gpd.GeoDataFrame(
        frame.drop(columns=[c for c in frame if c.startswith("__")]), geometry=geoms, crs=crs.WGS84
    )


def weights(frame: gpd.GeoDataFrame, column: str) -> NDArray[np.float64]:
    """The load of each feature: one each for ``buildings``, otherwise the numbers of a column.

    Raises:
        InputError: ``division.weight_column``, ``division.weight_value`` with the first row that is no number ≥ 0.
    """
    if column == "buildings":
        return np.ones(len(frame))
    if column not in frame:
        raise InputError(
            "division.weight_column", column=column, known=", ".join(c for c in frame if c != "geometry")
        )
    number, bad = values.numbers(frame[column])
    bad = bad | (number < 0).to_numpy()
    if bad.any():
        row = int(np.flatnonzero(bad)[0])
        raise InputError("division.weight_value", column=column, row=row + 1, value=frame[column].iloc[row])
    return number.fillna(0).to_numpy(dtype=float)
