"""An officer's patrol by check-ins: start, points with a printed code, stop; the minutes fulfil the daily hour."""

import datetime as dt
import re
from html.parser import HTMLParser

import pytest

from gridsvc.domain import codes
from gridsvc.errors import ConflictError, GridError, InputError, MissingError
from gridsvc.services import checkins, obligations, retention, users
from gridsvc.services.checkins import Said
from gridsvc.services.users import NewUser
from gridsvc.store.tx import SYSTEM, Caller, begin
from tests.store.test_protection import callers

NINE = dt.datetime(2026, 11, 20, 1, tzinfo=dt.UTC)  # nine in the morning in Shanghai
MINUTE = dt.timedelta(minutes=1)


def rows(db, statement, *params):
    with begin(db, SYSTEM, "rows") as tx:
        return tx.conn.execute(statement, params).fetchall()


@pytest.fixture
def walker(own_city):
    """The officer of the demo, her cell, and two points in it."""
    caller = callers(own_city)["officer"]
    day = checkins.today(own_city, caller, now=NINE)
    (cell,) = [c for c in day["cells"] if c["own"]][:1]
    key = rows(own_city, "SELECT key FROM cell WHERE code = %s", cell["code"])[0]["key"]
    points = rows(own_city, "SELECT id, ST_X(geom) AS x, ST_Y(geom) AS y FROM building WHERE cell_key = %s ORDER BY id "
                            "LIMIT 2", key)  # fmt: skip
    return own_city, caller, cell["code"], key, points


def code(db, point):
    return checkins.code_of(db.settings, "building", point["id"])


def patrols(db, key):
    return rows(db, "SELECT minutes, day, activity, target FROM visit WHERE target = 'cell' AND cell_key = %s "
                    "AND source_key LIKE 'walk|%%' ORDER BY day", key)  # fmt: skip


def test_a_walk_with_points_is_the_patrol_of_the_day(walker):
    db, caller, cell, key, points = walker
    one = checkins.check_in(db, caller, Said("start", cell=cell), now=NINE)
    assert one["since"] == NINE.isoformat()
    two = checkins.check_in(db, caller, Said("point", code(db, points[0])), now=NINE + 45 * MINUTE)
    assert two["checkins"][-1]["name"]
    again = checkins.check_in(db, caller, Said("point", code(db, points[0])), now=NINE + 45.5 * MINUTE)
    assert len(again["checkins"]) == 2  # the page was loaded twice
    assert patrols(db, key) == []  # a walk counts when it has ended; so far the points are too far apart
    done = checkins.check_in(db, caller, Said("stop"), now=NINE + 70 * MINUTE)
    assert done["since"] is None
    mine = next(c for c in done["cells"] if c["code"] == cell)
    assert mine["minutes"] == 70
    assert mine["asked"] == 60
    assert patrols(db, key) == [{"minutes": 70, "day": NINE.date(), "activity": "patrol", "target": "cell"}]
    # another round in the afternoon: the same visit, with more minutes
    for at, point in ((300, points[0]), (320, points[-1])):
        checkins.check_in(db, caller, Said("point", code(db, point)), now=NINE + at * MINUTE)
    assert [v["minutes"] for v in patrols(db, key)] == [90]
    obligations.catch_up(db, today=NINE.date())
    hour = rows(db, "SELECT o.fulfilled_on FROM obligation o JOIN rule r ON r.id = o.rule_id WHERE r.code = 'XC-DAY' "
                    "AND o.target_id = %s AND o.due = %s", key, NINE.date())  # fmt: skip
    assert [r["fulfilled_on"] for r in hour] == [NINE.date()]


def test_points_far_apart_in_time_and_forgotten_walks_do_not_count(walker):
    db, caller, cell, key, points = walker
    checkins.check_in(db, caller, Said("point", code(db, points[0])), now=NINE)
    checkins.check_in(db, caller, Said("point", code(db, points[-1])), now=NINE + 31 * MINUTE)
    assert patrols(db, key) == []
    checkins.check_in(db, caller, Said("start", cell=cell), now=NINE + 120 * MINUTE)
    done = checkins.check_in(db, caller, Said("stop"), now=NINE + 361 * MINUTE)  # four hours and a minute
    assert next(c for c in done["cells"] if c["code"] == cell)["minutes"] == 0


