"""How people lay out a sheet: titles over a header of up to three rows, merged cells, sums, signatures.

docs/import.md shows it. What is no record is set aside and named, never dropped in silence. Runs in the
reader's process.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from gridsvc.domain.frames import GROUP_COLUMN, bare, plain
from gridsvc.io.columns import COLUMNS_MAX, NAME_MAX, ROW

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Row = list[str | None]
    Merges = NDArray[np.int64]  # a row a range: first row, first column, last row, last column, from 0

HEAD = 40  # rows at the top that the header is looked for in
DEEP = 3  # rows that a header may have
NUMBERED = 4  # columns that a row must number; 1 2 3 may be a house, its stairwell and a room
TOLD = 200  # rows set aside that are named; the others are counted
TITLE, TOTAL, SIGNATURE, NOTE, SECTION, REPEATED, EXAMPLE, NUMBERING = (
    "title", "total", "signature", "note", "section", "repeated", "example", "numbering",
)  # fmt: skip
# RE2 and Python read these alike; looked for in the first filled cell of a row
_PATTERNS = {
    why: pattern.replace("~", "[\\s\u3000]*")
    for why, pattern in {
        TOTAL: r"^(?:本页|本组|本村|本社区|本网格|本表|其中)?[合小总共累]~计~"
        r"(?:(?:人数|户数|数|金额)?~$|[:：(（\d].{0,20}$)"
        r"|^(?i:sub-?total|grand total|total)~[:：]?~\d*$",
        SIGNATURE: r"^(?:制~表|填~表|填~报|审~核|审~批|复~核|负~责|经~办|签~字|签~名|盖~章|主~管|单位负责)"
        r"~(?:人员|人|单位|部门|领导|日期|时间|者|员)?~(?:[(（].{0,8}[)）])?~[:：]"
        r"|[(（](?:盖章|签字|签名|公章)[)）]~[:：]?~$",
        NOTE: r"^(?:备~注|说~明|填表说明|附~注|注)~\d{0,2}~[:：]",
        EXAMPLE: r"^(?:示例|样例|例|(?i:example))~(?:[(（].*)?$",
    }.items()
}


@dataclass(frozen=True)
class Header:
    """Where a header stands (rows from 0, both included), its names, and how many of them are known words."""

    first: int
    last: int
    names: list[str]
    known: int

    @property
    def rank(self) -> tuple[int, int, int]:
        """The better of two headers knows more words, tells more columns apart, has fewer rows."""
        return self.known, len({n for n in self.names if n}), self.first - self.last


def no_merges() -> Merges:
    """For files that have none."""
    return np.zeros((0, 4), dtype=np.int64)


def find_header(head: list[Row], merges: Merges, words: frozenset[str]) -> Header | None:
    """The rows near the top that name most columns by known words; without any, the first that looks like one.

    None where nothing is filled. A row of more columns than any list has is looked at only when it is the first.
    """
    filled = [i for i, row in enumerate(head) if any(row)]
    if not filled:
        return None
    if len(head[filled[0]]) > COLUMNS_MAX:
        return Header(filled[0], filled[0], [v or "" for v in head[filled[0]]], 0)
    filled = [i for i in filled if len(head[i]) <= COLUMNS_MAX]
    merges = merges[merges[:, 0] < len(head)]  # a roll has one for every household
    best: Header | None = None
    for first in filled:
        for depth in range(1, DEEP + 1):
            last = first + depth - 1
            if last >= len(head) or len(head[last]) > COLUMNS_MAX or _is_numbering(head[last]):
                break
            names = _names(head[first : first + depth], first, merges, words)
            found = Header(first, last, names, _known(names, words))
            if best is None or found.rank > best.rank:
                best = found
    if best is not None and best.known >= 2:
        width = sum(map(bool, best.names))
        if not any(sum(map(bool, head[i])) > max(2, width / 2) for i in filled if i < best.first):
            return best  # nothing above it that could be a record
    wide = [i for i in filled if sum(map(bool, head[i])) > 1]
    start = filled[0] if not wide or (best is not None and best.known and best.first == filled[0]) else wide[0]
    names = [v or "" for v in head[start]]
    return Header(start, start, names, _known(names, words))


def _known(names: list[str], words: frozenset[str]) -> int:
    return len({_plain(n) for n in names if n and (_plain(n) in words or bare(n[:NAME_MAX]) in words)})


@lru_cache(maxsize=50_000)
def _plain(name: str) -> str:
    return plain(name[:NAME_MAX])


def _names(rows: list[Row], top: int, merges: Merges, words: frozenset[str]) -> list[str]:
    """One name a column from the rows of a header: the lowest, with its group before it where it needs one."""
    width = max(len(r) for r in rows)
    levels = [[*r, *[None] * (width - len(r))] for r in rows]
    for i, level in enumerate(levels[:-1]):
        across = {c: a for _, a, _, b in merges[merges[:, 0] == top + i].tolist() for c in range(a, b + 1)}
        for c in range(width):
            if level[c] is None and any(below[c] for below in levels[i + 1 :]):
                level[c] = level[across.get(c, c - 1)] if c else None
    lowest = [next((level[c] for level in reversed(levels) if level[c]), "") or "" for c in range(width)]
    count = Counter(_plain(n) for n in lowest)
    out = []
    for c, name in enumerate(lowest):
        parts = list(dict.fromkeys(filter(None, (level[c] for level in levels))))
        whole = "".join(parts)
        out.append(whole if len(parts) > 1 and (count[_plain(name)] > 1 or _plain(whole) in words) else name)
    return out


def _is_numbering(row: Row) -> bool:
    """A row that only numbers the columns: 1 2 3 …, or 甲 乙 1 2 3."""
    cells = [v for v in row if v and v not in "甲乙丙丁"]
    if len(cells) < NUMBERED or cells[0] not in ("1", "2", "3"):
        return False
    return cells == [str(n) for n in range(int(cells[0]), int(cells[0]) + len(cells))]


def fill_down(cells: NDArray[np.object_], merges: Merges, start: int) -> NDArray[np.object_]:
    """Body cells (row ``start`` of the sheet is row 0) with merged ones filled, each with the value of its corner.

    A household's head that is merged over its members stands in each of their rows afterwards. Ranges over several
    columns stay as they are.
    """
    found = merges[(merges[:, 1] == merges[:, 3]) & (merges[:, 2] > merges[:, 0]) & (merges[:, 0] >= start)]
    if not len(found):
        return cells
    first, column = found[:, 0] - start, found[:, 1]
    last = np.minimum(found[:, 2] - start, len(cells) - 1)
    inside = (first <= last) & (column < cells.shape[1])
    first, column, length = first[inside], column[inside], (last - first + 1)[inside]
    values = np.repeat(cells[first, column], length)
    steps = np.arange(length.sum()) - np.repeat(np.cumsum(length) - length, length)
    cells[np.repeat(first, length) + steps, np.repeat(column, length)] = values
    return cells


def sections(merges: Merges, start: int, width: int) -> NDArray[np.int64]:
    """Rows (of the sheet) below ``start`` that one merged cell spans at least half of: headings between records."""
    wide = merges[:, 3] - merges[:, 1] + 1 >= max(3, (width + 1) // 2)
    return np.asarray(merges[wide & (merges[:, 0] >= start) & (merges[:, 0] == merges[:, 2]), 0])


def set_aside(
    table: pa.Table, headings: NDArray[np.int64] | None = None, names: list[str] | None = None
) -> tuple[pa.Table, list[dict[str, Any]]]:
    """The records of a table (text columns and ``__row``), and the rows that are none: row, reason, text.

    ``headings``: numbers of rows known to be headings; what they say stands in a column ``分组`` of the rows below.
    ``names``: the header as it stood in the sheet, if the columns were renamed.
    """
    own = [n for n in table.column_names if not n.startswith("__")]
    if not own or not table.num_rows:
        return table, []
    texts = [table[n] for n in own]
    first = pc.coalesce(*texts)
    numbers = table[ROW].to_numpy()
    reason = np.full(table.num_rows, None, dtype=object)
    for why, pattern in _PATTERNS.items():
        hit = pc.fill_null(pc.match_substring_regex(first, pattern), False).to_numpy(zero_copy_only=False)
        if why == NOTE:  # what begins like one and fills the row is a record
            hit &= _filled(texts) <= 2
        reason[hit & (reason == None)] = why  # noqa: E711 - elementwise
    again = _repeated(texts, names or own)
    reason[again] = REPEATED
    if headings is not None:
        reason[np.isin(numbers, headings) & (reason == None)] = SECTION  # noqa: E711
    if _is_numbering([t[0].as_py() for t in texts]):
        reason[0] = NUMBERING
    gone = np.flatnonzero(reason != None)  # noqa: E711
    if not len(gone):
        return table, []
    said = first.take(pa.array(gone)).to_pylist()
    told = [
        {"row": int(numbers[i]), "reason": str(reason[i]), "text": shown(str(reason[i]), text or "")}
        for i, text in zip(gone[:TOLD], said[:TOLD], strict=True)
    ]
    if (reason == SECTION).any():
        label = first.to_numpy(zero_copy_only=False)
        at = np.maximum.accumulate(np.where(reason == SECTION, np.arange(len(label)), -1))
        group = label[np.maximum(at, 0)]
        group[at < 0] = None
        table = table.append_column(
            GROUP_COLUMN if GROUP_COLUMN not in own else GROUP_COLUMN + "_", pa.array(group, pa.string())
        )
    return table.filter(pa.array(reason == None)), told  # noqa: E711


def reason_of(text: str) -> str | None:
    """Why a line of text is no record, if it is none; for rows that do not even have the columns of one."""
    return next((why for why, pattern in _PATTERNS.items() if re.search(pattern, text.strip())), None)


def _filled(texts: list[pa.ChunkedArray]) -> NDArray[np.int64]:
    """How many cells of each row are."""
    count = np.zeros(len(texts[0]), dtype=np.int64)
    for text in texts:
        count += pc.is_valid(text).to_numpy(zero_copy_only=False)
    return count


def _repeated(texts: list[pa.ChunkedArray], names: list[str]) -> NDArray[np.bool_]:
    """Rows that say the header again, as printed pages do."""
    same = np.zeros(len(texts[0]), dtype=np.int64)
    for text, name in zip(texts, names, strict=False):
        same += pc.fill_null(pc.equal(text, name), False).to_numpy(zero_copy_only=False)
    return (same >= 2) & (2 * same > _filled(texts))


def shown(reason: str, text: str) -> str:
    """A signature is named by its label; whose it is, is nobody's business."""
    short = " ".join(text.split())[:60]
    return re.split("[:：]", short)[0] + "：…" if reason == SIGNATURE and re.search("[:：]", short) else short
