"""Makes ``data/demo/居民台账.xls``: a workbook as an office keeps it, of people who moved into the sample city.

``python scripts/demo_book.py`` writes it anew; a test compares what is committed with what this makes.
"""

from __future__ import annotations

import datetime as dt
import sys
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from gridsvc.services import sample
from tests import ledgers

PLACE = Path(__file__).resolve().parent.parent / "data" / "demo"
AS_OF, SEED = dt.date(2026, 11, 20), 1
SHEETS, FAMILIES = 3, 14
_NAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦许何吕张孔曹严华金魏陶姜"
_GIVEN = ("建国", "秀英", "梅", "强", "小明", "丽华", "志远", "海燕", "文", "玉兰", "子轩", "雨桐", "国庆", "桂芳")


def sheets() -> dict[str, list[list[object]]]:
    """Families at doors of three communities of the sample city; some rows are wrong, as they are in real ones."""
    (town,) = sample.generate(AS_OF, SEED)
    rng = np.random.default_rng(5)
    buildings = town.buildings.dropna(subset=["estate", "building_no"])
    names = dict(zip(town.areas["code"].astype(str), town.areas["name"], strict=True))
    found: dict[str, list[list[object]]] = {}
    serial = 112
    for code, inside in buildings.groupby("community", sort=True):
        if len(inside) < FAMILIES or len(found) == SHEETS:
            continue
        doors = inside.sort_values(["estate", "building_no"]).iloc[:: len(inside) // FAMILIES].head(FAMILIES)
        families = []
        for i, (estate, number) in enumerate(zip(doors["estate"], doors["building_no"], strict=True)):
            members, serial = _family(rng, i, serial)
            families.append([f"{number}幢", "1单元", f"{101 + 100 * (i % 5)}", members, estate])
        found[str(names.get(str(code), code))] = families
    return found


def _family(rng: np.random.Generator, i: int, serial: int) -> tuple[list[tuple[object, ...]], int]:
    born = int(rng.integers(1940, 1995))
    head = _NAMES[int(rng.integers(len(_NAMES)))]
    names = [head + str(_GIVEN[int(rng.integers(len(_GIVEN)))]) for _ in range(3)]
    since: object = ("2008.3", "20150610", dt.date(2019, 9, 1), "2021年6月", 44197)[i % 5]
    phones = f"1000{serial:07d}" + (f"/1010{serial:07d}" if i % 4 == 0 else "")
    number: object = ledgers.identity(f"{born}0{1 + i % 9}15", serial, "990101")
    if i == 4:
        number = 9.90101198001011e17  # Excel kept it as a number
    elif i == 9:
        number = str(number)[:17] + ("0" if str(number)[17] != "0" else "1")
    care = "独居老人" if born < 1960 and i % 3 == 0 else "残疾人(二级)" if i == 6 else "群租户" if i == 11 else ""
    people: list[tuple[object, ...]] = [(names[0], number, "户主", phones, since, care)]
    if i % 3:
        second = ledgers.identity(f"{born + 2}0412", serial + 1, "990101")
        people.append((names[1], second, "配偶", "", since, ""))
    if i % 3 == 2 and born > 1965:
        people.append((names[2], ledgers.identity(f"{born + 29}0918", serial + 2, "990101"), "子女", "", "", ""))
    return people, serial + 3


if __name__ == "__main__":
    PLACE.mkdir(parents=True, exist_ok=True)
    made = ledgers.by_community(PLACE, sheets())
    sys.stdout.write(f"{made.path} {made.new} + {made.reasons}\n")
