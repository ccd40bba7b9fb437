"""One million people with their dwellings from CSV: joined to doors, sealed, assigned."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.csv as pv

from benchmarks.common import Bench, Table, command
from benchmarks.importing import SOUTH, STEP, WEST
from benchmarks.importing import areas as make_areas

if TYPE_CHECKING:
    from pathlib import Path

ROWS, DOORS, HOUSES = 1_000_000, 350_000, 30_000
TABLE = Table(
    "Importing 1,000,000 people",
    f"`gridsvc import people` on a CSV of 1 M rows (name, identity number, telephone, estate, building, stairwell, room, "
    f"category) living behind {DOORS:,} doors of {HOUSES:,} buildings, in a county of nine communities divided into "
    "squares of 350 m; identity numbers and telephones encrypted (AES-GCM) with an HMAC beside each, dwellings and "
    "households made, fsync on. Asked for: ≤ 150 s.",
)
_WEIGHTS = np.array([7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2])


def identity_numbers(rng: np.random.Generator, rows: int = ROWS) -> np.ndarray:
    """Numbers of a place that does not exist, each once."""
    day = np.datetime64("1935-01-01") + rng.integers(0, 32_000, rows).astype("timedelta64[D]")
    order = np.char.zfill((np.arange(rows) // 1000 % 1000).astype(str), 3)
    place = np.char.add("99", np.char.zfill((np.arange(rows) % 1000 + 1000).astype(str), 4))
    body = np.char.add(np.char.add(place, np.char.replace(day.astype(str), "-", "")), order)
    digits = np.ascontiguousarray(body.astype("U17")).view("U1").reshape(rows, 17).astype(int)
    return np.char.add(body, np.array(list("10X98765432"))[(digits @ _WEIGHTS) % 11])


def buildings(path: Path, rng: np.random.Generator) -> None:
    n = np.arange(HOUSES)
    pv.write_csv(
        pa.table({
            "编号": pa.array(np.char.add("B", n.astype(str))),
            "小区": pa.array(np.char.add("小区", (n // 20).astype(str))),
            "幢号": pa.array(np.char.add((n % 20 + 1).astype(str), "幢")),
            "经度": pa.array(np.round(rng.uniform(WEST, WEST + 3 * STEP, HOUSES), 6)),
            "纬度": pa.array(np.round(rng.uniform(SOUTH, SOUTH + 3 * STEP, HOUSES), 6)),
        }),
        path,
    )  # fmt: skip


def _people(path: Path, rng: np.random.Generator) -> None:
    door = rng.integers(0, DOORS, ROWS)
    house, place = door % HOUSES, door // HOUSES
    family = np.array(list("赵钱孙李周吴郑王冯陈"))[rng.integers(0, 10, ROWS)]
    given = np.array(list("一二三四五六七八九十"))[rng.integers(0, 10, ROWS)]
    category = np.array(["", "", "", "", "", "", "", "独居老人", "慢性病患者", "残疾人(二级)"])[
        rng.integers(0, 10, ROWS)
    ]
    pv.write_csv(
        pa.table({
            "姓名": pa.array(np.char.add(family, given)),
            "身份证号": pa.array(identity_numbers(rng)),
            "电话": pa.array((13_000_000_000 + rng.integers(0, 10**9, ROWS)).astype(str)),
            "小区": pa.array(np.char.add("小区", (house // 20).astype(str))),
            "幢号": pa.array((house % 20 + 1).astype(str)),
            "单元": pa.array(np.char.add((place % 2 + 1).astype(str), "单元")),
            "室号": pa.array((101 + place).astype(str)),
            "人口类别": pa.array(np.array(["户籍", "常住", "流动"])[rng.integers(0, 3, ROWS)]),
            "服务类别": pa.array(category),
        }),
        path,
    )  # fmt: skip


def run(bench: Bench, folder: Path) -> Table:
    settings, rng = bench.settings(), np.random.default_rng(4)
    make_areas(folder / "areas.geojson")
    buildings(folder / "buildings.csv", rng)
    _people(folder / "people.csv", rng)
    command(settings, "area", "import", folder / "areas.geojson", cwd=folder)
    command(settings, "grid", "divide", "990199", "--size", 350, "--json", cwd=folder)
    command(settings, "grid", "publish", "990199", cwd=folder)
    command(settings, "import", "buildings", folder / "buildings.csv", "--area", "990199", "--json", cwd=folder)
    done = command(settings, "import", "people", folder / "people.csv", "--area", "990199", "--json", cwd=folder)
    c = done.json["counts"]
    TABLE.add("people new / rejected / without a place", f"{c['new']:,} / {c['rejected']:,} / {c['unlocated']:,}")
    TABLE.add("dwellings and households made", f"{c['new_dwelling']:,} and {c['new_household']:,}")
    TABLE.add("seconds, from the command to its end", f"{done.seconds:.1f} s", "asked: ≤ 150 s")
    TABLE.add("peak memory, client and reader", f"{done.peak_mb:,.0f} MB")
    again = command(settings, "import", "people", folder / "people.csv", "--area", "990199", "--json", cwd=folder)
    TABLE.add(
        "the same file again (nothing changes)",
        f"{again.seconds:.1f} s",
        f"{again.json['counts']['same']:,} the same",
    )
    return TABLE
