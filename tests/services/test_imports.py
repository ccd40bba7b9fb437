"""Importing lists: idempotent, dry, rejected and mended, changed, undone, in scope."""

import datetime as dt
import json

import geopandas as gpd
import openpyxl
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gridsvc.domain.workdays import Limit
from gridsvc.errors import Cancelled, ConflictError, ForbiddenError, InputError, MissingError
from gridsvc.services import batches, classes, imports, users
from gridsvc.services.filein import Source
from gridsvc.services.imports import ImportRequest
from gridsvc.services.users import NewUser
from gridsvc.store.tx import SYSTEM, Caller, begin
from tests import drawn
from tests.services.town import CODES, COUNTY, event

A, B, C = (CODES[k] for k in "ABC")


def test_each_event_lands_in_its_cell(cells):
    done = cells.events([event(1, 0.5, 2.5), event(2, 5.9, 0.5), event(3, 1.5, 0.5), event(4, 9, 9)])
    assert done.counts == {
        "rows": 4,
        "new": 4,
        "changed": 0,
        "same": 0,
        "repeated": 0,
        "rejected": 0,
        "outside": 1,
        "border": 0,
        "unlocated": 0,
    }
    found = {r["source_key"]: r for r in cells.rows("SELECT source_key, cell_key, assign_status FROM event")}
    assert found["E1"]["cell_key"] >> 13 == int(A)
    assert found["E1"]["cell_key"] % 8192 == 1  # the north-west corner is number one
    assert found["E2"]["cell_key"] >> 13 == int(B)
    last = cells.rows("SELECT max(key) AS key FROM cell WHERE area_code = %s", B)[0]["key"]
    assert found["E2"]["cell_key"] == last  # and the south-east one the last
    assert found["E3"]["cell_key"] >> 13 == int(C)
    assert (found["E4"]["cell_key"], found["E4"]["assign_status"]) == (0, "outside")


@pytest.mark.parametrize("kind", ["event", "building", "address", "estate"])
def test_every_record_of_a_gis_file_keeps_its_place(cells, kind):
    """A file with shapes has no columns of coordinates; the point (or shape) is stored all the same."""
    west, south = drawn.at(0.4, 2.4)
    east, north = drawn.at(0.5, 2.5)
    box = shapely.box(west, south, east, north)
    shapes = [box if kind in ("building", "estate") else box.centroid]
    fields = {"event": {"类别": ["暴露垃圾"], "上报时间": ["2026-10-05 09:00"]}, "address": {"地址": ["示例路1号"]}}
    rows = {"编号": ["X1"], "名称": ["某处"], **fields.get(kind, {})}
    path = cells.folder / "shapes.geojson"
    gpd.GeoDataFrame(rows, geometry=shapes, crs=4326).to_file(path, driver="GeoJSON")
    done = cells.take(kind, path)
    assert (done.counts["new"], done.counts["unlocated"]) == (1, 0), done.rejects
    found = cells.rows(
        f"SELECT ST_X(ST_PointOnSurface(geom)) AS x, ST_Y(ST_PointOnSurface(geom)) AS y, cell_key & 8191 AS seq FROM {kind}"
    )[0]
    assert (found["x"], found["y"]) == pytest.approx((box.centroid.x, box.centroid.y), abs=2e-5)
    assert found["seq"] > 0


def test_the_same_file_again_changes_nothing(cells):
    rows = [event(i, 0.5 + i / 10, 1.5) for i in range(10)]
    first = cells.events(rows)
    again = cells.events(rows)
    assert first.batch_id is not None
    assert again.batch_id is None
    assert again.counts["same"] == 10
    assert cells.count("event") == 10
    assert cells.count("import_batch") == 2  # areas and events


def test_a_dry_run_tells_and_writes_nothing(cells):
    before = {t: cells.count(t) for t in ("event", "event_class", "import_batch", "source", "audit", "rollup_delta")}
    done = cells.events([event(1, 0.5, 2.5, 类别="从未见过的类别"), event(2, 0.5, 2.5, 经度="abc")], dry_run=True)
    assert done.counts["new"] == 1
    assert done.reasons == {"value.number": 1}
    assert done.new_classes == ["从未见过的类别"]
    assert {t: cells.count(t) for t in before} == before


