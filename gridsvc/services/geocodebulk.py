"""Many addresses at once: the whole base in arrays; files of addresses; what is in doubt goes to the review list."""

from __future__ import annotations

import re
from dataclasses import dataclass
from json import dumps
from typing import TYPE_CHECKING, Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from gridsvc.domain import codes, crs
from gridsvc.domain.address.doors import spread
from gridsvc.domain.address.fold import fold
from gridsvc.domain.geocode import places as domain_places
from gridsvc.domain.geocode.base import LEVELS
from gridsvc.domain.geocode.decide import STATUS, distinct
from gridsvc.domain.geocode.find import explained
from gridsvc.domain.geocode.search import Found, Geocoder
from gridsvc.errors import InputError
from gridsvc.io import writers
from gridsvc.services import filein, ground, places, questions, scopes
from gridsvc.services.geocoding import COLUMNS, LONGEST, decided_for, is_house, rooms_there
from gridsvc.services.progress import Progress, quiet
from gridsvc.store.tx import begin

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from gridsvc.services.filein import Source
    from gridsvc.store.pool import Database
    from gridsvc.store.tx import Caller, Tx

#: Columns that geocoding adds to a file.
ADDED: Final = ("longitude", "latitude", "level", "accuracy_m", "confidence", "status", "matched", "cell_code")
_MANY: Final = re.compile(r"[至到、,，和及－\-—–~～]")  # signs without which no address names several doors
_AT_ONCE: Final = 20_000
_CANDIDATES: Final = 6  # of one question
_QUESTIONS: Final = 2_000  # that one file may put on the review list: those that most rows wait for
_REVIEW: Final = STATUS.index("review")


@dataclass(frozen=True)
class Coded:
    """What became of the rows of a file; ``questions``: texts that were put on the review list."""

    rows: int
    found: int
    review: int
    not_found: int
    empty: int
    levels: dict[str, int]
    questions: int
    output: str


class Bulk:
    """The base of one transaction, ready for many texts; what was decided about a text goes before the base, as
    far as it was decided for ``area`` (a code; by default the caller's own) or one around it."""

    def __init__(self, tx: Tx, area: str | None = None) -> None:
        known = places.words(tx)
        self._tx = tx
        self._rows = tx.frame("places/all")
        self._coder = Geocoder(
            known.parser, domain_places.base_of(self._rows), known.speller, known.foreign, common=known.common
        )
        areas = codes.keys_upwards(area) if area else decided_for(tx, known)
        self._decided = {r["text"]: r["answer"] for r in tx.rows("review/answers", areas=areas, texts=None)}

    def answers(self, texts: Sequence[str], progress: Progress = quiet) -> pd.DataFrame:
        """A row a text: longitude, latitude (NaN without), level, accuracy_m, confidence, status, matched, and for
        those in doubt ``candidates`` (JSON)."""
        parts = []
        for low in range(0, max(len(texts), 1), _AT_ONCE):
            progress("geocode.rows", low / max(len(texts), 1))
            parts.append(self._part(texts[low : low + _AT_ONCE]))
        return pd.concat(parts, ignore_index=True)

    def _part(self, texts: Sequence[str]) -> pd.DataFrame:
        found = self._coder.geocode([text[:LONGEST] for text in texts])
        answers, some, rows = found.answers, found.candidates, self._rows
        has = answers.best >= 0
        best = answers.best[has]
        out = pd.DataFrame(
            {"longitude": np.nan, "latitude": np.nan, "level": None, "accuracy_m": answers.accuracy.round(0),
             "confidence": np.nan, "status": np.array(STATUS)[answers.status], "matched": None, "candidates": None},
            index=range(len(texts)),
        )  # fmt: skip
        out = out.astype({"level": object, "matched": object, "candidates": object})
        out.loc[has, "longitude"], out.loc[has, "latitude"] = some.lon[best].round(7), some.lat[best].round(7)
        out.loc[has, "confidence"] = some.confidence[best].round(3)
        levels = np.array(LEVELS)[some.level[best]]
        kinds, ids = rows["kind"].to_numpy(dtype=object)[some.row[best]], rows["ref_id"].to_numpy()[some.row[best]]
        buildings = np.zeros(len(texts), np.int64)
        house = np.array([is_house(kind, level) for kind, level in zip(kinds, levels, strict=True)], dtype=bool)
        buildings[np.flatnonzero(has)[house]] = ids[house]
        out.loc[has, "level"] = levels
        out.loc[rooms_there(self._tx, found.parsed, buildings.tolist()), "level"] = "room"
        out.loc[has, "matched"] = rows["label"].to_numpy(dtype=object)[some.row[best]]
        self._offer(out, found)
        return self._as_decided(out, texts)

    def _offer(self, out: pd.DataFrame, found: Found) -> None:
        """Candidates of the texts in doubt, the surest first."""
        some = found.candidates
        doubt = np.flatnonzero(found.answers.status == _REVIEW)
        first = found.answers.best[doubt]
        begins = found.answers.best[found.answers.best >= 0]
        ends = dict(zip(begins.tolist(), [*begins[1:].tolist(), len(some)], strict=False))
        labels = self._rows["label"].to_numpy(dtype=object)
        for k, low in zip(doubt.tolist(), first.tolist(), strict=True):
            at = distinct(some, low, ends[low], _CANDIDATES)
            out.at[k, "candidates"] = as_candidates([
                {"matched": labels[some.row[c]], "longitude": some.lon[c], "latitude": some.lat[c],
                 "level": LEVELS[some.level[c]], "accuracy_m": some.accuracy[c], "confidence": some.confidence[c],
                 **explained(some, c)}
                for c in at
            ])  # fmt: skip

    def _as_decided(self, out: pd.DataFrame, texts: Sequence[str]) -> pd.DataFrame:
        """Answers that somebody has given already."""
        if self._decided:
            at = np.flatnonzero(pd.Index(texts).isin(self._decided)).tolist()
            told = pd.DataFrame([self._decided[texts[k]] for k in at], index=at)
            for name in ("longitude", "latitude", "level", "accuracy_m", "matched"):
                out.loc[at, name] = told[name] if len(told) else None
            out.loc[at, "confidence"], out.loc[at, "status"], out.loc[at, "candidates"] = 1.0, "found", None
        return out


