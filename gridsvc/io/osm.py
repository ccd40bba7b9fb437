"""OpenStreetMap extracts as the layers gridsvc imports; runs in the reader's child process.

GDAL's driver assembles the areas; everything after it is column arithmetic.
"""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pyarrow as pa
import shapely

from gridsvc.errors import InputError
from gridsvc.io import guards
from gridsvc.io.columns import as_text
from gridsvc.io.shapes import with_geometry

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

# the first of these tags that a feature has decides what it is
LINE_TAGS = ("railway", "highway", "waterway", "barrier")
AREA_TAGS = ("natural", "waterway", "leisure", "landuse", "amenity")
POINT_TAGS = (
    "amenity",
    "shop",
    "tourism",
    "leisure",
    "office",
    "railway",
    "historic",
    "man_made",
    "public_transport",
)
ADDRESS = ["addr:street", "addr:place", "addr:housenumber", "addr:unit"]


def read_osm(path: Path, place: str | None) -> tuple[dict[str, pa.Table], dict[str, Any]]:
    """Tables areas, buildings, addresses, base; only what lies in the boundary ``place`` where one is named.

    Raises:
        InputError: ``osm.broken``, ``osm.place``.
    """
    points, lines, areas = (_layer(path, name) for name in ("points", "lines", "multipolygons"))
    boundaries = _boundaries(areas)
    extent = _extent(points, lines, areas)
    if place is not None:
        extent = _chosen(boundaries, place)
        points, lines, areas = (_inside(f, extent) for f in (points, lines, areas))
        boundaries = boundaries[shapely.intersects(extent, shapely.point_on_surface(np.asarray(boundaries["geom"])))]
    if boundaries.empty:
        boundaries = _whole(extent, place or path.name.split(".")[0])
    is_building = areas["building"].notna() & (areas["building"] != "no")
    is_part = areas["building:part"].notna() & (areas["building:part"] != "no")
    tables = {
        "area": _table(boundaries, path.name),
        "building": _table(_buildings(areas[is_building | is_part]), path.name),
        "address": _table(_addresses(points, areas), path.name),
        "base_feature": _table(_base(points, lines, areas[~is_building & ~is_part]), path.name),
    }
    return tables, {"crs": "EPSG:4326", "extent": list(extent.bounds)}


def _layer(path: Path, name: str) -> pd.DataFrame:
    import pyogrio

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # an extract cuts relations at its edge, GDAL tells of each one
        try:
            _, table = pyogrio.read_arrow(path, layer=name)
        except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError, RuntimeError, ValueError) as e:
            raise InputError("osm.broken", file=path.name, reason=guards.reason(e, path)) from e
    frame = table.drop(["wkb_geometry"]).to_pandas()
    geoms = shapely.from_wkb(np.asarray(table["wkb_geometry"].to_pylist(), dtype=object), on_invalid="ignore")
    frame["geom"] = geoms
    if "osm_way_id" in frame:
        frame["osm_id"] = np.where(
            frame["osm_id"].isna(), "w" + frame["osm_way_id"].astype("string"), "r" + frame["osm_id"].astype("string")
        )
    else:
        frame["osm_id"] = name[0] + frame["osm_id"].astype("string")
    frame["name"] = frame["name:zh"].fillna(frame["name"]) if "name:zh" in frame else frame["name"]
    return frame[~(shapely.is_missing(geoms) | shapely.is_empty(geoms))].reset_index(drop=True)


def _extent(*frames: pd.DataFrame) -> shapely.Geometry:
    bounds = [shapely.total_bounds(np.asarray(f["geom"])) for f in frames if len(f)]
    if not bounds:
        raise InputError("osm.broken", file="", reason="empty")
    low, high = np.nanmin(bounds, axis=0), np.nanmax(bounds, axis=0)
    return shapely.box(low[0], low[1], high[2], high[3])


def _boundaries(areas: pd.DataFrame) -> pd.DataFrame:
    """Complete administrative boundaries with the three deepest levels that the extract has."""
    found = areas[
        (areas["boundary"] == "administrative") & areas["admin_level"].notna() & areas["name"].notna()
    ].copy()
    number = pd.to_numeric(found["admin_level"], errors="coerce")
    found = found[number.between(3, 11)]
    levels = sorted(pd.to_numeric(found["admin_level"]).unique())[-3:]
    words = dict(zip(levels, ["county", "town", "community"][-len(levels) :], strict=True)) if levels else {}
    found["level"] = pd.to_numeric(found["admin_level"]).map(words)
    return found[found["level"].notna()]


