"""How each kind of record is stored: its table, the columns that an import fills, where its place is.

The statements that are the same for every kind are written once, in ``sql/records/``, and filled in from here.
"""

from __future__ import annotations

from dataclasses import dataclass

PLACE = ("cell_key", "cell_alt", "assign_status", "located_by", "accuracy_m")
DOOR = ("estate", "building_no", "street", "housenumber")


@dataclass(frozen=True)
class Record:
    """One kind of record.

    ``columns`` come out of the intake; ``linked`` are found in the database by what stands in ``extra``, which is
    only staged; ``sealed`` are written but tell no change (the same value is sealed differently each time). ``shape``
    is the column that holds a whole geometry, if there is one; with ``point`` the column ``geom`` is a point, made of
    ``lon`` and ``lat``. ``located`` records have a cell, with ``h3`` also an H3 index. ``personal``: a dwelling, a
    household or a person; ``mixed``: some rows are about one.
    """

    table: str
    columns: tuple[str, ...]
    linked: tuple[str, ...] = ()
    extra: tuple[str, ...] = ()
    sealed: tuple[str, ...] = ()
    shape: str | None = None
    point: bool = True
    located: bool = True
    h3: bool = False
    personal: bool = False
    mixed: bool = False

    @property
    def about_people(self) -> bool:
        """Whether a list of these may tell about residents."""
        return self.personal or self.mixed

    @property
    def shapes(self) -> tuple[str, ...]:
        """Columns that hold geometry."""
        return (*((self.shape,) if self.shape else ()), *(("geom",) if self.point else ()))

    @property
    def read(self) -> tuple[str, ...]:
        """Columns that a file has a say in; a point comes as lon and lat."""
        return (*self.columns, *((self.shape,) if self.shape else ()), *self.extra)

    @property
    def written(self) -> tuple[str, ...]:
        """Columns that an import writes."""
        place = (*(PLACE if self.located else ()), *(("h3",) if self.h3 else ()))
        return (*self.columns, *self.sealed, *self.linked, *self.shapes, *place)

    @property
    def compared(self) -> tuple[str, ...]:
        """Columns that make a row another one; its cell may change without it."""
        return (*self.columns, *self.linked, *self.shapes, *(("located_by",) if self.located else ()))

    @property
    def staged(self) -> tuple[str, ...]:
        """Columns of the stage table that a frame brings, besides row_no and source_key."""
        place = (*(PLACE if self.located else ()), *(("h3",) if self.h3 else ()))
        return (*self.read, *self.sealed, *(("lon", "lat") if self.point else ()), *place)


