"""The code tables of ``data/`` as the domain wants them."""

from __future__ import annotations

import csv
from functools import cache

from gridsvc import paths
from gridsvc.domain import frames
from gridsvc.domain.frames import Kind


def rows(name: str) -> list[dict[str, str]]:
    """The rows of ``data/<name>.csv``."""
    with paths.data(f"{name}.csv").open(encoding="utf-8", newline="") as f:
        return list(csv.DictReader(f))


@cache
def kinds() -> dict[str, Kind]:
    """Every kind of record with its fields."""
    return frames.read_kinds(rows("fields"))


def called(kind: Kind, field: str, *, zh: bool) -> str:
    """What a field, or a service category with a column of its own, is called."""
    if field in kind.fields:
        return kind.fields[field].zh if zh else kind.fields[field].en.replace("_", " ")
    code = field.removeprefix(frames.CATEGORY)
    names = {r["code"]: r["name" if zh else "name_en"] for r in rows("codes") if r["list"] == "service_category"}
    return names.get(code, field)


@cache
def category_columns(kind: str) -> dict[str, str]:
    """Words for service categories → code, for columns of a list of people that only say yes or no to one."""
    if kind != "person":
        return {}
    entries = [r for r in rows("codes") if r["list"] == "service_category"]
    named = {frames.plain(w): r["code"] for r in entries for w in (*r["aliases"].split("|"), r["name"]) if w}
    return {**{f"是否{w}": code for w, code in named.items()}, **named}


@cache
def status_words() -> dict[str, str]:
    """Words of sources for the state of an event."""
    return {r["word"].lower(): r["state"] for r in rows("event_status")}


@cache
def base_words() -> dict[str, tuple[str, str]]:
    """Words for base features → layer and kind; ``primary`` as ``highway=primary``, where only one is meant."""
    full = {r["word"].lower(): (r["layer"], r["kind"]) for r in rows("base_kinds")}
    bare: dict[str, set[tuple[str, str]]] = {}
    for word, drawn_as in full.items():
        if "=" in word:
            bare.setdefault(word.split("=")[1], set()).add(drawn_as)
    return {word: next(iter(ways)) for word, ways in bare.items() if len(ways) == 1} | full


@cache
def refused_patterns() -> tuple[str, ...]:
    """Patterns of column names that are never read (DESIGN §6)."""
    return tuple(r["pattern"] for r in rows("refused_columns"))


@cache
def barrier_strengths() -> dict[str, str]:
    """What lines of a class are as barriers, where nobody says otherwise."""
    return {r["class"]: r["strength"] for r in rows("barriers")}


@cache
def workload() -> dict[str, float]:
    """How much each thing in a building weighs in the load ``workload``."""
    return {r["column"]: float(r["weight"]) for r in rows("workload")}
