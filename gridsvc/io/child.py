"""The child process that reads one untrusted file: ``python -m gridsvc.io.child REQUEST.json``.

It has limits on memory and processor time, one GDAL driver, and writes Arrow files (and a ``result.json``) into the
folder of its request. If it dies, nothing else does.
"""

from __future__ import annotations

import hashlib
import json
import re
import resource
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gridsvc.errors import GridError, InputError, LimitError
from gridsvc.io import guards
from gridsvc.settings import environment, start_over

if TYPE_CHECKING:
    import pyarrow as pa

BATCH_ROWS = 65_536


def main(argv: list[str]) -> int:
    """Read what the request names; always leaves a ``result.json`` unless it is killed."""
    request_path = Path(argv[1])
    request = json.loads(request_path.read_text(encoding="utf-8"))
    work = request_path.parent
    _limit(request)
    try:
        result = _read(request, work)
    except GridError as e:
        result = {
            "error": {"kind": type(e).__name__, "code": e.code, "values": {k: str(v) for k, v in e.values.items()}}
        }
    except MemoryError:
        result = {
            "error": {"kind": "LimitError", "code": "file.memory", "values": {"file": Path(request["path"]).name}}
        }
    except Exception as e:  # a file that no parser expects must still get an answer
        why = guards.reason(e, Path(request["path"]), work)
        values = {"file": Path(request["path"]).name, "reason": f"{type(e).__name__}: {why}"}
        result = {"error": {"kind": "InputError", "code": "file.broken", "values": values}}
    (work / "result.json").write_text(json.dumps(result, ensure_ascii=False), encoding="utf-8")
    return 0


def _limit(request: dict[str, Any]) -> None:
    memory = int(request["memory_mb"]) * 1_000_000
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    seconds = int(request["seconds"])
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 5))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _read(request: dict[str, Any], work: Path) -> dict[str, Any]:
    path = Path(request["path"])
    guards.guard_size(path, request["most_mb"])
    kind = guards.sniff(path)
    if kind in guards.LOCAL_ONLY and not request["local"]:
        raise InputError("file.local_only", file=path.name, format=kind)
    if kind not in ("csv", "xlsx", "xls", "parquet"):
        _only_driver(kind)
    tables, meta = _tables(kind, path, work, request)
    if request["osm"] and kind != "osm_pbf":
        raise InputError("file.not_osm", file=path.name)
    dropped: list[str] = []
    out = {}
    for name, table in tables.items():
        table, refused = _without_refused(table, request["refused"])
        dropped += [c for c in refused if c not in dropped]
        if table.num_rows > request["rows_max"]:
            raise LimitError("rows.too_many", rows=table.num_rows, most=request["rows_max"])
        _write(table, work / f"{name}.arrow")
        out[name] = {"rows": table.num_rows, "columns": [c for c in table.column_names if not c.startswith("__")]}
    with path.open("rb") as f:
        digest = hashlib.file_digest(f, "sha256").hexdigest()
    return {"format": kind, "sha256": digest, "tables": out, "meta": meta, "dropped": dropped}


def _tables(kind: str, path: Path, work: Path, request: dict[str, Any]) -> tuple[dict[str, pa.Table], dict[str, Any]]:
    if kind == "csv":
        from gridsvc.io.tabular import read_csv

        table, meta = read_csv(path, work)
    elif kind in ("xlsx", "xls"):
        from gridsvc.io.tabular import read_excel

        table, meta = read_excel(path, request["sheet"], request["rows_max"])
    elif kind == "osm_pbf":
        from gridsvc.io.osm import read_osm

        return read_osm(path, request["place"])
    else:
        from gridsvc.io import vector

        reader = (
            vector.read_parquet(path) if kind == "parquet" else vector.read_vector(path, kind, work, request["sheet"])
        )
        table, meta = reader
    if "__wkb" not in table.column_names or not meta.get("layer"):
        from gridsvc.io import vector

        has_shapes = "__wkb" in table.column_names and table["__wkb"].null_count < table.num_rows
        table = table if has_shapes else vector.lift_wkt(_bare(table))
    if "__wkb" in table.column_names:
        from gridsvc.io import vector

        vector.guard_vertices(table, request["vertices_max"])
    return {"rows": table}, meta


def _bare(table: pa.Table) -> pa.Table:
    """A table without the empty geometry that a plain Parquet file was given."""
    return table.drop([c for c in ("__wkb", "__fault") if c in table.column_names])


def _only_driver(kind: str) -> None:
    """Make sure GDAL knows one driver only, starting over once when this GDAL has some we have not heard of."""
    import pyogrio

    from gridsvc.io.vector import OGR

    others = set(pyogrio.list_drivers()) - {OGR[kind]}
    if not others:
        return
    if environment("GRIDSVC_READER_AGAIN"):
        raise InputError("file.drivers", found=", ".join(sorted(others)))
    skip = ",".join(sorted({*environment("OGR_SKIP").split(","), *others} - {"", OGR[kind]}))
    start_over(["-m", "gridsvc.io.child", *sys.argv[1:]], OGR_SKIP=skip, GRIDSVC_READER_AGAIN="1")


def _without_refused(table: pa.Table, patterns: list[str]) -> tuple[pa.Table, list[str]]:
    """The table without the columns gridsvc never keeps (religion, ethnicity, politics …), and their names."""
    refused = [c for c in table.column_names if any(re.search(p, c, re.IGNORECASE) for p in patterns)]
    return (table.drop(refused) if refused else table), refused


def _write(table: pa.Table, path: Path) -> None:
    import pyarrow as pa

    with pa.OSFile(str(path), "wb") as sink, pa.ipc.new_file(sink, table.schema) as writer:
        writer.write_table(table, max_chunksize=BATCH_ROWS)


if __name__ == "__main__":
    sys.exit(main(sys.argv))
