"""One million points into 8,000 cells: ours, geopandas' sjoin, and PostGIS."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import psycopg
import shapely

from benchmarks.common import Bench, Table, timed
from gridsvc.domain.assignment import Ground
from gridsvc.domain.division import Recipe, divide

if TYPE_CHECKING:
    from pathlib import Path

POINTS = 1_000_000
TABLE = Table(
    "Assigning 1,000,000 points",
    "The same points and the same 8,000 cells (hexagons in an irregular area) through `domain.assignment` (which also "
    "settles ties and notes neighbours within a metre), `geopandas.sjoin` and a PostGIS join with GiST index, `fsync` on; "
    "each in one process, data in memory or table beforehand.",
)


def run(bench: Bench, folder: Path) -> Table:  # noqa: ARG001
    rng = np.random.default_rng(2)
    around = shapely.Point(118.3, 31.3).buffer(0.25, quad_segs=40)
    cells = divide(around, Recipe("hex", cells=8000)).cells
    shapes = np.asarray(cells.geometry, dtype=object)
    angle, far = rng.uniform(0, 2 * np.pi, POINTS), 0.249 * np.sqrt(rng.random(POINTS))
    lon, lat = 118.3 + far * np.cos(angle), 31.3 + far * np.sin(angle)
    with timed() as ours:
        found = Ground(shapes, np.arange(1, len(shapes) + 1)).assign(lon, lat)
    frame = gpd.GeoDataFrame({"cell": np.arange(1, len(shapes) + 1)}, geometry=shapes, crs=4326)
    points = gpd.GeoDataFrame(geometry=gpd.points_from_xy(lon, lat), crs=4326)
    with timed() as joined:
        theirs = gpd.sjoin(points, frame, predicate="intersects")
    with psycopg.connect(bench.settings().admin_dsn or "", autocommit=True) as conn:
        conn.execute("CREATE TABLE c (id int, geom geometry(Polygon, 4326))")
        conn.execute("CREATE TABLE p (id int, geom geometry(Point, 4326))")
        with conn.cursor().copy("COPY c FROM STDIN") as copy:
            for i, g in enumerate(
                shapely.to_wkb(shapely.set_srid(shapely.get_geometry(shapes, 0), 4326), hex=True, include_srid=True),
                1,
            ):
                copy.write_row((i, g))
        hexes = shapely.to_wkb(shapely.set_srid(shapely.points(lon, lat), 4326), hex=True, include_srid=True)
        with conn.cursor().copy("COPY p FROM STDIN") as copy:
            copy.write("\n".join(f"{i}\t{g}" for i, g in enumerate(hexes)) + "\n")
        conn.execute("CREATE INDEX ON c USING gist (geom)")
        conn.execute("ANALYZE")
        with timed() as postgis:
            n = conn.execute("SELECT count(*) FROM p JOIN c ON ST_Intersects(c.geom, p.geom)").fetchone()
    same = float((found.key[theirs.index.to_numpy()] == theirs["cell"].to_numpy()).mean())
    TABLE.add("cells", f"{len(shapes):,}")
    TABLE.add("gridsvc", f"{ours[0]:.1f} s", f"{POINTS / ours[0]:,.0f} points/s")
    TABLE.add(
        "geopandas.sjoin",
        f"{joined[0]:.1f} s",
        f"{joined[0] / ours[0]:.1f} times ours; {same:.4%} of its pairs are ours",
    )
    TABLE.add(
        "PostGIS join (count only)",
        f"{postgis[0]:.1f} s",
        f"{postgis[0] / ours[0]:.1f} times ours; {n[0] if n else 0:,} pairs",
    )
    return TABLE
