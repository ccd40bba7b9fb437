"""Sentences for people: Chinese first, English beside it, from ``data/messages.csv``."""

from __future__ import annotations

import csv
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from gridsvc import paths

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gridsvc.errors import GridError

LANGUAGES = ("zh", "en")
_language: ContextVar[str] = ContextVar("language", default="zh")


@cache
def catalogue() -> dict[str, dict[str, str]]:
    """``{key: {"zh": …, "en": …}}``, as the file has it."""
    with paths.data("messages.csv").open(encoding="utf-8", newline="") as f:
        return {row["key"]: {"zh": row["zh"], "en": row["en"]} for row in csv.DictReader(f)}


def language() -> str:
    """The language of whoever is being spoken to now."""
    return _language.get()


def use_language(lang: str) -> None:
    """Speak ``lang`` from here on, in this context."""
    _language.set(lang if lang in LANGUAGES else "zh")


@contextmanager
def speaking(lang: str) -> Iterator[None]:
    """Speak ``lang`` inside the block."""
    token = _language.set(lang if lang in LANGUAGES else "zh")
    try:
        yield
    finally:
        _language.reset(token)


def t(key: str, /, **values: Any) -> str:
    """The sentence ``key`` in the current language, with ``values`` filled in.

    An unknown key comes back as itself: a person still sees something, and a test finds it.
    """
    entry = catalogue().get(key)
    if entry is None:
        return key
    return entry[_language.get()].format(**values) if values else entry[_language.get()]


_RULE_FIELDS: Final = (
    *((f"rule.{c}", "field") for c in ("field", "missing", "superfluous")),
    ("rule.fields", "value"),
)


def message(error: GridError) -> str:
    """What went wrong, as a sentence."""
    return _filled(f"error.{error.code}", error)


def remedy(error: GridError) -> str:
    """What to do about it; empty when there is nothing to say."""
    return _filled(f"remedy.{error.code}", error) if f"remedy.{error.code}" in catalogue() else ""


def _filled(key: str, error: GridError) -> str:
    entry = catalogue().get(key)
    if entry is None:
        return str(error)
    called = {name: _word(error.code, name, value) for name, value in error.values.items()}
    return entry[_language.get()].format_map(_Shown(called))


def _word(code: str, name: str, value: Any) -> Any:
    """A value of an error as people call it, where it is a word of the program."""
    said = value
    if (code, name) in _RULE_FIELDS:
        said = t(f"page.rules.field.{value}")
    elif (code, name) == ("auth.forbidden", "need"):
        said = t(f"permission.{value}")
    elif (code, name) == ("auth.forbidden", "role"):
        said = t(f"role.{value}")
    return value if str(said).endswith(f".{value}") else said


class _Shown(dict[str, Any]):
    """Values as people should see them; a missing one shows its name instead of failing."""

    def __missing__(self, key: str) -> str:
        return "{" + key + "}"
