"""Where a building probably stands, by its neighbours' numbers: 3幢 lies between 2幢 and 4幢.

Between two that are placed the place is interpolated by number; beyond the last two it goes on in their step, for a
few numbers. Houses at a street are taken side by side (even, odd), those of a lane all together. A proposal is never
more than that: somebody places the building.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

from gridsvc.domain.crs import metres_apart

#: Numbers beyond the last placed one for which a place is proposed.
BEYOND: Final = 3
_STEP_M: Final = 150.0  # a wider step between two neighbours is no row of buildings
_LANE: Final = r"^(.*?)(\d+)\D*$"


def proposals(buildings: pd.DataFrame) -> pd.DataFrame:
    """Places for the buildings without one: ``lon``, ``lat`` (degrees, NaN where nothing is proposed), same index.

    ``buildings``: columns estate, building_no, street, housenumber (text; missing where there is none), lon, lat
    (degrees, NaN where nobody placed it). Those that are placed come back without a proposal.
    """
    rows = pd.DataFrame(
        {"lon": buildings["lon"].astype(float), "lat": buildings["lat"].astype(float)}, index=buildings.index
    )
    rows["row"], rows["number"] = _row(buildings)
    rows = rows[rows["row"].notna()].sort_values(["row", "number"], kind="stable")
    rows = rows[~(rows.duplicated(["row", "number"], keep=False) & rows["lon"].isna())]
    found = _from_both(rows)
    for way in (1, -1):
        beyond = _beyond(rows[::way], way)
        found = found.where(found["lon"].notna(), beyond)
    found = found.where(rows["lon"].isna())
    return found.reindex(buildings.index)


def _row(buildings: pd.DataFrame) -> tuple[pd.Series, pd.Series]:
    """What a building is one of, and its number there; missing where it has none."""
    estate = buildings["estate"].astype("str").where(buildings["building_no"].notna())
    in_estate = buildings["building_no"].astype("str").str.extract(_LANE)
    at_street = buildings["housenumber"].astype("str").str.extract(_LANE)
    house = estate.notna()
    number = pd.to_numeric(in_estate[1].where(house, at_street[1]), errors="coerce")
    head = in_estate[0].where(house, at_street[0]).fillna("")
    side = pd.Series(np.where(number % 2 == 1, "1", "0"), index=buildings.index).where(~house & (head == ""), "")
    name = ("e|" + estate).where(house, "s|" + buildings["street"].astype("str"))
    return (name + "|" + head + "|" + side).where(number.notna()), number


def _from_both(rows: pd.DataFrame) -> pd.DataFrame:
    """Between the nearest placed ones before and after."""
    placed = rows["lon"].notna()
    seen = rows.assign(at=rows["number"].where(placed))[["lon", "lat", "at"]]
    before, after = seen.groupby(rows["row"]).ffill(), seen.groupby(rows["row"]).bfill()
    share = (rows["number"] - before["at"]) / (after["at"] - before["at"]).where(lambda gap: gap > 0)
    return pd.DataFrame({c: before[c] + (after[c] - before[c]) * share for c in ("lon", "lat")}, index=rows.index)


def _beyond(rows: pd.DataFrame, way: int) -> pd.DataFrame:
    """Beyond the last two placed ones, in the order of ``rows``, in the step that they have."""
    placed = rows[rows["lon"].notna()]
    earlier = placed.groupby("row")[["lon", "lat", "number"]].shift(1)
    gap = placed["number"] - earlier["number"]
    step = pd.DataFrame({c: (placed[c] - earlier[c]) / gap.where(gap * way > 0) for c in ("lon", "lat")})
    ends = [column.to_numpy() for column in (placed["lon"], placed["lat"], *(placed[c] + step[c] for c in step))]
    step = step[metres_apart(*ends) <= _STEP_M].reindex(placed.index)
    seen = pd.DataFrame(index=rows.index, columns=["lon", "lat", "at", "dlon", "dlat"], dtype=float)
    seen.loc[placed.index, ["lon", "lat", "at"]] = placed[["lon", "lat", "number"]].to_numpy()
    seen.loc[placed.index, ["dlon", "dlat"]] = step[["lon", "lat"]].to_numpy()
    last = seen.groupby(rows["row"]).ffill()
    more = rows["number"] - last["at"]
    more = more.where(more.abs() <= BEYOND)
    return pd.DataFrame({c: last[c] + last[f"d{c}"] * more for c in ("lon", "lat")}, index=rows.index)
