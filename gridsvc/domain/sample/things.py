"""Stairwells, groups, hazards and their sources, components, facilities and organisations of the sample city."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import shapely

from gridsvc.domain.sample import ground
from gridsvc.domain.sample.residents import DOOR

if TYPE_CHECKING:
    import geopandas as gpd
    from numpy.typing import NDArray

    from gridsvc.domain.sample.plan import Site

WANTED = {"hazards": 900, "hazard_sources": 120, "components": 600, "facilities": 80, "organisations": 400}
GROUPS = 5  # a community
_FIELDS = ("estate", "building_no", "street", "housenumber")


def make(site: Site, buildings: gpd.GeoDataFrame, as_of: dt.date) -> dict[str, pd.DataFrame]:
    """Tables with Chinese columns, by the name of their file."""
    return {
        "units": _units(site, buildings),
        "resident_groups": _groups(site, buildings),
        "hazards": _hazards(site, buildings, as_of),
        "hazard_sources": _sources(site, buildings),
        "components": _components(site, buildings, as_of),
        "facilities": _facilities(site, buildings),
        "organisations": _organisations(site, buildings, as_of),
    }


def doors(buildings: gpd.GeoDataFrame, at: NDArray[np.int64]) -> pd.DataFrame:
    """How the buildings in these rows are called: estate and number there, otherwise street and house number."""
    out = pd.DataFrame({zh: buildings[f].to_numpy(dtype=object)[at] for zh, f in zip(DOOR, _FIELDS, strict=True)})
    out.loc[out["小区"].notna(), ["街路巷", "门牌号"]] = None
    return out


def middles(buildings: gpd.GeoDataFrame, at: NDArray[np.int64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Longitude and latitude of the middle of the buildings in these rows."""
    point = shapely.centroid(np.asarray(buildings.geometry, dtype=object)[at])
    return shapely.get_x(point), shapely.get_y(point)


