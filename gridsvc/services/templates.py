"""Empty forms to fill in: a workbook a kind, with drop-downs, notes and an example; what it says can be imported."""

from __future__ import annotations

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
_FLAGS = ("是", "否")
_BODY = "99010119800307001"  # of nobody: codes that begin with 99 are given to no place
_EXAMPLES = {
    "name": "示例名称", "title": "楼道堆物", "text": "团结路18号", "estate": "幸福苑", "building_no": "3幢", "street": "团结路",
    "housenumber": "18号", "unit_no": "2单元", "unit": "2单元", "room": "501", "address": "团结路18号", "head": "张三",
    "household_no": "H0001", "registered_address": "外省某县某镇", "contact": "李四", "phone": "13800000000/0514-80000000",
    "categories": "独居老人；残疾人(二级)", "credit_code": "91990101MA00000001", "officer": "W001", "hours": "8:30–17:30",
    "operator": "某街道", "owner": "某养护单位", "condition": "完好", "description": "请写清楚", "responsible": "王五",
    "organisation": "某单位", "status": "已受理", "channel": "12345", "property_firm": "某物业", "note": "—", "target": "户",
}  # fmt: skip
_BY_TYPE = {"int": "3", "number": "88.5", "date": "2024-03-15", "time": "2024-03-15 08:30", "flag": "否", "class": "暴露垃圾"}
_OWN = {
    ("person", "name"): "张三", ("officer", "name"): "李明", ("officer", "number"): "W001", ("household", "number"): "H0001",
    ("resident_group", "number"): "1", ("hazard", "closed_on"): "", ("hazard", "state"): "已发现", ("post", "ends"): "", ("visit", "target_key"): "",
    ("event", "closed_at"): "", ("event", "status"): "", ("officer", "phone"): "13800000000", ("post", "unit_no"): "",
    ("post", "estate"): "", ("post", "building_no"): "", ("post", "street"): "", ("post", "housenumber"): "",
    ("post", "cell"): "第1网格", ("facility", "phone"): "0514-80000000", ("person", "birth"): "1980-03-07",
    ("dwelling", "use_to"): "2027年2月", ("building", "kind"): "", ("estate", "kind"): "", ("hazard", "due_on"): "2024-03-29",
}  # fmt: skip
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
    with begin(db, caller, "read") as tx:
        names = codelists.names(tx)
    zh = language() == "zh"
    fields = [f for f in codetables.kinds()[kind].fields.values() if f.type != "geom"]
    fields.sort(key=lambda f: (f.type != "key", f.type in _PLACED or f.name in _PLACED))
    columns = [_column(kind, f, names, zh=zh) for f in fields]
    templatebook.write(path, t(f"kind.{kind}"), columns)
    return f"{t(f'kind.{kind}')}{t('template.name')}.xlsx"


def _column(kind: str, field: Field, names: dict[str, dict[str, str]], *, zh: bool) -> Column:
    choices = tuple(names.get(str(field.list), {}).values()) if field.type == "code" else ()
    choices = _FLAGS if field.type == "flag" else choices
    note = t(f"template.type.{field.type}")
    if field.name == "categories":
        note = t("template.categories", known="、".join(names["service_category"].values()))
    elif field.type == "key":
        note = t("template.key")
    elif field.name in ("area", "cell"):
        note = t(f"template.{field.name}")
    return Column(
        name=field.zh if zh else field.en, required=field.required, note=note, choices=choices,
        example=_example(kind, field, choices),
    )  # fmt: skip


def _example(kind: str, field: Field, choices: tuple[str, ...]) -> str:
    if field.type == "key":
        return t("template.example")
    if field.name in _PLACED and (kind, field.name) not in _OWN:
        return ""
    if (kind, field.name) in _OWN:
        return _OWN[kind, field.name]
    if field.type == "code":
        return choices[0] if choices else ""
    if field.type == "id_no":
        return _BODY + str(people.check_digits(np.array([_BODY], dtype="U17"))[0])
    return _BY_TYPE.get(field.type) or _EXAMPLES.get(field.name, "")
