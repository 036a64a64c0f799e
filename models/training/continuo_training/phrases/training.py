"""Trains the space of phrases."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from ..base.precision import on_processor
from ..melodies.averaged import AveragedTraining, Minutes, steps_of
from ..melodies.examples import Corpus
from ..melodies.steps import ABSENT, UNKNOWN, Library, Windows
from .network import PHRASE, PHRASE_BARS, PhraseSpace, written_before

BATCH = 24
#: What the distance from the normal distribution counts in the end, and the steps until then.
BETA, RISE = 0.12, 400
#: How many of the cells before are hidden from the decoder, so that the point has to say them.
HIDDEN = 0.35


def losses(space: PhraseSpace, w: Windows, random: torch.Generator) -> tuple[Tensor, Tensor]:
    """Nats a phrase: of what the decoder says, and of the point."""
    cells, whole = torch.from_numpy(w.cells[:, :PHRASE]), w.whole()
    mean, spread = (x.float() for x in space.encoder(cells, whole))
    point = mean
    before = written_before(cells)
    if space.training:
        point = mean + torch.exp(0.5 * spread) * torch.randn(mean.shape, generator=random)
        share = torch.rand(len(cells), 1, 1, generator=random) * 2 * HIDDEN
        before = before.masked_fill(torch.rand(before.shape, generator=random) < share, UNKNOWN)
    there = cells != ABSENT
    likely = space.decoder(before, point, whole).float()
    said = likely.gather(2, cells.masked_fill(~there, 0).unsqueeze(2)).squeeze(2) * there
    distance = 0.5 * (mean.square() + spread.exp() - 1 - spread).sum(1)
    return -said.float().sum(1).mean(), distance.float().mean()


@torch.no_grad()
def measure(space: PhraseSpace, corpus: Corpus) -> str:
    """The losses on validation phrases, the same each time; the decoder reads the real cells before each."""
    library = Library(corpus, np.flatnonzero(corpus.validation), 5)
    random = torch.Generator()
    found = [[float(x) for x in losses(space, library.draw(64, PHRASE_BARS), random)] for _ in range(4)]
    said, distance = np.mean(found, 0)
    return f"{said:.1f} nats a phrase, {distance:.1f} of its point"


def load(path: Path) -> PhraseSpace:
    """The averaged weights of a checkpoint."""
    space = PhraseSpace()
    space.load_state_dict(torch.load(path, weights_only=True)["average"])
    return space.eval()


def run(corpus: Corpus, out: Path, minutes: Minutes, threads: int, start: Path | None = None) -> PhraseSpace:
    """Trains for some minutes, from the weights of a checkpoint if one is given; returns the average of the weights."""
    torch.set_num_threads(threads)
    torch.manual_seed(minutes.seed)
    space = load(start) if start else PhraseSpace()
    library = Library(corpus, np.flatnonzero(~corpus.validation), minutes.seed)
    random = torch.Generator().manual_seed(minutes.seed)

    def loss(step: int) -> Tensor:
        with on_processor():
            said, distance = losses(space, library.draw(BATCH, PHRASE_BARS), random)
        risen = 1.0 if start else min(1.0, step / RISE)
        return (said + BETA * risen * distance) / PHRASE

    before = steps_of(start) if start else (0, 0)
    training = AveragedTraining(space, out, minutes, lambda average: measure(average, corpus), before)
    return training.run(loss)
