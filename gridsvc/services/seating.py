"""楼栋落点: buildings that came out of a ledger get their places, and everybody who lives in them with them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from gridsvc.domain import codes
from gridsvc.domain.ledger import seating
from gridsvc.domain.ledger.doorway import NO_BUILDING, NO_NUMBER
from gridsvc.errors import ConflictError, InputError
from gridsvc.services import entries, ground, linking, scopes
from gridsvc.store.tx import begin

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gridsvc.services.ground import Area
    from gridsvc.store.pool import Database, Row
    from gridsvc.store.tx import Caller, Tx

_MOST: Final = 500
#: Metres that a click on the map may be off.
BY_HAND_M: Final = 15.0


def waiting(
    db: Database, caller: Caller, area: str | None = None, *, placed: bool = False, most: int = _MOST
) -> dict[str, Any]:
    """Buildings without a place and the people (of the caller's duty) who wait for it, most people first; each with
    the place that its neighbours propose. ``placed``: those placed by hand instead.
    """
    with begin(db, caller, "read") as tx:
        found = scopes.own_area(tx, area)
        rows = tx.rows("seat/waiting", lo=found.lo, hi=found.hi, most=most, placed=placed)
        offered = {} if placed else _proposals(tx, found, rows)
    items = [_shown(row, offered) for row in rows]
    total = rows[0] if rows else {"buildings": 0, "everybody": 0}
    return {"area": found.code, "name": found.name, "buildings": int(total["buildings"]),
            "people": int(total["everybody"]), "items": items}  # fmt: skip


def place(
    db: Database, caller: Caller, number: int, lon: float | None, lat: float | None, state: str | None
) -> dict[str, Any]:
    """Put a building at a point, or (None) take its place away; everybody in it goes along.

    Raises:
        MissingError, ChangedError, UnknownStateError: as :func:`gridsvc.services.entries.change`;
        ConflictError: ``seat.surveyed`` for a building that nobody placed by hand;
        InputError: ``seat.outside`` for a point outside the caller's own ground, ``geometry.outside_world``.
    """
    if (lon is None) != (lat is None) or (lon is not None and not (abs(lon) <= 180 and abs(lat or 0.0) <= 90)):
        raise InputError("geometry.outside_world", lon=lon, lat=lat)
    with begin(db, caller, "edit") as tx:
        row = entries.current(tx, "building", number, state)
        if row["lon"] is not None and row["located_by"] != "manual":
            raise ConflictError("seat.surveyed", name=label(row))
        where = _where(tx, row, lon, lat)
        entries.remember(tx, "building", number, "building.place", {"lon": lon, "lat": lat})
        tx.run("seat/place", id=number, lon=lon, lat=lat, accuracy_m=None if lon is None else BY_HAND_M, **where)
        linking.follow(tx, [number])
        now = entries.current(tx, "building", number, str(tx.value("building/version", id=number)))
    return {"id": number, "version": now["version"], "lon": now["lon"], "lat": now["lat"],
            "cell": codes.code_of(int(now["cell_key"]))}  # fmt: skip


def _where(tx: Tx, row: Row, lon: float | None, lat: float | None) -> dict[str, Any]:
    """Cell and status of a point; without one the building falls back to its area."""
    if lon is None or lat is None:
        return {"cell_key": int(row["cell_key"]) >> 13 << 13, "cell_alt": None, "assign_status": None, "h3": None}
    return ground.cell_at(tx, lon, lat)


def _proposals(tx: Tx, area: Area, rows: Sequence[Row]) -> dict[int, tuple[float, float]]:
    """Places that the neighbours' numbers propose, inside the area only."""
    names = {c: sorted({r[c] for r in rows if r[c]}) for c in ("estate", "street")}
    frame = tx.frame("seat/neighbours", lo=area.lo, hi=area.hi, estates=names["estate"], streets=names["street"])
    if frame.empty:
        return {}
    frame = frame.set_index("id")
    found = seating.proposals(frame).dropna()
    if found.empty:
        return {}
    keys = ground.load(tx, area.code).units.assign(found["lon"].to_numpy(), found["lat"].to_numpy()).key
    found = found[(keys >= area.lo) & (keys < area.hi)]
    return {int(i): (round(float(x), 7), round(float(y), 7))
            for i, x, y in found[["lon", "lat"]].itertuples(name=None)}  # fmt: skip


def _shown(row: Row, offered: dict[int, tuple[float, float]]) -> dict[str, Any]:
    told = ("id", "estate", "building_no", "street", "housenumber", "version", "lon", "lat")
    here = offered.get(int(row["id"]))
    return {**{n: row[n] for n in told}, "label": label(row), "people": int(row["people"]),
            "area": str(codes.area_codes([row["cell_key"]])[0]),
            "proposal": {"lon": here[0], "lat": here[1]} if here else None}  # fmt: skip


def label(row: Row) -> str:
    """What a building is called: 南苑小区3幢, 王家路163弄16号."""
    row = {k: None if v is None or v != v else v for k, v in row.items()}  # NaN of a frame is nothing
    if row["building_no"] == NO_BUILDING or row["housenumber"] == NO_NUMBER:
        return str(row["estate"] or row["street"])
    if row["estate"] and row["building_no"]:
        number = str(row["building_no"])
        return f"{row['estate']}{number}{'幢' if number[-1:].isalnum() and number.isascii() else ''}"
    if row["street"]:
        number = str(row["housenumber"] or "")
        return f"{row['street']}{number}{'号' if number[-1:].isdigit() else ''}"
    return str(row.get("name") or row.get("address") or row["estate"] or row.get("id"))
