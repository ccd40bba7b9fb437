"""Where sql/, maps/ and data/ are: beside the package in a checkout, inside it in an installed wheel."""

from __future__ import annotations

from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

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


@contextmanager
def whole(path: Path) -> Iterator[Path]:
    """A file beside ``path`` to write to: it gets that name when the block ends well, and is gone otherwise."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.stem}.part{path.suffix}")
    try:
        yield part
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