def put(tx: Tx, key: int, entity: str, texts: pd.Series, answers: pd.DataFrame, *, personal: bool) -> int:
    """Put the texts in doubt on the review list of the area with this key; how many.

    ``texts`` has a row an answer, as often as records say so.
    """
    doubt = answers["candidates"].notna().to_numpy()
    if not doubt.any():
        return 0
    rows = pd.DataFrame({"text": texts.to_numpy()[doubt], "candidates": answers["candidates"].to_numpy()[doubt]})
    counted = rows.groupby("text", sort=False).agg(records=("text", "size"), candidates=("candidates", "first"))
    counted = counted.sort_values("records", ascending=False, kind="stable").head(_QUESTIONS).reset_index()
    asked = counted.assign(entity=entity, answer=None)
    return questions.put(tx, asked, key=key, what="address", personal=personal)


def geocode_file(
    db: Database, caller: Caller, source: Source, output: Path, column: str | None = None, progress: Progress = quiet,
    *, area: str | None = None, ask: bool = False,
) -> Coded:  # fmt: skip
    """Give every row of a file a place: its columns and :data:`ADDED`, in the format of ``output``'s name.

    ``ask``: what is in doubt goes to the review list of ``area`` (the caller's own); answered there, it is found the
    next time.

    Raises:
        InputError: ``address.column``, ``export.format``, ``export.same_file``; and whatever is wrong with the file
            as a whole.
    """
    if output.suffix.lower() not in writers.FORMATS:
        raise InputError("export.format", value=output.suffix, known=", ".join(writers.FORMATS))
    if source.local and output.resolve() == source.path.resolve():
        raise InputError("export.same_file", file=source.name)
    own = _list_area(db, caller, area) if ask else None
    progress("geocode.base", 0.0)
    places.refresh(db, progress)
    with filein.open_source(source, db.settings, frozenset(COLUMNS)) as reading:
        table = reading.whole().to_pandas()
    table = table[[name for name in table.columns if not name.startswith("__")]]
    name = _column(table, column, source.name)
    table, texts = _each_door(table, name)
    with begin(db, caller, "import" if ask else "read", budget_ms=db.settings.job_budget_ms) as tx:
        found = Bulk(tx, own.code if own else None).answers(texts.tolist(), progress)
        found["cell_code"] = cell_codes(tx, found["longitude"].to_numpy(), found["latitude"].to_numpy())
        asked = put(tx, own.key, "file", texts, found, personal=True) if own else 0
        tx.audit("geocode", detail={"file": source.name, "rows": len(table), "questions": asked})
    _write(table, found.drop(columns="candidates"), output, progress)
    counts = found["status"].value_counts()
    return Coded(
        len(table), int(counts.get("found", 0)), int(counts.get("review", 0)), int(counts.get("not_found", 0)),
        int((texts == "").sum()), {str(k): int(v) for k, v in found["level"].value_counts().items()}, asked,
        str(output),
    )  # fmt: skip


