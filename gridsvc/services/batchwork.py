"""One import inside its transaction: rows are staged, told apart (new, changed, same), and written."""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import shapely

from gridsvc.domain import crs, kinds
from gridsvc.domain.frames import GROUP_COLUMN, SHEET_COLUMN, row_label
from gridsvc.domain.intake import FAULTS, Rules
from gridsvc.domain.records import RECORDS
from gridsvc.errors import ChangedError, InputError
from gridsvc.services import (
    agree,
    classes,
    codelists,
    codetables,
    filein,
    ground,
    installation,
    linking,
)
from gridsvc.services.doorman import RowDoors
from gridsvc.services.rejects import RowRejects, write_rejects
from gridsvc.services.rowplaces import RowPlaces
from gridsvc.store import sqlfiles
from gridsvc.store.copyin import CopyIn
from gridsvc.store.tx import json
from gridsvc.text import language, t

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import pyarrow as pa

    from gridsvc.domain.frames import ColumnMap
    from gridsvc.io.reader import Reading
    from gridsvc.services.imports import ImportRequest, Outcome
    from gridsvc.services.progress import Progress
    from gridsvc.store.tx import Tx

# Filled by the import itself, whether or not the file has a column of that name (a GIS file has no lon and lat).
_COMPUTED = ("due_at", "closed_at", "kind", "text", "detail", "tunnel", "geom", "lon", "lat", "source_key", "state",
             "grade", "closed_on", "sex", "birth", "id_no", "phone", "categories", "target", "mode",
             "activity", "guessed", "target_key")  # fmt: skip


class GroundMoved(Exception):  # noqa: N818 - a signal, not a failure
    """The ground changed between assigning the records and writing them."""


