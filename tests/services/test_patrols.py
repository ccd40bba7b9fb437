"""A track of a device fulfils the daily hour of its cell; the same track again changes nothing."""

import pandas as pd
import pytest

from gridsvc.errors import InputError
from gridsvc.services import patrols
from gridsvc.services.filein import Source
from gridsvc.store.tx import SYSTEM, begin
from tests.services.test_people import houses  # noqa: F401
from tests.services.town import CODES

A = CODES["A"]


@pytest.fixture
def walked(houses, tmp_path):  # noqa: F811
    """Officer W1, and where b1 stands: points along a street of its cell, every four minutes for an hour and more."""
    houses.take("officer", houses.csv([{"姓名": "甲一", "工号": "W1"}], "officers.csv"), area=A)
    houses.here = houses.rows(
        "SELECT ST_X(geom) AS x, ST_Y(geom) AS y, cell_key FROM building WHERE source_key = 'b1'"
    )[0]
    return houses


def points(town, n, *, officer="W1", first="2026-11-20 09:00", name="track.csv", **more):
    at = pd.date_range(first, periods=n, freq="4min").strftime("%Y-%m-%d %H:%M")
    rows = [{"工号": officer, "定位时间": a, "经度": town.here["x"] + (k % 2) * 1e-5, "纬度": town.here["y"], **more}
            for k, a in enumerate(at)]  # fmt: skip
    return Source(town.csv(rows, name), local=True, columns={"at": "定位时间"})


def visits(town):
    return town.rows("SELECT target, target_id, activity, minutes, day::text, v.cell_key, o.number FROM visit v "
                     "JOIN officer o ON o.id = v.officer_id")  # fmt: skip


def test_a_track_is_a_patrol_of_its_cell(walked):
    done = patrols.take(walked.db, SYSTEM, points(walked, 17), A)
    assert (done.points, done.minutes, done.days, done.outcome.counts["new"]) == (17, 64, 1, 1)
    key = walked.here["cell_key"]
    assert visits(walked) == [{"target": "cell", "target_id": key, "activity": "patrol", "minutes": 64,
                               "day": "2026-11-20", "cell_key": key, "number": "W1"}]  # fmt: skip
    again = patrols.take(walked.db, SYSTEM, points(walked, 17), A)
    assert (again.outcome.counts["new"], again.outcome.counts["same"]) == (0, 1)
    longer = patrols.take(walked.db, SYSTEM, points(walked, 20, name="later.csv"), A)
    assert (longer.outcome.counts["new"], longer.outcome.counts["changed"]) == (0, 1)
    assert [v["minutes"] for v in visits(walked)] == [76]


def test_what_cannot_be_used_comes_back(walked):
    sheet = pd.read_csv(points(walked, 6).path, dtype=str)
    sheet.loc[1, "工号"], sheet.loc[2, "定位时间"], sheet.loc[3, "经度"] = "W9", "gestern", "x"
    done = patrols.take(walked.db, SYSTEM, Source(walked.csv(sheet.to_dict("records"), "bad.csv"), local=True,
                                                  columns={"at": "定位时间"}), A)  # fmt: skip
    assert (done.points, len(done.rejects)) == (3, 3)
    told = done.rejects[[f"拒收_{n}" for n in ("行号", "字段", "值", "原因", "办法")]].to_numpy().tolist()
    assert [r[:3] for r in told] == [["3", "工号", "W9"], ["4", "定位时间", "gestern"], ["5", "经度", "x"]]
    assert all(reason and remedy for *_, reason, remedy in told)
    assert done.rejects["工号"].tolist() == ["W9", "W1", "W1"]
    with pytest.raises(InputError):
        patrols.take(walked.db, SYSTEM, points(walked, 3), A, gap=0)
    with pytest.raises(InputError) as e:
        patrols.take(walked.db, SYSTEM, Source(walked.csv([{"a": 1}], "no.csv"), local=True), A)
    assert e.value.code == "map.missing"


def test_who_is_no_officer_any_more_walks_no_more(walked):
    with begin(walked.db, SYSTEM, "jobs") as tx:
        tx.conn.execute("UPDATE officer SET ended = '2026-11-01'")
    done = patrols.take(walked.db, SYSTEM, points(walked, 6), A)
    assert (done.points, done.minutes, len(done.rejects)) == (0, 0, 6)
    assert set(done.rejects["拒收_字段"]) == {"工号"}


def test_a_track_of_the_days_before_she_left_is_hers(walked):
    """A list that comes after the month: the days before she left count, the day itself does not; a number that
    somebody else has by now is that person's."""
    with begin(walked.db, SYSTEM, "jobs") as tx:
        tx.conn.execute("UPDATE officer SET ended = '2026-11-19'")
    before = points(walked, 6, first="2026-11-18 23:50", name="before.csv")
    done = patrols.take(walked.db, SYSTEM, before, A)
    assert (done.points, len(done.rejects)) == (3, 3)
    assert [(v["day"], v["number"], v["minutes"]) for v in visits(walked)] == [("2026-11-18", "W1", 8)]
    walked.take("officer", walked.csv([{"姓名": "乙二", "工号": "W1"}], "next.csv"), area=A, list_name="next")
    later = patrols.take(walked.db, SYSTEM, points(walked, 6, name="later.csv"), A)
    assert (later.points, later.minutes, len(later.rejects)) == (6, 20, 0)


def test_where_there_is_no_officer_every_point_comes_back(walked):
    with begin(walked.db, SYSTEM, "jobs") as tx:
        tx.conn.execute("UPDATE officer SET number = NULL")
    done = patrols.take(walked.db, SYSTEM, points(walked, 6), A)
    assert (done.points, len(done.rejects)) == (0, 6)


def test_a_walk_to_come_is_none(walked):
    done = patrols.take(walked.db, SYSTEM, points(walked, 6, first="2099-01-01 09:00"), A)
    assert (done.points, done.minutes, len(done.rejects)) == (0, 0, 6)
    assert set(done.rejects["拒收_字段"]) == {"定位时间"}


def test_points_of_web_maps_are_moved_first(walked):
    """The same walk in GCJ-02 falls into the same cell when it is said so."""
    from gridsvc.domain import datums

    lon, lat = datums.convert([walked.here["x"]], [walked.here["y"]], "wgs84", "gcj02")
    walked.here |= {"x": float(lon[0]), "y": float(lat[0])}
    source = points(walked, 17)
    moved = patrols.take(walked.db, SYSTEM, Source(source.path, crs="gcj02", local=True, columns=source.columns), A)
    assert moved.minutes == 64
    with begin(walked.db, SYSTEM, "rows") as tx:
        keys = tx.conn.execute("SELECT DISTINCT cell_key FROM visit").fetchall()
    assert [k["cell_key"] for k in keys] == [walked.here["cell_key"]]
