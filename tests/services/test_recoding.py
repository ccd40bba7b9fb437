"""An area gets another number: nothing keeps an old key, everything is found again, and the old number leads there."""

import datetime as dt

import psycopg
import pytest
from psycopg import sql

from gridsvc.domain.codes import key_range
from gridsvc.errors import ConflictError, ForbiddenError, InputError
from gridsvc.services import batches, coveragesums, lineage, obligations, places, recoding, rollup
from gridsvc.store.tx import SYSTEM, begin
from tests.services.test_divisions import TODAY
from tests.services.test_gaps import sums_agree
from tests.services.test_people import account, houses, lived_in  # noqa: F401
from tests.services.town import CODES, COUNTY, STREET, event

B = CODES["B"]
# written once and never changed, and what only PostgreSQL itself keeps
LEFT_ALONE = {"audit", "spatial_ref_sys"}


def keys_in(server, db, code):
    """How many values of each column lie in an area's range: numbers, lists and ranges of numbers, codes."""
    lo, hi = key_range(code)
    found = {}
    name = psycopg.conninfo.conninfo_to_dict(db.dsn)["dbname"]
    with psycopg.connect(server.dsn(str(name)).admin, autocommit=True) as conn:
        columns = conn.execute(
            """SELECT table_name, column_name, udt_name FROM information_schema.columns
               JOIN information_schema.tables USING (table_schema, table_name)
               WHERE table_schema = 'public' AND table_type = 'BASE TABLE'
                 AND udt_name IN ('int8', '_int8', 'int8range', 'jsonb', 'text')"""
        ).fetchall()
        tests = {
            "int8": "{c} >= %(lo)s AND {c} < %(hi)s",
            "_int8": "EXISTS (SELECT FROM unnest({c}) v WHERE v >= %(lo)s AND v < %(hi)s)",
            "int8range": "{c} <@ int8range(%(lo)s, %(hi)s) AND NOT isempty({c})",
            "jsonb": "EXISTS (SELECT FROM jsonb_each_text(CASE WHEN jsonb_typeof({c}) = 'object' THEN {c} ELSE '{{}}' END)"
                     " v WHERE v.key LIKE 'cell_%%' AND v.value ~ '^[0-9]+$' AND v.value::numeric >= %(lo)s"
                     " AND v.value::numeric < %(hi)s)",
            "text": "{c} ~ ('^' || %(code)s || '[0-9]*$')",
        }  # fmt: skip
        for table, column, kind in columns:
            if table in LEFT_ALONE or (table, column) in (
                ("area", "code_alt"),
                ("cell", "code_alt"),
                ("event", "area_given"),
            ):
                continue
            if (table, column) in (("area_recode", "old_code"), ("area_recode", "new_code")):
                continue
            query = sql.SQL("SELECT count(*) FROM {t} WHERE " + tests[kind]).format(
                t=sql.Identifier(table), c=sql.Identifier(column)
            )
            n = conn.execute(query, {"lo": lo, "hi": hi, "code": code}).fetchone()[0]
            if n:
                found[f"{table}.{column}"] = n
    return found


@pytest.mark.soak
def test_nothing_of_the_sample_city_keeps_an_old_key(server, own_city):
    with begin(own_city, SYSTEM, "jobs") as tx:
        street = tx.conn.execute("SELECT code FROM area WHERE level = 9 ORDER BY key LIMIT 1").fetchone()["code"]
    new = street[:6] + "299"
    rollup.fold(own_city)
    coveragesums.fold(own_city)
    places.refresh(own_city)
    before = keys_in(server, own_city, street)
    assert len(before) > 25  # otherwise this looks at nothing
    assert keys_in(server, own_city, new) == {}
    done = recoding.recode(own_city, SYSTEM, street, new, TODAY)
    rollup.fold(own_city)
    obligations.catch_up(own_city)
    coveragesums.fold(own_city)
    assert keys_in(server, own_city, street) == {}
    assert keys_in(server, own_city, new) == before
    assert sums_agree(own_city)
    assert done.cells == before["cell.key"]
    with begin(own_city, SYSTEM, "jobs") as tx:
        wrong = tx.conn.execute("SELECT count(*) AS n FROM cell WHERE key >> 13 <> rpad(area_code, 12, '0')::bigint")
        assert wrong.fetchone()["n"] == 0


