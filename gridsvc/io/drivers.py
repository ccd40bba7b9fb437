"""Which formats GDAL may know in a process that reads files of strangers: the rest is switched off by OGR_SKIP."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

# format (see guards.FORMATS) -> GDAL's driver
OGR = {
    "geojson": "GeoJSON", "gpkg": "GPKG", "shapefile": "ESRI Shapefile", "flatgeobuf": "FlatGeobuf",
    "kml": "KML", "kmz": "LIBKML", "dxf": "DXF", "osm_pbf": "OSM",
}  # fmt: skip
# What may be uploaded; none of these four reads any other file than its own parts.
UPLOADED = frozenset({"GeoJSON", "GPKG", "ESRI Shapefile", "FlatGeobuf"})
_BY_SUFFIX = {".geojson": "GeoJSON", ".json": "GeoJSON", ".gpkg": "GPKG", ".shp": "ESRI Shapefile",
              ".zip": "ESRI Shapefile", ".fgb": "FlatGeobuf", ".kml": "KML", ".kmz": "LIBKML", ".dxf": "DXF",
              ".pbf": "OSM"}  # fmt: skip
# Drivers of the pinned GDAL; a reader starts over when it finds one that is not listed here.
DRIVERS = [
    "ADBC",
    "AIVector",
    "AVCBin",
    "AVCE00",
    "AmigoCloud",
    "CSV",
    "CSW",
    "Carto",
    "DGN",
    "DXF",
    "EDIGEO",
    "EEDA",
    "ESRI Shapefile",
    "ESRIJSON",
    "Elasticsearch",
    "FlatGeobuf",
    "GDALG",
    "GML",
    "GPKG",
    "GPSBabel",
    "GPX",
    "GTFS",
    "GeoJSON",
    "GeoJSONSeq",
    "GeoRSS",
    "HTTP",
    "Idrisi",
    "JML",
    "JSONFG",
    "KML",
    "LIBKML",
    "LVBAG",
    "MBTiles",
    "MEM",
    "MVT",
    "MapInfo File",
    "MapML",
    "MiraMonVector",
    "NGW",
    "OAPIF",
    "ODS",
    "OGCAPI",
    "OGR_GMT",
    "OGR_PDS",
    "OGR_VRT",
    "OSM",
    "OpenFileGDB",
    "PCIDSK",
    "PDF",
    "PDS4",
    "PGDUMP",
    "PLSCENES",
    "PMTiles",
    "S57",
    "SQLite",
    "SXF",
    "Selafin",
    "TopoJSON",
    "VDV",
    "VFK",
    "VICAR",
    "WAsP",
    "WFS",
    "XLSX",
]


def skip(*wanted: str) -> str:
    """OGR_SKIP for a GDAL that knows the drivers ``wanted`` only."""
    return ",".join(d for d in DRIVERS if d not in wanted)


def wanted(path: Path) -> str:
    """The driver that a file's name asks for (its content is looked at by the reader), empty when none."""
    return _BY_SUFFIX.get(path.suffix.lower(), "")


def needs_own_process(path: Path) -> bool:
    """Whether the driver for this file is none of those that the pre-forked reader knows."""
    return wanted(path) not in {"", *UPLOADED}