def test_what_cannot_be_is_refused_with_a_sentence(walker):
    db, caller, cell, _, points = walker
    with pytest.raises(ConflictError) as e:
        checkins.check_in(db, caller, Said("stop"), now=NINE)
    assert e.value.code == "checkin.not_walking"
    with pytest.raises(InputError) as e:
        checkins.check_in(db, caller, Said("start", cell="990101002001099"), now=NINE)
    assert cell in e.value.values["known"]
    checkins.check_in(db, caller, Said("start", cell=cell), now=NINE)
    with pytest.raises(ConflictError) as e:
        checkins.check_in(db, caller, Said("start", cell=cell), now=NINE + MINUTE)
    assert (e.value.code, e.value.values["at"]) == ("checkin.walking", "09:00")  # by the clock on the wall
    good = code(db, points[0])
    forged = checkins.tasknumber.written("building", points[0]["id"], "patrol", "0123456789")
    for wrong in (good[:-1] + "x", forged, "B1", "", good.replace("patrol", "check")):
        with pytest.raises(MissingError) as e:
            checkins.check_in(db, caller, Said("point", wrong), now=NINE)
        assert e.value.code == "checkin.point"
    x, y = points[0]["x"], points[0]["y"]
    with pytest.raises(InputError) as e:
        checkins.check_in(db, caller, Said("point", good, lon=x + 0.01, lat=y, accuracy_m=20), now=NINE)
    assert e.value.code == "checkin.far"
    assert 900 < e.value.values["metres"] < 1000
    near = checkins.check_in(db, caller, Said("point", good, lon=x + 0.0005, lat=y, accuracy_m=20), now=NINE + MINUTE)
    assert near["checkins"][-1]["located"]
    with pytest.raises(GridError):  # not an officer
        checkins.today(db, callers(db)["street"])


def test_who_has_not_the_ground_sees_no_check_in(walker):
    """The clerk of another community sees none, the street and the officer herself do."""
    db, caller, cell, key, _ = walker
    checkins.check_in(db, caller, Said("start", cell=cell), now=NINE)
    own = str(codes.area_codes([key])[0])
    other = next(
        r["code"] for r in rows(db, "SELECT code FROM area WHERE level = 12 AND code <> %s ORDER BY code", own)
    )
    clerk, _ = users.add(db, SYSTEM, NewUser("elsewhere", "别处", "community", other))
    for who, n in ((Caller(clerk), 0), (callers(db)["street"], 1), (caller, 1)):
        with begin(db, who, "rows") as tx:
            assert tx.conn.execute("SELECT count(*) AS n FROM checkin").fetchone()["n"] == n


class _Cards(HTMLParser):
    def __init__(self):
        super().__init__()
        self.codes = 0

    def handle_starttag(self, tag, attrs):  # noqa: ARG002
        self.codes += tag == "svg"


def test_the_sheet_has_a_card_for_each_point(walker, tmp_path):
    """Each card has its code, and the code is one that checks in."""
    db, caller, _, key, _ = walker
    path = tmp_path / "points.html"
    found, n = checkins.sheet(
        db, callers(db)["street"], path, "http://10.0.0.1:8000/", kinds=("building",), area="990101001004"
    )
    text = path.read_text(encoding="utf-8")
    cards = _Cards()
    cards.feed(text)
    wanted = rows(db, "SELECT count(*) AS n FROM building f JOIN cell c ON c.key = f.cell_key WHERE f.ended IS NULL AND "
                      "f.merged_into IS NULL AND f.cell_key >= %s AND f.cell_key < %s", found.lo, found.hi)  # fmt: skip
    assert n == cards.codes == wanted[0]["n"] > 0
    codes = re.findall(r"<small>(B\d+-patrol-[0-9a-f]{10}-\d\d)</small>", text)
    assert len(codes) == len(set(codes)) == n
    mine = [c for c in codes if rows(db, "SELECT 1 FROM building WHERE id = %s AND cell_key = %s",
                                     int(c[1:].split("-")[0]), key)]  # fmt: skip
    assert checkins.check_in(db, caller, Said("point", mine[0]), now=NINE)["checkins"]
    for wrong in ({"kinds": ("person",)}, {"area": "不在"}):
        with pytest.raises(GridError):
            checkins.sheet(db, callers(db)["street"], path, "http://x", **wrong)
    with pytest.raises(GridError):
        checkins.sheet(db, caller, path, "http://x")  # an officer makes no codes


def test_check_ins_go_after_their_time_and_their_minutes_stay(walker):
    db, caller, cell, key, _ = walker
    checkins.check_in(db, caller, Said("start", cell=cell), now=NINE)
    checkins.check_in(db, caller, Said("stop"), now=NINE + 61 * MINUTE)
    gone = retention.run(db, as_of=NINE.date() + dt.timedelta(days=100))
    assert gone["checkin"] == 2
    assert [v["minutes"] for v in patrols(db, key)] == [61]
