"""Names that people use for places: 一中, 老电影院, 王家弄教师楼. Taught once, understood from then on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from gridsvc.domain import codes
from gridsvc.domain.address.fold import fold
from gridsvc.domain.address.homes import is_person
from gridsvc.errors import ForbiddenError, InputError, MissingError
from gridsvc.services import geocoding, places
from gridsvc.store.tx import begin

if TYPE_CHECKING:
    from gridsvc.store.pool import Database, Row
    from gridsvc.store.tx import Caller, Tx

_LONGEST: Final = 40
_SAME_M: Final = 300.0  # a place of the name that is nearer than this is the one that is meant


def add(
    db: Database, caller: Caller, name: str, *, address: str | None = None, lon: float | None = None,
    lat: float | None = None, accuracy_m: float = 20.0,
) -> dict[str, Any]:  # fmt: skip
    """Teach a name of a place, by an address that is found for certain or by a point.

    Raises:
        InputError: ``alias.name``, ``alias.person``, ``alias.where``, ``alias.doubt``, ``alias.taken``,
        ``seat.outside``; ForbiddenError: ``alias.area``.
    """
    with begin(db, caller, "edit"):  # who may not is told so first
        pass
    plain = plain_name(name)
    target = address or f"{lon},{lat}"
    if address is not None:
        found = geocoding.geocode(db, caller, address)
        place = found["result"]
        if found["status"] != "found" or place is None:
            raise InputError("alias.doubt", value=address, status=found["status"])
        lon, lat, accuracy_m, target = place["longitude"], place["latitude"], place["accuracy_m"], place["matched"]
    if lon is None or lat is None or not (abs(lon) <= 180 and abs(lat) <= 90):
        raise InputError("alias.where")
    with begin(db, caller, "edit") as tx:
        number, _ = put(tx, plain, target, lon, lat, accuracy_m)
    places.refresh(db, kinds=("alias",))
    return {"id": number, "name": plain, "target": target, "longitude": lon, "latitude": lat}


def plain_name(name: str) -> str:
    """A name of a place in its one form.

    Raises:
        InputError: ``alias.name``, ``alias.person``.
    """
    plain = fold(name).strip()
    if not 2 <= len(plain) <= _LONGEST:
        raise InputError("alias.name", value=name, most=_LONGEST)
    if is_person(plain):
        raise InputError("alias.person", value=name)
    return plain


def put(tx: Tx, plain: str, target: str, lon: float, lat: float, accuracy_m: float) -> tuple[int, bool]:
    """Store a name; its number, and whether it is new. The places of the base are to be worked out again afterwards.

    Raises:
        ForbiddenError: ``alias.area``; InputError: ``seat.outside`` where no area is, ``alias.taken``.
    """
    key = geocoding.area_key_at(tx, lon, lat)
    if key == 0:
        raise InputError("seat.outside", lon=round(lon, 6), lat=round(lat, 6))
    if taken := tx.one(
        "alias/taken", name=plain, area=codes.code_of(key), lon=lon, lat=lat, metres=_SAME_M + accuracy_m
    ):
        raise InputError("alias.taken", name=plain, target=taken["label"])
    if not tx.who.covers(key, key + 1):
        raise ForbiddenError("alias.area", name=plain)
    row = tx.one(
        "alias/add", name=plain, target=target, lon=lon, lat=lat, accuracy_m=accuracy_m, cell_key=key,
        user_id=tx.who.user_id,
    )  # fmt: skip
    if row is None:
        raise ForbiddenError("alias.area", name=plain)
    number = int(row["id"])
    tx.audit("alias.add", entity="place_alias", row_id=number, detail={"name": plain, "target": target})
    return number, bool(row["fresh"])


def every(db: Database, caller: Caller) -> list[dict[str, Any]]:
    """All names that were taught."""
    with begin(db, caller, "read") as tx:
        return tx.rows("alias/list")


def remove(db: Database, caller: Caller, number: int) -> dict[str, Any]:
    """Take a name away; addresses that were found by it keep their place.

    Raises:
        MissingError: ``alias.unknown``.
    """
    with begin(db, caller, "edit") as tx:
        gone = take(tx, number)
        if gone is None:
            raise MissingError("alias.unknown", id=number)
    places.refresh(db, kinds=("alias",))
    return dict(gone)


def take(tx: Tx, number: int) -> Row | None:
    """Take a name of the caller's ground away; None where there is none. The places of the base are to be worked out
    again afterwards."""
    tries = (tx.one("alias/remove", id=number, lo=lo, hi=hi) for lo, hi in tx.who.scope)
    gone = next((row for row in tries if row is not None), None)
    if gone is not None:
        tx.audit("alias.remove", entity="place_alias", row_id=number, detail=dict(gone))
    return gone
