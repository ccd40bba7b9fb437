"""Where everything goes: a plan in straight (u, v) metres, bent into lon/lat by one smooth map.

In (u, v) every block is a rectangle, so nothing overlaps by construction; the bend makes streets look grown.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from gridsvc.domain import crs

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

MAJOR_M, MINOR_M, RIVER_M = 24.0, 10.0, 64.0
SPLIT = 3  # a major block has SPLIT × SPLIT lots


@dataclass(frozen=True)
class Site:
    """One county's plan: size, the bend, the letters of its blocks."""

    words: Mapping[str, Any]
    index: int
    seed: int

    @property
    def rows(self) -> list[str]:
        """The letters, the southernmost row first."""
        return list(reversed(self.words["plan"]))

    @property
    def size(self) -> tuple[float, float]:
        """Width and height in metres."""
        block = self.words["block"]
        return len(self.rows[0]) * block[0], len(self.rows) * block[1]

    @property
    def rng(self) -> np.random.Generator:
        """Fresh numbers for this county; every part takes its own spawn, so parts do not disturb each other."""
        return np.random.default_rng([self.seed, self.index])

    def part(self, name: str) -> np.random.Generator:
        """Numbers of one part of the county."""
        return np.random.default_rng([self.seed, self.index, *name.encode()])

    def lines(self, axis: int) -> NDArray[np.float64]:
        """Positions of the major streets across an axis (0: u, 1: v), the county's edges included."""
        n = len(self.rows[0]) if axis == 0 else len(self.rows)
        at = np.arange(n + 1) * self.words["block"][axis]
        shift = self.part(f"lines{axis}").uniform(-60, 60, n + 1)
        shift[[0, -1]] = 0
        return at + shift

    def river(self, u: NDArray[np.float64]) -> NDArray[np.float64]:
        """v of the river's middle at each u: it winds between the second and third row of blocks."""
        _, height = self.size
        return 0.43 * height + 90 * np.sin(u / 620) + 45 * np.sin(u / 241 + 1.3)

    def bend(self, uv: NDArray[np.float64]) -> NDArray[np.float64]:
        """(u, v) metres as lon/lat, shape (n, 2)."""
        u, v = uv[:, 0], uv[:, 1]
        x = u + 38 * np.sin(v / 700) + 14 * np.sin(u / 500 + v / 900)
        y = v + 32 * np.sin(u / 800 + 0.6) + 12 * np.sin(v / 430)
        turn = np.radians(self.words["rotation"])
        lon0, lat0 = self.words["origin"]
        lon0 += (self.index % 10) * 0.06
        lat0 += (self.index // 10) * 0.05
        epsg = crs.metric_epsg(lon0, lat0)
        to_metric = crs.transformer(crs.WGS84, epsg)
        back: crs.Mover = crs.transformer(epsg, crs.WGS84)
        ox, oy = to_metric.transform(lon0, lat0)
        lon, lat = back.transform(ox + x * np.cos(turn) - y * np.sin(turn), oy + x * np.sin(turn) + y * np.cos(turn))
        return np.round(np.column_stack([lon, lat]), 8)

    def shape(self, geoms: NDArray[np.object_], step: float = 25.0) -> NDArray[np.object_]:
        """(u, v) geometries in lon/lat; long edges get points every ``step`` metres, so that they bend."""
        return np.asarray(shapely.transform(shapely.segmentize(geoms, step), self.bend))


@dataclass(frozen=True)
class Lots:
    """The lots of a county in (u, v): bounds of the buildable ground, letter, use, and the streets around."""

    bounds: NDArray[np.float64]
    letter: NDArray[np.object_]
    use: NDArray[np.object_]
    column: NDArray[np.int64]
    row: NDArray[np.int64]


def communities(site: Site) -> dict[str, shapely.Geometry]:
    """Letter → polygon in (u, v); borders run along the middle of the major streets."""
    u, v = site.lines(0), site.lines(1)
    out: dict[str, list[shapely.Geometry]] = {}
    for j, row in enumerate(site.rows):
        for i, letter in enumerate(row):
            out.setdefault(letter, []).append(shapely.box(u[i], v[j], u[i + 1], v[j + 1]))
    return {letter: shapely.unary_union(boxes) for letter, boxes in sorted(out.items())}


def minor_lines(site: Site, axis: int) -> NDArray[np.float64]:
    """Positions of the minor streets across an axis: SPLIT - 1 in each major block."""
    major = site.lines(axis)
    share = np.arange(1, SPLIT) / SPLIT
    inside = major[:-1, None] + np.diff(major)[:, None] * share[None, :]
    return (inside + site.part(f"minor{axis}").uniform(-14, 14, inside.shape)).ravel()


def lots(site: Site) -> Lots:
    """Every lot with its use: flats, houses, shops, public, park, works, green; none where the river runs."""
    edges = []
    for axis in (0, 1):
        major, minor = site.lines(axis), minor_lines(site, axis)
        at = np.sort(np.concatenate([major, minor]))
        half = np.where(np.isin(at, major), MAJOR_M, MINOR_M) / 2 + 3
        edges.append((at[:-1] + half[:-1], at[1:] - half[1:]))
    (u0, u1), (v0, v1) = edges
    i, j = (a.ravel() for a in np.meshgrid(np.arange(len(u0)), np.arange(len(v0))))
    bounds = np.column_stack([u0[i], v0[j], u1[i], v1[j]])
    letter = np.array([site.rows[r // SPLIT][c // SPLIT] for r, c in zip(j, i, strict=True)], dtype=object)
    middle = site.river((bounds[:, 0] + bounds[:, 2]) / 2)
    wet = (bounds[:, 1] < middle + RIVER_M + 25) & (bounds[:, 3] > middle - RIVER_M - 25)
    return Lots(bounds, letter, _uses(site, bounds, wet), i, j)


def _uses(site: Site, bounds: NDArray[np.float64], wet: NDArray[np.bool_]) -> NDArray[np.object_]:
    rng = site.part("uses")
    width, height = site.size
    mu, mv = (bounds[:, 0] + bounds[:, 2]) / 2, (bounds[:, 1] + bounds[:, 3]) / 2
    centre = np.exp(-(((mu - width * 0.52) / 900) ** 2 + ((mv - height * 0.62) / 700) ** 2))
    east = np.clip((mu / width - 0.8) * 5, 0, 1)
    n = len(bounds)
    weight = np.column_stack(
        [0.10 + 0.10 * centre, 0.21 - 0.05 * centre, 0.04 + 0.34 * centre, np.full(n, 0.045), np.full(n, 0.05),
         0.01 + 0.30 * east, 0.52 - 0.45 * centre - 0.2 * east]
    )  # fmt: skip
    names = np.array(["flats", "houses", "shops", "public", "park", "works", "green"], dtype=object)
    share = np.cumsum(np.clip(weight, 0.005, None), axis=1)
    pick = (rng.random(n)[:, None] * share[:, -1:] > share).sum(axis=1)
    use = names[pick]
    use[wet] = "bank"
    return use
