"""What of a record a caller gets to see: field classes of ``data/fields.csv`` against her duty (DESIGN §6)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from gridsvc.domain import codes, people
from gridsvc.domain.records import NOT_EDITED, RECORDS
from gridsvc.services import codelists, codetables, installation

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from gridsvc.domain.frames import Kind
    from gridsvc.store.pool import Row
    from gridsvc.store.tx import Tx

_NAMES = ("name", "head", "contact", "responsible")
# whose work is at the door: they read whole names in their own cells; everybody else has to ask for one
_AT_THE_DOOR = ("officer", "system")
_HIDDEN = ("name", "head", "registered_address")
# how much of 2024-03-15 is known
EXACT = {"month": 7, "year": 4}
_INNER = ("cell_key", "cell_alt", "version", "source_id")


def shown(tx: Tx, kind: str, rows: list[Row]) -> list[Row]:
    """Rows as the caller may see them: codes for keys, sealed numbers masked, personal fields masked where her duty
    does not reach; ``etag`` is the state of the record."""
    classes = {n: f.protection for n, f in codetables.kinds()[kind].fields.items()}
    sealed = RECORDS[kind].sealed
    opened: dict[str, list[str | None]] = {}
    if sealed and rows:
        key = installation.field_key(tx.settings)
        opened = {n: key.open([r[n] for r in rows]) for n in sealed}
    out, plain, places = [], in_plain(tx, kind), _places(rows)
    for i, row in enumerate(rows):
        duty = tx.who.knows(row["cell_key"], row["cell_key"] + 1)
        one = {n: v for n, v in row.items() if n not in (*_INNER, *sealed)}
        for name in sealed:
            one[name] = people.masked_number(opened[name][i])
        for name, class_ in classes.items():
            personal = name in one and name not in sealed and class_ in ("personal", "sensitive")
            if personal and (not duty or (not plain and name in _HIDDEN)):
                one[name] = _masked(name, one[name])
        for name, exact in (one.pop("date_precision", None) or {}).items():
            one[name] = one[name] and one[name].isoformat()[: EXACT[exact]]
        out.append(one | places[i] | {"etag": row["version"]})
    return out


def said(tx: Tx, kind: str, text: Mapping[str, Any], key: int) -> dict[str, Any]:
    """Fields as a file has them, masked as the record that they are about is."""
    classes = {n: f.protection for n, f in codetables.kinds()[kind].fields.items()}
    duty, plain = tx.who.knows(key, key + 1), in_plain(tx, kind)
    out = dict(text)
    for name, value in text.items():
        if name in RECORDS[kind].sealed:
            out[name] = people.masked_number(value)
        elif classes.get(name) in ("personal", "sensitive") and (not duty or (not plain and name in _HIDDEN)):
            out[name] = _masked(name, value)
    return out


def word(kind: Kind, value: Any, name: str, names: dict[str, dict[str, str]]) -> Any:
    """A value for people: names for codes, service categories as text."""
    if name == "categories" and isinstance(value, list):
        return categories(value, names["service_category"]) or None
    if name in kind.fields and kind.fields[name].type == "code":
        return names.get(str(kind.fields[name].list), {}).get(str(value), value)
    return value


def in_plain(tx: Tx, kind: str) -> bool:
    """Whether the caller reads whole names of residents (DESIGN §6, need follows duty)."""
    return tx.who.role in _AT_THE_DOOR or not RECORDS[kind].personal


def _masked(name: str, value: Any) -> Any:
    if not isinstance(value, str):
        return None
    if name in _NAMES:
        return people.masked_name(value)
    return people.masked_number(value) if name == "phone" else None


def _places(rows: list[Row]) -> list[dict[str, Any]]:
    """Codes for the keys of rows, all of them at once."""
    keys = np.array([r["cell_key"] for r in rows], dtype=np.int64)
    others = np.array([r["cell_alt"] or 0 for r in rows], dtype=np.int64)
    columns = (codes.area_codes(keys), codes.cell_codes(keys), codes.area_codes(others), codes.cell_codes(others))
    return [
        {"area_code": str(area), "cell_code": str(cell), "cell_alt": (str(alt) or str(alt_area)) if other else None}
        for area, cell, alt_area, alt, other in zip(*columns, others, strict=True)
    ]


def frame(tx: Tx, kind: str, found: pd.DataFrame, *, unmasked: bool = False) -> pd.DataFrame:
    """The same for a frame that leaves the system: codes become their names, so that it reads and can come back.

    ``unmasked``: with whole names (whoever asks has given a reason); numbers stay masked.
    """
    if kind not in RECORDS or kind in NOT_EDITED:
        return found
    out = found.copy()
    keys = out["cell_key"].to_numpy(dtype=np.int64)
    duty = np.zeros(len(out), dtype=bool)
    for lo, hi in tx.who.person_scope:
        duty |= (keys >= lo) & (keys < hi)
    if RECORDS[kind].sealed:
        key = installation.field_key(tx.settings)
        for name in RECORDS[kind].sealed:
            out[name] = [people.masked_number(v) for v in key.open(out[name])]
    out = _as_exact(out, kind) if "date_precision" in out else out
    names = codelists.names(tx)
    for name, spec in codetables.kinds()[kind].fields.items():
        if name not in out:
            continue
        if spec.protection in ("personal", "sensitive") and name not in RECORDS[kind].sealed:
            plain = out[name].astype(object)
            whole = duty & (unmasked or in_plain(tx, kind) or name not in _HIDDEN)
            out[name] = plain.where(whole, [_masked(name, v) for v in plain])
        if spec.type == "code":
            out[name] = out[name].map(names[str(spec.list)])
    if "categories" in out:
        out["categories"] = [categories(c or [], names["service_category"]) for c in out["categories"]]
    return out


def _as_exact(found: pd.DataFrame, kind: str) -> pd.DataFrame:
    """Dates as text that says no more than was known: 2024-03."""
    exact = found.pop("date_precision")
    said = exact.map(lambda v: v or {})
    for name, spec in codetables.kinds()[kind].fields.items():
        if spec.type == "date" and name in found:
            text = found[name].astype("str").where(found[name].notna())
            for level, length in EXACT.items():
                text = text.where(said.map(lambda v, n=name: v.get(n)) != level, text.str.slice(0, length))
            found[name] = text
    return found


def categories(found: list[dict[str, Any]], names: Mapping[str, str] | None = None) -> str:
    """Service categories as the text that would bring them in."""
    said = []
    for c in found:
        grade = f"({c['grade']})" if c["grade"] else ""
        dates = f"@{c['from'] or ''}~{c['to'] or ''}" if c["from"] or c["to"] else ""
        said.append(f"{(names or {}).get(c['code'], c['code'])}{grade}{dates}")
    return ";".join(said)
