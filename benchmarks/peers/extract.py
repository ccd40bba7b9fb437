"""GeoJSON of the extract → an OSM file with the tags that it came with, for Nominatim (run in .venv-peers).

python extract.py FOLDER OUT.osm.pbf
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import osmium
from osmium.osm import mutable

LEVEL = {"county": "6", "city": "4", "province": "4", "town": "8", "community": "10"}


class Drawing:
    """Nodes, ways and relations, numbered as they come."""

    def __init__(self) -> None:
        self.nodes: list[tuple[Any, dict[str, str]]] = []
        self.ways: list[tuple[list[int], dict[str, str]]] = []
        self.relations: list[tuple[list[tuple[str, int, str]], dict[str, str]]] = []

    def node(self, at: Any, tags: dict[str, str] | None = None) -> int:
        self.nodes.append((tuple(at[:2]), tags or {}))
        return len(self.nodes)

    def way(self, line: Any, tags: dict[str, str] | None = None) -> int:
        ids = [self.node(at) for at in line]
        if line[0] == line[-1] and len(ids) > 3:
            ids[-1] = ids[0]
        self.ways.append((ids, tags or {}))
        return len(self.ways)

    def area(self, polygons: Any, tags: dict[str, str]) -> None:
        members = [
            ("w", self.way(ring), "inner" if k else "outer") for rings in polygons for k, ring in enumerate(rings)
        ]
        self.relations.append((members, {"type": "multipolygon", **tags}))

    def write(self, path: str) -> None:
        Path(path).unlink(missing_ok=True)
        out, common = osmium.SimpleWriter(path), {"version": 1, "visible": True}
        for number, (at, tags) in enumerate(self.nodes, start=1):
            out.add_node(mutable.Node(id=number, location=at, tags=tags, **common))
        for number, (ids, tags) in enumerate(self.ways, start=1):
            out.add_way(mutable.Way(id=number, nodes=ids, tags=tags, **common))
        for number, (members, tags) in enumerate(self.relations, start=1):
            out.add_relation(mutable.Relation(id=number, members=members, tags=tags, **common))
        out.close()


def parts(shape: dict[str, Any]) -> Any:
    """Lines or polygons of a geometry, one or many."""
    return shape["coordinates"] if shape["type"].startswith("Multi") else [shape["coordinates"]]


def address(said: dict[str, Any]) -> dict[str, str]:
    names = {"addr_street": "addr:street", "addr_housenumber": "addr:housenumber", "name": "name"}
    return {tag: str(said[key]) for key, tag in names.items() if said.get(key)}


def main(folder: Path, out: str) -> None:
    def read(name: str) -> Any:
        found = json.loads((folder / f"{name}.geojson").read_text(encoding="utf-8"))["features"]
        return [(one["properties"], one["geometry"]) for one in found]

    drawn = Drawing()
    for said, shape in read("roads"):
        for line in parts(shape):
            drawn.way(
                line, {"highway": said.get("kind_detail") or "residential", **address({"name": said.get("name")})}
            )
    for said, shape in read("buildings"):
        drawn.area(parts(shape), {"building": "yes", **address(said)})
    for layer, more in (("address_points", {}), ("pois", {"tourism": "attraction"})):
        for said, shape in read(layer):
            if shape["type"] == "Point":
                drawn.node(shape["coordinates"], {**more, **address(said)})
    every = []
    for said, shape in read("areas"):
        every += parts(shape)
        level = {"boundary": "administrative", "admin_level": LEVEL[said["level"]]}
        drawn.area(parts(shape), {**level, "name": said["name"]})
    drawn.area(every, {"boundary": "administrative", "admin_level": "4", "name": "上海市"})
    drawn.write(out)


main(Path(sys.argv[1]), sys.argv[2])
