"""``gridsvc try …``: what gridsvc does, shown on made-up ground in seconds, without a database."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from gridsvc.domain import barriers, cellcheck, crs, division
from gridsvc.domain.recipe import BALANCED, Recipe
from gridsvc.domain.sample import buildings, ground, plan
from gridsvc.services import codetables, sample
from gridsvc.text import language, t

if TYPE_CHECKING:
    from pathlib import Path

    from gridsvc.services.progress import Progress

_AREA = "990101001"  # one street of the sample city
_TARGET = 200.0
_DRAWN = ("major", "minor", "river", "water", "rail")


@dataclass(frozen=True)
class Tried:
    """What was written, and the figures of squares and of the balanced division."""

    files: list[str]
    before: dict[str, Any]
    after: dict[str, Any]


def divide(folder: Path, seed: int, progress: Progress) -> Tried:
    """Divide a street of the sample city by squares and along its roads; files and a page with both maps."""
    from gridsvc.io import writers
    from gridsvc.render import beforeafter

    progress("try.make", 0.0)
    site = plan.Site(sample.words(), 0, seed)
    lots = plan.lots(site)
    houses, _, _ = buildings.make(site, lots)
    areas, lines = ground.areas(site), ground.features(site, lots)
    area = areas[areas["code"] == _AREA].geometry.iloc[0]
    houses = houses[shapely.intersects(area, shapely.point_on_surface(np.asarray(houses.geometry)))]
    lines = lines[shapely.intersects(area, np.asarray(lines.geometry))]
    folder.mkdir(parents=True, exist_ok=True)
    parts = {
        "area": gpd.GeoDataFrame({"code": [_AREA]}, geometry=[area], crs=crs.WGS84),
        "buildings": houses[["households", "geometry"]],
        "lines": lines[["kind", "name", "geometry"]],
    }
    files = [folder / f"{n}.geojson" for n in parts]
    for file, frame in zip(files, parts.values(), strict=True):
        writers.write(iter([frame]), file, file.stem)
    shapes, load = np.asarray(houses.geometry, dtype=object), houses["households"].to_numpy(dtype=float)
    found = barriers.from_features(
        np.asarray(lines.geometry, dtype=object), pd.DataFrame(lines.drop(columns="geometry")),
        codetables.barrier_strengths(),
    )  # fmt: skip
    cells = max(2, round(float(load.sum()) / _TARGET))
    shown = []
    for i, method in enumerate(("square", BALANCED)):
        progress("try.divide", 0.3 + 0.3 * i)
        begun = time.monotonic()
        how = Recipe("square", cells=cells) if method == "square" else Recipe(target=_TARGET)
        done = division.divide(area, how, shapes, load, barriers=found if method == BALANCED else None)
        checked = cellcheck.check(done.cells, area, cellcheck.Against(shapes, load, done.fields), "ordinal")
        figures = {**checked.figures, **division.summary(done.cells), **done.notes}
        figures["seconds"] = round(time.monotonic() - begun, 2)
        files.append(folder / f"{method}.geojson")
        writers.write(iter([done.cells]), files[-1], method)
        shown.append((t(f"try.{method}"), _scene(done.cells, shapes, lines), figures))
    page = folder / "index.html"
    text = beforeafter.page(t("try.title"), t("try.about"), shown, language())
    page.write_text(text, encoding="utf-8")
    return Tried([str(f) for f in [*files, page]], shown[0][2], shown[1][2])


def _scene(cells: gpd.GeoDataFrame, houses: np.ndarray[Any, Any], lines: gpd.GeoDataFrame) -> Any:
    from gridsvc.render.scene import Scene

    shapes = np.asarray(cells.geometry, dtype=object)
    epsg = crs.metric_of(shapes)
    words = codetables.base_words()
    kinds = [words.get(k, ("", ""))[1] for k in lines["kind"]]
    drawn = [(k, g) for k, g in zip(kinds, np.asarray(lines.geometry, dtype=object), strict=True) if k in _DRAWN]
    below = [(s, g) for s, g in drawn if s in ("water", "river")]
    above = [(s, g) for s, g in drawn if s not in ("water", "river")]
    layers = [*below, *(("building", g) for g in houses), *above]
    metric = crs.transform(np.array([g for _, g in layers], dtype=object), crs.WGS84, epsg)
    ground_ = [(s, g) for (s, _), g in zip(layers, metric, strict=True)]
    return Scene(crs.transform(shapes, crs.WGS84, epsg), [""] * len(shapes), ground_)
