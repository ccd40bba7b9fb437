"""Buildings and addresses of the sample city: flats in estates, houses along lanes, shops along streets."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from gridsvc.domain import crs
from gridsvc.domain.sample import ground, plan

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gridsvc.domain.sample.plan import Lots, Site

# use -> (width, depth, step u, step v) of its buildings in metres, and the share of places that are built on
_MESH = {
    "flats": (46.0, 13.0, 58.0, 36.0, 0.95),
    "houses": (10.5, 9.0, 13.0, 17.5, 0.62),
    "shops": (9.0, 14.0, 10.0, 38.0, 0.55),
    "public": (38.0, 18.0, 60.0, 52.0, 0.55),
    "works": (44.0, 26.0, 60.0, 48.0, 0.45),
}
_SHEDS = 0.05  # of the houses' places
BLOCK = 160  # house numbers that a lot has to itself
WANTED = {"flats": 300, "houses": 2400, "rest": 1300}


def make(site: Site, lots: Lots) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame, pd.DataFrame]:
    """Buildings, estates and addresses (the last with longitude and latitude)."""
    placed = _trimmed(site, pd.concat([_placed(site, lots, use) for use in _MESH], ignore_index=True))
    estates = _estates(site, lots, placed)
    named = _addressed(site, lots, placed, estates)
    shapes = shapely.box(named["u0"], named["v0"], named["u1"], named["v1"])
    named["geometry"] = site.shape(np.asarray(shapes), step=60)
    keep = [
        "id",
        "name",
        "use",
        "floors",
        "units",
        "households",
        "estate",
        "street",
        "housenumber",
        "building_no",
        "address",
        "community",
    ]
    frame = gpd.GeoDataFrame(named[keep], geometry=named["geometry"].to_numpy(), crs=crs.WGS84)
    lot_boxes = shapely.box(*(lots.bounds[estates["lot"]] + np.array([-2, -2, 2, 2])).T)
    fields = gpd.GeoDataFrame(
        estates[["id", "name", "kind", "property_firm", "community"]],
        geometry=site.shape(np.asarray(lot_boxes)),
        crs=crs.WGS84,
    )
    return frame, fields, _addresses(frame)


def _placed(site: Site, lots: Lots, use: str) -> pd.DataFrame:
    """Rectangles of one use: a mesh in every lot of it, some places left empty, each a little out of line."""
    width, depth, du, dv, share = _MESH[use]
    rng = site.part(f"place {use}")
    parts = []
    for lot in np.flatnonzero(lots.use == use):  # some hundred lots at the most
        u0, v0, u1, v1 = lots.bounds[lot]
        u, v = np.meshgrid(np.arange(u0 + 6, u1 - width - 6, du), np.arange(v0 + 6, v1 - depth - 6, dv))
        built = rng.random(u.size) < share
        parts.append(pd.DataFrame({"lot": lot, "u0": u.ravel()[built], "v0": v.ravel()[built]}))
    out = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame({"lot": [], "u0": [], "v0": []})
    shift = min(1.2, (du - width) / 3, (dv - depth) / 3)
    out[["u0", "v0"]] += rng.uniform(-shift, shift, (len(out), 2))
    smaller = rng.uniform(0.86, 1.0, (len(out), 2))
    shed = (rng.random(len(out)) < _SHEDS) & (use == "houses")
    smaller[shed] *= 0.5
    out["u1"], out["v1"] = out["u0"] + width * smaller[:, 0], out["v0"] + depth * smaller[:, 1]
    out["use"] = np.where(shed, "sheds", use)
    return out.astype({"lot": int})


def _trimmed(site: Site, placed: pd.DataFrame) -> pd.DataFrame:
    """About as many as wanted of each sort; what is too much is left out at random."""
    rng = site.part("trim")
    group = placed["use"].where(placed["use"].isin(["flats", "houses"]), "rest")
    keep = np.zeros(len(placed), dtype=bool)
    for name, wanted in WANTED.items():
        at = np.flatnonzero(group == name)
        keep[rng.permutation(at)[:wanted]] = True
    return placed[keep].reset_index(drop=True)


def _estates(site: Site, lots: Lots, placed: pd.DataFrame) -> pd.DataFrame:
    """One estate a lot of flats."""
    words, rng = site.words["estates"], site.part("estates")
    lot = np.sort(placed.loc[placed["use"] == "flats", "lot"].unique())
    names = [a + b for b in words["last"] for a in words["first"]]
    order = rng.permutation(len(names))[: len(lot)]
    kind = rng.choice(words["kinds"], len(lot), p=[0.5, 0.3, 0.12, 0.08])
    firm = np.where(kind == "三无", "", rng.choice(words["firms"], len(lot), p=[0.4, 0.3, 0.2, 0.1]))
    codes = ground.community_codes(site)
    return pd.DataFrame(
        {
            "lot": lot,
            "id": [f"X{site.index:03d}{i + 1:03d}" for i in range(len(lot))],
            "name": [names[o] for o in order],
            "kind": kind,
            "property_firm": firm,
            "community": [codes[c] for c in lots.letter[lot]],
        }
    )


def _addressed(site: Site, lots: Lots, placed: pd.DataFrame, estates: pd.DataFrame) -> pd.DataFrame:
    out = placed.sort_values(["lot", "v0", "u0"], ignore_index=True)
    rng = site.part("buildings")
    codes = ground.community_codes(site)
    out["id"] = [f"L{site.index:03d}{i + 1:06d}" for i in range(len(out))]
    out["community"] = [codes[c] for c in lots.letter[out["lot"]]]
    flats = (out["use"] == "flats").to_numpy()
    high = flats & (np.isin(out["lot"], rng.choice(out["lot"].unique(), 14)))
    out["floors"] = np.select(
        [high, flats, out["use"] == "houses"], [18, 6, rng.integers(1, 4, len(out))], rng.integers(1, 3, len(out))
    )
    out["units"] = np.where(flats, rng.integers(2, 5, len(out)), 0)
    per_floor = np.where(high, 3, 2)
    out["households"] = np.select([flats, out["use"] == "houses"], [out["units"] * out["floors"] * per_floor, 1], 0)
    estate = estates.set_index("lot")["name"]
    out["estate"] = out["lot"].map(estate).where(flats)
    number = out.groupby("lot").cumcount() + 1
    out["building_no"] = number.astype(str).where(flats)
    out["street"], out["housenumber"] = _numbers(site, lots, out, number.to_numpy())
    out["name"] = _names(site, out)
    inside = out["estate"] + out["building_no"] + "幢"
    road = out["street"] + out["housenumber"] + "号"
    out["address"] = inside.where(flats, road)
    labels = {
        "flats": "住宅",
        "houses": "自建房",
        "shops": "商铺",
        "public": "公共",
        "works": "厂房",
        "sheds": "棚屋",
    }
    return out.assign(use=out["use"].map(labels))


def _numbers(site: Site, lots: Lots, out: pd.DataFrame, number: NDArray[np.int64]) -> tuple[pd.Series, pd.Series]:
    """Street and number: the street south of the lot, numbers rising eastwards, lanes for houses further in."""
    minor = ground.minor_names(site)
    level = site.words["roads"]["level"]
    row, column = lots.row[out["lot"]], lots.column[out["lot"]]
    south_major = row % plan.SPLIT == 0
    names = np.array(
        [
            level[r // plan.SPLIT] if m else minor[1, r // plan.SPLIT * (plan.SPLIT - 1) + r % plan.SPLIT - 1]
            for r, m in zip(row, south_major, strict=True)
        ],
        dtype=object,
    )
    base = column * BLOCK + 1
    deep = (out["use"] == "houses").to_numpy() & (number > 12)
    lane = base + 2
    plain = (base + (number - 1) * 2).astype(str)
    inside = np.array([f"{a}弄{b}" for a, b in zip(lane, number - 12, strict=True)], dtype=object)
    return pd.Series(names), pd.Series(np.where(deep, inside, plain))


def _names(site: Site, out: pd.DataFrame) -> pd.Series:
    rng = site.part("names")
    words = site.words["places"]
    public = rng.choice(words["public"], len(out))
    shop = np.char.add(rng.choice(site.words["roads"]["minor_first"], len(out)), rng.choice(words["shops"], len(out)))
    named = pd.Series(np.where(out["use"] == "public", public, shop), dtype=object)
    return named.where(out["use"].isin(["public", "shops"]))


def _addresses(frame: gpd.GeoDataFrame) -> pd.DataFrame:
    """The address base as an office keeps it: one row a building, one more for each stairwell."""
    middle = shapely.centroid(np.asarray(frame.geometry, dtype=object))
    base = pd.DataFrame(
        {
            "地址编号": "D" + frame["id"],
            "标准地址": frame["address"],
            "街路巷": frame["street"],
            "门牌号": frame["housenumber"],
            "小区": frame["estate"],
            "幢号": frame["building_no"],
            "单元": None,
            "经度": np.round(shapely.get_x(middle), 7),
            "纬度": np.round(shapely.get_y(middle), 7),
        }
    )
    stairs = base.loc[base.index.repeat(frame["units"])].copy()
    stairs["单元"] = (stairs.groupby(level=0).cumcount() + 1).astype(str)
    stairs["地址编号"] = stairs["地址编号"] + "-" + stairs["单元"]
    stairs["标准地址"] = stairs["标准地址"] + stairs["单元"] + "单元"
    return pd.concat([base, stairs], ignore_index=True)
