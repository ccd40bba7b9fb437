"""GeoJSON (and what calls itself so) for the hostile corpus."""

from __future__ import annotations

import json
import math
from pathlib import Path

from tests.io.hostile import LINK, SECRET, fixed, hostile

SQUARE = [[[118.6, 31.6], [118.601, 31.6], [118.601, 31.601], [118.6, 31.601], [118.6, 31.6]]]


def feature(geometry: str, properties: str = '{"编号":"1"}') -> str:
    return f'{{"type":"Feature","properties":{properties},"geometry":{geometry}}}'


def collection(*features: str, more: str = "") -> bytes:
    return f'{{"type":"FeatureCollection",{more}"features":[{",".join(features)}]}}'.encode()


GOOD = feature(json.dumps({"type": "Polygon", "coordinates": SQUARE}))


def polygon(rings: object) -> str:
    return feature(json.dumps({"type": "Polygon", "coordinates": rings}))


# ---- nesting --------------------------------------------------------------------------------------------------------
DEEP = 50_000
fixed(
    "json-arrays-deep",
    "x.geojson",
    collection(feature(f'{{"type":"Polygon","coordinates":{"[" * DEEP}{"]" * DEEP}}}')),
    "geometry.nested",
)
fixed(
    "json-objects-deep",
    "x.geojson",
    collection(feature("null", '{"a":' * DEEP + "1" + "}" * DEEP)),
    "geometry.nested",
)
fixed(
    "json-collections-deep",
    "x.json",
    collection(feature('{"type":"GeometryCollection","geometries":[' * DEEP + "]}" * DEEP)),
    "geometry.nested",
)
fixed("json-deep-never-closed", "x.geojson", b"{" + b'"a":[' * DEEP, "geometry.nested")
fixed(
    "json-deep-behind-single-quotes",
    "x.geojson",
    b"{'\"':" + b"[" * DEEP + b"]" * DEEP + b",'\"':1}",
    "vector.broken",
)
fixed(
    "json-deep-behind-a-backslash",
    "x.geojson",
    collection(feature("null", '{"a\\\\":' + "[" * DEEP + "]" * DEEP + ',"b\\\\":1}')),
    "geometry.nested",
)
fixed(
    "json-deep-behind-a-comment", "x.geojson", b'{/*"*/"a":' + b"[" * DEEP + b"]" * DEEP + b'/*"*/}', "vector.broken"
)
fixed(
    "json-brackets-in-text-are-fine",
    "x.geojson",
    collection(feature("null", '{"编号":"' + "[{(" * DEEP + '"}')),
    None,
)
fixed(
    "json-nested-as-deep-as-allowed",
    "x.geojson",
    collection(feature("null", '{"a":' + "[" * 50 + "]" * 50 + "}")),
    None,
)

# ---- numbers --------------------------------------------------------------------------------------------------------
for word, code in (
    ("NaN", None),
    ("Infinity", None),
    ("-Infinity", None),
    ("1e999", "vector.broken"),
    ("9e99", None),
):
    fixed(f"json-coordinate-{word.lower()}", "x.geojson",
          collection(GOOD, feature(f'{{"type":"Point","coordinates":[{word},31]}}')), code)  # fmt: skip
fixed(
    "json-coordinate-of-100000-digits",
    "x.geojson",
    collection(feature(f'{{"type":"Point","coordinates":[{"1" * 100_000},31]}}')),
    "vector.broken",
)
fixed(
    "json-value-of-100000-digits",
    "x.geojson",
    collection(feature("null", f'{{"编号":{"1" * 100_000}}}')),
    "vector.broken",
)
fixed("json-value-0.0-0", "x.geojson", collection(feature("null", f'{{"编号":0.{"0" * 100_000}1}}')), "vector.broken")

# ---- another shape than it says -------------------------------------------------------------------------------------
for n, geometry in enumerate((
    '{"type":"Polygon","coordinates":[118,31]}', '{"type":"MultiPolygon","coordinates":[[[118,31],[119,31],[119,32]]]}',
    '{"type":"Point","coordinates":[[118,31]]}', '{"type":"Point","coordinates":["118","31"]}',
    '{"type":"Point","coordinates":[null,null]}', '{"type":"Point","coordinates":[118]}',
    '{"type":"Point","coordinates":{}}', '{"type":"Polygon"}', '{"type":7,"coordinates":[1,2]}',
    '{"type":"Ring","coordinates":[1,2]}', '{"type":"GeometryCollection","geometries":{"a":1}}', '[118,31]', '"POINT(1 2)"',
)):  # fmt: skip
    fixed(f"json-wrong-shape-{n}", "x.geojson", collection(GOOD, feature(geometry)), None)