def _pick(site: Site, buildings: gpd.GeoDataFrame, name: str, uses: list[str] | None = None) -> NDArray[np.int64]:
    """Rows of as many buildings as wanted of a kind, each once while there are any left."""
    pool = np.flatnonzero(buildings["use"].isin(uses)) if uses else np.arange(len(buildings))
    rng, wanted = site.part(f"where {name}"), WANTED[name]
    times = -(-wanted // len(pool))
    return np.concatenate([rng.permutation(pool) for _ in range(times)])[:wanted]


def _words(site: Site, name: str, rng: np.random.Generator, n: int) -> tuple[NDArray[Any], NDArray[Any]]:
    table = np.array(site.words["things"][name], dtype=object)[rng.integers(0, len(site.words["things"][name]), n)]
    return table[:, 0], table[:, 1]


def _day(as_of: dt.date, ago: NDArray[np.int64]) -> pd.Series:
    return pd.Series(pd.Timestamp(as_of) - pd.to_timedelta(ago, unit="D"))


def _units(site: Site, buildings: gpd.GeoDataFrame) -> pd.DataFrame:
    units = buildings["units"].to_numpy(dtype=np.int64)
    at = np.repeat(np.arange(len(buildings)), units)
    number = np.concatenate([np.arange(1, n + 1) for n in units])
    floors = buildings["floors"].to_numpy(dtype=np.int64)[at]
    households = buildings["households"].to_numpy(dtype=np.int64)[at] // units[at]
    head = pd.DataFrame({"单元编号": [f"U{site.index:03d}{i + 1:05d}" for i in range(len(at))]})
    tail = pd.DataFrame({"单元": number.astype(str), "层数": floors, "户数": households})
    return pd.concat([head, doors(buildings, at), tail], axis=1)


def _groups(site: Site, buildings: gpd.GeoDataFrame) -> pd.DataFrame:
    built = buildings.groupby("community")["households"].sum()
    rows = [
        {"小组编号": f"{code}-{n}", "小组名称": f"第{n}居民小组", "组号": n,
         "户数": int(built.get(code, 0)) // GROUPS, "社区代码": code}
        for code in ground.community_codes(site).values() for n in range(1, GROUPS + 1)
    ]  # fmt: skip
    return pd.DataFrame(rows)


def _hazards(site: Site, buildings: gpd.GeoDataFrame, as_of: dt.date) -> pd.DataFrame:
    """Found over 18 months; most are mended in time, some are late, one in thirty is a major one."""
    rng, at = site.part("hazards"), _pick(site, buildings, "hazards")
    n = len(at)
    kind, title = _words(site, "hazards", rng, n)
    major = rng.random(n) < 0.033
    found = _day(as_of, rng.integers(0, 540, n))
    due = found + pd.to_timedelta(np.where(major, 30, 10), unit="D")
    mended = found + pd.to_timedelta(rng.gamma(2.0, 4.5, n).round(), unit="D")
    over = mended <= pd.Timestamp(as_of)
    state = np.where(over, "已销号", np.where(rng.random(n) < 0.3, "已整改", "限期整改"))
    lon, lat = middles(buildings, at)
    return pd.concat([pd.DataFrame({
        "隐患编号": [f"Y{site.index:03d}{i + 1:05d}" for i in range(n)], "隐患名称": title, "类别": kind,
        "等级": np.where(major, "重大", "一般"), "状态": state, "发现日期": found.dt.strftime("%Y-%m-%d"),
        "整改期限": due.dt.strftime("%Y-%m-%d"), "销号日期": mended.dt.strftime("%Y-%m-%d").where(over),
    }), doors(buildings, at), pd.DataFrame({"经度": lon.round(7), "纬度": lat.round(7)})], axis=1)  # fmt: skip


def _sources(site: Site, buildings: gpd.GeoDataFrame) -> pd.DataFrame:
    rng, at = site.part("sources"), _pick(site, buildings, "hazard_sources", ["厂房", "公共", "商铺", "住宅"])
    n = len(at)
    kind, word = _words(site, "sources", rng, n)
    street = buildings["street"].to_numpy(dtype=object)[at]
    grade = rng.choice(["一级", "二级", "三级", "四级"], n, p=[0.03, 0.12, 0.3, 0.55])
    lon, lat = middles(buildings, at)
    return pd.concat([pd.DataFrame({
        "危险源编号": [f"W{site.index:03d}{i + 1:05d}" for i in range(n)], "危险源名称": street + word, "类别": kind,
        "等级": grade, "所属单位": street + "物业",
    }), doors(buildings, at), pd.DataFrame({"经度": lon.round(7), "纬度": lat.round(7)})], axis=1)  # fmt: skip


def _components(site: Site, buildings: gpd.GeoDataFrame, as_of: dt.date) -> pd.DataFrame:
    """At the kerb, a little off the houses."""
    rng, at = site.part("components"), _pick(site, buildings, "components")
    n = len(at)
    lon, lat = middles(buildings, at)
    words = site.words["things"]
    return pd.DataFrame({
        "部件编号": [f"B{site.index:03d}{i + 1:05d}" for i in range(n)], "类别": rng.choice(words["components"], n),
        "位置": buildings["street"].to_numpy(dtype=object)[at], "权属单位": rng.choice(words["owners"], n),
        "部件状态": rng.choice(["完好", "破损", "丢失"], n, p=[0.93, 0.06, 0.01]),
        "建成日期": _day(as_of, rng.integers(200, 6000, n)).dt.strftime("%Y-%m-%d"),
        "经度": (lon + rng.normal(0, 1.2e-4, n)).round(7), "纬度": (lat + rng.normal(0, 1.2e-4, n)).round(7),
    })  # fmt: skip


def _facilities(site: Site, buildings: gpd.GeoDataFrame) -> pd.DataFrame:
    rng, at = site.part("facilities"), _pick(site, buildings, "facilities", ["公共", "商铺"])
    n = len(at)
    kind, word = _words(site, "facilities", rng, n)
    lon, lat = middles(buildings, at)
    return pd.DataFrame({
        "设施编号": [f"S{site.index:03d}{i + 1:05d}" for i in range(n)],
        "设施名称": buildings["street"].to_numpy(dtype=object)[at] + word, "类别": kind,
        "地址": buildings["address"].to_numpy(dtype=object)[at], "服务时间": "08:30-17:00",
        "容量": rng.integers(10, 300, n), "经度": lon.round(7), "纬度": lat.round(7),
    })  # fmt: skip


def _organisations(site: Site, buildings: gpd.GeoDataFrame, as_of: dt.date) -> pd.DataFrame:
    rng, at = site.part("organisations"), _pick(site, buildings, "organisations", ["商铺", "厂房", "公共"])
    n = len(at)
    kind, word = _words(site, "organisations", rng, n)
    first = rng.choice(site.words["roads"]["minor_first"], n).astype(object)
    return pd.concat([pd.DataFrame({
        "单位编号": [f"Q{site.index:03d}{i + 1:05d}" for i in range(n)], "单位名称": first + word, "类别": kind,
        "经营地址": buildings["address"].to_numpy(dtype=object)[at], "从业人数": rng.integers(1, 60, n),
        "成立日期": _day(as_of, rng.integers(60, 5000, n)).dt.strftime("%Y-%m-%d"),
    }), doors(buildings, at)], axis=1)  # fmt: skip
