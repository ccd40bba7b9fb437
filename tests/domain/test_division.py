import numpy as np
import pytest
import shapely
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from gridsvc.domain import crs, division
from gridsvc.domain.cellcheck import check
from gridsvc.domain.division import Recipe, divide
from gridsvc.errors import InputError
from tests import drawn

RECIPES = [
    Recipe("square", size_m=80),
    Recipe("hex", size_m=90),
    Recipe("h3", resolution=10),
    Recipe("square", cells=12),
    Recipe("hex", cells=12),
    Recipe("h3", cells=12),
]
AOI = drawn.polygons(".AAAA.\nAAAAAA\nAAA.AA\n.AAAAA")["A"]


def seamless(cells, aoi):
    """Gap and overlap as shares of the area: as stored, and the gap in another projection per metre of border.

    (Reading borders back in a projection needs points on them; their spacing alone makes some micrometres.)
    """
    shapes = np.asarray(cells.geometry, dtype=object)
    union = shapely.union_all(shapes)
    gap = aoi.symmetric_difference(union).area / aoi.area
    flat = crs.transform(crs.densify(shapes), 4326, 3857)
    whole = crs.transform(crs.densify(np.array([aoi], dtype=object)), 4326, 3857)[0]
    seams = whole.symmetric_difference(shapely.union_all(flat)).area / shapely.length(flat).sum()
    return gap, (shapely.area(shapes).sum() - union.area) / aoi.area, seams


@pytest.mark.parametrize("recipe", RECIPES, ids=lambda r: f"{r.method}-{r.size_m or r.resolution or r.cells}")
def test_the_union_of_the_cells_is_the_area(recipe):
    out = divide(AOI, recipe, drawn.points((0.5, 1.5), (3, 2.5), (5.5, 0.5)))
    gap, overlap, seams = seamless(out.cells, AOI)
    assert gap < 1e-12
    assert overlap < 1e-12
    assert seams < 2e-6
    assert set(out.cells.geom_type) == {"Polygon"}
    assert out.cells.is_valid.all()
    assert out.cells["load"].sum() == 3
    assert list(out.cells["ordinal"]) == list(range(1, len(out.cells) + 1))
    assert check(out.cells, AOI, code="ordinal").clean


@given(st.integers(0, 2**32 - 1), st.sampled_from(["square", "hex", "h3"]))
@settings(max_examples=60)
def test_random_areas_with_holes_and_islands(seed, method):
    rng = np.random.default_rng(seed)
    angle = np.sort(rng.random(rng.integers(3, 14)) * 2 * np.pi)
    radius = 0.002 + rng.random(len(angle)) * 0.004
    outer = shapely.make_valid(
        shapely.Polygon(np.column_stack([118 + radius * np.cos(angle), 31 + radius * np.sin(angle)]))
    )
    hole = shapely.Point(118 + rng.random() * 0.002, 31).buffer(0.0004)
    island = shapely.box(118.02, 31, 118.02 + 0.0003, 31.0003)
    aoi = shapely.union_all([shapely.difference(outer, hole), island])
    assume(aoi.geom_type in ("Polygon", "MultiPolygon") and outer.area > 1e-7)
    recipe = Recipe("h3", resolution=10) if method == "h3" else Recipe(method, size_m=float(rng.integers(60, 300)))
    out = divide(
        aoi, recipe, np.asarray(shapely.points(118 + rng.normal(0, 0.002, 30), 31 + rng.normal(0, 0.002, 30)))
    )
    gap, overlap, seams = seamless(out.cells, aoi)
    assert gap < 1e-9  # of the area, which may be a sliver
    assert overlap < 1e-9
    assert seams < 1e-5
    assert set(out.cells.geom_type) == {"Polygon"}
    assert out.cells["load"].sum() + out.notes["outside"] == 30
    # an island smaller than a cell stays a cell of its own: nothing next to it
    assert any(g.intersects(shapely.Point(118.0201, 31.0001)) and g.area < 1e-6 for g in out.cells.geometry)


def test_an_empty_sliver_joins_its_neighbour_but_not_one_with_a_house():
    aoi = shapely.box(
        *crs.transformer(4549, 4326).transform(500_000, 3_500_000),
        *crs.transformer(4549, 4326).transform(500_205, 3_500_200),
    )
    bare = divide(aoi, Recipe("square", size_m=100))
    assert len(bare.cells) == 4
    assert bare.notes["joined"] >= 2
    house = shapely.Point(crs.transformer(4549, 4326).transform(500_202.5, 3_500_050))
    lived = divide(aoi, Recipe("square", size_m=100), np.array([house], dtype=object))
    assert len(lived.cells) == 5
    assert lived.cells["load"].max() == 1


