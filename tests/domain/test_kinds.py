"""Raw rows to records: what is good goes on, what is bad says why."""

from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
import shapely

from gridsvc.domain import frames, kinds
from gridsvc.domain.intake import Rules, natural_key
from gridsvc.services import codetables


def take(kind, rows, given=None, shapes=None, **rules):
    columns = list(rows[0]) if rows else []
    table = pa.table({c: pa.array([r.get(c) for r in rows], pa.string()) for c in columns})
    table = table.append_column("__row", pa.array(np.arange(2, 2 + len(rows)), pa.int64()))
    if shapes is not None:
        table = table.append_column(
            "__wkb", pa.array([None if s is None else shapely.to_wkb(s) for s in shapes], pa.binary())
        )
        table = table.append_column("__fault", pa.nulls(len(rows), pa.string()))
    spec = codetables.kinds()[kind]
    mapping = frames.guess(spec, columns, given)
    base = {
        "zone": ZoneInfo("Asia/Shanghai"),
        "status_words": codetables.status_words(),
        "base_words": codetables.base_words(),
        "now": pd.Timestamp("2026-11-20", tz="UTC"),
    }
    return kinds.take(spec, table.combine_chunks().to_batches()[0], mapping, Rules(**{**base, **rules}))


GOOD = {"编号": "A1", "类别": "暴露垃圾", "受理时间": "2026-03-01 08:00:00", "经度": "118.5", "纬度": "31.5"}


def faults(out):
    return {(r.row_no, r.field, r.reason) for r in out.faults.itertuples()}


def test_a_good_event():
    out = take("event", [GOOD])
    assert faults(out) == set()
    row = out.frame.iloc[0]
    assert row["state"] == "open"
    assert row["lon"] == 118.5
    assert row["day"] == pd.Timestamp("2026-03-01")
    assert not row["due_given"]


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"类别": ""}, ("class", "value.missing")),
        ({"受理时间": ""}, ("reported_at", "value.missing")),
        ({"受理时间": "昨天"}, ("reported_at", "value.time")),
        ({"受理时间": "1899-01-01"}, ("reported_at", "value.time_range")),
        ({"经度": "abc"}, ("lon", "value.number")),
        ({"经度": ""}, ("lon", "geometry.half")),
        ({"经度": "31.5", "纬度": "118.5"}, ("lon", "geometry.swapped")),
        ({"经度": "200"}, ("lon", "geometry.outside_world")),
        ({"经度": "nan"}, ("lon", "value.number")),
        ({"办结时间": "2026-02-01"}, ("closed_at", "event.closed_before_reported")),
        ({"状态": "已办结"}, ("closed_at", "event.closed_without_time")),
        ({"地址": "长" * 5000}, ("address", "value.long")),
    ],
)
def test_each_fault_names_row_field_and_reason(change, fault):
    out = take(
        "event",
        [
            {**GOOD, "办结时间": None, "状态": None, "地址": None},
            {**GOOD, "办结时间": None, "状态": None, "地址": None, "编号": "A2", **change},
        ],
    )
    assert faults(out) == {(3, *fault)}
    assert list(out.frame["row_no"]) == [2]


def test_an_event_without_a_place_stays():
    out = take("event", [{**GOOD, "经度": "", "纬度": ""}, {**GOOD, "编号": "A2", "经度": "0", "纬度": "0"}])
    assert faults(out) == set()
    assert out.frame["lon"].isna().all()
    assert out.warnings == {"geometry.zero": 1}


@pytest.mark.parametrize(
    ("status", "closed", "state"),
    [
        ("已办结", "2026-03-02", "closed"),
        ("处理中", None, "open"),
        ("作废", None, "void"),
        ("Cancelled", "2026-03-02", "void"),
        (None, "2026-03-02", "closed"),
        (None, None, "open"),
        ("奇怪的词", None, "open"),
        ("CLOSED", "2026-03-02", "closed"),
    ],
)
def test_states(status, closed, state):
    out = take("event", [{**GOOD, "状态": status, "办结时间": closed}])
    assert out.frame["state"].tolist() == [state]
    assert ("event.status_unknown" in out.warnings) == (status == "奇怪的词")


def test_a_closing_day_without_a_time_on_the_day_of_the_report_means_that_day():
    out = take("event", [{**GOOD, "状态": "已办结", "办结时间": "2026-03-01"}])
    assert faults(out) == set()
    assert out.frame["closed_at"][0] == out.frame["reported_at"][0]
    assert out.warnings["event.closed_day_only"] == 1


