"""Addresses to places: the real extract in eight spellings, crossings, numbers held out; speed on a large base."""

from __future__ import annotations

import random
import re
from typing import TYPE_CHECKING

import geopandas as gpd
import httpx
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.csv as pv
import shapely

from benchmarks import peers
from benchmarks.common import SHARED, Bench, Table, command, tree_mb
from benchmarks.importing import SOUTH, STEP, WEST
from benchmarks.importing import areas as make_areas
from benchmarks.serving import COUNT, WARM, measure, served
from gridsvc.domain.address.doors import door
from gridsvc.domain.address.fold import fold
from gridsvc.domain.address.numerals import canonical
from gridsvc.domain.crs import metres_apart
from gridsvc.domain.geocode import mend

if TYPE_CHECKING:
    from pathlib import Path

    from gridsvc.settings import Settings

SHANGHAI = SHARED / "shanghai"
ADDRESSES, DWELLINGS, STREETS, ROWS = 200_000, 800_000, 2_000, 100_000
NEAR_M = 30.0


def run(bench: Bench, folder: Path) -> list[Table]:
    """The figures, in two tables."""
    return [_extract(bench, folder), _large(bench, folder)]


# ---- the real extract --------------------------------------------------------------------------------------------------


def _extract(bench: Bench, folder: Path) -> Table:
    table = Table(
        "Geocoding, the Shanghai extract",
        "Buildings, address points and roads of `shared/data/shanghai` (© OpenStreetMap contributors) as the base, "
        "`gridsvc geocode` on a file. Right: the answer stands on a building (or point) with that street and number.",
    )
    settings = bench.settings()
    command(settings, "area", "import", SHANGHAI / "areas.geojson", "--repair")
    base = _records()
    base.drop(columns="src").to_csv(folder / "base.csv", index=False)
    command(settings, "import", "addresses", folder / "base.csv", "--area", "31", "--crs", "wgs84")
    command(settings, "import", "base_features", SHANGHAI / "roads.geojson", "--area", "31")
    _spellings(bench, settings, folder, base, table)
    _crossings(settings, folder, table)
    _held_out(bench, folder, base, table)
    return table


def _records() -> pd.DataFrame:
    """What has a street and a number or a name, as one list of addresses."""
    parts = []
    for name in ("buildings", "address_points", "pois"):
        frame = gpd.read_file(SHANGHAI / f"{name}.geojson")
        point = frame.geometry.representative_point()
        none = pd.Series([None] * len(frame), dtype=object)
        parts.append(pd.DataFrame({
            "src": name, "名称": frame.get("name", none), "道路": frame.get("addr_street", none),
            "门牌号": frame.get("addr_housenumber", none), "经度": point.x.round(7), "纬度": point.y.round(7),
        }))  # fmt: skip
    whole = pd.concat(parts, ignore_index=True)
    whole = whole[whole["名称"].notna() | (whole["道路"].notna() & whole["门牌号"].notna())]
    text = whole["道路"].fillna("").astype("str") + whole["门牌号"].fillna("").astype("str")
    return whole.assign(地址=text.where(text != "", whole["名称"]), 编号=[f"A{k}" for k in range(len(whole))])


def _ask(settings: Settings, folder: Path, texts: list[str]) -> pd.DataFrame:
    pd.DataFrame({"地址": texts}).to_csv(folder / "ask.csv", index=False)
    command(settings, "geocode", folder / "ask.csv", "-o", folder / "answers.csv")
    return pd.read_csv(folder / "answers.csv")


def _slip(text: str, rng: random.Random) -> str:
    """One character that tells nothing, replaced."""
    at = [k for k, char in enumerate(text[:-1]) if char not in mend.TELLING] or [0]
    k = rng.choice(at)
    return f"{text[:k]}{rng.choice('张王李赵宏发福瑞')}{text[k + 1 :]}"