def test_neighbouring_areas_share_one_pattern_and_one_border():
    west, east = shapely.box(118, 31, 118.01, 31.01), shapely.box(118.01, 31, 118.02, 31.01)
    a, b = divide(west, Recipe("square", size_m=200)), divide(east, Recipe("square", size_m=200))
    both = np.concatenate([np.asarray(a.cells.geometry), np.asarray(b.cells.geometry)])
    assert shapely.union_all(both).area == pytest.approx(west.area + east.area, rel=1e-9)
    assert (
        shapely.area(
            shapely.intersection(shapely.union_all(both[: len(a.cells)]), shapely.union_all(both[len(a.cells) :]))
        )
        < 1e-15
    )


def test_numbers_run_west_to_east_and_north_to_south():
    out = divide(drawn.polygons("AAAA\nAAAA\nAAAA")["A"], Recipe("square", size_m=95))
    x, y = (
        out.cells.geometry.representative_point().x.to_numpy(),
        out.cells.geometry.representative_point().y.to_numpy(),
    )
    rows = np.round((y.max() - y) / 0.00085).astype(int)
    assert (np.diff(rows) >= 0).all()
    same = np.diff(rows) == 0
    assert (np.diff(x)[same] > 0).all()


def test_target_chooses_the_size():
    houses = drawn.points(*[(i % 6 + 0.5, i // 6 % 4 + 0.5) for i in range(240)])
    out = divide(AOI, Recipe("square", target=20), houses)
    inside = 240 - out.notes["outside"]
    assert out.cells["load"].sum() == inside
    assert 0.5 * inside / 20 <= len(out.cells) <= 2.5 * inside / 20


def test_weights_are_the_load():
    out = divide(AOI, Recipe("square", size_m=300), drawn.points((0.5, 1.5), (3, 2.5)), np.array([5.0, 7.5]))
    assert out.cells["load"].sum() == 12.5


@pytest.mark.parametrize(
    ("recipe", "code"),
    [
        ({"method": "voronoi", "cells": 1}, "division.method"),
        ({"method": "balanced", "size_m": 1}, "division.size_with_balanced"),
        ({"cells": 4, "tolerance": 1.5}, "division.tolerance"),
        ({"cells": 4, "least": 5, "most": 4}, "division.least_most"),
        ({}, "division.one_size"),
        ({"size_m": 100, "cells": 4}, "division.one_size"),
        ({"method": "h3", "size_m": 100}, "division.size_with_h3"),
        ({"method": "square", "resolution": 9}, "division.resolution_without_h3"),
        ({"size_m": -1}, "division.size_positive"),
    ],
)
def test_contradictory_recipes_are_refused(recipe, code):
    with pytest.raises(InputError) as e:
        Recipe(**recipe)
    assert e.value.code == code


def test_an_invalid_area_is_refused_with_reason_and_place():
    with pytest.raises(InputError) as e:
        divide(
            shapely.from_wkt("POLYGON((118 31, 118.1 31.1, 118.1 31, 118 31.1, 118 31))"),
            Recipe("square", size_m=500),
        )
    assert e.value.code == "division.aoi_invalid"
    assert e.value.values["reason"] == "Self-intersection"
    assert e.value.values["x"] == pytest.approx(118.05)


@pytest.mark.parametrize("recipe", [Recipe("square", size_m=1), Recipe("hex", size_m=1), Recipe("h3", resolution=13)])
def test_too_many_cells_are_refused_before_they_are_made(recipe):
    with pytest.raises(InputError) as e:
        divide(shapely.box(118, 31, 118.5, 31.5), recipe)
    assert e.value.code == "division.too_many"


def test_a_target_without_anything_to_count_is_refused():
    with pytest.raises(InputError) as e:
        divide(AOI, Recipe("square", target=10))
    assert e.value.code == "division.no_load"


@given(st.lists(st.floats(0, 1e4), min_size=1, max_size=12), st.integers(0, 60))
def test_cells_are_shared_by_load_at_least_one_each(loads, more):
    cells = len(loads) + more
    shares = division.shares(cells, loads)
    assert sum(shares) == cells
    assert min(shares) >= 1
    for i in range(len(loads)):
        for j in range(len(loads)):
            if loads[i] >= loads[j]:
                assert shares[i] >= shares[j] - 1


def test_fewer_cells_than_parts_are_refused():
    with pytest.raises(InputError):
        division.shares(2, [1, 1, 1])