class BatchWork:
    """The parts of one import that share a transaction; ``outcome`` is filled as it goes."""

    def __init__(
        self, tx: Tx, request: ImportRequest, columns: ColumnMap, site: ground.Site, reading: Reading, table: str,
        outcome: Outcome,
    ) -> None:  # fmt: skip
        self.tx, self.request, self.columns, self.site = tx, request, columns, site
        self.reading, self.table, self.outcome = reading, table, outcome
        self.kind = codetables.kinds()[request.kind]
        self.record = RECORDS[request.kind]
        self._rejects = RowRejects(self.columns.columns.get("categories"))
        self._hashes: list[np.ndarray] = []
        self._staged = self._repeated = 0
        self._outside = self._border = self._unlocated = 0
        self._agreement = agree.Agreement(site)
        self._book: classes.Book | None = None
        self._doors: RowDoors | None = None
        self._places: RowPlaces | None = None
        self.source_crs: int | str = crs.WGS84
        self.day_first = False

    # ---- reading ---------------------------------------------------------------------------------------------------

    def stage(self, progress: Progress) -> None:
        """Copy every good row into the stage table, with its cell; gather the rejects."""
        rules = self._rules()
        name = self.kind.name
        for statement in ("import/tune", f"{name}/stage", "import/stage_known", "reject/stage"):
            self.tx.run(statement)
        if name == "event":
            self._open_book(rules.zone)
        if "cell" in self.columns.columns:
            area, day = self.site.area, ground.today(self.tx)
            self._agreement.know_cells(self.tx.frame("ground/cell_names", lo=area.lo, hi=area.hi, day=day))
        if self.record.extra and name != "post":
            # before any row is copied, since no statement may run then
            self._doors = RowDoors.of(self.tx, self.site.area, self.reading, self.columns, self.table, progress)
        self._places = RowPlaces.of(self.tx, self.site, self.record, self.reading, self.columns, self.table, progress)
        self._rejects.malformed(self.reading.meta.get("bad_rows") or [])
        total = max(1, self.reading.rows(self.table))
        done = 0
        columns = ["row_no", "source_key", *(c for c in self.record.staged if self._is_filled(c))]
        # one batch is sent while the next one is being worked out; all arithmetic happens in the one other thread
        with CopyIn(self.tx.conn, f"stage_{name}", columns) as copy, ThreadPoolExecutor(1) as ahead:
            frames = _ahead(ahead, self.reading.batches(self.table), lambda batch: self._batch(batch, rules))
            for rows, frame in frames:
                copy.write(frame)
                done += rows
                progress("import.assign", done / total)
        for what, n in self._agreement.unknown.items():
            if n and self.columns.columns.get(what) not in (SHEET_COLUMN, GROUP_COLUMN):
                self.outcome.warnings[f"{what}.unknown_name"] = n
        self._duplicates()
        self._link()

    def _link(self) -> None:
        linking.link(self.tx, self.record, self.site.area, own=self.request.reported)
        self._unlinked()
        counts = linking.counts(self.tx, self.record)
        if counts:
            self._outside, self._border = int(counts["outside"]), int(counts["border"])
            self._unlocated = int(counts["unlocated"])
            self.outcome.warnings |= linking.warnings(counts)

    def _unlinked(self) -> None:
        """A post of nobody, or on nothing, is no post; nor is a visit one of or to what nobody knows."""
        found = linking.unlinked(self.tx, self.record, self.site.area)
        if found is None or found.empty:
            return
        whole = self.reading.whole(self.table)
        keep = whole.filter(pd.Series(whole["__row"].to_numpy()).isin(found["row_no"]).to_numpy())
        self._rejects.add(found, keep.combine_chunks().to_batches()[0])
        self.tx.run(f"{self.kind.name}/drop_unlinked", rows=found["row_no"].unique().tolist())
        self._staged -= found["row_no"].nunique()

    def _is_filled(self, column: str) -> bool:
        """Whether a column can hold anything in this import; what the file does not have is not sent."""
        field = {"area_given": "area", "status_text": "status"}.get(column, column)
        if self._doors is not None and column in self._doors.fields:
            return True
        if self._places is not None and column == "accuracy_m":
            return True
        optional = self.kind.fields.get(field)
        if field == "accuracy_m":
            return False
        computed = field in _COMPUTED
        return optional is None or computed or optional.type == "flag" or field in self.columns.columns

    def _rules(self) -> Rules:
        area = self.site.areas[self.site.areas["code"] == self.site.area.code]
        near = _middle(area)
        source = self.request.source
        self.source_crs = filein.system(self.reading, self.columns, source, near, self.table)
        if source.crs == "auto" and self.source_crs == crs.WGS84 and self.record.located:
            self.source_crs = filein.witnessed(self.tx, self.reading, self.columns, self.table)
            if self.source_crs != crs.WGS84:
                self.outcome.warnings[f"crs.{self.source_crs}"] = self.reading.rows(self.table)
        self.outcome.crs = crs.name(self.source_crs)
        told = filein.day_comes_first(self.reading, self.kind, self.columns, self.table)
        self.day_first = told if source.day_first is None else source.day_first
        return Rules(
            zone=ZoneInfo(self.request.tz) if self.request.tz else ZoneInfo(ground.zone(self.tx)),
            day_first=self.day_first,
            source_crs=self.source_crs,
            status_words=codetables.status_words(),
            base_words=codetables.base_words(),
            codes=codelists.words(self.tx),
            ages=codelists.ages(self.tx),
            refused=codetables.refused_patterns(),
            key=installation.field_key(self.tx.settings) if self.record.sealed else None,
            layer=self.request.layer or self._usual_layer(),
            ignore_unknown=self.request.ignore_unknown,
            repair=self.request.repair,
        )

    def _usual_layer(self) -> str | None:
        """The layer of most known rows of a file of base features: unknown words in it belong there too."""
        if self.kind.name != "base_feature" or self.request.ignore_unknown:
            return None
        words = self.reading.whole(self.table)[self.columns.columns["kind"]].to_pandas().astype("str").str.lower()
        layers = words.map(codetables.base_words()).dropna().str[0]
        counts = layers[layers != "refused"].value_counts(normalize=True)
        return str(counts.index[0]) if len(counts) and counts.iloc[0] >= 0.6 else None

    def _open_book(self, zone: ZoneInfo) -> None:
        """Number every class of the file first: no statement may run while a COPY is open."""
        clock = classes.office(self.tx.settings, str(zone))
        self._book = classes.Book(self.tx, self.outcome.list_name, self.request.limits, clock)
        words = self.reading.whole(self.table)[self.columns.columns["class"]].unique().to_pandas()
        self._book.numbers(words.astype("str").str.strip().where(lambda s: s != ""))
        self.outcome.new_classes = self._book.added
        self.outcome.limits = {self._book.rows[n]["name"]: str(limit) for n, limit in self._book.limited.items()}

    def _batch(self, batch: pa.RecordBatch, rules: Rules) -> pd.DataFrame:
        taken = kinds.take(self.kind, batch, self.columns, rules)
        for reason, n in taken.warnings.items():
            self.outcome.warnings[reason] = self.outcome.warnings.get(reason, 0) + n
        faults, frame = taken.faults, taken.frame
        if self._doors is not None:
            frame = self._doors.fill(frame, self.record.read)
        if self._places is not None:
            frame = self._places.fill(frame)
        if self.record.located:
            frame = self.site.locate(frame, h3=self.record.h3)
            frame = self._places.mark(frame) if self._places is not None else frame
            if self.kind.name == "event":
                frame = self._event(frame)
            if self.kind.name == "visit" and "cell" in self.columns.columns:
                frame = self._agreement.name_cells(frame)
            if "area" in self.kind.fields:
                frame = self._agreement.place(frame.rename(columns={"area": "area_given"}))
            if "cell" in self.columns.columns and self.kind.name not in ("post", "visit"):
                frame = self._agreement.place_in_cells(frame)
            # visits are filed where their targets are, which is found later
            elsewhere = self._elsewhere(frame.head(0) if self.kind.name == "visit" else frame)
            faults = pd.concat([faults, elsewhere], ignore_index=True) if len(elsewhere) else faults
            frame = frame[~frame["row_no"].isin(elsewhere["row_no"])]
            self._count(frame)
        if self.record.shape == "shape":
            frame = frame.assign(shape=frame["geom"])
        self._rejects.add(faults, batch)
        self._hashes.append(pd.util.hash_array(frame["source_key"].to_numpy(dtype=object)))
        self._staged += len(frame)
        return frame

    def _event(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Class numbers, due instants, and the area that the source names."""
        book = self._book
        if book is None:
            return frame
        frame["class_id"] = book.numbers(frame["class"])
        frame["due_at"] = frame["due_at"].where(frame["due_given"], book.due(frame["class_id"], frame["reported_at"]))
        return frame

    def _elsewhere(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Faults for records that lie in another area than the list's."""
        keys = frame["cell_key"].to_numpy(dtype=np.int64)
        other = self.site.other_area(keys)
        if not other.any():
            return pd.DataFrame(columns=FAULTS)
        names = self.site.areas.set_index("key")["name"]
        where = pd.Series(keys[other] >> 13 << 13).map(names).fillna("?").to_numpy()
        return pd.DataFrame(
            {
                "row_no": frame["row_no"].to_numpy()[other],
                "field": "geom",
                "value": where,
                "reason": "scope.other_area",
            }
        )

    def _count(self, frame: pd.DataFrame) -> None:
        self._outside += ground.outside_count(frame)
        self._border += int(frame["cell_alt"].notna().sum())
        self._unlocated += int(frame["lon"].isna().sum())

    def _duplicates(self) -> None:
        """Later rows with a key that an earlier one has; looked for in the database only when hashes meet."""
        hashes = np.concatenate(self._hashes) if self._hashes else np.zeros(0, dtype=np.uint64)
        if len(np.unique(hashes)) == len(hashes):
            return
        found = self.tx.frame(f"{self.kind.name}/dedupe")
        self._staged -= len(found)
        repeated = found["repeated"].astype(bool)
        self._repeated = int(repeated.sum())
        found = found[~repeated]
        if found.empty:
            return
        whole = self.reading.whole(self.table)
        faults = pd.DataFrame(
            {"row_no": found["row_no"], "field": "source_key", "reason": "import.duplicate",
             "value": found["source_key"] + " = #" + found["first"].map(row_label)}
        ).sort_values("row_no", ignore_index=True)  # fmt: skip
        keep = whole.filter(pd.Series(whole["__row"].to_numpy()).isin(faults["row_no"]).to_numpy())
        self._rejects.add(faults, keep.combine_chunks().to_batches()[0])

    # ---- writing ---------------------------------------------------------------------------------------------------

    def write(self, progress: Progress) -> None:
        """Tell new from changed from same, write them, the rejects and the batch; nothing of it in a dry run.

        Raises:
            GroundMoved: a division was published since the cells were read.
        """
        tx, name = self.tx, self.kind.name
        progress("import.compare", 0.0)
        tx.run("ground/share")
        if int(tx.value("ground/version")) != self.site.version:
            raise GroundMoved
        source_id = self._source()
        if name == "building":
            tx.run("seat/keep_pins", source_id=source_id)
        if sqlfiles.exists(f"{name}/keep_shape"):
            tx.run(f"{name}/keep_shape", source_id=source_id)
        tx.run(f"{name}/match", source_id=source_id)
        if name == "person" and not self.request.entry:
            elsewhere = int(tx.value("person/elsewhere", source_id=source_id))
            self.outcome.warnings |= {"person.known_elsewhere": elsewhere} if elsewhere else {}
        known = tx.one("import/counts") or {"known": 0, "changed": 0}
        self.sum_up(int(known["known"]), int(known["changed"]))
        counts = self.outcome.counts
        if self.request.entry and not self.request.entry.partial and counts["rejected"]:
            raise InputError("entry.rejected", faults=self._faults())
        if self.request.dry_run or not (counts["new"] or counts["changed"] or counts["rejected"]):
            return  # nothing to write, so there is no batch either
        batch = self._open_batch(source_id)
        progress("import.write", 0.0)
        made = linking.make(tx, self.record, source_id=source_id, source_crs=self.outcome.crs, batch_id=batch)
        counts |= {f"new_{kind}": n for kind, n in made.items()}
        if known["changed"]:
            tx.run(f"{name}/keep", user_id=tx.who.user_id, batch_id=batch)
            tx.run(f"{name}/update", source_crs=self.outcome.crs, batch_id=batch)
        if self._staged > known["known"]:
            tx.run(f"{name}/insert", source_id=source_id, source_crs=self.outcome.crs, batch_id=batch)
        if self._places is not None and (asked := self._places.ask(tx, self._list_key(), name)):
            self.outcome.warnings["address.review"] = asked
        if name == "building":  # who lives there goes along
            linking.follow(tx, [r["id"] for r in tx.rows("seat/of_batch", batch_id=batch)])
        if name == "zone":
            linking.follow_zones(tx, self.site.area.lo, self.site.area.hi)
        write_rejects(self.tx, self.outcome.rejects, batch, self._list_key(), personal=self.record.about_people)
        report = {k: v for k, v in self.outcome.report().items() if k not in ("counts", "mapping")}
        tx.run("batch/counts", batch_id=batch, counts=json(self.outcome.counts), report=json(report))
        tx.audit(
            "import", entity=name, batch_id=batch, detail={"list": self.outcome.list_name, **self.outcome.counts}
        )
        progress("import.write", 1.0)

    def _source(self) -> int:
        """The list of these records; a change by hand goes to the list its record came with."""
        entry, tx, name = self.request.entry, self.tx, self.kind.name
        if entry and entry.changes:
            state = {"ids": list(entry.changes), "versions": list(entry.changes.values())}
            lost = entry.changes.keys() - {r["id"] for r in tx.rows(f"{name}/held", **state)}
            if lost:
                raise ChangedError("entry.changed", kind=t(f"kind.{name}"), id=min(lost))
        if entry and entry.source_id:
            source_id = entry.source_id
        else:
            source_id = int(
                tx.value("source/ensure", cell_key=self._list_key(), kind=name, name=self.outcome.list_name)
            )
        self.outcome.source_id = source_id
        return source_id

    def _list_key(self) -> int:
        return self.request.entry.list_key if self.request.entry else self.site.area.key

    def _faults(self) -> str:
        found = self.outcome.rejects.drop_duplicates(["field", "reason"])
        zh = language() == "zh"
        said = [
            f"{codetables.called(self.kind, field, zh=zh)} ({field}): {t(f'reject.{reason}')}"
            for field, reason in zip(found["field"], found["reason"], strict=True)
        ]
        return "; ".join(said)

    def _open_batch(self, source_id: int) -> int:
        batch = self.tx.value(
            "batch/add", source_id=source_id, cell_key=self._list_key(), kind=self.kind.name,
            file_name=self.outcome.file, file_sha256=self.reading.sha256, source_crs=self.outcome.crs,
            mapping=json(self.columns.every), created_by=self.tx.who.user_id, personal=self.record.about_people,
        )  # fmt: skip
        self.outcome.batch_id = int(batch)
        return int(batch)

    def sum_up(self, known: int, changed: int) -> None:
        """Put the counts and the rejects into the outcome."""
        rejects = self._rejects.frame()
        self.outcome.rejects = rejects
        counts: dict[str, Any] = {
            "rows": self.reading.rows(self.table) + len(self.reading.meta.get("bad_rows") or []),
            "new": self._staged - known, "changed": changed, "same": known - changed, "repeated": self._repeated,
            "rejected": int(rejects["row_no"].nunique()),
        }  # fmt: skip
        if self.record.located:
            counts |= {"outside": self._outside, "border": self._border, "unlocated": self._unlocated}
        self.outcome.counts = counts
        self.outcome.reasons = {str(k): int(v) for k, v in rejects["reason"].value_counts().items()}
        self.outcome.agreement = self._agreement.report()


def _ahead(
    pool: ThreadPoolExecutor, batches: Iterator[pa.RecordBatch], work: Callable[[pa.RecordBatch], pd.DataFrame]
) -> Iterator[tuple[int, pd.DataFrame]]:
    """Rows and result of each batch, the next one already being worked on."""
    waiting: tuple[int, Future[pd.DataFrame]] | None = None
    for batch in batches:
        following = (batch.num_rows, pool.submit(work, batch))
        if waiting is not None:
            yield waiting[0], waiting[1].result()
        waiting = following
    if waiting is not None:
        yield waiting[0], waiting[1].result()


def _middle(area: pd.DataFrame) -> tuple[float, float] | None:
    if area.empty:
        return None
    point = shapely.centroid(shapely.from_wkb(area["wkb"].iloc[0]))
    return float(point.x), float(point.y)
