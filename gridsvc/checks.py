"""``gridsvc db check``: each check says what is wrong and what to do about it."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gridsvc.domain import workdays
from gridsvc.services import ground, installation, sealing
from gridsvc.store import migrate
from gridsvc.store.tx import SYSTEM, Tx, begin
from gridsvc.text import t

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from gridsvc.settings import Settings
    from gridsvc.store.pool import Database

POSTGRESQL = 150_014
POSTGIS = (3, 3)
DISK_MB = 2_000
NOVEMBER = 11


@dataclass(frozen=True)
class Check:
    """One check: its key, whether it passed, and the values for its sentences."""

    name: str
    ok: bool
    values: dict[str, Any]
    warning: bool = False

    @property
    def title(self) -> str:
        """What is looked at."""
        return t(f"check.{self.name}")

    @property
    def message(self) -> str:
        """What was found."""
        return t(f"check.{self.name}.{'ok' if self.ok else 'bad'}", **self.values)

    @property
    def remedy(self) -> str:
        """What to do; empty when nothing is wrong."""
        return "" if self.ok else t(f"check.{self.name}.remedy", **self.values)


def run(db: Database) -> list[Check]:
    """Every check, in order."""
    with begin(db, SYSTEM, "jobs", budget_ms=db.settings.job_budget_ms) as tx:
        found = [check for make in _CHECKS for check in make(tx)]
    return [*found, _disk(db.settings), _key(db.settings)]


def failing(db: Database) -> set[str]:
    """Names of the checks that fail in this database; warnings and the machine's own state are left out."""
    return {c.name for c in run(db) if not c.ok and not c.warning} - {"disk", "key"}


def _versions(tx: Tx) -> Iterator[Check]:
    row = tx.one("check/versions") or {}
    number = int(row["server"])
    yield Check("postgresql", number >= POSTGRESQL, {"found": f"{number // 10000}.{number % 10000}", "want": "15.14"})
    parts = tuple(int(p) for p in str(row["postgis"]).split(".")[:2])
    yield Check("postgis", parts >= POSTGIS, {"found": row["postgis"], "want": "3.3"})
    missing = [e for e in migrate.EXTENSIONS if e not in str(row["extensions"]).split(",")]
    yield Check("extensions", not missing, {"missing": ", ".join(missing), "found": row["extensions"]})
    good = row["encoding"] == "UTF8" and str(row["locale"]).upper() not in ("C", "POSIX")
    yield Check("locale", good, {"encoding": row["encoding"], "locale": row["locale"]})


def _migrations(tx: Tx) -> Iterator[Check]:
    have = {r["name"]: r["sha256"] for r in tx.rows("check/migrations")}
    waiting = [n for n in migrate.names() if n not in have]
    stale = have.get("code") != migrate.code_hash()
    yield Check(
        "migrations",
        not waiting and not stale,
        {"waiting": ", ".join(waiting) or ("functions, policies" if stale else "")},
    )


def _protection(tx: Tx) -> Iterator[Check]:
    unforced = [r["name"] for r in tx.rows("check/unforced")]
    yield Check("row_security", not unforced, {"tables": ", ".join(unforced)})
    unclassed = [r["name"] for r in tx.rows("check/unclassed")]
    yield Check("classes", not unclassed, {"tables": ", ".join(unclassed)})
    yield Check("leakproof", bool(tx.value("check/leakproof")), {})
    roles = {r["name"]: r for r in tx.rows("check/roles")}
    app = roles.get("gridsvc_app")
    wrong = app is None or app["super"] or app["bypass"] or app["owns"]
    yield Check("roles", not wrong and "gridsvc_owner" in roles, {})


def _content(tx: Tx) -> Iterator[Check]:
    invalid = {r["name"]: r["n"] for r in tx.rows("check/invalid") if r["n"]}
    yield Check("invalid", not invalid, {"tables": _list(invalid)})
    outside = {r["name"]: r["n"] for r in tx.rows("check/unassigned") if r["n"]}
    yield Check("unassigned", not outside, {"tables": _list(outside)}, warning=True)
    orphans = {r["name"]: r["n"] for r in tx.rows("check/orphans") if r["n"]}
    yield Check("orphans", not orphans, {"tables": _list(orphans)})
    difference = int(tx.value("check/rollup"))
    yield Check("rollup", difference == 0, {"difference": difference})
    broken = sealing.last_fits(tx)
    yield Check("seal", broken is None, {"seals": broken})
    waiting = int(tx.value("check/jobs"))
    yield Check("jobs", waiting == 0, {"waiting": waiting}, warning=True)


def _holidays(tx: Tx) -> Iterator[Check]:
    """From November on also the next year's: that is when China publishes it."""
    today = ground.today(tx)
    last = today.year + (today.month >= NOVEMBER)
    unsure = workdays.provisional_years(tx.settings.holidays, today.year, last)
    yield Check("holidays", not unsure, {"years": "、".join(map(str, unsure))}, warning=True)


def _disk(settings: Settings) -> Check:
    folder = installation.cluster(settings).data if installation.is_private(settings) else settings.base
    while not folder.exists():
        folder = folder.parent
    free = shutil.disk_usage(folder).free // 1_000_000
    return Check("disk", free >= DISK_MB, {"free": free, "want": DISK_MB})


def _key(settings: Settings) -> Check:
    path = settings.base / "keys" / "field.key"
    good = path.exists() and path.stat().st_mode & 0o077 == 0
    return Check("key", good or not installation.is_private(settings), {"path": str(path)})


def _list(found: dict[str, int]) -> str:
    return ", ".join(f"{name} {n}" for name, n in found.items())


_CHECKS: tuple[Callable[[Tx], Iterator[Check]], ...] = (_versions, _migrations, _protection, _content, _holidays)
