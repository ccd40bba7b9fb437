"""What is special about each kind of record when it comes in; see :mod:`gridsvc.domain.intake` for what is common."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd
import shapely

from gridsvc.domain import people, tasknumber, values
from gridsvc.domain.intake import Sheet, natural_key, read_fields, read_places
from gridsvc.domain.records import DOOR, RECORDS
from gridsvc.domain.rules import DAY_MINUTES
from gridsvc.errors import SetupError

if TYPE_CHECKING:
    from collections.abc import Callable

    import pyarrow as pa

    from gridsvc.domain.frames import ColumnMap, Kind
    from gridsvc.domain.intake import Rules, Taken

IMPORTABLE = tuple(RECORDS)


def take(kind: Kind, raw: pa.RecordBatch, mapping: ColumnMap, rules: Rules) -> Taken:
    """Typed records of ``kind`` from a batch of raw rows."""
    sheet = Sheet(kind, raw, mapping, rules)
    read_fields(sheet)
    _TAKERS[kind.name](sheet)
    return sheet.taken()


def _event(sheet: Sheet) -> None:
    read_places(sheet, shapes=False, needed=False)
    c = sheet.columns
    status = c["status"]
    state = values.half_width(status).str.lower().map(sheet.rules.status_words).astype("str")
    unknown = status.notna() & state.isna()
    sheet.warn("event.status_unknown", int(unknown.sum()))
    state = state.where(
        state.notna(), pd.Series(np.where(c["closed_at"].notna(), "closed", "open"), index=state.index)
    )
    sheet.bad((state == "closed") & c["closed_at"].isna(), "closed_at", "event.closed_without_time", status)
    early = c["closed_at"].notna() & (c["closed_at"] < c["reported_at"])
    # a closing day without a time reads as its midnight: on the day of the report that means "the same day"
    local = c["closed_at"].dt.tz_convert(sheet.rules.zone).dt.tz_localize(None)
    same_day = early & (local == values.days(c["reported_at"], sheet.rules.zone))
    c["closed_at"] = c["closed_at"].where(~same_day, c["reported_at"])
    sheet.warn("event.closed_day_only", int(same_day.sum()))
    early &= ~same_day
    sheet.bad(early, "closed_at", "event.closed_before_reported")
    sheet.warn("event.open_with_time", int(((state == "open") & c["closed_at"].notna()).sum()))
    c["closed_at"] = c["closed_at"].where(state != "open")
    c["due_given"] = c["due_at"].notna()
    c["state"], c["status_text"] = state, status
    c["day"] = values.days(c["reported_at"], sheet.rules.zone)
    _key(sheet, [c["class"], c["reported_at"], c["address"], c["title"], *_place(sheet)])


def _building(sheet: Sheet) -> None:
    read_places(sheet, shapes=True, needed=False)
    c = sheet.columns
    c["kind"] = pd.Series(np.where(c["kind"] == "building_part", "building_part", "building"), dtype="str")
    nothing = pd.isna(c["lon"]) & _all_missing(sheet, ["address", "name", "street", "estate"])
    sheet.bad(nothing, "address", "building.nothing")
    parts = [c[n] for n in ("estate", "building_no", "street", "housenumber", "name", "address")]
    _key(sheet, [*parts, *_place(sheet)])


def _address(sheet: Sheet) -> None:
    read_places(sheet, shapes=False, needed=False)
    c = sheet.columns
    number = c["housenumber"].str.removesuffix("号")
    composed = c["street"].fillna("") + (number + "号").fillna("")
    latin = c["street"].str.contains(r"^[\x00-\u024f]+$", regex=True).fillna(False)
    composed = composed.where(~latin, (c["street"] + " ").fillna("") + c["housenumber"].fillna(""))
    estate = c["estate"].fillna("") + (c["building_no"] + "幢").fillna("") + (c["unit"] + "单元").fillna("")
    composed = composed.where(composed != "", estate).where(lambda s: s != "", c["name"])
    c["text"] = c["text"].where(c["text"].notna(), composed)
    sheet.bad(c["text"].isna(), "text", "address.nothing")
    _key(sheet, [c["text"], c["name"], *_place(sheet)])


def _base_feature(sheet: Sheet) -> None:
    """Layer and kind by the words of ``data/base_kinds.csv``; a point is a place of interest whatever its word."""
    read_places(sheet, shapes=True, needed=True)
    c = sheet.columns
    word = c["kind"].str.lower()
    layer, kind = _drawn_as(word, c["detail"].str.lower(), sheet.rules.base_words)
    refused = layer == "refused"
    sheet.leave_out(refused, "base.refused_kind")
    point = np.isin(shapely.get_type_id(np.asarray(c["geom"], dtype=object)), (0, 4))
    layer = layer.where(~point, "poi")
    kind = kind.where(~point, word.str.split("=").str[-1])
    unknown = (layer.isna() & word.notna()).to_numpy()
    if sheet.rules.layer:
        sheet.warn("base.unknown_kind", int(unknown.sum()))
        layer, kind = layer.where(~unknown, sheet.rules.layer), kind.where(~unknown, "other")
    elif sheet.rules.ignore_unknown:
        sheet.leave_out(pd.Series(unknown), "base.ignored")
    else:
        sheet.bad(unknown, "kind", "base.unknown_kind")
    c["detail"] = c["detail"].where(c["detail"].notna(), c["kind"])
    c["layer"], c["kind"] = layer, kind
    shape = pd.Series(shapely.to_wkb(np.asarray(c["geom"], dtype=object), hex=True), dtype="str")
    _key(sheet, [c["kind"], c["name"], shape])


def _drawn_as(word: pd.Series, detail: pd.Series, words: dict[str, tuple[str, str]]) -> tuple[pd.Series, pd.Series]:
    """Layer and kind that a word stands for, otherwise its finer word; missing where neither is known."""
    out = []
    for i in (0, 1):
        table = {w: pair[i] for w, pair in words.items()}
        first = word.map(table).astype("str")
        out.append(first.where(first.notna(), detail.map(table).astype("str")))
    return out[0], out[1]


def _estate(sheet: Sheet) -> None:
    read_places(sheet, shapes=True, needed=False)
    _key(sheet, [sheet.columns["name"]])


def _described(*parts: str) -> Callable[[Sheet], None]:
    """A kind with a point at most, known by some of its fields where the list has no key."""

    def take_one(sheet: Sheet) -> None:
        read_places(sheet, shapes=False, needed=False)
        _key(sheet, [*(sheet.columns[n] for n in parts), *_place(sheet)])

    return take_one


def _resident_group(sheet: Sheet) -> None:
    read_places(sheet, shapes=True, needed=False)
    _key(sheet, [sheet.columns["area"], sheet.columns["name"]])


def _zone(sheet: Sheet) -> None:
    """A duty zone with its shape: ground, a street or a stretch of water."""
    read_places(sheet, shapes=True, needed=False)
    _key(sheet, [sheet.columns[n] for n in ("area", "name", "class")])


def _hazard(sheet: Sheet) -> None:
    """Without a state a hazard is open, or closed when it has a closing date; without a grade it is a general one."""
    read_places(sheet, shapes=False, needed=False)
    c = sheet.columns
    c["grade"] = c["grade"].fillna("1")
    told = c["state"].notna()
    c["state"] = c["state"].where(told, pd.Series(np.where(c["closed_on"].notna(), "closed", "found"), dtype="str"))
    sheet.bad((c["state"] == "closed") & c["closed_on"].isna(), "closed_on", "hazard.closed_without_date")
    early = c["closed_on"].notna() & (c["closed_on"] < c["found_on"])
    sheet.bad(early, "closed_on", "hazard.closed_before_found")
    c["closed_on"] = c["closed_on"].where(c["state"] == "closed")
    _key(sheet, [c["class"], c["found_on"], c["title"], c["address"], *(c[n] for n in DOOR), *_place(sheet)])


def _unit(sheet: Sheet) -> None:
    read_places(sheet, shapes=False, needed=False)
    c = sheet.columns
    _need_door(sheet)
    _key(sheet, [*(c[n] for n in DOOR), c["unit_no"]])


def _dwelling(sheet: Sheet) -> None:
    read_places(sheet, shapes=False, needed=False)
    c = sheet.columns
    _need_door(sheet)
    _key(sheet, [*(c[n] for n in (*DOOR, "unit_no", "room", "address"))])


def _household(sheet: Sheet) -> None:
    read_places(sheet, shapes=False, needed=False)
    c = sheet.columns
    sheet.bad(pd.isna(c["lon"]) & _all_missing(sheet, ["number", "head"]), "number", "household.nothing")
    _key(sheet, [*(c[n] for n in ("number", "head", *DOOR, "unit_no", "room", "address"))])


def _person(sheet: Sheet) -> None:
    """Birth and sex come from the identity number where they are not given; numbers are sealed before they go on."""
    read_places(sheet, shapes=False, needed=False)
    c = sheet.columns
    _categories(sheet)
    c["name"] = values.closed_up(c["name"])
    sheet.bad(c["name"].str.fullmatch(r".\*+").fillna(False), "name", "person.masked")  # an export without names
    number = c["id_no"]
    born = people.birth_of(number)
    exact = sheet.exactness["birth"].isna()
    sheet.warn("person.birth_differs", int((exact & born.notna() & c["birth"].notna() & (born != c["birth"])).sum()))
    c["birth"] = born.where(born.notna(), c["birth"])
    sheet.exactness["birth"] = sheet.exactness["birth"].where(born.isna())
    c["sex"] = c["sex"].where(c["sex"].notna(), people.sex_of(number))
    future = c["birth"] > sheet.rules.now.tz_localize(None)
    sheet.bad(future, "birth", "person.birth_future")
    either = values.half_width(sheet.text("relation")).isin(("子女", "孩子"))
    c["relation"] = c["relation"].where(~(either & (c["sex"] == "f")), "30")  # GB/T 4761 tells son from daughter
    key = sheet.rules.key
    if key is None:
        raise SetupError("key.missing", path="keys/field.key")
    plain = {n: c[n].astype(object).where(c[n].notna(), None).tolist() for n in ("id_no", "phone")}
    c["id_no"], c["phone"] = (_bytes(key.seal(plain[n])) for n in plain)
    c["id_hash"] = _bytes(key.digests(plain["id_no"]))
    several = [key.digests(p.split(";")) if p else None for p in plain["phone"]]
    c["phone_hash"] = pd.Series([d and "{" + ",".join(f'"\\\\x{h.hex()}"' for h in d if h) + "}" for d in several],
                                dtype="str")  # fmt: skip
    door = [c[n] for n in (*DOOR, "unit_no", "room", "address")]
    named = natural_key([c["name"], c["birth"], *door])
    own = c["id_hash"].str.slice(2, 34)
    c["source_key"] = c["source_key"].where(c["source_key"].notna(), own.where(own.notna(), named))


def _categories(sheet: Sheet) -> None:
    words = sheet.rules.codes.get("service_category", {})
    text = sheet.text("categories")
    for code, column in sheet.mapping.categories.items():
        text = _ticked(sheet, text, code, values.clean(sheet.raw[column]))
    read = people.categories(text, words, sheet.rules.refused)
    sheet.warn("person.refused_category", int(read.refused.sum()))
    sheet.bad(read.unknown, "categories", "person.category", sheet.nothing())
    sheet.columns["categories"] = read.found
    ages = sheet.rules.ages
    if ages:
        years = (sheet.rules.now.tz_localize(None) - sheet.columns["birth"]).dt.days / 365.25
        wrong = np.zeros(len(years), dtype=bool)
        for code, (least, most) in ages.items():
            has = read.found.str.contains(f'"code": "{code}"', regex=False).to_numpy(dtype=bool)
            wrong |= has & ((years < least) | (years >= most + 1)).to_numpy(dtype=bool)
        sheet.warn("person.category_age", int(wrong.sum()))


def _ticked(sheet: Sheet, text: pd.Series, code: str, said: pd.Series) -> pd.Series:
    """Categories of each row with one more where its own column says so: yes, or the grade of a graded one."""
    yes, other = values.flags(said)
    grade = pd.Series(other, index=text.index) & said.str.fullmatch(
        r"[^()@;]{0,6}(?:[一二三四1-4]级|[重中轻极]+度)"
    ).fillna(False)
    sheet.bad(other & ~grade.to_numpy(), "categories", "value.flag", sheet.nothing())
    more = pd.Series(code, index=text.index, dtype="str").where(yes, code + "(" + said + ")").where(yes | grade)
    return text.where(more.isna(), (text + ";").fillna("") + more)


def _bytes(found: list[bytes | None]) -> pd.Series:
    """Bytes as PostgreSQL reads them."""
    return pd.Series([None if v is None else "\\x" + v.hex() for v in found], dtype="str")


def _officer(sheet: Sheet) -> None:
    _nowhere(sheet)
    c = sheet.columns
    _key(sheet, [c["number"].where(c["number"].notna(), c["name"]), c["area"]])


def _post(sheet: Sheet) -> None:
    """A post is on the cell, subcell, duty zone, building, stairwell or area that its row names, the narrowest."""
    _nowhere(sheet)
    c = sheet.columns
    door = ~(_all_missing(sheet, ["estate", "building_no"]) & _all_missing(sheet, ["street", "housenumber"]))
    target = np.where(door & c["unit_no"].notna(), "unit", np.where(door, "building", "area"))
    target = np.where(c["cell"].notna() & ~door, "cell", target)
    target = np.where(c["subcell"].notna() & ~door, "subcell", target)
    c["target"] = pd.Series(np.where(c["zone"].notna() & ~door, "zone", target), dtype="str")
    sheet.bad(c["ends"].notna() & (c["ends"] < c["starts"]), "ends", "post.ends_before")
    _key(sheet, [c[n] for n in ("officer", "kind", "cell", "subcell", "zone", "area", *DOOR, "unit_no", "starts")])


def _visit(sheet: Sheet) -> None:
    """Without a kind of target: a door when the row names one, a building or estate when it names that, whatever has
    the key that it gives, else the ground."""
    read_places(sheet, shapes=False, needed=False)
    c = sheet.columns
    task = tasknumber.read(values.half_width(c["task"]))
    sheet.bad(c["task"].notna() & task["target"].isna(), "task", "visit.task")
    sheet.leave_out(c["task"].notna() & sheet.text("at").isna() & sheet.text("outcome").isna(), "visit.not_done")
    c["gps"] = c["gps"].astype("str").where(c["gps"].notna())
    c["task_id"] = task["target_id"].astype("str")
    word = values.half_width(c["target"]).str.lower()
    told = word.map(_TARGETS).astype("str")
    sheet.bad(word.notna() & told.isna(), "target", "visit.target")
    told = task["target"].where(task["target"].notna(), told)
    door = c["room"].notna() | c["address"].notna()
    house = c["building_no"].notna() | c["housenumber"].notna()
    nowhere = pd.Series(pd.isna(c["lon"]), index=sheet.raw.index)
    estate = c["estate"].notna() & nowhere & c["cell"].isna() & ~door & ~house
    guess = pd.Series(np.select([door, house, estate], ["dwelling", "building", "estate"], "cell"), dtype="str")
    c["target"] = told.where(told.notna(), guess)
    # what the database has to find out, and what follows from it
    open_ = told.isna() & (c["target_key"].notna() | door)
    follows = np.where(c["activity"].isna(), "activity ", "") + np.where(c["mode"].isna(), "mode", "")
    c["guessed"] = pd.Series(follows, dtype="str").where(open_)
    c["personal"] = c["target"].isin(["dwelling", "household", "person"])
    c["activity"] = c["activity"].fillna(task["activity"]).fillna(c["target"].map(ACTIVITY).astype("str"))
    c["mode"] = c["mode"].fillna(pd.Series(np.where(c["personal"], "door", "inspect"), dtype="str"))
    c["day"] = values.days(c["at"], sheet.rules.zone)
    today = sheet.rules.now.tz_convert(sheet.rules.zone).tz_localize(None).normalize()
    sheet.bad(c["day"] > today, "at", "visit.future")
    sheet.bad((c["minutes"] > DAY_MINUTES).fillna(False), "minutes", "visit.minutes")
    # a line of a form that comes again with another day or outcome is a correction of it
    c["source_key"] = c["source_key"].fillna("t" + task["number"])
    # rows that name their ground only are told apart by it; all others have the keys that they always had
    only = nowhere & ~(door | house | estate) & c["target_key"].isna()
    ground = (c["cell"].fillna("") + "|" + c["area"].fillna("")).where(only & (c["cell"].notna() | c["area"].notna()))
    _key(sheet, [c["at"], c["officer"], c["target"].where(~estate | told.notna(), "cell"),
                 c["target_key"].fillna(ground), *(c[n] for n in (*DOOR, "unit_no", "room", "address")),
                 *_place(sheet)])  # fmt: skip


#: What a visit was for, where the row does not say: by what it was to.
ACTIVITY: Final = {
    "cell": "patrol", "dwelling": "visit", "household": "visit", "person": "visit", "building": "visit",
    "unit": "visit", "estate": "check", "hazard": "check", "hazard_source": "check", "organisation": "check",
    "facility": "check", "component": "check", "zone": "check",
}  # fmt: skip
_TARGETS = {
    word: target
    for target, said in {
        "dwelling": "户|户室|住户|居民户|door", "building": "楼栋|建筑", "hazard": "隐患", "hazard_source": "危险源",
        "organisation": "单位|企业|商户", "facility": "设施", "component": "部件", "cell": "网格|巡查",
        "person": "人|人员|居民", "household": "家庭", "unit": "单元|楼道", "estate": "小区",
        "area": "社区|村|街道|辖区", "zone": "责任区|片区|河段|保洁片区",
    }.items()
    for word in (target, *said.split("|"))
}  # fmt: skip


def _nowhere(sheet: Sheet) -> None:
    """A kind that has no place of its own."""
    for name in ("lon", "lat"):
        sheet.columns[name] = np.full(len(sheet.row_no), np.nan)


def _need_door(sheet: Sheet) -> None:
    """A row that says neither where it is nor which building it is in cannot be placed by anybody."""
    fields = [n for n in (*DOOR, "address") if n in sheet.columns]
    sheet.bad(pd.isna(sheet.columns["lon"]) & _all_missing(sheet, fields), "building_no", "door.nothing")


def _key(sheet: Sheet, parts: list[pd.Series]) -> None:
    """The natural key where the list has no key of its own; the same content has the same key in every file."""
    own = sheet.columns["source_key"]
    if "source_key" in sheet.mapping.columns:
        sheet.warn("key.natural", int(own.isna().sum()))
    if own.isna().any():
        sheet.columns["source_key"] = own.where(own.notna(), natural_key(parts))


def _place(sheet: Sheet) -> list[pd.Series]:
    return [pd.Series(np.round(sheet.columns[n], 6)) for n in ("lon", "lat")]


def _all_missing(sheet: Sheet, names: list[str]) -> np.ndarray:
    return np.logical_and.reduce([sheet.columns[n].isna().to_numpy() for n in names])


_TAKERS: dict[str, Callable[[Sheet], None]] = {
    "event": _event,
    "building": _building,
    "address": _address,
    "base_feature": _base_feature,
    "estate": _estate,
    "resident_group": _resident_group,
    "unit": _unit,
    "facility": _described("name", "class", "address"),
    "component": _described("name", "class", "address"),
    "organisation": _described("name", "credit_code", "address", *DOOR),
    "hazard": _hazard,
    "hazard_source": _described("name", "class", "address", *DOOR),
    "zone": _zone,
    "dwelling": _dwelling,
    "household": _household,
    "person": _person,
    "officer": _officer,
    "post": _post,
    "visit": _visit,
}
