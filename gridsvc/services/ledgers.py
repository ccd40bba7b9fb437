"""What a page has to know to show and edit records of any kind: fields, code lists, what the caller may do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gridsvc.domain.records import RECONCILED, RECORDS
from gridsvc.services import attachments, codelists, codetables, entries, templates
from gridsvc.store import filters
from gridsvc.store.tx import Caller, begin
from gridsvc.text import language, t

if TYPE_CHECKING:
    from gridsvc.store.pool import Database

# columns that a list of a kind shows until somebody chooses others
USUAL: dict[str, tuple[str, ...]] = {
    "person": ("name", "sex", "birth", "phone", "relation", "estate", "building_no", "room", "categories"),
    "household": ("number", "head", "estate", "building_no", "unit_no", "room"),
    "dwelling": ("estate", "building_no", "unit_no", "room", "use", "use_to", "area_m2"),
    "building": ("name", "estate", "building_no", "street", "housenumber", "use", "floors", "households"),
    "organisation": ("name", "class", "address", "contact", "phone"),
    "hazard": ("title", "class", "grade", "state", "found_on", "due_on", "address"),
    "hazard_source": ("name", "class", "grade", "organisation", "address"),
    "zone": ("name", "class", "operator"),
    "facility": ("name", "class", "address", "phone", "hours"),
    "component": ("name", "class", "address", "condition", "owner"),
    "officer": ("name", "number", "phone"),
    "post": ("kind", "target", "starts", "ends", "cover"),
    "visit": ("at", "mode", "outcome", "target", "note"),
    "estate": ("name", "kind", "property_firm"),
    "resident_group": ("name", "number", "households"),
    "unit": ("estate", "building_no", "unit_no", "floors", "dwellings"),
    "address": ("text", "name", "street", "housenumber", "estate", "building_no"),
}
_EVENT = ("class", "title", "description", "address", "state", "channel", "reported_at", "due_at", "closed_at")
_STATUS = ("state", "use", "residence", "grade", "class", "outcome", "category", "estate", "located", "q")


def kinds(db: Database, caller: Caller) -> list[dict[str, Any]]:
    """Kinds of records that the caller may open, with their fields and what she may do with each."""
    zh = language() == "zh"
    with begin(db, caller, "read") as tx:
        may = tx.who.permissions
        people = bool(tx.who.person_scope)
        lists = codelists.names(tx, english=not zh)
    out = []
    for word, kind in entries.KINDS.items():
        if entries.seen_with(kind) not in may or (RECORDS[kind].personal and not people):
            continue
        write = entries.written_with(kind) in may
        out.append({
            "word": word, "kind": kind, "called": t(f"kind.{kind}"), "personal": RECORDS[kind].personal,
            "fields": [_field(f, lists, zh=zh) for f in codetables.kinds()[kind].fields.values() if f.type != "geom"],
            "usual": USUAL[kind], "filters": [n for n in _STATUS if n in filters.fields_of(kind)],
            "can": {"add": write, "change": write and kind not in entries.FIXED, "end": write,
                    "merge": write and kind not in entries.FIXED, "move": RECORDS[kind].point and write,
                    "correct": not write and "report" in may and kind not in entries.FIXED,
                    "attach": word in attachments.KINDS and "report" in may, "import": "import" in may,
                    "export": "export" in may, "template": word in templates.KINDS,
                    "reconcile": kind in RECONCILED and "import" in may,
                    "reveal": kind == "person"},
        })  # fmt: skip
    if "rows" in may:
        out.append(_events(lists, may, zh=zh))
    return out


def _events(lists: dict[str, dict[str, str]], may: frozenset[str], *, zh: bool) -> dict[str, Any]:
    """Events are looked at here; what becomes of them is decided in their cases."""
    spec = codetables.kinds()["event"].fields | {"state": codetables.kinds()["event"].fields["status"]}
    fields = [_field(spec[n], lists, zh=zh) | {"name": n} for n in _EVENT]
    fields[_EVENT.index("state")]["codes"] = {s: t(f"status.{s}") for s in ("open", "closed", "void")}
    nothing = dict.fromkeys(("add", "change", "end", "merge", "move", "correct", "reconcile", "reveal"), False)
    can = {**nothing, "attach": "report" in may, "import": "import" in may, "export": False, "template": True}
    return {"word": "events", "kind": "event", "called": t("kind.event"), "personal": False, "fields": fields,
            "usual": ("class", "title", "address", "state", "reported_at", "due_at", "closed_at"),
            "filters": ["state", "located", "q"], "can": can}  # fmt: skip


def _field(field: Any, lists: dict[str, dict[str, str]], *, zh: bool) -> dict[str, Any]:
    codes = lists.get(str(field.list)) if field.type == "code" else None
    return {"name": field.name, "called": field.zh if zh else field.en.replace("_", " "), "type": field.type,
            "required": field.required, "codes": codes,
            "hidden": field.protection in ("personal", "sensitive")}  # fmt: skip
