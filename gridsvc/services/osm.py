"""An OpenStreetMap extract as areas, buildings, addresses and base features, in one command."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from gridsvc import paths
from gridsvc.io import reader
from gridsvc.services import areas, codetables, imports
from gridsvc.services.areas import AreaOutcome, AreaRequest
from gridsvc.services.filein import Source
from gridsvc.services.imports import ImportRequest, Outcome
from gridsvc.services.progress import Progress, quiet
from gridsvc.store.tx import Caller, begin

if TYPE_CHECKING:
    from pathlib import Path

    from gridsvc.store.pool import Database

KINDS = ("building", "address", "base_feature")


@dataclass
class OsmOutcome:
    """What came out of an extract: its areas, then each kind of record."""

    areas: AreaOutcome
    records: dict[str, Outcome] = field(default_factory=dict)


def load(
    db: Database, caller: Caller, path: Path, *, place: str | None = None, name: str | None = None,
    dry_run: bool = False, progress: Progress = quiet,
) -> OsmOutcome:  # fmt: skip
    """Read the extract once and import what is in it; the same extract again changes nothing.

    Without a complete boundary in the extract its extent is one area. Invalid shapes are repaired (they are
    somebody else's), features of kinds that gridsvc does not draw are left out and counted.

    Raises:
        InputError: ``osm.place``, ``osm.broken``, ``file.not_osm``.
    """
    with begin(db, caller, "areas"):
        progress("import.read", 0.0)
    title = name or place or path.name.split(".")[0]
    source = Source(path, local=True)
    request = reader.Request(path, local=True, osm=True, place=place, refused=codetables.refused_patterns())
    with reader.read(request, db.settings, paths.data()) as reading:
        wanted = AreaRequest(
            source, codes="local", repair=True, list_name=f"osm {title}", county_name=title, dry_run=dry_run
        )
        done = OsmOutcome(areas.run_table(db, caller, wanted, reading, "area", progress))
        if dry_run or done.areas.top is None:
            return done
        for kind in KINDS:
            ask = ImportRequest(
                kind, source, area=done.areas.top, list_name=f"osm {title}", repair=True, ignore_unknown=True
            )
            done.records[kind] = imports.run_table(db, caller, ask, done.areas.top, reading, kind, progress)
    return done
