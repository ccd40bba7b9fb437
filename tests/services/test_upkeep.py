"""Seals over the audit, dates of retention, forgetting a person, work that comes round."""

import datetime as dt

import psycopg
import pytest

from gridsvc.errors import ForbiddenError, InputError, MissingError
from gridsvc.services import batches, entries, retention, sealing, upkeep, users
from gridsvc.services.users import NewUser
from gridsvc.store.tx import SYSTEM, Caller
from tests import drawn
from tests.services.test_people import ID1, PEOPLE, building
from tests.services.town import CODES, COUNTY, DIVIDED

A = CODES["A"]
PLACE = drawn.at(0.5, 2.5)


def a_house_with_two(cells):
    cells.take("building", cells.csv([building("b1", 0.5, 2.5, 小区="南苑小区", 幢号="1幢")], "b.csv"))
    cells.take("person", cells.csv(PEOPLE[:2], "people.csv"))


@pytest.fixture
def lived_in(founded):
    return founded(*DIVIDED, a_house_with_two)


def account(town, role, area=None):
    return Caller(users.add(town.db, SYSTEM, NewUser(f"{role}{area or ''}", role, role, area))[0])


def owner(server, town):
    """A connection that may do everything, as somebody with the keys of the machine."""
    name = psycopg.conninfo.conninfo_to_dict(town.db.dsn)["dbname"]
    return psycopg.connect(server.dsn(str(name)).admin, autocommit=True)


def test_seals_cover_every_row_once_and_fit(cells):
    assert sealing.seal(cells.db) > 0
    assert sealing.seal(cells.db) == 0  # nothing new
    account(cells, "analyst", COUNTY)
    assert sealing.seal(cells.db) == 1
    found = sealing.verify(cells.db, SYSTEM)
    assert (found.seals, found.rows, found.broken) == (2, cells.count("audit"), [])


def test_a_row_that_commits_late_gets_under_a_later_seal(server, cells):
    """Its number is lower than those under the seal that was made while it was in flight."""
    with owner(server, cells) as slow:
        slow.autocommit = False
        slow.execute("INSERT INTO audit (user_id, action) VALUES (1, 'slow')")
        account(cells, "analyst", COUNTY)
        assert sealing.seal(cells.db) > 0
        slow.commit()
    assert sealing.seal(cells.db) == 1
    assert sealing.verify(cells.db, SYSTEM).broken == []
    assert sealing.verify(cells.db, SYSTEM).rows == cells.count("audit")


@pytest.mark.parametrize(
    "tampering",
    [
        "UPDATE audit SET user_id = 2 WHERE id = (SELECT min(id) FROM audit)",
        "UPDATE audit SET detail = '{}' WHERE id = (SELECT min(id) FROM audit WHERE detail IS NOT NULL)",
        "UPDATE audit SET at = at - interval '1 hour' WHERE id = (SELECT min(id) FROM audit)",
        "DELETE FROM audit WHERE id = (SELECT min(id) FROM audit)",
        "UPDATE audit_seal SET rows = rows - 1",
        "UPDATE audit_seal SET previous = NULL WHERE id = (SELECT max(id) FROM audit_seal)",
        "DELETE FROM audit_seal WHERE id = (SELECT min(id) FROM audit_seal)",
    ],
)
def test_tampering_shows(server, cells, tampering):
    sealing.seal(cells.db)
    account(cells, "analyst", COUNTY)
    sealing.seal(cells.db)
    with owner(server, cells) as conn:
        assert conn.execute(tampering).rowcount >= 1
    assert sealing.verify(cells.db, SYSTEM).broken


def test_only_those_who_audit_verify(cells):
    sealing.seal(cells.db)
    assert sealing.verify(cells.db, account(cells, "auditor")).seals == 1
    with pytest.raises(ForbiddenError):
        sealing.verify(cells.db, account(cells, "county", COUNTY))