fixed("json-null-geometry", "x.geojson", collection(feature("null"), feature("null")), None)
for n, what in enumerate(('{"a":1}', '"no"', "5", "null", "[1,2,3]", "[null]", "[[]]", "[{}]")):
    fixed(
        f"json-features-{n}",
        "x.geojson",
        f'{{"type":"FeatureCollection","features":{what}}}'.encode(),
        "vector.broken" if n < 4 else None,
    )
fixed(
    "json-keys-twice",
    "x.geojson",
    b'{"type":"FeatureCollection","features":[],"features":[' + GOOD.encode() + b'],"type":"Feature"}',
    None,
)
fixed("json-geometry-twice", "x.geojson", collection(GOOD[:-1] + ',"geometry":null}'), None)
fixed("json-properties-a-list", "x.geojson", collection(feature("null", "[1,2]")), None)
fixed(
    "json-properties-of-every-type",
    "x.geojson",
    collection(
        feature("null", '{"a":1}'),
        feature("null", '{"a":"x"}'),
        feature("null", '{"a":[1]}'),
        feature("null", '{"a":{"b":null}}'),
    ),
    None,
)

# ---- text -----------------------------------------------------------------------------------------------------------
fixed("json-lone-surrogate", "x.geojson", collection(feature("null", '{"编号":"a\\ud800b"}')), None)
fixed("json-lone-surrogate-in-a-key", "x.geojson", collection(feature("null", '{"a\\udfff":"b"}')), None)
fixed(
    "json-surrogate-bytes",
    "x.geojson",
    collection(feature("null", '{"编号":"?"}')).replace(b"?", b"\xed\xa0\x80"),
    "file.utf8",
)
fixed(
    "json-bytes-that-are-no-text",
    "x.geojson",
    collection(feature("null", '{"编号":"?"}')).replace(b"?", b"\xff\xfe\x80"),
    "file.utf8",
)
fixed("json-nul-in-text", "x.geojson", collection(feature("null", '{"编号":"a\\u0000b"}')), None)
fixed("json-nul-byte", "x.geojson", collection(feature("null", '{"编号":"a?b"}')).replace(b"?", b"\0"), None)
fixed("json-utf-16", "x.geojson", collection(GOOD).decode().encode("utf-16"), "file.disguised")
fixed("json-utf-8-with-mark", "x.geojson", b"\xef\xbb\xbf" + collection(GOOD), None)
fixed("json-name-of-100-kb", "x.geojson", collection(feature("null", json.dumps({"名" * 33_000: 1}))), None)
fixed(
    "json-20000-columns",
    "x.geojson",
    collection(*(feature("null", f'{{"c{i}":1}}') for i in range(20_000))),
    "columns.too_many",
)
fixed(
    "json-value-of-20-mb",
    "x.geojson",
    collection(feature("null", '{"编号":"' + "长" * 7_000_000 + '"}')),
    "vector.broken",
)


fixed(
    "json-value-of-2-mb",
    "x.geojson",
    collection(feature("null", '{"编号":"' + "长" * 700_000 + '"}')),
    "file.long",
)
fixed("json-string-without-end", "x.geojson", b'{"type":"' + b"x" * 20_000_000, "vector.broken")
fixed("json-escapes-by-the-million", "x.geojson", b'{"type":"' + b"\\\\" * 10_000_000 + b'"}', "vector.broken")


# ---- coordinate systems ---------------------------------------------------------------------------------------------
def _crs(kind: str, **properties: str) -> bytes:
    return collection(GOOD, more=f'"crs":{json.dumps({"type": kind, "properties": properties})},')


fixed("json-crs-link", "x.geojson", _crs("link", href=LINK, type="proj4"), None)
fixed("json-crs-url", "x.geojson", _crs("URL", url=LINK), None)
fixed("json-crs-name-is-a-link", "x.geojson", _crs("name", name=LINK), None)
fixed("json-crs-grid-file", "x.geojson", _crs("name", name="+proj=longlat +nadgrids=/etc/passwd"), None)
fixed("json-crs-unknown", "x.geojson", _crs("name", name="urn:ogc:def:crs:EPSG::999999"), None)
fixed("json-crs-deep", "x.geojson", _crs("name", name="GEOGCS[" * 20_000 + "]" * 20_000), None)
fixed("json-crs-of-any-type", "x.geojson", collection(GOOD, more='"crs":[1,{"type":null}],'), None)


