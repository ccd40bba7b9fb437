"""The balanced method: no gap, no cut house, whole cells, even loads; on random towns, drawn ones and real ones."""

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from gridsvc.domain import barriers, crs, division, geometry, identity, partition, seams
from gridsvc.domain.cellcheck import Against, check
from gridsvc.domain.recipe import Recipe
from gridsvc.errors import InputError
from tests.domain import towns
from tests.domain.sets import SHARED, real

REAL = pytest.mark.skipif(not SHARED.exists(), reason="needs ../shared/data")


def seam_share(cells, aoi, epsg):
    """Gap and overlap as shares of the area, read in a metric projection against the area densified to 20 m."""
    flat = crs.transform(np.asarray(cells.geometry, dtype=object), 4326, epsg)
    whole = crs.transform(np.array([shapely.segmentize(aoi, 20 / 111_320)], dtype=object), 4326, epsg)[0]
    union = shapely.union_all(flat)
    return whole.difference(union).area / whole.area, (shapely.area(flat).sum() - union.area) / whole.area


def must_hold(area, houses, lines, done, wanted=None):
    """The promises that hold for whatever is not refused."""
    shapes = np.asarray(done.cells.geometry, dtype=object)
    assert shapely.is_valid(shapes).all()
    union = shapely.union_all(shapes)
    # points between those of the rim lie a micrometre beside it, so that they are straight in any projection
    assert area.symmetric_difference(union).area < 1e-12 * shapely.length(area.boundary) * 1e3
    assert (shapely.area(shapes).sum() - union.area) / area.area < 1e-9
    parts = shapely.get_num_geometries(shapes)
    assert (parts == 1).all() or shapely.get_num_geometries(area) > 1
    if wanted is not None:
        assert len(shapes) == wanted
    found = check(done.cells, area, Against(houses, fields=done.fields), "ordinal")
    assert found.figures["cut"] == 0, found.figures
    assert found.figures["disconnected"] == 0
    assert found.figures["empty"] == 0 or not len(houses)
    # houses across a barrier can shut in a corner of its other side, which only their own cell can take
    assert found.figures["barrier_crossing_m"] < 0.1 or found.figures["crossed_footprints"]
    inside = shapely.intersects(area, geometry.inside_points(houses))
    assert (done.held[inside] > 0).all()
    at = seams.containing(shapes, geometry.inside_points(houses[inside]))
    assert (
        (at + 1 == done.held[inside]) | (at < 0)
    ).mean() > 0.9  # the inner point of joined footprints may lie on a border
    return found


