"""Streets, river, railway and land use of the sample city."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from gridsvc.domain import crs
from gridsvc.domain.sample import plan

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gridsvc.domain.sample.plan import Lots, Site

_LANDUSE = {
    "flats": "居住用地",
    "houses": "居住用地",
    "shops": "商业用地",
    "public": "学校",
    "park": "公园",
    "works": "工业用地",
    "green": "绿地",
    "bank": "绿地",
}
_STRETCH_DEG = 0.0015  # a community that the river only touches has none


def areas(site: Site) -> gpd.GeoDataFrame:
    """County, towns and communities: code, name, level, parent, geometry."""
    words = site.words
    county = county_code(site.index)
    shapes = plan.communities(site)
    town_of = {letter: words["communities"][letter][1] for letter in shapes}
    rows = [
        {
            "code": county,
            "name": words["county"] if site.index == 0 else f"{words['county'][:-1]}{site.index + 1}县",
            "level": "县",
            "parent": "",
            "shape": shapely.unary_union(list(shapes.values())),
        }
    ]
    for number, name in enumerate(words["towns"]):
        union = shapely.unary_union([s for letter, s in shapes.items() if town_of[letter] == number])
        rows.append(
            {"code": town_code(county, number), "name": name, "level": "街道", "parent": county, "shape": union}
        )
    for letter, code in community_codes(site).items():
        rows.append(
            {
                "code": code,
                "name": words["communities"][letter][0],
                "level": "社区",
                "parent": code[:9],
                "shape": shapes[letter],
            }
        )
    frame = pd.DataFrame(rows)
    # one noding for all three levels: every border has the same points, whichever area it is read from
    bent = site.shape(frame["shape"].to_numpy(dtype=object))
    return gpd.GeoDataFrame(frame.drop(columns="shape"), geometry=bent, crs=crs.WGS84)


def county_code(index: int) -> str:
    """990101, 990102 …, 990201 …"""
    return f"99{index // 99 + 1:02d}{index % 99 + 1:02d}"


def town_code(county: str, number: int) -> str:
    """Subdistricts are 001–099 (GB/T 10114)."""
    return f"{county}{number + 1:03d}"


def community_codes(site: Site) -> dict[str, str]:
    """Letter → code; residents' committees are 001–199."""
    county = county_code(site.index)
    counter: dict[int, int] = {}
    out = {}
    for letter, (_, town) in sorted(site.words["communities"].items()):
        counter[town] = counter.get(town, 0) + 1
        out[letter] = f"{town_code(county, town)}{counter[town]:03d}"
    return out


def minor_names(site: Site) -> dict[tuple[int, int], str]:
    """(axis, number) → name of each minor street; no name twice."""
    first, last = site.words["roads"]["minor_first"], site.words["roads"]["minor_last"]
    names = [a + b for b in last for a in first]
    count = [len(plan.minor_lines(site, axis)) for axis in (0, 1)]
    keys = [(0, i) for i in range(count[0])] + [(1, i) for i in range(count[1])]
    return dict(zip(keys, names, strict=False))


def features(site: Site, lots: Lots) -> gpd.GeoDataFrame:
    """Base features: id, kind, name, geometry."""
    parts = [_roads(site), _river(site), _rail(site), _landuse(site, lots)]
    out = pd.concat(parts, ignore_index=True)
    out.insert(0, "id", [f"B{site.index:03d}{i:06d}" for i in range(len(out))])
    return gpd.GeoDataFrame(out, geometry="geometry", crs=crs.WGS84)


def _roads(site: Site) -> pd.DataFrame:
    width, height = site.size
    words, minor = site.words["roads"], minor_names(site)
    shapes, names, kinds = [], [], []
    for axis, major in ((0, words["upright"]), (1, words["level"])):
        for at, name in zip(site.lines(axis), major, strict=True):
            shapes.append(_street(axis, at, 0, height if axis == 0 else width))
            names.append(name)
            kinds.append("主干路")
        for number, at in enumerate(plan.minor_lines(site, axis)):
            shapes.append(_street(axis, at, 0, height if axis == 0 else width))
            names.append(minor[axis, number])
            kinds.append("支路")
    lines = np.array(shapes, dtype=object)
    # minor streets end at the river; major ones cross it on bridges
    water = shapely.LineString(_river_line(site)).buffer(plan.RIVER_M / 2 + 4)
    small = np.array([k == "支路" for k in kinds])
    lines[small] = shapely.difference(lines[small], water)
    return pd.DataFrame({"kind": kinds, "name": names, "geometry": site.shape(lines)})


def _street(axis: int, at: float, start: float, stop: float) -> shapely.Geometry:
    ends = [(at, start), (at, stop)] if axis == 0 else [(start, at), (stop, at)]
    return shapely.LineString(ends)


def _river_line(site: Site) -> NDArray[np.float64]:
    u = np.arange(-40, site.size[0] + 60, 20.0)
    return np.column_stack([u, site.river(u)])


def _river(site: Site) -> pd.DataFrame:
    width, height = site.size
    line = shapely.LineString(_river_line(site))
    water = shapely.intersection(line.buffer(plan.RIVER_M / 2, cap_style="flat"), shapely.box(0, 0, width, height))
    name = site.words["roads"]["river"]
    return pd.DataFrame({"kind": ["水域"], "name": [name], "geometry": site.shape(np.array([water], dtype=object))})


def zones(site: Site, areas: gpd.GeoDataFrame) -> pd.DataFrame:
    """Duty zones: the river, a stretch a community (河段)."""
    (line,) = site.shape(np.array([shapely.LineString(_river_line(site))], dtype=object))
    homes = areas[areas["code"].str.len() == 12]
    parts = shapely.intersection(np.asarray(homes.geometry, dtype=object), line)
    long = shapely.length(parts) > _STRETCH_DEG
    river, codes = site.words["roads"]["river"], homes["code"].to_numpy(dtype=object)[long]
    names = homes["name"].str.removesuffix("社区").to_numpy(dtype=object)[long]
    return pd.DataFrame({
        "责任区编号": [f"HD{code}" for code in codes],
        "责任区名称": [f"{river}{name}段" for name in names],
        "类型": "河段",
        "责任单位": site.words["things"]["water"],
        "社区代码": codes,
        "wkt": shapely.to_wkt(parts[long], rounding_precision=7),
    })  # fmt: skip


def _rail(site: Site) -> pd.DataFrame:
    width, height = site.size
    v = np.linspace(0, height, 60)
    line = shapely.LineString(np.column_stack([width - 210 + 60 * np.sin(v / 900), v]))
    name = site.words["roads"]["rail"]
    return pd.DataFrame({"kind": ["铁路"], "name": [name], "geometry": site.shape(np.array([line], dtype=object))})


def _landuse(site: Site, lots: Lots) -> pd.DataFrame:
    shapes = shapely.box(*lots.bounds.T)
    water = shapely.LineString(_river_line(site)).buffer(plan.RIVER_M / 2)
    wet = lots.use == "bank"
    shapes[wet] = shapely.difference(shapes[wet], water)
    rng = site.part("parks")
    names = np.array(
        [f"{site.words['estates']['first'][rng.integers(18)]}公园" if u == "park" else None for u in lots.use],
        dtype=object,
    )
    frame = pd.DataFrame({"kind": [_LANDUSE[u] for u in lots.use], "name": names, "geometry": site.shape(shapes)})
    return frame[~shapely.is_empty(shapes)]
