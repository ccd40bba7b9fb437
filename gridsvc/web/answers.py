"""JSON and GeoJSON answers, written straight from rows and frames; files."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from fastapi import Response
from fastapi.responses import FileResponse
from starlette.background import BackgroundTask

from gridsvc.domain.sheets import json_lines

if TYPE_CHECKING:
    from collections.abc import Callable

    import geopandas as gpd
    import pandas as pd

GEOJSON = "application/geo+json"
MVT = "application/vnd.mapbox-vector-tile"
FILES = {
    "csv": "text/csv", "geojson": GEOJSON, "gpkg": "application/geopackage+sqlite3", "html": "text/html",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "parquet": "application/vnd.apache.parquet", "fgb": "application/octet-stream",
}  # fmt: skip


def answer(
    data: Any, status: int = 200, headers: dict[str, str] | None = None, media_type: str = "application/json"
) -> Response:
    """``data`` as JSON."""
    return Response(_text(data).encode("utf-8", errors="replace"), status, headers, media_type=media_type)


def answer_table(data: dict[str, Any], rows: pd.DataFrame) -> Response:
    """``data`` and in it ``rows``, a table of thousands: written at once, not value by value."""
    table: str = rows.to_json(orient="records", force_ascii=False, double_precision=10, date_format="iso")
    text = f'{_text(data)[:-1]}{"," if data else ""}"rows":{table}}}'
    return Response(text.encode("utf-8", errors="replace"), media_type="application/json")


def _text(data: Any) -> str:
    return json.dumps(data, ensure_ascii=False, default=_plain, separators=(",", ":"), allow_nan=False)


def download(make: Callable[[Path], str], suffix: str) -> Response:
    """A file that ``make`` writes to the path it is given and names; it is gone when it has been sent."""
    folder = tempfile.TemporaryDirectory(prefix="gridsvc-download-")
    path = Path(folder.name) / f"file.{suffix}"
    try:
        name = make(path)
    except BaseException:
        folder.cleanup()
        raise
    return FileResponse(path, filename=name, media_type=FILES[suffix], background=BackgroundTask(folder.cleanup))


def geojson(frame: gpd.GeoDataFrame, **more: Any) -> Response:
    """A frame as a FeatureCollection; shapes with eight digits (a millimetre)."""
    if frame.empty:
        return answer({"type": "FeatureCollection", **more, "features": []}, media_type=GEOJSON)
    flat = frame.drop(columns=frame.geometry.name)
    properties = json_lines(flat, date_format="iso", double_precision=10)
    geoms = shapely.set_precision(np.asarray(frame.geometry, dtype=object), 1e-8, mode="pointwise")
    text: Any = np.where(shapely.is_missing(geoms), "null", shapely.to_geojson(geoms))
    features = ",".join(
        f'{{"type":"Feature","properties":{p},"geometry":{g}}}' for p, g in zip(properties, text, strict=True)
    )
    head = json.dumps(more, ensure_ascii=False, default=_plain)[1:-1]
    body = f'{{"type":"FeatureCollection",{head + "," if head else ""}"features":[{features}]}}'
    return Response(body.encode("utf-8", errors="replace"), media_type=GEOJSON)


def _plain(value: Any) -> Any:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return dataclasses.asdict(value)
    if isinstance(value, dt.datetime | dt.date):
        return value.isoformat()
    if isinstance(value, np.integer | np.bool_):
        return value.item()
    if isinstance(value, np.floating):
        return None if np.isnan(value) else float(value)
    if hasattr(value, "lower") and hasattr(value, "upper_inc"):  # a range of the database
        return [value.lower, value.upper]
    if hasattr(value, "__float__"):
        return float(value)
    return str(value)
