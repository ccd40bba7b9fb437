"""Whether two addresses are the same place: part by part, and by what their names have in common.

The score is the share of rare character pairs that both texts have (Dice's coefficient over what is left when
province to town are taken away), moved up and down by whether road, number, house and the names of places agree,
differ or are missing on one side. The steps are set by hand from what the parts mean; :data:`PARTIAL`, :data:`EXACT`
and the three steps for what only one side has were fitted (docs/addresses.md).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

import numpy as np
from scipy import sparse

from gridsvc.domain.address import shingles, surfaces
from gridsvc.domain.address.lexicon import counted, hashes
from gridsvc.domain.address.marks import AWAY

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from gridsvc.domain.address.parser import Parsed

    Floats = NDArray[np.float32]
    Rows = NDArray[np.int64]

#: Scores from which two addresses are partly, and wholly, the same.
PARTIAL: Final = 0.20
EXACT: Final = 0.80
#: field → labels of its parts; each is compared as a set of texts in their one form.
FIELDS: Final = {
    "district": ("district",),
    "town": ("town",),
    "community": ("community",),
    "road": ("road", "subroad"),
    "number": ("roadno", "subroadno"),
    "house": ("houseno",),
    "cell": ("cellno",),
    "floor": ("floorno",),
    "room": ("roomno",),
}
_NAMES: Final = frozenset(("poi", "subpoi", "person"))
#: Labels that are not compared as text: levels from the town up, and what says nothing.
UPPER: Final = frozenset(("country", "prov", "city", "district", "town", "devzone", "redundant", "otherinfo"))
# agree, differ: what a field adds to the score
_STEP: Final = {
    "district": (0.03, -0.08),
    "town": (0.02, -0.03),
    "community": (0.04, -0.02),
    "road": (0.15, -0.10),
    "number": (0.12, -0.08),
    "house": (0.12, -0.22),
}
_HOUSE_ONLY_ASKED: Final = -0.25  # a house is asked for and the candidate has none
_HOUSE_ONLY_FOUND: Final = -0.08
_PART_ONLY_FOUND: Final = -0.10  # the candidate is a gate, a yard, beside something
_NAME_ONLY_FOUND: Final = 0.10  # a name of the one that the other has not, as far as it has not
_NAME_ONLY_ASKED: Final = 0.35
_CODED: Final = ("prov", "city", "district", "town")
# the sum of all steps as a number between 0 and 1
_STEEP: Final = 3.5
_EVEN: Final = 0.4
_CAPPED: Final = 0.75  # just below :data:`EXACT`
_NOWHERE: Final = -0.05  # just below :data:`PARTIAL`
LEVELS: Final = ("none", "partial", "exact")


@dataclass(frozen=True)
class Prepared:
    """Addresses made ready for comparing; one row each."""

    core: sparse.csr_array  # what stands below the town, as weighted pairs
    names: sparse.csr_array  # names of places, a row a name
    name_of: Rows  # where the names of each address begin (one more than addresses)
    fields: dict[str, sparse.csr_array]
    parts: NDArray[np.bool_]  # has a part of a place, or a place beside another
    beside: NDArray[np.bool_]  # near what is named, not at it
    codes: dict[str, Rows]  # code of each level down to the town, 0 where it is not certain

    def __len__(self) -> int:
        return len(self.parts)

    @cached_property
    def weight(self) -> Floats:
        """Weight of all pairs of each address."""
        return np.asarray(self.core.sum(axis=1), dtype=np.float32).ravel()

    @cached_property
    def name_weight(self) -> Floats:
        """Weight of all pairs of each name."""
        return np.asarray(self.names.sum(axis=1), dtype=np.float32).ravel()

    @cached_property
    def has(self) -> dict[str, NDArray[np.bool_]]:
        """Whether each address has a part of each field."""
        return {name: np.diff(rows.indptr) > 0 for name, rows in self.fields.items()}


def prepare(parsed: Sequence[Parsed], rare: Floats) -> Prepared:
    """Parsed addresses as arrays; ``rare`` is the rarity table of the address model."""
    core, names, owner = [], [], []
    held: dict[str, tuple[list[int], list[str]]] = {field: ([], []) for field in FIELDS}
    field_of = {label: field for field, labels in FIELDS.items() for label in labels}
    parts, beside = np.zeros((2, len(parsed)), bool)
    for k, one in enumerate(parsed):
        below = []
        for label, _, _, _, normal in one.parts:
            if label not in UPPER:
                below.append(normal)
            if label in _NAMES:
                names.append(normal)
                owner.append(k)
                parts[k] |= label == "subpoi"
            elif label == "assist":
                parts[k] = True
                beside[k] |= AWAY.search(normal) is not None
            elif field := field_of.get(label):
                held[field][0].append(k)
                # 淳溪镇 became 淳溪街道: the bare name is compared
                held[field][1].append(surfaces.town(normal)[-1] if field == "town" else normal)
        core.append("".join(below))
    begins = np.searchsorted(np.asarray(owner, np.int64), np.arange(len(parsed) + 1))
    fields = {field: _members(rows, texts, len(parsed)) for field, (rows, texts) in held.items()}
    codes = {level: np.array([int(one.codes.get(level, 0)) for one in parsed], np.int64) for level in _CODED}
    return Prepared(shingles.rows(core, rare), shingles.rows(names, rare), begins, fields, parts, beside, codes)


def _members(rows: list[int], texts: list[str], count: int) -> sparse.csr_array:
    columns = (hashes(texts) % np.uint64(1 << 30)).astype(np.int64) if texts else np.empty(0, np.int64)
    made = sparse.csr_array((np.ones(len(rows), np.float32), (rows, columns)), shape=(count, 1 << 30))
    made.sum_duplicates()
    return made


@dataclass(frozen=True)
class Compared:
    """One row a pair: the score, the level (0 none, 1 partial, 2 exact), and what each field said.

    ``said[field]`` is 1 where both agree, 0 where they differ, −1 where one has none.
    """

    score: Floats
    said: dict[str, NDArray[np.int8]]

    @property
    def level(self) -> NDArray[np.int8]:
        """Place of each pair in :data:`LEVELS`."""
        return ((self.score >= PARTIAL).astype(np.int8) + (self.score >= EXACT)).astype(np.int8)


def compare(asked: Prepared, found: Prepared, i: Rows, k: Rows) -> Compared:
    """Address ``i`` of those asked for beside address ``k`` of those found, for every pair."""
    a, b = asked.core[i], found.core[k]
    together = shingles.shared(a, b)
    score = 0.9 * 2 * together / np.maximum(asked.weight[i] + found.weight[k], 1e-6)
    said: dict[str, NDArray[np.int8]] = {}
    for field in FIELDS:
        both = asked.has[field][i] & found.has[field][k]
        same = np.asarray(asked.fields[field][i].multiply(found.fields[field][k]).sum(axis=1)).ravel() > 0
        if field in _CODED:  # 高淳县 and 高淳区 are one
            one, other = asked.codes[field][i], found.codes[field][k]
            same = np.where((one > 0) & (other > 0), one == other, same)
        said[field] = np.where(both, same.astype(np.int8), np.int8(-1))
        agree, differ = _STEP.get(field, (0.0, 0.0))
        score += np.where(said[field] == 1, agree, np.where(said[field] == 0, differ, 0.0))
    one_sided = said["house"] < 0
    score += np.where(one_sided & asked.has["house"][i], _HOUSE_ONLY_ASKED, 0.0)
    score += np.where(one_sided & found.has["house"][k] & ~asked.has["house"][i], _HOUSE_ONLY_FOUND, 0.0)
    score += _named(asked, found, i, k)
    score += np.where(found.parts[k] & ~asked.parts[i], _PART_ONLY_FOUND, 0.0)
    # another house, room or number of the road is never the same place, however alike the rest is
    other = (said["house"] == 0) | (said["room"] == 0) | ((said["number"] == 0) & (said["road"] == 1))
    other |= (said["cell"] == 0) | ((said["floor"] == 0) & (said["room"] < 0))
    other |= (asked.beside[i] != found.beside[k]) | (said["district"] == 0)
    other |= (said["town"] == 0) & _elsewhere(asked, found, i, k, "town")
    score = np.where(other, np.minimum(score, _CAPPED), score)
    far = _elsewhere(asked, found, i, k, "prov") | _elsewhere(asked, found, i, k, "city")
    score = np.where(far, np.minimum(score, _NOWHERE), score)
    return Compared((1 / (1 + np.exp(-_STEEP * (score - _EVEN)))).astype(np.float32), said)


def _elsewhere(asked: Prepared, found: Prepared, i: Rows, k: Rows, level: str) -> NDArray[np.bool_]:
    """Pairs that lie in two provinces (or cities) for certain."""
    one, other = asked.codes[level][i], found.codes[level][k]
    return np.asarray((one > 0) & (other > 0) & (one != other))


def _named(asked: Prepared, found: Prepared, i: Rows, k: Rows) -> Floats:
    """What the names of places add: how alike the likest two are, and the names that the other side has not."""
    best, least = _within(found, asked, k, i)
    _, missing = _within(asked, found, i, k)
    alike = _alike(asked, found, i, k)
    added = 0.25 * best + np.where(alike >= 0, 0.35 * (alike - 0.4), 0.0) - 0.1
    return np.asarray(added - _NAME_ONLY_FOUND * (1 - least) - _NAME_ONLY_ASKED * (1 - missing), dtype=np.float32)


def _expanded(begins: Rows, rows: Rows) -> tuple[Rows, Rows]:
    """Every name of the addresses ``rows``: the place in ``rows`` that it belongs to, and its own row."""
    counts = np.diff(begins)[rows]
    pair = np.repeat(np.arange(len(rows)), counts)
    return pair, counted(counts) + begins[rows][pair]


def _within(named: Prepared, whole: Prepared, i: Rows, k: Rows) -> tuple[Floats, Floats]:
    """Share of a name of ``named[i]`` that stands in ``whole[k]``: of the best name, of the worst (1 for none)."""
    pair, name = _expanded(named.name_of, i)
    share = shingles.shared(named.names[name], whole.core[k[pair]]) / np.maximum(named.name_weight[name], 1e-6)
    best, least = np.zeros(len(i), np.float32), np.ones(len(i), np.float32)
    np.maximum.at(best, pair, share)
    np.minimum.at(least, pair, share)
    return best, least


def _alike(asked: Prepared, found: Prepared, i: Rows, k: Rows) -> Floats:
    """Dice's coefficient of the two names that are most alike, −1 where one side has none."""
    pair, name = _expanded(found.name_of, k)
    many, other = _expanded(asked.name_of, i[pair])
    weight = found.name_weight[name[many]] + asked.name_weight[other]
    dice = 2 * shingles.shared(found.names[name[many]], asked.names[other]) / np.maximum(weight, 1e-6)
    alike = np.full(len(k), -1, np.float32)
    np.maximum.at(alike, pair[many], dice)
    return alike