def test_the_old_number_leads_to_the_new_one_and_imports_can_be_undone(houses):  # noqa: F811
    town, new = houses, B[:-1] + "9"
    officer = account(town, "community", B)
    first = town.events([event(n, 4.5, 1.5) for n in range(3)], area=B)
    town.events([event(n, 4.6, 1.5, 描述="改") for n in range(3)], area=B)
    changed = town.rows("SELECT max(id) AS id FROM import_batch")[0]["id"]
    code = town.rows("SELECT code FROM cell WHERE area_code = %s ORDER BY key LIMIT 1", B)[0]["code"]
    done = recoding.recode(town.db, SYSTEM, B, new, TODAY)
    assert (done.areas, done.old, done.new) == (1, B, new)
    assert done.records >= 5
    assert lineage.history(town.db, SYSTEM, code)["code"] == new + code[12:]
    with begin(town.db, officer, "rows") as tx:  # her account moved along
        assert tx.who.area_code == new
        assert len(tx.conn.execute("SELECT FROM event").fetchall()) == 3
    batches.undo(town.db, SYSTEM, changed)  # rows go back to their former cell under its new number
    assert [r["a"] for r in town.rows("SELECT DISTINCT cell_key >> 13 AS a FROM event")] == [int(new)]
    again = town.events([event(9, 4.5, 1.5)], area=B, list_name="more")  # a file that still names the old number
    assert again.counts["new"] == 1
    assert town.rows("SELECT cell_key >> 13 AS a FROM event ORDER BY id DESC LIMIT 1")[0]["a"] == int(new)
    assert first.batch_id
    last = B[:-1] + "8"
    recoding.recode(town.db, SYSTEM, new, last, TODAY)
    town.divide(B)  # two numbers ago
    assert {r["a"] for r in town.rows("SELECT DISTINCT area_code AS a FROM cell WHERE ended IS NULL")} >= {last}


def test_a_street_takes_its_communities_along_and_what_cannot_be_is_refused(cells):
    new = STREET[:-1] + "7"
    with pytest.raises(InputError):
        recoding.recode(cells.db, SYSTEM, STREET, B, TODAY)
    with pytest.raises(InputError):
        recoding.recode(cells.db, SYSTEM, STREET, new, TODAY + dt.timedelta(days=1))
    with pytest.raises(ConflictError):
        recoding.recode(cells.db, SYSTEM, B, CODES["A"], TODAY)
    with pytest.raises(ForbiddenError):
        recoding.recode(cells.db, account(cells, "admin", ""), STREET, new, TODAY)
    assert recoding.recode(cells.db, SYSTEM, STREET, new, TODAY).areas == 4
    with pytest.raises(ConflictError):
        recoding.recode(cells.db, SYSTEM, STREET, STREET[:-1] + "6", TODAY)  # has the new number already
    with pytest.raises(ConflictError):
        recoding.recode(cells.db, SYSTEM, new, STREET, TODAY)  # was in use
    parents = {r["code"]: r["parent"] for r in cells.rows(
        "SELECT a.code, p.code AS parent FROM area a LEFT JOIN area p ON p.key = a.parent_key")}  # fmt: skip
    assert parents == {COUNTY: None, new: COUNTY, **{new + c[9:]: new for c in CODES.values()}}
    cells.events([event(1, 0.5, 0.5)])
    assert cells.rows("SELECT cell_key >> 13 AS a FROM event")[0]["a"] // 1000 == int(new)
