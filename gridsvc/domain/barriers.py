"""Roads, rivers, railways and walls as barriers: what a border must follow, should follow, or may ignore."""

from __future__ import annotations

import ast
import contextlib
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import shapely

from gridsvc.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    Geoms = NDArray[np.object_]

HARD, PREFER, IGNORE = "hard", "prefer", "ignore"
STRENGTHS = (HARD, PREFER, IGNORE)
# Columns that say what a line is, the most telling first.
_TELLING = (
    "highway", "railway", "waterway", "natural", "barrier", "kind_detail", "detail", "kind", "class", "fclass",
    "type",
)  # fmt: skip
_TUNNEL = ("tunnel", "is_tunnel")


def _nothing() -> Geoms:
    return np.zeros(0, dtype=object)


@dataclass(frozen=True)
class Barriers:
    """Lines in lon/lat: ``hard`` ones no cell crosses, ``prefer`` ones draw borders to them."""

    hard: Geoms = field(default_factory=_nothing)
    prefer: Geoms = field(default_factory=_nothing)

    def __add__(self, other: Barriers) -> Barriers:
        """Both."""
        return Barriers(np.append(self.hard, other.hard), np.append(self.prefer, other.prefer))


def from_features(
    geoms: Geoms, attributes: pd.DataFrame, known: Mapping[str, str], rules: Mapping[str, str] | None = None,
    every: str | None = None,
) -> Barriers:  # fmt: skip
    """Barriers of lines and polygons (whose outlines count) with attributes as OpenStreetMap or gridsvc names them.

    Args:
        geoms: (n,) lon/lat. attributes: (n) rows; ``highway``, ``kind`` and the like, or ``tags`` as JSON.
        known: class → strength, as ``data/barriers.csv`` has them. rules: the same, before those. every: one strength
            for all of them.

    Raises:
        InputError: ``division.strength``.
    """
    for value in (*(rules or {}).values(), *((every,) if every else ())):
        if value not in STRENGTHS:
            raise InputError("division.strength", value=value, known=", ".join(STRENGTHS))
    strength = np.full(len(geoms), every or IGNORE, dtype=object)
    if every is None:
        words = _words(attributes)
        # what the caller says about any of a feature's words goes before what we think of the most telling one
        found = _first(words, known)
        if rules:
            found = _first(words, rules).fillna(found)
        strength = found.fillna(IGNORE).to_numpy(dtype=object)
    return Barriers(lines_of(geoms[strength == HARD]), lines_of(geoms[strength == PREFER]))


def _first(words: list[pd.Series], known: Mapping[str, str]) -> pd.Series:
    """The strength of the first word that is known."""
    out = pd.Series(None, index=words[0].index, dtype=object)
    for column in words:
        out = out.fillna(column.map(known))
    return out


def _words(attributes: pd.DataFrame) -> list[pd.Series]:
    """What features are called, the most telling first; ``tunnel`` before all, since nobody sees a tunnel."""
    frame = attributes.reset_index(drop=True)
    if "tags" in frame:
        tags = pd.DataFrame([_tags(v) for v in frame["tags"]], index=frame.index)
        frame = frame.combine_first(tags) if len(tags.columns) else frame
    plain = {c: frame[c].astype("string").str.strip().str.lower() for c in (*_TUNNEL, *_TELLING) if c in frame}
    under = pd.Series(None, index=frame.index, dtype=object)
    for column in _TUNNEL:
        if column in plain:
            under[plain[column].isin(["yes", "true", "1", "1.0", "building_passage"]).fillna(False)] = "tunnel"
    return [under, *(plain[c].astype(object) for c in _TELLING if c in plain)]


def _tags(value: object) -> dict[str, object]:
    if isinstance(value, dict):
        return value
    if isinstance(value, str) and value.startswith("{"):
        with contextlib.suppress(ValueError, SyntaxError):
            found = json.loads(value) if '"' in value else ast.literal_eval(value)
            return found if isinstance(found, dict) else {}
    return {}


def lines_of(geoms: Geoms) -> Geoms:
    """Single line strings of lines, polygons (their outlines) and collections; points are left out."""
    parts = shapely.get_parts(shapely.get_parts(np.asarray(geoms, dtype=object)))
    flat = shapely.get_dimensions(parts) == 2
    parts = np.append(parts[~flat], shapely.get_parts(shapely.boundary(parts[flat])))
    return np.asarray(parts[shapely.get_dimensions(parts) == 1], dtype=object)
