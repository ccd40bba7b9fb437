"""SQL files: one statement each, with a header that says what it is for.

Header lines are comments at the top of the file::

    -- What it does, in a sentence or two.
    -- param name type: what it is
    -- index: index_name           (the plan must be able to use it under row security)
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from psycopg import sql

from gridsvc import paths

if TYPE_CHECKING:
    from pathlib import Path

_PARAM = re.compile(r"^-- param (\w+) ([\w\[\]]+):", re.MULTILINE)
_INDEX = re.compile(r"^-- index: (\w+(?: or \w+)*)$", re.MULTILINE)


@dataclass(frozen=True)
class Statement:
    """A statement with its parameters (name → type) and the indexes of which the plan must use one."""

    name: str
    text: str
    params: dict[str, str]
    indexes: tuple[str, ...]

    @property
    def query(self) -> sql.SQL:
        """The statement for psycopg; the text comes from a file of ours."""
        return sql.SQL(self.text)


@cache
def load(name: str) -> Statement:
    """The statement in ``sql/queries/<name>.sql``."""
    return read(paths.sql("queries", f"{name}.sql"), name)


def read(path: Path, name: str) -> Statement:
    """The statement in ``path``."""
    text = path.read_text(encoding="utf-8")
    index = _INDEX.search(text)
    body = "\n".join(line for line in text.splitlines() if not line.startswith("--"))
    return Statement(
        name, body.strip().rstrip(";"), dict(_PARAM.findall(text)), tuple(index[1].split(" or ")) if index else ()
    )


def every() -> list[str]:
    """Names of all statements."""
    root = paths.sql("queries")
    return sorted(str(p.relative_to(root).with_suffix("")) for p in root.rglob("*.sql"))
