"""The address base as it is searched: worked out from the records that are open to everybody, where they changed."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd
import shapely

from gridsvc.domain import codes
from gridsvc.domain.address import surfaces
from gridsvc.domain.address.fold import fold
from gridsvc.domain.address.own import Own
from gridsvc.domain.address.parser import Parser
from gridsvc.domain.geocode import places, roads
from gridsvc.domain.geocode.mend import Speller
from gridsvc.services import addresses
from gridsvc.services.progress import Progress, quiet
from gridsvc.store.copyin import CopyIn
from gridsvc.store.tx import SYSTEM, begin

if TYPE_CHECKING:
    from gridsvc.store.pool import Database
    from gridsvc.store.tx import Tx

_AT_ONCE: Final = 20_000
_STAGED: Final = (
    "kind", "ref_id", "mark", "level", "name", "road", "road2", "number", "house", "first", "last", "label", "area",
    "accuracy_m", "lon", "lat",
)  # fmt: skip
_ROAD: Final = "road"
#: Kinds of records that places are worked out of, as ``app_place_source`` names them, and roads.
KINDS: Final = (
    "building", "address", "facility", "estate", "estate_houses", "alias", "resident_group", "area", _ROAD,
)  # fmt: skip
_DIGITS: Final = {"county": 6, "town": 9}
_FORMS: Final = {"community": "community", "town": "town", "county": "district"}


@dataclass(frozen=True)
class Refreshed:
    """Places that went, records that were read anew, places now."""

    dropped: int
    records: int
    made: int


def refresh(db: Database, progress: Progress = quiet, kinds: tuple[str, ...] = KINDS) -> Refreshed:
    """Work out the places of records that are new or changed; repeatable, and all or nothing.

    ``kinds``: only these, when it is known that nothing else changed.
    """
    with begin(db, SYSTEM, "jobs", budget_ms=db.settings.job_budget_ms) as tx:
        tx.run("places/lock")
        of = [kind for kind in kinds if kind != _ROAD]
        dropped = tx.run("places/drop_stale", kinds=of)
        tx.run("places/stage")
        found = tx.frame("places/missing", kinds=of)
        reads = addresses.parser(areas(tx).home)
        made = 0
        with CopyIn(tx.conn, "stage_places", list(_STAGED)) as copy:
            for low in range(0, len(found), _AT_ONCE):
                progress("places.read", low / len(found))
                rows = _from_records(found.iloc[low : low + _AT_ONCE], reads)
                copy.write(rows[list(_STAGED)])
                made += len(rows)
        if _ROAD in kinds:
            made += _roads(tx, progress)
        tx.run("places/insert")
        _LOOKED.pop(_base(tx), None)
    return Refreshed(dropped, len(found), made)


def _from_records(found: pd.DataFrame, reads: Parser) -> pd.DataFrame:
    """Places of addresses by their parts, of everything else by its name."""
    named = found["level"].notna()
    parts = places.from_records(found[~named].drop(columns="level").reset_index(drop=True), reads)
    whole = found[named].reset_index(drop=True)
    forms = [
        surfaces.FORMS[_FORMS[level]](fold(str(name))) if level in _FORMS else places.name_forms(fold(str(name)))
        for level, name in zip(whole["level"], whole["name"], strict=True)
    ]
    at = np.repeat(np.arange(len(whole)), [len(names) for names in forms])
    bare = {"road": "", "road2": "", "number": "", "house": "", "first": -1, "last": -1}
    others = whole.iloc[at].assign(label=whole["name"].iloc[at], name=[n for names in forms for n in names], **bare)
    made = pd.concat([parts[list(_STAGED)], others[list(_STAGED)]], ignore_index=True)
    # a record that names no place is kept as one that nobody asks for, so that it is read once only
    read = pd.MultiIndex.from_frame(made[["kind", "ref_id"]])
    nothing = found[~pd.MultiIndex.from_frame(found[["kind", "ref_id"]]).isin(read)]
    nothing = nothing.assign(level="none", name="", label="", **bare)
    return pd.concat([made, nothing[list(_STAGED)]], ignore_index=True)


def _roads(tx: Tx, progress: Progress) -> int:
    """Roads and crossings, all of them anew where any road changed."""
    mark = str(tx.value("places/roads_mark"))
    kept = tx.one("places/roads_kept")
    if kept is not None and kept["mark"] == mark:
        return 0
    progress("places.roads", 0.0)
    tx.run("places/drop_roads")
    lines = tx.frame("places/roads")
    if lines.empty:
        return 0
    shapes = shapely.from_wkb(lines["wkb"].to_numpy(dtype=object))
    made = roads.places(lines["name"].tolist(), shapes, lines["tunnel"].to_numpy(dtype=bool))
    made = made.assign(kind=_ROAD, ref_id=0, mark=mark, area="")
    with CopyIn(tx.conn, "stage_places", list(_STAGED)) as copy:
        copy.write(made[list(_STAGED)])
    return len(made)


@dataclass(frozen=True)
class Areas:
    """Where the installation lies: the code that all its areas have in common (None without), whether the registry
    knows it (``home`` is empty otherwise)."""

    common: str | None
    foreign: bool

    @property
    def home(self) -> str:
        """Code of the own area for the parser, empty where the registry has none."""
        return "" if self.foreign or self.common is None else self.common


def areas(tx: Tx) -> Areas:
    """Where the installation lies."""
    known = [row["code"] for row in tx.rows("places/area_codes")]
    return Areas(codes.common_code(known), all(code.startswith(codes.FICTIONAL) for code in known))


@dataclass(frozen=True)
class Words:
    """The parser and speller that know the names of the base, the code that all its areas have in common, and
    whether they are in no registry."""

    parser: Parser
    speller: Speller
    common: str | None
    foreign: bool


_KEPT: dict[str, tuple[int, Words]] = {}
_LOOKED: dict[str, float] = {}
_FRESH_S: Final = 1.0  # seconds for which the names are not looked at again


def _base(tx: Tx) -> str:
    info = tx.conn.info
    return f"{info.host}:{info.port}/{info.dbname}"


def words(tx: Tx) -> Words:
    """Parser and names for the base as it is; read once until places are worked out again."""
    base, now = _base(tx), time.monotonic()
    if base in _KEPT and now - _LOOKED.get(base, 0.0) < _FRESH_S:
        return _KEPT[base][1]
    _LOOKED[base] = now
    state = int(tx.value("places/state"))
    if base not in _KEPT or _KEPT[base][0] != state:
        _KEPT[base] = (state, _words(tx))
    return _KEPT[base][1]


def _label(word: str, level: object, plain: Parser, where: Areas) -> str:
    """What a name of the base is read as: counties and towns that the registry knows here as such, so that their
    codes count; everything else as a place."""
    if level not in _DIGITS or where.foreign or not where.home:
        return "poi"
    label = _FORMS[str(level)]
    code = plain.parse(word).codes.get(label, "")
    return label if code.startswith(where.home) and len(code) == _DIGITS[str(level)] else "poi"


def _words(tx: Tx) -> Words:
    found = tx.frame("places/words")
    where = areas(tx)
    plain = addresses.parser(where.home)
    named = [
        ("road" if is_road else _label(word, level, plain, where), word)
        for word, is_road, level in zip(found["word"], found["is_road"], found["level"], strict=True)
    ]
    named = [(word, label) for label, word in sorted(named, key=lambda pair: (pair[0] != "road", pair[0] == "poi"))]
    reads = Parser(plain.gazetteer, plain.network, plain.home, Own.of(named) if named else None)
    return Words(reads, Speller(word for word, _ in named), where.common, where.foreign)
