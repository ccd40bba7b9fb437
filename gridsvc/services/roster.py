"""Accounts for every officer of the roster in one step; the first passwords go onto slips and nowhere else."""

from __future__ import annotations

import re
import secrets
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gridsvc.errors import ConflictError, InputError
from gridsvc.render import slips
from gridsvc.services import auth, scopes
from gridsvc.services.progress import Progress, quiet
from gridsvc.store.tx import Caller, Tx, begin

if TYPE_CHECKING:
    from pathlib import Path

    from gridsvc.store.pool import Database, Row

_LETTERS = "abcdefghjkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # none that look like another
_LENGTH = 12


@dataclass(frozen=True)
class Made:
    """How many accounts were made, and for which area."""

    area: str
    accounts: int


def make(
    db: Database,
    caller: Caller,
    path: Path,
    *,
    area: str | None = None,
    address: str = "",
    progress: Progress = quiet,
) -> Made:
    """An account for each officer who has none, and a PDF of slips with the first passwords.

    The PDF stands before the accounts are made: whoever has an account has a slip.

    Raises:
        InputError: ``export.format`` (the file must end in .pdf); ConflictError: ``roster.changed``; SetupError:
        ``font.missing``.
    """
    if path.suffix.lower() != ".pdf":
        raise InputError("export.format", value=path.suffix, known=".pdf")
    with begin(db, caller, "users") as tx:
        found = scopes.own_area(tx, area)
        waiting = tx.rows("officer/without_account", lo=found.lo, hi=found.hi)
        logins = _logins(tx, waiting)
    if not waiting:
        return Made(found.code, 0)
    passwords = ["".join(secrets.choice(_LETTERS) for _ in range(_LENGTH)) for _ in waiting]
    with ThreadPoolExecutor(2) as two:  # each takes a fifth of a second and 64 MiB, on purpose
        hashes = []
        for hashed in two.map(auth.hash_password, passwords):
            hashes.append(hashed)
            progress("roster.hash", len(hashes) / len(waiting))
    rows = [slips.Slip(o["name"], o["number"] or "", o["place"] or "", login, password, address)
            for o, login, password in zip(waiting, logins, passwords, strict=True)]  # fmt: skip
    slips.write(rows, path)
    try:
        with begin(db, caller, "users") as tx:
            for officer, login, hashed in zip(waiting, logins, hashes, strict=True):
                _add(tx, officer, login, hashed)
    except BaseException:
        path.unlink(missing_ok=True)  # slips of accounts that are not there
        raise
    return Made(found.code, len(waiting))


def _add(tx: Tx, officer: Row, login: str, hashed: str) -> None:
    number = tx.value("user/add", login=login, name=officer["name"], role="officer", area_code=None, cells=[],
                      password_hash=hashed, demo=False)  # fmt: skip
    if tx.run("officer/set_account", id=officer["id"], user_id=number) != 1:
        raise ConflictError("roster.changed")
    tx.audit("user.add", entity="app_user", row_id=int(number), detail={"login": login, "role": "officer"})


def _logins(tx: Tx, officers: list[Row]) -> list[str]:
    """The number of service in lower case; where there is none, or it is taken, ``u`` and the officer's number."""
    taken = {r["login"] for r in tx.rows("user/list")}
    out = []
    for o in officers:
        login = re.sub(r"[^0-9a-z_.-]", "", (o["number"] or "").lower())
        login = login if login and login not in taken else f"u{o['id']}"
        taken.add(login)
        out.append(login)
    return out
