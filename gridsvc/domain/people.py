"""What is known about fields of people: identity numbers (GB 11643), telephones, service categories, masks.

Whole columns at a time; nothing here looks at a database, and no value of a person appears in a message of ours.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from gridsvc.domain import values

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    Mask = NDArray[np.bool_]

_WEIGHTS = np.array([7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2])
_CHECK = np.array(list("10X98765432"))
_PHONE = r"^(?:1\d{10}|0\d{2,3}\d{7,8}|\d{7,8}|400\d{7}|\+\d{8,15})$"
_NONE = ("无", "没有", "暂无", "不详", "未知", "-", "--", "/", "\\", "——", "—")
_ONE = re.compile(
    r"^(?P<name>[^(@]+?)\s*(?:\((?P<grade>[^)]*)\))?\s*(?:@(?P<from>[\d-]{10})?(?:~(?P<to>[\d-]{10})?)?)?$"
)


def identity_numbers(column: pd.Series) -> tuple[pd.Series, Mask]:
    """Numbers of 18 characters; 15 digits (before 1999) are written out. The mask marks what is no identity number.

    The check digit (ISO 7064 MOD 11-2) and the date of birth inside must be right.
    """
    text = _given(column).str.replace(r"[\s\-']", "", regex=True).str.upper()
    short = text.str.fullmatch(r"\d{15}").fillna(False).astype(bool)
    if short.any():
        body = text[short].str.slice(0, 6) + "19" + text[short].str.slice(6)
        text = text.copy()
        text[short] = body + check_digits(body.to_numpy(dtype="U17"))
    good = np.array(text.str.fullmatch(r"\d{17}[\dX]").fillna(False), dtype=bool)
    if good.any():
        found = text[good].to_numpy(dtype="U18")
        right = check_digits(found.astype("U17")) == np.array([v[17] for v in found])
        born = pd.to_datetime(text[good].str.slice(6, 14), format="%Y%m%d", errors="coerce").notna().to_numpy()
        good[good] = right & born
    bad = text.notna().to_numpy() & ~good
    return text.where(~bad), bad


def _given(column: pd.Series) -> pd.Series:
    """Text in half width; a word that says there is none is missing."""
    text = values.half_width(values.clean(column))
    return text.where(~text.isin(_NONE))


def check_digits(body: NDArray[np.str_]) -> NDArray[np.str_]:
    """The last character of identity numbers whose first 17 digits are given (ISO 7064 MOD 11-2)."""
    digits = np.ascontiguousarray(body).view("U1").reshape(len(body), 17).astype(int)
    return np.asarray(_CHECK[(digits @ _WEIGHTS) % 11])


def birth_of(numbers: pd.Series) -> pd.Series:
    """Date of birth in each identity number."""
    return pd.to_datetime(numbers.str.slice(6, 14), format="%Y%m%d", errors="coerce").astype("datetime64[us]")


def sex_of(numbers: pd.Series) -> pd.Series:
    """``m`` or ``f`` by the 17th digit."""
    odd = pd.to_numeric(numbers.str.slice(16, 17), errors="coerce") % 2
    return odd.map({1.0: "m", 0.0: "f"}).astype("str").where(numbers.notna())


def spoiled_numbers(column: pd.Series) -> Mask:
    """Identity numbers that a spreadsheet kept as a number and so lost the end of: 3.20125E+17, …000.

    A number whose end is 000 by nature (its check digit is right) counts among them only where others are spoiled.
    """
    text = values.half_width(values.clean(column)).str.replace(r"[\s,']", "", regex=True).str.upper()
    power = text.str.match(r"^\d(?:\.\d+)?E\+?1[4-9]$").fillna(False).to_numpy(dtype=bool)
    zeros = np.array(text.str.match(r"^\d{15}000$").fillna(False), dtype=bool)
    if zeros.any():
        found = text[zeros].to_numpy(dtype="U18")
        right = check_digits(found.astype("U17")) == np.array([v[17] for v in found])
        if power.any() or not right.all():
            return np.asarray(power | zeros)
        zeros[zeros] = ~right
    return np.asarray(power | zeros)


def telephones(column: pd.Series) -> tuple[pd.Series, Mask]:
    """Digits of the telephone numbers of each row, joined by ``;``; the mask marks rows with something that is none.

    Several stand apart by / ; , 、 or a line; a space may also be inside one (138 0000 0000), and words in brackets
    say whose it is: 13800000000（儿子）.
    """
    text = _given(column)
    plain = text.str.fullmatch(r"1\d{10}").fillna(False).to_numpy(dtype=bool)
    bad = np.zeros(len(text), dtype=bool)
    odd = text.notna().to_numpy() & ~plain
    if odd.any():
        read = {v: _numbers_in(v) for v in text[odd].unique()}
        out = text.copy()
        out[odd] = text[odd].map(read)
        bad[odd] = out[odd].isna().to_numpy()
        text = out
    return text.where(~bad), bad


def _numbers_in(text: str) -> str | None:
    """The numbers in a cell, each once; None when something in it is no number."""
    text = re.sub(r"\([^()\d]*\)|^[^\d+(]{1,8}[:：]?(?=[\d+(])", "", text)
    found: list[str] = []
    for part in filter(None, re.split(r"[/;,、|\n\r]+|或|和", text)):
        whole = _number(part)
        several = [whole] if whole else [_number(p) for p in part.split()]
        if not several or not all(several):
            return None
        found += [n for n in several if n]
    return ";".join(dict.fromkeys(found)) or None


def _number(text: str) -> str | None:
    digits = re.sub(r"^(?:\+86|0086)", "", re.sub(r"[\s\-()]", "", text))
    digits = digits.removesuffix(".0")
    return digits if re.match(_PHONE, digits) else None


@dataclass(frozen=True)
class Categories:
    """A column of service categories, read: JSON, rows with an unknown word, rows with a word of a refused kind."""

    found: pd.Series
    unknown: Mask
    refused: Mask


def categories(column: pd.Series, words: Mapping[str, str], refused: tuple[str, ...]) -> Categories:
    """Read ``独居老人；残疾人(二级)@2024-01-01~`` into ``[{"code", "grade", "from", "to"}]``, sorted by code.

    A word of a refused kind (DESIGN §6) is left out and only counted.
    """
    text = values.half_width(values.clean(column))
    read = {v: _read(v, words, refused) for v in text.dropna().unique()}
    found = text.map({v: r[0] for v, r in read.items()}).astype("str").where(text.notna(), "[]")
    unknown = text.isin([v for v, r in read.items() if r[1]]).to_numpy(dtype=bool)
    gone = text.isin([v for v, r in read.items() if r[2]]).to_numpy(dtype=bool)
    return Categories(found, unknown, gone)


def _read(text: str, words: Mapping[str, str], refused: tuple[str, ...]) -> tuple[str, bool, bool]:
    out: dict[str, dict[str, Any]] = {}
    unknown = gone = False
    for part in filter(None, (p.strip() for p in re.split(r"[;,、/|]", text))):
        if any(re.search(p, part, re.IGNORECASE) for p in refused):
            gone = True
            continue
        hit = _ONE.match(part)
        code = words.get(hit["name"].lower()) if hit else None
        if hit is None or code is None:
            unknown = True
            continue
        out[code] = {"code": code, "grade": hit["grade"] or None, "from": hit["from"], "to": hit["to"]}
    return json.dumps([out[c] for c in sorted(out)], ensure_ascii=False), unknown, gone


def masked_name(name: str | None) -> str | None:
    """张*: the family name, or what stands first, and nothing else."""
    if not name:
        return name
    return name[0] + "*" * max(1, min(len(name) - 1, 2))


def masked_number(number: str | None, head: int = 3, tail: int = 4) -> str | None:
    """110***********1234: the first and last characters of a number."""
    if not number:
        return number
    if ";" in number:  # several telephones
        return ";".join(str(masked_number(n, head, tail)) for n in number.split(";"))
    if len(number) <= head + tail:
        return "*" * len(number)
    return number[:head] + "*" * (len(number) - head - tail) + number[-tail:]