@hostile("json-crs-is-a-file", "x.geojson", None)
def _crs_file(secret: Path) -> bytes:
    return _crs("name", name=str(secret))


@hostile("json-crs-link-to-a-file", "x.geojson", None)
def _crs_file_link(secret: Path) -> bytes:
    return _crs("link", href=f"file://{secret}", type="ogcwkt")


# ---- not whole, not GeoJSON -----------------------------------------------------------------------------------------
for n, text in enumerate(
    (b"{", b"{}", b'{"type":"FeatureCollection"}', b'{"type":"Topology"}', b'{"type":', b"{\0\0\0\0")
):
    fixed(f"json-not-whole-{n}", "x.geojson", text, "vector.broken")
for n, text in enumerate((b"1", b"[]", b"null", b'"{}"', b"\x1e{}")):
    fixed(f"json-no-object-{n}", "x.geojson", text, "file.format")
fixed("json-cut-off", "x.geojson", collection(*[GOOD] * 1000)[:-777], "vector.broken")
fixed("json-rubbish-behind", "x.geojson", collection(GOOD) + b"}}}" + b"\xff" * 1000, "vector.broken")
fixed("json-lines", "x.geojson", f"{GOOD}\n{GOOD}\n".encode(), "vector.broken")


@hostile("json-gdal-algorithm", "x.json", "vector.broken")
def _gdalg(secret: Path) -> bytes:
    return json.dumps(
        {"type": "gdal_streamed_alg", "command_line": f"gdal vector pipeline ! read {secret} ! write --of stream x"}
    ).encode()


@hostile("json-esri-with-a-next-page", "x.json", "vector.broken")
def _esri() -> bytes:
    return json.dumps({"objectIdFieldName": "id", "exceededTransferLimit": True, "geometryType": "esriGeometryPoint",
                       "spatialReference": {"wkid": 4326}, "features": [{"attributes": {"id": 1}, "geometry": {"x": 1, "y": 2}}]}).encode()  # fmt: skip


@hostile("json-topology", "x.json", "vector.broken")
def _topology() -> bytes:
    return json.dumps(
        {"type": "Topology", "arcs": [[[0, 0]] * 9], "objects": {"a": {"type": "Polygon", "arcs": [[10**9]]}}}
    ).encode()


# ---- shapes that are shapes but wrong -------------------------------------------------------------------------------
def scribble(n: int) -> list[list[float]]:
    points = [[118.6 + 0.001 * math.cos(i * 2.4), 31.6 + 0.001 * math.sin(i * i * 1.7)] for i in range(n)]
    return [*points, points[0]]


fixed(
    "area-bow-tie",
    "x.geojson",
    collection(GOOD, polygon([[[118, 31], [118.01, 31.01], [118.01, 31], [118, 31.01], [118, 31]]])),
    None,
)
fixed("area-scribble", "x.geojson", collection(GOOD, polygon([scribble(500)])), None)
fixed("area-ring-of-two", "x.geojson", collection(GOOD, polygon([[[118, 31], [118.01, 31]]])), None)
fixed("area-ring-of-one", "x.geojson", collection(GOOD, polygon([[[118, 31]]])), None)
fixed("area-ring-open", "x.geojson", collection(GOOD, polygon([[[118, 31], [118.01, 31], [118.01, 31.01]]])), None)
fixed("area-empty", "x.geojson", collection(GOOD, polygon([]), polygon([[]])), None)
fixed("area-flat", "x.geojson", collection(GOOD, polygon([[[118, 31]] * 5])), None)
fixed("area-four-dimensions", "x.geojson", collection(polygon([[[*p, 1e308, -1e308] for p in SQUARE[0]]])), None)


@hostile("area-10000-holes", "x.geojson", None)
def _holes() -> bytes:
    rings = [[[118, 31], [119, 31], [119, 32], [118, 32], [118, 31]]]
    for i in range(10_000):
        x, y = 118.001 + i % 100 * 0.009, 31.001 + i // 100 * 0.009
        rings.append([[x, y], [x, y + 0.005], [x + 0.005, y + 0.005], [x + 0.005, y], [x, y]])
    return collection(polygon(rings))


@hostile("area-holes-on-top-of-each-other", "x.geojson", None)
def _same_holes() -> bytes:
    return collection(polygon([SQUARE[0], *[SQUARE[0][::-1]] * 2000]))


@hostile("json-secret-in-plain-sight", "x.geojson", "vector.broken")
def _vrt_in_json(secret: Path) -> bytes:
    return json.dumps({"connection": str(secret), "layers": [SECRET[:0]]}).encode()
