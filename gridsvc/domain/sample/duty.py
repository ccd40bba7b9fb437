"""Officers, posts and 120,000 visits of the sample city, with gaps that are known.

They come after the division, since posts are on cells: whoever knows the cells in force hands them in.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import shapely

from gridsvc.domain.assignment import Ground
from gridsvc.domain.sample import ground, things
from gridsvc.domain.sample.residents import DOOR

if TYPE_CHECKING:
    import geopandas as gpd
    from numpy.typing import NDArray

    from gridsvc.domain.sample.plan import Site
    from gridsvc.domain.sample.residents import Residents

OFFICERS, VISITS, DAYS = 70, 120_000, 365
BEFORE_DAYS = DAYS + 40  # so long before the last day cells and posts began
# share of the visits to each kind of target
_SHARE = {
    "dwelling": 0.62,
    "building": 0.17,
    "cell": 0.11,
    "organisation": 0.05,
    "hazard": 0.03,
    "hazard_source": 0.02,
}
_OUTCOMES = np.array(["已见面", "家中无人", "电话核实", "拒访", "已搬离", "空置", "地址不符"], dtype=object)
_OUTCOME_SHARE = [0.72, 0.15, 0.06, 0.015, 0.02, 0.025, 0.01]
_HOURS = np.array([0] * 8 + [6, 12, 12, 8, 2, 4, 10, 12, 9, 6, 5, 6, 4, 0, 0, 0], dtype=float)


@dataclass(frozen=True)
class Duty:
    """Tables as an office keeps them, and what is true of them."""

    officers: pd.DataFrame
    posts: pd.DataFrame
    visits: pd.DataFrame
    truths: dict[str, Any]


@dataclass(frozen=True)
class _Team:
    """Officer of each cell (-1: nobody), and the row of the cell that each building stands in."""

    of_cell: NDArray[np.int64]
    cell_of_building: NDArray[np.int64]
    number: NDArray[np.object_]


def make(
    site: Site, buildings: gpd.GeoDataFrame, residents: Residents, listed: dict[str, pd.DataFrame],
    cells: gpd.GeoDataFrame, as_of: dt.date,
) -> Duty:  # fmt: skip
    """``cells``: code, name and geometry (lon/lat) of the cells of this county."""
    cells = cells.sort_values("code", ignore_index=True)
    team = _team(site, buildings, cells)
    posts, start = _posts(site, team, cells, as_of), as_of - dt.timedelta(days=DAYS - 1)
    visits, shunned = _visits(site, buildings, residents, listed, cells, team, start)
    free = cells["code"].to_numpy(dtype=object)[team.of_cell < 0]
    at_home = team.cell_of_building[residents.building]
    busy = np.bincount(team.of_cell[at_home][team.of_cell[at_home] >= 0]).argmax()
    return Duty(_officers(site, team, cells), posts, visits, {
        "officers": OFFICERS, "posts": len(posts), "visits": len(visits),
        "visits_by_target": visits["对象类型"].value_counts().to_dict(),
        "visits_by_outcome": visits["结果"].value_counts().to_dict(),
        "cells_without_officer": sorted(free.tolist()),
        "buildings_unvisited": sorted(buildings["id"].to_numpy(dtype=object)[shunned].tolist()),
        "busiest_officer": str(team.number[busy]),
        "first_visit": start.isoformat(), "last_visit": as_of.isoformat(),
    })  # fmt: skip


def _team(site: Site, buildings: gpd.GeoDataFrame, cells: gpd.GeoDataFrame) -> _Team:
    """Neighbouring numbers of one community go to one officer; three cells with houses to nobody."""
    lon, lat = things.middles(buildings, np.arange(len(buildings)))
    inside = Ground(np.asarray(cells.geometry, dtype=object), np.arange(1, len(cells) + 1)).containing(lon, lat) - 1
    rng, words = site.part("team"), site.words["duty"]
    built = np.bincount(inside[inside >= 0], minlength=len(cells))
    nobody = rng.permutation(np.flatnonzero(built >= 8))[: words["cells_without_officer"]]
    area = cells["code"].str.slice(0, 12).to_numpy(dtype=object)
    leaders = len(set(ground.community_codes(site).values())) + 2
    officer = leaders + _shared(area, OFFICERS - leaders)
    officer[nobody] = -1
    number = np.array([f"W{site.index:03d}{i + 1:03d}" for i in range(OFFICERS)], dtype=object)
    return _Team(officer, inside, number)


def _shared(area: NDArray[np.object_], officers: int) -> NDArray[np.int64]:
    """Officers by cell: each area gets its share of them, at least one, and nobody works in two areas."""
    _, first, size = np.unique(area, return_index=True, return_counts=True)
    share = 1 + np.floor(size / size.sum() * (officers - len(size))).astype(np.int64)
    share[np.argsort(-size)[: officers - share.sum()]] += 1
    start = np.concatenate([[0], np.cumsum(share)[:-1]])
    which = np.searchsorted(first, np.arange(len(area)), side="right") - 1
    return np.asarray(start[which] + (np.arange(len(area)) - first[which]) * share[which] // size[which])


def _officers(site: Site, team: _Team, cells: gpd.GeoDataFrame) -> pd.DataFrame:
    words, rng = site.words["residents"], site.part("officers")
    family, given = list(words["surnames"])[:40], list(words["given"])
    codes = list(ground.community_codes(site).values())
    area = cells["code"].str.slice(0, 12).to_numpy(dtype=object)
    home = [area[np.flatnonzero(team.of_cell == i)[0]] if (team.of_cell == i).any() else "" for i in range(OFFICERS)]
    leading = [codes[0][:9], codes[-1][:9], *codes]
    return pd.DataFrame({
        "姓名": [rng.choice(family) + rng.choice(given) + rng.choice(given) for _ in range(OFFICERS)],
        "工号": team.number, "社区": [*leading, *home[len(leading):]],
        "工作电话": [str(10_900_000_000 + site.index * 1000 + i) for i in range(OFFICERS)],
    })  # fmt: skip


def _posts(site: Site, team: _Team, cells: gpd.GeoDataFrame, as_of: dt.date) -> pd.DataFrame:
    """A liaison official a street, a leader a community, an officer a cell; one cell has somebody standing in."""
    codes = list(ground.community_codes(site).values())
    towns = [codes[0][:9], codes[-1][:9]]
    start = (as_of - dt.timedelta(days=BEFORE_DAYS)).isoformat()
    lead = pd.DataFrame({"工号": team.number[: 2 + len(codes)], "岗位": ["包联干部"] * 2 + ["网格长"] * len(codes),
                         "社区": [*towns, *codes]})  # fmt: skip
    held = np.flatnonzero(team.of_cell >= 0)
    own = pd.DataFrame({"工号": team.number[team.of_cell[held]], "岗位": "专职网格员",
                        "网格": cells["code"].to_numpy(dtype=object)[held]})  # fmt: skip
    stand_in = own.iloc[[0]].assign(工号=team.number[team.of_cell[held[-1]]], 代班="是",
                                    起始日期=(as_of - dt.timedelta(days=2)).isoformat(),
                                    截止日期=(as_of + dt.timedelta(days=4)).isoformat())  # fmt: skip
    out = pd.concat([lead, own], ignore_index=True).assign(起始日期=start, 截止日期=None, 代班=None)
    return pd.concat([out, stand_in], ignore_index=True)


def _visits(
    site: Site, buildings: gpd.GeoDataFrame, residents: Residents, listed: dict[str, pd.DataFrame],
    cells: gpd.GeoDataFrame, team: _Team, start: dt.date,
) -> tuple[pd.DataFrame, NDArray[np.int64]]:  # fmt: skip
    """Visits by those in charge of the cell; none in cells without officer, none to buildings that are shunned."""
    rng = site.part("visits")
    officer = np.where(team.cell_of_building >= 0, team.of_cell[team.cell_of_building], -1)
    lived = np.zeros(len(buildings), dtype=bool)
    lived[residents.building] = True
    shunned = rng.permutation(np.flatnonzero(lived & (officer >= 0)))[: site.words["duty"]["buildings_unvisited"]]
    open_to = officer >= 0
    open_to[shunned] = False
    amount = {k: int(VISITS * share) for k, share in _SHARE.items()}
    amount["dwelling"] += VISITS - sum(amount.values())
    doors = _spread(rng, np.flatnonzero(open_to[residents.building]), amount["dwelling"])
    at_door = residents.building[doors]
    house = _spread(rng, np.flatnonzero(open_to), amount["building"])
    parts = [
        _rows("户室", buildings, at_door, officer).assign(
            单元=residents.dwellings["单元"].to_numpy(dtype=object)[doors],
            室号=residents.dwellings["室号"].to_numpy(dtype=object)[doors],
            结果=rng.choice(_OUTCOMES, len(doors), p=_OUTCOME_SHARE)),
        _rows("楼栋", buildings, house, officer),
        _patrols(rng, cells, team, amount["cell"]),
    ]  # fmt: skip
    for kind, word, key in (("organisation", "单位", "单位编号"), ("hazard", "隐患", "隐患编号"),
                            ("hazard_source", "危险源", "危险源编号")):  # fmt: skip
        parts.append(_to_listed(rng, word, listed[f"{kind}s"], key, buildings, officer, open_to, amount[kind]))
    out = pd.concat(parts, ignore_index=True)
    out["结果"] = out["结果"].where(out["结果"].notna(), "已巡查")
    day = rng.integers(0, DAYS, len(out))
    hour = rng.choice(24, len(out), p=_HOURS / _HOURS.sum())
    second = day * 86400 + hour * 3600 + rng.integers(0, 3600, len(out))
    moment = pd.Timestamp(start) + pd.to_timedelta(second, unit="s")
    out.insert(0, "时间", moment.strftime("%Y-%m-%d %H:%M:%S"))
    out["工号"] = team.number[out.pop("officer").to_numpy(dtype=np.int64)]
    out = out.sort_values("时间", kind="stable", ignore_index=True)
    out.insert(0, "走访编号", [f"Z{site.index:03d}{i + 1:07d}" for i in range(len(out))])
    return out, shunned


def _spread(rng: np.random.Generator, pool: NDArray[np.int64], n: int) -> NDArray[np.int64]:
    """Every member of a pool once or more, in random order."""
    return np.concatenate([rng.permutation(pool), rng.choice(pool, max(0, n - len(pool)))])[:n]


def _rows(word: str, buildings: gpd.GeoDataFrame, at: NDArray[np.int64], officer: NDArray[np.int64]) -> pd.DataFrame:
    return things.doors(buildings, at).assign(对象类型=word, officer=officer[at])


def _patrols(rng: np.random.Generator, cells: gpd.GeoDataFrame, team: _Team, n: int) -> pd.DataFrame:
    """An hour or so on the ground of a cell, written down where it ended."""
    at = _spread(rng, np.flatnonzero(team.of_cell >= 0), n)
    point = shapely.point_on_surface(np.asarray(cells.geometry, dtype=object))[at]
    return pd.DataFrame({"对象类型": "网格", "officer": team.of_cell[at], "分钟": rng.integers(25, 110, n),
                         "经度": shapely.get_x(point).round(7), "纬度": shapely.get_y(point).round(7)})  # fmt: skip


def _to_listed(
    rng: np.random.Generator, word: str, table: pd.DataFrame, key: str, buildings: gpd.GeoDataFrame,
    officer: NDArray[np.int64], open_to: NDArray[np.bool_], n: int,
) -> pd.DataFrame:  # fmt: skip
    """Visits to the entries of another list, by the officer of the building they are in."""
    known = things.doors(buildings, np.arange(len(buildings))).fillna("").agg("|".join, axis=1)
    place = pd.Series(np.arange(len(known)), index=known)
    place = place[~place.index.duplicated()]  # two streets of one name in a county
    house = table[DOOR].fillna("").astype(str).agg("|".join, axis=1).map(place).to_numpy(dtype=np.int64)
    pool = np.flatnonzero(open_to[house])
    at = _spread(rng, pool, n)
    return pd.DataFrame(
        {"对象类型": word, "对象编号": table[key].to_numpy(dtype=object)[at], "officer": officer[house[at]]}
    )
