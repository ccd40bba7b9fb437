"""One transaction of one caller: scope and time budget set first, locally, so nothing stays on the connection."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, NoReturn

import numpy as np
import pandas as pd
import psycopg
from psycopg.types.json import Jsonb
from psycopg.types.multirange import Multirange
from psycopg.types.range import Range

from gridsvc.domain import roles
from gridsvc.errors import BusyError, ConflictError, ForbiddenError, InputError, MissingError, SignInError
from gridsvc.store import columns, sqlfiles

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from numpy.typing import NDArray

    from gridsvc.settings import Settings
    from gridsvc.store.pool import Connection, Database, Row

json = Jsonb


# numbers that numpy takes as they are, by their OID: int2, int4, int8, float4, float8
_NUMBERS: Final = {21: np.int64, 23: np.int64, 20: np.int64, 700: np.float64, 701: np.float64}


@dataclass(frozen=True)
class Caller:
    """Who asks: the number of a user, read anew in every transaction; ``os_user`` for local commands."""

    user_id: int
    os_user: str | None = None


SYSTEM = Caller(1)


@dataclass(frozen=True)
class Who:
    """The caller as the database knows her now."""

    user_id: int
    login: str
    name: str
    role: str
    area_code: str | None
    scope: tuple[tuple[int, int], ...]
    person_scope: tuple[tuple[int, int], ...]
    os_user: str | None = None

    @property
    def permissions(self) -> frozenset[str]:
        """What her role may do."""
        return roles.PERMISSIONS[self.role]

    def covers(self, lo: int, hi: int) -> bool:
        """Whether every key of ``[lo, hi)`` is in her scope."""
        return any(a <= lo and hi <= b for a, b in self.scope)

    def knows(self, lo: int, hi: int) -> bool:
        """Whether the residents of every key of ``[lo, hi)`` are her duty."""
        return any(a <= lo and hi <= b for a, b in self.person_scope)

    def covers_keys(self, keys: np.ndarray) -> np.ndarray:
        """Which keys are in her scope."""
        inside = np.zeros(len(keys), dtype=bool)
        for a, b in self.scope:
            inside |= (keys >= a) & (keys < b)
        return inside

    def covers_ranges(self, lo: np.ndarray, hi: np.ndarray) -> np.ndarray:
        """Which of the ranges ``[lo, hi)`` lie in her scope as a whole."""
        inside = np.zeros(len(lo), dtype=bool)
        for a, b in self.scope:
            inside |= (lo >= a) & (hi <= b)
        return inside

    def touches(self, lo: int, hi: int) -> bool:
        """Whether any key of ``[lo, hi)`` is in her scope."""
        return any(a < hi and lo < b for a, b in self.scope)

    def scope_text(self) -> str:
        """The scope as one short string: part of cache keys."""
        return ";".join(f"{a}-{b}" for a, b in self.scope)


class Tx:
    """An open transaction; every statement comes from a file."""

    def __init__(self, conn: Connection, who: Who, settings: Settings, zone: str = "") -> None:
        self.conn = conn
        self.who = who
        self.settings = settings
        self.zone = zone  # of the installation

    def run(self, name: str, /, **params: Any) -> int:
        """Run a statement; the number of rows it touched."""
        return self.conn.execute(sqlfiles.load(name).query, params).rowcount

    def rows(self, name: str, /, **params: Any) -> list[Row]:
        """All rows of a statement."""
        return self.conn.execute(sqlfiles.load(name).query, params).fetchall()

    def one(self, name: str, /, **params: Any) -> Row | None:
        """The first row of a statement, if there is one."""
        return self.conn.execute(sqlfiles.load(name).query, params).fetchone()

    def value(self, name: str, /, **params: Any) -> Any:
        """The first column of the first row; None without a row."""
        row = self.one(name, **params)
        return next(iter(row.values())) if row else None

    def frame(self, name: str, /, **params: Any) -> pd.DataFrame:
        """All rows as a frame."""
        return self._frame(sqlfiles.load(name).query, params)

    def _frame(self, query: Any, params: Mapping[str, Any]) -> pd.DataFrame:
        described, rows = self._fetched(query, params)
        names = [c.name for c in described]
        if not rows:
            return pd.DataFrame.from_records(rows, columns=names)
        columns = zip(described, zip(*rows, strict=True), strict=True)
        return pd.DataFrame({c.name: _column(c.type_code, values) for c, values in columns}, columns=names)

    def arrays(self, name: str, /, **params: Any) -> dict[str, NDArray[Any]]:
        """All rows as columns: numbers as such, missing ones as NaN, everything else as objects. For what is asked so
        often that making frames of it would be felt."""
        described, rows = self._fetched(sqlfiles.load(name).query, params)
        columns = zip(*rows, strict=True) if rows else ((),) * len(described)
        return {c.name: _array(c.type_code, v) for c, v in zip(described, columns, strict=True)}

    def columns(self, name: str, /, **params: Any) -> list[dict[str, Any]]:
        """The rows of a statement that gathers arrays (``array_agg``) and packed rows, each as columns: thousands of
        numbers come without an object for each. No number of them may be missing."""
        with self.conn.cursor(binary=True, row_factory=psycopg.rows.tuple_row) as cursor:
            columns.read(cursor)
            cursor.execute(sqlfiles.load(name).query, params)
            heads = cursor.description or ()
            return [
                {c.name: columns.column(c.type_code, v) for c, v in zip(heads, row, strict=True)} for row in cursor
            ]

    def _fetched(self, query: Any, params: Mapping[str, Any]) -> tuple[list[psycopg.Column], list[Any]]:
        with self.conn.cursor(binary=True, row_factory=psycopg.rows.tuple_row) as cursor:
            cursor.execute(query, params)
            return cursor.description or [], cursor.fetchall()

    def stream(self, name: str, size: int, /, **params: Any) -> Iterator[pd.DataFrame]:
        """All rows, ``size`` at a time, through a cursor of the server."""
        with self.conn.cursor("stream", row_factory=psycopg.rows.tuple_row) as cursor:
            cursor.itersize = size
            cursor.execute(sqlfiles.load(name).query, params, binary=True)
            names = [c.name for c in cursor.description or []]
            while rows := cursor.fetchmany(size):
                yield pd.DataFrame.from_records(rows, columns=names)

    @contextmanager
    def everywhere(self) -> Iterator[None]:
        """All ground and everybody on it: for work that the ground itself asks for (records are assigned again when a
        division changes), whoever asked for it. Nothing that is read in here may reach the caller."""
        self.run("session/widen")
        yield
        self.run("session/narrow", scope=_multirange(self.who.scope), person_scope=_multirange(self.who.person_scope))

    def audit(self, action: str, *, entity: str | None = None, row_id: int | None = None,
              batch_id: int | None = None, detail: dict[str, Any] | None = None) -> None:  # fmt: skip
        """Write an audit row in this transaction."""
        self.run(
            "audit/add", user_id=self.who.user_id, os_user=self.who.os_user, action=action, entity=entity,
            row_id=row_id, batch_id=batch_id, detail=Jsonb(detail) if detail is not None else None,
        )  # fmt: skip


def roll_back() -> NoReturn:
    """End the enclosing :func:`begin` block here and undo all it did; what comes after the block goes on."""
    raise psycopg.Rollback


@contextmanager
def begin(
    db: Database,
    caller: Caller,
    need: str,
    *,
    budget_ms: int | None = None,
    steady: bool = False,
    planned_once: bool = False,
) -> Iterator[Tx]:
    """Open a transaction for ``caller``, who must have the permission ``need``.

    ``steady``: repeatable read, for answers from several statements that must agree. ``planned_once``: its statements
    look a few rows up by their keys, whatever they are asked, and planning each anew takes longer than running it.

    Raises:
        SignInError: ``auth.unknown``; ForbiddenError: ``auth.forbidden``; BusyError: ``db.busy`` or ``db.budget``.
    """
    budget = db.settings.budget_ms if budget_ms is None else budget_ms
    with db.connection() as conn, translated(), conn.transaction():
        if steady:
            conn.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        who, zone = _enter(conn, caller, budget, "force_generic_plan" if planned_once else "auto")
        if need not in who.permissions:
            raise ForbiddenError("auth.forbidden", role=who.role, need=need)
        yield Tx(conn, who, db.settings, zone)


def _column(oid: int, values: tuple[Any, ...]) -> Any:
    """Numbers without a missing one as an array; pandas finds out about the others."""
    dtype = _NUMBERS.get(oid)
    return list(values) if dtype is None or None in values else np.array(values, dtype=dtype)


def _array(oid: int, values: tuple[Any, ...]) -> NDArray[Any]:
    dtype = _NUMBERS.get(oid, object)
    return np.array(values, dtype=np.float64 if dtype is np.int64 and None in values else dtype)


def _enter(conn: Connection, caller: Caller, budget_ms: int, plans: str) -> tuple[Who, str]:
    row = conn.execute(
        sqlfiles.load("session/begin").query, {"user_id": caller.user_id, "budget": budget_ms, "plans": plans}
    ).fetchone()
    if row is None:
        raise SignInError("auth.unknown")
    who = Who(
        caller.user_id, row["login"], row["name"], row["role"], row["area_code"], _ranges(row["scope"]),
        _ranges(row["person_scope"]), caller.os_user,
    )  # fmt: skip
    return who, row["zone"]


def _multirange(ranges: tuple[tuple[int, int], ...]) -> Multirange[int]:
    return Multirange([Range(a, b) for a, b in ranges])


def _ranges(scope: Multirange[int]) -> tuple[tuple[int, int], ...]:
    return tuple((int(r.lower or 0), int(r.upper or 0)) for r in scope)


@contextmanager
def translated() -> Iterator[None]:
    """Database errors that a person may meet, as errors of ours."""
    try:
        yield
    except psycopg.errors.QueryCanceled as e:
        raise BusyError("db.budget") from e
    except psycopg.errors.UntranslatableCharacter as e:
        raise ConflictError("db.character") from e
    except psycopg.DataError as e:
        if "NUL" not in str(e):
            raise
        raise InputError("text.nul") from e
    except psycopg.errors.InsufficientPrivilege as e:
        raise MissingError("scope.outside") from e
    except (
        psycopg.errors.LockNotAvailable,
        psycopg.errors.DeadlockDetected,
        psycopg.errors.SerializationFailure,
    ) as e:
        raise ConflictError("db.conflict") from e
    except psycopg.errors.ExclusionViolation as e:
        raise ConflictError("db.overlap", constraint=e.diag.constraint_name) from e
    except psycopg.OperationalError as e:  # the server went away, or is going
        raise BusyError("db.busy") from e
