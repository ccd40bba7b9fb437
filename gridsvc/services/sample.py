"""The sample city as files that anybody could have brought, with its truths beside them."""

from __future__ import annotations

import hashlib
import json
import tomllib
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import pandas as pd

from gridsvc import __version__, paths
from gridsvc.domain import workdays
from gridsvc.domain.sample import city
from gridsvc.domain.workdays import Limit, Office
from gridsvc.io import writers
from gridsvc.services import codetables
from gridsvc.services.progress import Progress, quiet

if TYPE_CHECKING:
    import datetime as dt
    from pathlib import Path

    from gridsvc.domain.sample.city import City

FILES = {"areas": "areas.geojson", "base": "base_features.geojson", "estates": "estates.geojson",
         "buildings": "buildings.geojson", "addresses": "addresses.csv", "events": "events.csv"}  # fmt: skip
LISTS = ("dwellings", "people", "units", "resident_groups", "hazards", "hazard_sources", "components", "facilities",
         "organisations", "zones")  # fmt: skip
DUTY = ("officers", "posts", "visits")
FILES |= {name: f"{name}.csv" for name in (*LISTS, *DUTY)}
TRUTHS = "truths.json"


def words() -> dict[str, Any]:
    """Names and plan of the city."""
    return tomllib.loads(paths.data("sample_city.toml").read_text(encoding="utf-8"))


def classes() -> dict[str, tuple[str, Limit | None]]:
    """Code → name and limit of the shipped event classes."""
    return {r["code"]: (r["name"], workdays.parse_limit(r["limit"]) if r["limit"] else None)
            for r in codetables.rows("event_classes")}  # fmt: skip


def generate(as_of: dt.date, seed: int, scale: int = 1, office: Office | None = None) -> list[City]:
    """``scale`` counties, each the same for the same seed and day."""
    plan, table, clock = words(), classes(), office or Office()
    return [city.county(plan, table, clock, as_of, seed, i) for i in range(scale)]


def write(
    folder: Path, as_of: dt.date, seed: int, scale: int = 1, office: Office | None = None, progress: Progress = quiet
) -> dict[str, Any]:
    """Write the city's files into ``folder`` unless they are there already; the truths."""
    stamp = _stamp(as_of, seed, scale)
    truths = _known(folder)
    if truths.get("stamp") == stamp and all((folder / f).exists() for n, f in FILES.items() if n not in DUTY):
        return truths
    progress("demo.generate", 0.0)
    cities = generate(as_of, seed, scale, office)
    for name, file in FILES.items():
        if name not in DUTY:
            _write(folder / file, name, [c.lists[name] if name in LISTS else getattr(c, name) for c in cities])
    truths = {"stamp": stamp, "as_of": as_of.isoformat(), "counties": [c.truths for c in cities]}
    _keep(folder, truths)
    return truths


def write_duty(
    folder: Path, cells: gpd.GeoDataFrame, as_of: dt.date, seed: int, scale: int = 1, office: Office | None = None,
    progress: Progress = quiet,
) -> dict[str, Any]:  # fmt: skip
    """Write officers, posts and visits on these cells (code, name, geometry); the truths, theirs included."""
    truths = _known(folder)
    stamp = hashlib.sha256((truths["stamp"] + "".join(sorted(cells["code"]))).encode()).hexdigest()[:16]
    if truths.get("duty_stamp") == stamp and all((folder / FILES[n]).exists() for n in DUTY):
        return truths
    progress("demo.generate", 0.0)
    done = []
    for one, facts in zip(generate(as_of, seed, scale, office), truths["counties"], strict=True):
        done.append(one.duty(cells[cells["code"].str.startswith(facts["county"])], as_of))
        facts |= done[-1].truths
    for name in DUTY:
        _write(folder / FILES[name], name, [getattr(d, name) for d in done])
    truths["duty_stamp"] = stamp
    _keep(folder, truths)
    return truths


def _known(folder: Path) -> dict[str, Any]:
    """The truths that are written down already."""
    path = folder / TRUTHS
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    return found


def _keep(folder: Path, truths: dict[str, Any]) -> None:
    (folder / TRUTHS).write_text(json.dumps(truths, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def _write(path: Path, name: str, parts: list[Any]) -> None:
    whole = pd.concat(parts, ignore_index=True)
    if path.suffix == ".csv":
        path.parent.mkdir(parents=True, exist_ok=True)
        whole.to_csv(path, index=False, encoding="utf-8-sig")
    else:
        writers.write(iter([gpd.GeoDataFrame(whole, geometry="geometry", crs=4326)]), path, name)


def _stamp(as_of: dt.date, seed: int, scale: int) -> str:
    plan = paths.data("sample_city.toml").read_bytes() + paths.data("event_classes.csv").read_bytes()
    return hashlib.sha256(plan + f"{__version__} {as_of} {seed} {scale}".encode()).hexdigest()[:16]
