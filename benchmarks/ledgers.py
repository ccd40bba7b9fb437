"""Workbooks of residents as an office keeps them: title, header of two rows, a sheet a community, heads merged."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import xlsxwriter

from benchmarks.common import Bench, Table, command
from benchmarks.importing import areas as make_areas
from benchmarks.people import HOUSES, buildings, identity_numbers

if TYPE_CHECKING:
    from pathlib import Path

SIZES, SHEETS, FAMILY = (5_000, 200_000), 5, 3
TABLE = Table(
    "Workbooks of residents",
    f"`gridsvc import people` on an .xlsx of {SHEETS} sheets: a title, a header of two rows, the household's head merged "
    f"over its {FAMILY} members, a sum and a signature below; 5 % of the rows have an identity number that Excel spoiled; "
    "into a county of nine communities with 30,000 buildings, fsync on. Then `gridsvc reconcile people` on the same file "
    "(the whole county compared). Asked for: 5,000 residents in ≤ 5 s, 200,000 with progress. Beside it: "
    "`pandas.read_excel` (openpyxl) only reading the same file.",
)
_HEAD = (
    "序号",
    "户主姓名",
    "小区",
    "幢号",
    "单元",
    "室号",
    "姓名",
    "身份证号码",
    "与户主关系",
    "联系电话",
    "入住时间",
)


def _workbook(path: Path, rows: int, rng: np.random.Generator) -> None:
    numbers = identity_numbers(rng, rows)
    per = rows // SHEETS
    with xlsxwriter.Workbook(str(path), {"constant_memory": False}) as book:
        for s in range(SHEETS):
            page = book.add_worksheet(f"第{s + 1}社区")
            page.merge_range(0, 0, 0, len(_HEAD) - 1, "居民台账")
            page.merge_range(1, 2, 1, 5, "家庭住址")
            for c, name in enumerate(_HEAD):
                if 2 <= c <= 5:
                    page.write(2, c, name)
                else:
                    page.merge_range(1, c, 2, c, name)
            for i in range(per):
                n, row = s * per + i, i + 3
                door = n // FAMILY
                house, place = door % HOUSES, door // HOUSES
                if i % FAMILY == 0:
                    values = (f"户主{door}", f"小区{house // 20}", f"{house % 20 + 1}幢", "1单元", str(101 + place))
                    for c, value in enumerate(values, 1):
                        if i + FAMILY <= per:
                            page.merge_range(row, c, row + FAMILY - 1, c, value)
                        else:
                            page.write(row, c, value)
                number = float(int(numbers[n][:15] + "000")) if n % 20 == 7 else str(numbers[n])
                page.write(row, 0, i + 1)
                page.write_row(
                    row, 6, (f"居民{n}", number, ("本人", "配偶", "子女")[i % FAMILY], f"138{n:08d}", "2015.3")
                )
            page.write(per + 3, 0, "合计")
            page.write(per + 4, 0, "制表人：某某")


def run(bench: Bench, folder: Path) -> Table:
    settings, rng = bench.settings(), np.random.default_rng(6)
    make_areas(folder / "areas.geojson")
    buildings(folder / "buildings.csv", rng)
    command(settings, "area", "import", folder / "areas.geojson", cwd=folder)
    command(settings, "grid", "divide", "990199", "--size", 350, "--json", cwd=folder)
    command(settings, "grid", "publish", "990199", cwd=folder)
    command(settings, "import", "buildings", folder / "buildings.csv", "--area", "990199", "--json", cwd=folder)
    for rows in SIZES:
        path = folder / f"台账{rows}.xlsx"
        _workbook(path, rows, rng)
        done = command(settings, "import", "people", path, "--area", "990199", "--json", cwd=folder)
        c = done.json["counts"]
        asked = "asked: ≤ 5 s" if rows == SIZES[0] else ""
        started = time.perf_counter()
        pd.read_excel(path, sheet_name=None, header=None, dtype=str, engine="openpyxl")
        peer = time.perf_counter() - started
        TABLE.add(
            f"{rows:,} residents: new / rejected",
            f"{c['new']:,} / {c['rejected']:,}",
            f"{path.stat().st_size / 1e6:.1f} MB",
        )
        TABLE.add(f"{rows:,} residents: seconds from the command to its end", f"{done.seconds:.1f} s", asked)
        TABLE.add(f"{rows:,} residents: peak memory, client and reader", f"{done.peak_mb:,.0f} MB")
        TABLE.add(
            f"{rows:,} residents: openpyxl only reading it",
            f"{peer:.1f} s",
            f"{done.seconds / peer:.1f} × of that for the whole import",
        )
        compared = command(settings, "reconcile", "people", path, "--area", "990199", "--json", cwd=folder)
        n = compared.json["counts"]
        TABLE.add(
            f"{rows:,} residents: compared with the base",
            f"{compared.seconds:.1f} s",
            f"{n['same']:,} the same, {n['missing']:,} missing, {n['extra']:,} extra",
        )
    return TABLE
