"""Addresses on standard input → what cpca, jionlp and pygeocoding take for province, city and county, and their speed."""

from __future__ import annotations

import importlib.util
import json
import os
import sys
import time
from pathlib import Path

LEVELS = ("province", "city", "county")
os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})  # one core, as the speed of ours is measured


def of_cpca(texts: list[str]) -> tuple[list[list[str]], float]:
    import cpca

    cpca.transform(texts[:1])  # it makes its automaton at the first call
    started = time.perf_counter()
    found = cpca.transform(texts)
    took = time.perf_counter() - started
    return found[["省", "市", "区"]].fillna("").to_numpy().tolist(), took


def of_jionlp(texts: list[str]) -> tuple[list[list[str]], float]:
    import jionlp

    jionlp.parse_location(texts[0])
    started = time.perf_counter()
    found = [jionlp.parse_location(text) for text in texts]
    took = time.perf_counter() - started
    return [[one[level] or "" for level in LEVELS] for one in found], took


def of_pygeocoding(texts: list[str]) -> tuple[list[list[str]], float]:
    # 1.1.3 looks for its stop words under a Windows path and stops elsewhere: they are laid where it looks.
    home = Path(importlib.util.find_spec("geocoding").submodule_search_locations[0])
    (home / r"resources\dic\stop.txt").write_bytes((home / "resources" / "dic" / "stop.txt").read_bytes())
    from geocoding import Geocoding

    reader = Geocoding()
    reader.normalizing(texts[0])
    started = time.perf_counter()
    found = [reader.normalizing(text) for text in texts]
    took = time.perf_counter() - started
    return [[one.province or "", one.city or "", one.district or ""] for one in found], took


texts = json.load(sys.stdin)
answers = {}
for name, read in (("cpca", of_cpca), ("jionlp", of_jionlp), ("pygeocoding", of_pygeocoding)):
    found, took = read(texts)
    answers[name] = {"found": found, "speed": len(texts) / took}
print(json.dumps(answers))
