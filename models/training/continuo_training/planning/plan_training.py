"""Trains the chord plan alone on encoded windows."""

from __future__ import annotations

import copy
import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from ..adversarial.losses import harmony_loss
from ..base.contract import GENRE_IDS
from ..musical.chord_vocabulary import CHORDS, NO_CHORD, QUALITIES
from ..networks.chord_plan import NEVER, Plan, chord_vectors
from .examples import Examples

#: How much an example of each genre counts besides its number: the square root of this share of all examples.
EVEN = 0.5


@dataclass
class PlanSettings:
    """What decides a training of the plan."""

    minutes: float = 10.0
    batch: int = 160
    rate: float = 1e-3
    warm_up: int = 100
    weight_decay: float = 0.02
    average: float = 0.997
    given: float = 0.35  # the share of examples in which some chords are given
    seed: int = 1


def ready_to_learn(plan: Plan, chords: NDArray[np.int16], basses: NDArray[np.int8]) -> None:
    """Gives chords that were never chosen the odds of their shares in the data, so that they can be learnt at once."""
    counts = np.bincount(chords[chords >= 0].astype(np.int64), minlength=CHORDS) + 1.0
    qualities = np.append(counts[:-1].reshape(12, -1).sum(0), counts[-1])
    known = (chords >= 0) & (chords != NO_CHORD) & (basses >= 0)
    roots = chords[known].astype(np.int64) // len(QUALITIES)
    intervals = np.bincount((basses[known] - roots) % 12, minlength=12) + 1.0
    with torch.no_grad():
        never = plan.finer.bias <= NEVER
        share = torch.from_numpy(np.tile(np.log(qualities[:-1] / qualities[0]), 12)).float()
        plan.finer.bias[:NO_CHORD][never[:NO_CHORD]] = share[never[:NO_CHORD]]
        low = plan.interval.bias <= NEVER
        plan.interval.bias[low] = torch.from_numpy(np.log(intervals / intervals[0])).float()[low]


class PlanTraining:
    """Holds the plan, its average and the optimiser."""

    def __init__(self, plan: Plan, settings: PlanSettings) -> None:
        self.plan, self.settings = plan, settings
        self.average = copy.deepcopy(plan).eval()
        self.optimiser = torch.optim.AdamW(
            plan.parameters(), lr=settings.rate, betas=(0.9, 0.98), weight_decay=settings.weight_decay
        )
        self.random = np.random.default_rng(settings.seed)
        self.step = 0

    def _follow(self) -> None:
        keep = min(self.settings.average, (1 + self.step) / (10 + self.step))
        with torch.no_grad():
            for mine, now in zip(self.average.parameters(), self.plan.parameters(), strict=True):
                mine.lerp_(now, 1 - keep)

    def given(self, size: int) -> Tensor:
        """Which slots' chords are given: none in most examples, a random share of them in the others."""
        some = self.random.random((size, 1)) < self.settings.given
        share = self.random.random((size, 1))
        return torch.from_numpy((some & (self.random.random((size, 8)) < share)).astype(np.float32))

    def learn(self, examples: Examples, rows: NDArray[np.int64], scale: float) -> float:
        """One step; returns the loss in nats a slot."""
        for group in self.optimiser.param_groups:
            group["lr"] = self.settings.rate * scale * min(1.0, (self.step + 1) / self.settings.warm_up)
        chords = torch.from_numpy(examples.chords[rows].astype(np.int64))
        basses = torch.from_numpy(examples.basses[rows].astype(np.int64))
        real = chord_vectors(chords, basses)
        is_given = self.given(len(rows)) * (chords >= 0)
        logits = self.plan.taught(examples.encoded(rows), real, is_given)
        # A given chord teaches nothing at its own slot.
        wanted = torch.where(is_given > 0, -1, chords)
        loss = harmony_loss(logits, wanted, basses)
        self.optimiser.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(self.plan.parameters(), 1.0)
        self.optimiser.step()
        self._follow()
        self.step += 1
        return float(loss.detach())


def drawing(examples: Examples) -> NDArray[np.float64]:
    """The cumulative probability of each example: rare genres count more than their number."""
    genre = examples.genre.astype(np.int64)
    counts = np.bincount(genre, minlength=len(GENRE_IDS))
    weight = (np.maximum(counts, 1) ** -EVEN)[genre]
    return np.asarray(np.cumsum(weight / weight.sum()))


def train(
    training: PlanTraining,
    examples: Callable[[], Examples],
    look: Callable[[PlanTraining], None],
    every: int = 500,
) -> None:
    """Trains for the settings' time; `examples` may grow, and `look` sees the training at intervals."""
    s = training.settings
    start = time.monotonic()
    now = examples()
    cumulative = drawing(now)
    losses: list[float] = []
    while (done := (time.monotonic() - start) / (60 * s.minutes)) < 1:
        rows = np.searchsorted(cumulative, training.random.random(s.batch)).clip(0, len(cumulative) - 1)
        losses.append(training.learn(now, rows, 0.5 * (1 + np.cos(np.pi * done))))
        if training.step % every == 0:
            print(f"step {training.step}, {done:.0%}: {np.mean(losses):.3f} nats a slot", flush=True)
            losses = []
            look(training)
            fresh = examples()
            if len(fresh.genre) != len(now.genre):
                now, cumulative = fresh, drawing(fresh)
    look(training)
