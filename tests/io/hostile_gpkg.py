"""GeoPackages and FlatGeobufs for the hostile corpus."""

from __future__ import annotations

import sqlite3
import struct
import tempfile
from pathlib import Path

from tests.io.hostile import fixed, hostile
from tests.io.hostile_shapefile import good, patched

DEEP_WKB = struct.pack("<BII", 1, 7, 1) * 20_000 + struct.pack("<BI2d", 1, 1, 118.0, 31.0)


# ---- GeoPackages ----------------------------------------------------------------------------------------------------
def gpkg(*statements: str, values: tuple[object, ...] = ()) -> bytes:
    """An honest GeoPackage after these statements (the last one takes the values)."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "x.gpkg"
        path.write_bytes(good("GPKG", ".gpkg")[".gpkg"])
        db = sqlite3.connect(path, isolation_level=None)
        db.execute("PRAGMA trusted_schema=ON")
        db.execute("PRAGMA synchronous=OFF")
        db.execute("PRAGMA journal_mode=OFF")
        for name in ("ST_IsEmpty", "ST_MinX", "ST_MaxX", "ST_MinY", "ST_MaxY"):  # its triggers call them
            db.create_function(name, 1, lambda _blob: 0)
        for i, statement in enumerate(statements):
            db.execute(statement, values if i == len(statements) - 1 else ())
        db.close()
        return path.read_bytes()


def view(query: str) -> bytes:
    return gpkg("DROP TABLE x", f"CREATE VIEW x AS {query}")


def virtual(definition: str) -> bytes:
    """A virtual table of a module that SQLite itself does not know."""
    return gpkg("PRAGMA writable_schema=ON", f"INSERT INTO sqlite_master VALUES ('table','v','v',0,'{definition}')",
                "INSERT INTO gpkg_contents (table_name, data_type, identifier) VALUES ('v','attributes','v')",
                "DELETE FROM gpkg_contents WHERE table_name='x'", "PRAGMA writable_schema=OFF")  # fmt: skip


fixed("gpkg-header-only", "x.gpkg", b"SQLite format 3\0", "vector.broken")
fixed("gpkg-zeros", "x.gpkg", b"SQLite format 3\0" + b"\0" * 100_000, "vector.broken")
hostile("gpkg-cut-off", "x.gpkg", "vector.broken")(
    lambda: (lambda b: b[: len(b) // 2])(good("GPKG", ".gpkg")[".gpkg"])
)
hostile("gpkg-rubbish-pages", "x.gpkg", "vector.broken")(
    lambda: (lambda b: b[:4096] + b"\xff" * (len(b) - 4096))(good("GPKG", ".gpkg")[".gpkg"])
)
hostile("gpkg-page-size-zero", "x.gpkg", "vector.broken")(
    lambda: patched(good("GPKG", ".gpkg")[".gpkg"], (16, b"\0\0"))
)
hostile("gpkg-write-ahead-log", "x.gpkg", None)(lambda: patched(good("GPKG", ".gpkg")[".gpkg"], (18, b"\2\2")))
hostile("gpkg-no-tables", "x.gpkg", "vector.broken")(lambda: _sqlite("CREATE TABLE a (b)"))
hostile("gpkg-contents-missing", "x.gpkg", "vector.broken")(lambda: gpkg("DROP TABLE gpkg_contents"))
hostile("gpkg-geometry-columns-missing", "x.gpkg", "vector.broken")(lambda: gpkg("DROP TABLE gpkg_geometry_columns"))
hostile("gpkg-srs-missing", "x.gpkg", "vector.broken")(lambda: gpkg("DROP TABLE gpkg_spatial_ref_sys"))
hostile("gpkg-srs-deep", "x.gpkg", None)(
    lambda: gpkg(
        "UPDATE gpkg_spatial_ref_sys SET definition = ?, organization='x', organization_coordsys_id=9",
        values=("GEOGCS[" * 100_000,),
    )
)
hostile("gpkg-srs-is-a-file", "x.gpkg", None)(
    lambda secret: gpkg(
        "UPDATE gpkg_spatial_ref_sys SET definition = ?, organization='x', organization_coordsys_id=9",
        values=(str(secret),),
    )
)
hostile("gpkg-layer-of-another-name", "x.gpkg", None)(
    lambda: gpkg("UPDATE gpkg_contents SET table_name='y; DROP TABLE x'")
)
hostile("gpkg-layer-is-a-system-table", "x.gpkg", "vector.broken")(
    lambda: gpkg("UPDATE gpkg_contents SET table_name='sqlite_master', data_type='attributes'")
)
hostile("gpkg-view-endless", "x.gpkg", "gpkg.view")(
    lambda: view("WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM c) SELECT i AS fid, NULL AS geom FROM c")
)
hostile("gpkg-view-of-itself", "x.gpkg", "gpkg.view")(
    lambda: gpkg("DROP TABLE x", "CREATE VIEW x AS SELECT * FROM y", "CREATE VIEW y AS SELECT * FROM x")
)
hostile("gpkg-view-cross-join", "x.gpkg", "gpkg.view")(
    lambda: gpkg(
        "ALTER TABLE x RENAME TO t", "CREATE VIEW x AS SELECT a.fid, a.geom FROM t a, t b, t c, t d, t e, t f"
    )
)
hostile("gpkg-view-blob-of-2-gb", "x.gpkg", "gpkg.view")(
    lambda: view("SELECT 1 AS fid, zeroblob(2000000000) AS geom")
)
hostile("gpkg-view-loads-a-library", "x.gpkg", "gpkg.view")(
    lambda: view("SELECT 1 AS fid, load_extension('/tmp/evil.so') AS geom")
)
hostile("gpkg-view-reads-a-file", "x.gpkg", "gpkg.view")(
    lambda secret: view(f"SELECT 1 AS fid, readfile('{secret}') AS a, NULL AS geom")
)
hostile("gpkg-view-writes-a-file", "x.gpkg", "gpkg.view")(
    lambda secret: view(f"SELECT 1 AS fid, writefile('{secret}', 'x') AS a, NULL AS geom")
)
hostile("gpkg-view-reads-pixels", "x.gpkg", "gpkg.view")(
    lambda secret: view(f"SELECT 1 AS fid, gdal_get_pixel_value('{secret}', 1, 'pixel', 0, 0) AS a, NULL AS geom")
)
hostile("gpkg-virtual-ogr", "x.gpkg", "gpkg.view")(
    lambda secret: virtual(f"CREATE VIRTUAL TABLE v USING VirtualOGR(''{secret}'')")
)
hostile("gpkg-virtual-csv", "x.gpkg", "gpkg.view")(
    lambda secret: virtual(f"CREATE VIRTUAL TABLE v USING csv(filename=''{secret}'')")
)
hostile("gpkg-virtual-shape", "x.gpkg", "gpkg.view")(
    lambda secret: virtual(f"CREATE VIRTUAL TABLE v USING VirtualShape(''{secret}'', UTF-8, 4326)")
)
hostile("gpkg-attach-in-a-trigger", "x.gpkg", None)(
    lambda: gpkg("CREATE TRIGGER t AFTER INSERT ON x BEGIN DELETE FROM x; END")
)
hostile("gpkg-second-table", "x.gpkg", "vector.layers")(
    lambda secret: gpkg("CREATE TABLE vt (a)", "INSERT INTO vt VALUES (?)", values=(str(secret),))
)
hostile("gpkg-computed-column", "x.gpkg", "gpkg.view")(
    lambda: gpkg("ALTER TABLE x ADD COLUMN big TEXT GENERATED ALWAYS AS (hex(zeroblob(400000000)))")
)
hostile("gpkg-geometry-huge", "x.gpkg", None)(lambda: gpkg("UPDATE x SET geom = zeroblob(30000000) WHERE fid = 1"))
hostile("gpkg-geometry-is-text", "x.gpkg", None)(lambda: gpkg("UPDATE x SET geom = 'POINT(1 1)' WHERE fid = 1"))
hostile("gpkg-geometry-envelope-is-a-lie", "x.gpkg", None)(
    lambda: gpkg("UPDATE x SET geom = ? WHERE fid = 1", values=(b"GP\0\x0f" + b"\xff" * 12,))
)
hostile("gpkg-geometry-header-only", "x.gpkg", None)(
    lambda: gpkg("UPDATE x SET geom = ? WHERE fid = 1", values=(b"GP\0\1\xe6\x10\0\0",))
)
hostile("gpkg-geometry-points-is-a-lie", "x.gpkg", None)(
    lambda: gpkg(
        "UPDATE x SET geom = ? WHERE fid = 1", values=(b"GP\0\1\xe6\x10\0\0" + struct.pack("<BII", 1, 2, 2**31),)
    )
)
hostile("gpkg-geometry-deep", "x.gpkg", None)(
    lambda: gpkg("UPDATE x SET geom = ? WHERE fid = 1", values=(b"GP\0\1\xe6\x10\0\0" + DEEP_WKB,))
)
hostile("gpkg-geometry-deep-by-multi", "x.gpkg", None)(
    lambda: gpkg(
        "UPDATE x SET geom = ? WHERE fid = 1", values=(b"GP\0\1\xe6\x10\0\0" + struct.pack("<BII", 1, 4, 1) * 20_000,)
    )
)
hostile("gpkg-text-is-no-text", "x.gpkg", "file.utf8")(
    lambda: gpkg('UPDATE x SET "编号" = CAST(? AS TEXT)', values=(b"\xff\xfe\x80",))
)
hostile("gpkg-text-with-nul", "x.gpkg", None)(
    lambda: gpkg('UPDATE x SET "编号" = CAST(? AS TEXT)', values=(b"a\0b",))
)
hostile("gpkg-blob-for-number", "x.gpkg", None)(lambda: gpkg("UPDATE x SET n = x'ff00'"))
hostile("gpkg-600-columns", "x.gpkg", "columns.too_many")(
    lambda: gpkg(*(f"ALTER TABLE x ADD COLUMN c{i} TEXT" for i in range(600)))
)
hostile("gpkg-1000-layers", "x.gpkg", "vector.layers")(
    lambda: gpkg(
        *(
            s
            for i in range(300)
            for s in (
                f"CREATE TABLE l{i} (fid INTEGER PRIMARY KEY)",
                f"INSERT INTO gpkg_contents (table_name, data_type, identifier) VALUES ('l{i}','attributes','l{i}')",
            )
        )
    )
)
hostile("gpkg-index-is-broken", "x.gpkg", None)(lambda: gpkg("DELETE FROM rtree_x_geom"))


def _sqlite(statement: str) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        db = sqlite3.connect(Path(folder) / "x")
        db.execute(statement)
        db.commit()
        db.close()
        return (Path(folder) / "x").read_bytes()


# ---- FlatGeobuf -----------------------------------------------------------------------------------------------------
def fgb() -> bytes:
    return good("FlatGeobuf", ".fgb")[".fgb"]


hostile("fgb-cut-off", "x.fgb", "vector.broken")(lambda: fgb()[: len(fgb()) // 2])
hostile("fgb-magic-only", "x.fgb", "vector.broken")(lambda: fgb()[:8])
hostile("fgb-header-of-4-gb", "x.fgb", "vector.broken")(lambda: patched(fgb(), (8, b"\xff\xff\xff\xff")))
hostile("fgb-header-of-zero", "x.fgb", "vector.broken")(lambda: patched(fgb(), (8, b"\0\0\0\0")))
hostile("fgb-header-of-rubbish", "x.fgb", "vector.broken")(lambda: patched(fgb(), (12, b"\xff" * 100)))
hostile("fgb-count-is-a-lie", "x.fgb", "vector.broken")(
    lambda: fgb().replace(struct.pack("<Q", 50), struct.pack("<Q", 2**62), 1)
)
hostile("fgb-envelope-huge", "x.fgb", None)(
    lambda: fgb().replace(struct.pack("<d", 118.6), struct.pack("<d", 1e308), 1)
)
hostile("fgb-feature-of-4-gb", "x.fgb", "vector.broken")(lambda: _feature(fgb(), b"\xff\xff\xff\x7f"))
hostile("fgb-feature-of-zero", "x.fgb", "vector.broken")(lambda: _feature(fgb(), b"\0\0\0\0"))
hostile("fgb-feature-of-rubbish", "x.fgb", "vector.broken")(lambda: fgb()[:-2000] + b"\xaa" * 2000)
hostile("fgb-index-of-rubbish", "x.fgb", None)(lambda: _index(fgb()))
hostile("fgb-flipped", "x.fgb", "vector.broken")(
    lambda: bytes(b ^ (0x80 if i % 97 == 50 and i > 600 else 0) for i, b in enumerate(fgb()))
)


def _first_feature(raw: bytes) -> int:
    header = 12 + struct.unpack("<I", raw[8:12])[0]
    nodes, level = 0, 50
    while True:  # a packed R-tree of 16 a node
        nodes += level
        if level == 1:
            break
        level = -(-level // 16)
    return header + nodes * 40


def _feature(raw: bytes, size: bytes) -> bytes:
    return patched(raw, (_first_feature(raw), size))


def _index(raw: bytes) -> bytes:
    start = 12 + struct.unpack("<I", raw[8:12])[0]
    return patched(raw, (start, b"\xff" * (_first_feature(raw) - start)))
