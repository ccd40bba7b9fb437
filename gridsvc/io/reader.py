"""Reads an untrusted file in a child process and hands back Arrow tables (see :mod:`gridsvc.io.child`)."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from gridsvc import errors
from gridsvc.errors import InputError, LimitError
from gridsvc.io import drivers, prefork

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import TracebackType

    from gridsvc.settings import Settings

_PREFIX = "gridsvc-read-"
_STALE_S = 86_400.0


def sweep() -> int:
    """Remove what a process that was killed has left of files it had read, a day later; how many folders."""
    stale = [
        p for p in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*")
        if p.is_dir() and not p.is_symlink() and p.stat().st_uid == os.getuid()
        and time.time() - p.stat().st_mtime > _STALE_S
    ]  # fmt: skip
    for folder in stale:
        shutil.rmtree(folder, ignore_errors=True)
    return len(stale)


@dataclass(frozen=True)
class Request:
    """What to read and how: a sheet or layer, whether it comes from this machine's terminal, an OSM place,
    columns that are never read, names of columns that the header of a sheet is known by."""

    path: Path
    sheet: str | None = None
    local: bool = False
    osm: bool = False
    place: str | None = None
    refused: tuple[str, ...] = ()
    words: frozenset[str] = frozenset()


@dataclass
class Reading:
    """A file that was read; a context manager that removes the child's folder."""

    folder: Path
    format: str
    sha256: str
    tables: dict[str, dict[str, Any]]
    meta: dict[str, Any]
    dropped: list[str] = field(default_factory=list)

    def __enter__(self) -> Reading:
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)

    def columns(self, table: str = "rows") -> list[str]:
        """Names of the columns as the file has them."""
        return list(self.tables[table]["columns"])

    def rows(self, table: str = "rows") -> int:
        """Number of rows that could be read."""
        return int(self.tables[table]["rows"])

    def batches(self, table: str = "rows") -> Iterator[pa.RecordBatch]:
        """The rows in batches, mapped from disk."""
        with pa.memory_map(str(self.folder / f"{table}.arrow")) as source, pa.ipc.open_file(source) as file:
            for i in range(file.num_record_batches):
                yield file.get_batch(i)

    def whole(self, table: str = "rows") -> pa.Table:
        """All rows at once."""
        with pa.memory_map(str(self.folder / f"{table}.arrow")) as source, pa.ipc.open_file(source) as file:
            return file.read_all()


class Typed(Reading):
    """Rows that somebody typed in (or a client sent), as if they came from a file."""

    def __init__(self, rows: pa.Table) -> None:
        names = [n for n in rows.column_names if not n.startswith("__")]
        text = json.dumps(rows.select(names).to_pylist(), sort_keys=True, default=str)
        digest = hashlib.sha256(text.encode()).hexdigest()
        meta = {"crs": "EPSG:4326"}
        super().__init__(Path(), "typed", digest, {"rows": {"columns": names, "rows": rows.num_rows}}, meta)
        self._rows = rows

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        return None

    def batches(self, table: str = "rows") -> Iterator[pa.RecordBatch]:  # noqa: ARG002 - there is only one
        """The rows."""
        yield from self._rows.to_batches()

    def whole(self, table: str = "rows") -> pa.Table:  # noqa: ARG002
        """The rows."""
        return self._rows


def read(request: Request, limits: Settings, data: Path) -> Reading:
    """Read ``request.path`` in a child process; ``data`` is where ``osmconf.ini`` is.

    Raises:
        InputError, LimitError: whatever the guards say, ``file.reader_died`` when the child was killed by the file.
    """
    folder = Path(tempfile.mkdtemp(prefix=_PREFIX))
    try:
        return _read(request, limits, data, folder)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise


def _read(request: Request, limits: Settings, data: Path, folder: Path) -> Reading:
    path = request.path.absolute()
    # the terminal's own formats need drivers that no upload may meet
    forked = not request.osm and not (request.local and drivers.needs_own_process(path))
    asked = {
        "path": str(path), "sheet": request.sheet, "local": request.local, "osm": request.osm,
        "place": request.place, "refused": list(request.refused), "words": sorted(request.words),
        "most_mb": limits.upload_max_mb,
        "rows_max": limits.rows_max, "vertices_max": limits.vertices_max,
        "memory_mb": limits.reader_memory_mb, "seconds": limits.reader_seconds,
        "forked": forked, "tables": [] if forked else [str(data)],
    }  # fmt: skip
    asked_path = folder / "request.json"
    asked_path.write_text(json.dumps(asked), encoding="utf-8")
    longest = limits.reader_seconds * 2
    outcome = prefork.read(asked_path, longest) if forked else _once(asked_path, path, data, longest)
    answer = folder / "result.json"
    if not answer.exists():
        if outcome.late or outcome.status == -signal.SIGXCPU:
            raise LimitError("file.time", file=path.name, seconds=limits.reader_seconds)
        raise InputError("file.reader_died", file=path.name, status=outcome.status)
    result = json.loads(answer.read_text(encoding="utf-8"))
    if "error" in result:
        kind = getattr(errors, result["error"]["kind"])
        raise kind(result["error"]["code"], **result["error"]["values"])
    return Reading(folder, result["format"], result["sha256"], result["tables"], result["meta"], result["dropped"])


def _once(asked: Path, path: Path, data: Path, seconds: float) -> prefork.Outcome:
    """A process for this file alone, whose GDAL knows one driver."""
    environment = prefork.reader_environment(
        OGR_SKIP=drivers.skip(drivers.wanted(path)), OSM_CONFIG_FILE=str(data / "osmconf.ini"),
        OSM_MAX_TMPFILE_SIZE="400", CPL_TMPDIR=str(asked.parent),
    )  # fmt: skip
    command = [sys.executable, "-m", "gridsvc.io.child", str(asked)]
    try:
        done = subprocess.run(
            command, cwd=prefork.PACKAGE, env=environment, capture_output=True, timeout=seconds, check=False
        )
    except subprocess.TimeoutExpired:
        return prefork.Outcome(-signal.SIGKILL, late=True)
    return prefork.Outcome(done.returncode)
