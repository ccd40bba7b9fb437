"""The small network that labels characters, in numpy: what training/network.py learned, run forward.

Texts lie one after another in one array with gaps of zeros, so nothing is computed for padding; the first layer is
looked up by character instead of multiplied.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Final

import numpy as np
from threadpoolctl import ThreadpoolController

from gridsvc.domain.address.labels import LABELS

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from gridsvc.domain.address.features import Seen

    Floats = NDArray[np.float32]

_GAP: Final = 4  # characters between two texts: as far as the widest layer looks
_KINDS: Final = len(LABELS)
_AT_ONCE: Final = 1_500  # characters whose layers fit the cache of a core
_FEW: Final = 32  # texts for which one large step is faster than many small ones
_TEXTS: Final = 1024  # texts decoded side by side


@dataclass(frozen=True)
class Network:
    """Weights: ``look[k]`` the first layer's share of a character at −1, 0, +1; ``marks`` that of the flags."""

    rows: NDArray[np.int32]
    look: Floats
    marks: Floats
    bias: Floats
    layers: list[tuple[Floats, Floats, int]]
    out: Floats
    out_bias: Floats
    then: Floats  # a part of one label after a part of another
    on: Floats  # a part going on
    rarity: Floats  # weight of pairs of characters, for comparing; see shingles

    @classmethod
    def load(cls, path: Path) -> Network:
        """The weights of a file that ``python -m training`` wrote."""
        with np.load(path) as file:
            held = {name: file[name].astype(np.float32) for name in file.files if name != "chars"}
            chars = file["chars"]
        rows = np.ones(0x10000, np.int32)
        rows[chars[chars < 0x10000]] = np.flatnonzero(chars < 0x10000) + 2
        embed, first = held["embed_weight"], held["first_mix_weight"]
        width = embed.shape[1]
        step = first.shape[1] // 3
        parts = [first[:, k * step : (k + 1) * step] for k in range(3)]
        look = np.stack([embed @ part[:, :width].T for part in parts])
        marks = np.concatenate([part[:, width:].T for part in parts])
        count = sum(name.startswith("layers_") for name in held) // 2
        layers = [
            (held[f"layers_{k}_mix_weight"].T.copy(), held[f"layers_{k}_mix_bias"], 1 << k) for k in range(count)
        ]
        return cls(
            rows,
            look,
            marks,
            held["first_mix_bias"],
            layers,
            held["out_weight"].T.copy(),
            held["out_bias"],
            held["then"],
            held["on"],
            held["rarity"],
        )

    def scores(self, seen: Seen) -> Floats:
        """The score of each tag (begin of each label, then inside of each) for each character of all texts."""
        lengths = np.diff(seen.begins)
        # where each character lies once the texts stand apart
        place = np.arange(len(seen.chars)) + np.repeat(_GAP * (1 + np.arange(len(lengths))), lengths)
        out = np.empty((len(seen.chars), 2 * _KINDS), np.float32)
        chars = self.rows[np.minimum(seen.chars, 0xFFFF)]
        edges = seen.begins[np.searchsorted(seen.begins, np.arange(0, len(seen.chars), _AT_ONCE), "right") - 1]
        edges = np.unique(np.append(edges, len(seen.chars)))
        spans = list(zip(edges[:-1].tolist(), edges[1:].tolist(), strict=True))
        room = _Room(max((int(place[high - 1] - place[low]) for low, high in spans), default=0), self)
        with _threads().limit(limits=1):  # the matrices are small: threads would wait for one another
            for low, high in spans:
                at = place[low:high] - place[low] + _GAP
                out[low:high] = self._forward(chars[low:high], seen.flags[low:high], at, room)
        return out

    def _forward(self, chars: NDArray[np.int32], flags: Floats, at: NDArray[np.int64], room: _Room) -> Floats:
        size, h = int(at[-1]) + 1 + _GAP, len(self.bias)
        ids, gone = np.zeros(size, np.int32), np.ones(size, bool)
        ids[at], gone[at] = chars, False
        x, y, wide, bits = (held[:size] for held in (room.x, room.y, room.wide, room.bits))
        f = flags.shape[1]
        bits[:] = 0
        bits[at + 1, :f], bits[at, f : 2 * f], bits[at - 1, 2 * f :] = flags, flags, flags
        np.matmul(bits, self.marks, out=x)
        x += self.bias
        for look, into, of in zip(self.look, (x[1:], x, x[:-1]), (y[:-1], y, y[1:]), strict=True):
            np.take(look, ids, axis=0, out=y, mode="clip")
            into += of
        _rectify(x, gone)
        for weights, bias, d in self.layers:
            wide[:d, :h] = wide[size - d :, 2 * h :] = 0
            wide[d:, :h], wide[:, h : 2 * h], wide[: size - d, 2 * h :] = x[:-d], x, x[d:]
            np.matmul(wide, weights, out=y)
            y += bias
            _rectify(y, gone)
            x += y
        return np.asarray(x[at] @ self.out + self.out_bias)

    def decode(self, scores: Floats, begins: NDArray[np.int64]) -> NDArray[np.int8]:
        """The best tags of each text (Viterbi): label number where a part begins, plus 21 inside it."""
        lengths = np.diff(begins)
        tags = np.zeros(len(scores), np.int8)
        order = np.argsort(lengths, kind="stable")
        order = order[lengths[order] > 0]
        for k in range(0, len(order), _TEXTS):
            chosen = order[k : k + _TEXTS]
            self._decode(scores, begins[chosen], lengths[chosen], tags)
        return tags

    def _decode(
        self, scores: Floats, first: NDArray[np.int64], lengths: NDArray[np.int64], tags: NDArray[np.int8]
    ) -> None:
        longest, count = int(lengths.max()), len(first)
        best = np.full((longest, count, 2 * _KINDS), -1e9, np.float32)
        best[0, :, :_KINDS] = scores[first, :_KINDS]
        for t in range(1, longest):
            live = int(np.searchsorted(lengths, t, "right"))  # sorted: texts from here on are longer than t
            before, now = best[t - 1, live:], best[t, live:]
            done = np.maximum(before[:, :_KINDS], before[:, _KINDS:])  # the part so far, ended or going on
            now[:, :_KINDS] = self._begun(done)
            np.add(done, self.on, out=now[:, _KINDS:])
            now += scores[first[live:] + t]
        self._back(best, first, lengths, tags)

    def _begun(self, done: Floats) -> Floats:
        """The best score of a part beginning now, by its label, after the parts so far."""
        if len(done) <= _FEW:
            return np.asarray((done[:, :, None] + self.then).max(axis=1))
        fresh, step = done[:, :1] + self.then[0], np.empty((len(done), _KINDS), np.float32)
        for source in range(1, _KINDS):
            np.add(done[:, source : source + 1], self.then[source], out=step)
            np.maximum(fresh, step, out=fresh)
        return fresh

    def _back(
        self, best: Floats, first: NDArray[np.int64], lengths: NDArray[np.int64], tags: NDArray[np.int8]
    ) -> None:
        if len(first) == 1:
            self._back_alone(best[:, 0], int(first[0]), tags)
            return
        rows = np.arange(len(first))
        tag = best[lengths - 1, rows].argmax(axis=1)
        tags[first + lengths - 1] = tag
        for t in range(int(lengths.max()) - 2, -1, -1):
            live = np.flatnonzero(lengths - 1 > t)
            after = tag[live]
            kind, at = after % _KINDS, np.arange(len(live))
            came = best[t, live]
            began = came + np.tile(self.then[:, kind].T, 2)
            only = np.full(came.shape, -np.inf, np.float32)
            only[at, kind], only[at, kind + _KINDS] = came[at, kind], came[at, kind + _KINDS]
            tag[live] = np.where((after >= _KINDS)[:, None], only, began).argmax(axis=1)
            tags[first[live] + t] = tag[live]

    def _back_alone(self, best: Floats, first: int, tags: NDArray[np.int8]) -> None:
        """The same for one text, with fewer and smaller steps."""
        tag = int(best[-1].argmax())
        chosen = [tag]
        for came in best[-2::-1]:
            kind = tag % _KINDS
            if tag >= _KINDS:
                tag = kind if came[kind] >= came[kind + _KINDS] else kind + _KINDS
            else:
                began = self.then[:, kind]
                tag = int(np.concatenate([came[:_KINDS] + began, came[_KINDS:] + began]).argmax())
            chosen.append(tag)
        tags[first : first + len(chosen)] = chosen[::-1]


@cache
def _threads() -> ThreadpoolController:
    """The numerical libraries of this process; looking for them takes a while."""
    return ThreadpoolController()


class _Room:
    """Arrays that are used again for every stretch of characters: fresh ones cost more than what is computed."""

    def __init__(self, longest: int, network: Network) -> None:
        size, h = longest + 2 * _GAP + 1, len(network.bias)
        self.x, self.y = np.empty((size, h), np.float32), np.empty((size, h), np.float32)
        self.wide = np.empty((size, 3 * h), np.float32)
        self.bits = np.empty((size, network.marks.shape[0]), np.float32)


def _rectify(x: Floats, gone: NDArray[np.bool_]) -> None:
    np.maximum(x, 0, out=x)
    x[gone] = 0
