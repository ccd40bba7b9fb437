"""Addresses read and compared: F1 a label, recall of the upper levels, hits and levels of pairs, speed, peers."""

from __future__ import annotations

import hashlib
import itertools
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from benchmarks import peers
from benchmarks.common import SHARED, Table
from gridsvc.domain import matching
from gridsvc.domain.address import surfaces
from gridsvc.domain.address.gazetteer import MUNICIPAL
from gridsvc.domain.address.labels import CORE, LABELS
from gridsvc.services import addresses

if TYPE_CHECKING:
    from pathlib import Path

    from benchmarks.common import Bench

Span = tuple[str, int, int]
UPPER = ("prov", "city", "district")


@dataclass
class Figures:
    """Span F1 and recall of parsing."""

    precision: dict[str, float] = field(default_factory=dict)
    recalls: dict[str, float] = field(default_factory=dict)
    f1: dict[str, float] = field(default_factory=dict)
    core: float = 0.0
    all: float = 0.0
    exact: float = 0.0
    #: share of the provinces, cities and counties named that are found, by name (浙江 and 浙江省 are one)
    recall: dict[str, float] = field(default_factory=dict)
    errors: list[tuple[str, int]] = field(default_factory=list)


def labelled(path: Path) -> tuple[list[str], list[list[Span]]]:
    """Texts and labelled spans of a CoNLL file; tokens may be several characters."""
    texts, spans, text, found = [], [], "", []
    for line in [*path.read_text(encoding="utf-8").splitlines(), ""]:
        if line.strip():
            token, tag = line.rsplit(" ", 1)
            kind, label = tag[0], tag[2:].lower()
            if kind == "B" or not found or found[-1][0] != label:
                found.append((label, len(text), len(text) + len(token)))
            else:
                found[-1] = (label, found[-1][1], len(text) + len(token))
            text += token
        elif text:
            texts.append(text)
            spans.append(found)
            text, found = "", []
    return texts, spans


def parse_figures(path: Path) -> Figures:
    """How well the addresses of a labelled file are read."""
    texts, gold = labelled(path)
    parsed = list(addresses.parse(texts))
    read = [[(p.label, p.start, p.end) for p in one.parts] for one in parsed]
    hit, said, meant, errors = Counter(), Counter(), Counter(), Counter()
    for mine, theirs in zip(read, gold, strict=True):
        said.update(span[0] for span in mine)
        meant.update(span[0] for span in theirs)
        hit.update(span[0] for span in set(mine) & set(theirs))
        for span in set(theirs) - set(mine):
            over = [m for m in mine if m[1] < span[2] and m[2] > span[1]]
            errors[f"{span[0]} → {'+'.join(m[0] + ('' if m[1:] == span[1:] else '…') for m in over)}"] += 1

    def f1(labels: Any) -> float:
        return 2 * sum(hit[x] for x in labels) / max(1, sum(said[x] + meant[x] for x in labels))

    figures = Figures(core=f1(CORE), all=f1(LABELS), errors=errors.most_common(12))
    for label in LABELS:
        figures.precision[label] = hit[label] / max(1, said[label])
        figures.recalls[label] = hit[label] / max(1, meant[label])
        figures.f1[label] = f1([label])
    figures.exact = sum(a == b for a, b in zip(read, gold, strict=True)) / len(gold)
    named = [_named(one) for one in parsed]
    figures.recall = {label: _recall(label, texts, gold, [one[k] for one in named]) for k, label in enumerate(UPPER)}
    return figures


def _recall(label: str, texts: list[str], gold: list[list[Span]], said: list[set[str]]) -> float:
    """Share of the places named at a level whose name, in one of its forms, is among those said there."""
    right = [
        text[start:end] in names
        for text, spans, names in zip(texts, gold, said, strict=True)
        for span, start, end in spans
        if span == label
    ]
    return sum(right) / max(1, len(right))


def _named(one: Any) -> list[set[str]]:
    """The forms of the province, city and county of a parsed address, as it writes them and as they are called."""
    resolver = addresses.parser().resolver
    said = []
    for label in UPPER:
        forms = {part.text for part in one.parts if part.label == label}
        code = one.codes.get("prov" if label == "city" and one.codes.get("prov") in MUNICIPAL else label)
        for level, _, name in resolver.names(code) if code else ():
            forms.update(surfaces.FORMS[level](name))
        said.append(forms)
    return said


def _peer_named(found: list[str]) -> list[set[str]]:
    """The same of the province, city and county that a peer says; a municipality is its own city."""
    province, city, county = found
    if province.removesuffix("市") in ("北京", "天津", "上海", "重庆"):
        city = province
    return [
        set(form(name))
        for form, name in zip(
            (surfaces.province, surfaces.city, surfaces.county), (province, city, county), strict=True
        )
    ]


@dataclass
class PairFigures:
    """Hits and levels of pairs, over the queries that the thresholds were not fitted on."""

    hit: float  # of the queries with an exact candidate, those whose best score is an exact one (ties count against)
    best: float  # of the queries with any match, those whose best score is of the best level there is
    macro: float
    per_level: dict[str, float]
    bigram_hit: float
    bigram_best: float
    pairs: int


def held_out(query: str) -> bool:
    """Whether a query is kept for reporting."""
    return int(hashlib.md5(query.encode()).hexdigest(), 16) % 4 != 0  # noqa: S324 - a split, no secret


