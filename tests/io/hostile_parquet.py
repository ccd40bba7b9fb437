"""Parquet files for the hostile corpus."""

from __future__ import annotations

import io
import json
import struct

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import shapely

from tests.io.hostile import hostile
from tests.io.hostile_gpkg import DEEP_WKB


# ---- Parquet --------------------------------------------------------------------------------------------------------
def parquet(table: pa.Table, geo: object = None, **options: object) -> bytes:
    if geo is not None:
        table = table.replace_schema_metadata({b"geo": geo if isinstance(geo, bytes) else json.dumps(geo).encode()})
    out = io.BytesIO()
    pq.write_table(table, out, **options)
    return out.getvalue()


def geo(**more: object) -> dict[str, object]:
    return {
        "version": "1.0.0",
        "primary_column": "geometry",
        "columns": {"geometry": {"encoding": "WKB", "geometry_types": [], **more}},
    }


def shapes(*wkb: bytes | None) -> pa.Table:
    return pa.table({"编号": [str(i) for i in range(len(wkb))], "geometry": pa.array(list(wkb), pa.binary())})


POINT = shapely.to_wkb(shapely.Point(118.6, 31.6))
hostile("parquet-cut-off", "x.parquet", "vector.broken")(
    lambda: (lambda b: b[: len(b) // 2])(parquet(shapes(POINT), geo()))
)
hostile("parquet-footer-length-is-a-lie", "x.parquet", "vector.broken")(
    lambda: (lambda b: b[:-8] + struct.pack("<I", 2**31 - 1) + b"PAR1")(parquet(shapes(POINT), geo()))
)
hostile("parquet-footer-only", "x.parquet", "vector.broken")(
    lambda: (lambda b: b"PAR1" + b[-8 - struct.unpack("<I", b[-8:-4])[0] :])(
        parquet(pa.table({"a": ["x" * 100] * 1000}))
    )
)
hostile("parquet-footer-of-rubbish", "x.parquet", "vector.broken")(
    lambda: b"PAR1" + b"\xff" * 1000 + struct.pack("<I", 900) + b"PAR1"
)
hostile("parquet-magic-twice", "x.parquet", "vector.broken")(lambda: b"PAR1PAR1")
hostile("parquet-encrypted-footer", "x.parquet", "vector.broken")(
    lambda: b"PAR1" + b"\0" * 500 + struct.pack("<I", 400) + b"PARE"
)
for n, meta in enumerate((b"no json", b"[1]", b'"a"', b"null", b"{" * 50_000, b'{"primary_column":"nothing"}', b'{"primary_column":["geometry"]}',
                          b'{"primary_column":"geometry"}', b'{"primary_column":"geometry","columns":[1]}', b'{"primary_column":"geometry","columns":{"geometry":7}}',
                          b"\xff\xfe")):  # fmt: skip
    hostile(f"parquet-geo-{n}", "x.parquet", None if n in (5, 6) else "vector.broken")(
        lambda meta=meta: parquet(shapes(POINT), meta)
    )
hostile("parquet-geometry-is-text", "x.parquet", None)(lambda: parquet(pa.table({"geometry": ["POINT(1 1)"]}), geo()))
hostile("parquet-geometry-is-a-number", "x.parquet", "vector.broken")(
    lambda: parquet(pa.table({"geometry": [1.5]}), geo())
)
hostile("parquet-geometry-is-a-list", "x.parquet", "vector.broken")(
    lambda: parquet(pa.table({"geometry": [[1.0, 2.0]]}), geo())
)
hostile("parquet-geoarrow", "x.parquet", "parquet.encoding")(
    lambda: parquet(pa.table({"geometry": [[1.0, 2.0]]}), geo(encoding="point"))
)
hostile("parquet-crs-deep", "x.parquet", None)(
    lambda: parquet(
        shapes(POINT), json.dumps(geo(crs="?")).replace('"?"', '{"base_crs":' * 900 + "1" + "}" * 900).encode()
    )
)
hostile("parquet-crs-is-a-file", "x.parquet", None)(lambda secret: parquet(shapes(POINT), geo(crs=str(secret))))
hostile("parquet-crs-grid-file", "x.parquet", None)(
    lambda: parquet(shapes(POINT), geo(crs="+proj=longlat +nadgrids=/etc/passwd +type=crs"))
)
hostile("parquet-crs-is-a-number", "x.parquet", None)(lambda: parquet(shapes(POINT), geo(crs=4326)))
hostile("parquet-crs-is-wrong", "x.parquet", None)(
    lambda: parquet(shapes(POINT), geo(crs={"type": "GeographicCRS", "name": [1]}))
)
hostile("parquet-wkb-deep", "x.parquet", None, ("geometry.nested", ""))(
    lambda: parquet(shapes(DEEP_WKB, POINT), geo())
)
hostile("parquet-wkb-deep-big-endian", "x.parquet", None)(
    lambda: parquet(shapes(struct.pack(">BII", 0, 7, 1) * 20_000, POINT), geo())
)
hostile("parquet-wkb-deep-with-srid", "x.parquet", None)(
    lambda: parquet(shapes(struct.pack("<BIII", 1, 0x20000007, 4326, 1) * 20_000, POINT), geo())
)
hostile("parquet-wkb-deep-behind-a-point", "x.parquet", None)(
    lambda: parquet(
        shapes(struct.pack("<BII", 1, 7, 2) + POINT + struct.pack("<BII", 1, 7, 1) * 20_000, POINT), geo()
    )
)
hostile("parquet-wkb-deep-in-three-dimensions", "x.parquet", None)(
    lambda: parquet(
        shapes(struct.pack("<BII", 1, 1007, 1) * 20_000, struct.pack("<BII", 1, 0x80000007, 1) * 20_000, POINT), geo()
    )
)
hostile("parquet-wkb-deep-by-multi", "x.parquet", None)(
    lambda: parquet(
        shapes(*(struct.pack("<BII", 1, t, 1) * 20_000 for t in (4, 5, 6, 9, 10, 11, 12, 15, 16)), POINT), geo()
    )
)
hostile("parquet-wkb-points-is-a-lie", "x.parquet", None)(
    lambda: parquet(
        shapes(
            struct.pack("<BII", 1, 2, 2**31 - 1),
            struct.pack("<BII", 1, 3, 2**31 - 1),
            struct.pack("<BII", 1, 7, 2**31 - 1),
            POINT,
        ),
        geo(),
    )
)
hostile("parquet-wkb-not-finite", "x.parquet", None, ("geometry.not_finite", "geometry.not_finite", ""))(
    lambda: parquet(
        shapes(
            struct.pack("<BI2d", 1, 1, float("inf"), 1.0),
            struct.pack("<BII4d", 1, 2, 2, float("nan"), 1.0, 2.0, 2.0),
            POINT,
        ),
        geo(),
    )
)
hostile("parquet-wkb-of-rubbish", "x.parquet", None, ("geometry.broken", "geometry.broken", "geometry.broken", ""))(
    lambda: parquet(shapes(b"", b"\1", b"\xff" * 100, POINT), geo())
)
hostile("parquet-text-is-no-text", "x.parquet", "file.utf8")(
    lambda: parquet(
        pa.table({"编号": pa.Array.from_buffers(pa.string(), 1, pa.array([b"\xff\xfe\x80"], pa.binary()).buffers())})
    )
)
hostile("parquet-text-with-nul", "x.parquet", "file.nul")(lambda: parquet(pa.table({"编号": ["a", "a\0b"]})))
hostile("parquet-name-with-nul", "x.parquet", None)(lambda: parquet(pa.table({"a\0b": ["a"]})))
hostile("parquet-names-twice", "x.parquet", None)(
    lambda: parquet(pa.Table.from_arrays([pa.array(["1"]), pa.array(["2"])], names=["a", "a"]))
)
hostile("parquet-geometry-twice", "x.parquet", "vector.broken")(
    lambda: parquet(
        pa.Table.from_arrays([pa.array([POINT]), pa.array([POINT])], names=["geometry", "geometry"]), geo()
    )
)
hostile("parquet-lists-deep", "x.parquet", "vector.broken")(
    lambda: parquet(pa.table({"a": pa.array([_deep_list(60)], _deep_type(60))}))
)
hostile("parquet-types-of-every-kind", "x.parquet", None)(lambda: parquet(pa.table({
    "d": pa.array([1], pa.decimal128(38, 0)), "t": pa.array([2**62], pa.timestamp("us")), "i": pa.array([2**62], pa.duration("ns")),
    "z": pa.array([2**62], pa.timestamp("ns", "Asia/Shanghai")), "b": pa.array([b"\xff"], pa.binary(1)), "f": pa.array([1e308]), "m": pa.array([[("k", 1)]], pa.map_(pa.string(), pa.int8())),
    "u": pa.array([2**64 - 1], pa.uint64()), "n": pa.nulls(1), "dict": pa.array(["a"]).dictionary_encode(), "date": pa.array([2**31 - 1], pa.date32())})))  # fmt: skip
hostile("parquet-no-columns", "x.parquet", None)(lambda: parquet(pa.table({})))
hostile("parquet-no-rows", "x.parquet", None)(
    lambda: parquet(shapes().cast(pa.schema([("编号", pa.string()), ("geometry", pa.binary())])), geo())
)
hostile("parquet-5000-columns", "x.parquet", "columns.too_many")(
    lambda: parquet(pa.table({f"c{i}": [1] for i in range(5000)}))
)


@hostile("parquet-200-million-rows", "x.parquet", "rows.too_many")
def _rows() -> bytes:
    """Runs of one value: a tiny file, gigabytes unfolded."""
    part = pa.table({"a": pa.array(np.zeros(20_000_000, dtype=np.int64))})
    out = io.BytesIO()
    with pq.ParquetWriter(out, part.schema, compression="zstd") as writer:
        for _ in range(10):
            writer.write_table(part)
    return out.getvalue()


@hostile("parquet-dictionary-of-one-long-word", "x.parquet", "file.memory")
def _dictionary() -> bytes:
    """A word of 1 MB, a million times by its number: a terabyte of text."""
    words = pa.DictionaryArray.from_arrays(pa.array(np.zeros(1_000_000, dtype=np.int32)), pa.array(["x" * 1_000_000]))
    return parquet(pa.table({"a": words}), compression="zstd")


@hostile("parquet-pages-that-unfold", "x.parquet", "file.memory")
def _pages() -> bytes:
    """Zeros by the gigabyte, packed."""
    part = pa.table({"a": pa.array([b"\0" * 200_000_000], pa.large_binary())})
    out = io.BytesIO()
    with pq.ParquetWriter(
        out, part.schema, compression="zstd", use_dictionary=False, write_statistics=False
    ) as writer:
        for _ in range(12):
            writer.write_table(part)
    return out.getvalue()


@hostile("parquet-lists-that-unfold", "x.parquet", "file.memory")
def _lists() -> bytes:
    values = pa.array(np.zeros(100_000_000, dtype=np.int8))
    return parquet(
        pa.table({"a": pa.ListArray.from_arrays(pa.array([0, 100_000_000], pa.int32()), values)}), compression="zstd"
    )


def _deep_type(depth: int) -> pa.DataType:
    return pa.int8() if depth == 0 else pa.list_(_deep_type(depth - 1))


def _deep_list(depth: int) -> object:
    return 1 if depth == 0 else [_deep_list(depth - 1)]


hostile("parquet-wkb-deep-by-odd-numbers", "x.parquet", None)(
    lambda: parquet(
        shapes(
            *(struct.pack("<BII", 1, t, 1) * 20_000 for t in (5007, 0x10007, 0x7F00_0007, 65_007)),
            struct.pack("<BII", 9, 7, 1) * 20_000,
            POINT,
        ),
        geo(),
    )
)