RECORDS: dict[str, Record] = {
    r.table: r
    for r in (
        Record(
            "event",
            ("class_id", "title", "description", "address", "channel", "state", "status_text", "reported_at", "day",
             "due_at", "due_given", "closed_at", "area_given"),
            h3=True,
        ),
        Record(
            "building",
            ("name", "kind", "use", "floors", "height", "units", "households", "estate", "street", "housenumber",
             "building_no", "address"),
            shape="shape",
            h3=True,
        ),
        Record("address", ("text", "name", "street", "housenumber", "estate", "building_no", "unit")),
        Record("estate", ("name", "kind", "property_firm", "flagged"), shape="geom", point=False),
        Record(
            "base_feature", ("layer", "kind", "detail", "name", "tunnel"), shape="geom", point=False, located=False
        ),
        Record("resident_group", ("name", "number", "households"), shape="geom", point=False),
        Record("unit", ("unit_no", "floors", "dwellings"), linked=("building_id",), extra=DOOR),
        Record("facility", ("name", "class", "address", "phone", "hours", "capacity", "operator")),
        Record("component", ("name", "class", "address", "owner", "condition", "built_on", "date_precision")),
        Record(
            "organisation",
            ("name", "class", "credit_code", "address", "contact", "phone", "employees", "opened_on",
             "date_precision"),
            linked=("building_id",),
            extra=DOOR,
        ),
        Record(
            "hazard",
            ("title", "class", "grade", "state", "description", "address", "found_on", "due_on", "responsible",
             "closed_on", "date_precision"),
            linked=("building_id",),
            extra=DOOR,
        ),
        Record(
            "hazard_source",
            ("name", "class", "grade", "address", "organisation", "contact", "phone"),
            linked=("building_id",),
            extra=DOOR,
        ),
        Record(
            "dwelling",
            ("unit_no", "room", "address", "floor", "area_m2", "use", "use_from", "use_to", "date_precision"),
            linked=("building_id",),
            extra=DOOR,
            personal=True,
        ),
        Record(
            "household",
            ("number", "head"),
            linked=("dwelling_id",),
            extra=(*DOOR, "unit_no", "room", "address"),
            personal=True,
        ),
        Record(
            "person",
            ("name", "sex", "birth", "id_hash", "phone_hash", "relation", "residence", "registered_address",
             "moved_in", "categories", "date_precision"),
            linked=("dwelling_id", "household_id"),
            extra=(*DOOR, "unit_no", "room", "address", "household_no"),
            sealed=("id_no", "phone"),
            personal=True,
        ),
        Record("zone", ("name", "class", "operator"), shape="geom", point=False),
        Record("officer", ("name", "number", "phone"), point=False),
        Record(
            "post",
            ("kind", "target", "unit_no", "starts", "ends", "cover"),
            linked=("officer_id", "building_id", "subcell_id", "zone_id"),
            extra=("officer", "cell", "subcell", "zone", *DOOR),
            point=False,
        ),
        Record(
            "visit",
            ("at", "day", "mode", "outcome", "target", "activity", "minutes", "document", "note", "personal"),
            linked=("officer_id", "target_id", "far_m", "unconfirmed"),
            extra=("officer", "target_key", "guessed", "task", "task_id", "gps", "cell", "area_given", *DOOR,
                   "unit_no", "room", "address"),
            mixed=True,
        ),
    )
}  # fmt: skip
# Kinds whose records move with the ground; a post stays with the identity of its cell.
LOCATED = tuple(k for k, r in RECORDS.items() if r.located and r.shapes)
# Kinds whose single records are not written by hand: base maps come from files, events have cases of their own.
NOT_EDITED = ("event", "base_feature")
# What a list of one kind brings along of others, in the order in which it is taken back.
MADE: dict[str, tuple[str, ...]] = {"person": ("household", "dwelling"), "household": ("dwelling",)}
# What makes a record what it is, the surest first, where it has no key in the same list: columns, or @door, @room
# (how a building or a dwelling is called), @unit (a stairwell's number).
IDENTITY: dict[str, tuple[tuple[str, ...], ...]] = {
    "person": (("id_hash",), ("name", "birth"), ("name", "dwelling_id")),
    "household": (("number", "dwelling_id"), ("number",), ("dwelling_id", "head"), ("dwelling_id",)),
    "dwelling": (("@room",),),
    "building": (("@door",), ("name",)),
    "unit": (("building_id", "@unit"),),
    "estate": (("name",),),
    "resident_group": (("name", "cell_key"), ("number", "cell_key"), ("name",)),
    "organisation": (("credit_code",), ("name", "building_id"), ("name",)),
    "facility": (("name", "class"), ("name",)),
    "component": (("name", "class", "address"),),
    "hazard_source": (("name", "class"), ("name",)),
    "zone": (("name", "class"), ("name",)),
    "officer": (("number",), ("name",)),
}
RECONCILED = tuple(IDENTITY)
# Words for kinds on the command line, in addresses of the API and in names of files.
WORDS = {
    "events": "event", "buildings": "building", "addresses": "address", "base_features": "base_feature",
    "estates": "estate", "resident_groups": "resident_group", "units": "unit", "facilities": "facility",
    "components": "component", "organisations": "organisation", "hazards": "hazard",
    "hazard_sources": "hazard_source", "dwellings": "dwelling", "households": "household", "people": "person",
    "zones": "zone", "officers": "officer", "posts": "post", "visits": "visit",
}  # fmt: skip
