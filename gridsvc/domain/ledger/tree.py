"""Estates, buildings, stairwells and dwellings out of the doors of a ledger, with the people who live behind them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import pandas as pd

from gridsvc.domain.records import DOOR

_AREA: Final = "area"
_SIGNS: Final = r"^[#第 ]+|(?:号楼|号院|单元|幢|栋|楼|座|室|号|门|#| )+$"


@dataclass(frozen=True)
class Tree:
    """Tables with a column ``people``: ``estates`` (name, area), ``buildings`` (DOOR, area), ``units`` (DOOR,
    unit_no, area), ``dwellings`` (DOOR, unit_no, room, area). Texts, missing where there is none."""

    estates: pd.DataFrame
    buildings: pd.DataFrame
    units: pd.DataFrame
    dwellings: pd.DataFrame


def numbers(texts: pd.Series) -> pd.Series:
    """Numbers as people mean them (07幢, 7号楼, #7 and ７ are 7), as the database's ``app_no`` has them."""
    plain = texts.astype("str").str.normalize("NFKC").str.upper()
    return plain.str.replace(_SIGNS, "", regex=True).str.replace(r"^0+(?=.)", "", regex=True)


def has_door(doors: pd.DataFrame) -> pd.Series:
    """Which rows name a door: estate and building, or street and number."""
    return _in_estate(doors) | (doors["street"].notna() & doors["housenumber"].notna())


def _in_estate(doors: pd.DataFrame) -> pd.Series:
    return doors["estate"].notna() & doors["building_no"].notna()


def grow(doors: pd.DataFrame) -> Tree:
    """The tree of ``doors``: a row a person, columns DOOR, unit_no, room, area (text; missing where there is none).

    Rows that name no door are left out; a building is known by estate and number, otherwise by street and number.
    """
    rows = doors.loc[has_door(doors), [*DOOR, "unit_no", "room", _AREA]].astype("str")
    house = _in_estate(rows)
    key = pd.DataFrame({
        "of": rows["estate"].where(house, rows["street"]),
        "no": numbers(rows["building_no"].where(house, rows["housenumber"])),
        "house": house, "unit": numbers(rows["unit_no"]).fillna(""), "room": numbers(rows["room"]).fillna(""),
    })  # fmt: skip
    rows = rows.assign(people=1, **{f"__{c}": key[c] for c in key})
    building = ["__house", "__of", "__no"]
    first = dict.fromkeys((*DOOR, _AREA), "first")
    buildings = _grouped(rows, building, first)
    units = _grouped(rows[rows["__unit"] != ""], [*building, "__unit"], {**first, "unit_no": "first"})
    # a house whose people name no room is one dwelling
    rooms = _grouped(rows, [*building, "__unit", "__room"],
                     {**first, "unit_no": "first", "room": "first"})  # fmt: skip
    estates = _grouped(rows[rows["__house"]], ["estate"], {_AREA: "first"}).rename(columns={"estate": "name"})
    drop = [c for c in rows if c.startswith("__")]
    parts = (estates, buildings, units, rooms)
    return Tree(*(part.drop(columns=drop, errors="ignore") for part in parts))


def _grouped(rows: pd.DataFrame, by: list[str], first: dict[str, str]) -> pd.DataFrame:
    """One row a group in the order of the ledger, people counted."""
    return rows.groupby(by, sort=False, as_index=False, dropna=False).agg({**first, "people": "sum"})
