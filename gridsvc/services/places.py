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
_FORMS: Final = {"community": "community", "town": "town", "county": "district"}


@dataclass(frozen=True)
class Refreshed:
    """Places that went, records that were read anew, places now."""

    dropped: int
    records: int
    made: int


def refresh(db: Database, progress: Progress = quiet) -> Refreshed:
    """Work out the places of records that are new or changed; repeatable, and all or nothing."""
    with begin(db, SYSTEM, "jobs", budget_ms=db.settings.job_budget_ms) as tx:
        dropped = tx.run("places/drop_stale")
        tx.run("places/stage")
        found = tx.frame("places/missing")
        reads = addresses.parser(home_of(tx))
        made = 0
        with CopyIn(tx.conn, "stage_places", list(_STAGED)) as copy:
            for low in range(0, len(found), _AT_ONCE):
                progress("places.read", low / len(found))
                rows = _from_records(found.iloc[low : low + _AT_ONCE], reads)
                copy.write(rows[list(_STAGED)])
                made += len(rows)
        made += _roads(tx, progress)
        tx.run("places/insert")
    _LOOKED.pop(str(db.dsn), None)
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
    made = made.assign(kind="road", ref_id=0, mark=mark, area="")
    with CopyIn(tx.conn, "stage_places", list(_STAGED)) as copy:
        copy.write(made[list(_STAGED)])
    return len(made)


def home_of(tx: Tx) -> str:
    """Code that all areas of the installation have in common, empty where they have none or it is in no registry."""
    known = [row["code"] for row in tx.rows("places/area_codes")]
    code = codes.common_code(known) if known else None
    return code if code and not code.startswith(codes.FICTIONAL) else ""


def common_area(tx: Tx) -> str | None:
    """Code that stands for all areas of the installation, None where there is none."""
    return codes.common_code([row["code"] for row in tx.rows("places/area_codes")] or [""])


def is_foreign(tx: Tx) -> bool:
    """Whether no area of the installation is in the registry, so that names in it cannot be told by codes."""
    return all(row["code"].startswith(codes.FICTIONAL) for row in tx.rows("places/area_codes"))


@dataclass(frozen=True)
class Words:
    """The parser that knows the names of the base, those names, and whether the areas are in no registry."""

    parser: Parser
    words: tuple[str, ...]
    speller: Speller
    foreign: bool


_KEPT: dict[str, tuple[int, Words]] = {}
_LOOKED: dict[str, float] = {}
_FRESH_S: Final = 1.0  # seconds for which the names are not looked at again


def words(db: Database, tx: Tx) -> Words:
    """Parser and names for the base as it is; read once until places are worked out again."""
    base, now = str(db.dsn), time.monotonic()
    if base in _KEPT and now - _LOOKED.get(base, 0.0) < _FRESH_S:
        return _KEPT[base][1]
    _LOOKED[base] = now
    state = int(tx.value("places/state"))
    if base not in _KEPT or _KEPT[base][0] != state:
        _KEPT[base] = (state, _words(tx))
    return _KEPT[base][1]


def _words(tx: Tx) -> Words:
    found = tx.frame("places/words")
    named = [
        (word, "road" if is_road else "poi") for word, is_road in zip(found["word"], found["is_road"], strict=True)
    ]
    named.sort(key=lambda pair: pair[1] != "road")
    plain = addresses.parser(home_of(tx))
    own = Own.of(named) if named else None
    only = tuple(dict.fromkeys(word for word, _ in named))
    reads = Parser(plain.gazetteer, plain.network, plain.home, own)
    return Words(reads, only, Speller(only), is_foreign(tx))
