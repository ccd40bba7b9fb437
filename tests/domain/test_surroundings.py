"""四至: names of what a border runs along."""

import numpy as np
import shapely

from gridsvc.domain.surroundings import SIDES, four_sides


def line(*points):
    return shapely.LineString(points)


CELL = np.array([shapely.box(0, 0, 200, 100)], dtype=object)
EAST, SOUTH = line((210, -50), (210, 150)), line((-50, -10), (250, -10))


def test_each_side_has_the_road_along_it():
    west, north = line((-8, -50), (-8, 150)), line((-50, 120), (250, 120))
    found = four_sides(
        CELL, np.array([EAST, SOUTH, west, north]), np.array(["东路", "南街", "西河", "北路"], dtype=object)
    )
    assert SIDES == ("east", "south", "west", "north")
    assert found.names[0].tolist() == ["东路", "南街", "西河", "北路"]
    assert found.sure.all()


def test_a_road_farther_away_is_only_near_and_what_is_far_is_not_named():
    far = line((-120, -50), (-120, 150))
    found = four_sides(CELL, np.array([EAST, far]), np.array(["东路", "西路"], dtype=object))
    east, south, west, north = zip(found.names[0], found.sure[0], strict=True)
    assert east == ("东路", True)
    assert west == ("西路", False)
    assert (south[1], north[1]) == (False, False)
    nothing = four_sides(CELL, np.array([line((9000, 0), (9000, 10))]), np.array(["远路"], dtype=object))
    assert nothing.names[0].tolist() == [""] * 4


def test_two_roads_that_share_a_side_are_both_named():
    left, right = line((-20, -10), (95, -10)), line((105, -10), (220, -10))
    found = four_sides(CELL, np.array([left, right]), np.array(["甲路", "乙路"], dtype=object))
    assert set(found.names[0][1].split("、")) == {"甲路", "乙路"} or found.names[0][1] in ("甲路", "乙路")
    assert found.sure[0][1]


def test_features_without_a_name_are_left_out():
    found = four_sides(CELL, np.array([EAST, SOUTH]), np.array([None, " "], dtype=object))
    assert found.names[0].tolist() == [""] * 4
