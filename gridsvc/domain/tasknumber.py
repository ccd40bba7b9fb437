"""Task numbers (任务号) of a 走访登记表: what is to be visited and what for, in a number that can be typed from
paper.

``P1234-visit-2kq8z4-07``: kind and number of the target, activity, the form and its line, two check digits. These are
MOD 97 as in ISO/IEC 7064, but with two digits for every sign (0 to 35): one wrong sign, or two neighbours that
changed places, never make another valid number, so that a slip of the pen meets nobody else.
"""

from __future__ import annotations

import re
from typing import Final

import pandas as pd

#: Letter → kind of target, as in ``gridsvc.domain.rules``.
LETTERS: Final = {
    "A": "area", "C": "cell", "E": "estate", "B": "building", "U": "unit", "D": "dwelling", "H": "household",
    "P": "person", "Z": "hazard", "S": "hazard_source", "O": "organisation", "K": "component", "F": "facility",
    "R": "zone",
}  # fmt: skip
_KINDS: Final = {kind: letter for letter, kind in LETTERS.items()}
_FORM: Final = re.compile(r"([A-Z])([0-9]{1,16})-([a-z_]{1,20})-([0-9a-z]{2,12})-([0-9]{2})")
_SIGNS: Final = "0123456789abcdefghijklmnopqrstuvwxyz_"


def written(target: str, target_id: int, activity: str, line: str) -> str:
    """The number of one line of a form; ``line`` tells it from all others (2 to 12 of 0–9 and a–z)."""
    body = f"{_KINDS[target]}{target_id}-{activity}-{line}"
    return f"{body}-{98 - _rest(body) * 100 % 97:02d}"


def read(text: pd.Series) -> pd.DataFrame:
    """target, target_id (Int64), activity and the mended number of task numbers, all missing where one is none or has
    a slip.

    Spaces and full-width signs are mended, capitals do not matter.
    """
    given = text[text.notna()]  # most lists have none
    once = {value: _one(value) for value in given.unique()}
    rows = [once[value] for value in given]
    out = pd.DataFrame(rows, columns=["target", "target_id", "activity", "number"], index=given.index)
    out = out.reindex(text.index)
    return out.astype({"target": "str", "target_id": "Int64", "activity": "str", "number": "str"})


def checked(number: int) -> str:
    """A bare number with two check digits of its own (ISO/IEC 7064 MOD 97-10): ``12-34``."""
    return f"{number}-{98 - number * 100 % 97:02d}"


def number(text: object) -> int | None:
    """The number that :func:`checked` wrote, None where it is none or has a slip."""
    found = re.fullmatch(r"([0-9]{1,15})-([0-9]{2})", _plain(text)) if isinstance(text, str) else None
    return int(found[1]) if found and (int(found[1]) * 100 + int(found[2])) % 97 == 1 else None


def _plain(text: str) -> str:
    """Without spaces, with one kind of hyphen."""
    return re.sub(r"[\s－—–−]", lambda m: "" if m[0].isspace() else "-", text)


def _one(value: object) -> tuple[str | None, int | None, str | None, str | None]:
    if not isinstance(value, str):
        return None, None, None, None
    plain = _plain(value).lower()
    found = _FORM.fullmatch(plain[:1].upper() + plain[1:])
    if (
        not found
        or found[1] not in LETTERS
        or (_rest(plain[:-3]) * 100 + int(found[5])) % 97 != 1
        or int(found[2]) >= 2**53
    ):
        return None, None, None, None
    return LETTERS[found[1]], int(found[2]), found[3], plain


def _rest(body: str) -> int:
    return int("".join(f"{_SIGNS.index(c):02d}" for c in body.lower().replace("-", ""))) % 97