def pair_figures(path: Path) -> PairFigures:
    """How well the pairs of a file are scored."""
    rows = [line.split("\t") for line in path.read_text(encoding="utf-8").splitlines() if line]
    rows = [row for row in rows if held_out(row[0])]
    done = list(addresses.compare([(row[0], row[1]) for row in rows]))
    level = np.array([matching.LEVELS.index(pair.level) for pair in done])
    gold = np.array([int(row[2]) for row in rows])
    f1 = {
        name: 2 * int(((level == k) & (gold == k)).sum()) / max(1, int((level == k).sum() + (gold == k).sum()))
        for k, name in enumerate(matching.LEVELS)
    }
    scores = np.array([pair.score for pair in done])
    bigrams = np.array([_jaccard(row[0], row[1]) for row in rows])
    hit, best = _hits(rows, gold, scores)
    plain_hit, plain_best = _hits(rows, gold, bigrams)
    return PairFigures(hit, best, float(np.mean(list(f1.values()))), f1, plain_hit, plain_best, len(rows))


def _hits(rows: list[list[str]], gold: np.ndarray, scores: np.ndarray) -> tuple[float, float]:
    exact, best, at = [], [], 0
    for _, group in itertools.groupby(rows, key=lambda row: row[0]):
        count = len(list(group))
        part = slice(at, at + count)
        at += count
        top = gold[part][scores[part] == scores[part].max()]
        if gold[part].max() == 2:
            exact.append(bool((top == 2).all()))
        if gold[part].max() > 0:
            best.append(bool((top == gold[part].max()).all()))
    return float(np.mean(exact)), float(np.mean(best))


def _jaccard(a: str, b: str) -> float:
    left, right = ({text[k : k + 2] for k in range(len(text) - 1)} for text in (a, b))
    return len(left & right) / max(1, len(left | right))


def run(bench: Bench, folder: Path) -> list[Table]:  # noqa: ARG001
    """The figures beside the packages that are installed here."""
    return [_parsing(), _pairs()]


def _parsing() -> Table:
    path = SHARED / "address" / "parse_dev.txt"
    table = Table(
        "Addresses parsed",
        "2,786 real addresses (NAACL 2019, dev part); spans count when label and both ends are right.",
    )
    figures = parse_figures(path)
    table.add(
        "span F1, ten core labels",
        f"{figures.core:.3f}",
        "floor 0.86, aim 0.92; the first honest run",
    )
    table.add(
        "span F1, all labels",
        f"{figures.all:.3f}",
        "floor 0.75, aim 0.87; trained on labelled addresses: a linear CRF 0.866, the paper's model 0.899",
    )
    table.add("addresses right from end to end", f"{figures.exact:.1%}")
    for label, asked in (("prov", 0.995), ("city", 0.981), ("district", 0.958)):
        table.add(f"recall of {label}, by name", f"{figures.recall[label]:.3f}", f"asked {asked}")
    for label in LABELS:
        if figures.recalls[label] or figures.precision[label]:
            said = f"P {figures.precision[label]:.3f} R {figures.recalls[label]:.3f}"
            table.add(f"F1 {label}", f"{figures.f1[label]:.3f}", said)
    table.add("commonest errors", "; ".join(f"{name} {count}" for name, count in figures.errors))
    texts, gold = labelled(path)
    table.add("addresses a second, one core, first time", f"{_speed(texts):,.0f}", "asked ≥ 10,000")
    made = texts * 10
    table.add("addresses a second, one core, 27,860 of them", f"{_speed(made):,.0f}")
    for name, peer in (peers.ask("parsers", texts) or {}).items():
        named = [_peer_named(found) for found in peer["found"]]
        said = " / ".join(
            f"{_recall(label, texts, gold, [one[k] for one in named]):.3f}" for k, label in enumerate(UPPER)
        )
        table.add(f"{name}: recall of province, city and county", said, f"{peer['speed']:,.0f} addresses/s, one core")
    return table


def _speed(texts: list[str]) -> float:
    addresses.parser.cache_clear()
    addresses.parser().parse("")
    started = time.perf_counter()
    for _ in addresses.parse(texts):
        pass
    return len(texts) / (time.perf_counter() - started)


def _pairs() -> Table:
    path = SHARED / "address" / "pairs_dev.tsv"
    table = Table(
        "Addresses compared",
        "Pairs of CCKS 2021 track 3; thresholds fitted on the quarter of queries whose md5 is divisible by 4, figures of the rest.",
    )
    figures = pair_figures(path)
    table.add(
        "hit@1: an exact candidate is on top, where there is one",
        f"{figures.hit:.3f}",
        f"floor 0.60, aim 0.70; bigrams {figures.bigram_hit:.3f}",
    )
    table.add(
        "hit@1: a candidate of the best level is on top, where any matches",
        f"{figures.best:.3f}",
        f"bigrams {figures.bigram_best:.3f}",
    )
    levels = ", ".join(f"{name} {value:.3f}" for name, value in figures.per_level.items())
    table.add("macro-F1 of none, partial, exact", f"{figures.macro:.3f}", f"floor 0.55, aim 0.60; {levels}")
    rows = [line.split("\t") for line in path.read_text(encoding="utf-8").splitlines() if line]
    started = time.perf_counter()
    count = sum(1 for _ in addresses.compare([(row[0], row[1]) for row in rows], workers=2))
    table.add("pairs a second, two cores", f"{count / (time.perf_counter() - started):,.0f}", "asked ≥ 20,000")
    return table