def test_without_a_key_column_the_content_is_the_key_and_never_the_row_number():
    rows = [{k: v for k, v in GOOD.items() if k != "编号"}]
    first, second = take("event", rows), take("event", [{**rows[0], "类别": "道路不洁"}, *rows])
    assert first.frame["source_key"][0] == second.frame["source_key"][1]
    assert first.frame["source_key"][0] != second.frame["source_key"][0]


def test_a_row_without_its_key_gets_one_from_its_content():
    out = take("event", [GOOD, {**GOOD, "编号": ""}])
    assert out.frame["source_key"][0] == "A1"
    assert out.frame["source_key"][1].startswith("n")
    assert out.warnings["key.natural"] == 1


def test_natural_keys_do_not_run_together():
    a = natural_key([pd.Series(["ab"], dtype="str"), pd.Series(["c"], dtype="str")])
    b = natural_key([pd.Series(["a"], dtype="str"), pd.Series(["bc"], dtype="str")])
    assert a[0] != b[0]


def test_buildings_keep_footprint_and_a_point_inside():
    house = shapely.box(118, 31, 118.001, 31.001)
    out = take("building", [{"osm_id": "1", "kind": "building_part", "层数": "6"}], shapes=[house])
    row = out.frame.iloc[0]
    assert row["kind"] == "building_part"
    assert row["floors"] == 6
    assert shapely.contains_xy(house, row["lon"], row["lat"])
    assert row["geom"] == house


def test_an_invalid_footprint_is_a_fault_with_its_place_unless_repaired():
    bowtie = shapely.from_wkt("POLYGON((118 31, 118.1 31.1, 118.1 31, 118 31.1, 118 31))")
    out = take("building", [{"osm_id": "1"}], shapes=[bowtie])
    assert faults(out) == {(2, "geom", "geometry.invalid")}
    assert "118.05" in out.faults["value"][0]
    mended = take("building", [{"osm_id": "1"}], shapes=[bowtie], repair=True)
    assert faults(mended) == set()
    assert mended.frame["geom"][0].is_valid
    assert mended.warnings == {"geometry.repaired": 1}


def test_a_building_of_which_nothing_is_known():
    out = take("building", [{"osm_id": "1", "层数": "3"}])
    assert faults(out) == {(2, "address", "building.nothing")}


def test_addresses_are_composed_from_their_parts():
    rows = [
        {"街路巷": "宝塔路", "门牌号": "12号", "编号": "1"},
        {"街路巷": "Kaivokatu", "门牌号": "1", "编号": "2"},
        {"编号": "3"},
    ]
    out = take("address", rows)
    assert list(out.frame["text"]) == ["宝塔路12号", "Kaivokatu 1"]
    assert faults(out) == {(4, "text", "address.nothing")}


def test_base_features_by_their_words():
    line, poly, point = (
        shapely.LineString([(118, 31), (118.1, 31)]),
        shapely.box(118, 31, 118.1, 31.1),
        shapely.Point(118, 31),
    )
    rows = [
        {"kind": "major_road"},
        {"kind": "highway=residential"},
        {"kind": "公园"},
        {"kind": "restaurant"},
        {"kind": "什么都不是"},
        {"kind": "place_of_worship"},
    ]
    out = take("base_feature", rows, shapes=[line, line, poly, point, line, point])
    assert list(zip(out.frame["layer"], out.frame["kind"], strict=True)) == [
        ("road", "major"),
        ("road", "minor"),
        ("landuse", "park"),
        ("poi", "restaurant"),
    ]
    assert faults(out) == {(6, "kind", "base.unknown_kind")}
    assert out.warnings["base.refused_kind"] == 1  # no layer about religion


def test_unknown_base_features_go_to_the_layer_that_is_named():
    line = shapely.LineString([(118, 31), (118.1, 31)])
    out = take("base_feature", [{"kind": "什么都不是"}], shapes=[line], layer="road")
    assert out.frame["layer"].tolist() == ["road"]
    assert take("base_feature", [{"kind": "什么都不是"}], shapes=[line], ignore_unknown=True).frame.empty


def test_projected_columns_are_transformed():
    row = {**GOOD, "经度": "40500000", "纬度": "3450000"}
    out = take("event", [row], source_crs=4528)
    assert out.frame["lon"][0] == pytest.approx(120, abs=1e-6)
