"""Files that want to do harm, made from nothing: what each is called, what it holds, and what must come of it.

``expect`` is the code of the refusal, ``None`` for a file that is taken although it looks wrong; ``faults`` says what
stands at its rows then. Every file can name the path of a secret that no answer may ever hold.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

SECRET = "tOp-SeCrEt-97f3"
LINK = "http://127.0.0.1:9/crs"


@dataclass(frozen=True)
class Hostile:
    """One file of the corpus."""

    name: str
    file: str
    make: Callable[[Path], bytes]
    expect: str | None
    faults: tuple[str, ...] | None = None

    def write(self, folder: Path, secret: Path) -> Path:
        """The file in ``folder``."""
        path = folder / self.file
        path.write_bytes(self.make(secret))
        return path

    @property
    def kind(self) -> str:
        """What a person would upload it as."""
        if self.file.lower().endswith((".csv", ".txt", ".tsv", ".xlsx", ".xls", ".xlsm")):
            return "events"
        return "areas" if "area" in self.name else "buildings"


CORPUS: list[Hostile] = []


def hostile(
    name: str, file: str, expect: str | None = None, faults: tuple[str, ...] | None = None
) -> Callable[[Callable[..., bytes]], Callable[..., bytes]]:
    """Add what the function makes to the corpus; the function may take the path of the secret."""

    def add(make: Callable[..., bytes]) -> Callable[..., bytes]:
        wants = make.__code__.co_varnames[:1] in (("secret",), ("_secret",))
        CORPUS.append(Hostile(name, file, make if wants else lambda _: make(), expect, faults))
        return make

    return add


def fixed(
    name: str, file: str, content: bytes, expect: str | None = None, faults: tuple[str, ...] | None = None
) -> None:
    """Add a file with this content."""
    CORPUS.append(Hostile(name, file, lambda _: content, expect, faults))


def secret_file(folder: Path) -> Path:
    """A file of this machine that no upload may show; every reader could read it."""
    path = folder / "secret.csv"
    path.write_text(f"id,name\n1,{SECRET}\n", encoding="utf-8")
    return path


def load() -> list[Hostile]:
    """The whole corpus, each name once."""
    from tests.io import (  # noqa: F401
        hostile_gpkg,
        hostile_json,
        hostile_parquet,
        hostile_shapefile,
        hostile_sheets,
        hostile_text,
    )

    assert len({h.name for h in CORPUS}) == len(CORPUS)
    return CORPUS
