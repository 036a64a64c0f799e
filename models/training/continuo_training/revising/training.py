"""Trains the reviser."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from ..base.precision import on_processor
from ..melodies.averaged import AveragedTraining, Minutes, steps_of
from ..melodies.examples import Corpus
from ..melodies.steps import Library, Windows
from .hiding import Lesson, lesson
from .network import Reviser

#: What a cell counts that is read as it is, beside one that is hidden or wrong.
SEEN = 0.1
BATCH = 32


def losses(network: Reviser, w: Windows, asked: Lesson) -> tuple[Tensor, Tensor]:
    """Nats a cell, of the cells that are hidden or wrong, and of the others."""
    likely = network(asked.read, w.harmony(), w.whole(), asked.doubt).float()
    there = (asked.told >= 0).float()
    each = -likely.gather(2, asked.told.clamp(min=0).unsqueeze(2)).squeeze(2) * there
    wanted = asked.asked.float()
    seen = there - wanted
    return (each * wanted).sum() / wanted.sum().clamp(min=1), (each * seen).sum() / seen.sum().clamp(min=1)


@torch.no_grad()
def measure(network: Reviser, held: Corpus) -> str:
    """The losses on windows as they are learnt, the same each time."""
    library, random = Library(held, np.flatnonzero(held.validation), 5), np.random.default_rng(5)
    found = []
    for _ in range(4):
        w = library.draw(64)
        found.append([float(x) for x in losses(network, w, lesson(w, random))])
    asked, seen = np.mean(found, 0)
    return f"{asked:.3f} nats a hidden or wrong cell, {seen:.4f} a cell that is right"


def load(path: Path) -> Reviser:
    """The averaged weights of a checkpoint."""
    network = Reviser()
    network.load_state_dict(torch.load(path, weights_only=True)["average"])
    return network.eval()


def run(corpus: Corpus, out: Path, minutes: Minutes, threads: int, start: Path | None = None) -> Reviser:
    """Trains for some minutes, from the weights of a checkpoint if one is given; returns the average of the weights."""
    torch.set_num_threads(threads)
    torch.manual_seed(minutes.seed)
    network = load(start) if start else Reviser()
    library = Library(corpus, np.flatnonzero(~corpus.validation), minutes.seed)
    random = np.random.default_rng(minutes.seed)

    def loss(_: int) -> Tensor:
        w = library.draw(BATCH)
        with on_processor():
            asked, seen = losses(network, w, lesson(w, random))
        return asked + SEEN * seen

    before = steps_of(start) if start else (0, 0)
    training = AveragedTraining(network, out, minutes, lambda average: measure(average, corpus), before)
    return training.run(loss)
