"""``gridsvc try address``: one address read and looked for in the sample city, without a database."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd

from gridsvc.domain.address.own import Own
from gridsvc.domain.address.parser import Parsed, Parser
from gridsvc.domain.geocode import places, roads
from gridsvc.domain.geocode.base import LEVELS
from gridsvc.domain.geocode.decide import STATUS, distinct
from gridsvc.domain.geocode.find import explained
from gridsvc.domain.geocode.mend import Speller
from gridsvc.domain.geocode.search import Geocoder
from gridsvc.domain.sample import buildings, ground, plan
from gridsvc.services import addresses, sample

_SHOWN: Final = 5
_SEED: Final = 2024


@dataclass(frozen=True)
class Read:
    """The address, its parts, and what it may be in the sample city: status and candidates, the surest first."""

    parsed: Parsed
    status: str
    mended: str | None
    candidates: list[dict[str, Any]]
    known: list[str]


def read(text: str) -> Read:
    """Parts, candidates and doubt of one address, with the sample city as the base."""
    rows = _base()
    names = [(n, "road") for n in {*rows["road"], *rows.loc[rows["level"] == "road", "name"]} if n]
    named = [*names, *((n, "poi") for n in set(rows.loc[rows["level"] != "road", "name"]) if n)]
    plain = addresses.parser()
    reads = Parser(plain.gazetteer, plain.network, "", Own.of(named))
    coder = Geocoder(reads, places.base_of(rows), Speller(n for n, _ in named), foreign=True)
    found = coder.geocode([text])
    some = found.candidates
    shown = [
        {
            "matched": str(rows["label"].iloc[int(some.row[k])]), "level": LEVELS[some.level[k]],
            "confidence": round(float(some.confidence[k]), 2), "accuracy_m": float(np.round(some.accuracy[k])),
            "longitude": round(float(some.lon[k]), 6), "latitude": round(float(some.lat[k]), 6),
            **explained(some, k),
        }
        for k in distinct(some, 0, len(some), _SHOWN)
    ]  # fmt: skip
    estates = sorted({n for n in rows.loc[rows["level"] == "building", "name"] if n})
    return Read(found.parsed[0], STATUS[found.answers.status[0]], found.mended.get(0), shown, estates[:_SHOWN])


def _base() -> pd.DataFrame:
    """Houses and roads of the sample city as places."""
    site = plan.Site(sample.words(), 0, _SEED)
    lots = plan.lots(site)
    houses, _, _ = buildings.make(site, lots)
    lines = ground.features(site, lots)
    inner = houses.geometry.representative_point()
    records = pd.DataFrame({
        "text": None, "street": houses["street"], "housenumber": houses["housenumber"], "estate": houses["estate"],
        "building_no": houses["building_no"], "name": houses["name"], "lon": inner.x, "lat": inner.y,
        "accuracy_m": 10.0, "area": "",
    }).reset_index(drop=True)  # fmt: skip
    named = lines[lines["name"].notna() & (lines.geometry.geom_type == "LineString")]
    streets = roads.places(named["name"].astype("str").tolist(), np.asarray(named.geometry, dtype=object))
    made = places.from_records(records, addresses.parser())
    estates = records.groupby("estate", as_index=False)[["lon", "lat"]].mean()
    bare = {
        "road": "",
        "road2": "",
        "number": "",
        "house": "",
        "first": -1,
        "last": -1,
        "area": "",
        "accuracy_m": 100.0,
    }
    estates = estates.assign(level="estate", name=estates["estate"], label=estates["estate"], **bare).drop(
        columns="estate"
    )
    return pd.concat([made, estates, streets.assign(area="")], ignore_index=True)
