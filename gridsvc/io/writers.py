"""Files out: CSV, XLSX, GeoJSON, GeoPackage, FlatGeobuf, GeoParquet; chunk by chunk where the format allows it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pyproj
import shapely

from gridsvc import paths
from gridsvc.domain.sheets import harmless_table, json_lines
from gridsvc.errors import InputError, LimitError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    Chunks = Iterator[gpd.GeoDataFrame]

XLSX_ROWS = 1_048_575
FORMATS = (".csv", ".xlsx", ".geojson", ".gpkg", ".fgb", ".parquet")


def write(chunks: Chunks, path: Path, layer: str) -> int:
    """Write GeoDataFrames (lon/lat) to ``path`` by its suffix; the number of rows.

    The file appears under its name only when it is whole.

    Raises:
        InputError: ``export.format``; LimitError: ``export.xlsx_rows``.
    """
    writer = _WRITERS.get(path.suffix.lower())
    if writer is None:
        raise InputError("export.format", value=path.suffix, known=", ".join(FORMATS))
    with paths.whole(path) as part:
        return writer(chunks, part, layer)


def _flat(chunk: gpd.GeoDataFrame) -> pd.DataFrame:
    return pd.DataFrame(chunk.drop(columns=chunk.geometry.name))


def _csv(chunks: Chunks, path: Path, layer: str) -> int:  # noqa: ARG001
    rows = 0
    with path.open("w", encoding="utf-8-sig", newline="") as f:
        for i, chunk in enumerate(chunks):
            harmless_table(_flat(chunk)).to_csv(f, index=False, header=i == 0)
            rows += len(chunk)
    return rows


def _xlsx(chunks: Chunks, path: Path, layer: str) -> int:
    import xlsxwriter

    rows = 0
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False,
               "remove_timezone": True, "nan_inf_to_errors": False}  # fmt: skip
    with xlsxwriter.Workbook(str(path), options) as book:
        sheet = book.add_worksheet(layer[:31])
        bold = book.add_format({"bold": True, "bg_color": "#DCE6F1", "border": 1})
        for chunk in chunks:
            table = _flat(chunk)
            if rows == 0:
                sheet.write_row(0, 0, list(table.columns), bold)
                sheet.freeze_panes(1, 0)
            if rows + len(table) > XLSX_ROWS:
                raise LimitError("export.xlsx_rows", most=XLSX_ROWS)
            for values in _plain(table):  # XlsxWriter takes cells one by one
                rows += 1
                sheet.write_row(rows, 0, values)
    return rows


def _plain(table: pd.DataFrame) -> Iterator[list[Any]]:
    out = table.copy()
    for name in out.columns:
        if pd.api.types.is_datetime64_any_dtype(out[name]):
            out[name] = out[name].dt.strftime("%Y-%m-%d %H:%M:%S")
    out = out.astype(object).where(out.notna(), None)
    yield from out.to_numpy().tolist()


def _geojson(chunks: Chunks, path: Path, layer: str) -> int:
    rows = 0
    with path.open("w", encoding="utf-8") as f:
        f.write(f'{{"type":"FeatureCollection","name":{json.dumps(layer)},"features":[')
        for chunk in chunks:
            if chunk.empty:
                continue
            properties = json_lines(_flat(chunk), date_format="iso")
            geoms = np.asarray(chunk.geometry, dtype=object)
            text = np.where(shapely.is_missing(geoms), "null", shapely.to_geojson(geoms))
            body = ",\n".join(
                f'{{"type":"Feature","properties":{p},"geometry":{g}}}' for p, g in zip(properties, text, strict=True)
            )
            if body:
                f.write((",\n" if rows else "\n") + body)
            rows += len(chunk)
        f.write("\n]}\n")
    return rows


def _ogr(driver: str) -> Callable[[Chunks, Path, str], int]:
    def run(chunks: Chunks, path: Path, layer: str) -> int:
        import pyogrio

        options: dict[str, str] = {}
        if driver == "FlatGeobuf":  # packed in one go: its index comes first, and takes nothing without a shape
            whole = gpd.GeoDataFrame(pd.concat(list(chunks), ignore_index=True))
            options = {"SPATIAL_INDEX": "NO"} if whole.geometry.isna().any() else {}
            chunks = iter([whole])
        rows = 0
        for i, chunk in enumerate(chunks):
            pyogrio.write_dataframe(chunk, path, driver=driver, layer=layer, append=i > 0, **options)
            rows += len(chunk)
        return rows

    return run


def _parquet(chunks: Chunks, path: Path, layer: str) -> int:  # noqa: ARG001
    geo = {"version": "1.1.0", "primary_column": "geometry",
           "columns": {"geometry": {"encoding": "WKB", "geometry_types": [],
                                    "crs": json.loads(pyproj.CRS(4326).to_json())}}}  # fmt: skip
    rows, writer = 0, None
    try:
        for chunk in chunks:
            table = pa.Table.from_pandas(_flat(chunk), preserve_index=False)
            wkb = pa.array(shapely.to_wkb(np.asarray(chunk.geometry, dtype=object)), pa.binary())
            table = table.append_column("geometry", wkb)
            if writer is None:
                schema = pa.schema([_nullable(f) for f in table.schema], metadata={b"geo": json.dumps(geo).encode()})
                writer = pq.ParquetWriter(path, schema)
            writer.write_table(table.cast(writer.schema))
            rows += len(chunk)
    finally:
        if writer is not None:
            writer.close()
    return rows


def _nullable(field: pa.Field) -> pa.Field:
    """A column that is empty in the first chunk may hold text in a later one."""
    return pa.field(field.name, pa.string()) if pa.types.is_null(field.type) else field


_WRITERS: dict[str, Callable[[Chunks, Path, str], int]] = {
    ".csv": _csv,
    ".xlsx": _xlsx,
    ".geojson": _geojson,
    ".json": _geojson,
    ".gpkg": _ogr("GPKG"),
    ".fgb": _ogr("FlatGeobuf"),
    ".parquet": _parquet,
    ".geoparquet": _parquet,
}
