"""The exception tree.

Each error carries a stable code (``area.unknown``), the values that belong into its message, and an HTTP status.
The sentences themselves stand in ``data/messages.csv`` under ``error.<code>`` and ``remedy.<code>``; whoever speaks
to a person (CLI, web, report) looks them up in that person's language.
"""

from __future__ import annotations

from typing import Any


class GridError(Exception):
    """Anything gridsvc refuses or cannot do; never raised bare."""

    status = 500

    def __init__(self, code: str, /, **values: Any) -> None:
        self.code = code
        self.values = values
        super().__init__(code)

    def __str__(self) -> str:
        inside = ", ".join(f"{k}={v}" for k, v in self.values.items())
        return f"{self.code} ({inside})" if inside else self.code


class InputError(GridError):
    """What the person gave cannot be used: a file, a field, a value, an option."""

    status = 422


class LimitError(InputError):
    """The input is larger than a limit of this installation."""

    status = 413


class SignInError(GridError):
    """Nobody is signed in, or the password or token is wrong."""

    status = 401


class ForbiddenError(GridError):
    """The person is known, but her role does not include this."""

    status = 403


class MissingError(GridError):
    """There is no such thing, or it lies outside the person's scope (the two look alike on purpose)."""

    status = 404


class ConflictError(GridError):
    """The thing is not in a state that allows this."""

    status = 409


class ChangedError(GridError):
    """Somebody else changed the thing since it was read."""

    status = 412


class UnknownStateError(GridError):
    """A change that does not say which state of the thing it is made on."""

    status = 428


class BusyError(GridError):
    """The service is at its limit; try again later."""

    status = 503


class SetupError(GridError):
    """The machine, the cluster or the schema is not as gridsvc needs it."""

    status = 500


class Cancelled(GridError):  # noqa: N818 - not a failure: somebody asked for it
    """A job or a command was interrupted on request."""

    status = 409