def test_changed_rows_are_updated_and_the_old_values_kept(cells):
    cells.events([event(1, 0.5, 2.5), event(2, 1.5, 2.5)])
    done = cells.events([event(1, 0.5, 2.5), event(2, 5.5, 0.5, 状态="已办结", 办结时间="2026-10-06 10:00")])
    assert (done.counts["changed"], done.counts["same"], done.counts["new"]) == (1, 1, 0)
    row = cells.rows("SELECT cell_key, state FROM event WHERE source_key = 'E2'")[0]
    assert row["cell_key"] >> 13 == int(B)
    assert row["state"] == "closed"
    kept = cells.rows("SELECT old FROM history WHERE batch_id = %s", done.batch_id)
    assert len(kept) == 1
    assert kept[0]["old"]["state"] == "open"


def test_rejects_say_what_is_wrong_and_can_be_mended(cells, tmp_path):
    rows = [
        event(1, 0.5, 2.5),
        event(2, 0.5, 2.5, 上报时间="昨天下午"),
        event(3, 0.5, 2.5, 经度="999"),
        event(4, 0.5, 2.5, 类别=""),
    ]
    done = cells.events(rows)
    assert (done.counts["new"], done.counts["rejected"]) == (1, 3)
    sheet = batches.rejects(cells.db, SYSTEM, done.batch_id).sheet
    assert list(sheet.iloc[:, 0]) == [3, 4, 5]  # as a spreadsheet numbers them: the header is line 1
    assert "上报时间" in sheet.columns
    assert all(sheet.iloc[:, 3])  # the reason
    assert all(sheet.iloc[:, 4])  # what to do
    mended = sheet.assign(上报时间="2026-10-05 09:00", 类别="暴露垃圾", 经度=drawn.at(0.5, 2.5)[0])
    path = tmp_path / "mended.csv"
    mended.to_csv(path, index=False)
    again = cells.take("event", path, list_name="events")
    assert again.counts["new"] == 3
    assert again.counts["rejected"] == 0
    assert cells.count("event") == 4


def test_the_rejects_file_runs_nothing_in_a_spreadsheet(cells, tmp_path):
    done = cells.events([event(1, 0.5, 2.5, 上报时间='=HYPERLINK("http://x")')])
    for suffix in ("csv", "xlsx"):
        name = batches.rejects_file(cells.db, SYSTEM, done.batch_id, tmp_path / f"r.{suffix}")
        assert name == f"events.rejects-{done.batch_id}.{suffix}"
    assert "'=HYPERLINK" in (tmp_path / "r.csv").read_text(encoding="utf-8-sig")
    values = [c.value for row in openpyxl.load_workbook(tmp_path / "r.xlsx").worksheets[0] for c in row]
    assert '\'=HYPERLINK("http://x")' in values


def test_rows_of_a_broken_csv_come_back_too(cells, tmp_path):
    path = tmp_path / "e.csv"
    lon, lat = drawn.at(0.5, 2.5)
    path.write_text(
        f"编号,类别,上报时间,经度,纬度\nE1,暴露垃圾,2026-10-05,{lon},{lat}\nE2,暴露垃圾,2026-10-05\n",
        encoding="utf-8",
    )
    done = cells.take("event", path)
    assert (done.counts["rows"], done.counts["new"], done.counts["rejected"]) == (2, 1, 1)
    assert done.reasons == {"csv.fields": 1}


def test_repeated_and_contradicting_rows(cells):
    rows = [event(1, 0.5, 2.5), event(1, 0.5, 2.5), event(2, 0.5, 2.5), event(2, 1.5, 2.5)]
    done = cells.events(rows)
    assert (done.counts["new"], done.counts["repeated"], done.counts["rejected"]) == (2, 1, 1)
    assert done.reasons == {"import.duplicate": 1}
    assert done.rejects["row_no"].tolist() == [5]
    assert "E2 = #4" in done.rejects["value"].iloc[0]


