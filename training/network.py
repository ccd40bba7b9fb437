"""The network, in torch for its training: characters and place-name flags through a few dilated convolutions."""

from __future__ import annotations

from typing import Final

import torch
from torch import nn

from gridsvc.domain.address.features import FLAGS
from gridsvc.domain.address.labels import LABELS

TAGS: Final = 2 * len(LABELS)  # begin and inside of each label


class Window(nn.Module):
    """A convolution of three characters, ``apart`` one from another, as one matrix (faster on a CPU)."""

    def __init__(self, width: int, out: int, apart: int = 1) -> None:
        super().__init__()
        self.apart = apart
        self.mix = nn.Linear(3 * width, out)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """``(texts, length, width)`` to ``(texts, length, out)``."""
        d, length = self.apart, x.shape[1]
        wide = nn.functional.pad(x, (0, 0, d, d))
        return self.mix(torch.cat([wide[:, :length], x, wide[:, 2 * d :]], dim=2))


class Tagger(nn.Module):
    """Scores of the tags of each character, and of each tag after another."""

    def __init__(
        self, vocabulary: int, width: int = 48, hidden: int = 64, dilations: tuple[int, ...] = (1, 2, 4)
    ) -> None:
        super().__init__()
        self.embed = nn.Embedding(vocabulary, width, padding_idx=0)
        self.first = Window(width + FLAGS, hidden)
        self.layers = nn.ModuleList(Window(hidden, hidden, apart) for apart in dilations)
        self.out = nn.Linear(hidden, TAGS)
        self.then = nn.Parameter(torch.zeros(len(LABELS), len(LABELS)))  # a part after a part
        self.on = nn.Parameter(torch.zeros(len(LABELS)))  # a part going on
        self.drop = nn.Dropout(0.1)

    def forward(self, chars: torch.Tensor, flags: torch.Tensor) -> torch.Tensor:
        """``(texts, length)`` and ``(texts, length, FLAGS)`` to ``(texts, length, TAGS)``."""
        there = (chars > 0).unsqueeze(2).float()
        x = torch.cat([self.drop(self.embed(chars)), flags], dim=2)
        x = torch.relu(self.first(x)) * there
        for layer in self.layers:
            x = (x + torch.relu(layer(x))) * there
        return self.out(x)


def transitions(model: Tagger) -> torch.Tensor:
    """Scores of each tag after each: inside only after begin or inside of the same label."""
    count = len(LABELS)
    table = torch.full((TAGS, TAGS), -1e4)
    table[:count, :count] = table[count:, :count] = model.then
    inside = torch.arange(count)
    table[inside, inside + count] = table[inside + count, inside + count] = model.on
    return table


def loss(scores: torch.Tensor, then: torch.Tensor, tags: torch.Tensor, lengths: torch.Tensor) -> torch.Tensor:
    """Negative log-likelihood of the tags in a linear chain (Lafferty, McCallum, Pereira 2001), a mean a text."""
    count, longest, _ = scores.shape
    at = torch.arange(longest)
    there = at[None, :] < lengths[:, None]
    gold = (scores.gather(2, tags.unsqueeze(2)).squeeze(2) * there).sum(1)
    gold = gold + (then[tags[:, :-1], tags[:, 1:]] * there[:, 1:]).sum(1)
    alpha = scores[:, 0].clone()
    alpha[:, len(LABELS) :] = -1e4
    exp_then = then.exp()
    for t in range(1, longest):
        top = alpha.max(1, keepdim=True).values
        onward = torch.log((alpha - top).exp() @ exp_then + 1e-30) + top + scores[:, t]
        alpha = torch.where(there[:, t].unsqueeze(1), onward, alpha)
    return (torch.logsumexp(alpha, 1) - gold).sum() / count
