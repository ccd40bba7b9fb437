"""Make gridsvc/domain/mainland.geojson, where Chinese maps are shifted, from Natural Earth 1:10m (public domain).

    python scripts/mainland.py countries-10m.json       # of the npm package world-atlas 2.0.2

The mainland with 25 km of sea; Hong Kong, Macau and Taiwan with their waters and all neighbours left out. It decides
which points a conversion moves and says nothing about borders.
"""

import json
import sys
from pathlib import Path

import geopandas as gpd
import shapely

TARGET = Path(__file__).resolve().parent.parent / "gridsvc" / "domain" / "mainland.geojson"
SEA = 0.25  # degrees
FINE = shapely.box(113.0, 21.8, 114.6, 22.7)  # the mouth of the Pearl River keeps every vertex
# Islands too small for that scale, drawn round with room to spare: Macau with Taipa and Coloane, Kinmen, Matsu.
SMALL = [
    shapely.Polygon(
        [(113.528, 22.217), (113.55, 22.217), (113.557, 22.21), (113.60, 22.21), (113.61, 22.105), (113.553, 22.105),
         (113.545, 22.14), (113.535, 22.165), (113.533, 22.19)]
    ),
    shapely.box(118.212, 24.36, 118.52, 24.545),
    shapely.box(119.89, 26.11, 120.04, 26.31),
    shapely.box(119.90, 25.93, 120.00, 26.01),
    shapely.box(120.44, 26.33, 120.54, 26.41),
]  # fmt: skip


def main(source: Path) -> None:
    countries = gpd.read_file(source, layer="countries")
    countries["geometry"] = shapely.make_valid(
        countries.geometry.to_numpy(), method="structure", keep_collapsed=False
    )
    by = countries.set_index("id").geometry
    china, hongkong = by["156"], by["344"]
    taiwan = shapely.union_all([part for part in shapely.get_parts(by["158"]) if part.bounds[0] > 119.3])
    out = shapely.union_all([hongkong.buffer(0.12), taiwan.buffer(0.25), *SMALL]).difference(china.buffer(0.02))
    out = shapely.union_all([out, hongkong, taiwan, *SMALL])
    land = shapely.box(70, 0, 140, 58).intersection(shapely.union_all(by.to_numpy()))
    sea = china.buffer(SEA).difference(land)
    # a little over the border: a town on its river is kept rather than the other bank left out
    whole = shapely.union_all([china, sea]).buffer(0.012).difference(out)
    coarse = shapely.simplify(whole.difference(FINE), 0.01)
    made = shapely.union_all([coarse, whole.intersection(FINE)], grid_size=0.0001).buffer(0)
    parts = [shapely.Polygon(p.exterior) for p in shapely.get_parts(made) if p.area > 0.0005]
    shape = shapely.difference(shapely.union_all(parts), out)
    shape = shapely.set_precision(shape, 0.0001)
    text = json.dumps(shapely.geometry.mapping(shape), separators=(",", ":"))
    source_note = "Natural Earth 1:10m (public domain) by world-atlas 2.0.2; see scripts/mainland.py"
    TARGET.write_text(f'{{"type":"Feature","properties":{{"source":"{source_note}"}},"geometry":{text}}}\n')
    print(len(shapely.get_coordinates(shape)), "vertices")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
