"""Areas that come in: levels, codes for foreign places, parents, and what is wrong between siblings."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from gridsvc.domain import codes, crs, geometry
from gridsvc.errors import InputError

if TYPE_CHECKING:
    from numpy.typing import NDArray

LEVEL_WORDS = {
    2: ("2", "province", "省", "省级", "直辖市", "自治区"),
    4: ("4", "city", "prefecture", "市", "市级", "地级", "地市"),
    6: ("6", "county", "district", "县", "区", "县级", "区县", "区县级", "县(市、区)"),
    9: ("9", "town", "subdistrict", "township", "街道", "镇", "乡", "乡镇", "镇街", "乡级", "街镇"),
    12: ("12", "community", "village", "neighbourhood", "neighborhood", "社区", "村", "村级", "村居", "村社区"),
}
_WORDS = {word: level for level, words in LEVEL_WORDS.items() for word in words}
LEAST_M2 = 0.01
LOCAL_FIRST, LOCAL_LAST = 999_001, 999_999


def levels(words: pd.Series) -> pd.Series:
    """Digits of the level that each word names; missing where it names none."""
    text = words.astype("str").str.strip().str.lower().str.removesuffix(".0")
    return text.map(_WORDS).astype("Int64")


def local_codes(frame: pd.DataFrame, geoms: NDArray[np.object_], known: dict[str, str], used: set[str]) -> pd.Series:
    """Codes under 99 for areas of a place without Chinese codes.

    Args:
        frame: columns source_key and level (6, 9 or 12; a frame without counties gets one code for all).
        geoms: their shapes, for finding the area above by an inner point.
        known: source_key → code of an earlier import of the same list; ``""`` is the county of all.
        used: every code that is taken.

    Returns codes as a series; the county that holds everything, when the file has none, is under the index -1.

    Raises:
        InputError: ``area.too_many_local``.
    """
    level = frame["level"].to_numpy()
    points = geometry.inside_points(geoms)
    code = pd.Series("", index=frame.index, dtype=object)
    taken = set(used) | set(known.values())
    if not (level == 6).any():
        whole = known.get("") or _next_county(taken)
        taken.add(whole)
        code.loc[-1] = whole
    for rank, above in ((6, ()), (9, (6,)), (12, (9, 6))):
        for i in np.flatnonzero(level == rank):
            row = frame.index[i]
            parent = _parent(points[i], geoms, level, above, code.loc[frame.index].to_numpy())
            parent = parent or (code.get(-1) or "")
            code[row] = known.get(str(frame["source_key"].iloc[i])) or (
                _next_county(taken) if rank == 6 else _next_below(parent, rank, taken)
            )
            taken.add(code[row])
    return code


def _parent(
    point: shapely.Geometry, geoms: NDArray[np.object_], level: NDArray[np.int64], above: tuple[int, ...],
    code: NDArray[np.object_],
) -> str | None:  # fmt: skip
    for rank in above:
        at = np.flatnonzero(level == rank)
        hit = at[shapely.intersects(geoms[at], point)]
        if len(hit):
            return str(code[hit[0]])
    return None


def _next_county(taken: set[str]) -> str:
    heads = {c[:6] for c in taken}
    for number in range(LOCAL_FIRST, LOCAL_LAST + 1):
        if str(number) not in heads:
            return str(number)
    raise InputError("area.too_many_local", most=LOCAL_LAST - LOCAL_FIRST + 1)


def _next_below(parent: str, level: int, taken: set[str]) -> str:
    head = parent.ljust(level - 3, "0")
    for number in range(1, 1000):
        if f"{head}{number:03d}" not in taken:
            return f"{head}{number:03d}"
    raise InputError("area.too_many_local", most=999)


def parents(code: pd.Series, existing: set[str]) -> pd.Series:
    """Key of the nearest area above each code, among ``existing`` and the codes themselves; missing where none is."""
    all_codes = existing | set(code)
    found = [next((codes.area_key(p) for p in codes.parent_codes(c) if p in all_codes), None) for c in code]
    return pd.Series(found, index=code.index, dtype="Int64")


def sibling_troubles(frame: gpd.GeoDataFrame, parent_shapes: dict[int, shapely.Geometry]) -> gpd.GeoDataFrame:
    """Overlaps between areas with the same parent, and holes between them.

    Args:
        frame: columns code, name, parent_key (missing: together), geometry (lon/lat, valid).
        parent_shapes: shape of a parent by key where it is known for itself; without it a hole is what the siblings
            enclose on all sides.

    Returns kind (overlap, hole), one, other (codes), one_name, other_name, m2, geometry; the largest first.
    """
    parts = []
    for parent, group in frame.groupby(frame["parent_key"].fillna(-1)):
        if len(group) == 1 and int(parent) not in parent_shapes:
            continue  # alone, and nothing known that it should fill
        shapes = np.asarray(group.geometry, dtype=object)
        a, b = shapely.STRtree(shapes).query(shapes, predicate="intersects")
        once = a < b
        a, b = a[once], b[once]
        shared = geometry.as_multipolygons(np.asarray(shapely.intersection(shapes[a], shapes[b]), dtype=object))
        flat = np.asarray([g is not None for g in shared], dtype=bool)
        code, name = group["code"].to_numpy(dtype=object), group["name"].to_numpy(dtype=object)
        parts.append(_rows("overlap", code[a[flat]], code[b[flat]], name[a[flat]], name[b[flat]], shared[flat]))
        holes = _holes(shapes, parent_shapes.get(int(parent)))
        empty = np.full(len(holes), "", dtype=object)
        parts.append(_rows("hole", empty, empty, empty, empty, holes))
    found = pd.concat(parts, ignore_index=True) if parts else _rows("hole", *[np.array([], dtype=object)] * 5)
    found = found[found["m2"] >= LEAST_M2].sort_values("m2", ascending=False, ignore_index=True)
    return gpd.GeoDataFrame(found, geometry="geometry", crs=crs.WGS84)


def _holes(shapes: NDArray[np.object_], whole: shapely.Geometry | None) -> NDArray[np.object_]:
    union = shapely.union_all(shapes)
    if whole is None:
        rings = [shapely.get_interior_ring(p, i) for p in shapely.get_parts(union)
                 for i in range(shapely.get_num_interior_rings(p))]  # fmt: skip
        return np.asarray(shapely.polygons(rings), dtype=object) if rings else np.array([], dtype=object)
    parts = shapely.get_parts(shapely.difference(whole, union))
    return np.asarray(parts[(shapely.get_type_id(parts) == 3) & ~shapely.is_empty(parts)], dtype=object)


def _rows(
    kind: str, one: NDArray[np.object_], other: NDArray[np.object_], one_name: NDArray[np.object_],
    other_name: NDArray[np.object_], geoms: NDArray[np.object_],
) -> pd.DataFrame:  # fmt: skip
    return pd.DataFrame(
        {"kind": pd.Series([kind] * len(geoms), dtype=object), "one": one, "one_name": one_name, "other": other,
         "other_name": other_name, "m2": crs.areas_m2(geoms), "geometry": geoms}
    )  # fmt: skip