def _spellings(bench: Bench, settings: Settings, folder: Path, base: pd.DataFrame, table: Table) -> None:
    rng = random.Random(1)
    doors = base[base["道路"].notna() & base["门牌号"].notna()]
    doors = doors.assign(form=[canonical("roadno", fold(str(n))) for n in doors["门牌号"]])
    county = gpd.read_file(SHANGHAI / "areas.geojson")
    names = base["名称"].value_counts()
    rows: list[tuple[int, str, pd.DataFrame]] = []
    for (street, number), group in doors.groupby(["道路", "门牌号"]):
        same = doors[(doors["道路"] == street) & (doors["form"] == group["form"].iloc[0])]
        inside = county[shapely.contains_xy(county.geometry, group["经度"].iloc[0], group["纬度"].iloc[0])]
        said = f"{number}号" if re.fullmatch(r"[\d~\-]+", str(number)) else str(number)
        wide = f"{street}{said}".translate({ord(d): ord(d) - 48 + 0xFF10 for d in "0123456789"})
        own = [name for name in group["名称"].dropna() if names[name] == 1]
        area = inside["name"].iloc[0] if len(inside) else ""
        ways = [
            f"上海市{area}{street}{said}", f"{street}{said}", wide, f"{street}{number}", own[0] if own else f"{area}{street}{said}",
            f"{_slip(str(street), rng)}{said}", f"{street}{said}阳光花园", f"{street}{said}3单元501室",
        ]  # fmt: skip
        rows += [(k, way, same) for k, way in enumerate(ways)]
    answers = _ask(settings, folder, [way for _, way, _ in rows])
    right, unwarned = np.zeros(8), 0
    for (k, _, same), lon, lat, status in zip(
        rows, answers["longitude"], answers["latitude"], answers["status"], strict=True
    ):
        good = np.isfinite(lon) and metres_apart(lon, lat, same["经度"].to_numpy(), same["纬度"].to_numpy()).min() < 1
        right[k] += good and status == "found"
        unwarned += not good and status == "found"
    count = len(rows) // 8
    table.add(f"{count} addresses in eight spellings: right", f"{right.sum() / len(rows):.2%}", "asked ≥ 97 %")
    table.add("wrong without a warning", f"{unwarned / len(rows):.2%}", "asked ≤ 0.5 %")
    kinds = (
        "city and county",
        "street and number",
        "full width",
        "without 号",
        "a unique name",
        "a slip",
        "an estate added",
        "unit and room added",
    )
    table.add(
        "right, spelling by spelling", ", ".join(f"{n} {int(r)}/{count}" for n, r in zip(kinds, right, strict=True))
    )
    _beside(bench, folder, rows, table)


def _beside(bench: Bench, folder: Path, rows: list[tuple[int, str, pd.DataFrame]], table: Table) -> None:
    """Nominatim from its packages on the same extract: the same texts, and each street and number taken apart for it."""
    apart = [f"{same['道路'].iloc[0]} {same['门牌号'].iloc[0]}" for k, _, same in rows if k == 0]
    found = peers.nominatim(bench.logins.admin, folder, SHANGHAI, [text for _, text, _ in rows] + apart)
    if found is None:
        table.add("Nominatim 5.3.3", "not run: it or osm2pgsql is not here")
        return
    doors = [*(same for _, _, same in rows), *(same for k, _, same in rows if k == 0)]
    right = [place is not None and metres_apart(*place, same["经度"].to_numpy(), same["纬度"].to_numpy()).min() < 1
             for place, same in zip(found["found"], doors, strict=True)]  # fmt: skip
    table.add("Nominatim 5.3.3, the same texts as they are written: right", f"{np.mean(right[: len(rows)]):.2%}")
    table.add("Nominatim, street and number taken apart for it: right", f"{np.mean(right[len(rows) :]):.1%}",
              f"{found['speed']:.0f} texts a second")  # fmt: skip


