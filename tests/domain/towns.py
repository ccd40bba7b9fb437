"""Random towns for the divider: houses in rows and heaps, some overlapping, touching or across the border; roads."""

from __future__ import annotations

import numpy as np
import shapely

from gridsvc.domain.barriers import Barriers

LON, LAT = 118.6, 31.4
M = 1 / 111_320


def outline(rng, kind):
    """An area of a few hectares: plain, with a hole, or in pieces."""
    n = int(rng.integers(4, 12))
    angle = np.sort(rng.random(n)) * 2 * np.pi
    radius = (80 + rng.random(n) * 220) * M
    area = shapely.convex_hull(
        shapely.MultiPoint(np.column_stack([LON + radius * np.cos(angle), LAT + radius * np.sin(angle)]))
    )
    if area.geom_type != "Polygon" or area.area < (60 * M) ** 2:
        area = shapely.Point(LON, LAT).buffer(150 * M, quad_segs=4)
    if kind == "hole":
        area = shapely.difference(area, area.centroid.buffer(np.sqrt(area.area) / 6, quad_segs=2))
    if kind == "pieces":
        parts = [area]
        for _ in range(int(rng.integers(1, 4))):
            x, y = LON + rng.uniform(350, 600) * M, LAT + rng.uniform(-300, 300) * M
            parts.append(shapely.box(x, y, x + rng.uniform(10, 90) * M, y + rng.uniform(10, 90) * M))
        area = shapely.union_all(parts)
    return area


def houses(rng, area, kind, n):
    """Footprints (or points) in the box of the area, so that some lie outside and across."""
    west, south, east, north = area.bounds
    if kind == "heap":
        x, y = rng.normal((west + east) / 2, 40 * M, n), rng.normal((south + north) / 2, 40 * M, n)
    elif kind == "rows":
        side = int(np.ceil(np.sqrt(n)))
        gx, gy = np.meshgrid(np.linspace(west, east, side), np.linspace(south, north, side))
        x, y = gx.ravel()[:n], gy.ravel()[:n]
    else:
        x, y = rng.uniform(west, east, n), rng.uniform(south, north, n)
    if kind == "points":
        found = shapely.points(x, y)
        return np.append(found, found[: n // 10])  # several at one place
    w, h = rng.uniform(2, 12, n) * M, rng.uniform(2, 12, n) * M
    if kind == "touching":
        w = np.full(n, 5 * M)
        x = west + (np.arange(n) % 12) * 10 * M
        y = south + (np.arange(n) // 12) * 25 * M
    boxes = shapely.box(x - w, y - h, x + w, y + h)
    turned = [
        shapely.affinity.rotate(b, a) for b, a in zip(boxes, rng.uniform(0, 45, n) * (kind == "spread"), strict=True)
    ]
    return np.array(turned, dtype=object)


def roads(rng, area, n):
    """Lines across the area: straight ones, twin ones, and such as end inside."""
    west, south, east, north = area.bounds
    found = []
    for _ in range(n):
        a = np.array([rng.uniform(west, east), south - 5 * M])
        b = np.array([rng.uniform(west, east), north + 5 * M])
        if rng.random() < 0.5:
            a, b = (
                np.array([west - 5 * M, rng.uniform(south, north)]),
                np.array([east + 5 * M, rng.uniform(south, north)]),
            )
        kind = rng.random()
        if kind < 0.3:
            b = a + (b - a) * rng.uniform(0.2, 0.8)
        found.append(shapely.LineString([a, (a + b) / 2 + rng.normal(0, 10 * M, 2), b]))
        if kind > 0.7:
            found.append(shapely.transform(found[-1], lambda xy: xy + np.array([8, 6]) * M))
    return np.array(found, dtype=object)


def town(seed):
    """Area, buildings and barriers of one seed."""
    rng = np.random.default_rng(seed)
    area = outline(rng, rng.choice(["plain", "hole", "pieces"]))
    kind = rng.choice(["spread", "rows", "heap", "points", "touching"])
    found = houses(rng, area, kind, int(rng.integers(3, 120)))
    hard = roads(rng, area, int(rng.integers(0, 4)))
    prefer = roads(rng, area, int(rng.integers(0, 4)))
    return area, found, Barriers(hard, prefer), rng
