"""How each kind of record is stored: its table, the columns that an import fills, where its place is.

The statements that are the same for every kind are written once, in ``sql/records/``, and filled in from here.
"""

from __future__ import annotations

from dataclasses import dataclass

PLACE = ("cell_key", "cell_alt", "assign_status", "located_by", "accuracy_m")


@dataclass(frozen=True)
class Record:
    """One kind of record.

    ``columns`` come out of the intake. ``shape`` is the column that holds a whole geometry, if there is one; with
    ``point`` the column ``geom`` is a point, made of ``lon`` and ``lat``. ``located`` records have a cell; with ``h3``
    also an H3 index.
    """

    table: str
    columns: tuple[str, ...]
    shape: str | None = None
    point: bool = True
    located: bool = True
    h3: bool = False

    @property
    def shapes(self) -> tuple[str, ...]:
        """Columns that hold geometry."""
        return (*((self.shape,) if self.shape else ()), *(("geom",) if self.point else ()))

    @property
    def read(self) -> tuple[str, ...]:
        """Columns that a file has a say in; a point comes as lon and lat."""
        return (*self.columns, *((self.shape,) if self.shape else ()))

    @property
    def written(self) -> tuple[str, ...]:
        """Columns that an import writes."""
        return (*self.columns, *self.shapes, *(PLACE if self.located else ()), *(("h3",) if self.h3 else ()))

    @property
    def compared(self) -> tuple[str, ...]:
        """Columns that make a row another one; its cell may change without it."""
        return (*self.columns, *self.shapes, *(("located_by",) if self.located else ()))

    @property
    def staged(self) -> tuple[str, ...]:
        """Columns of the stage table that a frame brings, besides row_no and source_key."""
        point = ("lon", "lat") if self.point else ()
        return (*self.read, *point, *(PLACE if self.located else ()), *(("h3",) if self.h3 else ()))


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
        Record("estate", ("name", "kind", "property_firm"), shape="geom", point=False),
        Record(
            "base_feature", ("layer", "kind", "detail", "name", "tunnel"), shape="geom", point=False, located=False
        ),
    )
}  # fmt: skip
LOCATED = tuple(k for k, r in RECORDS.items() if r.located)
