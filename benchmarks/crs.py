"""Datums converted: speed, there and back, the published table of cities, and diagnosis of real places."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np

from benchmarks import peers
from benchmarks.common import SHARED, Table
from gridsvc.domain import datums, diagnosis
from gridsvc.domain.crs import metres_apart

if TYPE_CHECKING:
    from pathlib import Path

    from benchmarks.common import Bench

Pair = tuple[np.ndarray, np.ndarray]
WAYS = [
    ("wgs84", "gcj02"),
    ("gcj02", "wgs84"),
    ("gcj02", "bd09"),
    ("bd09", "gcj02"),
    ("wgs84", "bd09"),
    ("bd09", "wgs84"),
]


def run(bench: Bench, folder: Path) -> Table:  # noqa: ARG001
    """The figures."""
    table = Table(
        "Coordinates",
        "GCJ-02 and BD-09 on arrays; 2,000,000 points spread over mainland China, its neighbours and the sea.",
    )
    rng = np.random.default_rng(1)
    lon, lat = rng.uniform(73, 135, 2_000_000), rng.uniform(18, 54, 2_000_000)
    datums.convert(lon[:10], lat[:10], "wgs84", "gcj02")
    for source, target in WAYS:
        started = time.perf_counter()
        datums.convert(lon, lat, source, target)
        table.add(f"{source} → {target}", f"{2 / (time.perf_counter() - started):.1f} M points/s", "asked ≥ 2")
    x, y = (a.ravel() for a in np.meshgrid(np.arange(73, 135.2, 0.04), np.arange(15, 54, 0.04)))
    inside = datums.shifted(x, y)
    for datum in datums.NAMES:
        off = metres_apart(*datums.convert(*datums.convert(x, y, "wgs84", datum), datum, "wgs84"), x, y)[inside]
        table.add(
            f"{datum} there and back, {inside.sum():,} points of the mainland, worst",
            f"{off.max() * 1000:.2f} mm",
            "asked ≤ 1 mm",
        )
    shift = metres_apart(*datums.convert(x, y, "wgs84", "gcj02"), x, y)[inside]
    table.add(
        "GCJ-02 from WGS 84: least, median, most", f"{shift.min():.0f}, {np.median(shift):.0f}, {shift.max():.0f} m"
    )
    _cities(table)
    _told(table)
    return table


def _cities(table: Table) -> None:
    rows = [city["coords"] for city in json.loads((SHARED / "crs" / "china-cities.json").read_text(encoding="utf-8"))]
    held = {name: tuple(np.array([row[name] for row in rows]).T) for name in ("WGS84", "GCJ02", "BD09")}
    bd = metres_apart(*datums.convert(*held["GCJ02"], "gcj02", "bd09"), *held["BD09"])
    table.add(f"{len(rows)} cities: BD-09 from GCJ-02, worst", f"{bd.max() * 1000:.1f} mm", "asked ≤ 15 mm")
    gcj = metres_apart(*datums.convert(*held["WGS84"], "wgs84", "gcj02"), *held["GCJ02"])
    table.add(
        f"{len(rows)} cities: GCJ-02 from WGS 84",
        f"{gcj.min():.2f}–{gcj.max():.2f} m",
        "the table lies a steady 0.67 m from the usual formula",
    )


def _told(table: Table) -> None:
    folder = SHARED / "shanghai"
    places = gpd.read_file(folder / "pois.geojson").geometry.representative_point()
    for name in ("buildings", "roads", "areas"):
        shapes = np.asarray(gpd.read_file(folder / f"{name}.geojson").geometry, dtype=object)
        right, strength = 0, []
        for system, swapped in diagnosis.READINGS:
            x, y = datums.convert(places.x.to_numpy(), places.y.to_numpy(), "wgs84", system)
            given = (y, x) if swapped else (x, y)
            found = diagnosis.diagnose(*given, **({"areas": shapes} if name == "areas" else {"near": shapes}))
            right += (found.best.system, found.best.swapped, found.certain) == (system, swapped, True)
            strength.append(found.strength)
        table.add(
            f"493 POIs in 6 readings told by {name}",
            f"{right} of 6 certain and right",
            f"at least {min(strength):.0f} standard errors ahead",
        )
    peer = peers.ask("datums", np.column_stack([places.x, places.y]).tolist())
    if peer:
        ours = np.column_stack(datums.convert(places.x.to_numpy(), places.y.to_numpy(), "gcj02", "wgs84"))
        apart = metres_apart(*ours.T, *np.array(peer["found"]).T).max()
        table.add(
            "coord-convert, gcj02 → wgs84", f"{peer['speed']:,.0f} points/s", f"{apart * 1000:.1f} mm from ours"
        )
