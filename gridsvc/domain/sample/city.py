"""The whole sample city, and what is true of it."""

from __future__ import annotations

import dataclasses
import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import pandas as pd
import shapely

from gridsvc.domain.sample import buildings, duty, events, ground, plan, residents, things

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gridsvc.domain.workdays import Limit, Office


@dataclass(frozen=True)
class City:
    """One county, ready to be written to files; ``lists``: residents and things, by the name of their file."""

    areas: gpd.GeoDataFrame
    base: gpd.GeoDataFrame
    estates: gpd.GeoDataFrame
    buildings: gpd.GeoDataFrame
    addresses: pd.DataFrame
    events: pd.DataFrame
    lists: dict[str, pd.DataFrame]
    truths: dict[str, Any]
    site: plan.Site
    residents: residents.Residents

    def duty(self, cells: gpd.GeoDataFrame, as_of: dt.date) -> duty.Duty:
        """Officers, posts and visits on the county's cells (code, name, geometry), which only a division makes."""
        return duty.make(self.site, self.buildings, self.residents, self.lists, cells, as_of)


def county(
    words: Mapping[str, Any], classes: dict[str, tuple[str, Limit | None]], office: Office, as_of: dt.date, seed: int,
    index: int = 0,
) -> City:  # fmt: skip
    """County number ``index``: the same for the same words, seed and day."""
    site = plan.Site(words, index, seed)
    lots = plan.lots(site)
    houses, estates, addresses = buildings.make(site, lots)
    happened, spots = events.make(site, houses, classes, as_of, office)
    areas = ground.areas(site)
    living = residents.make(site, houses, as_of.replace(day=1))  # nobody changes in the middle of a month
    lists = {"dwellings": living.dwellings, "people": living.people, **things.make(site, houses, as_of),
             "zones": ground.zones(site, areas)}  # fmt: skip
    truths = _truths(site, as_of, areas, houses, happened, spots) | living.truths
    truths |= {name: len(table) for name, table in lists.items()}
    return City(areas, ground.features(site, lots), estates, houses, addresses, happened, lists, truths, site, living)


def _truths(
    site: plan.Site, as_of: dt.date, areas: gpd.GeoDataFrame, houses: gpd.GeoDataFrame, happened: pd.DataFrame,
    spots: list[events.HotSpot],
) -> dict[str, Any]:  # fmt: skip
    """What tests may ask for."""
    placed = happened[happened["经度"].notna()]
    whole = areas.geometry.iloc[0]
    inside = shapely.intersects_xy(whole, placed["经度"].to_numpy(dtype=float), placed["纬度"].to_numpy(dtype=float))
    month = happened["受理时间"].str.slice(0, 7)
    return {
        "seed": site.seed, "county": ground.county_code(site.index), "as_of": as_of.isoformat(),
        "buildings": len(houses), "buildings_by_community": houses["community"].value_counts().sort_index().to_dict(),
        "households": int(houses["households"].sum()), "uses": houses["use"].value_counts().to_dict(),
        "events": len(happened), "events_by_month": month.value_counts().sort_index().to_dict(),
        "events_by_class": happened["事件类型"].value_counts().to_dict(),
        "states": happened["状态"].value_counts().to_dict(),
        "without_place": int(happened["经度"].isna().sum()), "outside": int((~inside).sum()),
        "hot_spots": [dataclasses.asdict(s) | {"first_day": s.first_day.isoformat()} for s in spots],
    }  # fmt: skip