def test_a_forgotten_person_is_nowhere(lived_in):
    town = lived_in
    row = town.rows("SELECT id FROM person WHERE name = '张大山'")[0]
    state = entries.one(town.db, SYSTEM, "person", row["id"])["etag"]
    entries.change(town.db, SYSTEM, "person", row["id"], {"phone": "13900005678"}, state)
    assert "张大山" in text_of(town)
    assert retention.forget(town.db, SYSTEM, ID1, "本人申请删除") == 1
    assert "张大山" not in text_of(town)
    assert town.count("person") == 1
    log = town.rows("SELECT row_id, detail FROM audit WHERE action = 'person.forget'")
    assert log == [{"row_id": row["id"], "detail": {"reason": "本人申请删除"}}]
    with pytest.raises(MissingError):
        retention.forget(town.db, SYSTEM, ID1, "本人申请删除")


def text_of(town):
    """Every row of every table that the application can read, as text."""
    names = town.rows("SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace "
                      "AND pg_get_userbyid(relowner) = 'gridsvc_owner'")  # fmt: skip
    return "\n".join(str(r["t"]) for n in names for r in town.rows(f"SELECT t::text AS t FROM {n['relname']} t"))


def test_forgetting_wants_a_reason_and_the_duty(lived_in):
    number = str(lived_in.rows("SELECT min(id) AS id FROM person")[0]["id"])
    with pytest.raises(InputError):
        retention.forget(lived_in.db, SYSTEM, number, " ")
    with pytest.raises(ForbiddenError):
        retention.forget(lived_in.db, account(lived_in, "street", COUNTY + "001"), number, "本人申请删除")
    assert retention.forget(lived_in.db, account(lived_in, "county", COUNTY), number, "本人申请删除") == 1


def test_what_is_past_its_date_goes_and_the_rest_stays(lived_in):
    town = lived_in
    today = dt.datetime.now(dt.timezone(dt.timedelta(hours=8))).date()
    town.rows("UPDATE person SET ended = %s, end_reason = 'moved' WHERE name = '张大山' RETURNING id",
              today - dt.timedelta(days=1096))  # fmt: skip
    town.rows("UPDATE person SET ended = %s, end_reason = 'moved' WHERE name <> '张大山' RETURNING id",
              today - dt.timedelta(days=1094))  # fmt: skip
    assert retention.run(town.db, dry_run=True)["person"] == 1
    assert town.count("person") == 2
    assert retention.run(town.db)["person"] == 1
    assert [r["name"] for r in town.rows("SELECT name FROM person")] != ["张大山"]
    assert sum(retention.run(town.db).values()) == 0
    retention.change(town.db, SYSTEM, "person", 30, "本地规定")
    assert retention.run(town.db)["person"] == 1
    with pytest.raises(MissingError):
        retention.change(town.db, SYSTEM, "ghost", 30, "本地规定")
    with pytest.raises(InputError):
        retention.change(town.db, SYSTEM, "person", 0, "本地规定")


def test_every_kind_that_has_a_date_can_be_taken_away(cells):
    kinds = {r["kind"] for r in retention.listing(cells.db, SYSTEM)}
    assert set(retention.run(cells.db, as_of=dt.date(2099, 1, 1), dry_run=True)) == kinds


def test_work_that_comes_round_is_done_once(lived_in):
    assert dict(upkeep.run_due(lived_in.db)) == dict.fromkeys(upkeep._TASKS)
    assert list(upkeep.run_due(lived_in.db)) == []
    lived_in.rows("UPDATE upkeep SET ran_at = ran_at - interval '61 minutes' RETURNING task")
    wanted = {"rollup.fold", "audit.seal", "places.refresh", "obligations.catch_up", "coverage.fold"}
    assert {name for name, _ in upkeep.run_due(lived_in.db)} == wanted


def test_somebody_else_undoes_an_import_and_changed_rows_come_back(lived_in):
    """The old values are seen by whoever has the ground, not only by the one who changed them."""
    town = lived_in
    one, two = account(town, "community", A), account(town, "county", COUNTY)
    first = {"编号": "S1", "设施名称": "老站", "类别": "卫生服务站", "经度": PLACE[0], "纬度": PLACE[1]}
    town.take("facility", town.csv([first], "f.csv"), caller=one, area=A)
    changed = town.take("facility", town.csv([{**first, "设施名称": "新站"}], "f.csv"), caller=one, area=A)
    assert changed.counts["changed"] == 1
    batches.undo(town.db, two, changed.batch_id)
    assert [r["name"] for r in town.rows("SELECT name FROM facility")] == ["老站"]
