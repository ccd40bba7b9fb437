import geopandas as gpd
import numpy as np
import pandas as pd
import pytest

from gridsvc.domain import agreement, areas
from tests import drawn


def test_words_for_levels():
    out = areas.levels(pd.Series(["县", "街道", "community", "12", "6.0", "什么", None], dtype="str"))
    assert [None if pd.isna(v) else int(v) for v in out] == [6, 9, 12, 12, 6, None, None]


def local(drawing, levels, known=None, used=()):
    shapes = drawn.polygons(drawing)
    frame = pd.DataFrame({"source_key": list(shapes), "level": levels})
    return areas.local_codes(frame, np.array(list(shapes.values()), dtype=object), known or {}, set(used))


def test_flat_areas_come_under_one_county():
    code = local("AB\nCC", [12, 12, 12])
    assert code.loc[-1] == "999001"
    assert list(code.loc[[0, 1, 2]]) == ["999001000001", "999001000002", "999001000003"]


def test_levels_are_nested_by_where_they_lie():
    drawing = "AABB\nAABB"
    whole = drawn.polygons("XXXX\nXXXX")["X"]
    shapes = [whole, *drawn.polygons(drawing).values()]
    frame = pd.DataFrame({"source_key": ["c", "a", "b"], "level": [6, 9, 9]})
    code = areas.local_codes(frame, np.array(shapes, dtype=object), {}, {"999001"})
    assert list(code) == ["999002", "999002001", "999002002"]


def test_the_same_list_gets_the_same_codes_again():
    code = local("AB", [12, 12], known={"": "999007", "B": "999007000005"}, used={"999001"})
    assert code.loc[-1] == "999007"
    assert code.loc[1] == "999007000005"
    assert code.loc[0] == "999007000001"


def siblings(drawing):
    shapes = drawn.polygons(drawing)
    return gpd.GeoDataFrame(
        {"code": list(shapes), "name": list(shapes), "parent_key": pd.array([None] * len(shapes), dtype="Int64")},
        geometry=list(shapes.values()),
        crs=4326,
    )


def test_a_hole_between_siblings():
    found = areas.sibling_troubles(siblings("AAA\nA.B\nBBB"), {})
    assert list(found["kind"]) == ["hole"]
    assert found["m2"][0] == pytest.approx(10_600, rel=0.02)


def test_a_gap_to_the_parent_counts_as_a_hole():
    frame = siblings("AAB\nAA.")
    parent = drawn.polygons("XXX\nXXX")["X"]
    found = areas.sibling_troubles(frame.assign(parent_key=pd.array([5, 5], dtype="Int64")), {5: parent})
    assert list(found["kind"]) == ["hole"]


def test_an_overlap_between_siblings_names_both():
    frame = siblings("AAB\nAAB")
    frame.loc[1, "geometry"] = drawn.polygons(".BB\n.BB")["B"]
    found = areas.sibling_troubles(frame, {})
    assert list(found["kind"]) == ["overlap"]
    assert {found["one"][0], found["other"][0]} == {"A", "B"}


def test_siblings_that_fit_have_no_trouble():
    assert len(areas.sibling_troubles(siblings("AAB\nCCB"), {})) == 0


def test_why_a_named_area_does_not_agree():
    shapes = drawn.polygons("AAB.C\nAAB.C")
    keys = {1: shapes["A"], 2: shapes["B"], 3: shapes["C"]}
    overlapping = {**keys, 4: drawn.polygons("X....\n.....")["X"]}
    places = np.array(
        [
            drawn.at(0.5, 0.5),
            drawn.at(0.5, 0.5),
            drawn.at(0.5, 0.5),
            drawn.at(9, 9),
            drawn.at(0.5, 1.5),
            drawn.at(0.5, 0.5),
        ]
    )
    found = np.array([1, 1, 1, 0, 1, 1])
    named = np.array([1, 2, 3, 1, 4, 99])
    reason, metres = agreement.explain(places[:, 0], places[:, 1], found, named, overlapping)
    assert list(reason) == ["agree", "neighbour", "elsewhere", "outside", "overlap", "unknown"]
    assert metres[1] == pytest.approx(1.5 * 95.4, rel=0.02)
    assert metres[4] == 0
