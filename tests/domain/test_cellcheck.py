import geopandas as gpd
import numpy as np
import pytest
import shapely

from gridsvc.domain.cellcheck import Against, check
from tests import drawn


def cells(drawing):
    shapes = drawn.polygons(drawing)
    return gpd.GeoDataFrame({"code": list(shapes)}, geometry=list(shapes.values()), crs=4326)


AREA = drawn.polygons("XXXX\nXXXX\nXXXX")["X"]
SQUARE_M2 = 111.32 * 0.857 * 110.86  # about, at 31° N, in units of 1e-3 degrees


def test_a_whole_division_is_clean():
    out = check(cells("AABB\nAABB\nCCCC"), AREA)
    assert out.clean
    assert out.figures["gap_m2"] == 0
    assert len(out.troubles) == 0


def test_a_hole_is_measured():
    out = check(cells("AABB\nA.BB\nCCCC"), AREA)
    assert not out.clean
    assert out.figures["gap_m2"] == pytest.approx(SQUARE_M2, rel=0.05)
    assert out.figures["gap_share"] == pytest.approx(1 / 12, rel=0.01)


def test_an_overlap_names_both_cells():
    frame = cells("AABB\nAABB\nCCCC")
    frame.loc[frame["code"] == "C", "geometry"] = drawn.polygons("....\nCC..\nCCCC")["C"]
    out = check(frame, AREA)
    row = out.troubles[out.troubles["kind"] == "overlap"].iloc[0]
    assert {row["code"], row["other"]} == {"A", "C"}
    assert row["m2"] == pytest.approx(2 * SQUARE_M2, rel=0.05)


def test_a_cell_outside_its_community_is_measured():
    out = check(cells("AABBD\nAABBD\nCCCCD"), AREA)
    assert out.figures["outside_m2"] == pytest.approx(3 * SQUARE_M2, rel=0.05)
    assert list(out.troubles["code"]) == ["D"]


def test_a_cell_in_two_pieces_is_trouble_unless_the_area_is():
    torn = check(cells("ABBA\nABBA\nCCCC"), AREA)
    assert torn.figures["disconnected"] == 1
    islands = drawn.polygons("X..X\nX..X\nX..X")["X"]
    assert check(cells("A..A\nA..A\nA..A"), islands).figures["disconnected"] == 0


def test_codes_must_not_repeat():
    frame = cells("AABB\nAABB\nCCCC")
    frame["code"] = ["1", "1", "2"]
    out = check(frame, AREA)
    assert out.figures["duplicates"] == 2
    assert not out.clean


def test_slivers_are_found():
    thin = shapely.box(*drawn.at(0, 0), *drawn.at(4, 0.02))
    frame = gpd.GeoDataFrame({"code": ["A", "B"]}, geometry=[shapely.difference(AREA, thin), thin], crs=4326)
    out = check(frame, AREA)
    assert out.figures["slivers"] == 1
    assert out.clean  # thin, but seamless


def test_what_the_area_itself_takes_apart_is_not_cut_by_its_cells():
    """A house over a notch of the border: its two parts lie in two cells, and no division could do otherwise."""
    area = drawn.polygons("X.XX\nXXXX")["X"]
    over = shapely.box(*drawn.at(0.5, 1.2), *drawn.at(2.5, 1.8))
    assert check(cells("A.BB\nAABB"), area, Against(np.array([over]))).figures["cut"] == 0
    assert check(cells("A.BC\nAABC"), area, Against(np.array([over]))).figures["cut"] == 0
    blocks = [shapely.box(*drawn.at(x, 0.2), *drawn.at(x + 0.2, 0.4)) for x in (0.2, 3.2)]
    assert check(cells("A.BC\nAABC"), area, Against(np.array([shapely.union_all(blocks)]))).figures["cut"] == 1
    longer = shapely.box(*drawn.at(0.5, 1.2), *drawn.at(3.5, 1.8))
    assert check(cells("A.BC\nAABC"), area, Against(np.array([longer]))).figures["cut"] == 1


def test_cut_and_uncovered_buildings():
    houses = np.array(
        [
            shapely.box(*drawn.at(0.2, 0.2), *drawn.at(0.4, 0.4)),
            shapely.box(*drawn.at(1.8, 1.2), *drawn.at(2.2, 1.4)),
            shapely.box(*drawn.at(1.2, 1.2), *drawn.at(1.4, 1.4)),
            shapely.box(*drawn.at(8, 8), *drawn.at(8.1, 8.1)),
        ],
        dtype=object,
    )
    out = check(cells("AABB\nA.BB\nCCCC"), AREA, houses)
    assert out.figures["uncovered"] == 1
    assert out.figures["cut"] == 0  # the one over the hole's edge lies in one cell only
    assert check(cells("AABB\nAABB\nCCCC"), AREA, houses).figures["cut"] == 1


def test_no_cells_at_all_is_one_gap():
    empty = gpd.GeoDataFrame({"code": []}, geometry=[], crs=4326)
    out = check(empty, AREA)
    assert out.figures["gap_share"] == pytest.approx(1)
    assert not out.clean


def test_a_house_on_the_very_rim_counts_for_the_cell_that_is_given_it():
    cells = gpd.GeoDataFrame({"code": ["1"]}, geometry=[shapely.box(118, 31, 118.001, 31.001)], crs=4326)
    rim = np.array([shapely.Point(118.001 + 4e-12, 31.0005), shapely.Point(118.002, 31.0005)], dtype=object)
    figures = check(cells, cells.geometry[0], Against(rim)).figures
    assert (figures["load_max"], figures["empty"]) == (1, 0)
