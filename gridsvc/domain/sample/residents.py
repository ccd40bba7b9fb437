"""Dwellings, households and people of the sample city: about 17,000 households, 45,000 people, nobody real."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from gridsvc.domain import people
from gridsvc.domain.sample import ground

if TYPE_CHECKING:
    import geopandas as gpd
    from numpy.typing import NDArray

    from gridsvc.domain.sample.plan import Site

DOOR = ["小区", "幢号", "街路巷", "门牌号"]
NEW_DAYS = 90
_USES = np.array(["自住", "出租", "空置", "商用", "宿舍"], dtype=object)
_FLAT_USES, _HOUSE_USES = [0.67, 0.225, 0.065, 0.02, 0.02], [0.62, 0.32, 0.06, 0.0, 0.0]
# (share, members): each member is (relation, years older than the head, spread, sex: o the head's other, - any)
_FAMILIES: tuple[tuple[float, tuple[tuple[str, int, int, str], ...]], ...] = (
    (0.07, (("本人", 72, 14, "-"),)),
    (0.13, (("本人", 70, 12, "-"), ("配偶", -2, 4, "o"))),
    (0.12, (("本人", 33, 10, "-"),)),
    (0.15, (("本人", 36, 12, "-"), ("配偶", -1, 4, "o"))),
    (0.30, (("本人", 39, 11, "-"), ("配偶", -1, 4, "o"), ("子女", -29, 4, "-"))),
    (0.08, (("本人", 40, 8, "-"), ("配偶", -1, 4, "o"), ("子女", -27, 3, "-"), ("子女", -31, 3, "-"))),
    (0.15, (("本人", 42, 8, "-"), ("配偶", -1, 4, "o"), ("子女", -29, 4, "-"), ("父母", 27, 4, "-"),
            ("父母", 25, 4, "-"))),
)  # fmt: skip
_SHARED = (("本人", 27, 5, "-"), ("租客", -1, 5, "-"), ("租客", 1, 5, "-"), ("租客", 0, 5, "-"))


@dataclass(frozen=True)
class Residents:
    """Tables as an office keeps them, and for each dwelling the row of its building."""

    dwellings: pd.DataFrame
    people: pd.DataFrame
    building: NDArray[np.int64]
    truths: dict[str, Any]


def make(site: Site, buildings: gpd.GeoDataFrame, as_of: dt.date) -> Residents:
    """Doors of every flat and house, and who lives behind those that are lived in."""
    doors, building = _doors(site, buildings)
    doors = _used(site, doors, buildings["use"].to_numpy(dtype=object)[building], as_of)
    lived_in = np.flatnonzero(np.isin(doors["用途"], ["自住", "出租", "宿舍"]))
    members = _members(site, doors, lived_in, as_of)
    table = _table(site, members, doors, as_of)
    return Residents(doors, table, building, _truths(buildings, building, doors, members, table, as_of))


def _doors(site: Site, buildings: gpd.GeoDataFrame) -> tuple[pd.DataFrame, NDArray[np.int64]]:
    """One row a door: stairwell, floor and number in a block of flats; one or more rooms to let in a house."""
    flats = np.flatnonzero((buildings["use"] == "住宅").to_numpy())
    floors, units = (buildings[c].to_numpy(dtype=np.int64) for c in ("floors", "units"))
    each = np.where(floors == 18, 3, 2)
    count = units * floors * each
    at = np.repeat(flats, count[flats])
    n = np.concatenate([np.arange(c) for c in count[flats]])
    floor, unit = n // each[at] % floors[at] + 1, n // (each[at] * floors[at]) + 1
    flat = pd.DataFrame(
        {"单元": unit.astype(str), "楼层": floor, "室号": (floor * 100 + n % each[at] + 1).astype(str)}
    )
    houses = np.flatnonzero((buildings["use"] == "自建房").to_numpy())
    rooms = floors[houses] + (site.part("lodgers").random(len(houses)) < 0.5)
    below = np.repeat(houses, rooms)
    m = np.concatenate([np.arange(c) for c in rooms])
    level = np.minimum(m + 1, floors[below])
    house = pd.DataFrame(
        {"单元": None, "楼层": level, "室号": (level * 100 + 1 + (m + 1 > floors[below])).astype(str)}
    )
    building = np.concatenate([at, below])
    out = pd.concat([flat, house], ignore_index=True)
    for zh, field in zip(DOOR, ("estate", "building_no", "street", "housenumber"), strict=True):
        out[zh] = buildings[field].to_numpy(dtype=object)[building]
    flat_row = out["小区"].notna()
    out.loc[flat_row, ["街路巷", "门牌号"]] = None
    out.insert(0, "户室编号", [f"F{site.index:03d}{i + 1:06d}" for i in range(len(out))])
    return out, building


def _used(site: Site, doors: pd.DataFrame, kind: NDArray[np.object_], as_of: dt.date) -> pd.DataFrame:
    rng, n = site.part("uses of doors"), len(doors)
    flat = kind == "住宅"
    use = np.where(flat, rng.choice(_USES, n, p=_FLAT_USES), rng.choice(_USES, n, p=_HOUSE_USES))
    use = np.where(~flat & (doors["室号"] == "101"), "自住", use)
    since = pd.Timestamp(as_of) - pd.to_timedelta(rng.integers(20, 2200, n), unit="D")
    dated = pd.Series(since.strftime("%Y-%m-%d")).where(pd.Series(np.isin(use, ["出租", "空置"])))
    area = np.where(flat, rng.normal(88, 22, n), rng.normal(70, 20, n)).clip(24, 240).round(1)
    return doors.assign(面积=area, 用途=use, 用途起始=dated)


def _members(site: Site, doors: pd.DataFrame, lived_in: NDArray[np.int64], as_of: dt.date) -> pd.DataFrame:
    """One row a person: door, household number, relation, age, sex."""
    rng = site.part("families")
    kind = rng.choice(len(_FAMILIES), len(lived_in), p=[f[0] for f in _FAMILIES])
    shared = (doors["用途"].to_numpy(dtype=object)[lived_in] == "宿舍").nonzero()[0]
    head_woman = rng.random(len(lived_in)) < 0.38
    parts = []
    for i, members in enumerate([f[1] for f in _FAMILIES] + [_SHARED]):  # eight sorts of family
        homes = shared if i == len(_FAMILIES) else np.setdiff1d(np.flatnonzero(kind == i), shared)
        head = None
        for order, (relation, years, spread, sex) in enumerate(members):
            age = rng.normal(years, spread / 2, len(homes))
            head = age if head is None else head
            age = age if order == 0 else head + age
            woman = head_woman[homes] ^ (sex == "o") if sex == "o" or order == 0 else rng.random(len(homes)) < 0.5
            parts.append(pd.DataFrame({"home": homes, "order": order, "relation": relation, "age": age,
                                       "woman": woman, "size": len(members)}))  # fmt: skip
    out = pd.concat(parts, ignore_index=True).sort_values(["home", "order"], ignore_index=True)
    out["door"] = lived_in[out["home"]]
    out["age"] = out["age"].clip(0.05, 101)
    child = out["relation"] == "子女"
    out.loc[child, "relation"] = np.where(out.loc[child, "woman"], "女", "子")
    born = pd.Timestamp(as_of) - pd.to_timedelta((out["age"] * 365.25).astype(int), unit="D")
    return out.assign(birth=born)


def _table(site: Site, members: pd.DataFrame, doors: pd.DataFrame, as_of: dt.date) -> pd.DataFrame:
    rng, n = site.part("people"), len(members)
    home = members["home"].to_numpy()
    use = doors["用途"].to_numpy(dtype=object)[members["door"]]
    let = np.isin(use, ["出租", "宿舍"])
    stay = _by_home(rng, home)
    residence = np.where(let, np.where(stay < 0.7, "流动", "常住"),
                         np.where(stay < 0.78, "户籍", np.where(stay < 0.97, "常住", "人户分离")))  # fmt: skip
    days = np.where(let, _by_home(rng, home) * 1500, _by_home(rng, home) * 9000).astype(int) + 5
    moved = pd.Timestamp(as_of) - pd.to_timedelta(np.minimum(days, members["age"] * 365).astype(int), unit="D")
    phone = 10_000_000_000 + rng.permutation(n) * 13_577  # no telephone begins like this
    elsewhere = rng.choice(site.words["residents"]["elsewhere"], n)
    out = pd.DataFrame({
        "人员编号": [f"R{site.index:03d}{i + 1:06d}" for i in range(n)], "姓名": _names(site, members),
        "身份证号": _identity(site, members), "电话": pd.Series(phone.astype(str)).where(members["age"] >= 12),
        "与户主关系": members["relation"], "户号": [f"H{site.index:03d}{h + 1:06d}" for h in home],
        "人口类别": residence,
        "户籍地址": pd.Series(elsewhere).where(pd.Series(np.isin(residence, ["流动", "常住"]))),
        "入住日期": moved.dt.strftime("%Y-%m-%d"),
    })  # fmt: skip
    out["服务类别"] = _categories(site, members, (pd.Timestamp(as_of) - moved).dt.days.to_numpy())
    for column in (*DOOR, "单元", "室号"):
        out[column] = doors[column].to_numpy(dtype=object)[members["door"]]
    return out


def _by_home(rng: np.random.Generator, home: NDArray[np.int64]) -> NDArray[np.float64]:
    """One number a household, the same for all of its members."""
    return rng.random(int(home.max()) + 1)[home]


def _names(site: Site, members: pd.DataFrame) -> NDArray[np.object_]:
    words, rng, n = site.words["residents"], site.part("names of people"), len(members)
    family, given = np.array(list(words["surnames"])), np.array(list(words["given"]))
    weight = 1 / (np.arange(len(family)) + 4)
    of_home = rng.choice(family, int(members["home"].max()) + 1, p=weight / weight.sum())
    own = rng.choice(family, n, p=weight / weight.sum())
    kin = members["relation"].isin(["本人", "子", "女"]).to_numpy()
    second = np.where(rng.random(n) < 0.8, rng.choice(given, n), "")
    name = np.char.add(np.char.add(np.where(kin, of_home[members["home"]], own), rng.choice(given, n)), second)
    return name.astype(object)


def _identity(site: Site, members: pd.DataFrame) -> pd.Series:
    """Numbers of a county that does not exist; one in fifty is not known."""
    rng, n = site.part("numbers"), len(members)
    order = members.groupby("birth").cumcount().to_numpy() * 2 + 1 - members["woman"].to_numpy(dtype=int) + 2
    born = members["birth"].dt.strftime("%Y%m%d").to_numpy(dtype="U8")
    body = np.char.add(np.char.add(ground.county_code(site.index), born), np.char.zfill(order.astype(str), 3))
    number = pd.Series(np.char.add(body.astype("U17"), people.check_digits(body.astype("U17"))))
    return number.where(pd.Series(rng.random(n) > 0.02))


def _categories(site: Site, members: pd.DataFrame, days: NDArray[np.int64]) -> pd.Series:
    """Service categories by age and household; several are joined by a semicolon."""
    rng, n = site.part("categories"), len(members)
    age, size, woman = (members[c].to_numpy() for c in ("age", "size", "woman"))
    full = np.floor(age)
    poor = _by_home(rng, members["home"].to_numpy())

    def some(share: float) -> NDArray[np.bool_]:
        return rng.random(n) < share

    rules = (
        ("独居老人", (size == 1) & (full >= 60)),
        ("空巢老人", (size == 2) & (full >= 60) & some(0.8)),
        ("高龄老人", full >= 80),
        ("失能老人(中度)", (full >= 70) & some(0.035)),
        ("残疾人(二级)", (full >= 4) & some(0.018)),
        ("低保对象", (poor < 0.012) & (full >= 16)),
        ("特困人员", (full >= 60) & some(0.004)),
        ("低保边缘家庭", (poor > 0.991) & (full >= 16)),
        ("困境儿童", (full < 16) & some(0.006)),
        ("留守儿童", (full < 15) & (full > 3) & some(0.01)),
        ("孕产妇", woman & (full >= 22) & (full < 38) & some(0.03)),
        ("0–6岁儿童", full <= 6),
        ("慢性病患者", (full >= 50) & some(0.16)),
        ("优抚对象", (full >= 24) & some(0.006)),
        ("新迁入", days <= NEW_DAYS),
    )
    out = np.full(n, "", dtype=object)
    for name, mask in rules:
        out[mask] = np.where(out[mask] == "", name, out[mask] + "；" + name)
    return pd.Series(out, dtype=object).where(out != "")


def _truths(
    buildings: gpd.GeoDataFrame, building: NDArray[np.int64], doors: pd.DataFrame, members: pd.DataFrame,
    table: pd.DataFrame, as_of: dt.date,
) -> dict[str, Any]:  # fmt: skip
    community = buildings["community"].to_numpy(dtype=object)[building]
    category = table["服务类别"].dropna().str.split("；").explode().str.replace(r"\(.*\)", "", regex=True)
    return {
        "dwellings": len(doors), "dwellings_by_use": doors["用途"].value_counts().to_dict(),
        "homes": int(members["home"].nunique()), "people": len(table),
        "people_by_community": pd.Series(community[members["door"]]).value_counts().sort_index().to_dict(),
        "people_by_residence": table["人口类别"].value_counts().to_dict(),
        "people_by_category": category.value_counts().to_dict(),
        "people_on": as_of.isoformat(),
    }  # fmt: skip