def _crossings(settings: Settings, folder: Path, table: Table) -> None:
    """Every meeting of two named roads, worked out here from the lines, in three spellings."""
    roads = gpd.read_file(SHANGHAI / "roads.geojson")
    roads = roads[
        roads["name"].notna() & roads["kind"].isin(["major_road", "minor_road"]) & (roads["is_tunnel"] != 1)
    ]
    roads = roads.to_crs(32651)
    merged = roads.dissolve("name").geometry
    rows: list[tuple[str, np.ndarray]] = []
    tree = shapely.STRtree(merged.to_numpy())
    for i, k in zip(*tree.query(merged.to_numpy(), predicate="intersects"), strict=True):
        if merged.index[i] < merged.index[k]:
            meets = shapely.get_coordinates(merged.iloc[i].intersection(merged.iloc[k]))
            spots = gpd.GeoSeries(shapely.points(meets), crs=32651).to_crs(4326)
            at = np.column_stack([spots.x, spots.y])
            a, b = merged.index[i], merged.index[k]
            rows += [(text, at) for text in (f"{a}与{b}交叉口", f"{a}{b}路口", f"上海市{b}和{a}交汇处")]
    answers = _ask(settings, folder, [text for text, _ in rows])
    good = [
        bool(np.isfinite(lon))
        and level == "intersection"
        and metres_apart(lon, lat, at[:, 0], at[:, 1]).min() <= NEAR_M
        for (_, at), lon, lat, level in zip(
            rows, answers["longitude"], answers["latitude"], answers["level"], strict=True
        )
    ]
    table.add(
        f"{len(rows) // 3} crossings of named roads in three spellings, within 30 m",
        f"{np.mean(good):.2%}",
        "asked ≥ 97 %",
    )


def _held_out(bench: Bench, folder: Path, base: pd.DataFrame, table: Table) -> None:
    """A fifth of the numbers that two others of their side bracket, taken out of the base."""
    doors = base[base["道路"].notna() & base["门牌号"].notna()].copy()
    numbers = [door(canonical("roadno", fold(str(n)))) for n in doors["门牌号"]]
    doors["first"], doors["last"] = [n.first for n in numbers], [n.last for n in numbers]
    single = doors[(doors["first"] == doors["last"]) & (doors["first"] >= 0)]
    out = []
    for street, group in single.groupby("道路"):
        for side in (0, 1):
            of = sorted(set(group.loc[group["first"] % 2 == side, "first"]))
            out += [(street, number) for number in of[1:-1:2]]
    gone = pd.MultiIndex.from_frame(doors[["道路", "first"]]).isin(out)
    kept = base.drop(index=doors.index[gone])
    settings = bench.settings()
    command(settings, "area", "import", SHANGHAI / "areas.geojson", "--repair")
    kept.drop(columns="src").to_csv(folder / "kept.csv", index=False)
    command(settings, "import", "addresses", folder / "kept.csv", "--area", "31", "--crs", "wgs84")
    command(settings, "import", "base_features", SHANGHAI / "roads.geojson", "--area", "31")
    answers = _ask(settings, folder, [f"{street}{number}号" for street, number in out])
    off = []
    for (street, number), lon, lat, level in zip(
        out, answers["longitude"], answers["latitude"], answers["level"], strict=True
    ):
        truly = single[(single["道路"] == street) & (single["first"] == number)]
        if level == "interpolated":
            off.append(metres_apart(lon, lat, truly["经度"].to_numpy(), truly["纬度"].to_numpy()).min())
    table.add(f"{len(out)} numbers held out that two others bracket: interpolated", f"{len(off)}")
    table.add(
        "their error",
        f"median {np.median(off):.0f} m, 90 % within {np.quantile(off, 0.9):.0f} m",
        "asked: median ≤ 40 m",
    )


# ---- a large base ------------------------------------------------------------------------------------------------------