def test_without_a_key_column_the_natural_key_is_used_and_named(cells):
    rows = [{k: v for k, v in event(i, 0.5 + i, 2.5).items() if k != "编号"} for i in range(3)]
    first = cells.events(rows)
    assert first.natural_key
    assert cells.events(list(reversed(rows))).counts["same"] == 3  # never the row number


def test_a_missing_required_column_names_what_there_is(cells):
    rows = [{"编号": 1, "什么": 2}]
    with pytest.raises(InputError) as e:
        cells.events(rows)
    assert e.value.code == "map.missing"
    assert "什么" in e.value.values["columns"]


def test_columns_can_be_named(cells):
    rows = [
        {"a": "1", "b": "暴露垃圾", "c": "2026-10-05 09:00", "d": drawn.at(0.5, 2.5)[0], "e": drawn.at(0.5, 2.5)[1]}
    ]
    columns = {"source_key": "a", "class": "b", "reported_at": "c", "lon": "d", "lat": "e"}
    assert cells.events(rows, columns=columns).counts["new"] == 1


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_every_encoding_gives_the_same(cells, encoding):
    path = cells.csv([event(1, 0.5, 2.5, 描述="龘靐齉垃圾堆放")], encoding=encoding)
    assert cells.take("event", path).counts["new"] == 1
    assert cells.rows("SELECT description FROM event")[0]["description"] == "龘靐齉垃圾堆放"


def test_refused_columns_reach_nothing(cells):
    done = cells.events(
        [
            event(1, 0.5, 2.5, 民族="SECRETVALUE", 宗教信仰="SECRETVALUE"),
            event(2, 0.5, 2.5, 民族="SECRETVALUE", 上报时间="bad"),
        ]
    )
    assert set(done.dropped) == {"民族", "宗教信仰"}
    assert "SECRETVALUE" not in done.rejects.to_json()
    for table in ("event", "import_reject", "import_batch", "audit", "job"):
        assert not cells.rows(f"SELECT 1 AS x FROM {table} t WHERE t::text LIKE %s", "%SECRETVALUE%"), table


def test_an_unknown_class_is_taken_in_as_it_is(cells):
    done = cells.events([event(1, 0.5, 2.5, 类别="流浪猫"), event(2, 0.5, 2.5, 类别="流浪猫")])
    assert done.new_classes == ["流浪猫"]
    row = next(r for r in classes.listing(cells.db, SYSTEM) if r["name"] == "流浪猫")
    assert row["limit_amount"] is None
    assert row["origin"] == "events"  # the source's name
    assert cells.rows("SELECT due_at FROM event")[0]["due_at"] is None


def test_a_limit_given_with_the_import(cells):
    done = cells.events(
        [event(1, 0.5, 2.5, 类别="流浪猫", 上报时间="2026-10-09 09:00")], limits=classes.parse_limits(["流浪猫=5wd"])
    )
    assert done.limits == {"流浪猫": "5wd"}
    due = cells.rows("SELECT due_at FROM event")[0]["due_at"]
    # Friday 9 October 2026 and five working days, of which Saturday the 10th is one that year: the end of the 15th
    assert due == dt.datetime(2026, 10, 15, 16, tzinfo=dt.UTC)


def test_too_many_new_classes_is_a_column_mistaken_for_the_class(cells):
    rows = [event(i, 0.5, 2.5, 类别=f"类别{i}") for i in range(classes.MOST_NEW + 1)]
    with pytest.raises(InputError) as e:
        cells.events(rows)
    assert e.value.code == "class.too_many"
    assert cells.count("event") == 0


def test_a_point_in_another_area_is_rejected(cells):
    done = cells.events([event(1, 0.5, 2.5), event(2, 5.5, 0.5), event(3, 9, 9)], area=A)
    assert done.reasons == {"scope.other_area": 1}
    assert done.rejects["value"].tolist() == ["B社区"]
    assert done.counts["new"] == 2  # outside everything is kept


