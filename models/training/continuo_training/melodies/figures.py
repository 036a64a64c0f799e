"""What is measured of eight bars of melody."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from .events import PITCHES, REST, Events

#: The pitch classes of C major's signature, and what minor keys add.
SCALE = (0, 2, 4, 5, 7, 9, 11)
#: The names of the figures, in order.
NAMES = (
    "pitch range, semitones",
    "mean interval, semitones",
    "mean length, sixteenths",
    "notes in the key's scale",
    "notes a bar",
    "self-similarity",
    "bars that repeat an earlier one",
)
#: Notes of a run shorter than this are not looked for when copies are.
SHORTEST_RUN, LONGEST_RUN = 4, 60


@dataclass
class Excerpt:
    """A stretch of melody of whole bars, and what came before it; moved to C major's signature, starts from 0."""

    before: Events
    after: Events
    bar: int
    bars: int


def notes_of(events: Events) -> Events:
    """The events that are notes."""
    return events[events[:, 0] < REST]


def _bars(notes: Events, bar: int, count: int) -> list[frozenset[tuple[int, int]]]:
    found: list[set[tuple[int, int]]] = [set() for _ in range(count)]
    for symbol, _, start in notes.tolist():
        if start // bar < count:
            found[start // bar].add((start % bar, symbol))
    return [frozenset(bar_notes) for bar_notes in found]


def _alike(left: frozenset[tuple[int, int]], right: frozenset[tuple[int, int]]) -> float:
    return len(left & right) / len(left | right) if left or right else 1.0


def figures(e: Excerpt) -> NDArray[np.float64]:
    """One number for each of the names; NaN where there are too few notes."""
    notes = notes_of(e.after)
    if len(notes) < 2:
        return np.full(len(NAMES), np.nan)
    pitches = notes[:, 0].astype(np.int64)
    earlier = _bars(notes_of(e.before), e.bar, int(e.before[-1, 1:].sum() + e.bar - 1) // e.bar if len(e.before) else 0)
    mine = _bars(notes, e.bar, e.bars)
    pairs = [_alike(mine[i], mine[j]) for i in range(e.bars) for j in range(i)]
    back = [any(_alike(bar, other) > 0.99 for other in [*earlier, *mine[:i]]) for i, bar in enumerate(mine) if bar]
    return np.array(
        [
            float(pitches.max() - pitches.min()),
            float(np.abs(np.diff(pitches)).mean()),
            float(notes[:, 1].mean()),
            float(np.isin(pitches % 12, SCALE).mean()),
            len(notes) / e.bars,
            float(np.mean(pairs)),
            float(np.mean(back)) if back else 0.0,
        ]
    )


def differences(made: list[Excerpt], real: list[Excerpt]) -> list[tuple[str, float, float]]:
    """For each figure its name, the median of the real ones and of those made."""
    rows = [np.nanmedian(np.stack([figures(e) for e in side]), axis=0) for side in (real, made)]
    return [(name, float(a), float(b)) for name, a, b in zip(NAMES, *rows, strict=True)]


class Classifier(nn.Module):
    """Tells real continuations from others: a small recurrent network over the events."""

    def __init__(self, size: int = 48) -> None:
        super().__init__()
        self.symbol, self.length = nn.Embedding(PITCHES + 2, size), nn.Linear(3, size)
        self.read = nn.GRU(size, size, batch_first=True, bidirectional=True)
        self.out = nn.Linear(4 * size, 1)
        self.dropout = nn.Dropout(0.4)

    def forward(self, symbol: Tensor, length: Tensor, mask: Tensor) -> Tensor:
        """[B, T], [B, T, 3], [B, T] → logits [B]."""
        x = self.read(self.dropout(self.symbol(symbol) + self.length(length)))[0] * mask.unsqueeze(2)
        mean = x.sum(1) / mask.sum(1, keepdim=True).clamp(min=1)
        found: Tensor = self.out(self.dropout(torch.cat([mean, x.amax(1)], 1))).squeeze(1)
        return found


def _tensors(excerpts: list[Excerpt], most: int = 96) -> tuple[Tensor, Tensor, Tensor]:
    """The last eight events before and those after; pitches relative to the last note before, so keys do not tell."""
    symbol = torch.full((len(excerpts), most), PITCHES + 1)
    length, mask = torch.zeros(len(excerpts), most, 3), torch.zeros(len(excerpts), most)
    for row, e in enumerate(excerpts):
        both = np.concatenate([e.before[-8:], e.after])[:most]
        count = len(both)
        symbol[row, :count] = torch.from_numpy(both[:, 0].astype(np.int64))
        length[row, :count, 0] = torch.from_numpy(np.log2(both[:, 1].astype(np.float32)) / 3)
        length[row, :count, 1] = torch.from_numpy((both[:, 2] % e.bar).astype(np.float32) / e.bar)
        length[row, :count, 2] = torch.from_numpy((np.arange(count) >= min(8, len(e.before))).astype(np.float32))
        mask[row, :count] = 1
    return symbol, length, mask


def area(scores: NDArray[np.float64], real: NDArray[np.bool_]) -> float:
    """The area under the curve of a classifier: 0.5 where it tells nothing."""
    order = np.argsort(np.argsort(scores)) + 1.0
    positives, negatives = int(real.sum()), int((~real).sum())
    return float((order[real].sum() - positives * (positives + 1) / 2) / max(positives * negatives, 1))


def tells_apart(made: list[Excerpt], real: list[Excerpt], folds: int = 3, epochs: int = 25) -> float:
    """The area under the curve of a fresh classifier on excerpts that it did not learn from; pairs stay together."""
    count = min(len(made), len(real))
    symbol, length, mask = _tensors(real[:count] + made[:count])
    label = torch.cat([torch.ones(count), torch.zeros(count)])
    fold = np.tile(np.random.default_rng(3).permutation(count) % folds, 2)
    scores = np.zeros(2 * count)
    for number in range(folds):
        torch.manual_seed(number)
        network, learn = Classifier(), torch.from_numpy(np.flatnonzero(fold != number))
        optimiser = torch.optim.AdamW(network.parameters(), lr=3e-3, weight_decay=0.05)
        for _ in range(epochs):
            for rows in learn[torch.randperm(len(learn))].split(32):
                loss = functional.binary_cross_entropy_with_logits(
                    network(symbol[rows], length[rows], mask[rows]), label[rows]
                )
                optimiser.zero_grad()
                loss.backward()  # type: ignore[no-untyped-call]
                optimiser.step()
        test = torch.from_numpy(np.flatnonzero(fold == number))
        with torch.no_grad():
            scores[test] = network.eval()(symbol[test], length[test], mask[test]).numpy()
    return area(scores, label.numpy() > 0.5)


def _codes(notes: Events) -> NDArray[np.int64]:
    """A number for each step from note to note: interval and time between the onsets."""
    intervals = np.diff(notes[:, 0].astype(np.int64)) + 64
    found: NDArray[np.int64] = intervals * 256 + np.diff(notes[:, 2].astype(np.int64)).clip(0, 255)
    return found


def _grams(codes: NDArray[np.int64], size: int) -> NDArray[np.uint64]:
    """A number for each run of `size` codes."""
    found = np.zeros(max(len(codes) - size + 1, 0), np.uint64)
    for place in range(size):
        found = _longer(found, codes[place : len(found) + place])
    return found


def _longer(runs: NDArray[np.uint64], codes: NDArray[np.int64]) -> NDArray[np.uint64]:
    """The numbers of runs with one code more."""
    found: NDArray[np.uint64] = runs * np.uint64(1_000_003) + codes.astype(np.uint64)
    return found


def longest_copies(excerpts: list[Excerpt], learnt: list[Events]) -> list[int]:
    """For each excerpt the notes of the longest run, in any key, that a learnt melody has too."""
    mine = [_codes(notes_of(e.after)) for e in excerpts]
    # Runs that reach beyond their melody's end hold a code that no melody has.
    end = np.full(LONGEST_RUN, -1, np.int64)
    theirs = np.concatenate([part for events in learnt for part in (_codes(notes_of(events)), end[:1])] + [end])
    found = [0] * len(excerpts)
    first = SHORTEST_RUN - 1
    runs = _grams(theirs, first)[: len(theirs) - LONGEST_RUN]
    # Only where a run begins that an excerpt has, a longer one may.
    starts = np.arange(len(runs))
    for size in range(first, LONGEST_RUN):
        grams = [_grams(codes, size) for codes in mine]
        shared = np.isin(runs, np.concatenate(grams))
        starts, runs = starts[shared], runs[shared]
        if not len(starts):
            break
        known = np.unique(runs)
        for index, own in enumerate(grams):
            if np.isin(own, known).any():
                found[index] = size + 1
        runs = _longer(runs, theirs[starts + size])
    return found