def _large(bench: Bench, folder: Path) -> Table:
    table = Table(
        "Geocoding, a large base",
        f"{ADDRESSES:,} buildings of {STREETS:,} streets and {ADDRESSES // 25:,} estates with {DWELLINGS:,} dwellings, a county user.",
    )
    settings, rng = bench.settings(demo=True), np.random.default_rng(6)
    make_areas(folder / "areas.geojson")
    texts = _houses(folder / "houses.csv", rng)
    _rooms(folder / "rooms.csv")
    for arguments in (
        ("area", "import", folder / "areas.geojson"), ("import", "buildings", folder / "houses.csv"),
        ("import", "dwellings", folder / "rooms.csv"),
    ):  # fmt: skip
        command(settings, *arguments)
    pd.DataFrame({"地址": [texts[k % len(texts)] for k in range(2_000)]}).to_csv(folder / "few.csv", index=False)
    made = command(settings, "geocode", folder / "few.csv", "-o", folder / "few-out.csv")
    table.add(
        "the base worked out from the records, and 2,000 addresses",
        f"{made.seconds:.1f} s",
        f"peak {made.peak_mb:,.0f} MB",
    )
    pd.DataFrame({"地址": [texts[k % len(texts)] for k in rng.permutation(ROWS)]}).to_csv(
        folder / "many.csv", index=False
    )
    ran = command(settings, "geocode", folder / "many.csv", "-o", folder / "many-out.csv", "--json")
    table.add(
        f"a file of {ROWS:,} addresses, from the command to its end",
        f"{ran.seconds:.1f} s, {ROWS / ran.seconds:,.0f}/s",
        f"asked ≥ 2,000/s; peak {ran.peak_mb:,.0f} MB",
    )
    table.add("of them found", f"{ran.json['found'] / ROWS:.2%}", f"{ran.json['levels']}")
    made = command(
        settings, "user", "add", "bench", "--role", "county", "--area", "990199", "--name", "测量", "--json"
    )
    with (
        served(settings) as (address, pid),
        httpx.Client(base_url=address, headers={"x-requested-with": "gridsvc"}, timeout=60) as one,
    ):
        one.post("/api/v1/auth/login", json={"login": "bench", "password": made.json["password"]}).raise_for_status()
        paths = [f"/api/v1/geocode?address={texts[k]}" for k in rng.permutation(len(texts))[: COUNT + WARM]]
        half, most, rate = measure(one, paths)
        table.add(
            "one address over HTTP",
            f"p50 {half:.0f} ms, p95 {most:.0f} ms",
            f"asked: p95 ≤ 20 ms; {rate:.0f} requests/s; {tree_mb(pid):,.0f} MB",
        )
    return table


def _houses(path: Path, rng: np.random.Generator) -> list[str]:
    """Buildings at numbers of streets and in estates; addresses as people write them."""
    given = list("宝塔青山丹桂文昌永安和平建设新华解放人民中兴长江黄河东风红旗光明幸福友谊团结胜利")
    names = [
        f"{given[k % 40]}{given[k // 40 % 40]}{'里泉林湖'[k % 4]}{'路街巷道'[k // 1600 % 4]}" for k in range(STREETS)
    ]
    n = np.arange(ADDRESSES)
    street, number = n % STREETS, n // STREETS * 2 + 1
    estate = n // 25
    pv.write_csv(
        pa.table({
            "编号": pa.array(np.char.add("B", n.astype(str))),
            "街路巷": pa.array([names[k] for k in street]),
            "门牌号": pa.array(number.astype(str)),
            "小区": pa.array([f"{given[k % 40]}{given[k // 40 % 40]}{given[k // 1600 % 40]}小区" for k in estate]),
            "幢号": pa.array(np.char.add((n % 25 + 1).astype(str), "幢")),
            "经度": pa.array(np.round(rng.uniform(WEST, WEST + 3 * STEP, ADDRESSES), 6)),
            "纬度": pa.array(np.round(rng.uniform(SOUTH, SOUTH + 3 * STEP, ADDRESSES), 6)),
        }),
        path,
    )  # fmt: skip
    some = rng.permutation(ADDRESSES)[:20_000]
    ways = ("{s}{n}号{r}室", "{s}{n}号", "{s}{n}", "{e}{h}幢{r}室", "{e}{h}号楼1单元{r}")
    return [
        ways[k % 5].format(
            s=names[street[i]], n=number[i], h=i % 25 + 1, r=101 + k % 2 * 100,
            e=f"{given[estate[i] % 40]}{given[estate[i] // 40 % 40]}{given[estate[i] // 1600 % 40]}小区",
        )
        for k, i in enumerate(some.tolist())
    ]  # fmt: skip


def _rooms(path: Path) -> None:
    """Four dwellings a building, named by street and number."""
    houses = pv.read_csv(path.with_name("houses.csv"))
    at = np.repeat(np.arange(ADDRESSES), DWELLINGS // ADDRESSES)
    part = np.arange(DWELLINGS) % (DWELLINGS // ADDRESSES)
    some = houses.take(pa.array(at))
    pv.write_csv(
        pa.table({
            "小区": some["小区"], "幢号": some["幢号"], "单元": pa.array(["1单元"] * DWELLINGS),
            "室号": pa.array((101 + part % 2 + part // 2 * 100).astype(str)),
        }),
        path,
    )  # fmt: skip