def test_events_without_a_point_go_to_the_area_they_name(cells):
    rows = [
        event(1, 0.5, 2.5, 经度=None, 纬度=None, 所属社区="B社区"),
        event(2, 0.5, 2.5, 经度=None, 纬度=None, 所属社区="不知道"),
    ]
    done = cells.events(rows)
    assert done.counts["unlocated"] == 2
    found = {r["source_key"]: r["cell_key"] for r in cells.rows("SELECT source_key, cell_key FROM event")}
    assert found["E1"] == int(B) * 8192
    assert found["E2"] == int(COUNTY + "000000") * 8192


def test_the_named_area_is_compared_with_the_one_found(cells):
    rows = [
        event(1, 0.5, 2.5, 所属社区="A社区"),
        event(2, 0.5, 2.5, 所属社区="B社区"),
        event(3, 0.5, 2.5, 所属社区="X"),
    ]
    found = cells.events(rows).agreement
    assert found["counts"]["agree"] == 1
    assert found["compared"] == 2
    assert found["share"] == 0.5
    assert [r["source_key"] for r in found["rows"]] == ["E2"]


def test_undo_takes_back_new_and_changed_rows(cells):
    first = cells.events([event(1, 0.5, 2.5), event(2, 1.5, 2.5)])
    before = cells.rows("SELECT * FROM event ORDER BY id")
    second = cells.events([event(2, 5.5, 0.5), event(3, 0.5, 0.5)])
    with pytest.raises(ConflictError) as e:
        cells.undo(first.batch_id)
    assert e.value.code == "batch.changed_since"
    done = cells.undo(second.batch_id)
    assert (done["removed"], done["restored"]) == (1, 1)
    assert cells.rows("SELECT * FROM event ORDER BY id") == before
    with pytest.raises(ConflictError):
        cells.undo(second.batch_id)
    cells.undo(first.batch_id)
    assert cells.count("event") == 0
    assert rollup(cells) == {}


def test_undo_after_the_ground_changed_puts_rows_into_todays_cells(cells):
    cells.events([event(1, 0.5, 2.5)])
    second = cells.events([event(1, 5.5, 0.5)])
    cells.divide(method="square", size_m=400)
    cells.undo(second.batch_id)
    key = cells.rows("SELECT cell_key FROM event")[0]["cell_key"]
    known = {r["cell_key"] for r in cells.rows("SELECT cell_key FROM cell_version WHERE upper_inf(valid)")}
    assert key in known
    assert key >> 13 == int(A)


def rollup(town):
    with begin(town.db, SYSTEM, "jobs") as tx:
        rows = tx.conn.execute(
            "SELECT cell_key, class_id, month, sum(n) AS n FROM (SELECT cell_key, class_id, month, n FROM rollup "
            "UNION ALL SELECT cell_key, class_id, month, n FROM rollup_delta) x GROUP BY 1, 2, 3 HAVING sum(n) <> 0"
        ).fetchall()
    return {(r["cell_key"], r["class_id"], r["month"]): int(r["n"]) for r in rows}


def truth(town):
    rows = town.rows(
        "SELECT cell_key, class_id, date_trunc('month', day)::date AS month, count(*) AS n FROM event "
        "WHERE class_id IS NOT NULL AND day IS NOT NULL GROUP BY 1, 2, 3"
    )
    return {(r["cell_key"], r["class_id"], r["month"]): int(r["n"]) for r in rows}


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(
            st.integers(1, 12),
            st.floats(0, 6),
            st.floats(0, 3),
            st.sampled_from(["暴露垃圾", "井盖缺失"]),
            st.integers(1, 28),
        ),
        min_size=1,
        max_size=12,
        unique_by=lambda r: r[0],
    )
)
def test_the_rollup_is_the_events_whatever_is_imported(cells, rows):
    """After any sequence of imports the rollup with its changes is what a count of the events gives."""
    cells.events(
        [event(n, x, y, 类别=kind, 上报时间=f"2026-{1 + n % 12:02d}-{day:02d} 09:00") for n, x, y, kind, day in rows]
    )
    assert rollup(cells) == truth(cells)


