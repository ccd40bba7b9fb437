"""The doors that the rows of a list name: in columns of their own, or in one address that is read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import pandas as pd

from gridsvc.domain import codes, values
from gridsvc.domain.address.fold import fold
from gridsvc.domain.ledger.doorway import Doorway, doorways
from gridsvc.domain.records import DOOR
from gridsvc.services import addresses, codelists, places

if TYPE_CHECKING:
    from collections.abc import Collection

    from gridsvc.domain.frames import ColumnMap
    from gridsvc.io.reader import Reading
    from gridsvc.services.ground import Area
    from gridsvc.services.progress import Progress
    from gridsvc.store.tx import Tx

#: Fields of a door that an address fills.
FIELDS: Final = (*DOOR, "unit_no", "room")
_AT_HOME: Final = "registered"  # code of whoever lives where she is registered
_AT_ONCE: Final = 20_000


@dataclass(frozen=True)
class Doorman:
    """Reads addresses of one area; ``spelled``: decided spellings, (estate or street, as written) → the name."""

    tx: Tx
    area: Area
    spelled: dict[tuple[str, str], str]

    @classmethod
    def of(cls, tx: Tx, area: Area) -> Doorman:
        """With the spellings that were decided for the area or for one around it."""
        found = settled(tx, area)
        return cls(tx, area, {key: name for key, name in found.items() if name is not None})

    def read(self, texts: list[str], progress: Progress | None = None, *, plainly: bool = False) -> pd.DataFrame:
        """A row an address: the fields of :class:`Doorway` (missing where empty), spellings settled.

        ``plainly``: with the registry's names alone, without those of the base.
        """
        reads = addresses.parser(places.areas(self.tx).home) if plainly else places.words(self.tx).parser
        found: list[Doorway] = []
        for low in range(0, len(texts), _AT_ONCE):
            if progress:
                progress("ledger.read", low / len(texts))
            found += doorways(texts[low : low + _AT_ONCE], reads)
        frame = pd.DataFrame(found, columns=list(Doorway._fields), index=pd.Index(texts, dtype=object))
        for name in (*FIELDS, "community"):
            frame[name] = frame[name].astype("str").where(frame[name] != "")
        return self.settle(frame)

    def settle(self, doors: pd.DataFrame) -> pd.DataFrame:
        """Names of estates and streets as they were decided."""
        if not self.spelled:
            return doors
        out = doors.copy()
        for column, entity in (("estate", "estate"), ("street", "street")):
            names = {text: name for (of, text), name in self.spelled.items() if of == entity}
            folded = out[column].dropna().unique()
            table = {word: names[fold(word)] for word in folded if fold(word) in names}
            out[column] = out[column].map(table).astype("str").fillna(out[column]) if table else out[column]
        return out

    def buildings(self, doors: pd.DataFrame) -> pd.Series:
        """The building of the base that has each door, missing where none has."""
        told = {c: listed(doors[c]) for c in DOOR}
        rows = self.tx.frame(
            "ledger/known", lo=self.area.lo, hi=self.area.hi, estates=told["estate"], buildings=told["building_no"],
            streets=told["street"], houses=told["housenumber"],
        )  # fmt: skip
        out = pd.Series(pd.NA, index=doors.index, dtype="Int64")
        out.iloc[rows["ord"].astype(int).to_numpy() - 1] = rows["id"].astype("int64").to_numpy()
        return out

    def known(self, doors: pd.DataFrame) -> pd.Series:
        """Whether the base has a building with this door."""
        return self.buildings(doors).notna()


def listed(column: pd.Series) -> list[str | None]:
    """Texts as the database takes them."""
    plain = column.astype(object)
    return list(plain.where(plain.notna(), None))


def settled(tx: Tx, area: Area) -> dict[tuple[str, str], str | None]:
    """What was decided about spellings: the name that one stands for, None where it is a name of its own."""
    rows = tx.rows("review/spellings", areas=codes.keys_upwards(area.code))
    return {(r["entity"], r["text"]): r["name"] for r in rows}


def told(tx: Tx, reading: Reading, columns: ColumnMap, table: str = "rows") -> pd.DataFrame:
    """What the rows of a list say of their doors: FIELDS, ``area`` and ``text``, the living address (or the
    registered one of somebody who lives there); cleaned, missing where they say nothing; by the row's number."""
    whole = reading.whole(table)
    names = columns.columns
    index = pd.Index(whole["__row"].to_numpy(), name="row_no")

    def column(name: str) -> pd.Series:
        if name not in names or names[name] not in whole.column_names:
            return pd.Series(pd.NA, index=index, dtype="str")
        return values.clean(whole[names[name]].to_pandas().astype("str")).set_axis(index)

    frame = pd.DataFrame({name: column(name) for name in (*FIELDS, "area")}, index=index)
    frame["text"] = column("address")
    said = column("residence").str.lower().map(codelists.words(tx).get("residence", {}), na_action="ignore")
    frame["registered"] = at_home(column("registered_address"), said, frame["text"], frame[list(DOOR)])
    frame["text"] = frame["text"].fillna(frame["registered"])
    frame.loc[frame[list(DOOR)].notna().any(axis=1), "text"] = None
    return frame


