"""Empty forms to fill in: a workbook a kind, with drop-downs, notes and an example; what it says can be imported."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from gridsvc.domain import people
from gridsvc.domain.records import WORDS
from gridsvc.errors import InputError
from gridsvc.render import templatebook
from gridsvc.render.templatebook import Column
from gridsvc.services import codelists, codetables
from gridsvc.store.tx import Caller, begin
from gridsvc.text import language, t

if TYPE_CHECKING:
    from pathlib import Path

    from gridsvc.domain.frames import Field
    from gridsvc.store.pool import Database

# shapes are drawn, not written; areas and base maps come as maps
KINDS = {word: kind for word, kind in WORDS.items() if kind != "base_feature"}
_BODY = "99010119800307001"  # of nobody: codes that begin with 99 are given to no place
_PLACED = ("lon", "lat", "area", "cell")


def write(db: Database, caller: Caller, word: str, path: Path) -> str:
    """Write the form of a kind (``people``, ``person`` …) to ``path``; the name to give it.

    Raises:
        InputError: ``template.kind``, ``template.format``.
    """
    kind = KINDS.get(word, word)
    if kind not in KINDS.values():
        raise InputError("template.kind", kind=word, known=", ".join(KINDS))
    if path.suffix.lower() != ".xlsx":
        raise InputError("template.format", value=path.suffix or path.name)
    zh = language() == "zh"
    with begin(db, caller, "read") as tx:
        names = codelists.names(tx, english=not zh)
    fields = [f for f in codetables.kinds()[kind].fields.values() if f.type != "geom"]
    fields.sort(key=lambda f: (f.type != "key", f.type in _PLACED or f.name in _PLACED))
    columns = [_column(kind, f, names, zh=zh) for f in fields]
    templatebook.write(path, t(f"kind.{kind}"), columns)
    return f"{t(f'kind.{kind}')}{t('template.name')}.xlsx"


def _column(kind: str, field: Field, names: dict[str, dict[str, str]], *, zh: bool) -> Column:
    choices = tuple(names.get(str(field.list), {}).values()) if field.type == "code" else ()
    choices = (t("page.yes"), t("page.no")) if field.type == "flag" else choices
    note = t(f"template.type.{field.type}")
    if field.name == "categories":
        note = t("template.categories", known="、".join(names["service_category"].values()))
    elif field.type == "key":
        note = t("template.key")
    elif field.name in ("area", "cell"):
        note = t(f"template.{field.name}")
    return Column(
        name=codetables.called(codetables.kinds()[kind], field.name, zh=zh), required=field.required, note=note,
        choices=choices,
        example=_example(kind, field, choices),
    )  # fmt: skip


def _example(kind: str, field: Field, choices: tuple[str, ...]) -> str:
    """What stands in the grey row: for this kind, the type, the field; a place is left to whoever knows it."""
    known = _examples()
    if field.type == "key":
        return t("template.example")
    if (kind, field.name) in known or field.name in _PLACED:
        return known.get((kind, field.name), "")
    if field.type in ("code", "flag"):
        return choices[-1 if field.type == "flag" else 0] if choices else ""
    if field.type == "id_no":
        return _BODY + str(people.check_digits(np.array([_BODY], dtype="U17"))[0])
    return known.get(("type", field.type)) or known.get(("*", field.name), "")


@cache
def _examples() -> dict[tuple[str, str], str]:
    return {(r["kind"], r["field"]): r["example"] for r in codetables.rows("template_examples")}
