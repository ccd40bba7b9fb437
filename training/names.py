"""Names to make addresses of: places from the registry, roads and estates as places are named after them, words."""

from __future__ import annotations

import csv
import random
import re
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Final

from gridsvc.domain.address import surfaces

_ROAD_NAMED: Final = re.compile(
    r"^(.{2,6}?(?:大道|大街|路|街|巷|弄|胡同))(?:[一二三四五六七八九]|第[一二三四])?(?:社区|居)"
)
_ESTATE_NAMED: Final = re.compile(
    r"^(.{2,5}?(?:花园|小区|家园|新村|苑|花苑|家苑|雅苑|佳苑|嘉园|公寓|城|庭|公馆|名都|花城|庄园|山庄|里|坊|湾|郡|园))"
    r"(?:[一二三四五六七八九]|第[一二三四])?(?:社区|居)"
)


@dataclass
class Place:
    """One place of the registry and what lies in it."""

    code: str
    name: str
    parts: list[Place] = field(default_factory=list)


@dataclass
class Names:
    """Everything that addresses are made of."""

    provinces: list[Place]
    towns: list[tuple[Place, Place, Place, Place]]  # province, city, county, town
    roads: list[str]
    estates: list[str]
    stems: list[str]
    words: dict[str, list[str]]
    given: str


def _rows(folder: Path, name: str) -> list[dict[str, str]]:
    with (folder / f"{name}.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def _tree(folder: Path) -> tuple[list[Place], list[tuple[Place, Place, Place, Place]]]:
    places: dict[str, Place] = {}
    for name, parent in (("provinces", 0), ("cities", 2), ("areas", 4), ("streets", 6), ("villages", 9)):
        for row in _rows(folder, name):
            place = places[row["code"]] = Place(row["code"], row["name"])
            if parent:
                places[row["code"][:parent]].parts.append(place)
    provinces = [place for code, place in places.items() if len(code) == 2]
    towns = [
        (places[code[:2]], places[code[:4]], places[code[:6]], place)
        for code, place in places.items()
        if len(code) == 9 and place.parts
    ]
    return provinces, towns


def _words(jieba_dict: Path) -> dict[str, list[str]]:
    """Words of two to four characters by their kind (n, ns, nt, nz, nr, a, v, vn), frequent ones only."""
    found: dict[str, list[str]] = {}
    for line in jieba_dict.read_text(encoding="utf-8").splitlines():
        word, count, kind = line.split(" ")
        if 2 <= len(word) <= 4 and int(count) >= 3 and re.fullmatch(r"[\u4e00-\u9fff]+", word):
            found.setdefault(kind, []).append(word)
    return found


@cache
def read(folder: Path, jieba_dict: Path) -> Names:
    """All names, in the order of the files (so that the same seed gives the same addresses)."""
    provinces, towns = _tree(folder)
    roads: dict[str, None] = {}
    estates: dict[str, None] = {}
    stems: dict[str, None] = {}
    for *_, town in towns:
        for village in town.parts:
            if road := _ROAD_NAMED.match(village.name):
                roads[road[1]] = None
            elif estate := _ESTATE_NAMED.match(village.name):
                estates[estate[1]] = None
            stem = surfaces.community(village.name)[-1]
            if 2 <= len(stem) <= 4 and not stem.endswith(("村", "社区", "路", "街")):
                stems[stem] = None
    given = "".join(stem for stem in list(stems)[::7])
    return Names(provinces, towns, list(roads), list(estates), list(stems), _words(jieba_dict), given)


def some(rng: random.Random, choices: dict[str, float]) -> str:
    """One of the keys, as often as its weight says."""
    return rng.choices(list(choices), list(choices.values()))[0]
