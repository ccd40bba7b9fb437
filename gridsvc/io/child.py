"""Reads one untrusted file: request.json in, Arrow files and ``result.json`` out, in the folder of the request.

It runs in a process of its own, forked by :mod:`gridsvc.io.zygote` or started anew for the formats of the terminal
(``python -m gridsvc.io.child REQUEST.json``), with limits on memory and time and a fence around it. If it dies,
nothing else does.
"""

from __future__ import annotations

import hashlib
import json
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gridsvc.errors import GridError, InputError, LimitError
from gridsvc.io import confine, drivers, guards
from gridsvc.settings import environment, start_over

if TYPE_CHECKING:
    import pyarrow as pa

BATCH_ROWS = 65_536
CRS_LONGEST = 20_000


def answer(request_path: Path) -> None:
    """Read what the request names; always leaves a ``result.json`` unless the process is killed."""
    request = json.loads(request_path.read_text(encoding="utf-8"))
    work, path = request_path.parent, Path(request["path"])
    confine.limit(int(request["memory_mb"]), int(request["seconds"]))
    try:
        result = _read(request, work)
    except GridError as e:
        values = {"file": path.name, **{k: str(v) for k, v in e.values.items()}}
        result = _error(type(e).__name__, e.code, values)
    except MemoryError:
        result = _error("LimitError", "file.memory", {"file": path.name})
    except BaseException as e:  # what no parser expects still gets an answer; a panic in Rust is no Exception
        why = guards.reason(e, path, work)
        result = _error("InputError", "file.broken", {"file": path.name, "reason": f"{type(e).__name__}: {why}"})
    (work / "result.json").write_text(json.dumps(result), encoding="ascii")


def _error(kind: str, code: str, values: dict[str, str]) -> dict[str, Any]:
    return {"error": {"kind": kind, "code": code, "values": values}}


def _read(request: dict[str, Any], work: Path) -> dict[str, Any]:
    path = Path(request["path"])
    guards.guard_size(path, request["most_mb"])
    kind = guards.sniff(path)
    if kind in guards.LOCAL_ONLY and not request["local"]:
        raise InputError("file.local_only", file=path.name, format=kind)
    if kind in drivers.OGR:
        _only_driver(kind, request)
    confine.fence([*_parts(path), *(Path(p) for p in request["tables"])], work)
    tables, meta = _tables(kind, path, work, request)
    if request["osm"] and kind != "osm_pbf":
        raise InputError("file.not_osm", file=path.name)
    dropped: list[str] = []
    out = {}
    for name, table in tables.items():
        table, refused = _without_refused(table, request["refused"])
        dropped += [c for c in refused if c not in dropped]
        if table.num_rows > request["rows_max"]:
            raise LimitError("rows.too_many", file=path.name, rows=table.num_rows, most=request["rows_max"])
        _write(table, work / f"{name}.arrow")
        out[name] = {"rows": table.num_rows, "columns": [c for c in table.column_names if not c.startswith("__")]}
    with path.open("rb") as f:
        digest = hashlib.file_digest(f, "sha256").hexdigest()
    return {"format": kind, "sha256": digest, "tables": out, "meta": meta, "dropped": dropped}


def _parts(path: Path) -> list[Path]:
    """The file, and what belongs to it when it is a shapefile outside of a zip."""
    if path.suffix.lower() != ".shp":
        return [path]
    ends = (".shp", ".shx", ".dbf", ".prj", ".cpg")
    return [path.with_suffix(e) for end in ends for e in (end, end.upper())]


def _tables(kind: str, path: Path, work: Path, request: dict[str, Any]) -> tuple[dict[str, pa.Table], dict[str, Any]]:
    if kind == "csv":
        from gridsvc.io.tabular import read_csv

        table, meta = read_csv(path, work, frozenset(request["words"]))
    elif kind in ("xlsx", "xls"):
        from gridsvc.io.excel import read_excel

        table, meta = read_excel(path, kind, request["sheet"], request["rows_max"], frozenset(request["words"]))
    elif kind == "osm_pbf":
        from gridsvc.io.osm import read_osm

        return read_osm(path, request["place"])
    elif kind == "parquet":
        from gridsvc.io.parquet import read_parquet

        table, meta = read_parquet(path, request)
    else:
        from gridsvc.io.vector import read_vector

        table, meta = read_vector(path, kind, work, request)
    if kind in ("csv", "xlsx", "xls"):
        from gridsvc.io.columns import unmarked

        table = unmarked(table)
    return {"rows": _checked(table, meta, path.name, request)}, _with_known_crs(meta)


def _checked(table: pa.Table, meta: dict[str, Any], file: str, request: dict[str, Any]) -> pa.Table:
    from gridsvc.io import columns, shapes

    if "__wkb" not in table.column_names or not meta.get("layer"):
        has_shapes = "__wkb" in table.column_names and table["__wkb"].null_count < table.num_rows
        table = table if has_shapes else shapes.lift_wkt(_bare(table))
    if "__wkb" in table.column_names:
        shapes.guard_vertices(table, request["vertices_max"])
    columns.guard_text(table, file)
    return table


def _with_known_crs(meta: dict[str, Any]) -> dict[str, Any]:
    """The coordinate system in words that are safe to parse outside: EPSG or WKT, never a file or a PROJ string."""
    text = meta.get("crs")
    if not text:
        return meta
    import pyproj

    try:
        if len(text) > CRS_LONGEST or not re.match(r"[A-Za-z]+:\d+$|[A-Z_]+\[|\{", text):
            raise pyproj.exceptions.CRSError(text[:80])
        known = pyproj.CRS.from_user_input(text)
        return {**meta, "crs": text if text.startswith("EPSG:") else known.to_wkt()}
    except pyproj.exceptions.CRSError:
        return {**meta, "crs": f"? {text[:78]}", "crs_unknown": text[:80]}  # with the mark no parser takes it


def _bare(table: pa.Table) -> pa.Table:
    """A table without the empty geometry that a plain Parquet file was given."""
    return table.drop([c for c in ("__wkb", "__fault") if c in table.column_names])


def _only_driver(kind: str, request: dict[str, Any]) -> None:
    """Make sure GDAL knows no driver but those it needs, starting over once when this GDAL has unheard-of ones."""
    import pyogrio

    known = set(pyogrio.list_drivers())
    others = known - drivers.UPLOADED - {drivers.OGR[kind]} if request["forked"] else known - {drivers.OGR[kind]}
    if not others:
        return
    if request["forked"] or environment("GRIDSVC_READER_AGAIN"):
        raise InputError("file.drivers", found=", ".join(sorted(others)))
    more = ",".join(sorted({*environment("OGR_SKIP").split(","), *others} - {"", drivers.OGR[kind]}))
    start_over(["-m", "gridsvc.io.child", *sys.argv[1:]], OGR_SKIP=more, GRIDSVC_READER_AGAIN="1")


def _without_refused(table: pa.Table, patterns: list[str]) -> tuple[pa.Table, list[str]]:
    """The table without the columns gridsvc never keeps (religion, ethnicity, politics …), and their names."""
    refused = [c for c in table.column_names if any(re.search(p, c, re.IGNORECASE) for p in patterns)]
    return (table.drop(refused) if refused else table), refused


def _write(table: pa.Table, path: Path) -> None:
    import pyarrow as pa

    with pa.OSFile(str(path), "wb") as sink, pa.ipc.new_file(sink, table.schema) as writer:
        writer.write_table(table, max_chunksize=BATCH_ROWS)


if __name__ == "__main__":
    answer(Path(sys.argv[1]))