def _list_area(db: Database, caller: Caller, area: str | None) -> ground.Area:
    """The area that questions are put down for; all of it must be in the caller's scope."""
    with begin(db, caller, "import") as tx:
        found = scopes.own_area(tx, area)
        if not tx.who.covers(found.lo, found.hi):
            raise InputError("import.area_outside", area=found.code, own=tx.who.area_code or "–")
        return found


def _write(table: pd.DataFrame, found: pd.DataFrame, output: Path, progress: Progress) -> None:
    kept = table.drop(columns=[c for c in ADDED if c in table.columns]).reset_index(drop=True)
    whole = pd.concat([kept, found], axis=1)
    shapes = np.full(len(whole), None, dtype=object)
    has = found["longitude"].notna().to_numpy()
    shapes[has] = shapely.points(found["longitude"][has], found["latitude"][has])
    progress("geocode.write", 0.0)
    writers.write(iter([gpd.GeoDataFrame(whole, geometry=shapes, crs=crs.WGS84)]), output, output.stem)


def _each_door(table: pd.DataFrame, name: str) -> tuple[pd.DataFrame, pd.Series]:
    """A row for each door that an address names, told apart by the column ``door`` where any names several."""
    texts = table[name].fillna("").astype("str").str.strip()
    doors = [spread(fold(text)) if _MANY.search(text) else [text] for text in texts]
    counts = [len(each) for each in doors]
    if max(counts, default=1) == 1:
        return table, texts
    wide = table.loc[table.index.repeat(counts)].reset_index(drop=True)
    single = pd.Series([door for each in doors for door in each])
    return wide.assign(door=single), single


def _column(table: pd.DataFrame, wanted: str | None, file: str) -> str:
    if wanted is not None and wanted in table.columns:
        return wanted
    found = None if wanted is not None else next((c for c in COLUMNS if c in table.columns), None)
    if found is None:
        raise InputError(
            "address.column", file=file, value=wanted or "–", known=", ".join(map(str, table.columns[:20]))
        )
    return found


def cell_codes(tx: Tx, lon: np.ndarray, lat: np.ndarray) -> np.ndarray:
    """Code of the cell of each point, None outside every cell."""
    out = np.full(len(lon), None, dtype=object)
    has = np.flatnonzero(np.isfinite(lon))
    area = places.areas(tx).common
    if not len(has) or area is None:
        return out
    site = ground.load(tx, area)
    keys = site.units.assign(lon[has], lat[has]).key
    named = tx.frame("places/cell_codes", keys=np.unique(keys[keys % (codes.SEQ_MAX + 1) > 0]).tolist())
    code = pd.Series(named["code"].to_numpy(), index=named["key"].to_numpy())
    out[has] = pd.Series(keys).map(code).where(lambda s: s.notna(), None).to_numpy()
    return out


_ROUNDED: Final = {"longitude": 7, "latitude": 7, "accuracy_m": 0, "confidence": 3}


def as_candidates(places: Sequence[Mapping[str, Any]]) -> str:
    """Places (matched, longitude, latitude, level, accuracy_m, confidence; agreed and missed where it is known) as
    the candidates of a question."""
    told = [{"matched": str(p["matched"]), "level": str(p["level"])}
            | {name: round(float(p[name]), digits) for name, digits in _ROUNDED.items()}
            | {name: p[name] for name in ("agreed", "missed") if name in p} for p in places]  # fmt: skip
    return dumps(told, ensure_ascii=False)


def offered(candidate: dict[str, Any]) -> dict[str, Any]:
    """A candidate as the answer that is kept."""
    return {name: candidate[name] for name in ("longitude", "latitude", "level", "accuracy_m", "matched")}
