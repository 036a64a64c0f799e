"""Classifiers as judges: which genre is this, and is it real or generated."""

from __future__ import annotations

import numpy as np
import torch

from ..base.contract import GENRES
from ..data.batch import Batch
from ..data.windows import Windows
from . import classifiers
from .decoding import Music, joined_music, real_music
from .load_networks import Networks
from .measured_windows import batch_of, chosen_windows, joined, listed, shown
from .onnx_generator import GeneratorLike
from .results import Judges
from .takes import SEED, generate

#: Most windows of a genre that the classifiers learn from.
LEARNT_WINDOWS = 250


def judge(
    networks: Networks,
    rivals: dict[str, Networks],
    windows: Windows,
    batches: dict[str, Batch],
    made: dict[str, Music],
    steps: int,
) -> Judges:
    """Both classifiers learn from windows of training pieces and are asked about those of validation pieces."""
    train = joined(
        [listed(batch_of(windows, chosen_windows(windows, g, LEARNT_WINDOWS, validation=False))) for g in batches]
    )
    everything = joined(list(batches.values()))
    music = joined_music([made[g] for g in batches])

    def inputs(b: Batch, m: Music) -> list[torch.Tensor]:
        return classifiers.inputs(b.full_melody, *shown(b, m), b.exists, b.meter)

    real = inputs(train, real_music(train))
    genre = classifiers.fit(real, train.genre, len(GENRES), steps, 1)
    asked = [inputs(everything, m) for m in (real_music(everything), music)]
    right = [classifiers.scores(genre, x).argmax(1) == everything.genre for x in asked]

    def auc(generator: GeneratorLike, played: list[torch.Tensor]) -> float:
        generated = inputs(train, generate(generator, train, 1.0, 13))
        both = [torch.cat(pair) for pair in zip(real, generated, strict=True)]
        fresh = classifiers.fit(both, np.repeat([1, 0], len(train.genre)), 2, 3 * steps, 2)
        score = [classifiers.scores(fresh, x) for x in (asked[0], played)]
        verdict = np.concatenate([s[:, 1] - s[:, 0] for s in score])
        return classifiers.area_under_curve(verdict, np.arange(len(verdict)) < len(score[0]))

    def first_takes(one: Networks) -> list[torch.Tensor]:
        takes = [generate(one.generator, b, 1.0, SEED) for b in batches.values()]
        return inputs(everything, joined_music(takes))

    return Judges(
        real=float(right[0].mean()),
        model=float(right[1].mean()),
        auc=auc(networks.generator, asked[1]),
        others={name: auc(rival.generator, first_takes(rival)) for name, rival in rivals.items()},
        steps=steps,
        learnt_from=len(train.genre),
        asked_about=len(everything.genre),
    )
