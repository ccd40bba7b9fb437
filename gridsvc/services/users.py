"""Accounts: who may sign in, as what, and where."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gridsvc.domain import codes, roles
from gridsvc.errors import ConflictError, InputError, MissingError
from gridsvc.services import auth, ground
from gridsvc.store.tx import Caller, Tx, begin

if TYPE_CHECKING:
    from gridsvc.store.pool import Database, Row

NEEDS_AREA = {"community": 12, "street": 9, "county": 6}


@dataclass(frozen=True)
class NewUser:
    """An account to be made; cells are codes, ``officer`` the number of service of whose account it is."""

    login: str
    name: str
    role: str
    area: str | None = None
    cells: tuple[str, ...] = ()
    password: str | None = None
    demo: bool = False
    officer: str | None = None


def add(db: Database, caller: Caller, user: NewUser) -> tuple[int, str]:
    """Make an account; returns its number and its password (a new one when none was given).

    Raises:
        InputError: ``user.role``, ``user.area_needed``, ``user.cells_needed``; ConflictError: ``user.exists``;
        MissingError: ``area.unknown``, ``cell.unknown``.
    """
    login = user.login.strip().lower()
    if user.role not in roles.SIGN_IN:
        raise InputError("user.role", value=user.role, known=", ".join(roles.SIGN_IN))
    password = user.password or secrets.token_urlsafe(9)
    hashed = auth.hash_password(password)
    with begin(db, caller, "users") as tx:
        if tx.one("user/one", login=login):
            raise ConflictError("user.exists", login=login)
        area, keys = _reach(tx, user)
        number = tx.value(
            "user/add", login=login, name=user.name, role=user.role, area_code=area, cells=keys, password_hash=hashed,
            demo=user.demo,
        )  # fmt: skip
        if user.officer and tx.run("officer/give_account", number=user.officer, user_id=number) != 1:
            raise MissingError("officer.unknown", number=user.officer)
        tx.audit(
            "user.add",
            entity="app_user",
            row_id=int(number),
            detail={"login": login, "role": user.role, "area": area},
        )
    return int(number), password


def _reach(tx: Tx, user: NewUser) -> tuple[str | None, list[int]]:
    """The area's code and the cells' keys, both looked up."""
    areas = ground.areas_on(tx, ground.today(tx))
    area = ground.area_of(areas, user.area).code if user.area else None
    if user.role in NEEDS_AREA and area is None:
        raise InputError("user.area_needed", role=user.role)
    if user.role == "officer" and not user.cells and not user.officer:
        raise InputError("user.cells_needed")
    keys = [codes.key_of_cell_code(c) for c in user.cells]
    known = {int(r["key"]) for r in tx.rows("cell/known", keys=keys)}
    for key, code in zip(keys, user.cells, strict=True):
        if key not in known:
            raise MissingError("cell.unknown", code=code)
    return area, keys


def listing(db: Database, caller: Caller) -> list[Row]:
    """All accounts."""
    with begin(db, caller, "users") as tx:
        rows = tx.rows("user/list")
    return [{**r, "cells": list(codes.cell_codes(r["cells"])) if r["cells"] else []} for r in rows]


def disable(db: Database, caller: Caller, login: str, *, disabled: bool = True) -> None:
    """Take an account out of use (or back in); its sessions and tokens end at once.

    Raises:
        MissingError: ``user.unknown``.
    """
    with begin(db, caller, "users") as tx:
        row = _one(tx, login)
        tx.run(
            "user/update",
            login=row["login"],
            name=row["name"],
            area_code=row["area_code"],
            cells=row["cells"],
            disabled=disabled,
        )
        tx.audit("user.disable" if disabled else "user.enable", entity="app_user", row_id=row["id"])


def move(
    db: Database, caller: Caller, login: str, *, area: str | None = None, cells: tuple[str, ...] | None = None
) -> None:
    """Give an account another area or other cells, from now on."""
    with begin(db, caller, "users") as tx:
        row = _one(tx, login)
        kept = tuple(codes.cell_codes(row["cells"])) if row["cells"] else ()
        wanted = NewUser(
            login, row["name"], row["role"], area or row["area_code"], cells if cells is not None else kept
        )
        code, keys = _reach(tx, wanted)
        tx.run(
            "user/update", login=row["login"], name=row["name"], area_code=code, cells=keys, disabled=row["disabled"]
        )
        tx.audit("user.move", entity="app_user", row_id=row["id"], detail={"area": code, "cells": keys})


def set_password(db: Database, caller: Caller, login: str, password: str) -> None:
    """A new password for an account."""
    hashed = auth.hash_password(password)
    with begin(db, caller, "users") as tx:
        row = _one(tx, login)
        tx.run("user/password", login=row["login"], password_hash=hashed)
        tx.audit("user.password", entity="app_user", row_id=row["id"])


def me(db: Database, caller: Caller) -> dict[str, Any]:
    """The caller herself: name, role, permissions, own area, number of cells and the box around what she sees."""
    with begin(db, caller, "read") as tx:
        who = tx.who
        box = tx.one("user/box", lo=[a for a, _ in who.scope], hi=[b for _, b in who.scope], day=ground.today(tx))
        single = [k for a, b in who.scope if b - a < 1 << codes.SEQ_BITS and a for k in range(a, b)]
        cells = sorted(int(r["key"]) for r in tx.rows("cell/known", keys=single)) if single else []
        return {
            "login": who.login,
            "name": who.name,
            "role": who.role,
            "area": who.area_code,
            "permissions": sorted(who.permissions),
            "has_scope": bool(who.scope),
            "cells": list(codes.cell_codes(cells)) if cells else [],
            "box": [box["west"], box["south"], box["east"], box["north"]]
            if box and box["west"] is not None
            else None,
            "today": ground.today(tx),
            "tz": ground.zone(tx),
        }


def _one(tx: Tx, login: str) -> Row:
    row = tx.one("user/one", login=login.strip().lower())
    if row is None:
        raise MissingError("user.unknown", login=login)
    return row