def _chosen(boundaries: pd.DataFrame, place: str) -> shapely.Geometry:
    wanted = place.strip().lower()
    match = (boundaries["name"].str.lower() == wanted) | (boundaries["name:en"].str.lower() == wanted)
    if not match.any():
        names = ", ".join(sorted(boundaries["name"].astype(str))[:30])
        raise InputError("osm.place", place=place, known=names or "–")
    found = np.asarray(boundaries.loc[match, "geom"])
    return found[np.argmax(shapely.area(found))]


def _inside(frame: pd.DataFrame, extent: shapely.Geometry) -> pd.DataFrame:
    shapely.prepare(extent)
    return frame[shapely.intersects(extent, np.asarray(frame["geom"]))].reset_index(drop=True)


def _whole(extent: shapely.Geometry, name: str) -> pd.DataFrame:
    frame = pd.DataFrame({"osm_id": ["extent"], "name": [name], "name:en": [None], "level": ["county"]})
    frame["geom"] = np.array([extent], dtype=object)
    return frame


def _buildings(found: pd.DataFrame) -> pd.DataFrame:
    part = found["building"].isna()
    return pd.DataFrame(
        {
            "osm_id": found["osm_id"],
            "name": found["name"],
            "kind": np.where(part, "building_part", "building"),
            "use": found["building"].where(found["building"] != "yes").fillna(found["building:use"]),
            "floors": found["building:levels"].str.extract(r"^(\d+)", expand=False),
            "height": found["height"].str.extract(r"^(\d+(?:\.\d+)?)", expand=False),
            "street": found["addr:street"].fillna(found["addr:place"]),
            "housenumber": found["addr:housenumber"],
            "geom": found["geom"],
        }
    )


def _addresses(points: pd.DataFrame, areas: pd.DataFrame) -> pd.DataFrame:
    both = pd.concat([points[["osm_id", "name", *ADDRESS, "geom"]], areas[["osm_id", "name", *ADDRESS, "geom"]]])
    found = both[both["addr:housenumber"].notna() & (both["addr:street"].notna() | both["addr:place"].notna())]
    street = found["addr:street"].fillna(found["addr:place"])
    chinese = street.str.contains(r"[\u4e00-\u9fff]", regex=True)
    number = found["addr:housenumber"].astype(str)
    text = np.where(chinese, street + number.str.removesuffix("号") + "号", street + " " + number)
    middle = shapely.point_on_surface(np.asarray(found["geom"]))
    return pd.DataFrame(
        {"osm_id": found["osm_id"], "text": text, "name": found["name"], "street": street,
         "housenumber": number, "unit": found["addr:unit"], "geom": middle}
    )  # fmt: skip


def _base(points: pd.DataFrame, lines: pd.DataFrame, areas: pd.DataFrame) -> pd.DataFrame:
    parts = []
    for frame, tags in ((lines, LINE_TAGS), (areas, AREA_TAGS), (points, POINT_TAGS)):
        tag, value = _first_tag(frame, tags)
        part = pd.DataFrame({"osm_id": frame["osm_id"], "name": frame["name"], "kind": tag, "detail": value})
        part["tunnel"] = frame["tunnel"].notna() & (frame["tunnel"] != "no") if "tunnel" in frame else False
        part["geom"] = frame["geom"]
        parts.append(part[tag != ""])
    out = pd.concat(parts, ignore_index=True)
    out["kind"] = out["kind"] + "=" + out["detail"]
    return out


def _first_tag(frame: pd.DataFrame, tags: tuple[str, ...]) -> tuple[NDArray[np.object_], NDArray[np.object_]]:
    tag = np.full(len(frame), "", dtype=object)
    value = np.full(len(frame), None, dtype=object)
    for name in reversed(tags):
        has = frame[name].notna().to_numpy()
        tag[has], value[has] = name, frame[name].to_numpy(dtype=object)[has]
    return tag, value


def _table(frame: pd.DataFrame, file: str) -> pa.Table:
    wkb = pa.chunked_array([pa.array(shapely.to_wkb(np.asarray(frame["geom"], dtype=object)), pa.binary())])
    rest = frame.drop(columns="geom").astype("string")
    return with_geometry(as_text(pa.Table.from_pandas(rest, preserve_index=False), file, len(wkb)), wkb)
