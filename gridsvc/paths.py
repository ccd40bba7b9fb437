"""Where sql/, maps/ and data/ are: beside the package in a checkout, inside it in an installed wheel."""

from __future__ import annotations

from functools import cache
from pathlib import Path

PACKAGE = Path(__file__).resolve().parent


@cache
def share() -> Path:
    """The folder that holds ``sql``, ``maps`` and ``data``."""
    checkout = PACKAGE.parent
    if (checkout / "sql" / "migrations").is_dir() and (checkout / "pyproject.toml").is_file():
        return checkout
    return PACKAGE / "_share"


def in_checkout() -> bool:
    """Whether this is a checkout and not an installed wheel."""
    return share() == PACKAGE.parent


def sql(*parts: str) -> Path:
    """A path below ``sql/``."""
    return share().joinpath("sql", *parts)


def data(*parts: str) -> Path:
    """A path below ``data/``."""
    return share().joinpath("data", *parts)


def maps(*parts: str) -> Path:
    """A path below ``maps/``."""
    return share().joinpath("maps", *parts)