def at_home(registered: pd.Series, residence: pd.Series, living: pd.Series, doors: pd.DataFrame) -> pd.Series:
    """The registered address where it is the living one: no other is given, and nothing says that it is not.

    ``residence`` are codes, missing where a row says nothing.
    """
    lives = (residence == _AT_HOME) | residence.isna().all()
    return registered.where(lives & living.isna() & doors.isna().all(axis=1))


def found_doors(doorman: Doorman, rows: pd.DataFrame, progress: Progress | None = None) -> pd.DataFrame:
    """FIELDS of the rows of :func:`told` whose address names a door that the base has; the index is the row's number.

    What names that the base knows do not settle is read once more without them.
    """
    texts = rows["text"].dropna().unique().tolist()
    doors = doorman.read(texts, progress)
    known = doorman.known(doors)
    if not known.all():
        again = doorman.read([text for text, is_known in known.items() if not is_known], plainly=True)
        doors.loc[again.index] = again
        known.loc[again.index] = doorman.known(again)
    doors = doors[known]
    at_home = rows["registered"].notna() & (rows["text"] == rows["registered"])
    where = rows["text"].isin(doors.index) & (~at_home | rows["text"].isin(doors.index[doors["named"]]))
    said = rows.loc[where, "text"]
    return doors.loc[said, list(FIELDS)].set_axis(said.index)


@dataclass(frozen=True)
class RowDoors:
    """What becomes of the doors of a list's rows while it is imported: ``doors`` has FIELDS by the row's number."""

    doorman: Doorman
    doors: pd.DataFrame

    @classmethod
    def of(
        cls, tx: Tx, area: Area, reading: Reading, columns: ColumnMap, table: str, progress: Progress
    ) -> RowDoors:  # fmt: skip
        """Read the addresses of a list whose rows may name a building."""
        porter = Doorman.of(tx, area)
        rows = told(tx, reading, columns, table)
        some = rows["text"].notna().any()
        return cls(porter, found_doors(porter, rows, progress) if some else pd.DataFrame(columns=list(FIELDS)))

    @property
    def fields(self) -> tuple[str, ...]:
        """Fields that are filled although no column of the file serves them."""
        return FIELDS if len(self.doors) else ()

    def fill(self, frame: pd.DataFrame, columns: Collection[str]) -> pd.DataFrame:
        """Rows whose address names a known door name it in these columns too; spellings are as they were decided."""
        names = [c for c in FIELDS if c in columns]
        out = frame.set_index("row_no", drop=False)
        at = out.index.intersection(self.doors.index)
        if len(at):
            out.loc[at, names] = self.doors.loc[at, names]
        return self.doorman.settle(out).reset_index(drop=True)