def test_the_rollup_is_the_events_after_undo_limit_and_fold(cells):
    from gridsvc.services import rollup as folding

    one = cells.events([event(i, i % 6, i % 3) for i in range(40)])
    cells.events([event(i, (i + 1) % 6, i % 3) for i in range(20)])
    assert rollup(cells) == truth(cells)
    assert folding.fold(cells.db) > 0
    assert cells.count("rollup_delta") == 0
    assert rollup(cells) == truth(cells)
    three = cells.events([event(i, 0.5, 0.5) for i in range(100, 110)])
    cells.undo(three.batch_id)
    cells.divide(method="square", size_m=300)
    assert rollup(cells) == truth(cells)
    assert one.batch_id


def test_a_failing_import_leaves_nothing(cells, monkeypatch):
    monkeypatch.setattr("gridsvc.services.batchwork.write_rejects", lambda *_, **__: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        cells.events([event(1, 0.5, 2.5)])
    assert cells.count("event") == 0
    assert cells.count("import_batch") == 1
    assert rollup(cells) == {}


def test_an_import_that_is_stopped_leaves_nothing_and_can_run_again(cells):
    path = cells.csv([event(i, 0.5, 2.5) for i in range(50)])

    def stop(step, share):
        if step == "import.write":
            raise Cancelled("job.cancelled", id=1)

    request = ImportRequest("event", Source(path))
    with pytest.raises(Cancelled):
        imports.run(cells.db, SYSTEM, request, stop)
    assert cells.count("event") == 0
    assert imports.run(cells.db, SYSTEM, request).counts["new"] == 50


def test_a_division_published_meanwhile_is_noticed(cells, monkeypatch):
    """The records were assigned to cells that ended before they were written: assigned again, nothing lost."""
    real = imports.BatchWork.write
    seen = []

    def write(self, progress):
        if not seen:
            seen.append(1)
            cells.divide(method="square", size_m=400)
        real(self, progress)

    monkeypatch.setattr(imports.BatchWork, "write", write)
    done = cells.events([event(i, i % 6 + 0.5, 0.5) for i in range(12)])
    assert done.counts["new"] == 12
    stale = cells.rows(
        "SELECT count(*) AS n FROM event e WHERE NOT EXISTS (SELECT 1 FROM cell_version v "
        "WHERE v.cell_key = e.cell_key AND upper_inf(v.valid))"
    )
    assert stale[0]["n"] == 0


# ---- who may ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def community(cells):
    number, _ = users.add(cells.db, SYSTEM, NewUser("shequ", "A社区", "community", A, (), "password-1"))
    return Caller(number)


def test_a_list_belongs_to_the_callers_area(cells, community):
    done = cells.events([event(1, 0.5, 2.5), event(2, 5.5, 0.5)], caller=community)
    assert done.area == A
    assert done.reasons == {"scope.other_area": 1}
    assert done.counts["new"] == 1


def test_another_area_is_refused_before_anything_is_read(cells, community):
    with pytest.raises(InputError) as e:
        cells.take("event", cells.folder / "not-there.csv", caller=community, area=B)
    assert e.value.code == "import.area_outside"


def test_an_event_outside_every_area_is_seen_by_those_who_import(cells, community):
    cells.events([event(1, 9, 9)], caller=community)
    number, _ = users.add(cells.db, SYSTEM, NewUser("fenxi", "分析", "analyst", A, (), "password-1"))
    seen = {}
    for name, who in (("community", community), ("analyst", Caller(number))):
        with begin(cells.db, who, "rows") as tx:
            seen[name] = tx.conn.execute("SELECT count(*) AS n FROM event").fetchone()["n"]
    assert seen == {"community": 1, "analyst": 0}


def test_an_officer_may_not_import(cells):
    code = cells.rows("SELECT code FROM cell ORDER BY key LIMIT 1")[0]["code"]
    number, _ = users.add(cells.db, SYSTEM, NewUser("wgy", "网格员", "officer", None, (code,), "password-1"))
    with pytest.raises(ForbiddenError):
        cells.events([event(1, 0.5, 2.5)], caller=Caller(number))


def test_another_communitys_batch_is_not_there(cells, community):
    other = cells.events([event(1, 5.5, 0.5)], area=B)
    with pytest.raises(MissingError):
        batches.one(cells.db, community, other.batch_id)
    with pytest.raises(MissingError):
        batches.undo(cells.db, community, other.batch_id)
    assert batches.listing(cells.db, community) == []  # nor the list of areas, which is nobody's area


def test_a_community_may_not_set_a_limit_of_all(cells, community):
    with pytest.raises(ForbiddenError) as e:
        cells.events([event(1, 0.5, 2.5)], caller=community, limits={"暴露垃圾": Limit(9, "d")})
    assert e.value.code == "class.limit_of_all"


def test_areas_are_not_taken_back_by_who_may_not_import_them(cells, community):
    batch = cells.rows("SELECT id FROM import_batch WHERE kind = 'area'")[0]["id"]
    with pytest.raises(MissingError):
        batches.undo(cells.db, community, batch)


# ---- other kinds --------------------------------------------------------------------------------------------------------


def test_buildings_from_footprints(cells, tmp_path):
    frame = gpd.GeoDataFrame(
        {"楼栋编号": ["1", "2", "3"], "名称": ["甲", "乙", "丙"], "层数": [6, 18, 2], "户数": [24, 72, 4]},
        geometry=[
            shapely.box(*drawn.at(0.2, 2.2), *drawn.at(0.4, 2.4)),
            shapely.box(*drawn.at(2.9, 2.2), *drawn.at(3.05, 2.4)),
            shapely.box(*drawn.at(8, 8), *drawn.at(8.1, 8.1)),
        ],
        crs=4326,
    )
    path = tmp_path / "b.gpkg"
    frame.to_file(path, driver="GPKG")
    done = cells.take("building", path)
    assert (done.counts["new"], done.counts["outside"]) == (3, 1)
    row = cells.rows("SELECT floors, households, ST_Area(shape::geography) AS m2 FROM building WHERE name = '乙'")[0]
    assert (row["floors"], row["households"]) == (18, 72)
    assert 200 < row["m2"] < 400
    assert cells.take("building", path).counts["same"] == 3
    assert cells.undo(done.batch_id)["removed"] == 3


def test_addresses_and_base_features(cells, tmp_path):
    lon, lat = drawn.at(0.5, 0.5)
    path = cells.csv([{"地址": "测试路12号", "经度": lon, "纬度": lat}], "a.csv")
    assert cells.take("address", path).counts["new"] == 1
    frame = gpd.GeoDataFrame(
        {"kind": ["primary", "park", "瞎写"]},
        crs=4326,
        geometry=[
            shapely.LineString([drawn.at(0, 0), drawn.at(3, 3)]),
            shapely.box(*drawn.at(1, 1), *drawn.at(2, 2)),
            shapely.box(*drawn.at(0, 0), *drawn.at(1, 1)),
        ],
    )
    file = tmp_path / "base.geojson"
    frame.to_file(file, driver="GeoJSON")
    done = cells.take("base_feature", file)
    assert done.counts["new"] == 2
    assert done.rejects["row_no"].tolist() == [3]
    assert {r["layer"] for r in cells.rows("SELECT layer FROM base_feature")} == {"road", "landuse"}


def test_an_unknown_kind_is_named_with_those_there_are(cells):
    with pytest.raises(InputError) as e:
        cells.take("people", cells.folder / "x.csv")
    assert e.value.code == "import.kind"
    assert "event" in e.value.values["known"]


def test_the_report_of_a_batch_is_kept(cells):
    done = cells.events([event(1, 0.5, 2.5)])
    row = batches.one(cells.db, SYSTEM, done.batch_id)
    assert row["counts"]["new"] == 1
    assert row["mapping"]["lon"] == "经度"
    json.dumps(row, default=str)
