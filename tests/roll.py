"""A residents' workbook of 5,000 people with one column of addresses, as clerks type them; from the sample city."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import xlsxwriter

from gridsvc.services import sample

if TYPE_CHECKING:
    from pathlib import Path

COMMUNITY = "990101001003"
PEOPLE, HOUSES = 5000, 160
# what a clerk's hand does to a name, once in a hundred rows: a character that sounds or looks the same
SLIPS = {"南": "楠", "园": "圆", "新": "心", "桂": "贵", "康": "糠", "碧": "壁", "祥": "详", "翡": "非", "星": "腥", "御": "玉",
         "花": "华", "学": "雪", "王": "汪", "路": "露", "书": "叔", "和": "合", "太": "泰", "安": "按", "城": "诚", "街": "阶"}  # fmt: skip


@dataclass(frozen=True)
class Roll:
    """The people (one row each) with their true door, and where each door stands (door → lon, lat)."""

    people: pd.DataFrame
    doors: dict[tuple[str, str], tuple[float, float]]


def make(as_of: dt.date, people: int = PEOPLE, houses: int = HOUSES) -> Roll:
    """People of whole buildings of one community, about ``people`` of them in ``houses`` buildings."""
    city = sample.generate(as_of, 1)[0]
    table, ground = city.lists["people"], city.buildings
    ground = ground[ground["community"] == COMMUNITY]
    at = ground.to_crs(4549).geometry.centroid.to_crs(4326)
    flat = ground["estate"].notna()
    key = list(zip(ground["estate"].where(flat, ground["street"]), ground["building_no"].where(flat, ground["housenumber"]),
                   strict=True))  # fmt: skip
    doors = {k: (p.x, p.y) for k, p in zip(key, at, strict=True)}
    rows = table.assign(of=table["小区"].fillna(table["街路巷"]), no=table["幢号"].fillna(table["门牌号"]))
    rows["door"] = list(zip(rows["of"], rows["no"], strict=True))
    rows = rows[rows["door"].isin(doors)]
    size = rows["door"].value_counts()
    wanted = _choose(size, people, houses)
    rows = rows[rows["door"].isin(wanted)].reset_index(drop=True)
    return Roll(rows.assign(居住地址=_written(rows)), {k: v for k, v in doors.items() if k in wanted})


def _choose(size: pd.Series, people: int, houses: int) -> set[tuple[str, str]]:
    """The largest buildings that leave room for small ones to make up the number."""
    big = size[size > 20]
    small = size[size <= 20].iloc[: max(0, houses - len(big))]
    chosen = list(big.index[: houses - len(small)])
    while sum(size[k] for k in chosen) + small.sum() > people * 1.02 and len(chosen) > 10:
        chosen.pop()
    more = size[size <= 20].iloc[len(small) : houses - len(chosen)]
    return {*chosen, *small.index, *more.index}


def _written(rows: pd.DataFrame) -> pd.Series:
    """Addresses in the ways that people write them, the same every time."""
    rng = np.random.default_rng(7)
    way = rng.integers(0, 6, len(rows))
    slip = rng.random(len(rows)) < 0.01
    out = []
    for k, row in enumerate(rows[["小区", "幢号", "街路巷", "门牌号", "单元", "室号"]].itertuples(index=False)):
        estate, house, street, number, unit, room = (None if pd.isna(v) else str(v) for v in row)
        name = str(estate or street)
        if slip[k]:
            name = next((name.replace(a, b, 1) for a, b in SLIPS.items() if a in name[:-1]), name)
        if estate:
            text = (
                f"{name}{house}幢{unit}单元{room}室", f"{name}{house}号楼{unit}单元{room}", f"{name}{house}#{unit}-{room}",
                f"宁溪县望江街道北门社区{name}{house}栋{unit}单元{room}室", f"{name} {house} 幢 {unit} 单元 {room}",
                _wide(f"{name}{house}-{unit}-{room}"),
            )[way[k]]  # fmt: skip
        else:
            text = (f"{name}{number}号", f"{name}{number}号{room}室", f"北门社区{name}{number}号", f"{name}{number}号",
                    _wide(f"{name}{number}号{room}"), f"{name}{number}号{room}室")[way[k]]  # fmt: skip
        out.append(text)
    return pd.Series(out, index=rows.index)


def _wide(text: str) -> str:
    return "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text)


def workbook(roll: Roll, path: Path) -> Path:
    """居民台账.xlsx with a title, a serial number, names and one column of addresses."""
    columns = ["姓名", "身份证号", "电话", "与户主关系", "户号", "人口类别", "居住地址"]
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("居民")
        sheet.merge_range(0, 0, 0, len(columns), "北门社区居民台账")
        sheet.write_row(1, 0, ["序号", *columns])
        for r, row in enumerate(
            roll.people[columns].astype(object).where(roll.people[columns].notna(), "").itertuples(index=False)
        ):
            sheet.write_row(r + 2, 0, [r + 1, *row])
    return path