def divided(seed):
    area, houses, lines, rng = towns.town(seed)
    inside = int(shapely.contains_properly(area, geometry.inside_points(houses)).sum())
    if inside < 2:
        return
    wanted = int(rng.integers(1, max(2, inside // 3))) if rng.random() < 0.5 else None
    how = (
        Recipe(cells=wanted, seed=seed % 1000)
        if wanted
        else Recipe(target=float(rng.uniform(2, 20)), seed=seed % 1000)
    )
    try:
        done = division.divide(area, how, houses, barriers=lines)
    except InputError as told:
        if told.code not in ("division.fewer_than_faces", "division.more_than_units"):
            raise
        return
    must_hold(area, houses, lines, done, wanted)


@given(st.integers(0, 2**32 - 1))
@settings(max_examples=80, deadline=None)
def test_random_towns_keep_every_promise(seed):
    divided(seed)


@pytest.mark.soak
@given(st.integers(0, 2**32 - 1))
@settings(max_examples=2000, deadline=None)
def test_two_thousand_random_towns(seed):
    divided(seed)


# ---- drawn towns -------------------------------------------------------------------------------------------------


def block(columns, rows, gap=20, size=6, left=0.0, low=0.0):
    """A raster of square houses, metres from the south-west corner of the drawing."""
    x, y = np.meshgrid(left + np.arange(columns) * gap, low + np.arange(rows) * gap)
    x, y = towns.LON + x.ravel() * towns.M, towns.LAT + y.ravel() * towns.M
    half = size / 2 * towns.M
    return shapely.box(x - half, y - half, x + half, y + half)


def around(houses, margin=15):
    west, south, east, north = shapely.total_bounds(houses)
    m = margin * towns.M
    return shapely.box(west - m, south - m, east + m, north + m)


HOUSES = block(12, 10)
AREA = around(HOUSES)


@pytest.mark.parametrize("cells", [1, 2, 7, 12, 40, 120])
def test_exactly_the_number_that_was_asked_for(cells):
    done = division.divide(AREA, Recipe(cells=cells), HOUSES)
    must_hold(AREA, HOUSES, None, done, cells)


def test_more_cells_than_houses_are_refused():
    with pytest.raises(InputError) as told:
        division.divide(AREA, Recipe(cells=121), HOUSES)
    assert told.value.code == "division.more_than_units"


def test_loads_are_even_within_the_tolerance():
    done = division.divide(AREA, Recipe(target=10), HOUSES)
    assert done.cells["load"].between(9, 11).all()
    weights = np.tile([1.0, 2.0, 3.0, 4.0], 30)
    done = division.divide(AREA, Recipe(cells=10), HOUSES, weights)
    assert done.cells["load"].sum() == weights.sum()
    assert done.cells["load"].between(27, 33).all()


def test_the_same_seed_gives_the_same_cells():
    one, two = (division.divide(AREA, Recipe(target=10, seed=5), HOUSES).cells for _ in range(2))
    assert shapely.equals_exact(np.asarray(one.geometry), np.asarray(two.geometry)).all()


def test_several_homes_at_one_point_stay_together():
    points = np.repeat(shapely.centroid(HOUSES[:30]), 4)
    done = division.divide(AREA, Recipe(cells=6), points)
    assert len(done.cells) == 6
    assert (done.held.reshape(30, 4) == done.held[::4, None]).all()
    assert done.cells["load"].tolist() == [20.0] * 6


def test_without_buildings_areas_are_equal_and_it_says_so():
    done = division.divide(AREA, Recipe(cells=9))
    assert done.notes["by"] == "area"
    assert len(done.cells) == 9
    assert done.cells["area_m2"].std(ddof=0) / done.cells["area_m2"].mean() < 0.06
    with pytest.raises(InputError) as told:
        division.divide(AREA, Recipe(target=10))
    assert told.value.code == "division.no_load"


def test_what_lies_outside_or_across_is_kept_and_counted():
    houses = np.append(HOUSES, block(3, 1, left=5000.0))
    across = shapely.box(*(np.array(AREA.bounds)[[0, 1, 0, 1]] + np.array([-4, 30, 8, 40]) * towns.M))
    done = division.divide(AREA, Recipe(target=10), np.append(houses, across))
    assert done.notes["outside"] == 3
    assert done.notes["across"] == 1
    assert done.held[120:123].tolist() == [0, 0, 0]
    assert done.held[123] > 0  # its inner point is inside
    must_hold(AREA, np.append(houses, across), None, done)


def test_a_hard_road_is_never_crossed_and_cells_end_at_its_middle():
    two = np.append(block(6, 8), block(6, 8, left=150))
    area = around(two)
    x = towns.LON + 125 * towns.M
    twin = np.array(
        [shapely.LineString([(x + d * towns.M, towns.LAT - 1), (x + d * towns.M, towns.LAT + 1)]) for d in (-6, 6)]
    )
    done = division.divide(area, Recipe(target=8), two, barriers=barriers.Barriers(hard=twin))
    assert done.notes["road_land_m2"] > 1000
    middle = shapely.LineString([(x, towns.LAT - 1), (x, towns.LAT + 1)])
    for cell in done.cells.geometry:  # not even by a metre
        assert shapely.intersection(middle, cell.buffer(-1 * towns.M)).length == 0
    left = shapely.get_x(shapely.centroid(np.asarray(done.cells.geometry))) < x
    assert (left.sum(), (~left).sum()) == (6, 6)
    must_hold(area, two, None, done)


def test_a_blind_end_is_no_barrier():
    x = towns.LON + 110 * towns.M
    blind = np.array([shapely.LineString([(x, towns.LAT - 1), (x, towns.LAT + 100 * towns.M)])])
    done = division.divide(AREA, Recipe(cells=1), HOUSES, barriers=barriers.Barriers(hard=blind))
    assert len(done.cells) == 1


def test_borders_follow_a_preferred_road_where_they_can():
    x = towns.LON + 70 * towns.M  # between the fourth and the fifth column
    road = np.array([shapely.LineString([(x, towns.LAT - 1), (x, towns.LAT + 1)])])
    done = division.divide(AREA, Recipe(cells=3), HOUSES, barriers=barriers.Barriers(prefer=road))
    border = shapely.union_all(shapely.boundary(np.asarray(done.cells.geometry)))
    inside = shapely.intersection(road[0], AREA)
    assert shapely.intersection(border.buffer(0.01 * towns.M), inside).length > 0.95 * inside.length


def test_a_barrier_that_makes_too_many_pieces_is_refused_with_the_number():
    lines = [
        shapely.LineString([(towns.LON + x * towns.M, towns.LAT - 1), (towns.LON + x * towns.M, towns.LAT + 1)])
        for x in (30, 70, 110)
    ]
    with pytest.raises(InputError) as told:
        division.divide(AREA, Recipe(cells=3), HOUSES, barriers=barriers.Barriers(hard=np.array(lines)))
    assert told.value.code == "division.fewer_than_faces"
    assert told.value.values["faces"] == 4


def test_an_estate_that_fits_is_kept_in_one_cell():
    estate = np.full(120, -1)
    corner = np.add.outer(np.arange(3) * 12, np.arange(3)).ravel() + 40  # a square of nine houses
    estate[corner] = 7
    for seed in range(4):
        done = division.divide(AREA, Recipe(target=10, seed=seed), HOUSES, together=estate)
        assert len(set(done.held[corner])) == 1
    estate[:60] = 3  # too large for a cell
    done = division.divide(AREA, Recipe(target=10), HOUSES, together=estate)
    assert done.cells["load"].max() <= 12


def test_small_islands_belong_to_a_cell_of_the_main_land():
    island = around(block(2, 1, left=600), 5)
    houses = np.append(HOUSES, block(2, 1, left=600))
    area = shapely.union_all([AREA, island])
    done = division.divide(area, Recipe(target=10), houses)
    many = shapely.get_num_geometries(np.asarray(done.cells.geometry)) > 1
    assert many.sum() == 1
    assert done.notes["islands"] == 1
    assert len(set(done.held[-2:])) == 1
    must_hold(area, houses, None, done)


def test_an_invalid_area_is_refused_with_the_place():
    bow = shapely.Polygon([(118, 31), (118.01, 31.01), (118.01, 31), (118, 31.01)])
    with pytest.raises(InputError) as told:
        division.divide(bow, Recipe(cells=2))
    assert told.value.code == "division.aoi_invalid"
    assert {"reason", "x", "y"} <= set(told.value.values)


# ---- again -------------------------------------------------------------------------------------------------------


def test_nothing_changes_when_nothing_changed():
    one = division.divide(AREA, Recipe(target=10), HOUSES)
    two = division.divide(AREA, Recipe(target=10), HOUSES, previous=one.cells)
    assert (one.held == two.held).all()
    for old, new in zip(one.cells.geometry, two.cells.geometry, strict=True):
        assert old.symmetric_difference(new).area < 1e-6 * old.area


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("change", ["less", "more"])
def test_two_per_cent_of_the_houses_move_at_most_five(seed, change):
    rng = np.random.default_rng(seed)
    houses = block(25, 20)
    area = around(houses)
    kept = np.ones(500, dtype=bool)
    if change == "less":
        kept[rng.choice(500, 10, replace=False)] = False
    new = houses[kept]
    if change == "more":
        extra = rng.choice(500, 10, replace=False)
        new = np.append(new, shapely.transform(houses[extra], lambda xy: xy + 9 * towns.M))
    one = division.divide(area, Recipe(target=10), houses)
    two = division.divide(area, Recipe(target=10), new, previous=one.cells)
    assert identity.moved_share(one.held[kept], two.held[: kept.sum()]) <= 0.05
    must_hold(area, new, None, two)


# ---- real ground -------------------------------------------------------------------------------------------------


@REAL
@pytest.mark.parametrize("name", ["kathmandu", "coulibistrie"])
def test_real_towns_without_barriers(name):
    area, houses, _ = real(name)
    done = division.divide(area, Recipe(target=10), houses)
    found = must_hold(area, houses, None, done)
    assert found.figures["load_cv"] <= 0.10
    for epsg in (3857, 32645 if name == "kathmandu" else 32620):
        assert max(seam_share(done.cells, area, epsg)) <= 1e-9


@REAL
@pytest.mark.parametrize(("name", "most"), [("kathmandu", 0.10), ("310101", None), ("310115", None)])
def test_real_towns_with_barriers(name, most):
    area, houses, lines = real(name)
    done = division.divide(area, Recipe(target=10), houses, barriers=lines)
    found = must_hold(area, houses, lines, done)
    assert found.figures["barrier_crossing_m"] == 0
    assert found.figures["load_cv"] <= (most or done.notes["load_cv_bound"] + 0.05)
    assert max(seam_share(done.cells, area, 3857)) <= 1e-9


@REAL
@pytest.mark.parametrize("name", ["kathmandu", "310101"])
def test_real_towns_again_after_two_per_cent_went(name):
    area, houses, lines = real(name)
    one = division.divide(area, Recipe(target=10), houses, barriers=lines)
    kept = np.random.default_rng(3).random(len(houses)) >= 0.02
    two = division.divide(area, Recipe(target=10), houses[kept], barriers=lines, previous=one.cells)
    assert identity.moved_share(one.held[kept], two.held) <= 0.05
    must_hold(area, houses[kept], lines, two)


# ---- what lines are ----------------------------------------------------------------------------------------------


def test_strengths_by_class_tags_and_own_rules():
    import pandas as pd

    lines = np.array([shapely.LineString([(0, i), (1, i)]) for i in range(7)])
    known = {"primary": "hard", "residential": "prefer", "footway": "ignore", "tunnel": "ignore", "minor": "prefer"}
    frame = pd.DataFrame(
        {
            "tags": [
                '{"highway":"primary"}',
                '{"highway":"primary","tunnel":"yes"}',
                "{'highway': 'residential'}",
                None,
                None,
                None,
                "{",
            ],
            "kind": [None, None, None, "minor", "unheard", "footway", "primary"],
        }
    )
    found = barriers.from_features(lines, frame, known)
    assert [int(g.coords[0][1]) for g in found.hard] == [0, 6]
    assert [int(g.coords[0][1]) for g in found.prefer] == [2, 3]
    own = barriers.from_features(lines, frame, known, {"minor": "hard", "primary": "ignore"})
    assert [int(g.coords[0][1]) for g in own.hard] == [3]
    assert len(barriers.from_features(lines, frame, known, every="hard").hard) == 7
    with pytest.raises(InputError):
        barriers.from_features(lines, frame, known, {"minor": "stone"})


def test_the_bound_is_the_least_spread_of_whole_shares():
    assert partition.bound(np.array([10.0, 20.0, 30.0]), 6) == 0
    loads = np.array([3.0, 14.0, 33.0])
    best = min(
        np.std(np.repeat(loads / k, k)) / 10
        for a in range(1, 4)
        for b in range(1, 4)
        for k in [np.array([a, b, 5 - a - b])]
        if k.min() >= 1
    )
    assert partition.bound(loads, 5) == pytest.approx(best)
